/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folds across columns: parts merge to the whole, threads change nothing; and so for all
 * results. */
#include "../unit/profile_across.h"
#include "fold_check.h"

enum { N = 3 * BATCH_ROWS + 1234, NUMBERS = 5, LEVELS = 3 };

/* Numbers with and without holes, categories of every storage, rows that repeat. */
static struct table *table_make(void)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	static const char *const names[] = { "a", "b", "c", "d", "e", "text", "dict", "code" };
	static const enum column_type types[] = { COLUMN_FLOAT64, COLUMN_INT64, COLUMN_FLOAT64,
		COLUMN_FLOAT64, COLUMN_INT64,
		COLUMN_UTF8, COLUMN_DICT, COLUMN_INT64 };
	for (int c = 0; c < NUMBERS + LEVELS; c++)
		col_add(t, names[c], types[c], NULL);
	struct rng r;
	rng_seed(&r, 11);
	for (int i = 0; i < N; i++) {
		if (i % 1000 == 999)   /* the same rows again and again */
			rng_seed(&r, (uint64_t)(i / 1000 % 5));
		double z = rng_normal(&r);
		for (int c = 0; c < NUMBERS; c++) {
			double x = z + rng_normal(&r) * (c + 1);
			if (c >= 2 && rng_below(&r, 8) == 0)
				col_missing(&t->c[c]);
			else if (types[c] == COLUMN_INT64)
				col_int(&t->c[c], (int64_t)(10 * x));
			else
				col_real(&t->c[c], x);
		}
		for (int c = NUMBERS; c < NUMBERS + LEVELS; c++) {
			char s[16];
			int level = (int)(fabs(z) * 3) + (int)rng_below(&r, 4) + (i > BATCH_ROWS);
			int n = snprintf(s, sizeof s, "l%d", level);
			if (rng_below(&r, 20) == 0)
				col_missing(&t->c[c]);
			else if (c == NUMBERS + 2)
				col_int(&t->c[c], level);
			else
				col_text(&t->c[c], s, (size_t)n);
		}
	}
	struct table *table = cols_open(t);
	free(t);
	return table;
}

/* ---- what is in each accumulator -------------------------------------------------- */

static void put_spread(struct buf *out, const void *acc, const void *arg)
{
	(void)arg;
	buf_put(out, acc, sizeof(struct spread));
}

static void put_sums(struct buf *out, const void *acc, const void *arg)
{
	const struct lane_sums *s = acc;
	(void)arg;
	buf_put(out, s->v, s->size * sizeof *s->v);
}

static void put_pairs(struct buf *out, const void *acc, const void *arg)
{
	const struct pearson_row_arg *p = arg;
	buf_put(out, *(struct pair_sums *const *)acc, (size_t)p->n * sizeof(struct pair_sums));
}

static void put_counts(struct buf *out, const void *acc, const void *arg)
{
	const struct counts *c = acc;
	(void)arg;
	buf_put(out, c->v, c->size * sizeof *c->v);
}

static void put_levels(struct buf *out, const void *acc, const void *arg)
{
	const struct levels *l = acc;
	(void)arg;
	buf_printf(out, "%d %d", l->n, l->over);
	for (int i = 0; i < l->n; i++)
		buf_printf(out, " %016llx %.*s %lld %lld", (unsigned long long)l->level[i].key,
			(int)l->level[i].s.n, l->level[i].s.p, (long long)l->level[i].row,
			(long long)l->level[i].count);
}

static void put_rows(struct buf *out, const void *acc, const void *arg)
{
	const struct row_keys *k = acc;
	(void)arg;
	for (struct chunk *c = k->chunks.head; c; c = c->next)
		buf_put(out, chunk_items(c), c->n * sizeof(struct keyed));
}

static void put_combinations(struct buf *out, const void *acc, const void *arg)
{
	const struct absent_sets *c = acc;
	(void)arg;
	buf_put(out, c->v, (size_t)c->n * sizeof *c->v);
	buf_putc(out, (char)c->over);
}

static void put_absence(struct buf *out, const void *acc, const void *arg)
{
	const struct absence *m = acc;
	(void)arg;
	buf_put(out, &m->complete, sizeof m->complete);
	buf_put(out, m->missing, (size_t)m->size * sizeof *m->missing);
}

static void put_hash(struct buf *out, const void *acc, const void *arg)
{
	(void)arg;
	buf_put(out, acc, sizeof(uint64_t));
}

static void check(const char *what, const struct table *t, const struct fold_ops *ops,
	const void *arg, fold_put *put)
{
	fold_check(what, &(struct fold){ .ops = ops, .arg = arg }, t, put);
}

static void test_folds(const struct table *t, struct arena *a)
{
	static const int cols[] = { 0, 1, 2, 3, 4, 5, 6, 7 }, some[] = { 2, 3, 4 };
	struct scaled scaled[NUMBERS];
	struct numbers v;
	static struct levels levels[LEVELS];
	scaled_fill(t, cols, NUMBERS, scaled, 1);
	numbers_init(&v, t, scaled, NUMBERS, a);
	levels_collect(t, cols + NUMBERS, LEVELS, 50, levels, 1);
	CHECK(v.holes == 3 && levels[0].n > 5 && !levels[0].over);

	check("spread", t, &spread_ops, &cols[2], put_spread);
	check("gram", t, &gram_ops, &v, put_sums);
	check("pearson row", t, &pearson_row_ops, &(struct pearson_row_arg){ &scaled[0], scaled,
		NUMBERS }, put_pairs);
	for (int i = NUMBERS; i < NUMBERS + LEVELS; i++) {
		check("levels", t, &levels_ops, &(struct levels_arg){ i, 50 }, put_levels);
		check("levels, too many", t, &levels_ops, &(struct levels_arg){ i, 3 },
			put_levels);
	}
	check("counts", t, &counts_ops, &(struct counts_arg){ levels, LEVELS, LEVELS },
		put_counts);
	check("groups", t, &groups_ops, &(struct groups_arg){ levels, LEVELS, &v }, put_sums);
	check("duplicates", t, &duplicate_ops, &(struct duplicate_arg){ t, cols, 8, { 0, 1 } },
		put_rows);
	check("some duplicates", t, &duplicate_ops, &(struct duplicate_arg){ t, cols, 8,
		{ 1, 3 } }, put_rows);
	check("patterns", t, &pattern_ops, &(struct pattern_arg){ t, cols, 8, { 0, 1 } },
		put_rows);
	check("combinations", t, &combination_ops, &(struct pattern_arg){ t, cols, 8, { 0, 1 } },
		put_combinations);
	check("absence", t, &absence_ops, &(struct absence_arg){ cols, 8, cols, some, 8, 3, 60,
		(N + 59) / 60 }, put_absence);
	check("column sum", t, &column_sum_ops, &(struct column_sum_arg){ 1, NULL }, put_hash);
}

/* ---- all results, for any number of threads --------------------------------------- */

static void put_matrix(struct buf *out, const struct assoc_matrix *m)
{
	size_t cells = (size_t)m->n * (size_t)m->n;
	buf_put(out, m->value, cells * sizeof *m->value);
	buf_put(out, m->p, cells * sizeof *m->p);
	buf_put(out, m->count, cells * sizeof *m->count);
}

static void put_all(struct buf *out, const struct table *t, int threads)
{
	struct profile_options o = across_options();
	struct crossing x = { .arena = arena_new(), .n = table_ncols(t) };
	struct associations s;
	struct duplicate_profile d;
	struct missing_profile m;
	o.threads = threads;
	o.target = "a";
	x.findings.arena = x.arena;
	for (int i = 0; i < x.n; i++)
		x.vars[i] = (struct variable){ .col = i, .name = table_field(t, i)->name,
			.type = i < NUMBERS ? VARIABLE_NUMERIC : VARIABLE_CATEGORY };
	associations_fill(t, x.vars, x.n, &o, NULL, &s, &x.findings, x.arena);
	duplicates_fill(t, x.vars, x.n, &o, &d, &x.findings, x.arena);
	missing_fill(t, x.vars, x.n, &o, &m, &x.findings, x.arena);
	put_matrix(out, &s.pearson);
	put_matrix(out, &s.spearman);
	put_matrix(out, &s.cramers_v);
	put_matrix(out, &m.nullity);
	for (int i = 0; i < s.npairs; i++)
		buf_printf(out, "%d %d %a %a\n", s.pairs[i].a, s.pairs[i].b, s.pairs[i].value,
			s.pairs[i].p_adjusted);
	for (int i = 0; i < s.target->nfeatures; i++)
		buf_printf(out, "%a\n", s.target->features[i].value);
	buf_printf(out, "%lld %lld %lld\n", (long long)d.surplus, (long long)m.patterns,
		(long long)m.complete_rows);
	buf_printf(out, "%a %a %d\n", m.mcar.d2, m.mcar.p, m.mcar.iterations);
	for (int i = 0; i < m.causes.n; i++)
		buf_printf(out, "%d %a %a %a %d\n", m.causes.v[i].verdict, m.causes.v[i].value.p_adjusted,
			m.causes.v[i].order.effect, m.causes.v[i].other.effect, m.causes.v[i].ngroups);
	for (int i = 0; i < m.nullity.n - 1; i++)
		buf_printf(out, "%a\n", m.merges[i].height);
	CHECK(m.causes.n == 6 && m.nullity.n == 6 && !m.mcar.why_not);
	CHECK(d.surplus > 1000 && s.npairs > 10);
	arena_free(x.arena);
}

static void test_threads(const struct table *t)
{
	struct buf one = { 0 }, many = { 0 };
	put_all(&one, t, 1);
	for (int threads = 2; threads < 5; threads++) {
		buf_clear(&many);
		put_all(&many, t, threads);
		CHECK(one.n == many.n && memcmp(one.p, many.p, one.n) == 0);
	}
	buf_free(&one);
	buf_free(&many);
}

int main(void)
{
	struct table *t = table_make();
	struct arena *a = arena_new();
	test_folds(t, a);
	test_threads(t);
	arena_free(a);
	table_close(t);
	return test_end();
}
