/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the values of a column mean: parts and violations, counted by hand. */
#include "profile_col.h"

/* A text column of a known meaning; each value n times. */
static struct profiled *meaning_of(const char *semantic, const char *const *v, size_t n,
	int times)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *c = col_add(t, "x", COLUMN_UTF8, NULL);
	for (int k = 0; k < times; k++)
		for (size_t i = 0; i < n; i++)
			col_text(c, v[i], strlen(v[i]));
	struct profile_options o = default_options();
	struct profiled *p = mem_calloc(1, sizeof *p);
	p->arena = arena_new();
	p->table = cols_open(t);
	p->findings.arena = p->arena;
	p->vars[0] = (struct variable){ .name = "x", .decimals = -1, .semantic = semantic };
	profile_columns(p->table, p->vars, 1, &o, p->cols, &p->findings, p->arena);
	free(t);
	return p;
}

/* "domain: a 2, b 1 | ..." and the special count. */
static void check(const char *semantic, const char *const *v, size_t n, int64_t valid,
	int64_t special, const char *want)
{
	struct profiled *p = meaning_of(semantic, v, n, 3);
	const struct meaning_profile *m = p->cols[0].meaning;
	struct buf got = { 0 };
	CHECK(m != NULL);
	for (int i = 0; m && i < m->nlists; i++) {
		buf_printf(&got, "%s%s:", i ? " | " : "", m->list[i].what);
		for (int k = 0; k < m->list[i].n; k++) {
			CHECK(m->list[i].top[k].count % 3 == 0);
			buf_printf(&got, " %s %d", m->list[i].top[k].value,
				(int)m->list[i].top[k].count / 3);
		}
	}
	CHECK_STR(buf_str(&got), want);
	CHECK(m && m->valid == 3 * valid && m->invalid == 3 * ((int64_t)n - valid));
	CHECK(m && m->special_count == 3 * special);
	const struct finding *f = finding_of(p, "x", FIND_wrong_meaning);
	CHECK((f != NULL) == (valid < (int64_t)n));
	CHECK(!f || (f->count == m->invalid && f->total == 3 * (int64_t)n));
	buf_free(&got);
	profiled_free(p);
}
#define MEANS(semantic, valid, special, want, ...) \
	check(semantic, (const char *const[]){ __VA_ARGS__ }, \
		COUNTOF(((const char *const[]){ __VA_ARGS__ })), valid, special, want)

static void test_texts(void)
{
	MEANS("email", 4, 2, "domain: firm.de 2 gmail.com 1 yahoo.co.uk 1", "a@Firm.de", "b@firm.DE",
		"c@gmail.com", "d@yahoo.co.uk", "nobody", "e@@x.de");
	MEANS("url", 4, 0, "scheme: https 2 ftp 1 none 1 | host: a.com 2 files.org 1 www.b.com 1",
		"https://a.com/x?y=http://b.com", "https://user@A.com:8080/", "ftp://files.org",
		"www.b.com/index.html", "a.com");
	MEANS("path", 4, 0, "extension: .txt 2 .gz 1 none 1", "/tmp/a.txt", "C:\\b.TXT",
		"data/x.tar.gz", "/usr/lib.d/x", "plain words");
	/* RFC 1918: 172.16.0.0/12 ends at 172.31 */
	MEANS("ip", 9, 6, "version: IPv4 6 IPv6 3", "10.0.0.1", "172.31.0.1", "172.32.0.1",
		"192.168.7.9", "169.254.1.1", "8.8.8.8", "::1", "2001:db8::1", "fd00::1", "1.2.3");
	MEANS("uuid", 2, 0, "version: 1 1 4 1", "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
		"{f47ac10b-58cc-4372-a567-0e02b2c3d479}", "6ba7b810");
	/* examples of the registry of ISO 13616 */
	MEANS("iban", 3, 1, "country: DE 1 FR 1 GB 1", "DE89 3704 0044 0532 0130 00",
		"FR1420041010050500013M02606", "GB29NWBK60161331926819",
		"DE88 3704 0044 0532 0130 00", "no account");
	MEANS("phone", 5, 0, "country code: +49 2 +1 1 +351 1 none 1 | digits: 11 3 10 1 12 1",
		"+49 170 123456", "+49-30-1234567", "+1 (212) 555-0123", "+351 91 1234567",
		"(212) 555-0123", "12");
	MEANS("postal_code", 4, 0, "format: 99999 2 99999-9999 1 AA9A 9AA 1", "10115", "80331",
		"90210-1234", "SW1A 1AA", "unknown!");
	MEANS("country", 2, 0, "", "Germany", "Estados Unidos", "Atlantis");
	MEANS("country_code", 2, 0, "", "DE", "USA", "QX");
}

static void test_degrees(void)
{
	static const double v[] = { 52.5, -90, 90, 90.5, -91, 13.4, 200 };
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *c = col_add(t, "lat", COLUMN_FLOAT64, NULL);
	for (size_t i = 0; i < COUNTOF(v); i++)
		col_real(c, v[i]);
	struct profile_options o = default_options();
	struct arena *a = arena_new();
	struct table *table = cols_open(t);
	struct finding_list list = { .arena = a };
	struct variable x = { .name = "lat", .decimals = -1, .semantic = "latitude" };
	struct column_profile p;
	profile_columns(table, &x, 1, &o, &p, &list, a);
	CHECK(p.meaning && p.meaning->valid == 4 && p.meaning->invalid == 3);
	CHECK(p.meaning && p.meaning->nexamples == 3);
	CHECK_STR(p.meaning ? p.meaning->example[0] : "", "-91");
	CHECK_STR(p.meaning ? p.meaning->example[1] : "", "90.5");
	x = (struct variable){ .name = "lat", .decimals = -1 };
	profile_columns(table, &x, 1, &o, &p, &list, a);
	CHECK(!p.meaning);
	arena_free(a);
	table_close(table);
	free(t);
}

int main(void)
{
	test_texts();
	test_degrees();
	return test_end();
}
