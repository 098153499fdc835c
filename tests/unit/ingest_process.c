/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feeds in a confined process: rows arrive whole and can be read again, and whatever a reader does
 * (crash, hang, talk nonsense, talk without end) becomes an error with words, without leftovers. */
#define _GNU_SOURCE
#include "ingest/process/process_int.h"
#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "/tmp/dossier-process-XXXXXX";
static char input[64];

struct reading {
	struct arena *arena;
	struct ingest_options options;
	struct ingest_result result;
	struct source source;
	struct block block;
	struct err err;
};

static void prepare(struct reading *x)
{
	*x = (struct reading){ .arena = arena_new() };
	x->options.scratch = folder;
}

static int open_it(struct reading *x, const struct format *f)
{
	return feed_open(x->arena, &x->options, f, input, &x->source, &x->result, &x->err);
}

/* The next block of up to cap rows; their number, -1 on error. */
static int64_t fill(struct reading *x, int64_t cap)
{
	struct block *b = &x->block;
	arena_free(b->bytes);
	free(b->cells);
	*b = (struct block){ .cap = cap, .bytes = arena_new() };
	block_widen(b, x->source.ncols, cap * x->source.ncols);
	return x->source.fill(&x->source, b, &x->err) ? -1 : b->rows;
}

static struct str cell(const struct reading *x, int col, int64_t row)
{
	return x->block.cells[col * x->block.cap + row];
}

static void done(struct reading *x)
{
	free(x->block.cells);
	arena_free(x->block.bytes);
	arena_free(x->arena);
}

/* Opens and reads to the end; the message, "" when all went well. */
static const char *outcome(const struct format *f, enum err_code *code)
{
	static struct err e;
	struct reading x;
	prepare(&x);
	int64_t n = open_it(&x, f) ? -1 : 1;
	while (n > 0)
		n = fill(&x, 1024);
	e = x.err;
	*code = e.code;
	done(&x);
	return e.msg;
}

/* ---- a reader that works ------------------------------------------------------------------- */

enum { ROWS = 100000 };

static int next_numbers(struct feed *f, struct block *b, struct err *e)
{
	(void)e;
	int64_t *at = f->state;
	char text[64];
	for (; *at < ROWS && feed_row(f, b); ++*at) {
		int n = snprintf(text, sizeof text, "%lld", (long long)*at);
		feed_put(b, 0, feed_copy(b, (struct str){ text, (size_t)n }));
		if (*at % 3 == 0)
			feed_put(b, 1, str_of(*at % 2 ? "odd" : "even"));
		if (*at % 1000 == 999)
			feed_reject(f, *at % 2, *at, str_of("r\xff" "aw"), "reason %d", (int)*at);
		f->records++;
		f->done = (double)*at / ROWS;
	}
	if (*at == ROWS && !b->rows) {
		f->columns[1].ncodes = 1;
		f->columns[1].codes = arena_alloc(f->arena, sizeof *f->columns[1].codes);
		f->columns[1].codes[0] = (struct feed_code){ "odd", "not even", false, 5 };
	}
	return 0;
}

static int open_numbers(struct feed *f, struct err *e)
{
	f->state = arena_alloc(f->arena, sizeof(int64_t));
	f->next = next_numbers;
	const struct feed_column a = { .name = "a", .native = NATIVE_INTEGER, .stored = "LONG" },
		b = { .name = "b\xff", .label = "the b" };
	if (feed_column(f, &a, e) < 0 || feed_column(f, &b, e) < 0)
		return -1;
	feed_fact(f, "date system", "%d", 1904);
	feed_table(f, &(struct feed_table){ "One", 5, -1, true, false, "view" });
	feed_table(f, &(struct feed_table){ .name = "Two", .rows = -1, .columns = 2,
		.chosen = true });
	feed_finding(f, FIND_nul_bytes, "a", 3, 9, "text", NULL);
	return 0;
}
static const struct format numbers = { .name = "numbers", .title = "Numbers", .open = open_numbers };

static void check_row(const struct reading *x, int64_t row, int64_t number)
{
	char text[32];
	snprintf(text, sizeof text, "%lld", (long long)number);
	struct str b = cell(x, 1, row);
	bool fine = str_eq(cell(x, 0, row), text) &&
		(number % 3 ? !b.n : str_eq(b, number % 2 ? "odd" : "even"));
	if (!fine)
		CHECK(fine);           /* not counted for every row */
}

static void whole(struct reading *x, int64_t cap)
{
	int64_t rows = 0;
	x->source.rewind(&x->source);
	for (int64_t n; (n = fill(x, cap)) > 0; rows += n) {
		CHECK(n == cap || rows + n == ROWS);
		for (int64_t i = 0; i < n; i++)
			check_row(x, i, rows + i);
	}
	CHECK(rows == ROWS);
	CHECK(x->source.records == ROWS + ROWS / 1000);
	CHECK(quarantine_count(x->source.quarantine) == ROWS / 1000);
	CHECK(quarantine_bad(x->source.quarantine) == ROWS / 1000);
	CHECK_STR(quarantine_first(x->source.quarantine), "line 999: reason 999");
	CHECK(fill(x, cap) == 0);
}

static void works(void)
{
	struct reading x;
	prepare(&x);
	CHECK(open_it(&x, &numbers) == 0);
	CHECK(x.source.ncols == 2);
	CHECK(str_eq(x.source.names[0], "a"));
	CHECK(str_eq(x.source.names[1], "b\xef\xbf\xbd"));
	CHECK_STR(x.source.columns[0].stored, "LONG");
	CHECK(x.source.columns[0].native == NATIVE_INTEGER && !x.source.columns[0].label);
	CHECK_STR(x.source.columns[1].label, "the b");
	CHECK(x.result.nfacts == 1 && x.result.ntables == 2 && x.result.nfindings == 1);
	CHECK_STR(x.result.facts[0].value, "1904");
	CHECK_STR(x.result.tables[0].note, "view");
	CHECK(x.result.tables[0].rows == 5 && x.result.tables[0].columns == -1);
	CHECK(x.result.tables[0].hidden && !x.result.tables[0].chosen);
	CHECK(x.result.tables[1].chosen && !x.result.tables[1].note);
	CHECK(x.result.findings[0].count == 3 && x.result.findings[0].total == 9);
	CHECK_STR(x.result.findings[0].columns[0], "a");
	CHECK_STR(x.result.findings[0].text, "text");
	CHECK(x.result.confined && strstr(x.result.confined, "limit"));
	whole(&x, 4096);
	whole(&x, 64);
	CHECK(x.source.columns[1].ncodes == 1);
	CHECK_STR(x.source.columns[1].codes[0].label, "not even");
	CHECK(x.source.columns[1].codes[0].count == 5);
	/* again in the middle */
	x.source.rewind(&x.source);
	CHECK(fill(&x, 512) == 512 && fill(&x, 512) == 512);
	whole(&x, 1024);
	done(&x);
}

/* ---- columns that come late ---------------------------------------------------------------- */

enum { LATE = 5000 };

static int next_late(struct feed *f, struct block *b, struct err *e)
{
	int64_t *at = f->state;
	while (*at < LATE && feed_row(f, b)) {
		char *name = arena_printf(f->arena, "c%lld", (long long)*at);
		int col = feed_column(f, &(struct feed_column){ .name = name }, e);
		if (col < 0)
			return -1;
		feed_put(b, col, str_of(name));
		++*at;
	}
	return 0;
}

static int open_late(struct feed *f, struct err *e)
{
	(void)e;
	f->state = arena_alloc(f->arena, sizeof(int64_t));
	f->next = next_late;
	return 0;
}
static const struct format late = { .name = "late", .title = "Late", .open = open_late };

/* Row i has column i and nothing else. */
static bool diagonal(const struct reading *x, int64_t first, int64_t n)
{
	bool fine = true;
	for (int64_t i = 0; i < n; i++)
		for (int c = 0; c < x->block.ncols; c++) {
			struct str s = cell(x, c, i);
			fine = fine && (c == first + i ? str_cmp(s, x->source.names[c]) == 0 : !s.n);
		}
	return fine;
}

static void columns_come_late(void)
{
	struct reading x;
	prepare(&x);
	CHECK(open_it(&x, &late) == 0);
	CHECK(x.source.ncols > 0 && x.source.ncols < LATE);
	for (int reading = 0; reading < 2; reading++) {
		x.source.rewind(&x.source);
		int64_t rows = 0;
		for (int64_t n; (n = fill(&x, 4096)) > 0; rows += n) {
			CHECK(diagonal(&x, rows, n));
			CHECK(x.block.cap * x.block.ncols <= 4096 * (reading ? LATE : 1 << 13));
		}
		CHECK(rows == LATE && x.source.ncols == LATE);
	}
	done(&x);
}

static int next_endless_columns(struct feed *f, struct block *b, struct err *e)
{
	feed_row(f, b);
	while (feed_column(f, &(struct feed_column){ .name = "x" }, e) >= 0)
		;
	return -1;
}

static int open_endless_columns(struct feed *f, struct err *e)
{
	(void)e;
	f->next = next_endless_columns;
	return 0;
}
static const struct format endless_columns = { .name = "cols", .title = "Columns", .open = open_endless_columns };

/* ---- cells --------------------------------------------------------------------------------- */

static char *big;                      /* 17 MB */

static int next_cells(struct feed *f, struct block *b, struct err *e)
{
	(void)e;
	int *at = f->state;
	for (; *at < 6 && feed_row(f, b); ++*at) {
		switch (*at) {
		case 0:
			feed_put(b, 0, (struct str){ "a\0b\xff" "c", 5 });
			feed_put(b, 1, (struct str){ "\xc3\xa4", 2 });
			break;
		case 1:                /* halves of a character in two cells */
			feed_put(b, 0, (struct str){ "\xc3", 1 });
			feed_put(b, 1, (struct str){ "\xa4", 1 });
			break;
		case 2:
			feed_put(b, 0, (struct str){ big, 10 << 20 });
			break;
		case 3:
			feed_put(b, 1, (struct str){ big, 17 << 20 });
			break;
		case 4:
			feed_put(b, 0, str_of("first thought"));
			feed_put(b, 0, (struct str){ big, 300 });
			break;
		default:
			feed_put(b, 1, (struct str){ big, 70000 });
		}
		f->records++;
	}
	return 0;
}

static int open_cells(struct feed *f, struct err *e)
{
	f->state = arena_alloc(f->arena, sizeof(int));
	f->next = next_cells;
	return feed_column(f, &(struct feed_column){ .name = "p" }, e) < 0 ||
		feed_column(f, &(struct feed_column){ .name = "q" }, e) < 0 ? -1 : 0;
}
static const struct format cells = { .name = "cells", .title = "Cells", .open = open_cells };

static void cells_of_all_kinds(void)
{
	struct reading x;
	prepare(&x);
	CHECK(open_it(&x, &cells) == 0);
	CHECK(fill(&x, 64) == 5);
	CHECK(str_eq(cell(&x, 0, 0), "ab\xef\xbf\xbd" "c"));
	CHECK(str_eq(cell(&x, 1, 0), "\xc3\xa4"));
	CHECK(str_eq(cell(&x, 0, 1), "\xef\xbf\xbd") && str_eq(cell(&x, 1, 1), "\xef\xbf\xbd"));
	CHECK(cell(&x, 0, 2).n == 10 << 20 && !memcmp(cell(&x, 0, 2).p, big, 10 << 20));
	CHECK(cell(&x, 1, 2).n == 0);
	CHECK(cell(&x, 0, 3).n == 300 && cell(&x, 1, 4).n == 70000);
	CHECK(x.source.records == 6 && quarantine_bad(x.source.quarantine) == 1);
	CHECK(strstr(quarantine_first(x.source.quarantine), "a cell longer than 16 MB") != NULL);
	done(&x);
}

/* ---- readers that fail --------------------------------------------------------------------- */

static int one_row(struct feed *f, struct block *b)
{
	int *at = f->state;
	if ((*at)++ == 0 && feed_row(f, b))
		feed_put(b, 0, str_of("x"));
	return 0;
}

static int next_crash(struct feed *f, struct block *b, struct err *e)
{
	(void)e;
	if (*(int *)f->state)
		raise(SIGSEGV);
	return one_row(f, b);
}

static int next_hang(struct feed *f, struct block *b, struct err *e)
{
	(void)e;
	while (*(volatile int *)f->state)
		;
	return one_row(f, b);
}

static int next_error(struct feed *f, struct block *b, struct err *e)
{
	if (*(int *)f->state)
		return err_set(e, ERR_INPUT, "page 7\n is \x1b[31m torn");
	return one_row(f, b);
}

static int next_exit(struct feed *f, struct block *b, struct err *e)
{
	(void)b;
	(void)e;
	if (*(int *)f->state)
		_exit(3);
	return one_row(f, b);
}

static int next_abort(struct feed *f, struct block *b, struct err *e)
{
	(void)f;
	(void)b;
	(void)e;
	abort();
}

static int next_hungry(struct feed *f, struct block *b, struct err *e)
{
	(void)f;
	(void)b;
	(void)e;
	for (;;)
		memset(mem_alloc(64 << 20), 1, 4096);
	return -1;
}

static int next_endless(struct feed *f, struct block *b, struct err *e)
{
	(void)e;
	while (feed_row(f, b))
		feed_put(b, 0, (struct str){ big, 1 << 16 });
	return 0;
}

static int open_bad(struct feed *f, struct err *e)
{
	const char *how = f->options->sheet;
	static const struct {
		const char *how;
		int (*next)(struct feed *, struct block *, struct err *);
	} ways[] = { { "crash", next_crash }, { "hang", next_hang }, { "error", next_error },
		{ "exit", next_exit }, { "abort", next_abort }, { "hungry", next_hungry },
		{ "endless", next_endless } };
	f->state = arena_alloc(f->arena, sizeof(int64_t));
	for (size_t i = 0; i < COUNTOF(ways); i++)
		if (strcmp(ways[i].how, how) == 0)
			f->next = ways[i].next;
	if (strcmp(how, "usage") == 0)
		return err_set(e, ERR_USAGE, "there is no sheet 'Q'");
	if (strcmp(how, "bug") == 0)
		return err_set(e, ERR_BUG, "as if");
	if (strcmp(how, "nothing") == 0)
		f->next = next_late;
	if (strcmp(how, "nothing") == 0)
		*(int64_t *)f->state = LATE;
	return strcmp(how, "nothing") == 0 ||
		feed_column(f, &(struct feed_column){ .name = "x" }, e) >= 0 ? 0 : -1;
}
static const struct format bad = { .name = "bad", .title = "Bad workbook", .open = open_bad };

static void fails(const char *how, enum err_code code, const char *message)
{
	struct reading x;
	prepare(&x);
	x.options.sheet = how;
	x.options.max_expanded = 64 << 20;
	int64_t n = open_it(&x, &bad) ? -1 : 1;
	while (n > 0)
		n = fill(&x, 1024);
	CHECK(n < 0 || !message[0]);
	CHECK(x.err.code == code);
	CHECK_STR(x.err.msg, message);
	done(&x);
}

static void failures(void)
{
	fails("abort", ERR_INPUT,
		"the Bad workbook reader stopped with SIGABRT: the file is damaged or hostile");
	fails("error", ERR_INPUT, "page 7  is  [31m torn");
	fails("usage", ERR_USAGE, "there is no sheet 'Q'");
	fails("bug", ERR_INPUT, "as if");
	fails("exit", ERR_INPUT, "the Bad workbook reader gave up without a word (status 3)");
	fails("nothing", ERR_INPUT, "it holds no columns");
	fails("endless", ERR_INPUT, "more than 64 MB come out of it");
	enum err_code code;
	CHECK_STR(outcome(&endless_columns, &code), "it has more than 20000 columns");
	if (confine_off())
		return;                /* sanitizers catch the signal, and need all memory */
	fails("crash", ERR_INPUT,
		"the Bad workbook reader stopped with SIGSEGV: the file is damaged or hostile");
	fails("hungry", ERR_INPUT,
		"the Bad workbook reader needed more than 2048 MB of memory");
}

/* Without a word for a second of processor time, not the usual ten. */
static void hangs(void)
{
	struct reading x;
	struct frame_head h;
	const char *bytes;
	prepare(&x);
	x.options.sheet = "hang";
	const struct process_job job = { .format = &bad, .options = &x.options, .path = input,
		.to = -1, .silent_seconds = 1 };
	struct process *p = process_start(x.arena, &job, &x.err);
	int got = p ? 1 : -1;
	while (got > 0)
		got = process_next(p, &h, &bytes, &x.err);
	CHECK(got < 0 && x.err.code == ERR_INPUT);
	CHECK_STR(x.err.msg, "the Bad workbook reader made no progress in 1 s of processor time: "
		"the file is damaged or hostile");
	done(&x);
}

static bool stop(void *ctx, double share, const char *what)
{
	(void)share;
	(void)what;
	++*(int *)ctx;
	return true;
}

static void cancelled(void)
{
	int asked = 0;
	struct reading x;
	prepare(&x);
	x.options.sheet = "hang";
	x.options.progress = stop;
	x.options.progress_ctx = &asked;
	int64_t n = open_it(&x, &bad) ? -1 : 1;
	while (n > 0)
		n = fill(&x, 1);
	CHECK(x.err.code == ERR_CANCELLED && asked == 1);
	done(&x);
}

/* ---- readers that were taken over ---------------------------------------------------------- */

static const struct garbage {
	uint32_t kind, claimed;
	const char *bytes;
	size_t n;
} garbages[] = {
#define G(kind, claimed, s) { kind, claimed, s, sizeof(s) - 1 }
	G(UINT32_MAX, 0, ""),
	G(FRAME_KINDS, 0, ""),
	G(FRAME_ROWS, UINT32_MAX, ""),
	G(FRAME_ROWS, 0, ""),
	G(FRAME_COLUMN, 8, "12345678"),
	G(FRAME_FACT, 4, "1234"),
	G(FRAME_FINDING, 8, "\xff\xff\xff\0\0\0\0\0"),
	G(FRAME_TABLE, 0, ""),
	/* a text with a NUL in it, one that is no UTF-8, one longer than the frame */
	G(FRAME_FACT, 19, "\3\0\0\0\0\0\0\0a\0b" "\0\0\0\0\0\0\0\0"),
	G(FRAME_FACT, 17, "\1\0\0\0\0\0\0\0\xff" "\0\0\0\0\0\0\0\0"),
	G(FRAME_FACT, 16, "\1\1\1\0\0\0\0\0" "\0\0\0\0\0\0\0\0"),
	/* rows of more columns than there are */
	G(FRAME_ROWS, 25, "\0\0\0\0\0\0\0\0" "\1\0\0\0\0\0\0\0" "\1\0\0\0\0\0\0\0" "\0"),
	G(FRAME_END, 0, ""),                   /* but no columns */
	G(FRAME_ERROR, 0, ""),                 /* without words */
#undef G
};
static const struct garbage *garbage;

/* Finds the pipe: the only descriptor above the standard ones. */
static int open_garbage(struct feed *f, struct err *e)
{
	(void)f;
	(void)e;
	const struct frame_head h = { garbage->kind, garbage->claimed };
	for (int fd = 3; fd < 1000; fd++)
		if (fcntl(fd, F_GETFD) >= 0 && write(fd, &h, sizeof h) > 0 &&
			write(fd, garbage->bytes, garbage->n) >= 0)
			break;
	for (;;)
		pause();
	return -1;
}
static const struct format garbled = { .name = "garbled", .title = "Garbled", .open = open_garbage };

static void nonsense(void)
{
	for (size_t i = 0; i < COUNTOF(garbages); i++) {
		enum err_code code;
		garbage = &garbages[i];
		const char *message = outcome(&garbled, &code);
		CHECK(code == ERR_INPUT);
		CHECK(strstr(message, "out of control") || strstr(message, "no columns") ||
			strstr(message, "unreadable"));
	}
}

/* ---- who lives how long -------------------------------------------------------------------- */

static void *open_in_thread(void *arg)
{
	struct reading *x = arg;
	return open_it(x, &numbers) ? NULL : x;
}

/* A feed may be opened by a thread of a pool, which ends soon. */
static void outlives_thread(void)
{
	struct reading x;
	pthread_t t;
	void *fine = NULL;
	prepare(&x);
	CHECK(pthread_create(&t, NULL, open_in_thread, &x) == 0);
	pthread_join(t, &fine);
	CHECK(fine != NULL);
	whole(&x, 4096);
	done(&x);
}

/* The parent is killed while its reader hangs: the reader ends by itself. */
static void dies_with_parent(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid_t pid = fork();
	if (pid == 0) {
		struct reading x;
		prepare(&x);
		x.options.sheet = "hang";
		if (!open_it(&x, &bad))
			kill(getpid(), SIGKILL);
		_exit(1);
	}
	int status;
	CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
	pid_t reader = waitpid(-1, &status, 0);
	CHECK(reader > 0 && WIFEXITED(status) && WEXITSTATUS(status) == ERR_CANCELLED);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
}

/* ---- readers of a process that is confined itself ------------------------------------------ */

static int confined_reading(void)
{
	struct reading x;
	char active[CONFINE_TEXT], csv[80];
	prepare(&x);
	snprintf(csv, sizeof csv, "%s/x.csv", folder);
	file_write(csv, "a,b\n1,2\n3,4\n", 12, NULL);
	const struct ingest_input inputs[] = { { csv, NULL }, { input, NULL } };
	x.options.inputs = inputs;
	x.options.ninputs = 2;
	x.options.table = path_join(x.arena, folder, "t.arrow");
	x.options.quarantine = path_join(x.arena, folder, "q.csv");
	x.options.max_quarantine_share = 0.5;
	x.options.max_unparsed_share = 0.02;
	x.options.threads = 2;
	if (ingest_confine(&x.options, active, &x.err) || open_it(&x, &numbers))
		return 1;
	whole(&x, 1024);
	if (!confine_off() && (open("/etc/passwd", O_RDONLY) >= 0 || !strstr(active, "seccomp")))
		return 2;
	const char *path = input, *name = "in";
	if (unpack(x.arena, &x.options, &path, &name, &x.result, &x.err))
		return 3;
	x.options.ninputs = 1;
	struct ingest_result r;
	if (ingest_file(&x.options, x.arena, &r, &x.err) || r.rows != 2)
		return 4;
	done(&x);
	return test_failed ? 5 : 0;
}

static void confined_parent(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(confined_reading());
	int status;
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	CHECK(WEXITSTATUS(status) == 0);
}

/* ---- nothing is left behind ---------------------------------------------------------------- */

static int descriptors(void)
{
	int n = 0;
	DIR *d = opendir("/proc/self/fd");
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static bool folder_empty(void)
{
	int n = 0;
	DIR *d = opendir(folder);
	while (readdir(d))
		n++;
	closedir(d);
	return n == 3;                 /* the input */
}

int main(void)
{
	if (!mkdtemp(folder))
		return 1;
	snprintf(input, sizeof input, "%s/in", folder);
	file_write(input, "input", 5, NULL);
	big = mem_alloc(17 << 20);
	memset(big, 'x', 17 << 20);
	int before = descriptors();
	works();
	columns_come_late();
	cells_of_all_kinds();
	failures();
	hangs();
	cancelled();
	nonsense();
	outlives_thread();
	dies_with_parent();
	CHECK(folder_empty());
	confined_parent();
	CHECK(descriptors() == before);
	CHECK(waitpid(-1, NULL, WNOHANG) < 0);
	free(big);
	file_remove_tree(folder, NULL);
	return test_end();
}
