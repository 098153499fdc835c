/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second reading: cells become typed values after the plan of their column. What does not
 * fit becomes missing and is counted, with the first few as examples. */
#include "ingest/ingest_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FORMATS = 16 };

struct builder {
	const struct plan *plan;
	const struct tokens *tokens;
	const struct levels *levels;
	/* Appends one value; false: it does not fit. */
	bool (*take)(struct builder *, struct str);
	/* the batch */
	int64_t rows, nulls, cap;
	union {
		int64_t *i64;
		double *f64;
		int32_t *i32;          /* days, codes; offsets of texts [rows + 1] */
		uint8_t *bits;
		void *any;
	} v;
	struct buf bytes;
	uint8_t valid[BATCH_ROWS / 8];
	/* the whole column */
	int64_t parsed, unparsed, missing;
	int64_t *token;            /* [tokens->n] taken as missing */
	int64_t *kept;             /* [tokens->n] kept as text */
	char *examples[INGEST_EXAMPLES];
	size_t nexamples;
	struct {
		struct written written;
		int64_t count;
	} formats[FORMATS];
	size_t nformats;
	struct sentinels sentinels;
};

/* ---- values of each type ----------------------------------------------------------------- */

static bool scan_own(const struct builder *b, struct str s, struct number *n)
{
	return number_scan(s, n) && (!n->unit || n->unit == b->plan->unit) &&
		(!n->scale || b->plan->scaled);
}

static bool take_integer(struct builder *b, struct str s)
{
	struct number n;
	int64_t v;
	double d;
	if (!scan_own(b, s, &n))
		return false;
	if (!b->plan->lenient) {
		if (n.leading_zero || n.huge || n.phone || !number_int64(&n, b->plan->mark, &v))
			return false;
	} else if (!number_int64(&n, b->plan->mark, &v)) {
		/* declared an integer and written 5.0 or 1e3 */
		if (!number_double(&n, b->plan->mark, &d) || d != floor(d) || fabs(d) > 0x1p53)
			return false;
		v = (int64_t)d;
	}
	b->v.i64[b->rows] = v;
	sentinels_number(&b->sentinels, (double)v);
	return true;
}

static bool take_real(struct builder *b, struct str s)
{
	struct number n;
	double v;
	if (!scan_own(b, s, &n) || !number_double(&n, b->plan->mark, &v))
		return false;
	b->v.f64[b->rows] = v;
	sentinels_number(&b->sentinels, v);
	return true;
}

static bool take_boolean(struct builder *b, struct str s)
{
	bool v;
	if (!boolean_scan(s, b->plan->pair, &v)) {
		uint32_t yes, pairs = boolean_pairs(s, &yes);
		bool digit = s.n == 1 && (*s.p == '0' || *s.p == '1');
		if (!b->plan->lenient || (!pairs && !digit))
			return false;
		v = digit ? *s.p == '1' : yes != 0;
	}
	uint8_t bit = (uint8_t)(1 << (b->rows & 7));
	if (v)
		b->v.bits[b->rows >> 3] |= bit;
	return true;
}

static void count_format(struct builder *b, const struct written *w)
{
	size_t i = 0;
	while (i < b->nformats && memcmp(&b->formats[i].written, w, sizeof *w) != 0)
		i++;
	if (i == b->nformats && i < FORMATS) {
		b->formats[i].written = *w;
		b->formats[i].count = 0;
		b->nformats++;
	}
	if (i < FORMATS)
		b->formats[i].count++;
}

static bool scan_when(struct builder *b, struct str s, struct when *w)
{
	const struct plan *p = b->plan;
	if (!(p->guise && when_number(s, p->guise, w)) &&
		!(when_scan_from(s, p->pivot, w) && w->orders >> p->order & 1 &&
			(w->written.style >= STYLE_YM) == p->periods))
		return false;
	count_format(b, &w->written);
	sentinels_day(&b->sentinels, w->days[b->plan->order]);
	return true;
}

static bool take_date(struct builder *b, struct str s)
{
	struct when w;
	if (!scan_when(b, s, &w) || w.clock)
		return false;
	b->v.i32[b->rows] = w.days[b->plan->order];
	return true;
}

/* Times of day and durations. */
static bool take_clock(struct builder *b, struct str s)
{
	struct clock c;
	bool time = b->plan->type == PARSED_TIME;
	if (!(b->plan->guise == GUISE_CLOCK && clock_digits(s, &c)) &&
		!(clock_scan(s, &c) && (time ? c.time : c.duration)))
		return false;
	struct written w = { .style = STYLE_CLOCK, .clock = c.form };
	count_format(b, &w);
	b->v.i64[b->rows] = c.us;
	return true;
}

static bool take_moment(struct builder *b, struct str s)
{
	struct when w;
	if (!scan_when(b, s, &w))
		return false;
	b->v.i64[b->rows] = w.days[b->plan->order] * INT64_C(86400000000) + w.clock;
	return true;
}

static bool take_level(struct builder *b, struct str s)
{
	b->v.i32[b->rows] = levels_find(b->levels, s);
	return true;
}

static bool take_text(struct builder *b, struct str s)
{
	buf_put(&b->bytes, s.p, s.n);
	return true;
}

/* ---- the batch --------------------------------------------------------------------------- */

static size_t value_size(const struct builder *b)
{
	switch (b->plan->type) {
	case PARSED_INTEGER:
	case PARSED_REAL:
	case PARSED_DATETIME:
	case PARSED_TIME:
	case PARSED_DURATION:
		return 8;
	case PARSED_BOOLEAN:
		return 1;              /* a bit; small enough not to be counted more finely */
	case PARSED_DATE:
	case PARSED_TEXT:
	case PARSED_EMPTY:
	case PARSED_TYPES:
		break;
	}
	return 4;
}

static bool (*taker(const struct plan *p))(struct builder *, struct str)
{
	switch (p->type) {
	case PARSED_INTEGER:
		return take_integer;
	case PARSED_REAL:
		return take_real;
	case PARSED_BOOLEAN:
		return take_boolean;
	case PARSED_DATE:
		return take_date;
	case PARSED_DATETIME:
		return take_moment;
	case PARSED_TIME:
	case PARSED_DURATION:
		return take_clock;
	case PARSED_TEXT:
	case PARSED_EMPTY:
	case PARSED_TYPES:
		break;
	}
	return p->dictionary ? take_level : take_text;
}

struct builder *builder_new(const struct plan *p, const struct tokens *t,
	const struct levels *l)
{
	struct builder *b = mem_calloc(1, sizeof *b);
	b->plan = p;
	b->tokens = t;
	b->levels = l;
	b->take = taker(p);
	b->token = mem_calloc((size_t)t->n, sizeof *b->token);
	b->kept = mem_calloc((size_t)t->n, sizeof *b->kept);
	sentinels_init(&b->sentinels);
	builder_clear(b);
	return b;
}

void builder_free(struct builder *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->nexamples; i++)
		free(b->examples[i]);
	free(b->token);
	free(b->kept);
	free(b->v.any);
	buf_free(&b->bytes);
	free(b);
}

void builder_clear(struct builder *b)
{
	b->rows = b->nulls = 0;
	memset(b->valid, 0, sizeof b->valid);
	/* zero is what the value of a missing row is */
	if (b->v.any)
		memset(b->v.any, 0, (size_t)(b->cap + 1) * value_size(b));
	buf_clear(&b->bytes);
}

static void reserve(struct builder *b, int64_t rows)
{
	if (rows <= b->cap)
		return;
	int64_t cap = b->cap ? b->cap : 256;
	while (cap < rows)
		cap *= 2;
	/* one more for the last offset */
	size_t size = value_size(b);
	b->v.any = mem_realloc(b->v.any, (size_t)cap + 1, size);
	size_t from = (size_t)(b->cap ? b->cap + 1 : 0);
	memset((char *)b->v.any + from * size, 0, ((size_t)cap + 1 - from) * size);
	b->cap = cap;
}

/* ---- cells ------------------------------------------------------------------------------- */

static void keep_example(struct builder *b, struct str s)
{
	enum { MOST = 80 };
	b->unparsed++;
	if (b->nexamples == INGEST_EXAMPLES)
		return;
	if (s.n > MOST)
		for (s.n = MOST; s.n && (s.p[s.n] & 0xc0) == 0x80; s.n--)
			;
	for (size_t i = 0; i < b->nexamples; i++)
		if (strlen(b->examples[i]) == s.n && memcmp(b->examples[i], s.p, s.n) == 0)
			return;
	b->examples[b->nexamples++] = mem_strndup(s.p, s.n);
}

static bool missing(struct builder *b, struct str s)
{
	if (!s.n)
		return true;
	int i = token_find(b->tokens, s);
	if (i < 0 || (b->plan->keeps_na && str_eq(s, "NA")))
		return false;
	bool yes = b->tokens->v[i].kind != TOKEN_WEAK || b->plan->weak_missing;
	(yes ? b->token : b->kept)[i]++;
	return yes;
}

static void put(struct builder *b, struct str s)
{
	bool texts = b->take == take_text;
	if (missing(b, s)) {
		b->missing++;
		b->nulls++;
	} else if (b->take(b, s)) {
		b->parsed++;
		b->valid[b->rows >> 3] |= (uint8_t)(1 << (b->rows & 7));
	} else {
		keep_example(b, s);
		b->nulls++;
	}
	b->rows++;
	if (texts)
		b->v.i32[b->rows] = (int32_t)b->bytes.n;
}

void builder_take(struct builder *b, const struct block *block, int col)
{
	reserve(b, b->rows + block->rows);
	const struct str *cells = block->cells + col * block->cap;
	for (int64_t i = 0; i < block->rows; i++)
		put(b, cell_trim(cells[i]));
}

bool builder_column(const struct builder *b, struct column *c)
{
	*c = (struct column){ .rows = b->rows, .nulls = b->nulls };
	c->valid = b->nulls ? b->valid : NULL;
	switch (b->plan->type) {
	case PARSED_INTEGER:
		c->type = COLUMN_INT64;
		c->v.i64 = b->v.i64;
		return true;
	case PARSED_REAL:
		c->type = COLUMN_FLOAT64;
		c->v.f64 = b->v.f64;
		return true;
	case PARSED_BOOLEAN:
		c->type = COLUMN_BOOL;
		c->v.bits = b->v.bits;
		return true;
	case PARSED_DATE:
		c->type = COLUMN_DATE;
		c->v.i32 = b->v.i32;
		return true;
	case PARSED_DATETIME:
		c->type = COLUMN_TIMESTAMP;
		c->v.i64 = b->v.i64;
		return true;
	case PARSED_TIME:
	case PARSED_DURATION:
		c->type = b->plan->type == PARSED_TIME ? COLUMN_TIME : COLUMN_DURATION;
		c->v.i64 = b->v.i64;
		return true;
	case PARSED_TEXT:
	case PARSED_EMPTY:
	case PARSED_TYPES:
		break;
	}
	c->type = b->plan->dictionary ? COLUMN_DICT : COLUMN_UTF8;
	c->v.i32 = b->v.i32;
	c->bytes = b->bytes.p ? b->bytes.p : "";
	return b->bytes.n <= INT32_MAX;
}

/* ---- evidence ---------------------------------------------------------------------------- */

void builder_evidence(const struct builder *b, struct arena *a, struct ingest_column *c,
	int64_t *tokens)
{
	c->values = b->parsed + b->unparsed;
	c->missing = b->missing;
	c->parsed_count = b->parsed;
	c->unparsed = b->unparsed;
	c->nexamples = b->nexamples;
	for (size_t i = 0; i < b->nexamples; i++)
		c->examples[i] = arena_strdup(a, b->examples[i]);
	for (int i = 0; i < b->tokens->n; i++)
		tokens[i] += b->token[i];
	c->formats = arena_calloc(a, b->nformats + 1, sizeof *c->formats);
	for (size_t i = 0; i < b->nformats; i++) {
		struct buf f = { 0 };
		when_format(&f, &b->formats[i].written, b->plan->order);
		size_t at = c->nformats++;
		for (; at && c->formats[at - 1].count < b->formats[i].count; at--)
			c->formats[at] = c->formats[at - 1];
		c->formats[at] = (struct ingest_format){ arena_strdup(a, buf_str(&f)),
			b->formats[i].count };
		buf_free(&f);
	}
}

const struct sentinels *builder_sentinels(const struct builder *b)
{
	return &b->sentinels;
}

int64_t builder_kept(const struct builder *b, int token)
{
	return b->kept[token];
}
