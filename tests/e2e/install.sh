#!/bin/bash
# make install puts everything a user needs below PREFIX, and the installed program works from anywhere.
. "$(dirname "$0")/driver_lib.bash"
unset DOSSIER_SHARE
mkdir -p "$T/build" && cp "$dossier" "$T/build/dossier"
make -s install PREFIX=/opt/dossier DESTDIR="$T/root" B="$T/build" -o "$T/build/dossier" >"$T/log" 2>&1
is "make install: $(cat "$T/log")" $? 0
for f in bin/dossier share/dossier/templates/page.mustache share/dossier/assets/report.css share/dossier/pipeline.conf \
	share/man/man1/dossier.1 share/bash-completion/completions/dossier; do
	ok "not installed: $f" test -s "$T/root/opt/dossier/$f"
done
cp "$root/jobs/data/penguins.csv" "$T/p.csv"
dossier=$T/root/opt/dossier/bin/dossier
run run p.csv --quiet --set modeling.enabled=false
ended 0
ok "the installed program makes no report" test -s "$T/data/jobs/p/report.html"
if command -v man >/dev/null; then
	ok "the man page has errors" test -z "$(man -l --warnings "$T/root/opt/dossier/share/man/man1/dossier.1" 2>&1 >/dev/null)"
fi
# shellcheck disable=SC2016
is "completion knows the commands" "$(bash -c '. "$1" && COMP_WORDS=(dossier ru) COMP_CWORD=1 && _dossier && echo ${COMPREPLY[*]}' - \
	"$T/root/opt/dossier/share/bash-completion/completions/dossier")" run
finish
