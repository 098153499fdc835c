#!/bin/bash
# A real file of each format, all the way to a report whose checks pass.
. "$(dirname "$0")/driver_lib.bash"
cd "$T" || exit 2
whole() { # FILE FORMAT ROWS COLUMNS [COLUMN:TYPE...]
	local file=$1 format=$2 rows=$3 columns=$4 id
	shift 4
	id=$(basename "$file" | tr '._' '--')
	run run "$file" --set "id=$id"
	ended 0
	is "$file: format, rows, columns" \
		"$(jq -r '[.format, .rows, .columns] | join(" ")' "data/jobs/$id/ingest/ingest.json")" "$format $rows $columns"
	for want in "$@"; do
		is "$file: column ${want%%:*}" "$(jq -r --arg n "${want%%:*}" '.columns[] | select(.name == $n) | .parsed' \
			"data/jobs/$id/ingest/schema.json")" "${want#*:}"
	done
	ok "$file: what the reader was confined by" grep -q '"confined":"[^"]*limit.*"step":"ingest"' "data/jobs/$id/telemetry.jsonl"
	ok "$file: the report names it" grep -q "$(basename "$file" .gz)" "data/jobs/$id/report.txt"
	is "$file: nothing of the machine in an artifact" "$(grep -rl "landlock\|$T" "data/jobs/$id" --include='*.json' \
		--exclude='manifest.json' --exclude='state.json' --exclude='original.json' | wc -l)" 0
}
d=$root/tests/data/ingest
whole "$d/xlsx_iris.xlsx" xlsx 150 5 "Sepal.Length:real" "Species:text"
whole "$d/xls_mtcars.xls" xls 6 11 "mpg:real" "cyl:integer"
whole "$d/ods_booleans.ods" ods 2 2 "id:integer" "boolean:boolean"
whole "$d/access_ext.accdb.gz" access 9 6
whole "$d/sas_dates.sas7bdat" sas 4 5 "VAR1:datetime" "VAR2:date" "VAR5:time"
whole "$d/spss_sample.zsav" spss 5 7 "mydate:date" "dtime:datetime" "mytime:time"
whole "$d/stata_sample.dta" stata 5 7 "mychar:text" "mynum:real"
printf '[{"a": 1, "b": {"c": "x"}, "t": "2026-01-01"}, {"a": 2.5, "b": {"c": null}, "t": "2026-01-02"}]' >nested.json
whole nested.json json 2 3 "a:real" "b.c:text" "t:date"
sqlite3 shop.db 'CREATE TABLE orders(id INTEGER PRIMARY KEY, day TEXT, v REAL);
	WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
	INSERT INTO orders SELECT i, date("2026-01-01", i || " days"), i / 3.0 FROM n;
	CREATE TABLE small(x); INSERT INTO small VALUES (1);'
whole shop.db sqlite 40 3 "id:integer" "day:date" "v:real"
is "the other table is told" "$(jq -r '[.tables[] | select(.chosen | not) | .name] | join(" ")' data/jobs/shop-db/ingest/ingest.json)" small

# what a reader is confined by is telemetry, and a crash of a reader is unreadable input
printf 'a,b\n1,2\n3,4\n' >plain.csv
whole plain.csv csv 2 2 "a:integer"
head -c 3000 "$d/xls_mtcars.xls" >cut.xls
run run cut.xls
ended 4 "cut.xls"
printf 'PK\003\004 no archive at all' >fake.xlsx
run run fake.xlsx
ended 4 "fake.xlsx"
finish
