/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said about the best candidate: thresholds, gains, calibration and intervals against brute force in
 * numpy, scikit-learn and statsmodels; segments, groups and the learning curve against what was planted. */
#include "model/contest/judge_int.h"
#include "model_set.h"
#include "test.h"

enum { N = 200, FOLDS = 5 };

/* ---- held-out rows without a contest ---------------------------------------------------------------------- */

struct bench {
	struct arena *a;
	double y[N], pred[2 * N], chance[2 * N];
	uint32_t rows[N];
	struct sample test[FOLDS];
	struct fold_plan folds;
	struct frame f;
	struct candidate candidates[1];
	struct model_result r;
	struct model_spec spec;
	struct contest c;
	struct judged j;
	struct judgement out;
	struct heldout t;
};

/* The rows of model_score.c, forty a part. */
static void bench_init(struct bench *b, enum task task)
{
	b->a = arena_new();
	int outputs = task == TASK_REGRESSION ? 1 : 2;
	for (int i = 0; i < N; i++) {
		double p = nearbyint((i * 37 % 101) / 101.0 * 100) / 100;
		b->rows[i] = (uint32_t)i;
		if (task == TASK_REGRESSION) {
			b->y[i] = 10 + i * 29 % 83 / 7.0;
			b->pred[i] = b->y[i] + sin(i) * 2 + (i % 13 - 6) / 5.0;
			continue;
		}
		b->y[i] = (i * i * 7 + 3 * i) % 11 < 4 || (p > 0.8 && i % 3 == 0);
		p = fmin(fmax(p, 0.01), 0.99);
		b->pred[2 * i] = 1 - p;
		b->pred[2 * i + 1] = p;
		b->chance[2 * i] = b->chance[2 * i + 1] = 0.5;
	}
	for (int k = 0; k < FOLDS; k++)
		b->test[k] = (struct sample){ .rows = b->rows + 40 * k, .n = 40 };
	b->folds = (struct fold_plan){ .folds = FOLDS, .repeats = 1, .splits = FOLDS, .test = b->test };
	b->f = (struct frame){ .task = task, .n = N };
	b->candidates[0] = (struct candidate){ .oof = task == TASK_REGRESSION ? b->pred : b->chance };
	b->r = (struct model_result){ .task = task, .outputs = outputs, .candidates = b->candidates, .ncandidates = 1 };
	b->spec = model_spec_default();
	b->c = (struct contest){ .spec = &b->spec, .f = &b->f, .folds = &b->folds, .a = b->a, .r = &b->r, .nheld = N,
		.held = b->rows, .truth = b->y };
	b->j = (struct judged){ .task = task, .n = N, .outputs = outputs, .y = b->y, .pred = b->pred };
	judged_rank(&b->j, b->a);
	judged_terms(&b->j, b->a);
	b->out = (struct judgement){ 0 };
	b->t = (struct heldout){ .c = &b->c, .j = &b->j, .out = &b->out };
	heldout_init(&b->t);
}

static void check_cut(const struct cut *c, double at, double tp, double fp, double fn, double tn, double cost)
{
	CHECK_NEAR(c->at, at, 1e-12);
	CHECK(c->tp == tp && c->fp == fp && c->fn == fn && c->tn == tn);
	CHECK_NEAR(c->cost, cost, 1e-12);
}

/* numpy, brute force over all midpoints of neighbouring probabilities, each part cut by the other four */
static void thresholds(void)
{
	struct bench b;
	bench_init(&b, TASK_BINARY);
	b.spec.cost_fn = 3;
	judge_thresholds(&b.t);
	const struct thresholds *h = b.out.thresholds;
	check_cut(&h->cut[CUT_COST], 0, 113, 87, 0, 0, 435);
	check_cut(&h->cut[CUT_F1], 0, 113, 87, 0, 0, 435);
	check_cut(&h->cut[CUT_YOUDEN], 0.725, 38, 24, 75, 63, 1245);
	CHECK_NEAR(h->cut[CUT_ODDS].at, 0.25, 1e-15);
	CHECK_NEAR(h->always, 435, 1e-12);
	CHECK_NEAR(h->never, 1695, 1e-12);
	CHECK(h->saved.value == 0);
	b.spec.cost_fp = 2;
	b.spec.cost_fn = 1;
	judge_thresholds(&b.t);
	h = b.out.thresholds;
	check_cut(&h->cut[CUT_COST], 0.815, 31, 14, 82, 73, 550);
	CHECK(h->n > 20 && h->recall[h->n - 1] == 1);
	for (size_t i = 1; i < h->n; i++)
		if (h->at[i] >= h->at[i - 1] || h->recall[i] < h->recall[i - 1])
			CHECK(h->at[i] < h->at[i - 1]);
	judge_gains(&b.t);
	static const double found[] = { 14, 30, 43, 53, 63.25, 71, 80, 89, 99, 113 };   /* ties shared out */
	const struct gains *g = b.out.gains;
	CHECK(g->n == 10);
	for (size_t k = 0; k < g->n; k++)
		CHECK_NEAR(g->tenth[k].share, found[k] / 113, 1e-12);
	CHECK_NEAR(g->tenth[0].lift, 14 / 20.0 / (113 / 200.0), 1e-12);
	CHECK_NEAR(g->y[40], 53.0 / 113, 1e-12);
	arena_free(b.a);
}

/* In order of time a part is cut by what came before it, the first by the odds of the costs. */
static void thresholds_in_time(void)
{
	struct bench b;
	bench_init(&b, TASK_BINARY);
	b.f.by_time = true;
	heldout_init(&b.t);
	b.spec.cost_fn = 3;
	CHECK_NEAR(cut_choose(&b.t, CUT_COST, 0), 0.25, 1e-15);
	CHECK_NEAR(cut_choose(&b.t, CUT_F1, 0), 0.5, 1e-15);
	double last = cut_choose(&b.t, CUT_YOUDEN, 3);
	for (int i = 120; i < N; i++)   /* the future may change at will */
		b.y[i] = 1 - b.y[i];
	CHECK(cut_choose(&b.t, CUT_YOUDEN, 3) == last);
	arena_free(b.a);
}

static void calibration(void)
{
	struct bench b;
	bench_init(&b, TASK_BINARY);
	judge_calibration(&b.t);
	const struct calibration *c = b.out.calibration;
	/* statsmodels Logit(y, [1, log(p / (1 - p))]): params, conf_int */
	CHECK_NEAR(c->intercept.value, 0.268260959718984, 1e-9);
	CHECK_NEAR(c->slope.value, 0.10582996030806895, 1e-9);
	CHECK_NEAR(c->intercept.lo, -0.012788229886272706, 1e-7);
	CHECK_NEAR(c->slope.hi, 0.2672921942631063, 1e-8);
	/* sum((y - p)(1 - 2p)) / sqrt(sum((1 - 2p)^2 p (1 - p))) in numpy */
	CHECK_NEAR(c->spiegelhalter, 10.218326308498991, 1e-11);
	CHECK_NEAR(c->ece, 0.1891, 1e-11);
	CHECK(c->n == 10);
	CHECK_NEAR(c->log_loss[RECALIBRATE_NONE], 0.9136417947111904, 1e-12);
	CHECK_NEAR(c->log_loss[RECALIBRATE_PLATT], 0.6835172553319856, 1e-9);
	/* IsotonicRegression(out_of_bounds='clip'), clipped at 1 / (2 * 160) */
	CHECK_NEAR(c->log_loss[RECALIBRATE_ISOTONIC], 0.7195428235827517, 1e-9);
	CHECK(c->advised == RECALIBRATE_PLATT);
	arena_free(b.a);
}

static void intervals(void)
{
	struct bench b;
	bench_init(&b, TASK_REGRESSION);
	judge_intervals(&b.t);
	/* numpy: sort(|y - p|)[ceil(level * 201) - 1]; each part by the others: share inside */
	CHECK_NEAR(b.out.interval_q[0][0], 2.1551795755542287, 1e-12);
	CHECK_NEAR(b.out.interval_q[0][1], 2.8908706680495406, 1e-12);
	CHECK_NEAR(b.out.interval[0].coverage.value, 0.825, 1e-12);
	CHECK_NEAR(b.out.interval[1].coverage.value, 0.935, 1e-12);
	judge_residuals(&b.t);
	CHECK(b.out.residuals.nqq > 30 && b.out.residuals.nby_fitted >= 3 && !b.out.residuals.density);
	arena_free(b.a);
}

/* ---- whole contests ------------------------------------------------------------------------------------------ */

static void only(struct model_spec *s, enum model_kind k)
{
	for (int i = 0; i < MODEL_KINDS; i++)
		s->want[i] = i == (int)k;
}

/* What is made of y by a line alone; the table is the caller's to close. */
static struct table *judged_line(struct set *s, struct arena *a, struct model_result *r)
{
	struct table *t = set_table(s);
	struct err e = { 0 };
	struct model_spec spec = set_spec(s, "y", false);
	only(&spec, MODEL_OLS);
	CHECK(model_run(t, &spec, a, r, &e) == 0);
	return t;
}

/* A line with noise that is four times as large at site "far". */
static struct set noisy(struct arena *a, int64_t n)
{
	static const char *const sites[] = { "near", "far", "middle" };
	struct set s = set_new(a, n, 6);
	double *x = set_add(&s, "x", COLUMN_FLOAT64), *site = set_add(&s, "site", COLUMN_DICT);
	set_levels(&s, sites, 3);
	double *z = set_add(&s, "z", COLUMN_FLOAT64), *y = set_add(&s, "y", COLUMN_FLOAT64);
	struct rng g;
	rng_seed(&g, 11);
	for (int64_t i = 0; i < n; i++) {
		x[i] = rng_normal(&g);
		site[i] = (double)rng_below(&g, 3);
		z[i] = rng_normal(&g);
		y[i] = 2 * x[i] + rng_normal(&g) * (site[i] == 1 ? 4 : 1);
	}
	return s;
}

/* First what adds most to the whole error: a common weak spot before a rare one that is worse. */
static void order_of_segments(void)
{
	static const char *const sites[] = { "near", "far", "rare" };
	enum { ROWS = 1200 };
	struct arena *a = arena_new();
	struct set s = set_new(a, ROWS, 6);
	double *x = set_add(&s, "x", COLUMN_FLOAT64), *site = set_add(&s, "site", COLUMN_DICT);
	set_levels(&s, sites, 3);
	double *y = set_add(&s, "y", COLUMN_FLOAT64);
	struct rng g;
	rng_seed(&g, 5);
	for (int64_t i = 0; i < ROWS; i++) {
		x[i] = rng_normal(&g);
		site[i] = i % 20 == 0 ? 2 : i % 3 == 0;
		y[i] = 2 * x[i] + rng_normal(&g) * (site[i] == 2 ? 7 : site[i] == 1 ? 4 : 1);
	}
	struct model_result r;
	struct table *t = judged_line(&s, a, &r);
	const struct judgement *j = r.judgement;
	CHECK(j->nsegments >= 2);
	CHECK_STR(j->segments[0].when[0].level, "far");
	for (size_t i = 1; i < j->nsegments; i++)
		CHECK(j->segments[i - 1].difference.value * (double)j->segments[i - 1].n >=
			j->segments[i].difference.value * (double)j->segments[i].n);
	CHECK(j->segments[1].loss > j->segments[0].loss);
	table_close(t);
	arena_free(a);
}

static void segments(void)
{
	struct arena *a = arena_new();
	struct set s = noisy(a, 900);
	struct model_result r;
	struct table *t = judged_line(&s, a, &r);
	const struct judgement *g = r.judgement;
	CHECK(g->nsegments >= 1);
	CHECK_STR(g->segments[0].when[0].name, "site");
	CHECK_STR(g->segments[0].when[0].level, "far");
	const struct candidate *c = &r.candidates[r.best];
	CHECK(g->segments[0].loss > 2 * g->segments[0].rest && g->segments[0].p_adjusted < 1e-10);
	CHECK(g->segments[0].difference.lo > 0 && g->segments[0].baseline > g->segments[0].loss);
	CHECK_NEAR(g->segments[0].loss * g->segments[0].share + g->segments[0].rest * (1 - g->segments[0].share),
		c->scores[METRIC_MAE].value, 1e-9);
	for (size_t i = 1; i < g->nsegments; i++)
		CHECK(strcmp(g->segments[i].when[0].name, "z") != 0);
	CHECK(g->learning.verdict != LEARNING_RISING);   /* a line is learnt from a few rows */
	CHECK(g->interval_q[r.best][1] > g->interval_q[r.best][0]);
	table_close(t);
	arena_free(a);
}

/* The outcome follows x and, in half of the groups, the group: which the model is not shown. */
static void groups(void)
{
	static const char *const names[] = { "a", "b" }, *const outcome[] = { "no", "yes" };
	struct arena *a = arena_new();
	enum { ROWS = 1200 };
	struct set s = set_new(a, ROWS, 5);
	double *x = set_add(&s, "x", COLUMN_FLOAT64), *group = set_add(&s, "group", COLUMN_DICT);
	set_levels(&s, names, 2);
	double *age = set_add(&s, "age", COLUMN_FLOAT64), *y = set_add(&s, "y", COLUMN_DICT);
	set_levels(&s, outcome, 2);
	struct rng g;
	rng_seed(&g, 17);
	for (int i = 0; i < ROWS; i++) {
		group[i] = i % 2;
		x[i] = rng_normal(&g) + group[i];
		age[i] = i % 9 == 0 ? NAN : 20 + 50 * rng_unit(&g);
		y[i] = x[i] + 0.5 * rng_normal(&g) > 0.5;
	}
	struct table *t = set_table(&s);
	struct model_result r;
	struct err e = { 0 };
	struct model_spec spec = set_spec(&s, "y", true);
	struct model_feature seen = { 0, "x", ROLE_NUMBER };
	static const int columns[] = { 1, 2, 0 };
	spec.features = &seen;
	spec.nfeatures = 1;
	spec.fairness = columns;
	spec.nfairness = 3;
	only(&spec, MODEL_LOGISTIC);
	CHECK(model_run(t, &spec, a, &r, &e) == 0);
	const struct fairness *f = r.judgement->fairness;
	CHECK(r.judgement->nfairness == 3 && !f[0].used && f[2].used && !f[0].why);
	CHECK(f[0].ngroups == 2 && f[0].parity.high == 1 && f[0].parity.low == 0);
	CHECK_NEAR(f[0].parity.value.value, f[0].group[1].selected.value - f[0].group[0].selected.value, 1e-12);
	CHECK_NEAR(f[0].ratio.value.value, f[0].group[0].selected.value / f[0].group[1].selected.value, 1e-12);
	CHECK(f[0].parity.value.lo > 0.2 && f[0].ratio.value.hi < 0.8 && f[0].odds >= f[0].tpr.value.value);
	CHECK(f[1].ngroups == 5 && f[1].group[4].when.kind == CONDITION_MISSING && f[1].group[4].n == 134);
	CHECK(f[1].parity.value.lo < 0.05);   /* age has nothing to do with it */
	double rows = 0;
	for (size_t k = 0; k < f[2].ngroups; k++)
		rows += (double)f[2].group[k].n;
	CHECK(rows == ROWS);
	table_close(t);
	arena_free(a);
}

/* A rare outcome, classes of a handful of rows, many classes, nothing to find: no crash, numbers or none. */
static void hard_targets(void)
{
	struct arena *a = arena_new();
	enum { ROWS = 600 };
	struct set s = set_new(a, ROWS, 6);
	double *x = set_add(&s, "x", COLUMN_FLOAT64), *rare = set_add(&s, "rare", COLUMN_DICT);
	set_levels(&s, NULL, 2);
	double *tiny = set_add(&s, "tiny", COLUMN_DICT);
	set_levels(&s, NULL, 2);
	double *many = set_add(&s, "many", COLUMN_DICT);
	set_levels(&s, NULL, 20);
	double *noise = set_add(&s, "noise", COLUMN_FLOAT64);
	struct rng g;
	rng_seed(&g, 23);
	for (int i = 0; i < ROWS; i++) {
		x[i] = rng_normal(&g);
		noise[i] = rng_normal(&g);
		rare[i] = i % 100 == 7;
		if (rare[i] > 0)
			x[i] += 3;
		tiny[i] = i < 3;
		many[i] = i % 20;
	}
	struct table *t = set_table(&s);
	static const char *const targets[] = { "rare", "tiny", "many", "noise" };
	for (size_t k = 0; k < COUNTOF(targets); k++) {
		struct model_result r[2];
		struct err e = { 0 };
		struct model_spec spec = set_spec(&s, targets[k], k < 3);
		struct model_feature seen = { 0, "x", ROLE_NUMBER };
		static const int columns[] = { 3 };
		spec.features = &seen;
		spec.nfeatures = 1;
		spec.fairness = columns;
		spec.nfairness = k == 2 ? 0 : 1;
		spec.cost_fn = 50;
		spec.want[MODEL_STACK] = spec.want[MODEL_FOREST] = false;
		for (int threads = 0; threads < 2; threads++) {
			spec.threads = threads ? 7 : 1;
			CHECK(model_run(t, &spec, a, &r[threads], &e) == 0);
		}
		const struct judgement *j = r[0].judgement, *again = r[1].judgement;
		CHECK((j->thresholds != NULL) == (k < 2) && (j->calibration != NULL) == (k < 3));
		CHECK((j->interval_q != NULL) == (k == 3));
		CHECK(j->nsegments == again->nsegments && j->learning.n == again->learning.n);
		for (size_t i = 0; i < j->learning.n; i++)
			CHECK(j->learning.point[i].held_out.value == again->learning.point[i].held_out.value);
		if (j->calibration)
			CHECK(j->calibration->ece == again->calibration->ece && j->calibration->ece >= 0);
		if (k == 0) {
			CHECK(j->gains->tenth[0].share > 0.8);
			CHECK(j->thresholds->cut[CUT_COST].cost < j->thresholds->never);
		}
		CHECK(j->learning.why || j->learning.n > 0);
	}
	table_close(t);
	arena_free(a);
}

int main(void)
{
	thresholds();
	thresholds_in_time();
	calibration();
	intervals();
	segments();
	order_of_segments();
	groups();
	hard_targets();
	return test_end();
}
