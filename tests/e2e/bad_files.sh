#!/bin/bash
# Files that are no table, and tables with something wrong: one clear line and status 4, or a report that
# says what was found.
. "$(dirname "$0")/driver_lib.bash"
cd "$T" || exit 1
refuse() { # STATUS PATTERN FILE
	run run "$3" --quiet && ended "$1"
	ok "$3: $(cat "$T/err") lacks $2" grep -qE "^dossier: .*$2" "$T/err"
}
accept() { # FILE: a report is made
	run run "$1" --quiet
	ended 0
}

printf '\xef\xbb\xbf' >bom.csv && refuse 4 "bom.csv.*(empty|nothing)" bom.csv
head -c 4000 /dev/zero >zeros.csv && refuse 4 "zeros.csv" zeros.csv
printf 'PK\003\004%0200d' 0 >book.csv && refuse 4 "book.csv.*(zip|xlsx|Excel)" book.csv
printf '\x89PNG\r\n\032\n%0200d' 0 >picture.csv && refuse 4 "picture.csv.*PNG" picture.csv
head -c 5000 /dev/urandom >noise.csv && refuse 4 "noise.csv" noise.csv
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
finish
