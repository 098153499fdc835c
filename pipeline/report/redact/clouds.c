/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clouds of points become fields of a grid, whose ends are those of no point. */
#include "report/redact_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double *numbers(struct redaction *r, const json_t *list)
{
	size_t n = json_array_size(list);
	double *v = arena_calloc(r->arena, n + 1, sizeof *v);
	for (size_t i = 0; i < n; i++)
		v[i] = json_number_value(json_array_get(list, i));
	return v;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* An axis on which fewer than k points are beyond either end, rounded outwards. */
static bool axis_of(struct redaction *r, const double *v, size_t n, double *low, double *high)
{
	size_t k = (size_t)r->k;
	double *sorted = arena_calloc(r->arena, n + 1, sizeof *sorted);
	if (n < 2 * k)
		return false;
	memcpy(sorted, v, n * sizeof *v);
	qsort(sorted, n, sizeof *sorted, by_size);
	*low = sorted[k - 1];
	*high = sorted[n - k];
	double step = redact_step(*low, *high) / 10;
	*low = redact_round(*low, step, floor);
	*high = redact_round(*high, step, ceil);
	return *high > *low;
}

static size_t field_of(double v, double low, double high, size_t m)
{
	size_t at = (size_t)((v - low) / (high - low) * (double)m);
	return at < m ? at : m - 1;
}

/* Rows and columns of fields from `at` on, `n` of them. */
struct span {
	size_t at, n;
	double low, high;
};

static json_t *grid(const double *counts, size_t nx, struct span x, struct span y)
{
	json_t *rows = json_array();
	for (size_t i = y.at; i < y.at + y.n; i++) {
		json_t *row = json_array();
		for (size_t k = x.at; k < x.at + x.n; k++)
			json_array_append_new(row, json_integer((json_int_t)counts[i * nx + k]));
		json_array_append_new(rows, row);
	}
	return rows;
}

/* Without blank fields at either end, whose edges are the extremes; the new ends are rounded to the power of ten
 * below the width of a field, so that the old ones cannot be counted back to. */
static bool trim(struct span *s, const double *counts, size_t nx, size_t ny, bool down)
{
	size_t n = down ? ny : nx, across = down ? nx : ny, first = n, last = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < across; k++)
			if (counts[down ? i * nx + k : k * nx + i] > 0) {
				first = i < first ? i : first;
				last = i;
			}
	double width = (s->high - s->low) / (double)n;
	if (first == n || !(width > 0))
		return false;
	double step = redact_step(0, width), low = s->low;
	*s = (struct span){ first, last + 1 - first, redact_round(low + width * (double)first, step, round),
		redact_round(low + width * (double)(last + 1), step, round) };
	return s->high > s->low;
}

/* Fields of fewer than k points are blank, and no less than two or k points are. */
static json_t *fields(const struct redaction *r, double *counts, size_t nx, size_t ny, struct span x, struct span y,
	double outside)
{
	redact_cells(counts, nx * ny, (double)r->k);
	if (!trim(&x, counts, nx, ny, false) || !trim(&y, counts, nx, ny, true))
		return NULL;
	return json_pack("{s:s, s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:o}", "kind", "density", "nx", (json_int_t)x.n, "ny",
		(json_int_t)y.n, "xmin", x.low, "xmax", x.high, "ymin", y.low, "ymax", y.high, "outside",
		redact_small(r, outside) ? 0 : outside, "counts", grid(counts, nx, x, y));
}

/* As many fields as leave 2 k points for each on average, three a side at least. */
static json_t *bin_points(struct redaction *r, const json_t *v)
{
	const json_t *px = json_object_get(v, "px"), *py = json_object_get(v, "py");
	size_t n = json_array_size(px);
	double side = floor(sqrt((double)n / (2.0 * (double)r->k)));
	if (side < 3 || json_array_size(py) != n)
		return NULL;
	size_t m = side > 24 ? 24 : (size_t)side;
	const double *x = numbers(r, px), *y = numbers(r, py);
	double *counts = arena_calloc(r->arena, m * m, sizeof *counts);
	struct span sx = { .n = m }, sy = { .n = m };
	if (!axis_of(r, x, n, &sx.low, &sx.high) || !axis_of(r, y, n, &sy.low, &sy.high))
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (x[i] >= sx.low && x[i] <= sx.high && y[i] >= sy.low && y[i] <= sy.high)
			counts[field_of(y[i], sy.low, sy.high, m) * m + field_of(x[i], sx.low, sx.high, m)]++;
	return fields(r, counts, m, m, sx, sy, 0);
}

json_t *redact_density(struct redaction *r, const json_t *v)
{
	size_t nx = (size_t)json_int(v, "nx", 0), ny = (size_t)json_int(v, "ny", 0);
	const json_t *rows = json_object_get(v, "counts");
	if (nx == 0 || json_array_size(rows) != ny || json_count(rows, "0") != nx)
		return NULL;
	double *counts = arena_calloc(r->arena, nx * ny + 1, sizeof *counts);
	for (size_t y = 0; y < ny; y++)
		for (size_t x = 0; x < nx; x++)
			counts[y * nx + x] = json_number_value(json_array_get(json_array_get(rows, y), x));
	struct span sx = { 0, nx, json_num(v, "xmin", 0), json_num(v, "xmax", 0) };
	struct span sy = { 0, ny, json_num(v, "ymin", 0), json_num(v, "ymax", 0) };
	return fields(r, counts, nx, ny, sx, sy, json_num(v, "outside", 0));
}

json_t *redact_scatter(struct redaction *r, const json_t *v)
{
	json_t *out = json_array();
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *s = json_array_get(v, i);
		const char *x = json_text(s, "x", ""), *y = json_text(s, "y", "");
		if (privacy_of(r->privacy, x) || privacy_of(r->privacy, y))
			continue;
		json_t *one = json_pack("{s:s, s:s, s:s, s:f, s:I}", "x", x, "y", y, "measure", json_text(s, "measure", ""),
			"value", json_num(s, "value", 0), "n", (json_int_t)json_int(s, "n", 0));
		bool points = strcmp(json_text(s, "kind", ""), "points") == 0;
		json_t *dense = points ? bin_points(r, s) : redact_density(r, s);
		if (dense) {
			json_object_update_new(one, dense);
			json_array_append(out, one);
		}
		json_decref(one);
	}
	return out;
}
