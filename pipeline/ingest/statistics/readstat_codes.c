/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes and their meanings. Where each value of a column has a label, the labels are the values
 * that people want to see; where only some have (a scale with named ends), the numbers stay. */
#include "ingest/statistics/readstat_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- sets of labels ------------------------------------------------------------------------ */

static int compare(const struct stat_cell *a, const struct stat_cell *b)
{
	if (a->tag != b->tag)
		return a->tag < b->tag ? -1 : 1;
	if (a->text.p || b->text.p)
		return str_cmp(a->text, b->text);
	return a->tag ? 0 : (a->number > b->number) - (a->number < b->number);
}

static int compare_labels(const void *a, const void *b)
{
	const struct stat_label *x = a, *y = b;
	int order = compare(&x->code, &y->code);
	return order ? order : strcmp(x->label, y->label);   /* qsort is not stable */
}

void stat_labels_add(struct arena *a, struct stat_labels *s, const struct stat_cell *code,
	const char *label)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 8;
		struct stat_label *more = arena_calloc(a, s->cap, sizeof *more);
		if (s->n)
			memcpy(more, s->v, s->n * sizeof *more);
		s->v = more;
	}
	struct stat_label *l = &s->v[s->n++];
	l->code = *code;
	l->code.text.p = code->text.p ? arena_strndup(a, code->text.p, code->text.n) : NULL;
	l->label = arena_strdup(a, label);
}

void stat_labels_sort(struct stat_labels *s)
{
	if (!s->n)
		return;
	qsort(s->v, s->n, sizeof *s->v, compare_labels);
	size_t kept = 1;           /* a code has one label */
	for (size_t i = 1; i < s->n; i++)
		if (compare(&s->v[i].code, &s->v[kept - 1].code) != 0)
			s->v[kept++] = s->v[i];
	s->n = kept;
}

/* Index of the label of a cell, -1: none. */
static ptrdiff_t label_of(const struct stat_column *c, const struct stat_cell *x)
{
	size_t lo = 0, hi = c->labels ? c->labels->n : 0;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = compare(&c->labels->v[mid].code, x);
		if (!order)
			return (ptrdiff_t)mid;
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return -1;
}

/* The range of missing codes that holds a value, or NULL. */
static struct stat_range *range_of(const struct stat_column *c, const struct stat_cell *x)
{
	for (int i = 0; i < c->nranges; i++) {
		struct stat_range *r = &c->ranges[i];
		if (c->text ? x->text.n == r->text.n && str_cmp(x->text, r->text) == 0 :
			x->number >= r->lo && x->number <= r->hi)
			return r;
	}
	return NULL;
}

/* ---- counting ------------------------------------------------------------------------------ */

static int tag_index(char tag)
{
	return tag >= 'a' && tag <= 'z' ? tag - 'a' : tag >= 'A' && tag <= 'Z' ? tag - 'A' + 26 : 52;
}

void stat_count(struct stat_column *c, const struct stat_cell *x)
{
	if (x->tag) {
		c->tags[tag_index(x->tag)]++;
		return;
	}
	if (x->missing)
		return;
	ptrdiff_t label = label_of(c, x);
	if (label >= 0)
		c->counts[label]++;
	struct stat_range *r = range_of(c, x);
	if (r) {
		r->count += label < 0;
		return;
	}
	if (!c->present || x->number < c->lo)
		c->lo = x->number;
	if (!c->present || x->number > c->hi)
		c->hi = x->number;
	c->present++;
	c->labelled += label >= 0;
}

static bool is_missing(const struct stat_column *c, const struct stat_cell *code)
{
	return code->tag || range_of(c, code);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Two codes of one label would become one value. */
static bool told_apart(const struct stat_column *c)
{
	const char **used = mem_calloc(c->labels->n, sizeof *used);
	size_t n = 0;
	for (size_t i = 0; i < c->labels->n; i++)
		if (c->counts[i] && !is_missing(c, &c->labels->v[i].code))
			used[n++] = c->labels->v[i].label;
	qsort(used, n, sizeof *used, compare_texts);
	bool apart = n == 0 || *used[0];
	for (size_t i = 1; i < n; i++)
		apart = apart && strcmp(used[i], used[i - 1]) != 0;
	free(used);
	return apart;
}

void stat_decide(struct stat_column *c)
{
	c->as_labels = c->format.kind == STAT_PLAIN && c->present && c->labelled == c->present &&
		told_apart(c);
}

/* ---- for the feed -------------------------------------------------------------------------- */

static const char *code_text(struct arena *a, const struct stat_column *c,
	const struct stat_cell *x)
{
	char text[STAT_TEXT];
	if (x->tag)
		return arena_printf(a, ".%c", x->tag);
	if (c->text) {
		struct buf clean = { 0 };
		utf8_clean(&clean, x->text.p, x->text.n);
		const char *kept = arena_strndup(a, buf_str(&clean), clean.n);
		buf_free(&clean);
		return kept;
	}
	stat_text(&(struct stat_format){ 0 }, x->number, x->single, text);
	return arena_strdup(a, text);
}

static const char *range_text(struct arena *a, const struct stat_column *c,
	const struct stat_range *r)
{
	struct stat_cell lo = { .number = r->lo, .text = r->text }, hi = { .number = r->hi };
	if (c->text || !(r->lo < r->hi))
		return code_text(a, c, &lo);
	if (isinf(r->lo) || r->lo <= -1e300)
		return arena_printf(a, "up to %s", code_text(a, c, &hi));
	if (isinf(r->hi) || r->hi >= 1e300)
		return arena_printf(a, "from %s", code_text(a, c, &lo));
	return arena_printf(a, "%s to %s", code_text(a, c, &lo), code_text(a, c, &hi));
}

/* Of large sets, like all diseases, only the codes that occur are worth listing. */
enum { LARGE_SET = 1000, MOST_CODES = 50000 };

/* Labelled codes in their order, then tags and ranges that no label has named. */
static void codes_make(struct arena *a, struct stat_column *c, struct feed_column *out)
{
	size_t n = c->labels ? c->labels->n : 0;
	bool named[STAT_TAGS] = { false };
	struct feed_code *codes = arena_calloc(a, n + STAT_TAGS + (size_t)c->nranges + 1, sizeof *codes);
	for (size_t i = 0; i < n && out->ncodes < MOST_CODES; i++) {
		const struct stat_cell *x = &c->labels->v[i].code;
		bool missing = is_missing(c, x);
		if (n > LARGE_SET && !missing && !c->counts[i])
			continue;
		codes[out->ncodes++] = (struct feed_code){ code_text(a, c, x), c->labels->v[i].label, missing,
			x->tag ? c->tags[tag_index(x->tag)] : missing ? c->counts[i] : 0 };
		if (x->tag)
			named[tag_index(x->tag)] = true;
	}
	for (int i = 0; i < STAT_TAGS; i++)
		if (c->tags[i] && !named[i])
			codes[out->ncodes++] = (struct feed_code){ arena_printf(a, ".%c",
				i < 26 ? 'a' + i : i < 52 ? 'A' + i - 26 : '_'), NULL, true, c->tags[i] };
	for (int i = 0; i < c->nranges; i++) {
		const struct stat_range *r = &c->ranges[i];
		struct stat_cell lo = { .number = r->lo, .text = r->text };
		if (r->count || r->lo < r->hi || label_of(c, &lo) < 0)
			codes[out->ncodes++] = (struct feed_code){ range_text(a, c, r), NULL, true, r->count };
	}
	out->codes = codes;
}

struct feed_column stat_column(struct arena *a, struct stat_column *c)
{
	static const enum native natives[] = { [STAT_PLAIN] = NATIVE_NONE, [STAT_DATE] = NATIVE_DATE,
		[STAT_DATETIME] = NATIVE_DATETIME, [STAT_CLOCK] = NATIVE_TIME };
	struct feed_column out = { .name = c->name, .label = c->label, .stored = c->stored,
		.native = natives[c->format.kind] };
	if (c->text || c->as_labels)
		out.native = NATIVE_TEXT;
	else if (c->whole && c->format.kind == STAT_PLAIN)
		out.native = NATIVE_INTEGER;
	else if (c->format.kind == STAT_CLOCK && !c->format.of_day && (c->lo < 0 || c->hi >= 86400))
		out.native = NATIVE_DURATION;
	codes_make(a, c, &out);
	return out;
}

/* A small whole number, which most are, without the way through floating point. */
static struct str whole_text(int64_t v, struct block *b)
{
	char text[24], *end = text + sizeof text, *p = end;
	uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	do
		*--p = (char)('0' + rest % 10);
	while (rest /= 10);
	if (v < 0)
		*--p = '-';
	return feed_copy(b, (struct str){ p, (size_t)(end - p) });
}

struct str stat_value(const struct stat_column *c, const struct stat_cell *x, struct block *b)
{
	if (x->missing || x->tag || (c->nranges && range_of(c, x)))
		return (struct str){ "", 0 };
	if (c->as_labels) {
		ptrdiff_t i = label_of(c, x);
		if (i >= 0)
			return str_of(c->labels->v[i].label);
	}
	if (c->text)
		return feed_copy(b, x->text);
	if (c->format.kind == STAT_PLAIN && fabs(x->number) < 1e15 &&
		x->number == (double)(int64_t)x->number)
		return whole_text((int64_t)x->number, b);
	char text[STAT_TEXT];
	size_t n = stat_text(&c->format, x->number, x->single, text);
	return feed_copy(b, (struct str){ text, n });
}
