/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a text means beyond being text: addresses of several kinds, keys with a known form, places. */
#include "base/base.h"

#include <string.h>

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int hex(char c)
{
	return digit(c) ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

static bool begins(struct str s, const char *with)
{
	size_t n = strlen(with);
	return s.n >= n && str_ieq((struct str){ s.p, n }, with);
}

static bool has(struct str s, char c)
{
	return memchr(s.p, c, s.n) != NULL;
}

/* ---- addresses --------------------------------------------------------------------------- */

bool means_url(struct str s)
{
	static const char *const schemes[] = { "http://", "https://", "ftp://", "www." };
	for (size_t i = 0; i < COUNTOF(schemes); i++)
		if (begins(s, schemes[i]))
			return s.n > strlen(schemes[i]) + 2 && has(s, '.') && !has(s, ' ');
	return false;
}

/* Of RFC 5321 what people have: one @, a domain of at least two labels, no blanks or quotes. */
bool means_email(struct str s)
{
	const char *at = memchr(s.p, '@', s.n), *end = s.p + s.n;
	if (!at || at == s.p || at - s.p > 64 || end - at < 5 || memchr(at + 1, '@', (size_t)(end - at - 1)))
		return false;
	for (const char *p = s.p; p < at; p++)
		if ((unsigned char)*p <= ' ' || strchr("(),:;<>[\\]\"", *p))
			return false;
	int labels = 1;
	const char *label = at + 1;
	for (const char *p = at + 1; p <= end; p++) {
		if (p == end || *p == '.') {
			if (p == label || p[-1] == '-')
				return false;
			labels += p < end;
			if (p == end && (labels < 2 || p - label < 2 || digit(*label)))
				return false;
			label = p + 1;
		} else if (!letter(*p) && !digit(*p) && *p != '-' && (unsigned char)*p < 0x80) {
			return false;
		}
	}
	return true;
}

/* /usr/lib, C:\data, ..\x, ~/x, src/main.c */
bool means_path(struct str s)
{
	if (s.n < 3 || s.n > 4096 || has(s, '\n') || begins(s, "//"))
		return false;
	if (letter(*s.p) && s.p[1] == ':' && (s.p[2] == '\\' || s.p[2] == '/'))
		return true;
	if (begins(s, "\\\\") || begins(s, "./") || begins(s, "../") || begins(s, "..\\") ||
		begins(s, "~/"))
		return true;
	const char *slash = memchr(s.p, '/', s.n);
	if (!slash || has(s, ' ') || has(s, ':') || has(s, ','))
		return false;
	const char *end = s.p + s.n, *name = end;
	while (name > s.p && name[-1] != '/')
		name--;
	if (*s.p == '/')
		return memchr(s.p + 1, '/', s.n - 1) || letter(s.p[1]);
	/* a relative one must end in a file's name with an extension */
	const char *dot = NULL;
	for (const char *p = name; p < end; p++)
		if (*p == '.')
			dot = p;
	return dot && dot > name && end - dot >= 2 && end - dot <= 6 && letter(dot[1]);
}

bool means_ipv4(struct str s)
{
	const char *p = s.p, *end = s.p + s.n;
	for (int part = 0; part < 4; part++) {
		int v = 0, n = 0;
		for (; p < end && digit(*p) && n < 3; p++, n++)
			v = v * 10 + (*p - '0');
		if (!n || v > 255 || (part < 3 && (p == end || *p++ != '.')))
			return false;
	}
	if (p < end && (*p == '/' || *p == ':')) {   /* a network, a port */
		p++;
		while (p < end && digit(*p))
			p++;
	}
	return p == end;
}

/* RFC 4291: eight groups, or fewer and one "::". */
bool means_ipv6(struct str s)
{
	int groups = 0, digits = 0, gaps = 0;
	if (s.n < 3 || s.n > 45)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (hex(s.p[i]) >= 0) {
			groups += digits++ == 0;
			if (digits > 4)
				return false;
		} else if (s.p[i] == ':') {
			gaps += i + 1 < s.n && s.p[i + 1] == ':';
			digits = 0;
		} else {
			return false;
		}
	}
	return (gaps == 1 && groups < 8) || (gaps == 0 && groups == 8);
}

/* [1, 2], {"a": 1}, ['x'], a;b;c, a|b */
bool means_list(struct str s)
{
	if (s.n < 2)
		return false;
	char first = *s.p, last = s.p[s.n - 1];
	if ((first == '[' && last == ']') || (first == '{' && last == '}'))
		return true;
	for (const char *mark = ";|"; *mark; mark++) {
		const char *p = memchr(s.p, *mark, s.n);
		if (p && p > s.p && p + 1 < s.p + s.n)
			return true;
	}
	return false;
}

/* ---- keys with a form -------------------------------------------------------------------- */

bool means_uuid(struct str s)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	if (s.n == sizeof form + 1 && *s.p == '{' && s.p[s.n - 1] == '}')
		s = (struct str){ s.p + 1, s.n - 2 };
	if (s.n != sizeof form - 1)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (form[i] == '-' ? s.p[i] != '-' : hex(s.p[i]) < 0)
			return false;
	return true;
}

/* ISO 13616: two letters, two check digits, up to 30 more; modulo 97 (ISO 7064) it is 1. */
bool means_iban(struct str s)
{
	char plain[34];
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ' ' && n % 4 == 0)
			continue;
		if (n == sizeof plain || (!digit(s.p[i]) && !letter(s.p[i])))
			return false;
		plain[n++] = s.p[i];
	}
	if (n < 15 || !letter(plain[0]) || !letter(plain[1]) || !digit(plain[2]) || !digit(plain[3]))
		return false;
	int rest = 0;
	for (size_t i = 0; i < n; i++) {
		char c = plain[(i + 4) % n];
		rest = digit(c) ? rest * 10 + (c - '0') : rest * 100 + ((c | 32) - 'a' + 10);
		rest %= 97;
	}
	return rest == 1;
}

/* Digits, and only what stands between them in numbers of telephones. */
int means_digits(struct str s)
{
	int n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (digit(s.p[i]))
			n++;
		else if (!strchr(" -./()", s.p[i]) && !(s.p[i] == '+' && !n))
			return 0;
	}
	return n;
}

/* +49 170 1234567 (ITU E.164), (555) 123-4567 and 555-123-4567 of North America. */
bool means_phone(struct str s, int digits)
{
	if (s.n && *s.p == '+')
		return digits >= 7 && digits <= 15;
	if (digits != 10 || s.n < 12 || s.n > 14)
		return false;
	bool area = *s.p == '(' && s.p[4] == ')';
	const char *p = s.p + (area ? 5 : 3), *end = s.p + s.n;
	if (area && *p == ' ')
		p++;
	if (!area && *p != '-' && *p != '.')
		return false;
	p += !area;
	return end - p == 8 && (p[3] == '-' || p[3] == '.');
}

/* 10115, 90210-1234, SW1A 1AA, K1A 0B1, 1234 AB, PL-00-950 */
bool means_postal(struct str s)
{
	int digits = 0;
	if (s.n < 3 || s.n > 10)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		digits += digit(s.p[i]);
		if (!digit(s.p[i]) && !letter(s.p[i]) && s.p[i] != ' ' && s.p[i] != '-')
			return false;
	}
	return digits >= 2;
}

/* ---- countries --------------------------------------------------------------------------- */

static const char *const codes[][2] = {
#define CODE(two, three) { two, three },
#include "base/countries.def"
#undef CODE
};
static const char *const names[] = {
#define NAME(name) name,
#include "base/countries.def"
#undef NAME
};

bool means_country_code(struct str s)
{
	if (s.n != 2 && s.n != 3)
		return false;
	for (size_t i = 0; i < COUNTOF(codes); i++)
		if (*s.p == codes[i][s.n - 2][0] && str_eq(s, codes[i][s.n - 2]))
			return true;
	/* a user-assigned code that nearly everybody uses */
	return str_eq(s, "XK") || str_eq(s, "XKX");
}

bool means_country(struct str s)
{
	char low[48];
	if (s.n < 2 || s.n > sizeof low)
		return false;
	struct str word = { low, str_lower(s, low, sizeof low) };
	size_t from = 0, to = COUNTOF(names);
	while (from < to) {
		size_t mid = (from + to) / 2;
		int order = str_cmp(word, str_of(names[mid]));
		if (!order)
			return true;
		*(order < 0 ? &to : &from) = order < 0 ? mid : mid + 1;
	}
	return false;
}
