/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The points of a line that matter: a curve comes with many more than a page can show, and each takes
 * bytes in every format. */
#include "report/plot_int.h"

#include <math.h>

/* Is k so near to the stretch from i to j that nobody sees the difference? */
static bool on_the_way(const double *x, const double *y, size_t i, size_t k, size_t j)
{
	const double seen = 0.06;
	double dx = x[j] - x[i], dy = y[j] - y[i], length = hypot(dx, dy);
	double along = (x[k] - x[i]) * dx + (y[k] - y[i]) * dy, across = (x[k] - x[i]) * dy - (y[k] - y[i]) * dx;
	return length > 0 && along >= 0 && along <= length * length && fabs(across) <= seen * length;
}

size_t plot_straighten(double *x, double *y, size_t n)
{
	const size_t most = 24;    /* left out in a row: the work stays linear */
	size_t kept = 1, from = 0;
	for (size_t i = 1; i < n; i++) {
		bool leave = i + 1 < n && i - from < most;
		for (size_t k = from + 1; leave && k <= i; k++)
			leave = on_the_way(x, y, from, k, i + 1);
		if (leave)
			continue;
		from = i;
		x[kept] = x[i];
		y[kept++] = y[i];
	}
	return kept;
}
