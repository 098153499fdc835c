#!/bin/bash
# What an operator relies on: the log, crash reports, who may read what, secrets that stay secret, the last good
# report, and nights that nobody ran.
. "$(dirname "$0")/driver_lib.bash"
table() { printf 'a,b,c\n1,2,x\n3,%d,y\n4,1,x\n5,7,z\n' "$1"; }
table 5 >"$T/t.csv"
printf 'source: {file: t.csv}\nmodeling: {enabled: false}\n' >"$T/t.yaml"
now() { date -u +%F; }

# ---- the log ----
run run t.yaml --log log.jsonl --log-level debug
ended 0
ok "each line is an object with the common fields" jq -se 'all(.[]; .ts and .level and .event and .pid)' "$T/log.jsonl" >/dev/null
is "steps" "$(jq -r 'select(.event == "step_end").step' "$T/log.jsonl" | tr '\n' ' ')" "ingest eda clarify modeling report qa "
is "one run" "$(jq -rs '[.[].run | values] | unique | length' "$T/log.jsonl")" 1
ok "transitions at level debug" jq -se 'any(.[]; .event == "transition" and .to == "running:eda" and .level == "debug")' "$T/log.jsonl" >/dev/null
ok "lines for people are as ever" grep -q '^eda  ' "$T/out"
(cd "$T" && DOSSIER_LOG=env.jsonl DOSSIER_LOG_LEVEL=error "$dossier" run t.yaml --quiet)
is "nothing went wrong" "$(wc -c <"$T/env.jsonl")" 0
(cd "$T" && DOSSIER_LOG=env.jsonl "$dossier" run nowhere.yaml 2>/dev/null)
is "an error is in it" "$(jq -r '"\(.level) \(.exit_status)"' "$T/env.jsonl")" "error 2"
run run t.yaml --log - && is "standard error" "$(jq -rs 'map(.event) | join(" ")' "$T/err")" "run_start run_end"
run run t.yaml --log no/where.jsonl && ended 5 "--log"
run run t.yaml --log x --log-level loud && ended 2 "debug, info, warn, error"
# under systemd, which names the stream that it reads
(cd "$T" && exec 2>journal && JOURNAL_STREAM=$(stat -L -c %d:%i journal) "$dossier" run t.yaml --from qa --log - --quiet &&
	JOURNAL_STREAM=$(stat -L -c %d:%i journal) "$dossier" run nowhere.yaml)
ok "lines for the journal" grep -q '^<6>step_end job="t" .* step="qa" message="' "$T/journal"
ok "errors have their priority" grep -q '^<3>dossier: ' "$T/journal"
ok "every line has one" test -z "$(grep -v '^<[3467]>' "$T/journal")"

# ---- who may read ----
(umask 000 && cd "$T" && "$dossier" run t.yaml --quiet --data-dir open --metrics m.prom --log u.jsonl)
is "open to nobody else" "$(find "$T/open" "$T/m.prom" "$T/u.jsonl" -perm /027 ! -type l | grep -v original/ | wc -l)" 0
(umask 077 && cd "$T" && "$dossier" run t.yaml --quiet --data-dir shut)
is "a stricter mask is obeyed" "$(find "$T/shut" -perm /077 | grep -v original/ | wc -l)" 0

# ---- a crash leaves a report, no core ----
seq 400000 | awk 'BEGIN { print "id,x,y" } { print $1 "," ($1 * 7919) % 10007 "," ($1 * 104729) % 1299709 }' >"$T/big.csv"
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_segv=0   # a crash is to be one there, too
kill_step() { # STEP SIGNAL: of a run of big.csv
	(cd "$T" && ulimit -c unlimited && exec "$dossier" run big.csv --quiet --from "$1" --set modeling.enabled=false >/dev/null 2>crash.err) &
	local pid=$! child
	for _ in $(seq 1000); do
		grep -qs "\"step\": \"$1\"" "$T/data/jobs/big/state.json" && child=$(pgrep -P $pid) && break || sleep 0.005
	done
	sleep 0.05
	kill -"$2" "$child"
	wait $pid
}
kill_step eda SEGV
is "a crash in eda is ours" "$?" 70
ok "the message says where the report is" grep -q "crashed (SIGSEGV); see data/jobs/big/crash.json" "$T/crash.err"
c=$T/data/jobs/big/crash.json
is "what it says" "$(jq -r '[.step, .signal, .tool, .limits.timeout_s] | join(" ")' "$c")" "eda SIGSEGV $("$dossier" --version | cut -d' ' -f2) 600"
ok "bounded" test "$(stat -c %s "$c")" -lt 10000
is "telemetry has it" "$(jq -r 'select(.signal).signal' "$T/data/jobs/big/telemetry.jsonl")" SIGSEGV
is "no core" "$(find "$T" -name 'core*' | wc -l)" 0
run status big && ok "failed, with the reason" grep -q '^big  failed .*SIGSEGV' "$T/out"
run run big.csv --quiet --set modeling.enabled=false && ended 0
ok "a good run takes it away" test ! -e "$c"

# ---- the last good report ----
run run t.yaml --report-date 2026-11-01 && ended 0
cp "$T/data/jobs/t/report.html" "$T/good.html"
h=$T/data/history/t
noise 3000 >"$T/t.csv"
for _ in 1 2; do run run t.yaml --report-date 2026-11-02 && is "unreadable" "$status" 4; done
mv "$T/t.csv" "$T/away.csv"
run run t.yaml --report-date 2026-11-02 && is "absent" "$status" 4
run status t && ok "that is known too" grep -q '^t  failed .*cannot open' "$T/out"
mv "$T/away.csv" "$T/t.csv"
ok "the report of the night before is still there" cmp -s "$T/good.html" "$T/data/jobs/t/report.html"
is "tried in vain" "$(jq .attempts "$T/data/jobs/t/state.json")" 3
ok "and in the history" grep -qx "$(sha256sum <"$T/good.html")" <(for f in "$h"/*/report.html; do sha256sum <"$f"; done)
newest=$(find "$h" -mindepth 1 -maxdepth 1 | sort | tail -n 1)
bad=$h/9999-01-01T00:00:00.000000Z-1
cp -r "$newest" "$bad" && sed -i 's/"status": "done"/"status": "done_with_findings"/' "$bad/run.json"
run gc t --keep 0 && ended 0
is "gc spares the newest good one" "$(ls "$h")" "$(basename "$newest")"
run gc t --older-than 0.0000001 && is "however old" "$(ls "$h" | wc -l)" 1

table 5 >"$T/t.csv"
mkdir "$T/jobs" && cp "$T/t.csv" "$T/jobs" && printf 'source: {file: t.csv}\nmodeling: {enabled: false}\nreport: {formats: [text]}\n' >"$T/jobs/plain.yaml"
run run jobs/plain.yaml && ended 0
is "a report in text alone is kept, too" "$(ls "$T/data/history/plain"/*)" "$(printf '%s\n' findings.json manifest.json report.txt run.json)"
find "$T/data" | sort >"$T/before"
for name in .. . '' A 'x y' .hidden "$(printf '%065d' 0)"; do
	for command in "gc NAME --keep 0" "cancel NAME" "status NAME" "clarify NAME a=b" "models NAME" "importance NAME" "predict NAME t.csv" "qa NAME"; do
		run ${command%% *} "$name" ${command#* NAME} && ended 2 "is no job"
	done
done
ok "nothing was touched" test -z "$(find "$T/data" | sort | diff "$T/before" -)"

# ---- a history that cannot be written fails no run, and is made good by the next one ----
mv "$T/data/history" "$T/away" && echo x >"$T/data/history"
run run jobs/plain.yaml --set title=Other && ended 0
ok "but it is told" grep -q '^history: ' "$T/out"
is "in telemetry, too" "$(jq -r 'select(.event == "history").status' "$T/data/jobs/plain/telemetry.jsonl" | sort -u)" failed
id=$(jq -r .run "$T/data/jobs/plain/state.json")
rm "$T/data/history" && mv "$T/away" "$T/data/history"
run run jobs/plain.yaml --set title=Third && ended 0
is "kept as that of the run" "$(jq -r .run "$T/data/history/plain/$id/run.json")" "$id"
is "which it was" "$(jq -r .title "$T/data/history/plain/$id/manifest.json")" Other
is "as is the new one" "$(jq -r .title "$T"/data/history/plain/*/manifest.json | tail -n 1)" Third

# ---- files that are none ----
rm "$T/data/jobs/plain/telemetry.jsonl" && ln -s "$T/precious" "$T/data/jobs/plain/telemetry.jsonl"
run run jobs/plain.yaml && ended 0
ok "telemetry follows no link" test ! -e "$T/precious"
mkfifo "$T/pipe" && ln -s /dev/stdout "$T/stdout"
for f in pipe stdout; do
	run run t.yaml --quiet --metrics $f && ended 2 "not a regular file"
	ok "$f is as it was" test ! -f "$T/$f" -o -L "$T/$f"
done
run run t.yaml --quiet --log pipe && ended 5 "--log: cannot open 'pipe'"

# ---- nights that nobody ran ----
for d in 03 04 06; do table "$d" >"$T/sales-2026-11-$d.csv"; done
printf 'title: "Sales of {date}"\nsource: {file: "sales-{yyyy}-{mm}-{dd}.csv"}\nmodeling: {enabled: false}\nhistory: {keep: 9}\n' >"$T/sales.yaml"
run run sales.yaml && ended 2 "--report-date"
run run sales.yaml --report-date 2026-11-06 && ended 0
cp "$T/data/jobs/sales/report.html" "$T/sixth.html"
dates() { jq -r .report_date "$T"/data/history/sales/*/run.json | sort -u | tr '\n' ' '; }
run run sales.yaml --backfill 2026-11-03..2026-11-05 --quiet && ended 4 "2026-11-05: cannot open"
is "the gap is closed but for the night without data" "$(dates)" "2026-11-03 2026-11-04 2026-11-06 "
is "the youngest report is shown" "$(jq -r '.title + " " + .report_date' "$T/data/jobs/sales/manifest.json")" "Sales of 2026-11-06 2026-11-06"
ok "with the same bytes" cmp -s "$T/sixth.html" "$T/data/jobs/sales/report.html"
ok "each of its day" grep -q "Sales of 2026-11-03" "$(grep -l '"2026-11-03"' "$T"/data/history/sales/*/run.json | head -1 | xargs dirname)/report.txt"
n=$(ls "$T/data/history/sales" | wc -l)
run run sales.yaml --backfill 2026-11-03..2026-11-04 && ended 0
is "nothing is done twice" "$(ls "$T/data/history/sales" | wc -l) $(wc -c <"$T/out")" "$n 0"
run run sales.yaml --backfill 2026-11-03..2027-11-04 && ended 2 "history.keep"
run run sales.yaml --backfill 2026-11-04..2026-11-03 && ended 2 "expected two dates"
run run t.csv --backfill 2026-11-03..2026-11-04 && ended 2 "needs a manifest"
run run t.yaml --report-date today && ended 0
is "today" "$(jq -r .report_date "$T/data/jobs/t/manifest.json")" "$(now)"

# ---- secrets ----
secret=Xyzzy-4711-geheim
echo $secret >"$T/pw" && chmod 600 "$T/pw"
to="host=$T/nowhere user=ada dbname=shop connect_timeout=2"
printf 'source: {postgres: "%s", password_file: pw}\n' "$to" >"$T/file.yaml"
printf 'source: {postgres: "%s", password_env: SHOP_PW}\n' "$to" >"$T/env.yaml"
printf 'source: {postgres: "%s"}\n' "$to" >"$T/pg.yaml"
printf 'source: {postgres: "postgresql://ada:%s@localhost/shop"}\n' $secret >"$T/uri.yaml"
printf 'source: {postgres: "%s password=%s"}\n' "$to" $secret >"$T/dsn.yaml"
printf 'source: {postgres: "%s", password: %s}\n' "$to" $secret >"$T/key.yaml"
printf 'source: {postgres: "%s", password_env: %s}\n' "$to" $secret >"$T/slip.yaml"
printf 'source: {postgres: "%s password=%s\n' "$to" $secret >"$T/broken.yaml"
mkdir "$T/said"
for m in file env pg uri dsn key slip broken; do
	(cd "$T" && PGPASSWORD=$secret SHOP_PW=$secret "$dossier" run $m.yaml --explain --trace --log said/$m.jsonl --log-level debug \
		--metrics said/$m.prom >said/$m.out 2>said/$m.err </dev/null)
	ok "$m fails and says so" grep -q '^dossier: ' "$T/said/$m.err"
	(cd "$T" && PGPASSWORD=$secret SHOP_PW=$secret "$dossier" check $m.yaml --json >>said/$m.out 2>&1 </dev/null)
done
(cd "$T" && PGPASSWORD=$secret SHOP_PW=$secret "$dossier" batch file.yaml env.yaml pg.yaml --retries 0 --json >said/batch.out 2>said/batch.err)
(cd "$T" && PGPASSWORD=$secret SHOP_PW=$secret "$dossier" status --json >said/status.out 2>&1)
ok "the jobs got as far as the server" test -s "$T/data/jobs/env/telemetry.jsonl"
is "the secret is nowhere" "$(grep -rlF $secret "$T/data" "$T/said" | tr '\n' ' ')" ""
(cd "$T" && PGPASSWORD=$secret exec "$dossier" run big.csv --quiet --from ingest >/dev/null 2>&1) &
pid=$!
sleep 0.2
is "nor in the title of a process" "$(tr '\0' ' ' <"/proc/$pid/cmdline" | grep -cF $secret)" 0
kill -TERM $pid
wait $pid
finish
