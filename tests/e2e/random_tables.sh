#!/bin/bash
# Tables made up at random go through all steps: the report passes its own checks, and HTML and PDF are well formed.
# Each has another number of rows and columns, of other kinds, with holes, and other settings. SEED=N TABLES=K: the
# K tables from number N on.
. "$(dirname "$0")/driver_lib.bash"
table() { # SEED: table.csv and table.yaml
	awk -v seed="$1" -v csv="$T/table.csv" -v yaml="$T/table.yaml" '
	function pick(n) { return int(rand() * n) }
	function normal() { return sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand()) }
	function any(list,    v) { return v[1 + pick(split(list, v, "|"))] }
	function stamp(days,    y, m, d) { # months of 28 days do for a calendar
		d = int(days); y = int(d / 336); m = int(d % 336 / 28)
		return sprintf("%04d-%02d-%02d", 2012 + y, m + 1, d % 28 + 1) \
			(step < 1 ? sprintf(" %02d:%02d:00", int((days - d) * 24), int((days - d) * 1440) % 60) : "")
	}
	function value(kind, i, share,    x, s, k) {
		x = normal() + share * common[i]
		if (kind == "number") return sprintf("%.3f", x * 10)
		if (kind == "rounded") return sprintf("%.1f", x * 40)
		if (kind == "skewed") return sprintf("%.2f", exp(2 * x))
		if (kind == "far") return rand() < 0.99 ? int(100 + 10 * x) : int(10 ^ (4 + pick(6)))
		if (kind == "count") return int(x * 5 + 10)
		if (kind == "level") return level[1 + (k = int(x * x * nlevels / 4)) % nlevels]
		if (kind == "date") return stamp(i * step)
		if (kind == "truth") return x > 0 ? "true" : "false"
		if (kind == "same") return "same"
		if (kind == "key") return sprintf("K%06d", i * 7)
		if (kind == "duration") return sprintf("%d:%02d:%02d", pick(30), pick(60), pick(60))
		if (kind == "empty") return ""
		for (k = 1 + pick(30); k > 0; k--) s = s " " any("lorem|ipsum|dolor|Donaudampfschiff|https://example.org/a/b?c=d")
		return substr(s, 2)
	}
	BEGIN {
		srand(seed); rand()
		rows = any("3|12|40|200|600"); columns = any("1|2|3|5|8|13|25"); step = any("1|7|30|0.0416666667|0.000694444444")
		for (i = 0; i < rows; i++) common[i] = normal()
		for (c = 1; c <= columns; c++) {
			name[c] = any("id|amount|a_rather_long_name_of_a_column_that_goes_on|t|Größe (cm)|価格|when|with blanks|x.y.z|UPPER|%|<b>|=1+1|camelCase|price € per m²") (rand() < 0.3 ? "" : "_" c)
			kind = any("number|number|rounded|skewed|far|count|level|level|date|truth|text|same|key|duration|empty")
			holes = any("0|0|0|0.02|0.3|0.9"); share = 2 * rand()
			nlevels = split(any("red,green,blue|a very long level name that goes on and on,short,mid length|Ä,ß,東京,Санкт|yes,no|0,1,2,3,4|NA,-,ok|مرحبا,שלום,ok"), level, ",")
			for (i = 0; i < rows; i++) cell[i, c] = rand() < holes ? any("||NA") : value(kind, i, share)
		}
		for (c = 1; c <= columns; c++) printf("%s\"%s\"", (c > 1 ? "," : ""), name[c]) > csv
		for (i = 0; i < rows; i++) for (c = 1; c <= columns; c++)
			printf("%s%s", (c > 1 ? "," : "\n"), cell[i, c]) > csv
		print "" > csv
		print "id: table\nsource: { file: table.csv }\nreport_date: 2026-01-01" > yaml
		if (columns > 1 && rand() < 0.7) print "target: \"" name[columns] "\"" > yaml
		if (rand() < 0.3) print "language: de" > yaml
		if (rand() < 0.3) print "report: { audience: both }" > yaml
	}'
}
for seed in $(seq "${SEED:-1}" $((${SEED:-1} + ${TABLES:-12} - 1))); do
	rm -rf "$T/data"
	table "$seed"
	run run table.yaml --quiet
	ok "table $seed: status $status: $(cat "$T/err")" test "$status" = 0
	for html in $(find "$T/data" -name report.html); do
		faults=$(xmllint --html --noout "$html" 2>&1 | grep '^[^ ]*:[0-9]*: .*error : ' | grep -v 'Tag .* invalid')
		is "table $seed: HTML" "$faults" ""
		ok "table $seed: PDF is damaged" qpdf --check "${html%.html}.pdf" >/dev/null
	done
done
finish
