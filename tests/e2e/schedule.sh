#!/bin/bash
# contrib/: the units hold what README says of them, and what they and cron start is a command that works.
. "$(dirname "$0")/driver_lib.bash"
mkdir "$T/jobs"
printf 'a,b\n1,2\n3,5\n4,1\n' >"$T/jobs/t.csv"
printf 'source: {file: t.csv}\n' >"$T/jobs/tiny.yaml"
started() { # LINE: the command of a unit or of cron, here instead of there
	echo "$1" | sed -e "s|/usr/local/bin/dossier|$dossier|g" -e "s|/etc/dossier|$T|g" -e "s|/var/lib/dossier|$T/lib|g"
}
mkdir "$T/lib"
service=$(sed -n 's/^ExecStart=//p' contrib/dossier.service)
cron=$(sed -n 's/^15 2 \* \* \* dossier //p' contrib/dossier.cron)
for line in "$service" "$cron"; do
	ok "a command" test -n "$line"
	(cd "$T" && sh -c "$(started "$line")" >"$T/out" 2>&1)
	is "status of $line: $(cat "$T/out")" "$?" 0
	is "the report date is the day in UTC" "$(jq -r .report_date "$T/lib/jobs/tiny/manifest.json")" "$(date -u +%F)"
done
if command -v systemd-analyze >/dev/null; then
	ok "exposure of at most 2.0" systemd-analyze security --offline=true --threshold=20 --no-pager contrib/dossier.service >/dev/null
	for unit in contrib/dossier.service contrib/dossier.timer; do
		said=$(systemd-analyze verify --man=no "$unit" 2>&1 | grep "^$PWD/$unit" || true)
		is "$unit is as systemd wants it" "$said" ""
	done
fi
finish
