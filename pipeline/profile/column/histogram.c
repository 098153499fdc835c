/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bins of a histogram: width 2 IQR n^(-1/3) (Freedman & Diaconis 1981); where half of the
 * values are equal and the IQR says nothing 3.49 sd n^(-1/3) (Scott 1979); else log2 n + 1 bins
 * (Sturges 1926). Where a few far values would press all others into some bars, the others have a
 * histogram of their own besides. Counts are taken from the edges as they are printed, so a reader can check
 * them.
 */
#include "profile/column_int.h"

static double width_of(
	const struct sorted *s, double sd, double iqr, double range, const char **rule)
{
	double n = (double)s->n, root = cbrt(n);
	if (iqr > 0) {
		*rule = "freedman-diaconis";
		return 2 * iqr / root;
	}
	if (sd > 0 && isfinite(sd)) {
		*rule = "scott";
		return 3.49 * sd / root;
	}
	*rule = "sturges";
	return range / (ceil(log2(n)) + 1);
}

/* Different values of a column, in order: those from `first` up to `end`. */
struct range {
	const struct sorted *s;
	size_t first, end;
};

static void count_bins(struct histogram *h, const struct range *r, struct arena *a)
{
	const struct sorted *s = r->s;
	h->counts = arena_calloc(a, (size_t)h->n, sizeof *h->counts);
	size_t end = r->first;
	for (int bin = 0; bin < h->n; bin++) {
		double edge = h->edges[bin + 1];
		end = bin < h->n - 1 ? sorted_lower(s, edge) : sorted_upper(s, edge);
		h->counts[bin] = s->before[end] - s->before[r->first];
	}
	for (int bin = h->n - 1; bin; bin--)
		h->counts[bin] -= h->counts[bin - 1];
	h->below = s->before[r->first] - s->before[0];
	h->above = s->before[s->runs] - s->before[end];
}

/* Edges half-way between whole numbers, so that each bin holds the same number of them. */
static void integer_edges(struct histogram *h, double min, double range, double width,
	int64_t max_bins, struct arena *a)
{
	double span = range + 1;
	width = fmax(fmax(1, rint(width)), ceil(span / (double)max_bins));
	h->n = (int)ceil(span / width);
	h->edges = arena_calloc(a, (size_t)h->n + 1, sizeof *h->edges);
	for (int i = 0; i <= h->n; i++)
		h->edges[i] = min - 0.5 + width * i;
}

static bool even_edges(struct histogram *h, double min, double max, struct arena *a)
{
	h->edges = arena_calloc(a, (size_t)h->n + 1, sizeof *h->edges);
	for (int i = 0; i < h->n; i++)
		h->edges[i] = min + (max - min) * ((double)i / h->n);
	h->edges[h->n] = max;
	for (int i = 0; i < h->n; i++)
		if (h->edges[i] >= h->edges[i + 1])
			return false; /* the range is a few steps of a double */
	return true;
}

static void fill(struct histogram *h, const struct range *r, bool integer, double sd, double iqr,
	int64_t max_bins, struct arena *a)
{
	const struct sorted *s = r->s;
	*h = (struct histogram){ 0 };
	if (r->first >= r->end)
		return;
	double min = sorted_value(s, r->first), max = sorted_value(s, r->end - 1), range = max - min;
	if (!isfinite(range))
		return;
	if (range <= 0) {
		h->rule = "single value";
		h->n = 1;
		h->edges = arena_calloc(a, 2, sizeof *h->edges);
		/* a bin as wide as those of whole numbers, where that can be told from the
		 * value */
		h->edges[0] = min - 0.5;
		h->edges[1] = min + 0.5;
		count_bins(h, r, a);
		return;
	}
	max_bins = max_bins < 1 ? 1 : max_bins > 1000 ? 1000 : max_bins;
	double width = width_of(s, sd, iqr, range, &h->rule);
	/* beyond 2^52 halves are lost and whole numbers are like any other */
	if (integer && fabs(min) < 0x1p51 && fabs(max) < 0x1p51) {
		h->rule = width <= 1 && range < (double)max_bins ? "integers" : h->rule;
		integer_edges(h, min, range, width, max_bins, a);
	} else {
		h->n = (int)fmax(1, fmin(ceil(range / width), (double)max_bins));
		while (!even_edges(h, min, max, a))
			h->n = (h->n + 1) / 2;
	}
	count_bins(h, r, a);
}

void histogram_fill(struct histogram *h, const struct sorted *s, bool integer, double sd,
	double iqr, int64_t max_bins, struct arena *a)
{
	fill(h, &(struct range){ s, 0, s->runs }, integer, sd, iqr, max_bins, a);
}

void histogram_body(struct histogram *h, const struct sorted *s, bool integer, double q1, double q3,
	int64_t max_bins, struct arena *a)
{
	const double far_out = 3 * (q3 - q1), part = 0.25, most = 0.05;
	*h = (struct histogram){ 0 };
	if (!s->runs || !(far_out > 0) || !isfinite(far_out))
		return;
	struct range r = { s, sorted_lower(s, q1 - far_out), sorted_upper(s, q3 + far_out) };
	double all = sorted_value(s, s->runs - 1) - sorted_value(s, 0);
	double left_out = (double)(s->n - (s->before[r.end] - s->before[r.first]));
	bool far = r.first < r.end && sorted_value(s, r.end - 1) - sorted_value(s, r.first) < part * all;
	if (far && left_out <= most * (double)s->n)
		fill(h, &r, integer, NAN, q3 - q1, max_bins, a);
}
