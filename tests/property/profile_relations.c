/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is made of samples of rows: the same bytes for any number of threads. The folds behind it are
 * proved in profile_across.c. */
#include "../unit/profile_across.h"
#include "profile/relations_int.h"

enum { N = 2 * BATCH_ROWS + 77, NUMBERS = 6 };

static struct table *table_make(void)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f" };
	struct cols *t = mem_calloc(1, sizeof *t);
	struct rng r;
	rng_seed(&r, 23);
	for (int c = 0; c < NUMBERS; c++)
		col_add(t, names[c], COLUMN_FLOAT64, NULL);
	struct col *level = col_add(t, "level", COLUMN_DICT, NULL),
		*yes = col_add(t, "yes", COLUMN_INT64, NULL);
	for (int i = 0; i < N; i++) {
		double z = rng_normal(&r);
		for (int c = 0; c < NUMBERS; c++)
			if (c > 2 && rng_below(&r, 9) == 0)
				col_missing(&t->c[c]);
			else
				col_real(&t->c[c], c == 5 ? floor(z) : z + c * rng_normal(&r));
		col_text(level, &"uvwxyz"[(int)(fabs(z) * 2) % 6], 1);
		col_int(yes, z + rng_normal(&r) > 0);
	}
	struct table *table = cols_open(t);
	free(t);
	return table;
}

static void put_matrix(struct buf *out, const struct assoc_matrix *m)
{
	size_t cells = (size_t)m->n * (size_t)m->n;
	buf_put(out, m->value, cells * sizeof *m->value);
	buf_put(out, m->p, cells * sizeof *m->p);
	buf_put(out, m->count, cells * sizeof *m->count);
}

static void put_all(struct buf *out, const struct associations *s, const struct structure *c)
{
	size_t n = (size_t)s->mixed.n, p = (size_t)c->components.n;
	put_matrix(out, &s->kendall);
	put_matrix(out, &s->theils_u);
	put_matrix(out, &s->power);
	for (size_t i = 0; i < n; i++)
		buf_put(out, &s->mixed.order[i], sizeof *s->mixed.order);
	for (size_t i = 0; i + 1 < n; i++)
		buf_put(out, &s->mixed.merges[i].height, sizeof(double));
	for (int i = 0; i < s->target->nfeatures; i++) {
		buf_put(out, &s->target->power[i].score, sizeof(double));
		buf_put(out, &s->target->evidence[i].iv, sizeof(double));
	}
	buf_put(out, c->collinearity.vif, p * sizeof(double));
	buf_put(out, c->components.eigenvalue, p * sizeof(double));
	buf_put(out, c->components.x, (size_t)c->components.npoints * sizeof(double));
}

int main(void)
{
	static const int threads[] = { 1, 2, 7 };
	struct crossing x = crossing_new(table_make(), "nnnnnncb");
	struct profile_options o = across_options();
	struct buf want = { 0 }, got = { 0 };
	o.target = "yes";
	for (size_t i = 0; i < COUNTOF(threads); i++) {
		struct structure c;
		o.threads = threads[i];
		struct associations s = associate(&x, &o);
		structure_fill(x.table, x.vars, x.n, &o, NULL, &c, &x.findings, x.arena);
		CHECK(s.mixed.n == 8 && c.components.n == 6 && s.target && s.target->nevidence == 7);
		put_all(i ? &got : &want, &s, &c);
		CHECK(i == 0 || (got.n == want.n && memcmp(got.p, want.p, want.n) == 0));
		buf_clear(&got);
	}
	CHECK(want.n > 3000);
	buf_free(&want);
	buf_free(&got);
	crossing_free(&x);
	return test_end();
}
