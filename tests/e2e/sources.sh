#!/bin/bash
# What a manifest may name as its input: several files, standard input, joined tables, formats.
. "$(dirname "$0")/driver_lib.bash"
cd "$T" || exit 2
manifest() { cat >"$T/$1.yaml"; }
ingest() { jq -r "$2" "data/jobs/$1/ingest/ingest.json"; }
column() { jq -r --arg n "$2" '.columns[] | select(.name == $n) | '"$3" "data/jobs/$1/ingest/schema.json"; }

# ---- several files as one table ----
mkdir in
printf 'id,amount,day\n1,10,2026-01-01\n2,20,2026-01-02\n' >in/2026-01.csv
printf 'id;day;amount;remark\n3;2026-02-01;30,5;late\n4;2026-02-02;40;\n' >in/2026-02.csv
printf 'id,amount\n5,50\n' >in/2026-10.csv
manifest many <<'M'
source: {files: ["in/2026-*.csv"]}
M
run run many.yaml --until ingest
ended 0
is "rows of all files" "$(ingest many .rows)" 5
is "files in order" "$(ingest many '[.parts[].file] | join(" ")')" "2026-01.csv 2026-02.csv 2026-10.csv"
is "rows of each" "$(ingest many '[.parts[].rows] | join(" ")')" "2 2 1"
is "what the last lacks" "$(ingest many '.parts[2].absent | join(" ")')" "day remark"
is "type over all files" "$(column many amount .parsed)" real
is "missing where a file lacks it" "$(column many day .evidence.missing)" 1
is "the name of the input" "$(ingest many .file)" "3 files"
ok "a finding tells" grep -q '"parts_differ"' data/jobs/many/ingest/ingest.json
run run many.yaml --until ingest
ok "the second run is up to date" grep -q "up to date" out
printf 'id,amount\n6,60\n' >in/2026-11.csv
run run many.yaml --until ingest --explain
is "a new file is seen" "$(ingest many .rows)" 6
rm in/2026-11.csv
run run many.yaml --until ingest
is "a file that went is gone" "$(ingest many .rows)-$(ls data/jobs/many/original | wc -l)" 5-3
printf 'id,amount\n1,2,3,4\n5,6,7,8\n' >in/bad.csv
manifest none <<'M'
source: {files: ["nothing/*.csv"]}
M
run run none.yaml
ended 4 "no file matches 'nothing/*.csv'"
manifest two <<'M'
source: {file: in/2026-01.csv, files: ["in/2026-*.csv"]}
M
run check two.yaml
ended 2 "'source.file' and 'source.files': name one"

# ---- standard input ----
(cd "$T" && printf 'a,b\n1,x\n2,y\n' | "$dossier" run - --until ingest >out 2>err)
is "standard input is read" "$?-$(ingest stdin .rows)" 0-2
printf 'a,b\n1,x\n2,y\n3,z\n' | "$dossier" run - --until ingest --set id=other >out 2>err
is "under another name" "$?-$(ingest other .rows)" 0-3
run run - --until ingest --resume
is "--resume keeps what was read" "$status-$(ingest stdin .rows)" 0-2
run run - --until ingest
ended 4 "empty"

# ---- joined tables ----
printf 'order,customer,region,amount\n1,7,n,10\n2,8,s,20\n3,9,,30\n4,7,n,40\n' >orders.csv
printf 'id,name,amount\n7,Ann,1\n8,Bob,2\n8,Bill,3\n99,Zoe,4\n' >customers.csv
printf '[{"code": "n", "long": "North"}, {"code": "s", "long": "South"}]' >regions.json
manifest joined <<'M'
source: {file: orders.csv}
join:
  customers: {file: customers.csv, on: ["id = customer"]}
  regions: {file: regions.json, on: ["code = region"]}
M
run run joined.yaml --until ingest
ended 0
is "columns of all" "$(jq -r '[.columns[].name] | join(" ")' data/jobs/joined/ingest/schema.json)" \
	"order customer region amount name customers.amount long"
is "match rates" "$(ingest joined '[.joined[] | .matched, .unmatched, .unused, .repeated] | join(" ")')" "3 1 2 1 3 1 0 0"
ok "a finding tells of rows without partner" grep -q '"join_unmatched"' data/jobs/joined/ingest/ingest.json
run run joined.yaml --until ingest --set join.customers.type=inner
is "inner drops rows" "$(ingest joined .rows)" 3
manifest nokey <<'M'
source: {file: orders.csv}
join: {customers: {file: customers.csv, on: [customer]}}
M
run run nokey.yaml --until ingest
ended 2 "join.customers.on: the joined table has no column 'customer'"
manifest noon <<'M'
source: {file: orders.csv}
join: {customers: {file: customers.csv}}
M
run check noon.yaml
ended 2 "'join.customers.on' is missing"

# ---- servers: nothing secret in a manifest ----
manifest secret <<'M'
source: {postgres: "host=nowhere password=hunter2", table: t}
M
run check secret.yaml
ended 2 "must not hold a password"
manifest unset <<'M'
source: {postgres: "host=nowhere", table: t, password_env: NOT_SET_ANYWHERE}
M
run check unset.yaml
ended 2 "source.password_env: the variable that it names is not set"

# ---- formats ----
run formats
ended 0
for f in csv json ndjson xlsx xls ods access sqlite postgres sas spss stata; do
	ok "formats lists $f" grep -q "^$f " out
done
run formats --json
is "as JSON" "$(jq -r 'map(select(.name == "xlsx"))[0].extensions | split(" ")[0]' out)" xlsx
for codec in "gzip gz" "zstd zst" "bzip2 bz2" "xz xz"; do
	$(echo "$codec" | cut -d' ' -f1) -c orders.csv >"orders.csv.${codec#* }"
	run run "orders.csv.${codec#* }" --until ingest --set id=packed
	is "${codec#* }" "$status-$(ingest packed .rows)" 0-4
done
zip -q one.zip orders.csv && zip -q two.zip orders.csv customers.csv
run run one.zip --until ingest --set id=packed
is zip "$status-$(ingest packed .rows)" 0-4
run run two.zip --until ingest --set id=packed2
ended 4 source.member
run run two.zip --until ingest --set id=packed2 --set source.member=customers.csv
is "a member by name" "$status-$(ingest packed2 .rows)" 0-4
sqlite3 shop.db 'CREATE TABLE t(id INTEGER, day TEXT, v REAL); INSERT INTO t VALUES(1, "2026-01-01", 2.5), (2, "2026-01-02", NULL);'
manifest shop <<'M'
source: {sqlite: shop.db, query: "SELECT * FROM t WHERE id > 0"}
M
run run shop.yaml --until ingest
is sqlite "$status-$(ingest shop .rows)-$(column shop day .parsed)" 0-2-date
printf '{"a": 1, "b": {"c": "x"}}\n{"a": 2.5}\n' >lines.ndjson
run run lines.ndjson --until ingest
is ndjson "$(ingest lines .format)-$(jq -r '[.columns[].name] | join(" ")' data/jobs/lines/ingest/schema.json)" "ndjson-a b.c"
printf '%%PDF-1.4 no data' >doc.csv
run run doc.csv
ended 4 "PDF"

# a manifest names nothing outside of its own folder
mkdir -p inner/real elsewhere && cp orders.csv elsewhere/secret.csv && cp orders.csv inner/real/here.csv
printf 'hidden\n' >elsewhere/password
ln -s ../elsewhere inner/link && ln -s ../elsewhere/secret.csv inner/link.csv && ln -s real/here.csv inner/good.csv
outside() { # WHAT MANIFEST
	printf '%s\n' "$2" >inner/out.yaml
	run run inner/out.yaml --until ingest
	ended 2 "outside of the folder of the manifest ('inner/')"
	run run inner/out.yaml --until ingest --allow-outside
	ended 0
}
outside "a path above" 'source: {file: ../elsewhere/secret.csv}'
outside "an absolute path" "source: {file: $PWD/elsewhere/secret.csv}"
outside "a link to a folder" 'source: {file: link/secret.csv}'
outside "a link to a file" 'source: {file: link.csv}'
outside "a pattern" 'source: {files: ["../elsewhere/*.csv"]}'
outside "a joined table" 'source: {file: real/here.csv}
join: {more: {file: ../elsewhere/secret.csv, on: [order]}}'
outside "a logo" 'source: {file: real/here.csv}
report: {logo: ../elsewhere/password}'
printf 'source: {postgres: "host=/nowhere", query: "SELECT 1", password_file: ../elsewhere/password}\n' >inner/out.yaml
run run inner/out.yaml && ended 2 "outside"
printf 'source: {file: good.csv}\n' >inner/in.yaml
run run inner/in.yaml --until ingest && ended 0
run run elsewhere/secret.csv --until ingest && ended 0
run run data/jobs/secret/job.yaml --until ingest && ended 0
finish
