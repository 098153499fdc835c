/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pearson correlations with pairwise deletion. For a pair of columns six sums over the rows
 * where both are finite are needed. All of them are sums of products of standardised values z
 * and masks m: of z_i z_j, z_i m_j, z_i^2 m_j and m_i m_j; a column without holes has a mask of
 * ones, for which totals do. The products are summed by code of our own and not by a BLAS,
 * whose order of summation depends on the machine.
 */
#include "profile/across_int.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>

/* ---- all pairs of a set of columns: a fold ---------------------------------------- */

/* What an accumulator holds: n rows of width lanes, n of mwidth lanes three times (q is z^2),
 * and the totals of the columns. */
struct gram {
	lanes *zz, *zm, *qm, *mm, *z, *q;
};

static size_t gram_size(const struct numbers *v)
{
	return (size_t)v->n * (v->width + 3 * v->mwidth) + 2 * v->width;
}

static struct gram gram_of(const struct lane_sums *s, const struct numbers *v)
{
	size_t n = (size_t)v->n;
	struct gram g = { .zz = s->v };
	g.zm = g.zz + n * v->width;
	g.qm = g.zm + n * v->mwidth;
	g.mm = g.qm + n * v->mwidth;
	g.z = g.mm + n * v->mwidth;
	g.q = g.z + v->width;
	return g;
}

static void gram_init(void *acc, const void *arg)
{
	size_t size = gram_size(arg);
	*(struct lane_sums *)acc = (struct lane_sums){ mem_calloc(size, sizeof(lanes)), size };
}

/* Adds the strip to row i of the matrix. */
static void gram_row(const struct gram *g, const struct numbers *v, const struct strip *s,
	size_t i)
{
	size_t w = v->width, mw = v->mwidth;
	lanes *zz = g->zz + i * w, *zm = g->zm + i * mw, *qm = g->qm + i * mw,
		*mm = g->mm + i * mw;
	const lanes *zrow = s->z, *mrow = s->m;
	for (int64_t r = 0; r < s->rows; r++, zrow += w, mrow += mw) {
		double z = ((const double *)zrow)[i], q = z * z;
		for (size_t j = i / LANES; j < w; j++)
			zz[j] += z * zrow[j];
		for (size_t h = 0; h < mw; h++) {
			zm[h] += z * mrow[h];
			qm[h] += q * mrow[h];
		}
		if (v->hole[i] < 0)
			continue;
		double m = ((const double *)mrow)[v->hole[i]];
		for (size_t h = 0; h < mw; h++)
			mm[h] += m * mrow[h];
	}
}

static void gram_update(void *acc, const void *arg, const struct batch *b)
{
	const struct numbers *v = arg;
	struct gram g = gram_of(acc, v);
	struct strip s;
	strip_init(&s, v);
	for (int64_t from = 0; from < b->rows; from += STRIP_ROWS) {
		strip_load(&s, v, b, from);
		for (size_t i = 0; i < (size_t)v->n; i++)
			gram_row(&g, v, &s, i);
		const lanes *z = s.z;
		for (int64_t r = 0; r < s.rows; r++)
			for (size_t j = 0; j < v->width; j++, z++) {
				g.z[j] += *z;
				g.q[j] += *z * *z;
			}
	}
	strip_free(&s);
}

const struct fold_ops gram_ops = { "gram", sizeof(struct lane_sums), gram_init, gram_update,
	lane_sums_merge, lane_sums_release, lane_sums_save, lane_sums_load };

static double at(const lanes *m, size_t width, int i, int j)
{
	return ((const double *)(m + (size_t)i * width))[j];
}

/* The sums of pair i <= j. */
static struct pair_sums gram_pair(const struct gram *g, const struct numbers *v, int i, int j)
{
	size_t w = v->width, mw = v->mwidth;
	int a = v->hole[i], b = v->hole[j];
	return (struct pair_sums){
		.n = a >= 0 && b >= 0 ? at(g->mm, mw, i, b)
			: (double)v->columns[a >= 0 ? i : j].n,
		.x = b >= 0 ? at(g->zm, mw, i, b) : at(g->z, w, 0, i),
		.xx = b >= 0 ? at(g->qm, mw, i, b) : at(g->q, w, 0, i),
		.y = a >= 0 ? at(g->zm, mw, j, a) : at(g->z, w, 0, j),
		.yy = a >= 0 ? at(g->qm, mw, j, a) : at(g->q, w, 0, j),
		.xy = at(g->zz, w, i, j),
	};
}

/* ---- one column with others, the plain way: a fold -------------------------------- */

static void row_init(void *acc, const void *arg)
{
	const struct pearson_row_arg *p = arg;
	*(struct pair_sums **)acc = mem_calloc((size_t)p->n, sizeof(struct pair_sums));
}

static void row_update(void *acc, const void *arg, const struct batch *b)
{
	const struct pearson_row_arg *p = arg;
	double *x = mem_alloc(2 * (size_t)b->rows * sizeof *x), *y = x + b->rows;
	cells_scaled(p->x, b, 0, b->rows, x);
	for (int j = 0; j < p->n; j++) {
		struct pair_sums s = { 0 };
		cells_scaled(&p->y[j], b, 0, b->rows, y);
		for (int64_t r = 0; r < b->rows; r++) {
			if (isnan(x[r]) || isnan(y[r]))
				continue;
			s.n++;
			s.x += x[r];
			s.y += y[r];
			s.xx += x[r] * x[r];
			s.yy += y[r] * y[r];
			s.xy += x[r] * y[r];
		}
		(*(struct pair_sums **)acc)[j] = s;
	}
	free(x);
}

static void row_release(void *acc)
{
	free(*(struct pair_sums **)acc);
}

static void row_merge(void *left, void *right, const void *arg)
{
	struct pair_sums *l = *(struct pair_sums **)left, *r = *(struct pair_sums **)right;
	for (int j = 0; j < ((const struct pearson_row_arg *)arg)->n; j++) {
		l[j].n += r[j].n;
		l[j].x += r[j].x;
		l[j].y += r[j].y;
		l[j].xx += r[j].xx;
		l[j].yy += r[j].yy;
		l[j].xy += r[j].xy;
	}
	row_release(right);
}

const struct fold_ops pearson_row_ops = { "pearson row", sizeof(struct pair_sums *), row_init,
	row_update, row_merge, row_release, pearson_row_save, pearson_row_load };

/* ---- from sums to correlations ---------------------------------------------------- */

enum fit pearson_of_sums(const struct pair_sums *s, double *r)
{
	double xx = s->xx - s->x * (s->x / s->n), yy = s->yy - s->y * (s->y / s->n);
	*r = NAN;
	if (s->n < 3 || !(s->xx > 0) || !(s->yy > 0))
		return FIT_CONSTANT;
	if (spread_is_lost(xx, s->xx) || spread_is_lost(yy, s->yy))
		return FIT_OFF_CENTRE;
	*r = (s->xy - s->x * (s->y / s->n)) / (sqrt(xx) * sqrt(yy));
	*r = *r > 1 ? 1 : *r < -1 ? -1 : *r;
	return FIT_GOOD;
}

/* The same distribution as that of t, without the approximations that GSL uses for t: with nu =
 * n - 2, p = I(nu / (nu + t^2); nu / 2, 1 / 2) (Abramowitz & Stegun 1964, 26.7.1 and
 * 26.5.27). */
double correlation_p(double r, double n)
{
	if (isnan(r) || n < 3)
		return NAN;
	return gsl_cdf_beta_P((1 - r) * (1 + r), (n - 2) / 2, 0.5);
}

/* About the means of the rows in common. What is still off centre then is constant, as far as
 * doubles can tell. */
static double pearson_again(const struct table *t, struct scaled x, struct scaled y,
	const struct pair_sums *s, int threads)
{
	x.center += s->x / s->n / x.scale;
	y.center += s->y / s->n / y.scale;
	struct pearson_row_arg arg = { &x, &y, 1 };
	struct fold f = { .ops = &pearson_row_ops, .arg = &arg };
	fold_run(t, &f, 1, threads);
	double r;
	pearson_of_sums(*(struct pair_sums **)f.acc, &r);
	fold_release(&f, 1);
	return r;
}

static double pearson_value(const struct table *t, const struct scaled *x,
	const struct scaled *y, const struct pair_sums *s, int threads)
{
	double r;
	if (pearson_of_sums(s, &r) == FIT_OFF_CENTRE)
		r = pearson_again(t, *x, *y, s, threads);
	return r;
}

void pearson_matrix(const struct table *t, const struct numbers *v, struct assoc_matrix *out,
	int threads)
{
	struct fold f = { .ops = &gram_ops, .arg = v };
	fold_run(t, &f, 1, threads);
	struct gram g = gram_of(f.acc, v);
	for (int i = 0; i < v->n; i++)
		for (int j = i; j < v->n; j++) {
			struct pair_sums s = gram_pair(&g, v, i, j);
			double r = pearson_value(t, &v->columns[i], &v->columns[j], &s,
				threads);
			if (i == j && !isnan(r))
				r = 1;
			assoc_matrix_set(out, i, j, r, correlation_p(r, s.n), (int64_t)s.n);
		}
	fold_release(&f, 1);
}

void pearson_row(const struct table *t, const struct scaled *x, const struct scaled *y, int n,
	struct association *out, int threads)
{
	struct pearson_row_arg arg = { x, y, n };
	struct fold f = { .ops = &pearson_row_ops, .arg = &arg };
	fold_run(t, &f, 1, threads);
	for (int j = 0; j < n; j++) {
		const struct pair_sums *s = *(struct pair_sums **)f.acc + j;
		double r = pearson_value(t, x, &y[j], s, threads);
		out[j] = (struct association){ .measure = MEASURE_PEARSON, .value = r,
			.p = correlation_p(r, s->n), .n = (int64_t)s->n };
	}
	fold_release(&f, 1);
}
