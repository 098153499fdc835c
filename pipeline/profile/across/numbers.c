/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numeric columns on a common scale, and blocks of them side by side. Everything bilinear is
 * summed over standardised values, so that sums of squares lose no digits to large means.
 */
#include "profile/across_int.h"

#include <stdlib.h>

/* ---- mean and spread: a fold over one column -------------------------------------- */

static void spread_init(void *acc, const void *arg)
{
	(void)arg;
	*(struct spread *)acc = (struct spread){ 0 };
}

/* Two passes over the batch, relative to its first value: exact for constants. */
static void spread_update(void *acc, const void *arg, const struct batch *b)
{
	struct spread *s = acc;
	double *x = mem_alloc((size_t)b->rows * sizeof *x), sum = 0, rest = 0;
	cells_number(&b->cols[*(const int *)arg], 0, b->rows, x);
	int64_t n = 0;
	for (int64_t i = 0; i < b->rows; i++)
		if (!isnan(x[i]))
			x[n++] = x[i];
	for (int64_t i = 0; i < n; i++)
		sum += x[i] - x[0];
	s->n = n;
	s->mean = n ? x[0] + sum / (double)n : 0;
	for (int64_t i = 0; i < n; i++) {
		double d = x[i] - s->mean;
		s->m2 += d * d;
		rest += d;
	}
	if (n)                     /* what rounding the mean left over */
		s->m2 -= rest * rest / (double)n;
	free(x);
}

/* Chan, Golub & LeVeque 1979. */
static void spread_merge(void *left, void *right, const void *arg)
{
	struct spread *l = left, *r = right;
	(void)arg;
	if (!r->n)
		return;
	if (!l->n) {
		*l = *r;
		return;
	}
	double n = (double)(l->n + r->n), d = r->mean - l->mean;
	l->m2 += r->m2 + d * d * ((double)l->n * ((double)r->n / n));
	l->mean += d * ((double)r->n / n);
	l->n += r->n;
}

const struct fold_ops spread_ops = { "spread", sizeof(struct spread), spread_init,
	spread_update, spread_merge, NULL, spread_save, spread_load };

static struct scaled scaled_of(int col, int64_t n, double mean, double sd)
{
	return (struct scaled){ .col = col, .n = n, .center = n ? mean : 0,
		.scale = n > 1 && sd > 0 && isfinite(sd) ? 1 / sd : NAN };
}

bool scaled_known(struct scaled *s, const struct variable *v)
{
	const struct numeric_profile *p = v->profile && !v->profile->approximate ?
		v->profile->numeric : NULL;
	if (p)
		*s = scaled_of(v->col, p->n, p->mean, v->profile->distinct > 1 ? p->sd : 0);
	return p;
}

void scaled_fill(const struct table *t, const int *cols, int n, struct scaled *out, int threads)
{
	struct fold *f = mem_calloc((size_t)n, sizeof *f);
	for (int i = 0; i < n; i++)
		f[i] = (struct fold){ .ops = &spread_ops, .arg = &cols[i] };
	fold_run(t, f, (size_t)n, threads);
	for (int i = 0; i < n; i++) {
		const struct spread *s = f[i].acc;
		double sd = s->n > 1 ? sqrt(s->m2 / (double)(s->n - 1)) : NAN;
		out[i] = scaled_of(cols[i], s->n, s->mean, sd);
	}
	fold_release(f, (size_t)n);
	free(f);
}

void numbers_init(struct numbers *v, const struct table *t, const struct scaled *columns, int n,
	struct arena *a)
{
	*v = (struct numbers){ .n = n, .columns = columns,
		.hole = arena_calloc(a, (size_t)n + 1, sizeof(int)) };
	for (int i = 0; i < n; i++)
		v->hole[i] = columns[i].n < table_nrows(t) ? v->holes++ : -1;
	v->width = (size_t)(v->n + LANES - 1) / LANES;
	v->mwidth = (size_t)(v->holes + LANES - 1) / LANES;
}

void cells_scaled(const struct scaled *v, const struct batch *b, int64_t from, int64_t n,
	double *out)
{
	cells_number(&b->cols[v->col], from, n, out);
	double scale = isnan(v->scale) ? 0 : v->scale;
	for (int64_t i = 0; i < n; i++)
		out[i] = (out[i] - v->center) * scale;
}

void strip_init(struct strip *s, const struct numbers *v)
{
	s->z = mem_calloc(STRIP_ROWS * v->width, sizeof *s->z);
	s->m = mem_calloc(STRIP_ROWS * v->mwidth, sizeof *s->m);
}

void strip_free(struct strip *s)
{
	free(s->z);
	free(s->m);
}

void strip_load(struct strip *s, const struct numbers *v, const struct batch *b, int64_t from)
{
	double x[STRIP_ROWS], *z = (double *)s->z, *m = (double *)s->m;
	s->rows = b->rows - from < STRIP_ROWS ? b->rows - from : STRIP_ROWS;
	for (int j = 0; j < v->n; j++) {
		cells_scaled(&v->columns[j], b, from, s->rows, x);
		for (size_t i = 0; i < (size_t)s->rows; i++) {
			z[i * v->width * LANES + (size_t)j] = isnan(x[i]) ? 0 : x[i];
			if (v->hole[j] >= 0)
				m[i * v->mwidth * LANES + (size_t)v->hole[j]] = !isnan(x[i]);
		}
	}
}

void lane_sums_release(void *acc)
{
	free(((struct lane_sums *)acc)->v);
}

void lane_sums_merge(void *left, void *right, const void *arg)
{
	struct lane_sums *l = left, *r = right;
	(void)arg;
	for (size_t i = 0; i < l->size; i++)
		l->v[i] += r->v[i];
	lane_sums_release(r);
}
