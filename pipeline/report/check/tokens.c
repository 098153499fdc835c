/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers in running text. A page has no order that one could rely on: columns, footers and
 * repeated heads come in between. So numbers are counted.
 */
#include "report/check_int.h"

#include <string.h>

enum { TOKEN_MAX = 64, LOOKED_UP_MAX = 2000 };

/* ---- the table ------------------------------------------------------------------------------- */

static size_t slot_of(const struct tokens *t, const char *text)
{
	size_t i = (size_t)hash64(text, strlen(text), 0) & (t->cap - 1);
	while (t->v[i].text && strcmp(t->v[i].text, text) != 0)
		i = (i + 1) & (t->cap - 1);
	return i;
}

void tokens_put(struct tokens *t, const char *text)
{
	if (2 * (t->n + 1) > t->cap) {
		struct tokens grown = { .cap = t->cap ? 2 * t->cap : 1024, .n = t->n };
		grown.v = mem_calloc(grown.cap, sizeof *grown.v);
		for (size_t i = 0; i < t->cap; i++)
			if (t->v[i].text)
				grown.v[slot_of(&grown, t->v[i].text)] = t->v[i];
		free(t->v);
		*t = grown;
	}
	struct token *at = &t->v[slot_of(t, text)];
	if (!at->text) {
		at->text = mem_strndup(text, strlen(text));
		t->n++;
	}
	at->count++;
}

size_t tokens_count(const struct tokens *t, const char *number)
{
	return t->cap ? t->v[slot_of(t, number)].count : 0;
}

void tokens_free(struct tokens *t)
{
	for (size_t i = 0; i < t->cap; i++)
		free(t->v[i].text);
	free(t->v);
	*t = (struct tokens){ 0 };
}

/* ---- finding them ---------------------------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80);
}

/* '-' or '+' at p, also as U+2212; its length in *n. */
static char sign_at(const char *p, const char *end, size_t *n)
{
	*n = 1;
	if (p < end && (*p == '-' || *p == '+'))
		return *p;
	*n = 3;
	return end - p >= 3 && memcmp(p, "\xE2\x88\x92", 3) == 0 ? '-' : '\0';
}

static char sign_before(const char *begin, const char *p)
{
	size_t n;
	const char *at = NULL;
	if (p - begin >= 3 && memcmp(p - 3, "\xE2\x88\x92", 3) == 0)
		at = p - 3;
	else if (p > begin && (p[-1] == '-' || p[-1] == '+'))
		at = p - 1;
	bool narrow = at && at - begin >= 3 && memcmp(at - 3, "\xE2\x80\xAF", 3) == 0;   /* "> -0.1" */
	bool apart = narrow || (at && at - begin >= 2 && memcmp(at - 2, "\xC2\xA0", 2) == 0);
	if (!at || (at > begin && !apart && (is_letter(at[-1]) || is_digit(at[-1]))))
		return '\0';
	return sign_at(at, p, &n);
}

/* Reads the number whose first digit is at p into out; returns what follows it. */
static const char *read_token(const char *begin, const char *p, const char *end, char out[TOKEN_MAX])
{
	size_t n = 0, digits;
	char sign = sign_before(begin, p);
	if (sign)
		out[n++] = sign;
	digits = n;
	while (p < end && n + 1 < TOKEN_MAX) {
		size_t step = 1;
		char c = *p;
		if (!is_digit(c) && !strchr(".,:e", c) && (c = sign_at(p, end, &step)) == '\0')
			break;
		if (c == '\0')
			break;
		out[n++] = c;
		p += step;
		digits = is_digit(c) ? n : digits;
	}
	out[digits] = '\0';
	while (p < end && n + 1 >= TOKEN_MAX && is_digit(*p))
		p++;
	return p;
}

void tokens_add(struct tokens *t, const char *text, size_t n)
{
	const char *end = text + (n == SIZE_MAX ? strlen(text) : n);
	char token[TOKEN_MAX];
	for (const char *p = text; p < end;) {
		if (!is_digit(*p)) {
			p++;
			continue;
		}
		p = read_token(text, p, end, token);
		tokens_put(t, token);
	}
}

/* Signs that continue a number: digits and what stands between or before them. */
static bool continues_before(const char *begin, const char *p)
{
	size_t n = (size_t)(p - begin);
	if (n >= 1 && (is_digit(p[-1]) || strchr(".,+-~", p[-1])))
		return true;
	return n >= 3 &&
		(memcmp(p - 3, "\xE2\x80\xAF", 3) == 0 || memcmp(p - 3, "\xE2\x88\x92", 3) == 0);
}

static bool continues_after(const char *p, const char *end)
{
	if (p < end && is_digit(p[0]))
		return true;
	if (end - p >= 2 && (p[0] == '.' || p[0] == ',') && is_digit(p[1]))
		return true;
	return end - p >= 4 && memcmp(p, "\xE2\x80\xAF", 3) == 0 && is_digit(p[3]);
}

bool stands_alone(const char *begin, const char *p, size_t n, const char *end)
{
	return !continues_before(begin, p) && !continues_after(p + n, end);
}

/* ---- comparing ------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
	return strcmp((*(const struct token *const *)a)->text, (*(const struct token *const *)b)->text);
}

/* In an order of their own, for that of a hash table means nothing. */
static const struct token **sorted(const struct tokens *t)
{
	const struct token **v = mem_calloc(t->n + 1, sizeof *v);
	size_t n = 0;
	for (size_t i = 0; i < t->cap; i++)
		if (t->v[i].text)
			v[n++] = &t->v[i];
	qsort(v, n, sizeof *v, by_text);
	return v;
}

void check_missing(struct checking *k, enum check_code c, const struct tokens *shown, const char *where)
{
	struct tokens expected = { 0 };
	for (size_t i = 0; i < k->said.nnumbers; i++)
		tokens_add(&expected, k->said.numbers[i].text, SIZE_MAX);
	const struct token **v = sorted(&expected);
	for (size_t i = 0; i < expected.n; i++) {
		size_t found = tokens_count(shown, v[i]->text);
		check_that(k, c, found >= v[i]->count, "'%s' is in the %s %zu times, in the document %zu times", v[i]->text,
			where, found, v[i]->count);
	}
	free(v);
	tokens_free(&expected);
}

/* Long words are broken where a line ends, so what is no number of the document may be part of one. */
static bool is_part(const struct checking *k, const char *text)
{
	return strstr(buf_str(&k->said.text), text) != NULL;
}

void check_extra(struct checking *k, enum check_code c, const struct tokens *shown, size_t pages, const char *where)
{
	struct tokens known = { 0 };
	tokens_add(&known, buf_str(&k->said.text), k->said.text.n);
	tokens_add(&known, buf_str(&k->chart_text), k->chart_text.n);
	tokens_add(&known, buf_str(&k->numbering), k->numbering.n);
	const struct token **v = sorted(shown);
	size_t looked_up = 0;
	for (size_t i = 0; i < shown->n; i++) {
		const char *text = v[i]->text;
		double number;
		bool ok = tokens_count(&known, text) > 0 ||
			(num_parse_double(text, strlen(text), &number) && number >= 0 && number <= (double)pages &&
				!strchr(text, '.')) ||
			(looked_up++ < LOOKED_UP_MAX && is_part(k, text));
		check_that(k, c, ok, "'%s' is in the %s, but not in the document", text, where);
	}
	free(v);
	tokens_free(&known);
}
