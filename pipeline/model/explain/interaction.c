/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which pair of columns matters together: Friedman's H (Friedman & Popescu 2008, eq. 44) of the weightiest
 * columns, over a few rows, since a pair costs the square of their number in predictions. */
#include "model/explain/explain_int.h"

#include <math.h>

enum { TOP = 4, ROWS = 40 };

struct joint {
	struct contest *c;
	const struct model *m;
	struct mix mix;
	size_t n, focus;         /* focus: of link_outputs */
	const uint32_t *rows;
	double *pred, *v;
};

/* Partial dependence at each row's own values of one or two columns, about its mean. */
static void dependence_at(struct joint *j, const size_t *groups, size_t ngroups, double *out)
{
	size_t n = j->n, k = link_outputs(j->m);
	double mean = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t o = 0; o < n; o++) {
			mix_row(&j->mix, i * n + o, j->rows[o]);
			for (size_t g = 0; g < ngroups; g++)
				mix_group(&j->mix, i * n + o, groups[g], j->rows[i]);
		}
	link_scores(j->m, &j->mix.sample, j->pred, j->v);
	for (size_t i = 0; i < n; i++) {
		out[i] = 0;
		for (size_t o = 0; o < n; o++)
			out[i] += j->v[(i * n + o) * k + j->focus] / (double)n;
		mean += out[i] / (double)n;
	}
	for (size_t i = 0; i < n; i++)
		out[i] -= mean;
}

static bool additive(enum model_kind k)
{
	return k == MODEL_OLS || k == MODEL_ROBUST || k == MODEL_RIDGE || k == MODEL_LASSO || k == MODEL_ELASTIC_NET ||
		k == MODEL_LOGISTIC || k == MODEL_BAYES;
}

static void try_pairs(struct joint *j, const size_t *groups, size_t top, struct interaction *out)
{
	double single[TOP][ROWS], both[ROWS];
	for (size_t x = 0; x < top; x++)
		dependence_at(j, &groups[x], 1, single[x]);
	for (size_t x = 0; x < top; x++)
		for (size_t y = x + 1; y < top; y++) {
			double own = 0, all = 0, rest;
			dependence_at(j, (size_t[]){ groups[x], groups[y] }, 2, both);
			for (size_t i = 0; i < j->n; i++) {
				rest = both[i] - single[x][i] - single[y][i];
				own += rest * rest;
				all += both[i] * both[i];
			}
			out->pairs++;
			if (!(all > 0) || !(isnan(out->h) || own / all > out->h))
				continue;
			out->h = own / all;
			out->a = j->c->f->group_names[groups[x]];
			out->b = j->c->f->group_names[groups[y]];
		}
}

void interaction_explain(struct contest *c, const size_t *groups, size_t n, struct explanation *out)
{
	const struct candidate *best = &c->r->candidates[c->r->chosen];
	out->interaction = (struct interaction){ .h = NAN };
	if (additive(best->kind) || n < 2 || c->f->n < ROWS)
		return;
	struct arena *a = arena_new();
	size_t rows = model_price(best->kind) > 10 ? ROWS / 2 : ROWS;
	uint32_t *chosen = arena_calloc(a, rows, sizeof *chosen);
	struct joint j = { .c = c, .m = best->model, .n = explain_choose(c->f->n, rows, c->spec->seed + 4, chosen),
		.focus = link_outputs(best->model) > 1 ? (size_t)out->shap.focus : 0, .rows = chosen };
	mix_new(&j.mix, c->f, j.n * j.n, a);
	j.pred = arena_calloc(a, j.n * j.n * (size_t)c->r->outputs, sizeof *j.pred);
	j.v = arena_calloc(a, j.n * j.n * link_outputs(best->model), sizeof *j.v);
	out->interaction.rows = j.n;
	try_pairs(&j, groups, n < TOP ? n : TOP, &out->interaction);
	arena_free(a);
}
