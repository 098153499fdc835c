/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the best candidate treats groups that somebody named alike. The column of the groups need not
 * be one that models see. */
#include "model/contest/judge_int.h"
#include "model/frame/frame_int.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 50, FEW_NUMBERS = 10, COMPARED = 30, COMPARED_CASES = 10, QUARTERS = 4 };

/* ---- who belongs where --------------------------------------------------------------------------------- */

struct grouping {
	int *of;                 /* group of each held-out row */
	struct condition *when;
	size_t n;
};

static void by_level(const struct feature *f, const double *x, size_t rows, struct arena *a, struct grouping *g)
{
	g->n = (size_t)f->nlevels + 1;
	g->when = arena_calloc(a, g->n, sizeof *g->when);
	for (int l = 0; l < f->nlevels; l++)
		g->when[l] = (struct condition){ .kind = CONDITION_LEVEL, .level = f->levels[l] };
	g->when[f->nlevels] = (struct condition){ .kind = CONDITION_MISSING };
	for (size_t i = 0; i < rows; i++)
		g->of[i] = (int)feature_code(f, x[i]);
}

static void by_quarter(const double *x, size_t rows, struct arena *a, struct grouping *g)
{
	double *v = mem_calloc(rows, sizeof *v), edge[QUARTERS + 1] = { -INFINITY };
	size_t known = 0, edges = 0;
	for (size_t i = 0; i < rows; i++)
		if (!isnan(x[i]))
			v[known++] = x[i];
	sort_doubles(v, known);
	for (int q = 1; q < QUARTERS && known; q++) {
		double at = quantile_of(v, known, (double)q / QUARTERS);
		if (at > v[0] && at > edge[edges])
			edge[++edges] = at;
	}
	free(v);
	edge[++edges] = INFINITY;
	g->n = edges + 1;
	g->when = arena_calloc(a, g->n, sizeof *g->when);
	for (size_t q = 0; q < edges; q++)
		g->when[q] = (struct condition){ .kind = CONDITION_RANGE, .from = edge[q], .to = edge[q + 1] };
	g->when[edges] = (struct condition){ .kind = CONDITION_MISSING };
	for (size_t i = 0; i < rows; i++) {
		size_t q = 0;
		while (q + 1 < edges && x[i] >= edge[q + 1])
			q++;
		g->of[i] = (int)(isnan(x[i]) ? edges : q);
	}
}

static const char *group_rows(const struct heldout *t, int col, struct arena *a, struct grouping *g)
{
	const struct contest *c = t->c;
	size_t n = t->j->n;
	int64_t *row = arena_calloc(a, n, sizeof *row);
	for (size_t i = 0; i < n; i++)
		row[i] = c->f->row[t->rows[i]];
	struct cells cells = { c->t, col, row, n };
	enum column_type type = table_field(c->t, col)->type;
	bool words = type == COLUMN_DICT || type == COLUMN_BOOL;
	struct feature f = { .name = table_field(c->t, col)->name };
	double *x = cells_numbers(&cells, a);
	g->of = arena_calloc(a, n, sizeof *g->of);
	if (type == COLUMN_UTF8)
		return "it holds free text";
	if (levels_learn(&cells, x, words ? LEVELS : FEW_NUMBERS, a, &f))
		by_level(&f, x, n, a, g);
	else if (words)
		return "it has more than 50 levels";
	else
		by_quarter(x, n, a, g);
	for (size_t k = 0; k < g->n; k++)
		g->when[k].name = f.name;
	return NULL;
}

/* ---- what a group gets ------------------------------------------------------------------------------------- */

struct tally {
	double n, positives, tp, fp, wrong, loss;
	struct welch bias;
};

static void count(const struct heldout *t, const struct grouping *g, const bool *selected, struct tally *tally)
{
	const struct judged *j = t->j;
	for (size_t i = 0; i < j->n; i++) {
		struct tally *w = &tally[g->of[i]];
		bool positive = j->y[i] > 0;
		double said = j->task == TASK_BINARY ? j->pred[2 * i + 1] : j->pred[i];
		w->n++;
		w->loss += t->loss[i];
		welch_add(&w->bias, said - j->y[i]);
		if (j->task == TASK_MULTICLASS)
			w->wrong += j->terms[i].likeliest != (uint32_t)j->y[i];
		if (j->task != TASK_BINARY)
			continue;
		w->wrong += selected[i] != positive;
		w->positives += positive;
		w->tp += selected[i] && positive;
		w->fp += selected[i] && !positive;
	}
}

static const struct score absent = { NAN, NAN, NAN };

static struct group describe(enum task task, const struct condition *when, const struct tally *w)
{
	static const struct welch zero = { 2, 0, 0 };   /* a mean without error */
	struct group g = { .when = *when, .n = (int64_t)w->n, .positives = NAN, .selected = absent, .tpr = absent,
		.fpr = absent, .precision = absent, .wrong = absent, .bias = absent, .loss = w->loss / w->n,
		.counts = w->n >= COMPARED };
	double p;
	if (task != TASK_MULTICLASS)
		g.bias = welch_difference(&w->bias, &zero, 0.95, &p);
	if (task != TASK_REGRESSION)
		g.wrong = wilson(w->wrong, w->n, 0.95);
	if (task != TASK_BINARY)
		return g;
	g.positives = w->positives;
	g.selected = wilson(w->tp + w->fp, w->n, 0.95);
	g.tpr = wilson(w->tp, w->positives, 0.95);
	g.fpr = wilson(w->fp, w->n - w->positives, 0.95);
	g.precision = wilson(w->tp, w->tp + w->fp, 0.95);
	return g;
}

/* ---- how far groups are apart ---------------------------------------------------------------------------------- */

struct share {
	double hits, n;
};

/* Newcombe 1998, method 10. */
static struct score difference(const struct share *a, const struct share *b, double level)
{
	struct score x = wilson(a->hits, a->n, level), y = wilson(b->hits, b->n, level);
	double d = x.value - y.value;
	return (struct score){ d, d - hypot(x.value - x.lo, y.hi - y.value), d + hypot(x.hi - x.value, y.value - y.lo) };
}

/* Katz et al. 1978, on the scale of logarithms; half a case more where there is none. */
static struct score ratio(const struct share *a, const struct share *b, double level)
{
	double more = a->hits > 0 ? 0 : 0.5, x = a->hits + more, y = b->hits + more, m = a->n + more, n = b->n + more;
	double z = gsl_cdf_ugaussian_Pinv((1 + level) / 2), half = z * sqrt(1 / x - 1 / m + 1 / y - 1 / n);
	return (struct score){ a->hits / a->n / (b->hits / b->n), x / m / (y / n) * exp(-half), x / m / (y / n) * exp(half) };
}

/* The two of the groups that differ most, among those with enough rows behind their share. */
static struct gap widest(const struct share *s, const struct group *g, size_t n, double least, double *level)
{
	struct gap out = { absent, -1, -1 };
	double groups = 0;
	for (size_t k = 0; k < n; k++) {
		if (!g[k].counts || s[k].n < least)
			continue;
		groups++;
		double p = s[k].hits / s[k].n;
		if (out.high < 0 || p > s[out.high].hits / s[out.high].n)
			out.high = (int)k;
		if (out.low < 0 || p < s[out.low].hits / s[out.low].n)
			out.low = (int)k;
	}
	*level = 1 - 0.05 / fmax(1, groups * (groups - 1) / 2);   /* Bonferroni over pairs */
	if (groups < 2)
		out.high = out.low = -1;
	else if (out.high == out.low)   /* all alike */
		out.value = (struct score){ 0, NAN, NAN };
	else
		out.value = difference(&s[out.high], &s[out.low], *level);
	return out;
}

static struct gap widest_bias(const struct tally *w, const struct group *g, size_t n)
{
	struct gap out = { absent, -1, -1 };
	double groups = 0, p;
	for (size_t k = 0; k < n; k++) {
		if (!g[k].counts)
			continue;
		groups++;
		if (out.high < 0 || g[k].bias.value > g[out.high].bias.value)
			out.high = (int)k;
		if (out.low < 0 || g[k].bias.value < g[out.low].bias.value)
			out.low = (int)k;
	}
	if (groups < 2 || out.high == out.low)
		return (struct gap){ absent, -1, -1 };
	out.value = welch_difference(&w[out.high].bias, &w[out.low].bias, 1 - 0.05 / (groups * (groups - 1) / 2), &p);
	return out;
}

static void compare(enum task task, const struct tally *w, struct fairness *f)
{
	struct share *s = mem_calloc(f->ngroups, sizeof *s);
	double level, groups = 0;
	f->parity = f->ratio = f->tpr = f->fpr = f->error = (struct gap){ absent, -1, -1 };
	f->odds = NAN;
	for (size_t k = 0; k < f->ngroups; k++) {
		groups += f->group[k].counts;
		s[k] = (struct share){ w[k].wrong, w[k].n };
	}
	if (groups < 2)
		f->why = "fewer than two groups have 30 rows";
	if (task == TASK_REGRESSION)
		f->error = widest_bias(w, f->group, f->ngroups);
	else
		f->error = widest(s, f->group, f->ngroups, COMPARED, &level);
	if (task == TASK_BINARY) {
		for (size_t k = 0; k < f->ngroups; k++)
			s[k] = (struct share){ w[k].tp + w[k].fp, w[k].n };
		f->parity = f->ratio = widest(s, f->group, f->ngroups, COMPARED, &level);
		f->ratio.value = absent;
		if (f->ratio.high >= 0 && s[f->ratio.high].hits > 0)
			f->ratio.value = ratio(&s[f->ratio.low], &s[f->ratio.high], level);
		for (size_t k = 0; k < f->ngroups; k++)
			s[k] = (struct share){ w[k].tp, w[k].positives };
		f->tpr = widest(s, f->group, f->ngroups, COMPARED_CASES, &level);
		for (size_t k = 0; k < f->ngroups; k++)
			s[k] = (struct share){ w[k].fp, w[k].n - w[k].positives };
		f->fpr = widest(s, f->group, f->ngroups, COMPARED_CASES, &level);
		f->odds = fmax(f->tpr.value.value, f->fpr.value.value);
	}
	free(s);
}

static bool sees(const struct frame *f, const char *name)
{
	for (size_t g = 0; g < f->ngroups; g++)
		if (strcmp(f->group_names[g], name) == 0)
			return true;
	return false;
}

static void judge_column(const struct heldout *t, int col, const bool *selected, struct fairness *f)
{
	struct arena *a = arena_new();
	struct grouping g = { 0 };
	f->name = table_field(t->c->t, col)->name;
	f->used = sees(t->c->f, f->name);
	f->why = group_rows(t, col, t->c->a, &g);
	if (!f->why) {
		struct tally *all = arena_calloc(a, g.n, sizeof *all), *w = arena_calloc(a, g.n, sizeof *w);
		count(t, &g, selected, all);
		f->group = arena_calloc(t->c->a, g.n, sizeof *f->group);
		for (size_t k = 0; k < g.n; k++)
			if (all[k].n > 0) {
				w[f->ngroups] = all[k];
				f->group[f->ngroups++] = describe(t->j->task, &g.when[k], &all[k]);
			}
		compare(t->j->task, w, f);
	}
	arena_free(a);
}

void judge_groups(const struct heldout *t)
{
	const struct model_spec *s = t->c->spec;
	const struct judged *j = t->j;
	enum cut_rule rule = s->cost_fp == s->cost_fn ? CUT_HALF : CUT_COST;
	bool *selected = mem_calloc(j->n, sizeof *selected);
	t->out->fairness = arena_calloc(t->c->a, s->nfairness, sizeof *t->out->fairness);
	for (int part = 0; s->nfairness && j->task == TASK_BINARY && part < t->parts; part++) {
		double at = cut_choose(t, rule, part);
		for (size_t i = 0; i < j->n; i++)
			if (t->part[i] == part)
				selected[i] = j->pred[2 * i + 1] >= at;
	}
	for (size_t k = 0; k < s->nfairness; k++) {
		struct fairness *f = &t->out->fairness[t->out->nfairness++];
		judge_column(t, s->fairness[k], selected, f);
		f->cut = j->task == TASK_BINARY ? cut_choose(t, rule, -1) : NAN;
	}
	free(selected);
}
