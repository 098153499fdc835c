/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Columns whose values mean something: which of them do not, and what the others are made of. What
 * a column means was decided on a part of its values when the file was read; here each is looked
 * at.
 */
#include "profile/column_int.h"

#include <stdlib.h>

enum { PARTS_MAX = 1 << 16, TOP_PARTS = 10 };

struct parts {
	struct meaning_profile *out;
	struct strtable list[MEANING_LISTS];
	int64_t count;             /* rows of the value at hand */
	char low[256];
};

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool letter(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static void part(struct parts *x, int list, const char *p, size_t n)
{
	strtable_add(&x->list[list], p, n, hash64(p, n, 0), x->count);
}

static void part_low(struct parts *x, int list, struct str s)
{
	part(x, list, x->low, str_lower(s, x->low, sizeof x->low));
}

static void special(struct parts *x, bool yes)
{
	x->out->special_count += yes ? x->count : 0;
}

static struct str after(struct str s, const char *p)
{
	return (struct str){ p, (size_t)(s.p + s.n - p) };
}

/* ---- what the values are made of: false when the value is none ------------------------------ */

/* Where anybody gets an address. */
static bool is_free_mail(struct str domain)
{
	static const char *const names[] = { "gmail", "googlemail", "yahoo", "ymail", "hotmail",
		"outlook", "live", "msn", "aol", "icloud", "me", "mac", "gmx", "web", "mail",
		"freenet", "t-online", "protonmail", "proton", "yandex", "qq", "163", "126", "naver",
		"orange", "wanadoo", "free", "laposte", "libero", "zoho", "comcast", "inbox" };
	const char *dot = memchr(domain.p, '.', domain.n);
	struct str name = { domain.p, dot ? (size_t)(dot - domain.p) : domain.n };
	for (size_t i = 0; i < COUNTOF(names); i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

static bool take_email(struct parts *x, struct str s)
{
	const char *at = memchr(s.p, '@', s.n);
	if (!means_email(s))
		return false;
	struct str domain = { x->low, str_lower(after(s, at + 1), x->low, sizeof x->low) };
	part(x, 0, domain.p, domain.n);
	special(x, is_free_mail(domain));
	return true;
}

static bool take_url(struct parts *x, struct str s)
{
	if (!means_url(s))
		return false;
	const char *colon = memchr(s.p, ':', s.n);
	bool scheme = colon && s.p + s.n - colon > 3 && memcmp(colon, "://", 3) == 0;
	if (scheme)
		part_low(x, 0, (struct str){ s.p, (size_t)(colon - s.p) });
	else
		part(x, 0, "none", 4);
	struct str host = scheme ? after(s, colon + 3) : s;
	for (size_t i = 0; i < host.n; i++) {
		if (strchr("/?#:", host.p[i]))
			host.n = i;
		else if (host.p[i] == '@')
			host = (struct str){ host.p + i + 1, host.n - i - 1 };
	}
	part_low(x, 1, host);
	return true;
}

static bool take_path(struct parts *x, struct str s)
{
	if (!means_path(s))
		return false;
	const char *dot = NULL;
	for (const char *p = s.p; p < s.p + s.n; p++)
		dot = *p == '.' ? p : *p == '/' || *p == '\\' ? NULL : dot;
	if (dot && after(s, dot).n > 1)
		part_low(x, 0, after(s, dot));
	else
		part(x, 0, "none", 4);
	return true;
}

/* RFC 1918, 3927, 5735; RFC 4193, 4291. */
static bool is_private(struct str s, bool six)
{
	char low[5] = "";
	str_lower((struct str){ s.p, s.n < 4 ? s.n : 4 }, low, 4);
	if (six)
		return str_eq(s, "::1") || (low[0] == 'f' && (low[1] == 'c' || low[1] == 'd')) ||
			strncmp(low, "fe8", 3) == 0;
	int a = 0, b = 0;
	size_t i = 0;
	for (; i < s.n && digit(s.p[i]); i++)
		a = a * 10 + (s.p[i] - '0');
	for (i++; i < s.n && digit(s.p[i]); i++)
		b = b * 10 + (s.p[i] - '0');
	return a == 10 || a == 127 || (a == 172 && b >= 16 && b < 32) || (a == 192 && b == 168) ||
		(a == 169 && b == 254);
}

static bool take_ip(struct parts *x, struct str s)
{
	bool four = means_ipv4(s);
	if (!four && !means_ipv6(s))
		return false;
	part(x, 0, four ? "IPv4" : "IPv6", 4);
	special(x, is_private(s, !four));
	return true;
}

static bool take_uuid(struct parts *x, struct str s)
{
	if (!means_uuid(s))
		return false;
	part(x, 0, s.p + 14 + (*s.p == '{'), 1);
	return true;
}

static bool take_iban(struct parts *x, struct str s)
{
	bool form = s.n >= 15 && letter(s.p[0]) && letter(s.p[1]) && digit(s.p[2]) && digit(s.p[3]);
	bool valid = means_iban(s);
	special(x, form && !valid);
	if (valid)
		part(x, 0, (const char[]){ (char)(s.p[0] & ~32), (char)(s.p[1] & ~32) }, 2);
	return valid;
}

/* Country codes of ITU E.164: 1 and 7, the two-digit ones, else three digits. */
static size_t calling_code(const char *digits)
{
	static const char two[] = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 "
		"56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98";
	if (*digits == '1' || *digits == '7')
		return 1;
	for (const char *p = two; *p; p += p[2] ? 3 : 2)
		if (p[0] == digits[0] && p[1] == digits[1])
			return 2;
	return 3;
}

static bool take_phone(struct parts *x, struct str s)
{
	char digits[32] = "+";
	int n = means_digits(s), k = 1;
	if (n < 6 || n > 15)
		return false;
	for (size_t i = 0; i < s.n && k < 31; i++)
		if (digit(s.p[i]))
			digits[k++] = s.p[i];
	if (*s.p == '+')
		part(x, 0, digits, calling_code(digits + 1) + 1);
	else
		part(x, 0, "none", 4);
	char length[8] = { (char)(n >= 10 ? '1' : '0' + n), (char)('0' + n % 10) };
	part(x, 1, length, n >= 10 ? 2 : 1);
	return true;
}

static bool take_postal(struct parts *x, struct str s)
{
	if (!means_postal(s))
		return false;
	for (size_t i = 0; i < s.n && i < sizeof x->low; i++)
		x->low[i] = digit(s.p[i]) ? '9' : letter(s.p[i]) ? 'A' : s.p[i];
	part(x, 0, x->low, s.n);
	return true;
}

static bool take_country(struct parts *x, struct str s)
{
	(void)x;
	return means_country(s);
}

static bool take_country_code(struct parts *x, struct str s)
{
	(void)x;
	return means_country_code(s);
}

/* ---- kinds ---------------------------------------------------------------------------------- */

static const struct kind {
	const char *name;          /* as ingest calls it */
	bool (*take)(struct parts *x, struct str s);
	const char *lists[MEANING_LISTS], *special;
} kinds[] = {
	{ "email", take_email, { "domain", NULL }, "free_mail" },
	{ "url", take_url, { "scheme", "host" }, NULL },
	{ "path", take_path, { "extension", NULL }, NULL },
	{ "ip", take_ip, { "version", NULL }, "private" },
	{ "uuid", take_uuid, { "version", NULL }, NULL },
	{ "iban", take_iban, { "country", NULL }, "wrong_check_digits" },
	{ "phone", take_phone, { "country code", "digits" }, NULL },
	{ "postal_code", take_postal, { "format", NULL }, NULL },
	{ "country", take_country, { NULL, NULL }, NULL },
	{ "country_code", take_country_code, { NULL, NULL }, NULL },
};

static void fill_lists(struct parts *x, const struct kind *k, struct arena *a)
{
	uint32_t top[TOP_PARTS];
	for (int i = 0; i < MEANING_LISTS && k->lists[i]; i++) {
		struct meaning_list *l = &x->out->list[x->out->nlists++];
		l->what = k->lists[i];
		l->different = x->list[i].refused ? -1 : (int64_t)x->list[i].n;
		l->n = (int)strtable_top(&x->list[i], top, TOP_PARTS);
		l->top = arena_calloc(a, (size_t)l->n + 1, sizeof *l->top);
		for (int j = 0; j < l->n; j++) {
			const struct strcount *c = &x->list[i].items[top[j]];
			l->top[j] = (struct level){ clean_text(a, c->p, c->n), c->count };
		}
	}
}

static struct meaning_profile *of_texts(struct work *w, const struct kind *k)
{
	struct meaning_profile *m = arena_alloc(w->arena, sizeof *m);
	struct arena *copies = arena_new();
	struct strtable invalid;
	struct parts x = { .out = m };
	uint32_t top[MEANING_EXAMPLES];
	m->special = k->special;
	strtable_init(&invalid, 0, NULL);
	for (int i = 0; i < MEANING_LISTS; i++)
		strtable_init(&x.list[i], PARTS_MAX, copies);
	for (size_t i = 0; i < w->levels.n; i++) {
		const struct strcount *c = &w->levels.items[i];
		x.count = c->count;
		if (k->take(&x, str_trim((struct str){ c->p, c->n })))
			m->valid += c->count;
		else
			strtable_add(&invalid, c->p, c->n, hash64(c->p, c->n, 0), c->count);
	}
	m->invalid = w->out->count - m->valid;
	m->nexamples = (int)strtable_top(&invalid, top, MEANING_EXAMPLES);
	for (int i = 0; i < m->nexamples; i++)
		m->example[i] = clean_text(w->arena, invalid.items[top[i]].p,
			invalid.items[top[i]].n);
	fill_lists(&x, k, w->arena);
	for (int i = 0; i < MEANING_LISTS; i++)
		strtable_free(&x.list[i]);
	strtable_free(&invalid);
	arena_free(copies);
	return m;
}

/* Degrees beyond what the globe has. */
static struct meaning_profile *of_degrees(struct work *w, double most)
{
	const struct sorted *s = &w->sorted;
	struct meaning_profile *m = arena_alloc(w->arena, sizeof *m);
	size_t low = sorted_lower(s, -most), high = sorted_upper(s, most);
	m->valid = s->before[high] - s->before[low];
	m->invalid = s->n - m->valid;
	for (size_t i = 0; i < s->runs && m->nexamples < MEANING_EXAMPLES && m->invalid; i++) {
		char out[NUM_MAX];
		if (i == low && (i = high) == s->runs)
			break;
		num_shortest(out, sorted_value(s, i));
		m->example[m->nexamples++] = arena_strdup(w->arena, out);
	}
	return m;
}

struct meaning_profile *meaning_new(struct work *w)
{
	const char *said = w->var->semantic;
	bool number = w->storage == COLUMN_INT64 || w->storage == COLUMN_FLOAT64;
	if (!said || w->out->approximate || !w->out->count)
		return NULL;
	if (number && (strcmp(said, "latitude") == 0 || strcmp(said, "longitude") == 0))
		return of_degrees(w, strcmp(said, "latitude") == 0 ? 90 : 180);
	for (size_t i = 0; i < COUNTOF(kinds) && w->levels.n; i++)
		if (strcmp(kinds[i].name, said) == 0)
			return of_texts(w, &kinds[i]);
	return NULL;
}
