/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A second opinion on the cells of a sheet, by freexl 1.0.6. It crashes and hangs on damaged
 * files, so it runs in a process of its own, which costs nothing but the comparison when it dies.
 *
 * What it is known to get wrong is not compared: formulas (it has no values for them), booleans
 * and errors (it makes them integers), formats of elapsed time, fractions of a second, days before
 * March 1900 and after February 2100, which it takes for leap years, and whether a number is a
 * date: it knows few formats.
 */
#include "ingest/sheet/xls_int.h"

#include <errno.h>
#include <freexl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* freexl takes some 9 microseconds a cell, a hundred times what our reader does. */
enum { MOST_BYTES = 20 << 20, MOST_CELLS = 200000 };
enum { CPU_SECONDS = 5, TEXT_MAX = 1 << 20 };

/* A cell on its way through the pipe; `n` bytes of text follow. */
enum message_kind { END, FAILED, NUMBER, TEXT, DATE };
struct message {
	uint32_t kind, row, column, n;     /* row and column from 0 */
	double number;
};

/* ---- the process that asks freexl ---------------------------------------------------------- */

static void send_message(FILE *out, struct message m, const char *text)
{
	m.n = text ? (uint32_t)strnlen(text, TEXT_MAX) : 0;
	if (fwrite(&m, sizeof m, 1, out) != 1 || fwrite(text ? text : "", 1, m.n, out) != m.n)
		_exit(1);              /* nobody listens any more */
}

static void send_cell(FILE *out, uint32_t row, uint32_t column, const FreeXL_CellValue *v)
{
	struct message m = { .row = row, .column = column };
	switch (v->type) {
	case FREEXL_CELL_INT:
		m.kind = NUMBER;
		m.number = v->value.int_value;
		send_message(out, m, NULL);
		break;
	case FREEXL_CELL_DOUBLE:
		m.kind = NUMBER;
		m.number = v->value.double_value;
		send_message(out, m, NULL);
		break;
	case FREEXL_CELL_TEXT:
	case FREEXL_CELL_SST_TEXT:
		m.kind = TEXT;
		send_message(out, m, v->value.text_value);
		break;
	case FREEXL_CELL_DATE:
	case FREEXL_CELL_DATETIME:
	case FREEXL_CELL_TIME:
		m.kind = DATE;
		send_message(out, m, v->value.text_value);
		break;
	}
}

/* 0, or freexl's number of the error; 1: it has no such sheet. */
static int select_sheet(const void *book, const char *name)
{
	unsigned n = 0;
	int status = freexl_get_info(book, FREEXL_BIFF_SHEET_COUNT, &n);
	for (unsigned i = 0; !status && i < n && i < UINT16_MAX; i++) {
		const char *other = NULL;
		status = freexl_get_worksheet_name(book, (unsigned short)i, &other);
		if (!status && other && strcmp(other, name) == 0)
			return freexl_select_active_worksheet(book, (unsigned short)i);
	}
	return status ? status : 1;
}

static int send_sheet(FILE *out, const char *path, const char *name)
{
	const void *book = NULL;
	unsigned rows = 0;
	unsigned short columns = 0;
	int status = freexl_open(path, &book);
	if (!status)
		status = select_sheet(book, name);
	if (!status)
		status = freexl_worksheet_dimensions(book, &rows, &columns);
	for (unsigned row = 0; !status && row < rows; row++)
		for (unsigned short column = 0; column < columns; column++) {
			FreeXL_CellValue v;
			if (freexl_get_cell_value(book, row, column, &v) == FREEXL_OK)
				send_cell(out, row, column, &v);
		}
	return status;
}

_Noreturn static void ask(const char *path, const char *name, int pipe)
{
	FILE *out = fdopen(pipe, "wb");
	if (!out)
		_exit(1);
	setrlimit(RLIMIT_CPU, &(struct rlimit){ CPU_SECONDS, CPU_SECONDS });
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	int status = send_sheet(out, path, name);
	send_message(out, (struct message){ .kind = status ? FAILED : END, .number = status }, NULL);
	_exit(fflush(out) ? 1 : 0);
}

/* ---- comparing ----------------------------------------------------------------------------- */

struct comparison {
	struct sheet ours;
	struct sheet_row row;
	bool ended;
	int64_t compared, different;
	char where[16];
	struct buf both;               /* the first difference */
};

/* Our cell at the place; rows come in order on both sides. NULL: none. */
static const struct sheet_cell *our_cell(struct comparison *c, uint32_t row, uint32_t column)
{
	while (!c->ended && c->row.number < (int64_t)row + 1)
		c->ended = c->ours.row(&c->ours, &c->row, NULL) <= 0;
	bool there = !c->ended && c->row.number == (int64_t)row + 1 &&
		column < (uint32_t)c->row.n && c->row.cells[column].kind != SHEET_EMPTY;
	return there ? &c->row.cells[column] : NULL;
}

enum verdict { SAME, OTHER, UNFIT };   /* unfit: freexl is known to get such cells wrong */

static enum verdict compare_numbers(struct str ours, double theirs)
{
	double v;
	return num_parse_double(ours.p, ours.n, &v) && v == theirs ? SAME : OTHER;
}

/* Ours 2024-02-29, 2024-02-29T13:05:00 or 13:05:00; theirs with a blank for the T, with the time
 * of midnight, with a day that a time of day does not have. */
static enum verdict compare_dates(const struct sheet_cell *ours, struct str theirs)
{
	enum { TIME = 8, DAY = 10 };
	struct str s = ours->text;
	if (memchr(s.p, '.', s.n) || s.n < TIME || theirs.n < TIME)
		return UNFIT;
	if (ours->kind == SHEET_TIME)
		return memcmp(s.p, theirs.p + theirs.n - TIME, TIME) == 0 ? SAME : OTHER;
	if (str_cmp(s, str_of("1900-03-01")) < 0 || str_cmp(s, str_of("2100-03-01")) >= 0)
		return UNFIT;
	size_t n = s.n < theirs.n ? s.n : theirs.n;
	bool same = n >= DAY && memcmp(s.p, theirs.p, DAY) == 0 &&
		(n == DAY || memcmp(s.p + DAY + 1, theirs.p + DAY + 1, n - DAY - 1) == 0);
	return same ? SAME : OTHER;
}

static enum verdict compare_cells(const struct sheet_cell *ours, const struct message *m,
	struct str text)
{
	if (ours->formula)
		return UNFIT;
	switch (ours->kind) {
	case SHEET_TEXT:
		return m->kind == TEXT && str_cmp(ours->text, text) == 0 ? SAME : OTHER;
	case SHEET_NUMBER:
		return m->kind == NUMBER ? compare_numbers(ours->text, m->number) :
			m->kind == DATE ? UNFIT : OTHER;
	case SHEET_DATE:
	case SHEET_DATETIME:
	case SHEET_TIME:
		return m->kind == DATE ? compare_dates(ours, text) :
			m->kind == NUMBER ? UNFIT : OTHER;
	case SHEET_EMPTY:
	case SHEET_DURATION:
	case SHEET_BOOLEAN:
	case SHEET_ERROR:
		break;
	}
	return UNFIT;
}

/* "C7" */
static void cell_name(char out[16], uint32_t row, uint32_t column)
{
	char letters[4] = { 0 };
	int n = 3;
	for (uint32_t v = column + 1; v && n; v = (v - 1) / 26)
		letters[--n] = (char)('A' + (v - 1) % 26);
	snprintf(out, 16, "%.3s%u", letters + n, row + 1);
}

/* The beginning of a text, whole characters of it. */
static void put_beginning(struct buf *out, struct str s)
{
	enum { SHOWN = 60 };
	size_t n = s.n < SHOWN ? s.n : SHOWN;
	while (n && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	utf8_clean(out, s.p, n);
}

static void keep_first(struct comparison *c, const struct sheet_cell *ours,
	const struct message *m, struct str text)
{
	char number[NUM_MAX];
	if (m->kind == NUMBER)
		text = (struct str){ number, num_shortest(number, m->number) };
	cell_name(c->where, m->row, m->column);
	put_beginning(&c->both, ours ? ours->text : str_of("\xE2\x80\x93"));
	buf_puts(&c->both, " / ");
	put_beginning(&c->both, text);
}

static void compare(struct comparison *c, const struct message *m, struct str text)
{
	const struct sheet_cell *ours = our_cell(c, m->row, m->column);
	if (m->kind == TEXT && !text.n)
		return;
	enum verdict v = ours ? compare_cells(ours, m, text) : OTHER;
	c->compared += v != UNFIT;
	if (v == OTHER && !c->different++)
		keep_first(c, ours, m, text);
}

/* What went wrong, or NULL. Believes no message: its sender may have lost its mind. */
static const char *compare_all(struct comparison *c, FILE *in, struct buf *text)
{
	struct message m;
	while (fread(&m, sizeof m, 1, in) == 1 && m.n <= TEXT_MAX) {
		buf_clear(text);
		buf_reserve(text, m.n);
		if (fread(text->p, 1, m.n, in) != m.n)
			break;
		text->n = m.n;
		if (m.kind == END)
			return NULL;
		if (m.kind == FAILED)
			return m.number > 0 ? "it does not see the sheet" : "it can't read the file";
		if (m.kind > DATE || m.row >= XLS_ROWS || m.column >= XLS_COLUMNS)
			break;
		compare(c, &m, (struct str){ text->p, text->n });
	}
	return "it broke down";
}

static void tell(struct feed *f, const struct comparison *c, const struct xls_sheet *s,
	const char *failure)
{
	if (failure) {
		feed_fact(f, "second opinion", "not available: %s", failure);
		return;
	}
	feed_fact(f, "second opinion", "freexl reads %lld of %lld cells alike",
		(long long)(c->compared - c->different), (long long)c->compared);
	if (!c->different)
		return;
	char *where = arena_printf(f->arena, "%s!%s", s->name, c->where);
	feed_finding(f, FIND_second_opinion, NULL, c->different, c->compared, where,
		buf_str(&c->both));
}

/* ---- both ---------------------------------------------------------------------------------- */

static const char *run(struct comparison *c, const char *path, const char *name)
{
	int ends[2];
	if (pipe(ends))
		return strerror(errno);
	pid_t child = fork();
	if (!child) {
		close(ends[0]);
		ask(path, name, ends[1]);
	}
	close(ends[1]);
	FILE *in = child > 0 ? fdopen(ends[0], "rb") : NULL;
	const char *failure = "no process for it";
	if (in) {
		struct buf text = { 0 };
		failure = compare_all(c, in, &text);
		buf_free(&text);
		fclose(in);
	} else {
		close(ends[0]);
	}
	if (child > 0) {
		kill(child, SIGKILL);
		while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
			;
	}
	return failure;
}

void xls_second(struct feed *f, struct xls *x, const struct xls_sheet *s)
{
	struct comparison c = { 0 };
	const char *failure = NULL;
	int64_t cells = 0;
	for (size_t i = 0; i < x->nsheets; i++)
		cells += x->sheets[i].cells;   /* it reads them all */
	if (f->bytes > MOST_BYTES)
		failure = "the file is larger than 20 MB";
	else if (cells > MOST_CELLS)
		failure = "the workbook has more than 200000 cells";
	if (!failure) {
		xls_rows(x, s, feed_limits(f).expanded, &c.ours);
		failure = run(&c, f->path, s->name);
	}
	tell(f, &c, s, failure);
	buf_free(&c.both);
}
