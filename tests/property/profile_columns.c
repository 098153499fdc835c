/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folds of the column profile give the same bytes for any split of the table and any number
 * of threads, and so does the whole profile. */
#include "profile/column_int.h"
#include "property/fold_check.h"
#include "stages/eda_int.h"
#include "unit/profile_col.h"
#include "unit/table_make.h"

static void put_numbers(struct buf *out, const void *acc, const void *arg)
{
	const struct numbers_fold *f = acc;
	(void)arg;
	buf_printf(out, "%d %d %d %d ", (int)order_of(f), f->any, f->nan, f->fractions);
	buf_printf(out, "%lld %lld %lld %lld", (long long)f->n, (long long)f->infinite,
		(long long)f->zeros, (long long)f->negatives);
	buf_put(out, f->decimals, sizeof f->decimals);
	buf_put(out, &f->sum, sizeof f->sum);
	buf_put(out, &f->whole, sizeof f->whole);
	buf_put(out, (const uint64_t[]){ f->first, f->last, f->min, f->max }, 32);
}

static void put_moments(struct buf *out, const void *acc, const void *arg)
{
	const struct moments_fold *f = acc;
	const struct nsum sums[] = { f->d1, f->d2, f->d3, f->d4, f->products };
	const double ends[] = { f->edges, f->first, f->last };
	(void)arg;
	buf_printf(out, "%lld %lld %d %d", (long long)f->n, (long long)f->pairs, f->has_first,
		f->has_last);
	buf_put(out, sums, sizeof sums);
	buf_put(out, ends, sizeof ends);
}

static void put_bits(struct buf *out, const void *acc, const void *arg)
{
	(void)arg;
	buf_put(out, acc, sizeof(struct bits_fold));
}

static void put_codes(struct buf *out, const void *acc, const void *arg)
{
	const struct codes_fold *f = acc;
	(void)arg;
	buf_put(out, f->counts, (size_t)f->n * sizeof *f->counts);
}

static void put_texts(struct buf *out, const void *acc, const void *arg)
{
	const struct texts_fold *f = acc;
	(void)arg;
	for (struct chunk *c = f->chunks.head; c; c = c->next) {
		const struct text_ref *ref = chunk_items(c);
		for (size_t i = 0; i < c->n; i++) {
			buf_put(out, ref[i].p, ref[i].n);
			buf_putc(out, 0);
		}
	}
}

static void folds(const struct table *t)
{
	static const int numbers[] = { MAKE_INT, MAKE_REAL, MAKE_DATE, MAKE_UTC, MAKE_LOCAL,
		MAKE_TIME, MAKE_DURATION };
	struct column_arg flag = { MAKE_BOOL }, text = { MAKE_TEXT };
	for (size_t i = 0; i < COUNTOF(numbers); i++) {
		struct column_arg arg = { numbers[i] };
		struct moments_arg moments = { numbers[i], 1234.5, 1, i % 3 == 2 ? 100 : 0, i % 2 };
		enum column_type type = table_field(t, numbers[i])->type;
		fold_check(column_type_name(type), &(struct fold){ .ops = &numbers_ops, .arg = &arg },
			t, put_numbers);
		if (type != COLUMN_DATE && type != COLUMN_TIMESTAMP)
			fold_check("moments", &(struct fold){ .ops = &moments_ops, .arg = &moments },
				t, put_moments);
	}
	struct codes_arg codes = { MAKE_COLOUR, table_dict_size(t, MAKE_COLOUR) };
	fold_check("bits", &(struct fold){ .ops = &bits_ops, .arg = &flag }, t, put_bits);
	fold_check("codes", &(struct fold){ .ops = &codes_ops, .arg = &codes }, t, put_codes);
	fold_check("texts", &(struct fold){ .ops = &texts_ops, .arg = &text }, t, put_texts);
}

/* All that is said of the columns, as the artifact has it. */
static void profile_json(struct table *t, int threads, struct buf *out)
{
	struct profile_options o = default_options();
	o.threads = threads;
	struct eda x = { .table = t, .options = o, .ncols = table_ncols(t) };
	struct profiled *p = mem_calloc(1, sizeof *p);
	p->arena = p->findings.arena = arena_new();
	for (int i = 0; i < x.ncols; i++)
		p->vars[i] = (struct variable){ .col = i, .name = table_field(t, i)->name };
	profile_columns(t, p->vars, x.ncols, &o, p->cols, &p->findings, p->arena);
	x.vars = p->vars;
	x.cols = p->cols;
	struct jw w;
	jw_init(&w, out);
	jw_obj(&w);
	eda_write_columns(&w, &x);
	jw_karr(&w, "findings");
	for (size_t i = 0; i < p->findings.n; i++)
		finding_write(&w, &p->findings.v[i]);
	jw_arr_end(&w);
	jw_obj_end(&w);
	arena_free(p->arena);
	free(p);
}

static void whole(struct table *t)
{
	struct buf one = { 0 };
	profile_json(t, 1, &one);
	json_error_t bad;
	json_t *v = json_loads(buf_str(&one), JSON_REJECT_DUPLICATES, &bad);
	CHECK(v && json_count(v, "columns") == (size_t)table_ncols(t));
	/* counts of the artifact add up; a range beyond what doubles hold has no bins */
	for (int i = 0; v && i < table_ncols(t); i++) {
		const json_t *c = json_array_get(json_at(v, "columns"), (size_t)i);
		CHECK(json_int(c, "count", -1) + json_int(c, "missing", -1) == table_nrows(t));
		const json_t *counts = json_at(c, "numeric.histogram.counts");
		int64_t sum = 0;
		for (size_t k = 0; k < json_array_size(counts); k++)
			sum += json_integer_value(json_array_get(counts, k));
		CHECK(!json_array_size(counts) ||
			sum == json_int(c, "count", -1) - json_int(c, "numeric.infinite", 0));
	}
	json_decref(v);
	for (int threads = 2; threads <= 8; threads *= 4) {
		struct buf more = { 0 };
		profile_json(t, threads, &more);
		CHECK(more.n == one.n && memcmp(buf_str(&more), buf_str(&one), one.n) == 0);
		buf_free(&more);
	}
	buf_free(&one);
}

/* ---- nasty values ------------------------------------------------------------------------ */

static double nasty_real(struct rng *r)
{
	static const double v[] = { 0, -0.0, 1, -1, 0.1, 1e-310, 5e-324, 1e308,
		-1.7976931348623157e308, (double)NAN, (double)INFINITY, -(double)INFINITY,
		9007199254740993.0, 1e15, 0.3, 1e22 };
	return rng_below(r, 2) ? v[rng_below(r, COUNTOF(v))]
			       : rng_normal(r) * pow(10, (double)rng_below(r, 20) - 10);
}

static int64_t nasty_int(struct rng *r, int64_t least, int64_t most)
{
	const int64_t v[] = { 0, 1, -1, least, most, least + 1, most - 1, 86400, 25567, -25567,
		2, 3 };
	return rng_below(r, 3) ? v[rng_below(r, COUNTOF(v))]
			       : (int64_t)rng_below(r, 100000) - 50000;
}

static void nasty_text(struct rng *r, struct col *c)
{
	static const char bytes[] = "aA1 -.'\xc3\xa9\xff\x00\n\xe2\x80\x8b\xf0\x9f\x98\x80";
	char s[400];
	size_t n = rng_below(r, rng_below(r, 10) ? 6 : sizeof s);
	for (size_t i = 0; i < n; i++)
		s[i] = bytes[rng_below(r, sizeof bytes)];
	col_text(c, s, n);
}

/* A column of up to three different ways to be: few values, many, or none. */
static void nasty_column(struct rng *r, struct col *c, int64_t rows)
{
	struct rng few = *r;
	uint64_t seed = rng_next(r), kinds = 1 + rng_below(r, 6), missing = rng_below(r, 4);
	bool narrow = rng_below(r, 2);
	for (int64_t i = 0; i < rows; i++) {
		if (missing && rng_below(r, 4) < missing) {
			col_missing(c);
			continue;
		}
		if (narrow)
			rng_seed(&few, seed + rng_below(r, kinds));
		struct rng *from = narrow ? &few : r;
		switch (c->field.type) {
		case COLUMN_FLOAT64:
			col_real(c, nasty_real(from));
			break;
		case COLUMN_INT64:
		case COLUMN_TIMESTAMP:
			col_int(c, nasty_int(from, INT64_MIN, INT64_MAX));
			break;
		case COLUMN_DURATION:
			col_int(c, nasty_int(from, INT64_MIN, INT64_MAX));
			break;
		case COLUMN_TIME:
			col_int(c, nasty_int(from, 0, INT64_C(86399999999)));
			break;
		case COLUMN_DATE:
			col_int(c, nasty_int(from, INT32_MIN, INT32_MAX));
			break;
		case COLUMN_BOOL:
			col_int(c, (int64_t)rng_below(from, 2));
			break;
		case COLUMN_UTF8:
		case COLUMN_DICT:
			nasty_text(from, c);
			break;
		}
	}
}

static void nasty_tables(void)
{
	static const enum column_type types[] = { COLUMN_FLOAT64, COLUMN_INT64,
		COLUMN_TIMESTAMP, COLUMN_DATE, COLUMN_BOOL, COLUMN_UTF8, COLUMN_DICT,
		COLUMN_TIME, COLUMN_DURATION };
	static const char *const names[] = { "f", "i", "t", "d", "b", "u", "c", "h", "l" };
	struct rng r;
	rng_seed(&r, 12);
	struct cols *t = mem_calloc(1, sizeof *t);
	for (int round = 0; round < 200; round++) {
		int64_t rows = (int64_t)rng_below(&r, round % 2 ? 12 : 150);
		for (size_t k = 0; k < COUNTOF(types); k++)
			nasty_column(&r, col_add(t, names[k], types[k], NULL), rows);
		struct table *table = cols_open(t);
		CHECK(table != NULL);
		whole(table);
		table_close(table);
	}
	free(t);
}

int main(void)
{
	static const int64_t rows[] = { 1, 100, BATCH_ROWS, 5 * BATCH_ROWS + 77 };
	struct err e = { 0 };
	for (size_t i = 0; i < COUNTOF(rows); i++) {
		CHECK(make_table(make_path("profile.arrow"), rows[i], &e) == 0);
		struct table *t = table_open(make_path("profile.arrow"), &e);
		remove(make_path("profile.arrow"));
		CHECK(t != NULL);
		if (!t)
			continue;
		folds(t);
		whole(t);
		table_close(t);
	}
	nasty_tables();
	return test_end();
}
