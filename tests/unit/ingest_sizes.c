/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sizes of cells, noted in one reading and used in the next: the same rows as by looking for ends, and
 * truly without looking for them.
 */
#include "ingest/csv/csv_int.h"
#include "test.h"

#include <stdlib.h>

enum { WIDTH = 3, ROWS = 64 };

/* Rows with quotes, long cells, and every 50th a record that is not plain. */
static void make(struct buf *b, int rows, const char *end)
{
	for (int i = 0; i < rows; i++) {
		if (i % 50 == 20)
			buf_printf(b, "%d,too few%s", i, end);
		else if (i % 7 == 3)
			buf_printf(b, "%d,\"a, \"\"b\"\"%s c\",%0*d%s", i, i % 3 ? "" : end, 200 + i % 100, i, end);
		else
			buf_printf(b, "%d,%s,%d%s", i, i % 5 ? "x" : "", i * i, end);
	}
	for (int i = 0; i < 1 << 17; i++)      /* the fast way keeps off the end of a file */
		buf_puts(b, "last,row,here...");
}

/* Reads all rows the fast way, record by record over those that are not plain. */
static int64_t read_all(struct csv_fast *f, const struct csv_rules *u, struct buf *cells)
{
	struct csv_place place = { 0 };
	struct block b = { .ncols = WIDTH, .cap = ROWS, .cells = calloc(WIDTH * ROWS, sizeof(struct str)) };
	int64_t rows = 0;
	while (place.at < u->tail) {
		b.bytes = arena_new();
		b.rows = 0;
		csv_fast_rows(f, &place, &b);
		for (int64_t i = 0; i < b.rows; i++)
			for (int c = 0; c < WIDTH; c++)
				buf_printf(cells, "%.*s|", (int)b.cells[c * ROWS + i].n, b.cells[c * ROWS + i].p);
		rows += b.rows;
		if (b.rows < ROWS)
			place.at = (size_t)((char *)memchr(u->text.p + place.at, '\n', u->text.n - place.at) - u->text.p) + 1;
		arena_free(b.bytes);
	}
	free(b.cells);
	return rows;
}

static void again(const char *end, size_t most, bool all)
{
	struct arena *a = arena_new();
	struct buf text = { 0 }, first = { 0 }, second = { 0 }, third = { 0 };
	make(&text, 1000, end);
	struct csv_rules u = { .text = { text.p, text.n }, .dialect = { .delimiter = ',', .quote = '"' },
		.tail = text.n - (16 << 17) };
	u.layout.table.width = WIDTH;
	struct csv_sizes *sizes = csv_sizes_new(a, WIDTH, most);
	struct csv_fast *f = csv_fast_new(a, &u, false), *g = csv_fast_new(a, &u, false);
	csv_fast_note(f, sizes);
	int64_t rows = read_all(f, &u, &first);
	CHECK(rows == 980);
	size_t count = csv_sizes_count(sizes);
	CHECK(count <= most && count >= (all ? 3 * 980 : 1));
	csv_fast_recall(g, sizes, 0, 0);
	CHECK(read_all(g, &u, &second) == rows && first.n == second.n && memcmp(first.p, second.p, first.n) == 0);
	/* what the scanner would see is no table now: only who knows the sizes finds the same cells */
	for (size_t i = 0; i < u.tail; i++)
		text.p[i] = text.p[i] == ',' ? ';' : text.p[i];
	csv_fast_recall(g, sizes, 0, 0);
	int64_t known = read_all(g, &u, &third);
	CHECK(all ? known == rows && third.n == first.n : known > 0 && known < rows);
	for (size_t i = 0; i < third.n; i++)
		third.p[i] = third.p[i] == ';' ? ',' : third.p[i];
	CHECK(third.n <= first.n && memcmp(third.p, first.p, third.n) == 0);
	/* a second time the same is noted */
	for (size_t i = 0; i < u.tail; i++)
		text.p[i] = text.p[i] == ';' ? ',' : text.p[i];
	csv_sizes_clear(sizes);
	csv_fast_note(f, sizes);
	buf_clear(&second);
	CHECK(read_all(f, &u, &second) == rows && csv_sizes_count(sizes) == count);
	buf_free(&text);
	buf_free(&first);
	buf_free(&second);
	buf_free(&third);
	arena_free(a);
}

/* Places between runs, within them and behind the last. */
static void places(void)
{
	struct arena *a = arena_new();
	struct csv_sizes *z = csv_sizes_new(a, 1, 1 << 20);
	CHECK(csv_sizes_at(z, 0, 0).at == CSV_NOWHERE);
	static const size_t at[][2] = { { 10, 12 }, { 12, 15 }, { 40, 45 }, { 45, 50 }, { 50, 52 } };
	for (size_t i = 0; i < COUNTOF(at); i++) {
		uint8_t *room = csv_sizes_room(z);
		CHECK(room != NULL);
		*room = (uint8_t)(at[i][1] - at[i][0] - 1);
		csv_sizes_add(z, at[i][0], at[i][1], room + 1);
	}
	struct csv_sizes_place p = csv_sizes_at(z, 5, 0);   /* before a record that is not plain */
	CHECK(p.at == 10 && p.end - p.next == 2 && *p.next == 1);
	p = csv_sizes_at(z, 12, 1);
	CHECK(p.at == 12 && p.end - p.next == 1 && *p.next == 2);
	p.next++;
	csv_sizes_next(z, &p);
	CHECK(p.at == 40 && p.end - p.next == 3);
	p.next += 2;
	csv_sizes_next(z, &p);
	CHECK(p.at == 40 && p.end - p.next == 1);       /* not yet all taken */
	p.next++;
	csv_sizes_next(z, &p);
	CHECK(p.at == CSV_NOWHERE);
	CHECK(csv_sizes_at(z, 15, 2).at == 40 && csv_sizes_at(z, 52, 5).at == CSV_NOWHERE);
	arena_free(a);
}

int main(void)
{
	places();
	again("\n", 1 << 20, true);
	again("\r\n", 1 << 20, true);
	again("\n", 3000, false);
	again("\n", 100, false);
	return test_end();
}
