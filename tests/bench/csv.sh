#!/bin/bash
# Reading one large CSV file into a table: ours against DuckDB and polars, in turn, the median of
# several runs each and the ratio to the best known peer. Peers come from npm into a temporary folder
# and are left out where that is not to be had. Usage: csv.sh FOLDER-OF-GEN-AND-INGEST
set -eu
here=$(cd "$(dirname "$0")" && pwd) bin=$(readlink -f "$1") runs=${RUNS:-3} threads=${THREADS:-2}
rows=${CSV_ROWS:-5200000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$bin/gen" mixed "$rows" >"$work/in.csv"
peers=
if command -v npm >/dev/null && command -v node >/dev/null; then
	# the binary part of polars is not always taken along
	(cd "$work" && for p in @duckdb/node-api "nodejs-polars nodejs-polars-linux-x64-gnu"; do
		npm install --silent $p >/dev/null 2>&1 || true
	done)
	cp "$here/peer.cjs" "$work"
	for p in duckdb polars; do
		if (cd "$work" && printf 'a,b\n1,2\n' >tiny.csv && node peer.cjs $p tiny.csv 1 >/dev/null 2>&1); then
			peers="$peers $p"
		else
			echo "$p: not to be had from npm, left out"
		fi
	done
else
	echo "no npm: DuckDB and polars are left out"
fi
for _ in $(seq "$runs"); do
	"$bin/ingest" "$work/in.csv" "$work/t.arrow" "$threads" >>"$work/ingest"
	for p in $peers; do
		(cd "$work" && node peer.cjs "$p" in.csv "$threads") >>"$work/$p"
	done
done
median() { cut -d' ' -f1 "$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
ours=$(median "$work/ingest")
printf 'csv %d MB, %d threads: ingest %.2f s, %d MB beyond the page cache' $(($(stat -c %s "$work/in.csv") >> 20)) \
	"$threads" "$ours" "$(cut -d' ' -f2 "$work/ingest" | sort -n | tail -n 1)"
for p in $peers; do
	t=$(median "$work/$p")
	printf '; %s %.2f s: %.2fx' "$p" "$t" "$(echo "$ours $t" | awk '{ print $1 / $2 }')"
done
echo
