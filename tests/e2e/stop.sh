#!/bin/bash
# Each step stopped in its middle, by cancel, SIGTERM and SIGINT: over within a second, and the next run ends in the
# bytes of an undisturbed one. A step that does not listen in time is killed, which is safe at any moment.
. "$(dirname "$0")/driver_lib.bash"
most=${STOP_SECONDS:-1.0}
if ldd "$dossier" | grep -q libasan; then
	echo "skipped: seconds mean nothing under AddressSanitizer"
	finish
	exit
fi
awk 'BEGIN { srand(3); print "t,a,b,c,d,e,f,g"; for (i = 0; i < 200000; i++) { a = rand(); b = rand(); c = rand(); printf "%.4f,%.4f,%.4f,%.4f,%d,%s,word%d,%.2f\n", a * 3 + b * b + rand() / 5, a, b, c, i % 977, substr("abcdef", i % 6 + 1, 1), i % 500, rand() * 90 } }' >"$T/big.csv"
printf 'source: {file: big.csv}\ntarget: t\nreport_date: 2026-01-31\nmodeling: {max_rows: 2000}\n' >"$T/job.yaml"
run run job.yaml --quiet --data-dir calm && ended 0
digest "$T/calm/jobs/job" >"$T/calm.digest"
state=$T/data/jobs/job/state.json slowest=0
stop() { # STEP HOW: while that step is at work; sets hit, and took
	(cd "$T" && exec env --default-signal=INT "$dossier" run job.yaml --quiet --from "$1" >/dev/null 2>stop.err </dev/null) &
	local pid=$! start
	for _ in $(seq 3000); do
		grep -qs "\"step\": \"$1\"" "$state" && grep -qs "\"pid\": $pid" "$state" && break || sleep 0.005
	done
	sleep 0.02
	start=$EPOCHREALTIME
	if [ "$2" = cancel ]; then (cd "$T" && "$dossier" cancel job >/dev/null 2>&1); else kill "-$2" $pid; fi
	wait $pid
	hit=$?
	took=$(echo "$EPOCHREALTIME $start" | awk '{ print $1 - $2 }')
}
below() { awk -v t="$1" -v m="$2" 'BEGIN { exit !(t < m) }'; }
for step in ingest eda modeling report qa; do
	for how in cancel TERM INT; do
		for _ in 1 2 3; do # a machine that is busy with something else can be slow once, or miss the step
			stop $step $how
			how_it_ended=$(jq -r '.status + " " + (.transitions[-1].from)' "$state")
			[ "$how_it_ended" = "cancelled running:$step" ] && below "$took" "$most" && break
		done
		slowest=$(echo "$took $slowest" | awk '{ print ($1 > $2 ? $1 : $2) }')
		is "$how in $step: exit status ($(cat "$T/stop.err"))" "$hit" 6
		ok "$how in $step: stopped after $took s" below "$took" "$most"
		is "$how in $step: status" "$how_it_ended" "cancelled running:$step"
	done
	run run job.yaml --quiet && ended 0
done
echo "the slowest stop took $slowest s"
digest "$T/data/jobs/job" >"$T/again.digest"
ok "other bytes: $(diff "$T/calm.digest" "$T/again.digest")" cmp -s "$T/calm.digest" "$T/again.digest"

# A second signal does not wait for the grace.
(cd "$T" && exec "$dossier" run job.yaml --quiet --from modeling --set limits.grace_s=60 >/dev/null 2>&1) &
pid=$!
for _ in $(seq 3000); do grep -qs '"step": "modeling"' "$state" && grep -qs "\"pid\": $pid" "$state" && break || sleep 0.005; done
sleep 0.1
start=$EPOCHREALTIME
kill -TERM $pid
sleep 0.05
kill -TERM $pid 2>/dev/null
wait $pid
is "a second signal" "$?" 6
ok "long before the grace ends" below "$(echo "$EPOCHREALTIME $start" | awk '{ print $1 - $2 }')" 10
ok "nobody is left" soon nobody_left
is "temporary files after the next run" "$(run run job.yaml --quiet && find "$T/data" -name '*.tmp-*' | wc -l)" 0
finish
