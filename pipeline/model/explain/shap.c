/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Shapley values come to: columns by weight, and a few predictions told in full. */
#include "model/explain/explain_int.h"

#include <math.h>
#include <stdlib.h>

/* ---- columns ------------------------------------------------------------------------------------------------------ */

struct weight {
	size_t group;
	double value;
};

static int by_value(const void *a, const void *b)
{
	const struct weight *x = a, *y = b;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return (x->group > y->group) - (x->group < y->group);
}

static int heaviest_first(const void *a, const void *b)
{
	const struct weight *x = a, *y = b;
	if (x->value != y->value)
		return x->value > y->value ? -1 : 1;
	return (x->group > y->group) - (x->group < y->group);
}

/* Ranks from 1, equal values share the mean of theirs. */
static double *ranks(const double *x, size_t n, struct arena *a)
{
	struct weight *v = arena_calloc(a, n, sizeof *v);
	double *rank = arena_calloc(a, n, sizeof *rank);
	for (size_t i = 0; i < n; i++)
		v[i] = (struct weight){ i, x[i] };
	qsort(v, n, sizeof *v, by_value);
	for (size_t i = 0, to; i < n; i = to) {
		for (to = i; to < n && v[to].value == v[i].value; to++)
			continue;
		for (size_t k = i; k < to; k++)
			rank[v[k].group] = (double)(i + to + 1) / 2;
	}
	return rank;
}

static double spearman(const double *x, const double *y, size_t n)
{
	struct arena *a = arena_new();
	double *kept[2] = { arena_calloc(a, n, sizeof **kept), arena_calloc(a, n, sizeof **kept) };
	size_t m = 0;
	for (size_t i = 0; i < n; i++) {
		if (isnan(x[i]))
			continue;
		kept[0][m] = x[i];
		kept[1][m++] = y[i];
	}
	double *u = ranks(kept[0], m, a), *v = ranks(kept[1], m, a), middle = (double)(m + 1) / 2, uv = 0, uu = 0, vv = 0;
	for (size_t i = 0; i < m; i++) {
		uv += (u[i] - middle) * (v[i] - middle);
		uu += (u[i] - middle) * (u[i] - middle);
		vv += (v[i] - middle) * (v[i] - middle);
	}
	arena_free(a);
	return m > 2 && uu > 0 && vv > 0 ? uv / sqrt(uu * vv) : NAN;
}

/* Means of |phi| over the drawn rows, groups x outputs. */
static double *sizes(const struct shap_work *w, struct arena *a)
{
	size_t each = w->groups * w->outputs;
	double *size = arena_calloc(a, each, sizeof *size);
	for (size_t i = 0; i < w->n; i++)
		for (size_t k = 0; k < each && w->drawn[i]; k++)
			size[k] += fabs(w->phi[i * each + k]) / (double)w->ndrawn;
	return size;
}

static void describe(const struct shap_work *w, size_t group, size_t output, struct shap_column *x)
{
	const struct contest *c = w->c;
	size_t parts, n = 0;
	const struct feature *f = group_feature(c->f, group, &parts);
	x->name = c->f->group_names[group];
	x->x = arena_calloc(c->a, w->n, sizeof *x->x);
	x->phi = arena_calloc(c->a, w->n, sizeof *x->phi);
	for (size_t i = 0; i < w->n; i++)
		if (w->drawn[i]) {
			x->x[n] = group_value(c->f, group, c->held[w->held[i]]);
			x->phi[n++] = w->phi[(i * w->groups + group) * w->outputs + output];
		}
	if (f && f->category) {
		x->levels = f->levels;
		x->nlevels = f->nlevels;
	}
	if (f && parts > 1)
		x->part = f->part == PART_CLOCK_SINE ? arena_printf(c->a, "%s: hour", x->name) : f->name;
	bool ordered = f && !f->category && (parts == 1 || f->part == PART_YEARS);
	x->trend = ordered ? spearman(x->x, x->phi, n) : NAN;
}

/* Where all stories start: the mean of the bases of the folds, over the drawn rows. */
static double common_base(const struct shap_work *w, size_t output)
{
	double sum = 0;
	for (size_t i = 0; i < w->n; i++)
		sum += w->drawn[i] ? w->base[i * w->outputs + output] : 0;
	return sum / (double)w->ndrawn;
}

/* The columns by weight; of many classes the one whose prediction moves most is looked at. */
static void rank_columns(const struct shap_work *w, struct shap *out)
{
	struct arena *a = arena_new();
	size_t g = w->groups, k = w->outputs, output = 0;
	double *size = sizes(w, a), *of_class = arena_calloc(a, k, sizeof *of_class);
	struct weight *order = arena_calloc(a, g, sizeof *order);
	for (size_t j = 0; j < g; j++) {
		order[j].group = j;
		for (size_t c = 0; c < k; c++) {
			order[j].value += size[j * k + c];
			of_class[c] += size[j * k + c];
		}
	}
	for (size_t c = 1; c < k; c++)
		output = of_class[c] > of_class[output] ? c : output;
	out->focus = w->c->r->task == TASK_BINARY ? 1 : (int)output;
	qsort(order, g, sizeof *order, heaviest_first);
	for (size_t j = 0; j < g; j++) {
		if (j >= EXPLAIN_COLUMNS) {
			out->rest += order[j].value;
			out->nrest++;
			continue;
		}
		struct shap_column *x = &out->column[out->ncolumns++];
		x->mean_abs = order[j].value;
		describe(w, order[j].group, output, x);
		x->by_class = k > 1 ? arena_calloc(w->c->a, k, sizeof *x->by_class) : NULL;
		for (size_t c = 0; c < k && k > 1; c++)
			x->by_class[c] = size[order[j].group * k + c];
	}
	out->base = common_base(w, output);
	arena_free(a);
}

/* ---- predictions told in full --------------------------------------------------------------------------------- */

static double row_error(const struct contest *c, const double *pred, size_t held)
{
	size_t k = (size_t)c->r->outputs;
	double y = c->truth[held];
	return c->f->nclasses ? 1 - pred[held * k + (size_t)y] : fabs(y - pred[held]);
}

/* Places among the held-out rows: the one with the median error, and the worst. */
static size_t choose_stories(const struct contest *c, size_t place[EXPLAIN_STORIES])
{
	const double *pred = c->r->candidates[c->r->chosen].oof;
	struct weight *v = mem_calloc(c->nheld, sizeof *v);
	for (size_t i = 0; i < c->nheld; i++)
		v[i] = (struct weight){ i, row_error(c, pred, i) };
	qsort(v, c->nheld, sizeof *v, by_value);
	place[0] = v[(c->nheld - 1) / 2].group;
	size_t n = 1;
	for (; n < EXPLAIN_STORIES && n < c->nheld; n++)
		place[n] = v[c->nheld - n].group;
	free(v);
	return n;
}

static double sum_of(const struct shap_work *w, size_t i, size_t output)
{
	double sum = w->base[i * w->outputs + output];
	for (size_t g = 0; g < w->groups; g++)
		sum += w->phi[(i * w->groups + g) * w->outputs + output];
	return sum;
}

static void tell(const struct shap_work *w, size_t i, const char *why, struct story *s)
{
	const struct contest *c = w->c;
	size_t g = w->groups, k = w->outputs, held = w->held[i], row = c->held[held], outputs = (size_t)c->r->outputs;
	const double *pred = c->r->candidates[c->r->chosen].oof + held * outputs;
	size_t said = 0;
	for (size_t o = 1; o < outputs; o++)
		said = pred[o] > pred[said] ? o : said;
	size_t output = k > 1 ? said : 0;
	*s = (struct story){ .why = why, .row = c->f->row[row], .actual = c->truth[held],
		.predicted = c->f->nclasses ? (double)said : pred[0], .output = k > 1 ? (int)said : c->f->nclasses ? 1 : 0,
		.base = common_base(w, output), .value = sum_of(w, i, output) };
	struct weight *order = mem_calloc(g, sizeof *order);
	double all = 0, change = w->base[i * k + output] - s->base;
	for (size_t j = 0; j < g; j++) {
		order[j] = (struct weight){ j, fabs(w->phi[(i * g + j) * k + output]) };
		all += order[j].value;
	}
	if (!(all > 0)) {
		s->base += change;
		change = 0;
	}
	qsort(order, g, sizeof *order, heaviest_first);
	for (size_t j = 0; j < g; j++) {
		size_t group = order[j].group, parts;
		double phi = w->phi[(i * g + group) * k + output] + (all > 0 ? change * order[j].value / all : 0);
		double x = group_value(c->f, group, row);
		if (j >= EXPLAIN_COLUMNS) {
			s->rest += phi;
			s->nrest++;
			continue;
		}
		const struct feature *f = group_feature(c->f, group, &parts);
		bool level = f && f->category && x >= 0 && x < f->nlevels;
		s->part[s->nparts++] = (struct story_part){ .column = c->f->group_names[group],
			.level = level ? f->levels[(size_t)x] : NULL, .x = x, .compound = parts > 1, .phi = phi };
	}
	free(order);
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

/* Of probabilities rather than log odds, which have no bounds. */
static double largest_error(const struct shap_work *w)
{
	size_t k = w->outputs;
	double most = 0, *v = mem_calloc(2 * k, sizeof *v);
	for (size_t i = 0; i < w->n; i++) {
		for (size_t c = 0; c < k; c++) {
			v[c] = sum_of(w, i, c);
			v[k + c] = w->score[i * k + c];
		}
		link_probabilities(w->model[0], v);
		link_probabilities(w->model[0], v + k);
		for (size_t c = 0; c < k; c++)
			most = fmax(most, fabs(v[c] - v[k + c]));
	}
	free(v);
	return most;
}

static const char *const reasons[EXPLAIN_STORIES] = { "typical", "worst", "worst" };

void shap_explain(struct contest *c, struct shap *out)
{
	struct arena *a = arena_new();
	size_t place[EXPLAIN_STORIES], nplaces = choose_stories(c, place);
	const struct learner *l = learner_of(c->r->candidates[c->r->chosen].kind);
	struct model *const *model = c->kept[c->r->chosen].model;
	struct shap_work w = { .c = c, .l = l, .model = model, .groups = c->f->ngroups, .outputs = link_outputs(model[0]),
		.method = l->shapley ? SHAP_EXACT : SHAP_SAMPLED };
	shap_values(&w, place, nplaces, a);
	*out = (struct shap){ .scale = link_name(link_of(model[0])), .method = w.method, .rows = w.ndrawn,
		.background = w.method == SHAP_EXACT ? 0 : w.background, .error = largest_error(&w) };
	rank_columns(&w, out);
	for (size_t k = 0; k < nplaces; k++)
		for (size_t i = 0; i < w.n; i++)
			if (w.held[i] == place[k])
				tell(&w, i, reasons[k], &out->story[out->nstories++]);
	arena_free(a);
}

const char *shap_method_name(enum shap_method m)
{
	static const char *const names[] = { "exact", "enumerated", "sampled" };
	return names[m];
}
