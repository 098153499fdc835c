#!/bin/bash
# Runs the scoring programs and prints one table: folder, right, of, share. Each program fails when it
# scores less than it once did.
set -u
passed=0 failed=0
for t in "$@"; do
	out=$("$t" 2>&1)
	status=$?
	if [ $status = 0 ] && ! grep -q '^SCORE ' <<<"$out"; then
		echo "$(basename "$t"): not scored, ../shared/data is not here"
	elif [ $status = 0 ]; then passed=$((passed + 1)); else
		failed=$((failed + 1))
		echo "$out" | tail -n 20
		echo "FAILED $(basename "$t"): status $status"
	fi
	echo "$out" | awk '$1 == "SCORE" { printf "%-28s %7d of %7d  %5.1f %%\n", $2, $3, $4, $4 ? 100 * $3 / $4 : 0 }'
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
