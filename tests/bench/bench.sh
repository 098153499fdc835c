#!/bin/bash
# Whole commands, wall time and peak memory, several runs each, the median printed. With BASE=REV that
# commit is built too and run in turn with this one, and the ratio is printed. Nothing here passes or fails.
set -eu
dossier=$(readlink -f "$1") runs=${RUNS:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"; git worktree prune' EXIT
gen=$(dirname "$dossier")/tests/bench/gen
base=
if [ -n "${BASE:-}" ]; then
	git worktree add -q --detach "$work/base" "$BASE"
	make -C "$work/base" -s -j"$(nproc)" build/dossier >/dev/null
	base=$work/base/build/dossier
fi
"$gen" wide 10000 >"$work/wide.csv"
"$gen" mixed "${MIXED_ROWS:-200000}" >"$work/mixed.csv"
one() { # PROGRAM ARGS...: prints seconds and megabytes of one run in a fresh data folder
	rm -rf "$work/data"
	program=$1 && shift
	figures=$( { /usr/bin/time -f '%e %M' "$program" run --quiet --data-dir "$work/data" "$@" >/dev/null; } 2>&1 | tail -n 1)
	echo "$figures"
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
measure() { # LABEL ARGS...
	label=$1 && shift
	: >"$work/a" && : >"$work/b"
	for _ in $(seq "$runs"); do
		one "$dossier" "$@" >>"$work/a"
		[ -z "$base" ] || one "$base" "$@" >>"$work/b"
	done
	a=$(cut -d' ' -f1 "$work/a" | median) m=$(cut -d' ' -f2 "$work/a" | median)
	printf '%-44s %7.2f s  %6d MB' "$label" "$a" $((m / 1024))
	[ -z "$base" ] || printf '   %.2fx of %s' "$(echo "$a $(cut -d' ' -f1 "$work/b" | median)" | awk '{ print $1 / $2 }')" "$BASE"
	echo
}
steps() { # what each step of the last run took, from its telemetry
	jq -r 'select(.event == "step_end") | [.step, .seconds, .cpu_seconds, .peak_bytes / 1e6] | @tsv' "$work"/data/jobs/*/telemetry.jsonl |
		while IFS=$'\t' read -r step wall cpu mb; do printf '    %-10s %6.2f s wall %6.2f s cpu %5.0f MB\n' "$step" "$wall" "$cpu" "$mb"; done
}
measure "wide 100 x 10,000: everything, target flag_99" "$work/wide.csv" --set target=flag_99
steps
measure "wide 100 x 10,000: everything, target f_00" "$work/wide.csv" --set target=f_00
steps
measure "wide 100 x 10,000: ingest + eda" "$work/wide.csv" --until eda
measure "mixed 20 x ${MIXED_ROWS:-200000}: ingest + eda" "$work/mixed.csv" --until eda
measure "penguins: everything" jobs/penguins.yaml
"$(dirname "$0")/csv.sh" "$(dirname "$gen")"
bash "$(dirname "$0")/xlsx.sh" "$dossier"
bash "$(dirname "$0")/profile.sh" "$dossier"
bash "$(dirname "$0")/report.sh" "$dossier"
bash "$(dirname "$0")/predict.sh" "$dossier"
bash "$(dirname "$0")/batch.sh" "$dossier"
bash "$(dirname "$0")/models.sh" "$dossier"
