/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells of workbooks against a list of expected ones (file, sheet, row, column, type, value; rows
 * and columns from 1, in order): each expected cell must be ours with the same value, and there
 * must be no others. Whatever is no worksheet does not count. */
#ifndef CELLS_H
#define CELLS_H

#include "ingest/process/feed.h"

#include <stdlib.h>
#include <zlib.h>

struct cells_expected {
	char *file, *sheet, *type, *value;
	int row, column;
	bool found;
};
struct cells_list {
	struct cells_expected *v;
	size_t n;
	struct buf text;
};
/* How a format is read here. */
struct cells_reader {
	/* A workbook; the number of its sheets. -1: refused. */
	int (*open)(struct arena *a, const char *path, void **book, struct err *e);
	/* Name and rows of a sheet; NULL rows: it holds no cells by its nature. */
	const char *(*sheet)(struct arena *a, void *book, int i, struct sheet **rows,
		struct err *e);
	/* NULL: as expected, else why not. */
	const char *(*compare)(const struct cells_expected *x, const struct sheet_cell *c,
		const char *text);
};
struct cells_score {
	int right, of;
};
static bool cells_verbose;

/* \n, \t, \r and \\ as they stand in the list. */
static inline void cells_unescape(char *s)
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

static inline bool cells_load(struct cells_list *l, const char *path)
{
	*l = (struct cells_list){ 0 };
	gzFile f = gzopen(path, "rb");
	char block[65536];
	if (!f)
		return false;
	for (int n; (n = gzread(f, block, sizeof block)) > 0;)
		buf_put(&l->text, block, (size_t)n);
	gzclose(f);
	size_t cap = 0;
	bool first = true;
	for (char *p = l->text.p; p && *p; first = false) {
		char *fields[6] = { 0 }, *line = p, *end = strchr(p, '\n');
		if (end)
			*end = 0;
		p = end ? end + 1 : p + strlen(p);
		for (int i = 0; i < 6 && line; i++) {
			fields[i] = line;
			line = i < 5 ? strchr(line, '\t') : NULL;
			if (line)
				*line++ = 0;
		}
		if (first || !fields[5])
			continue;
		if (l->n == cap) {
			cap = cap ? cap * 2 : 1024;
			l->v = mem_realloc(l->v, cap, sizeof *l->v);
		}
		cells_unescape(fields[5]);
		l->v[l->n++] = (struct cells_expected){ .file = fields[0], .sheet = fields[1],
			.row = atoi(fields[2]), .column = atoi(fields[3]), .type = fields[4],
			.value = fields[5] };
	}
	return true;
}

static inline void cells_miss(const struct cells_expected *x, const char *ours, const char *why)
{
	if (cells_verbose)
		printf("%s '%s' row %d column %d: %s '%s', ours '%s': %s\n", x->file, x->sheet,
			x->row, x->column, x->type, x->value, ours, why);
}

/* The expected cell at this place, among n sorted ones of which *at have been passed. */
static inline struct cells_expected *cells_find(struct cells_expected *v, size_t n, size_t *at,
	const char *sheet, int64_t row, int column)
{
	for (; *at < n; ++*at) {
		struct cells_expected *x = &v[*at];
		if (strcmp(x->sheet, sheet) != 0)
			continue;
		if (x->row == row && x->column == column)
			return x;
		if (x->row > row || (x->row == row && x->column > column))
			return NULL;
	}
	return NULL;
}

static inline void cells_score_sheet(const struct cells_reader *reader, struct sheet *rows,
	const char *name, struct cells_expected *v, size_t n, struct cells_score *k)
{
	struct sheet_row r;
	struct err e = { 0 };
	struct buf text = { 0 };
	size_t at = 0;
	int status;
	while ((status = rows->row(rows, &r, &e)) == 1)
		for (int c = 0; c < r.n; c++) {
			const struct sheet_cell *cell = &r.cells[c];
			if (cell->kind == SHEET_EMPTY)
				continue;
			buf_clear(&text);
			buf_put(&text, cell->text.p, cell->text.n);
			struct cells_expected *x = cells_find(v, n, &at, name, r.number, c + 1);
			const char *why = x ? reader->compare(x, cell, buf_str(&text)) : "not expected";
			struct cells_expected none = { .file = v->file, .sheet = v->sheet,
				.row = (int)r.number, .column = c + 1, .type = "", .value = "" };
			none.sheet = v->sheet;
			if (x)
				x->found = true;
			else
				k->of++;
			if (why)
				cells_miss(x ? x : &none, buf_str(&text), why);
			else
				k->right++;
		}
	if (status < 0)
		printf("%s '%s': %s\n", v->file, name, e.msg);
	buf_free(&text);
}

/* All expected cells of one file. `strange`: types that say what the other program made of the
 * file, instead of a cell. */
static inline void cells_score_file(const struct cells_reader *reader, const char *dir,
	struct cells_expected *v, size_t n, struct cells_score *k)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	void *book;
	bool strange = v->row == 0;
	int sheets = reader->open(a, path_join(a, dir, v->file), &book, &e);
	if (strange && cells_verbose)
		printf("%s: expected %s, here %d sheets %s\n", v->file, v->type, sheets, e.msg);
	if (!strange && sheets < 0)
		printf("%s: %s\n", v->file, e.msg);
	for (int i = 0; i < sheets && !strange; i++) {
		struct sheet *rows = NULL;
		const char *name = reader->sheet(a, book, i, &rows, &e);
		if (rows)
			cells_score_sheet(reader, rows, name, v, n, k);
	}
	for (size_t i = 0; i < n && !strange; i++) {
		k->of++;
		if (!v[i].found)
			cells_miss(&v[i], "", "not read");
	}
	arena_free(a);
}

/* Prints the score. Exit status: whether it is below `least` of a thousand. */
static inline int cells_main(int argc, char **argv, const struct cells_reader *reader,
	const char *dir, const char *list, int least)
{
	struct cells_list l;
	struct cells_score k = { 0 };
	cells_verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	if (!cells_load(&l, list)) {
		printf("SKIP %s is not there\n", list);
		return 0;
	}
	for (size_t i = 0; i < l.n;) {
		size_t n = 1;
		while (i + n < l.n && strcmp(l.v[i + n].file, l.v[i].file) == 0)
			n++;
		cells_score_file(reader, dir, l.v + i, n, &k);
		i += n;
	}
	free(l.v);
	buf_free(&l.text);
	printf("SCORE %s %d %d\n", path_base(dir), k.right, k.of);
	return k.of && (int64_t)k.right * 1000 < (int64_t)k.of * least;
}

#endif
