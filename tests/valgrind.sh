#!/bin/bash
# memcheck over whole runs, with all their processes: every access to memory that is not ours, and every decision by
# a value that nobody has set. The sandbox is off, as memcheck needs more than a reader may have.
#   DOSSIER=... valgrind.sh [short]     short: one small job, for CI
# valgrind.supp says what is not ours. Leaks are the sanitizers' business: steps end by _exit.
. "$(dirname "$0")/e2e/driver_lib.bash"
if ! command -v valgrind >/dev/null; then
	echo "not tried: valgrind is not installed"
	echo "1 passed, 0 failed"
	exit
fi
echo "sandbox: off under valgrind"
check() { # WANTED_STATUS ARGUMENTS...
	local want=$1 status log
	shift
	rm -f "$T"/memcheck.*
	(cd "$T" && valgrind -q --suppressions="$root/tests/valgrind.supp" --log-file="$T/memcheck.%p" "$dossier" "$@" --quiet >out 2>err </dev/null)
	status=$?
	is "status of $*: $(cat "$T/err")" "$status" "$want"
	ok "$*: no process was checked" test -e "$(find "$T" -name 'memcheck.*' | head -n 1)"
	for log in "$T"/memcheck.*; do
		ok "$*: $(head -n 25 "$log")" test ! -s "$log"
	done
}
small=(--set modeling.enabled=false --set "report.formats=[html, text]" --set history.keep=0)
head -n 40 jobs/data/penguins.csv | cut -d, -f 1-4 >"$T/x.csv"
check 0 run x.csv "${small[@]}"
# that memcheck would tell: a reader of the values of an array that is not filled
printf '#include <stdlib.h>\nint main(void) { int *p = malloc(40); return p[10] > p[3]; }\n' >"$T/wrong.c"
if ${CC:-gcc} -g -o "$T/wrong" "$T/wrong.c" 2>/dev/null; then
	valgrind -q --log-file="$T/told" "$T/wrong"
	ok "memcheck does not tell" test -s "$T/told"
fi
[ "${1:-}" != short ] || { finish; exit; }

d=$root/tests/data/ingest
for f in xlsx_iris.xlsx xls_mtcars.xls xls_biff5.xls ods_booleans.ods access_ext.accdb.gz sas_dates.sas7bdat sas_sample.xpt \
	spss_sample.zsav spss_sample.por stata_sample.dta; do
	check 0 run "$d/$f" "${small[@]}" --until eda
done
printf '[{"a": 1, "b": {"c": "x"}, "t": "2026-01-01"}, {"a": 2.5, "b": {"c": null}, "t": "2026-01-02"}]' >"$T/nested.json"
check 0 run nested.json "${small[@]}"
printf '{"a": 1}\n{"a": "x"}\n{"a": \n' >"$T/lines.ndjson"
check 0 run lines.ndjson "${small[@]}" --set ingest.max_quarantine_share=0.9
head -c 3000 "$d/xls_mtcars.xls" >"$T/cut.xls"
check 4 run cut.xls
printf 'a;b\n"1;2\n\xff;3\n,,,\n' >"$T/dirty.csv"
check 0 run dirty.csv "${small[@]}" --set ingest.max_quarantine_share=0.9
printf 'source: {file: [x\n' >"$T/bad.yaml"
check 2 run bad.yaml
# models, PDF, and predictions
awk "NR % 3 == 1" jobs/data/penguins.csv >"$T/m.csv"
check 0 run m.csv --set target=species --set modeling.folds=2 --set modeling.trees=10 --set modeling.max_rounds=10 \
	--set modeling.shap_rows=20 --set modeling.bootstrap=20
check 0 predict m m.csv -o p.csv
finish
