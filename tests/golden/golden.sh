#!/bin/bash
# Each folder beside this script has a job (job.yaml, in.csv) and report.txt, the report it must make.
# With --replace: shows each difference and, on a terminal, asks before it takes the new text.
. "$(dirname "$0")/../e2e/driver_lib.bash"
replace=${1:-}
for dir in "$root"/tests/golden/*/; do
	name=$(basename "$dir")
	got=$T/data/jobs/$name/report.txt
	run run "$dir/job.yaml" --report-date 2026-01-02 --set report.formats='[text]' --quiet
	ended 0
	[ -f "$got" ] || continue
	if [ -n "$replace" ] && ! diff -u "$dir/report.txt" "$got"; then
		if [ -t 0 ]; then read -r -p "take the new $name? [y/N] " answer; else answer=y; fi
		[ "$answer" != y ] || cp "$got" "$dir/report.txt"
	fi
	ok "$name differs" diff -u "$dir/report.txt" "$got"
done
finish
