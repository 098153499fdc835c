/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records that are no rows of the table, with the reason of each. They are counted on the first
 * reading and written on the last, when it is known that a table results. */
#include "ingest/ingest_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { EXAMPLES = 10 };

struct quarantine {
	struct arena *arena;       /* its own: sources are read beside threads that use the caller's */
	struct ingest_rejected examples[EXAMPLES];
	size_t nexamples;
	FILE *file;
	const char *path;
	const char *name;          /* of the file at hand, when there are several */
	int64_t count, bad;
	struct buf first;          /* the first bad record */
	struct buf line;
};

static void release(void *arg)
{
	struct quarantine *q = arg;
	if (q->file)
		fclose(q->file);   /* only after an error: nobody will read it */
	buf_free(&q->first);
	buf_free(&q->line);
	arena_free(q->arena);
}

struct quarantine *quarantine_new(struct arena *a)
{
	struct quarantine *q = arena_alloc(a, sizeof *q);
	q->arena = arena_new();
	arena_own(a, q, release);
	return q;
}

/* A field after RFC 4180. A spreadsheet would run a text that starts like a formula, so such a
 * text gets an apostrophe in front. */
static void put_field(struct buf *b, struct str s)
{
	enum { MOST = 64 << 10 };
	bool cut = s.n > MOST;
	if (cut)
		for (s.n = MOST; s.n && (s.p[s.n] & 0xc0) == 0x80; s.n--)
			;
	buf_putc(b, '"');
	if (s.n && strchr("=+-@\t\r", *s.p))
		buf_putc(b, '\'');
	for (const char *q; (q = memchr(s.p, '"', s.n)) != NULL;) {
		size_t k = (size_t)(q - s.p) + 1;
		buf_put(b, s.p, k);
		buf_putc(b, '"');
		s = (struct str){ s.p + k, s.n - k };
	}
	buf_put(b, s.p, s.n);
	buf_puts(b, cut ? "\u2026\"" : "\"");
}

static void write_record(struct quarantine *q, int64_t line, int64_t record, const char *reason,
	struct str raw)
{
	while (raw.n && (raw.p[raw.n - 1] == '\n' || raw.p[raw.n - 1] == '\r'))
		raw.n--;
	buf_clear(&q->line);
	buf_printf(&q->line, "%lld,%lld,", (long long)line, (long long)record);
	put_field(&q->line, str_of(reason));
	buf_putc(&q->line, ',');
	put_field(&q->line, raw);
	buf_puts(&q->line, "\r\n");
	fwrite(q->line.p, 1, q->line.n, q->file); /* errors stay on the stream until the end */
}

/* The beginning of a record, for the report. */
static struct ingest_rejected example(struct arena *a, int64_t line, const char *reason,
	struct str raw)
{
	enum { MOST = 200 };
	raw = str_trim(raw);
	if (raw.n > MOST)
		for (raw.n = MOST; raw.n && (raw.p[raw.n] & 0xc0) == 0x80; raw.n--)
			;
	return (struct ingest_rejected){ line, arena_strdup(a, reason),
		arena_strndup(a, raw.p, raw.n) };
}

void quarantine_add(struct quarantine *q, bool bad, int64_t line, int64_t record,
	struct str raw, const char *fmt, ...)
{
	char reason[400];
	va_list args;
	va_start(args, fmt);
	size_t n = q->name ? (size_t)snprintf(reason, sizeof reason, "%.180s: ", q->name) : 0;
	vsnprintf(reason + n, sizeof reason - n, fmt, args);
	va_end(args);
	q->count++;
	q->bad += bad;
	if (bad && !q->first.n)
		buf_printf(&q->first, "line %lld: %s", (long long)line, reason);
	if (q->nexamples < EXAMPLES)
		q->examples[q->nexamples++] = example(q->arena, line, reason, raw);
	if (q->file)
		write_record(q, line, record, reason, raw);
}

size_t quarantine_examples(const struct quarantine *q, const struct ingest_rejected **v)
{
	*v = q->examples;
	return q->nexamples;
}

void quarantine_file(struct quarantine *q, const char *name)
{
	q->name = name;
}

int quarantine_start(struct quarantine *q, const char *path, struct err *e)
{
	q->path = path;
	q->file = fopen(path, "wbe");
	if (!q->file)
		return err_errno(e, "creating '%s'", path);
	fputs("line,record,reason,raw\r\n", q->file);
	return 0;
}

int quarantine_end(struct quarantine *q, struct err *e)
{
	bool failed = ferror(q->file);
	int closed = fclose(q->file);
	q->file = NULL;
	return failed || closed ? err_errno(e, "writing '%s'", q->path) : 0;
}

void quarantine_reset(struct quarantine *q)
{
	q->count = q->bad = 0;
	q->nexamples = 0;
	buf_clear(&q->first);
}

int64_t quarantine_count(const struct quarantine *q)
{
	return q->count;
}

int64_t quarantine_bad(const struct quarantine *q)
{
	return q->bad;
}

const char *quarantine_first(const struct quarantine *q)
{
	return buf_str(&q->first);
}
