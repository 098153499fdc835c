/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From mixed features to a matrix of numbers: missing values filled and flagged, categories one-hot with
 * the most frequent level as reference, or told by the target, columns standardised. All of it is learnt
 * from the training rows; design_apply.c applies it to any rows. */
#include "model/frame/design_int.h"

#include <math.h>
#include <stdlib.h>

bool design_flagged_before(const struct frame *f, size_t j)
{
	return j && f->features[j - 1].group == f->features[j].group;
}

struct term *design_term(struct design *d, enum term_kind kind, size_t feature, const char *name)
{
	struct term *t = &d->terms[d->nterms++];
	*t = (struct term){ .kind = kind, .feature = feature, .name = name, .sd = 1 };
	return t;
}

void design_flag(struct term *t, size_t ones, size_t n, enum scaling_way scaling)
{
	t->mean = (double)ones / (double)n;
	t->sd = sqrt(t->mean * (1 - t->mean) * (double)n / (double)(n - 1));
	if (!(t->sd > 0))
		t->sd = INFINITY;
	else if (scaling == SCALING_NONE)
		t->sd = 1;
}

/* ---- numbers ------------------------------------------------------------------------------------------- */

/* The commonest of sorted values; the least of those that are as common. */
static double mode_of(const double *sorted, size_t n)
{
	size_t most = 0, at = 0;
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i + 1; k < n && sorted[k] == sorted[i]; k++)
			;
		if (k - i > most) {
			most = k - i;
			at = i;
		}
	}
	return sorted[at];
}

static double mean_of(const double *x, size_t n)
{
	struct nsum sum = { 0 };
	for (size_t i = 0; i < n; i++)
		nsum_add(&sum, x[i]);
	return nsum_value(&sum) / (double)n;
}

/* The interquartile range in units of the sd of a normal distribution; 0 when half of the rows agree. */
static double robust_sd(double *x, size_t n)
{
	sort_doubles(x, n);
	return (x[(n - 1) * 3 / 4] - x[(n - 1) / 4]) / 1.3489795003921634;
}

static void scale(struct term *t, double *known, size_t nknown, size_t n, enum scaling_way scaling)
{
	struct nsum squares = { 0 };
	double missing = (double)(n - nknown);
	t->mean = (mean_of(known, nknown) * (double)nknown + t->fill * missing) / (double)n;
	if (missing == 0 || t->fill == mean_of(known, nknown))
		t->mean = mean_of(known, nknown);   /* without another rounding */
	for (size_t i = 0; i < nknown; i++)
		nsum_add(&squares, (known[i] - t->mean) * (known[i] - t->mean));
	nsum_add(&squares, missing * (t->fill - t->mean) * (t->fill - t->mean));
	t->sd = sqrt(nsum_value(&squares) / (double)(n - 1));
	double robust = scaling == SCALING_ROBUST ? robust_sd(known, nknown) : 0;
	if (!(t->sd > 0))
		t->sd = INFINITY;
	else if (robust > 0)
		t->sd = robust;
	else if (scaling == SCALING_NONE)
		t->sd = 1;
}

static double fill_of(double *known, size_t n, enum missing_way way)
{
	if (way != MISSING_MEDIAN && way != MISSING_MODE)
		return mean_of(known, n);
	sort_doubles(known, n);
	return way == MISSING_MODE ? mode_of(known, n) : known[(n - 1) / 2] / 2 + known[n / 2] / 2;
}

static bool rare_word(const struct sample *s, size_t j, const double *known, size_t n, int min_rows)
{
	size_t ones = 0;
	if (s->f->features[j].part != PART_KEYWORD)
		return false;
	for (size_t i = 0; i < n; i++)
		ones += known[i] > 0;
	return ones < (size_t)min_rows || n - ones < (size_t)min_rows;
}

static void number_terms(const struct sample *s, size_t j, struct recipe r, struct arena *a, struct design *d)
{
	const char *name = s->f->features[j].name;
	double *known = mem_calloc(s->n, sizeof *known);
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++) {
		double x = sample_x(s, j, i);
		if (!isnan(x))
			known[n++] = x;
	}
	if (n && !rare_word(s, j, known, n, r.min_level_rows)) {
		struct term *t = design_term(d, TERM_VALUE, j, name);
		t->fill = fill_of(known, n, r.missing);
		scale(t, known, n, s->n, r.scaling);
		if (s->n - n >= (size_t)r.min_level_rows && !design_flagged_before(s->f, j))
			design_flag(design_term(d, TERM_MISSING, j, arena_printf(a, "%s: missing", name)), s->n - n, s->n, r.scaling);
	}
	free(known);
}

/* ---- categories ------------------------------------------------------------------------------------------- */

struct count {
	int code;
	size_t n;
};

static int by_count(const void *a, const void *b)
{
	const struct count *x = a, *y = b;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return x->code - y->code;
}

/* Rows of each code; the missing rows of later parts of a column do not count. */
static struct count *count_codes(const struct sample *s, size_t j)
{
	const struct feature *f = &s->f->features[j];
	size_t codes = (size_t)f->nlevels + 2;
	struct count *counts = mem_calloc(codes, sizeof *counts);
	for (size_t k = 0; k < codes; k++)
		counts[k].code = (int)k;
	for (size_t i = 0; i < s->n; i++)
		counts[feature_code(f, sample_x(s, j, i))].n++;
	if (design_flagged_before(s->f, j))
		counts[f->nlevels].n = 0;
	return counts;
}

static void one_hot(const struct sample *s, size_t j, struct count *counts, struct recipe r, struct arena *a,
	struct design *d)
{
	const struct feature *f = &s->f->features[j];
	size_t nlevels = (size_t)f->nlevels, missing = nlevels, other = nlevels + 1;
	qsort(counts, nlevels + 1, sizeof *counts, by_count);
	int *term = arena_calloc(a, nlevels + 2, sizeof *term);
	size_t rest = 0, kept = 0;
	for (size_t k = 0; k < nlevels + 2; k++)
		term[k] = -2;
	for (size_t k = 0; k <= nlevels; k++) {
		if (counts[k].n < (size_t)r.min_level_rows || kept >= (size_t)r.max_levels) {
			rest += counts[k].n;
			continue;
		}
		int code = counts[k].code;
		const char *level = code == (int)missing ? "(missing)" : f->levels[code];
		if (kept++ == 0) {
			d->reference[j] = level;
			term[code] = -1;
			continue;
		}
		term[code] = (int)d->nterms;
		struct term *t = design_term(d, TERM_LEVEL, j, arena_printf(a, "%s: %s", f->name, level));
		t->level = code;
		design_flag(t, counts[k].n, s->n, r.scaling);
	}
	/* what is rare here, and what training never saw, is "(other)", or the reference when that is small */
	int rest_term = -1;
	if (rest >= (size_t)r.min_level_rows && kept) {
		rest_term = (int)d->nterms;
		struct term *t = design_term(d, TERM_LEVEL, j, arena_printf(a, "%s: (other)", f->name));
		t->level = (int)other;
		design_flag(t, rest, s->n, r.scaling);
	}
	for (size_t k = 0; k < nlevels + 2; k++)
		if (term[k] == -2)
			term[k] = k == missing && design_flagged_before(s->f, j) ? -1 : rest_term;
	d->level_of[j] = term;
}

static void category_terms(const struct sample *s, size_t j, struct recipe r, struct arena *a, struct design *d)
{
	struct count *counts = count_codes(s, j);
	int occur = 0;
	for (int k = 0; k < s->f->features[j].nlevels; k++)
		occur += counts[k].n > 0;
	if (r.encoding == ENCODING_ORDINAL)
		encode_ranks(s, j, r, a, d);
	else if (r.encoding == ENCODING_TARGET || (r.encoding == ENCODING_AUTO && occur > r.max_levels))
		encode_target(s, j, r, a, d);
	else
		one_hot(s, j, counts, r, a, d);
	free(counts);
}

/* Terms that a feature can have at most. */
static size_t room_for(const struct frame *f, size_t j, struct recipe r)
{
	if (!f->features[j].category)
		return 2;
	int levels = f->features[j].nlevels < r.max_levels ? f->features[j].nlevels : r.max_levels;
	return (size_t)(levels > f->nclasses ? levels : f->nclasses) + 2;
}

void design_fit(const struct sample *s, struct recipe r, struct arena *a, struct design *d)
{
	size_t nf = s->f->nfeatures, room = 0;
	for (size_t j = 0; j < nf; j++)
		room += room_for(s->f, j, r);
	*d = (struct design){ .terms = arena_calloc(a, room, sizeof *d->terms),
		.level_of = arena_calloc(a, nf, sizeof *d->level_of),
		.reference = arena_calloc(a, nf, sizeof *d->reference) };
	for (size_t j = 0; j < nf; j++)
		if (s->f->features[j].category)
			category_terms(s, j, r, a, d);
		else
			number_terms(s, j, r, a, d);
}
