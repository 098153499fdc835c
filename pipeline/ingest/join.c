/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Another table's columns, added by key: each row of the left table gets the row of the right one
 * with the same key, or missing values. Keys are compared as canonical text, so that 5, 5.0 and
 * "5" are one; a missing key has no partner. The order of the left table stays. ingest_file is here,
 * because joining is the last thing that becomes of a table.
 */
#include "ingest/ingest_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS = 8 };

struct join {
	const struct ingest_join *spec;
	const struct table *left, *right;
	int theirs[KEYS], ours[KEYS], nkeys;
	/* right rows by key: row + 1, open addressing */
	int64_t *slots;
	size_t mask;
	uint8_t *used;                 /* a bit a right row */
	struct buf key, other;         /* work space */
	struct ingest_joined *result;
};

/* ---- keys -------------------------------------------------------------------------------- */

static void put_number(struct buf *b, double v)
{
	char text[NUM_MAX];
	if (v == floor(v) && fabs(v) < 0x1p63)
		buf_printf(b, "%lld", (long long)v);
	else
		buf_put(b, text, num_shortest(text, v));
}

static void put_value(struct buf *b, const struct table *t, int col, const struct column *c,
	int64_t i)
{
	char text[40];
	struct str s;
	switch (c->type) {
	case COLUMN_INT64:
	case COLUMN_TIME:
	case COLUMN_DURATION:
		buf_printf(b, "%lld", (long long)c->v.i64[i]);
		return;
	case COLUMN_FLOAT64:
		put_number(b, c->v.f64[i]);
		return;
	case COLUMN_BOOL:
		buf_puts(b, c->v.bits[i >> 3] >> (i & 7) & 1 ? "true" : "false");
		return;
	case COLUMN_DATE:
		buf_put(b, text, date_format(text, c->v.i32[i]));
		return;
	case COLUMN_TIMESTAMP:
		buf_put(b, text, time_format(text, c->v.i64[i]));
		return;
	case COLUMN_UTF8:
	case COLUMN_DICT:
		s = c->type == COLUMN_UTF8 ? column_str(c, i) :
			table_dict_value(t, col, c->v.i32[i]);
		s = str_trim(s);
		buf_put(b, s.p, s.n);
		return;
	}
}

/* The key of a row as text; false when any part of it is missing. */
static bool key_of(struct buf *b, const struct table *t, const int *cols, int n, int64_t row)
{
	const struct batch *batch = table_batch(t, row / BATCH_ROWS);
	int64_t i = row % BATCH_ROWS;
	buf_clear(b);
	for (int k = 0; k < n; k++) {
		const struct column *c = &batch->cols[cols[k]];
		if (!column_has(c, i))
			return false;
		put_value(b, t, cols[k], c, i);
		buf_putc(b, '\x1f');
	}
	return true;
}

static int find_key(const struct join *j, const struct table *t, const char *name, int *col,
	struct err *e)
{
	*col = table_find(t, name);
	if (*col >= 0)
		return 0;
	int n = table_ncols(t);
	const char **names = mem_calloc((size_t)n, sizeof *names);
	for (int i = 0; i < n; i++)
		names[i] = table_field(t, i)->name;
	const char *near = str_nearest(name, names, (size_t)n);
	free(names);
	return err_set(e, ERR_USAGE, "join.%s.on: %s has no column '%s'%s%s%s", j->spec->name,
		t == j->left ? "the input" : "the joined table", name,
		near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
}

/* "id" or "theirs = ours". */
static int take_keys(struct join *j, struct arena *a, struct err *e)
{
	if (j->spec->non > KEYS)
		return err_set(e, ERR_USAGE, "join.%s.on: more than %d columns", j->spec->name,
			KEYS);
	for (size_t k = 0; k < j->spec->non; k++) {
		const char *on = j->spec->on[k], *sign = strstr(on, " = ");
		const char *theirs = sign ? arena_strndup(a, on, (size_t)(sign - on)) : on;
		const char *ours = sign ? sign + 3 : on;
		if (find_key(j, j->right, theirs, &j->theirs[k], e) ||
			find_key(j, j->left, ours, &j->ours[k], e))
			return -1;
	}
	j->nkeys = (int)j->spec->non;
	return 0;
}

/* The slot of the key in j->key: of its row, or empty. */
static int64_t *slot_of(struct join *j)
{
	size_t i = (size_t)hash64(j->key.p, j->key.n, 0) & j->mask;
	while (j->slots[i]) {
		key_of(&j->other, j->right, j->theirs, j->nkeys, j->slots[i] - 1);
		if (j->other.n == j->key.n && memcmp(j->other.p, j->key.p, j->key.n) == 0)
			break;
		i = (i + 1) & j->mask;
	}
	return &j->slots[i];
}

static int index_right(struct join *j, struct err *e)
{
	int64_t rows = table_nrows(j->right);
	size_t n = 64;
	while (n < 2 * (size_t)rows)
		n *= 2;
	j->mask = n - 1;
	j->slots = mem_try(n, sizeof *j->slots, (size_t)8 << 30);
	j->used = mem_calloc((size_t)rows / 8 + 1, 1);
	if (!j->slots)
		return err_set(e, ERR_IO, "join.%s: %lld rows are too many to join",
			j->spec->name, (long long)rows);
	for (int64_t row = 0; row < rows; row++) {
		if (!key_of(&j->key, j->right, j->theirs, j->nkeys, row))
			continue;
		int64_t *slot = slot_of(j);
		if (*slot)
			j->result->repeated++;
		else
			*slot = row + 1;
	}
	return 0;
}

/* The partner of a left row, -1: none. */
static int64_t partner(struct join *j, int64_t row)
{
	if (!key_of(&j->key, j->left, j->ours, j->nkeys, row))
		return -1;
	int64_t right = *slot_of(j) - 1;
	if (right >= 0)
		j->used[right >> 3] |= (uint8_t)(1 << (right & 7));
	return right;
}

/* ---- gathering --------------------------------------------------------------------------- */

/* A column of the result, put together from rows of a table. */
struct gather {
	const struct table *t;
	int col;
	struct buf values, bytes;
	uint8_t valid[BATCH_ROWS / 8];
};

static size_t width_of(enum column_type t)
{
	switch (t) {
	case COLUMN_INT64:
	case COLUMN_FLOAT64:
	case COLUMN_TIMESTAMP:
	case COLUMN_TIME:
	case COLUMN_DURATION:
		return 8;
	case COLUMN_DATE:
	case COLUMN_DICT:
	case COLUMN_UTF8:
		return 4;
	case COLUMN_BOOL:
		break;
	}
	return 0;
}

static void take(struct gather *g, const struct column *c, int64_t from, int64_t to)
{
	g->valid[to >> 3] |= (uint8_t)(1 << (to & 7));
	size_t width = width_of(c->type);
	if (c->type == COLUMN_UTF8) {
		struct str s = column_str(c, from);
		buf_put(&g->bytes, s.p, s.n);
	} else if (c->type == COLUMN_BOOL) {
		if (c->v.bits[from >> 3] >> (from & 7) & 1)
			g->values.p[to >> 3] = (char)(g->values.p[to >> 3] | 1 << (to & 7));
	} else {
		memcpy(g->values.p + (size_t)to * width, (const char *)c->v.bits +
			(size_t)from * width, width);
	}
}

static int gather(struct gather *g, const int64_t *rows, int64_t n, struct column *out,
	struct err *e)
{
	const struct field *f = table_field(g->t, g->col);
	*out = (struct column){ .type = f->type, .rows = n };
	buf_clear(&g->values);
	buf_clear(&g->bytes);
	size_t size = (size_t)(n + 1) * 8;
	buf_reserve(&g->values, size);
	memset(g->values.p, 0, size);
	memset(g->valid, 0, sizeof g->valid);
	for (int64_t i = 0; i < n; i++) {
		const struct batch *b = rows[i] < 0 ? NULL :
			table_batch(g->t, rows[i] / BATCH_ROWS);
		if (b && column_has(&b->cols[g->col], rows[i] % BATCH_ROWS))
			take(g, &b->cols[g->col], rows[i] % BATCH_ROWS, i);
		else
			out->nulls++;
		if (g->bytes.n > INT32_MAX)
			return err_set(e, ERR_INPUT,
				"column '%s': more than 2 GB of text in %d rows", f->name,
				BATCH_ROWS);
		if (f->type == COLUMN_UTF8) {
			int32_t end = (int32_t)g->bytes.n;
			memcpy(g->values.p + 4 * (i + 1), &end, sizeof end);
		}
	}
	out->valid = out->nulls ? g->valid : NULL;
	out->v.bits = (const uint8_t *)g->values.p;
	out->bytes = buf_str(&g->bytes);
	return 0;
}

/* ---- the joined table -------------------------------------------------------------------- */

struct output {
	struct gather *columns;
	struct column *batch;
	int ncols, nleft;
	struct table_writer *writer;
	int64_t *left, *right, n, rows;   /* pairs of the batch; rows written */
};

static int write_pairs(struct output *o, struct err *e)
{
	for (int i = 0; i < o->ncols; i++)
		if (gather(&o->columns[i], i < o->nleft ? o->left : o->right, o->n,
			&o->batch[i], e))
			return -1;
	o->rows += o->n;
	int status = table_writer_batch(o->writer, o->batch, o->n, e);
	o->n = 0;
	return status;
}

static int write_rows(struct join *j, struct output *o, struct err *e)
{
	int64_t rows = table_nrows(j->left);
	for (int64_t row = 0; row < rows; row++) {
		int64_t right = partner(j, row);
		j->result->matched += right >= 0;
		j->result->unmatched += right < 0;
		if (right < 0 && j->spec->inner)
			continue;
		o->left[o->n] = row;
		o->right[o->n++] = right;
		if (o->n == BATCH_ROWS && write_pairs(o, e))
			return -1;
	}
	return o->n ? write_pairs(o, e) : 0;
}

static int write_dictionary(const struct output *o, int i, struct err *e)
{
	const struct gather *g = &o->columns[i];
	int32_t n = table_dict_size(g->t, g->col);
	int32_t *offsets = mem_calloc((size_t)n + 1, sizeof *offsets);
	struct buf bytes = { 0 };
	for (int32_t k = 0; k < n; k++) {
		struct str s = table_dict_value(g->t, g->col, k);
		buf_put(&bytes, s.p, s.n);
		offsets[k + 1] = (int32_t)bytes.n;
	}
	int status = table_writer_dict(o->writer, i, offsets, buf_str(&bytes), n, e);
	free(offsets);
	buf_free(&bytes);
	return status;
}

static bool is_key(const struct join *j, int col)
{
	for (int k = 0; k < j->nkeys; k++)
		if (j->theirs[k] == col)
			return true;
	return false;
}

/* Describes the added columns in r, under names of their own. */
static void add_columns(struct arena *a, struct join *j, const struct ingest_result *theirs,
	struct ingest_result *r)
{
	struct ingest_column *all = arena_calloc(a, r->ncolumns + theirs->ncolumns, sizeof *all);
	memcpy(all, r->columns, r->ncolumns * sizeof *all);
	for (size_t i = 0; i < theirs->ncolumns; i++) {
		if (is_key(j, (int)i))
			continue;
		struct ingest_column c = theirs->columns[i];
		for (size_t k = 0; k < r->ncolumns; k++)
			if (strcmp(all[k].name, c.name) == 0) {
				c.name = arena_printf(a, "%s.%s", j->spec->name, c.name);
				k = SIZE_MAX;   /* from the start, with the new name */
			}
		all[r->ncolumns++] = c;
		j->result->columns++;
	}
	r->columns = all;
}

static int open_output(const struct join *j, const struct ingest_result *r, const char *path,
	struct output *o, struct err *e)
{
	struct field *fields = mem_calloc(r->ncolumns, sizeof *fields);
	o->nleft = table_ncols(j->left);
	o->columns = mem_calloc(r->ncolumns, sizeof *o->columns);
	o->batch = mem_calloc(r->ncolumns, sizeof *o->batch);
	o->left = mem_calloc(BATCH_ROWS, sizeof *o->left);
	o->right = mem_calloc(BATCH_ROWS, sizeof *o->right);
	for (int i = 0; i < o->nleft; i++)
		o->columns[o->ncols++] = (struct gather){ .t = j->left, .col = i };
	for (int i = 0; i < table_ncols(j->right); i++)
		if (!is_key(j, i))
			o->columns[o->ncols++] = (struct gather){ .t = j->right, .col = i };
	for (int i = 0; i < o->ncols; i++) {
		fields[i] = *table_field(o->columns[i].t, o->columns[i].col);
		fields[i].name = r->columns[i].name;
	}
	o->writer = table_writer_new(path, fields, o->ncols, e);
	free(fields);
	return o->writer ? 0 : -1;
}

static void close_output(struct output *o)
{
	table_writer_abort(o->writer);
	for (int i = 0; i < o->ncols; i++) {
		buf_free(&o->columns[i].values);
		buf_free(&o->columns[i].bytes);
	}
	free(o->columns);
	free(o->batch);
	free(o->left);
	free(o->right);
}

static int write_joined(struct join *j, struct ingest_result *r, const char *path, struct err *e)
{
	struct output o = { 0 };
	int status = open_output(j, r, path, &o, e) || write_rows(j, &o, e) ? -1 : 0;
	for (int i = 0; i < o.ncols && !status; i++)
		if (table_field(o.columns[i].t, o.columns[i].col)->type == COLUMN_DICT)
			status = write_dictionary(&o, i, e);
	if (!status) {
		status = table_writer_close(o.writer, e);
		o.writer = NULL;
		r->rows = o.rows;
	}
	close_output(&o);
	return status;
}

/* ---- telling ------------------------------------------------------------------------------ */

static void tell(struct arena *a, const struct join *j, struct ingest_result *r)
{
	struct ingest_joined *d = j->result;
	for (int64_t row = 0; row < d->rows; row++)
		d->unused += !(j->used[row >> 3] >> (row & 7) & 1);
	struct {
		enum finding_code code;
		int64_t count, total;
	} said[] = { { FIND_join_unmatched, d->unmatched, d->matched + d->unmatched },
		{ FIND_join_repeated, d->repeated, d->rows },
		{ FIND_join_unused, d->unused - d->repeated, d->rows } };
	for (size_t i = 0; i < COUNTOF(said); i++) {
		struct finding f = finding_make(said[i].code, NULL);
		f.count = said[i].count;
		f.total = said[i].total;
		f.text = d->name;
		f.text2 = d->file;
		if (f.count > 0)
			ingest_finding(a, r, f);
	}
}

static int join_two(struct arena *a, struct join *j, const struct ingest_result *theirs,
	const char *left, const char *right, const char *out, struct ingest_result *r,
	struct err *e)
{
	struct table *l = table_open(left, e), *t = l ? table_open(right, e) : NULL;
	int status = -1;
	j->left = l;
	j->right = t;
	if (t && !take_keys(j, a, e) && !index_right(j, e)) {
		add_columns(a, j, theirs, r);
		status = write_joined(j, r, out, e);
	}
	if (!status)
		tell(a, j, r);
	table_close(l);
	table_close(t);
	free(j->slots);
	free(j->used);
	buf_free(&j->key);
	buf_free(&j->other);
	return status;
}

/* Adds the columns of another table to the table at `left`: the result is at `out`, and r says what
 * became of it. ERR_USAGE when a key column is not there. */
static int join_table(struct arena *a, const struct ingest_options *o, const struct ingest_join *spec,
	const char *left, const char *out, struct ingest_result *r, struct err *e)
{
	struct ingest_options from = *spec->from;
	struct ingest_result theirs;
	char *right = path_join(a, o->scratch, "joined.arrow");
	from.table = right;
	from.quarantine = path_join(a, o->scratch, "joined.csv");
	if (ingest_table(&from, a, &theirs, e))
		return err_while(e, "join.%s", spec->name);
	struct ingest_joined *d = &r->joined[r->njoined++];
	*d = (struct ingest_joined){ .name = spec->name, .file =
		input_name(from.inputs), .format =
		theirs.format, .on = spec->on, .non = spec->non, .rows = theirs.rows };
	for (size_t i = 0; i < theirs.nfindings; i++)
		ingest_finding(a, r, theirs.findings[i]);
	struct join j = { .spec = spec, .result = d };
	int status = join_two(a, &j, &theirs, left, right, out, r, e);
	file_remove_tree(from.table, NULL);
	file_remove_tree(from.quarantine, NULL);
	return status;
}

/* One join after the other; the last writes the table. */
static int join_all(struct arena *a, const struct ingest_options *o, const char *first,
	struct ingest_result *r, struct err *e)
{
	const char *left = first;
	int status = 0;
	r->joined = arena_calloc(a, o->njoins, sizeof *r->joined);
	for (size_t i = 0; i < o->njoins && !status; i++) {
		const char *out = i + 1 == o->njoins ? o->table :
			arena_printf(a, "%s/left-%zu.arrow", o->scratch, i + 1);
		status = join_table(a, o, &o->joins[i], left, out, r, e);
		file_remove_tree(left, NULL);
		left = out;
	}
	return status;
}

int ingest_file(const struct ingest_options *o, struct arena *a, struct ingest_result *r,
	struct err *e)
{
	if (!o->njoins)
		return ingest_table(o, a, r, e);
	struct ingest_options main = *o;
	main.table = path_join(a, o->scratch, "left-0.arrow");
	return ingest_table(&main, a, r, e) || join_all(a, o, main.table, r, e) ? -1 : 0;
}
