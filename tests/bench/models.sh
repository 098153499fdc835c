#!/bin/bash
# Five folds of a linear model and boosting on 50,000 rows x 20 columns, for a number and for a class: ours
# (the whole modeling step: reading, folds, the fits on all rows, intervals of scores, curves, files; without
# search, explanations and learning curve, which the peer has not either) against scikit-learn's
# LinearRegression, LogisticRegression and HistGradientBoosting, which only fits and predicts the folds. In
# turn, the median of several runs; processor time is told too, since it depends less on what else runs.
# The peer is left out where there is no scikit-learn. Usage: models.sh DOSSIER
set -eu
here=$(cd "$(dirname "$0")" && pwd) dossier=$(readlink -f "$1") runs=${RUNS:-3} threads=${THREADS:-2}
gen=$(dirname "$dossier")/tests/bench/gen work=$(mktemp -d) peer=
trap 'rm -rf "$work"' EXIT
"$gen" planted "${MODEL_ROWS:-50000}" >"$work/planted.csv"
for p in /usr/bin/python3 python3; do
	if "$p" -c 'import sklearn' 2>/dev/null; then peer=$p && break; fi
done
[ -n "$peer" ] || echo "scikit-learn: not installed, left out"
job() { # TARGET OTHER LINEAR
	rm -rf "$work/data"
	"$dossier" run --quiet --data-dir "$work/data" --until modeling --set limits.threads="$threads" --set target="$1" \
		--set "modeling.exclude=[$2]" --set "modeling.candidates=[baseline, $3, gbm]" --set modeling.search_models=0 \
		--set modeling.shap=false --set modeling.importance_rows=1000 --set modeling.learning_cells=0 ${WHOLE:---set modeling.bootstrap=0 --set modeling.test_share=0} \
		"$work/planted.csv" >/dev/null
	jq -r 'select(.event == "step_end" and .step == "modeling") | [.seconds, .cpu_seconds] | @tsv' \
		"$work"/data/jobs/*/telemetry.jsonl >>"$work/ours.$1"
	jq -r '[.metric as $m | .candidates[1:3][] | .scores[$m].value * 1e4 | round / 1e4] | @tsv' \
		"$work"/data/jobs/*/modeling.json >"$work/scores.$1"
}
for _ in $(seq "$runs"); do
	job y class ols
	job class y logistic
	[ -z "$peer" ] || OMP_NUM_THREADS=$threads OPENBLAS_NUM_THREADS=$threads "$peer" "$here/models.py" "$work/planted.csv" >>"$work/theirs"
done
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
for t in y class; do
	wall=$(cut -f1 "$work/ours.$t" | median) cpu=$(cut -f2 "$work/ours.$t" | median)
	printf 'modeling step, target %-6s %6.2f s, processor %6.2f s, scores %s' "$t" "$wall" "$cpu" "$(tr '\t' ' ' <"$work/scores.$t")"
	echo "$wall $cpu" >>"$work/sum"
	if [ -n "$peer" ]; then
		their=$(grep "^$t " "$work/theirs" | cut -d' ' -f2 | median) theirs_cpu=$(grep "^$t " "$work/theirs" | cut -d' ' -f3 | median)
		echo "$their $theirs_cpu" >>"$work/theirs_sum"
		printf '; scikit-learn %.2f s, processor %.2f s, scores %s' "$their" "$theirs_cpu" "$(grep "^$t " "$work/theirs" | tail -n 1 | cut -d' ' -f4-)"
	fi
	echo
done
if [ -n "$peer" ]; then
	awk 'FNR == NR { a += $1; b += $2; next } { c += $1; d += $2 } END { printf "both: %.2fx the wall time of scikit-learn, %.2fx its processor time\n", a / c, b / d }' \
		"$work/sum" "$work/theirs_sum"
fi
