/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contest of candidates: known fits, honest folds, leaks, curves, and the same result for any
 * number of threads. */
#include "model/model.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

enum { MAX_COLS = 16 };

struct set {
	const char *name[MAX_COLS];
	bool category[MAX_COLS];
	double *v[MAX_COLS];       /* number, or code of levels */
	const char *level[MAX_COLS][40];
	int levels[MAX_COLS];
	int cols;
	int64_t rows;
};

static char path[64] = "/tmp/dossier-model-XXXXXX";

/* The set as a table file, read back. */
static struct table *table_of(const struct set *s)
{
	struct field f[MAX_COLS];
	struct column c[MAX_COLS];
	int32_t *codes[MAX_COLS] = { 0 };
	uint8_t *valid[MAX_COLS];
	struct err e = { 0 };
	for (int j = 0; j < s->cols; j++) {
		f[j] = (struct field){ s->name[j], s->category[j] ? COLUMN_DICT : COLUMN_FLOAT64, NULL };
		valid[j] = mem_calloc((size_t)s->rows / 8 + 1, 1);
		c[j] = (struct column){ .type = f[j].type, .rows = s->rows, .v.f64 = s->v[j] };
		for (int64_t i = 0; i < s->rows; i++) {
			if (isnan(s->v[j][i]))
				c[j].nulls++;
			else
				valid[j][i / 8] |= (uint8_t)(1 << (i % 8));
		}
		c[j].valid = c[j].nulls ? valid[j] : NULL;
		if (s->category[j]) {
			codes[j] = mem_calloc((size_t)s->rows, sizeof **codes);
			for (int64_t i = 0; i < s->rows; i++)
				codes[j][i] = isnan(s->v[j][i]) ? 0 : (int32_t)s->v[j][i];
			c[j].v.i32 = codes[j];
		}
	}
	struct table_writer *w = table_writer_new(path, f, s->cols, &e);
	int bad = !w || table_writer_batch(w, c, s->rows, &e) < 0;
	for (int j = 0; j < s->cols && !bad; j++) {
		if (!s->category[j])
			continue;
		int32_t off[41] = { 0 };
		struct buf bytes = { 0 };
		for (int k = 0; k < s->levels[j]; k++) {
			buf_puts(&bytes, s->level[j][k]);
			off[k + 1] = (int32_t)bytes.n;
		}
		bad = table_writer_dict(w, j, off, buf_str(&bytes), s->levels[j], &e) < 0;
		buf_free(&bytes);
	}
	bad = bad || table_writer_close(w, &e) < 0;
	for (int j = 0; j < s->cols; j++) {
		free(codes[j]);
		free(valid[j]);
	}
	struct table *t = bad ? NULL : table_open(path, &e);
	if (!t)
		printf("%s\n", e.msg);
	return t;
}

static struct model_spec spec_of(const struct set *s, int target, bool category, struct model_feature *f)
{
	struct model_spec m = model_spec_default();
	m.target = target;
	m.target_name = s->name[target];
	m.target_is_category = category;
	m.features = f;
	m.max_rows = 100000;
	m.repeats = 2;
	m.importance_rows = 100000;
	m.bootstrap = 100;
	m.max_rounds = 60;
	m.threads = 2;
	for (int j = 0; j < s->cols; j++)
		if (j != target)
			f[m.nfeatures++] = (struct model_feature){ j, s->name[j], s->category[j] ? ROLE_CATEGORY : ROLE_NUMBER };
	return m;
}

static void read_csv(const char *file, struct set *s, struct arena *a)
{
	struct buf text = { 0 };
	if (file_read(file, 1 << 20, &text, NULL) < 0)
		exit(1);
	arena_own(a, text.p, free);
	*s = (struct set){ 0 };
	for (int j = 0; j < MAX_COLS; j++)
		s->v[j] = arena_calloc(a, 1000, sizeof(double));
	int64_t row = -1;
	for (char *line = text.p; *line; row++) {
		char *end = strchr(line, '\n');
		*end = 0;
		int j = 0;
		for (char *cell = line, *next; cell; cell = next, j++) {
			if ((next = strchr(cell, ',')) != NULL)
				*next++ = 0;
			if (row < 0) {
				s->name[s->cols++] = cell;
			} else if (!num_parse_double(cell, strlen(cell), &s->v[j][row])) {
				s->category[j] = true;
				int k = 0;
				while (k < s->levels[j] && strcmp(s->level[j][k], cell) != 0)
					k++;
				if (k == s->levels[j])
					s->level[j][s->levels[j]++] = cell;
				s->v[j][row] = k;
			}
		}
		line = end + 1;
	}
	s->rows = row;
}

static const struct candidate *find(const struct model_result *r, enum model_kind k)
{
	for (size_t i = 0; i < r->ncandidates; i++)
		if (r->candidates[i].kind == k)
			return &r->candidates[i];
	return NULL;
}

static const struct coefficient *term(const struct candidate *c, const char *name)
{
	for (size_t i = 0; i < c->ncoefficients; i++)
		if (strcmp(c->coefficients[i].term, name) == 0)
			return &c->coefficients[i];
	printf("no term '%s'\n", name);
	exit(1);
}

/* Values of R 4.2.2: glm(am ~ wt, binomial), lm(mpg ~ wt + hp) on mtcars. */
static void mtcars(void)
{
	struct arena *a = arena_new();
	struct set s;
	read_csv("tests/data/model/mtcars.csv", &s, a);
	struct table *t = table_of(&s);
	struct model_feature f[MAX_COLS] = { { 5, "wt", ROLE_NUMBER }, { 3, "hp", ROLE_NUMBER } };
	struct model_spec spec = spec_of(&s, 8, true, f);
	f[0] = (struct model_feature){ 5, "wt", ROLE_NUMBER };
	spec.nfeatures = 1;
	struct model_result r;
	struct err e = { 0 };
	CHECK(model_run(t, &spec, a, &r, &e) == 0);
	CHECK(r.task == TASK_BINARY && r.rows == 32);
	CHECK(r.events_per_parameter == 13);      /* of the rarer class, for one term: the intercept is none */
	const struct candidate *c = find(&r, MODEL_LOGISTIC);
	CHECK(!c->failed);
	CHECK_NEAR(term(c, "(intercept)")->estimate, 12.0403696589627, 1e-6);
	/* R's glm takes standard errors from the weights before its last step: hence fewer digits */
	CHECK_NEAR(term(c, "(intercept)")->se, 4.5097061047497, 2e-4);
	CHECK_NEAR(term(c, "wt")->estimate, -4.02396994032789, 1e-6);
	CHECK_NEAR(term(c, "wt")->se, 1.43641578432091, 2e-4);
	CHECK_NEAR(c->deviance, 19.1760848074451, 1e-7);
	CHECK_NEAR(c->null_deviance, 43.2297332768578, 1e-10);
	CHECK_NEAR(c->aic, 23.1760848074451, 1e-7);

	f[0] = (struct model_feature){ 5, "wt", ROLE_NUMBER };
	f[1] = (struct model_feature){ 3, "hp", ROLE_NUMBER };
	spec.nfeatures = 2;
	spec.target = 0;
	spec.target_name = "mpg";
	spec.target_is_category = false;
	CHECK(model_run(t, &spec, a, &r, &e) == 0);
	c = find(&r, MODEL_OLS);
	CHECK_NEAR(term(c, "(intercept)")->estimate, 37.22727012, 1e-9);
	CHECK_NEAR(term(c, "wt")->estimate, -3.87783074, 1e-8);
	CHECK_NEAR(term(c, "wt")->se, 0.63273349, 1e-7);
	CHECK_NEAR(term(c, "hp")->estimate, -0.03177295, 1e-7);
	CHECK_NEAR(term(c, "hp")->se, 0.00902971, 1e-6);
	CHECK_NEAR(c->r2, 0.8267855, 1e-6);
	CHECK_NEAR(c->f, 69.21121, 1e-6);
	CHECK_NEAR(term(c, "wt")->vif, 1.766625, 1e-6);
	CHECK(r.useful && r.best > 0 && r.events_per_parameter == 16);
	c = find(&r, MODEL_GBM);
	CHECK(c->failed && strstr(c->reason, "boosting wants 100 rows"));
	table_close(t);
	arena_free(a);
}

/* Three classes; scores near those of stock models; probabilities are probabilities. */
static void iris(void)
{
	struct arena *a = arena_new();
	struct set s;
	read_csv("tests/data/model/iris.csv", &s, a);
	struct table *t = table_of(&s);
	struct model_feature f[MAX_COLS];
	struct model_spec spec = spec_of(&s, 4, true, f);
	struct model_result r;
	struct err e = { 0 };
	CHECK(model_run(t, &spec, a, &r, &e) == 0);
	CHECK(r.task == TASK_MULTICLASS && r.nclasses == 3 && r.useful);
	CHECK_STR(r.classes[0], "setosa");
	CHECK_STR(r.scheme, "stratified k-fold");
	const struct candidate *base = find(&r, MODEL_BASELINE), *logit = find(&r, MODEL_LOGISTIC);
	CHECK_NEAR(base->scores[METRIC_LOG_LOSS].value, log(3), 1e-12);
	CHECK(logit->scores[METRIC_ACCURACY].value > 0.93 && find(&r, MODEL_GBM)->scores[METRIC_ACCURACY].value > 0.9);
	CHECK(logit->note != NULL);   /* setosa stands apart: the plain likelihood has no maximum */
	for (size_t i = 0; i < 150; i++) {
		double sum = logit->oof[3 * i] + logit->oof[3 * i + 1] + logit->oof[3 * i + 2];
		if (fabs(sum - 1) > 1e-12)
			CHECK(sum == 1);
	}
	double rows = 0;
	for (int i = 0; i < 9; i++)
		rows += r.confusion[i];
	CHECK(rows == 150);
	CHECK(r.nimportance == 4 && strncmp(r.importance[0].name, "Petal", 5) == 0);
	const struct score *sc = &logit->scores[METRIC_LOG_LOSS];
	CHECK(sc->lo < sc->value && sc->value < sc->hi);
	table_close(t);
	arena_free(a);
}

static struct set synthetic(struct arena *a, int64_t n)
{
	struct set s = { .cols = 6, .rows = n,
		.name = { "x", "group", "copy", "noise", "y", "class" },
		.category = { false, true, false, false, false, true },
		.level = { [1] = { "b", "a", "c" }, [5] = { "yes", "no" } }, .levels = { [1] = 3, [5] = 2 } };
	struct rng g;
	rng_seed(&g, 5);
	for (int j = 0; j < s.cols; j++)
		s.v[j] = arena_calloc(a, (size_t)n, sizeof(double));
	for (int64_t i = 0; i < n; i++) {
		s.v[0][i] = rng_normal(&g);
		s.v[1][i] = (double)rng_below(&g, 3);
		s.v[3][i] = rng_unit(&g) < 0.1 ? NAN : rng_normal(&g);
		s.v[4][i] = 3 + 2 * s.v[0][i] + s.v[1][i] + rng_normal(&g);
		s.v[2][i] = s.v[4][i] * 2.5 + 7;
		s.v[5][i] = rng_unit(&g) < 0.3;
	}
	return s;
}

static void leaks_and_chance(void)
{
	struct arena *a = arena_new();
	struct set s = synthetic(a, 600);
	struct table *t = table_of(&s);
	struct model_feature f[MAX_COLS];
	struct err e = { 0 };
	struct model_result r;
	struct model_spec spec = spec_of(&s, 4, false, f);
	CHECK(model_run(t, &spec, a, &r, &e) == 0);
	CHECK(r.nleaks == 1 && strcmp(r.leaks[0].name, "copy") == 0);
	/* a class that nothing explains: no model is warranted */
	spec = spec_of(&s, 5, true, f);
	CHECK(model_run(t, &spec, a, &r, &e) == 0);
	CHECK(!r.useful && r.nleaks == 0);
	CHECK(r.roc.count >= 2 && r.roc.x[0] == 0 && r.roc.y[0] == 0 && r.roc.x[r.roc.count - 1] == 1 &&
		r.roc.y[r.roc.count - 1] == 1);
	CHECK(r.classes && strcmp(r.classes[0], "no") == 0 && strcmp(r.classes[1], "yes") == 0);
	/* the dictionary says "b", "a", "c"; codes of the frame follow the text, so "b" against "a" is half of "c" */
	spec = spec_of(&s, 4, false, f);
	f[0] = (struct model_feature){ 0, "x", ROLE_NUMBER };
	f[1] = (struct model_feature){ 1, "group", ROLE_CATEGORY };
	spec.nfeatures = 2;
	CHECK(model_run(t, &spec, a, &r, &e) == 0);
	const struct candidate *c = find(&r, MODEL_OLS);
	double at[3] = { 0 };   /* effect of each level; the reference has no term */
	static const char *const names[] = { "group: b", "group: a", "group: c" };
	for (size_t i = 0; i < c->ncoefficients; i++)
		for (int k = 0; k < 3; k++)
			if (strcmp(c->coefficients[i].term, names[k]) == 0)
				at[k] = c->coefficients[i].estimate;
	CHECK(fabs(at[1] - at[0] - 1) < 0.4 && fabs(at[2] - at[0] - 2) < 0.4);
	CHECK_NEAR(term(c, "x")->estimate, 2, 0.06);
	table_close(t);
	arena_free(a);
}

/* Forward chaining never trains on what comes later. */
static void time_order(void)
{
	struct arena *a = arena_new();
	struct set s = synthetic(a, 300);
	for (int64_t i = 0; i < s.rows; i++) {
		s.v[3][i] = (double)((i * 7919) % s.rows);          /* "noise" is the clock, rows are shuffled */
		s.v[4][i] = s.v[3][i] + 0.1 * s.v[0][i];
	}
	struct table *t = table_of(&s);
	struct model_feature f[MAX_COLS];
	struct model_spec spec = spec_of(&s, 4, false, f);
	f[0] = (struct model_feature){ 3, "noise", ROLE_NUMBER };
	spec.nfeatures = 1;
	spec.time = 3;
	spec.fold_repeats = 1;   /* few steps, each a long way ahead */
	struct err e = { 0 };
	struct model_result r;
	CHECK(model_run(t, &spec, a, &r, &e) == 0);
	CHECK_STR(r.scheme, "time-ordered");
	/* trees cannot go beyond what they have seen, a line can: with folds by time it must show */
	CHECK(find(&r, MODEL_OLS)->scores[METRIC_R2].value > 0.99);
	CHECK(find(&r, MODEL_GBM)->scores[METRIC_R2].value < 0.9);
	table_close(t);
	arena_free(a);
}

static void refusals(void)
{
	struct arena *a = arena_new();
	struct set s = synthetic(a, 300);
	for (int64_t i = 0; i < s.rows; i++) {
		s.v[0][i] = 4;
		s.v[2][i] = i < 10 ? (double)i : NAN;
	}
	struct table *t = table_of(&s);
	struct model_feature f[MAX_COLS];
	struct err e = { 0 };
	struct model_result r;
	struct model_spec spec = spec_of(&s, 0, false, f);
	CHECK(model_run(t, &spec, a, &r, &e) < 0 && e.code == ERR_INPUT && strstr(e.msg, "never changes"));
	spec = spec_of(&s, 2, false, f);
	CHECK(model_run(t, &spec, a, &r, &e) < 0 && strstr(e.msg, "only 10 rows"));
	spec = spec_of(&s, 3, true, f);
	CHECK(model_run(t, &spec, a, &r, &e) < 0 && strstr(e.msg, "classes"));
	table_close(t);
	arena_free(a);
}

static void any_threads(void)
{
	struct arena *a = arena_new();
	struct set s = synthetic(a, 500);
	struct table *t = table_of(&s);
	struct model_feature f[MAX_COLS];
	struct model_result r[2];
	struct err e = { 0 };
	struct model_spec spec = spec_of(&s, 4, false, f);
	for (int i = 0; i < 2; i++) {
		spec.threads = i ? 3 : 1;
		CHECK(model_run(t, &spec, a, &r[i], &e) == 0);
	}
	CHECK(r[0].ncandidates == r[1].ncandidates);
	for (size_t k = 0; k < r[0].ncandidates; k++) {
		CHECK(memcmp(r[0].candidates[k].scores, r[1].candidates[k].scores, sizeof r[0].candidates[k].scores) == 0);
		CHECK(memcmp(r[0].candidates[k].oof, r[1].candidates[k].oof, 500 / 5 * sizeof(double)) == 0);
	}
	for (size_t k = 0; k < r[0].nimportance; k++)
		CHECK(r[0].importance[k].mean == r[1].importance[k].mean && r[0].importance[k].lo == r[1].importance[k].lo);
	table_close(t);
	arena_free(a);
}

int main(void)
{
	int fd = mkstemp(path);
	if (fd < 0)
		return 1;
	close(fd);
	mtcars();
	iris();
	leaks_and_chance();
	time_order();
	refusals();
	any_threads();
	unlink(path);
	return test_end();
}
