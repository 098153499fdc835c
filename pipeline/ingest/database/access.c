/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Access databases by libmdb, which finds its way through pages and rows. Nothing is bound to
 * its columns: it then says where a value lies in the page, and decodes nothing. */
#include "ingest/database/access_int.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#include <mdbtools.h>
#pragma GCC diagnostic pop
#include <stdlib.h>
#include <string.h>

struct access {
	struct feed *feed;
	MdbHandle *mdb;
	MdbTableDef *table;
	struct access_text text;
	struct access_column *columns;
	int ncols;
	int64_t rows, delivered;
	struct buf scratch, value;
};

static void access_close(void *p)
{
	struct access *x = p;
	buf_free(&x->scratch);
	buf_free(&x->value);
	if (x->table)
		mdb_free_tabledef(x->table);
	if (x->mdb)
		mdb_close(x->mdb);
}

/* ---- the file ------------------------------------------------------------------------------ */

static const char *const marks[] = { "Standard Jet DB", "Standard ACE DB", "MSISAM Database" };
enum { MARK_AT = 4 };

static enum detected access_detect(struct str head, const char *path)
{
	(void)path;
	for (size_t i = 0; i < COUNTOF(marks); i++) {
		size_t n = strlen(marks[i]);
		if (head.n > MARK_AT + n && memcmp(head.p + MARK_AT, marks[i], n) == 0)
			return DETECT_YES;
	}
	return DETECT_NO;
}

static const char *version_name(guint32 v)
{
	static const char *const names[] = { [MDB_VER_JET3] = "Access 97", [MDB_VER_JET4] =
		"Access 2000 to 2003", [MDB_VER_ACCDB_2007] = "Access 2007", [MDB_VER_ACCDB_2010] =
		"Access 2010", [MDB_VER_ACCDB_2013] = "Access 2013", [MDB_VER_ACCDB_2016] =
		"Access 2016", [MDB_VER_ACCDB_2019] = "Access 2019" };
	return v < COUNTOF(names) ? names[v] : NULL;
}

static int file_open(struct access *x, struct err *e)
{
	struct feed *f = x->feed;
	x->mdb = mdb_open(f->path, MDB_NOFLAGS);
	if (!x->mdb)
		return err_set(e, ERR_INPUT, "it is no Access database that can be read: damaged, or of "
			"an unknown version");
	const char *version = version_name(x->mdb->f->jet_version);
	if (!mdb_read_catalog(x->mdb, MDB_ANY) || !x->mdb->catalog || !x->mdb->num_catalog)
		return err_set(e, ERR_INPUT, x->mdb->f->db_key ?
			"it is encrypted: save it without a password" :
			"its list of tables can't be read: damaged, or encrypted with a password");
	if (version)
		feed_fact(f, "version", "%s", version);
	if (!IS_JET3(x->mdb))
		return 0;
	const char *encoding = f->options->encoding;
	bool told = encoding && *encoding && strcmp(encoding, "auto") != 0;
	int page = x->mdb->f->code_page ? x->mdb->f->code_page : 1252;
	if (!access_text_open(f->arena, page, told ? encoding : NULL, &x->text)) {
		if (told)
			return err_set(e, ERR_USAGE, "there is no encoding '%s'", encoding);
		access_text_open(f->arena, page = 1252, NULL, &x->text);
	}
	if (told)
		feed_fact(f, "encoding of the texts", "%s, as declared", encoding);
	else
		feed_fact(f, "encoding of the texts", "code page %d", page);
	return 0;
}

/* ---- the tables ---------------------------------------------------------------------------- */

static const char *clean(struct arena *a, const char *s, size_t most)
{
	struct buf b = { 0 };
	utf8_clean(&b, s, strnlen(s, most));
	const char *kept = arena_strndup(a, buf_str(&b), b.n);
	buf_free(&b);
	return kept;
}

/* What a person would call a table, readable or not. */
static size_t tables_find(struct access *x, MdbCatalogEntry **of, struct feed_table *v)
{
	enum { HIDDEN = 8 };
	size_t n = 0;
	for (unsigned i = 0; i < x->mdb->num_catalog; i++) {
		MdbCatalogEntry *c = g_ptr_array_index(x->mdb->catalog, i);
		struct feed_table t = { .rows = -1, .columns = -1,
			.name = clean(x->feed->arena, c->object_name, sizeof c->object_name) };
		if (c->object_type == MDB_LINKED_TABLE) {
			t.note = "linked";
		} else if (c->object_type == MDB_QUERY && *t.name != '~') {
			t.note = "query";
		} else if (mdb_is_user_table(c)) {
			MdbTableDef *def = mdb_read_table(c);
			t.hidden = c->flags & HIDDEN;
			if (def) {
				t.rows = def->num_rows;
				t.columns = def->num_cols;
				mdb_free_tabledef(def);
			} else {
				t.note = "damaged";
			}
		} else {
			continue;
		}
		of[n] = c;
		v[n++] = t;
	}
	return n;
}

static int table_choose(struct access *x, struct err *e)
{
	size_t most = x->mdb->num_catalog, chosen = 0;
	MdbCatalogEntry **of = arena_calloc(x->feed->arena, most, sizeof *of);
	struct feed_table *v = arena_calloc(x->feed->arena, most, sizeof *v);
	size_t n = tables_find(x, of, v);
	if (access_choose(x->feed, v, n, &chosen, e))
		return -1;
	x->table = mdb_read_table(of[chosen]);
	if (!x->table || !x->table->num_cols || x->table->num_cols > MDB_MAX_COLS ||
		!mdb_read_columns(x->table) || x->table->columns->len != x->table->num_cols)
		return err_set(e, ERR_INPUT, "the columns of the table '%s' can't be read: damaged",
			v[chosen].name);
	return 0;
}

/* ---- the columns --------------------------------------------------------------------------- */

static const char *property(struct access *x, const MdbColumn *col, const char *name)
{
	const char *text = mdb_col_get_prop(col, name);
	return text && *text ? clean(x->feed->arena, text, 4096) : NULL;
}

static void column_read(struct access *x, MdbColumn *col, struct access_column *c)
{
	c->library = col;
	c->name = clean(x->feed->arena, col->name, sizeof col->name);
	c->label = property(x, col, "Description");
	if (!c->label)
		c->label = property(x, col, "Caption");
	c->type = (enum access_type)col->col_type;
	c->scale = col->col_prec;      /* libmdb has the two the wrong way round */
	c->digits = col->col_scale;
	const char *result = property(x, col, "ResultType");
	int64_t type;
	if (property(x, col, "Expression")) {
		c->calculated = true;
		if (result && num_parse_int64(result, strlen(result), &type) && type > 0 && type < 256)
			c->type = (enum access_type)type;
	}
	/* Yes/No has no bytes in the row, but the result of a formula has. */
	c->left_out = !access_type_name(c->type) || c->type == ACCESS_COMPLEX ||
		(c->calculated && (col->col_type == MDB_BOOL || c->type == ACCESS_OLE));
}

static void columns_read(struct access *x)
{
	x->ncols = (int)x->table->num_cols;
	x->columns = arena_calloc(x->feed->arena, (size_t)x->ncols, sizeof *x->columns);
	for (int i = 0; i < x->ncols; i++)
		column_read(x, g_ptr_array_index(x->table->columns, (unsigned)i), &x->columns[i]);
}

/* ---- the rows ------------------------------------------------------------------------------ */

/* Pages that lead to each other in a circle give rows without end: there are no more than bytes. */
static int row_next(struct access *x, int64_t seen, bool *more, struct err *e)
{
	*more = mdb_fetch_row(x->table);
	if (*more && seen > x->feed->bytes)
		return err_set(e, ERR_INPUT, "the table '%s' goes round in circles: damaged",
			x->table->name);
	return 0;
}

/* The bytes of a field in the page; n is 0 when it has none. */
static struct str field(const struct access *x, const struct access_column *c)
{
	const MdbColumn *col = c->library;
	size_t page = (size_t)x->mdb->fmt->pg_size;
	if (page > sizeof x->mdb->pg_buf)
		page = sizeof x->mdb->pg_buf;
	if (col->cur_value_start < 0 || col->cur_value_len <= 0 ||
		(size_t)col->cur_value_start > page ||
		(size_t)col->cur_value_len > page - (size_t)col->cur_value_start)
		return (struct str){ "", 0 };
	return (struct str){ (const char *)x->mdb->pg_buf + col->cur_value_start,
		(size_t)col->cur_value_len };
}

static uint32_t word(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;
	return u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

/* A piece of a long value on another page. */
static bool piece(struct access *x, uint32_t at, struct str *s)
{
	void *page;
	int start;
	size_t n;
	if (at > INT32_MAX || mdb_find_pg_row(x->mdb, (int)at, &page, &start, &n))
		return false;
	if (start < 0 || (size_t)start > sizeof x->mdb->alt_pg_buf ||
		n > sizeof x->mdb->alt_pg_buf - (size_t)start)
		return false;
	*s = (struct str){ (const char *)page + start, n };
	return true;
}

/* A long text: within its field, in one other place, or in a chain of pieces. The field begins
 * with its length and two flags. False: damaged. */
static bool long_value(struct access *x, struct str field, struct str *out)
{
	enum { HEAD = 12 };
	const uint32_t inside = 0x80000000, single = 0x40000000, length_bits = 0x3fffffff;
	if (field.n < HEAD)
		return false;
	uint32_t flags = word(field.p), at = word(field.p + 4);
	size_t left = flags & length_bits;
	if (flags & inside) {
		*out = (struct str){ field.p + HEAD, field.n - HEAD };
		return true;
	}
	if (flags & single)
		return piece(x, at, out);
	if (left > FEED_CELL_MAX)
		return false;
	buf_clear(&x->scratch);
	while (at && left) {
		struct str s;
		if (!piece(x, at, &s) || s.n <= 4)
			return false;
		at = word(s.p);
		size_t n = s.n - 4 < left ? s.n - 4 : left;
		buf_put(&x->scratch, s.p + 4, n);
		left -= n;
	}
	*out = (struct str){ buf_str(&x->scratch), x->scratch.n };
	return true;
}

/* Puts the text of a field into x->value. False: damaged. */
static bool value_read(struct access *x, const struct access_column *c, struct str s)
{
	buf_clear(&x->value);
	if (c->type == ACCESS_MEMO && !long_value(x, s, &s))
		return false;
	if (c->calculated)
		s = access_unwrap(s);
	return !s.n || access_put(&x->text, c, s, &x->value);
}

static void survey_field(const struct access *x, struct access_column *c)
{
	const MdbColumn *col = c->library;
	struct str s = field(x, c);
	bool day, time;
	c->present += s.n > 0 || col->col_type == MDB_BOOL;
	if (c->calculated)
		s = access_unwrap(s);
	if (s.n && access_date(c, s, &day, &time)) {
		c->dates++;
		c->dated += day;
		c->timed += time;
	}
}

/* What the dates of each column have in common, and how many rows there really are. */
static int survey(struct access *x, struct err *e)
{
	bool more;
	mdb_rewind_table(x->table);
	while (row_next(x, x->rows, &more, e) == 0) {
		if (!more) {
			for (int i = 0; i < x->ncols; i++) {
				struct access_column *c = &x->columns[i];
				c->kind = !c->timed ? ACCESS_DAYS : !c->dated ? ACCESS_TIMES : ACCESS_BOTH;
			}
			return 0;
		}
		x->rows++;
		for (int i = 0; i < x->ncols; i++)
			survey_field(x, &x->columns[i]);
	}
	return -1;
}

/* ---- the feed ------------------------------------------------------------------------------ */

static void damage_tell(struct access *x)
{
	for (int i = 0; i < x->ncols; i++)
		if (x->columns[i].damaged)
			feed_finding(x->feed, FIND_damaged_values, x->columns[i].name,
				x->columns[i].damaged, x->columns[i].present, NULL, NULL);
}

static void row_put(struct access *x, struct block *b)
{
	for (int i = 0, at = 0; i < x->ncols; i++) {
		struct access_column *c = &x->columns[i];
		const MdbColumn *col = c->library;
		if (c->left_out)
			continue;
		int to = at++;
		if (col->col_type == MDB_BOOL && !c->calculated) {
			/* the bit of a missing value is that of a no */
			feed_put(b, to, str_of(col->cur_value_len ? "false" : "true"));
			continue;
		}
		struct str s = field(x, c);
		if (!s.n)
			continue;
		if (value_read(x, c, s))
			feed_put(b, to, feed_copy(b, (struct str){ x->value.p, x->value.n }));
		else
			c->damaged++;
	}
}

static int access_next(struct feed *f, struct block *b, struct err *e)
{
	struct access *x = f->state;
	bool more;
	while (x->delivered < x->rows && feed_row(f, b)) {
		if (row_next(x, x->delivered, &more, e))
			return -1;
		if (!more)
			return err_set(e, ERR_INPUT, "it has changed while it was read");
		row_put(x, b);
		f->records++;
		if (++x->delivered == x->rows)
			damage_tell(x);
	}
	f->done = x->rows ? (double)x->delivered / (double)x->rows : 1;
	return 0;
}

static void columns_tell(struct access *x)
{
	struct buf names = { 0 };
	int64_t n = 0;
	for (int i = 0; i < x->ncols; i++) {
		const struct access_column *c = &x->columns[i];
		if (!c->left_out)
			continue;
		n++;
		const char *type = access_type_name(c->type);
		buf_printf(&names, "%s%s (", names.n ? ", " : "", c->name);
		if (type)
			buf_printf(&names, "%s)", type);
		else
			buf_printf(&names, "unknown type %d)", (int)c->type);
	}
	if (n)
		feed_finding(x->feed, FIND_columns_left_out, NULL, n, x->ncols, buf_str(&names), NULL);
	buf_free(&names);
}

static int columns_add(struct access *x, struct err *e)
{
	for (int i = 0; i < x->ncols; i++) {
		const struct access_column *c = &x->columns[i];
		const char *type = access_type_name(c->type);
		if (c->left_out)
			continue;
		struct feed_column column = { .name = c->name, .label = c->label,
			.native = access_native(c), .stored = c->calculated ?
				arena_printf(x->feed->arena, "%s, calculated", type) : type };
		if (c->type == ACCESS_OLE)
			feed_finding(x->feed, FIND_objects_as_size, c->name, c->present, x->rows, NULL, NULL);
		if (feed_column(x->feed, &column, e) < 0)
			return -1;
	}
	return x->feed->ncols ? 0 :
		err_set(e, ERR_INPUT, "the table '%s' has no column that can be read", x->table->name);
}

static int access_open(struct feed *f, struct err *e)
{
	struct access *x = arena_calloc(f->arena, 1, sizeof *x);
	x->feed = f;
	arena_own(f->arena, x, access_close);
	if (file_open(x, e) || table_choose(x, e))
		return -1;
	columns_read(x);
	columns_tell(x);
	if (survey(x, e) || columns_add(x, e))
		return -1;
	if (x->rows != (int64_t)x->table->num_rows)
		feed_finding(f, FIND_row_count_differs, NULL, x->rows, x->table->num_rows, NULL, NULL);
	mdb_rewind_table(x->table);
	f->state = x;
	f->next = access_next;
	return 0;
}

const struct format format_access = { .name = "access", .title = "Access database",
	.extensions = "accdb mdb", .detect = access_detect, .open = access_open };
