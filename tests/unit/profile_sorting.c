/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sorts agree with qsort, the sorted runs of a column with sorting it value by value, and what reads
 * them with going through all values.
 */
#include "profile/column_int.h"
#include "unit/profile_col.h"

static struct rng r;

static double nasty(void)
{
	static const double v[] = { 0, -0.0, 1, -1, 0.1, 0.25, 1e-310, 5e-324, -5e-324, 1e308, 1e15,
		-1.7976931348623157e308, 9007199254740993.0, 2251799813685248.5, 123456789.1, 1e22 };
	uint64_t kind = rng_below(&r, 5);
	double decimal = (double)rng_below(&r, 100000000) /
			 decimal_powers[rng_below(&r, DECIMALS_MAX + 1)];
	return kind == 0 ? v[rng_below(&r, COUNTOF(v))] : kind == 1 ? rng_normal(&r)
		: kind == 2 ? rng_normal(&r) * 1e9 : rng_below(&r, 2) ? decimal : -decimal;
}

static int64_t nasty_whole(void)
{
	static const int64_t v[] = { 0, 1, -1, INT64_MIN, INT64_MAX, INT64_MIN + 1, INT64_C(1) << 53 };
	uint64_t kind = rng_below(&r, 4);
	return kind == 0 ? v[rng_below(&r, COUNTOF(v))] : kind == 1 ? (int64_t)rng_next(&r)
		: (int64_t)rng_below(&r, 1000) - 500;
}

static bool same(const void *a, const void *b, size_t n)
{
	return memcmp(a, b, n) == 0;
}

/* ---- sorts ------------------------------------------------------------------------------- */

static int cmp_keys(const void *a, const void *b)
{
	uint64_t p = *(const uint64_t *)a, q = *(const uint64_t *)b;
	return (p > q) - (p < q);
}

static uint64_t key_kind(int kind, size_t i, size_t n)
{
	uint64_t low = rng_next(&r) & 0xfffff;
	switch (kind) {
	case 0:
		return rng_next(&r);
	case 1:
		return key_of_double(rng_normal(&r));
	case 2:
		return key_of_int((int64_t)rng_below(&r, 7));
	case 3:
		return 42;
	case 4:
		return i;
	case 5:
		return n - i;
	case 6: /* far apart and close together */
		return (rng_below(&r, 2) ? UINT64_C(1) << 63 : 5) + low;
	case 7:
		return low << 30 | (uint64_t)1 << 60;
	}
	return rng_below(&r, 100) ? 1000 + low % 3 : rng_next(&r);
}

/* The keys in a random order, each with its row. */
static void check_sort_rows(const uint64_t *sorted, size_t n, size_t offset)
{
	struct keyed *rows = mem_calloc(2 * n + 17, sizeof *rows);
	/* where the array starts within a line of the cache must not matter, nor that it is not even
	 * a multiple of its size */
	struct keyed *at = (struct keyed *)(void *)((char *)rows + 8 * offset);
	uint32_t *order = mem_calloc(n + 1, sizeof *order);
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	rng_shuffle(&r, order, n);
	for (size_t i = 0; i < n; i++)
		at[i] = (struct keyed){ sorted[order[i]], (int64_t)i };
	sort_keyed(at, at + n, n);
	bool right = true;
	for (size_t i = 0; i < n; i++) {
		right &= at[i].key == sorted[i];
		right &= !i || at[i - 1].key < at[i].key || at[i - 1].row < at[i].row;
	}
	CHECK(right);
	free(order);
	free(rows);
}

static void check_sort(size_t n, int kind, size_t offset)
{
	uint64_t *want = mem_calloc(n + 1, sizeof *want), *a = mem_calloc(n + 9, sizeof *a),
		 *b = mem_calloc(n + 9, sizeof *b);
	uint32_t *c = mem_calloc(n + 17, sizeof *c), *d = mem_calloc(n + 17, sizeof *d);
	for (size_t i = 0; i < n; i++) {
		want[i] = a[offset + i] = key_kind(kind, i, n);
		c[offset + i] = (uint32_t)(want[i] >> 9 ^ want[i]);
	}
	size_t k = n ? rng_below(&r, n) : 0;
	uint64_t kth = n ? select_key(a + offset, n, k) : 0;
	qsort(want, n, sizeof *want, cmp_keys);
	CHECK(!n || kth == want[k]);
	const uint64_t *keys = sort_keys_either(a + offset, b + offset, n);
	CHECK(keys == a + offset || keys == b + offset);
	CHECK(same(keys, want, n * sizeof *want));
	sort_keys(b + offset, a + offset, n);
	check_sort_rows(want, n, offset);
	for (size_t i = 0; i < n; i++)
		want[i] = c[offset + i];
	qsort(want, n, sizeof *want, cmp_keys);
	const uint32_t *codes = sort_codes(c + offset, d + offset, n);
	bool right = true;
	for (size_t i = 0; i < n; i++)
		right &= codes[i] == want[i];
	CHECK(right);
	free(want);
	free(a);
	free(b);
	free(c);
	free(d);
}

static void check_sorts(void)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 24, 25, 100, 4095, 4096, 20000, 140001, 300003 };
	rng_seed(&r, 6);
	for (size_t i = 0; i < COUNTOF(sizes); i++)
		for (int kind = 0; kind < 9; kind++)
			check_sort(sizes[i], kind, (size_t)kind % 8);
}

/* ---- columns ----------------------------------------------------------------------------- */

static struct sorted plain_sorted(const struct table *t, bool integer)
{
	size_t n = 0;
	uint64_t *keys = mem_calloc((size_t)table_nrows(t) + 1, sizeof *keys);
	int64_t *before = mem_calloc((size_t)table_nrows(t) + 1, sizeof *before);
	for (int64_t i = 0; i < table_nbatches(t); i++)
		for (int64_t row = 0; row < table_batch(t, i)->rows; row++)
			n += column_key(&table_batch(t, i)->cols[0], row, &keys[n]);
	qsort(keys, n, sizeof *keys, cmp_keys);
	struct sorted s = { .key = keys, .before = before, .n = (int64_t)n, .integer = integer };
	for (size_t i = 0; i < n; i++)
		if (!i || keys[i] != keys[s.runs - 1]) {
			keys[s.runs] = keys[i];
			before[s.runs++] = (int64_t)i;
		}
	before[s.runs] = (int64_t)n;
	return s;
}

static void check_numbers(const struct numbers_fold *f, const struct table *t)
{
	int64_t n = 0, infinite = 0, zeros = 0, negatives = 0, decimals[DECIMALS_MAX + 2] = { 0 };
	bool up = false, down = false, any = false;
	double last = 0, a;
	for (int64_t i = 0; i < table_nbatches(t); i++)
		for (int64_t row = 0; row < table_batch(t, i)->rows; row++) {
			const struct column *c = &table_batch(t, i)->cols[0];
			if (!column_number(c, row, &a))
				continue;
			up |= any && a > last;
			down |= any && a < last;
			any = true;
			last = a;
			infinite += isinf(a) != 0;
			if (isinf(a))
				continue;
			n++;
			zeros += a == 0;
			negatives += a < 0;
			decimals[c->type == COLUMN_INT64 ? 0 : decimals_of(a)]++;
		}
	CHECK(f->n == n && f->infinite == infinite && f->zeros == zeros);
	CHECK(f->negatives == negatives && f->any == any);
	CHECK(same(f->decimals, decimals, sizeof decimals));
	enum row_order order = order_of(f);
	CHECK((up && !down) == (order == ORDER_INCREASING || order == ORDER_STRICTLY_INCREASING));
	CHECK((down && !up) == (order == ORDER_DECREASING || order == ORDER_STRICTLY_DECREASING));
}

/* Ways to be of a column; each takes another way through the sort. */
static void put_value(struct col *c, int kind, int64_t i)
{
	const int64_t day = INT64_C(86400000000);
	double decimal = (double)rng_below(&r, UINT64_C(1) << 31);
	switch (kind) {
	case 0: col_int(c, (int64_t)rng_below(&r, 5) - 2); break;
	case 1: col_int(c, (int64_t)rng_below(&r, 100000) - 5000); break;
	case 2: col_int(c, (int64_t)rng_below(&r, UINT64_C(4000000000)) - 2000000000); break;
	case 3: col_int(c, nasty_whole()); break;
	case 4: col_int(c, i); break;
	case 5: col_int(c, -i); break;
	case 6: col_int(c, (int64_t)rng_below(&r, 100000000) * 1000000 - day); break;
	case 7: col_int(c, (int64_t)rng_below(&r, 1000) - 10000); break;
	case 8: col_real(c, rint(decimal / 1e5) / 100); break;
	case 9: col_real(c, decimal / 1e6 - 1000); break;
	case 10: col_real(c, rng_normal(&r)); break;
	case 11: col_real(c, nasty()); break;
	case 12: col_real(c, rng_below(&r, 9) ? rint(decimal / 1e6) : (double)NAN); break;
	case 13: col_real(c, rng_below(&r, 9) ? rint(decimal / 1e6) / 10 : -(double)INFINITY); break;
	case 14: col_int(c, (int64_t)rng_below(&r, (uint64_t)day)); break;
	default: col_real(c, -0.0);
	}
}

static void check_columns(void)
{
	static const int64_t sizes[] = { 0, 1, 2, 1023, 1025, 5000, BATCH_ROWS + 1100 };
	rng_seed(&r, 8);
	for (int kind = 0; kind < 16; kind++)
		for (size_t k = 0; k < 2 * COUNTOF(sizes); k++) {
			enum column_type type = kind == 6 ? COLUMN_TIMESTAMP : kind == 7 ? COLUMN_DATE
				: kind == 14 ? COLUMN_TIME : kind < 8 ? COLUMN_INT64 : COLUMN_FLOAT64;
			struct cols *c = mem_calloc(1, sizeof *c);
			struct col *col = col_add(c, "x", type, NULL);
			for (int64_t i = 0; i < sizes[k / 2]; i++)
				if (k % 2 && rng_below(&r, 3) == 0)
					col_missing(col);
				else
					put_value(col, kind, i);
			struct table *t = cols_open(c);
			struct column_arg arg = { 0 };
			struct fold fold = { .ops = &numbers_ops, .arg = &arg };
			fold_run(t, &fold, 1, 1);
			if (type != COLUMN_DATE && type != COLUMN_TIMESTAMP)
				check_numbers(fold.acc, t);
			struct sorted got = column_sorted(t, 0, fold.acc),
				      want = plain_sorted(t, column_is_whole(type));
			CHECK(got.n == want.n && got.runs == want.runs);
			CHECK(got.integer == want.integer);
			CHECK(got.runs != want.runs ||
				(same(got.key, want.key, got.runs * sizeof *got.key) &&
					same(got.before, want.before,
						(got.runs + 1) * sizeof *got.before)));
			sorted_free(&got);
			sorted_free(&want);
			fold_release(&fold, 1);
			table_close(t);
			free(c);
		}
}

/* ---- what reads the sorted values -------------------------------------------------------- */

static struct sorted random_sorted(size_t n, int kind)
{
	uint64_t *keys = mem_calloc(n + 1, sizeof *keys);
	for (size_t i = 0; i < n; i++)
		keys[i] = key_of_double(kind == 0 ? rng_normal(&r) : kind == 1 ? exp(rng_normal(&r))
			: kind == 2 ? (double)rng_below(&r, 9) : nasty());
	return sorted_new(keys, n, false);
}

static int cmp_reals(const void *a, const void *b)
{
	double p = *(const double *)a, q = *(const double *)b;
	return (p > q) - (p < q);
}

static void check_mad(void)
{
	rng_seed(&r, 9);
	for (int round = 0; round < 400; round++) {
		size_t n = 1 + rng_below(&r, 60), at = 0;
		struct sorted s = random_sorted(n, round % 4);
		double median = sorted_quantile(&s, 0.5), d[64];
		for (size_t run = 0; run < s.runs; run++)
			for (int64_t c = sorted_count(&s, run); c > 0; c--)
				d[at++] = fabs(sorted_value(&s, run) - median);
		qsort(d, n, sizeof *d, cmp_reals);
		double lower = d[(n - 1) / 2], want = lower + (d[n / 2] - lower) / 2;
		CHECK(sorted_mad(&s, median) == want);
		sorted_free(&s);
	}
}

/* In long double, value by value. */
static void check_anderson(void)
{
	rng_seed(&r, 10);
	for (int kind = 0; kind < 3; kind++) {
		struct sorted s = random_sorted(20000, kind);
		double mean = kind == 2 ? 4 : kind, sd = kind == 1 ? 0.05 : 1.1, a2, p;
		long double sum = 0, n = s.n, root = sqrtl(2);
		for (size_t run = 0; run < s.runs; run++)
			for (int64_t i = s.before[run]; i < s.before[run + 1]; i++) {
				long double at = ((long double)sorted_value(&s, run) - mean) / sd;
				long double f = erfcl(-at / root) / 2, g = erfcl(at / root) / 2;
				sum += (2 * i + 1) * logl(f) + (2 * (n - i) - 1) * logl(g);
			}
		anderson_darling(&s, mean, sd, &a2, &p);
		CHECK_NEAR(a2, (double)(-n - sum / n), 1e-12 * (double)n);
		sorted_free(&s);
	}
}

int main(void)
{
	check_sorts();
	check_columns();
	check_mad();
	check_anderson();
	return test_end();
}
