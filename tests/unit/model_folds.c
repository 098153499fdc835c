/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folds of every kind: disjoint, covering, alike, the same for a seed; groups never parted, time never
 * turned around, copies of rows together. */
#include "model/model_int.h"
#include "model_set.h"
#include "test.h"

struct problem {
	struct arena *a;
	struct frame *f;
	struct fold_plan p;
};

static struct problem plan(const struct set *s, const struct model_spec *m)
{
	struct problem x = { .a = s->a, .f = arena_alloc(s->a, sizeof *x.f) };
	struct model_result r = { 0 };
	struct err e = { 0 };
	struct table *t = set_table(s);
	if (frame_load(t, m, s->a, x.f, &r, &e) < 0 || folds_plan(x.f, m, s->a, &x.p, &e) < 0) {
		printf("%s\n", e.msg);
		exit(1);
	}
	table_close(t);
	return x;
}

/* Train and test of a split share no row and hold no row of the holdout; tests of one round share none. */
static void check_disjoint(const struct problem *x)
{
	size_t n = x->f->n, bad = 0;
	int *seen = mem_calloc(n, sizeof *seen), *round = mem_calloc(n, sizeof *round);
	for (int k = 0; k < x->p.splits; k++) {
		if (k % x->p.folds == 0)
			memset(round, 0, n * sizeof *round);
		memset(seen, 0, n * sizeof *seen);
		for (size_t i = 0; i < x->p.train[k].n; i++)
			bad += seen[x->p.train[k].rows[i]]++ != 0;
		for (size_t i = 0; i < x->p.test[k].n; i++) {
			bad += seen[x->p.test[k].rows[i]]++ != 0;
			bad += round[x->p.test[k].rows[i]]++ != 0;
		}
		for (size_t i = 0; i < x->p.holdout.n; i++)
			bad += seen[x->p.holdout.rows[i]] != 0;
		CHECK(x->p.train[k].n > 0 && x->p.test[k].n > 0);
	}
	CHECK(bad == 0);
	free(seen);
	free(round);
}

/* All rows of the contest are held out once in each round. */
static void check_covering(const struct problem *x)
{
	for (int r = 0; r < x->p.repeats; r++) {
		size_t n = 0;
		for (int k = 0; k < x->p.folds; k++)
			n += x->p.test[r * x->p.folds + k].n;
		CHECK(n == x->p.rows.n && n + x->p.holdout.n == x->f->n);
	}
}

static size_t parted(const struct problem *x, const double *group)
{
	size_t bad = 0, most = 0;
	for (size_t i = 0; i < x->f->n; i++)
		most = (size_t)group[x->f->row[i]] > most ? (size_t)group[x->f->row[i]] : most;
	int *side = mem_calloc(most + 1, sizeof *side);
	for (int k = 0; k <= x->p.splits; k++) {
		bool last = k == x->p.splits;
		const struct sample *train = last ? &x->p.rows : &x->p.train[k], *test = last ? &x->p.holdout : &x->p.test[k];
		memset(side, 0, (most + 1) * sizeof *side);
		for (size_t i = 0; i < train->n; i++)
			side[(size_t)group[x->f->row[train->rows[i]]]] = 1;
		for (size_t i = 0; i < test->n; i++)
			bad += side[(size_t)group[x->f->row[test->rows[i]]]] == 1;
	}
	free(side);
	return bad;
}

static struct set noise(struct arena *a, int64_t rows, uint64_t seed)
{
	struct rng g;
	rng_seed(&g, seed);
	struct set s = set_new(a, rows, 6);
	double *y = set_add(&s, "y", COLUMN_FLOAT64), *x = set_add(&s, "x", COLUMN_FLOAT64);
	for (int64_t i = 0; i < rows; i++) {
		y[i] = exp(2 * rng_normal(&g));
		x[i] = rng_normal(&g);
	}
	return s;
}

static void shuffled(void)
{
	struct arena *a = arena_new();
	struct set s = noise(a, 3000, 1);
	double *c = set_add(&s, "class", COLUMN_DICT);
	set_levels(&s, NULL, 3);
	for (int64_t i = 0; i < s.rows; i++)
		c[i] = i % 100 < 2 ? 2 : i % 3 == 0;
	struct model_spec m = set_spec(&s, "class", true);
	m.test_share = -1;
	m.fold_repeats = 2;
	struct problem x = plan(&s, &m), again = plan(&s, &m);
	CHECK_STR(x.p.scheme, "stratified k-fold");
	check_disjoint(&x);
	check_covering(&x);
	CHECK(x.p.holdout.n > 500 && x.p.holdout.n < 600);
	for (int k = 0; k < x.p.splits; k++) {
		size_t rare = 0;
		for (size_t i = 0; i < x.p.test[k].n; i++)
			rare += sample_y(&x.p.test[k], i) == 2;
		CHECK(rare >= 9 && rare <= 11);   /* 60 in all, about 49 of them in the contest */
		CHECK(memcmp(x.p.test[k].rows, again.p.test[k].rows, x.p.test[k].n * sizeof(uint32_t)) == 0);
	}
	CHECK(memcmp(x.p.test[0].rows, x.p.test[5].rows, 50 * sizeof(uint32_t)) != 0);
	m.seed = 2;
	again = plan(&s, &m);
	CHECK(memcmp(x.p.test[0].rows, again.p.test[0].rows, 50 * sizeof(uint32_t)) != 0);
	CHECK(memcmp(x.p.holdout.rows, again.p.holdout.rows, 50 * sizeof(uint32_t)) != 0);
	/* a number: the mean of its ranks is nearly the same everywhere */
	m = set_spec(&s, "y", false);
	x = plan(&s, &m);
	check_disjoint(&x);
	check_covering(&x);
	for (int k = 0; k < x.p.folds; k++) {
		size_t large = 0;
		for (size_t i = 0; i < x.p.test[k].n; i++)
			large += sample_y(&x.p.test[k], i) > 12.98;   /* exp(2 * 1.2816): the largest tenth */
		CHECK(large >= 52 && large <= 68);
	}
	arena_free(a);
}

static void grouped(void)
{
	struct arena *a = arena_new();
	struct set s = noise(a, 4000, 2);
	double *group = set_add(&s, "group", COLUMN_INT64), *c = set_add(&s, "class", COLUMN_DICT);
	set_levels(&s, NULL, 2);
	struct rng g;
	rng_seed(&g, 9);
	for (int64_t i = 0; i < s.rows; i++) {   /* groups of very different sizes, classes that go with them */
		group[i] = floor(200 * pow(rng_unit(&g), 3));
		c[i] = fmod(group[i], 7) == 3;
	}
	struct model_spec m = set_spec(&s, "class", true);
	m.group = set_find(&s, "group");
	m.test_share = 0.2;
	m.fold_repeats = 3;
	struct problem x = plan(&s, &m);
	CHECK_STR(x.p.scheme, "grouped k-fold");
	check_disjoint(&x);
	check_covering(&x);
	CHECK(parted(&x, group) == 0);
	CHECK(x.p.holdout.n > 600 && x.p.holdout.n < 1000);
	double share = 0;
	for (size_t i = 0; i < x.p.rows.n; i++)
		share += sample_y(&x.p.rows, i) / (double)x.p.rows.n;
	for (int k = 0; k < x.p.splits; k++) {
		double ones = 0;
		for (size_t i = 0; i < x.p.test[k].n; i++)
			ones += sample_y(&x.p.test[k], i) / (double)x.p.test[k].n;
		CHECK(fabs(ones - share) < 0.12);
		CHECK(x.p.test[k].n > 350);
	}
	/* three groups make three folds; one makes none, and rows are shuffled */
	for (int64_t i = 0; i < s.rows; i++)
		group[i] = (double)(i % 3);
	m.test_share = 0;
	x = plan(&s, &m);
	CHECK(x.p.folds == 3 && parted(&x, group) == 0);
	for (int64_t i = 0; i < s.rows; i++)
		group[i] = 1;
	x = plan(&s, &m);
	CHECK_STR(x.p.scheme, "stratified k-fold");
	arena_free(a);
}

/* All training rows come before all test rows, at least the gap before. */
static void check_order(const struct problem *x, double gap_time, size_t gap_rows)
{
	for (int k = 0; k < x->p.splits; k++) {
		double last = -INFINITY, first = INFINITY;
		uint32_t row = 0, from = UINT32_MAX;
		for (size_t i = 0; i < x->p.train[k].n; i++) {
			last = fmax(last, x->f->time[x->p.train[k].rows[i]]);
			row = x->p.train[k].rows[i] > row ? x->p.train[k].rows[i] : row;
		}
		for (size_t i = 0; i < x->p.test[k].n; i++) {
			first = fmin(first, x->f->time[x->p.test[k].rows[i]]);
			from = x->p.test[k].rows[i] < from ? x->p.test[k].rows[i] : from;
		}
		CHECK(last < first && first - last > gap_time && row + gap_rows < from);
	}
	double newest = -INFINITY;
	for (size_t i = 0; i < x->p.rows.n; i++)
		newest = fmax(newest, x->f->time[x->p.rows.rows[i]]);
	for (size_t i = 0; i < x->p.holdout.n; i++)
		CHECK(x->f->time[x->p.holdout.rows[i]] > newest + gap_time);
}

static void ordered(void)
{
	struct arena *a = arena_new();
	struct set s = noise(a, 1000, 3);
	double *day = set_add(&s, "day", COLUMN_DATE), *group = set_add(&s, "group", COLUMN_INT64);
	struct rng g;
	rng_seed(&g, 9);
	for (int64_t i = 0; i < s.rows; i++) {
		day[i] = 19000 + (double)rng_below(&g, 300);   /* ties, in no order */
		group[i] = floor((day[i] - 19000) / 20) + (double)rng_below(&g, 2);
	}
	struct model_spec m = set_spec(&s, "y", false);
	m.time = set_find(&s, "day");
	m.test_share = 0.15;
	struct problem x = plan(&s, &m);
	CHECK_STR(x.p.scheme, "time-ordered");
	CHECK(x.p.folds == 5 && x.p.holdout.n > 120 && x.p.holdout.n <= 150);
	check_disjoint(&x);
	check_order(&x, 0, 0);
	m.gap_time = 14;
	x = plan(&s, &m);
	check_disjoint(&x);
	check_order(&x, 14, 0);
	m.gap_time = 0;
	m.gap_rows = 40;
	x = plan(&s, &m);
	check_order(&x, 0, 40);
	m.gap_rows = 0;
	m.group = set_find(&s, "group");
	m.test_share = 0;
	x = plan(&s, &m);
	CHECK_STR(x.p.scheme, "time-ordered, grouped");
	check_disjoint(&x);
	check_order(&x, 0, 0);
	CHECK(parted(&x, group) == 0);
	/* groups that are there all the time cannot be kept apart: time comes first */
	for (int64_t i = 0; i < s.rows; i++)
		group[i] = (double)(i % 3);
	x = plan(&s, &m);
	CHECK_STR(x.p.scheme, "time-ordered");
	CHECK(strstr(x.p.why, "cannot be kept apart") != NULL);
	check_order(&x, 0, 0);
	/* three times: two steps */
	m.group = -1;
	for (int64_t i = 0; i < s.rows; i++)
		day[i] = 19000 + (double)(i < 900 ? 0 : i < 950 ? 1 : 2);
	x = plan(&s, &m);
	CHECK(x.p.folds == 2);
	check_order(&x, 0, 0);
	/* a gap that leaves nothing */
	m.gap_time = 50;
	struct frame f;
	struct fold_plan p;
	struct model_result r = { 0 };
	struct err e = { 0 };
	struct table *t = set_table(&s);
	CHECK(frame_load(t, &m, a, &f, &r, &e) == 0 && folds_plan(&f, &m, a, &p, &e) < 0 && e.code == ERR_INPUT);
	table_close(t);
	arena_free(a);
}

static void copies(void)
{
	struct arena *a = arena_new();
	struct set s = noise(a, 2000, 4);
	double *id = arena_calloc(a, 2000, sizeof *id);
	for (int64_t i = 0; i < s.rows; i++) {
		int64_t from = i >= 1900 ? i - 1900 : i;   /* the last hundred are the first hundred again */
		id[i] = (double)from;
		s.col[0].v[i] = s.col[0].v[from];
		s.col[1].v[i] = s.col[1].v[from];
	}
	struct model_spec m = set_spec(&s, "y", false);
	struct problem x = plan(&s, &m);
	CHECK(x.f->copies == 100 && x.f->unit && !x.f->unit_name);
	check_disjoint(&x);
	check_covering(&x);
	CHECK(parted(&x, id) == 0);
	CHECK_STR(x.p.scheme, "k-fold");
	/* rows of few small columns agree by chance */
	for (int64_t i = 0; i < s.rows; i++) {
		s.col[0].v[i] = (double)(i % 5);
		s.col[1].v[i] = (double)(i / 7 % 4);
	}
	x = plan(&s, &m);
	CHECK(x.f->copies == 0 && !x.f->unit);
	arena_free(a);
}

int main(void)
{
	shuffled();
	grouped();
	ordered();
	copies();
	return test_end();
}
