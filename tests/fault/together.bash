# shellcheck shell=bash
# What several processes do to each other; for run.sh, with the tiny program and the template of the first run.

ok() { # STATUS TEXT
	if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "  $2"; fi
}
tiny() { (cd "$W" && "$program" "$@" >"$K/out" 2>"$K/err"); }
well() { # WHAT: the next run ends as the undisturbed one
	rm -f "$W/orders.txt"
	tiny "${command[@]}"; ok $? "$1: the next run failed: $(cat "$K/err")"
	digest "$W" | cmp -s - "$S/golden.digest"; ok $? "$1: other bytes"
	[ -z "$(find "$W" \( "${temporary[@]}" -o -name cancel \))" ]; ok $? "$1: something temporary is left"
}
begin() { # ORDER STATE: a run in the background that has got so far
	fresh
	echo "$1" >"$W/orders.txt"
	(cd "$W" && exec "$program" "${command[@]}" >/dev/null 2>&1) &
	pid=$!
	for ((i = 0; i < 1000; i++)); do
		grep -qs "\"step\": \"$2\"" "$W/data/jobs/x/state.json" && break
		sleep 0.01
	done
}

# The driver is killed, and so is its step, but not a process that this has started: it may still write.
orphan() {
	begin "eda leave" eda
	wait $pid 2>/dev/null
	tiny "${command[@]}"
	[ $? = 75 ] && grep -qE "^dossier: job 'x' is locked by pid $pid on .* since 20..-..-..T" "$K/err"
	ok $? "beside an orphan: $(cat "$K/err")"
	for p in /proc/[0-9]*; do
		[ "$(readlink "$p/cwd")" = "$W" ] && kill -9 "${p#/proc/}"
	done 2>/dev/null
	sleep 0.1
	well "after an orphan"
	echo "orphan: a second run is refused while it lives"
}

# dossier cancel, which itself dies or has no disk.
cancel() {
	local n mode tried=0
	for mode in kill killafter ENOSPC; do
		for n in 1 2 3; do
			begin "eda hang" eda
			(cd "$W" && FAULT_AT=$n FAULT_MODE=$mode FAULT_DIR=$W LD_PRELOAD=$T/faultshim.so "$program" cancel x >"$K/out" 2>"$K/err")
			tried=$((tried + ($? != 0)))
			kill -0 $pid 2>/dev/null && tiny cancel x
			wait $pid 2>/dev/null
			[ $? = 6 ]; ok $? "cancel $mode N=$n: the run did not stop as cancelled"
			well "cancel $mode N=$n"
		done
	done
	echo "cancel: $tried disturbed"
	[ $tried != 0 ]; ok $? "cancel: nothing was disturbed"
}

together() {
	[[ together == ${ONLY:-*} ]] || return 0
	pure=pure
	[ -d "$S/golden" ] || golden
	K=$T W=$T/w
	{ orphan && cancel; } 2>/dev/null # where bash tells of each process that was killed
}
