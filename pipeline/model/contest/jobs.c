/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fits of the contest: every candidate on the training rows of every split and on all rows, as one
 * list of jobs for all threads, the longest first, so that none waits long for the others at the end. */
#include "model/model_int.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct trial {
	const struct learner *l;
	struct candidate *k;
	struct fold_models *kept;
	double (*train)[METRIC_COUNT];   /* a split */
	double *seconds;                 /* a split: what its predictions took */
	struct err *e;                   /* a split, the fit on all rows, and that without the holdout */
};
struct job {
	struct trial *t;
	size_t split;            /* the number of splits: all rows; one more: all but the holdout's */
	double cost;
};
struct trials {
	struct contest *c;
	struct model_spec spec;  /* as asked, but a job has one thread */
	struct job *jobs;
	size_t splits;
	struct sample all;
	pthread_mutex_t lock;    /* of the progress */
	bool cancelled;
};

static double cpu_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static struct model *fit(const struct trials *w, const struct learner *l, const struct sample *s, struct arena *a,
	struct candidate *final, struct err *e)
{
	struct model *m = arena_alloc(a, sizeof *m);
	*m = (struct model){ .kind = l->kind, .task = w->c->f->task, .outputs = w->c->r->outputs, .f = w->c->f };
	return model_fit(l, s, &w->spec, a, m, final, e) < 0 ? NULL : m;
}

void split_train_scores(const struct contest *c, const struct model *m, size_t split, double out[METRIC_COUNT])
{
	enum { ROWS = 4000 };
	const struct sample *train = &c->folds->train[split];
	size_t n = train->n < ROWS ? train->n : ROWS;
	uint32_t *rows = mem_calloc(n, sizeof *rows);
	double *pred = mem_calloc(n * (size_t)c->r->outputs, sizeof *pred);
	for (size_t i = 0; i < n; i++)
		rows[i] = train->rows[i * train->n / n];
	struct sample some = { .f = train->f, .rows = rows, .n = n };
	model_predict(m, &some, pred);
	score_sample(&some, c->r->outputs, pred, out);
	free(pred);
	free(rows);
}

static bool all_finite(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return false;
	return true;
}

static void judge_split(const struct trials *w, struct trial *t, const struct model *m, size_t split)
{
	const struct contest *c = w->c;
	const struct sample *test = &c->folds->test[split];
	double *pred = t->k->oof + c->at[split] * (size_t)c->r->outputs, scores[METRIC_COUNT], start = cpu_now();
	model_predict(m, test, pred);
	t->seconds[split] = cpu_now() - start;
	if (!all_finite(pred, test->n * (size_t)c->r->outputs)) {
		err_set(&t->e[split], ERR_INPUT, "it predicts what is no number");
		return;
	}
	score_sample(test, c->r->outputs, pred, scores);
	t->k->fold_scores[split] = scores[c->r->metric];
	split_train_scores(c, m, split, t->train[split]);
}

static bool tell(struct trials *w, const char *what)
{
	const struct model_spec *s = w->c->spec;
	pthread_mutex_lock(&w->lock);
	w->c->done++;
	if (s->progress && s->progress(s->progress_ctx, w->c->done / w->c->total, what))
		w->cancelled = true;
	bool stop = w->cancelled;
	pthread_mutex_unlock(&w->lock);
	return stop;
}

static void run_job(void *ctx, size_t i)
{
	struct trials *w = ctx;
	struct trial *t = w->jobs[i].t;
	size_t split = w->jobs[i].split;
	struct arena *a = arena_new();
	if (tell(w, t->k->name)) {
		err_set(&t->e[split], ERR_CANCELLED, "cancelled");
	} else if (split == w->splits) {
		double start = cpu_now();
		t->k->model = fit(w, t->l, &w->all, a, t->k, &t->e[split]);
		t->k->fit_seconds = cpu_now() - start;
	} else if (split > w->splits) {
		struct model *m = fit(w, t->l, &w->c->folds->rows, a, NULL, &t->e[split]);
		if (m)
			model_predict(m, &w->c->folds->holdout, t->k->holdout);
	} else {
		struct model *m = fit(w, t->l, &w->c->folds->train[split], a, NULL, &t->e[split]);
		if (m)
			judge_split(w, t, m, split);
		if (m && split < (size_t)w->c->folds->folds) {
			t->kept->model[split] = m;
			t->kept->arena[split] = a;
			return;
		}
	}
	if (split == w->splits && t->k->model)
		t->kept->final = a;
	else
		arena_free(a);
}

static int longest_first(const void *a, const void *b)
{
	const struct job *x = a, *y = b;
	if (x->cost != y->cost)
		return x->cost > y->cost ? -1 : 1;
	if (x->t != y->t)
		return x->t < y->t ? -1 : 1;
	return (x->split > y->split) - (x->split < y->split);
}

static void trial_start(struct contest *c, struct trial *t, const struct learner *l)
{
	size_t splits = (size_t)c->folds->splits;
	size_t at = c->r->ncandidates++;
	t->l = l;
	t->k = &c->r->candidates[at];
	t->kept = &c->kept[at];
	candidate_clear(t->k);
	t->k->kind = l->kind;
	t->k->name = l->name[c->f->task];
	t->k->fold_scores = arena_calloc(c->a, splits, sizeof *t->k->fold_scores);
	t->k->oof = arena_calloc(c->a, c->at[splits] * (size_t)c->r->outputs, sizeof *t->k->oof);
	*t->kept = fold_models_new(c);
	t->train = arena_calloc(c->a, splits, sizeof *t->train);
	t->seconds = arena_calloc(c->a, splits, sizeof *t->seconds);
	t->e = arena_calloc(c->a, splits + 2, sizeof *t->e);
	if (c->folds->holdout.n)
		t->k->holdout = arena_calloc(c->a, c->folds->holdout.n * (size_t)c->r->outputs, sizeof *t->k->holdout);
}

/* Why a candidate failed: its first split that did. It is a row with that reason, not the end. */
static void trial_end(struct contest *c, struct trial *t)
{
	size_t splits = (size_t)c->folds->splits, at = 0;
	while (at <= splits + 1 && t->e[at].code == ERR_NONE)
		at++;
	if (at <= splits + 1) {
		const char *name = t->k->name;
		enum model_kind kind = t->k->kind;
		candidate_clear(t->k);
		t->k->kind = kind;
		t->k->name = name;
		t->k->failed = true;
		t->k->reason = at < splits ? arena_printf(c->a, "part %zu: %s", at % (size_t)c->folds->folds + 1, t->e[at].msg) :
			arena_strdup(c->a, t->e[at].msg);
		return;
	}
	memset(t->k->train, 0, sizeof t->k->train);
	for (size_t i = 0; i < splits; i++) {
		t->k->predict_seconds += i < (size_t)c->folds->folds ? t->seconds[i] : 0;
		for (int m = 0; m < METRIC_COUNT; m++)
			t->k->train[m] += t->train[i][m] / (double)splits;
	}
	candidate_score(c, t->k);
}

int contest_fit(struct contest *c, const struct learner *const *learners, size_t n, struct err *e)
{
	size_t splits = (size_t)c->folds->splits, count = 0;
	struct trials w = { .c = c, .spec = *c->spec, .splits = splits, .jobs = mem_calloc(n * (splits + 2), sizeof *w.jobs) };
	struct trial *t = mem_calloc(n, sizeof *t);
	uint32_t *rows = mem_calloc(c->f->n, sizeof *rows);
	for (size_t i = 0; i < c->f->n; i++)
		rows[i] = (uint32_t)i;
	w.all = (struct sample){ .f = c->f, .rows = rows, .n = c->f->n };
	w.spec.threads = 1;
	w.spec.folds = c->folds->folds;
	w.spec.fold_repeats = c->folds->repeats;
	pthread_mutex_init(&w.lock, NULL);
	for (size_t i = 0; i < n; i++) {
		trial_start(c, &t[i], learners[i]);
		for (size_t s = 0; s <= splits + (c->folds->holdout.n ? 1 : 0); s++)
			w.jobs[count++] = (struct job){ &t[i], s, fit_cost(c->spec, learners[i]->kind, c->f,
				s < splits ? c->folds->train[s].n : c->f->n) };
	}
	qsort(w.jobs, count, sizeof *w.jobs, longest_first);
	c->total += (double)count;
	pool_run(c->spec->threads, count, run_job, &w);
	for (size_t i = 0; i < n; i++) {
		if (t[i].kept->final)
			arena_join(c->a, t[i].kept->final);
		if (!w.cancelled)
			trial_end(c, &t[i]);
	}
	pthread_mutex_destroy(&w.lock);
	free(rows);
	free(t);
	free(w.jobs);
	return w.cancelled ? err_set(e, ERR_CANCELLED, "cancelled") : 0;
}
