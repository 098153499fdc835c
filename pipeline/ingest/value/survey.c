/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the values of a column mean, and which guises they may wear. Some values are looked at,
 * evenly spaced in each block of rows, so that they are the same for any number of threads; the
 * name of the column decides where values alone can't tell.
 */
#include "ingest/ingest_int.h"

static void look_at(struct survey *x, struct str s)
{
	struct when w;
	struct clock c;
	x->values++;
	uint32_t kinds = semantic_kinds(s);
	for (int k = 0; kinds; k++, kinds >>= 1)
		x->kinds[k] += kinds & 1;
	for (int g = GUISE_NONE + 1; g < GUISE_CLOCK; g++)
		x->guises[g] += when_number(s, (enum guise)g, &w);
	x->guises[GUISE_CLOCK] += clock_digits(s, &c);
}

void survey_take(struct survey *x, const struct tokens *tokens, const struct block *b, int col)
{
	enum { A_BLOCK = 256 };
	const struct str *cells = b->cells + col * b->cap;
	int64_t step = b->rows / A_BLOCK + 1;
	for (int64_t i = 0; i < b->rows; i += step) {
		struct str s = cell_trim(cells[i]);
		if (s.n && token_find(tokens, s) < 0)
			look_at(x, s);
	}
}

void survey_merge(struct survey *left, const struct survey *right)
{
	left->values += right->values;
	for (int k = 0; k < SEMANTICS; k++)
		left->kinds[k] += right->kinds[k];
	for (int g = 0; g < GUISES; g++)
		left->guises[g] += right->guises[g];
}

static bool nearly_all(const struct survey *x, int64_t n)
{
	return n && n * 20 >= x->values * 19;
}

bool survey_guise(const struct survey *x, enum guise g)
{
	return nearly_all(x, x->guises[g]);
}

/* Codes of countries are common words and codes of other things too: the name says so, or there
 * are many of them. */
bool survey_countries(const struct survey *x, const char *name, int32_t levels)
{
	enum { MANY = 10 };
	return nearly_all(x, x->kinds[SEMANTIC_COUNTRY2]) &&
		(hint_says(name, HINT_COUNTRY) || levels >= MANY);
}

enum semantic survey_semantic(const struct survey *x, const char *name, bool number, int32_t levels)
{
	enum { MANY_CODES = 10, MANY_NAMES = 3 };
	/* most certain first */
	static const struct {
		enum semantic kind;
		int hint;              /* -1: values alone say it */
		int many;              /* or so many different values do, without the hint */
		bool number;           /* of numbers, else of texts */
	} rules[] = { { SEMANTIC_URL, -1, 0, false }, { SEMANTIC_EMAIL, -1, 0, false },
		{ SEMANTIC_UUID, -1, 0, false }, { SEMANTIC_IBAN, -1, 0, false },
		{ SEMANTIC_IP, -1, 0, false }, { SEMANTIC_LIST, -1, 0, false }, { SEMANTIC_PATH, -1, 0, false },
		{ SEMANTIC_COUNTRY2, HINT_COUNTRY, MANY_CODES, false },
		{ SEMANTIC_COUNTRY3, HINT_COUNTRY, MANY_CODES, false },
		{ SEMANTIC_COUNTRY, HINT_COUNTRY, MANY_NAMES, false },
		{ SEMANTIC_POSTAL, HINT_POSTAL, 0, false }, { SEMANTIC_PHONE, -1, 0, false },
		{ SEMANTIC_PHONE_SHAPE, HINT_PHONE, 0, false },
		{ SEMANTIC_LATITUDE, HINT_LATITUDE, 0, true },
		{ SEMANTIC_LONGITUDE, HINT_LONGITUDE, 0, true } };
	for (size_t i = 0; i < COUNTOF(rules); i++) {
		if (rules[i].number != number || !nearly_all(x, x->kinds[rules[i].kind]))
			continue;
		if (rules[i].hint < 0 || hint_says(name, (enum hint)rules[i].hint) ||
			(rules[i].many && levels >= rules[i].many))
			return rules[i].kind;
	}
	return SEMANTIC_NONE;
}

const char *semantic_name(enum semantic s)
{
	static const char *const words[SEMANTICS] = { NULL, "url", "email", "path", "ip", "uuid",
		"iban", "country_code", "country_code", "country", "postal_code", "phone", "phone",
		"latitude", "longitude", "list" };
	return words[s];
}
