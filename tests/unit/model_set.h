/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables for tests of models: columns are doubles (NaN: missing) that are written with the type that
 * was asked for; categories are codes into named levels.
 */
#ifndef MODEL_SET_H
#define MODEL_SET_H

#include "model/model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct set_col {
	const char *name;
	enum column_type type;
	double *v;
	const char **level;
	int levels;
};
struct set {
	struct arena *a;
	struct set_col *col;
	int cols, cap;
	int64_t rows;
};

static inline struct set set_new(struct arena *a, int64_t rows, int cap)
{
	return (struct set){ a, arena_calloc(a, (size_t)cap, sizeof(struct set_col)), 0, cap, rows };
}

/* A further column, all zeros; the caller fills it. */
static inline double *set_add(struct set *s, const char *name, enum column_type type)
{
	if (s->cols == s->cap)
		abort();
	struct set_col *c = &s->col[s->cols++];
	*c = (struct set_col){ name, type, arena_calloc(s->a, (size_t)s->rows, sizeof(double)), NULL, 0 };
	return c->v;
}

/* Names the levels of the last column; NULL: "l0", "l1" ... */
static inline void set_levels(struct set *s, const char *const *names, int n)
{
	struct set_col *c = &s->col[s->cols - 1];
	c->level = arena_calloc(s->a, (size_t)n, sizeof *c->level);
	c->levels = n;
	for (int k = 0; k < n; k++)
		c->level[k] = names ? names[k] : arena_printf(s->a, "l%d", k);
}

static inline int set_find(const struct set *s, const char *name)
{
	for (int j = 0; j < s->cols; j++)
		if (strcmp(s->col[j].name, name) == 0)
			return j;
	printf("no column '%s'\n", name);
	exit(1);
}

/* One batch of a column in the type it is stored with. */
static inline struct column set_column(const struct set_col *c, int64_t first, int64_t rows, struct arena *a)
{
	struct column out = { .type = c->type, .rows = rows };
	uint8_t *valid = arena_calloc(a, (size_t)rows / 8 + 1, 1);
	int64_t *whole = arena_calloc(a, (size_t)rows, sizeof *whole);
	int32_t *small = arena_calloc(a, (size_t)rows, sizeof *small);
	uint8_t *bits = arena_calloc(a, (size_t)rows / 8 + 1, 1);
	for (int64_t i = 0; i < rows; i++) {
		double v = c->v[first + i];
		if (isnan(v)) {
			out.nulls++;
			continue;
		}
		valid[i / 8] |= (uint8_t)(1 << (i % 8));
		if (c->type == COLUMN_INT64 || c->type == COLUMN_TIMESTAMP)
			whole[i] = (int64_t)v;
		else if (c->type == COLUMN_BOOL)
			bits[i / 8] |= (uint8_t)((v > 0) << (i % 8));
		else if (c->type != COLUMN_FLOAT64)
			small[i] = (int32_t)v;
	}
	out.valid = out.nulls ? valid : NULL;
	if (c->type == COLUMN_FLOAT64)
		out.v.f64 = c->v + first;
	else if (c->type == COLUMN_BOOL)
		out.v.bits = bits;
	else if (c->type == COLUMN_INT64 || c->type == COLUMN_TIMESTAMP)
		out.v.i64 = whole;
	else
		out.v.i32 = small;
	return out;
}

static inline int set_dictionary(struct table_writer *w, int j, const struct set_col *c, struct arena *a, struct err *e)
{
	int32_t *off = arena_calloc(a, (size_t)c->levels + 1, sizeof *off);
	struct buf bytes = { 0 };
	for (int k = 0; k < c->levels; k++) {
		buf_puts(&bytes, c->level[k]);
		off[k + 1] = (int32_t)bytes.n;
	}
	int r = table_writer_dict(w, j, off, buf_str(&bytes), c->levels, e);
	buf_free(&bytes);
	return r;
}

/* The set as a table file, read back; the file is gone at once, its mapping is not. */
static inline struct table *set_table(const struct set *s)
{
	char path[] = "/tmp/dossier-model-XXXXXX";
	struct arena *a = arena_new();
	struct err e = { 0 };
	int fd = mkstemp(path);
	if (fd >= 0)
		close(fd);
	struct field *f = arena_calloc(a, (size_t)s->cols, sizeof *f);
	for (int j = 0; j < s->cols; j++)
		f[j] = (struct field){ s->col[j].name, s->col[j].type, NULL };
	struct table_writer *w = table_writer_new(path, f, s->cols, &e);
	int bad = !w;
	for (int64_t first = 0; first < s->rows && !bad; first += BATCH_ROWS) {
		int64_t rows = s->rows - first < BATCH_ROWS ? s->rows - first : BATCH_ROWS;
		struct column *c = arena_calloc(a, (size_t)s->cols, sizeof *c);
		for (int j = 0; j < s->cols; j++)
			c[j] = set_column(&s->col[j], first, rows, a);
		bad = table_writer_batch(w, c, rows, &e);
	}
	for (int j = 0; j < s->cols && !bad; j++)
		if (s->col[j].type == COLUMN_DICT)
			bad = set_dictionary(w, j, &s->col[j], a, &e);
	bad = bad || table_writer_close(w, &e) < 0;
	struct table *t = bad ? NULL : table_open(path, &e);
	unlink(path);
	arena_free(a);
	if (!t) {
		printf("%s\n", e.msg);
		exit(1);
	}
	return t;
}

/* Everything but the target is a feature, by its type. */
static inline struct model_spec set_spec(const struct set *s, const char *target, bool category)
{
	struct model_feature *f = arena_calloc(s->a, (size_t)s->cols, sizeof *f);
	struct model_spec m = model_spec_default();
	m.target = set_find(s, target);
	m.target_name = target;
	m.target_is_category = category;
	m.features = f;
	m.fold_repeats = 1;
	m.max_rows = 100000;
	m.repeats = 2;
	m.importance_rows = 100000;
	m.bootstrap = 100;
	m.test_share = 0;
	m.max_rounds = 60;
	m.threads = 2;
	for (int j = 0; j < s->cols; j++) {
		enum column_type t = s->col[j].type;
		if (j != m.target)
			f[m.nfeatures++] = (struct model_feature){ j, s->col[j].name, t == COLUMN_DATE || t == COLUMN_TIMESTAMP ?
				ROLE_DATETIME : t == COLUMN_INT64 || t == COLUMN_FLOAT64 ? ROLE_NUMBER : ROLE_CATEGORY };
	}
	return m;
}

static inline char *set_cell(char *line, char comma)
{
	char *end = line;
	for (bool quoted = false; *end && (quoted || *end != comma); end++)
		quoted ^= *end == '"';
	return end;
}

static inline double set_level(struct set_col *c, const char *text)
{
	int k = 0;
	while (k < c->levels && strcmp(c->level[k], text) != 0)
		k++;
	if (k == c->levels)
		c->level[c->levels++] = text;
	return k;
}

/* What were numbers up to now turn out to be words. */
static inline void set_words(const struct set *s, struct set_col *c, int64_t rows)
{
	c->type = COLUMN_DICT;
	for (int64_t i = 0; i < rows; i++) {
		char text[NUM_MAX];
		if (!isnan(c->v[i])) {
			num_shortest(text, c->v[i]);
			c->v[i] = set_level(c, arena_strdup(s->a, text));
		}
	}
}

/* A plain CSV with a header, through `gzip -dc` when its name says so; a column is a category when it
 * holds a word other than NA, or numbers when it does not. No such file: no rows. */
static inline struct set set_read(const char *file, char comma, struct arena *a)
{
	struct set s = { .a = a };
	size_t n = strlen(file);
	bool packed = n > 3 && strcmp(file + n - 3, ".gz") == 0;
	FILE *in = access(file, R_OK) < 0 ? NULL : packed ? popen(arena_printf(a, "gzip -dc '%s'", file), "r") : fopen(file, "r");
	struct buf text = { 0 };
	char block[65536];
	for (size_t k; in && (k = fread(block, 1, sizeof block, in)) > 0;)
		buf_put(&text, block, k);
	if (!in)
		return s;
	if (packed)
		pclose(in);
	else
		fclose(in);
	buf_put(&text, "", 1);
	arena_own(a, text.p, free);
	int64_t lines = 0;
	for (const char *p = text.p; (p = strchr(p, '\n')) != NULL; p++)
		lines++;
	int64_t row = -1;
	for (char *line = text.p; *line; row++) {
		char *next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		else
			next = line + strlen(line);
		line[strcspn(line, "\r")] = 0;
		if (row < 0)
			s = set_new(a, lines - 1, 128);
		for (int j = 0; line; j++) {
			char *end = set_cell(line, comma), *cell = line;
			line = *end ? end + 1 : NULL;
			*end = 0;
			if (*cell == '"' && end > cell + 1 && end[-1] == '"') {
				end[-1] = 0;
				cell++;
			}
			if (row < 0) {
				set_add(&s, cell, COLUMN_FLOAT64);
				s.col[j].level = arena_calloc(a, 65536, sizeof *s.col[j].level);
				continue;
			}
			double *v = &s.col[j].v[row];
			if (!*cell || strcmp(cell, "NA") == 0) {
				*v = NAN;
			} else if (s.col[j].type == COLUMN_DICT || !num_parse_double(cell, strlen(cell), v)) {
				if (s.col[j].type != COLUMN_DICT)
					set_words(&s, &s.col[j], row);
				*v = set_level(&s.col[j], cell);
			}
		}
		line = next;
	}
	return s;
}

static inline const struct candidate *set_candidate(const struct model_result *r, enum model_kind k)
{
	for (size_t i = 0; i < r->ncandidates; i++)
		if (r->candidates[i].kind == k)
			return &r->candidates[i];
	printf("no candidate '%s'\n", model_kind_name(k));
	exit(1);
}

static inline const struct coefficient *set_term(const struct candidate *c, const char *name)
{
	for (size_t i = 0; i < c->ncoefficients; i++)
		if (strcmp(c->coefficients[i].term, name) == 0)
			return &c->coefficients[i];
	printf("no term '%s'\n", name);
	exit(1);
}

#endif
