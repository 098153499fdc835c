/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PostgreSQL: one table, view or query as a feed, read by COPY in one read-only transaction.
 * Types come from the description of the prepared statement, which also makes sure that the
 * query is one statement before it becomes part of a COPY. The password never gets into any text.
 */
#include "ingest/database/postgres_int.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

struct server {
	PGconn *c;
	char *row;                 /* the last that came, to be freed by libpq; NULL: none */
	int row_bytes;
	struct pg_column *columns;
	int64_t expected;
	bool query, ended;
};

static void server_close(void *p)
{
	struct server *s = p;
	PQfreemem(s->row);
	PQfinish(s->c);
}

/* ---- errors --------------------------------------------------------------------------------- */

/* Lines as one, without the blanks around them. */
static const char *one_line(const char *text, char out[400])
{
	size_t n = 0;
	for (const char *p = text; *p && n < 399; p++) {
		bool blank = *p == '\n' || *p == '\t' || *p == ' ' || *p == '\r';
		if (!blank)
			out[n++] = *p;
		else if (n && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = 0;
	return out;
}

/* The classes of SQLSTATE (PostgreSQL, appendix A): whose fault, and does it pass? */
static enum err_code blame(const struct server *s, const char *state)
{
	static const char *const passing[] = { "08", "40", "53", "57P", "55P03" };
	if (!state)
		return PQstatus(s->c) == CONNECTION_BAD ? ERR_BUSY : ERR_INPUT;
	for (size_t i = 0; i < COUNTOF(passing); i++)
		if (strncmp(state, passing[i], strlen(passing[i])) == 0)
			return ERR_BUSY;
	/* syntax, values, writing: the query's own; 42501 is a lack of rights */
	bool own = strncmp(state, "42", 2) == 0 || strncmp(state, "22", 2) == 0 ||
		strncmp(state, "25", 2) == 0;
	return s->query && own && strcmp(state, "42501") != 0 ? ERR_USAGE : ERR_INPUT;
}

/* Takes the result. */
static int refused(const struct server *s, PGresult *r, struct err *e)
{
	char text[400];
	const char *why = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	err_set(e, blame(s, state), "the server says: %s",
		one_line(why ? why : PQerrorMessage(s->c), text));
	PQclear(r);
	return -1;
}

static int run(const struct server *s, const char *sql, struct err *e)
{
	PGresult *r = PQexec(s->c, sql);
	if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
		return refused(s, r, e);
	PQclear(r);
	return 0;
}

/* ---- connecting ----------------------------------------------------------------------------- */

/* The words of libpq are not shown when the string can't be taken apart: they repeat parts of it,
 * of a password with a blank for example. */
static int check_string(const char *string, bool *service, struct err *e)
{
	*service = !strchr(string, '=') && !strstr(string, "://");
	if (*service)
		return *string ? 0 : err_set(e, ERR_USAGE, "the connection string is empty");
	PQconninfoOption *o = PQconninfoParse(string, NULL);
	if (!o)
		return err_set(e, ERR_USAGE,
			"the connection string is malformed (values with blanks need quotes)");
	PQconninfoFree(o);
	return 0;
}

/* Nobody answered, or not yet: that passes. An answer that is a refusal doesn't. */
static enum err_code blame_connection(const struct server *s, const char *text)
{
	static const char *const passing[] = { "starting up", "shutting down", "recovery mode",
		"too many", "remaining connection slots" };
	for (size_t i = 0; i < COUNTOF(passing); i++)
		if (strstr(text, passing[i]))
			return ERR_BUSY;
	if (strstr(text, "definition of service"))
		return ERR_USAGE;
	bool answered = strstr(text, "FATAL") || PQconnectionNeedsPassword(s->c) ||
		PQserverVersion(s->c) || strstr(text, "could not translate host name");
	return answered ? ERR_INPUT : ERR_BUSY;
}

static int connect_server(struct feed *f, struct server *s, struct err *e)
{
	const char *string = f->options->postgres, *password = f->options->password;
	bool service;
	if (check_string(string, &service, e))
		return -1;
	/* what comes later wins */
	const char *names[] = { "connect_timeout", "fallback_application_name",
		service ? "service" : "dbname", "client_encoding", password ? "password" : NULL,
		NULL };
	const char *values[] = { "15", "dossier", string, "UTF8", password, NULL };
	s->c = PQconnectdbParams(names, values, 1);
	if (PQstatus(s->c) != CONNECTION_OK) {
		char text[400];
		one_line(PQerrorMessage(s->c), text);
		return err_set(e, blame_connection(s, text), "%s", text);
	}
	PQsetErrorVerbosity(s->c, PQERRORS_TERSE);
	/* rows come in the order in which they lie, whoever else is reading */
	return run(s, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", e) ||
		run(s, "SET LOCAL statement_timeout = '10min'; SET LOCAL lock_timeout = '30s'; "
			"SET LOCAL DateStyle = 'ISO'; SET LOCAL IntervalStyle = 'postgres'; "
			"SET LOCAL TimeZone = 'UTC'; SET LOCAL extra_float_digits = 3; "
			"SET LOCAL bytea_output = 'hex'; SET LOCAL synchronize_seqscans = off; "
			"SET LOCAL max_parallel_workers_per_gather = 0", e) ? -1 : 0;
}

/* ---- which table ---------------------------------------------------------------------------- */

enum { COL_SCHEMA, COL_NAME, COL_NOTE, COL_ROWS, COL_WEIGHT, COL_COLUMNS };

/* Rows as the server estimates them; what it never looked at weighs by its size. */
static const char list_sql[] =
	"SELECT n.nspname, c.relname, CASE c.relkind WHEN 'v' THEN 'view' "
	"WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' END, "
	"c.reltuples::bigint, CASE WHEN c.relkind = 'v' THEN -1 WHEN c.reltuples >= 0 "
	"THEN c.reltuples::bigint ELSE pg_catalog.pg_table_size(c.oid) / 100 END, "
	"(SELECT count(*) FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid "
	"AND a.attnum > 0 AND NOT a.attisdropped) "
	"FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
	"WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ";
static const char shown_sql[] =
	"n.nspname = ANY (pg_catalog.current_schemas(false)) AND NOT c.relispartition "
	"ORDER BY n.nspname, c.relname LIMIT 10000";
static const char named_sql[] =
	"(n.nspname || '.' || c.relname = $1 OR "
	"(c.relname = $1 AND pg_catalog.pg_table_is_visible(c.oid))) LIMIT 1";

static int64_t number(const PGresult *r, int row, int col)
{
	return strtoll(PQgetvalue(r, row, col), NULL, 10);
}

static PGresult *list(const struct server *s, const char *condition, const char *name,
	struct err *e)
{
	struct buf sql = { 0 };
	buf_puts(&sql, list_sql);
	buf_puts(&sql, condition);
	PGresult *r = PQexecParams(s->c, buf_str(&sql), name ? 1 : 0, NULL, &name, NULL, NULL, 0);
	buf_free(&sql);
	if (PQresultStatus(r) == PGRES_TUPLES_OK)
		return r;
	refused(s, r, e);
	return NULL;
}

static int select_all(struct feed *f, struct server *s, const PGresult *r, int row,
	const char **sql, struct err *e)
{
	char *schema = PQescapeIdentifier(s->c, PQgetvalue(r, row, COL_SCHEMA),
		(size_t)PQgetlength(r, row, COL_SCHEMA));
	char *name = PQescapeIdentifier(s->c, PQgetvalue(r, row, COL_NAME),
		(size_t)PQgetlength(r, row, COL_NAME));
	if (schema && name)
		*sql = arena_printf(f->arena, "SELECT * FROM %s.%s", schema, name);
	PQfreemem(schema);
	PQfreemem(name);
	s->expected = number(r, row, COL_ROWS);
	return *sql ? 0 : err_set(e, ERR_INPUT, "a table has a name that can't be quoted");
}

static void tell_table(struct feed *f, const PGresult *r, int row, bool chosen)
{
	feed_table(f, &(struct feed_table){ .name = PQgetvalue(r, row, COL_NAME),
		.rows = number(r, row, COL_ROWS), .columns = number(r, row, COL_COLUMNS),
		.chosen = chosen,
		.note = PQgetisnull(r, row, COL_NOTE) ? NULL : PQgetvalue(r, row, COL_NOTE) });
}

/* The table that is named, with its schema or as the search path finds it. */
static int choose_named(struct feed *f, struct server *s, const char *name, const char **sql,
	struct err *e)
{
	PGresult *r = list(s, named_sql, name, e);
	if (!r)
		return -1;
	if (PQntuples(r))
		tell_table(f, r, 0, true);
	int status = PQntuples(r) ? select_all(f, s, r, 0, sql, e)
				  : err_set(e, ERR_USAGE, "there is no table '%s'", name);
	PQclear(r);
	return status;
}

/* Tells the tables that can be seen; takes the largest unless there is a query. */
static int choose(struct feed *f, struct server *s, const char **sql, struct err *e)
{
	int best = -1, status = 0;
	PGresult *r = list(s, shown_sql, NULL, e);
	if (!r)
		return -1;
	int n = PQntuples(r);
	for (int i = 0; i < n && !s->query; i++)
		if (best < 0 || number(r, i, COL_WEIGHT) > number(r, best, COL_WEIGHT))
			best = i;
	for (int i = 0; i < n; i++)
		tell_table(f, r, i, i == best);
	if (best >= 0)
		status = select_all(f, s, r, best, sql, e);
	else if (!s->query)
		status = err_set(e, ERR_INPUT, "there is no table to be seen");
	if (best >= 0 && n > 1)
		feed_fact(f, "table", "'%s', the largest of %d", PQgetvalue(r, best, COL_NAME), n);
	PQclear(r);
	return status;
}

/* ---- columns -------------------------------------------------------------------------------- */

/* The server's name of a type: "character varying(20)". */
static const char *type_name(struct feed *f, const struct server *s, Oid type, int modifier)
{
	char oid[NUM_MAX], mod[NUM_MAX];
	num_shortest(oid, type);
	num_shortest(mod, modifier);
	const char *values[] = { oid, mod };
	PGresult *r = PQexecParams(s->c, "SELECT pg_catalog.format_type($1::oid, $2::int)", 2, NULL,
		values, NULL, NULL, 0);
	const char *name = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r)
		? arena_strdup(f->arena, PQgetvalue(r, 0, 0)) : NULL;
	PQclear(r);
	return name;
}

static int describe(struct feed *f, struct server *s, const char *sql, struct err *e)
{
	PGresult *r = PQprepare(s->c, "", sql, 0, NULL);
	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		return refused(s, r, e);
	PQclear(r);
	r = PQdescribePrepared(s->c, "");
	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		return refused(s, r, e);
	int n = PQnfields(r), status = 0;
	if (!n || PQnparams(r))
		status = err_set(e, s->query ? ERR_USAGE : ERR_INPUT, n
			? "the query has parameters" : "it gives no columns: is it a SELECT?");
	s->columns = arena_calloc(f->arena, (size_t)n, sizeof *s->columns);
	for (int i = 0; i < n && !status; i++) {
		struct feed_column c = { .name = arena_strdup(f->arena, PQfname(r, i)),
			.stored = type_name(f, s, PQftype(r, i), PQfmod(r, i)),
			.native = pg_native(PQftype(r, i), PQfmod(r, i), &s->columns[i].kind) };
		status = feed_column(f, &c, e) < 0 ? -1 : 0;
	}
	PQclear(r);
	return status;
}

/* ---- rows ----------------------------------------------------------------------------------- */

/* A query that could be prepared is one statement; all it can still do to the COPY around it is
 * end with a semicolon or a comment. */
static int start_copy(struct server *s, const char *sql, struct err *e)
{
	struct str q = str_trim(str_of(sql));
	while (q.n && q.p[q.n - 1] == ';') {
		q.n--;
		q = str_trim(q);
	}
	struct buf copy = { 0 };
	buf_puts(&copy, "COPY (");
	buf_put(&copy, q.p, q.n);
	buf_puts(&copy, "\n) TO STDOUT");
	PGresult *r = PQexec(s->c, buf_str(&copy));
	buf_free(&copy);
	if (PQresultStatus(r) != PGRES_COPY_OUT)
		return refused(s, r, e);
	PQclear(r);
	return 0;
}

static int next_row(struct feed *f, struct server *s, struct err *e)
{
	PQfreemem(s->row);
	s->row = NULL;
	s->row_bytes = PQgetCopyData(s->c, &s->row, 0);
	if (s->row_bytes > 0)
		return 0;
	PGresult *r = PQgetResult(s->c);
	if (s->row_bytes != -1 || PQresultStatus(r) != PGRES_COMMAND_OK)
		return refused(s, r, e);
	PQclear(r);
	s->ended = true;
	for (int i = 0; i < f->ncols; i++)
		pg_conclude(f, i, &s->columns[i]);
	return 0;
}

static int take(struct feed *f, struct server *s, struct block *b, struct err *e)
{
	size_t n = (size_t)s->row_bytes;
	if (s->row[n - 1] == '\n')
		n--;
	char *p = arena_strndup(b->bytes, s->row, n), *end = p + n;
	for (int i = 0; i < f->ncols; i++) {
		size_t length;
		bool missing;
		char *behind = pg_field(p, end, &length, &missing);
		if (!missing)
			feed_put(b, i, pg_value(&s->columns[i], b, p, length));
		if ((i + 1 < f->ncols) != (behind < end))
			return err_set(e, ERR_INPUT, "row %lld has another number of columns",
				(long long)f->records + 1);
		p = behind + 1;
	}
	return 0;
}

static int next(struct feed *f, struct block *b, struct err *e)
{
	struct server *s = f->state;
	for (;;) {
		if (!s->row && !s->ended && next_row(f, s, e))
			return -1;
		if (s->ended || !feed_row(f, b))
			break;
		if (take(f, s, b, e))
			return -1;
		f->records++;
		PQfreemem(s->row);
		s->row = NULL;
	}
	if (s->expected >= f->records && s->expected > 0)
		f->done = (double)f->records / (double)s->expected;
	return 0;
}

/* ---- the format ----------------------------------------------------------------------------- */

static enum detected detect(struct str head, const char *path)
{
	(void)head, (void)path;
	return DETECT_NO;          /* a server is no file */
}

static int open_postgres(struct feed *f, struct err *e)
{
	struct server *s = arena_alloc(f->arena, sizeof *s);
	const char *sql = f->options->query;
	f->state = s;
	f->next = next;
	s->query = sql != NULL;
	s->expected = -1;
	if (!f->options->postgres)
		return err_set(e, ERR_USAGE, "there is no connection string");
	arena_own(f->arena, s, server_close);
	if (connect_server(f, s, e))
		return -1;
	const char *relation = s->query ? NULL : f->options->relation;
	if (relation ? choose_named(f, s, relation, &sql, e) : choose(f, s, &sql, e))
		return -1;
	return describe(f, s, sql, e) || start_copy(s, sql, e) ? -1 : 0;
}

const struct format format_postgres = {
	.name = "postgres",
	.title = "PostgreSQL",
	.extensions = "",
	.detect = detect,
	.open = open_postgres,
	.network = true,
};
