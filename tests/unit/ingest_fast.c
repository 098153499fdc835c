/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fast ways of ingest against the plain ones: masks with and without SIMD, whole files by the
 * scanner and by libcsv alone and for any number of threads, shapes of cells against the scanners
 * of numbers and dates. All random, from fixed seeds. */
#include "ingest/csv/csv_int.h"
#include "ingest/value/shape.h"
#include "test.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/dossier-fast-XXXXXX";
static struct rng g;

static int below(int n)
{
	return (int)rng_below(&g, (uint64_t)n);
}

/* ---- ends of fields ------------------------------------------------------------------------ */

/* One of `many` is something special. */
static void random_bytes(char *p, size_t n, int many)
{
	static const char bytes[] = ",;\"\"\"\n\r\\a\xff \t";
	for (size_t i = 0; i < n; i++)
		p[i] = below(many) ? (char)('b' + below(20)) : bytes[below(sizeof bytes - 1)];
}

static void field_ends(void)
{
	static const struct dialect dialects[] = { { .delimiter = ',', .quote = '"' },
		{ .delimiter = ';', .quote = '"', .lines = LINES_CR }, { .delimiter = ',' },
		{ .delimiter = '\t', .quote = '\'', .backslash = true }, { .quote = '"' },
		{ .delimiter = ',', .quote = '"', .lines = LINES_BOTH } };
	bool same = true;
	rng_seed(&g, 1);
	for (int round = 0; round < 3000; round++) {
		const struct dialect *d = &dialects[round % (int)COUNTOF(dialects)];
		struct csv_scanner a, b;
		csv_scanner_init(&a, d, false);
		csv_scanner_init(&b, d, true);
		for (int strip = 0; strip < 4; strip++) {
			static char text[64 * SCAN_WORDS];
			struct csv_ends x, y;
			memset(&x, 0, sizeof x);
			memset(&y, 0, sizeof y);
			size_t n = (size_t)below(SCAN_WORDS) + 1;
			random_bytes(text, sizeof text, 1 + below(200));
			csv_scan(&a, text, n, &x);
			csv_scan(&b, text, n, &y);
			same &= memcmp(&x, &y, sizeof x) == 0;
		}
	}
	CHECK(same);
}

/* ---- files ------------------------------------------------------------------------------- */

/* Everything that comes out of a file: table, quarantine, what was found out. */
static void read_file(const char *path, bool paranoid, int threads, int64_t memory,
	struct buf *table, struct buf *rest)
{
	struct arena *a = arena_new();
	struct ingest_input in = { .path = path, .name = "file" };
	struct ingest_options o = { .inputs = &in, .ninputs = 1, .scratch = folder,
		.table = path_join(a, folder, "t.arrow"), .max_quarantine_share = 1,
		.quarantine = path_join(a, folder, "q.csv"), .max_unparsed_share = 0.02,
		.paranoid = paranoid, .threads = threads, .memory = memory };
	struct ingest_result r;
	struct err e = { 0 };
	buf_clear(table);
	buf_clear(rest);
	if (ingest_file(&o, a, &r, &e)) {
		buf_puts(rest, e.msg);
	} else {
		file_read(o.table, SIZE_MAX, table, NULL);
		file_read(o.quarantine, SIZE_MAX, rest, NULL);
		buf_printf(rest, "rows %lld records %lld padded %lld blank %lld\n",
			(long long)r.rows, (long long)r.records, (long long)r.padded,
			(long long)r.blank_lines);
		for (size_t i = 0; i < r.ncolumns; i++) {
			const struct ingest_column *c = &r.columns[i];
			buf_printf(rest, "%s: %s trimmed %lld parsed %lld not %lld", c->name, c->why,
				(long long)c->trimmed, (long long)c->parsed_count,
				(long long)c->unparsed);
			for (size_t k = 0; k < c->nexamples; k++)
				buf_printf(rest, " '%s'", c->examples[k]);
			for (size_t k = 0; k < c->nformats; k++)
				buf_printf(rest, " %s %lld", c->formats[k].format,
					(long long)c->formats[k].count);
			buf_putc(rest, '\n');
		}
		for (size_t i = 0; i < r.nfindings; i++)
			buf_printf(rest, "%s %lld\n", finding_info(r.findings[i].code)->code,
				(long long)r.findings[i].count);
	}
	arena_free(a);
}

static bool equal(const struct buf *a, const struct buf *b)
{
	return a->n == b->n && (!a->n || memcmp(a->p, b->p, a->n) == 0);
}

/* Fast and by libcsv alone, by 1, 2 and 7 threads and with hardly any memory. */
static bool agree(const char *path, bool threads)
{
	struct buf t1 = { 0 }, t2 = { 0 }, r1 = { 0 }, r2 = { 0 };
	read_file(path, true, 1, 0, &t1, &r1);
	bool same = true;
	for (int k = 0; k < (threads ? 4 : 1); k++) {
		static const int counts[] = { 1, 2, 7, 2 };
		read_file(path, false, counts[k], k == 3, &t2, &r2);
		same &= equal(&t1, &t2) && equal(&r1, &r2);
	}
	buf_free(&t1);
	buf_free(&t2);
	buf_free(&r1);
	buf_free(&r2);
	return same;
}

static void put_cell(struct buf *b, int kind, const char *end)
{
	switch (kind) {
	case 0:
		break;
	case 1:
		buf_printf(b, "%d", below(200000) - 1000);
		break;
	case 2:
		buf_printf(b, "%d.%02d", below(1000), below(100));
		break;
	case 3:
		buf_printf(b, "20%02d-%02d-%02d", below(30), below(12) + 1, below(28) + 1);
		break;
	case 4:
		buf_printf(b, "\"quoted, %d\"\"%s text\"", below(50), below(2) ? end : "");
		break;
	case 5:
		buf_printf(b, "%sword%d%s", below(9) ? "" : " ", below(40), below(9) ? "" : "\t");
		break;
	case 6:
		buf_puts(b, "\"\"");
		break;
	case 7:                    /* sizes of 255 and more are noted in another way */
		buf_printf(b, "%0*d", 250 + below(10), below(1000));
		break;
	default:
		buf_puts(b, below(2) ? "NA" : "caf\u00e9");
		break;
	}
}

/* A table with whatever goes wrong in files, more or less often. */
static void make(struct buf *b, int rows, int cols, int trouble)
{
	static const char *const ends[] = { "\n", "\r\n", "\r" };
	static const char *const bad[] = { "\"", "\"\"", "\r", "\n", ",", "x\"y", "\"z\" ", "'", "\\\"",
		"\n\n", "# note\n", "a,b\n", ",,,\n", " \n", "\r\r\n", "\"open\n" };
	const char *end = ends[below(10) ? below(2) : 2];
	int kinds[8];
	buf_clear(b);
	for (int c = 0; c < cols; c++) {
		kinds[c] = below(9);
		buf_printf(b, "%sname%d", c ? "," : "", c);
	}
	buf_puts(b, end);
	for (int i = 0; i < rows; i++) {
		for (int c = 0; c < cols; c++) {
			buf_puts(b, c ? "," : "");
			put_cell(b, below(20) ? kinds[c] : below(9), end);
			if (trouble && !below(trouble))
				buf_puts(b, bad[below(COUNTOF(bad))]);
		}
		buf_puts(b, trouble && !below(trouble) ? ends[below(3)] : end);
	}
	if (below(2))
		b->n -= strlen(end);
}

static void random_files(void)
{
	struct arena *a = arena_new();
	const char *path = path_join(a, folder, "in.csv");
	struct buf b = { 0 };
	int wrong = 0;
	for (int seed = 0; seed < 400; seed++) {
		static const int troubles[] = { 0, 3, 20, 300 };
		rng_seed(&g, (uint64_t)seed);
		make(&b, 1 + below(seed % 10 ? 60 : 4000), 1 + below(6), troubles[seed % 4]);
		file_write(path, b.p, b.n, NULL);
		if (!agree(path, seed % 8 == 0)) {
			printf("  seed %d differs\n", seed);
			wrong++;
		}
	}
	CHECK(wrong == 0);
	/* several batches, damaged here and there */
	for (int seed = 0; seed < 2; seed++) {
		static const int troubles[] = { 0, 2000 };
		rng_seed(&g, (uint64_t)seed + 1000);
		make(&b, 2 * BATCH_ROWS + 5000 * seed, 3, troubles[seed]);
		file_write(path, b.p, b.n, NULL);
		CHECK(agree(path, true));
	}
	buf_free(&b);
	arena_free(a);
}

static void all_files(const char *dir, int depth, int *files, int *wrong)
{
	DIR *d = opendir(dir);
	struct dirent *f;
	while (d && (f = readdir(d)) != NULL) {
		char path[2048];
		struct stat st;
		snprintf(path, sizeof path, "%s/%s", dir, f->d_name);
		if (*f->d_name == '.' || stat(path, &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode)) {
			if (depth)
				all_files(path, depth - 1, files, wrong);
		} else if (st.st_size < 2 << 20) {
			++*files;
			if (!agree(path, false)) {
				printf("  %s differs\n", path);
				++*wrong;
			}
		}
	}
	if (d)
		closedir(d);
}

static void real_files(void)
{
	int files = 0, wrong = 0;
	all_files("tests/data/ingest", 2, &files, &wrong);
	CHECK(files > 0);
	all_files("../shared/data/csv", 4, &files, &wrong);
	CHECK(wrong == 0);
}

/* ---- shapes ------------------------------------------------------------------------------ */

static struct str random_cell(char text[64])
{
	static const char bytes[] = "0123456789.-, :T+eE%k/";
	int n = 0;
	switch (below(4)) {
	case 0:
		n = snprintf(text, 64, "%s%d%s%d", below(3) ? "" : "-", below(10000000) >> below(24),
			below(3) ? "." : "", below(100000000) >> below(27));
		break;
	case 1:
		n = snprintf(text, 64, "%04d-%02d-%02d%c%02d:%02d:%02d", below(3000), below(14),
			below(33), below(4) ? ' ' : 'T', below(25), below(61), below(61));
		n = below(2) ? 10 : n;
		break;
	case 2:
		for (n = 0; n < 1 + below(20); n++)
			text[n] = (char)('0' + below(10));
		break;
	default:
		for (n = 0; n < 1 + below(20); n++)
			text[n] = bytes[below(below(4) ? 12 : (int)sizeof bytes - 1)];
	}
	if (!below(5))
		text[below(n)] = bytes[below(sizeof bytes - 1)];
	return (struct str){ text, (size_t)n };
}

/* What a tally says of one cell, which is all that a shape may stand for. */
static void tally_one(struct tally *t, const struct tokens *tokens, struct str s)
{
	struct block b = { .ncols = 1, .rows = 1, .cap = 1, .cells = &s, .first = 1 };
	tally_open(t);
	levels_free(t->levels);
	t->levels = NULL;
	tally_column(t, tokens, &b, 0);
	tally_end(t);
	tally_close(t);
}

static bool same_value(struct str s, bool padded)
{
	struct shape_number v;
	struct number n;
	struct when w;
	int64_t whole, clock = 0;
	double y;
	int year, m, d;
	if (shape_like_date(s, false)) {
		if (!when_scan(s, &w) || !shape_date(s.p, &year, &m, &d))
			return false;
		if (s.n == 19 && !shape_clock(s.p + 11, &clock))
			return false;
		return w.days[0] == date_days(year, m, d) && w.clock == clock * 1000000 &&
			w.timed == (s.n == 19) && w.orders == 3 && w.days[0] == w.days[1];
	}
	if (!number_scan(s, &n) || !shape_number(s, padded, &v) || n.unit || n.scale)
		return false;
	if (v.whole)
		return number_int64(&n, DOT, &whole) && number_int64(&n, COMMA, &whole) &&
			whole == (v.negative ? -1 : 1) * (int64_t)shape_whole(&v);
	return number_double(&n, DOT, &y) &&
		memcmp(&(double){ v.negative ? -shape_real(&v) : shape_real(&v) }, &y, 8) == 0;
}

static void shapes(void)
{
	struct arena *a = arena_new();
	struct tokens *plain = tokens_new(a, NULL, 0);
	static const char *const more[] = { "12345678901" };   /* has a shape, so none is used */
	struct tokens *shaped = tokens_new(a, more, 1);
	bool values = true, tallies = true, examples = true, shapes_agree = true;
	int64_t met = 0;
	char text[64];
	CHECK(!plain->shaped && shaped->shaped);
	rng_seed(&g, 5);
	for (int i = 0; i < 2000000; i++) {
		struct str s = random_cell(text);
		if (*s.p == ' ' || s.p[s.n - 1] == ' ')
			continue;
		shapes_agree &= shape_of(s, false) == shape_of(s, true);
		if (shape_of(s, false) < 0)
			continue;
		met++;
		values &= same_value(s, i & 1);
		if (i % 8)
			continue;
		struct tally x, y;
		tally_one(&x, plain, s);
		tally_one(&y, shaped, s);
		memset(&x.survey, 0, sizeof x.survey);
		memset(&y.survey, 0, sizeof y.survey);
		tallies &= memcmp(&x, &y, sizeof x) == 0;
	}
	CHECK(shapes_agree);
	CHECK(values);
	CHECK(tallies);
	CHECK(met > 400000);
	for (int k = 0; k < SHAPES; k++) {
		size_t n = shape_example(k, text);
		/* most digits on both sides are too long together */
		examples &= n > SHAPE_BYTES + (size_t)(*text == '-') ||
			shape_of((struct str){ text, n }, true) == k;
	}
	CHECK(examples);
	arena_free(a);
}

/* Columns from cells that are padded, so perhaps by wider instructions, and from such that are
 * not. */
static void columns(void)
{
	enum { ROWS = 512, ROOM = 64 };
	static const enum parsed_type types[] = { PARSED_INTEGER, PARSED_REAL, PARSED_DATE,
		PARSED_DATETIME, PARSED_TEXT };
	struct arena *a = arena_new();
	struct tokens *tokens = tokens_new(a, NULL, 0);
	static char texts[ROWS][ROOM];
	static struct str cells[ROWS];
	bool same = true;
	rng_seed(&g, 6);
	for (int round = 0; round < 400; round++) {
		struct plan p = { .type = types[round % 5], .mark = below(4) ? DOT : COMMA,
			.weak_missing = true, .pivot = PIVOT };
		struct block b = { .ncols = 1, .rows = ROWS, .cap = ROWS, .cells = cells };
		for (int i = 0; i < ROWS; i++) {
			cells[i] = random_cell(texts[i]);
			cells[i].n = below(20) ? cells[i].n : 0;
		}
		struct builder *x = builder_new(&p, tokens, NULL), *y = builder_new(&p, tokens, NULL);
		struct column cx, cy;
		builder_take(x, &b, 0, 0, ROWS);
		b.padded = true;
		builder_take(y, &b, 0, 0, 7);
		builder_take(y, &b, 0, 7, ROWS);
		same &= builder_column(x, &cx) && builder_column(y, &cy);
		size_t size = p.type == PARSED_DATE || p.type == PARSED_TEXT ? 4 : 8;
		same &= cx.nulls == cy.nulls && memcmp(cx.v.i64, cy.v.i64, ROWS * size) == 0 &&
			(!cx.nulls || memcmp(cx.valid, cy.valid, ROWS / 8) == 0) &&
			(!cx.bytes || memcmp(cx.bytes, cy.bytes, (size_t)cx.v.offsets[ROWS]) == 0);
		same &= memcmp(builder_sentinels(x), builder_sentinels(y),
			sizeof(struct sentinels)) == 0;
		builder_free(x);
		builder_free(y);
	}
	CHECK(same);
	arena_free(a);
}

int main(void)
{
	if (!mkdtemp(folder))
		return 1;
	field_ends();
	shapes();
	columns();
	random_files();
	real_files();
	file_remove_tree(folder, NULL);
	return test_end();
}
