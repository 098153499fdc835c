/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a row within or behind a table is, when it is not data: blank, a note, totals, the
 * header once more. CSV files and sheets follow the same rules. */
#include "ingest/ingest_int.h"

#include <string.h>

static struct str text_at(const struct layout_row *r, int col)
{
	return cell_trim(r->cells[col].s);
}

static bool repeats(const struct layout_row *header, const struct layout_row *r)
{
	int n = header->n > r->n ? header->n : r->n, filled = 0;
	for (int i = 0; i < n; i++) {
		struct str x = i < r->n ? text_at(r, i) : (struct str){ NULL, 0 };
		struct str y = i < header->n ? text_at(header, i) : (struct str){ NULL, 0 };
		if (str_cmp(x, y) != 0)
			return false;
		filled += x.n > 0;
	}
	return filled > 1;
}

/* ---- words ------------------------------------------------------------------------------- */

static bool word_end(struct str s, size_t i)
{
	return i >= s.n || strchr(" :.=-()\t", s.p[i]);
}

/* Begins with the word, in any case. */
static bool begins(struct str s, const char *word)
{
	size_t n = strlen(word);
	return s.n >= n && str_ieq((struct str){ s.p, n }, word) && word_end(s, n);
}

/* One of the words, and little else. */
static bool any_of(struct str s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (begins(s, words[i]))
			return s.n <= strlen(words[i]) + 24;
	return false;
}

static bool total_words(struct str s)
{
	static const char *const words[] = { "total", "totals", "grand total", "subtotal",
		"sub-total", "sum", "summe", "gesamt", "gesamtsumme", "insgesamt", "zwischensumme",
		"somme", "totaal", "totale", "totali", "suma", "soma", "overall total",
		"\u0438\u0442\u043e\u0433\u043e", "\u5408\u8ba1", "\u5408\u8a08", "\u603b\u8ba1" };
	return any_of(s, words, COUNTOF(words));
}

static bool summary_words(struct str s)
{
	static const char *const words[] = { "average", "avg", "mean", "median", "min", "max",
		"minimum", "maximum", "count", "std", "stdev", "std dev", "standard deviation",
		"durchschnitt", "mittelwert", "mittel", "anzahl", "moyenne", "nombre", "media",
		"promedio", "gemiddelde" };
	return any_of(s, words, COUNTOF(words));
}

/* Signs and words that open a footnote. */
static bool note_words(struct str s)
{
	static const char *const words[] = { "source", "sources", "note", "notes", "nb", "n.b",
		"quelle", "quellen", "anmerkung", "anmerkungen", "hinweis", "hinweise", "legende",
		"remark", "remarks", "footnote", "footnotes", "legend", "disclaimer", "copyright",
		"fuente", "fonte", "nota", "notas", "fu\u00dfnote", "bron", "exported", "generated",
		"downloaded", "last updated", "updated", "stand", "page", "seite", "end of",
		"end of file", "eof" };
	if (!s.n)
		return false;
	if (*s.p == '*' || *s.p == '#' || (s.n > 1 && memcmp(s.p, "\u00a9", 2) == 0) ||
		(s.n > 2 && memcmp(s.p, "\u2020", 3) == 0))
		return true;
	for (size_t i = 0; i < COUNTOF(words); i++)
		if (begins(s, words[i]))
			return true;
	return false;
}

/* Three words or more. */
static bool prose(struct str s)
{
	int words = 0;
	for (size_t i = 0; i < s.n; i++)
		words += s.p[i] != ' ' && (i == 0 || s.p[i - 1] == ' ');
	return words > 2;
}

/* ---- kinds ------------------------------------------------------------------------------- */

/* "Source: ...": a row with words in its first cell and nothing else. Where the other cells are
 * there but blank, it could be a row of data: then the words must tell. */
static bool note(const struct layout *l, const struct layout_row *r, int filled)
{
	struct str s = text_at(r, 0);
	if (l->width < 2 || !s.n)
		return false;
	/* a sentence with delimiters in it */
	if (note_words(s) && (filled == 1 || r->n < l->width))
		return true;
	if (filled != 1)
		return false;
	enum cell_kind k = cell_kind(s, true);
	if (k != KIND_WORD && k != KIND_ADDRESS)
		return false;
	return l->width > 2 && (r->n == 1 || prose(s));
}

/* The words in the first of the cells that are filled, and numbers behind it. */
static bool named_numbers(const struct layout_row *r, bool (*words)(struct str))
{
	int i = 0, numbers = 0;
	while (i < r->n && !text_at(r, i).n)
		i++;
	if (i == r->n || !words(text_at(r, i)))
		return false;
	for (i++; i < r->n; i++) {
		enum cell_kind k = cell_kind(r->cells[i].s, false);
		numbers += k == KIND_NUMBER || k == KIND_MONEY;
	}
	return numbers > 0;
}

bool layout_summary(const struct layout_row *r)
{
	return named_numbers(r, summary_words);
}

bool layout_words(const struct layout *l, const struct layout_row *r)
{
	bool tells = false;
	for (int i = 0; i < r->n && r->n < l->width; i++) {
		enum cell_kind k = cell_kind(r->cells[i].s, false);
		if (k == KIND_EMPTY)
			continue;
		if (k != KIND_WORD && k != KIND_OTHER)
			return false;
		tells |= kind_typed(l->columns[i].kind) || (i == 0 && prose(text_at(r, i)));
	}
	return tells;
}

bool layout_rule(const struct layout_row *r)
{
	size_t longest = 0;
	for (int i = 0; i < r->n; i++) {
		struct str s = text_at(r, i);
		for (size_t k = 0; k < s.n; k++)
			if (!strchr("-=_+ ", s.p[k]) || !s.p[k])
				return false;
		longest = s.n > longest ? s.n : longest;
	}
	return longest > 2;
}

enum layout_kind layout_kind(const struct layout *l, const struct layout_row *header,
	const struct layout_row *r)
{
	int filled = 0;
	for (int i = 0; i < r->n; i++)
		filled += text_at(r, i).n > 0;
	if (!filled)
		return ROW_BLANK;
	for (int i = 0; header && i < l->header_rows; i++)
		if (repeats(&header[i], r))
			return ROW_HEADER_AGAIN;
	if (note(l, r, filled))
		return ROW_NOTE;
	return l->totals && named_numbers(r, total_words) ? ROW_TOTAL : ROW_DATA;
}
