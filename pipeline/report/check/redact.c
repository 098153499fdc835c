/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a value that must not get out stands anywhere in a finished edition. Texts are compared as
 * sequences of words, so that marks, blanks and line ends between them do not matter: every sequence of up
 * to WORDS_MAX words of a file is looked up by its hash, which takes one pass however many values there are.
 *
 * Not looked for: texts of fewer than 4 characters; texts all of whose words are words of the report itself,
 * of the manifest, of names of columns or of levels that are told; numbers so short that one of them would
 * stand in the report by chance. Of longer texts the first WORDS_MAX words are looked for.
 */
#include "report/check_int.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 12, DIGITS_MAX = 24 };
static const uint64_t BASE = 0x9E3779B97F4A7C15u;
static const double NUMBERS_IN_REPORT = 1000, CHANCE = 0.01;

struct secret {
	uint64_t hash;
	uint32_t words;            /* 0: a free slot */
	uint32_t digits;           /* of a number; else 0 */
	const char *column;
};
struct secrets {
	struct arena *arena;
	struct secret *v;          /* open addressing */
	size_t n, cap;
	uint64_t *known;           /* hashes of words, likewise; 0 is free */
	size_t nknown, known_cap;
	size_t of_digits[DIGITS_MAX + 1];
	bool lengths[WORDS_MAX + 1];
};

/* ---- words ---------------------------------------------------------------------------------------------- */

enum kind { GAP, JOINT, PART, ALONE };

/* JOINT: between digits it is not there, "12 345" is one word. */
static enum kind kind_of(uint32_t cp)
{
	if (cp == 0x202F)
		return JOINT;
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') ? PART : GAP;
	if (cp < 0xC0 || (cp >= 0x2000 && cp < 0x2070) || cp == 0xFFFD || (cp >= 0x3000 && cp < 0x3005))
		return GAP;
	return cp >= 0x2E80 && cp < 0x1F000 ? ALONE : PART;
}

struct word { uint64_t hash; uint32_t letters, digits; };

/* The next word of a text; false at its end. */
static bool next_word(const char **at, const char *end, struct word *w)
{
	char text[256];
	size_t n = 0;
	bool digit = false;
	*w = (struct word){ 0 };
	while (*at < end) {
		const char *before = *at;
		uint32_t cp = utf8_next(at, end);
		enum kind k = kind_of(cp);
		bool is_digit = cp >= '0' && cp <= '9';
		if (k == JOINT && digit && *at < end && **at >= '0' && **at <= '9')
			continue;
		if (k != PART && n > 0) {
			*at = k == ALONE ? before : *at;
			break;
		}
		if (k == GAP || k == JOINT)
			continue;
		if (cp >= 'A' && cp <= 'Z')
			cp += 'a' - 'A';
		for (unsigned shift = 0; shift < 24 && n < sizeof text; shift += 8)
			if (shift == 0 || cp >> shift)
				text[n++] = (char)(cp >> shift);
		digit = is_digit;
		w->digits += is_digit;
		w->letters++;
		if (k == ALONE)
			break;
	}
	w->hash = hash64(text, n, 0) | 1;
	return n > 0;
}

/* ---- the set -------------------------------------------------------------------------------------------- */

struct secrets *secrets_new(struct arena *a)
{
	struct secrets *s = arena_calloc(a, 1, sizeof *s);
	s->arena = a;
	return s;
}

static bool is_known(const struct secrets *s, uint64_t hash)
{
	for (size_t i = (size_t)hash; s->known_cap; i++) {
		uint64_t x = s->known[i & (s->known_cap - 1)];
		if (x == 0 || x == hash)
			return x == hash;
	}
	return false;
}

static void put_known(struct secrets *s, uint64_t hash)
{
	if (2 * (s->nknown + 1) > s->known_cap) {
		uint64_t *old = s->known;
		size_t cap = s->known_cap;
		s->known_cap = cap ? 2 * cap : 4096;
		s->known = arena_calloc(s->arena, s->known_cap, sizeof *s->known);
		s->nknown = 0;
		for (size_t i = 0; i < cap; i++)
			if (old[i])
				put_known(s, old[i]);
	}
	size_t i = (size_t)hash;
	while (s->known[i & (s->known_cap - 1)] && s->known[i & (s->known_cap - 1)] != hash)
		i++;
	s->nknown += s->known[i & (s->known_cap - 1)] == 0;
	s->known[i & (s->known_cap - 1)] = hash;
}

void secrets_know(struct secrets *s, const char *text, size_t n)
{
	struct word w;
	for (const char *at = text, *end = text + n; next_word(&at, end, &w);)
		put_known(s, w.hash);
}

static struct secret *slot_of(const struct secrets *s, uint64_t hash, uint32_t words)
{
	size_t i = (size_t)(hash ^ words * BASE);
	for (;; i++) {
		struct secret *x = &s->v[i & (s->cap - 1)];
		if (x->words == 0 || (x->hash == hash && x->words == words))
			return x;
	}
}

static void grow(struct secrets *s)
{
	struct secret *old = s->v;
	size_t cap = s->cap;
	s->cap = cap ? 2 * cap : 1024;
	s->v = arena_calloc(s->arena, s->cap, sizeof *s->v);
	for (size_t i = 0; i < cap; i++)
		if (old[i].words)
			*slot_of(s, old[i].hash, old[i].words) = old[i];
}

bool secrets_add(struct secrets *s, const char *column, const char *text, size_t n)
{
	struct word w;
	struct secret x = { .column = column };
	uint32_t letters = 0, digits = 0;
	bool known = true;
	for (const char *at = text, *end = text + n; x.words < WORDS_MAX && next_word(&at, end, &w); x.words++) {
		x.hash = x.hash * BASE + w.hash;
		letters += w.letters;
		digits += w.digits;
		known = known && is_known(s, w.hash);
	}
	if (letters < 4 || known)
		return false;
	bool date = digits == 8 && x.words == 3;
	x.digits = digits == letters && !date ? digits : 0;
	if (2 * (s->n + 1) > s->cap)
		grow(s);
	struct secret *to = slot_of(s, x.hash, x.words);
	if (to->words)
		return true;
	*to = x;
	s->n++;
	s->lengths[x.words] = true;
	if (x.digits)
		s->of_digits[x.digits < DIGITS_MAX ? x.digits : DIGITS_MAX]++;
	return true;
}

/* Whether so many numbers of that length would meet one of a report by chance. */
static bool is_by_chance(const struct secrets *s, uint32_t digits)
{
	size_t at = digits < DIGITS_MAX ? digits : DIGITS_MAX;
	double all = 9;
	for (size_t i = 1; i < at; i++)
		all *= 10;
	return (double)s->of_digits[at] / all * NUMBERS_IN_REPORT > CHANCE;
}

size_t secrets_count(const struct secrets *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->cap; i++)
		n += s->v[i].words && !(s->v[i].digits && is_by_chance(s, s->v[i].digits));
	return n;
}

/* ---- the text of a file -------------------------------------------------------------------------------------- */

static bool starts(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);
	return (size_t)(end - p) >= n && memcmp(p, word, n) == 0;
}

static const char *behind(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);
	for (; (size_t)(end - p) >= n; p++)
		if (memcmp(p, word, n) == 0)
			return p + n;
	return end;
}

/* Values of the attributes that a reader may get to read; entities are undone below. */
static const char *put_tag(struct buf *out, const char *p, const char *end)
{
	static const char *const read[] = { "alt=\"", "title=\"", "aria-label=\"", "content=\"", "href=\"", "label=\"" };
	buf_putc(out, '\n');
	while (p < end && *p != '>') {
		bool wanted = starts(p, end, "data-");
		for (size_t i = 0; i < COUNTOF(read); i++)
			wanted = wanted || starts(p, end, read[i]);
		const char *quote = memchr(p, '"', (size_t)(end - p)), *close = memchr(p, '>', (size_t)(end - p));
		if (p[-1] == ' ' && wanted && quote && (!close || quote < close)) {
			const char *last = memchr(quote + 1, '"', (size_t)(end - quote - 1));
			if (!last)
				return end;
			buf_put(out, quote + 1, (size_t)(last - quote - 1));
			buf_putc(out, '\n');
			p = last + 1;
		} else if (*p == '"') {
			const char *last = memchr(p + 1, '"', (size_t)(end - p - 1));
			p = last ? last + 1 : end;
		} else {
			p++;
		}
	}
	return p < end ? p + 1 : end;
}

static void put_html(struct buf *out, const char *p, const char *end)
{
	static const struct { const char *name; char sign; } entities[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' },
		{ "&quot;", '"' }, { "&#39;", '\'' } };
	struct buf raw = { 0 };
	while (p < end) {
		if (starts(p, end, "<style"))
			p = behind(p, end, "</style>");
		else if (starts(p, end, "<script>"))
			p = behind(p, end, "</script>");
		else if (starts(p, end, "<wbr>"))    /* within a word */
			p += strlen("<wbr>");
		else if (*p == '<')
			p = put_tag(&raw, p + 1, end);
		else
			buf_putc(&raw, *p++);
	}
	for (p = raw.p, end = raw.p + raw.n; p && p < end;) {
		size_t skip = 0;
		for (size_t i = 0; *p == '&' && i < COUNTOF(entities) && !skip; i++)
			if (starts(p, end, entities[i].name)) {
				buf_putc(out, entities[i].sign);
				skip = strlen(entities[i].name);
			}
		if (!skip)
			buf_putc(out, *p);
		p += skip ? skip : 1;
	}
	buf_free(&raw);
}

/* The texts of a JSON file but for keys and addresses. */
static void put_json(struct buf *out, const char *p, const char *end)
{
	while (p < end) {
		if (*p++ != '"')
			continue;
		size_t from = out->n;
		for (; p < end && *p != '"'; p++) {
			if (*p == '\\' && p + 1 < end) {
				p += p[1] == 'u' ? 5 : 1;
				buf_putc(out, ' ');
			} else {
				buf_putc(out, *p);
			}
		}
		p++;
		bool address = out->n > from && strstr(buf_str(out) + from, ".json#");
		if ((p < end && *p == ':') || address)
			out->n = from;
		buf_putc(out, '\n');
	}
}

/* ---- searching --------------------------------------------------------------------------------------------- */

static void search(struct checking *k, const struct secrets *s, const char *file, const char *text, size_t n)
{
	uint64_t sums[WORDS_MAX + 1] = { 0 }, powers[WORDS_MAX + 1] = { 1 };   /* of the last words, the newest first */
	struct word w;
	size_t count = 0;
	for (size_t i = 1; i <= WORDS_MAX; i++)
		powers[i] = powers[i - 1] * BASE;
	for (const char *at = text, *end = text + n; next_word(&at, end, &w);) {
		memmove(sums + 1, sums, WORDS_MAX * sizeof *sums);
		sums[0] = sums[1] * BASE + w.hash;
		count++;
		for (uint32_t m = 1; m <= WORDS_MAX && m <= count; m++) {
			if (!s->lengths[m])
				continue;
			const struct secret *x = slot_of(s, sums[0] - sums[m] * powers[m], m);
			if (x->words && !(x->digits && is_by_chance(s, x->digits)))
				check_that(k, CHECK_redaction, false, "%s has a value of the sensitive column '%s' (%u word%s)", file,
					x->column, (unsigned)m, m == 1 ? "" : "s");
		}
	}
}

void check_redaction(struct checking *k)
{
	const struct check_input *in = k->in;
	if (!in->full)
		return;
	if (!in->secrets) {
		check_skip(k, CHECK_redaction, CHECK_redaction, "made on the finished files");
		return;
	}
	size_t n = secrets_count(in->secrets);
	if (n == 0) {
		check_skip(k, CHECK_redaction, CHECK_redaction, "no sensitive column has a text that could be told from the report's own");
		return;
	}
	for (size_t i = 0; i < n; i++)
		check_that(k, CHECK_redaction, true, "%s", "");
	for (size_t i = 0; i < in->nshared; i++) {
		const struct shared_file *f = &in->shared[i];
		struct buf text = { 0 };
		if (f->form == SHARED_HTML)
			put_html(&text, f->p, f->p + f->n);
		else if (f->form == SHARED_JSON)
			put_json(&text, f->p, f->p + f->n);
		else
			buf_put(&text, f->p, f->n);
		search(k, in->secrets, f->name, buf_str(&text), text.n);
		buf_free(&text);
	}
}
