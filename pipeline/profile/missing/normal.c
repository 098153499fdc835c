/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The normal distribution behind rows with missing values, by EM (Dempster, Laird & Rubin 1977;
 * Little & Rubin 2002, section 11.2): what is missing is expected from what is there, then mean
 * and covariance are those of the completed rows. Rows that lack the same columns are one
 * pattern, and their sums of products are all that is needed of them.
 */
#include "profile/missing_int.h"

#include <stdlib.h>

/* A variance of which other columns leave less than this share is lost in rounding. */
static const double lost = 1e-8;

int cholesky(double *a, int k)
{
	for (int j = 0; j < k; j++) {
		double pivot = a[j * k + j];
		for (int l = 0; l < j; l++)
			pivot -= a[j * k + l] * a[j * k + l];
		if (!(pivot > lost * a[j * k + j]) || !(pivot > lost * lost))
			return j;
		a[j * k + j] = sqrt(pivot);
		for (int i = j + 1; i < k; i++) {
			double sum = a[i * k + j];
			for (int l = 0; l < j; l++)
				sum -= a[i * k + l] * a[j * k + l];
			a[i * k + j] = sum / a[j * k + j];
		}
	}
	return -1;
}

void cholesky_forward(const double *l, int k, double *b)
{
	for (int i = 0; i < k; i++) {
		for (int j = 0; j < i; j++)
			b[i] -= l[i * k + j] * b[j];
		b[i] /= l[i * k + i];
	}
}

void cholesky_back(const double *l, int k, double *b)
{
	for (int i = k; i-- > 0;) {
		for (int j = i + 1; j < k; j++)
			b[i] -= l[j * k + i] * b[j];
		b[i] /= l[i * k + i];
	}
}

/* Room for one step; all of it p x p or p. */
struct em_room {
	double *factor, *slope, *dev, *slope_dev;
	double *first, *second;    /* sums of the completed deviations from the mean, and their products */
	int *lack;
};

/* Sums of deviations of the present columns from the mean: first of one, then of products. */
static void deviations(const struct normal_pattern *v, const double *mean, double *d, double *dd)
{
	double n = (double)v->n;
	for (int i = 0; i < v->k; i++)
		d[i] = v->sum[i] - n * mean[v->at[i]];
	for (int i = 0; i < v->k; i++)
		for (int j = 0; j < v->k; j++)
			dd[i * v->k + j] = v->product[i * v->k + j] - mean[v->at[i]] * v->sum[j] -
				mean[v->at[j]] * v->sum[i] + n * mean[v->at[i]] * mean[v->at[j]];
}

/* Slopes of missing column u on the present ones; gives the variance that they leave of it. */
static double regress(const struct normal_fit *f, const struct normal_pattern *v,
	const double *factor, int u, double *slope)
{
	for (int i = 0; i < v->k; i++)
		slope[i] = f->cov[u * f->p + v->at[i]];
	cholesky_forward(factor, v->k, slope);
	double left = f->cov[u * f->p + u];
	for (int i = 0; i < v->k; i++)
		left -= slope[i] * slope[i];
	cholesky_back(factor, v->k, slope);
	return left;
}

/* Covariance of two missing columns given the present ones. */
static double left_between(const struct normal_fit *f, const struct normal_pattern *v, int u, int w,
	const double *slope)
{
	double left = f->cov[u * f->p + w];
	for (int i = 0; i < v->k; i++)
		left -= slope[i] * f->cov[w * f->p + v->at[i]];
	return left;
}

/* Adds the completed rows of a pattern; gives a column that makes the others singular, or -1. */
static int expect(const struct normal_fit *f, const struct normal_pattern *v, struct em_room *r)
{
	int p = f->p, k = v->k, m = 0;
	double *d = r->dev, *dd = r->dev + k;
	for (int i = 0; i < k; i++)
		for (int j = 0; j < k; j++)
			r->factor[i * k + j] = f->cov[v->at[i] * p + v->at[j]];
	int bad = cholesky(r->factor, k);
	if (bad >= 0)
		return v->at[bad];
	for (int c = 0, i = 0; c < p; c++)
		if (i < k && v->at[i] == c)
			i++;
		else
			r->lack[m++] = c;
	deviations(v, f->mean, d, dd);
	for (int i = 0; i < k; i++) {
		r->first[v->at[i]] += d[i];
		for (int j = 0; j < k; j++)
			r->second[v->at[i] * p + v->at[j]] += dd[i * k + j];
	}
	for (int x = 0; x < m; x++) {
		double *b = r->slope + x * k, *bd = r->slope_dev + x * k;
		int u = r->lack[x];
		double left = regress(f, v, r->factor, u, b);
		memset(bd, 0, (size_t)k * sizeof *bd);
		for (int i = 0; i < k; i++)
			for (int j = 0; j < k; j++)
				bd[j] += b[i] * dd[i * k + j];
		for (int j = 0; j < k; j++) {
			r->first[u] += b[j] * d[j];
			r->second[u * p + v->at[j]] += bd[j];
			r->second[v->at[j] * p + u] += bd[j];
		}
		for (int y = 0; y <= x; y++) {
			int w = r->lack[y];
			double sum = (double)v->n * (y == x ? left : left_between(f, v, u, w, b));
			for (int j = 0; j < k; j++)
				sum += bd[j] * r->slope[y * k + j];
			r->second[u * p + w] += sum;
			if (y < x)
				r->second[w * p + u] += sum;
		}
	}
	return -1;
}

/* The mean and covariance of the completed rows; how far they moved. */
static double maximise(struct normal_fit *f, const struct em_room *r, double n)
{
	int p = f->p;
	double change = 0;
	for (int i = 0; i < p; i++) {
		double sd = sqrt(f->cov[i * p + i]), step = r->first[i] / n;
		change = fmax(change, fabs(step) / sd);
		f->mean[i] += step;
	}
	for (int i = 0; i < p; i++)
		for (int j = 0; j <= i; j++) {
			double c = r->second[i * p + j] / n - r->first[i] / n * (r->first[j] / n);
			double was = f->cov[i * p + j];
			/* what a column lost in an earlier step must not divide by zero here */
			double scale = sqrt(fmax(f->cov[i * p + i] * f->cov[j * p + j], lost));
			change = fmax(change, fabs(c - was) / scale);
			f->cov[i * p + j] = f->cov[j * p + i] = c;
		}
	return change;
}

/* A step costs patterns times p^3: so many steps, at least 20, until the work is done. */
static int steps_at_most(int64_t patterns, int p)
{
	const double work = 2e9;
	return (int)fmax(20, fmin(2000, work / ((double)patterns * p * p * p)));
}

void normal_fit(const struct normal_pattern *v, int64_t n, struct normal_fit *f)
{
	const double settled = 1e-10;
	size_t p = (size_t)f->p, square = p * p;
	double *room = mem_calloc(6 * square + 3 * p, sizeof *room);
	struct em_room r = { .factor = room, .slope = room + square,
		.slope_dev = room + 2 * square, .second = room + 3 * square,
		.dev = room + 4 * square, .first = room + 6 * square,
		.lack = mem_calloc(p + 1, sizeof(int)) };
	double rows = 0;
	for (int64_t i = 0; i < n; i++)
		rows += (double)v[i].n;
	for (size_t i = 0; i < square; i++)
		f->cov[i] = i % (p + 1) == 0;
	memset(f->mean, 0, p * sizeof *f->mean);
	f->singular = -1;
	f->change = INFINITY;
	int most = steps_at_most(n, f->p);
	for (f->iterations = 0; f->iterations < most && f->change > settled; f->iterations++) {
		memset(r.first, 0, p * sizeof *r.first);
		memset(r.second, 0, square * sizeof *r.second);
		for (int64_t i = 0; i < n && f->singular < 0; i++)
			f->singular = expect(f, &v[i], &r);
		if (f->singular >= 0)
			break;
		f->change = maximise(f, &r, rows);
	}
	free(r.lack);
	free(room);
}
