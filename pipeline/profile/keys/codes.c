/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sample of rows as small numbers: what candidates are found on. */
#include "profile/keys_int.h"

#include <stdlib.h>

/* Numbers keys by first appearance. */
struct numbering {
	uint64_t *key;             /* of each number */
	uint32_t *slot, n;         /* number + 1 */
	size_t mask;
};

static void numbering_init(struct numbering *x, int64_t most)
{
	size_t slots = 64;
	while ((int64_t)slots < 2 * most)
		slots *= 2;
	x->slot = mem_calloc(slots, sizeof *x->slot);
	x->key = mem_calloc((size_t)most + 1, sizeof *x->key);
	x->mask = slots - 1;
	x->n = 0;
}

static void numbering_free(struct numbering *x)
{
	free(x->slot);
	free(x->key);
}

static uint32_t number_of(struct numbering *x, uint64_t key)
{
	size_t i = (size_t)key_mix(key) & x->mask;
	for (; x->slot[i]; i = (i + 1) & x->mask)
		if (x->key[x->slot[i] - 1] == key)
			return x->slot[i] - 1;
	x->key[x->n] = key;
	x->slot[i] = ++x->n;
	return x->n - 1;
}

/* What the codes of a column are like. */
static void coded_measure(struct coded *c, int64_t rows)
{
	int64_t *count = mem_calloc((size_t)c->n + 1, sizeof *count);
	for (int64_t i = 0; i < rows; i++) {
		if (c->code[i] == CODE_NONE)
			continue;
		count[c->code[i]]++;
		c->present++;
	}
	for (uint32_t k = 0; k < c->n; k++) {
		c->repeat += (double)count[k] * (double)(count[k] - 1);
		c->modal = count[k] > c->modal ? count[k] : c->modal;
	}
	if (c->present > 1)
		c->repeat /= (double)c->present * (double)(c->present - 1);
	free(count);
}

/* ---- one column ----------------------------------------------------------------------------- */

/* The keys of rows of the sample that lie together in one batch are read together. */
static void column_codes(const struct table *t, const struct sample *s, int col,
	struct numbering *numbers, uint32_t *out)
{
	uint64_t *key = mem_alloc(BATCH_ROWS * sizeof *key);
	uint8_t *has = mem_alloc(BATCH_ROWS);
	for (int64_t i = 0; i < s->n;) {
		const struct batch *b = table_batch(t, s->rows[i] / BATCH_ROWS);
		int64_t end = i + 1;
		while (end < s->n && s->rows[end] == s->rows[end - 1] + 1 &&
			s->rows[end] < b->first_row + b->rows)
			end++;
		cells_key(&b->cols[col], s->rows[i] - b->first_row, end - i, key, has);
		for (int64_t k = 0; i < end; i++, k++)
			out[i] = has[k] ? number_of(numbers, key[k]) : CODE_NONE;
	}
	free(has);
	free(key);
}

struct coding_job {
	struct coding *coding;
	struct sample sample;
	const uint32_t *order;
};

static void code_column(void *ctx, size_t i)
{
	const struct coding_job *job = ctx;
	struct coded *c = &job->coding->coded[i];
	const struct column_profile *p = &job->coding->cols[c->var];
	int64_t n = job->sample.n;
	struct numbering numbers;
	uint32_t *plain = mem_calloc((size_t)n + 1, sizeof *plain);
	numbering_init(&numbers, n);
	column_codes(job->coding->table, &job->sample, p->var->col, &numbers, plain);
	for (int64_t k = 0; k < n; k++)
		c->code[k] = plain[job->order[k]];
	c->n = numbers.n;
	coded_measure(c, n);
	numbering_free(&numbers);
	free(plain);
}

static bool is_worth(const struct coding *c, int var)
{
	const struct column_profile *p = &c->cols[var];
	return p->distinct > 1 && (!c->same_as || c->same_as[var] < 0) &&
		p->var->type != VARIABLE_CONSTANT && p->var->type != VARIABLE_EMPTY;
}

void coding_init(struct coding *c, struct arena *a)
{
	struct sample s = sample_new(c->table, KEYS_SAMPLE_ROWS, c->options->seed, a);
	uint32_t *order = arena_calloc(a, (size_t)s.n + 1, sizeof *order);
	struct rng r;
	rng_seed(&r, c->options->seed);
	c->rows = table_nrows(c->table);
	c->n = s.n;
	for (int64_t i = 0; i < s.n; i++)
		order[i] = (uint32_t)i;
	rng_shuffle(&r, order, (size_t)s.n);
	c->coded = arena_calloc(a, KEYS_COLUMNS_MAX, sizeof *c->coded);
	for (int i = 0; i < c->ncols && c->ncoded < KEYS_COLUMNS_MAX; i++)
		if (is_worth(c, i))
			c->coded[c->ncoded++] = (struct coded){ .var = i,
				.code = arena_calloc(a, (size_t)s.n + 1, sizeof(uint32_t)) };
	struct coding_job job = { c, s, order };
	pool_run(c->options->threads, (size_t)c->ncoded, code_column, &job);
}

/* ---- two columns ---------------------------------------------------------------------------- */

struct coded coded_join(const struct coding *c, const struct coded *x, const struct coded *y)
{
	struct coded out = { .var = -1,
		.code = mem_calloc((size_t)c->n + 1, sizeof *out.code) };
	struct numbering numbers;
	numbering_init(&numbers, c->n);
	for (int64_t i = 0; i < c->n; i++)
		out.code[i] = x->code[i] == CODE_NONE || y->code[i] == CODE_NONE ? CODE_NONE
			: number_of(&numbers, (uint64_t)x->code[i] << 32 | y->code[i]);
	out.n = numbers.n;
	numbering_free(&numbers);
	coded_measure(&out, c->n);
	return out;
}

void coded_free(struct coded *c)
{
	free(c->code);
	c->code = NULL;
}
