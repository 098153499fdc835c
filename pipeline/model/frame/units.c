/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that belong together: those of one customer, station or patient, and copies of one row. A model
 * that has seen one of them knows more of the others than it will know of new rows. */
#include "model/frame/frame_int.h"

#include <math.h>
#include <stdlib.h>

/* Sorts rows by what makes them one unit and numbers units in the order of their first rows; returns how
 * many there are. k has room for 2 n. */
static size_t number_units(struct keyed *k, size_t n, uint32_t *unit)
{
	sort_keyed(k, k + n, n);
	uint32_t *first = mem_calloc(n, sizeof *first);   /* row -> first row of its unit */
	for (size_t i = 0, start = 0; i < n; i++) {
		if (k[i].key != k[start].key)
			start = i;
		first[k[i].row] = (uint32_t)k[start].row;
	}
	size_t units = 0;
	for (size_t i = 0; i < n; i++)
		unit[i] = first[i] == i ? (uint32_t)units++ : unit[first[i]];
	free(first);
	return units;
}

/* By the column's values; a row without one is by itself. */
static void by_column(const struct table *t, const struct model_spec *s, struct arena *a, struct frame *f)
{
	struct cells c = { t, s->group, f->row, f->n };
	struct keyed *k = mem_calloc(2 * f->n, sizeof *k);
	for (size_t i = 0; i < f->n; i++) {
		char scratch[NUM_MAX];
		struct str text = cells_text(&c, i, scratch);
		k[i] = (struct keyed){ text.p ? hash64(text.p, text.n, 1) : hash64(&i, sizeof i, 2), (int64_t)i };
	}
	f->unit = arena_calloc(a, f->n, sizeof *f->unit);
	f->units = number_units(k, f->n, f->unit);
	f->unit_name = table_field(t, s->group)->name;
	free(k);
}

/* ---- copies ---------------------------------------------------------------------------------------------- */

/* Texts count as a whole, not only as what models see of them. */
static uint64_t row_key(const struct table *t, const struct model_spec *s, const struct frame *f, size_t i)
{
	uint64_t h = hash64(&f->y[i], sizeof f->y[i], 3);
	for (size_t j = 0; j < f->nfeatures; j++) {
		double x = f->features[j].x[i];
		if (isnan(x))
			x = NAN;   /* all of them the same */
		h = hash64(&x, sizeof x, h);
	}
	for (size_t g = 0; g < f->ngroups; g++) {
		char scratch[NUM_MAX];
		struct cells c = { t, s->features[g].col, f->row, f->n };
		struct str text = f->roles[g] == ROLE_TEXT ? cells_text(&c, i, scratch) : (struct str){ NULL, 0 };
		if (text.p)
			h = hash64(text.p, text.n, h);
	}
	return h;
}

/* How likely two of some rows agree in x by chance; missing values are one value. */
static double agreement(const double *x, size_t n)
{
	enum { ROWS = 2000 };
	size_t m = n < ROWS ? n : ROWS, known = 0;
	double v[ROWS], pairs = 0;
	for (size_t i = 0; i < m; i++)
		if (!isnan(x[i * n / m]))
			v[known++] = x[i * n / m];
	sort_doubles(v, known);
	double none = (double)(m - known);
	pairs = none * (none - 1);
	for (size_t i = 0, k; i < known; i = k) {
		for (k = i + 1; k < known && v[k] == v[i]; k++)
			;
		pairs += (double)(k - i) * (double)(k - i - 1);
	}
	return pairs / ((double)m * (double)(m - 1));
}

/* Rows of few small columns agree by chance, and new rows will too: these are no copies. Copies are few
 * rows that agree more often than columns that know nothing of each other would make them. */
static bool by_chance(const struct frame *f, double pairs)
{
	double expected = (double)f->n * (double)(f->n - 1) / 2 * agreement(f->y, f->n);
	for (size_t j = 0; j < f->nfeatures; j++)
		expected *= agreement(f->features[j].x, f->n);
	return expected > 0.1 * pairs || (double)f->copies > 0.5 * (double)f->n;
}

static void by_copies(const struct table *t, const struct model_spec *s, struct arena *a, struct frame *f)
{
	struct keyed *k = mem_calloc(2 * f->n, sizeof *k);
	double pairs = 0;
	for (size_t i = 0; i < f->n; i++)
		k[i] = (struct keyed){ row_key(t, s, f, i), (int64_t)i };
	uint32_t *unit = arena_calloc(a, f->n, sizeof *unit);
	size_t units = number_units(k, f->n, unit);
	for (size_t i = 0, end; i < f->n; i = end) {
		for (end = i + 1; end < f->n && k[end].key == k[i].key; end++)
			;
		pairs += (double)(end - i) * (double)(end - i - 1) / 2;
	}
	f->copies = (int64_t)(f->n - units);
	if (f->copies && by_chance(f, pairs))
		f->copies = 0;
	if (f->copies && !f->unit && !f->time) {
		f->unit = unit;
		f->units = units;
	}
	free(k);
}

void frame_units(const struct table *t, const struct model_spec *s, struct arena *a, struct frame *f)
{
	if (s->group >= 0)
		by_column(t, s, a, f);
	by_copies(t, s, a, f);
}
