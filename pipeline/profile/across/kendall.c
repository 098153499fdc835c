/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Kendall's tau-b of all pairs of numeric columns with pairwise deletion, after Knight 1966: with
 * the rows in the order of x, the pairs of rows that disagree are the exchanges that a merge sort of
 * y makes. The order of x is found once a column, so a pair costs one merge sort of small integers.
 */
#include "profile/relations_int.h"

#include <stdlib.h>

enum { NO_CODE = UINT32_MAX, RUN = 16, ROWS_LEAST = 1000 };

struct ordered {
	uint32_t *code;            /* of each row: number of its value; NO_CODE: none */
	uint32_t *row;             /* rows with a value, by value */
	size_t n;
};

static void column_order(struct ordered *o, const struct sample *s, int col)
{
	size_t rows = (size_t)s->n, n = 0;
	double *x = mem_alloc((rows + 1) * sizeof *x);
	struct keyed *v = mem_alloc(2 * (rows + 1) * sizeof *v);
	sample_numbers(s, col, x);
	o->code = mem_alloc((rows + 1) * sizeof *o->code);
	o->row = mem_alloc((rows + 1) * sizeof *o->row);
	for (size_t i = 0; i < rows; i++) {
		o->code[i] = NO_CODE;
		if (!isnan(x[i]))
			v[n++] = (struct keyed){ key_of_double(x[i]), (int64_t)i };
	}
	sort_keyed(v, v + n, n);
	uint32_t distinct = 0;
	for (size_t i = 0; i < n; i++) {
		distinct += i > 0 && v[i].key != v[i - 1].key;
		o->row[i] = (uint32_t)v[i].row;
		o->code[v[i].row] = distinct;
	}
	o->n = n;
	free(v);
	free(x);
}

/* ---- counting exchanges ------------------------------------------------------------------- */

static int64_t sort_run(uint32_t *v, size_t n)
{
	int64_t exchanges = 0;
	for (size_t i = 1; i < n; i++) {
		uint32_t x = v[i];
		size_t j = i;
		for (; j > 0 && v[j - 1] > x; j--)
			v[j] = v[j - 1];
		v[j] = x;
		exchanges += (int64_t)(i - j);
	}
	return exchanges;
}

/* Without a branch on the values, which can't be foretold. */
static int64_t merge_runs(const uint32_t *a, size_t na, const uint32_t *b, size_t nb,
	uint32_t *to)
{
	int64_t exchanges = 0;
	size_t i = 0, j = 0;
	while (i < na && j < nb) {
		bool right = b[j] < a[i];
		*to++ = right ? b[j] : a[i];
		exchanges += right ? (int64_t)(na - i) : 0;
		i += !right;
		j += right;
	}
	memcpy(to, a + i, (na - i) * sizeof *to);
	memcpy(to + (na - i), b + j, (nb - j) * sizeof *to);
	return exchanges;
}

/* Sorts v; gives the pairs that stood in the wrong order. */
static int64_t sort_exchanges(uint32_t *v, uint32_t *tmp, size_t n)
{
	int64_t exchanges = 0;
	uint32_t *from = v, *to = tmp;
	for (size_t i = 0; i < n; i += RUN)
		exchanges += sort_run(v + i, n - i < RUN ? n - i : RUN);
	for (size_t width = RUN; width < n; width *= 2) {
		for (size_t i = 0; i < n; i += 2 * width) {
			size_t mid = i + width < n ? i + width : n,
				end = i + 2 * width < n ? i + 2 * width : n;
			exchanges += merge_runs(from + i, mid - i, from + mid, end - mid, to + i);
		}
		uint32_t *swap = from;
		from = to;
		to = swap;
	}
	if (from != v)
		memcpy(v, from, n * sizeof *v);
	return exchanges;
}

/* ---- a pair of columns -------------------------------------------------------------------- */

/* Sums over groups of t equal values; doubles, since n^3 may be beyond 64 bits. */
struct ties {
	double pairs;              /* t (t - 1) / 2 */
	double triples;            /* t (t - 1) (t - 2) */
	double spread;             /* t (t - 1) (2 t + 5) */
};

static void ties_add(struct ties *s, size_t group)
{
	double t = (double)group, pairs = t * (t - 1);
	s->pairs += pairs / 2;
	s->triples += pairs * (t - 2);
	s->spread += pairs * (2 * t + 5);
}

static struct ties ties_of(const uint32_t *v, size_t n)
{
	struct ties s = { 0 };
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i + 1; j < n && v[j] == v[i]; j++)
			;
		ties_add(&s, j - i);
	}
	return s;
}

/* Room for the values of both columns in the rows in common. */
struct common {
	uint32_t *x, *y, *tmp;
};

static size_t common_fill(struct common *c, const struct ordered *a, const struct ordered *b)
{
	size_t n = 0;
	for (size_t i = 0; i < a->n; i++) {
		uint32_t row = a->row[i];
		c->x[n] = a->code[row];
		c->y[n] = b->code[row];
		n += b->code[row] != NO_CODE;
	}
	return n;
}

/* Rows equal in x are put in the order of y, so that they count as no exchange; gives the pairs of
 * rows that are equal in both. */
static double settle_ties(struct common *c, size_t n)
{
	double both = 0;
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i + 1; j < n && c->x[j] == c->x[i]; j++)
			;
		if (j - i < 2)
			continue;
		sort_exchanges(c->y + i, c->tmp, j - i);
		both += ties_of(c->y + i, j - i).pairs;
	}
	return both;
}

static double tau_p(double difference, double n, const struct ties *x, const struct ties *y)
{
	double m = n * (n - 1), variance = (m * (2 * n + 5) - x->spread - y->spread) / 18 +
		2 * x->pairs * y->pairs / m +
		(n > 2 ? x->triples * y->triples / (9 * m * (n - 2)) : 0);
	return erfc(fabs(difference) / sqrt(variance) / sqrt(2));
}

static double tau(const struct ordered *a, const struct ordered *b, struct common *c, double *p,
	int64_t *count)
{
	size_t rows = common_fill(c, a, b);
	double n = (double)rows, pairs = n * (n - 1) / 2;
	struct ties x = ties_of(c->x, rows);
	double both = settle_ties(c, rows);
	double exchanges = (double)sort_exchanges(c->y, c->tmp, rows);
	struct ties y = ties_of(c->y, rows);
	*count = (int64_t)rows;
	*p = NAN;
	if (rows < 3 || x.pairs >= pairs || y.pairs >= pairs)
		return NAN;
	double difference = pairs - x.pairs - y.pairs + both - 2 * exchanges;
	*p = tau_p(difference, n, &x, &y);
	double t = difference / sqrt(pairs - x.pairs) / sqrt(pairs - y.pairs);
	return t > 1 ? 1 : t < -1 ? -1 : t;
}

/* ---- the matrix --------------------------------------------------------------------------- */

struct tau_work {
	const struct sample *sample;
	const struct numbers *v;
	struct ordered *ordered;
	struct assoc_matrix *out;
};

static void order_step(void *ctx, size_t i)
{
	const struct tau_work *w = ctx;
	column_order(&w->ordered[i], w->sample, w->v->columns[i].col);
}

static void row_step(void *ctx, size_t i)
{
	const struct tau_work *w = ctx;
	size_t room = (size_t)w->sample->n + 1;
	uint32_t *all = mem_alloc(3 * room * sizeof *all);
	struct common c = { all, all + room, all + 2 * room };
	for (int j = (int)i; j < w->v->n; j++) {
		double p;
		int64_t n;
		double t = tau(&w->ordered[i], &w->ordered[j], &c, &p, &n);
		assoc_matrix_set(w->out, (int)i, j, t, p, n);
	}
	free(all);
}

void kendall_matrix(const struct sample *s, const struct numbers *v, struct assoc_matrix *out,
	int threads)
{
	struct tau_work w = { s, v, mem_calloc((size_t)v->n, sizeof *w.ordered), out };
	pool_run(threads, (size_t)v->n, order_step, &w);
	pool_run(threads, (size_t)v->n, row_step, &w);
	for (int i = 0; i < v->n; i++) {
		free(w.ordered[i].code);
		free(w.ordered[i].row);
	}
	free(w.ordered);
}

int64_t kendall_rows(int64_t work, int columns)
{
	int64_t pairs = (int64_t)columns * (columns - 1) / 2, rows = work / (pairs ? pairs : 1);
	return rows < ROWS_LEAST ? ROWS_LEAST : rows;
}
