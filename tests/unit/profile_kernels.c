/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loops over columns of numbers: both builds of them give what a line of plain C says, bit by
 * bit, and so the same. */
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
	k->unit_deviations(x, n, 100, -7, t);
	for (size_t i = 0; i < n; i++)
		CHECK(t[i] == rint(x[i] * 100) + 7);
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
	return test_end();
}
