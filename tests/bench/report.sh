#!/bin/bash
# The report and qa steps alone, of tables of 20, 100 and 1000 columns of all types; those of 20 and 100 have
# a target, as users have one. Each step runs several times (dossier run --from) and the median of its time,
# the least processor time and the highest peak memory are printed from the telemetry, with the sizes of what
# was made and whether all runs and numbers of threads gave the same bytes. Usage: report.sh DOSSIER
set -eu
dossier=$(readlink -f "$1") runs=${RUNS:-5}
gen=$(dirname "$dossier")/tests/bench/gen
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
step() { # STEP: seconds, processor seconds and MB of all its runs so far
	jq -rs --arg step "$1" '[.[] | select(.event == "step_end" and .step == $step)] |
		[(map(.seconds) | sort | .[length / 2 | floor]), (map(.cpu_seconds) | min), (map(.peak_bytes) | max / 1e6)] | @tsv' \
		"$work"/data/jobs/*/telemetry.jsonl
}
measure() { # LABEL FILE OPTIONS...
	label=$1 file=$2
	shift 2
	rm -rf "$work/data" && : >"$work/digests"
	"$dossier" run --quiet --data-dir "$work/data" --until modeling "$@" "$file" >/dev/null
	for i in $(seq "$runs"); do
		"$dossier" run --quiet --data-dir "$work/data" --from report --threads $((1 + i % 3)) "$@" "$file" >/dev/null || echo "    exit status $?"
		(cd "$work"/data/jobs/*/ && cat report.html report.pdf report.txt result.json plots/* | sha256sum) >>"$work/digests"
	done
	read -r wall cpu mb <<<"$(step report)"
	read -r qa qa_cpu qa_mb <<<"$(step qa)"
	cd "$work"/data/jobs/*/
	awk -v label="$label" -v wall="$wall" -v cpu="$cpu" -v mb="$mb" -v qa="$qa" -v qa_cpu="$qa_cpu" -v qa_mb="$qa_mb" \
		-v html="$(stat -c %s report.html)" -v pdf="$(stat -c %s report.pdf)" -v charts="$(find plots -type f | wc -l)" \
		-v pages="$(pdfinfo report.pdf 2>/dev/null | sed -n 's/^Pages: *//p')" -v digests="$(sort -u "$work/digests" | wc -l)" 'BEGIN {
		printf "%-34s report %5.2f s (%.2f s cpu, %3.0f MB), qa %5.2f s (%.2f s cpu, %3.0f MB); %d charts, HTML %.2f MB, PDF %.2f MB, %s pages; %s\n",
			label, wall, cpu, mb, qa, qa_cpu, qa_mb, charts, html / 1e6, pdf / 1e6, pages,
			digests == 1 ? "same bytes" : "BYTES DIFFER" }'
	cd "$work"
}
"$gen" mixed 10000 >"$work/mixed.csv"
measure "20 columns, target" "$work/mixed.csv" --set target=total
"$gen" wide 10000 >"$work/wide.csv"
measure "100 columns, target" "$work/wide.csv" --set target=flag_99
"$gen" wide 2000 1000 >"$work/wider.csv"
measure "1000 columns" "$work/wider.csv" --set modeling.enabled=false
