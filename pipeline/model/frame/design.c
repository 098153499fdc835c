/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From mixed features to a matrix of numbers: missing values filled with the mean and flagged,
 * categories one-hot with the most frequent level as reference, columns standardised. All of it is
 * learnt from the training rows and then applied to any rows. */
#include "model/model_int.h"

#include <math.h>
#include <stdlib.h>

enum { RARE = 5 };   /* fewer training rows than this do not make a term of their own */

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

/* The parts of a date are missing together: the first one's flag says it for all. */
static bool flagged_before(const struct frame *f, size_t j)
{
	return j && f->features[j - 1].group == f->features[j].group;
}

static struct term *add_term(struct design *d, enum term_kind kind, size_t feature, int level, const char *name)
{
	struct term *t = &d->terms[d->nterms++];
	*t = (struct term){ .kind = kind, .feature = feature, .level = level, .name = name, .sd = 1 };
	return t;
}

/* Mean and sd (n - 1) of each term in the training rows: those of flags follow from their counts. A term
 * that never changes gets an infinite sd: its standardised column is all zeros. */
static void flag_moments(struct term *t, size_t ones, size_t n)
{
	t->mean = (double)ones / (double)n;
	t->sd = sqrt(t->mean * (1 - t->mean) * (double)n / (double)(n - 1));
	if (!(t->sd > 0))
		t->sd = INFINITY;
}

static void number_terms(const struct sample *s, size_t j, struct arena *a, struct design *d)
{
	const char *name = s->f->features[j].name;
	struct nsum sum = { 0 };
	size_t known = 0;
	for (size_t i = 0; i < s->n; i++) {
		double x = sample_x(s, j, i);
		if (isnan(x))
			continue;
		nsum_add(&sum, x);
		known++;
	}
	if (!known)
		return;
	struct term *t = add_term(d, TERM_VALUE, j, 0, name);
	struct nsum squares = { 0 };
	t->fill = t->mean = nsum_value(&sum) / (double)known;   /* filling with the mean leaves it as it is */
	for (size_t i = 0; i < s->n; i++) {
		double x = sample_x(s, j, i);
		if (!isnan(x))
			nsum_add(&squares, (x - t->mean) * (x - t->mean));
	}
	t->sd = sqrt(nsum_value(&squares) / (double)(s->n - 1));
	if (!(t->sd > 0))
		t->sd = INFINITY;
	if (s->n - known >= RARE && !flagged_before(s->f, j))
		flag_moments(add_term(d, TERM_MISSING, j, 0, arena_printf(a, "%s: missing", name)), s->n - known, s->n);
}

static void category_terms(const struct sample *s, size_t j, int max_levels, struct arena *a, struct design *d)
{
	const struct feature *f = &s->f->features[j];
	size_t nlevels = (size_t)f->nlevels, missing = nlevels, other = nlevels + 1;
	struct count *counts = mem_calloc(nlevels + 2, sizeof *counts);
	for (size_t k = 0; k < nlevels + 2; k++)
		counts[k].code = (int)k;
	for (size_t i = 0; i < s->n; i++) {
		double x = sample_x(s, j, i);
		counts[isnan(x) ? missing : (size_t)x].n++;
	}
	if (flagged_before(s->f, j))
		counts[missing].n = 0;
	qsort(counts, nlevels + 1, sizeof *counts, by_count);
	int *term = arena_calloc(a, nlevels + 2, sizeof *term);
	size_t rest = 0, kept = 0;
	for (size_t k = 0; k < nlevels + 2; k++)
		term[k] = -2;
	for (size_t k = 0; k <= nlevels; k++) {
		if (counts[k].n < RARE || kept >= (size_t)max_levels) {
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
		flag_moments(add_term(d, TERM_LEVEL, j, code, arena_printf(a, "%s: %s", f->name, level)), counts[k].n, s->n);
	}
	/* what is rare here, and what training never saw, is "(other)", or the reference when that is small */
	int rest_term = -1;
	if (rest >= RARE && kept) {
		rest_term = (int)d->nterms;
		flag_moments(add_term(d, TERM_LEVEL, j, (int)other, arena_printf(a, "%s: (other)", f->name)), rest, s->n);
	}
	for (size_t k = 0; k < nlevels + 2; k++)
		if (term[k] == -2)
			term[k] = k == missing && flagged_before(s->f, j) ? -1 : rest_term;
	d->level_of[j] = term;
	free(counts);
}

void design_fit(const struct sample *s, int max_levels, struct arena *a, struct design *d)
{
	size_t nf = s->f->nfeatures, room = 0;
	for (size_t j = 0; j < nf; j++)
		room += s->f->features[j].category ?
			(size_t)(s->f->features[j].nlevels < max_levels ? s->f->features[j].nlevels : max_levels) + 2 : 2;
	*d = (struct design){ .terms = arena_calloc(a, room, sizeof *d->terms),
		.level_of = arena_calloc(a, nf, sizeof *d->level_of),
		.reference = arena_calloc(a, nf, sizeof *d->reference) };
	for (size_t j = 0; j < nf; j++)
		if (s->f->features[j].category)
			category_terms(s, j, max_levels, a, d);
		else
			number_terms(s, j, a, d);
}

double *design_matrix(const struct design *d, const struct sample *s, struct arena *a)
{
	double *x = arena_calloc(a, d->nterms * s->n, sizeof *x);
	for (size_t j = 0; j < d->nterms; j++) {
		const struct term *t = &d->terms[j];
		double *column = x + j * s->n, zero = (0 - t->mean) / t->sd, one = (1 - t->mean) / t->sd;
		if (t->kind == TERM_LEVEL) {   /* a row sets one of its feature's terms, below */
			for (size_t i = 0; i < s->n; i++)
				column[i] = zero;
			continue;
		}
		for (size_t i = 0; i < s->n; i++) {
			double v = sample_x(s, t->feature, i);
			if (t->kind == TERM_MISSING)
				column[i] = isnan(v) ? one : zero;
			else
				column[i] = ((isnan(v) ? t->fill : v) - t->mean) / t->sd;
		}
	}
	for (size_t f = 0; f < s->f->nfeatures; f++) {
		const int *term = d->level_of[f];
		for (size_t i = 0; term && i < s->n; i++) {
			double v = sample_x(s, f, i);
			int j = term[isnan(v) ? s->f->features[f].nlevels : (int)v];
			if (j >= 0)
				x[(size_t)j * s->n + i] = (1 - d->terms[j].mean) / d->terms[j].sd;
		}
	}
	return x;
}

/* All flags at zero are part of the constant, so that a row pays once a feature, not once a term. */
void design_predict(const struct design *d, const double *b, const struct sample *s, double *out)
{
	double constant = b[0];
	for (size_t j = 0; j < d->nterms; j++)
		if (d->terms[j].kind != TERM_VALUE)
			constant -= b[j + 1] * d->terms[j].mean / d->terms[j].sd;
	for (size_t i = 0; i < s->n; i++)
		out[i] = constant;
	for (size_t j = 0; j < d->nterms; j++) {
		const struct term *t = &d->terms[j];
		double slope = b[j + 1] / t->sd;
		if (t->kind == TERM_LEVEL || slope == 0)
			continue;
		for (size_t i = 0; i < s->n; i++) {
			double v = sample_x(s, t->feature, i);
			if (t->kind == TERM_MISSING)
				out[i] += isnan(v) ? slope : 0;
			else
				out[i] += slope * ((isnan(v) ? t->fill : v) - t->mean);
		}
	}
	for (size_t f = 0; f < s->f->nfeatures; f++) {
		const int *term = d->level_of[f];
		for (size_t i = 0; term && i < s->n; i++) {
			double v = sample_x(s, f, i);
			int j = term[isnan(v) ? s->f->features[f].nlevels : (int)v];
			if (j >= 0)
				out[i] += b[j + 1] / d->terms[j].sd;
		}
	}
}
