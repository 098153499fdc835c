/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQLite databases: which table, which types, what a query may be, damaged files. */
#include "ingest/process/feed.h"
#include "feed_dump.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/dossier-sqlite-XXXXXX";
static char path[200];
static struct feed_dump d;

static void make(const char *sql)
{
	sqlite3 *db;
	char *why = NULL;
	unlink(path);
	CHECK(sqlite3_open(path, &db) == SQLITE_OK);
	CHECK(sqlite3_exec(db, sql, NULL, NULL, &why) == SQLITE_OK);
	if (why)
		printf("%s\n", why);
	sqlite3_free(why);
	sqlite3_close(db);
}

static void read_from(const char *file, const char *relation, const char *query)
{
	dump_free(&d);
	dump_feed(&d, &format_sqlite,
		&(struct ingest_options){ .relation = relation, .query = query }, file);
}

static void read_table(const char *relation)
{
	read_from(path, relation, NULL);
	if (d.status)
		printf("%s\n", d.err.msg);
}

static bool told(const struct buf *b, const char *what)
{
	bool yes = strstr(buf_str(b), what) != NULL;
	if (!yes)
		printf("'%s' lacks '%s'\n", buf_str(b), what);
	return yes;
}

/* The natives of the columns at the end, a letter each. */
static char natives[64];

static void note_natives(void *ctx, const struct feed *f)
{
	(void)ctx;
	for (int i = 0; i < f->ncols; i++)
		natives[i] = "-irbdDtTx"[f->columns[i].native];
	natives[f->ncols] = 0;
}

static const char *natives_of(const char *relation)
{
	const struct feed_out out = { .end = note_natives };
	natives[0] = 0;
	feed_run_here(&format_sqlite, &(struct ingest_options){ .relation = relation }, path, &out,
		NULL);
	return natives;
}

static const char sample[] =
	"CREATE TABLE small(a); INSERT INTO small VALUES(1);"
	"CREATE TABLE \"odd \"\"name\"(id INTEGER PRIMARY KEY, name VARCHAR(20), price REAL, "
	"born DATE, ok BOOLEAN, zip TEXT, pic BLOB, mix INTEGER, x);"
	"INSERT INTO \"odd \"\"name\" VALUES(1,'Ada',1.5,'2024-02-29',1,'01234',x'00ff10',5,NULL),"
	"(2,'Zo\xc3\xab',2,'2024-03-01',0,'99999',zeroblob(40),'five',0.1),"
	"(9007199254740993,NULL,1e300,NULL,NULL,'10115',NULL,7,'a'||char(0)||'b');"
	"CREATE VIEW v AS SELECT name, price FROM \"odd \"\"name\";"
	"CREATE VIRTUAL TABLE ft USING fts5(t); INSERT INTO ft VALUES('hello'),('a'),('b'),('c');";

static void tables(void)
{
	make(sample);
	read_table(NULL);
	CHECK(d.status == 0);
	CHECK_STR(buf_str(&d.columns), "id|name|price|born|ok|zip|pic|mix|x");
	CHECK_STR(buf_str(&d.rows),
		"1|Ada|1.5|2024-02-29|1|01234|00ff10|5|\n"
		"2|Zo\xc3\xab|2|2024-03-01|0|99999|00000000000000000000000000000000...|five|0.1\n"
		"9007199254740993||1e+300|||10115||7|ab\n");
	CHECK(told(&d.tables, "odd \"name 3x9 chosen\n"));
	CHECK(told(&d.tables, "small 1x1\n"));
	CHECK(told(&d.tables, "v -1x2 view\n"));
	CHECK(told(&d.tables, "ft_content 4x2 hidden\n"));
	CHECK(told(&d.facts, "table: 'odd \"name', the one with the most rows of 3\n"));
	CHECK(told(&d.findings, "binary_values pic 2 of 2 - -\n"));
	CHECK(told(&d.findings, "sqlite_mixed_storage mix 1 of 3 INTEGER text\n"));
	CHECK(told(&d.findings, "sqlite_mixed_storage x 1 of 2 without a type reals\n"));
	CHECK_STR(natives_of(NULL), "i-r-bxx--");
	read_table("SMALL");
	CHECK_STR(buf_str(&d.rows), "1\n");
	read_table("v");
	CHECK_STR(buf_str(&d.rows), "Ada|1.5\nZo\xc3\xab|2\n|1e+300\n");
	read_from(path, "nope", NULL);
	CHECK(d.err.code == ERR_USAGE);
	CHECK_STR(d.err.msg, "there is no table 'nope' in it");
	read_from(path, "ft", NULL);
	CHECK(d.err.code == ERR_USAGE);
	CHECK_STR(d.err.msg, "'ft' is a virtual table, which is not read");
	make("PRAGMA user_version = 1");
	read_from(path, NULL, NULL);
	CHECK(d.err.code == ERR_INPUT);
	CHECK_STR(d.err.msg, "there is no table in it");
}

static void types(void)
{
	make("CREATE TABLE t(code TEXT, day TEXT, flag BOOL, n, r, e);"
	     "INSERT INTO t VALUES('007','2024-01-01',2,1,1.5,NULL),('12','2024-01-02',1,2,2,NULL);");
	/* numbers in a column of text are text, dates may be dates; 2 is no truth value; real wins */
	CHECK_STR(natives_of(NULL), "x-iir-");
	make("PRAGMA encoding='UTF-16'; CREATE TABLE t(s); INSERT INTO t VALUES('\xf0\x9f\x98\x80'),"
	     "(-9223372036854775807-1),(1e999),(-1e999);");
	read_table(NULL);
	CHECK_STR(buf_str(&d.rows), "\xf0\x9f\x98\x80\n-9223372036854775808\ninf\n-inf\n");
}

static void queries(void)
{
	static const struct { const char *sql, *message; } bad[] = {
		{ "SELECT 1; SELECT 2", "the query must be one SELECT" },
		{ "ATTACH 'x' AS y", "SQLite: not authorized" },
		{ "DELETE FROM small", "SQLite: not authorized" },
		{ "PRAGMA user_version", "SQLite: not authorized" },
		{ "SELECT * FROM pragma_table_list", "SQLite: not authorized" },
		{ "SELECT * FROM ft", "SQLite: no such module: fts5" },
		{ "SELECT load_extension('x')", "SQLite: not authorized" },
		{ "SELEC", "SQLite: near \"SELEC\": syntax error" },
		{ "SELECT abs(-9223372036854775807-1)", "SQLite: integer overflow" },
		{ "", "the query must be a SELECT" },
		{ "BEGIN", "SQLite: not authorized" },
	};
	make(sample);
	read_from(path, NULL, "SELECT id % 2 AS odd, count(*) FROM \"odd \"\"name\" GROUP BY 1; -- x");
	CHECK_STR(buf_str(&d.columns), "odd|count(*)");
	CHECK_STR(buf_str(&d.rows), "0|1\n1|2\n");
	for (size_t i = 0; i < COUNTOF(bad); i++) {
		read_from(path, NULL, bad[i].sql);
		CHECK(d.err.code == ERR_USAGE);
		CHECK_STR(d.err.msg, bad[i].message);
	}
	make("PRAGMA user_version = 1");
	read_from(path, NULL, "SELECT 1 AS a");
	CHECK_STR(buf_str(&d.rows), "1\n");
}

static void files(void)
{
	char other[220], link[64];
	make(sample);
	struct buf bytes = { 0 };
	file_read(path, 1 << 20, &bytes, NULL);
	CHECK(format_sqlite.detect((struct str){ bytes.p, bytes.n }, path) == DETECT_YES);
	CHECK(format_sqlite.detect(str_of("a,b\n1,2\n"), path) == DETECT_NO);

	/* names that mean something in a URI; a link; a file without a name */
	snprintf(other, sizeof other, "%s/a?b#c%%41.db", folder);
	file_write(other, bytes.p, bytes.n, NULL);
	read_from(other, "small", NULL);
	CHECK_STR(buf_str(&d.rows), "1\n");
	snprintf(other, sizeof other, "/%s", path);
	read_from(other, "small", NULL);
	CHECK_STR(buf_str(&d.rows), "1\n");
	snprintf(other, sizeof other, "%s/link.db", folder);
	CHECK(symlink(path, other) == 0);
	read_from(other, "small", NULL);
	CHECK_STR(buf_str(&d.rows), "1\n");
	snprintf(other, sizeof other, "%s/gone.db", folder);
	file_write(other, bytes.p, bytes.n, NULL);
	int fd = open(other, O_RDONLY);
	unlink(other);
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	read_from(link, "small", NULL);
	CHECK_STR(buf_str(&d.rows), "1\n");
	close(fd);

	/* nothing is written beside it */
	chmod(path, 0400);
	read_from(path, "small", NULL);
	CHECK(d.status == 0);
	snprintf(other, sizeof other, "%s-journal", path);
	CHECK(!file_exists(other));
	chmod(path, 0600);

	file_write(path, bytes.p, bytes.n / 2, NULL);
	read_from(path, NULL, NULL);
	CHECK(d.status == -1 && d.err.code == ERR_INPUT);
	file_write(path, bytes.p, 60, NULL);
	read_from(path, NULL, NULL);
	CHECK(d.status == -1 && d.err.code == ERR_INPUT);
	for (size_t i = 100; i < bytes.n; i += 7)
		bytes.p[i] = (char)~bytes.p[i];
	file_write(path, bytes.p, bytes.n, NULL);
	read_from(path, NULL, NULL);
	CHECK(d.status == -1 && d.err.code == ERR_INPUT);
	buf_free(&bytes);
}

static void logged(void)
{
	make("PRAGMA journal_mode=WAL; CREATE TABLE t(a); INSERT INTO t VALUES(1);");
	read_table(NULL);
	CHECK_STR(buf_str(&d.rows), "1\n");
	CHECK(told(&d.facts, "write-ahead log: not read"));
}

static void many(void)
{
	make("CREATE TABLE t AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c "
	     "WHERE x < 20000) SELECT x, 'row ' || x AS s FROM c;");
	read_table(NULL);
	struct buf want = { 0 };
	for (int i = 1; i <= 20000; i++)
		buf_printf(&want, "%d|row %d\n", i, i);
	CHECK(d.rows.n == want.n && memcmp(d.rows.p, want.p, want.n) == 0);
	buf_free(&want);
}

int main(void)
{
	if (!mkdtemp(folder))
		return 2;
	snprintf(path, sizeof path, "%s/t.db", folder);
	tables();
	types();
	queries();
	files();
	logged();
	many();
	dump_free(&d);
	file_remove_tree(folder, NULL);
	return test_end();
}
