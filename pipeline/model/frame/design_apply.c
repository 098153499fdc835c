/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fitted design applied to rows: as a matrix, as predictions, as contributions of columns. */
#include "model/frame/design_int.h"

#include <math.h>
#include <stdlib.h>

/* The value of a term in a row, of all terms but those of levels; centred and scaled. */
static double value_of(const struct term *t, const struct sample *s, size_t i)
{
	double v = sample_x(s, t->feature, i);
	if (t->kind == TERM_MISSING)
		v = isnan(v) ? 1 : 0;
	else if (t->kind == TERM_CODES)
		v = t->codes[feature_code(&s->f->features[t->feature], v)];
	else if (isnan(v))
		v = t->fill;
	return (v - t->mean) / t->sd;
}

double *design_matrix(const struct design *d, const struct sample *s, struct arena *a)
{
	double *x = arena_calloc(a, d->nterms * s->n, sizeof *x);
	for (size_t j = 0; j < d->nterms; j++) {
		const struct term *t = &d->terms[j];
		double *column = x + j * s->n, zero = (0 - t->mean) / t->sd;
		for (size_t i = 0; i < s->n; i++)   /* a row sets one of its feature's levels, below */
			column[i] = t->kind == TERM_LEVEL ? zero : value_of(t, s, i);
	}
	for (size_t f = 0; f < s->f->nfeatures; f++) {
		const int *term = d->level_of[f];
		for (size_t i = 0; term && i < s->n; i++) {
			int j = term[feature_code(&s->f->features[f], sample_x(s, f, i))];
			if (j >= 0)
				x[(size_t)j * s->n + i] = (1 - d->terms[j].mean) / d->terms[j].sd;
		}
	}
	return x;
}

double *design_train(const struct design *d, const struct sample *s, struct arena *a)
{
	double *x = design_matrix(d, s, a);
	for (size_t j = 0; j < d->nterms; j++) {
		const struct term *t = &d->terms[j];
		double *column = x + j * s->n;
		if (t->kind != TERM_CODES || t->outcome < 0)
			continue;
		encode_honestly(t, s, column);
		for (size_t i = 0; i < s->n; i++)
			column[i] = (column[i] - t->mean) / t->sd;
	}
	return x;
}

/* All flags of levels at zero are part of the constant, so that a row pays once a feature, not once a term. */
void design_predict(const struct design *d, const double *b, const struct sample *s, double *out)
{
	double constant = b[0];
	for (size_t j = 0; j < d->nterms; j++)
		if (d->terms[j].kind == TERM_LEVEL)
			constant -= b[j + 1] * d->terms[j].mean / d->terms[j].sd;
	for (size_t i = 0; i < s->n; i++)
		out[i] = constant;
	for (size_t j = 0; j < d->nterms; j++) {
		const struct term *t = &d->terms[j];
		double slope = b[j + 1] / t->sd;
		if (t->kind == TERM_LEVEL || slope == 0)
			continue;
		if (t->kind == TERM_VALUE) {
			for (size_t i = 0; i < s->n; i++) {
				double v = sample_x(s, t->feature, i);
				out[i] += slope * ((isnan(v) ? t->fill : v) - t->mean);
			}
			continue;
		}
		for (size_t i = 0; i < s->n; i++)
			out[i] += b[j + 1] * value_of(t, s, i);
	}
	for (size_t f = 0; f < s->f->nfeatures; f++) {
		const int *term = d->level_of[f];
		for (size_t i = 0; term && i < s->n; i++) {
			int j = term[feature_code(&s->f->features[f], sample_x(s, f, i))];
			if (j >= 0)
				out[i] += b[j + 1] / d->terms[j].sd;
		}
	}
}

void design_contributions(const struct design *d, const double *b, const struct sample *s, size_t step, double *out)
{
	for (size_t j = 0; j < d->nterms; j++) {
		const struct term *t = &d->terms[j];
		double *column = out + s->f->features[t->feature].group, zero = b[j + 1] * (0 - t->mean) / t->sd;
		if (b[j + 1] == 0)
			continue;
		for (size_t i = 0; i < s->n; i++)
			column[i * step] += t->kind == TERM_LEVEL ? zero : b[j + 1] * value_of(t, s, i);
	}
	for (size_t f = 0; f < s->f->nfeatures; f++) {
		const int *term = d->level_of[f];
		for (size_t i = 0; term && i < s->n; i++) {
			int j = term[feature_code(&s->f->features[f], sample_x(s, f, i))];
			if (j >= 0)
				out[i * step + (size_t)s->f->features[f].group] += b[j + 1] / d->terms[j].sd;
		}
	}
}
