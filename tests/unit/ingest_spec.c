/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs the examples of tests/spec/ingest.md. An example is a fenced block "csv" with the bytes
 * of a file, followed by a fenced block "expect". Each line of it is "keyword: text"; for every
 * keyword that occurs, all lines of that keyword must be what the reading gives, in order.
 *
 * In the bytes, U+2192 is a tab, U+240D a CR, U+2400 a NUL, U+FF5C nothing (it protects blanks
 * at the end of a line), and "<XX>" is the byte with that hexadecimal value. Options follow the
 * word csv: "csv decimal=, columns=a:text". A last line without end is written with the option
 * "cut".
 */
#include "ingest/ingest.h"
#include "ingest_dump.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/dossier-spec-XXXXXX";

/* ---- an example -------------------------------------------------------------------------- */

struct example {
	int line;
	char *options;
	struct buf bytes, want;
};

static bool starts(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static void put_bytes(struct buf *b, const char *s)
{
	static const struct {
		const char *sign;
		char byte;
	} signs[] = { { "\u2192", '\t' }, { "\u240d", '\r' }, { "\u2400", 0 } };
	while (*s) {
		size_t i = 0;
		unsigned hex;
		while (i < COUNTOF(signs) && !starts(s, signs[i].sign))
			i++;
		if (i < COUNTOF(signs)) {
			buf_putc(b, signs[i].byte);
			s += strlen(signs[i].sign);
		} else if (starts(s, "\uff5c")) {
			s += 3;
		} else if (*s == '<' && strlen(s) > 3 && s[3] == '>' &&
			sscanf(s, "<%2X>", &hex) == 1) {
			buf_putc(b, (char)hex);
			s += 4;
		} else {
			buf_putc(b, *s++);
		}
	}
}

/* ---- what a reading gives ---------------------------------------------------------------- */

static void dump_columns(struct buf *b, const struct ingest_result *r)
{
	buf_puts(b, "columns: ");
	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct ingest_column *c = &r->columns[i];
		buf_printf(b, "%s%s %s", i ? " | " : "", c->name, parsed_type_name(c->parsed));
		if (c->unit)
			buf_printf(b, " %s", c->unit);
		if (c->zone)
			buf_printf(b, " %s", c->zone);
		if (c->levels >= 0)
			buf_printf(b, " %d levels", (int)c->levels);
	}
	buf_putc(b, '\n');
	for (size_t i = 0; i < r->ncolumns; i++)
		for (size_t k = 0; k < r->columns[i].nformats; k++)
			buf_printf(b, "format: %s %s %lld\n", r->columns[i].name,
				r->columns[i].formats[k].format,
				(long long)r->columns[i].formats[k].count);
}

static void dump_dialect(struct buf *b, const struct ingest_dialect *d)
{
	buf_printf(b, "dialect: %s %s%s %s\n",
		strcmp(d->delimiter, "\t") == 0          ? "tab"
			: strcmp(d->delimiter, " ") == 0 ? "blank"
			: *d->delimiter                  ? d->delimiter
							 : "none",
		*d->quote ? d->quote : "none",
		strcmp(d->escape, "backslash") == 0 ? " backslash" : "", d->line_end);
}

static void dump_result(struct buf *b, const struct ingest_result *r)
{
	const struct ingest_dialect *d = &r->dialect;
	buf_printf(b, "source: %s\n", r->format);
	if (d->delimiter)      /* of CSV */
		dump_dialect(b, d);
	buf_printf(b, "header: %d\n", d->header_rows);
	buf_printf(b, "skipped: %lld\n", (long long)d->skipped_lines);
	for (size_t i = 0; i < d->npreamble; i++)
		buf_printf(b, "preamble: %s\n", d->preamble[i]);
	if (r->encoding.name)
		buf_printf(b, "encoding: %s\n", r->encoding.name);
	buf_printf(b, "decimal: %c\n", r->decimal);
	buf_printf(b, "dates: %s\n", r->date_order ? r->date_order : "none");
	buf_printf(b, "rows: %lld\n", (long long)r->rows);
	buf_printf(b, "padded: %lld\n", (long long)r->padded);
	buf_printf(b, "blank lines: %lld\n", (long long)r->blank_lines);
	for (size_t i = 0; i < r->nmissing; i++)
		buf_printf(b, "missing: %s %lld\n", r->missing[i].token,
			(long long)r->missing[i].count);
	dump_columns(b, r);
	if (!r->nfindings)
		buf_puts(b, "finding: none\n");
	for (size_t i = 0; i < r->nfindings; i++) {
		const struct finding *f = &r->findings[i];
		buf_printf(b, "finding: %s", finding_info(f->code)->code);
		if (f->columns[0])
			buf_printf(b, " %s", f->columns[0]);
		if (f->count >= 0)
			buf_printf(b, " %lld", (long long)f->count);
		if (f->text)
			buf_printf(b, " %s", f->text);
		buf_putc(b, '\n');
	}
}

/* line,record,"reason","raw" -> "line reason"; raw texts with line ends are left alone. */
static void dump_quarantine(struct buf *b, const char *path)
{
	struct buf q = { 0 };
	size_t before = b->n;
	if (file_read(path, 1 << 20, &q, NULL) == 0)
		for (char *s = strstr(q.p, "\r\n"), *next; s && s[2]; s = next) {
			int line, record;
			char reason[200];
			next = strstr(s + 2, "\r\n");
			if (sscanf(s + 2, "%d,%d,\"%199[^\"]", &line, &record, reason) == 3)
				buf_printf(b, "set aside: line %d: %s\n", line, reason);
		}
	if (b->n == before)
		buf_puts(b, "set aside: none\n");
	buf_free(&q);
}

/* ---- running ----------------------------------------------------------------------------- */

static void take_option(struct ingest_options *o, struct ingest_declared *declared,
	const char **missing, char *option)
{
	char *value = strchr(option, '=');
	if (!value)
		return;
	*value++ = 0;
	const struct {
		const char *name;
		const char **at;
	} texts[] = { { "encoding", &o->encoding }, { "delimiter", &o->delimiter },
		{ "quote", &o->quote }, { "header", &o->header }, { "decimal", &o->decimal },
		{ "dates", &o->date_order } };
	for (size_t i = 0; i < COUNTOF(texts); i++)
		if (strcmp(texts[i].name, option) == 0)
			*texts[i].at = value;
	if (strcmp(option, "missing") == 0)
		missing[o->nmissing++] = value;
	if (strcmp(option, "share") == 0)
		num_parse_double(value, strlen(value), &o->max_unparsed_share);
	if (strcmp(option, "column") == 0) {
		char *type = strchr(value, ':');
		*type++ = 0;
		declared[o->ndeclared++] = (struct ingest_declared){ value, type };
	}
}

static void run(const struct example *x, struct buf *got)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct ingest_declared declared[8];
	const char *missing[8];
	struct ingest_input in = { .path = path_join(a, folder, "in.csv") };
	struct ingest_options o = {
		.inputs = &in, .ninputs = 1,
		.table = path_join(a, folder, "table.arrow"),
		.quarantine = path_join(a, folder, "quarantine.csv"),
		.scratch = folder,
		.missing = missing,
		.declared = declared,
		.max_quarantine_share = 0.5,
		.max_unparsed_share = 0.02,
		.threads = 2,
	};
	struct ingest_result r;
	size_t n = x->bytes.n;
	char *word = arena_strdup(a, x->options), *rest;
	for (word = strtok_r(word, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		n -= strcmp(word, "cut") == 0;
		take_option(&o, declared, missing, word);
	}
	file_write(in.path, x->bytes.p, n, &e);
	if (ingest_file(&o, a, &r, &e)) {
		buf_printf(got, "error: %d %s\n", (int)e.code, e.msg);
	} else {
		dump_result(got, &r);
		dump_rows(got, o.table);
		dump_quarantine(got, o.quarantine);
	}
	arena_free(a);
}

/* Lines of `text` that start with the keyword. */
static void lines_of(struct buf *out, const char *text, const char *key, size_t n)
{
	for (const char *end; *text; text = end + 1) {
		end = strchr(text, '\n');
		if (strncmp(text, key, n) == 0)
			buf_put(out, text, (size_t)(end - text) + 1);
	}
}

static void check(const struct example *x)
{
	struct buf got = { 0 };
	run(x, &got);
	for (const char *s = buf_str(&x->want); *s; s = strchr(s, '\n') + 1) {
		size_t n = strcspn(s, ":") + 1;
		struct buf want = { 0 }, mine = { 0 }, before = { 0 };
		buf_put(&before, x->want.p, (size_t)(s - x->want.p));
		lines_of(&mine, buf_str(&before), s, n);
		bool first = !mine.n;
		buf_clear(&mine);
		lines_of(&want, s, s, n);
		lines_of(&mine, buf_str(&got), s, n);
		bool same = strcmp(buf_str(&want), buf_str(&mine)) == 0;
		if (first) {
			test_check(same, "example", "tests/spec/ingest.md", x->line);
			if (!same)
				printf("--- want\n%s--- got\n%s", buf_str(&want),
					mine.n ? buf_str(&mine) : buf_str(&got));
		}
		buf_free(&before);
		buf_free(&want);
		buf_free(&mine);
	}
	buf_free(&got);
}

static void run_file(const char *path)
{
	FILE *f = fopen(path, "r");
	CHECK(f != NULL);
	if (!f)
		return;
	char line[4096];
	int number = 0;
	enum { PROSE, BYTES, EXPECT } state = PROSE;
	struct example x = { 0 };
	while (fgets(line, sizeof line, f)) {
		number++;
		if (starts(line, "```")) {
			if (state == PROSE && starts(line, "```csv")) {
				state = BYTES;
				x.line = number;
				buf_clear(&x.bytes);
				line[strcspn(line, "\n")] = 0;
				free(x.options);
				x.options = mem_strdup(line + 6);
			} else if (state == PROSE && starts(line, "```expect")) {
				state = EXPECT;
				buf_clear(&x.want);
			} else {
				if (state == EXPECT)
					check(&x);
				state = PROSE;
			}
		} else if (state == BYTES) {
			put_bytes(&x.bytes, line);
		} else if (state == EXPECT) {
			buf_puts(&x.want, line);
		}
	}
	fclose(f);
	free(x.options);
	buf_free(&x.bytes);
	buf_free(&x.want);
}

int main(void)
{
	if (!mkdtemp(folder))
		return 2;
	run_file("tests/spec/ingest.md");
	file_remove_tree(folder, NULL);
	return test_end();
}
