#!/bin/bash
# Each fuzzer for some seconds, from the small corpus beside this script and what it found before.
# Usage: run.sh BUILD_FOLDER SECONDS
set -u
build=$1 seconds=$2 passed=0 failed=0
for src in tests/fuzz/fuzz_*.c; do
	name=$(basename "$src" .c)
	found=$build/corpus/$name
	mkdir -p "$found"
	seeds=tests/fuzz/corpus/${name#fuzz_}
	log=$build/$name.log
	# a slow input is a bug too: ten seconds for one is far beyond linear
	if "$build/tests/fuzz/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -close_fd_mask=1 \
		-artifact_prefix="$build/$name-" "$found" "$seeds" >"$log" 2>&1; then
		passed=$((passed + 1))
		printf '  %-16s %s\n' "$name" "$(sed -n 's/^Done \([0-9]* runs\).*/\1/p' "$log")"
	else
		failed=$((failed + 1))
		echo "--- $name"
		tail -n 30 "$log"
	fi
	rm -rf /tmp/dossier-fuzz-*
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
