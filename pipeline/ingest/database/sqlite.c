/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SQLite databases: one table, view or query as a feed. The file is read as it is (immutable: no
 * locks, no log beside it), and its schema is not trusted: no virtual tables, no statements but
 * SELECT, limits on everything. Values have types of their own in SQLite; what a column holds is
 * counted while it is read.
 */
#include "ingest/database/sqlite_int.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

enum {
	CELL_BYTES = 64 << 20,
	HEAP_BYTES = 512 << 20,
	STEP_OPS = 10000, TELL_STEPS = 1000,   /* each about a fifth of a second */
	STEPS = 500 * TELL_STEPS,          /* of work without a row */
	COUNT_BYTES = 1 << 30,     /* of a file whose rows are counted */
};

struct database {
	sqlite3_vfs vfs;
	struct feed *feed;
	sqlite3 *db;
	sqlite3_stmt *rows;
	struct sqlite_stored *stored;   /* [ncols] */
	bool query, pending;       /* pending: the statement stands on a row not yet taken */
	bool ended;
	int64_t expected, steps;
};

static int fail(const struct database *d, enum err_code code, struct err *e)
{
	return err_set(e, code, "SQLite: %s", sqlite3_errmsg(d->db));
}

/* ---- opening ------------------------------------------------------------------------------- */

/* An unpacked file has no name but /proc/self/fd/N, a link that leads nowhere: it must be opened
 * as it is, where SQLite would follow links first and refuse them then. */
static const char descriptor[] = "/proc/self/fd/";

static int full_name(sqlite3_vfs *vfs, const char *name, int n, char *out)
{
	(void)vfs;
	return snprintf(out, (size_t)n, "%s", name) < n ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int open_link(const char *name, int flags, int mode)
{
	bool link = strncmp(name, descriptor, sizeof descriptor - 1) == 0;
	return open(name, link ? flags & ~O_NOFOLLOW : flags, mode);
}

static void vfs_open(struct database *d)
{
	sqlite3_vfs *unix_vfs = sqlite3_vfs_find(NULL);
	d->vfs = *unix_vfs;
	d->vfs.zName = "descriptor";
	d->vfs.xFullPathname = full_name;
	sqlite3_vfs_register(&d->vfs, 0);
	unix_vfs->xSetSystemCall(unix_vfs, "open", (sqlite3_syscall_ptr)open_link);
}

static void database_close(void *p)
{
	struct database *d = p;
	sqlite3_finalize(d->rows);
	sqlite3_close(d->db);
	if (d->vfs.zName) {
		sqlite3_vfs *unix_vfs = sqlite3_vfs_find(NULL);
		unix_vfs->xSetSystemCall(unix_vfs, "open", NULL);
		sqlite3_vfs_unregister(&d->vfs);
	}
}

static const char *uri(struct arena *a, const char *path)
{
	struct buf b = { 0 };
	buf_puts(&b, *path == '/' ? "file://" : "file:");
	for (const char *p = path; *p; p++)
		if (strchr("?#%", *p))
			buf_printf(&b, "%%%02X", (unsigned char)*p);
		else
			buf_putc(&b, *p);
	buf_puts(&b, "?mode=ro&immutable=1");
	const char *s = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

static int work_done(void *arg)
{
	struct database *d = arg;
	if (++d->steps % TELL_STEPS == 0)
		feed_progress(d->feed);
	return d->steps > STEPS;
}

static void set_limits(struct database *d)
{
	static const struct { int limit, most; } limits[] = {
		{ SQLITE_LIMIT_LENGTH, CELL_BYTES }, { SQLITE_LIMIT_SQL_LENGTH, 1 << 20 },
		{ SQLITE_LIMIT_EXPR_DEPTH, 200 }, { SQLITE_LIMIT_COMPOUND_SELECT, 100 },
		{ SQLITE_LIMIT_ATTACHED, 0 }, { SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000 },
		{ SQLITE_LIMIT_TRIGGER_DEPTH, 10 }, { SQLITE_LIMIT_WORKER_THREADS, 0 },
	};
	for (size_t i = 0; i < COUNTOF(limits); i++)
		sqlite3_limit(d->db, limits[i].limit, limits[i].most);
	sqlite3_db_config(d->db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
	sqlite3_db_config(d->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
	sqlite3_db_config(d->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)NULL);
	sqlite3_drop_modules(d->db, NULL);
	sqlite3_hard_heap_limit64(HEAP_BYTES);
	sqlite3_progress_handler(d->db, STEP_OPS, work_done, d);
	sqlite3_exec(d->db, "PRAGMA temp_store=2; PRAGMA cell_size_check=1", NULL, NULL, NULL);
}

static int database_open(struct feed *f, struct database *d, struct err *e)
{
	int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_PRIVATECACHE |
		SQLITE_OPEN_NOMUTEX;
	arena_own(f->arena, d, database_close);
	if (strncmp(f->path, descriptor, sizeof descriptor - 1) == 0)
		vfs_open(d);
	if (sqlite3_open_v2(uri(f->arena, f->path), &d->db, flags, d->vfs.zName) != SQLITE_OK)
		return fail(d, ERR_INPUT, e);
	set_limits(d);
	return 0;
}

/* In WAL mode the file alone may lack what was written last. */
static void tell_log(struct feed *f)
{
	unsigned char head[20] = { 0 };
	FILE *in = fopen(f->path, "rb");
	if (in && fread(head, 1, sizeof head, in) == sizeof head && head[18] == 2)
		feed_fact(f, "write-ahead log",
			"not read: rows that had not been moved into the file are absent");
	if (in)
		fclose(in);
}

/* ---- which table --------------------------------------------------------------------------- */

enum { MOST_TABLES = 10000 };
struct tables {
	struct feed_table *v;
	int n;
};

/* The one number that a statement with a quoted name gives, -1: none. */
static int64_t ask(struct database *d, const char *sql, const char *name)
{
	sqlite3_stmt *s = NULL;
	char *text = sqlite3_mprintf(sql, name);
	int64_t v = -1;
	d->steps = 0;
	if (text && sqlite3_prepare_v2(d->db, text, -1, &s, NULL) == SQLITE_OK &&
		sqlite3_step(s) == SQLITE_ROW)
		v = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	sqlite3_free(text);
	return v;
}

static bool is_table(const struct feed_table *t)
{
	return !t->note;
}

static bool is_virtual(const struct feed_table *t)
{
	return t->note && strcmp(t->note, "virtual") == 0;
}

/* A table that belongs to a virtual one: "docs_content" to "docs". */
static bool is_shadow(const struct tables *t, const struct feed_table *x)
{
	for (int i = 0; i < t->n; i++) {
		size_t n = strlen(t->v[i].name);
		if (is_virtual(&t->v[i]) && strncmp(x->name, t->v[i].name, n) == 0 &&
			x->name[n] == '_')
			return true;
	}
	return false;
}

/* All tables and views but SQLite's own. */
static int list_tables(struct feed *f, struct database *d, struct tables *t, struct err *e)
{
	static const char sql[] = "SELECT name, type, ncol FROM pragma_table_list "
		"WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
		"ORDER BY type, name";
	sqlite3_stmt *s = NULL;
	if (sqlite3_prepare_v2(d->db, sql, -1, &s, NULL) != SQLITE_OK)
		return fail(d, ERR_INPUT, e);
	t->v = arena_calloc(f->arena, MOST_TABLES, sizeof *t->v);
	int status;
	while ((status = sqlite3_step(s)) == SQLITE_ROW && t->n < MOST_TABLES) {
		const char *name = (const char *)sqlite3_column_text(s, 0);
		const char *type = (const char *)sqlite3_column_text(s, 1);
		if (!name || !type)
			continue;
		t->v[t->n++] = (struct feed_table){ .name = arena_strdup(f->arena, name),
			.rows = -1, .columns = sqlite3_column_int(s, 2),
			.note = strcmp(type, "table") == 0 ? NULL
							   : arena_strdup(f->arena, type) };
	}
	if (status != SQLITE_DONE && status != SQLITE_ROW)
		fail(d, ERR_INPUT, e);
	sqlite3_finalize(s);
	return status == SQLITE_DONE || status == SQLITE_ROW ? 0 : -1;
}

/* Counting reads a table's keys; in a large file the last key tells enough for a choice. */
static struct feed_table *largest(struct feed *f, struct database *d, struct tables *t)
{
	struct feed_table *best = NULL;
	int64_t most = -1;
	for (int i = 0; i < t->n; i++) {
		int64_t rows = -1;
		if (is_table(&t->v[i]) && f->bytes <= COUNT_BYTES)
			rows = t->v[i].rows = ask(d, "SELECT count(*) FROM \"%w\"", t->v[i].name);
		else if (is_table(&t->v[i]))
			rows = ask(d, "SELECT max(rowid) FROM \"%w\"", t->v[i].name);
		if (is_shadow(t, &t->v[i]))
			t->v[i].hidden = true;
		else if (!is_virtual(&t->v[i]) && (!best || rows > most)) {
			best = &t->v[i];
			most = rows;
		}
	}
	return best;
}

static struct feed_table *named(struct tables *t, const char *name, struct err *e)
{
	for (int i = 0; i < t->n; i++)
		if (sqlite3_stricmp(t->v[i].name, name) == 0) {
			if (!is_virtual(&t->v[i]))
				return &t->v[i];
			err_set(e, ERR_USAGE, "'%s' is a virtual table, which is not read", name);
			return NULL;
		}
	err_set(e, ERR_USAGE, "there is no table '%s' in it", name);
	return NULL;
}

/* Tells the tables; the one to read, unless there is a query. */
static int choose(struct feed *f, struct database *d, const struct feed_table **table,
	struct err *e)
{
	struct tables t = { 0 };
	const char *relation = f->options->relation;
	if (list_tables(f, d, &t, e))
		return -1;
	struct feed_table *best = largest(f, d, &t);
	if (!d->query) {
		if (relation)
			best = named(&t, relation, e);
		else if (!best)
			err_set(e, ERR_INPUT, "there is no table in it");
		if (!best)
			return -1;
		best->chosen = true;
		d->expected = best->rows;
	}
	int choice = 0;
	for (int i = 0; i < t.n; i++) {
		choice += !t.v[i].hidden && !is_virtual(&t.v[i]);
		feed_table(f, &t.v[i]);
	}
	if (!d->query && !relation && choice > 1)
		feed_fact(f, "table", "'%s', the one with the most rows of %d", best->name, choice);
	*table = best;
	return 0;
}

/* ---- the statement ------------------------------------------------------------------------- */

/* Reading and computing, and nothing else. */
static int allow(void *arg, int what, const char *a, const char *b, const char *c,
	const char *from)
{
	(void)arg, (void)a, (void)b, (void)c, (void)from;
	switch (what) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_FUNCTION:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	}
	return SQLITE_DENY;
}

static int prepare(struct database *d, const char *sql, struct err *e)
{
	const char *rest = NULL;
	sqlite3_stmt *second = NULL;
	sqlite3_set_authorizer(d->db, allow, NULL);
	if (sqlite3_prepare_v2(d->db, sql, -1, &d->rows, &rest) != SQLITE_OK)
		return fail(d, d->query ? ERR_USAGE : ERR_INPUT, e);
	if (!d->rows || !sqlite3_stmt_readonly(d->rows) || !sqlite3_column_count(d->rows))
		return err_set(e, ERR_USAGE, "the query must be a SELECT");
	bool more = sqlite3_prepare_v2(d->db, rest, -1, &second, NULL) != SQLITE_OK || second;
	sqlite3_finalize(second);
	return more ? err_set(e, ERR_USAGE, "the query must be one SELECT") : 0;
}

/* ---- rows ---------------------------------------------------------------------------------- */

static struct str cell(struct database *d, struct block *b, int col)
{
	struct sqlite_stored *st = &d->stored[col];
	int type = sqlite3_column_type(d->rows, col);
	char text[NUM_MAX];
	struct str s;
	int64_t n;
	double v;
	switch (type) {
	case SQLITE_INTEGER:
		n = sqlite3_column_int64(d->rows, col);
		st->integers++;
		st->bits += n == 0 || n == 1;
		s.n = (size_t)snprintf(text, sizeof text, "%lld", (long long)n);
		s.p = text;
		return feed_copy(b, s);
	case SQLITE_FLOAT:
		st->reals++;
		s.n = num_shortest(text, sqlite3_column_double(d->rows, col));
		s.p = text;
		return feed_copy(b, s);
	case SQLITE_TEXT:
		st->texts++;
		s.p = (const char *)sqlite3_column_text(d->rows, col);
		s.n = s.p ? (size_t)sqlite3_column_bytes(d->rows, col) : 0;
		if (s.n && s.n < NUM_MAX && *s.p <= '9' && num_parse_double(s.p, s.n, &v))
			st->numeric++;
		return feed_copy(b, s);
	case SQLITE_BLOB:
		st->blobs++;
		s.p = sqlite3_column_blob(d->rows, col);
		s.n = (size_t)sqlite3_column_bytes(d->rows, col);
		return sqlite_blob(b, s);
	}
	return (struct str){ 0 };
}

static int step(struct feed *f, struct database *d, struct err *e)
{
	d->steps = 0;
	switch (sqlite3_step(d->rows)) {
	case SQLITE_ROW:
		d->pending = true;
		return 0;
	case SQLITE_DONE:
		d->ended = true;
		for (int i = 0; i < f->ncols; i++)
			sqlite_conclude(f, i, &d->stored[i]);
		return 0;
	case SQLITE_INTERRUPT:
		return err_set(e, d->query ? ERR_USAGE : ERR_INPUT,
			"the query takes too long between two rows");
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return err_set(e, ERR_INPUT, "the database is damaged: %s",
			sqlite3_errmsg(d->db));
	}
	return fail(d, d->query ? ERR_USAGE : ERR_INPUT, e);
}

static int next(struct feed *f, struct block *b, struct err *e)
{
	struct database *d = f->state;
	for (;;) {
		if (!d->pending && !d->ended && step(f, d, e))
			return -1;
		if (d->ended || !feed_row(f, b))
			break;
		for (int i = 0; i < f->ncols; i++)
			feed_put(b, i, cell(d, b, i));
		d->pending = false;
		f->records++;
	}
	if (d->expected >= f->records && d->expected > 0)
		f->done = (double)f->records / (double)d->expected;
	return 0;
}

/* ---- the format ---------------------------------------------------------------------------- */

static enum detected detect(struct str head, const char *path)
{
	(void)path;
	bool is = head.n >= 16 && memcmp(head.p, "SQLite format 3", 16) == 0;
	return is ? DETECT_YES : DETECT_NO;
}

static int add_columns(struct feed *f, struct database *d, struct err *e)
{
	int n = sqlite3_column_count(d->rows);
	d->stored = arena_calloc(f->arena, (size_t)n, sizeof *d->stored);
	for (int i = 0; i < n; i++) {
		const char *name = sqlite3_column_name(d->rows, i);
		const char *type = sqlite3_column_decltype(d->rows, i);
		struct feed_column c = { .name = arena_strdup(f->arena, name ? name : ""),
			.stored = type ? arena_strdup(f->arena, type) : NULL };
		if (feed_column(f, &c, e) < 0)
			return -1;
	}
	return 0;
}

static int open_sqlite(struct feed *f, struct err *e)
{
	struct database *d = arena_alloc(f->arena, sizeof *d);
	const char *query = f->options->query;
	f->state = d;
	f->next = next;
	d->feed = f;
	d->query = query != NULL;
	d->expected = -1;
	if (database_open(f, d, e))
		return -1;
	tell_log(f);
	const struct feed_table *table;
	if (choose(f, d, &table, e))
		return -1;
	char *sql = query ? NULL : sqlite3_mprintf("SELECT * FROM \"%w\"", table->name);
	int status = prepare(d, query ? query : sql, e) || add_columns(f, d, e) ? -1 : 0;
	sqlite3_free(sql);
	return status;
}

const struct format format_sqlite = {
	.name = "sqlite",
	.title = "SQLite database",
	.extensions = "sqlite sqlite3 db db3",
	.detect = detect,
	.open = open_sqlite,
};
