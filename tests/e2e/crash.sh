#!/bin/bash
# kill -9 during each step, and again until the run is through: the same bytes as an undisturbed run,
# nothing temporary left, no step repeated that was done. tests/fault does the same at every file
# operation; here it is the real program at real times.
. "$(dirname "$0")/driver_lib.bash"
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
digest "$job" >"$T/digest"
ok "other bytes after kills: $(diff "$T/digest" "$T/golden.digest")" cmp -s "$T/digest" "$T/golden.digest"

# A program that a step has started is killed: not the same as one that is not installed, or the report would say for
# ever that something could not be checked.
mkdir "$T/bin"
printf '#!/bin/sh\nkill -9 $$\n' >"$T/bin/pdftotext"
chmod +x "$T/bin/pdftotext"
PATH=$T/bin:$PATH run run penguins.yaml --from qa
ended 5 "pdftotext was killed"
run run penguins.yaml
ended 0
digest "$job" >"$T/digest"
ok "other bytes after a kill of pdftotext: $(diff "$T/digest" "$T/golden.digest")" cmp -s "$T/digest" "$T/golden.digest"
ok "temporary files are left" test -z "$(find "$T/data" -name '*tmp-*')"
finish
