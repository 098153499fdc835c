/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the missing values of each column go with: every other column is a witness, and so is the
 * order of the rows. The work is bounded: columns times witnesses times rows.
 */
#include "profile/missing_int.h"

#include <stdlib.h>

static const double pairs_of_rows = 1e9;
enum { ROWS_LEAST = 2000, WITNESSES = 2000 };

const char *missing_verdict_name(enum missing_verdict v)
{
	static const char *const names[] = { "untested", "unrelated", "related", "exactly",
		"at the start", "at the end", "together", "apart" };
	return names[v];
}

/* ---- every column against every witness ---------------------------------------------------- */

struct inquiry {
	const struct variable *vars;
	const struct profile_options *options;
	const struct sample *sample;
	int n, nwitness;
	struct absent *absent;
	int *witness;              /* variables; the last is the order of the rows */
	struct missing_clue *clue; /* n x nwitness, then n x n: of being missing */
	struct missing_causes *out;
	struct arena **arena;      /* one a column: threads share none */
};

/* Texts and keys say nothing but that they differ; what does not vary tells nothing. */
static bool is_witness(const struct variable *v)
{
	return variable_measures(v->type) || v->type == VARIABLE_DATETIME ||
		v->type == VARIABLE_CATEGORY || v->type == VARIABLE_BOOLEAN;
}

static void absent_step(void *ctx, size_t i)
{
	const struct inquiry *q = ctx;
	const struct sample *s = q->sample;
	struct absent *m = &q->absent[i];
	int col = q->vars[m->var].col;
	m->bits = mem_calloc((size_t)s->n / 64 + 1, sizeof *m->bits);
	for (int64_t r = 0; r < s->n; r++)
		if (!cell_has(s->table, col, s->rows[r])) {
			m->bits[r / 64] |= UINT64_C(1) << (r % 64);
			m->n++;
		}
	m->row = mem_alloc(((size_t)m->n + 1) * sizeof *m->row);
	int64_t k = 0;
	for (int64_t r = 0; k < m->n; r++)
		if (m->bits[r / 64] >> (r % 64) & 1)
			m->row[k++] = (int32_t)r;
}

static void witness_step(void *ctx, size_t i)
{
	const struct inquiry *q = ctx;
	struct witness w;
	witness_init(&w, q->sample, q->vars, q->witness[i], (int)q->options->max_category_levels);
	for (int j = 0; j < q->n; j++) {
		struct missing_clue *c = &q->clue[(size_t)j * (size_t)q->nwitness + i];
		*c = (struct missing_clue){ w.var, NAN, NAN, NAN, 0 };
		if (q->absent[j].var != w.var)
			*c = clue_of(&q->absent[j], &w);
	}
	witness_free(&w);
}

static void absence_step(void *ctx, size_t i)
{
	const struct inquiry *q = ctx;
	struct missing_clue *c = q->clue + (size_t)q->n * (size_t)q->nwitness +
		i * (size_t)q->n;
	for (int j = 0; j < q->n; j++) {
		c[j] = (struct missing_clue){ q->absent[j].var, NAN, NAN, NAN, 0 };
		if (j != (int)i)
			c[j] = clue_of_absence(&q->absent[i], &q->absent[j], q->sample->n);
	}
}

/* ---- from clues to a verdict ---------------------------------------------------------------- */

static bool tells(const struct missing_clue *c, const struct profile_options *o)
{
	return c->p_adjusted <= o->missing_p && fabs(c->effect) >= o->missing_effect;
}

/* The strongest that chance does not explain; if there is none, the strongest. */
static struct missing_clue strongest(const struct missing_clue *c, int n,
	const struct profile_options *o)
{
	struct missing_clue best = { -1, NAN, NAN, NAN, 0 };
	for (int i = 0; i < n; i++) {
		bool better = tells(&c[i], o) == tells(&best, o)
			? fabs(c[i].effect) > (isnan(best.effect) ? -1 : fabs(best.effect))
			: tells(&c[i], o);
		if (better)
			best = c[i];
	}
	return best;
}

static enum missing_verdict verdict_of(const struct missing_cause *c, const struct absent *m,
	int64_t rows, const struct profile_options *o)
{
	if (m->n < MISSING_FEW || rows - m->n < MISSING_FEW)
		return MISSING_UNTESTED;
	if (c->by_order)
		return c->order.effect > 0 ? MISSING_AT_END : MISSING_AT_START;
	if (tells(&c->value, o))
		return c->exact ? MISSING_EXACTLY : MISSING_RELATED;
	if (tells(&c->other, o))
		return c->other.effect > 0 ? MISSING_TOGETHER : MISSING_APART;
	return MISSING_UNRELATED;
}

static void cause_step(void *ctx, size_t i)
{
	const struct inquiry *q = ctx;
	const struct profile_options *o = q->options;
	const struct missing_clue *clue = q->clue + i * (size_t)q->nwitness;
	struct missing_cause *c = &q->out->v[i];
	*c = (struct missing_cause){ .var = q->absent[i].var, .auc = NAN, .worst = -1,
		.border = NAN };
	c->value = strongest(clue, q->nwitness - 1, o);
	c->order = clue[q->nwitness - 1];
	c->other = strongest(q->clue + (size_t)q->n * (size_t)q->nwitness + i * (size_t)q->n,
		q->n, o);
	/* a column that rises or falls with the rows says no more than they do */
	c->by_order = tells(&c->order, o) && !(tells(&c->value, o) &&
		fabs(c->value.effect) > fabs(c->order.effect) + 0.01);
	if (c->by_order || tells(&c->value, o)) {
		struct witness w;
		witness_init(&w, q->sample, q->vars, c->by_order ? -1 : c->value.var,
			(int)o->max_category_levels);
		rates_fill(c, &q->absent[i], &w, q->sample, q->vars, q->arena[i]);
		witness_free(&w);
	}
	c->verdict = verdict_of(c, &q->absent[i], q->sample->n, o);
}

/* Benjamini & Hochberg 1995 over all tests made; being missing together is one test a pair. */
static int64_t adjust(struct inquiry *q)
{
	size_t values = (size_t)q->n * (size_t)q->nwitness, k = (size_t)q->n;
	size_t all = values + k * k;
	struct association *family = mem_calloc(all + 1, sizeof *family);
	for (size_t i = 0; i < all; i++) {
		bool again = i >= values && (i - values) / k > (i - values) % k;
		family[i].p = again ? NAN : q->clue[i].p;
	}
	int64_t tests = adjust_p(family, all);
	for (size_t i = 0; i < all; i++)
		q->clue[i].p_adjusted = family[i].p_adjusted;
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < i; j++)
			q->clue[values + i * k + j].p_adjusted =
				family[values + j * k + i].p_adjusted;
	free(family);
	return tests;
}

/* ---- putting it together ---------------------------------------------------------------------- */

static int choose_columns(const struct missing_profile *m, const struct variable *v,
	struct absent *out)
{
	int n = 0, *var = mem_calloc((size_t)m->n + 1, sizeof *var);
	for (int i = 0; i < m->n && n < MISSING_CAUSES; i++)
		if (m->columns[i].missing > 0 && m->columns[i].missing < m->rows &&
			v[m->columns[i].var].type != VARIABLE_EMPTY)
			var[n++] = m->columns[i].var;
	qsort(var, (size_t)n, sizeof *var, by_number);
	for (int i = 0; i < n; i++)
		out[i].var = var[i];
	free(var);
	return n;
}

static int choose_witnesses(const struct variable *v, int n, int *out)
{
	int k = 0;
	for (int i = 0; i < n && k < WITNESSES; i++)
		if (is_witness(&v[i]))
			out[k++] = i;
	out[k++] = -1;
	return k;
}

static void arena_release(void *a)
{
	arena_free(a);
}

void causes_fill(const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, const struct missing_profile *m,
	struct missing_causes *out, struct arena *a)
{
	struct inquiry q = { .vars = v, .options = o, .out = out };
	q.absent = mem_calloc(MISSING_CAUSES, sizeof *q.absent);
	q.witness = mem_calloc((size_t)n + 1, sizeof *q.witness);
	q.n = choose_columns(m, v, q.absent);
	q.nwitness = choose_witnesses(v, n, q.witness);
	size_t columns = (size_t)q.n, witnesses = (size_t)q.nwitness;
	double rows = pairs_of_rows / fmax(1, (double)q.n * (q.n + q.nwitness));
	rows = fmin(fmax(rows, ROWS_LEAST), (double)o->max_missing_rows);
	struct sample s = sample_new(t, (int64_t)rows, o->seed, a);
	q.sample = &s;
	*out = (struct missing_causes){ .rows = s.n, .n = q.n,
		.v = arena_calloc(a, columns + 1, sizeof *out->v) };
	q.clue = mem_calloc(columns * (witnesses + columns) + 1, sizeof *q.clue);
	q.arena = mem_calloc(columns + 1, sizeof(void *));
	for (size_t i = 0; i < columns; i++)
		arena_own(a, q.arena[i] = arena_new(), arena_release);
	if (q.n) {
		pool_run(o->threads, columns, absent_step, &q);
		pool_run(o->threads, witnesses, witness_step, &q);
		pool_run(o->threads, columns, absence_step, &q);
		out->tests = adjust(&q);
		pool_run(o->threads, columns, cause_step, &q);
	}
	for (size_t i = 0; i < columns; i++) {
		free(q.absent[i].row);
		free(q.absent[i].bits);
	}
	free(q.absent);
	free(q.witness);
	free(q.clue);
	free(q.arena);
}
