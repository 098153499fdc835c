/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Delimiters that are not one ASCII character: a sign such as U+2116, a doubled character, a
 * few signs in a row. They are looked for in the first lines: what delimits is in nearly all of
 * them. */
#include "ingest/csv/csv_int.h"

#include <string.h>

enum { LINES = 100, MOST = 64 };

struct head {
	struct str v[LINES];       /* lines that are neither blank nor comments */
	int n;
};

static void find_lines(struct str s, struct head *h)
{
	h->n = 0;
	while (s.n && h->n < LINES) {
		size_t k = 0;
		while (k < s.n && s.p[k] != '\n' && s.p[k] != '\r')
			k++;
		struct str line = { s.p, k };
		if (str_trim(line).n && *s.p != '#')
			h->v[h->n++] = line;
		k += k < s.n;
		s = (struct str){ s.p + k, s.n - k };
	}
}

/* Outside of double quotes. */
static int count(struct str s, struct str what)
{
	int n = 0;
	bool quoted = false;
	for (size_t i = 0; i + what.n <= s.n; i++) {
		quoted ^= s.p[i] == '"';
		if (!quoted && s.p[i] == *what.p && memcmp(s.p + i, what.p, what.n) == 0) {
			n++;
			i += what.n - 1;
		}
	}
	return n;
}

/* As often in nearly every line. */
static bool regular(const struct head *h, struct str what)
{
	int times[LINES], best = 0;
	for (int i = 0; i < h->n; i++)
		times[i] = count(h->v[i], what);
	for (int i = 0; i < h->n; i++) {
		int same = 0;
		for (int k = 0; k < h->n; k++)
			same += times[i] && times[k] == times[i];
		best = same > best ? same : best;
	}
	return h->n > 1 && best * 10 >= h->n * 8;
}

/* Runs of the character are never odd: it is written twice. */
static bool doubled(const struct head *h, char c)
{
	for (int i = 0; i < h->n; i++) {
		size_t run = 0;
		for (size_t k = 0; k <= h->v[i].n; k++) {
			if (k < h->v[i].n && h->v[i].p[k] == c) {
				run++;
				continue;
			}
			if (run % 2)
				return false;
			run = 0;
		}
	}
	return true;
}

static bool sign(char c)
{
	return c && strchr("|:;~^#@$%&*!<>=", c);
}

/* A code point that is neither letter nor mark of a number or of prose. */
static bool symbol(uint32_t c)
{
	return (c >= 0xa1 && c <= 0xbf && c != 0xa3 && c != 0xab && c != 0xb0 && c != 0xb2 &&
			c != 0xb3 && c != 0xb5 && c != 0xbb) ||
		c == 0xd7 || c == 0xf7 || (c >= 0x2020 && c <= 0x2027) ||
		(c >= 0x203b && c <= 0x209f) || (c >= 0x2100 && c <= 0x2bff) ||
		(c >= 0xff01 && c <= 0xff0f) || (c >= 0xe000 && c <= 0xf8ff);
}

static void add(struct csv_longer *out, const struct head *h, struct str what)
{
	for (int i = 0; i < out->n; i++)
		if (str_eq(what, out->v[i]))
			return;
	if (out->n == LONGER || what.n > DELIMITER_MAX || !regular(h, what))
		return;
	memcpy(out->v[out->n], what.p, what.n);
	out->v[out->n++][what.n] = 0;
}

/* What the first lines hold. */
static void try_line(struct csv_longer *out, const struct head *h, struct str line)
{
	const char *p = line.p, *end = line.p + line.n;
	for (int tries = 0; p < end && tries < MOST;) {
		const char *from = p;
		if (sign(*p)) {
			while (p < end && sign(*p))
				p++;
			size_t n = (size_t)(p - from);
			if (n < 2)
				continue;
			tries++;
			if (doubled(h, *from))
				add(out, h, (struct str){ from, 2 });
			if (n < 5)
				add(out, h, (struct str){ from, n });
		} else if (symbol(utf8_next(&p, end))) {
			tries++;
			add(out, h, (struct str){ from, (size_t)(p - from) });
		}
	}
}

void csv_longer_find(struct str sample, struct csv_longer *out)
{
	struct head h;
	*out = (struct csv_longer){ 0 };
	find_lines(sample, &h);
	for (int i = 0; i < h.n && i < 3; i++)
		try_line(out, &h, h.v[i]);
}
