#!/bin/bash
# Two jobs run at once, and every now and then kill -9 hits one of their processes, at random: the driver, a step or
# a reader of a step. Then the job is run again, until it is through: the bytes of an undisturbed run, nothing
# temporary, nobody left over, no lock held.
#   kill_loop.sh [ROUNDS]   20 of them without; SEED repeats a loop
. "$(dirname "$0")/driver_lib.bash"
rounds=${1:-${ROUNDS:-20}}
seeded
jobs=(penguins small)
head -n 80 jobs/data/penguins.csv | cut -d, -f 1-6 >"$T/small.csv"
cp jobs/data/penguins.csv "$T"
printf 'source: {file: penguins.csv}\nreport_date: 2024-05-06\ntarget: species\nmodeling: {folds: 3, candidates: [baseline, tree], shap: false}\nlimits: {max_concurrent_jobs: 2}\n' >"$T/penguins.yaml"
printf 'source: {file: small.csv}\nreport_date: 2024-05-06\nmodeling: {enabled: false}\nreport: {formats: [html, text]}\nlimits: {max_concurrent_jobs: 2}\n' >"$T/small.yaml"
for j in "${jobs[@]}"; do
	run run $j.yaml --data-dir golden
	ended 0
	digest "$T/golden/jobs/$j" >"$T/$j.golden"
done

# The process and everything below it.
family() { # PID
	local c
	echo "$1"
	for c in $(pgrep -P "$1"); do family "$c"; done
}
step_of() { sed -n 's/^  "step": "\(.*\)",$/\1/p' "$T/data/jobs/$1/state.json" 2>/dev/null; }

# Runs the job until it is through or killed, with at most one kill in it.
begin() { # JOB: sets $began
	(cd "$T" && exec "$dossier" run "$1.yaml" --quiet >/dev/null 2>"$1.err" </dev/null) &
	began=$!
}
kills=0 drivers=0
declare -A in_step
strike() { # JOB PID: kills the driver or, more often, one of its children
	local all victim
	mapfile -t all < <(family "$2")
	[ ${#all[@]} = 1 ] || [ $((RANDOM % 3)) = 0 ] || all=("${all[@]:1}")
	victim=${all[RANDOM % ${#all[@]}]}
	local step
	step=$(step_of "$1")
	kill -9 "$victim" 2>/dev/null || return
	kills=$((kills + 1))
	[ "$victim" != "$2" ] || drivers=$((drivers + 1))
	in_step[${step:-before}]=$((${in_step[${step:-before}]:-0} + 1))
}

# After the death of a driver its children have at most the time to notice.
gone() { # JOB
	local i
	for ((i = 0; i < 200; i++)); do
		[ -e "$T/data/jobs/$1/.lock" ] || return 0
		flock -n "$T/data/jobs/$1/.lock" true && return
		sleep 0.01
	done
	return 1
}

exec 2>/dev/null # where bash tells of each process that was killed
for ((round = 1; round <= rounds; round++)); do
	rm -rf "$T/data"
	declare -A pid=() want=() tries=()
	for j in "${jobs[@]}"; do begin "$j" && pid[$j]=$began want[$j]=$((1 + RANDOM % 2)); done
	while [ ${#pid[@]} != 0 ]; do
		sleep "0.$(printf %03d $((RANDOM % 100)))"
		for j in "${!pid[@]}"; do
			if kill -0 "${pid[$j]}" 2>/dev/null; then
				[ "${want[$j]}" = 0 ] || [ $((RANDOM % 6)) != 0 ] || { strike "$j" "${pid[$j]}" && want[$j]=$((want[$j] - 1)); }
				continue
			fi
			wait "${pid[$j]}" 2>/dev/null
			status=$?
			unset "pid[$j]"
			case $status in
			0) ;;
			4 | 5 | 70 | 137) # it was hit, or one of its children was
				gone "$j"
				ok "round $round: $j is locked by somebody who is dead" test $? = 0
				tries[$j]=$((${tries[$j]:-0} + 1))
				if [ "${tries[$j]}" -le 2 ]; then begin "$j" && pid[$j]=$began
				else ok "round $round: $j does not get through: $(cat "$T/$j.err")" false; fi ;;
			*) ok "round $round: $j ended with $status: $(cat "$T/$j.err")" false ;;
			esac
		done
	done
	for j in "${jobs[@]}"; do
		run run $j.yaml --explain
		ended 0
		ok "round $round: $j was not through" test -z "$(grep ': runs:' "$T/out")"
		digest "$T/data/jobs/$j" >"$T/digest"
		ok "round $round: $j has other bytes: $(diff "$T/digest" "$T/$j.golden" | head -n 3)" cmp -s "$T/digest" "$T/$j.golden"
		ok "round $round: $j is still locked" flock -n "$T/data/jobs/$j/.lock" true
	done
	ok "round $round: temporary files" test -z "$(find "$T/data" -name '*tmp-*')"
	ok "round $round: somebody is left over: $(pgrep -af "$T/")" test -z "$(for p in /proc/[0-9]*; do [ "$(readlink "$p/cwd")" = "$T" ] && echo "$p"; done 2>/dev/null)"
done
steps=$(for s in "${!in_step[@]}"; do echo "$s ${in_step[$s]}"; done | sort | paste -sd ',' | sed 's/,/, /g')
echo "$rounds rounds, $kills kills ($drivers of drivers), by step: $steps"
ok "too few kills: $kills" test "$kills" -ge "$rounds"
finish
