#!/bin/bash
# kill -9 during each step, and again until the run is through: the same bytes as an undisturbed run,
# nothing temporary left, no step repeated that was done. tests/fault does the same at every file
# operation; here it is the real program at real times.
. "$(dirname "$0")/driver_lib.bash"
seeded
cp "$root/jobs/penguins.yaml" "$T" && cp -r "$root/jobs/data" "$T"
run run penguins.yaml --data-dir golden
ended 0
digest "$T/golden/jobs/penguins" >"$T/golden.digest"
job=$T/data/jobs/penguins disturbed=0
for step in ingest eda clarify modeling report qa; do
	(cd "$T" && exec "$dossier" run penguins.yaml --quiet) </dev/null &
	pid=$!
	for ((i = 0; i < 3000; i++)); do
		grep -qs "\"step\": \"$step\"" "$job/state.json" && break
		kill -0 $pid 2>/dev/null || break
		sleep 0.002
	done
	sleep "0.00$((RANDOM % 9))"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	ls "$job"/*.done >"$T/done" 2>/dev/null
	for ((i = 0; i < 300; i++)); do   # the step dies with the driver, though not in the same instant
		run status penguins
		grep -q '^penguins  running' "$T/out" || break
		sleep 0.01
	done
	ok "status after a kill in $step: $(head -n 1 "$T/out")" grep -qE '^penguins  (interrupted|done|new) ' "$T/out"
	grep -q '^penguins  interrupted' "$T/out" && disturbed=$((disturbed + 1))
done
ok "only $disturbed runs were hit in the middle" test $disturbed -ge 2
run run penguins.yaml --explain
ended 0
while read -r marker; do
	name=$(basename "$marker" .done)
	ok "$name was done and ran again" grep -q "^$name: up to date" "$T/out"
done <"$T/done"
as_golden "$job" "after kills"

# A program that a step has started is killed: not the same as one that is not installed, or the report would say for
# ever that something could not be checked.
mkdir "$T/bin"
printf '#!/bin/sh\nkill -9 $$\n' >"$T/bin/pdftotext"
chmod +x "$T/bin/pdftotext"
PATH=$T/bin:$PATH run run penguins.yaml --from qa
ended 5 "pdftotext was killed"
run run penguins.yaml
ended 0
as_golden "$job" "after a kill of pdftotext"

# Killed between its last step and the history: the next run, which makes another report, keeps this one before, as that
# of the run that was killed.
printf 'a,b,c\n1,2,x\n3,5,y\n4,1,x\n5,7,z\n' >"$T/t.csv"
printf 'source: {file: t.csv}\nreport_date: 2024-05-06\nmodeling: {enabled: false}\nreport: {formats: [html, text]}\n' >"$T/t.yaml"
history=$T/data/history/t state=$T/data/jobs/t/state.json
more() { echo "$(wc -l <"$T/t.csv"),7,z" >>"$T/t.csv"; }
killed_at_link() { # N: of those that the history makes
	more
	if can_trace; then
		{ (cd "$T" && exec strace -f -qq -o /dev/null -e trace=link -e "inject=link:signal=SIGKILL:when=$1" "$dossier" run t.yaml --quiet); } \
			</dev/null >"$T/out" 2>"$T/err"
		status=$?
		is "killed at link $1" $status 137
	else # what that leaves
		run run t.yaml && rm -rf "${history:?}/$(jq -r .run "$state")" && sed -i 's/"status": "done"/"status": "running"/' "$state"
	fi
	id=$(jq -r .run "$state")
	cp "$T/data/jobs/t/report.html" "$T/$id.html"
	run status t
	ok "before it was through: $(cat "$T/out")" grep -q '^t  interrupted .* qa' "$T/out"
}
kept() {
	is "the run that was killed" "$(jq -r '.run + " " + .status + " " + .report_date' "$history/$id/run.json")" "$id done 2024-05-06"
	ok "its report" cmp -s "$T/$id.html" "$history/$id/report.html"
}
for at in 1 4; do
	killed_at_link $at
	more
	run run t.yaml
	ended 0
	kept
done
is "each run once" "$(jq -r .made_from "$history"/*/run.json | sort -u | wc -l) $(ls "$history" | wc -l)" "4 4"
killed_at_link 1
run run t.yaml --explain
ended 0
ok "nothing is done again" test -z "$(grep runs: "$T/out")"
kept
run run t.yaml
is "nor kept again" "$(ls "$history" | wc -l)" 5
ok "temporary files are left" test -z "$(find "$T/data" -name '*tmp-*')"
finish
