/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as people write them: signs before, behind or as brackets, grouped thousands, a
 * decimal point or comma, units and words such as million. A text such as "1,234" can be read in two
 * ways; the scan reports every way, and the column decides. */
#include "ingest/ingest_int.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool starts(struct str s, const char *text, size_t n)
{
	return s.n >= n && memcmp(s.p, text, n) == 0;
}

static struct str skip(struct str s, size_t n)
{
	return (struct str){ s.p + n, s.n - n };
}

/* Blank inside a number: a space or a no-break space of any width. Its length, or 0. */
static size_t blank(struct str s)
{
	if (starts(s, " ", 1))
		return 1;
	if (starts(s, "\u00a0", 2))
		return 2;
	return starts(s, "\u202f", 3) || starts(s, "\u2009", 3) ? 3 : 0;
}

/* A character between groups of digits: its length, and one byte that stands for it. */
static size_t separator(struct str s, char *kind)
{
	*kind = s.n ? *s.p : 0;
	if (*kind == '.' || *kind == ',' || *kind == '\'' || *kind == ' ')
		return 1;
	size_t n = blank(s);
	*kind = n ? ' ' : '\'';
	return n ? n : starts(s, "\u2019", 3) ? 3 : 0;
}

/* ---- the digits and what stands between them --------------------------------------------- */

enum { GROUPS = 14 };
struct digits {
	int groups;
	int len[GROUPS];           /* digits of each group */
	char sep[GROUPS];          /* between group i and i + 1 */
	bool exponent;
};

/* Takes the longest run of grouped digits and an exponent from the front of *s. */
static bool scan_digits(struct str *s, struct digits *d)
{
	*d = (struct digits){ .groups = 1 };
	struct str at = *s;
	int seen = 0;
	for (;;) {
		size_t n = 0;
		while (n < at.n && digit(at.p[n]))
			n++;
		if (n > 400)
			return false;
		d->len[d->groups - 1] = (int)n;
		seen += (int)n;
		at = skip(at, n);
		char kind;
		size_t k = separator(at, &kind);
		/* a blank belongs to the number only when digits follow: "5 %" */
		bool more = k && (kind == '.' || kind == ',' || (k < at.n && digit(at.p[k])));
		if (!more)
			break;
		if (d->groups == GROUPS)
			return false;
		d->sep[d->groups - 1] = kind;
		d->groups++;
		at = skip(at, k);
	}
	if (!seen)
		return false;
	if (at.n >= 2 && (*at.p == 'e' || *at.p == 'E')) {
		size_t k = at.p[1] == '-' || at.p[1] == '+' ? 2 : 1, from = k;
		while (k < at.n && k < from + 3 && digit(at.p[k]))
			k++;
		if (k > from) {
			d->exponent = true;
			at = skip(at, k);
		}
	}
	*s = at;
	return true;
}

/* Groups of three; or, as in India, of two before the last: 1,98,825. */
static bool grouped(const struct digits *d, int seps)
{
	bool indian = seps > 1 && d->sep[0] == ',' && d->len[0] < 3 && d->len[1] == 2;
	for (int i = 0; i < seps; i++)
		if (d->sep[i] != d->sep[0] || d->len[i + 1] != (indian && i + 1 < seps ? 2 : 3))
			return false;
	return true;
}

/* Whether the digits make a number when `mark` is the decimal mark; *places is then the number
 * of decimals, or -1 when there is no mark. */
static bool readable(const struct digits *d, const char *first, char mark, int *places)
{
	int seps = d->groups - 1;
	*places = -1;
	if (seps && d->sep[seps - 1] == mark)
		*places = d->len[seps--];
	if (*places == 0 && mark == ',')
		return false;
	if (!seps)
		return d->len[0] > 0 || *places > 0;
	if (d->exponent || d->len[0] < 1 || d->len[0] > 3 || *first == '0')
		return false;
	return d->sep[0] != mark && grouped(d, seps);
}

/* ---- signs and units --------------------------------------------------------------------- */

static void take_blank(struct str *s)
{
	*s = skip(*s, blank(*s));
}

static bool take_sign(struct str *s, struct number *n)
{
	size_t k = starts(*s, "\u2212", 3) ? 3 : s->n && (*s->p == '-' || *s->p == '+') ? 1 : 0;
	if (!k)
		return false;
	n->negative = *s->p != '+';
	n->plus = *s->p == '+';
	*s = skip(*s, k);
	take_blank(s);
	return true;
}

/* Money in front: "€ 5", "$-5". */
static bool take_money(struct str *s, struct number *n)
{
	size_t k;
	n->unit = (uint8_t)unit_prefix(*s, &k);
	if (!n->unit)
		return false;
	*s = skip(*s, k);
	take_blank(s);
	return true;
}

/* All that may stand behind the digits: "12 kg", "5 %", "1.2K", "3 Mio. €". */
static bool take_rest(struct str s, struct number *n)
{
	enum { LONGEST = 24 };
	take_blank(&s);
	if (!s.n)
		return true;
	if (s.n > LONGEST)
		return false;
	if (!n->unit && (n->unit = (uint8_t)unit_lookup(s)))
		return true;
	size_t k;
	n->scale = (uint8_t)scale_prefix(s, &k);
	/* "$3m" is no length */
	if (!n->scale && n->unit && str_eq(s, "m")) {
		n->scale = 6;
		k = 1;
	}
	if (!n->scale)
		return false;
	s = skip(s, k);
	take_blank(&s);
	return !s.n || (!n->unit && (n->unit = (uint8_t)unit_lookup(s)));
}

static bool infinite(struct str s)
{
	return s.n >= 3 && (*s.p == 'i' || *s.p == 'I') &&
		(str_ieq(s, "inf") || str_ieq(s, "infinity"));
}

/* Cheap refusal of most words: a number begins or ends with a digit, a mark or a bracket. */
static bool edge(char c)
{
	return digit(c) || c == '-' || c == '+' || c == '.' || c == ',' || c == '(' ||
		c == ')' || c == '%' || c == '$' || c == 'i' || c == 'I' || (unsigned char)c >= 0x80;
}

static bool hopeless(struct str s)
{
	return s.n > 400 || (!edge(s.p[0]) && !edge(s.p[s.n - 1]));
}

bool number_scan(struct str s, struct number *n)
{
	*n = (struct number){ 0 };
	if (!s.n || hopeless(s))
		return false;
	bool bracket = s.n > 2 && *s.p == '(' && s.p[s.n - 1] == ')';
	if (bracket) {
		s = (struct str){ s.p + 1, s.n - 2 };
		n->negative = n->bracket = true;
	}
	bool sign = bracket;
	sign |= take_sign(&s, n);
	if (infinite(s)) {
		n->infinite = true;
		n->marks = MARK_DOT | MARK_COMMA;
		return !bracket;
	}
	if (s.n && !digit(*s.p) && take_money(&s, n) && !sign)
		sign = take_sign(&s, n);
	struct digits d;
	const char *first = s.p;
	if (!scan_digits(&s, &d))
		return false;
	n->body = (struct str){ first, (size_t)(s.p - first) };
	if (s.n && !sign && *s.p == '-') {
		n->negative = true;
		s = skip(s, 1);
	}
	if (s.n && (!take_rest(s, n) || (n->scale && d.exponent)))
		return false;

	int places;
	for (int m = 0; m < MARKS; m++)
		if (readable(&d, first, m ? ',' : '.', &places)) {
			n->marks |= (uint8_t)(1 << m);
			n->places[m] = places;
			if (places < 0 && !d.exponent && !n->scale)
				n->whole |= (uint8_t)(1 << m);
		}
	if (d.groups == 1 && !d.exponent && !n->unit && !n->scale && n->marks) {
		n->leading_zero = d.len[0] > 1 && *first == '0';
		n->huge = d.len[0] > 18 && !n->leading_zero;
		n->phone = n->plus && d.len[0] >= 7;
	}
	return n->marks != 0;
}

/* ---- values ------------------------------------------------------------------------------ */

bool number_int64(const struct number *n, int mark, int64_t *v)
{
	if (n->infinite || !(n->whole >> mark & 1))
		return false;
	int64_t x = 0;
	for (size_t i = 0; i < n->body.n; i++)
		if (digit(n->body.p[i]) && (__builtin_mul_overflow(x, 10, &x) ||
			__builtin_add_overflow(x, n->body.p[i] - '0', &x)))
			return false;
	*v = n->negative ? -x : x;
	return true;
}

bool number_double(const struct number *n, int mark, double *v)
{
	if (!(n->marks >> mark & 1))
		return false;
	if (n->infinite) {
		*v = n->negative ? -HUGE_VAL : HUGE_VAL;
		return true;
	}
	char plain[512];
	size_t k = 0;
	char decimal = mark ? ',' : '.';
	for (size_t i = 0; i < n->body.n && k < sizeof plain; i++) {
		char c = n->body.p[i];
		if (digit(c) || c == 'e' || c == 'E' || c == '-' || c == '+')
			plain[k++] = c;
		else if (c == decimal)
			plain[k++] = '.';
	}
	if (n->scale && k + 4 < sizeof plain)
		k += (size_t)snprintf(plain + k, 4, "e%d", n->scale);
	if (!num_parse_double(plain, k, v))
		return false;
	if (n->negative)
		*v = -*v;
	return true;
}
