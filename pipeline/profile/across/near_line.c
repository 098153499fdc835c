/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether one column is another on a straight line, row by row and not on average: units converted.
 * The formula comes with as few digits as do. */
#include "profile/relations_int.h"

enum { PRINT_LEAST = 8, DISTINCT_LEAST = 5, DIGITS = 12 };

/* ---- agreement ---------------------------------------------------------------------------- */

/* Rows that tell something: both present, and not both at the commonest value. */
static bool is_telling(const struct print *a, const struct print *b, int64_t i)
{
	return !isnan(a->x[i]) && !isnan(b->x[i]) && (a->x[i] != a->mode || b->x[i] != b->mode);
}

struct agreement equal_rows(const struct print *a, const struct print *b, int64_t rows,
	int64_t misses)
{
	struct agreement g = { 0 };
	for (int64_t i = 0; i < rows && g.n - g.same <= misses; i++)
		if (is_telling(a, b, i)) {
			g.n++;
			g.same += a->x[i] == b->x[i];
		}
	return g;
}

static bool on_line(const struct line *l, double x, double y, double slack)
{
	return fabs(y - (l->slope * x + l->intercept)) <=
		slack * l->tolerance + 1e-9 * (fabs(y) + fabs(l->intercept));
}

struct agreement line_rows(const struct line *l, const struct print *a,
	const struct print *b, int64_t rows, double slack, int64_t misses)
{
	struct agreement g = { 0 };
	for (int64_t i = 0; i < rows && g.n - g.same <= misses; i++)
		if (is_telling(a, b, i)) {
			g.n++;
			g.same += on_line(l, a->x[i], b->x[i], slack);
		}
	return g;
}

bool agreement_is(struct agreement g, int64_t least, double share)
{
	return g.n >= least && (double)g.same >= share * (double)g.n;
}

/* Both columns are rounded: y may be off by half of its last place, and by that of x. Where this is
 * no small thing beside the spread, as with small whole numbers, nothing is forgiven. */
double line_tolerance(const struct print *a, const struct print *b, double slope)
{
	double t = b->least + fabs(slope) * a->least;
	return a->least > 0 && b->least > 0 && t <= 0.01 * b->sd ? t : 0;
}

/* Two rows by the order of x, at the shares q and 1 - q of the telling ones. */
static bool line_through(struct line *l, const struct print *a, const struct print *b,
	const int *order, int n, double q)
{
	int k = (int)(q * (n - 1)), low = order[k], high = order[n - 1 - k];
	double width = a->x[high] - a->x[low];
	if (!(width > 0))
		return false;
	l->slope = (b->x[high] - b->x[low]) / width;
	l->intercept = b->x[low] - l->slope * a->x[low];
	l->tolerance = line_tolerance(a, b, l->slope);
	return l->slope != 0 && isfinite(l->intercept);
}

/* Rows that do not fit spoil a line when they are one of its two anchors, hence several tries: few
 * are likely to spoil all of them. */
bool line_guess(struct line *l, const struct print *a, const struct print *b,
	const int *by_a, int rows)
{
	static const double at[] = { 0, 0.1, 0.25, 0.33 };
	int order[PRINT_ROWS], n = 0;
	for (int i = 0; i < rows; i++)
		if (is_telling(a, b, by_a[i]))
			order[n++] = by_a[i];
	if (n < PRINT_LEAST)
		return false;
	for (size_t k = 0; k < COUNTOF(at); k++)
		if (line_through(l, a, b, order, n, at[k]) &&
				agreement_is(line_rows(l, a, b, rows, 2, n / 8), PRINT_LEAST, 0.85))
			return true;
	return false;
}

/* ---- the formula -------------------------------------------------------------------------- */

bool line_fit(struct line *l, const struct print *a, const struct print *b, int64_t rows)
{
	double n = 0, mx = 0, my = 0, xx = 0, xy = 0, seen[DISTINCT_LEAST];
	int distinct = 0;
	for (int64_t i = 0; i < rows; i++) {
		double x = a->x[i], y = b->x[i];
		if (!is_telling(a, b, i) || !on_line(l, x, y, 2))
			continue;
		double dx = x - mx;
		mx += dx / ++n;
		my += (y - my) / n;
		xx += dx * (x - mx);
		xy += dx * (y - my);
		bool known = distinct == DISTINCT_LEAST;
		for (int k = 0; k < distinct; k++)
			known = known || seen[k] == x;
		if (!known)
			seen[distinct++] = x;
	}
	if (distinct < DISTINCT_LEAST || !(xx > 0))
		return false;
	l->slope = xy / xx;
	l->intercept = my - l->slope * mx;
	return true;
}

/* x of a row on the line. */
static double row_on(const struct line *l, const struct print *a, const struct print *b,
	int64_t rows)
{
	for (int64_t i = 0; i < rows; i++)
		if (is_telling(a, b, i) && on_line(l, a->x[i], b->x[i], 1))
			return a->x[i];
	return 0;
}

/* The fewest digits that do as well as all of them. The line is turned about a row on it, so that
 * rounding the slope does not move it away from the rows. */
void line_shorten(struct line *l, const struct print *a, const struct print *b,
	int64_t rows)
{
	struct line full = *l;
	int64_t want = line_rows(&full, a, b, rows, 1, rows).same;
	double hinge = row_on(l, a, b, rows);
	for (int d = 1; d <= DIGITS; d++)
		for (int k = 0; k <= d; k++) {
			struct line t = full;
			t.slope = round_digits(full.slope, d);
			t.intercept += (full.slope - t.slope) * hinge;
			t.intercept = k ? round_digits(t.intercept, k) : 0;
			if (line_rows(&t, a, b, rows, 1, rows).same >= want) {
				*l = t;
				return;
			}
		}
}

size_t line_length(const struct line *l)
{
	char s[NUM_MAX];
	return num_shortest(s, l->slope) + num_shortest(s, l->intercept);
}
