/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Columns that hold the same values in the same rows, whatever their storage: 1 equals 1.0, and
 * a text is the same with and without a dictionary. A hash of each column finds the pairs worth
 * comparing.
 */
#include "profile/across_int.h"

#include <stdlib.h>

/* Types whose values can be the same. */
enum kind { KIND_NUMBER, KIND_BOOL, KIND_DATE, KIND_MOMENT, KIND_TIME, KIND_DURATION, KIND_TEXT };

static enum kind kind_of(enum column_type t)
{
	switch (t) {
	case COLUMN_INT64:
	case COLUMN_FLOAT64:
		return KIND_NUMBER;
	case COLUMN_BOOL:
		return KIND_BOOL;
	case COLUMN_DATE:
		return KIND_DATE;
	case COLUMN_TIMESTAMP:
		return KIND_MOMENT;
	case COLUMN_TIME:
		return KIND_TIME;
	case COLUMN_DURATION:
		return KIND_DURATION;
	case COLUMN_UTF8:
	case COLUMN_DICT:
		return KIND_TEXT;
	}
	return KIND_TEXT;
}

static void sum_init(void *acc, const void *arg)
{
	(void)arg;
	*(uint64_t *)acc = 0;
}

/* Addition, of what belongs to a row number: the order of merging does not matter. */
static void sum_update(void *acc, const void *arg, const struct batch *b)
{
	const struct column_sum_arg *p = arg;
	const struct column *c = &b->cols[p->col];
	uint64_t *key = mem_alloc((size_t)b->rows * sizeof *key), sum = 0;
	uint8_t *has = mem_alloc((size_t)b->rows);
	cells_key(c, 0, b->rows, key, has);
	for (int64_t r = 0; r < b->rows; r++) {
		if (!has[r])
			continue;
		if (c->type == COLUMN_INT64)
			key[r] = key_of_double((double)c->v.i64[r]);
		else if (c->type == COLUMN_FLOAT64)
			key[r] = key_of_double(c->v.f64[r]);
		else if (c->type == COLUMN_DICT)
			key[r] = p->dict[c->v.i32[r]];
		sum += key_mix(key_mix(key[r]) + (uint64_t)(b->first_row + r));
	}
	*(uint64_t *)acc = sum;
	free(has);
	free(key);
}

static void sum_merge(void *left, void *right, const void *arg)
{
	(void)arg;
	*(uint64_t *)left += *(uint64_t *)right;
}

const struct fold_ops column_sum_ops = { "column sum", sizeof(uint64_t), sum_init, sum_update,
	sum_merge, NULL, column_sum_save, column_sum_load };

static const uint64_t *dict_hashes(const struct table *t, int col, struct arena *a)
{
	if (table_field(t, col)->type != COLUMN_DICT)
		return NULL;
	int32_t n = table_dict_size(t, col);
	uint64_t *h = arena_calloc(a, (size_t)n + 1, sizeof *h);
	for (int32_t i = 0; i < n; i++) {
		struct str s = table_dict_value(t, col, i);
		h[i] = hash64(s.p, s.n, 0);
	}
	return h;
}

static struct str text_at(const struct table *t, int col, const struct column *c, int64_t row)
{
	return c->type == COLUMN_UTF8 ? column_str(c, row)
		: table_dict_value(t, col, c->v.i32[row]);
}

/* A number of one type equals one of the other when both say the same without rounding. */
static bool int_is(int64_t i, double x)
{
	return x >= -0x1p63 && x < 0x1p63 && (double)i == x && (int64_t)x == i;
}

static bool cells_equal(const struct table *t, int col1, int col2, const struct batch *b,
	int64_t row)
{
	const struct column *x = &b->cols[col1], *y = &b->cols[col2];
	switch (kind_of(x->type)) {
	case KIND_NUMBER:
		if (x->type == COLUMN_INT64)
			return y->type == COLUMN_INT64 ? x->v.i64[row] == y->v.i64[row]
				: int_is(x->v.i64[row], y->v.f64[row]);
		return y->type == COLUMN_INT64 ? int_is(y->v.i64[row], x->v.f64[row])
			: x->v.f64[row] == y->v.f64[row];
	case KIND_BOOL:
		return !((x->v.bits[row >> 3] ^ y->v.bits[row >> 3]) >> (row & 7) & 1);
	case KIND_DATE:
		return x->v.i32[row] == y->v.i32[row];
	case KIND_MOMENT:
	case KIND_TIME:
	case KIND_DURATION:
		return x->v.i64[row] == y->v.i64[row];
	case KIND_TEXT:
		return str_cmp(text_at(t, col1, x, row), text_at(t, col2, y, row)) == 0;
	}
	return false;
}

static bool columns_equal(const struct table *t, int col1, int col2)
{
	uint64_t p[PRESENT_WORDS], q[PRESENT_WORDS];
	if (kind_of(table_field(t, col1)->type) != kind_of(table_field(t, col2)->type))
		return false;
	for (int64_t i = 0; i < table_nbatches(t); i++) {
		const struct batch *b = table_batch(t, i);
		cells_present(&b->cols[col1], p);
		cells_present(&b->cols[col2], q);
		if (memcmp(p, q, sizeof p) != 0)
			return false;
		for (int64_t r = 0; r < b->rows; r++)
			if (p[r / 64] >> (r % 64) & 1 && !cells_equal(t, col1, col2, b, r))
				return false;
	}
	return true;
}

static void identical_finding(const struct variable *v, int n, const int *same_as, int first,
	struct finding_list *findings)
{
	struct finding f = finding_make(FIND_identical_columns, v[first].name);
	f.count = 1;
	for (int j = first + 1; j < n; j++)
		if (same_as[j] == first) {
			finding_add_column(&f, v[j].name, findings->arena);
			f.count++;
		}
	if (f.count > 1)
		finding_list_add(findings, &f);
}

static bool has_values(const struct variable *v)
{
	return v->type != VARIABLE_CONSTANT && v->type != VARIABLE_EMPTY;
}

/* Whether what is known of two columns lets them be the same. */
static bool may_be_same(const struct table *t, const struct variable *x, const struct variable *y)
{
	const struct column_profile *p = x->profile, *q = y->profile;
	if (!has_values(x) || !has_values(y) ||
			kind_of(table_field(t, x->col)->type) != kind_of(table_field(t, y->col)->type))
		return false;
	if (!p || !q)
		return true;
	bool exact = !p->approximate && !q->approximate;
	return p->count == q->count &&
	       (!exact || (p->distinct == q->distinct && p->unique == q->unique));
}

/* A sum of each column that could be the same as another. */
static void sums_fill(const struct table *t, const struct variable *v, int n, bool *summed,
	uint64_t *sum, int threads)
{
	struct arena *a = arena_new();
	struct column_sum_arg *arg = arena_calloc(a, (size_t)n + 1, sizeof *arg);
	struct fold *f = arena_calloc(a, (size_t)n + 1, sizeof *f);
	size_t k = 0;
	for (int i = 0; i < n; i++)
		for (int j = i + 1; j < n; j++)
			if (!(summed[i] && summed[j]) && may_be_same(t, &v[i], &v[j]))
				summed[i] = summed[j] = true;
	for (int i = 0; i < n; i++)
		if (summed[i]) {
			arg[i] = (struct column_sum_arg){ v[i].col, dict_hashes(t, v[i].col, a) };
			f[k++] = (struct fold){ .ops = &column_sum_ops, .arg = &arg[i] };
		}
	fold_run(t, f, k, threads);
	for (int i = 0, at = 0; i < n; i++)
		if (summed[i])
			sum[i] = *(uint64_t *)f[at++].acc;
	fold_release(f, k);
	arena_free(a);
}

static int first_same(const struct table *t, const struct variable *v, const int *same_as,
	const uint64_t *sum, int j)
{
	for (int i = 0; i < j; i++)
		if (same_as[i] < 0 && sum[i] == sum[j] && may_be_same(t, &v[i], &v[j]) &&
				columns_equal(t, v[i].col, v[j].col))
			return i;
	return -1;
}

int *columns_identical(const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, struct finding_list *findings, struct arena *a)
{
	size_t room = (size_t)n + 1;
	int *same_as = arena_calloc(a, room, sizeof *same_as);
	bool *summed = arena_calloc(a, room, sizeof *summed);
	uint64_t *sum = arena_calloc(a, room, sizeof *sum);
	sums_fill(t, v, n, summed, sum, o->threads);
	for (int j = 0; j < n; j++)
		same_as[j] = summed[j] ? first_same(t, v, same_as, sum, j) : -1;
	for (int i = 0; i < n; i++)
		if (same_as[i] < 0)
			identical_finding(v, n, same_as, i, findings);
	return same_as;
}
