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

static struct term *add_term(struct design *d, enum term_kind kind, size_t feature, int level, const char *name)
{
	struct term *t = &d->terms[d->nterms++];
	*t = (struct term){ .kind = kind, .feature = feature, .level = level, .name = name, .sd = 1 };
	return t;
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
	t->fill = nsum_value(&sum) / (double)known;
	if (s->n - known >= RARE)
		add_term(d, TERM_MISSING, j, 0, arena_printf(a, "%s: missing", name));
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
		add_term(d, TERM_LEVEL, j, code, arena_printf(a, "%s: %s", f->name, level));
	}
	/* what is rare here, and what training never saw, is "(other)", or the reference when that is small */
	int rest_term = -1;
	if (rest >= RARE && kept) {
		rest_term = (int)d->nterms;
		add_term(d, TERM_LEVEL, j, (int)other, arena_printf(a, "%s: (other)", f->name));
	}
	for (size_t k = 0; k < nlevels + 2; k++)
		if (term[k] == -2)
			term[k] = rest_term;
	d->level_of[j] = term;
	free(counts);
}

static double raw(const struct design *d, const struct term *t, const struct sample *s, size_t i)
{
	double x = sample_x(s, t->feature, i);
	switch (t->kind) {
	case TERM_VALUE:
		return isnan(x) ? t->fill : x;
	case TERM_MISSING:
		return isnan(x);
	case TERM_LEVEL:
		break;
	}
	int nlevels = s->f->features[t->feature].nlevels;
	int code = isnan(x) ? nlevels : (int)x;
	return d->level_of[t->feature][code] == (int)(t - d->terms);
}

/* Mean and sd (n - 1) of each column in the training rows; columns that never change are dropped. */
static void standardise(const struct sample *s, struct design *d)
{
	for (size_t j = 0; j < d->nterms; j++) {
		struct term *t = &d->terms[j];
		struct nsum sum = { 0 }, squares = { 0 };
		for (size_t i = 0; i < s->n; i++)
			nsum_add(&sum, raw(d, t, s, i));
		t->mean = nsum_value(&sum) / (double)s->n;
		for (size_t i = 0; i < s->n; i++) {
			double dev = raw(d, t, s, i) - t->mean;
			nsum_add(&squares, dev * dev);
		}
		t->sd = sqrt(nsum_value(&squares) / (double)(s->n - 1));
		if (!(t->sd > 0))
			t->sd = INFINITY;   /* its standardised column is then all zeros */
	}
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
	standardise(s, d);
}

double *design_matrix(const struct design *d, const struct sample *s)
{
	double *x = mem_calloc(d->nterms * s->n, sizeof *x);
	for (size_t j = 0; j < d->nterms; j++) {
		const struct term *t = &d->terms[j];
		for (size_t i = 0; i < s->n; i++)
			x[j * s->n + i] = (raw(d, t, s, i) - t->mean) / t->sd;
	}
	return x;
}
