/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradient boosting and ensembles: splits against a plain search, Shapley values that add up, models that
 * come back from their files, a search that depends on no clock, and the same bytes for any threads. */
#include "model/trees/boost_int.h"
#include "model_set.h"
#include "test.h"

/* Friedman 1991: y = 10 sin(pi x1 x2) + 20 (x3 - 0.5)^2 + 10 x4 + 5 x5 + noise; and what depends on it: two
 * classes, three, a category and a column with gaps. */
static struct set friedman(struct arena *a, int64_t n, uint64_t seed)
{
	struct set s = set_new(a, n, 12);
	double *x[6];
	struct rng g;
	rng_seed(&g, seed);
	for (int j = 0; j < 6; j++)
		x[j] = set_add(&s, arena_printf(a, "x%d", j + 1), COLUMN_FLOAT64);
	double *where = set_add(&s, "where", COLUMN_DICT);
	set_levels(&s, NULL, 6);
	double *gaps = set_add(&s, "gaps", COLUMN_FLOAT64);
	double *y = set_add(&s, "y", COLUMN_FLOAT64), *two = set_add(&s, "two", COLUMN_DICT);
	set_levels(&s, NULL, 2);
	double *three = set_add(&s, "three", COLUMN_DICT);
	set_levels(&s, NULL, 3);
	for (int64_t i = 0; i < n; i++) {
		for (int j = 0; j < 6; j++)
			x[j][i] = rng_unit(&g);
		where[i] = (double)rng_below(&g, 6);
		bool known = rng_unit(&g) < 0.7;
		gaps[i] = known ? rng_unit(&g) : NAN;
		double far = x[2][i] - 0.5;
		y[i] = 10 * sin(3.14159265 * x[0][i] * x[1][i]) + 20 * far * far + 10 * x[3][i] + 5 * x[4][i] +
			3 * (where[i] == 4) - 3 * (where[i] == 1) + (known ? 0 : 4) + rng_normal(&g);
		two[i] = y[i] + 2 * rng_normal(&g) > 15;
		three[i] = y[i] + rng_normal(&g) > 18 ? 2 : y[i] + rng_normal(&g) > 13;
	}
	return s;
}

/* Leaves out the other targets. */
static struct model_spec spec_for(const struct set *s, const char *target)
{
	struct model_spec m = set_spec(s, target, target[0] != 'y');
	struct model_feature *f = arena_calloc(s->a, m.nfeatures, sizeof *f);
	size_t n = 0;
	for (size_t i = 0; i < m.nfeatures; i++)
		if (strcmp(m.features[i].name, "y") != 0 && strcmp(m.features[i].name, "two") != 0 &&
			strcmp(m.features[i].name, "three") != 0)
			f[n++] = m.features[i];
	m.features = f;
	m.nfeatures = n;
	m.search_models = 2;
	m.repeats = 0;
	for (int k = 0; k < MODEL_KINDS; k++)
		m.want[k] = k == MODEL_OLS || k == MODEL_LOGISTIC || k == MODEL_GBM || k == MODEL_TREE || k == MODEL_AVERAGE ||
			k == MODEL_STACK;
	return m;
}

/* ---- one tree ------------------------------------------------------------------------------------------------ */

/* A stump without penalty splits where the sum of squares is least, and predicts means. */
static void stump(void)
{
	enum { N = 40 };
	struct arena *a = arena_new();
	struct feature f[2] = { { .name = "a", .x = arena_calloc(a, N, 8) }, { .name = "b", .group = 1, .x = arena_calloc(a, N, 8) } };
	struct frame frame = { .task = TASK_REGRESSION, .n = N, .features = f, .nfeatures = 2, .ngroups = 2,
		.y = arena_calloc(a, N, 8) };
	uint32_t row[N];
	struct rng g;
	rng_seed(&g, 5);
	for (uint32_t i = 0; i < N; i++) {
		row[i] = i;
		f[0].x[i] = rng_normal(&g);
		f[1].x[i] = rng_normal(&g);
		frame.y[i] = (f[1].x[i] > 0.3 ? 4 : 1) + 0.5 * rng_normal(&g);
	}
	double least = INFINITY, mean[2] = { 0, 0 }, cut = 0;
	for (int j = 0; j < 2; j++)
		for (int c = 0; c < N; c++) {
			double n[2] = { 0, 0 }, sum[2] = { 0, 0 }, squares = 0;
			for (int i = 0; i < N; i++) {
				int side = f[j].x[i] > f[j].x[c];
				n[side]++;
				sum[side] += frame.y[i];
				squares += frame.y[i] * frame.y[i];
			}
			double rest = squares - sum[0] * sum[0] / n[0] - (n[1] > 0 ? sum[1] * sum[1] / n[1] : 0);
			if (n[0] >= 2 && n[1] >= 2 && rest < least) {
				least = rest;
				cut = f[j].x[c];
				mean[0] = sum[0] / n[0];
				mean[1] = sum[1] / n[1];
				CHECK(j == 1 || isfinite(least));
			}
		}
	struct sample s = { .f = &frame, .rows = row, .n = N };
	struct bins *bins = bins_fit(&s, 0, a);
	struct rows r = { .n = N, .features = 2, .codes = arena_alloc(a, 2 * N), .by_feature = bins_codes(bins, &s), .y = frame.y,
		.score = arena_calloc(a, N, 8) };
	bins_rows(bins, &s, 0, N, r.codes);
	struct boosting how = { .depth = 1, .rate = 1, .weight = 2, .rows = 1, .columns = 1, .l2 = 0 };
	struct boosted b = { 0 };
	double loss;
	boost_train(bins, &frame, &r, NULL, &how, 1, 1, a, &b, &loss);
	CHECK(b.f.trees == 1 && b.f.leaves == 2);
	for (int i = 0; i < N; i++)
		CHECK_NEAR(r.score[i], mean[f[1].x[i] > cut], 1e-12);
	free(r.by_feature);
	arena_free(a);
}

/* ---- the learner --------------------------------------------------------------------------------------------------- */

static double off_by(double score, const double *p, int outputs, int o)
{
	return outputs == 1 ? score - p[0] : outputs == 2 ? (o ? score - log(p[1] / p[0]) : 0) : 0;
}

/* Base and Shapley values of a row make its prediction on the scale of the trees. */
static void adds_up(const struct model *m, const struct sample *s)
{
	size_t groups = m->f->ngroups, k = (size_t)m->outputs;
	double *phi = mem_calloc(s->n * groups * k, sizeof *phi), *base = mem_calloc(k, sizeof *base);
	double *pred = mem_calloc(s->n * k, sizeof *pred), worst = 0;
	CHECK(learner_gbm.shapley(m, s, phi, base, NULL) == 0);
	learner_gbm.predict(m, s, pred);
	for (size_t i = 0; i < s->n; i++) {
		double score[8] = { 0 }, sum = 0;
		for (size_t o = 0; o < k; o++) {
			score[o] = base[o];
			for (size_t g = 0; g < groups; g++)
				score[o] += phi[(i * groups + g) * k + o];
			sum += exp(score[o]);
			worst = fmax(worst, fabs(off_by(score[o], pred + i * k, (int)k, (int)o)));
		}
		for (size_t o = 0; k > 2 && o < k; o++)
			worst = fmax(worst, fabs(exp(score[o]) / sum - pred[i * k + o]));
	}
	CHECK(worst < 1e-9);
	free(pred);
	free(base);
	free(phi);
}

static void comes_back(const struct model *m, const struct sample *s)
{
	char dir[] = "/tmp/dossier-boost-XXXXXX";
	CHECK(mkdtemp(dir) != NULL);
	struct arena *a = arena_new();
	struct buf out = { 0 };
	struct jw w;
	struct model_files files = { 0 };
	struct err e = { 0 };
	jw_init(&w, &out);
	jw_obj(&w);
	CHECK(model_put(&w, m, dir, &files, &e) == 0);
	jw_obj_end(&w);
	json_t *v = json_loadb(out.p, out.n, 0, NULL);
	struct model again;
	CHECK(model_get(v, m->f, dir, a, &again, &e) == 0);
	size_t n = s->n * (size_t)m->outputs;
	double *p = arena_calloc(a, n, sizeof *p), *q = arena_calloc(a, n, sizeof *q);
	model_predict(m, s, p);
	model_predict(&again, s, q);
	CHECK(memcmp(p, q, n * sizeof *p) == 0);
	for (int i = 0; i < files.n; i++) {   /* a file that is cut short is no model */
		char *path = arena_printf(a, "%s/%s", dir, files.name[i]);
		CHECK(truncate(path, 100) == 0);
	}
	if (files.n)
		CHECK(model_get(v, m->f, dir, a, &again, &e) < 0 && e.code == ERR_INPUT);
	json_decref(v);
	buf_free(&out);
	file_remove_tree(dir, NULL);
	arena_free(a);
}

static void learns(const char *target, enum metric metric, double at_least)
{
	struct arena *a = arena_new();
	struct set s = friedman(a, 1200, 3);
	struct table *t = set_table(&s);
	struct model_spec spec = spec_for(&s, target);
	struct model_result r;
	struct err e = { 0 };
	CHECK(model_run(t, &spec, a, &r, &e) == 0);
	const struct candidate *gbm = set_candidate(&r, MODEL_GBM);
	CHECK(!gbm->failed && gbm->scores[metric].value > at_least);
	CHECK(gbm->train[r.metric] < gbm->scores[r.metric].value);
	uint32_t rows[50];
	for (uint32_t i = 0; i < 50; i++)
		rows[i] = 7 * i;
	struct sample some = { .f = gbm->model->f, .rows = rows, .n = 50 };
	adds_up(gbm->model, &some);
	comes_back(gbm->model, &some);
	comes_back(set_candidate(&r, MODEL_STACK)->model, &some);
	table_close(t);
	arena_free(a);
}

/* ---- ensembles ------------------------------------------------------------------------------------------------------ */

/* What an ensemble says of a row it has not seen lies between what its members say, its weights are shares, and
 * the weighted one is not behind its best member by more than noise. */
static void ensembles(const char *target, bool by_time)
{
	struct arena *a = arena_new();
	struct set s = friedman(a, 600, 9);
	struct table *t = set_table(&s);
	struct model_spec spec = spec_for(&s, target);
	struct model_result r;
	struct err e = { 0 };
	if (by_time)
		spec.time = set_find(&s, "x6");
	CHECK(model_run(t, &spec, a, &r, &e) == 0);
	double best = INFINITY;
	for (size_t i = 1; i < r.ncandidates; i++)
		if (r.candidates[i].kind < MODEL_AVERAGE)
			best = fmin(best, r.candidates[i].scores[r.metric].value);
	for (enum model_kind k = MODEL_AVERAGE; k <= MODEL_STACK; k++) {
		const struct candidate *c = set_candidate(&r, k);
		double sum = 0;
		CHECK(!c->failed && isfinite(c->train[r.metric]));
		/* the plain one takes three of three here, the first part in time knows no weights */
		CHECK(c->scores[r.metric].value < (k == MODEL_STACK && !by_time ? 1.02 : 1.3) * best);
		for (int i = 0; i < c->nsettings; i++) {
			sum += c->settings[i].value;
			CHECK(c->settings[i].value > 0);
		}
		CHECK_NEAR(sum, 1, 1e-9);
		for (size_t i = 0; i < (size_t)(r.held_out * r.outputs); i++) {
			double lo = INFINITY, hi = -INFINITY;
			for (size_t m = 1; m < r.ncandidates; m++)
				if (r.candidates[m].kind < MODEL_AVERAGE && !r.candidates[m].failed) {
					lo = fmin(lo, r.candidates[m].oof[i]);
					hi = fmax(hi, r.candidates[m].oof[i]);
				}
			if (!(c->oof[i] >= lo - 1e-9 && c->oof[i] <= hi + 1e-9)) {
				CHECK(false);
				break;
			}
		}
	}
	const struct candidate *kept = &r.candidates[r.chosen], *first = &r.candidates[r.best];
	CHECK(kept->kind <= first->kind && kept->scores[r.metric].value >= first->scores[r.metric].value);
	table_close(t);
	arena_free(a);
}

/* ---- what must not matter ------------------------------------------------------------------------------------------------ */

static void threads(void)
{
	struct arena *a = arena_new();
	struct set s = friedman(a, 500, 4);
	struct table *t = set_table(&s);
	struct model_result r[3];
	static const int counts[] = { 1, 2, 7 };
	struct err e = { 0 };
	for (int i = 0; i < 3; i++) {
		struct model_spec spec = spec_for(&s, "two");
		spec.threads = counts[i];
		CHECK(model_run(t, &spec, a, &r[i], &e) == 0);
	}
	for (int i = 1; i < 3; i++) {
		CHECK(r[i].ncandidates == r[0].ncandidates && r[i].best == r[0].best && r[i].chosen == r[0].chosen);
		for (size_t k = 0; k < r[0].ncandidates; k++) {
			const struct candidate *x = &r[0].candidates[k], *y = &r[i].candidates[k];
			CHECK(memcmp(x->oof, y->oof, (size_t)r[0].held_out * 2 * sizeof *x->oof) == 0);
			CHECK(memcmp(x->train, y->train, sizeof x->train) == 0);
			CHECK(memcmp(x->scores, y->scores, sizeof x->scores) == 0);
			CHECK(x->nsettings == y->nsettings);
		}
	}
	table_close(t);
	arena_free(a);
}

/* So many models as the formula puts into the seconds: fewer on larger tables, none when none are asked for. */
static void budget(void)
{
	struct model_spec s = model_spec_default();
	struct frame small = { .n = 1000, .nfeatures = 10 }, large = { .n = 50000, .nfeatures = 20 };
	s.fold_repeats = 1;
	s.search_seconds = 1;
	s.search_models = 6;
	CHECK(search_models(&s, &small) > search_models(&s, &large));
	CHECK(search_models(&s, &small) <= 6);
	s.search_seconds = 1e6;
	CHECK(search_models(&s, &large) == 6);
	s.search_models = 0;
	CHECK(search_models(&s, &small) == 0);
	struct boosting a = boost_drawn(1, 3), b = boost_drawn(1, 3), c = boost_drawn(2, 3);
	CHECK(memcmp(&a, &b, sizeof a) == 0 && a.rate != c.rate);
	for (int i = 0; i < 200; i++) {
		a = boost_drawn(7, i);
		CHECK(a.depth >= 2 && a.depth <= 8 && a.rate > 0.04 && a.rate < 0.31 && a.rows >= 0.5 && a.rows <= 1);
		CHECK(a.columns >= 0.4 && a.columns <= 1 && a.weight >= 1 && a.weight <= 30 && a.l2 >= 0.1 && a.l2 <= 30);
	}
}

/* A column of nothing, one that never changes, huge and tiny values. */
static void bad_columns(void)
{
	struct arena *a = arena_new();
	struct set s = set_new(a, 300, 8);
	double *empty = set_add(&s, "empty", COLUMN_FLOAT64), *same = set_add(&s, "same", COLUMN_FLOAT64);
	double *huge = set_add(&s, "huge", COLUMN_FLOAT64), *tiny = set_add(&s, "tiny", COLUMN_FLOAT64);
	double *y = set_add(&s, "y", COLUMN_FLOAT64);
	struct rng g;
	rng_seed(&g, 2);
	for (int i = 0; i < 300; i++) {
		empty[i] = NAN;
		same[i] = 3;
		huge[i] = 1e300 * rng_normal(&g);
		tiny[i] = 1e-300 * rng_normal(&g);
		y[i] = huge[i] / 1e300 + 3 * tiny[i] / 1e-300;
	}
	struct table *t = set_table(&s);
	struct model_spec spec = set_spec(&s, "y", false);
	struct model_result r;
	struct err e = { 0 };
	for (int k = 0; k < MODEL_KINDS; k++)
		spec.want[k] = k == MODEL_GBM;
	CHECK(model_run(t, &spec, a, &r, &e) == 0);
	const struct candidate *c = set_candidate(&r, MODEL_GBM);
	CHECK(!c->failed && c->scores[METRIC_R2].value > 0.7);
	spec.min_rows_boosting = 301;
	CHECK(model_run(t, &spec, a, &r, &e) == 0);
	c = set_candidate(&r, MODEL_GBM);
	CHECK(c->failed && strcmp(c->reason, "part 1: boosting wants 301 rows, the data has 300") == 0);
	table_close(t);
	arena_free(a);
}

int main(void)
{
	stump();
	learns("y", METRIC_R2, 0.85);
	learns("two", METRIC_ROC_AUC, 0.9);
	learns("three", METRIC_ACCURACY, 0.65);
	ensembles("y", false);
	ensembles("three", false);
	ensembles("two", true);
	threads();
	budget();
	bad_columns();
	return test_end();
}
