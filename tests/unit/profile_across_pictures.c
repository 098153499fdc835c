/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is made of associations: findings, scatter plots, the target section; limits and tiny
 * tables. */
#include "profile_across.h"

static struct table *copies(int64_t rows)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct rng r;
	rng_seed(&r, 2);
	static const char *const names[] = { "a", "b", "c", "noise", "group" };
	for (int c = 0; c < 5; c++)
		col_add(t, names[c], c == 4 ? COLUMN_INT64 : COLUMN_FLOAT64, NULL);
	for (int64_t i = 0; i < rows; i++) {
		double z = rng_normal(&r);
		col_real(&t->c[0], z);
		col_real(&t->c[1], 2 * z + 0.01 * rng_normal(&r));
		i % 10 ? col_real(&t->c[2], -z + 0.01 * rng_normal(&r)) : col_missing(&t->c[2]);
		col_real(&t->c[3], i == 7 ? 1e6 : rng_normal(&r));
		col_int(&t->c[4], z > 0);
	}
	struct table *table = cols_open(t);
	free(t);
	return table;
}

static void test_findings(void)
{
	struct crossing x = crossing_new(copies(300), "nnnnb");
	struct profile_options o = across_options();
	struct associations s = associate(&x, &o);
	/* three columns that go together: two findings, not three */
	CHECK(findings_of(&x, FIND_high_association) == 2);
	const struct finding *f = &x.findings.v[0];
	CHECK(f->n == 300 && f->value > 0.99 && f->threshold == 0.9 && f->columns[1]);
	CHECK(s.nscatter > 0 && s.scatter[0].px && s.scatter[0].n == 300);
	crossing_free(&x);

	x = crossing_new(copies(300), "nnnnb");
	o.max_matrix = 2;          /* those with least missing values, in table order */
	o.max_pairs = 3;
	o.max_scatter = 1;
	o.max_category_levels = 1; /* no category fits */
	s = associate(&x, &o);
	CHECK(s.pearson.n == 2 && s.pearson.var[0] == 0 && s.pearson.var[1] == 1 &&
		s.cramers_v.n == 0);
	CHECK(s.npairs == 1 && s.nscatter == 1);
	crossing_free(&x);
}

static void test_pictures(void)
{
	struct crossing x = crossing_new(copies(3000), "nnnnb");
	struct profile_options o = across_options();
	struct associations s = associate(&x, &o);
	CHECK(s.scatter[0].px && s.scatter[0].n == 1000);
	crossing_free(&x);

	x = crossing_new(copies(40000), "nnnnb");
	s = associate(&x, &o);
	for (int k = 0; k < s.nscatter; k++) {
		const struct scatter *p = &s.scatter[k];
		int64_t sum = p->outside;
		for (int i = 0; i < p->nx * p->ny; i++)
			sum += p->counts[i];
		CHECK(!p->px && p->nx == 40 && p->ny == 30 && sum == p->n && p->n == p->pair.n);
	}
	crossing_free(&x);

	x = crossing_new(copies(40000), "nnnnb");
	o.max_rank_rows = 10000;   /* ranks of a sample are close to those of all rows */
	struct associations part = associate(&x, &o);
	int k = cell_of_names(&x, &part.spearman, "a", "b");
	CHECK(part.rank_rows == 10000 && part.spearman.count[k] == 10000 &&
		part.pearson.count[k] == 40000);
	CHECK_NEAR(part.spearman.value[k], part.pearson.value[k], 0.01);
	crossing_free(&x);
}

/* The far outlier of one column in 40,000 rows does not squeeze its picture. */
static void test_window(void)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *a = col_add(t, "a", COLUMN_FLOAT64, NULL),
		*b = col_add(t, "b", COLUMN_INT64, NULL);
	for (int i = 0; i < 6000; i++) {
		col_real(a, i == 10 ? 1e9 : i % 1000 / 10.0);
		col_int(b, i % 1000 / 100);
	}
	struct crossing x = crossing_new(cols_open(t), "nn");
	struct profile_options o = across_options();
	struct associations s = associate(&x, &o);
	CHECK(s.nscatter == 1 && s.scatter[0].outside == 1);
	CHECK(s.scatter[0].xmin == 0 && s.scatter[0].xmax > 99.9 && s.scatter[0].xmax < 150);
	CHECK(s.scatter[0].ny == 10 && s.scatter[0].ymin == -0.5 && s.scatter[0].ymax == 9.5);
	crossing_free(&x);
	free(t);
}

/* The group of a row is whether its a is above zero. */
static void test_classes(const struct scatter *p)
{
	const double *a = p->pair.a == 0 ? p->px : p->pair.b == 0 ? p->py : NULL;
	CHECK(a && p->n == 300 && p->ngroups == 2);
	CHECK_STR(p->group_name[0], "0");
	CHECK_STR(p->group_name[1], "1");
	int64_t wrong = 0;
	for (int64_t i = 0; a && i < p->n; i++)
		wrong += p->group[i] != (a[i] > 0);
	CHECK(wrong == 0);
}

static void test_target(void)
{
	struct crossing x = crossing_new(copies(300), "nnnnb");
	struct profile_options o = across_options();
	o.target = "group";
	struct associations s = associate(&x, &o);
	CHECK(s.target && s.target->nfeatures == 4 && s.target->ngroups == 4);
	CHECK(s.target->groups[0].nlevels == 2);
	CHECK_STR(s.target->groups[0].level[0], "0");
	test_classes(&s.scatter[0]);
	crossing_free(&x);
	x = crossing_new(copies(300), "nnnnb");
	o.target = "a";
	s = associate(&x, &o);
	CHECK(s.target && s.target->nfeatures == 4 && s.target->ngroups == 1 &&
		s.target->groups[0].feature == 4);
	CHECK(s.nscatter > 0 && s.scatter[0].ngroups == 0);
	crossing_free(&x);
	x = crossing_new(copies(300), "innnb");
	s = associate(&x, &o);     /* an identifier is no target */
	CHECK(!s.target);
	crossing_free(&x);
}

static void test_small(void)
{
	for (int64_t rows = 0; rows < 4; rows++) {
		struct crossing x = crossing_new(copies(rows), "nnnnb");
		struct profile_options o = across_options();
		o.target = "a";
		struct associations s = associate(&x, &o);
		CHECK(s.pearson.n == 4);
		if (rows < 3)
			CHECK(isnan(s.pearson.value[1]) && isnan(s.spearman.p[1]) &&
				s.npairs == 0);
		CHECK(s.pearson.count[0] == rows &&
			(rows == 3 || findings_of(&x, FIND_high_association) == 0));
		crossing_free(&x);
	}
}

int main(void)
{
	test_findings();
	test_pictures();
	test_window();
	test_target();
	test_small();
	return test_end();
}
