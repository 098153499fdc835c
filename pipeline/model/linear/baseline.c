/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The baseline, which knows the target alone: what any model has to beat. */
#include "model/model_int.h"

#include <math.h>

/* Unseen is not impossible: a class that training lacks counts half a row, lest one row of it cost
 * without bound. */
static void class_shares(const struct sample *s, double *share, int classes)
{
	double total = 0;
	for (size_t i = 0; i < s->n; i++)
		share[(size_t)sample_y(s, i)]++;
	for (int k = 0; k < classes; k++)
		total += share[k] = fmax(share[k], 0.5);
	for (int k = 0; k < classes; k++)
		share[k] /= total;
}

static int baseline_fit(const struct sample *s, const struct model_spec *spec, struct arena *a, struct model *m,
	struct candidate *c, struct err *e)
{
	(void)spec;
	(void)c;
	(void)e;
	m->prior = arena_calloc(a, (size_t)m->outputs, sizeof *m->prior);
	if (m->task != TASK_REGRESSION) {
		class_shares(s, m->prior, m->outputs);
		return 0;
	}
	struct nsum sum = { 0 };
	for (size_t i = 0; i < s->n; i++)
		nsum_add(&sum, sample_y(s, i));
	m->prior[0] = nsum_value(&sum) / (double)s->n;
	return 0;
}

static void baseline_predict(const struct model *m, const struct sample *s, double *out)
{
	size_t k = (size_t)m->outputs;
	for (size_t i = 0; i < s->n * k; i++)
		out[i] = m->prior[i % k];
}

const struct learner learner_baseline = {
	.kind = MODEL_BASELINE,
	.name = { "Baseline (mean)", "Baseline (class shares)", "Baseline (class shares)" },
	.fit = baseline_fit,
	.predict = baseline_predict,
};
