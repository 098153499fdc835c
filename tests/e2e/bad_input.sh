#!/bin/bash
# Each kind of bad input gets one clear line and the right exit status; nothing crashes, nothing is half done.
. tests/e2e/lib.sh
cd "$work" || exit 1
refuse() { # STATUS PATTERN ARGS...: one line on stderr that matches, nothing else, that status
	want=$1 pattern=$2 && shift 2
	run run "$@" --data-dir "$work/data" --quiet
	is "status of: run $*" "$status" "$want"
	is "one line for: run $*" "$(printf '%s\n' "$out" | wc -l)" 1
	ok "message of: run $* ($out)" grep -qE "^dossier: .*$pattern" <<<"$out"
}
accept() { # ARGS...: a report is made
	run run "$@" --data-dir "$work/data" --quiet
	is "run $* ($out)" "$status" 0
}
penguins='species,mass\nAdelie,3750\nGentoo,5000\n'

refuse 4 "no.such.csv.*No such file" no.such.csv
mkdir folder && refuse 4 "folder.*director" folder
: >empty.csv && refuse 4 "empty.csv.*empty" empty.csv
printf '\xef\xbb\xbf' >bom.csv && refuse 4 "bom.csv.*(empty|nothing)" bom.csv
head -c 4000 /dev/zero >zeros.csv && refuse 4 "zeros.csv" zeros.csv
printf 'PK\003\004%0200d' 0 >book.csv && refuse 4 "book.csv.*(zip|xlsx|Excel)" book.csv
printf '\x89PNG\r\n\032\n%0200d' 0 >picture.csv && refuse 4 "picture.csv.*PNG" picture.csv
head -c 5000 /dev/urandom >noise.csv && refuse 4 "noise.csv" noise.csv
{ printf 'a,b\n'; for i in $(seq 50); do printf '%s\n' "$i,$i,$i,$i,$i"; done; } >ragged.csv
printf 'a,b\n1,2\n3\n4,5,6,7\n8,9\n1,1\n2,2\n' >some.csv && accept some.csv
is "the bad row is listed" "$(sed 1d data/jobs/some/ingest/quarantine.csv | cut -d, -f1)" 4
printf 'a,a,,b\n1,2,3,4\n5,6,7,8\n' >names.csv && accept names.csv
is "names are made unique" "$(jq -c '[.columns[].name]' data/jobs/names/ingest/schema.json)" '["a","a_2","col_3","b"]'
printf 'only,a,header\n' >header.csv && accept header.csv
is "a header alone is a table of no rows" "$(jq .dataset.rows data/jobs/header/eda.json)" 0
printf 'x\n1\n' >one.csv && accept one.csv
printf 'name,n\nM\xfcller,1\nJos\xe9,2\n' >latin.csv && accept latin.csv
is "latin 1 is read" "$(jq -r '.columns[0].examples[0]' data/jobs/latin/eda.json)" Müller
printf 'name,n\ngood,1\nb\xffd,2\n%s' "$(seq -f 'é%g,3' 2000)" >bad8.csv && accept bad8.csv
ok "damaged UTF-8 is a finding" grep -q invalid_utf8 data/jobs/bad8/ingest/ingest.json
# hostile names and values stay data
printf '<script>alert(1)</script>,"=cmd()",${x}\n<img src=x onerror=y>,2,3\n{{a}},5,6\n' >evil.csv && accept evil.csv
is "no tag comes from the data" "$(grep -cE '<script>alert|<img src=x' data/jobs/evil/report.html)" 0

# manifests
# shellcheck disable=SC2059
printf "$penguins" >p.csv
manifest() { printf "$1" >job.yaml; }
manifest 'source: { file: p.csv }\ntraget: mass\n' && refuse 2 "job.yaml:2:1: unknown key 'traget' \(did you mean 'target'\?\)" job.yaml
manifest 'source: { file: p.csv }\neda: { histogram_bins: many }\n' && refuse 2 "job.yaml:2:.*histogram_bins" job.yaml
manifest 'source: { file: p.csv }\neda: { histogram_bins: 1 }\n' && refuse 2 "job.yaml:2:.*histogram_bins" job.yaml
manifest 'source: { file: p.csv\n' && refuse 2 "job.yaml:" job.yaml
manifest 'source: { file: gone.csv }\n' && refuse 4 "gone.csv.*No such file" job.yaml
manifest 'source: { file: p.csv }\ntarget: wieght\n' && refuse 2 "wieght" job.yaml
manifest 'a: &x 1\nb: *x\n' && refuse 2 "job.yaml:1:" job.yaml
manifest 'title: one\ntitle: two\nsource: { file: p.csv }\n' && refuse 2 "job.yaml:2:" job.yaml
manifest 'title: \xff\nsource: { file: p.csv }\n' && refuse 2 "job.yaml:" job.yaml
manifest '{"source": {"file": "p.csv"}, "id": "From JSON"}' && refuse 2 "id" job.yaml
mv job.yaml job.json && printf '{"source": {"file": "p.csv"}, "id": "from-json"}' >job.json && accept job.json
refuse 2 "nothing" p.csv --set nothing=1
refuse 2 "histogram_bins" p.csv --set eda.histogram_bins=abc
DOSSIER_MAX_INPUT_MB=abc refuse 2 "DOSSIER_MAX_INPUT_MB" p.csv
{ echo a,b; yes 1,22222222 | head -n 150000; } >big.csv && DOSSIER_MAX_INPUT_MB=1 refuse 4 "big.csv.*1 MB" big.csv
for command in "run" "rnu p.csv" "run p.csv --unknwon" "clarify" "check"; do
	# shellcheck disable=SC2086
	run $command
	is "status of: $command" "$status" 2
	is "one line for: $command" "$(printf '%s\n' "$out" | wc -l)" 1
done
run check job.json && is "check of a good manifest" "$status" 0
is "check makes nothing" "$(find . -path ./data -prune -o -name jobs -print)" ""

# places that can't be written
mkdir ro && chmod 555 ro
if ! touch ro/x 2>/dev/null; then
	run run p.csv --data-dir "$work/ro/data" --quiet && is "unwritable folder" "$status" 5
fi
touch afile && run run p.csv --data-dir "$work/afile" --quiet
is "a file where the data folder should be" "$status" 5
if mkdir small && mount -t tmpfs -o size=48k tmpfs small 2>/dev/null; then
	run run p.csv --data-dir "$work/small" --quiet
	is "full disk ($out)" "$status" 5
	ok "full disk is named" grep -q "No space left" <<<"$out"
	is "no half reports" "$(find small -name 'report.*')" ""
	umount small
fi
# one run at a time
"$dossier" run p.csv --data-dir "$work/data" --quiet
( flock 9; "$dossier" run p.csv --data-dir "$work/data" --quiet 2>"$work/busy" </dev/null; echo $? >"$work/busy.status" ) 9>"$work/data/jobs/p/.lock"
is "locked" "$(cat busy.status)" 75
ok "locked is said" grep -q "locked" busy
cd / || exit 1
finish
