#!/bin/bash
# Same input, manifest and version: the same bytes for any number of threads, in another folder,
# another locale and time zone, on another day.
. "$(dirname "$0")/driver_lib.bash"
cp "$root/jobs/weather.yaml" "$T" && cp -r "$root/jobs/data" "$T"
run run weather.yaml --threads 1
ended 0
digest "$T/data/jobs/weather" | grep -v ' ./manifest.json$' >"$T/one"
mkdir -p "$T/else where/x"
cp -r "$T/weather.yaml" "$T/data" "$T/else where/x/" && rm -rf "$T/else where/x/data/jobs"
touch -d 2001-01-01 "$T/else where/x/data/"*.csv
(cd "$T/else where" && LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 TZ=Asia/Tokyo OMP_NUM_THREADS=3 \
	"$dossier" run x/weather.yaml --threads 3 --data-dir "$T/else where/y" >"$T/out" 2>"$T/err" </dev/null)
status=$?
ended 0
digest "$T/else where/y/jobs/weather" | grep -v ' ./manifest.json$' >"$T/other"
ok "other bytes: $(diff "$T/one" "$T/other" | head -n 4)" cmp -s "$T/one" "$T/other"
run run weather.yaml --threads 2 --explain
ended 0
ok "something ran again: $(cat "$T/out")" test "$(grep -c ': up to date$' "$T/out")" = 6
# formats are rendered at the same time: it must not show, however often it is tried
for threads in 1 2 4 2 4; do
	run run weather.yaml --from report --threads "$threads"
	ended 0
	digest "$T/data/jobs/weather" | grep -v ' ./manifest.json$' >"$T/again"
	ok "other bytes by $threads threads: $(diff "$T/one" "$T/again" | head -n 4)" cmp -s "$T/one" "$T/again"
done
finish
