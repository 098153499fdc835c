/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table in a sheet: grids written as text, and what the feed makes of them. A cell is
 * number 1, text 'a, date D2020-01-01, boolean true or false, error #N/A, formula without result =.
 * Rows are lines; "@9 " in front of one is its number, else the next. */
#include "ingest/process/feed.h"
#include "feed_dump.h"

#include <stdlib.h>

struct fake {
	const char *p;
	int64_t number;
	struct sheet_cell cells[64];
};
static const char *the_grid;

static struct sheet_cell cell_of(struct str s)
{
	struct sheet_cell c = { .text = s, .kind = SHEET_NUMBER };
	if (!s.n)
		return (struct sheet_cell){ .kind = SHEET_EMPTY };
	if (*s.p == '\'' || *s.p == 'D') {
		c.kind = *s.p == 'D' ? SHEET_DATE : SHEET_TEXT;
		c.text = (struct str){ s.p + 1, s.n - 1 };
	} else if (*s.p == '=') {
		c = (struct sheet_cell){ .kind = SHEET_EMPTY, .formula = true };
	} else if (*s.p == '#') {
		c.kind = SHEET_ERROR;
	} else if (*s.p == '!') {
		c.no_date = true;
		c.text = (struct str){ s.p + 1, s.n - 1 };
	} else if (*s.p == 't' || *s.p == 'f') {
		c.kind = SHEET_BOOLEAN;
	}
	return c;
}

static int fake_row(struct sheet *s, struct sheet_row *r, struct err *e)
{
	struct fake *x = s->state;
	(void)e;
	while (*x->p == '\n') {
		x->p++;
		x->number++;
	}
	if (!*x->p)
		return 0;
	x->number++;
	if (*x->p == '@') {
		char *end;
		x->number = strtoll(x->p + 1, &end, 10);
		x->p = end + 1;
	}
	*r = (struct sheet_row){ .number = x->number, .cells = x->cells };
	for (;;) {
		size_t n = strcspn(x->p, "|\n");
		x->cells[r->n] = cell_of((struct str){ x->p, n });
		r->n++;
		x->p += n;
		if (*x->p != '|')
			break;
		x->p++;
	}
	if (*x->p)
		x->p++;
	return 1;
}

static int fake_open(struct feed *f, struct err *e)
{
	struct fake *x = arena_alloc(f->arena, sizeof *x);
	struct sheet *s = arena_alloc(f->arena, sizeof *s);
	x->p = the_grid;
	s->row = fake_row;
	s->state = x;
	return sheet_feed(f, s, e);
}
static const struct format fake = { .name = "fake", .open = fake_open };

static void read_grid(struct feed_dump *d, const char *grid)
{
	const struct ingest_options o = { 0 };
	the_grid = grid;
	dump_feed(d, &fake, &o, NULL);
}

static void plain(void)
{
	struct feed_dump d;
	read_grid(&d, "'name|'n|'day\n'a|1|D2020-01-01\n'b|2.5|D2020-01-02\n'c||D2020-01-03\n");
	CHECK(d.status == 0);
	CHECK_STR(buf_str(&d.columns), "name|n|day");
	CHECK_STR(buf_str(&d.rows), "a|1|2020-01-01\nb|2.5|2020-01-02\nc||2020-01-03\n");
	CHECK_STR(buf_str(&d.rejects), "");
	CHECK_STR(buf_str(&d.findings), "");
	dump_free(&d);
	read_grid(&d, "");
	CHECK(d.status == -1 && d.err.code == ERR_INPUT);
	dump_free(&d);
	/* no header */
	read_grid(&d, "'a|1\n'b|2\n'c|3\n");
	CHECK_STR(buf_str(&d.columns), "|");
	CHECK_STR(buf_str(&d.rows), "a|1\nb|2\nc|3\n");
	dump_free(&d);
}

/* Titles, empty rows and columns, notes and totals. */
static void around(void)
{
	struct feed_dump d;
	read_grid(&d, "'Sales of the year\n\n@4 ||'who|'what||'sum\n||'x|1||10\n||'y|2||20\n"
		"\n||'z|3||30\n||'x|4||40\n||'Total|10||100\n\n||'Source: the books\n");
	CHECK(d.status == 0);
	CHECK_STR(buf_str(&d.columns), "who|what|sum");
	CHECK_STR(buf_str(&d.rows), "x|1|10\ny|2|20\nz|3|30\nx|4|40\n");
	CHECK_STR(buf_str(&d.rejects), "10 5 behind the table: a total: \t\tTotal\t10\t\t100\n"
		"12 6 behind the table: a note: \t\tSource: the books\n");
	CHECK_STR(buf_str(&d.facts), "above the table: Sales of the year\nblank rows: 1\n");
	dump_free(&d);
	/* a note within the table is data when data follows, and the header again is not */
	read_grid(&d, "'who|'what|'n\n'x|'p|10\n'Note: late\n'y|'q|20\n'who|'what|'n\n'z|'r|30\n");
	CHECK_STR(buf_str(&d.rows), "x|p|10\nNote: late||\ny|q|20\nz|r|30\n");
	CHECK_STR(buf_str(&d.rejects), "5 4 repeats the header: who\twhat\tn\n");
	dump_free(&d);
}

static void second_table(void)
{
	struct feed_dump d;
	read_grid(&d, "'who|'n|'m\n'a|1|5\n'b|2|6\n'c|3|7\n\n'Costs of it\n'item|'price|'m\n'u|9|1\n'v|8|1\n");
	CHECK_STR(buf_str(&d.rows), "a|1|5\nb|2|6\nc|3|7\n");
	CHECK_STR(buf_str(&d.rejects), "6 4 behind the table: a note: Costs of it\n"
		"7 5 behind the table: another table: item\tprice\tm\n"
		"8 6 behind the table: another table: u\t9\t1\n"
		"9 7 behind the table: another table: v\t8\t1\n");
	CHECK_STR(buf_str(&d.findings), "table_below - 3 of -1 - -\n");
	dump_free(&d);
	/* a gap alone makes no other table */
	read_grid(&d, "'who|'n\n'a|1\n'b|2\n\n\n'c|3\n'd|4\n");
	CHECK_STR(buf_str(&d.rows), "a|1\nb|2\nc|3\nd|4\n");
	CHECK_STR(buf_str(&d.facts), "blank rows: 2\n");
	dump_free(&d);
}

static void evidence(void)
{
	struct feed_dump d;
	read_grid(&d, "'id|'a|'b|'c\n1|1|'x|D2020-01-01\n2|'2|#N/A|D2020-01-02\n3|=|'y|4\n"
		"4|4|#DIV/0!|!-7\n5|'5|'z|D2020-01-03\n|=\n");
	CHECK_STR(buf_str(&d.rows),
		"1|1|x|2020-01-01\n2|2||2020-01-02\n3||y|4\n4|4||-7\n5|5|z|2020-01-03\n");
	CHECK_STR(buf_str(&d.findings), "formulas_without_result a 2 of 6 - -\n"
		"numbers_as_text a 2 of 4 - -\n"
		"cell_errors b 2 of 5 #N/A -\n"
		"impossible_dates c 1 of 5 - -\n"
		"mixed_cells c 2 of 5 dates numbers\n");
	dump_free(&d);
}

/* Columns beyond what the first rows show come later. */
static void late_columns(void)
{
	struct buf grid = { 0 };
	buf_puts(&grid, "'n|'m\n");
	for (int i = 0; i < 1000; i++)
		buf_printf(&grid, "%d|%d\n", i, 2 * i);
	buf_puts(&grid, "7|8||'far\n");
	struct feed_dump d;
	read_grid(&d, buf_str(&grid));
	CHECK(d.status == 0);
	CHECK_STR(buf_str(&d.columns), "n|m|");
	CHECK(d.rows.n > 10 && strcmp(buf_str(&d.rows) + d.rows.n - 8, "7|8|far\n") == 0);
	dump_free(&d);
	buf_free(&grid);
}

/* A row that does not fit into a block begins the next one: all come, each once. */
static void many_rows(void)
{
	enum { ROWS = 20000 };
	struct buf grid = { 0 };
	buf_puts(&grid, "'word|'n\n");
	for (int i = 0; i < ROWS; i++)
		buf_printf(&grid, "'w%d|%d\n", i % 7, i);
	struct feed_dump d;
	read_grid(&d, buf_str(&grid));
	int n = 0;
	for (const char *p = buf_str(&d.rows); *p; n++) {
		char want[40];
		int k = snprintf(want, sizeof want, "w%d|%d\n", n % 7, n);
		if (strncmp(p, want, (size_t)k) != 0)
			break;
		p += k;
	}
	CHECK(n == ROWS);
	CHECK_STR(buf_str(&d.rejects), "");
	dump_free(&d);
	buf_free(&grid);
}

/* ---- the choice of a sheet --------------------------------------------------------------- */

static struct sheet_info the_sheets[4] = {
	{ .name = "Cover", .filled = true, .rows = 1, .columns = 1 },
	{ .name = "Chart1", .note = "chart", .rows = -1, .columns = -1 },
	{ .name = "Data", .filled = true, .tabular = true, .rows = 9, .columns = 3 },
	{ .name = "More", .filled = true, .tabular = true, .rows = 8, .columns = 2 },
};
static int choose_open(struct feed *f, struct err *e)
{
	size_t chosen;
	if (sheet_choose(f, the_sheets, COUNTOF(the_sheets), &chosen, e))
		return -1;
	the_grid = the_sheets[chosen].name;
	return fake_open(f, e);
}
static const struct format choosing = { .name = "choosing", .open = choose_open };

static void chosen_is(const char *name, const char *want)
{
	const struct ingest_options o = { .sheet = name };
	struct feed_dump d;
	the_grid = "";
	dump_feed(&d, &choosing, &o, NULL);
	CHECK_STR(the_grid, want);
	dump_free(&d);
}

static void choice(void)
{
	struct feed_dump d;
	const struct ingest_options none = { .sheet = "Dat" };
	chosen_is(NULL, "Data");
	chosen_is("auto", "Data");
	chosen_is("More", "More");
	chosen_is("more", "More");
	chosen_is("1", "Cover");
	chosen_is("4", "More");
	chosen_is("5", "");
	chosen_is("0", "");
	chosen_is("Chart1", "");
	dump_feed(&d, &choosing, &none, NULL);
	CHECK(d.err.code == ERR_USAGE);
	CHECK_STR(d.err.msg, "there is no sheet 'Dat'; there are 'Cover', 'Chart1', 'Data', 'More'");
	dump_free(&d);
	const struct ingest_options o = { 0 };
	dump_feed(&d, &choosing, &o, NULL);
	CHECK_STR(buf_str(&d.tables), "Cover 1x1\nChart1 -1x-1 chart\nData 9x3 chosen\nMore 8x2\n");
	CHECK_STR(buf_str(&d.findings), "other_tables - 1 of -1 More Data\n");
	dump_free(&d);
	/* hidden sheets only when there is nothing else */
	the_sheets[2].hidden = true;
	chosen_is(NULL, "More");
	the_sheets[3].hidden = true;
	chosen_is(NULL, "Cover");
	the_sheets[0].filled = false;
	chosen_is(NULL, "Data");
}

int main(void)
{
	plain();
	around();
	second_table();
	evidence();
	late_columns();
	many_rows();
	choice();
	return test_end();
}
