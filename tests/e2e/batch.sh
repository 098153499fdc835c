#!/bin/bash
# Many jobs at once, and stopping them: what one does to the others (nothing), and that a job that was
# cancelled, timed out or begun again ends in the bytes of an undisturbed run.
. "$(dirname "$0")/driver_lib.bash"

small() { # NUMBER: a table of its own
	awk -v k="$1" 'BEGIN { print "id,group,size"; for (i = 1; i <= 40; i++) printf "%d,%s,%.1f\n", i, substr("abc", i % 3 + 1, 1), (i * k * 7) % 50 / 10 }'
}
mkdir -p "$T/jobs"
for k in 1 2 3 4; do
	small $k >"$T/jobs/t$k.csv"
	printf 'id: job-%d\nsource: {file: t%d.csv}\nmodeling: {enabled: false}\nreport_date: 2026-01-31\n' $k $k >"$T/jobs/j$k.yaml"
done
fast=(--set modeling.enabled=false --report-date 2026-01-31)
j() { jq -r "$1" "$T/data/summary.json"; }

# a folder of manifests
run batch jobs --max-concurrent 3
ended 0
is "jobs" "$(j '.jobs_done, .jobs' | tr '\n' ' ')" "4 4 "
is "statuses" "$(j '[.job[].status] | unique | join(" ")')" done
is "verdict is there" "$(j '[.job[] | select(.verdict == null)] | length')" 0
for k in 1 2 3 4; do
	ok "page links job $k" grep -q "href=\"jobs/job-$k/report.html\"" "$T/data/index.html"
	ok "the link leads somewhere" test -s "$T/data/jobs/job-$k/report.html"
	digest "$T/data/jobs/job-$k" | grep -v ./manifest.json >"$T/many-$k"   # it holds limits
done
ok "a line a job" test "$(grep -c '^job-[1-4] *done' "$T/out")" = 4

# the same bytes one by one
for k in 1 2 3 4; do
	(cd "$T" && "$dossier" run --quiet --data-dir alone jobs/j$k.yaml)
	digest "$T/alone/jobs/job-$k" | grep -v ./manifest.json >"$T/one-$k"
	ok "job $k alone and among others" cmp -s "$T/one-$k" "$T/many-$k"
done

# for the textfile collector
run batch jobs --metrics m.prom && ended 0
ok "exit status" grep -qx 'dossier_job_exit_status{job="job-2"} 0' "$T/m.prom"
ok "last success is a moment ago" awk -v now="$(date +%s)" '/^dossier_job_last_success.*job-2/ { ok = now - $2 < 600 } END { exit !ok }' "$T/m.prom"
ok "bytes" grep -qx "dossier_job_report_bytes{job=\"job-3\",format=\"html\"} $(stat -c %s "$T/data/jobs/job-3/report.html")" "$T/m.prom"
ok "each line is a comment or a sample" test -z "$(grep -vE '^(# (HELP|TYPE) dossier_[a-z_]+ .*|dossier_[a-z_]+\{job="[^"]+"(,[a-z]+="[a-z]+")?\} [0-9.e+-]+)$' "$T/m.prom")"
run run jobs/j1.yaml --metrics one.prom && ended 0
is "one job" "$(grep -c '^dossier_job_exit_status' "$T/one.prom")" 1
run run jobs/j1.yaml --metrics no/where/one.prom && ended 5 "no/where"

# data files by pattern; one of them is none; the worst decides
noise 300 >"$T/jobs/u.csv"
printf 'id: broken\nsource: {fil: t1.csv}\n' >"$T/bad.yaml"
run batch 'jobs/*.csv' bad.yaml "${fast[@]}" --json
is "worst of usage and input" "$status" 4
is "how each ended" "$(j '[.job[] | "\(.id) \(.exit_status)"] | join(", ")')" "t1 0, t2 0, t3 0, t4 0, u 4, broken 2"
ok "the message says why" grep -q "fil" <(j '.job[] | select(.id == "broken").message')
ok "and stands on the page" grep -q "unknown" "$T/data/index.html"
ok "--json prints the summary" cmp -s "$T/out" "$T/data/summary.json"
run batch bad.yaml jobs/j1.yaml --stop-on-error --max-concurrent 1
is "stopped on error" "$(j '[.job[].status] | join(" ")')" "failed cancelled"
is "tried once: it will not pass" "$(j '.job[0].attempts')" 1

# what it can't do
run batch nowhere
ended 2 "no file is called 'nowhere'"
mkdir "$T/none"
run batch none
ended 2 "no manifest in 'none'"
cp "$T/jobs/j1.yaml" "$T/again.yaml"
run batch jobs/j1.yaml again.yaml
ended 2 "both job 'job-1'"
run batch jobs --max-concurrent 0
ended 2 "--max-concurrent: expected a whole number"

# a locked job is tried again
exec 9>"$T/data/jobs/job-1/.lock" && flock 9
(
	soon grep -qs job_retry "$T/retry.jsonl"
	flock -u 9
) &
holder=$!
exec 9>&-
run batch jobs/j1.yaml --log retry.jsonl
ended 0
is "second attempt" "$(j '.job[0].attempts')" 2
wait $holder

# cancel from elsewhere, and time-outs
awk 'BEGIN { print "id,x,y,z,w"; for (i = 0; i < 900000; i++) printf "%d,%.3f,%.3f,word%d,%d\n", i, (i * 7919) % 10007 / 7, (i * 104729) % 1299709 / 11, i % 5000, i * 31 % 977 }' >"$T/big.csv"
(cd "$T" && "$dossier" run --quiet --data-dir calm --until eda "${fast[@]}" big.csv)
digest "$T/calm/jobs/big" | grep -v job.yaml >"$T/calm.digest"
(cd "$T" && exec "$dossier" run --quiet --until eda "${fast[@]}" big.csv >/dev/null 2>"$T/big.err") &
pid=$!
for _ in $(seq 100); do [ -s "$T/data/jobs/big/ingest.done" ] && break || sleep 0.05; done
(cd "$T" && "$dossier" status big --follow >"$T/follow" 2>&1) &
follower=$!
start=$EPOCHREALTIME
run cancel big
took=$(echo "$EPOCHREALTIME $start" | awk '{ print ($1 - $2 < 5) }')
wait $pid
is "the run says so" "$?" 6
ended 0
is "within seconds" "$took" 1
wait $follower
is "--follow ends as the job did" "$?" 6
ok "--follow saw it" grep -q "cancelled" "$T/follow"
run cancel big
ended 2 "is not running"
run cancel nothing
ended 2 "no job 'nothing'"
# even in the first moment of a step, when its process has just begun
for _ in 1 2 3 4 5; do
	run run --quiet --until eda "${fast[@]}" --set limits.job_timeout_s=0.002 --from ingest big.csv
	ended 7 "ingest: timed out"
	ended 7 "limits.job_timeout_s"
done
run run --quiet --until eda "${fast[@]}" big.csv
ended 0
digest "$T/data/jobs/big" | grep -v job.yaml >"$T/again.digest"
ok "the bytes of an undisturbed run" cmp -s "$T/calm.digest" "$T/again.digest"

# a batch that is told to stop
(cd "$T" && exec "$dossier" batch big.csv jobs --from ingest --until eda --max-concurrent 1 --quiet "${fast[@]}" 2>"$T/batch.err") &
pid=$!
for _ in $(seq 200); do [ "$(jq -r .status "$T/data/jobs/big/state.json")" = running ] && break || sleep 0.01; done
kill -TERM $pid
wait $pid
is "stopped batch" "$?" 6
ok "nobody is left" soon nobody_left
run batch jobs
ended 0

# reports of earlier runs
h=$T/data/history/job-1
runs() { find "$h" -mindepth 1 -maxdepth 1 | wc -l; }
for k in 1 2 3 4 5 6 7; do
	run run jobs/j1.yaml --set title="Issue $k"
	ended 0
done
is "the newest five stay" "$(runs)" 5
ok "each with its own title" grep -q "Issue 3" "$h/$(ls "$h" | head -1)/report.txt"
ok "the newest is a link to the report" test "$h/$(ls "$h" | tail -1)/report.html" -ef "$T/data/jobs/job-1/report.html"
is "and says what it is" "$(jq -r '.id + " " + .status' "$h/$(ls "$h" | tail -1)/run.json")" "job-1 done"
run run jobs/j1.yaml --set title="Issue 7"
is "an up-to-date run adds none" "$(runs)" 5
run gc job-1 --keep 2 --dry-run
ended 0
is "would" "$(cat "$T/out") $(runs)" "job-1: 3 runs would go 5"
run gc --keep 2 && ended 0
is "gone" "$(runs)" 2
run gc --older-than 1 && ended 0
is "none is a day old" "$(runs)" 2
mv "$h/$(ls "$h" | head -1)" "$h/2020-01-01T00:00:00.000000Z-1"
run gc --older-than 30 && ended 0
is "the old one went" "$(runs)" 1
run gc && ended 2 "say what may go"
run gc nobody --keep 1 && ended 2 "no history"
run gc --keep few && ended 2 "--keep: expected a number"
run run jobs/j1.yaml --set title=None --set history.keep=0 && ended 0
is "switched off" "$(runs)" 1

# every file by itself is whole: no leftovers
is "temporary files" "$(find "$T/data" -name '*.tmp-*' -o -name cancel | wc -l)" 0
finish
