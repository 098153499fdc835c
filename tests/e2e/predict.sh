#!/bin/bash
# dossier predict, models and importance: new data in any shape meets a saved model.
. "$(dirname "$0")/driver_lib.bash"
cd "$T" || exit 1
cp "$root/jobs/data/penguins.csv" new.csv
predict() { # ARGS...: as run, with the numbers of the told table in $T/told.json
	rm -f "$T/told.json"
	run predict "$@" --report told.json
}
told() { # TEXT FILTER WANT: a figure of told.json
	is "$1" "$(jq -c "$2" told.json)" "$3"
}
of() { # COLUMN KEY
	echo ".columns[] | select(.name == \"$1\") | .$2"
}

# ---- nothing to predict with
run predict penguins new.csv && ended 2 "no job 'penguins' in 'data/jobs'"
run run "$root/jobs/penguins.yaml" --until clarify --quiet && ended 0
run predict penguins new.csv && ended 2 "job 'penguins' has no model: run it first"
run models && ended 0
ok "no model yet" grep -q "no job has a model yet" out
run models penguins && ended 2 "job 'penguins' has no model: run it first"
run importance penguins && ended 2 "has no model"
{ echo "a,b,c" && awk 'BEGIN { srand(5); for (i = 0; i < 300; i++) print rand() "," rand() "," rand() }'; } >noise.csv
run run noise.csv --until modeling --set target=c --quiet && ended 0
run predict noise noise.csv && ended 2 "no model is warranted: nothing predicts 'c' better than the baseline"
run predict noise noise.csv --force -o noise.out --quiet && ended 0
is "forced: every row" "$(wc -l <noise.out)" 301
run models && ended 0
ok "models say so" grep -q "^noise .*no model is warranted" out
run run new.csv --until modeling --set modeling.enabled=false --quiet && ended 0
run predict new new.csv && ended 2 "job 'new' has no model: switched off in the manifest"

# ---- the file that it was trained on
run run "$root/jobs/penguins.yaml" --until modeling --quiet && ended 0
predict penguins new.csv -o same.csv
is "status" "$status" 0
is "head" "$(head -n 1 same.csv)" "row,prediction,probability_Adelie,probability_Chinstrap,probability_Gentoo"
is "a line a row, in order" "$(sed 1d same.csv | cut -d, -f1 | cmp - <(seq 344) && echo yes)" yes
told "it fits" .fits true
told "rows" .rows 344
told "nothing is strange" '[.columns[] | .unreadable + .unseen + .outside] | add' 0
ok "nearly all right: $(jq .actual told.json)" jq -e '.actual.accuracy > 0.97 and .actual.rows == 344' told.json >/dev/null
for n in 1 2 7; do
	run predict penguins new.csv --threads $n --quiet && ended 0
	ok "$n threads, standard output" cmp -s out same.csv
done
"$dossier" predict penguins - <new.csv 2>/dev/null >out
ok "standard input" cmp -s out same.csv
"$dossier" predict penguins <(cat new.csv) -o >(cat >piped.csv) 2>/dev/null
ok "through pipes" soon cmp -s piped.csv same.csv
gzip -c new.csv >new.csv.gz && run predict penguins new.csv.gz -o packed.csv --quiet && ended 0
ok "compressed" cmp -s packed.csv same.csv
ok "nothing is left behind: $(ls -A data/.predict)" test -z "$(ls data/.predict)"
ok "the job is as it was" test ! -e data/jobs/penguins/predict.json

# ---- what is written
predict penguins new.csv -o kept.ndjson --format ndjson --keep sex,year
is "objects" "$(jq -c '[.row, .prediction, .sex, .year | tostring] | join(" ")' kept.ndjson | sed -n '1p;4p' | tr '\n' ' ')" '"1 Adelie male 2007" "4 Adelie null 2007" '
ok "the same numbers" cmp -s <(jq -r '[.row, .prediction, .probability_Adelie] | map(tostring) | join(",")' kept.ndjson | cut -c1-20) \
	<(sed 1d same.csv | cut -d, -f1-3 | cut -c1-20)
run predict penguins new.csv --keep all -o all.csv --quiet && ended 0
is "all columns" "$(head -n 1 all.csv | cut -d, -f6-)" "$(head -n 1 new.csv)"
ok "as they were" cmp -s <(cut -d, -f8-11 all.csv | sed 's/,*$//') <(cut -d, -f3-6 new.csv | sed 's/NA//g;s/,*$//')
{ echo prediction,row,row_2,sex && sed 1d new.csv | cut -d, -f1-4; } >names.csv
run predict penguins names.csv --allow-missing --keep all -o names.out --quiet
is "names stay apart" "$(head -n 1 names.out | cut -d, -f6-)" "prediction_2,row_3,row_2,sex"
run predict penguins new.csv --keep nose && ended 2 "--keep: the file has no column 'nose'"
run predict penguins new.csv --format xml && ended 2 "expected csv or ndjson, found 'xml'"
run predict penguins new.csv --json && ended 2 "--json needs -o"
run predict penguins new.csv -o j.csv --json
is "--json" "$(jq -r .schema out)" dossier/predict/1

# ---- data in another shape
awk -F, -v OFS=, '{ print $8, $7, NR == 1 ? "note" : "n" NR, $6, $5, $4, $3, $2 }' new.csv >order.csv
predict penguins order.csv -o out.csv
is "another order, no target, one column more" "$status" 0
ok "the same predictions" cmp -s out.csv same.csv
told "what is not used" .extra '["note"]'
cut -d, -f2-6,8 new.csv >nosex.csv
predict penguins nosex.csv -o nosex.out && ended 4 "the file lacks 1 of the 7 columns that the model reads: 'sex'"
ok "no output" test ! -e nosex.out
predict penguins nosex.csv -o nosex.out --allow-missing
is "allowed, but told" "$status" 1
told "it does not fit" '[.fits, .suspects]' '[false,1]'
told "absent" "$(of sex wrong)" '"absent"'
is "predicted all the same" "$(wc -l <nosex.out)" 345
sed 's/,Torgersen,/,Mars,/; 2s/39.1/about forty/; 3s/17.4/-/; 4s/3250/99999/' new.csv >odd.csv
predict penguins odd.csv -o odd.out
is "odd values" "$status" 1
told "unseen levels" "$(of island unseen)" 52
told "unreadable" "$(of bill_length_mm unreadable)" 1
told "out of range" "$(of body_mass_g outside)" 1
ok "the table names them" grep -qE "^island +0 +0 +52 +0  unseen levels" err
printf 'island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year\nBiscoe,50,16,230,5500,male,2008\nDream,49,19,195,3700\nBiscoe,a,b,c,d,e,f,g,h,i,j\nBiscoe,45,15,215,5000,female,2009\n' >ragged.csv
predict penguins ragged.csv -o ragged.out
is "records that are no rows are counted" "$(jq -c '[.rows, .set_aside]' told.json)" '[3,1]'
is "and it is told" "$status" 1
head -n 1 new.csv >head.csv
predict penguins head.csv -o head.out
is "no rows" "$status $(wc -l <head.out)" "0 1"
printf 'x,y\n1,2\n' >other.csv
run predict penguins other.csv -o other.out --allow-missing && ended 4 "none of the 7 columns that the model reads"
: >empty.csv
run predict penguins empty.csv && ended 4 "empty.csv"
head -c 300 new.csv.gz >cut.csv.gz
run predict penguins cut.csv.gz -o cut.out && ended 4 "cut.csv.gz"
run predict penguins nowhere.csv && ended 4 "cannot open 'nowhere.csv'"
run predict penguins . && ended 4 "it is a directory"
sed 's/,/;/g; s/\./,/g' new.csv >german.csv
run predict penguins german.csv -o german.out --quiet && ended 0
ok "another dialect" cmp -s german.out same.csv
tr , '^' <new.csv >caret.csv
run predict penguins caret.csv --set 'source.delimiter=^' -o caret.out --quiet && ended 0
ok "a dialect that is declared" cmp -s caret.out same.csv
run predict penguins new.csv --set source.delimeter=x && ended 2 "did you mean 'source.delimiter'"

# ---- types are those of training: a code stays a text
{
	echo code,y
	for i in $(seq 200); do echo "00$((i % 3)),$((i % 3 * 10 + i % 2))"; done
} >codes.csv
run run codes.csv --until modeling --set target=y --set columns.code.type=category --set modeling.task=regression --quiet && ended 0
printf 'code\n001\n002\n' >code.csv
predict codes code.csv -o code.out
is "codes" "$status $(jq -c '.columns[0] | [.missing, .unseen]' told.json)" "0 [0,0]"
is "their means" "$(sed 1d code.out | awk -F, '{ print ($2 > 15) }' | tr '\n' ' ')" "0 1 "
printf 'code\n001\n1\n' >code.csv
predict codes code.csv -o code.out
told "1 is not 001" '.columns[0].unseen' 1

# ---- a regression, from a workbook, with intervals
run run "$root/jobs/bikes.yaml" --until modeling --quiet && ended 0
cp "$root/jobs/data/bike-sharing-daily.csv" bikes.csv
predict bikes bikes.csv -o bikes.out
is "status" "$status" 0
if jq -e '.model.half_width != null' told.json >/dev/null; then
	is "intervals" "$(head -n 1 bikes.out)" "row,prediction,lower,upper"
	ok "around the prediction" awk -F, 'NR > 1 && !($3 < $2 && $2 < $4) { exit 1 }' bikes.out
fi
book=$root/../shared/data/models/titanic_train.csv
if [ -f "$book" ]; then
	cp "$book" titanic.csv
	run run titanic.csv --until modeling --set target=Survived --quiet && ended 0
	predict titanic titanic.csv -o titanic.out
	is "titanic" "$status $(wc -l <titanic.out)" "0 892"
	ok "better than the share of the dead" jq -e '.actual.accuracy > 0.75' told.json >/dev/null
fi


# a workbook becomes a job, and its rows as text say the same
cp "$root/tests/data/ingest/xlsx_iris.xlsx" iris.xlsx
run run iris.xlsx --until modeling --set target=Species --set source.sheet=1 --quiet && ended 0
predict iris iris.xlsx -o book.out --keep all
is "a workbook" "$status $(wc -l <book.out)" "0 151"
cut -d, -f6- book.out >iris.csv
predict iris iris.csv -o text.out
is "as text" "$status" 0
ok "the same predictions" cmp -s <(cut -d, -f1-5 book.out) text.out

# ---- interrupted, refused, in the way
awk 'NR == 1 { head = $0; print; next } { line[NR] = $0 } END { for (k = 0; k < 3000; k++) for (i = 2; i in line; i++) print line[i] }' new.csv >large.csv
head -n 40001 large.csv >many.csv
for n in 1 2 7; do
	run predict penguins many.csv --threads $n -o many.$n --quiet && ended 0
	ok "$n threads, many slices" cmp -s many.$n many.1
done
is "many rows, in order" "$(tail -n 1 many.1 | cut -d, -f1) $(sed 1d many.1 | cut -d, -f1 | sort -nc && echo sorted)" "40000 sorted"
echo before >large.out
for wait in 0.1 0.4 0.8; do
	"$dossier" predict penguins large.csv -o large.out >/dev/null 2>&1 &
	pid=$!
	sleep $wait
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	ok "killed after $wait s: nothing or all" test "$(wc -l <large.out)" = 1 -o "$(wc -l <large.out)" = $((344 * 3000 + 1))
done
sleep 0.3
run predict penguins large.csv -o large.out --quiet && ended 0
is "then it goes through" "$(wc -l <large.out)" $((344 * 3000 + 1))
ok "what was left is gone" test -z "$(ls data/.predict)" -a ! -e .large.out.tmp
run predict penguins new.csv -o . && ended 5 "it is a directory"
run predict penguins new.csv -o nodir/x.csv && ended 5 "cannot write 'nodir/x.csv'"
run predict penguins new.csv -o /dev/full && ended 5 "No space left on device"
model=data/jobs/penguins/model/model.json
cp $model good.json
head -c 500 good.json >$model
run predict penguins new.csv && ended 4 "model.json"
sed 's|dossier/model/2|dossier/model/1|' good.json >$model
run predict penguins new.csv && ended 4 "run the job again"
cp good.json $model

# ---- what there is, and what it rests on
run models && ended 0
ok "penguins are listed: $(cat out)" grep -qE "^penguins +species +multiclass +[A-Z].* log_loss 0\.0[0-9]+ \(" out
run models --json
is "as JSON" "$(jq -r '.[] | select(.id == "penguins") | [.target, .warranted, .rows] | map(tostring) | join(" ")' out)" "species true 344"
run models penguins && ended 0
ok "the one that is saved is marked" grep -qE "^\* +[A-Z]" out
ok "the baseline competes" grep -q "Baseline (class shares)" out
ok "with the times of the fits" grep -qE "[0-9] m?s +(< )?[0-9.]+ m?s" out
run importance penguins && ended 0
ok "bars: $(cat out)" grep -qE "^bill_length_mm +[0-9.]+ +[0-9.e-]+ to [0-9.]+.*█" out
run importance penguins --json
ok "as JSON" jq -e '.importance.features | length > 3' out >/dev/null
finish
