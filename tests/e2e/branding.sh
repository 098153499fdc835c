#!/bin/bash
# The look that a manifest gives its report: templates and a style sheet of its own. What they are made of is part
# of the key of the report step; they lie beneath the manifest; a broken one says where, and loses nothing.
. "$(dirname "$0")/driver_lib.bash"

mkdir -p "$T/job/brand"
seq 40 | sed -e 's/.*/a&,&,x/' -e '1i name,size,group' >"$T/job/t.csv"
plain='id: b
source: { file: t.csv }
report: { formats: [html] }'
own='id: b
source: { file: t.csv }
report: { formats: [html], templates: brand, stylesheet: house.css }'
manifest() { echo "$1" >"$T/job/j.yaml"; }
html=$T/data/jobs/b/report.html

manifest "$plain"
run run job/j.yaml
ended 0
cp "$html" "$T/plain.html"

# One partial is replaced, the others stay; the style comes last; the policy knows its hash.
manifest "$own"
echo '<p class="ours">{{#runs}}{{>run}}{{/runs}}</p>' >"$T/job/brand/text.mustache"
echo ':root{--primary:#123456}' >"$T/job/house.css"
run run job/j.yaml
ended 0
ok "a partial of one's own is used" grep -q '<p class="ours">' "$html"
ok "other partials stay" grep -q '<table class="sortable">' "$html"
ok "without a folder of templates nothing changes" test -z "$(grep -o 'class="ours"' "$T/plain.html")"
ok "the style sheet is there" grep -q -- '--primary:#123456' "$html"
style=$(sed -n '/<style>/,/<\/style>/p' "$html" | sed -e '1s/.*<style>//' -e '$s/<\/style>.*//' | head -c -1 | openssl dgst -sha256 -binary | base64)
ok "the policy names its hash" grep -qF "sha256-$style" "$html"

# Staleness: content counts, places and times do not.
run run job/j.yaml
ok "nothing changed, nothing made" test -z "$(grep -h '^report .*charts' "$T/out" "$T/err")"
before=$(grep '"key"' "$T/data/jobs/b/report.done")
touch "$T/job/house.css" && mv "$T/job/brand" "$T/job/moved" && sed -i 's/: brand/: moved/' "$T/job/j.yaml"
run run job/j.yaml
is "another place, same key" "$(grep '"key"' "$T/data/jobs/b/report.done")" "$before"
mv "$T/job/moved" "$T/job/brand" && manifest "$own"
echo ':root{--primary:#654321}' >"$T/job/house.css"
run run job/j.yaml
ended 0
ok "a changed style sheet makes the report anew" grep -q -- '--primary:#654321' "$html"
echo '<p class="theirs">{{#runs}}{{>run}}{{/runs}}</p>' >"$T/job/brand/text.mustache"
run run job/j.yaml --explain
ok "and says why: $(cat "$T/out")" grep -q 'report.*report.templates' <(cat "$T/out" "$T/err")
run run job/j.yaml
ok "as does a changed template" grep -q '<p class="theirs">' "$html"
echo 'small' >"$T/job/brand/unused.mustache"
key=$(grep '"key"' "$T/data/jobs/b/report.done")
run run job/j.yaml
ok "and a new one" test "$(grep '"key"' "$T/data/jobs/b/report.done")" != "$key"

# What is put into the place of a file while the run is at work is not read: the copy is.
echo 'secret-4711{}' >"$T/secret.css"
seq 100000 | sed -e 's/.*/a&,&,x/' -e '1i name,size,group' >"$T/job/long.csv"
printf '%s\n' 'id: swap' 'source: { file: long.csv }' 'report: { formats: [html], templates: brand, stylesheet: swap.css, logo: swap.png }' \
	'modeling: { enabled: false }' >"$T/job/swap.yaml"
echo '<p class="mine">{{#runs}}{{>run}}{{/runs}}</p>' >"$T/job/brand/text.mustache"
echo ':root{--primary:#00aa00}' >"$T/job/swap.css"
printf 'GIF89a' >"$T/job/swap.png"
(cd "$T" && exec "$dossier" run job/swap.yaml >out 2>err </dev/null) &
pid=$!
for _ in $(seq 2000); do grep -qs '"step": "\(ingest\|eda\)"' "$T/data/jobs/swap/state.json" && break || sleep 0.005; done
for f in swap.css swap.png brand/text.mustache; do ln -s "$T/secret.css" "$T/job/link" && mv -T "$T/job/link" "$T/job/$f"; done
wait $pid
status=$?
ended 0
ok "swapped while nothing read" grep -q '"to": "running:report"' "$T/data/jobs/swap/state.json"
is "what was swapped in" "$(grep -rlF secret-4711 "$T/data")" ""
ok "what was there at the start is used" grep -q '<p class="mine">' "$T/data/jobs/swap/report.html"
ok "the style sheet, too" grep -qF -- '--primary:#00aa00' "$T/data/jobs/swap/report.html"
run run job/swap.yaml && ended 2 "outside of the folder"
is "copies are taken away" "$(find "$T/data" -name '.tmp-*')" ""
rm "$T/job/brand/text.mustache" && echo '<p class="theirs">{{#runs}}{{>run}}{{/runs}}</p>' >"$T/job/brand/text.mustache"

# A broken template: one line with the place; the report of before is still there.
cp "$html" "$T/before.html"
printf '<p>\n{{#runs}}{{>run}}</p>\n' >"$T/job/brand/text.mustache"
run run job/j.yaml
ended "$status" "brand/text.mustache:2:1"
ok "it fails" test "$status" != 0
ok "the report of before stays" cmp -s "$html" "$T/before.html"
printf '{{>nowhere}}\n' >"$T/job/brand/text.mustache"
run run job/j.yaml
ended "$status" "nowhere.mustache"
ok "a partial that is not there fails" test "$status" != 0
printf '\xff' >"$T/job/brand/text.mustache"
run run job/j.yaml
ended "$status" "brand/text.mustache' is not valid UTF-8"
rm "$T/job/brand/text.mustache"
printf 'a{}\n b{}</STYLE ><script>' >"$T/job/house.css"
run run job/j.yaml
ended "$status" "house.css:2:5: a style sheet must not hold '</style'"
ok "a style sheet that ends its element fails" test "$status" != 0
echo 'a{}' >"$T/job/house.css"
run run job/j.yaml
ended 0

# Nothing outside of the folder of the manifest, by no way.
mkdir "$T/secret" && echo 'secret' >"$T/secret/text.mustache"
manifest "${own/brand/..\/secret}"
run run job/j.yaml
ended 2 "outside of the folder"
manifest "${own/house.css/..\/secret\/text.mustache}"
run run job/j.yaml
ended 2 "outside of the folder"
manifest "$own"
ln -s ../../secret/text.mustache "$T/job/brand/text.mustache"
run run job/j.yaml
ended 2 "report.templates"
rm "$T/job/brand/text.mustache" && ln -s ../secret/text.mustache "$T/job/link.css"
manifest "${own/house/link}"
run run job/j.yaml
ended 2 "report.stylesheet"
manifest "${own/brand/nowhere}"
run run job/j.yaml
ended 2 "report.templates"
ok "no secret got into a report" test -z "$(grep -l secret "$html")"

# Chapters of one's own: as text, never as HTML; a changed file makes the report anew; a place that is none says so.
texts() { # ENTRY...: report.texts, one entry a line from line 5 on
	manifest "id: b
source: { file: t.csv }
report:
  texts:
$(printf '    - %s\n' "$@")"
}
job=$T/data/jobs/b
echo 'Hello *you*, <script>alert(1)</script>: [site](https://example.org/7b3) and [bad](javascript:x).' >"$T/job/own.md"
texts '{title: Our view, before: summary, file: own.md}' '{title: Secret view, after: file, text: "1. zqfull", audience: full}'
run run job/j.yaml
ended 0
ok "its words are in the page" grep -q '<p>Hello <em>you</em>, &lt;script&gt;' "$html"
ok "its links too" grep -q '<a href="https://example.org/7b3" rel="noopener">site</a> and bad' "$html"
ok "with their address in the text" grep -q 'site (https://example.org/7b3)' "$job/report.txt"
ok "and in the PDF" grep -q 'example.org/7b3' <(pdftotext "$job/report.pdf" -)
is "chapters" "$(jq -r '[.document.children[:4][].id] | join(" ")' "$job/result.json")" "text-our-view summary file text-secret-view"
is "checks" "$(jq -r .verdict "$job/critique.json")" pass
echo 'Another view.' >"$T/job/own.md"
run run job/j.yaml
ok "a changed text makes the report anew" grep -q 'Another view' "$html"
run run job/j.yaml --set report.audience=both
ended 0
ok "the full edition has all" grep -q zqfull "$html"
ok "own texts stay in the shareable one" grep -q 'Another view' "$job/shareable/report.html"
ok "unless they are for the full one" test -z "$(cat "$job"/shareable/* 2>/dev/null | grep -a zqfull)"
texts '{title: A, after: summry, text: x}'
run run job/j.yaml
ended 2 "j.yaml:5:25: report.texts[0].after: expected one of: summary, file,"
texts '{title: A, after: summary}'
run run job/j.yaml
ended 2 "j.yaml:5:7: report.texts[0] needs a text or a file"
texts '{title: A, after: summary, file: ../secret/text.mustache}'
run run job/j.yaml
ended 2 "report.texts[0].file"
texts "{title: A, after: summary, text: $(head -c 70000 /dev/zero | tr '\0' x)}"
run run job/j.yaml
ended 2 "j.yaml:5:34: report.texts[0].text: 70000 bytes, at most 65536 are allowed"
mapfile -t many < <(yes '{title: A, after: summary, text: x}' | head -n 51)
texts "${many[@]}"
run run job/j.yaml
ended 2 "j.yaml:55:7: report.texts: there are more than 50"

# Colours that cannot be read are told.
manifest 'id: b
source: { file: t.csv }
report: { formats: [html], theme: { muted: "#999999" } }'
run run job/j.yaml
ok "faint colours: $(cat "$T/out" "$T/err")" grep -q 'muted #999999 on surface #ffffff has a contrast of 2.84, less than 4.5' <(cat "$T/out" "$T/err")
finish
