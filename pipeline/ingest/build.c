/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second reading: cells become typed values after the plan of their column. What does not
 * fit becomes missing and is counted, with the first few as examples. */
#include "ingest/build_int.h"

#include <stdlib.h>
#include <string.h>

/* ---- the batch --------------------------------------------------------------------------- */

static size_t value_size(const struct builder *b)
{
	switch (plan_storage(b->plan)) {
	case COLUMN_INT64:
	case COLUMN_FLOAT64:
	case COLUMN_TIMESTAMP:
	case COLUMN_TIME:
	case COLUMN_DURATION:
		return 8;
	case COLUMN_BOOL:
		return 1;              /* a bit; small enough not to be counted more finely */
	case COLUMN_DATE:
	case COLUMN_DICT:
	case COLUMN_UTF8:
		break;
	}
	return 4;
}

static void mark_tokens(struct builder *b)
{
	int32_t n = levels_count(b->levels);
	int64_t count;
	b->tokens_among = mem_calloc((size_t)n, sizeof *b->tokens_among);
	for (int32_t i = 0; i < n; i++)
		b->tokens_among[i] = token_find(b->tokens, levels_get(b->levels, i, &count)) >= 0;
}

struct builder *builder_new(const struct plan *p, const struct tokens *t,
	const struct levels *l)
{
	struct builder *b = mem_calloc(1, sizeof *b);
	b->plan = p;
	b->tokens = t;
	b->levels = l;
	b->value = convert(p);
	b->run = convert_usual(p, t);
	b->texts = plan_storage(p) == COLUMN_UTF8;
	b->size = value_size(b);
	if (p->dictionary)
		mark_tokens(b);
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
	free(b->tokens_among);
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
	/* bits are set one by one */
	if (b->v.any && b->size == 1)
		memset(b->v.any, 0, (size_t)b->cap + 1);
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
	b->v.any = mem_realloc(b->v.any, (size_t)cap + 1, b->size);
	size_t from = b->cap ? ((size_t)b->cap + 1) * b->size : 0;
	memset((char *)b->v.any + from, 0, ((size_t)cap + 1) * b->size - from);
	b->cap = cap;
}

/* ---- cells ------------------------------------------------------------------------------- */

static void add_example(struct builder *b, struct str s)
{
	enum { MOST = 80 };
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

static void put_null(struct builder *b)
{
	static const char zero[8];
	if (!b->texts && b->size > 1)
		memcpy((char *)b->v.any + (size_t)b->rows * b->size, zero, b->size);
	b->nulls++;
}

static void put(struct builder *b, struct str s)
{
	if (missing(b, s)) {
		b->missing++;
		put_null(b);
	} else if (b->value(b, s)) {
		b->parsed++;
		b->valid[b->rows >> 3] |= (uint8_t)(1 << (b->rows & 7));
	} else {
		b->unparsed++;
		add_example(b, s);
		put_null(b);
	}
	b->rows++;
	if (b->texts)
		b->v.i32[b->rows] = (int32_t)b->bytes.n;
}

/* The values of the next n rows are there. */
static void put_run(struct builder *b, int64_t n)
{
	int64_t row = b->rows, end = row + n;
	for (; row < end && row & 7; row++)
		b->valid[row >> 3] |= (uint8_t)(1 << (row & 7));
	if (row < end)
		memset(b->valid + (row >> 3), 0xff, (size_t)(end - row) >> 3);
	for (row = row < end ? row + ((end - row) & ~INT64_C(7)) : row; row < end; row++)
		b->valid[row >> 3] |= (uint8_t)(1 << (row & 7));
	b->parsed += n;
	b->rows = end;
}

void builder_take(struct builder *b, const struct block *block, int col, int64_t from, int64_t to)
{
	const struct str *cells = block->cells + col * block->cap;
	reserve(b, b->rows + to - from);
	b->padded = block->padded;
	while (from < to) {
		int64_t n = b->run ? b->run(b, cells + from, to - from) : 0;
		put_run(b, n);
		from += n;
		if (from < to)
			put(b, cell_trim(cells[from++]));
	}
}

bool builder_column(const struct builder *b, struct column *c)
{
	*c = (struct column){ .type = plan_storage(b->plan), .rows = b->rows,
		.nulls = b->nulls };
	c->valid = b->nulls ? b->valid : NULL;
	c->v.i64 = b->v.i64;
	if (b->texts)
		c->bytes = b->bytes.p ? b->bytes.p : "";
	return b->bytes.n <= INT32_MAX;
}

int builder_format(struct builder *b, const struct written *w, int64_t count)
{
	size_t i = 0;
	while (i < b->nformats && memcmp(&b->formats[i].written, w, sizeof *w) != 0)
		i++;
	if (i == FORMATS)
		return 0;
	if (i == b->nformats) {
		b->formats[i].written = *w;
		b->formats[i].count = 0;
		b->nformats++;
	}
	b->formats[i].count += count;
	return (int)i + 1;
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

/* Formats of later rows come behind, so that they stay in order of first appearance. */
static void gather_formats(struct builder *to, struct builder *part)
{
	for (size_t i = 0; i < part->nformats; i++)
		builder_format(to, &part->formats[i].written, part->formats[i].count);
	part->nformats = 0;
	memset(part->usual, 0, sizeof part->usual);
}

static void gather_examples(struct builder *to, struct builder *part)
{
	for (size_t i = 0; i < part->nexamples; i++) {
		add_example(to, str_of(part->examples[i]));
		free(part->examples[i]);
	}
	part->nexamples = 0;
}

void builder_gather(struct builder *to, struct builder *part)
{
	to->parsed += part->parsed;
	to->unparsed += part->unparsed;
	to->missing += part->missing;
	part->parsed = part->unparsed = part->missing = 0;
	for (int i = 0; i < to->tokens->n; i++) {
		to->token[i] += part->token[i];
		to->kept[i] += part->kept[i];
		part->token[i] = part->kept[i] = 0;
	}
	gather_formats(to, part);
	gather_examples(to, part);
	sentinels_merge(&to->sentinels, &part->sentinels);
	sentinels_init(&part->sentinels);
}

const struct sentinels *builder_sentinels(const struct builder *b)
{
	return &b->sentinels;
}

int64_t builder_kept(const struct builder *b, int token)
{
	return b->kept[token];
}
