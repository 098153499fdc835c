#!/bin/bash
# dossier qa: a finished report that somebody changed afterwards is found out, with the place.
. "$(dirname "$0")/driver_lib.bash"
cd "$T" || exit 1
job=data/jobs/penguins
cp "$root/jobs/data/penguins.csv" .

run qa penguins && ended 2 "no job 'penguins' in 'data/jobs'"
run run penguins.csv --until modeling --quiet && ended 0
run qa penguins && ended 2 "job 'penguins' has no report: run it first"
run run penguins.csv --quiet && ended 0
cp -r $job good
run qa penguins && ended 0
ok "one line that says all is well" grep -qxE '[0-9]+ checks passed, 0 failed, [0-9]+ not made' out
is "one line" "$(wc -l <out)" 1
ok "a verdict that stands is not written again" cmp -s $job/critique.json good/critique.json
run run penguins.csv --explain && ended 0
ok "and the job is up to date" grep -q "^qa: up to date" out
run qa penguins --json && ended 0
is "the verdict as JSON" "$(jq -r .schema out)" dossier/critique/2
is "each check says what it is" "$(jq '[.checks[] | select((.code and .name and .status and (.checked >= 0) and .examples) | not)] | length' out)" 0

spoilt() { # FILE CODE TEXT: the last run of qa fails with a line of this check that names the place
	run qa penguins
	ended 1 "check failed"
	ok "$1: no line '$2: ... $3' in: $(cat out)" grep -qE "^$2: [0-9]+ of [0-9]+: .*$3" out
	is "$1: the verdict is kept" "$(jq -r .verdict $job/critique.json)" fail
	cp -f "good/$1" "$job/$1"
}
change() { # FILE SED: as a program would that knows nothing of links between files
	sed -E "$2" "good/$1" >changed && ok "$1: nothing to change by '$2'" test -n "$(cmp changed "good/$1")"
	rm -f "$job/$1" && mv changed "$job/$1"
}
change report.html 's/43\.922/43.932/' && spoilt report.html html_numbers "'43.922' is not where section"
change report.html 's/href="#relations"/href="#realtions"/' && spoilt report.html html_links "'#realtions'"
change report.txt 's/43\.922/43.932/' && spoilt report.txt text_extra "'43.932' is in the text"
change eda.json 's/"missing": 11,/"missing": 12,/' && spoilt eda.json sums "345, expected 344"
change result.json 's/ lacks "/ lacks an alarming "/' && spoilt result.json sentences "alarming"
rm $job/report.pdf && head -c 100000 good/report.html >half && mv half $job/report.html
run qa penguins && ended 1 "check failed"
ok "a PDF that is missing" grep -q "^files: 1 of 3: report.pdf is not there" out
ok "a page that breaks off" grep -q "^html_whole: " out
is "what cannot be checked says so" "$(jq -r '.checks[] | select(.code == "pdf_numbers") | .why' $job/critique.json)" "there is no report.pdf"
cp -f good/report.pdf good/report.html $job
head -c 5000 good/report.pdf >half && rm $job/report.pdf && mv half $job/report.pdf && spoilt report.pdf pdf_whole "no end"

echo '{' >half && rm $job/result.json && mv half $job/result.json
run qa penguins && ended 4 "result.json:"
cp -f good/result.json $job
rm $job/result.json && run qa penguins && ended 2 "has no report"
cp -f good/result.json $job
PATH=/nonexistent run qa penguins && ended 0
is "without a reader of PDF its words are not checked" "$(jq -r '.checks[] | select(.code == "pdf_numbers") | .status' $job/critique.json)" "not checked"
ok "and it says so" grep -q pdftotext $job/critique.json
run qa penguins && ended 0
ok "the verdict is the first again" cmp -s $job/critique.json good/critique.json
finish
