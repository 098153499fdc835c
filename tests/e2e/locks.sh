#!/bin/bash
# Who may work on a job: one run, whatever else is in the lock file, and whoever starts at the same moment.
#   locks.sh [ROUNDS]   of two runs that start together, and as many again and again until two have met; 10 without
. "$(dirname "$0")/driver_lib.bash"
rounds=${1:-${ROUNDS:-10}}
seq 2000000 | sed 's/.*/&,&,a/; 1i a,b,c' >"$T/x.csv"
printf 'source: {file: x.csv}\n' >"$T/x.yaml"
job=$T/data/jobs/x

# Together: one works, the other says so, and what it says is true.
met=0
for ((i = 1; i <= rounds || (met == 0 && i <= 20 * rounds); i++)); do
	rm -rf "$job"
	for k in 1 2; do
		(cd "$T" && exec "$dossier" run x.yaml --until ingest --quiet >/dev/null 2>"err$k" </dev/null) &
		pids[k]=$!
	done
	wait "${pids[1]}"; a=$?
	wait "${pids[2]}"; b=$?
	case "$a $b" in
	"0 75") loser=2 met=$((met + 1)) ;;
	"75 0") loser=1 met=$((met + 1)) ;;
	"0 0") loser= ;; # one after the other, on a busy machine
	*) ok "two runs at once ended with $a and $b: $(cat "$T"/err?)" false && loser= ;;
	esac
	[ -z "$loser" ] || ok "round $i: $(cat "$T/err$loser")" \
		grep -qE "^dossier: job 'x' is locked by (pid ${pids[3 - loser]} on .* since 20..-..-..T.*Z|another run)$" "$T/err$loser"
	is "round $i: runs that did the work" "$(grep -c '"event":"step_start"' "$job/telemetry.jsonl")" 1
	ok "round $i: the marker is not sound" "$dossier" status x --data-dir "$T/data" >/dev/null
done
ok "no two runs met in $((i - 1)) rounds" test $met -gt 0

# What stands in the file decides nothing.
for text in '' '{"pid":1,"host":"elsewhere","since":"2001-01-01T00:00:00Z","boot_id":"x"}' '{"pid":"1"}' '[[[[' "$(noise 5000 | tr -d '\0')"; do
	printf '%s' "$text" >"$job/.lock"
	run run x.yaml --until ingest
	ended 0
done
is "the lock is signed" "$(jq -r .host "$job/.lock")" "$(uname -n)"
printf '{"pid":4711,"host":"else\\u001b[2Jwhere","since":"2001-01-01T00:00:00Z"}' >"$job/.lock"
exec 9<>"$job/.lock"
flock 9
run run x.yaml && ended 75 "is locked by pid 4711 on else"
ok "control characters of a lock reach the terminal" test -z "$(tr -d '\n\40-\176\200-\377' <"$T/err")"
noise 5000 >&9
run run x.yaml && ended 75 "is locked by another run"
exec 9>&-

# What is in its place is not written to.
printf 'precious' >"$T/precious"
rm "$job/.lock" && ln -s "$T/precious" "$job/.lock"
run run x.yaml --until ingest && ended 5 ".lock"
is "behind a link" "$(cat "$T/precious")" precious
rm "$job/.lock" && mkdir "$job/.lock"
run run x.yaml --until ingest && ended 5 ".lock"
rmdir "$job/.lock"
run run x.yaml --until ingest && ended 0

# A folder that we may not write in; root may, so somebody else tries.
as=()
[ "$(id -u)" != 0 ] || as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
if "${as[@]}" test -r "$T" -a -x "$dossier" 2>/dev/null || { chmod -R a+rX "$T" && "${as[@]}" test -r "$T" -a -x "$dossier"; } 2>/dev/null; then
	chmod a-w "$job" "$job/.lock"
	(cd "$T" && "${as[@]}" "$dossier" run x.yaml >out 2>err </dev/null)
	status=$?
	ended 5 "Permission denied"
	chmod u+w "$job" "$job/.lock"
else
	echo "not tried: a read-only folder, as nobody else may run $dossier"
fi
finish
