#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The catalogues of assets/texts against the code: every fixed text of the report is translated, with the
# holes of the English one. `--list [FILE...]` prints the texts of these sources (all: none) as a template.
# Needs gettext; without it says so and passes.
set -u
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8
command -v xgettext msgcat msgfmt >/dev/null || { echo "words: gettext is not installed, catalogues were not checked"; exit 0; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# In these every text is one of the report; in the others those that are handed to a function of words are.
sources=(pipeline/report/build/*.c pipeline/report/build_model/*.c pipeline/report/sentence.c pipeline/report/names.c pipeline/report/methods.def pipeline/base/findings.def)
others=(pipeline/report/*.c pipeline/report/*/*.c pipeline/report/page_words.def)
if [ "${1:-}" = --list ]; then
	shift
	[ $# -gt 0 ] && sources=("$@") others=("$@")
	list=1
fi

# One entry a line: key, tab, text. Tabs and newlines within are escaped in the format.
flat() {
	awk '
		function done_() { if (state) print id "\t" str; state = 0 }
		/^msgid_plural / { print id "\t"; id = substr($0, 15, length($0) - 15); next }
		/^msgid / { done_(); state = 1; id = substr($0, 8, length($0) - 8); str = ""; next }
		/^msgstr(\[0\])? / { state = 2; sub(/^msgstr(\[0\])? "/, ""); str = substr($0, 1, length($0) - 1); next }
		/^msgstr/ { next }
		/^"/ { if (state == 1) id = id substr($0, 2, length($0) - 2); else str = str substr($0, 2, length($0) - 2) }
		END { done_() }'
}

# Words that stand alone in small letters may be keys of JSON as well as words: only in these places they count.
words=(--keyword --keyword=plural:2,3 --keyword=cell_text:1 --keyword=doc_word:2 --keyword=words_say:2
	--keyword=doc_figure:3 --keyword=doc_say:2 --keyword=words_printf:3 --keyword=build_more:4 --keyword=X:2)
literals() {
	xgettext --from-code=UTF-8 -C -a --no-wrap --no-location -o - "${sources[@]}" 2>/dev/null | flat | cut -f1 |
		grep -vE '^[a-z0-9_.%#:/,;|=+-]*$' | grep -E '[A-Za-z]{2}|[A-Za-z] ' | grep -vE '^(pipeline|report|assets|build)[a-z_/]*\.(h|def)$|^#|^<|^\\|^[A-Za-z]*: %s$|^%[a-z0-9.]+$'
	xgettext --from-code=UTF-8 -C "${words[@]}" --no-wrap --no-location -o - "${others[@]}" 2>/dev/null | flat | cut -f1 |
		grep -E '[A-Za-z]{2}'
}
literals | sort -u | grep -vxFf <(grep -v '^##' tests/data/report/no-words.txt) | grep -v '^$' >"$tmp/texts"
if [ -n "${list:-}" ]; then
	awk '{ print "msgid \"" $0 "\"\nmsgstr \"\"\n" }' "$tmp/texts"
	exit 0
fi

bad=0
for dir in assets/texts/*/; do
	for po in "$dir"*.po; do
		msgfmt --check-format -o "$tmp/mo" "$po" || bad=1
		flat <"$po"
	done | awk -F'\t' '$1 != ""' | sort -u >"$tmp/known"
	cut -f1 "$tmp/known" | sort -u >"$tmp/ids"
	awk -F'\t' '$2 != "" { print $1 }' "$tmp/known" | sort -u | comm -23 "$tmp/texts" - >"$tmp/missing"
	if [ -s "$tmp/missing" ]; then
		echo "words: $dir lacks $(wc -l <"$tmp/missing") texts:"
		sed 's/^/  /' "$tmp/missing" | head -"${WORDS_SHOWN:-20}"
		bad=1
	fi
	awk -F'\t' '
		function holes(s, order,    n, h, i, list, at) {
			gsub(/%%/, "", s)
			n = 0; list = ""
			while (match(s, /%([0-9]+\$)?(s|zu|d|lld|\.0f)|\{[a-z0-9_]+\}/)) {
				h = substr(s, RSTART, RLENGTH)
				s = substr(s, RSTART + RLENGTH)
				if (h == "{s}") continue
				at = h ~ /\$/ ? substr(h, 2, index(h, "$") - 2) : ++n
				if (h ~ /^%/) h = "%" at
				found[h] = 1
			}
			for (h in found) { order[h] = 1; delete found[h] }
		}
		$2 != "" {
			holes($1, a); holes($2, b)
			for (h in a) if (!(h in b)) { print "words: hole " h " is lost: " $1; bad = 1 }
			for (h in b) if (!(h in a)) { print "words: hole " h " is not in: " $1; bad = 1 }
			for (h in a) delete a[h]
			for (h in b) delete b[h]
			e = $1; g = $2
			if ((e ~ /^ / && e ~ /[a-z]/) != (g ~ /^ /) ) { print "words: blank at the beginning differs: " $1; bad = 1 }
			if ((e ~ / $/) != (g ~ / $/)) { print "words: blank at the end differs: " $1; bad = 1 }
		}
		END { exit bad }' "$tmp/known" || bad=1
done
[ $bad = 0 ] && echo "words: every text is translated"
exit $bad
