/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Columns that know too much, looked for before anything is fitted: copies of the target in other words
 * or units, columns that add up to it, columns that are filled only after the event, numbers of rows
 * that are in the order of the target, dates after the row's own time.
 */
#include "model/model_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *leak_kind_name(enum leak_kind k)
{
	static const char *const names[] = { "alone", "copy", "part", "filled", "counter", "later" };
	return names[k];
}

struct hunt {
	const struct table *t;
	const struct frame *f;
	const struct fold_plan *p;
	const struct model_spec *spec;
	struct arena *a;
	struct model_result *r;
	bool *named;             /* groups that are suspects already */
};

static void suspect(struct hunt *h, int group, struct leak_suspect s)
{
	if (h->named[group])
		return;
	h->named[group] = true;
	s.name = h->f->group_names[group];
	h->r->leaks[h->r->nleaks++] = s;
}

/* ---- copies ---------------------------------------------------------------------------------------------- */

/* Levels and classes that go with each other one to one: the share of rows where they do. */
static double renamed(const struct frame *f, const struct feature *x, int64_t *rows)
{
	size_t k = (size_t)f->nclasses, levels = (size_t)x->nlevels;
	if (levels < k || levels > 2 * k)
		return 0;
	double *n = mem_calloc(levels * k, sizeof *n), hits = 0;
	size_t known = 0, met = 0;
	for (size_t i = 0; i < f->n; i++)
		if (!isnan(x->x[i]) && (size_t)x->x[i] < levels) {
			n[(size_t)x->x[i] * k + (size_t)f->y[i]]++;
			known++;
		}
	bool *taken = mem_calloc(k, sizeof *taken);
	for (size_t l = 0; l < levels; l++) {
		size_t best = 0;
		for (size_t c = 1; c < k; c++)
			if (n[l * k + c] > n[l * k + best])
				best = c;
		hits += n[l * k + best];
		met += n[l * k + best] > 0 && !taken[best];
		taken[best] = true;
	}
	free(taken);
	free(n);
	*rows = (int64_t)known;
	return known && met == k ? hits / (double)known : 0;
}

static double median(double *v, size_t n)
{
	sort_doubles(v, n);
	return v[n / 2];
}

/* The line that most pairs of rows half the table apart agree on (the median of their slopes, as Theil
 * 1950 and Sen 1968 take of all pairs; of a part of a large table), and the share of rows on it to six
 * digits: a few edited cells neither move it nor hide it. */
static double on_a_line(const struct frame *f, const struct feature *x, int64_t *rows)
{
	enum { LOOKED_AT = 2000 };
	size_t n = 0, pairs = 0;
	uint32_t *at = mem_calloc(f->n, sizeof *at);
	double v[LOOKED_AT], scale = 0, on = 0;
	for (size_t i = 0; i < f->n; i++)
		if (!isnan(x->x[i])) {
			at[n++] = (uint32_t)i;
			scale = fmax(scale, fabs(f->y[i]));
		}
	size_t some = n < LOOKED_AT ? n : LOOKED_AT;
	for (size_t i = 0; i < some / 2; i++) {
		uint32_t p = at[i * n / some], q = at[(i + some / 2) * n / some];
		if (x->x[p] != x->x[q])
			v[pairs++] = (f->y[q] - f->y[p]) / (x->x[q] - x->x[p]);
	}
	double slope = pairs ? median(v, pairs) : 0;
	for (size_t i = 0; i < some; i++)
		v[i] = f->y[at[i * n / some]] - slope * x->x[at[i * n / some]];
	double intercept = some ? median(v, some) : 0;
	for (size_t i = 0; i < n; i++)
		on += fabs(f->y[at[i]] - slope * x->x[at[i]] - intercept) <= 1e-6 * scale;
	free(at);
	*rows = (int64_t)n;
	return n >= 10 && slope != 0 && isfinite(slope) ? on / (double)n : 0;
}

/* Few values agree by chance: of a target that is nearly constant most rows are on any line. */
static bool target_spreads(const struct frame *f)
{
	double *y = mem_calloc(f->n, sizeof *y);
	memcpy(y, f->y, f->n * sizeof *y);
	sort_doubles(y, f->n);
	size_t run = 1, longest = 1;
	for (size_t i = 1; i < f->n; i++) {
		run = y[i] == y[i - 1] ? run + 1 : 1;
		longest = run > longest ? run : longest;
	}
	free(y);
	return longest < f->n / 2;
}

static void find_copies(struct hunt *h)
{
	const double nearly = 0.95;
	const struct frame *f = h->f;
	bool spreads = f->nclasses || target_spreads(f);
	for (size_t j = 0; j < f->nfeatures && spreads; j++) {
		const struct feature *x = &f->features[j];
		int64_t rows = 0;
		double share = 0;
		if (f->nclasses && x->category)
			share = renamed(f, x, &rows);
		else if (!f->nclasses && !x->category)
			share = on_a_line(f, x, &rows);
		if (share >= nearly && rows >= (int64_t)f->n / 2)
			suspect(h, x->group, (struct leak_suspect){ .kind = LEAK_COPY, .strength = share, .usual = NAN, .rows = rows });
	}
}

/* ---- columns that add up to the target ------------------------------------------------------------------- */

static double dot(const double *a, const double *b, size_t n)
{
	double s = 0;
	for (size_t i = 0; i < n; i++)
		s += a[i] * b[i];
	return s;
}

/* Each value less the mean; false when a value is missing or nothing is left. */
static bool centred(const double *x, size_t n, double *out)
{
	double mean = 0;
	for (size_t i = 0; i < n; i++)
		mean += x[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		out[i] = x[i] - mean;
	double ss = dot(out, out, n);
	return isfinite(ss) && ss > 0;
}

/* Forward selection by orthogonal projection (modified Gram-Schmidt): the two to four numbers whose
 * weighted sum is the target up to rounding. */
static void find_parts(struct hunt *h)
{
	enum { PARTS_MOST = 4, COLUMNS_MAX = 200, ROWS_MAX = 5000 };
	const struct frame *f = h->f;
	size_t n = f->n < ROWS_MAX ? f->n : ROWS_MAX, k = 0;
	if (f->nclasses)
		return;
	struct arena *a = arena_new();
	double *y = arena_calloc(a, n, sizeof *y), *v = arena_calloc(a, n, sizeof *v);
	double *x[COLUMNS_MAX], norm[COLUMNS_MAX];
	int group[COLUMNS_MAX];
	for (size_t j = 0; j < f->nfeatures && k < COLUMNS_MAX; j++) {
		if (f->features[j].category || h->named[f->features[j].group])
			continue;
		for (size_t i = 0; i < n; i++)
			v[i] = f->features[j].x[i * f->n / n];
		x[k] = arena_calloc(a, n, sizeof **x);
		if (!centred(v, n, x[k]))
			continue;
		norm[k] = dot(x[k], x[k], n);
		group[k++] = f->features[j].group;
	}
	for (size_t i = 0; i < n; i++)
		v[i] = f->y[i * f->n / n];
	bool ok = centred(v, n, y);
	double total = ok ? dot(y, y, n) : 0, rest = total;
	size_t chosen[PARTS_MOST], m = 0;
	while (ok && m < PARTS_MOST && rest > 1e-10 * total) {
		size_t best = k;
		double gain = 0;
		for (size_t j = 0; j < k; j++) {
			double ss = dot(x[j], x[j], n), g = dot(x[j], y, n);
			if (ss > 1e-9 * norm[j] && g * g / ss > gain) {
				gain = g * g / ss;
				best = j;
			}
		}
		if (best == k)
			break;
		chosen[m++] = best;
		double ss = dot(x[best], x[best], n), b = dot(x[best], y, n) / ss;
		for (size_t i = 0; i < n; i++)
			y[i] -= b * x[best][i];
		for (size_t j = 0; j < k; j++) {
			if (j == best)
				continue;
			b = dot(x[best], x[j], n) / ss;
			for (size_t i = 0; i < n; i++)
				x[j][i] -= b * x[best][i];
		}
		memset(x[best], 0, n * sizeof **x);
		rest = dot(y, y, n);
	}
	if (ok && m >= 2 && n >= 10 * m && rest <= 1e-10 * total)
		for (size_t j = 0; j < m; j++)
			suspect(h, group[chosen[j]],
				(struct leak_suspect){ .kind = LEAK_PART, .strength = 1 - rest / total, .usual = NAN, .rows = (int64_t)n });
	arena_free(a);
}

/* ---- filled only after the event ------------------------------------------------------------------------- */

/* Rows with (or without) a value that are nearly all of one class, which so many would hardly be by chance. */
static void find_filled(struct hunt *h)
{
	enum { LEAST = 20 };
	const struct frame *f = h->f;
	size_t k = (size_t)f->nclasses;
	if (!k)
		return;
	double *n = arena_calloc(h->a, 3 * k, sizeof *n), *with = n + k, *all = n + 2 * k;
	for (size_t i = 0; i < f->n; i++)
		all[(size_t)f->y[i]]++;
	for (size_t j = 0; j < f->nfeatures; j++) {
		const struct feature *x = &f->features[j];
		double rows[2] = { 0, 0 };
		memset(n, 0, 2 * k * sizeof *n);
		for (size_t i = 0; i < f->n; i++) {
			bool filled = !isnan(x->x[i]);
			rows[filled]++;
			(filled ? with : n)[(size_t)f->y[i]]++;
		}
		for (int filled = 0; filled < 2; filled++)
			for (size_t c = 0; c < k; c++) {
				double share = (filled ? with : n)[c] / fmax(rows[filled], 1), usual = all[c] / (double)f->n;
				if (rows[filled] < LEAST || share < 0.99 || rows[filled] * log(usual) > log(1e-6 / (double)f->nfeatures))
					continue;
				suspect(h, x->group, (struct leak_suspect){ .kind = LEAK_FILLED, .strength = share, .usual = usual,
					.text = f->classes[c], .missing = !filled, .rows = (int64_t)rows[filled] });
			}
	}
}

/* ---- numbers of rows, and dates -------------------------------------------------------------------------- */

/* Whether it grows (or falls) by the same step from row to row of the table, but for a few. */
static bool counts_rows(const struct frame *f, const struct feature *x)
{
	size_t steady = 0;
	if (x->category || f->n < 20)
		return false;
	double step = (x->x[f->n - 1] - x->x[0]) / (double)(f->row[f->n - 1] - f->row[0]);
	for (size_t i = 1; i < f->n; i++)
		steady += fabs(x->x[i] - x->x[i - 1] - step * (double)(f->row[i] - f->row[i - 1])) <= 1e-6 * fabs(step);
	return step != 0 && isfinite(step) && steady >= f->n - 1 - f->n / 20;
}

/* A number of the row predicts only if the file is sorted by the target. */
static void find_counters(struct hunt *h, const double *alone)
{
	const struct frame *f = h->f;
	double chance = f->nclasses ? 1.0 / f->nclasses : 0;
	if (f->by_time || f->time)
		return;
	for (size_t j = 0; j < f->nfeatures; j++)
		if (alone[j] > chance + 0.3 * (1 - chance) && counts_rows(f, &f->features[j]))
			suspect(h, f->features[j].group, (struct leak_suspect){ .kind = LEAK_COUNTER, .strength = alone[j], .usual = NAN,
				.rows = (int64_t)f->n });
}

/* Days since 1970; NaN where there is none. */
static double day_at(const struct table *t, int col, int64_t row)
{
	const struct batch *b = table_batch(t, row / BATCH_ROWS);
	const struct column *c = &b->cols[col];
	int64_t i = row % BATCH_ROWS;
	if (!column_has(c, i))
		return NAN;
	return c->type == COLUMN_DATE ? c->v.i32[i] : c->type == COLUMN_TIMESTAMP ? (double)c->v.i64[i] / 86400e6 : NAN;
}

static int group_of(const struct frame *f, const char *name)
{
	for (size_t g = 0; g < f->ngroups; g++)
		if (strcmp(f->group_names[g], name) == 0)
			return (int)g;
	return -1;
}

static void find_later(struct hunt *h)
{
	const struct model_spec *s = h->spec;
	for (size_t k = 0; s->time >= 0 && k < s->nfeatures; k++) {
		int group = group_of(h->f, s->features[k].name);
		double later = 0, known = 0;
		if (s->features[k].role != ROLE_DATETIME || s->features[k].col == s->time || group < 0)
			continue;
		for (size_t i = 0; i < h->f->n; i++) {
			double d = day_at(h->t, s->features[k].col, h->f->row[i]) - day_at(h->t, s->time, h->f->row[i]);
			known += !isnan(d);
			later += d > 0;
		}
		if (known >= 20 && later >= 0.95 * known)
			suspect(h, group, (struct leak_suspect){ .kind = LEAK_LATER, .strength = later / known, .usual = NAN,
				.rows = (int64_t)known });
	}
}

void find_leaks(const struct table *t, const struct frame *f, const struct fold_plan *p, const struct model_spec *spec,
	struct arena *a, struct model_result *r)
{
	struct hunt h = { t, f, p, spec, a, r, arena_calloc(a, f->ngroups, sizeof(bool)) };
	r->leaks = arena_calloc(a, f->ngroups, sizeof *r->leaks);
	double *alone = leak_alone(f, p, spec->threads, a);
	find_copies(&h);
	find_filled(&h);
	find_counters(&h, alone);
	for (size_t j = 0; j < f->nfeatures; j++)
		if (alone[j] >= spec->leak)
			suspect(&h, f->features[j].group, (struct leak_suspect){ .kind = LEAK_ALONE, .strength = alone[j], .usual = NAN,
				.rows = r->held_out });
	find_parts(&h);
	find_later(&h);
}
