/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores of held-out predictions, with weights so that a bootstrap is a change of weights. */
#include "model/model_int.h"

#include <math.h>
#include <stdlib.h>

const char *metric_name(enum metric m)
{
	static const char *const names[] = { "rmse", "mae", "r2", "mape", "log_loss", "accuracy", "balanced_accuracy",
		"f1", "mcc", "brier", "roc_auc", "pr_auc", "mse", "median_ae", "brier_skill", "auc_pairs" };
	return names[m];
}

bool metric_applies(enum metric m, enum task t)
{
	if (m <= METRIC_MAPE || m == METRIC_MSE || m == METRIC_MEDIAN_AE)
		return t == TASK_REGRESSION;
	if (m == METRIC_PR_AUC || m == METRIC_AUC_PAIRS)
		return t == (m == METRIC_PR_AUC ? TASK_BINARY : TASK_MULTICLASS);
	return t != TASK_REGRESSION;
}

static double weight(const struct judged *j, size_t i)
{
	return j->weight ? j->weight[i] : 1;
}

/* ---- numbers ------------------------------------------------------------------------------------------- */

/* Weighted median of |y - pred|; with whole weights that of the rows repeated so often. */
static double median_error(const struct judged *j, double total)
{
	double below = 0;
	for (size_t k = 0; k < j->n; k++) {
		size_t i = j->order[k];
		double w = weight(j, i), error = fabs(j->y[i] - j->pred[i]);
		below += w;
		if (w == 0 || below < total / 2)
			continue;
		if (below > total / 2)
			return error;
		for (k++; k < j->n; k++)
			if (weight(j, j->order[k]) > 0)
				return (error + fabs(j->y[j->order[k]] - j->pred[j->order[k]])) / 2;
		return error;
	}
	return NAN;
}

static void score_regression(const struct judged *j, double out[METRIC_COUNT])
{
	double w = 0, mean = 0, sq = 0, ab = 0, pct = 0, total = 0;
	bool above = false, below = false, zeros = false;
	for (size_t i = 0; i < j->n; i++) {
		w += weight(j, i);
		mean += weight(j, i) * j->y[i];
	}
	mean /= w;
	for (size_t i = 0; i < j->n; i++) {
		double d = j->y[i] - j->pred[i], k = weight(j, i);
		sq += k * d * d;
		ab += k * fabs(d);
		total += k * (j->y[i] - mean) * (j->y[i] - mean);
		above = above || j->y[i] > 0;
		below = below || j->y[i] < 0;
		if (j->y[i] == 0)
			zeros = true;
		else
			pct += k * fabs(d / j->y[i]);
	}
	out[METRIC_MSE] = sq / w;
	out[METRIC_RMSE] = sqrt(sq / w);
	out[METRIC_MAE] = ab / w;
	out[METRIC_R2] = total > 0 ? 1 - sq / total : NAN;
	out[METRIC_MAPE] = zeros || (above && below) ? NAN : pct / w;   /* a share of what can be zero says nothing */
	if (j->order)
		out[METRIC_MEDIAN_AE] = median_error(j, w);
}

/* ---- classes ------------------------------------------------------------------------------------------- */

/* ROC area by trapezes with ties shared; average precision as the step sum (Davis & Goadrich 2006). */
static void areas(const struct judged *j, double out[METRIC_COUNT])
{
	double pos = 0, neg = 0, tp = 0, fp = 0, auc = 0, ap = 0;
	for (size_t i = 0; i < j->n; i++)
		*(j->y[i] > 0 ? &pos : &neg) += weight(j, i);
	for (size_t i = 0; i < j->n;) {
		double tp0 = tp, fp0 = fp, p = j->pred[2 * j->order[i] + 1];
		do
			*(j->y[j->order[i]] > 0 ? &tp : &fp) += weight(j, j->order[i]);
		while (++i < j->n && j->pred[2 * j->order[i] + 1] == p);
		auc += (fp - fp0) * (tp + tp0) / 2;
		if (tp + fp > 0)
			ap += (tp - tp0) * tp / (tp + fp);
	}
	out[METRIC_ROC_AUC] = pos > 0 && neg > 0 ? auc / (pos * neg) : NAN;
	out[METRIC_PR_AUC] = pos > 0 ? ap / pos : NAN;
}

/* One class: wins[d] counts pairs of a row of class c and one of class d in which the former has the
 * higher probability of c; a tie is half a pair. */
static void wins_of(const struct judged *j, size_t c, double *wins, double *below, double *tied)
{
	size_t k = (size_t)j->outputs;
	const uint32_t *order = j->order + c * j->n;
	for (size_t d = 0; d < k; d++)
		wins[d] = below[d] = tied[d] = 0;
	for (size_t at = j->n; at > 0;) {
		size_t to = at;
		double p = j->pred[order[at - 1] * k + c];
		do
			tied[(size_t)j->y[order[at - 1]]] += weight(j, order[at - 1]);
		while (--at > 0 && j->pred[order[at - 1] * k + c] == p);
		if (tied[c] > 0)
			for (size_t d = 0; d < k; d++)
				wins[d] += tied[c] * (below[d] + tied[d] / 2);
		for (size_t i = at; i < to; i++) {
			size_t y = (size_t)j->y[order[i]];
			below[y] += tied[y];
			tied[y] = 0;
		}
	}
}

/* Mean over classes of the area of each against the rest, and over pairs of classes of their separation
 * (Hand & Till 2001, eq. 7); classes without rows take no part. */
static void areas_of_many(const struct judged *j, double out[METRIC_COUNT])
{
	size_t k = (size_t)j->outputs;
	double *wins = mem_calloc(3 * k, sizeof *wins), *rows = mem_calloc(k, sizeof *rows), all = 0;
	double rest = 0, pairs = 0;
	size_t classes = 0, n = 0;
	for (size_t i = 0; i < j->n; i++)
		rows[(size_t)j->y[i]] += weight(j, i);
	for (size_t c = 0; c < k; c++)
		all += rows[c];
	for (size_t c = 0; c < k; c++) {
		if (!(rows[c] > 0 && rows[c] < all))
			continue;
		double won = 0;
		wins_of(j, c, wins, wins + k, wins + 2 * k);
		for (size_t d = 0; d < k; d++) {
			if (d == c || !(rows[d] > 0))
				continue;
			won += wins[d];
			pairs += wins[d] / (rows[c] * rows[d]);
			n++;
		}
		rest += won / (rows[c] * (all - rows[c]));
		classes++;
	}
	out[METRIC_ROC_AUC] = classes ? rest / (double)classes : NAN;
	out[METRIC_AUC_PAIRS] = n ? pairs / (double)n : NAN;
	free(wins);
	free(rows);
}

static size_t likeliest(const double *p, size_t k)
{
	size_t best = 0;
	for (size_t c = 1; c < k; c++)
		if (p[c] > p[best])
			best = c;
	return best;
}

/* Balanced accuracy: mean recall of the classes that occur. F1: of the second class when there are two,
 * else the mean over classes. MCC for any number of classes: Gorodkin 2004. */
static void from_confusion(const double *m, size_t k, double total, double out[METRIC_COUNT])
{
	double correct = 0, recall = 0, f1 = 0, ct = 0, rr = 0, cc = 0;
	size_t present = 0;
	for (size_t c = 0; c < k; c++) {
		double row = 0, col = 0;
		for (size_t d = 0; d < k; d++) {
			row += m[c * k + d];
			col += m[d * k + c];
		}
		double hit = m[c * k + c];
		correct += hit;
		if (row > 0) {
			recall += hit / row;
			present++;
		}
		double own = row + col > 0 ? 2 * hit / (row + col) : 0;
		if (k > 2 || c == 1)
			f1 += own;
		ct += row * col;
		rr += row * row;
		cc += col * col;
	}
	out[METRIC_ACCURACY] = correct / total;
	out[METRIC_BALANCED_ACCURACY] = recall / (double)present;
	out[METRIC_F1] = k > 2 ? f1 / (double)k : f1;
	double under = sqrt((total * total - rr) * (total * total - cc));
	out[METRIC_MCC] = under > 0 ? (correct * total - ct) / under : 0;
	out[METRIC_BRIER_SKILL] = 1 - rr / (total * total);   /* Brier score of the shares; the caller divides */
}

static struct row_terms terms_of(const struct judged *j, size_t i)
{
	size_t k = (size_t)j->outputs, y = (size_t)j->y[i];
	const double *p = j->pred + i * k;
	struct row_terms t = { .loss = -log(fmax(p[y], 1e-15)), .likeliest = (uint32_t)likeliest(p, k) };
	for (size_t c = 0; c < k; c++)
		t.brier += (p[c] - (c == y)) * (p[c] - (c == y));
	return t;
}

static void score_classes(const struct judged *j, double out[METRIC_COUNT])
{
	size_t k = (size_t)j->outputs;
	double loss = 0, brier = 0, total = 0, *confusion = mem_calloc(k * k, sizeof *confusion);
	for (size_t i = 0; i < j->n; i++) {
		struct row_terms t = j->terms ? j->terms[i] : terms_of(j, i);
		double w = weight(j, i);
		total += w;
		loss += w * t.loss;
		brier += w * t.brier;
		confusion[(size_t)j->y[i] * k + t.likeliest] += w;
	}
	from_confusion(confusion, k, total, out);
	out[METRIC_LOG_LOSS] = loss / total;
	/* Brier 1950 sums over classes; for two classes the usual half of it is given */
	out[METRIC_BRIER] = brier / total / (k == 2 ? 2 : 1);
	double chance = out[METRIC_BRIER_SKILL];
	out[METRIC_BRIER_SKILL] = chance > 0 ? 1 - brier / total / chance : NAN;
	if (j->task == TASK_BINARY && j->order)
		areas(j, out);
	else if (j->order)
		areas_of_many(j, out);
	free(confusion);
}

void score_all(const struct judged *j, double out[METRIC_COUNT])
{
	for (int m = 0; m < METRIC_COUNT; m++)
		out[m] = NAN;
	if (j->task == TASK_REGRESSION)
		score_regression(j, out);
	else
		score_classes(j, out);
}

/* ---- what is worked out once ---------------------------------------------------------------------------- */

void judged_rank(struct judged *j, struct arena *a)
{
	size_t k = (size_t)j->outputs, orders = j->task == TASK_MULTICLASS ? k : 1;
	uint32_t *order = arena_calloc(a, orders * j->n, sizeof *order);
	if (j->task == TASK_REGRESSION) {
		double *nearness = mem_calloc(j->n, sizeof *nearness);
		for (size_t i = 0; i < j->n; i++)
			nearness[i] = -fabs(j->y[i] - j->pred[i]);
		sort_order(nearness, 1, j->n, true, order);
		free(nearness);
	} else if (j->task == TASK_BINARY) {
		sort_order(j->pred + 1, 2, j->n, true, order);
	} else {
		for (size_t c = 0; c < k; c++)
			sort_order(j->pred + c, k, j->n, true, order + c * j->n);
	}
	j->order = order;
}

void judged_terms(struct judged *j, struct arena *a)
{
	if (j->task == TASK_REGRESSION)
		return;
	struct row_terms *t = arena_calloc(a, j->n, sizeof *t);
	for (size_t i = 0; i < j->n; i++)
		t[i] = terms_of(j, i);
	j->terms = t;
}

/* Ranks of many classes, or of errors, would cost more than the fit of a fold: only two classes get them. */
void score_sample(const struct sample *s, int outputs, const double *pred, double out[METRIC_COUNT])
{
	struct arena *a = arena_new();
	double *truth = arena_calloc(a, s->n, sizeof *truth);
	for (size_t i = 0; i < s->n; i++)
		truth[i] = sample_y(s, i);
	struct judged j = { .task = s->f->task, .n = s->n, .outputs = outputs, .y = truth, .pred = pred };
	if (j.task == TASK_BINARY)
		judged_rank(&j, a);
	score_all(&j, out);
	arena_free(a);
}
