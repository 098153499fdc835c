#!/bin/bash
# on_ambiguity: ask stops with a question; dossier clarify answers it and goes on.
. "$(dirname "$0")/driver_lib.bash"
cp "$root/jobs/data/penguins.csv" "$T/p.csv"
printf 'source: {file: p.csv}\nclarify: {on_ambiguity: ask}\nmodeling: {folds: 2}\n' >"$T/p.yaml"
run run p.yaml --set title=Asked && ended 3 'dossier clarify p target='
run status p
ok "status: $(cat "$T/out")" grep -q 'awaiting_clarification' "$T/out"
run clarify p traget=species && ended 2 "unknown question 'traget' (did you mean 'target'?)"
run clarify p target && ended 2 "expected key=value"
run clarify p target=specis && ended 2 "no column 'specis' (did you mean 'species'?)"
run clarify p target=species time=none identifier=none && ended 0
ok "the answer was not used" grep -q '"target": "species"' "$T/data/jobs/p/modeling.json"
ok "--set of the first run is forgotten" grep -q '"title": "Asked"' "$T/data/jobs/p/manifest.json"
run run p.yaml --set title=Asked --explain && ended 0
ok "an answered job runs again: $(cat "$T/out")" test "$(grep -c ': up to date$' "$T/out")" = 6
run clarify p target=island && ended 0
ok "the new answer was not used" grep -q '"target": "island"' "$T/data/jobs/p/modeling.json"
finish
