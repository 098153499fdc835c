/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folds of the column profile give the same bytes for any split of the table and any number of threads, and
 * so does the whole profile. */
#include "profile/profile_int.h"
#include "property/fold_check.h"
#include "stages/eda_int.h"
#include "unit/profile_col.h"
#include "unit/table_make.h"

static void put_keys(struct buf *out, const void *acc, const void *arg)
{
	const struct keys_fold *f = acc;
	(void)arg;
	uint64_t *keys = keys_join(f);
	buf_put(out, keys, f->chunks.n * sizeof *keys);
	free(keys);
}

static void put_order(struct buf *out, const void *acc, const void *arg)
{
	const struct order_fold *f = acc;
	(void)arg;
	buf_printf(out, "%d %llx %llx", (int)order_of(f), (unsigned long long)f->first, (unsigned long long)f->last);
}

static void put_sums(struct buf *out, const void *acc, const void *arg)
{
	(void)arg;
	buf_put(out, acc, sizeof(struct sums_fold));
}

static void put_moments(struct buf *out, const void *acc, const void *arg)
{
	const struct moments_fold *f = acc;
	const struct nsum sums[] = { f->d1, f->d2, f->d3, f->d4, f->products, f->pair_sums };
	(void)arg;
	buf_printf(out, "%lld %lld %d", (long long)f->n, (long long)f->pairs, f->has_last);
	buf_put(out, sums, sizeof sums);
	buf_put(out, &f->last, sizeof f->last);
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
	struct column_arg whole = { MAKE_INT }, real = { MAKE_REAL }, day = { MAKE_DATE }, when = { MAKE_UTC },
		flag = { MAKE_BOOL }, text = { MAKE_TEXT };
	struct moments_arg moments = { MAKE_REAL, 1234.5 };
	struct codes_arg codes = { MAKE_COLOUR, table_dict_size(t, MAKE_COLOUR) };
	fold_check("keys of integers", &(struct fold){ .ops = &keys_ops, .arg = &whole }, t, put_keys);
	fold_check("keys of reals", &(struct fold){ .ops = &keys_ops, .arg = &real }, t, put_keys);
	fold_check("order of reals", &(struct fold){ .ops = &order_ops, .arg = &real }, t, put_order);
	fold_check("order of dates", &(struct fold){ .ops = &order_ops, .arg = &day }, t, put_order);
	fold_check("order of times", &(struct fold){ .ops = &order_ops, .arg = &when }, t, put_order);
	fold_check("sums of integers", &(struct fold){ .ops = &sums_ops, .arg = &whole }, t, put_sums);
	fold_check("sums of reals", &(struct fold){ .ops = &sums_ops, .arg = &real }, t, put_sums);
	fold_check("moments", &(struct fold){ .ops = &moments_ops, .arg = &moments }, t, put_moments);
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
	/* counts of the artifact add up */
	for (int i = 0; v && i < table_ncols(t); i++) {
		const json_t *c = json_array_get(json_at(v, "columns"), (size_t)i);
		CHECK(json_int(c, "count", -1) + json_int(c, "missing", -1) == table_nrows(t));
		const json_t *counts = json_at(c, "numeric.histogram.counts");
		int64_t sum = 0;
		for (size_t k = 0; k < json_array_size(counts); k++)
			sum += json_integer_value(json_array_get(counts, k));
		CHECK(!counts || sum == json_int(c, "count", -1) - json_int(c, "numeric.infinite", 0));
	}
	json_decref(v);
	for (int threads = 2; threads <= 8; threads *= 2) {
		struct buf more = { 0 };
		profile_json(t, threads, &more);
		CHECK(more.n == one.n && memcmp(buf_str(&more), buf_str(&one), one.n) == 0);
		buf_free(&more);
	}
	buf_free(&one);
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
	return test_end();
}
