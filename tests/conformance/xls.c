/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cells of real XLS files against what xlrd 2.0.1 reads (../shared/data/xls): every cell that it
 * reads must be ours with the same value, and there must be no others. Files that xlrd refuses
 * may be refused or read. -v prints each miss.
 *
 * The misses that are left are ours on purpose:
 *   duration   formats like [h]:mm are elapsed time, not a moment in 1900
 *   day 60     the 29th of February 1900 did not exist: it stays a number
 *   day 0      below one there is a time of day and no date
 */
#include "ingest/sheet/xls_int.h"
#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define DATA "../shared/data/xls"
enum { LEAST = 999 };                  /* of a thousand */

static bool verbose;

/* ---- a cell and what is expected of it ----------------------------------------------------- */

struct expected {
	char *file, *sheet, *type, *value;
	int row, column;
};
struct score {
	int right, of;
};

/* \n, \t, \r and \\ as they stand in the list. */
static void unescape(char *s)
{
	char *to = s;
	for (; *s; s++) {
		if (*s == '\\' && s[1]) {
			s++;
			*to++ = (char)(*s == 'n' ? '\n' : *s == 't' ? '\t' : *s == 'r' ? '\r' : *s);
		} else {
			*to++ = *s;
		}
	}
	*to = 0;
}

/* "2014-02-19T14:30:00" as xlrd's "2014-02-19 14:30:00.000". */
static void full_date(char out[64], const char *text)
{
	bool time = strlen(text) > 10, fraction = strchr(text, '.') != NULL;
	snprintf(out, 64, "%s%s%s", text, time ? "" : " 00:00:00", fraction ? "" : ".000");
	if (time)
		out[10] = ' ';
}

static bool same(const struct expected *x, const struct sheet_cell *c, const char *text)
{
	double a, b;
	char date[64];
	switch (*x->type) {
	case 's':
		return c->kind == SHEET_TEXT && strcmp(text, x->value) == 0;
	case 'n':
		return c->kind == SHEET_NUMBER && num_parse_double(text, strlen(text), &a) &&
			num_parse_double(x->value, strlen(x->value), &b) && a == b;
	case 'b':
		return c->kind == SHEET_BOOLEAN &&
			strcmp(text, *x->value == '1' ? "true" : "false") == 0;
	case 'e':
		return c->kind == SHEET_ERROR && strcmp(text, x->value) == 0;
	case 'd':
		full_date(date, text);
		return (c->kind == SHEET_DATE || c->kind == SHEET_DATETIME) &&
			strcmp(date, x->value) == 0;
	}
	return false;
}

static void miss(const struct expected *x, const char *ours, const char *why)
{
	if (verbose)
		printf("%s '%s' row %d column %d: %s '%s', ours '%s': %s\n", x->file,
			x->sheet ? x->sheet : "", x->row, x->column, x->type, x->value, ours, why);
}

static const char *explain(const struct expected *x, const struct sheet_cell *c)
{
	if (c->kind == SHEET_DURATION)
		return "duration";
	if (c->kind == SHEET_TIME)
		return "day 0";
	if (c->no_date)
		return "day 60";
	return *x->type == 'd' ? "another date" : "wrong";
}

/* ---- sheets and files ---------------------------------------------------------------------- */

/* A sheet against the expected cells from v on, which are in order of rows and columns; those
 * that were found are marked by row 0. */
static void score_sheet(struct xls *x, struct xls_sheet *s, struct expected *v, size_t n,
	struct score *k)
{
	struct sheet rows;
	struct sheet_row r;
	struct err e = { 0 };
	struct buf text = { 0 };
	int status;
	size_t i = 0;
	xls_rows(x, s, INT64_MAX, &rows);
	while ((status = rows.row(&rows, &r, &e)) == 1)
		for (int c = 0; c < r.n; c++) {
			const struct sheet_cell *cell = &r.cells[c];
			if (cell->kind == SHEET_EMPTY)
				continue;
			buf_clear(&text);
			buf_put(&text, cell->text.p, cell->text.n);
			while (i < n && (v[i].row < r.number ||
				(v[i].row == r.number && v[i].column < c + 1)))
				miss(&v[i++], "", "not read");
			if (i < n && v[i].row == r.number && v[i].column == c + 1) {
				bool ok = same(&v[i], cell, buf_str(&text));
				k->right += ok;
				if (!ok)
					miss(&v[i], buf_str(&text), explain(&v[i], cell));
				i++;
			} else {
				k->of++;
				miss(&(struct expected){ .file = v ? v->file : NULL, .type = "",
					.sheet = NULL, .value = "", .row = (int)r.number,
					.column = c + 1 }, buf_str(&text), "xlrd has nothing");
			}
		}
	if (status < 0)
		printf("%s: %s\n", s->name, e.msg);
	while (i < n)
		miss(&v[i++], "", "not read");
	buf_free(&text);
}

static bool map(struct arena *a, const char *path, struct xls_bytes *file)
{
	struct stat st;
	const char *p;
	int fd = open(path, O_RDONLY);
	bool ok = fd >= 0 && fstat(fd, &st) == 0 && !input_map(a, fd, (size_t)st.st_size, &p, NULL);
	if (fd >= 0)
		close(fd);
	if (ok)
		*file = (struct xls_bytes){ (const unsigned char *)p, (size_t)st.st_size };
	return ok;
}

/* v[0..n) is what is expected of one file. */
static void score_file(struct expected *v, size_t n, struct score *k)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct xls_bytes file;
	char *path = arena_printf(a, DATA "/%s", v->file);
	struct xls *x = map(a, path, &file) ? xls_open(a, file, &e) : NULL;
	bool refused = strcmp(v->type, "OPENERR") == 0;
	if (verbose && refused)
		printf("%s: xlrd: %s; ours: %s\n", v->file, v->value, x ? "read" : e.msg);
	if (!refused)
		k->of += (int)n;
	if (!x && !refused)
		printf("%s: %s\n", v->file, e.msg);
	for (size_t s = 0; x && !refused && s < x->nsheets; s++) {
		size_t from = 0, to;
		if (x->sheets[s].type != XLS_SHEET)
			continue;
		while (from < n && strcmp(v[from].sheet, x->sheets[s].name) != 0)
			from++;
		for (to = from; to < n && strcmp(v[to].sheet, x->sheets[s].name) == 0;)
			to++;
		score_sheet(x, &x->sheets[s], v + from, to - from, k);
	}
	arena_free(a);
}

/* ---- the list ------------------------------------------------------------------------------ */

static char *field(char **line)
{
	char *from = *line, *tab = strchr(from, '\t');
	*line = tab ? tab + 1 : from + strlen(from);
	if (tab)
		*tab = 0;
	return from;
}

static struct expected parse(struct arena *a, const char *text)
{
	char *line = arena_strdup(a, text), *row, *column;
	struct expected x = { .file = field(&line), .sheet = field(&line) };
	row = field(&line);
	column = field(&line);
	x.row = atoi(row);
	x.column = atoi(column);
	x.type = field(&line);
	x.value = field(&line);
	unescape(x.value);
	unescape(x.sheet);
	return x;
}

int main(int argc, char **argv)
{
	verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	gzFile in = gzopen(DATA "/expected_xlrd.tsv.gz", "rb");
	if (!in) {
		return 0;
	}
	struct arena *a = arena_new();
	struct expected *v = NULL;
	struct score total = { 0, 0 };
	size_t n = 0, cap = 0;
	static char line[1 << 17];
	for (bool head = true; gzgets(in, line, sizeof line); head = false) {
		line[strcspn(line, "\n")] = 0;
		if (head)
			continue;
		if (n == cap) {
			cap = cap ? 2 * cap : 1024;
			v = mem_realloc(v, cap, sizeof *v);
		}
		v[n++] = parse(a, line);
	}
	gzclose(in);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from; to < n && strcmp(v[to].file, v[from].file) == 0;)
			to++;
		score_file(v + from, to - from, &total);
	}
	printf("SCORE xls %d %d\n", total.right, total.of);
	free(v);
	arena_free(a);
	return total.right < total.of / 1000 * LEAST;
}
