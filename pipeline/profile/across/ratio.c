/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The correlation ratio eta (Fisher 1925, section 45): the share of the variance of a numeric
 * column that lies between the levels of a category is eta^2, and F of the one-way analysis of
 * variance tests it. Sums by level are a fold over all categories and all numeric columns side
 * by side.
 */
#include "profile/across_int.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>

/* What an accumulator holds, category after category: for each level the sums of z, of the
 * masks of columns with holes, and the number of rows; then the sums of z^2 over rows with a
 * level. */

static size_t level_size(const struct numbers *y)
{
	return y->width + y->mwidth + 1;
}

static size_t category_size(const struct levels *l, const struct numbers *y)
{
	return (size_t)l->n * level_size(y) + y->width;
}

static void groups_init(void *acc, const void *arg)
{
	const struct groups_arg *p = arg;
	size_t size = 0;
	for (int i = 0; i < p->n; i++)
		size += category_size(&p->levels[i], p->y);
	*(struct lane_sums *)acc = (struct lane_sums){ mem_calloc(size, sizeof(lanes)), size };
}

static void groups_add(lanes *v, const struct levels *l, const struct numbers *y,
	const struct strip *s, const uint8_t *code)
{
	size_t w = y->width, mw = y->mwidth;
	lanes *q = v + (size_t)l->n * level_size(y);
	const lanes *z = s->z, *m = s->m;
	for (int64_t r = 0; r < s->rows; r++, z += w, m += mw) {
		if (code[r] == LEVEL_NONE)
			continue;
		lanes *sum = v + code[r] * level_size(y), *mask = sum + w;
		for (size_t j = 0; j < w; j++) {
			sum[j] += z[j];
			q[j] += z[j] * z[j];
		}
		for (size_t h = 0; h < mw; h++)
			mask[h] += m[h];
		mask[mw] += 1;
	}
}

enum { CODED_ROWS = 32 * STRIP_ROWS };

/* Codes of some rows, category after category. */
static void code_rows(const struct groups_arg *p, const struct batch *b, int64_t from, uint8_t *code)
{
	int64_t rows = b->rows - from < CODED_ROWS ? b->rows - from : CODED_ROWS;
	for (int i = 0; i < p->n; i++)
		levels_code(&p->levels[i], b, from, rows, code + i * CODED_ROWS);
}

static void groups_update(void *acc, const void *arg, const struct batch *b)
{
	const struct groups_arg *p = arg;
	struct strip s;
	uint8_t *code = mem_alloc((size_t)p->n * CODED_ROWS);
	strip_init(&s, p->y);
	for (int64_t from = 0; from < b->rows; from += STRIP_ROWS) {
		lanes *v = ((struct lane_sums *)acc)->v;
		if (from % CODED_ROWS == 0)
			code_rows(p, b, from, code);
		strip_load(&s, p->y, b, from);
		for (int i = 0; i < p->n; i++) {
			groups_add(v, &p->levels[i], p->y, &s,
				code + i * CODED_ROWS + from % CODED_ROWS);
			v += category_size(&p->levels[i], p->y);
		}
	}
	strip_free(&s);
	free(code);
}

const struct fold_ops groups_ops = { "groups", sizeof(struct lane_sums), groups_init,
	groups_update, lane_sums_merge, lane_sums_release, lane_sums_save, lane_sums_load };

/* ---- from sums to eta ------------------------------------------------------------- */

struct ratio_sums {
	/* rows, sum, sum of squares, sum over levels of their sum^2 / rows */
	double n, s, q, between;
	int levels;
};

static struct ratio_sums ratio_of(const lanes *v, const struct levels *l,
	const struct numbers *y, int j)
{
	struct ratio_sums r = { 0 };
	for (int k = 0; k < l->n; k++) {
		const double *sum = (const double *)(v + (size_t)k * level_size(y));
		const double *mask = sum + y->width * LANES;
		double n = y->hole[j] >= 0 ? mask[y->hole[j]] : mask[y->mwidth * LANES];
		if (!(n > 0))
			continue;
		r.levels++;
		r.n += n;
		r.s += sum[j];
		r.between += sum[j] * (sum[j] / n);
	}
	r.q = ((const double *)(v + (size_t)l->n * level_size(y)))[j];
	return r;
}

/* eta, NaN unless good. */
static enum fit eta_of(const struct ratio_sums *r, struct association *out)
{
	double mean = r->s * (r->s / r->n), total = r->q - mean, between = r->between - mean;
	*out = (struct association){ .measure = MEASURE_CORRELATION_RATIO, .value = NAN,
		.p = NAN, .n = (int64_t)r->n };
	if (r->levels < 2 || !(r->q > 0))
		return FIT_CONSTANT;
	if (spread_is_lost(total, r->q))
		return FIT_OFF_CENTRE;
	double eta2 = fmin(1, fmax(0, between / total)), df1 = r->levels - 1,
		df2 = r->n - r->levels;
	if (!(df2 > 0))            /* one row a level explains everything and says nothing */
		return FIT_CONSTANT;
	out->value = sqrt(eta2);
	/* the distribution of F, by way of 1 - eta^2 = df2 / (df2 + df1 F) (Abramowitz & Stegun
	 * 1964, 26.6.2) */
	out->p = gsl_cdf_beta_P(1 - eta2, df2 / 2, df1 / 2);
	return FIT_GOOD;
}

/* About the mean of the rows in common, see pearson_again. */
static void ratio_again(const struct table *t, const struct levels *l, struct scaled y,
	const struct ratio_sums *r, struct association *out, int threads)
{
	struct arena *a = arena_new();
	struct numbers v;
	y.center += r->s / r->n / y.scale;
	numbers_init(&v, t, &y, 1, a);
	struct groups_arg arg = { l, 1, &v };
	struct fold f = { .ops = &groups_ops, .arg = &arg };
	fold_run(t, &f, 1, threads);
	struct ratio_sums again = ratio_of(((struct lane_sums *)f.acc)->v, l, &v, 0);
	eta_of(&again, out);
	fold_release(&f, 1);
	arena_free(a);
}

void ratio_grid(const struct table *t, const struct levels *l, int nl, const struct numbers *y,
	struct association *out, int threads)
{
	struct groups_arg arg = { l, nl, y };
	struct fold f = { .ops = &groups_ops, .arg = &arg };
	fold_run(t, &f, 1, threads);
	const lanes *v = ((const struct lane_sums *)f.acc)->v;
	for (int i = 0; i < nl; i++) {
		for (int j = 0; j < y->n; j++, out++) {
			struct ratio_sums r = ratio_of(v, &l[i], y, j);
			if (eta_of(&r, out) == FIT_OFF_CENTRE)
				ratio_again(t, &l[i], y->columns[j], &r, out, threads);
		}
		v += category_size(&l[i], y);
	}
	fold_release(&f, 1);
}
