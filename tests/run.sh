#!/bin/bash
# Runs test programs and scripts, two at a time; shows last what failed; ends with the sum of their closing
# lines `N passed, N failed`. A program that ends without such a line, or with another status than its
# line says, counts as one failure.
set -u
logs=${LOGS:-build/tests/log}
rm -rf "$logs"
mkdir -p "$logs"
one() {
	name=$(echo "$2" | sed 's|.*tests/||; s|/|-|g')
	start=$(date +%s%N)
	case $2 in
	*.sh) bash "$2" ;;
	*) "$2" ;;
	esac >"$1/$name.log" 2>&1 </dev/null
	echo "$? $(((($(date +%s%N) - start)) / 1000000))" >"$1/$name.status"
}
export -f one
printf '%s\0' "$@" | xargs -0 -P "$(nproc)" -I{} bash -c 'one "$0" "$1"' "$logs" {}
passed=0 failed=0
failures=$logs/failures
: >"$failures"
for log in "$logs"/*.log; do
	read -r status ms <"${log%.log}.status"
	name=$(basename "$log" .log)
	read -r p f < <(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log" | tail -n 1)
	if [ "$status" = 0 ] && [[ $(cat "$log") =~ ^"skipped: "[^$'\n']+$'\n'"0 passed, 0 failed"$ ]]; then
		skipped=${BASH_REMATCH[0]%%$'\n'*} # it needs what does not come with the project, and says so
	elif [ -z "${p:-}" ] || { [ "$status" != 0 ] && [ "$f" = 0 ]; } || [ $((p + f)) = 0 ]; then
		echo "--- $name: ended with status $status and no verdict of its own" >>"$failures"
		tail -n 20 "$log" >>"$failures"
		failed=$((failed + 1))
	elif [ "$f" != 0 ]; then
		echo "--- $name:" >>"$failures"
		grep -v ' passed, ' "$log" | tail -n 40 >>"$failures"
	fi
	passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0}))
	printf '  %-28s %6s passed %4s failed %7s ms  %s\n' "$name" "${p:-0}" "${f:-0}" "$ms" "${skipped:-}"
	p='' f='' skipped=''
done
cat "$failures"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
