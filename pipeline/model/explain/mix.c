/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows put together from parts of others, and the scale on which a model adds up. */
#include "model/explain/explain_int.h"

#include <math.h>
#include <string.h>

/* ---- mixed rows ---------------------------------------------------------------------------------------- */

void mix_new(struct mix *m, const struct frame *f, size_t room, struct arena *a)
{
	*m = (struct mix){ .from = f, .frame = *f, .room = room };
	uint32_t *rows = arena_calloc(a, room, sizeof *rows);
	for (size_t i = 0; i < room; i++)
		rows[i] = (uint32_t)i;
	m->frame.n = room;
	m->frame.y = arena_calloc(a, room, sizeof *m->frame.y);
	m->frame.row = arena_calloc(a, room, sizeof *m->frame.row);
	m->frame.time = NULL;
	m->frame.features = arena_calloc(a, f->nfeatures, sizeof *f->features);
	for (size_t j = 0; j < f->nfeatures; j++) {
		m->frame.features[j] = f->features[j];
		m->frame.features[j].x = arena_calloc(a, room, sizeof(double));
	}
	m->sample = (struct sample){ .f = &m->frame, .rows = rows, .n = room };
}

void mix_set(struct mix *m, size_t row, size_t feature, size_t from)
{
	m->frame.features[feature].x[row] = m->from->features[feature].x[from];
}

void mix_row(struct mix *m, size_t row, size_t from)
{
	for (size_t j = 0; j < m->from->nfeatures; j++)
		mix_set(m, row, j, from);
}

void mix_group(struct mix *m, size_t row, size_t group, size_t from)
{
	for (size_t j = 0; j < m->from->nfeatures; j++)
		if ((size_t)m->from->features[j].group == group)
			mix_set(m, row, j, from);
}

/* ---- the scale ------------------------------------------------------------------------------------------- */

enum link link_of(const struct model *m)
{
	if (m->task == TASK_REGRESSION)
		return m->smear > 0 ? LINK_LOG_TARGET : LINK_TARGET;
	switch (m->kind) {
	case MODEL_RIDGE: case MODEL_LASSO: case MODEL_ELASTIC_NET: case MODEL_LOGISTIC: case MODEL_GBM: case MODEL_BAYES:
		return LINK_LOG_ODDS;
	case MODEL_BASELINE: case MODEL_OLS: case MODEL_ROBUST: case MODEL_TREE: case MODEL_FOREST: case MODEL_KNN:
	case MODEL_AVERAGE: case MODEL_STACK: case MODEL_KINDS:
		break;
	}
	return LINK_PROBABILITY;
}

const char *link_name(enum link l)
{
	static const char *const names[] = { "target", "log target", "log odds", "probability" };
	return names[l];
}

size_t link_outputs(const struct model *m)
{
	return m->task == TASK_MULTICLASS ? (size_t)m->outputs : 1;
}

void link_convert(const struct model *m, const double *from, size_t rows, double *out)
{
	size_t k = (size_t)m->outputs;
	enum link l = link_of(m);
	for (size_t i = 0; i < rows; i++, from += k) {
		double mean = 0;
		for (size_t c = 0; c < k; c++)
			mean += from[c] / (double)k;
		if (m->task == TASK_REGRESSION)
			out[i] = from[0];
		else if (m->task == TASK_BINARY)
			out[i] = l == LINK_LOG_ODDS ? from[1] - from[0] : from[1];
		else
			for (size_t c = 0; c < k; c++)
				out[i * k + c] = l == LINK_LOG_ODDS ? from[c] - mean : from[c];
	}
}

/* Probabilities that reach 0 or 1 have no log odds: these stop before. */
void link_scores(const struct model *m, const struct sample *s, double *pred, double *out)
{
	const double least = 1e-12;
	size_t k = (size_t)m->outputs;
	if (link_of(m) == LINK_LOG_TARGET)
		learner_of(m->kind)->predict(m, s, pred);
	else
		model_predict(m, s, pred);
	for (size_t i = 0; i < s->n * k && link_of(m) == LINK_LOG_ODDS; i++)
		pred[i] = log(fmax(least, pred[i]));
	link_convert(m, pred, s->n, out);
}

void link_probabilities(const struct model *m, double *score)
{
	size_t k = link_outputs(m);
	double most = -INFINITY, sum = 0;
	if (link_of(m) != LINK_LOG_ODDS)
		return;
	if (k == 1) {
		*score = 1 / (1 + exp(-*score));
		return;
	}
	for (size_t c = 0; c < k; c++)
		most = fmax(most, score[c]);
	for (size_t c = 0; c < k; c++)
		sum += score[c] = exp(score[c] - most);
	for (size_t c = 0; c < k; c++)
		score[c] /= sum;
}

/* ---- helpers ----------------------------------------------------------------------------------------------- */

size_t model_price(enum model_kind k)
{
	switch (k) {
	case MODEL_KNN: case MODEL_AVERAGE: case MODEL_STACK:
		return 20;
	case MODEL_FOREST:
		return 2;
	case MODEL_BASELINE: case MODEL_OLS: case MODEL_ROBUST: case MODEL_RIDGE: case MODEL_LASSO: case MODEL_ELASTIC_NET:
	case MODEL_LOGISTIC: case MODEL_TREE: case MODEL_GBM: case MODEL_BAYES: case MODEL_KINDS:
		break;
	}
	return 1;
}

/* Selection sampling (Knuth, TAOCP 2, 3.4.2, algorithm S). */
size_t explain_choose(size_t n, size_t want, uint64_t seed, uint32_t *out)
{
	struct rng g;
	size_t m = 0;
	rng_seed(&g, seed);
	want = want < n ? want : n;
	for (size_t i = 0; i < n && m < want; i++)
		if (rng_unit(&g) * (double)(n - i) < (double)(want - m))
			out[m++] = (uint32_t)i;
	return m;
}

const struct feature *group_feature(const struct frame *f, size_t group, size_t *parts)
{
	const struct feature *first = NULL;
	*parts = 0;
	for (size_t j = 0; j < f->nfeatures; j++)
		if ((size_t)f->features[j].group == group && (*parts)++ == 0)
			first = &f->features[j];
	return first;
}

double group_value(const struct frame *f, size_t group, size_t row)
{
	size_t parts;
	const struct feature *x = group_feature(f, group, &parts);
	if (!x)
		return NAN;
	if (x->part != PART_CLOCK_SINE || parts < 2)
		return x->x[row];
	double hour = atan2(x->x[row], x[1].x[row]) / (2 * 3.14159265358979323846) * 24;
	return hour < 0 ? hour + 24 : hour;
}
