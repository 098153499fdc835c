#!/bin/bash
# Each folder beside this script has an input (in.csv, maybe job.yaml) and report.txt, the report it must make.
# With --replace: shows each difference and, on a terminal, asks before it takes the new text.
. tests/e2e/lib.sh
replace=${1:-}
for dir in tests/golden/*/; do
	name=$(basename "$dir")
	input=$dir/in.csv
	[ ! -f "$dir/job.yaml" ] || input=$dir/job.yaml
	run run "$input" --data-dir "$work/$name" --report-date 2026-01-02 --set report.formats='[text]' --quiet
	got=$(find "$work/$name/jobs" -name report.txt)
	if [ -z "$got" ]; then
		is "$name: makes a report (status $status: $out)" none report.txt
		continue
	fi
	if [ -n "$replace" ] && ! diff -u "$dir/report.txt" "$got"; then
		if [ -t 0 ]; then read -r -p "take the new $name? [y/N] " answer; else answer=y; fi
		[ "$answer" != y ] || cp "$got" "$dir/report.txt"
	fi
	ok "$name" diff -u "$dir/report.txt" "$got"
done
finish
