#!/bin/bash
# The example jobs as the person sees them who gets the reports: complete, small, self-contained, readable.
. "$(dirname "$0")/driver_lib.bash"
matterhorn() { /usr/bin/python3 "$root/tests/spec/matterhorn.py" "$@"; }
judged=$(/usr/bin/python3 -c 'import pikepdf; print("yes")' 2>/dev/null)
[ "$judged" ] || echo "no pikepdf: tags of the PDF are not judged"
for manifest in jobs/*.yaml; do
	id=$(basename "$manifest" .yaml)
	run run "$root/$manifest" --quiet
	ended 0
	job=$T/data/jobs/$id
	for f in report.html report.pdf report.txt result.json eda.json modeling.json critique.json ingest/table.arrow; do
		ok "$id: no $f" test -s "$job/$f"
	done
	is "$id: verdict" "$(jq -r .verdict "$job/critique.json")" pass
	ok "$id: HTML of 1 MB or more" test "$(stat -c %s "$job/report.html")" -lt 1000000
	ok "$id: PDF of 1 MB or more" test "$(stat -c %s "$job/report.pdf")" -lt 1000000
	is "$id: nothing is fetched" "$(grep -oE '(src|href|url)[=(]["'"'"']?(https?:)?//[^"'"'"' )>]*' "$job/report.html" | grep -v 'href=' | head -n 3)" ""
	is "$id: links lead inside" "$(xmllint --html --xpath '//a[not(contains(@rel, "noopener"))]/@href' "$job/report.html" 2>/dev/null | grep -v '"#' | head -n 3)" ""
	ok "$id: PDF is damaged" qpdf --check "$job/report.pdf" >/dev/null
	is "$id: charts are vectors" "$(pdfimages -list "$job/report.pdf" | tail -n +3)" ""
	is "$id: fonts are embedded subsets, mapped to Unicode" "$(pdffonts "$job/report.pdf" | tail -n +3 | awk '{ print $(NF-4), $(NF-3), $(NF-2) }' | sort -u)" "yes yes yes"
	is "$id: PDF is tagged" "$(pdfinfo "$job/report.pdf" | awk '/^Tagged:/ { print $2 }')" yes
	[ "$judged" ] && is "$id: conditions of the Matterhorn Protocol" "$(matterhorn "$job/report.pdf" 2>&1)" ""
	tree=$(pdfinfo -struct "$job/report.pdf" 2>&1)
	is "$id: every chart is a figure of the tree" "$(grep -c '^ *Figure:' <<<"$tree")" "$(jq '[.. | objects | select(.kind == "chart")] | length' "$job/result.json")"
	is "$id: every table is in the tree" "$(grep -c '^ *Table (block)' <<<"$tree")" "$(jq '[.. | objects | select(.kind == "table")] | length' "$job/result.json")"
	ok "$id: PDF text cannot be read" grep -q "$(sed -n 's/^title: //p' "$manifest")" <(pdftotext "$job/report.pdf" -)
	is "$id: every chart is a file" "$(find "$job/plots" -name "*.svg" | wc -l)" "$(jq "[.. | objects | select(.kind == \"chart\")] | length" "$job/result.json")"
	for f in eda.json modeling.json ingest/schema.json ingest/ingest.json clarify.json result.json; do
		ok "$id: $f does not name its schema" jq -e '.schema | test("^dossier/[a-z]+/[0-9]+$")' "$job/$f" >/dev/null
	done
done
# a few numbers that are known from elsewhere (R 4.2.2 on the same files)
eda=$T/data/jobs/penguins/eda.json
is "rows" "$(jq .dataset.rows "$eda")" 344
is "mean bill length" "$(jq '.columns[] | select(.name == "bill_length_mm").numeric.mean * 1e6 | round' "$eda")" 43921930
is "sd of body mass" "$(jq '.columns[] | select(.name == "body_mass_g").numeric.sd * 1e4 | round' "$eda")" 8019545
is "missing sex" "$(jq '.columns[] | select(.name == "sex").missing' "$eda")" 11
is "median flipper" "$(jq '.columns[] | select(.name == "flipper_length_mm").numeric.quantiles.p50' "$eda")" 197
if [ "$judged" ]; then
	printf 'a,b\n1,x\n2,y\n3,x\n4,y\n5,x\n' >"$T/small.csv"
	run run "$T/small.csv" --quiet
	is "a planted fault of each condition is found" "$(matterhorn --planted "$T/data/jobs/small/report.pdf" 2>&1)" ""
fi
finish
