/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Categories as numbers: by their rank, or by what the target is where they occur. */
#include "model/frame/design_int.h"

#include <math.h>
#include <stdlib.h>

/* Mean and sd of what a term is in the training rows. */
static void moments(struct term *t, const double *x, size_t n, enum scaling_way scaling)
{
	struct nsum sum = { 0 }, squares = { 0 };
	for (size_t i = 0; i < n; i++)
		nsum_add(&sum, x[i]);
	t->mean = nsum_value(&sum) / (double)n;
	for (size_t i = 0; i < n; i++)
		nsum_add(&squares, (x[i] - t->mean) * (x[i] - t->mean));
	t->sd = sqrt(nsum_value(&squares) / (double)(n - 1));
	if (!(t->sd > 1e-12 * fabs(t->mean)))
		t->sd = INFINITY;
	else if (scaling == SCALING_NONE)
		t->sd = 1;
}

/* ---- ranks ---------------------------------------------------------------------------------------------- */

/* Levels stand in the order of their numbers or of the alphabet. */
void encode_ranks(const struct sample *s, size_t j, struct recipe r, struct arena *a, struct design *d)
{
	const struct feature *f = &s->f->features[j];
	struct term *t = design_term(d, TERM_CODES, j, arena_printf(a, "%s: rank", f->name));
	size_t levels = (size_t)f->nlevels, known = 0;
	double *x = mem_calloc(s->n, sizeof *x), sum = 0;
	for (size_t i = 0; i < s->n; i++) {
		x[i] = sample_x(s, j, i);
		known += isnan(x[i]) ? 0 : 1;
		sum += isnan(x[i]) ? 0 : x[i];
	}
	t->outcome = -1;
	t->codes = arena_calloc(a, levels + 2, sizeof *t->codes);
	for (size_t k = 0; k < levels; k++)
		t->codes[k] = (double)k;
	t->codes[levels] = t->codes[levels + 1] = known ? sum / (double)known : 0;
	for (size_t i = 0; i < s->n; i++)
		x[i] = t->codes[feature_code(f, x[i])];
	moments(t, x, s->n, r.scaling);
	free(x);
	if (s->n - known >= (size_t)r.min_level_rows && known && !design_flagged_before(s->f, j))
		design_flag(design_term(d, TERM_MISSING, j, arena_printf(a, "%s: missing", f->name)), s->n - known, s->n, r.scaling);
}

/* ---- the target ------------------------------------------------------------------------------------------- */

enum { INNER = 5 };   /* a row is told by the rows of the other inner parts */

/* Rows of one group may share more than their level, so they are in one part. */
static int inner_part(const struct frame *f, uint32_t row)
{
	uint64_t id = f->unit ? f->unit[row] : row;
	return (int)(hash64(&id, sizeof id, 1) % INNER);
}

static double outcome_of(const struct sample *s, size_t i, int outcome)
{
	double y = sample_y(s, i);
	return s->f->nclasses ? y == outcome : y;
}

/* Mean of the outcome at each level, drawn to the mean of all by empirical Bayes (Micci-Barreca 2001, eq. 5):
 * (sum + m mean) / (n + m) with m = within / between, the variances of one-way random effects
 * (Searle, Casella & McCulloch 1992, 3.6). Levels that do not differ beyond chance all get the mean. Rows of
 * part `without` do not count. */
static void level_means(const struct sample *s, size_t j, int outcome, int without, double *codes)
{
	const struct feature *f = &s->f->features[j];
	size_t k = (size_t)f->nlevels + 2;
	double *n = mem_calloc(2 * k, sizeof *n), *sum = n + k, total = 0, rows = 0, within = 0, squares = 0, sizes = 0, levels = 0;
	for (size_t i = 0; i < s->n; i++) {
		size_t c = feature_code(f, sample_x(s, j, i));
		if (inner_part(s->f, s->rows[i]) == without)
			continue;
		n[c]++;
		sum[c] += outcome_of(s, i, outcome);
		total += outcome_of(s, i, outcome);
		rows++;
	}
	double mean = rows > 0 ? total / rows : 0, between = 0;
	for (size_t i = 0; i < s->n; i++) {
		size_t c = feature_code(f, sample_x(s, j, i));
		double y = outcome_of(s, i, outcome) - sum[c] / fmax(n[c], 1);
		if (inner_part(s->f, s->rows[i]) != without)
			within += y * y;
	}
	for (size_t c = 0; c < k; c++) {
		double off = n[c] > 0 ? sum[c] / n[c] - mean : 0;
		squares += n[c] * off * off;
		sizes += n[c] * n[c];
		levels += n[c] > 0;
	}
	if (levels > 1 && rows > levels) {
		within /= rows - levels;
		between = (squares / (levels - 1) - within) / ((rows - sizes / rows) / (levels - 1));
	}
	for (size_t c = 0; c < k; c++)
		codes[c] = between > 0 && n[c] > 0 ? (sum[c] + within / between * mean) / (n[c] + within / between) : mean;
	free(n);
}

void encode_honestly(const struct term *t, const struct sample *s, double *out)
{
	const struct feature *f = &s->f->features[t->feature];
	size_t k = (size_t)f->nlevels + 2;
	double *codes = mem_calloc(INNER * k, sizeof *codes);
	for (int p = 0; p < INNER; p++)
		level_means(s, t->feature, t->outcome, p, codes + (size_t)p * k);
	for (size_t i = 0; i < s->n; i++)
		out[i] = codes[(size_t)inner_part(s->f, s->rows[i]) * k + feature_code(f, sample_x(s, t->feature, i))];
	free(codes);
}

/* One term for a number or two classes; one for each class but the first of more. */
void encode_target(const struct sample *s, size_t j, struct recipe r, struct arena *a, struct design *d)
{
	const struct frame *f = s->f;
	const char *name = f->features[j].name;
	double *x = mem_calloc(s->n, sizeof *x);
	for (int c = f->nclasses ? 1 : 0; c < (f->nclasses ? f->nclasses : 1); c++) {
		struct term *t = design_term(d, TERM_CODES, j, f->nclasses ?
			arena_printf(a, "%s: share of %s", name, f->classes[c]) : arena_printf(a, "%s: mean of %s", name, f->target));
		t->outcome = c;
		t->codes = arena_calloc(a, (size_t)f->features[j].nlevels + 2, sizeof *t->codes);
		level_means(s, j, c, -1, t->codes);
		encode_honestly(t, s, x);
		moments(t, x, s->n, r.scaling);
	}
	free(x);
}
