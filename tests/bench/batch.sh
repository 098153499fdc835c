#!/bin/bash
# 200 small jobs: `dossier batch` against a loop of `dossier run`, fresh folders, in one run.
# Usage: batch.sh DOSSIER
set -eu
dossier=$(readlink -f "$1") jobs=${JOBS:-200}
export DOSSIER_SHARE=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/in"
for k in $(seq "$jobs"); do
	awk -v k="$k" 'BEGIN { print "id,group,size,weight"; for (i = 1; i <= 200; i++) printf "%d,%s,%.1f,%.2f\n", i, substr("abc", i % 3 + 1, 1), (i * k * 7) % 50 / 10, (i * 37 + k) % 101 / 4 }' >"$work/in/t$k.csv"
	printf 'source: {file: t%d.csv}\n' "$k" >"$work/in/j$k.yaml"
done
cd "$work"
start=$EPOCHREALTIME
for f in in/*.yaml; do "$dossier" run --quiet --data-dir one --threads 1 "$f"; done
middle=$EPOCHREALTIME
"$dossier" batch --quiet --data-dir many --max-concurrent "$(nproc)" in
end=$EPOCHREALTIME
"$dossier" batch --quiet --data-dir many --max-concurrent "$(nproc)" in
again=$EPOCHREALTIME
echo "$jobs $start $middle $end $again $(nproc)" | awk '{
	printf "%d small jobs: one by one %.1f s (%.1f a second), batch %.1f s (%.1f a second): %.2fx on %d processors; again, up to date: %.2f s\n",
		$1, $3 - $2, $1 / ($3 - $2), $4 - $3, $1 / ($4 - $3), ($4 - $3) / ($3 - $2), $6, $5 - $4 }'
