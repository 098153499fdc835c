#!/bin/bash
# Every file operation of a small job goes wrong once, each in several ways; then the job is run again.
#   run.sh DOSSIER     the program; libdossier.a is expected beside it
# A job of three trivial steps (tiny.c) is tried at every operation, the real program at some of them.
# After each disturbed run:
#   1 every published artifact is a complete one, of this run or of the one before
#   2 a marker's outputs are what it says
#   3 the program died or said why in one line with an exit status of its own
# and after the next, undisturbed one:
#   4 it ends well, with the bytes of a run that was never disturbed
#   5 nothing temporary is left
#   6 steps that were finished are not run again
# It fails also when a mode has disturbed nothing. VERBOSE=1 shows each violation, TINY=1 leaves the real
# program out, MODES names some of the modes of faultshim.c (FULL: ENOSPC from there on).
set -u
here=$(cd "$(dirname "$0")" && pwd) root=$(cd "$(dirname "$0")/../.." && pwd)
dossier=$(realpath "$1")
# In memory if possible: thousands of fsyncs on a disk take minutes.
T=$(mktemp -d "${TMPDIR:-/dev/shm}/dossier-fault.XXXXXX" 2>/dev/null || mktemp -d)
trap 'rm -rf "$T"' EXIT
cc=${CC:-gcc}
$cc -shared -fPIC -O1 -w -o "$T/faultshim.so" "$here/faultshim.c" "$here/faultcalls.c" -ldl || exit 2
$cc -std=c11 -O1 -I"$root/pipeline" -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -o "$T/tiny" "$here/tiny.c" \
	"$(dirname "$dossier")/libdossier.a" -Wl,--as-needed -lfyaml -lconfuse -ljansson -lm -pthread || exit 2
export DOSSIER_SHARE=$root
passed=0 failed=0

# ---- what is compared ---------------------------------------------------------------------------

# Artifacts by content; markers without what differs from run to run.
digest() { # JOB
	(cd "$1" && find . -type f ! -name state.json ! -name telemetry.jsonl ! -name .lock ! -name original.json \
		! -name '*.done' -exec sha256sum {} + | sort -k 2
	for m in *.done; do
		echo "$m $(grep -vE '"(started|ended|seconds|cpu_seconds|peak_bytes|check)"' "$m" | sha256sum)"
	done)
}
key() { sed -n 's/^  "key": "\(.*\)",$/\1/p' "$1"; }

violation() { # TEXT
	failed=$((failed + 1)) bad=$((bad + 1))
	[ -z "${VERBOSE:-}" ] || echo "  $mode${seed:+:$seed} N=$n ($(sed -n "${n}s|$W/||p" "$T/log")): $1"
}
must() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else violation "$2"; fi; }

# Invariant 1: a file is complete when the golden run or the one before has it.
published() { # JOB
	: >"$T/torn"
	[ -d "$1" ] || return 0
	(cd "$1" && find . -type f ! -path '*tmp-*' ! -path './original/*' ! -name state.json ! -name telemetry.jsonl \
		! -name .lock ! -name original.json ! -name '*.done' -exec sha256sum {} +) |
		grep -vxFf "$T/complete" >"$T/torn"
	[ ! -s "$T/torn" ]
}

# Invariant 2.
markers() { # JOB
	local m
	for m in "$1"/*.done; do
		[ -e "$m" ] || continue
		[ "$(tail -c 2 "$m")" = '}' ] || return 1
		awk -F'"' '/"path":/ {p = $4} /"sha256":/ && p {print $4 "  " p; p = ""}' "$m" |
			(cd "$1" && sha256sum -c --quiet --strict - >/dev/null 2>&1) || return 1
	done
}

# ---- one mode -------------------------------------------------------------------------------------

run() { "$program" run x.yaml "$@"; }
W=$T/w
fresh() { # a new work folder, from the template
	rm -rf "$W" "$T/keep"
	cp -a "$T/template" "$W"
	mkdir "$T/keep"
}

try() { # N MODE [SEED]: one disturbed run and its recovery
	n=$1
	fresh
	local status step m
	(cd "$W" && FAULT_AT=$n FAULT_MODE=${mode/FULL/ENOSPC} FAULT_SEED=$seed FAULT_STICKY=${sticky:-} FAULT_DIR=$W \
		FAULT_KEEP=$T/keep LD_PRELOAD=$T/faultshim.so run >"$T/out" 2>"$T/err")
	status=$?
	[ $status = 0 ] || disturbed=$((disturbed + 1))
	if [ $status != 137 ]; then
		[ $status = 0 ] || [ $status = 4 ] || [ $status = 5 ]; must $? "ended with status $status: $(cat "$T/err")"
		[ "$(wc -l <"$T/err")" = $((status != 0)) ]; must $? "said: $(cat "$T/err")"
	fi
	published "$W/data/jobs/x"; must $? "incomplete: $(cat "$T/torn")"
	markers "$W/data/jobs/x"; must $? "a marker without its outputs"
	for m in "$W"/data/jobs/x/*.done; do
		[ -e "$m" ] && [ "$(key "$m")" = "$(key "$T/golden/${m##*/}")" ] && basename "$m" .done
	done >"$T/finished"
	(cd "$W" && run --explain >"$T/out" 2>"$T/err")
	must $? "the next run failed: $(cat "$T/err")"
	digest "$W/data/jobs/x" >"$T/digest"
	cmp -s "$T/digest" "$T/golden.digest"; must $? "other bytes: $(diff "$T/digest" "$T/golden.digest" | head -n 3)"
	[ -z "$(find "$W/data" -name '*tmp-*')" ]; must $? "temporary files are left"
	while read -r step; do
		grep -q "^$step: up to date" "$T/out"; must $? "$step was finished and ran again"
	done <"$T/finished"
}

scenario() { # NAME STRIDE MODE...: the template is prepared; makes the golden run, then all modes
	local name=$1 stride=$2 total start
	shift 2
	fresh
	rm -f "$T/log"
	(cd "$W" && FAULT_DIR=$W FAULT_LOG=$T/log LD_PRELOAD=$T/faultshim.so run >/dev/null 2>"$T/err") || {
		echo "the undisturbed run failed: $(cat "$T/err")"
		exit 2
	}
	total=$(wc -l <"$T/log")
	rm -rf "$T/golden" "$W/data"
	(cd "$W" && run >/dev/null) || exit 2 # from nothing: an old run must not shine through
	cp -a "$W/data/jobs/x" "$T/golden"
	digest "$T/golden" >"$T/golden.digest"
	for d in "$T/golden" "$T/template/data/jobs/x"; do
		[ -d "$d" ] && (cd "$d" && find . -type f -exec sha256sum {} +)
	done >"$T/complete"
	for mode; do
		seed=${mode#*:} mode=${mode%%:*}
		[ "$seed" != "$mode" ] || seed=
		[ "$mode" = FULL ] && sticky=1 || sticky=
		bad=0 disturbed=0 start=$((1 + RANDOM % stride))
		for ((k = start; k <= total; k += stride)); do try "$k"; done
		echo "$name $mode${seed:+:$seed}: $total operations, $disturbed disturbed runs, $bad violations"
		case $mode in
		short | EINTR) ;;
		*) [ $disturbed != 0 ] || { echo "  nothing was disturbed" && failed=$((failed + 1)); } ;;
		esac
	done
}

# ---- scenarios ---------------------------------------------------------------------------------------

read -ra modes <<<"${MODES:-kill killafter torn power power:1 power:2 powermeta ENOSPC FULL EIO short EINTR}"
program=$T/tiny
mkdir "$T/template"
printf 'a,b\n1,2\n+x\n+y\n' >"$T/template/x.csv"
printf 'source: {file: x.csv}\nreport_date: 2024-05-06\n' >"$T/template/x.yaml"
touch -d '1 hour ago' "$T/template/x.csv"
scenario "first run" 1 "${modes[@]}"

# An old run, finished, whose input has lost a line since: other bytes, and one artifact less.
fresh
(cd "$W" && run >/dev/null) || exit 2
rm -rf "$T/template"
cp -a "$W" "$T/template"
printf 'a,b\n1,2\n+x\n' >"$T/template/new" && mv "$T/template/new" "$T/template/x.csv"
touch -d '1 hour ago' "$T/template/x.csv"
scenario "changed input" 1 "${modes[@]}"

# The real program, where one run takes longer.
if [ -z "${TINY:-}" ]; then
	program=$dossier
	rm -rf "$T/template"
	mkdir "$T/template"
	head -n 60 "$root/jobs/data/penguins.csv" >"$T/template/x.csv"
	printf 'source: {file: x.csv}\nreport_date: 2024-05-06\ntarget: species\nmodeling: {folds: 2}\n' >"$T/template/x.yaml"
	touch -d '1 hour ago' "$T/template/x.csv"
	scenario "real program" 23 kill power ENOSPC
fi

echo "$passed passed, $failed failed"
[ $failed = 0 ]
