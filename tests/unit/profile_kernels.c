/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The loops over columns of numbers: both builds give the same bytes, and what a line of plain C
 * says; sorts agree with qsort; the sorted runs of a column with sorting it value by value.
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

/* ---- against plain C --------------------------------------------------------------------- */

enum { MAX = 1024 };
static double x[MAX + SUM_LANES + 1], w[MAX + 1], y[MAX + SUM_LANES + 1], z[MAX + 1];
static int64_t v[MAX + 1];
static uint64_t key[MAX + 1];

/* Lane by lane, as Neumaier has it. */
static void lanes_plain(struct wide_sum *sum, const double *values, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct nsum lane = { sum->s[i % SUM_LANES], sum->c[i % SUM_LANES] };
		nsum_add(&lane, values[i]);
		sum->s[i % SUM_LANES] = lane.s;
		sum->c[i % SUM_LANES] = lane.c;
	}
}

static void moderate(double *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = rng_normal(&r) * pow(10, (double)rng_below(&r, 8));
}

static void check_reals(const struct kernels *k, size_t n)
{
	struct real_range range = { INFINITY, -INFINITY, false };
	struct real_sums sums = { 0 };
	struct steps steps = { 0 }, want = { 0 };
	struct wide_sum plain = { 0 };
	double min = INFINITY, max = -INFINITY;
	int64_t zeros = 0, negatives = 0;
	for (size_t i = 0; i < n; i++) {
		x[i] = nasty();
		min = fmin(min, x[i]);
		max = fmax(max, x[i]);
		want.up |= i && x[i - 1] < x[i];
		want.down |= i && x[i - 1] > x[i];
		want.flat |= i && x[i - 1] == x[i];
	}
	k->real_range(x, n, &range);
	CHECK(range.min == min && range.max == max && !range.nan);
	k->real_steps(x, n, &steps);
	CHECK(steps.up == want.up && steps.down == want.down && steps.flat == want.flat);
	moderate(x, n);
	for (size_t i = 0; i < n; i += 5)
		x[i] = i % 2 ? 0 : -0.0;
	for (size_t i = 0; i < n; i++) {
		zeros += x[i] == 0;
		negatives += x[i] < 0;
	}
	k->real_sums(x, n, &sums);
	lanes_plain(&plain, x, n);
	CHECK(same(&sums.sum, &plain, sizeof plain));
	CHECK(sums.zeros == zeros && sums.negatives == negatives);
	if (n) {
		x[rng_below(&r, n)] = NAN;
		k->real_range(x, n, &range);
		CHECK(range.nan);
	}
}

static void check_wholes(const struct kernels *k, size_t n)
{
	struct whole_sums s = { .min = INT64_MAX, .max = INT64_MIN };
	struct steps steps = { 0 }, want = { 0 };
	int64_t min = INT64_MAX, max = INT64_MIN, zeros = 0, negatives = 0;
	__int128 sum = 0;
	for (size_t i = 0; i < n; i++) {
		v[i] = nasty_whole();
		sum += v[i];
		min = v[i] < min ? v[i] : min;
		max = v[i] > max ? v[i] : max;
		zeros += v[i] == 0;
		negatives += v[i] < 0;
		want.up |= i && v[i - 1] < v[i];
		want.down |= i && v[i - 1] > v[i];
		want.flat |= i && v[i - 1] == v[i];
	}
	k->whole_sums(v, n, &s);
	k->whole_steps(v, n, &steps);
	CHECK(s.min == min && s.max == max && s.zeros == zeros && s.negatives == negatives);
	CHECK(((wide_word)s.high << 32) + s.low - ((wide_word)negatives << 64) == (wide_word)sum);
	CHECK(steps.up == want.up && steps.down == want.down && steps.flat == want.flat);
}

static void check_places(const struct kernels *k, size_t n)
{
	int d = (int)rng_below(&r, DECIMALS_MAX + 1);
	size_t whole = 0, fewer = 0;
	for (size_t i = 0; i < n; i++) {
		x[i] = rng_below(&r, 3) ? rint(rng_normal(&r) * 1e5) / decimal_powers[d] : nasty();
		if (fabs(x[i]) * decimal_powers[d] >= UNITS_LIMIT)
			x[i] = 0.5;
		whole += decimals_of(x[i]) <= d;
		fewer += decimals_of(x[i]) <= d - 1;
	}
	struct places p = k->places(x, n, decimal_powers[d], y);
	CHECK(p.whole == whole && p.not == n - whole && !p.unsure);
	if (d > 0)
		CHECK(k->tens(y, n, 10) == fewer);
	k->last_digits(x, n, decimal_powers[d], z);
	for (size_t i = 0; i < n; i++) {
		double units = rint(fabs(x[i]) * decimal_powers[d]);
		bool has = x[i] != 0 && decimals_of(x[i]) <= d;
		CHECK(z[i] == (has ? (double)((int64_t)units % 10) : 10));
	}
}

static void check_powers(const struct kernels *k, size_t n)
{
	struct power_sums got = { 0 }, want = { 0 };
	double d[MAX] = { 0 }, t[MAX] = { 0 };
	moderate(x, n);
	k->deviations(x, n, 2.5, 0.5, y);
	memset(y + n, 0, (SUM_LANES + 1) * sizeof *y);
	for (size_t i = 0; i < n; i++)
		CHECK(y[i] == (x[i] - 2.5) * 0.5);
	k->powers(y, n, &got);
	memcpy(d, y, n * sizeof *d);
	lanes_plain(&want.d1, d, n);
	for (size_t i = 0; i < n; i++)
		t[i] = d[i] * d[i];
	lanes_plain(&want.d2, t, n);
	for (size_t i = 0; i < n; i++)
		t[i] = d[i] * d[i] * d[i];
	lanes_plain(&want.d3, t, n);
	for (size_t i = 0; i < n; i++)
		t[i] = d[i] * d[i] * (d[i] * d[i]);
	lanes_plain(&want.d4, t, n);
	for (size_t i = 0; i < n; i++)
		t[i] = i + 1 < n ? d[i] * d[i + 1] : 0;
	lanes_plain(&want.products, t, n);
	CHECK(same(&got, &want, sizeof got));
}

static void check_sorted_values(const struct kernels *k, size_t n)
{
	uint32_t code[MAX];
	double lower[MAX], upper[MAX];
	for (size_t i = 0; i < n; i++)
		key[i] = key_of_double(nasty());
	k->real_values(key, n, y);
	for (size_t i = 0; i < n; i++)
		CHECK(y[i] == double_of_key(key[i]));
	bool large = rng_below(&r, 2);
	for (size_t i = 0; i < n; i++)
		key[i] = key_of_int(large ? nasty_whole() : (int64_t)rng_below(&r, 1000) - 300);
	sort_keys(key, (uint64_t *)v, n);
	k->whole_values(key, n, y);
	for (size_t i = 0; i < n; i++)
		CHECK(y[i] == (double)int_of_key(key[i]));
	for (size_t i = 0; i < n; i++)
		x[i] = (double)rng_below(&r, UINT32_MAX) / 1000 - 1e5;
	k->codes(x, n, 1000, -1e8, code);
	for (size_t i = 0; i < n; i++)
		CHECK(code[i] == (uint32_t)(int64_t)(rint(x[i] * 1000) + 1e8));
	v[0] = 7;
	for (size_t i = 0; i < n; i++)
		v[i + 1] = v[i] + 1 + (int64_t)rng_below(&r, 1000000);
	k->run_counts(v, n, y);
	k->rank_weights(v, n, 7, 1e9, lower, upper);
	for (size_t i = 0; i < n; i++) {
		double c = (double)(v[i + 1] - v[i]), below = (double)(v[i] - 7);
		CHECK(y[i] == c);
		CHECK(lower[i] == c * (2 * below + c) && upper[i] == c * (2 * (1e9 - below) - c));
	}
}

static void check_products(const struct kernels *k, size_t n)
{
	static const double a[POLYNOMIAL] = { 1, -0.5, 0.25, 3, -2, 1, 0.125 },
			    b[POLYNOMIAL] = { 2, 0.5, -1, 1, 0, 0.75, -1 };
	struct wide_sum got = { 0 }, want = { 0 };
	double t[MAX] = { 0 };
	moderate(x, n);
	moderate(w, n);
	k->dot(x, w, n, &got);
	for (size_t i = 0; i < n; i++)
		t[i] = x[i] * w[i];
	lanes_plain(&want, t, n);
	CHECK(same(&got, &want, sizeof got));
	k->scaled(x, n, 3, 7, y);
	for (size_t i = 0; i < n; i++)
		CHECK(y[i] == (x[i] - 3) / 7);
	got = want = (struct wide_sum){ 0 };
	for (size_t i = 0; i < n; i++)
		z[i] = rng_unit(&r);
	k->polynomials(z, x, w, n, 0.5, a, b, &got);
	for (size_t i = 0; i < n; i++) {
		double p = 0, q = 0, at = z[i] - 0.5;
		for (int c = POLYNOMIAL; c--;) {
			p = p * at + a[c];
			q = q * -at + b[c];
		}
		t[i] = x[i] * p + w[i] * q;
	}
	lanes_plain(&want, t, n);
	struct nsum g = wide_sum_total(&got), e = wide_sum_total(&want);
	CHECK(same(&g, &e, sizeof g));
}

static void check_kernels(const struct kernels *k)
{
	rng_seed(&r, 4);
	for (int round = 0; round < 300; round++) {
		size_t n = rng_below(&r, round % 3 ? 40 : MAX + 1);
		check_reals(k, n);
		check_wholes(k, n);
		check_places(k, n);
		check_powers(k, n);
		check_sorted_values(k, n);
		check_products(k, n);
	}
}

/* Decimals as they are written: k / 10^d has d places when k does not end in 0. */
static void check_decimals(void)
{
	rng_seed(&r, 5);
	for (int i = 0; i < 20000; i++) {
		int d = (int)rng_below(&r, DECIMALS_MAX + 1);
		int64_t k = (int64_t)rng_below(&r, UINT64_C(1) << (1 + rng_below(&r, 50)));
		k += k % 10 == 0;
		CHECK(decimals_of((double)k / decimal_powers[d]) == d);
	}
	CHECK(decimals_of(0.1 + 0.2) == DECIMALS_MAX + 1 && decimals_of(1e-10) == DECIMALS_MAX + 1);
	CHECK(decimals_of(-0.0) == 0 && decimals_of(1e300) == 0 && decimals_of(-2.5) == 1);
	CHECK(decimals_of(2251799813685248.5) == DECIMALS_MAX + 1);    /* 2^51 and a half */
	CHECK(decimals_of(123456789.1) == 1);
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
	check_kernels(&kernels_plain);
#if defined __x86_64__
	if (__builtin_cpu_supports("avx2"))
		check_kernels(&kernels_avx2);
	else
		puts("no AVX2 here: only the portable loops were tested");
#endif
	check_decimals();
	check_sorts();
	check_columns();
	check_mad();
	check_anderson();
	return test_end();
}
