/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changes of level. PELT proposes them with a penalty in units of the variance of the noise in the
 * long run; then each must earn its place beside a memory: a series that wanders has no levels, and
 * errors of an AR(1) explain it as well without. Levels must also do better than a line or a curve,
 * of which any staircase is an imitation.
 */
#include "profile/time_int.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>

enum { SHORTEST = 5, CANDIDATES = 60, DEGREES = 3 };

/* ---- PELT --------------------------------------------------------------------------------- */

/* Sums up to each place, so that the squared error of any segment about its mean is at hand. */
struct prefix {
	double *sum, *squares;
};

static double segment_cost(const struct prefix *p, int from, int to)
{
	double n = to - from, s = p->sum[to] - p->sum[from];
	return fmax(0, p->squares[to] - p->squares[from] - s * s / n);
}

double pelt(const double *y, int n, double penalty, int least, int *starts, int *nstarts)
{
	size_t room = (size_t)n + 1;
	struct prefix p = { mem_calloc(room, sizeof(double)), mem_calloc(room, sizeof(double)) };
	double *best = mem_alloc(room * sizeof *best), mean = array_mean(y, (size_t)n);
	int *last = mem_calloc(room, sizeof *last), *open = mem_calloc(room, sizeof *open), nopen = 0;
	for (int i = 0; i < n; i++) {
		p.sum[i + 1] = p.sum[i] + (y[i] - mean);
		p.squares[i + 1] = p.squares[i] + (y[i] - mean) * (y[i] - mean);
	}
	best[0] = -penalty;
	for (int to = 1; to <= n; to++) {
		best[to] = INFINITY;
		if (to >= least)
			open[nopen++] = to - least;
		for (int k = 0; k < nopen; k++) {
			double cost = best[open[k]] + segment_cost(&p, open[k], to) + penalty;
			if (cost < best[to]) {
				best[to] = cost;
				last[to] = open[k];
			}
		}
		int kept = 0;  /* a start that is worse than a change here never becomes best again */
		for (int k = 0; k < nopen; k++)
			if (best[open[k]] + segment_cost(&p, open[k], to) <= best[to])
				open[kept++] = open[k];
		nopen = kept;
	}
	double cost = best[n];
	*nstarts = 0;
	for (int to = n; to > 0 && last[to] > 0; to = last[to])
		starts[(*nstarts)++] = last[to];
	for (int i = 0; i < *nstarts / 2; i++) {
		int swap = starts[i];
		starts[i] = starts[*nstarts - 1 - i];
		starts[*nstarts - 1 - i] = swap;
	}
	free(p.sum);
	free(p.squares);
	free(best);
	free(last);
	free(open);
	return cost;
}

/* ---- noise -------------------------------------------------------------------------------- */

/* *still: more than half of the steps are none, and the spread is their root mean square. */
static double step_spread(const double *y, int n, int lag, double *work, bool *still)
{
	for (int i = 0; i + lag < n; i++)
		work[i] = fabs(y[i + lag] - y[i]);
	double median = array_median(work, (size_t)(n - lag)), squares = 0;
	*still = !(median > 0);
	if (!*still)
		return median / 0.67448975019608171;   /* of normal errors */
	for (int i = 0; i + lag < n; i++)
		squares += (y[i + lag] - y[i]) * (y[i + lag] - y[i]) / (n - lag);
	return sqrt(squares);
}

/* Variance in the long run from medians of steps, which a few changes do not move: Chakar, Lebarbier,
 * Levy-Leduc & Robin 2017. */
static double noise_variance(const double *y, int n)
{
	double *work = mem_alloc(((size_t)n + 1) * sizeof *work);
	bool still;
	double two = step_spread(y, n, 2, work, &still), one = step_spread(y, n, 1, work, &still);
	free(work);
	if (!(one > 0))
		return NAN;
	double rho = still ? 0 : fmin(fmax(two * two / (one * one) - 1, 0), 0.95);
	return one * one / 2 / (1 - rho) * (1 + rho) / (1 - rho);
}

/* Spikes are no levels: what stands far out from the median of seven becomes that median. */
static void without_spikes(const double *y, int n, double *out)
{
	enum { REACH = 3 };
	double window[2 * REACH + 1], *work = mem_alloc(((size_t)n + 1) * sizeof *work);
	bool still;
	double limit = 5 * step_spread(y, n, 1, work, &still) / sqrt(2);
	for (int i = 0; i < n; i++) {
		int m = 0;
		for (int j = i - REACH; j <= i + REACH; j++)
			if (j >= 0 && j < n)
				window[m++] = y[j];
		double median = array_median(window, (size_t)m);
		out[i] = fabs(y[i] - median) > limit ? median : y[i];
	}
	free(work);
}

/* ---- models ------------------------------------------------------------------------------- */

struct levels_fit {
	const double *y;
	int n, k;                      /* changes */
	int at[CANDIDATES];
	bool sloped;
	double slope;
};

static int segment_end(const struct levels_fit *f, int segment)
{
	return segment < f->k ? f->at[segment] : f->n;
}

static double segment_mean(const struct levels_fit *f, int from, int to)
{
	double mean = 0;
	for (int i = from; i < to; i++)
		mean += (f->y[i] - f->slope * i - mean) / (i - from + 1);
	return mean;
}

static double common_slope(const struct levels_fit *f)
{
	double sxx = 0, sxy = 0;
	for (int s = 0, from = 0; s <= f->k; from = segment_end(f, s++)) {
		int to = segment_end(f, s);
		double mid = (from + to - 1) / 2.0;
		for (int i = from; i < to; i++) {
			sxx += (i - mid) * (i - mid);
			sxy += (i - mid) * f->y[i];
		}
	}
	return sxx > 0 ? sxy / sxx : 0;
}

/* n log of the squared innovations of an AR(1) of what is left over. */
static double innovation_cost(const double *rest, int n)
{
	double products = 0, squares = 0, sum = 0;
	for (int i = 1; i < n; i++) {
		products += rest[i] * rest[i - 1];
		squares += rest[i - 1] * rest[i - 1];
	}
	double phi = squares > 0 ? fmin(fmax(products / squares, 0), 1) : 0;
	for (int i = 1; i < n; i++)
		sum += (rest[i] - phi * rest[i - 1]) * (rest[i] - phi * rest[i - 1]);
	return n * log(fmax(sum / n, 1e-300));
}

static double levels_cost(struct levels_fit *f, double *rest)
{
	f->slope = f->sloped ? common_slope(f) : 0;
	for (int s = 0, from = 0; s <= f->k; from = segment_end(f, s++)) {
		double mean = segment_mean(f, from, segment_end(f, s));
		for (int i = from; i < segment_end(f, s); i++)
			rest[i] = f->y[i] - f->slope * i - mean;
	}
	return innovation_cost(rest, f->n);
}

static struct levels_fit without(const struct levels_fit *f, int change)
{
	struct levels_fit g = *f;
	g.k--;
	memmove(&g.at[change], &g.at[change + 1], (size_t)(g.k - change) * sizeof *g.at);
	return g;
}

/* Takes out the change that matters least as long as that is worth more than its penalty. */
static double prune(struct levels_fit *f, double penalty, double *rest)
{
	double cost = levels_cost(f, rest) + f->k * penalty;
	while (f->k) {
		double least = INFINITY;
		int which = 0;
		for (int i = 0; i < f->k; i++) {
			struct levels_fit g = without(f, i);
			double c = levels_cost(&g, rest) + g.k * penalty;
			if (c < least) {
				least = c;
				which = i;
			}
		}
		if (least > cost)
			break;
		*f = without(f, which);
		cost = least;
	}
	return levels_cost(f, rest) + f->k * penalty;
}

static double propose(struct levels_fit *f, double noise, double *rest)
{
	enum { ROUNDS = 3 };
	double *flat = mem_alloc((size_t)f->n * sizeof *flat), logn = log(f->n);
	int *starts = mem_alloc((size_t)f->n * sizeof *starts), n;
	int least = f->n / 50 > SHORTEST ? f->n / 50 : SHORTEST;
	for (int round = 0; round < (f->sloped ? ROUNDS : 1); round++) {
		f->slope = f->sloped ? common_slope(f) : 0;
		for (int i = 0; i < f->n; i++)
			flat[i] = f->y[i] - f->slope * i;
		pelt(flat, f->n, 3 * logn * noise, least, starts, &n);
		f->k = n < CANDIDATES ? n : CANDIDATES;
		memcpy(f->at, starts, (size_t)f->k * sizeof *starts);
	}
	free(flat);
	free(starts);
	return prune(f, 3 * logn, rest) + (f->sloped ? logn : 0);
}

/* The best polynomial of at most three degrees, by Legendre's on the places: nearly orthogonal, so
 * that one after the other is least squares. */
static double curve_cost(const double *y, int n, double *rest)
{
	double best = INFINITY, *basis = mem_alloc((size_t)n * (DEGREES + 1) * sizeof *basis);
	for (int i = 0; i < n; i++)
		rest[i] = y[i];
	for (int d = 0; d <= DEGREES; d++) {
		double *b = basis + (size_t)d * (size_t)n, norm = 0, product = 0;
		for (int i = 0; i < n; i++)
			b[i] = pow(2.0 * i / n - 1, d);
		for (int e = 0; e < d; e++) {  /* Gram-Schmidt */
			const double *c = basis + (size_t)e * (size_t)n;
			double dot = 0;
			for (int i = 0; i < n; i++)
				dot += b[i] * c[i];
			for (int i = 0; i < n; i++)
				b[i] -= dot * c[i];
		}
		for (int i = 0; i < n; i++)
			norm += b[i] * b[i];
		for (int i = 0; i < n; i++) {
			b[i] /= sqrt(norm);
			product += b[i] * rest[i];
		}
		for (int i = 0; i < n; i++)
			rest[i] -= product * b[i];
		best = fmin(best, innovation_cost(rest, n) + d * log(n));
	}
	free(basis);
	return best;
}

/* ---- result ------------------------------------------------------------------------------- */

static void describe(struct levels_fit *f, double *rest, struct level_change *out)
{
	double cost = levels_cost(f, rest);
	for (int i = 0; i < f->k; i++) {
		int from = i ? f->at[i - 1] : 0, at = f->at[i];
		struct levels_fit g = without(f, i);
		double gain = levels_cost(&g, rest) - cost;
		out[i] = (struct level_change){ .at = at, .before = segment_mean(f, from, at),
			.after = segment_mean(f, at, segment_end(f, i + 1)), .gain = gain,
			.p = fmin(1, f->n * gsl_cdf_chisq_Q(fmax(gain, 0), 1)) };
		/* with a slope: as the levels are at the time of the change */
		out[i].before += f->slope * at;
		out[i].after += f->slope * at;
	}
}

int changes_find(const double *y, int n, struct level_change *out, int most, double *level,
	bool *steps)
{
	*steps = false;
	if (n < 4 * SHORTEST)
		return 0;
	double *clean = mem_alloc((size_t)n * sizeof *clean), *rest = mem_alloc((size_t)n * sizeof *rest);
	without_spikes(y, n, clean);
	double noise = noise_variance(clean, n);
	struct levels_fit f = { .y = clean, .n = n }, g = { .y = clean, .n = n, .sloped = true };
	if (noise > 0) {
		double flat = propose(&f, noise, rest), sloped = propose(&g, noise, rest);
		if (g.k && sloped < flat) {
			f = g;
			flat = sloped;
		}
		*steps = f.k > 0 && f.k <= most && flat < curve_cost(clean, n, rest);
	}
	if (*steps) {
		describe(&f, rest, out);
		levels_cost(&f, rest);
		for (int i = 0; i < n; i++)
			level[i] = clean[i] - rest[i];
	}
	free(clean);
	free(rest);
	return *steps ? f.k : 0;
}
