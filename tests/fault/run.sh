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
#   8 its report is in the history, and so is that of the run before
# and when the disturbance came after the end of the program:
#   7 everything is there already
# It fails also when a mode has disturbed nothing, and when a program that is wrong on purpose (mutant.c) gets
# through. VERBOSE=1 shows each violation, TINY=1 leaves the real program out, MODES names some of the modes of
# faultshim.c (FULL: ENOSPC from there on), ONLY some of the scenarios (a pattern).
set -u
here=$(cd "$(dirname "$0")" && pwd) root=$(cd "$(dirname "$0")/../.." && pwd)
dossier=$(realpath "$1")
# In memory if possible: thousands of fsyncs on a disk take minutes.
T=$(mktemp -d "${TMPDIR:-/dev/shm}/dossier-fault.XXXXXX" 2>/dev/null || mktemp -d)
trap 'rm -rf "$T"' EXIT
cc=${CC:-gcc}
$cc -shared -fPIC -O1 -w -o "$T/faultshim.so" "$here/faultshim.c" "$here/faultcalls.c" -ldl || exit 2
flags=(-std=c11 -O1 "-I$root/pipeline" -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE)
libs=("$(dirname "$dossier")/libdossier.a" -Wl,--as-needed -lfyaml -lconfuse -ljansson -lm -pthread)
$cc "${flags[@]}" -o "$T/tiny" "$here/tiny.c" "${libs[@]}" || exit 2
$cc "${flags[@]}" -o "$T/mutant" "$here/tiny.c" "$here/mutant.c" \
	-Wl,--wrap=fsync,--wrap=rename,--wrap=file_remove_tree,--wrap=marker_write "${libs[@]}" || exit 2
export DOSSIER_SHARE=$root
. "$here/check.bash"
. "$here/together.bash"

# ---- one disturbed run and its recovery ---------------------------------------------------------------

violation() { # TEXT
	failed=$((failed + 1)) bad=$((bad + 1))
	[ -z "${VERBOSE:-}" ] || echo "  $mode${seed:+:$seed} N=$n ($(sed -n "${n}s|$T/w/||p" "$S/log")): $1"
}
must() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else violation "$2"; fi; }

fresh() { # a new work folder, from the template
	rm -rf "$W" "$K/keep"
	cp -a "$S/template" "$W"
	mkdir "$K/keep"
}

try() { # N
	n=$1
	fresh
	local status step
	(cd "$W" && FAULT_AT=$n FAULT_MODE=${mode/FULL/ENOSPC} FAULT_SEED=$seed FAULT_STICKY=${sticky:-} FAULT_DIR=$W \
		FAULT_KEEP=$K/keep LD_PRELOAD=$T/faultshim.so "${disturbed_program:-$program}" "${command[@]}" >"$K/out" 2>"$K/err")
	status=$?
	[ $status = 0 ] || disturbed=$((disturbed + 1))
	if [ $status != 137 ]; then
		[ $status = 0 ] || [ $status = 4 ] || [ $status = 5 ]; must $? "ended with status $status: $(cat "$K/err")"
		[ "$(wc -l <"$K/err")" = $((status != 0)) ]; must $? "said: $(cat "$K/err")"
	fi
	published; must $? "incomplete: $(cat "$K/torn")"
	markers; must $? "a marker without its outputs"
	if [ "$n" = "$total" ]; then
		digest "$W" | cmp -s - "$S/golden.digest"; must $? "was done and is lost"
	fi
	finished
	(cd "$W" && "$program" "${command[@]}" >"$K/out" 2>"$K/err"); must $? "the next run failed: $(cat "$K/err")"
	digest "$W" >"$K/digest"
	cmp -s "$K/digest" "$S/golden.digest"; must $? "other bytes: $(diff "$K/digest" "$S/golden.digest" | head -n 3)"
	[ -z "$(find "$W" \( "${temporary[@]}" \))" ]; must $? "left: $(cd "$W" && find . \( "${temporary[@]}" \))"
	step=$(repeated) && violation "$step was finished and ran again"
	step=$(kept); must $? "not in the history: $step"
}

worker() { # MODE[:SEED]: all of it, in a folder of its own
	K=$T/worker.$BASHPID W=$K/w
	mkdir "$K"
	mode=${1%%:*} seed=
	[ "$mode" = "$1" ] || seed=${1#*:}
	[ "$mode" = FULL ] && sticky=1 || sticky=
	bad=0 disturbed=0 passed=0 failed=0
	RANDOM=$((${SEED:-7} + $(cksum <<<"$1" | cut -d ' ' -f 1)))   # a subshell has a seed of its own
	for ((k = 1 + RANDOM % stride; k <= total; k += stride)); do
		try "$k"
		[ -z "$until_caught" ] || [ $bad = 0 ] || break
	done
	rm -rf "$K"
}

# ---- one scenario -----------------------------------------------------------------------------------------

golden() { # the undisturbed run: its operations, and what comes of it
	K=$T W=$T/w
	fresh
	rm -rf "$S/log" "$S/golden"
	(cd "$W" && FAULT_DIR=$W FAULT_LOG=$S/log LD_PRELOAD=$T/faultshim.so "$program" "${command[@]}" >/dev/null 2>"$T/err") || {
		echo "the undisturbed run failed: $(cat "$T/err")"
		exit 2
	}
	total=$(wc -l <"$S/log")
	fresh
	[ "$pure" = "" ] || rm -rf "$W/data" # from nothing: an old run must not shine through
	(cd "$W" && "$program" "${command[@]}" >/dev/null 2>&1) || exit 2
	cp -a "$W" "$S/golden"
	digest "$S/golden" >"$S/golden.digest"
	local from
	for from in "$S/golden" "$S/template" ${before:+"$before"}; do sums "$from"; done >"$S/complete"
}

# The template and the command are set. PURE: nothing that is there already counts for the result.
scenario() { # NAME STRIDE PURE MODE...
	local name=$1 pure=$3
	stride=$2 until_caught=
	shift 3
	[[ $name == ${ONLY:-*} ]] || return 0
	golden
	for mode; do
		while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
		(
			worker "$mode" 2>/dev/null # where bash tells of each process that was killed
			echo "$name $mode${seed:+:$seed}: $total operations, $disturbed disturbed runs, $bad violations"
			case $mode in
			short | EINTR) ;;
			*) [ $disturbed != 0 ] || { echo "  nothing was disturbed" && failed=$((failed + 1)); } ;;
			esac
			echo "$passed $failed" >"$T/count.$mode.$seed"
		) &
	done
	wait
	count
}
count() {
	local p f
	for f in "$T"/count.*; do
		read -r p f <"$f"
		passed=$((passed + p)) failed=$((failed + f))
	done
	rm -f "$T"/count.*
}

# A wrong program must not get through all its modes.
mutant() { # NAME MODE...
	local name=$1 at
	shift
	[[ mutants == ${ONLY:-*} ]] || return 0
	pure=pure
	[ -d "$S/golden" ] || golden
	stride=1 until_caught=1 disturbed_program=$T/mutant
	for mode; do
		at=$(MUTANT=$name && export MUTANT && VERBOSE=1 && worker "$mode" 2>/dev/null | head -n 1)
		[ -z "$at" ] || break
	done
	disturbed_program=
	if [ -n "$at" ]; then passed=$((passed + 1)) && echo "mutant $name is caught:$at"
	else failed=$((failed + 1)) && echo "mutant $name gets through"; fi
}

# ---- scenarios ---------------------------------------------------------------------------------------

passed=0 failed=0 before=
read -ra modes <<<"${MODES:-kill killafter torn power power:1 power:2 powermeta ENOSPC FULL EIO short EINTR}"
read -ra few <<<"${MODES:-kill torn power power:1 powermeta FULL}"
new_template() { S=$T/$1 && mkdir -p "$S/template"; }
aged() { touch -d '1 hour ago' "$@"; }
manifest() { printf 'source: {file: %s.csv}\nreport_date: 2024-05-06\n' "$1" >"$S/template/$1.yaml"; }

program=$T/tiny command=(run x.yaml --metrics m.prom)
new_template first
printf 'a,b\n1,2\n+x\n+y\n' >"$S/template/x.csv" && aged "$S/template/x.csv"
manifest x
scenario "first run" 1 pure "${modes[@]}"
mutant files powermeta
mutant late powermeta
mutant folders power:1 power:2 power:3
mutant marker kill
together

# An old run, finished, whose input has lost a line since: other bytes, and one artifact less.
old=$S
new_template changed
(cd "$old/template" && cp -a . "$S/template" && cd "$S/template" && "$program" "${command[@]}" >/dev/null) || exit 2
printf 'a,b\n1,2\n+x\n' >"$S/template/new" && mv "$S/template/new" "$S/template/x.csv" && aged "$S/template/x.csv"
scenario "changed input" 1 pure "${modes[@]}"

# The same after an old run that was killed before it could keep its report.
changed=$S
new_template unkept
cp -a "$changed/template/." "$S/template" && rm -r "$S/template/data/history"
before=$changed/template
scenario "unkept report" 1 pure "${few[@]}"
before=

# Two jobs, their summary and its page.
new_template batch
cp -a "$old/template/." "$S/template" && cp -a "$S/template/x.csv" "$S/template/y.csv"
manifest y
command=(batch x.yaml y.yaml --max-concurrent 1 --retries 0 --quiet --metrics m.prom)
scenario "batch" 4 pure "${few[@]}"

# Taking old runs away, in the middle of which nothing else may vanish.
new_template gc
cp -a "$old/template/." "$S/template"
for i in 1 2 3; do (cd "$S/template" && "$program" run x.yaml --set "report.theme.font=Font $i" >/dev/null) || exit 2; done
command=(gc --keep 1 --quiet)
scenario "gc" 1 "" kill power power:1 powermeta FULL

# The real program, where one run takes longer.
if [ -z "${TINY:-}" ]; then
	program=$dossier command=(run x.yaml)
	new_template real
	awk 'NR % 3 == 1' "$root/jobs/data/penguins.csv" >"$S/template/x.csv" && aged "$S/template/x.csv"
	manifest x && printf 'target: species\nmodeling: {folds: 2, candidates: [baseline, tree], shap: false, bootstrap: 20}\n' >>"$S/template/x.yaml"
	old=$S
	scenario "real program" 23 pure kill power ENOSPC

	# Its model, used for new data.
	new_template predict
	cp -a "$old/template/." "$S/template" && (cd "$S/template" && "$program" run x.yaml >/dev/null) || exit 2
	cp "$S/template/x.csv" "$S/template/new.csv"
	command=(predict x new.csv -o p.csv --report r.json --quiet)
	scenario "predict" 3 "" kill torn power powermeta FULL EIO
fi

echo "$passed passed, $failed failed"
[ $failed = 0 ]
