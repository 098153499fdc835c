#!/bin/bash
# --approximate and --exact: what they change, that they exclude each other, and that sketches too are
# the same bytes for any number of threads.
. "$(dirname "$0")/driver_lib.bash"
awk 'BEGIN { print "id,x,word,few"; for (i = 1; i <= 70000; i++) printf "%d,%d.%02d,w%d,%s\n", i, (i * 7919) % 30011, i % 100, (i * 31) % 9973, i % 3 ? "a" : "b" }' >"$T/many.csv"

for n in 1 2 7; do
	run run many.csv --until eda --approximate --threads $n --data-dir "$T/a$n"
	ended 0
	ok "other bytes with $n threads" cmp -s "$T/a1/jobs/many/eda.json" "$T/a$n/jobs/many/eda.json"
done
run run many.csv --until eda --exact --data-dir "$T/e"
ended 0
run run many.csv --until eda --set eda.precision=auto --set eda.memory_mb=2 --data-dir "$T/m"
ended 0
for d in a1 m; do
	ok "$d: x is not sketched" grep -q '"method": "KLL k=4096, HyperLogLog p=14, Misra-Gries k=4096"' "$T/$d/jobs/many/eda.json"
	ok "$d: no column is exact" grep -q '"approximate": false' "$T/$d/jobs/many/eda.json"
done
ok "--exact sketches" test "$(grep -c '"approximate": true' "$T/e/jobs/many/eda.json")" = 0
# types, counts and sums do not depend on it
for key in type missing '  "count"' mean sum; do
	is "$key" "$(grep "\"\?${key}\"\?:" "$T/a1/jobs/many/eda.json" | head -n 4)" "$(grep "\"\?${key}\"\?:" "$T/e/jobs/many/eda.json" | head -n 4)"
done
run run many.csv --exact --approximate
ended 2 "--exact and --approximate contradict each other"
finish
