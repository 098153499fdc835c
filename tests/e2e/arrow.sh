#!/bin/bash
# table.arrow of every type, read by two others: apache-arrow and polars, from the npm registry.
. "$(dirname "$0")/driver_lib.bash"
modules=$root/build/npm
script=$root/tests/e2e/arrow.cjs
if ! command -v node npm >/dev/null; then
	echo "skipped: no node to ask other readers of table.arrow"
	echo "0 passed, 0 failed"
	exit 0
fi
packages="apache-arrow@21.2.0 nodejs-polars@0.25.2 nodejs-polars-linux-x64-gnu@0.25.2"
if [ ! -d "$modules/node_modules/nodejs-polars-linux-x64-gnu" ]; then
	# shellcheck disable=SC2086
	npm install --silent --no-audit --no-fund --prefix "$modules" $packages >"$T/npm.log" 2>&1 ||
		{ echo "skipped: npm could not install $packages" && echo "0 passed, 0 failed" && exit 0; }
fi
cd "$T" || exit 2
cat >all.csv <<'CSV'
id,real,flag,day,moment,zoned,clock,lasted,word,name,huge,empty
1,1.5,yes,2024-02-29,2024-02-29 13:05:00,2024-02-29T13:05:00+02:00,13:05:00,26:30:00,a,Zoë 😀,9007199254740993,
2,,no,1969-12-31,1969-12-31 23:59:59.123,1969-12-31T23:59:59Z,00:00:00.5,00:00:01,b,"quoted, ""text""",-9223372036854775808,
3,-2.25e-7,,2100-01-01,1900-01-01 00:00:00,2100-01-01T00:00:00-05:30,23:59:59,100:00:00,a,,9223372036854775807,
,0.1,yes,,,,,,,Ωmega,,
5,1e300,no,0001-01-01,2024-01-01 00:00:00,2024-01-01T00:00:00Z,12:00:00,30:00:00,b,five,0,
6,6,no,2024-01-01,2024-01-01 00:00:00,2024-01-01T00:00:00Z,12:00:00,30:00:00,b,six,0,
CSV
run run all.csv --until ingest
ended 0
node "$script" "$modules" data/jobs/all/ingest/table.arrow >read.json 2>node.err
ok "both read it: $(head -n 5 node.err)" test "$(wc -l <read.json)" = 2
head -n 1 read.json | jq -c '.columns | to_entries[] | [.key, .value.type, .value.values]' >arrow.txt
tail -n 1 read.json | jq -c '.columns | to_entries[] | [.key, .value.type, .value.values]' >polars.txt
cat >arrow.want <<'WANT'
["id","Int64",["1","2","3",null,"5","6"]]
["real","Float64",[1.5,null,-2.25e-07,0.1,1e+300,6]]
["flag","Bool",[true,false,null,true,false,false]]
["day","Date32<DAY>",["2024-02-29","1969-12-31","2100-01-01",null,"0001-01-01","2024-01-01"]]
["moment","Timestamp<MICROSECOND>",["2024-02-29T13:05:00.000Z","1969-12-31T23:59:59.123Z","1900-01-01T00:00:00.000Z",null,"2024-01-01T00:00:00.000Z","2024-01-01T00:00:00.000Z"]]
["zoned","Timestamp<MICROSECOND, UTC>",["2024-02-29T11:05:00.000Z","1969-12-31T23:59:59.000Z","2100-01-01T05:30:00.000Z",null,"2024-01-01T00:00:00.000Z","2024-01-01T00:00:00.000Z"]]
["clock","Time64<MICROSECOND>",["47100000000","500000","86399000000",null,"43200000000","43200000000"]]
["lasted","Duration<MICROSECOND>",["95400000000","1000000","360000000000",null,"108000000000","108000000000"]]
["word","Dictionary<Int32, Utf8>",["a","b","a",null,"b","b"]]
["name","Utf8",["Zoë 😀","quoted, \"text\"",null,"Ωmega","five","six"]]
["huge","Utf8",["9007199254740993","-9223372036854775808","9223372036854775807",null,"0","0"]]
["empty","Utf8",[null,null,null,null,null,null]]
WANT
cat >polars.want <<'WANT'
["id","DataType(Int64)",[1,2,3,null,5,6]]
["real","DataType(Float64)",[1.5,null,-2.25e-07,0.1,1e+300,6]]
["flag","DataType(Bool)",[true,false,null,true,false,false]]
["day","DataType(Date)",["2024-02-29T00:00:00.000Z","1969-12-31T00:00:00.000Z","2100-01-01T00:00:00.000Z",null,"0001-01-01T00:00:00.000Z","2024-01-01T00:00:00.000Z"]]
["moment","DataType(Datetime(us,))",["2024-02-29T13:05:00.000Z","1969-12-31T23:59:59.123Z","1900-01-01T00:00:00.000Z",null,"2024-01-01T00:00:00.000Z","2024-01-01T00:00:00.000Z"]]
["zoned","DataType(Datetime(us,UTC))",["2024-02-29T11:05:00.000Z","1969-12-31T23:59:59.000Z","2100-01-01T05:30:00.000Z",null,"2024-01-01T00:00:00.000Z","2024-01-01T00:00:00.000Z"]]
["clock","DataType(Time)",["13:05:00","00:00:00.500","23:59:59",null,"12:00:00","12:00:00"]]
["lasted","DataType(Duration(ms))",[95400000000,1000000,360000000000,null,108000000000,108000000000]]
["word","DataType(Categorical)",["a","b","a",null,"b","b"]]
["name","DataType(String)",["Zoë 😀","quoted, \"text\"",null,"Ωmega","five","six"]]
["huge","DataType(String)",["9007199254740993","-9223372036854775808","9223372036854775807",null,"0","0"]]
["empty","DataType(String)",[null,null,null,null,null,null]]
WANT
for reader in arrow polars; do
	diff $reader.want $reader.txt >$reader.diff
	ok "$reader reads other values: $(cat $reader.diff)" test ! -s $reader.diff
done

# several batches, and codes into one dictionary
awk 'BEGIN { print "n,level,text"; for (i = 1; i <= 70000; i++) print i ",l" i % 7 ",text " i }' >many.csv
run run many.csv --until ingest
ended 0
node "$script" "$modules" data/jobs/many/ingest/table.arrow | while read -r line; do
	jq -c '[.rows, (.columns.n.values | map(tonumber) | add), .columns.level.values[69999], .columns.text.values[40000]]' <<<"$line"
done >many.txt
is "both read many batches" "$(sort -u many.txt)-$(wc -l <many.txt)" '[70000,2450035000,"l0","text 40001"]-2'
finish
