/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables for the tests of the column profile: columns are filled value by value, or from a file
 * of comma separated values without quotes ("NA" and nothing are missing), written and opened
 * again.
 */
#ifndef PROFILE_COL_H
#define PROFILE_COL_H

#include "profile/profile.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

enum { COL_MAX = 128 };
struct col {
	struct field field;
	int64_t rows, cap, nulls;
	uint8_t *has; /* a byte a row */
	int64_t *ints; /* INT64, TIMESTAMP, DATE, BOOL, codes of DICT */
	double *reals;
	struct buf text; /* UTF8 and the dictionary: values one after another */
	int64_t *ends;
	int64_t nends, cap_ends;
};
struct cols {
	int n;
	struct col c[COL_MAX];
};

static inline struct col *col_add(
	struct cols *t, const char *name, enum column_type type, const char *zone)
{
	struct col *c = &t->c[t->n++];
	*c = (struct col){ .field = { name, type, zone } };
	return c;
}

static inline int64_t col_row(struct col *c, bool has)
{
	if (c->rows == c->cap) {
		c->cap = c->cap ? 2 * c->cap : 64;
		c->has = mem_realloc(c->has, (size_t)c->cap, 1);
		c->ints = mem_realloc(c->ints, (size_t)c->cap, sizeof *c->ints);
		c->reals = mem_realloc(c->reals, (size_t)c->cap, sizeof *c->reals);
	}
	c->has[c->rows] = has;
	c->ints[c->rows] = 0;
	c->reals[c->rows] = 0;
	c->nulls += !has;
	return c->rows++;
}

static inline void col_text_end(struct col *c)
{
	if (c->nends == c->cap_ends) {
		c->cap_ends = c->cap_ends ? 2 * c->cap_ends : 64;
		c->ends = mem_realloc(c->ends, (size_t)c->cap_ends, sizeof *c->ends);
	}
	c->ends[c->nends++] = (int64_t)c->text.n;
}

static inline void col_missing(struct col *c)
{
	col_row(c, false);
	if (c->field.type == COLUMN_UTF8)
		col_text_end(c);
}
static inline void col_int(struct col *c, int64_t v)
{
	int64_t row = col_row(c, true);
	c->ints[row] = v;
}
static inline void col_real(struct col *c, double v)
{
	int64_t row = col_row(c, true);
	c->reals[row] = v;
}

static inline void col_text(struct col *c, const char *p, size_t n)
{
	int64_t row = col_row(c, true);
	if (c->field.type == COLUMN_DICT) {
		for (int64_t i = 0; i < c->nends; i++) {
			int64_t from = i ? c->ends[i - 1] : 0;
			if ((size_t)(c->ends[i] - from) == n &&
				(!n || memcmp(c->text.p + from, p, n) == 0)) {
				c->ints[row] = i;
				return;
			}
		}
		c->ints[row] = c->nends;
	}
	buf_put(&c->text, p, n);
	col_text_end(c);
}

/* One cell as the file has it. */
static inline void col_cell(struct col *c, const char *p, size_t n)
{
	int y, m, d, h = 0, min = 0;
	double x;
	int64_t i;
	if (!n || (n == 2 && memcmp(p, "NA", 2) == 0)) {
		col_missing(c);
		return;
	}
	char s[64] = "";
	memcpy(s, p, n < sizeof s ? n : sizeof s - 1);
	switch (c->field.type) {
	case COLUMN_INT64:
	case COLUMN_TIME:
	case COLUMN_DURATION:
		CHECK(num_parse_int64(p, n, &i));
		col_int(c, i);
		break;
	case COLUMN_FLOAT64:
		CHECK(num_parse_double(p, n, &x));
		col_real(c, x);
		break;
	case COLUMN_BOOL:
		col_int(c, *p == 't' || *p == 'T' || *p == '1');
		break;
	case COLUMN_DATE:
		CHECK(sscanf(s, "%d-%d-%d", &y, &m, &d) == 3);
		col_int(c, date_days(y, m, d));
		break;
	case COLUMN_TIMESTAMP:
		CHECK(sscanf(s, "%d-%d-%d %d:%d", &y, &m, &d, &h, &min) >= 3);
		col_int(c, date_days(y, m, d) * INT64_C(86400000000) +
				   (h * 60 + min) * INT64_C(60000000));
		break;
	case COLUMN_UTF8:
	case COLUMN_DICT:
		col_text(c, p, n);
		break;
	}
}

/* Buffers of one batch, in the layout of a table. */
struct col_slice {
	struct column column;
	uint8_t valid[BATCH_ROWS / 8], bits[BATCH_ROWS / 8];
	int32_t i32[BATCH_ROWS + 1];
};

static inline void col_slice(struct col *c, int64_t first, int64_t rows, struct col_slice *s)
{
	memset(s, 0, sizeof *s);
	s->column = (struct column){ .type = c->field.type, .rows = rows };
	for (int64_t i = 0; i < rows; i++) {
		s->valid[i >> 3] |= (uint8_t)((c->has[first + i] ? 1 : 0) << (i & 7));
		s->bits[i >> 3] |= (uint8_t)((c->ints[first + i] ? 1 : 0) << (i & 7));
		s->column.nulls += !c->has[first + i];
	}
	s->column.valid = s->column.nulls ? s->valid : NULL;
	int64_t start = first && c->field.type == COLUMN_UTF8 ? c->ends[first - 1] : 0;
	switch (c->field.type) {
	case COLUMN_INT64:
	case COLUMN_TIMESTAMP:
	case COLUMN_TIME:
	case COLUMN_DURATION:
		s->column.v.i64 = c->ints + first;
		break;
	case COLUMN_FLOAT64:
		s->column.v.f64 = c->reals + first;
		break;
	case COLUMN_BOOL:
		s->column.v.bits = s->bits;
		break;
	case COLUMN_DATE:
	case COLUMN_DICT:
		for (int64_t i = 0; i < rows; i++)
			s->i32[i] = (int32_t)c->ints[first + i];
		s->column.v.i32 = s->i32;
		break;
	case COLUMN_UTF8:
		for (int64_t i = 0; i < rows; i++)
			s->i32[i + 1] = (int32_t)(c->ends[first + i] - start);
		s->column.v.offsets = s->i32;
		s->column.bytes = buf_str(&c->text) + start;
		break;
	}
}

/* Writes the table, opens it, and frees the columns. */
static inline struct table *cols_open_at(struct cols *t, const char *path)
{
	struct err e = { 0 };
	static struct field fields[COL_MAX];
	static struct column batch[COL_MAX];
	struct col_slice *slices = mem_calloc((size_t)t->n, sizeof *slices);
	for (int i = 0; i < t->n; i++)
		fields[i] = t->c[i].field;
	struct table_writer *w = table_writer_new(path, fields, t->n, &e);
	int64_t rows = t->n ? t->c[0].rows : 0;
	for (int64_t first = 0; w && first < rows; first += BATCH_ROWS) {
		int64_t n = rows - first < BATCH_ROWS ? rows - first : BATCH_ROWS;
		for (int i = 0; i < t->n; i++) {
			CHECK(t->c[i].rows == rows);
			col_slice(&t->c[i], first, n, &slices[i]);
			batch[i] = slices[i].column;
		}
		CHECK(table_writer_batch(w, batch, n, &e) == 0);
	}
	for (int i = 0; w && i < t->n; i++) {
		struct col *c = &t->c[i];
		if (c->field.type != COLUMN_DICT)
			continue;
		int32_t *offsets = mem_calloc((size_t)c->nends + 1, sizeof *offsets);
		for (int64_t k = 0; k < c->nends; k++)
			offsets[k + 1] = (int32_t)c->ends[k];
		CHECK(table_writer_dict(
			      w, i, offsets, buf_str(&c->text), (int32_t)c->nends, &e) == 0);
		free(offsets);
	}
	CHECK(w && table_writer_close(w, &e) == 0);
	struct table *table = table_open(path, &e);
	if (!table)
		printf("%s\n", e.msg);
	for (int i = 0; i < t->n; i++) {
		struct col *c = &t->c[i];
		free(c->has);
		free(c->ints);
		free(c->reals);
		free(c->ends);
		buf_free(&c->text);
	}
	free(slices);
	t->n = 0;
	return table;
}

/* The same in a temporary file, which is gone when the table is closed. */
static inline struct table *cols_open(struct cols *t)
{
	char path[64];
	snprintf(path, sizeof path, "/tmp/profile_col_%ld.arrow", (long)getpid());
	struct table *table = cols_open_at(t, path);
	remove(path);
	return table;
}

/* The columns of a file that `types` names by one letter each, in file order: i integer, f
 * real, b boolean, d date, t timestamp, u text, c dictionary, '-' leaves one out. NULL when
 * there is no file. */
static inline struct table *cols_read(const char *path, const char *types)
{
	static const char letters[] = "ifbdtuc";
	static const enum column_type type[] = { COLUMN_INT64, COLUMN_FLOAT64, COLUMN_BOOL,
		COLUMN_DATE, COLUMN_TIMESTAMP, COLUMN_UTF8, COLUMN_DICT };
	struct buf file = { 0 };
	if (file_read(path, 64 << 20, &file, NULL))
		return NULL;
	struct cols *t = mem_calloc(1, sizeof *t);
	static char names[COL_MAX][64];
	bool head = true;
	for (char *line = file.p, *next; line && *line; line = next) {
		char *end = strchr(line, '\n');
		next = end ? end + 1 : NULL;
		end = end ? end : line + strlen(line);
		end -= end > line && end[-1] == '\r';
		const char *k = types;
		int at = 0;
		for (char *p = line; p <= end && *k; k++) {
			char *comma = memchr(p, ',', (size_t)(end - p));
			size_t n = (size_t)((comma ? comma : end) - p);
			const char *letter = strchr(letters, *k);
			if (letter && head) {
				snprintf(names[t->n], sizeof names[0], "%.*s", (int)n, p);
				col_add(t, names[t->n], type[letter - letters], NULL);
			} else if (letter) {
				col_cell(&t->c[at++], p, n);
			}
			p = (comma ? comma : end) + 1;
		}
		head = false;
	}
	struct table *table = cols_open(t);
	free(t);
	buf_free(&file);
	return table;
}

/* What the eda step takes when the manifest says nothing. */
static inline struct profile_options default_options(void)
{
	return (struct profile_options){ .missing_share = 0.01,
		.mostly_missing_share = 0.4,
		.zeros_share = 0.1,
		.skewness = 2,
		.imbalance = 0.5,
		.outlier_share = 0.01,
		.uniform_p = 0.05,
		.heaping_p = 0.001,
		.heaping_share = 0.2,
		.cardinality = 50,
		.small_sample = 30,
		.max_levels = 20,
		.histogram_bins = 50,
		.category_distinct = 50,
		.pattern_share = 0.95,
		.coded_distinct = 10,
		.category_share = 0.5,
		.coded_share = 0.05,
		.report_date = INT32_MIN,
		.seed = 1,
		.threads = 1 };
}

/* A profiled table and all that belongs to it. */
struct profiled {
	struct arena *arena;
	struct table *table;
	struct variable vars[COL_MAX];
	struct column_profile cols[COL_MAX];
	struct finding_list findings;
};

static inline struct profiled *profile_table(struct table *t, const struct profile_options *o)
{
	struct profiled *p = mem_calloc(1, sizeof *p);
	p->arena = arena_new();
	p->table = t;
	p->findings.arena = p->arena;
	for (int i = 0; i < table_ncols(t); i++)
		p->vars[i] = (struct variable){
			.col = i, .name = table_field(t, i)->name, .decimals = -1
		};
	profile_columns(t, p->vars, table_ncols(t), o, p->cols, &p->findings, p->arena);
	return p;
}

static inline struct profiled *profile_reals(
	const double *x, size_t n, const struct profile_options *o)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *c = col_add(t, "x", COLUMN_FLOAT64, NULL);
	for (size_t i = 0; i < n; i++)
		col_real(c, x[i]);
	struct profiled *p = profile_table(cols_open(t), o);
	free(t);
	return p;
}

static inline const struct column_profile *profile_of(
	const struct profiled *p, const char *name)
{
	int i = table_find(p->table, name);
	CHECK(i >= 0);
	return &p->cols[i < 0 ? 0 : i];
}

static inline const struct finding *finding_of(
	const struct profiled *p, const char *column, enum finding_code code)
{
	for (size_t i = 0; i < p->findings.n; i++) {
		const struct finding *f = &p->findings.v[i];
		if (f->code == code &&
			(!column || (f->columns[0] && strcmp(f->columns[0], column) == 0)))
			return f;
	}
	return NULL;
}

static inline void profiled_free(struct profiled *p)
{
	arena_free(p->arena);
	table_close(p->table);
	free(p);
}

#endif
