/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Explanations: Shapley values against sums over all orders of the columns, their axioms, curves of planted
 * functions, and the same bytes for any number of threads. */
#include "model/explain/explain_int.h"
#include "model_set.h"
#include "stages/modeling_int.h"
#include "test.h"

static double noise(struct rng *r)
{
	return rng_unit(r) * 2 - 1;
}

static struct model_spec only(struct model_spec s, enum model_kind k)
{
	for (int i = 0; i < MODEL_KINDS; i++)
		s.want[i] = i == MODEL_BASELINE || i == (int)k;
	return s;
}

static const struct explanation *explained(const struct set *s, const struct model_spec *spec, struct arena *a,
	struct model_result *r)
{
	struct table *t = set_table(s);
	struct err e = { 0 };
	if (model_run(t, spec, a, r, &e) < 0)
		printf("%s\n", e.msg);
	arena_own(a, t, (void (*)(void *))table_close);
	return r->explanation;
}

static const struct shap_column *column(const struct shap *s, const char *name)
{
	for (size_t i = 0; i < s->ncolumns; i++)
		if (strcmp(s->column[i].name, name) == 0)
			return &s->column[i];
	printf("no column '%s'\n", name);
	exit(1);
}

static const struct dependence *curve(const struct explanation *x, const char *name)
{
	for (size_t i = 0; i < x->ndependence; i++)
		if (strcmp(x->dependence[i].name, name) == 0)
			return &x->dependence[i];
	printf("no curve of '%s'\n", name);
	exit(1);
}

/* ---- a line ---------------------------------------------------------------------------------------------- */

/* y = 3 a + 3 b - 2 c, and d does nothing: phi is the slope times the distance from the mean of the rows that
 * trained, so that phi - 3 a takes one value a fold. */
static void linear(void)
{
	struct arena *a = arena_new();
	struct set s = set_new(a, 200, 5);
	double *y = set_add(&s, "y", COLUMN_FLOAT64), *x[4];
	static const char *const names[] = { "a", "b", "c", "d" };
	struct rng g;
	rng_seed(&g, 11);
	for (int k = 0; k < 4; k++)
		x[k] = set_add(&s, names[k], COLUMN_FLOAT64);
	for (int64_t i = 0; i < s.rows; i++) {
		for (int k = 0; k < 4; k++)
			x[k][i] = noise(&g) * 10;
		y[i] = 5 + 3 * x[0][i] + 3 * x[1][i] - 2 * x[2][i];
	}
	struct model_spec spec = only(set_spec(&s, "y", false), MODEL_OLS);
	struct model_result r;
	const struct explanation *e = explained(&s, &spec, a, &r);
	CHECK(e != NULL && r.useful);
	CHECK_STR(e->shap.scale, "target");
	CHECK(e->shap.error < 1e-9);
	const struct shap_column *ca = column(&e->shap, "a"), *cb = column(&e->shap, "b"), *cc = column(&e->shap, "c");
	double seen[8];
	size_t different = 0;
	for (size_t i = 0; i < e->shap.rows; i++) {
		double rest = ca->phi[i] - 3 * ca->x[i];
		size_t k = 0;
		while (k < different && fabs(seen[k] - rest) > 1e-6)
			k++;
		if (k == different && different < 8)
			seen[different++] = rest;
		if (i)         /* symmetry: what moves y alike adds alike, in rows that one model explains */
			CHECK(fabs((ca->phi[i] - ca->phi[i - 1]) - 3 * (ca->x[i] - ca->x[i - 1])) > 1e-9 ||
				fabs((cb->phi[i] - cb->phi[i - 1]) - 3 * (cb->x[i] - cb->x[i - 1])) < 1e-6);
		CHECK(fabs(column(&e->shap, "d")->phi[i]) < 1e-9);   /* a dummy adds nothing */
	}
	CHECK(different <= 5);
	CHECK(ca->trend > 0.995 && cc->trend < -0.995);   /* the means differ between folds */
	const struct dependence *d = curve(e, "c");
	CHECK(d->shape == SHAPE_FALLS && d->points == EXPLAIN_POINTS);
	CHECK_NEAR(d->slope, -2, 1e-9);
	for (size_t k = 1; k < d->points; k++)
		CHECK_NEAR((d->y[k] - d->y[k - 1]) / (d->x[k] - d->x[k - 1]), -2, 1e-7);
	CHECK(isnan(e->interaction.h));
	for (size_t k = 0; k < e->shap.nstories; k++) {
		const struct story *t = &e->shap.story[k];
		double sum = t->base + t->rest;
		for (size_t i = 0; i < t->nparts; i++)
			sum += t->part[i].phi;
		CHECK_NEAR(sum, t->value, 1e-9);
		CHECK_NEAR(t->predicted, t->value, 1e-9);
	}
	CHECK(e->shap.nstories == EXPLAIN_STORIES);
	arena_free(a);
}

/* ---- against all orders ------------------------------------------------------------------------------------- */

/* Everything that shap_values asks of a contest: one fold of a real model. */
struct bench {
	struct arena *a;
	struct frame f;
	struct fold_plan plan;
	struct model_spec spec;
	struct model_result r;
	struct contest c;
	struct model *model[8];
};

static void bench_new(struct bench *b, const struct set *s, const char *target, bool category, enum model_kind k)
{
	struct err e = { 0 };
	struct table *t = set_table(s);
	arena_own(b->a, t, (void (*)(void *))table_close);
	b->spec = only(set_spec(s, target, category), k);
	b->spec.folds = 2;
	b->spec.threads = 1;
	b->spec.importance_rows = 100000000;
	if (frame_load(t, &b->spec, b->a, &b->f, &b->r, &e) < 0)
		printf("%s\n", e.msg);
	folds_plan(&b->f, &b->spec, b->a, &b->plan, &e);
	b->r.task = b->f.task;
	b->r.outputs = b->f.nclasses ? b->f.nclasses : 1;
	b->c = (struct contest){ .spec = &b->spec, .f = &b->f, .folds = &b->plan, .a = b->a, .r = &b->r };
	for (int i = 0; i < b->plan.folds; i++) {
		b->model[i] = arena_alloc(b->a, sizeof **b->model);
		*b->model[i] = (struct model){ .kind = k, .task = b->f.task, .outputs = b->r.outputs, .f = &b->f };
		CHECK(model_fit(learner_of(k), &b->plan.train[i], &b->spec, b->a, b->model[i], NULL, &e) == 0);
		b->c.nheld += b->plan.test[i].n;
	}
	b->c.held = arena_calloc(b->a, b->c.nheld, sizeof *b->c.held);
	size_t at = 0;
	for (int i = 0; i < b->plan.folds; i++)
		for (size_t j = 0; j < b->plan.test[i].n; j++)
			b->c.held[at++] = b->plan.test[i].rows[j];
}

/* Mean score over all training rows of `fold` when the groups of the set are those of `row`. */
static double worth(struct bench *b, size_t fold, size_t row, unsigned set)
{
	const struct sample *train = &b->plan.train[fold];
	struct arena *a = arena_new();
	struct frame f = b->f;
	f.n = train->n;
	f.features = arena_calloc(a, f.nfeatures, sizeof *f.features);
	uint32_t *rows = arena_calloc(a, f.n, sizeof *rows);
	for (size_t j = 0; j < f.nfeatures; j++) {
		f.features[j] = b->f.features[j];
		f.features[j].x = arena_calloc(a, f.n, sizeof(double));
		for (size_t i = 0; i < f.n; i++)
			f.features[j].x[i] = b->f.features[j].x[set >> f.features[j].group & 1 ? row : train->rows[i]];
	}
	for (size_t i = 0; i < f.n; i++)
		rows[i] = (uint32_t)i;
	struct sample s = { .f = &f, .rows = rows, .n = f.n };
	double *pred = arena_calloc(a, f.n * (size_t)b->r.outputs, sizeof *pred), *v = arena_calloc(a, f.n, sizeof *v), sum = 0;
	link_scores(b->model[fold], &s, pred, v);
	for (size_t i = 0; i < f.n; i++)
		sum += v[i] / (double)f.n;
	arena_free(a);
	return sum;
}

/* The mean of what a group adds over all orders of the groups, by walking through the orders. */
static void over_orders(const double *v, unsigned groups, unsigned known, double ways, double *phi)
{
	unsigned left = 0;
	for (unsigned g = 0; g < groups; g++)
		left += !(known >> g & 1);
	for (unsigned g = 0; g < groups; g++) {
		if (known >> g & 1)
			continue;
		phi[g] += (v[known | 1U << g] - v[known]) * ways / left;
		over_orders(v, groups, known | 1U << g, ways / left, phi);
	}
}

/* y = a b + step(c) + d on few columns; with `more`, columns that make sampling necessary. */
static struct set product(struct arena *a, int64_t rows, int more, bool category)
{
	struct set s = set_new(a, rows, 5 + more);
	double *y = set_add(&s, "y", COLUMN_FLOAT64), *x[16];
	struct rng g;
	rng_seed(&g, 5);
	for (int k = 0; k < 4 + more; k++)
		x[k] = set_add(&s, arena_printf(a, "x%d", k), COLUMN_FLOAT64);
	for (int64_t i = 0; i < rows; i++) {
		for (int k = 0; k < 4 + more; k++)
			x[k][i] = noise(&g);
		y[i] = 3 * x[0][i] * x[1][i] + (x[2][i] > 0.2 ? 1 : 0) + x[3][i] + 0.1 * noise(&g);
		if (category)
			y[i] = y[i] > 0.5;
	}
	return s;
}

static void all_orders(enum model_kind kind, int more, bool category, double tolerance)
{
	struct bench b = { .a = arena_new() };
	struct set s = product(b.a, 120, more, category);
	bench_new(&b, &s, "y", category, kind);
	b.spec.shap_rows = 12;
	b.spec.shap_background = (int)b.plan.train[0].n;   /* all of them, each once */
	unsigned groups = 4 + (unsigned)more;
	struct shap_work w = { .c = &b.c, .l = learner_of(kind), .model = b.model, .groups = groups, .outputs = 1,
		.method = SHAP_SAMPLED };
	size_t also[] = { 3 };
	shap_values(&w, also, 1, b.a);
	CHECK(w.method == (more ? SHAP_SAMPLED : SHAP_ENUMERATED));
	CHECK(w.ndrawn == 12 && w.n >= 12 && w.n <= 13);
	double off = 0, size = 0;
	for (size_t i = 0; i < w.n; i++) {
		size_t fold = w.held[i] < b.plan.test[0].n ? 0 : 1, row = b.c.held[w.held[i]];
		double v[1 << 8], phi[8] = { 0 }, sum = w.base[i];
		if (b.plan.train[fold].n != (size_t)b.spec.shap_background)
			continue;
		for (unsigned set = 0; set < 1U << groups; set++)
			v[set] = worth(&b, fold, row, set);
		over_orders(v, groups, 0, 1, phi);
		CHECK_NEAR(w.base[i], v[0], 1e-9);
		for (unsigned k = 0; k < groups; k++) {
			off += fabs(w.phi[i * groups + k] - phi[k]);
			size += fabs(phi[k]);
			sum += w.phi[i * groups + k];
		}
		CHECK(fabs(sum - w.score[i]) < 1e-9);
	}
	CHECK(size > 0 && off <= tolerance * size);
	if (off > tolerance * size)
		printf("%s: off by %g of %g\n", model_kind_name(kind), off, size);
	arena_free(b.a);
}

/* Whatever few rows stand for columns not known: the base is the mean score of the training rows, and one in all
 * rows of a fold; an idle column gets nothing of what that moves. */
static void few_in_background(void)
{
	struct bench b = { .a = arena_new() };
	struct set s = product(b.a, 120, 4, false);
	bench_new(&b, &s, "y", false, MODEL_GBM);
	b.spec.shap_rows = 12;
	b.spec.shap_background = 4;
	struct shap_work w = { .c = &b.c, .l = learner_of(MODEL_GBM), .model = b.model, .groups = 8, .outputs = 1, .method = SHAP_SAMPLED };
	shap_values(&w, NULL, 0, b.a);
	CHECK(w.background == 4 && w.n == 12);
	for (size_t i = 0; i < w.n; i++) {
		size_t fold = w.held[i] < b.plan.test[0].n ? 0 : 1, row = b.c.held[w.held[i]];
		double sum = w.base[i];
		CHECK_NEAR(w.base[i], worth(&b, fold, row, 0), 1e-9);
		for (size_t k = 0; k < w.groups; k++)
			sum += w.phi[i * w.groups + k];
		CHECK_NEAR(sum, w.score[i], 1e-9);
	}
	arena_free(b.a);
}

/* Few rows of a background have among them what one row in ten has and much depends on: without it costs in all rows. */
static void rare_in_background(void)
{
	struct bench b = { .a = arena_new() };
	struct set s = set_new(b.a, 400, 9);
	double *y = set_add(&s, "y", COLUMN_FLOAT64), *rare = set_add(&s, "rare", COLUMN_FLOAT64), *x[7];
	struct rng g;
	rng_seed(&g, 6);
	for (int k = 0; k < 7; k++)
		x[k] = set_add(&s, arena_printf(b.a, "x%d", k), COLUMN_FLOAT64);
	for (int64_t i = 0; i < s.rows; i++) {
		for (int k = 0; k < 7; k++)
			x[k][i] = noise(&g);
		rare[i] = i % 10 == 3;
		y[i] = 5 * rare[i] + 0.2 * x[0][i];
	}
	bench_new(&b, &s, "y", false, MODEL_GBM);
	b.spec.shap_rows = 60;
	b.spec.shap_background = 8;
	for (uint64_t seed = 1; seed <= 4; seed++) {
		b.spec.seed = seed;
		struct shap_work w = { .c = &b.c, .l = learner_of(MODEL_GBM), .model = b.model, .groups = 8, .outputs = 1, .method = SHAP_SAMPLED };
		shap_values(&w, NULL, 0, b.a);
		CHECK(w.background == 8 && w.n == 60);
		for (size_t i = 0; i < w.n; i++) {
			double phi = w.phi[i * w.groups];
			CHECK(rare[b.c.held[w.held[i]]] > 0 ? phi > 3 : phi < -0.2);
		}
	}
	arena_free(b.a);
}

/* Stories of one output start from one base, and end at their predictions. */
static bool one_base(const struct shap *x)
{
	for (size_t i = 0; i < x->nstories; i++) {
		const struct story *t = &x->story[i];
		double sum = t->base + t->rest;
		for (size_t k = 0; k < t->nparts; k++)
			sum += t->part[k].phi;
		for (size_t k = 0; k < i; k++)
			if (x->story[k].output == t->output && fabs(x->story[k].base - t->base) > 0)
				return false;
		if (fabs(sum - t->value) > 1e-9 * (1 + fabs(t->value)) || (t->output == x->focus && fabs(t->base - x->base) > 0))
			return false;
	}
	return x->nstories == EXPLAIN_STORIES;
}

/* ---- additivity of every kind of model ------------------------------------------------------------------------ */

static struct set mixed(struct arena *a, int classes)
{
	struct set s = set_new(a, 300, 6);
	double *y = set_add(&s, "y", classes ? COLUMN_DICT : COLUMN_FLOAT64);
	if (classes)
		set_levels(&s, NULL, classes);
	double *number = set_add(&s, "number", COLUMN_FLOAT64), *holes = set_add(&s, "holes", COLUMN_FLOAT64);
	double *level = set_add(&s, "level", COLUMN_DICT);
	set_levels(&s, NULL, 4);
	double *day = set_add(&s, "day", COLUMN_DATE), *idle = set_add(&s, "idle", COLUMN_FLOAT64);
	struct rng g;
	rng_seed(&g, 3);
	for (int64_t i = 0; i < s.rows; i++) {
		number[i] = noise(&g);
		holes[i] = rng_unit(&g) < 0.2 ? (double)NAN : noise(&g);
		level[i] = (double)rng_below(&g, 4);
		day[i] = 18000 + (double)rng_below(&g, 700);
		idle[i] = noise(&g);
		double score = 2 * number[i] + (isnan(holes[i]) ? 1 : holes[i]) + (level[i] == 2) + 0.7 * noise(&g);
		y[i] = classes ? fmin(classes - 1, fmax(0, floor((score + 2) / 4 * classes))) : score;
	}
	return s;
}

static void additive(void)
{
	static const int classes[] = { 0, 2, 3 };
	for (size_t c = 0; c < COUNTOF(classes); c++)
		for (int k = 1; k < MODEL_KINDS; k++) {
			struct arena *a = arena_new();
			struct set s = mixed(a, classes[c]);
			struct model_spec spec = only(set_spec(&s, "y", classes[c] > 0), (enum model_kind)k);
			struct model_result r = { 0 };
			const struct explanation *e = explained(&s, &spec, a, &r);
			if (e) {
				CHECK(e->shap.rows > 0 && e->shap.error <= 1e-5);
				if (!(e->shap.error <= 1e-5))
					printf("%s, %d classes: %g\n", model_kind_name((enum model_kind)k), classes[c], e->shap.error);
				CHECK(column(&e->shap, "number")->mean_abs > column(&e->shap, "idle")->mean_abs);
				CHECK(column(&e->shap, "level")->nlevels == 4);
				CHECK(classes[c] != 2 || e->shap.focus == 1);
				CHECK(e->ndependence > 0);
				CHECK(one_base(&e->shap));
			}
			arena_free(a);
		}
}

/* ---- curves ------------------------------------------------------------------------------------------------------ */

static void planted(void)
{
	struct arena *a = arena_new();
	struct set s = set_new(a, 1500, 6);
	double *y = set_add(&s, "y", COLUMN_FLOAT64), *valley = set_add(&s, "valley", COLUMN_FLOAT64);
	double *step = set_add(&s, "step", COLUMN_FLOAT64), *u = set_add(&s, "u", COLUMN_FLOAT64);
	double *v = set_add(&s, "v", COLUMN_FLOAT64), *twin = set_add(&s, "twin", COLUMN_FLOAT64);
	struct rng g;
	rng_seed(&g, 17);
	for (int64_t i = 0; i < s.rows; i++) {
		valley[i] = noise(&g) * 2;
		step[i] = noise(&g);
		u[i] = noise(&g);
		v[i] = noise(&g);
		twin[i] = step[i] + 0.3 * noise(&g);
		y[i] = valley[i] * valley[i] + (step[i] > 0.5 ? 4 : 0) + 4 * u[i] * v[i];
	}
	struct model_spec spec = only(set_spec(&s, "y", false), MODEL_GBM);
	spec.max_rounds = 150;
	struct model_result r;
	const struct explanation *e = explained(&s, &spec, a, &r);
	const struct dependence *d = curve(e, "valley");
	CHECK(d->shape == SHAPE_VALLEY && fabs(d->turn) < 0.5 && !d->accumulated);
	CHECK(d->lines == EXPLAIN_LINES && d->nrug == EXPLAIN_POINTS);
	for (size_t k = 0; k + 1 < d->points; k++)   /* the square less its mean, in the inner points */
		CHECK(fabs((d->y[k] - d->y[k + 1]) - (d->x[k] * d->x[k] - d->x[k + 1] * d->x[k + 1])) < 0.6);
	d = curve(e, "step");
	CHECK(d->shape == SHAPE_RISES && d->steep_from >= 0.3 && d->steep_to <= 0.8);
	CHECK(d->accumulated && strcmp(d->partner, "twin") == 0 && d->r > 0.9);
	CHECK_NEAR(d->y[d->points - 1] - d->y[0], 4, 0.2);
	CHECK(d->x[0] >= -1 && d->x[d->points - 1] <= 1);
	CHECK(e->interaction.h > 0.5);
	CHECK((strcmp(e->interaction.a, "u") == 0 && strcmp(e->interaction.b, "v") == 0) ||
		(strcmp(e->interaction.a, "v") == 0 && strcmp(e->interaction.b, "u") == 0));
	CHECK(e->nrelated <= 1);
	arena_free(a);
}

/* ---- the same for any number of threads, and bounded ------------------------------------------------------------------ */

static char *written(const struct set *s, struct model_spec spec, int threads, struct arena *a)
{
	struct model_result r = { 0 };
	struct buf out = { 0 };
	struct jw w;
	spec.threads = threads;
	explained(s, &spec, a, &r);
	jw_init(&w, &out);
	jw_obj(&w);
	modeling_importance(&w, &r);
	modeling_explanation(&w, &r);
	jw_obj_end(&w);
	arena_own(a, out.p, free);
	return out.p;
}

static void threads(void)
{
	static const enum model_kind kinds[] = { MODEL_GBM, MODEL_AVERAGE };
	for (size_t k = 0; k < COUNTOF(kinds); k++) {
		struct arena *a = arena_new();
		struct set s = mixed(a, 3);
		struct model_spec spec = set_spec(&s, "y", true);
		if (kinds[k] == MODEL_GBM)
			spec = only(spec, MODEL_GBM);
		char *one = written(&s, spec, 1, a);
		CHECK_STR(written(&s, spec, 2, a), one);
		CHECK_STR(written(&s, spec, 7, a), one);
		CHECK(strlen(one) < 200000);
		arena_free(a);
	}
}

/* Without Shapley values the rest is there; with few rows and many columns nothing grows. */
static void bounded(void)
{
	struct arena *a = arena_new();
	struct set s = product(a, 200, 11, false);
	struct model_spec spec = only(set_spec(&s, "y", false), MODEL_GBM);
	spec.shap = false;
	struct model_result r;
	const struct explanation *e = explained(&s, &spec, a, &r);
	CHECK(e && e->shap.rows == 0 && e->ndependence > 0);
	struct bench b = { .a = a };
	bench_new(&b, &s, "y", false, MODEL_GBM);
	b.spec.importance_rows = 20000;
	b.spec.shap_rows = 300;
	b.spec.shap_background = 50;
	struct shap_work w = { .c = &b.c, .l = learner_of(MODEL_GBM), .model = b.model, .groups = 15, .outputs = 1, .method = SHAP_SAMPLED };
	shap_values(&w, NULL, 0, a);
	CHECK(w.n * w.background * 30 <= 20000 && w.n >= 20);
	arena_free(a);
}

int main(void)
{
	linear();
	all_orders(MODEL_GBM, 0, false, 1e-9);
	all_orders(MODEL_GBM, 0, true, 1e-9);
	all_orders(MODEL_GBM, 4, false, 0.15);
	few_in_background();
	rare_in_background();
	additive();
	planted();
	threads();
	bounded();
	return test_end();
}
