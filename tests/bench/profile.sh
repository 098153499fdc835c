#!/bin/bash
# Reading and profiling CSV files (`dossier run --until eda`, a fresh job each time) against DuckDB's
# SUMMARIZE of the same file, in turn, the median of several runs and the ratio. The peer comes from npm
# into a temporary folder and is left out where that is not to be had. Usage: profile.sh DOSSIER
set -eu
here=$(cd "$(dirname "$0")" && pwd) dossier=$(readlink -f "$1") runs=${RUNS:-3} threads=${THREADS:-2}
gen=$(dirname "$dossier")/tests/bench/gen
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
peer=
if command -v npm >/dev/null && command -v node >/dev/null; then
	(cd "$work" && npm install --silent @duckdb/node-api >/dev/null 2>&1 || true)
	cp "$here/peer.cjs" "$work"
	printf 'a,b\n1,2\n' >"$work/tiny.csv"
	if (cd "$work" && node peer.cjs summarize tiny.csv 1 >/dev/null 2>&1); then peer=1; fi
fi
[ -n "$peer" ] || echo "DuckDB: not to be had from npm, left out"
median() { cut -f"$2" "$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
measure() { # LABEL FILE OPTIONS...
	label=$1 file=$2
	shift 2
	rm -f "$work/ours" "$work/theirs"
	for _ in $(seq "$runs"); do
		rm -rf "$work/data"
		start=$EPOCHREALTIME
		"$dossier" run --quiet --data-dir "$work/data" --until eda --set limits.threads="$threads" "$@" "$file" >/dev/null
		end=$EPOCHREALTIME
		jq -rs --arg whole "$(echo "$end $start" | awk '{ printf "%.3f", $1 - $2 }')" \
			'[.[] | select(.event == "step_end")] | [$whole, (map(.seconds) | add), .[0].seconds, .[1].seconds,
			(map(.anonymous_bytes // .peak_bytes) | max / 1e6)] | @tsv' "$work"/data/jobs/*/telemetry.jsonl >>"$work/ours"
		[ -z "$peer" ] || (cd "$work" && node peer.cjs summarize "$file" "$threads") >>"$work/theirs"
	done
	printf '%-34s %5d MB: ingest %.2f + eda %.2f = %.2f s (whole command %.2f s), %.0f MB' "$label" \
		$(($(stat -c %s "$file") >> 20)) "$(median "$work/ours" 3)" "$(median "$work/ours" 4)" "$(median "$work/ours" 2)" \
		"$(median "$work/ours" 1)" "$(median "$work/ours" 5)"
	if [ -n "$peer" ]; then
		t=$(median "$work/theirs" 1)
		printf '; SUMMARIZE %.2f s: %.2fx (whole command %.2fx)' "$t" "$(echo "$(median "$work/ours" 2) $t" | awk '{ print $1 / $2 }')" \
			"$(echo "$(median "$work/ours" 1) $t" | awk '{ print $1 / $2 }')"
	fi
	echo
}
"$gen" mixed "${CSV_ROWS:-5200000}" >"$work/mixed.csv"
measure "mixed 20 columns, exact" "$work/mixed.csv"
rm "$work/mixed.csv"
"$gen" numeric "${NUMERIC_ROWS:-10000000}" >"$work/numeric.csv"
measure "10 columns of numbers" "$work/numeric.csv"
rm "$work/numeric.csv"
"$gen" wide 10000 >"$work/wide.csv"
measure "wide 100 x 10,000" "$work/wide.csv"
"$gen" wide 1000 1000 >"$work/wider.csv"
measure "wide 1000 x 1,000" "$work/wider.csv"
