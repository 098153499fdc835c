/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Theil's uncertainty coefficient between categories, in both directions: Cramer's V cannot tell
 * that a town gives away its country, but not the country its town.
 */
#include "profile/relations_int.h"

#include <stdlib.h>

/* n times the entropy of the counts, in nats. */
static double entropy(const double *count, int k, double n)
{
	double h = 0;
	for (int i = 0; i < k; i++)
		h -= count[i] > 0 ? count[i] * log(count[i] / n) : 0;
	return h;
}

int64_t theils_u(const int64_t *count, int rows, int cols, double *of_rows, double *of_cols)
{
	double row[LEVELS_MAX] = { 0 }, col[LEVELS_MAX] = { 0 }, n = 0, joint = 0;
	for (int i = 0; i < rows; i++)
		for (int j = 0; j < cols; j++) {
			double c = (double)count[i * cols + j];
			row[i] += c;
			col[j] += c;
			n += c;
		}
	for (int i = 0; i < rows * cols; i++)
		joint -= count[i] ? (double)count[i] * log((double)count[i] / n) : 0;
	double hr = entropy(row, rows, n), hc = entropy(col, cols, n),
		shared = fmax(0, hr + hc - joint);
	*of_rows = hr > 0 ? fmin(1, shared / hr) : NAN;
	*of_cols = hc > 0 ? fmin(1, shared / hc) : NAN;
	return (int64_t)n;
}

struct theil_work {
	const struct sample *sample;
	const struct levels *levels;
	int n;
	uint8_t **code;
	struct assoc_matrix *out;
};

static void code_step(void *ctx, size_t i)
{
	const struct theil_work *w = ctx;
	w->code[i] = mem_alloc((size_t)w->sample->n + 1);
	sample_codes(w->sample, &w->levels[i], w->code[i]);
}

/* Missing values count for one more level on each side, which is then dropped. */
static void pair_step(const struct theil_work *w, int i, int j, int64_t *room)
{
	int rows = w->levels[i].n, cols = w->levels[j].n;
	size_t width = (size_t)cols + 1;
	const uint8_t *a = w->code[i], *b = w->code[j];
	memset(room, 0, ((size_t)rows + 1) * width * sizeof *room);
	for (int64_t r = 0; r < w->sample->n; r++) {
		size_t x = a[r] < rows ? a[r] : (size_t)rows, y = b[r] < cols ? b[r] : (size_t)cols;
		room[x * width + y]++;
	}
	for (int x = 0; x < rows; x++)
		memmove(room + x * cols, room + (size_t)x * width, (size_t)cols * sizeof *room);
	struct assoc_matrix *m = w->out;
	int here = i * m->n + j, there = j * m->n + i;
	m->count[here] = m->count[there] = theils_u(room, rows, cols, &m->value[here],
		&m->value[there]);
	m->p[here] = m->p[there] = NAN;
}

static void row_step(void *ctx, size_t i)
{
	enum { ROOM = (LEVELS_MAX + 1) * (LEVELS_MAX + 1) };
	const struct theil_work *w = ctx;
	int64_t *room = mem_alloc(ROOM * sizeof *room);
	for (int j = (int)i; j < w->n; j++)
		pair_step(w, (int)i, j, room);
	free(room);
}

void theil_matrix(const struct sample *s, const struct levels *l, int n,
	struct assoc_matrix *out, int threads)
{
	struct theil_work w = { s, l, n, mem_calloc((size_t)n, sizeof *w.code), out };
	pool_run(threads, (size_t)n, code_step, &w);
	pool_run(threads, (size_t)n, row_step, &w);
	for (int i = 0; i < n; i++)
		free(w.code[i]);
	free(w.code);
}
