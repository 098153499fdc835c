#!/bin/bash
# Editions for others: what is marked secret in whatever role is in no file of the shareable set, and the checks
# looked for it (tests/unit/report_redact.c plants leaks). Chapters and their order.
. "$(dirname "$0")/driver_lib.bash"

# A table in which "zq" marks what must not get out: levels, examples, patterns, identifiers, mail addresses,
# rare levels and classes of columns that are not sensitive, extremes, texts. The numbers come from the seed.
table() { # SEED
	awk -v seed="$1" 'BEGIN {
		srand(seed)
		print "person,mail,clinic,note,city,grade,score,weight,day,outcome,pulse"
		for (i = 1; i <= 300; i++) {
			u = rand(); v = rand(); c = int(rand() * 3)
			city = i % 97 == 0 ? "Zqrare" int(i / 97) : substr("Aachen  Bremen  Cologne ", c * 8 + 1, 8)
			gsub(/ /, "", city)
			outcome = i == 150 || i == 260 ? "zqclass" : (u + v > 1 ? "good" : "poor")
			printf "ZQ%05d,zq%d@example.org,%s,%s,%s,%s,%.3f,%s,2024-%02d-%02d,%s,%s\n", i * 7 + seed, i,
				"zqclinic" (i % 4), "zqnote " i " is long enough to be a text of its own number " int(u * 1e6),
				city, substr("ABC", c + 1, 1), u, i == 77 ? "98765432.5" : sprintf("%.2f", 60 + 20 * v),
				1 + i % 12, 1 + i % 28, outcome, c == 2 && u < 0.6 ? "" : int(60 + 20 * v)
		}
	}' >"$T/in.csv"
}
manifest() { # AUDIENCE [MORE]
	cat >"$T/job.yaml" <<-END
		title: A study
		source: {file: in.csv}
		target: outcome
		columns: {clinic: {sensitive: true}}
		modeling: {candidates: [baseline, logistic, tree], leaks: report}
		report: {audience: $1${3:+, $3}}
		report_date: 2026-01-31
		${2:-}
	END
}
job=$T/data/jobs/job
secrets() { # FOLDER: what of the secrets its files have
	{ cat "$1"/report.html "$1"/report.txt "$1"/result.json "$1"/findings.json "$1"/dictionary.csv "$1"/plots/*.svg
	pdftotext "$1/report.pdf" -; } | grep -aoiE 'zq(rare|class|clinic|note|[0-9]+)[a-z0-9@]*|98.?765.?432' | sort | uniq -c | head -n 5
}

for seed in 1 2; do
	table $seed
	manifest both
	run run job.yaml && ended 0
	is "seed $seed: secrets" "$(secrets "$job/shareable")" ""
	ok "seed $seed: the full edition has them" test -n "$(secrets "$job")"
	is "seed $seed: check" "$(jq -r '.checks[] | select(.code == "redaction" and .edition == "shareable") | .status' "$job/critique.json")" pass
done
ok "what missing values go with, without shares" grep -q "depends on" "$job/shareable/report.txt"
# an extreme cannot be told from sums, means, deviations or axes either
is "figures near the extreme" "$(jq -c '[.. | .value? // empty | numbers | select(. > 95e6 and . < 99.99e6)]' "$job/shareable/result.json")" "[]"
ok "values were looked for" test "$(jq '.checks[] | select(.code == "redaction" and .edition == "shareable") | .checked' "$job/critique.json")" -gt 800
ok "what is kept back is told" grep -q "What this edition leaves out" "$job/shareable/report.txt"
ok "HTML says which edition" grep -q "Shareable edition" "$job/shareable/report.html"
ok "PDF says which edition" grep -q "Shareable edition" <(pdftotext "$job/shareable/report.pdf" -)
ok "text says which edition" grep -q "Shareable edition" "$job/shareable/report.txt"
ok "so does the full one" grep -q "not for sharing" "$job/report.html"
is "rows" "$(jq '[.. | objects | select(.id == "worst" or .id == "rejected")] | length' "$job/shareable/result.json")" 0

# only for others: there is nothing else to publish; and back
manifest shareable
run run job.yaml && ended 0
is "secrets of the only edition" "$(secrets "$job")" ""
ok "no second set" test ! -e "$job/shareable"
manifest full
run run job.yaml && ended 0
ok "full again" test -n "$(secrets "$job")"

# a name that is spelt wrong hides nothing
manifest shareable 'privacy: {sensitive: [clinik]}'
run run job.yaml && ended 2 "no column 'clinik' that could be sensitive (did you mean 'clinic'?)"

# names
manifest both 'privacy: {sensitive: [grade], hide_names: true}'
run run job.yaml && ended 0
is "hidden names" "$(cat "$job"/shareable/*.{txt,json,csv,html} | grep -oE '"(clinic|grade)"|>(clinic|grade)<' | sort | uniq -c)" ""
is "secrets with hidden names" "$(secrets "$job/shareable")" ""

# chapters
manifest full '' 'sections: [findings, summary, columns], formats: [html, text]'
run run job.yaml --set modeling.enabled=false && ended 0
is "chapters in their order" "$(jq -r '[.document.children[].id] | join(" ")' "$job/result.json")" "findings summary columns"
is "what is off" "$(jq -r '.off | index("checks") != null' "$job/result.json")" true
is "no link leads nowhere" "$(comm -23 <(jq -r '.. | objects | (.link // empty), (.links[]? // empty)' "$job/result.json" | sort -u) \
	<(jq -r '.. | objects | .id // empty' "$job/result.json" | sort -u))" ""
printf 'source: {file: in.csv}\nreport:\n  sections: [summary,\n    colums]\n' >"$T/job.yaml"
run run job.yaml && ended 2 "job.yaml:4:5: report.sections: 'colums' is not one of: summary, file,"
finish
