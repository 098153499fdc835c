/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Predictive power: how well one column alone predicts another on rows that were held out. Unlike a
 * correlation it sees any shape and has a direction. The definition stands at struct power_score.
 */
#include "profile/relations_int.h"

#include <stdlib.h>

enum { ROWS_LEAST = 20, BIN_LEAST = 5, BINS_MAX = LEVELS_MAX + 1 };

/* What is no better than the baseline but for rounding is no better. */
static double share(double score, double base)
{
	double s = base < 1 ? (score - base) / (1 - base) : NAN;
	return s < 1e-12 ? 0 : s;
}

/* From what the folds give one by one and all together. */
static struct power_score score_of(double all, const double fold[POWER_FOLDS])
{
	struct power_score s = { .score = all, .lo = NAN, .hi = NAN };
	for (int f = 0; f < POWER_FOLDS; f++) {
		s.lo = isnan(s.lo) || fold[f] < s.lo ? fold[f] : s.lo;
		s.hi = isnan(s.hi) || fold[f] > s.hi ? fold[f] : s.hi;
	}
	return s;
}

/* ---- numbers ------------------------------------------------------------------------------ */

/* The rows of one bin, by value. */
struct stretch {
	const double *x;
	const uint8_t *fold;
	size_t n;
};

/* The median of the rows that are not in fold f, for each f; NaN when there are fewer than `least`. The
 * rows of a fold, of which `at` has room for all, are stepped over on the way to the middle. */
static void medians_without(const struct stretch *s, size_t least, uint32_t *at, double *median)
{
	size_t end[POWER_FOLDS + 1] = { 0 };
	for (size_t i = 0; i < s->n; i++)
		end[s->fold[i] + 1]++;
	for (int f = 0; f < POWER_FOLDS; f++)
		end[f + 1] += end[f];
	for (size_t i = 0; i < s->n; i++)
		at[end[s->fold[i]]++] = (uint32_t)i;
	for (int f = 0; f < POWER_FOLDS; f++) {
		const uint32_t *own = at + (f ? end[f - 1] : 0), *last = at + end[f];
		size_t m = s->n - (size_t)(last - own), low = (m - 1) / 2, high = m / 2;
		median[f] = NAN;
		if (m < least || m == 0)
			continue;
		for (; own < last && *own <= low; own++) {
			low++;
			high++;
		}
		for (; own < last && *own <= high && high > low; own++)
			high++;
		median[f] = s->x[low] / 2 + s->x[high] / 2;
	}
}

/* Adds the sum of |x - centre of its fold| over the rows of each fold. */
static void add_deviations(const struct stretch *s, const double *centre, double *total)
{
	double sum[POWER_FOLDS] = { 0 };
	for (size_t i = 0; i < s->n; i++)
		sum[s->fold[i]] += fabs(s->x[i] - centre[s->fold[i]]);
	for (int f = 0; f < POWER_FOLDS; f++)
		total[f] += sum[f];
}

void power_baseline(struct panel_column *y, const struct panel *p)
{
	size_t n = (size_t)y->n;
	uint32_t *at = mem_alloc((n + 1) * sizeof *at);
	y->fold = mem_alloc(n + 1);
	for (size_t i = 0; i < n; i++)
		y->fold[i] = p->fold[y->row[i]];
	struct stretch all = { y->x, y->fold, n };
	medians_without(&all, 1, at, y->median);
	add_deviations(&all, y->median, y->deviation);
	free(at);
}

/* The rows of `y`, still by value, one bin after the other; start has bins + 1. */
static void stretches(const struct panel_column *x, const struct panel_column *y, double *value,
	uint8_t *fold, size_t *start)
{
	size_t at[BINS_MAX + 1] = { 0 };
	for (int64_t i = 0; i < y->n; i++)
		at[x->bin[y->row[i]] + 1]++;
	for (int b = 0; b < x->bins; b++)
		at[b + 1] += at[b];
	memcpy(start, at, ((size_t)x->bins + 1) * sizeof *start);
	for (int64_t i = 0; i < y->n; i++) {
		size_t to = at[x->bin[y->row[i]]]++;
		value[to] = y->x[i];
		fold[to] = y->fold[i];
	}
}

/* A far value may make a sum infinite: the score is then undefined. */
static struct power_score number_score(const struct panel_column *x, const struct panel_column *y)
{
	size_t n = (size_t)y->n, start[BINS_MAX + 1];
	double *value = mem_alloc((n + 1) * sizeof *value), model = 0, base = 0,
		score[POWER_FOLDS], here[POWER_FOLDS] = { 0 };
	uint8_t *fold = mem_alloc(n + 1);
	uint32_t *at = mem_alloc((n + 1) * sizeof *at);
	stretches(x, y, value, fold, start);
	for (int b = 0; b < x->bins; b++) {
		struct stretch s = { value + start[b], fold + start[b], start[b + 1] - start[b] };
		double centre[POWER_FOLDS];
		medians_without(&s, BIN_LEAST, at, centre);
		for (int f = 0; f < POWER_FOLDS; f++)
			centre[f] = isnan(centre[f]) ? y->median[f] : centre[f];
		add_deviations(&s, centre, here);
	}
	for (int f = 0; f < POWER_FOLDS; f++) {
		double without = y->deviation[f];
		score[f] = without > 0 ? share(1 - here[f] / without, 0) : NAN;
		model += here[f];
		base += without;
	}
	free(at);
	free(fold);
	free(value);
	struct power_score s = score_of(base > 0 ? share(1 - model / base, 0) : NAN, score);
	s.error = model / (double)n;
	s.baseline = base / (double)n;
	return s;
}

/* ---- classes ------------------------------------------------------------------------------ */

/* What was said of the rows of each class. */
struct verdicts {
	double right[LEVELS_MAX], said[LEVELS_MAX], actual[LEVELS_MAX];
};

/* F1 of the classes, weighted by their rows. */
static double weighted_f1(const struct verdicts *v, int classes)
{
	double sum = 0, n = 0;
	for (int c = 0; c < classes; c++) {
		double all = v->said[c] + v->actual[c];
		sum += all > 0 ? v->actual[c] * 2 * v->right[c] / all : 0;
		n += v->actual[c];
	}
	return n > 0 ? sum / n : NAN;
}

/* The better of the commonest class for all, and classes at random by their shares. */
static double baseline_f1(const struct verdicts *v, int classes)
{
	double n = 0, most = 0, random = 0;
	for (int c = 0; c < classes; c++)
		n += v->actual[c];
	for (int c = 0; c < classes; c++) {
		double q = v->actual[c] / n;
		most = fmax(most, q);
		random += q * q;
	}
	return fmax(random, most * 2 * most / (1 + most));
}

/* count: of bin, class and fold; gives a class, the first of equals. */
static int commonest(const int64_t *count, int classes, int without, int64_t *rows)
{
	int best = 0;
	int64_t most = -1;
	*rows = 0;
	for (int c = 0; c < classes; c++) {
		int64_t n = 0;
		for (int f = 0; f < POWER_FOLDS; f++)
			n += f == without ? 0 : count[c * POWER_FOLDS + f];
		*rows += n;
		if (n > most) {
			most = n;
			best = c;
		}
	}
	return best;
}

/* Fold f judged by the others, added to `all` as well. */
static void judge(const int64_t *count, const int64_t *total, int bins, int classes, int f,
	struct verdicts *here, struct verdicts *all)
{
	int64_t rows;
	int usual = commonest(total, classes, f, &rows);
	memset(here, 0, sizeof *here);
	for (int b = 0; b < bins; b++) {
		const int64_t *in = count + b * classes * POWER_FOLDS;
		int say = commonest(in, classes, f, &rows);
		if (rows < BIN_LEAST)
			say = usual;
		for (int c = 0; c < classes; c++) {
			double n = (double)in[c * POWER_FOLDS + f];
			here->actual[c] += n;
			here->said[say] += n;
			here->right[c] += c == say ? n : 0;
		}
	}
	for (int c = 0; c < classes; c++) {
		all->actual[c] += here->actual[c];
		all->said[c] += here->said[c];
		all->right[c] += here->right[c];
	}
}

static struct power_score class_score(const struct panel *p, const struct panel_column *x,
	const struct panel_column *y)
{
	int block = y->classes * POWER_FOLDS;
	int64_t *count = mem_calloc((size_t)(block * (x->bins + 1)), sizeof *count),
		*total = count + block * x->bins, n = 0;
	for (int64_t i = 0; i < p->sample->n; i++)
		if (y->class_of[i] != LEVEL_NONE) {
			count[x->bin[i] * block + y->class_of[i] * POWER_FOLDS + p->fold[i]]++;
			n++;
		}
	for (int i = 0; i < block * x->bins; i++)
		total[i % block] += count[i];
	struct verdicts all = { 0 }, here;
	double score[POWER_FOLDS];
	for (int f = 0; f < POWER_FOLDS; f++) {
		judge(count, total, x->bins, y->classes, f, &here, &all);
		score[f] = share(weighted_f1(&here, y->classes), baseline_f1(&here, y->classes));
	}
	free(count);
	double f1 = weighted_f1(&all, y->classes), base = baseline_f1(&all, y->classes);
	struct power_score s = score_of(share(f1, base), score);
	s.error = f1;
	s.baseline = base;
	s.n = n;
	s.classes = true;
	return s;
}

struct power_score power_of(const struct panel *p, const struct panel_column *predictor,
	const struct panel_column *predicted)
{
	struct power_score s = { NAN, NAN, NAN, NAN, NAN, false, 0 };
	if (predicted->class_of && p->sample->n >= ROWS_LEAST)
		s = class_score(p, predictor, predicted);
	else if (!predicted->class_of && predicted->n >= ROWS_LEAST) {
		s = number_score(predictor, predicted);
		s.n = predicted->n;
	}
	return s;
}

/* ---- columns predicted from each other ---------------------------------------------------- */

const struct levels *field_levels(const struct fields *f, int var)
{
	for (int i = 0; i < f->nlevels; i++)
		if (f->levels_var[i] == var)
			return &f->levels[i];
	return NULL;
}

struct power_work {
	const struct fields *fields;
	const struct panel *panel;
	struct panel_column *column;
	struct assoc_matrix *out;
};

static void column_step(void *ctx, size_t i)
{
	const struct power_work *w = ctx;
	int var = w->out->var[i];
	const struct levels *l = field_levels(w->fields, var);
	if (l)
		panel_levels(&w->column[i], w->panel, var, l);
	else
		panel_number(&w->column[i], w->panel, var, w->fields->vars[var].col);
}

static void row_step(void *ctx, size_t i)
{
	const struct power_work *w = ctx;
	struct assoc_matrix *m = w->out;
	for (int j = 0; j < m->n; j++) {
		size_t cell = i * (size_t)m->n + (size_t)j;
		struct power_score s = power_of(w->panel, &w->column[j], &w->column[i]);
		m->value[cell] = (size_t)j == i ? 1 : s.score;
		m->p[cell] = NAN;
		m->count[cell] = s.n;
	}
}

void power_fill(struct associations *out, const struct fields *f,
	const struct association *pairs, size_t npairs, struct arena *a)
{
	struct sample s = sample_new(f->table, f->options->max_cross_rows, f->options->seed, a);
	struct panel p = panel_new(&s, f->options->seed, a);
	int *var = mem_alloc(((size_t)f->options->max_power + 1) * sizeof *var),
		n = strongest_columns(pairs, npairs, f->options->max_power, var);
	assoc_matrix_init(&out->power, n, a);
	memcpy(out->power.var, var, (size_t)n * sizeof *var);
	free(var);
	out->power_rows = s.n;
	struct power_work w = { f, &p, mem_calloc((size_t)n, sizeof *w.column), &out->power };
	pool_run(f->options->threads, (size_t)n, column_step, &w);
	pool_run(f->options->threads, (size_t)n, row_step, &w);
	for (int i = 0; i < n; i++)
		panel_column_free(&w.column[i]);
	free(w.column);
}
