/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Designs: what a recipe does with missing values, categories and scales; that a category told by the target
 * tells nothing where there is nothing to tell; that saved designs are the same. */
#include "model/model_int.h"
#include "model_set.h"
#include "test.h"

static struct sample whole(struct set *s, const struct model_spec *m)
{
	struct frame *f = arena_alloc(s->a, sizeof *f);
	struct model_result r = { 0 };
	struct err e = { 0 };
	struct table *t = set_table(s);
	if (frame_load(t, m, s->a, f, &r, &e) < 0) {
		printf("%s\n", e.msg);
		exit(1);
	}
	table_close(t);
	uint32_t *rows = arena_calloc(s->a, f->n, sizeof *rows);
	for (size_t i = 0; i < f->n; i++)
		rows[i] = (uint32_t)i;
	return (struct sample){ .f = f, .rows = rows, .n = f->n };
}

static const struct term *term_of(const struct design *d, const char *name)
{
	for (size_t j = 0; j < d->nterms; j++)
		if (strcmp(d->terms[j].name, name) == 0)
			return &d->terms[j];
	printf("no term '%s'\n", name);
	exit(1);
}

/* y = 1 ... 40; x is 0 0 0 3 9 repeated, with every eighth value missing. */
static struct set small(struct arena *a)
{
	static const double x[] = { 0, 0, 0, 3, 9 };
	struct set s = set_new(a, 40, 4);
	double *y = set_add(&s, "y", COLUMN_FLOAT64), *v = set_add(&s, "x", COLUMN_FLOAT64);
	double *k = set_add(&s, "k", COLUMN_DICT);
	set_levels(&s, (const char *const[]){ "b", "a", "c" }, 3);
	for (int i = 0; i < 40; i++) {
		y[i] = i + 1;
		v[i] = i % 8 == 7 ? NAN : x[i % 5];
		k[i] = i % 4 == 0 ? 1 : i % 4 == 1 ? 2 : 0;
	}
	return s;
}

static void recipes(void)
{
	struct arena *a = arena_new();
	struct set s = small(a);
	struct model_spec m = set_spec(&s, "y", false);
	struct sample all = whole(&s, &m);
	struct design d;
	/* python3 -c "x = [[0, 0, 0, 3, 9][i % 5] for i in range(40) if i % 8 != 7]": 21 zeros, 7 threes, 7 nines */
	design_fit(&all, recipe_of(&m, MODEL_OLS), a, &d);
	CHECK_NEAR(term_of(&d, "x")->fill, 2.4, 1e-14);
	CHECK_NEAR(term_of(&d, "x")->mean, 2.4, 1e-14);
	CHECK_NEAR(term_of(&d, "x: missing")->mean, 5 / 40.0, 1e-14);
	CHECK_STR(d.reference[1], "b");
	m.missing = MISSING_MEDIAN;
	design_fit(&all, recipe_of(&m, MODEL_OLS), a, &d);
	CHECK(term_of(&d, "x")->fill == 0);
	CHECK_NEAR(term_of(&d, "x")->mean, 2.1, 1e-14);
	m.missing = MISSING_MODE;
	m.scaling = SCALING_ROBUST;
	design_fit(&all, recipe_of(&m, MODEL_OLS), a, &d);
	CHECK(term_of(&d, "x")->fill == 0);
	CHECK_NEAR(term_of(&d, "x")->sd, 3 / 1.3489795003921634, 1e-14);   /* quartiles 0 and 3 */
	m.scaling = SCALING_NONE;
	m.encoding = ENCODING_ORDINAL;
	design_fit(&all, recipe_of(&m, MODEL_OLS), a, &d);
	CHECK(term_of(&d, "x")->sd == 1);
	const struct term *rank = term_of(&d, "k: rank");   /* a 10, b 20, c 10 times */
	CHECK(rank->codes[0] == 0 && rank->codes[1] == 1 && rank->codes[2] == 2 && rank->codes[4] == 1);
	m.min_level_rows = 11;
	m.encoding = ENCODING_ONE_HOT;
	design_fit(&all, recipe_of(&m, MODEL_OLS), a, &d);
	CHECK_NEAR(term_of(&d, "k: (other)")->mean, 0.5, 1e-14);
	m.missing = MISSING_DROP;
	struct sample complete = all;
	CHECK(recipe_rows(&m, &complete, a, NULL) == 0 && complete.n == 35);
	for (int64_t i = 0; i < s.rows; i++)
		s.col[1].v[i] = i % 4 ? NAN : 1;
	complete = whole(&s, &m);
	struct err e = { 0 };
	CHECK(recipe_rows(&m, &complete, a, &e) < 0 && e.code == ERR_INPUT);
	arena_free(a);
}

/* Levels that differ far more than their rows keep their means, those of few rows a little less so. */
static void told_by_target(void)
{
	struct arena *a = arena_new();
	struct set s = set_new(a, 4000, 3);
	double *y = set_add(&s, "y", COLUMN_FLOAT64), *k = set_add(&s, "k", COLUMN_DICT);
	set_levels(&s, NULL, 40);
	struct rng g;
	rng_seed(&g, 5);
	double sum[40] = { 0 }, n[40] = { 0 };
	for (int i = 0; i < 4000; i++) {
		k[i] = i < 8 ? 39 : (double)(i % 39);
		y[i] = k[i] + rng_normal(&g);
		sum[(int)k[i]] += y[i];
		n[(int)k[i]]++;
	}
	struct model_spec m = set_spec(&s, "y", false);
	struct sample all = whole(&s, &m);
	struct design d;
	design_fit(&all, recipe_of(&m, MODEL_OLS), a, &d);
	CHECK(d.nterms == 1);
	const struct term *t = term_of(&d, "k: mean of y");
	for (int c = 0; c < 40; c++)
		for (int l = 0; l < all.f->features[0].nlevels; l++)
			if (strcmp(all.f->features[0].levels[l], s.col[1].level[c]) == 0)
				CHECK(fabs(t->codes[l] - sum[c] / n[c]) < (c == 39 ? 0.05 : 0.003));
	/* a row's own value is never in what it is told */
	double *x = design_train(&d, &all, a);
	all.f->y[17] += 1e6;
	double *again = design_train(&d, &all, a);
	CHECK(x[17] == again[17]);
	size_t moved = 0;
	for (size_t i = 0; i < all.n; i++)
		moved += x[i] != again[i];
	CHECK(moved > 0);
	arena_free(a);
}

/* 500 levels of noise on 1500 rows, told by the target, must not look like knowledge: over 40 seeds the
 * held-out score of linear regression is no better than the baseline's, and hardly worse. */
static void planted_noise(void)
{
	double gain = 0;
	int better = 0;
	for (uint64_t seed = 0; seed < 40; seed++) {
		struct arena *a = arena_new();
		struct set s = set_new(a, 1500, 3);
		double *y = set_add(&s, "y", COLUMN_DICT), *k = set_add(&s, "k", COLUMN_DICT);
		struct rng g;
		rng_seed(&g, seed + 100);
		set_levels(&s, NULL, 500);
		s.col[0].level = (const char *[]){ "no", "yes" };
		s.col[0].levels = 2;
		for (int i = 0; i < 1500; i++) {
			y[i] = (double)rng_below(&g, 2);
			k[i] = (double)rng_below(&g, 500);
		}
		struct model_spec m = set_spec(&s, "y", true);
		for (int j = 0; j < MODEL_KINDS; j++)
			m.want[j] = j == MODEL_LOGISTIC;
		m.bootstrap = 0;
		struct model_result r;
		struct err e = { 0 };
		struct table *t = set_table(&s);
		CHECK(model_run(t, &m, a, &r, &e) == 0);
		double base = r.candidates[0].scores[METRIC_LOG_LOSS].value, fit = r.candidates[1].scores[METRIC_LOG_LOSS].value;
		gain += (base - fit) / 40;
		better += r.useful;
		CHECK(fit < base + 0.02);
		table_close(t);
		arena_free(a);
	}
	printf("gain by noise %.5f, found useful %d times of 40\n", gain, better);
	CHECK(gain < 0.0005);
	CHECK(better <= 4);
}

static struct sample mixed(struct arena *a, bool classes)
{
	struct set *s = arena_alloc(a, sizeof *s);
	struct rng g;
	rng_seed(&g, 7);
	*s = set_new(a, 600, 6);
	double *y = set_add(s, "y", classes ? COLUMN_DICT : COLUMN_FLOAT64);
	if (classes)
		set_levels(s, NULL, 3);
	double *x = set_add(s, "x", COLUMN_FLOAT64), *day = set_add(s, "day", COLUMN_DATE);
	double *few = set_add(s, "few", COLUMN_DICT);
	set_levels(s, NULL, 4);
	double *many = set_add(s, "many", COLUMN_DICT);
	set_levels(s, NULL, 60);
	for (int i = 0; i < 600; i++) {
		many[i] = (double)rng_below(&g, 60);
		y[i] = classes ? floor(many[i] / 20) : rng_normal(&g) + many[i];
		x[i] = i % 9 ? rng_normal(&g) : NAN;
		day[i] = 19000 + (double)rng_below(&g, 700);
		few[i] = i % 11 ? (double)rng_below(&g, 4) : NAN;
	}
	struct model_spec m = set_spec(s, "y", classes);
	return whole(s, &m);
}

/* Prediction without the matrix, by the matrix, by contributions, and by a design that was saved agree. */
static void ways_agree(bool classes)
{
	struct arena *a = arena_new();
	struct sample all = mixed(a, classes);
	struct design d, *back;
	struct model_spec m = model_spec_default();
	design_fit(&all, recipe_of(&m, MODEL_OLS), a, &d);
	struct buf out = { 0 };
	struct jw w;
	jw_init(&w, &out);
	design_save(&w, &d, all.f);
	json_t *v = json_loadb(out.p, out.n, 0, NULL);
	back = design_load(v, all.f, a);
	CHECK(back && back->nterms == d.nterms);
	size_t p = d.nterms, n = all.n, groups = all.f->ngroups;
	double *b = arena_calloc(a, p + 1, sizeof *b), *x = design_matrix(&d, &all, a), *x2 = design_matrix(back, &all, a);
	double *one = arena_calloc(a, n, sizeof *one), *two = arena_calloc(a, n, sizeof *two);
	double *parts = arena_calloc(a, n * groups, sizeof *parts);
	for (size_t j = 0; j <= p; j++)
		b[j] = sin((double)j + 1);
	CHECK(memcmp(x, x2, n * p * sizeof *x) == 0);
	design_predict(&d, b, &all, one);
	design_predict(back, b, &all, two);
	CHECK(memcmp(one, two, n * sizeof *one) == 0);
	design_contributions(&d, b, &all, groups, parts);
	double worst = 0;
	for (size_t i = 0; i < n; i++) {
		double byhand = b[0], sum = b[0];
		for (size_t j = 0; j < p; j++)
			byhand += b[j + 1] * x[j * n + i];
		for (size_t g = 0; g < groups; g++)
			sum += parts[i * groups + g];
		worst = fmax(worst, fmax(fabs(byhand - one[i]), fabs(sum - one[i])));
	}
	CHECK(worst < 1e-11);
	for (size_t j = 0; j < p; j++)   /* what is told by the target is standardised as the fit sees it */
		if (d.terms[j].kind != TERM_CODES && isfinite(d.terms[j].sd)) {
			double mean = 0, ss = 0;
			for (size_t i = 0; i < n; i++)
				mean += x[j * n + i] / (double)n;
			for (size_t i = 0; i < n; i++)
				ss += x[j * n + i] * x[j * n + i] / (double)(n - 1);
			CHECK(fabs(mean) < 1e-12 && fabs(ss - 1) < 1e-12);
		}
	/* what is damaged does not load */
	json_array_remove(json_object_get(json_array_get(json_object_get(v, "levels"), 0), "term"), 0);
	CHECK(!design_load(v, all.f, a));
	json_decref(v);
	buf_free(&out);
	arena_free(a);
}

int main(void)
{
	recipes();
	told_by_target();
	planted_noise();
	ways_agree(false);
	ways_agree(true);
	return test_end();
}
