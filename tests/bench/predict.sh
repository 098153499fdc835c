#!/bin/bash
# dossier predict of a million rows by linear models: the whole command and the phase of predicting alone.
# Usage: predict.sh PROGRAM; ROWS and THREADS may be set. Nothing here passes or fails.
set -eu
dossier=$(readlink -f "$1") rows=${ROWS:-1000000} threads=${THREADS:-2}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
table() { # ROWS
	awk -v n="$1" 'BEGIN { srand(4); split("red green blue grey", c, " "); split("S M L", z, " ")
		print "x1,x2,x3,x4,x5,x6,x7,x8,colour,size,y,flag"
		for (i = 0; i < n; i++) {
			a = rand(); b = rand() * 10; k = int(rand() * 4) + 1; y = 3 * a + b / 2 + k + rand()
			printf "%.4f,%.3f,%.2f,%d,%.4f,%.3f,%.2f,%d,%s,%s,%.3f,%s\n", a, b, rand() * 100, rand() * 1000, rand(),
				rand(), rand() * 10, rand() * 50, c[k], z[int(rand() * 3) + 1], y, (y + rand() > 7 ? "yes" : "no")
		} }'
}
table 5000 >"$work/train.csv"
table "$rows" | cut -d, -f1-10 >"$work/new.csv"
predict() { # LABEL CANDIDATES TARGET OTHER
	rm -rf "$work/data"
	"$dossier" run "$work/train.csv" --quiet --data-dir "$work/data" --until modeling --set target="$3" \
		--set modeling.candidates="[baseline, $2]" --set modeling.exclude="[$4]"
	start=$(date +%s.%N)
	"$dossier" predict train "$work/new.csv" --data-dir "$work/data" -o "$work/out.csv" --threads "$threads" --explain \
		2>"$work/err" || true
	end=$(date +%s.%N)
	awk -v label="$1" -v rows="$rows" -v all="$(echo "$end $start" | awk '{ print $1 - $2 }')" '/^predict:/ {
		printf "%-44s %7.2f s  %6.2f M rows/s\n", label, all, rows / all / 1e6
		printf "    predicting alone %21.2f s wall %6.2f s cpu  %6.2f M rows/s\n", $2, $4, rows / $2 / 1e6 }' "$work/err"
}
predict "predict $rows x 10: linear regression" ols y flag
predict "predict $rows x 10: logistic regression" logistic flag y
predict "predict $rows x 10: boosted trees" gbm y flag
