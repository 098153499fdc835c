/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the values of a column of SQLite are, which may all be stored as something else. */
#include "ingest/database/sqlite_int.h"

#include <string.h>
#include <strings.h>

struct str sqlite_blob(struct block *b, struct str s)
{
	enum { SHOWN = 16 };
	static const char digits[] = "0123456789abcdef";
	char text[2 * SHOWN + 3];
	size_t k = 0;
	for (size_t i = 0; i < s.n && i < SHOWN; i++) {
		text[k++] = digits[(unsigned char)s.p[i] >> 4];
		text[k++] = digits[s.p[i] & 15];
	}
	if (s.n > SHOWN) {
		memcpy(text + k, "...", 3);
		k += 3;
	}
	return feed_copy(b, (struct str){ text, k });
}

/* Is the word part of a declared type: "VARCHAR(20)", "NATIVE CHARACTER"? */
static bool mentions(const char *type, const char *word)
{
	for (size_t n = strlen(word); *type; type++)
		if (strncasecmp(type, word, n) == 0)
			return true;
	return false;
}

static void tell_mixed(struct feed *f, const struct feed_column *c,
	const struct sqlite_stored *st, int64_t values)
{
	int64_t numbers = st->integers + st->reals;
	bool mostly = numbers * 2 > values;
	const char *others = mostly ? st->texts ? "text" : "binary data"
				    : st->integers ? "integers" : "reals";
	feed_finding(f, FIND_sqlite_mixed_storage, c->name, mostly ? values - numbers : numbers,
		values, c->stored && *c->stored ? c->stored : "without a type", others);
}

/* A type is stated when all values have it. Text may be anything that SQLite has no type for,
 * dates above all, so that what it is will be found out; but text of numbers in a column of text
 * is meant to be text. */
void sqlite_conclude(struct feed *f, int col, const struct sqlite_stored *st)
{
	struct feed_column *c = &f->columns[col];
	const char *type = c->stored ? c->stored : "";
	int64_t numbers = st->integers + st->reals;
	int64_t values = numbers + st->texts + st->blobs;
	bool text = mentions(type, "char") || mentions(type, "text") || mentions(type, "clob");
	if (st->blobs)
		feed_finding(f, FIND_binary_values, c->name, st->blobs, values, NULL, NULL);
	if (numbers && numbers < values)
		tell_mixed(f, c, st, values);
	else if (numbers && mentions(type, "bool") && st->bits == numbers)
		c->native = NATIVE_BOOLEAN;
	else if (numbers)
		c->native = st->reals ? NATIVE_REAL : NATIVE_INTEGER;
	else if (values && (st->blobs == values || (text && st->numeric * 2 > st->texts)))
		c->native = NATIVE_TEXT;
}
