#!/bin/bash
# Same input, manifest and version: same bytes, whatever the threads, the locale, the time zone, the folder,
# and however the run was interrupted.
. tests/e2e/lib.sh
cp jobs/data/penguins.csv "$work/penguins.csv"
one() { # FOLDER [ENVIRONMENT...] [-- OPTIONS...]
	folder=$1 && shift
	env=()
	while [ $# -gt 0 ] && [ "$1" != -- ]; do env+=("$1") && shift; done
	[ $# = 0 ] || shift
	env "${env[@]}" "$dossier" run "$work/penguins.csv" --set target=species --report-date 2026-01-02 --quiet --data-dir "$work/$folder" "$@" \
		>"$work/$folder.log" 2>&1 </dev/null || cat "$work/$folder.log"
	fingerprint "$work/$folder/jobs/penguins" >"$work/$folder.sum"
}
one a LC_ALL=C -- --threads 1
ok "the run made something" test "$(wc -l <"$work/a.sum")" -gt 20
one b LC_ALL=de_DE.UTF-8 TZ=Asia/Tokyo -- --threads 4
ok "threads, locale and time zone" diff "$work/a.sum" "$work/b.sum"
one c OPENBLAS_NUM_THREADS=2 OMP_NUM_THREADS=2 PLPLOT_LIB=/nowhere -- --threads 3
ok "environment of the libraries" diff "$work/a.sum" "$work/c.sum"
# stop after each step, then go on
for step in ingest eda clarify modeling report; do
	one "stop-$step" A=1 -- --until "$step"
	one "stop-$step"
	ok "stopped after $step" diff "$work/a.sum" "$work/stop-$step.sum"
done
# kill -9 the whole process group at odd moments
for ms in 30 80 150 250 400 700 1100; do
	setsid "$dossier" run "$work/penguins.csv" --set target=species --report-date 2026-01-02 --quiet --data-dir "$work/kill" >/dev/null 2>&1 </dev/null &
	pid=$!
	sleep "$((ms / 1000)).$(printf %03d $((ms % 1000)))"
	kill -9 -- "-$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	sleep 0.1
done
one kill
ok "killed seven times" diff "$work/a.sum" "$work/kill.sum"
is "no temporary files stay" "$(find "$work/kill/jobs" -name '*tmp*' | head -n 3)" ""
finish
