#!/bin/bash
# What describes the command line agrees with it: help, man page, completion; the table of settings
# with the code that reads them.
. "$(dirname "$0")/driver_lib.bash"
run help && ended 0
options=$(sed -n 's/.*{ "\(--[a-z-]*\)", .*/\1/p' pipeline/driver/cli.c)
ok "no options found" test "$(wc -w <<<"$options")" -gt 10
for o in $options; do
	ok "help lacks $o" grep -q -- "$o" "$T/out"
	ok "the man page lacks $o" grep -q -- "^.It Fl -${o#--}" assets/dossier.1
	ok "completion lacks $o" grep -q -- "$o" assets/dossier.bash
done
for c in run check clarify batch status cancel gc predict models importance help; do
	ok "the man page lacks $c" grep -q "^.It Cm $c" assets/dossier.1
	run help $c && ended 0
done
if command -v mandoc >/dev/null; then
	ok "man page: $(mandoc -Tlint -W style assets/dossier.1)" mandoc -Tlint -W style assets/dossier.1 >/dev/null
fi

complete_with() { # WORDS...: what completion offers for the last of them
	PATH=$(dirname "$dossier"):$PATH bash -c '. "'"$root"'/assets/dossier.bash" && COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) &&
		_dossier; printf "%s\n" "${COMPREPLY[@]}"' _ "$@"
}
ok "completion of commands" test "$(complete_with dossier st)" = status
ok "completion of options" test "$(complete_with dossier run --expl)" = --explain
ok "completion of steps" test "$(complete_with dossier run x.yaml --from mo)" = modeling
ok "completion of keys" test "$(complete_with dossier run --set eda.histo)" = eda.histogram_bins=

# Keys that the rooms read are in the table, and keys of the table are read by somebody.
"$dossier" help settings | sed -n 's/^\([a-z][^ ]*\)$/\1/p' | sort >"$T/table"
grep -rhoE '"(source|ingest|eda|clarify|modeling|report|qa|limits)\.[a-z_]+(\.[a-z_]+)?"' --include='*.c' \
	pipeline/stages pipeline/report pipeline/driver | tr -d '"' | grep -vE '\.(json|html|pdf|txt|css|js|arrow|csv|done)$' |
	sort -u >"$T/read"
sed -n 's/^[[:space:]]*X(\([a-z_]*\), .*/eda.\1/p' pipeline/stages/eda_int.h >>"$T/read"
while read -r key; do
	case $key in
	report.theme | report.texts | clarify.answers) continue ;;
	esac
	ok "'$key' is read and not in settings.def" grep -qxF "$key" "$T/table"
done <"$T/read"
while read -r key; do
	case $key in
	schema | *'*'* | report.theme.* | limits.*_timeout_s) continue ;;
	esac
	last=${key##*.}
	ok "'$key' is in settings.def and nobody reads it" grep -rqE "\"([a-z_.]+\.)?$last\"|X\($last," --include='*.[ch]' pipeline
done <"$T/table"
finish
