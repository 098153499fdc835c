/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the report draws of the best candidate's held-out predictions. */
#include "model/contest/judge_int.h"
#include "model/frame/frame_int.h"

#include <math.h>
#include <stdlib.h>

enum { CURVE_POINTS = 200, SCATTER_POINTS = 500, WORST = 10, WORST_COLUMNS = 5 };

static struct curve curve_new(struct arena *a, size_t cap)
{
	return (struct curve){ .x = arena_calloc(a, cap, sizeof(double)), .y = arena_calloc(a, cap, sizeof(double)),
		.n = arena_calloc(a, cap, sizeof(double)) };
}

static void curve_add(struct curve *c, double x, double y, double n)
{
	c->x[c->count] = x;
	c->y[c->count] = y;
	c->n[c->count++] = n;
}

/* ROC and precision-recall, thinned to points at even steps of rank; the ends always stay. */
static void threshold_curves(const struct judged *j, struct arena *a, struct model_result *r)
{
	double pos = 0, neg = 0, tp = 0, fp = 0, score[METRIC_COUNT];
	for (size_t i = 0; i < j->n; i++)
		*(j->y[i] > 0 ? &pos : &neg) += 1;
	size_t step = j->n / CURVE_POINTS + 1, since = step;
	r->roc = curve_new(a, j->n / step + 4);
	r->pr = curve_new(a, j->n / step + 4);
	curve_add(&r->roc, 0, 0, 0);
	for (size_t i = 0; i < j->n;) {
		double p = j->pred[2 * j->order[i] + 1];
		for (; i < j->n && j->pred[2 * j->order[i] + 1] == p; i++, since++)
			*(j->y[j->order[i]] > 0 ? &tp : &fp) += 1;
		if (since < step && i < j->n)
			continue;
		since = 0;
		curve_add(&r->roc, fp / neg, tp / pos, p);
		curve_add(&r->pr, tp / pos, tp / (tp + fp), p);
	}
	score_all(j, score);
	r->roc_auc = score[METRIC_ROC_AUC];
	r->average_precision = score[METRIC_PR_AUC];
}

static void confusion(const struct judged *j, struct arena *a, struct model_result *r)
{
	size_t k = (size_t)j->outputs;
	r->confusion = arena_calloc(a, k * k, sizeof *r->confusion);
	for (size_t i = 0; i < j->n; i++)
		r->confusion[(size_t)j->y[i] * k + j->terms[i].likeliest]++;
}

static void scatters(const struct judged *j, uint64_t seed, struct arena *a, struct model_result *r)
{
	size_t want = j->n < SCATTER_POINTS ? j->n : SCATTER_POINTS, taken = 0;
	r->predicted_actual = curve_new(a, want);
	r->residuals = curve_new(a, want);
	struct rng g;
	rng_seed(&g, seed);
	for (size_t i = 0; i < j->n && taken < want; i++) {
		if (rng_unit(&g) * (double)(j->n - i) >= (double)(want - taken))
			continue;
		curve_add(&r->predicted_actual, j->pred[i], j->y[i], 1);
		curve_add(&r->residuals, j->pred[i], j->y[i] - j->pred[i], 1);
		taken++;
	}
}

/* ---- the rows that it gets most wrong ----------------------------------------------------------------- */

struct bad {
	double error;
	size_t i;
};

static int by_error(const void *a, const void *b)
{
	const struct bad *x = a, *y = b;
	if (x->error != y->error)
		return x->error > y->error ? -1 : 1;
	return (x->i > y->i) - (x->i < y->i);
}

static const char *value_text(const struct cells *c, size_t i, struct arena *a)
{
	char text[NUM_MAX + CLOCK_TEXT];
	double v = cell_number(c, i);
	enum column_type type = table_field(c->t, c->col)->type;
	struct str s = { text, 0 };
	if (isnan(v) || type == COLUMN_UTF8 || type == COLUMN_DICT || type == COLUMN_BOOL)
		s = cells_text(c, i, text);
	else if (type == COLUMN_DATE)
		s.n = date_format(text, (int32_t)v);
	else if (type == COLUMN_TIMESTAMP)
		s.n = time_format(text, (int64_t)v);
	else if (type == COLUMN_TIME || type == COLUMN_DURATION)
		s.n = clock_format(text, (int64_t)(v * 1e6));
	else
		s.n = num_shortest(text, v);
	return s.p ? arena_strndup(a, s.p, s.n) : NULL;
}

/* What the rows are like, in the columns that matter most. */
static void worst_values(const struct heldout *t, struct model_result *r)
{
	struct arena *a = t->c->a;
	int64_t row[WORST];
	for (size_t w = 0; w < r->nworst; w++) {
		row[w] = r->worst[w].row;
		r->worst[w].values = arena_calloc(a, WORST_COLUMNS, sizeof *r->worst[w].values);
	}
	r->worst_columns = arena_calloc(a, WORST_COLUMNS, sizeof *r->worst_columns);
	for (size_t k = 0; k < r->nimportance && r->nworst_columns < WORST_COLUMNS; k++) {
		int col = table_find(t->c->t, r->importance[k].name);
		if (col < 0)
			continue;
		struct cells cells = { t->c->t, col, row, r->nworst };
		for (size_t w = 0; w < r->nworst; w++)
			r->worst[w].values[r->nworst_columns] = value_text(&cells, w, a);
		r->worst_columns[r->nworst_columns++] = r->importance[k].name;
	}
}

static void worst_rows(const struct heldout *t, struct model_result *r)
{
	const struct judged *j = t->j;
	struct arena *a = t->c->a;
	struct bad *bad = mem_calloc(j->n, sizeof *bad);
	for (size_t i = 0; i < j->n; i++)
		bad[i] = (struct bad){ t->loss[i], i };
	qsort(bad, j->n, sizeof *bad, by_error);
	r->nworst = j->n < WORST ? j->n : WORST;
	r->worst = arena_calloc(a, r->nworst, sizeof *r->worst);
	for (size_t w = 0; w < r->nworst; w++) {
		size_t i = bad[w].i;
		bool number = j->task == TASK_REGRESSION;
		r->worst[w] = (struct worst_row){ .row = t->c->f->row[t->rows[i]], .actual = j->y[i],
			.predicted = number ? j->pred[i] : j->terms[i].likeliest,
			.error = number ? j->y[i] - j->pred[i] :
				1 - j->pred[i * (size_t)j->outputs + (size_t)j->y[i]] };
	}
	free(bad);
	worst_values(t, r);
}

void judge_curves(const struct heldout *t)
{
	const struct judged *j = t->j;
	struct model_result *r = t->c->r;
	struct arena *a = t->c->a;
	if (j->task == TASK_REGRESSION) {
		scatters(j, t->c->spec->seed, a, r);
	} else {
		confusion(j, a, r);
		if (j->task == TASK_BINARY)
			threshold_curves(j, a, r);
	}
	worst_rows(t, r);
}
