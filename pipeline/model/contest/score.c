/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores of held-out predictions, with weights so that a bootstrap is a change of weights; their
 * intervals; and the comparison of two models over the same folds. */
#include "model/model_int.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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

static void score_regression(const struct judged *j, double out[METRIC_COUNT])
{
	double w = 0, mean = 0, sq = 0, ab = 0, pct = 0, total = 0;
	bool zeros = false;
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
		if (j->y[i] == 0)
			zeros = true;
		else
			pct += k * fabs(d / j->y[i]);
	}
	out[METRIC_RMSE] = sqrt(sq / w);
	out[METRIC_MAE] = ab / w;
	out[METRIC_R2] = total > 0 ? 1 - sq / total : NAN;
	out[METRIC_MAPE] = zeros ? NAN : pct / w;   /* not defined where the truth is 0 */
}

/* ROC area by trapezes with ties shared; average precision as the step sum (Davis & Goadrich 2006). */
static void areas(const struct judged *j, double out[METRIC_COUNT])
{
	double pos = 0, neg = 0, tp = 0, fp = 0, auc = 0, ap = 0;
	for (size_t i = 0; i < j->n; i++)
		*(j->y[i] > 0 ? &pos : &neg) += weight(j, i);
	for (size_t i = 0; i < j->n;) {
		double tp0 = tp, fp0 = fp, p = j->pred[2 * j->order[i] + 1];
		for (; i < j->n && j->pred[2 * j->order[i] + 1] == p; i++)
			*(j->y[j->order[i]] > 0 ? &tp : &fp) += weight(j, j->order[i]);
		auc += (fp - fp0) * (tp + tp0) / 2;
		if (tp + fp > 0)
			ap += (tp - tp0) * tp / (tp + fp);
	}
	out[METRIC_ROC_AUC] = pos > 0 && neg > 0 ? auc / (pos * neg) : NAN;
	out[METRIC_PR_AUC] = pos > 0 ? ap / pos : NAN;
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
}

static void score_classes(const struct judged *j, double out[METRIC_COUNT])
{
	size_t k = (size_t)j->outputs;
	double loss = 0, brier = 0, total = 0, *confusion = mem_calloc(k * k, sizeof *confusion);
	for (size_t i = 0; i < j->n; i++) {
		const double *p = j->pred + i * k;
		size_t y = (size_t)j->y[i];
		double w = weight(j, i);
		total += w;
		loss -= w * log(fmax(p[y], 1e-15));
		for (size_t c = 0; c < k; c++)
			brier += w * (p[c] - (c == y)) * (p[c] - (c == y));
		confusion[y * k + likeliest(p, k)] += w;
	}
	out[METRIC_LOG_LOSS] = loss / total;
	/* Brier 1950 sums over classes; for two classes the usual half of it is given */
	out[METRIC_BRIER] = brier / total / (k == 2 ? 2 : 1);
	from_confusion(confusion, k, total, out);
	if (j->task == TASK_BINARY && j->order)
		areas(j, out);
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

struct ranked {
	double p;
	uint32_t i;
};

static int falling(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	if (x->p != y->p)
		return x->p > y->p ? -1 : 1;
	return (x->i > y->i) - (x->i < y->i);
}

uint32_t *score_order(const struct judged *j, struct arena *a)
{
	if (j->task != TASK_BINARY)
		return NULL;
	struct ranked *r = mem_calloc(j->n, sizeof *r);
	uint32_t *order = arena_calloc(a, j->n, sizeof *order);
	for (size_t i = 0; i < j->n; i++)
		r[i] = (struct ranked){ j->pred[2 * i + 1], (uint32_t)i };
	qsort(r, j->n, sizeof *r, falling);
	for (size_t i = 0; i < j->n; i++)
		order[i] = r[i].i;
	free(r);
	return order;
}

void score_sample(const struct sample *s, int outputs, const double *pred, double out[METRIC_COUNT])
{
	struct arena *a = arena_new();
	double *truth = arena_calloc(a, s->n, sizeof *truth);
	for (size_t i = 0; i < s->n; i++)
		truth[i] = sample_y(s, i);
	struct judged j = { .task = s->f->task, .n = s->n, .outputs = outputs, .y = truth, .pred = pred };
	j.order = score_order(&j, a);
	score_all(&j, out);
	arena_free(a);
}

/* ---- intervals ------------------------------------------------------------------------------------------- */

struct bootstrap {
	const struct judged *j;
	uint64_t seed;
	double (*scores)[METRIC_COUNT];
};

static void replicate(void *ctx, size_t r)
{
	struct bootstrap *b = ctx;
	double *w = mem_calloc(b->j->n, sizeof *w);
	struct rng g;
	rng_seed(&g, b->seed + r);
	for (size_t i = 0; i < b->j->n; i++)
		w[rng_below(&g, b->j->n)]++;
	struct judged j = *b->j;
	j.weight = w;
	score_all(&j, b->scores[r]);
	free(w);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

void score_intervals(const struct judged *j, int replicates, uint64_t seed, int threads, struct score out[METRIC_COUNT])
{
	size_t n = replicates > 0 ? (size_t)replicates : 0;
	struct bootstrap b = { j, seed, mem_calloc(n, sizeof *b.scores) };
	pool_run(threads, n, replicate, &b);
	double value[METRIC_COUNT], *v = mem_calloc(n, sizeof *v);
	score_all(j, value);
	for (int m = 0; m < METRIC_COUNT; m++) {
		out[m] = (struct score){ value[m], NAN, NAN };
		size_t k = 0;
		for (size_t r = 0; r < n; r++)
			if (!isnan(b.scores[r][m]))
				v[k++] = b.scores[r][m];
		if (isnan(value[m]) || k < n || k < 20)
			continue;
		qsort(v, k, sizeof *v, ascending);
		out[m].lo = v[(size_t)(0.025 * (double)(k - 1) + 0.5)];
		out[m].hi = v[(size_t)(0.975 * (double)(k - 1) + 0.5)];
	}
	free(v);
	free(b.scores);
}

/* Folds share training rows, so the plain t test is too sure of itself: the variance is inflated by
 * 1 / folds + test / train. */
struct comparison compare_folds(const double *a, const double *b, int folds, double test_to_train)
{
	double mean = 0, var = 0, k = folds;
	for (int i = 0; i < folds; i++)
		mean += (a[i] - b[i]) / k;
	for (int i = 0; i < folds; i++)
		var += (a[i] - b[i] - mean) * (a[i] - b[i] - mean) / (k - 1);
	struct comparison c = { mean, NAN };
	if (folds < 2 || isnan(mean))
		return c;
	if (var > 0)
		c.p = 2 * gsl_cdf_tdist_Q(fabs(mean) / sqrt(var * (1 / k + test_to_train)), k - 1);
	else
		c.p = mean == 0 ? 1 : 0;
	return c;
}
