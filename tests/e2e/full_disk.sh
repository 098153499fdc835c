#!/bin/bash
# A real disk that gets full, at a different place each time: one line that says so, and with more room the rest of
# the work, with the bytes of an undisturbed run. A file system of our own takes a name space of our own.
. "$(dirname "$0")/driver_lib.bash"
if ! unshare -Urm sh -c "mount -t tmpfs none '$T'" 2>/dev/null; then
	echo "not tried: this machine lets nobody mount (unshare -Urm)"
	ok "" true
	finish
	exit
fi
if [ "${1:-}" != inside ]; then
	DOSSIER=$dossier exec unshare -Urm bash "$0" inside
fi
head -n 120 jobs/data/penguins.csv >"$T/x.csv"
printf 'source: {file: x.csv}\nreport_date: 2024-05-06\nmodeling: {enabled: false}\n' >"$T/x.yaml"
run run x.yaml --data-dir golden
ended 0
digest "$T/golden/jobs/x" >"$T/golden.digest"
need=$(du -sk "$T/golden" | cut -f 1)
mkdir "$T/small"
disturbed=0
for kb in 16 32 64 128 $((need / 4)) $((need / 2)) $((need * 3 / 4)) $((need * 9 / 10)) $((need - 30)); do
	mount -t tmpfs -o size=${kb}k none "$T/small"
	run run x.yaml --data-dir small
	if [ $status != 0 ]; then
		disturbed=$((disturbed + 1))
		ended 5 "No space left on device"
		grep -q "No space left on device" "$T/err" || cat "$T/err"
		run status x --data-dir small
		ok "status on a full disk: $(cat "$T/out" "$T/err")" test $status = 0 -o $status = 2
	fi
	mount -o remount,size=64m "$T/small"
	run run x.yaml --data-dir small
	ended 0
	digest "$T/small/jobs/x" >"$T/digest"
	ok "$kb kB: other bytes: $(diff "$T/digest" "$T/golden.digest" | head -n 3)" cmp -s "$T/digest" "$T/golden.digest"
	ok "$kb kB: temporary files" test -z "$(find "$T/small" -name '*tmp-*')"
	umount "$T/small"
done
echo "$disturbed of 9 disks were too small"
ok "no disk was too small" test $disturbed -ge 6
finish
