/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the texts of a column are usually written, and which are not: another pattern, other
 * capitals, damaged letters, words that stand for nothing.
 */
#include "profile/column_int.h"

#include <stdlib.h>

enum {
	PATTERN_MAX = 40, PATTERNS_KEPT = 4096,
	TEXTS_MOST = 1000000,      /* different ones; more are not looked at */
	VALUES_LEAST = 20, SAME_LEAST = 3      /* values, different ones of the usual pattern */
};

struct look {
	struct strtable exact, runs;   /* patterns: AA-999, A-9 */
	uint32_t kinds[2][PATTERNS_KEPT];      /* different texts of each */
	int64_t upper, lower;          /* values of letters in one case */
	char pattern[2][PATTERN_MAX * 4];
	size_t n[2];
	bool is_upper, is_lower;
};

static char letter_sign(struct look *x, bool capital)
{
	x->is_upper = x->is_upper && capital;
	x->is_lower = x->is_lower && !capital;
	return capital ? 'A' : 'a';
}

static char sign_of(struct look *x, uint32_t cp)
{
	if ((cp | 0x20) - 'a' < 26)
		return letter_sign(x, cp < 'a');
	if (cp - '0' < 10)
		return '9';
	int script;
	enum letter_class cls = letter_class(cp, &script);
	if (cls == DIGIT)
		return '9';
	if (cls == SPACE)
		return ' ';
	if (cls != LETTER)
		return cp < 0x80 ? (char)cp : '?';
	return letter_sign(x, letter_fold(cp) != cp);
}

/* Letter by letter, and in runs without regard to case; nothing of texts that are too long. */
static void patterns_of(struct look *x, const char *p, size_t n)
{
	const char *end = p + n;
	bool letters = false;
	x->n[0] = x->n[1] = 0;
	x->is_upper = x->is_lower = true;
	while (p < end && x->n[0] < PATTERN_MAX) {
		uint32_t cp = (unsigned char)*p < 0x80 ? (unsigned char)*p++ : utf8_next(&p, end);
		char c = sign_of(x, cp), run = c == 'a' ? 'A' : c;
		letters = letters || run == 'A';
		x->pattern[0][x->n[0]++] = c;
		bool again = (run == 'A' || run == '9' || run == ' ') && x->n[1] &&
			x->pattern[1][x->n[1] - 1] == run;
		if (!again)
			x->pattern[1][x->n[1]++] = run;
	}
	if (p < end)
		x->n[0] = x->n[1] = 0;
	x->is_upper = x->is_upper && letters && p == end;
	x->is_lower = x->is_lower && letters && p == end;
}

/* ---- damage --------------------------------------------------------------------------------- */

/* UTF-8 that was read as another code page: U+00C3 or U+00E2 and what follows it then. */
static bool is_mojibake(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;
	if (!memchr(p, 0xc3, n))
		return false;
	for (size_t i = 0; i + 3 < n; i++) {
		if (u[i] != 0xc3 || (u[i + 1] != 0x83 && u[i + 1] != 0xa2))
			continue;
		/* a letter: U+0080 to U+00BF; a quotation mark: the euro sign first */
		if (u[i + 1] == 0x83 && u[i + 2] == 0xc2 && u[i + 3] >= 0x80 && u[i + 3] <= 0xbf)
			return true;
		if (u[i + 1] == 0xa2 && i + 4 < n && memcmp(p + i + 2, "\xe2\x82\xac", 3) == 0)
			return true;
	}
	return false;
}

static bool is_damaged(const char *p, size_t n)
{
	for (const char *q = p, *end = p + n; (q = memchr(q, 0xef, (size_t)(end - q))) != NULL; q++)
		if (end - q >= 3 && memcmp(q, "\xef\xbf\xbd", 3) == 0)
			return true;
	return false;
}

/* ---- words that stand for nothing ------------------------------------------------------------- */

static bool is_placeholder(const char *p, size_t n)
{
	static const char *const words[] = { "test", "tests", "testing", "test test", "test123",
		"asdf", "asdfg", "asdfgh", "asdfasdf", "qwerty", "qwertz", "xxx", "xxxx", "xxxxx",
		"xyz", "dummy", "foo", "bar", "foobar", "lorem ipsum", "blah", "blabla", "tbd",
		"tba", "todo", "n/a", "n.a.", "n. a.", "k.a.", "k. a.", "#n/a", "#ref!", "#value!",
		"#name?", "#div/0!", "undefined", "nan", "null", "nil", "(null)", "[null]",
		"-", "--", "---", "?", "??", "???", ".", "..", "..." };
	char low[16];
	struct str s = str_trim((struct str){ p, n });
	if (!s.n || s.n > sizeof low)
		return false;
	s = (struct str){ low, str_lower(s, low, sizeof low) };
	for (size_t i = 0; i < COUNTOF(words); i++)
		if (words[i][0] == low[0] && str_eq(s, words[i]))
			return true;
	return false;
}

/* ---- what is usual -------------------------------------------------------------------------- */

/* The pattern that nearly all values have, when it says anything: codes do, words do not. */
static const struct strcount *usual_of(const struct look *x, int which, int64_t count, double share)
{
	const struct strtable *t = which ? &x->runs : &x->exact;
	uint32_t top;
	if (!strtable_top(t, &top, 1))
		return NULL;
	const struct strcount *c = &t->items[top];
	bool digit = memchr(c->p, '9', c->n), small = memchr(c->p, 'a', c->n);
	bool code = digit || (!which && !small && c->n > 1 && !memchr(c->p, ' ', c->n));
	return code && c->n && x->kinds[which][top] >= SAME_LEAST && c->count < count &&
		(double)c->count >= share * (double)count ? c : NULL;
}

static void add_pattern(struct look *x, int which, int64_t count)
{
	struct strtable *t = which ? &x->runs : &x->exact;
	size_t i = strtable_add(t, x->pattern[which], x->n[which],
		hash64(x->pattern[which], x->n[which], 0), count);
	if (i < PATTERNS_KEPT)
		x->kinds[which][i]++;
}

static void top_texts(const struct strtable *t, const char **out, int *n, struct arena *a)
{
	uint32_t top[HABIT_EXAMPLES];
	*n = (int)strtable_top(t, top, HABIT_EXAMPLES);
	for (int i = 0; i < *n; i++)
		out[i] = clean_text(a, t->items[top[i]].p, t->items[top[i]].n);
}

/* A level of its own: beside values that repeat, one that does so nearly as often is no slip. */
static bool is_level(const struct look *x, int which, const struct strcount *usual,
	const struct strtable *breakers)
{
	enum { RARER = 10 };
	const struct strtable *t = which ? &x->runs : &x->exact;
	int64_t values = x->kinds[which][usual - t->items], most = 0;
	for (size_t i = 0; i < breakers->n; i++)
		most = breakers->items[i].count > most ? breakers->items[i].count : most;
	return most > 1 && RARER * most * values > usual->count;
}

/* The values that break the pattern or the case that is usual. */
static void breakers_find(struct work *w, struct look *x, struct habit_profile *h, int which,
	const struct strcount *usual)
{
	struct strtable pattern, capitals;
	strtable_init(&pattern, 0, NULL);
	strtable_init(&capitals, 0, NULL);
	for (size_t i = 0; i < w->levels.n; i++) {
		const struct strcount *c = &w->levels.items[i];
		uint64_t hash = hash64(c->p, c->n, 0);
		patterns_of(x, c->p, c->n);
		if (usual && (x->n[which] != usual->n ||
				memcmp(x->pattern[which], usual->p, usual->n) != 0))
			strtable_add(&pattern, c->p, c->n, hash, c->count);
		if (h->capitals && !(h->capitals[0] == 'u' ? x->is_upper : x->is_lower))
			strtable_add(&capitals, c->p, c->n, hash, c->count);
	}
	if (usual && is_level(x, which, usual, &pattern))
		h->pattern = NULL;
	else
		top_texts(&pattern, h->breaker, &h->nbreakers, w->arena);
	top_texts(&capitals, h->otherwise, &h->notherwise, w->arena);
	strtable_free(&pattern);
	strtable_free(&capitals);
}

static void count_all(struct work *w, struct look *x, struct habit_profile *h)
{
	struct strtable empty;
	strtable_init(&empty, 0, NULL);
	for (size_t i = 0; i < w->levels.n; i++) {
		const struct strcount *c = &w->levels.items[i];
		patterns_of(x, c->p, c->n);
		add_pattern(x, 0, c->count);
		add_pattern(x, 1, c->count);
		x->upper += x->is_upper ? c->count : 0;
		x->lower += x->is_lower ? c->count : 0;
		h->damaged += is_damaged(c->p, c->n) ? c->count : 0;
		h->mojibake += is_mojibake(c->p, c->n) ? c->count : 0;
		if (is_placeholder(c->p, c->n)) {
			h->placeholders += c->count;
			strtable_add(&empty, c->p, c->n, hash64(c->p, c->n, 0), c->count);
		}
	}
	top_texts(&empty, h->placeholder, &h->nplaceholders, w->arena);
	strtable_free(&empty);
}

struct habit_profile *habits_new(struct work *w)
{
	int64_t count = w->out->count;
	double share = w->options->pattern_share;
	if (w->out->approximate || !w->levels.n || w->levels.n > TEXTS_MOST)
		return NULL;
	struct habit_profile *h = arena_alloc(w->arena, sizeof *h);
	struct arena *copies = arena_new();
	struct look *x = mem_calloc(1, sizeof *x);
	strtable_init(&x->exact, PATTERNS_KEPT, copies);
	strtable_init(&x->runs, PATTERNS_KEPT, copies);
	count_all(w, x, h);
	int which = 0;
	const struct strcount *usual = usual_of(x, 0, count, share);
	if (!usual)
		usual = usual_of(x, which = 1, count, share);
	if (usual && count >= VALUES_LEAST) {
		h->pattern = clean_text(w->arena, usual->p, usual->n);
		h->follow = usual->count;
	}
	int64_t same = x->upper > x->lower ? x->upper : x->lower;
	if (count >= VALUES_LEAST && same < count && (double)same >= share * (double)count) {
		h->capitals = same == x->upper ? "upper" : "lower";
		h->same_case = same;
	}
	if (h->pattern || h->capitals)
		breakers_find(w, x, h, which, h->pattern ? usual : NULL);
	strtable_free(&x->exact);
	strtable_free(&x->runs);
	free(x);
	arena_free(copies);
	return h;
}
