#!/bin/bash
# Line coverage per room from a build with --coverage. Usage: coverage.sh BUILD_FOLDER
set -eu
cd "$1"
find pipeline -name '*.gcda' | while read -r data; do
	gcov -n "$data" 2>/dev/null
done | awk '
	/^File / { file = $0; gsub(/^File .|.$/, "", file) }
	/^Lines executed/ && file ~ /pipeline\/[a-z]+\/.*\.c$/ {
		split($0, a, /[:% ]+/); pct = a[3]; n = a[5]
		sub(/.*pipeline\//, "", file); split(file, room, "/")
		lines[room[1]] += n; hit[room[1]] += n * pct / 100; all += n; got += n * pct / 100
		file = ""
	}
	END {
		for (r in lines) printf "%-10s %6.1f %% of %5d lines\n", r, 100 * hit[r] / lines[r], lines[r] | "sort"
		close("sort")
		printf "%-10s %6.1f %% of %5d lines\n", "all", 100 * got / all, all
	}'
