#!/bin/bash
# PostgreSQL against a real server, which this starts on a socket in a folder of its own: all types,
# choice of tables, queries, refusals, the password.
. "$(dirname "$0")/driver_lib.bash"
bin=$(for d in /usr/lib/postgresql/*/bin; do [ -x "$d/initdb" ] && echo "$d"; done | sort -V | tail -n 1)
if [ -z "$bin" ]; then
	echo "skipped: no PostgreSQL server"
	finish
	exit
fi

# ---- the server: never as root ----
P=$(mktemp -d "${TMPDIR:-/tmp}/dossier-pg.XXXXXX")
as=()
if [ "$(id -u)" = 0 ]; then
	owner=$(id -u postgres 2>/dev/null || id -u nobody)
	chown "$owner" "$P"
	as=(setpriv "--reuid=$owner" "--regid=$(id -g "$owner")" --clear-groups)
fi
server() { (cd "$P" && "${as[@]}" "$bin/$1" "${@:2}") >>"$P.log" 2>&1; }
stop() {
	server pg_ctl -D "$P/data" -m immediate stop
	rm -rf "$T" "$P" "$P.log"
}
trap stop EXIT
echo 'se cret' >"$P/password" && chmod 644 "$P/password"
if ! server initdb -D "$P/data" -A scram-sha-256 --pwfile="$P/password" -U ada -E UTF8 --no-locale ||
	! server pg_ctl -D "$P/data" -w -o "-c listen_addresses='' -c unix_socket_directories='$P' -c fsync=off" start; then
	tail -n 20 "$P.log"
	echo "failed: the server does not start"
	failed=1 && finish
	exit 1
fi
sql() { PGPASSWORD='se cret' psql -q -v ON_ERROR_STOP=1 -X -A -t -h "$P" -U ada -d postgres "$@"; }
to="host=$P user=ada dbname=postgres"
echo 'se cret' >"$T/password"

# A manifest with these lines of source, run as far as its table.
job() { # NAME [LINE...]
	{
		echo "source:"
		echo "  postgres: \"${server:-$to}\""
		echo "  password_file: password"
		printf '  %s\n' "${@:2}"
	} >"$T/$1.yaml"
	run run "$1.yaml" --until ingest
}
told() { jq -r "$2" "$T/data/jobs/$1/ingest/ingest.json"; }
column() { jq -r --arg n "$2" '.columns[] | select(.name == $n) | '"${3:-.parsed}" "$T/data/jobs/$1/ingest/schema.json"; }

# ---- every type ----
sql <<'SQL' || { echo "failed: the sample" && failed=1; }
CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TABLE kinds(id serial PRIMARY KEY, b boolean, i2 smallint, i8 bigint, f4 real, f8 double precision,
	n numeric, n2 numeric(10,2), n0 numeric(12,0), t text, v varchar(20), c char(5), d date, ts timestamp,
	tz timestamptz, tm time, ttz timetz, iv interval, im interval, u uuid, j json, jb jsonb, a int[], by bytea,
	m mood, r int4range, ip inet, zip text, dt text, p positive);
INSERT INTO kinds(b,i2,i8,f4,f8,n,n2,n0,t,v,c,d,ts,tz,tm,ttz,iv,im,u,j,jb,a,by,m,r,ip,zip,dt,p) VALUES
(true,-5,9223372036854775807,1.5,0.1,12345678901234567890.123,3.10,123456789012,E'tab\there\nand \\ back','Zoë','ab',
 '2024-02-29','2024-02-29 13:05:00.5','2024-02-29 13:05:00+02','13:05','13:05+02','1 day 02:03:04.5','1 mon',
 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11','{"a": 1}','{"b":2}','{1,2}','\x00ff','ok','[1,5)','10.0.0.1','01234','2024-01-01',3),
(false,5,-9223372036854775808,2.5,1e300,0,0,0,'','日本語 😀','','0044-03-15 BC','2024-01-01','1999-12-31 23:59:59.123456Z',
 '00:00',NULL,'-01:30','2 days',NULL,NULL,NULL,NULL,decode(repeat('ab',40),'hex'),'sad','empty','::1','99999','2024-01-02',4);
INSERT INTO kinds(b) VALUES (NULL);
CREATE TABLE big AS SELECT g AS id, 'row ' || g AS name, g * 0.5::float8 AS x, DATE '2020-01-01' + g % 900 AS day
	FROM generate_series(1, 50000) g;
CREATE TABLE long AS SELECT repeat('x', 1000000) || g AS text FROM generate_series(1, 9) g;
CREATE TABLE pages(part int, v int) PARTITION BY LIST (part);
CREATE TABLE page1 PARTITION OF pages FOR VALUES IN (1);
INSERT INTO pages VALUES (1, 2);
ANALYZE;
CREATE VIEW seen AS SELECT id, name FROM big WHERE id <= 3;
CREATE SCHEMA other;
CREATE TABLE other."Odd ""Name"(x int);
INSERT INTO other."Odd ""Name" VALUES (7);
CREATE TABLE nothing();
CREATE ROLE bob LOGIN PASSWORD 'se cret';
SQL
job kinds "table: kinds"
ended 0
is "rows" "$(told kinds .rows)" 3
is "format" "$(told kinds .format)" postgres
is "types" "$(jq -r '[.columns[] | .name + " " + .parsed] | join(",")' "$T/data/jobs/kinds/ingest/schema.json")" \
	"id integer,b boolean,i2 integer,i8 integer,f4 real,f8 real,n real,n2 real,n0 integer,t text,v text,c text,d date,ts datetime,tz datetime,tm time,ttz text,iv duration,im text,u text,j text,jb text,a text,by text,m text,r text,ip text,zip text,dt date,p integer"
is "missing values" "$(column kinds i8 .evidence.missing) $(column kinds ttz .evidence.missing)" "1 2"
is "what is no date to us" "$(column kinds d '.evidence.examples | join(",")')" "0044-03-15 BC"
is "the server's name of a type" "$(column kinds v .stored)" "character varying(20)"
ok "binary values are told" grep -q '"binary_values"' "$T/data/jobs/kinds/ingest/ingest.json"

# ---- which table ----
job largest
ended 0
is "the largest table" "$(told largest '.tables[] | select(.chosen) | .name')" big
is "its rows" "$(told largest .rows)" 50000
is "all that can be seen" "$(told largest '[.tables[].name] | join(" ")')" "big kinds long nothing pages seen"
job seen "table: seen" && is "a view" "$status-$(told seen .rows)" 0-3
job part "table: pages" && is "a partitioned table" "$status-$(told part .rows)" 0-1
job odd 'table: "other.Odd \"Name"' && is "a table of another schema" "$status-$(told odd .rows)" 0-1
job long "table: long" && is "long values" "$status-$(told long .rows)" 0-9
job none "table: nope"
ended 2 "there is no table 'nope'"
job inject 'table: "big; DROP TABLE big"'
ended 2 "there is no table 'big; DROP TABLE big'"
job nothing "table: nothing"
ended 4 "no columns"

# ---- the same bytes as by way of CSV ----
sql -c "COPY big TO STDOUT (FORMAT csv, HEADER)" >"$T/big.csv"
printf 'source: {file: big.csv}\n' >"$T/csv.yaml"
run run csv.yaml --until ingest
ok "the table of a server is that of its CSV file" cmp "$T/data/jobs/csv/ingest/table.arrow" "$T/data/jobs/largest/ingest/table.arrow"

# ---- queries ----
query() { job "$1" "query: \"$2\""; }
query count "SELECT day, count(*) AS n FROM big GROUP BY day ORDER BY day; "
ended 0
is "a query" "$(told count .rows) $(column count day) $(column count n)" "900 date integer"
query two "SELECT 1; DROP TABLE big"
ended 2 "multiple commands"
query write "DELETE FROM big RETURNING id"
ended 2 "read-only transaction"
query close "SELECT 1) TO PROGRAM 'touch $P/hacked' --"
ended 2 "syntax error"
ok "nothing was run" test ! -e "$P/hacked"
query zero "SELECT 1 / (id - 3) AS q FROM big"
ended 2 "division by zero"
query parameter 'SELECT $1::int'
ended 2 "parameters"
query word "SELEC"
ended 2 "syntax error"
query comment "SELECT 5 AS a -- and no more"
is "a comment at the end" "$status-$(told comment .rows)" 0-1

# ---- a query that somebody ends ----
(
	for _ in $(seq 100); do
		[ "$(sql -c "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(5_)%' AND pid <> pg_backend_pid() AND state = 'active'")" = 0 ] || break
		sleep 0.1
	done
) &
query sleep "SELECT pg_sleep(59)"
wait $!
ended 4 "canceling statement due to user request"

# ---- who may ----
server="host=$P user=bob dbname=postgres" job bob "table: big"
ended 4 "permission denied for table big"
server="host=$P user=ada dbname=nodb" job nodb
ended 4 'database "nodb" does not exist'
echo 'wr ong' >"$T/password"
job wrong
ended 4 "password authentication failed"
echo 'se cret' >"$T/password"
server="$to nonsense=1" job nonsense
ended 2 "malformed"
ok "the password is nowhere" test -z "$(grep -rlF 'se cret' "$T/data" "$T/out" "$T/err")"

# ---- a server that is not there comes back ----
server="host=$P/nowhere user=ada" job nowhere
ended 75 "No such file or directory"
finish
