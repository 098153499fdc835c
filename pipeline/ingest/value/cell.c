/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a single cell may be besides a number or a date: a token that stands for a missing
 * value, a word for yes or no; and its kind, which is all that guessing a dialect or a header
 * needs. */
#include "ingest/ingest_int.h"
#include "ingest/value/shape.h"

#include <string.h>

/* ---- missing ----------------------------------------------------------------------------- */

/* Strong tokens are missing in every column, weak ones only where the other values are numbers
 * or dates: "None" or "-" may be a level of a category, "Null" is a family name. Strong tokens
 * are compared as they stand, weak ones in any case. */
static const char *const strong_tokens[] = { "NA", "N/A", "n/a", "#N/A", "#NA", "<NA>", "NULL",
	"null", "NaN", "nan", "\\N", "#N/A N/A" };
static const char *const weak_tokens[] = { "na", "n/a", "null", "nan", "none", "nil", "missing",
	"unknown", "n.a.", "nd", "n/d", "not available", "(null)", "<null>", "(blank)", "-nan",
	"1.#qnan", "-1.#ind", "1.#ind", "-1.#qnan", "#div/0!", "#ref!", "#value!", "#name?",
	"#num!", "#null!", ".", "..", "...", "-", "--", "---", "\u2013", "\u2014", "?", "??",
	"*", "x", "nr", "n/r", "n.r.", "not reported", "not applicable", "no data", "not recorded",
	"(none)", "undefined", "tbd", "tba", "########", "k.a.", "keine angabe", "pending" };

static void token_add(struct tokens *t, const char *text, enum token_kind kind)
{
	struct token *k = &t->v[t->n];
	int16_t *head = &t->head[token_key(*text)];
	*k = (struct token){ .text = text, .n = strlen(text), .kind = kind, .next = *head };
	*head = (int16_t)++t->n;
	if (k->n > t->longest)
		t->longest = k->n;
	t->shaped |= shape_of((struct str){ text, k->n }, false) != SHAPE_NONE;
}

struct tokens *tokens_new(struct arena *a, const char *const *more, size_t nmore)
{
	if (nmore > MAX_TOKENS)
		nmore = MAX_TOKENS;
	struct tokens *t = arena_alloc(a, sizeof *t);
	t->v = arena_calloc(a, COUNTOF(strong_tokens) + COUNTOF(weak_tokens) + nmore,
		sizeof *t->v);
	for (size_t i = COUNTOF(weak_tokens); i--;)
		token_add(t, weak_tokens[i], TOKEN_WEAK);
	for (size_t i = COUNTOF(strong_tokens); i--;)
		token_add(t, strong_tokens[i], TOKEN_STRONG);
	/* what the user declares comes first in each list, so it wins */
	for (size_t i = nmore; i--;)
		if (*more[i])
			token_add(t, more[i], TOKEN_DECLARED);
	return t;
}

/* What a spreadsheet shows where a column is too narrow, and exports. */
static bool overflow(struct str s)
{
	size_t n = 0;
	while (n < s.n && s.p[n] == '#')
		n++;
	return n == s.n;
}

int token_search(const struct tokens *t, struct str s)
{
	static const char shown[] = "########";
	if (*s.p == '#' && s.n >= 4 && overflow(s))
		s = (struct str){ shown, sizeof shown - 1 };
	for (int i = t->head[token_key(*s.p)]; i; i = t->v[i - 1].next) {
		const struct token *k = &t->v[i - 1];
		if (k->n == s.n && (k->kind == TOKEN_WEAK ? str_ieq(s, k->text)
			: memcmp(s.p, k->text, s.n) == 0))
			return i - 1;
	}
	return -1;
}

/* ---- words for yes and no ---------------------------------------------------------------- */

static const char *const words[BOOLEAN_PAIRS][2] = { { "false", "true" }, { "f", "t" },
	{ "no", "yes" }, { "n", "y" }, { "nein", "ja" }, { "non", "oui" }, { "no", "si" },
	{ "no", "s\u00ed" }, { "nee", "ja" }, { "nej", "ja" }, { "off", "on" },
	{ "falsch", "wahr" }, { "faux", "vrai" } };

bool boolean_scan(struct str s, int pair, bool *value)
{
	for (int side = 0; side < 2; side++)
		if (s.n && token_key(*s.p) == (unsigned char)*words[pair][side] &&
			str_ieq(s, words[pair][side])) {
			*value = side;
			return true;
		}
	return false;
}

uint32_t boolean_pairs(struct str s, uint32_t *yes)
{
	*yes = 0;
	if (s.n > 6 || !s.n || !strchr("ftnyjosvw", token_key(*s.p)))
		return 0;
	uint32_t fits = 0;
	for (int pair = 0; pair < BOOLEAN_PAIRS; pair++) {
		bool v;
		if (boolean_scan(s, pair, &v)) {
			fits |= 1u << pair;
			*yes |= (uint32_t)v << pair;
		}
	}
	return fits;
}

/* ---- kinds ------------------------------------------------------------------------------- */

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* 13:05, 1:05:07.25 pm: there is no type for a time of day alone, yet it is no accident. */
static bool time_of_day(struct str s)
{
	if (s.n < 4 || s.n > 18 || !digit(*s.p))
		return false;
	size_t colons = 0, i = 0;
	for (; i < s.n && (digit(s.p[i]) || s.p[i] == ':' || s.p[i] == '.'); i++)
		colons += s.p[i] == ':';
	struct str rest = cell_trim((struct str){ s.p + i, s.n - i });
	return (colons == 1 || colons == 2) &&
		(!rest.n || str_ieq(rest, "am") || str_ieq(rest, "pm") || str_eq(rest, "Z") ||
			((*rest.p == '+' || *rest.p == '-') && rest.n <= 6));
}

static bool address(struct str s)
{
	if (s.n > 7 && (memcmp(s.p, "http://", 7) == 0 || memcmp(s.p, "https:/", 7) == 0))
		return true;
	if (s.n > 4 && memcmp(s.p, "www.", 4) == 0)
		return true;
	const char *at = memchr(s.p, '@', s.n);
	return at && at > s.p && memchr(at, '.', (size_t)(s.p + s.n - at)) &&
		!memchr(s.p, ' ', s.n) && !memchr(s.p, ',', s.n) && !memchr(s.p, ';', s.n);
}

/* Letters, digits and the few marks that words and names have; anything else hints at a cell
 * that was cut in the wrong place. */
static bool plain_words(struct str s)
{
	bool alnum = false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c >= 0x80 || digit((char)c) ||
			(token_key((char)c) >= 'a' && token_key((char)c) <= 'z'))
			alnum = true;
		else if (!strchr(" _-.'/()&:+#", c))
			return false;
	}
	unsigned char first = (unsigned char)*s.p;
	return alnum && !strchr(" -.'/)&:+", first);
}

enum cell_kind cell_kind(struct str s, bool quoted)
{
	struct number n;
	struct when w;
	s = cell_trim(s);
	if (!s.n)
		return KIND_EMPTY;
	static const char *const absent[] = { "na", "n/a", "nan", "null", "-", "none", "?" };
	for (size_t i = 0; s.n <= 4 && i < COUNTOF(absent); i++)
		if (str_ieq(s, absent[i]))
			return KIND_MISSING;
	if (number_scan(s, &n))
		return n.unit ? KIND_MONEY : KIND_NUMBER;
	if (when_scan(s, &w))
		return w.timed ? KIND_DATETIME : KIND_DATE;
	if (time_of_day(s))
		return KIND_TIME;
	if (str_ieq(s, "true") || str_ieq(s, "false"))
		return KIND_BOOLEAN;
	if (address(s))
		return KIND_ADDRESS;
	if (quoted || plain_words(s))
		return KIND_WORD;
	return KIND_OTHER;
}

bool kind_typed(enum cell_kind k)
{
	return k != KIND_EMPTY && k != KIND_MISSING && k != KIND_WORD && k != KIND_OTHER;
}
