/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers, dates, hashes, randomness, threads. */
#include "base/base.h"
#include "test.h"

#include <float.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static const char *shortest(double v)
{
	static char s[NUM_MAX];
	num_shortest(s, v);
	return s;
}

static const char *fixed(double v, int d)
{
	static char s[350];
	num_fixed(s, v, d);
	return s;
}

/* The way of the C library: the first of 15, 16 and 17 digits that reads back. Where neighbours are at
 * different distances, at powers of two, there may be a shorter decimal that is not the nearest. */
static void as_printf(void)
{
	struct rng r;
	rng_seed(&r, 11);
	int differ = 0;
	for (int i = 0; i < 300000; i++) {
		union { uint64_t u; double d; } x = { .u = rng_next(&r) };
		double v = i % 3 == 0 ? x.d : i % 3 == 1 ? rng_unit(&r) * pow(10, i % 40 - 20) :
			nextafter(round(rng_unit(&r) * 1e6) / pow(10, i % 9 + 1), i % 2 ? 1e300 : -1e300);
		if (!isfinite(v) || fabs(v) < DBL_MIN || v == floor(v) || fabs(frexp(v, &(int){ 0 })) == 0.5)
			continue;
		char want[40];
		for (int p = 15; p <= 17; p++) {
			snprintf(want, sizeof want, "%.*g", p, v);
			if (strtod(want, NULL) == v)
				break;
		}
		char *e = strchr(want, 'e');
		if (e && e[2] == '0')
			memmove(e + 2, e + 3, strlen(e + 3) + 1);
		differ += strcmp(want, shortest(v)) != 0;
	}
	CHECK(differ == 0);
}

/* The C library again: fixed decimals, of values on and next to ties too. */
static void fixed_as_printf(void)
{
	struct rng r;
	rng_seed(&r, 12);
	int differ = 0;
	for (int i = 0; i < 300000; i++) {
		int decimals = i % 17;
		double v = (rng_unit(&r) - 0.5) * pow(10, i % 36 - 18);
		if (i % 3 == 0)            /* a tie, as near as doubles come to it */
			v = (floor(v) + 0.5) / pow(2, i % 8) / pow(10, i % 4);
		if (i % 3 == 1)
			v = nextafter((floor(v) + 0.5) / pow(10, decimals), i % 2 ? 1e300 : -1e300);
		char want[400];
		int n = snprintf(want, sizeof want, "%.*f", decimals, v);
		if (want[0] == '-' && strspn(want + 1, "0.") == (size_t)n - 1)
			memmove(want, want + 1, (size_t)n);
		differ += strcmp(want, fixed(v, decimals)) != 0;
	}
	CHECK(differ == 0);
}

static void writing(void)
{
	CHECK_STR(shortest(0.1), "0.1");
	CHECK_STR(shortest(1e22), "1e+22");
	CHECK_STR(shortest(1e23), "1e+23");
	CHECK_STR(shortest(-0.0), "0");
	CHECK_STR(shortest(5e-324), "5e-324");
	CHECK_STR(shortest(1.0 / 3), "0.3333333333333333");
	CHECK_STR(shortest(5e-5), "5e-5");
	CHECK_STR(shortest(344), "344");
	CHECK_STR(shortest(-123456789012345.0), "-123456789012345");
	CHECK_STR(shortest((double)NAN), "nan");
	CHECK_STR(shortest((double)-INFINITY), "-inf");
	CHECK_STR(shortest(-12.5), "-12.5");
	CHECK_STR(shortest(0.05), "0.05");
	CHECK_STR(shortest(-0.001), "-0.001");
	CHECK_STR(shortest(1234567.000001), "1234567.000001");
	char s[NUM_MAX];
	num_shortest_single(s, 0.1f);
	CHECK_STR(s, "0.1");
	num_shortest_single(s, 16777217.0f);
	CHECK_STR(s, "16777216");
	num_shortest_single(s, 1e-45f);
	CHECK_STR(s, "1e-45");
	num_shortest_single(s, FLT_MAX);
	CHECK_STR(s, "3.4028235e+38");
	CHECK_STR(fixed(2.5, 0), "2");
	CHECK_STR(fixed(-0.001, 2), "0.00");
	CHECK_STR(fixed(1.005, 2), "1.00");
	CHECK_STR(fixed(1234.5, 1), "1234.5");
	struct rng r;
	rng_seed(&r, 7);
	for (int i = 0; i < 200000; i++) {
		union { uint64_t u; double d; } x = { .u = rng_next(&r) };
		if (!isfinite(x.d))
			continue;
		size_t n = num_shortest(s, x.d);
		double back = 0;
		if (!num_parse_double(s, n, &back) || back != x.d || strtod(s, NULL) != x.d)
			test_check(0, "shortest reads back exactly", __FILE__, __LINE__);
	}
	for (int i = 0; i < 200000; i++) {   /* short decimals, against printf */
		char want[NUM_MAX];
		double v = (double)(int64_t)(rng_next(&r) >> (14 + rng_below(&r, 50)));
		for (uint64_t k = rng_below(&r, 12); k > 0; k--)
			v /= 10;
		num_shortest(s, v);
		for (int p = 15; p <= 17; p++) {
			snprintf(want, sizeof want, "%.*g", p, v);
			if (strtod(want, NULL) == v)
				break;
		}
		if (strchr(want, 'e') ? strtod(s, NULL) != v : strcmp(s, want) != 0)
			CHECK_STR(s, want);
	}
}

static double parse(const char *s)
{
	double v = -4711;
	return num_parse_double(s, strlen(s), &v) ? v : (double)NAN;
}

static void reading(void)
{
	CHECK(parse("12") == 12 && parse("-1.5e3") == -1500 && parse(".5") == .5 && parse("5.") == 5);
	CHECK(parse("+7") == 7 && parse("1e400") > DBL_MAX && parse("1e-400") == 0);
	CHECK(parse("9007199254740993") == 9007199254740992.0);
	CHECK(parse("0.1") == 0.1 && parse("1e23") == 1e23 && parse("2.2250738585072011e-308") == 2.2250738585072011e-308);
	CHECK(parse("123456789012345678901234567890") == 123456789012345678901234567890.0);
	CHECK(parse("0.000000000000000000000000000000000000012345") == 1.2345e-38);
	static const char *const not_numbers[] = { "", "-", ".", "e5", "1e", "1e+", "1,5", " 1", "1 ", "0x10", "inf",
		"nan", "1..2", "--1", "1_000" };
	for (size_t i = 0; i < COUNTOF(not_numbers); i++)
		CHECK(isnan(parse(not_numbers[i])));
	/* the fast way against the C library */
	struct rng r;
	rng_seed(&r, 11);
	for (int i = 0; i < 200000; i++) {
		char s[64];
		int n = snprintf(s, sizeof s, "%lld.%0*llu", (long long)rng_below(&r, 100000), (int)rng_below(&r, 9) + 1,
			(unsigned long long)rng_below(&r, 10));
		double v;
		if (!num_parse_double(s, (size_t)n, &v) || v != strtod(s, NULL))
			test_check(0, "parsing is correctly rounded", __FILE__, __LINE__);
	}
	int64_t i;
	CHECK(num_parse_int64("-9223372036854775808", 20, &i) && i == INT64_MIN);
	CHECK(num_parse_int64("9223372036854775807", 19, &i) && i == INT64_MAX);
	CHECK(!num_parse_int64("9223372036854775808", 19, &i) && !num_parse_int64("", 0, &i) && !num_parse_int64("1.0", 3, &i));
	/* no locale reaches the numbers */
	if (setlocale(LC_ALL, "de_DE.UTF-8")) {
		CHECK(parse("1.5") == 1.5);
		CHECK_STR(shortest(1.5), "1.5");
		setlocale(LC_ALL, "C");
	}
}

static void sums(void)
{
	struct nsum a = { 0 }, b = { 0 };
	nsum_add(&a, 1);
	nsum_add(&a, 1e100);
	nsum_add(&b, 1);
	nsum_add(&b, -1e100);
	nsum_merge(&a, &b);
	CHECK(nsum_value(&a) == 2);   /* Neumaier's example; a plain sum gives 0 */
	struct nsum inf = { 0 };
	nsum_add(&inf, INFINITY);
	nsum_add(&inf, 1);
	CHECK(isinf(nsum_value(&inf)));
}

static void dates(void)
{
	CHECK(date_days(1970, 1, 1) == 0 && date_days(2000, 3, 1) == 11017 && date_days(1600, 2, 29) == -135081);
	for (int32_t d = -1000000; d < 1000000; d += 37) {
		int y, m, dd;
		date_civil(d, &y, &m, &dd);
		if (date_days(y, m, dd) != d || !date_exists(y, m, dd))
			test_check(0, "days and dates agree", __FILE__, __LINE__);
	}
	CHECK(date_exists(2024, 2, 29) && !date_exists(2023, 2, 29) && !date_exists(1900, 2, 29) && !date_exists(2023, 13, 1));
	CHECK(date_weekday(0) == 3 && date_weekday(date_days(2026, 11, 20)) == 4 && date_weekday(-1) == 2);
	char s[40];
	time_format(s, -1);
	CHECK_STR(s, "1969-12-31T23:59:59.999999Z");
	time_format(s, 1709211900000000);
	CHECK_STR(s, "2024-02-29T13:05:00Z");
}

static void hashes(void)
{
	static const struct { const char *text, *hex; } fips[] = {   /* FIPS 180-4 examples */
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};
	char hex[SHA256_HEX];
	struct sha256 s;
	for (size_t i = 0; i < COUNTOF(fips); i++) {
		sha256_init(&s);
		sha256_add(&s, fips[i].text, strlen(fips[i].text));
		sha256_hex(&s, hex);
		CHECK_STR(hex, fips[i].hex);
	}
	sha256_init(&s);
	for (int i = 0; i < 1000000; i++)
		sha256_add(&s, "a", 1);
	sha256_hex(&s, hex);
	CHECK_STR(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	CHECK(hash64("abc", 3, 0) != hash64("abd", 3, 0) && hash64("abc", 3, 0) != hash64("abc", 3, 1));
	CHECK(hash64("", 0, 0) != hash64("\0", 1, 0));
}

static void times_two(void *ctx, size_t i)
{
	((size_t *)ctx)[i] = 2 * i;
}

static void randomness_and_threads(void)
{
	struct rng a, b;
	rng_seed(&a, 42);
	rng_seed(&b, 42);
	double mean = 0, var = 0;
	size_t seen[10] = { 0 };
	for (int i = 0; i < 100000; i++) {
		if (rng_next(&a) != rng_next(&b))
			test_check(0, "same seed, same sequence", __FILE__, __LINE__);
		double z = rng_normal(&a);
		rng_normal(&b);
		mean += z / 100000;
		var += z * z / 100000;
		seen[rng_below(&a, 10)]++;
		rng_below(&b, 10);
	}
	CHECK(fabs(mean) < 0.02 && fabs(var - 1) < 0.03);
	for (int i = 0; i < 10; i++)
		CHECK(seen[i] > 9500 && seen[i] < 10500);
	static size_t out[10007];
	for (int threads = 0; threads < 5; threads++) {
		memset(out, 0, sizeof out);
		pool_run(threads, COUNTOF(out), times_two, out);
		size_t wrong = 0;
		for (size_t i = 0; i < COUNTOF(out); i++)
			wrong += out[i] != 2 * i;
		CHECK(wrong == 0);
	}
	pool_run(4, 0, times_two, out);
	CHECK(pool_cpus() >= 1);
}

int main(void)
{
	writing();
	as_printf();
	fixed_as_printf();
	reading();
	sums();
	dates();
	hashes();
	randomness_and_threads();
	return test_end();
}
