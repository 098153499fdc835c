#!/bin/bash
# Which room may know which, and that each output library is named in one file (pipeline/README.md).
# Usage: layers.sh [FOLDER]: another folder than pipeline serves the test of this test.
set -u
dir=${1:-pipeline}
declare -A may=([base]="base" [table]="base table"
	[ingest]="base table ingest" [profile]="base table profile" [model]="base table model"
	[report]="base report" [stages]="base table ingest profile model report stages"
	[driver]="base stages driver" [main.c]="base driver")
passed=0 failed=0
bad() { echo "$1" && failed=$((failed + 1)); }
while IFS=: read -r file include; do
	room=${file#"$dir"/} room=${room%%/*} target=${include%%/*}
	case " ${may[$room]:-} " in
	*" $target "*) passed=$((passed + 1)) ;;
	*) bad "$file: room '$room' must not include '$include'" ;;
	esac
	case $include in    # only a room itself sees its internals
	*_int.h) [ "$room" = "$target" ] || bad "$file: '$include' is internal to '$target'" ;;
	esac
done < <(grep -rHoE '^#[ ]*include "[^"]+"' --include='*.[ch]' "$dir" | sed -E 's/:#[ ]*include "([^"]+)"/:\1/')
only() { # HEADER FILE...: named in exactly these files
	header=$1 && shift
	found=$(grep -rlE "^#[ ]*include <$header" --include='*.[ch]' "$dir" | sed "s|^$dir/||" | sort | tr '\n' ' ')
	if [ "$found" = "$(printf '%s\n' "$@" | sort | tr '\n' ' ')" ]; then passed=$((passed + 1)); else bad "<$header> is named in: ${found:-no file}; expected: $*"; fi
}
only plplot report/chart/plot.c
only hpdf report/pdf_haru.h
only png.h report/pdf/logo.c
only fribidi report/pdf/bidi.c
only jpeglib.h report/pdf/logo.c
only cmark report/markdown.c
only csv.h ingest/csv/csv_parse.c
only archive.h ingest/process/unpack_child.c
only seccomp.h base/confine.c
only zip.h ingest/sheet/zipfile.c
only expat.h ingest/sheet/xml.c
only freexl.h ingest/sheet/xls_second.c
only readstat.h ingest/statistics/readstat.c
only mdbtools.h ingest/database/access.c
only yajl ingest/json/json_explain.c
only sqlite3.h ingest/database/sqlite.c
only libpq ingest/database/postgres.c
only libfyaml driver/yaml.c
only confuse driver/conf.c
if grep -rnE '^#[ ]*include "report/pdf_haru.h"' --include='*.[ch]' "$dir" | grep -vE '^[^:]*report/pdf/(pdf|draw)\.c:'; then bad "the header of libharu is for pdf.c and pdf/draw.c"; else passed=$((passed + 1)); fi
if grep -rnE '^#[ ]*include <(gsl|lapacke|cblas|hpdf|plplot)' --include='*.h' "$dir" | grep -v '^[^:]*report/pdf_haru.h:'; then bad "a numeric or output library is named in a header"; else passed=$((passed + 1)); fi
lib=$(dirname "${DOSSIER:-build/dossier}")/libdossier.a   # one library holds all rooms: a name that two of them define means either
if [ "$dir" = pipeline ] && [ -f "$lib" ]; then
	twice=$(nm --defined-only "$lib" 2>/dev/null | awk '$2 ~ /^[TDBR]$/ && $3 !~ /^__/ { print $3 }' | sort | uniq -d | tr '\n' ' ')
	if [ -z "$twice" ]; then passed=$((passed + 1)); else bad "defined in more than one room: $twice"; fi
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
