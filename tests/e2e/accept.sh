#!/bin/bash
# Findings that a manifest accepts: kept apart, not counted, and only while that holds.
. "$(dirname "$0")/driver_lib.bash"
{
	echo id,price,size
	for i in $(seq 60); do echo "$i,$((i % 7 + (i == 30) * 900)),$((i % 5))"; done
	echo 60,4,0
} >"$T/in.csv"
job() { # ACCEPT
	printf 'source: {file: in.csv}\nmodeling: {enabled: false}\nreport: {formats: [text]}\n%s\n' "$1" >"$T/job.yaml"
}
has() { # TEXT: findings.json has it
	ok "findings.json lacks $1" grep -q -- "$1" "$T/data/jobs/job/findings.json"
}

job ''
run run job.yaml --report-date 2026-06-30 && ended 0
has '"accepted": 0'
has '"code": "duplicate_rows"'
ok "the warning is told" grep -q "1 warning" "$T/out"

job 'accept: [{code: duplicate_rows, reason: Two feeds., until: 2026-06-30}]'
run run job.yaml --report-date 2026-06-30 && ended 0
has '"reason": "Two feeds."'
has '"verdict": "good"'
ok "only the report ran again" grep -q "eda *up to date" "$T/out"
ok "it is told" grep -q "1 accepted" "$T/out"
ok "it has a section" grep -q "^Accepted findings" "$T/data/jobs/job/report.txt"

run run job.yaml --report-date 2026-07-01 && ended 0
has '"code": "acceptance_expired"'
has '"verdict": "care"'

job 'accept: [{code: missing_values, column: "pr*", reason: Known.}]'
run run job.yaml --report-date 2026-06-30 && ended 0
has '"code": "acceptance_unmatched"'

job 'accept:
  - {code: duplicate_row, reason: a}'
run check job.yaml && ended 2 "job.yaml:5:12: accept[0].code: expected the code of a finding, found 'duplicate_row' (did you mean 'duplicate_rows'?)"
job 'accept:
  - code: duplicate_rows'
run run job.yaml && ended 2 "job.yaml:5:5: accept[0] needs a reason"
run run job.yaml --set accept=x && ended 2 "needs a reason"
finish
