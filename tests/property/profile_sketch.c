/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sketched columns: same bytes for any split and any number of threads, and beside the exact profile
 * of the same columns: what is said to be exact is, the rest is within its bound, and types do
 * not change.
 */
#include "profile/sketch_int.h"
#include "property/fold_check.h"
#include "stages/eda_int.h"
#include "unit/profile_col.h"

static void put_numbers(struct buf *out, const void *acc, const void *arg)
{
	number_sketch_ops.save(out, acc, arg);
}

static void put_texts(struct buf *out, const void *acc, const void *arg)
{
	text_sketch_ops.save(out, acc, arg);
}

static void put_dates(struct buf *out, const void *acc, const void *arg)
{
	dates_ops.save(out, acc, arg);
}

/* ---- a table of many values --------------------------------------------------------------- */

enum { ROWS = 4 * BATCH_ROWS + 500 };
enum { ID, TICKET, PLACE, MESSY, MONEY, CODE, MOMENT, DAY, LASTS, NAME, WORDS, FEW, COLUMNS };
static const struct field fields[COLUMNS] = { { "row_id", COLUMN_INT64, NULL },
	{ "ticket nr", COLUMN_INT64, NULL }, { "place", COLUMN_INT64, NULL },
	{ "messy", COLUMN_FLOAT64, NULL }, { "money", COLUMN_FLOAT64, NULL },
	{ "code", COLUMN_INT64, NULL }, { "moment", COLUMN_TIMESTAMP, NULL },
	{ "day", COLUMN_DATE, NULL }, { "lasts", COLUMN_DURATION, NULL },
	{ "name", COLUMN_UTF8, NULL }, { "words", COLUMN_UTF8, NULL }, { "few", COLUMN_UTF8, NULL } };

static void text(struct col *c, const char *word, long long v)
{
	char s[64];
	int n = v < 0 ? snprintf(s, sizeof s, "%s", word) : snprintf(s, sizeof s, "%s%lld", word, v);
	col_text(c, s, (size_t)n);
}

static void row(struct cols *t, int i, struct rng *r)
{
	double z = rng_normal(r);
	col_int(&t->c[ID], i + 1);
	/* all differ, in no order */
	col_int(&t->c[TICKET], (int64_t)(key_mix((uint64_t)i) >> 16));
	col_int(&t->c[PLACE], (int64_t)(fabs(z) * 20000));
	if (i % 97 == 0)
		col_real(&t->c[MESSY], i % 2 ? (double)INFINITY : -(double)INFINITY);
	else if (i % 89 == 0)
		col_missing(&t->c[MESSY]);
	else
		col_real(&t->c[MESSY], rng_below(r, 3) ? z * exp(2 * z) : 0);
	col_real(&t->c[MONEY], rint(exp(z + 5) * 100) / 100);
	col_int(&t->c[CODE], (int64_t)rng_below(r, 7));
	col_int(&t->c[MOMENT], INT64_C(1600000000000000) + (int64_t)rng_below(r, 1u << 30) * 1000000);
	col_int(&t->c[DAY], (int64_t)rng_below(r, 12000));
	col_int(&t->c[LASTS], (int64_t)(fabs(z) * 1e7));
	text(&t->c[NAME], "n", (long long)(key_mix((uint64_t)i + 7) >> 8));
	bool none = rng_below(r, 5) == 0;
	text(&t->c[WORDS], none ? "none" : "order ", none ? -1 : (long long)rng_below(r, 30000));
	text(&t->c[FEW], "level ", (long long)rng_below(r, 12));
}

static struct table *make(void)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct rng r;
	rng_seed(&r, 9);
	for (int c = 0; c < COLUMNS; c++)
		col_add(t, fields[c].name, fields[c].type, NULL);
	for (int i = 0; i < ROWS; i++)
		row(t, i, &r);
	struct table *table = cols_open(t);
	free(t);
	return table;
}

static struct profiled *profile(struct table *t, enum precision precision, int64_t mb, int threads)
{
	struct profile_options o = default_options();
	o.precision = precision;
	o.memory_mb = mb;
	o.threads = threads;
	o.max_rank_rows = 50000;
	return profile_table(t, &o);
}

static void put_all(struct buf *out, const struct profiled *p)
{
	struct eda x = { .table = p->table, .ncols = COLUMNS };
	struct variable vars[COLUMNS];
	struct column_profile cols[COLUMNS];
	struct jw w;
	memcpy(vars, p->vars, sizeof vars);
	memcpy(cols, p->cols, sizeof cols);
	x.vars = vars;
	x.cols = cols;
	jw_init(&w, out);
	jw_obj(&w);
	eda_write_columns(&w, &x);
	jw_obj_end(&w);
}

/* The table is the caller's. */
static void drop(struct profiled *p)
{
	arena_free(p->arena);
	free(p);
}

/* ---- beside the exact profile -------------------------------------------------------------- */

static bool same_counts(const struct number_count *a, int na, const struct number_count *b, int nb)
{
	bool same = na == nb;
	for (int i = 0; same && i < na; i++)
		same = a[i].count == b[i].count && a[i].value == b[i].value;
	return same;
}

/* Ranks of x among the values: the lowest and the highest share that can be meant. */
static bool rank_near(const struct sorted *s, double x, double p, double within)
{
	double n = (double)s->n;
	double low = (double)(s->before[sorted_lower(s, x)] - s->before[0]) / n,
	       high = (double)(s->before[sorted_upper(s, x)] - s->before[0]) / n;
	return low - within <= p && p <= high + within;
}

static void compare_numbers(const struct table *t, const struct column_profile *a,
	const struct column_profile *e)
{
	const struct numeric_profile *p = a->numeric, *q = e->numeric;
	struct column_arg arg = { e->var->col };
	struct fold f = { .ops = &numbers_ops, .arg = &arg };
	fold_run(t, &f, 1, 1);
	struct sorted all = column_sorted(t, arg.col, f.acc), s = sorted_finite(&all);
	CHECK(p->n == q->n && p->infinite == q->infinite && p->zeros == q->zeros);
	CHECK(p->mean == q->mean && p->sd == q->sd && p->skewness == q->skewness && p->sum == q->sum);
	CHECK(p->lag1 == q->lag1 && p->order == q->order && p->decimals == q->decimals);
	CHECK(same_counts(p->lowest, p->nlowest, q->lowest, q->nlowest));
	CHECK(same_counts(p->highest, p->nhighest, q->highest, q->nhighest));
	CHECK(p->quantile[0] == q->quantile[0] && p->quantile[QUANTILES - 1] == q->quantile[QUANTILES - 1]);
	for (int i = 0; i < QUANTILES; i++)
		CHECK(rank_near(&s, p->quantile[i], quantile_probs[i],
			a->accuracy.quantile_rank_error + 1e-5));
	CHECK(p->median_ci[0] <= q->median && q->median <= p->median_ci[1]);
	for (int i = 0; i < p->ncommon; i++) {
		size_t run = sorted_lower(&s, p->common[i].value);
		int64_t count = sorted_count(&s, run);
		CHECK(sorted_value(&s, run) == p->common[i].value && p->common[i].count <= count);
		CHECK(count <= p->common[i].count + a->accuracy.frequency_error);
	}
	int64_t sum = 0;
	for (int i = 0; i < p->histogram.n; i++)
		sum += p->histogram.counts[i];
	CHECK(sum == p->n);
	sorted_free(&all);
	fold_release(&f, 1);
}

static void compare(const struct table *t, const struct profiled *a, const struct profiled *e)
{
	for (int i = 0; i < COLUMNS; i++) {
		const struct column_profile *c = &a->cols[i], *d = &e->cols[i];
		int failed = test_failed;
		CHECK(a->vars[i].type == e->vars[i].type && !d->approximate);
		CHECK(c->count == d->count && c->missing == d->missing);
		if (!c->approximate)
			CHECK(c->distinct == d->distinct && c->unique == d->unique);
		double off = fabs((double)c->distinct / (double)d->distinct - 1);
		CHECK(off <= 1.5 * hll_error());
		if (c->unique >= 0)
			CHECK(c->unique == d->unique && c->distinct == d->distinct);
		if (c->approximate && c->numeric)
			compare_numbers(t, c, d);
		if (c->approximate && c->text)
			CHECK(c->text->words.total == d->text->words.total &&
				c->text->letters == d->text->letters &&
				c->text->length.median == d->text->length.median);
		if (test_failed > failed)
			printf("  in the column '%s'\n", a->vars[i].name);
	}
	const struct column_profile *c = a->cols;
	CHECK(!c[CODE].approximate && !c[FEW].approximate);
	CHECK(c[PLACE].approximate && c[MESSY].approximate && c[WORDS].approximate);
	CHECK(a->vars[ID].type == VARIABLE_IDENTIFIER && a->vars[TICKET].type == VARIABLE_IDENTIFIER);
	CHECK(a->vars[NAME].type == VARIABLE_IDENTIFIER && a->vars[PLACE].type == VARIABLE_NUMERIC);
	/* a fifth of the words is "none" */
	CHECK(c[WORDS].category && strcmp(c[WORDS].category->levels[0].value, "none") == 0);
	CHECK(c[MOMENT].datetime && memcmp(c[MOMENT].datetime->weekday,
		e->cols[MOMENT].datetime->weekday, sizeof(int64_t[7])) == 0);
	CHECK(c[MOMENT].datetime->gap_count == -1 && isnan(c[MOMENT].datetime->median_step_s));
}

/* ---- all ----------------------------------------------------------------------------------- */

static void folds(const struct table *t)
{
	static const int numbers[] = { ID, PLACE, MESSY, CODE, MOMENT, DAY, LASTS };
	struct column_arg words = { WORDS }, few = { FEW };
	struct dates_arg moment = { MOMENT, 19000 }, day = { DAY, 10000 };
	for (size_t i = 0; i < COUNTOF(numbers); i++) {
		struct column_arg arg = { numbers[i] };
		fold_check(fields[numbers[i]].name,
			&(struct fold){ .ops = &number_sketch_ops, .arg = &arg }, t, put_numbers);
	}
	fold_check("words", &(struct fold){ .ops = &text_sketch_ops, .arg = &words }, t, put_texts);
	fold_check("few", &(struct fold){ .ops = &text_sketch_ops, .arg = &few }, t, put_texts);
	fold_check("moments", &(struct fold){ .ops = &dates_ops, .arg = &moment }, t, put_dates);
	fold_check("days", &(struct fold){ .ops = &dates_ops, .arg = &day }, t, put_dates);
}

static void threads(struct table *t, enum precision precision, int64_t mb)
{
	struct buf one = { 0 }, more = { 0 };
	for (int n = 1; n <= 7; n += n == 1 ? 1 : 5) {
		struct profiled *p = profile(t, precision, mb, n);
		put_all(n == 1 ? &one : &more, p);
		CHECK(n == 1 || (more.n == one.n && memcmp(more.p, one.p, one.n) == 0));
		buf_clear(&more);
		drop(p);
	}
	buf_free(&one);
	buf_free(&more);
}

/* Beyond half of the memory a column is sketched; texts only if their different ones are too many. */
static void automatic(struct table *t)
{
	struct profiled *p = profile(t, PRECISION_AUTO, 2048, 2);
	for (int i = 0; i < COLUMNS; i++)
		CHECK(!p->cols[i].approximate);
	drop(p);
	p = profile(t, PRECISION_AUTO, 5, 2);   /* 131572 numbers take up 3.2 MB, 24000 texts 2.4 MB */
	CHECK(p->cols[PLACE].approximate && p->cols[NAME].approximate && !p->cols[CODE].approximate);
	drop(p);
	p = profile(t, PRECISION_AUTO, 8, 2);
	CHECK(!p->cols[PLACE].approximate && p->cols[NAME].approximate && !p->cols[WORDS].approximate);
	drop(p);
}

int main(void)
{
	struct table *t = make();
	folds(t);
	struct profiled *a = profile(t, PRECISION_APPROXIMATE, 0, 1), *e = profile(t, PRECISION_EXACT, 1, 1);
	compare(t, a, e);
	drop(a);
	drop(e);
	threads(t, PRECISION_APPROXIMATE, 0);
	threads(t, PRECISION_AUTO, 5);
	automatic(t);
	table_close(t);
	return test_end();
}
