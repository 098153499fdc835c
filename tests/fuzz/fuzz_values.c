/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any text as one cell: whatever it is taken for can be read back. Numbers against strtod, which is slow and right;
 * dates against their own text.
 */
#include "ingest/ingest_int.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void plain_numbers(struct str s, const char *text)
{
	double v;
	int64_t k;
	char *end;
	if (num_parse_double(s.p, s.n, &v)) {
		double want = strtod(text, &end);
		must(*end == 0 && (v == want || (isnan(v) && isnan(want))));
		char out[NUM_MAX];
		double again = 0;
		num_shortest(out, v);
		must(isinf(v) || (num_parse_double(out, strlen(out), &again) && again == v));
	}
	if (num_parse_int64(s.p, s.n, &k)) {
		errno = 0;
		must(strtoll(text, &end, 10) == k && !errno && *end == 0);
	}
}

static void written_numbers(struct str s)
{
	struct number x;
	if (!number_scan(s, &x))
		return;
	for (int mark = 0; mark < MARKS; mark++) {
		int64_t k;
		double v;
		bool whole = number_int64(&x, mark, &k), real = number_double(&x, mark, &v);
		must(!whole || x.whole & 1 << mark);
		must(!real || x.marks & 1 << mark);
		must(!(whole && real) || v == (double)k);
		must(!real || !isnan(v));
	}
	if (x.unit)
		must(unit_name(x.unit) != NULL);
}

/* A date as we write it is a date, and the same one. */
static void again(const struct when *w, int order)
{
	char text[32];
	struct when own;
	if (w->days[order] < date_days(1000, 1, 1) || w->days[order] > date_days(9999, 12, 31))
		return;
	size_t n = date_format(text, w->days[order]);
	must(when_scan((struct str){ text, n }, &own) && own.days[ORDER_DMY] == w->days[order]);
}

static void whens(struct str s)
{
	struct when w;
	struct clock c;
	struct buf format = { 0 };
	struct number x;
	uint32_t yes;
	must(!plain_text(s) || !(number_scan(s, &x) || when_scan(s, &w) || clock_scan(s, &c) || boolean_pairs(s, &yes)));
	if (when_scan(s, &w)) {
		must(w.orders != 0);
		for (int order = 0; order < ORDERS; order++)
			if (w.orders & 1 << order) {
				int y, m, d;
				date_civil(w.days[order], &y, &m, &d);
				must(date_exists(y, m, d) && date_days(y, m, d) == w.days[order]);
				again(&w, order);
				when_format(&format, &w.written, order);
			}
	}
	for (int guise = GUISE_NONE; guise < GUISES; guise++)
		if (when_number(s, (enum guise)guise, &w))
			when_format(&format, &w.written, ORDER_DMY);
	if (clock_scan(s, &c) || clock_digits(s, &c))
		must(c.time || c.duration);
	buf_free(&format);
}

static void meanings(struct str s)
{
	uint32_t yes;
	bool full;
	boolean_pairs(s, &yes);
	must(cell_kind(s, false) < KINDS && cell_kind(s, true) < KINDS);
	must(month_lookup(s, &full) <= 12);
	weekday_known(s);
	means_url(s), means_email(s), means_path(s), means_ipv4(s), means_ipv6(s), means_list(s), means_uuid(s), means_iban(s);
	means_phone(s, means_digits(s)), means_postal(s), means_country(s), means_country_code(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	/* a cell holds valid text */
	if (memchr(data, 0, n) || n > 4096 || !utf8_valid((const char *)data, n, NULL))
		return 0;
	char *text = mem_strndup((const char *)data, n);
	struct str s = str_trim((struct str){ text, n });
	plain_numbers((struct str){ text, n }, text);
	if (s.n) {
		written_numbers(s);
		whens(s);
		meanings(s);
	}
	free(text);
	return 0;
}
