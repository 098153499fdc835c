/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often a column is missing in parts of the rows: fifths of a number, levels of a category. */
#include "profile/missing_int.h"

#include <stdlib.h>

enum { FIFTHS = 5 };

/* Rows of the sample; low and high: of the lowest and the highest rank. */
struct part {
	int64_t rows, missing, low, high;
	int level;
};

static bool is_absent(const struct absent *m, int64_t row)
{
	return m->bits[row / 64] >> (row % 64) & 1;
}

static void part_add(struct part *p, const struct witness *w, int64_t row, bool missing)
{
	if (p->rows == 0)
		p->low = p->high = row;
	if (w->ranked && w->rank[row] < w->rank[p->low])
		p->low = row;
	if (w->ranked && w->rank[row] > w->rank[p->high])
		p->high = row;
	p->rows++;
	p->missing += missing;
}

/* Equal values have one rank, so they stay together. */
static int fifth_of(const struct witness *w, int64_t row)
{
	return (int)((int64_t)(w->rank[row] - 1) * FIFTHS / (2 * w->n));
}

/* Parts that have rows, and in `none` the rows without a value of the witness. */
static int count_parts(struct part *part, struct part *none, const struct absent *m,
	const struct witness *w, int64_t rows)
{
	int n = w->ranked ? FIFTHS : w->levels, kept = 0;
	for (int i = 0; i < n; i++)
		part[i] = (struct part){ .level = i };
	*none = (struct part){ .level = n };
	for (int64_t i = 0; i < rows; i++) {
		bool has = w->ranked ? w->rank[i] > 0 : w->level[i] != LEVEL_NONE;
		struct part *p = !has ? none : &part[w->ranked ? fifth_of(w, i) : w->level[i]];
		part_add(p, w, i, is_absent(m, i));
	}
	for (int i = 0; i < n; i++)
		if (part[i].rows)
			part[kept++] = part[i];
	return kept;
}

/* ---- without exception ------------------------------------------------------------------- */

static bool levels_tell(const struct part *part, int n)
{
	bool all = false, none = false;
	for (int i = 0; i < n; i++) {
		if (part[i].missing > 0 && part[i].missing < part[i].rows)
			return false;
		all = all || part[i].missing > 0;
		none = none || part[i].missing == 0;
	}
	return all && none;
}

/* The row at the border of the missing ones when all are above or all below the others; else -1. */
static int64_t border_row(const struct absent *m, const struct witness *w, int64_t rows)
{
	struct part side[2] = { { 0 } };
	for (int64_t i = 0; i < rows; i++)
		if (w->rank[i] > 0)
			part_add(&side[is_absent(m, i)], w, i, false);
	const int32_t *r = w->rank;
	if (!side[0].rows || !side[1].rows)
		return -1;
	return r[side[1].low] > r[side[0].high] ? side[1].low
		: r[side[1].high] < r[side[0].low] ? side[1].high : -1;
}

/* ---- putting it together ------------------------------------------------------------------ */

static double rate(const struct part *p)
{
	return (double)p->missing / (double)p->rows;
}

static int by_rows(const void *x, const void *y)
{
	const struct part *a = x, *b = y;
	return a->rows != b->rows ? (a->rows < b->rows) - (a->rows > b->rows) : a->level - b->level;
}

static int by_rate(const void *x, const void *y)
{
	double a = rate(x), b = rate(y);
	return a != b ? (a < b) - (a > b) : by_rows(x, y);
}

/* Of ranks: the chance that a row with a missing value stands above one without. */
static double auc_of(const struct absent *m, const struct witness *w)
{
	double gone = 0, sum = 0;
	for (int64_t i = 0; i < m->n; i++) {
		gone += w->rank[m->row[i]] > 0;
		sum += w->rank[m->row[i]];
	}
	double n1 = gone, n0 = (double)w->n - gone;
	return (sum / 2 - n1 * (n1 + 1) / 2) / (n1 * n0);
}

/* A value of the witness in a row of the sample: a number, or text of a date. */
static double bound(const struct witness *w, const struct sample *s, const struct variable *v,
	int64_t row, const char **text, struct arena *a)
{
	double x;
	*text = NULL;
	if (w->var < 0)
		return (double)s->rows[row] + 1;
	if (v[w->var].type == VARIABLE_DATETIME) {
		*text = value_text_at(s->table, v[w->var].col, s->rows[row], a);
		return NAN;
	}
	sample_numbers(&(struct sample){ s->table, 1, &s->rows[row] }, v[w->var].col, &x);
	return x;
}

static struct missing_group group_of(const struct part *p, const struct witness *w,
	const struct sample *s, const struct variable *v, struct arena *a)
{
	struct missing_group g = { .low = NAN, .high = NAN, .rows = p->rows, .missing = p->missing };
	if (w->ranked) {
		g.low = bound(w, s, v, p->low, &g.from, a);
		g.high = bound(w, s, v, p->high, &g.to, a);
	} else {
		g.level = value_text_at(s->table, v[w->var].col, s->rows[w->example[p->level]], a);
	}
	return g;
}

/* The part with most missing values beyond its share of the rows; of a number one of the ends. */
static int worst_of(const struct part *part, int n, double overall, bool ranked, double auc)
{
	int worst = 0;
	if (ranked)
		return auc > 0.5 ? n - 1 : 0;
	for (int i = 1; i < n; i++)
		if ((double)part[i].missing - overall * (double)part[i].rows >
			(double)part[worst].missing - overall * (double)part[worst].rows)
			worst = i;
	return worst;
}

void rates_fill(struct missing_cause *c, const struct absent *m, const struct witness *w,
	const struct sample *s, const struct variable *v, struct arena *a)
{
	struct part part[LEVELS_MAX], none;    /* the fifths fit, too */
	int n = count_parts(part, &none, m, w, s->n), shown = n;
	if (w->ranked) {
		c->auc = auc_of(m, w);
		int64_t border = border_row(m, w, s->n);
		c->exact = border >= 0;
		if (c->exact)
			c->border = bound(w, s, v, border, &c->border_text, a);
	} else {
		c->exact = levels_tell(part, n);
		qsort(part, (size_t)n, sizeof *part, by_rows);
		shown = n < MISSING_GROUPS ? n : MISSING_GROUPS;
		qsort(part, (size_t)shown, sizeof *part, by_rate);
	}
	c->groups = arena_calloc(a, (size_t)shown + 1, sizeof *c->groups);
	for (int i = 0; i < shown; i++)
		c->groups[i] = group_of(&part[i], w, s, v, a);
	c->ngroups = shown;
	c->worst = worst_of(part, shown, (double)m->n / (double)s->n, w->ranked, c->auc);
	if (none.rows * 100 >= s->n)
		c->groups[c->ngroups++] = (struct missing_group){ .low = NAN, .high = NAN,
			.absent = true, .rows = none.rows, .missing = none.missing };
}
