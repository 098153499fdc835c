/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Classes: whether probabilities mean what they say, and whether mapping them anew would help. */
#include "model/contest/judge_int.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

enum { BINS = 10 };
static const double EDGE = 1e-6;   /* log odds need probabilities inside (0, 1) */

const char *recalibration_name(enum recalibration r)
{
	static const char *const names[] = { "none", "platt", "isotonic" };
	return names[r];
}

static double clamp(double p, double edge)
{
	return fmin(fmax(p, edge), 1 - edge);
}

static double log_odds(double p)
{
	p = clamp(p, EDGE);
	return log(p / (1 - p));
}

/* What is said of a row and whether it came true: the second of two classes, or the likeliest of many. */
struct claims {
	size_t n;
	double *p, *y;
	uint32_t *order;         /* by rising p */
};

static struct claims claims_of(const struct heldout *t)
{
	const struct judged *j = t->j;
	struct arena *a = t->c->a;
	struct claims c = { j->n, arena_calloc(a, j->n, sizeof *c.p), arena_calloc(a, j->n, sizeof *c.y), NULL };
	size_t k = (size_t)j->outputs;
	for (size_t i = 0; i < j->n; i++) {
		size_t which = k == 2 ? 1 : j->terms[i].likeliest;
		c.p[i] = j->pred[i * k + which];
		c.y[i] = j->y[i] == (double)which;
	}
	c.order = rising_order(c.p, c.n, a);
	return c;
}

/* Groups of about equal size; rows of one probability stay together. */
static void bins(const struct claims *c, struct arena *a, struct calibration *out)
{
	out->bin = arena_calloc(a, BINS, sizeof *out->bin);
	for (size_t b = 0, from = 0; b < BINS && from < c->n; b++) {
		size_t to = c->n * (b + 1) / BINS;
		while (to > from && to < c->n && c->p[c->order[to]] == c->p[c->order[to - 1]])
			to++;
		if (to <= from)
			continue;
		double p = 0, y = 0, n = (double)(to - from);
		for (size_t i = from; i < to; i++) {
			p += c->p[c->order[i]];
			y += c->y[c->order[i]];
		}
		struct score w = wilson(y, n, 0.95);
		out->bin[out->n++] = (struct calibration_bin){ p / n, w.value, w.lo, w.hi, n };
		out->ece += fabs(y - p) / (double)c->n;
		from = to;
	}
}

/* z of the Brier score under the hypothesis that every probability is right (Spiegelhalter 1986). */
static void spiegelhalter(const struct claims *c, struct calibration *out)
{
	double over = 0, var = 0;
	for (size_t i = 0; i < c->n; i++) {
		double p = c->p[i];
		over += (c->y[i] - p) * (1 - 2 * p);
		var += (1 - 2 * p) * (1 - 2 * p) * p * (1 - p);
	}
	out->spiegelhalter = var > 0 ? over / sqrt(var) : NAN;
	out->spiegelhalter_p = var > 0 ? 2 * gsl_cdf_ugaussian_Q(fabs(out->spiegelhalter)) : NAN;
}

struct odds_line {               /* rows of a logistic regression on one column */
	const double *x, *y;
	const bool *use;         /* NULL: all */
	size_t n;
};

/* Log-likelihood at b, with gradient g and information h. */
static double likelihood(const struct odds_line *o, const double b[2], double g[2], double h[3])
{
	double sum = 0;
	g[0] = g[1] = h[0] = h[1] = h[2] = 0;
	for (size_t i = 0; i < o->n; i++) {
		if (o->use && !o->use[i])
			continue;
		double t = b[0] + b[1] * o->x[i], p = 1 / (1 + exp(-t)), w = p * (1 - p), d = o->y[i] - p;
		sum += o->y[i] * t - (t > 0 ? t + log1p(exp(-t)) : log1p(exp(t)));
		g[0] += d;
		g[1] += d * o->x[i];
		h[0] += w;
		h[1] += w * o->x[i];
		h[2] += w * o->x[i] * o->x[i];
	}
	return sum;
}

/* Newton's method from no slope, steps halved while they do not help: b and the inverse information v; false
 * when there is no maximum (the classes stand apart) or the rows do not tell. */
static bool odds_fit(const struct odds_line *o, double b[2], double v[3])
{
	enum { STEPS = 60, HALVINGS = 30 };
	static const double far = 1e3;
	double g[2], h[3];
	b[0] = b[1] = 0;
	double now = likelihood(o, b, g, h);
	for (int step = 0; step < STEPS; step++) {
		double det = h[0] * h[2] - h[1] * h[1];
		if (!(det > 1e-12 * h[0] * h[2]))
			return false;
		v[0] = h[2] / det;
		v[1] = -h[1] / det;
		v[2] = h[0] / det;
		double d[2] = { v[0] * g[0] + v[1] * g[1], v[1] * g[0] + v[2] * g[1] }, from[2] = { b[0], b[1] };
		if (fmax(fabs(d[0]), fabs(d[1])) < 1e-10)
			return true;
		double next = -INFINITY, length = 1;
		for (int k = 0; k < HALVINGS && !(next >= now - 1e-12 * fabs(now)); k++, length /= 2) {
			b[0] = from[0] + length * d[0];
			b[1] = from[1] + length * d[1];
			next = likelihood(o, b, g, h);
		}
		now = next;
		if (fabs(b[0]) > far || fabs(b[1]) > far)
			return false;
	}
	return false;
}

static void cox(const double *x, const struct claims *c, struct calibration *out)
{
	static const double z = 1.959963984540054;
	double b[2], v[3];
	if (!odds_fit(&(struct odds_line){ x, c->y, NULL, c->n }, b, v))
		return;
	out->intercept = (struct score){ b[0], b[0] - z * sqrt(v[0]), b[0] + z * sqrt(v[0]) };
	out->slope = (struct score){ b[1], b[1] - z * sqrt(v[2]), b[1] + z * sqrt(v[2]) };
	out->platt[0] = b[0];
	out->platt[1] = b[1];
}

/* ---- isotonic regression -------------------------------------------------------------------------------------- */

struct stairs {
	double *x, *y;           /* rising; between points a straight line */
	size_t n;
};

/* Pool adjacent violators (Ayer et al. 1955) over the rows in use; each pool is told by its two ends. */
static void stairs_fit(const struct claims *c, const bool *use, struct stairs *s)
{
	struct pool { double lo, hi, sum, n; } *pool = mem_calloc(c->n, sizeof *pool);
	size_t m = 0;
	for (size_t k = 0; k < c->n; k++) {
		size_t i = c->order[k];
		if (!use[i])
			continue;
		if (m && pool[m - 1].hi == c->p[i]) {   /* one probability, one answer */
			pool[m - 1].sum += c->y[i];
			pool[m - 1].n++;
		} else {
			/* the last pool is whole now */
			while (m > 1 && pool[m - 2].sum * pool[m - 1].n >= pool[m - 1].sum * pool[m - 2].n) {
				pool[m - 2].sum += pool[m - 1].sum;
				pool[m - 2].n += pool[m - 1].n;
				pool[m - 2].hi = pool[m - 1].hi;
				m--;
			}
			pool[m++] = (struct pool){ c->p[i], c->p[i], c->y[i], 1 };
		}
	}
	while (m > 1 && pool[m - 2].sum * pool[m - 1].n >= pool[m - 1].sum * pool[m - 2].n) {
		pool[m - 2].sum += pool[m - 1].sum;
		pool[m - 2].n += pool[m - 1].n;
		pool[m - 2].hi = pool[m - 1].hi;
		m--;
	}
	s->n = 0;
	for (size_t k = 0; k < m; k++) {
		s->x[s->n] = pool[k].lo;
		s->y[s->n++] = pool[k].sum / pool[k].n;
		if (pool[k].hi > pool[k].lo) {
			s->x[s->n] = pool[k].hi;
			s->y[s->n++] = pool[k].sum / pool[k].n;
		}
	}
	free(pool);
}

static double stairs_at(const struct stairs *s, double p)
{
	if (!s->n || p <= s->x[0])
		return s->n ? s->y[0] : p;
	size_t lo = 0, hi = s->n;
	while (hi - lo > 1) {
		size_t mid = (lo + hi) / 2;
		*(s->x[mid] <= p ? &lo : &hi) = mid;
	}
	if (hi == s->n)
		return s->y[lo];
	return s->y[lo] + (p - s->x[lo]) / (s->x[hi] - s->x[lo]) * (s->y[hi] - s->y[lo]);
}

/* ---- recalibration ---------------------------------------------------------------------------------------------- */

static double log_loss(double p, double y)
{
	return -log(fmax(y > 0 ? p : 1 - p, 1e-15));
}

/* Maps the rows of one part by what the rows it may see say; with none it leaves them. */
static void map_part(const struct heldout *t, int part, const struct claims *c, const double *x, double *loss[3])
{
	bool *use = mem_calloc(c->n, sizeof *use);
	struct stairs s = { mem_calloc(2 * c->n, sizeof *s.x), mem_calloc(2 * c->n, sizeof *s.y), 0 };
	double b[2], v[3], seen = 0;
	for (size_t i = 0; i < c->n; i++)
		seen += use[i] = heldout_may_see(t, part, i);
	bool line = seen > 0 && odds_fit(&(struct odds_line){ x, c->y, use, c->n }, b, v);
	stairs_fit(c, use, &s);
	for (size_t i = 0; i < c->n; i++) {
		if (t->part[i] != part)
			continue;
		double p = c->p[i], q = line ? 1 / (1 + exp(-(b[0] + b[1] * x[i]))) : p;
		/* no share of so many rows is known to be 0 */
		double r = seen > 0 ? clamp(stairs_at(&s, p), 1 / (2 * seen)) : p;
		loss[RECALIBRATE_NONE][i] = log_loss(p, c->y[i]);
		loss[RECALIBRATE_PLATT][i] = log_loss(q, c->y[i]);
		loss[RECALIBRATE_ISOTONIC][i] = log_loss(r, c->y[i]);
	}
	free(use);
	free(s.x);
	free(s.y);
}

static void recalibrations(const struct heldout *t, const struct claims *c, const double *x, struct calibration *out)
{
	static const double worth = 0.005;   /* of the log loss: less is not worth a further step */
	struct arena *a = arena_new();
	double *loss[3], *gain = arena_calloc(a, c->n, sizeof *gain);
	for (int k = 0; k < 3; k++)
		loss[k] = arena_calloc(a, c->n, sizeof **loss);
	for (int part = 0; part < t->parts; part++)
		map_part(t, part, c, x, loss);
	for (int k = 0; k < 3; k++) {
		out->log_loss[k] = 0;
		out->gain_p[k] = NAN;
		for (size_t i = 0; i < c->n; i++) {
			out->log_loss[k] += loss[k][i] / (double)c->n;
			gain[i] = loss[0][i] - loss[k][i];
		}
		if (k)
			mean_interval(gain, c->n, t->j->unit, t->j->units, &out->gain_p[k]);
		bool helps = k && out->gain_p[k] < 0.05 && out->log_loss[k] < (1 - worth) * out->log_loss[0];
		if (helps && out->log_loss[k] < out->log_loss[out->advised])
			out->advised = (enum recalibration)k;
	}
	arena_free(a);
}

void judge_calibration(const struct heldout *t)
{
	struct arena *a = t->c->a;
	struct calibration *out = arena_calloc(a, 1, sizeof *out);
	static const struct score none = { NAN, NAN, NAN };
	out->slope = out->intercept = none;
	out->platt[0] = out->platt[1] = NAN;
	for (int k = 0; k < 3; k++)
		out->log_loss[k] = out->gain_p[k] = NAN;
	struct claims c = claims_of(t);
	bins(&c, a, out);
	spiegelhalter(&c, out);
	if (t->j->task == TASK_BINARY) {
		double *x = arena_calloc(a, c.n, sizeof *x);
		for (size_t i = 0; i < c.n; i++)
			x[i] = log_odds(c.p[i]);
		cox(x, &c, out);
		recalibrations(t, &c, x, out);
	}
	t->out->calibration = out;
}
