/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers to and from text, free of locale. Parsing takes the exact short way when a decimal fits
 * a double without rounding (Clinger 1990) and strtod in the "C" locale otherwise. */
#define _GNU_SOURCE
#include "base/base.h"
#include "base/base_int.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void c_locale_make(void)
{
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static locale_t the_c_locale(void)
{
	pthread_once(&c_locale_once, c_locale_make);
	return c_locale;
}

/* printf of one double in the C locale, whatever the process uses. */
static int print_c(char *out, size_t size, const char *fmt, int precision, double v)
{
	locale_t old = uselocale(the_c_locale());
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	int n = snprintf(out, size, fmt, precision, v);
#pragma GCC diagnostic pop
	uselocale(old);
	return n;
}

static double strtod_c(const char *s, char **end)
{
	return strtod_l(s, end, the_c_locale());
}

/* "1.5e+07" -> "1.5e+7", and "e+07" without point where printf gives it. */
static size_t tidy_exponent(char *s)
{
	char *e = strchr(s, 'e');
	if (e) {
		char *digits = e + 2, *d = digits;
		while (*d == '0' && d[1])
			d++;
		memmove(digits, d, strlen(d) + 1);
	}
	return strlen(s);
}

/* Exactly representable powers of ten. */
static const double pow10_exact[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

/* The number digits / 10^places. */
static size_t digits_put(char out[NUM_MAX], int64_t digits, int places)
{
	char back[NUM_MAX];
	int n = 0, at = 0;
	uint64_t rest = digits < 0 ? 0 - (uint64_t)digits : (uint64_t)digits;
	while (rest || n <= places) {
		if (n == places && places)
			back[at++] = '.';
		back[at++] = (char)('0' + rest % 10);
		rest /= 10;
		n++;
	}
	if (digits < 0)
		back[at++] = '-';
	for (int i = 0; i < at; i++)
		out[i] = back[at - 1 - i];
	out[at] = 0;
	return (size_t)at;
}

/* The way of printf's %g with 15 digits, or as many as are needed. */
static size_t put_general(char out[NUM_MAX], double v)
{
	char digits[24], *first = digits + sizeof digits, *p = out;
	int exponent;
	for (uint64_t rest = shortest_digits(v, &exponent); rest; rest /= 10)
		*--first = (char)('0' + rest % 10);
	int n = (int)(digits + sizeof digits - first);
	int power = exponent + n - 1;   /* of the first digit */
	if (v < 0)
		*p++ = '-';
	if (power >= -4 && power < (n > 15 ? n : 15)) {
		for (int i = power < 0 ? power : 0; i < n || i <= power; i++) {
			if (i == power + 1 && i > 0 && power >= 0)
				*p++ = '.';
			*p++ = i >= 0 && i < n ? first[i] : '0';
			if (power < 0 && i == power)
				*p++ = '.';
		}
		*p = 0;
		return (size_t)(p - out);
	}
	for (int i = 0; i < n; i++) {
		*p++ = first[i];
		if (i == 0 && n > 1)
			*p++ = '.';
	}
	return (size_t)(p - out) + (size_t)snprintf(p, 8, "e%+d", power);
}

size_t num_shortest(char out[NUM_MAX], double v)
{
	if (isnan(v))
		return (size_t)snprintf(out, NUM_MAX, "nan");
	if (isinf(v))
		return (size_t)snprintf(out, NUM_MAX, v < 0 ? "-inf" : "inf");
	if (v == 0)
		return (size_t)snprintf(out, NUM_MAX, "0");
	if (fabs(v) < 1e15 && v == (double)(int64_t)v)
		return digits_put(out, (int64_t)v, 0);
	if (fabs(v) >= 0x1p-1022)
		return put_general(out, v);
	for (int p = 1; p <= 17; p++) {   /* subnormals have few digits */
		print_c(out, NUM_MAX, "%.*g", p, v);
		if (strtod_c(out, NULL) == v)
			break;
	}
	return tidy_exponent(out);
}

size_t num_shortest_single(char out[NUM_MAX], float v)
{
	if (!isfinite(v) || v == (float)(int64_t)(fabsf(v) < 1e15f ? v : 0))
		return num_shortest(out, (double)v);
	for (int p = fabsf(v) < 0x1p-126f ? 1 : 6; p <= 9; p++) {
		print_c(out, NUM_MAX, "%.*g", p, (double)v);
		if (strtof_l(out, NULL, the_c_locale()) == v)
			break;
	}
	return tidy_exponent(out);
}

/* v times a power of ten, rounded as printf does: by its exact value, ties to even. The product is
 * exact as a sum of two doubles (Dekker 1971, by one fused step). False where it has too many digits. */
static bool fixed_digits(double v, int decimals, int64_t *digits)
{
	if (decimals > 15 || !(fabs(v) * pow10_exact[decimals] < 1e15))
		return false;
	double high = fabs(v) * pow10_exact[decimals], low = fma(fabs(v), pow10_exact[decimals], -high);
	double whole = floor(high), over = high - whole - 0.5 + low;
	*digits = (int64_t)whole;
	*digits += over > 0 || (over == 0 && *digits % 2 == 1);
	if (v < 0)
		*digits = -*digits;
	return true;
}

size_t num_fixed(char out[350], double v, int decimals)
{
	int64_t digits;
	if (!isfinite(v))
		return (size_t)snprintf(out, 350, isnan(v) ? "nan" : v < 0 ? "-inf" : "inf");
	if (decimals < 0)
		decimals = 0;
	if (decimals > 30)
		decimals = 30;
	if (fixed_digits(v, decimals, &digits))
		return digits_put(out, digits, decimals);
	int n = print_c(out, 350, "%.*f", decimals, v);
	if (out[0] == '-' && strspn(out + 1, "0.") == (size_t)n - 1) {
		memmove(out, out + 1, (size_t)n);
		n--;
	}
	return (size_t)n;
}

static bool parse_slow(const char *p, size_t n, double *v)
{
	char small[128], *s = n < sizeof small ? small : mem_alloc(n + 1);
	memcpy(s, p, n);
	s[n] = 0;
	char *end;
	*v = strtod_c(s, &end);
	bool ok = end == s + n;
	if (s != small)
		free(s);
	return ok;
}

bool num_parse_double(const char *p, size_t n, double *v)
{
	const char *s = p, *end = p + n;
	bool negative = false;
	if (s < end && (*s == '-' || *s == '+'))
		negative = *s++ == '-';
	uint64_t m = 0;
	int digits = 0, seen = 0, exponent = 0;
	for (; s < end && (unsigned)(*s - '0') < 10; s++, seen++)
		if (m || *s != '0') {
			m = m * 10 + (unsigned)(*s - '0');
			digits++;
		}
	if (s < end && *s == '.') {
		s++;
		for (; s < end && (unsigned)(*s - '0') < 10; s++, seen++) {
			if (m || *s != '0') {
				m = m * 10 + (unsigned)(*s - '0');
				digits++;
			}
			if (exponent > -100000)
				exponent--;
		}
	}
	if (!seen)
		return false;
	if (s < end && (*s == 'e' || *s == 'E')) {
		s++;
		bool down = false;
		if (s < end && (*s == '-' || *s == '+'))
			down = *s++ == '-';
		if (s == end)
			return false;
		int x = 0;
		for (; s < end && (unsigned)(*s - '0') < 10; s++)
			if (x < 100000)
				x = x * 10 + (*s - '0');
		exponent += down ? -x : x;
	}
	if (s != end)
		return false;
	if (digits <= 19 && m <= (1ull << 53) && exponent >= -22 && exponent <= 22) {
		double d = (double)m;
		d = exponent < 0 ? d / pow10_exact[-exponent] : d * pow10_exact[exponent];
		*v = negative ? -d : d;
		return true;
	}
	return parse_slow(p, n, v);
}

bool num_parse_int64(const char *p, size_t n, int64_t *v)
{
	const char *end = p + n;
	bool negative = false;
	if (p < end && (*p == '-' || *p == '+'))
		negative = *p++ == '-';
	if (p == end)
		return false;
	int64_t x = 0;
	for (; p < end; p++) {
		int d = *p - '0';
		if (d < 0 || d > 9 || __builtin_mul_overflow(x, 10, &x) ||
			__builtin_sub_overflow(x, d, &x))
			return false;
	}
	/* gathered as a negative number, whose range is the larger one */
	if (!negative && x == INT64_MIN)
		return false;
	*v = negative ? x : -x;
	return true;
}

void nsum_add(struct nsum *a, double x)
{
	double t = a->s + x;
	a->c += fabs(a->s) >= fabs(x) ? (a->s - t) + x : (x - t) + a->s;
	a->s = t;
}

void nsum_merge(struct nsum *a, const struct nsum *b)
{
	nsum_add(a, b->s);
	a->c += b->c;
}

double nsum_value(const struct nsum *a)
{
	/* infinities and overflow make the correction NaN: the plain sum then says what is true */
	return isfinite(a->c) ? a->s + a->c : a->s;
}
