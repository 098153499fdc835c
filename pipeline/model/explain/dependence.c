/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the prediction does as one column changes: partial dependence with the curves of single rows, or
 * accumulated local effects where the column goes with another one. Of the model fitted on all rows. */
#include "model/explain/explain_int.h"

#include <math.h>
#include <stdlib.h>

enum { CURVE_ROWS = 500, LEAST_ROWS = 100, EFFECT_ROWS = 2000, LEAST_OF_LEVEL = 5 };

struct look {
	struct contest *c;
	const struct model *m;
	const uint32_t *rows;    /* of the frame, n of them */
	size_t n, effects;       /* rows for averages, for local effects */
	size_t focus, outputs;
	double scale;            /* spread of the predictions */
	const size_t *groups;
};

/* Output `focus` of the rows with the column's values taken from the rows `donor`. */
static void predict_with(const struct look *l, size_t n, size_t group, const uint32_t *donor, double *pred, double *out)
{
	struct sample s = { .f = l->c->f, .rows = l->rows, .n = n, .shuffled = donor, .group = (int)group };
	model_predict(l->m, &s, pred);
	for (size_t i = 0; i < n; i++)
		out[i] = pred[i * l->outputs + l->focus];
}

/* ---- where to look ------------------------------------------------------------------------------------------ */

struct count {
	size_t n;
	uint32_t row;              /* the first */
};

static int commonest(const void *a, const void *b)
{
	const struct count *x = a, *y = b;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static size_t quantile(size_t n, double p)
{
	return (size_t)(p * (double)(n - 1) + 0.5);
}

/* Rows that lend the values of the points: all values from the 1st to the 99th percentile when they are
 * few, else quantiles; and the rug. */
static size_t number_points(const struct look *l, const struct feature *f, struct dependence *d, uint32_t *donor)
{
	struct keyed *v = mem_alloc(2 * l->c->f->n * sizeof *v);
	size_t n = 0, distinct = 1, points = 0;
	for (size_t i = 0; i < l->c->f->n; i++)
		if (!isnan(f->x[i]))
			v[n++] = (struct keyed){ key_of_double(f->x[i]), (int64_t)i };
	sort_keyed(v, v + n, n);
	size_t first = n ? quantile(n, 0.01) : 0, last = n ? quantile(n, 0.99) : 0;
	for (size_t i = first + 1; i <= last && n; i++)
		distinct += v[i].key != v[i - 1].key;
	d->x = arena_calloc(l->c->a, EXPLAIN_POINTS, sizeof *d->x);
	d->rug = arena_calloc(l->c->a, EXPLAIN_POINTS, sizeof *d->rug);
	for (size_t i = first; i <= last && n && distinct <= EXPLAIN_POINTS; i++)
		if (i == first || v[i].key != v[i - 1].key) {
			donor[points] = (uint32_t)v[i].row;
			d->x[points++] = double_of_key(v[i].key);
		}
	for (size_t k = 0; k < EXPLAIN_POINTS && n; k++) {
		const struct keyed *at = &v[quantile(n, 0.01 + 0.98 * (double)k / (EXPLAIN_POINTS - 1))];
		double x = double_of_key(at->key);
		if (distinct > EXPLAIN_POINTS && (!points || x > d->x[points - 1])) {
			donor[points] = (uint32_t)at->row;
			d->x[points++] = x;
		}
		d->rug[d->nrug++] = double_of_key(v[quantile(n, ((double)k + 0.5) / EXPLAIN_POINTS)].key);
	}
	free(v);
	return points;
}

static size_t level_points(const struct look *l, const struct feature *f, struct dependence *d, uint32_t *donor)
{
	struct count *count = mem_calloc((size_t)f->nlevels, sizeof *count);
	size_t points = 0;
	for (size_t i = l->c->f->n; i-- > 0;) {
		if (!(f->x[i] >= 0 && f->x[i] < f->nlevels))
			continue;
		count[(size_t)f->x[i]].n++;
		count[(size_t)f->x[i]].row = (uint32_t)i;
	}
	qsort(count, (size_t)f->nlevels, sizeof *count, commonest);
	d->level = arena_calloc(l->c->a, EXPLAIN_LEVELS, sizeof *d->level);
	d->share = arena_calloc(l->c->a, EXPLAIN_LEVELS, sizeof *d->share);
	for (int k = 0; k < f->nlevels && points < EXPLAIN_LEVELS && count[k].n >= LEAST_OF_LEVEL; k++) {
		donor[points] = count[k].row;
		d->share[points] = (double)count[k].n / (double)l->c->f->n;
		d->level[points++] = f->levels[(size_t)f->x[count[k].row]];
	}
	free(count);
	return points;
}

/* ---- partial dependence ------------------------------------------------------------------------------------- */

/* Curves of rows are moved to the level of the average, so that only their shapes differ. */
static void move_lines(double *line, size_t n, size_t points, const double *y)
{
	double level = 0;
	for (size_t k = 0; k < points; k++)
		level += y[k] / (double)points;
	for (size_t i = 0; i < n; i++) {
		double own = 0;
		for (size_t k = 0; k < points; k++)
			own += line[i * points + k] / (double)points;
		for (size_t k = 0; k < points; k++)
			line[i * points + k] += level - own;
	}
}

static void averages(const struct look *l, size_t group, struct dependence *d, const uint32_t *donor)
{
	struct arena *a = arena_new();
	size_t n = l->n, p = d->points;
	uint32_t *same = arena_calloc(a, n, sizeof *same);
	double *pred = arena_calloc(a, n * l->outputs, sizeof *pred), *v = arena_calloc(a, n, sizeof *v);
	double *line = arena_calloc(a, n * p, sizeof *line);
	for (size_t k = 0; k < p; k++) {
		for (size_t i = 0; i < n; i++)
			same[i] = donor[k];
		predict_with(l, n, group, same, pred, v);
		for (size_t i = 0; i < n; i++) {
			line[i * p + k] = v[i];
			d->y[k] += v[i] / (double)n;
		}
	}
	move_lines(line, n, p, d->y);
	for (size_t k = 0; k < p; k++) {
		for (size_t i = 0; i < n; i++)
			v[i] = line[i * p + k];
		sort_doubles(v, n);
		d->lo[k] = v[quantile(n, 0.1)];
		d->hi[k] = v[quantile(n, 0.9)];
	}
	d->lines = n < EXPLAIN_LINES ? n : EXPLAIN_LINES;
	d->line = arena_calloc(l->c->a, d->lines * p, sizeof *d->line);
	for (size_t i = 0; i < d->lines; i++)
		for (size_t k = 0; k < p; k++)
			d->line[i * p + k] = line[i * n / d->lines * p + k];
	arena_free(a);
}

/* ---- accumulated local effects ------------------------------------------------------------------------------ */

/* Between two points only rows count whose own value lies there: mean of the step of the prediction,
 * summed up, and moved to the mean prediction of these rows. */
static void effects(const struct look *l, const struct feature *f, size_t group, struct dependence *d, const uint32_t *donor)
{
	struct arena *a = arena_new();
	size_t n = l->effects, p = d->points;
	uint32_t *low = arena_calloc(a, n, sizeof *low), *high = arena_calloc(a, n, sizeof *high);
	size_t *bin = arena_calloc(a, n, sizeof *bin);
	double *pred = arena_calloc(a, n * l->outputs, sizeof *pred), *v[3];
	double *step = arena_calloc(a, p, sizeof *step), *count = arena_calloc(a, p, sizeof *count), mean = 0, middle = 0, all = 0;
	for (size_t i = 0; i < n; i++) {
		double x = f->x[l->rows[i]];
		while (bin[i] < p && d->x[bin[i]] < x)
			bin[i]++;
		bin[i] = isnan(x) || x < d->x[0] ? p : bin[i] ? bin[i] : 1;
		low[i] = bin[i] < p ? donor[bin[i] - 1] : l->rows[i];
		high[i] = bin[i] < p ? donor[bin[i]] : l->rows[i];
	}
	for (int k = 0; k < 3; k++)
		v[k] = arena_calloc(a, n, sizeof **v);
	predict_with(l, n, group, low, pred, v[0]);
	predict_with(l, n, group, high, pred, v[1]);
	predict_with(l, n, group, l->rows, pred, v[2]);
	for (size_t i = 0; i < n; i++) {
		if (bin[i] >= p)
			continue;
		step[bin[i]] += v[1][i] - v[0][i];
		count[bin[i]]++;
		mean += v[2][i];
	}
	for (size_t k = 1; k < p; k++) {
		d->y[k] = d->y[k - 1] + (count[k] > 0 ? step[k] / count[k] : 0);
		middle += count[k] * (d->y[k] + d->y[k - 1]) / 2;
		all += count[k];
	}
	for (size_t k = 0; k < p; k++) {
		d->y[k] += all > 0 ? (mean - middle) / all : 0;
		d->lo[k] = d->hi[k] = NAN;
	}
	d->accumulated = true;
	arena_free(a);
}

/* ---- a column ------------------------------------------------------------------------------------------------ */

/* Pearson's correlation of two columns of numbers over the rows; 0 when there is none. */
static double correlation(const struct look *l, const double *x, const double *y)
{
	double n = 0, mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
	for (size_t i = 0; i < l->effects; i++) {
		double u = x[l->rows[i]], v = y[l->rows[i]];
		if (isnan(u) || isnan(v))
			continue;
		n++;
		double du = u - mx, dv = v - my;   /* Welford 1962 */
		mx += du / n;
		my += dv / n;
		xx += du * (u - mx);
		yy += dv * (v - my);
		xy += du * (v - my);
	}
	return n > 2 && xx > 0 && yy > 0 ? xy / sqrt(xx) / sqrt(yy) : 0;
}

/* The number that this one goes with most closely. */
static void find_partner(const struct look *l, const struct feature *f, struct dependence *d)
{
	for (size_t j = 0; j < l->c->f->nfeatures; j++) {
		const struct feature *other = &l->c->f->features[j];
		if (other->category || other->group == f->group)
			continue;
		double r = correlation(l, f->x, other->x);
		if (fabs(r) > EXPLAIN_RELATED && fabs(r) > fabs(d->r)) {
			d->r = r;
			d->partner = l->c->f->group_names[other->group];
			d->partner_part = feature_part_name(other->part);
		}
	}
}

static void look_at(const struct look *l, size_t group, const struct feature *f, struct dependence *d)
{
	uint32_t donor[EXPLAIN_POINTS];
	*d = (struct dependence){ .name = l->c->f->group_names[group] };
	d->points = f->category ? level_points(l, f, d, donor) : number_points(l, f, d, donor);
	if (d->points < 2)
		return;
	d->y = arena_calloc(l->c->a, d->points, sizeof *d->y);
	d->lo = arena_calloc(l->c->a, d->points, sizeof *d->lo);
	d->hi = arena_calloc(l->c->a, d->points, sizeof *d->hi);
	if (!f->category)
		find_partner(l, f, d);
	if (d->partner)
		effects(l, f, group, d, donor);
	else
		averages(l, group, d, donor);
	shape_explain(d, l->scale);
}

/* ---- all of it ----------------------------------------------------------------------------------------------- */

static int closest_first(const void *a, const void *b)
{
	double x = fabs(((const struct related *)a)->r), y = fabs(((const struct related *)b)->r);
	return (x < y) - (x > y);
}

/* Pairs among the weightiest columns that are beyond EXPLAIN_RELATED. */
static void find_related(const struct look *l, size_t n, struct explanation *out)
{
	struct related pair[EXPLAIN_COLUMNS * EXPLAIN_COLUMNS];
	size_t pairs = 0, parts;
	for (size_t i = 0; i < n && i < EXPLAIN_COLUMNS; i++)
		for (size_t k = 0; k < i; k++) {
			const struct feature *x = group_feature(l->c->f, l->groups[k], &parts);
			const struct feature *y = group_feature(l->c->f, l->groups[i], &parts);
			if (!x || !y || x->category || y->category)
				continue;
			double r = correlation(l, x->x, y->x);
			if (fabs(r) > EXPLAIN_RELATED)
				pair[pairs++] = (struct related){ l->c->f->group_names[l->groups[k]],
					l->c->f->group_names[l->groups[i]], r };
		}
	qsort(pair, pairs, sizeof *pair, closest_first);
	for (size_t i = 0; i < pairs && i < EXPLAIN_COLUMNS; i++)
		out->related[out->nrelated++] = pair[i];
}

/* What is much of a change: the spread of the target; for a probability a change by one. */
static double spread(const struct frame *f)
{
	if (f->nclasses)
		return 1;
	double mean = 0, squares = 0;
	for (size_t i = 0; i < f->n; i++)
		mean += f->y[i] / (double)f->n;
	for (size_t i = 0; i < f->n; i++)
		squares += (f->y[i] - mean) * (f->y[i] - mean);
	return sqrt(squares / (double)f->n);
}

void dependence_explain(struct contest *c, const size_t *groups, size_t n, size_t curves, struct explanation *out)
{
	struct arena *a = arena_new();
	const struct candidate *best = &c->r->candidates[c->r->chosen];
	size_t price = model_price(best->kind), rows = CURVE_ROWS / price;
	uint32_t *chosen = arena_calloc(a, EFFECT_ROWS, sizeof *chosen);
	struct look l = { .c = c, .m = best->model, .rows = chosen, .focus = (size_t)out->shap.focus,
		.outputs = (size_t)c->r->outputs, .scale = spread(c->f), .groups = groups };
	l.effects = explain_choose(c->f->n, EFFECT_ROWS, c->spec->seed + 2, chosen);
	struct rng g;
	rng_seed(&g, c->spec->seed + 3);
	rng_shuffle(&g, chosen, l.effects);    /* so that the first so many are as good as any */
	rows = rows < LEAST_ROWS ? LEAST_ROWS : rows;
	l.n = rows < l.effects ? rows : l.effects;
	out->dependence_rows = l.n;
	find_related(&l, n, out);
	curves = curves < EXPLAIN_CURVES ? curves : EXPLAIN_CURVES;
	for (size_t i = 0; i < n && out->ndependence < curves; i++) {
		size_t parts;
		const struct feature *f = group_feature(c->f, groups[i], &parts);
		struct dependence *d = &out->dependence[out->ndependence];
		if (!f || parts > 1)   /* parts of a date do not change by themselves */
			continue;
		look_at(&l, groups[i], f, d);
		out->ndependence += d->points >= 2;
	}
	arena_free(a);
}
