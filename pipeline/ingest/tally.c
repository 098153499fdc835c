/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first reading: every cell of a column is asked what it could be, and the answers are
 * counted. Types are decided from these counts, so from all rows and not from a sample.
 */
#include "ingest/ingest_int.h"
#include "ingest/value/shape.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- values ------------------------------------------------------------------------------ */

static void tally_number(struct tally *t, const struct number *n, int64_t count)
{
	for (int m = 0; m < MARKS; m++) {
		if (!(n->marks >> m & 1))
			continue;
		bool whole = (n->whole >> m & 1) && !n->leading_zero && !n->huge && !n->phone;
		t->number[m] += count;
		t->whole[m] += whole ? count : 0;
		if (n->places[m] > t->places[m])
			t->places[m] = n->places[m];
	}
	/* "1,234" is whole under the point and not under the comma */
	bool ambiguous = n->marks == (MARK_DOT | MARK_COMMA) &&
		(n->whole == MARK_DOT || n->whole == MARK_COMMA);
	t->ambiguous += ambiguous ? count : 0;
	t->codes += n->leading_zero || n->phone ? count : 0;
	t->leading_zeros += n->leading_zero ? count : 0;
	t->huge += n->huge ? count : 0;
	t->bracket += n->bracket ? count : 0;
	t->units[n->unit] += count;
	t->scaled += n->scale ? count : 0;
	t->scaled_parts += n->scale && (n->places[DOT] > 0 || n->places[COMMA] > 0) ? count : 0;
}

static void tally_when(struct tally *t, const struct when *w, int64_t count)
{
	t->dates += count;
	t->times += w->timed ? count : 0;
	t->zoned += w->zoned ? count : 0;
	for (int o = 0; o < ORDERS; o++)
		t->order[o] += w->orders >> o & 1 ? count : 0;
	t->undecided += w->orders == 3 && w->days[0] != w->days[1] ? count : 0;
	if (w->written.style < STYLE_YM && !w->written.year2)
		return;
	int y, m, d;
	date_civil(w->days[w->orders & 1 ? 0 : 1], &y, &m, &d);
	t->periods += w->written.style >= STYLE_YM ? count : 0;
	t->spans += w->written.style == STYLE_YM && m == (y + 1) % 100 ? count : 0;
	if (w->written.year2) {
		y %= 100;
		t->years2[y / 64] |= UINT64_C(1) << y % 64;
	}
}

static bool damaged(struct str s)
{
	for (const char *p = s.p, *end = s.p + s.n;
		(p = memchr(p, 0xef, (size_t)(end - p))) != NULL; p++)
		if (end - p >= 3 && memcmp(p, "\xef\xbf\xbd", 3) == 0)
			return true;
	return false;
}

/* So many cells with this text, which is no token. */
static void tally_value(struct tally *t, struct str s, int64_t count)
{
	struct number n;
	struct when w;
	struct clock c;
	if (plain_text(s)) {
		t->other += count;
		t->damaged += damaged(s) ? count : 0;
		return;
	}
	if (number_scan(s, &n)) {
		tally_number(t, &n, count);
		return;
	}
	if (when_scan(s, &w)) {
		tally_when(t, &w, count);
		return;
	}
	if (clock_scan(s, &c)) {
		t->clocks += c.time ? count : 0;
		t->durations += c.duration && !c.lone ? count : 0;
		t->lone += c.lone ? count : 0;
		return;
	}
	t->other += count;
	t->damaged += damaged(s) ? count : 0;
	uint32_t yes, pairs = boolean_pairs(s, &yes);
	for (int k = 0; pairs; k++, pairs >>= 1, yes >>= 1)
		if (pairs & 1)
			t->boolean[k][yes & 1] += count;
}

/* ---- shapes and levels: many cells at once ----------------------------------------------- */

size_t shape_example(int shape, char out[24])
{
	static const char *const dates[] = { "2001-02-03", "2001-02-03 04:05:06",
		"2001-02-03T04:05:06" };
	static const char digits[] = "1234567891234567";
	if (shape >= SHAPE_DATE)
		return (size_t)snprintf(out, 24, "%s", dates[shape - SHAPE_DATE]);
	if (shape < SHAPE_REAL)
		return (size_t)snprintf(out, 24, "%s%.*s", shape < SHAPE_BYTES ? "" : "-",
			shape % SHAPE_BYTES + 1, digits);
	const char *sign = shape < SHAPE_NEGATIVE_REAL ? "" : "-";
	int k = shape - (*sign ? SHAPE_NEGATIVE_REAL : SHAPE_REAL), before = k / SHAPE_PLACES;
	return (size_t)snprintf(out, 24, "%s%.*s.%.*s", sign, before ? before : 1,
		before ? digits : "0", k % SHAPE_PLACES + 1, digits);
}

/* What has been counted by level is asked now, once for each. */
static void ask_levels(struct tally *t)
{
	for (int32_t i = 0, n = levels_count(t->levels); i < n; i++) {
		int64_t count;
		struct str s = levels_get(t->levels, i, &count);
		if (count)
			tally_value(t, s, count);
	}
	levels_settle(t->levels);
}

void tally_open(struct tally *t)
{
	*t = (struct tally){ .levels = levels_new(),
		.shapes = mem_calloc(SHAPES, sizeof *t->shapes) };
}

void tally_close(struct tally *t)
{
	levels_free(t->levels);
	free(t->shapes);
	t->levels = NULL;
	t->shapes = NULL;
}

void tally_end(struct tally *t)
{
	char text[24];
	for (int i = 0; i < SHAPES; i++) {
		int64_t count = 0;
		for (int k = 0; k < TURNS; k++)
			count += t->shapes[i][k];
		if (count)
			tally_value(t, (struct str){ text, shape_example(i, text) }, count);
	}
	memset(t->shapes, 0, SHAPES * sizeof *t->shapes);
	if (t->levels)
		ask_levels(t);
}

/* A value; `count` is 0 when it has been counted by its shape, or is a token. */
static void tally_text(struct tally *t, struct str s, bool padded, int64_t row,
	int64_t count, enum level_kind kind)
{
	if (t->levels) {
		if (levels_add(t->levels, s, padded, row, count, kind))
			return;
		if (levels_count(t->levels) >= 0) {
			ask_levels(t);
			levels_end(t->levels);
		}
	}
	if (count)
		tally_value(t, s, count);
}

/* ---- cells ------------------------------------------------------------------------------- */

/* One block of each so many rows is enough. */
static bool survey_due(const struct block *b)
{
	enum { HEAD = 2 * BATCH_ROWS, OFTEN = 4096, RARELY = 16 * BATCH_ROWS };
	int64_t step = b->first < HEAD ? OFTEN : RARELY;
	return (b->first + b->rows - 1) / step != (b->first - 1) / step || !b->first;
}

/* Following the levels of numbers is a waste: most columns that begin with numbers alone stay
 * so. Should one turn out to be text, its levels are collected by another reading. */
static void follow(struct tally *t)
{
	tally_end(t);
	t->followed = t->other || t->codes || t->huge;
	if (t->followed)
		return;
	levels_free(t->levels);
	t->levels = NULL;
	t->levels_late = true;
}

/* A cell that is not told by its shape. */
static void tally_cell(struct tally *t, const struct tokens *tokens, struct str s, bool padded,
	int64_t row)
{
	int token = token_find(tokens, s);
	if (token >= 0 && tokens->v[token].kind != TOKEN_WEAK) {
		t->strong++;
		return;
	}
	t->weak += token >= 0;
	tally_text(t, s, padded, row, token < 0, token < 0 ? LEVEL_PLAIN : LEVEL_WEAK);
}

/* A cell that is not told by its shape, and those behind it that are so and need not be trimmed; how
 * many. */
static __attribute__((noinline)) int64_t tally_cells(struct tally *t, const struct tokens *tokens,
	const struct str *cells, int64_t n, bool padded, int64_t row)
{
	int64_t i = 0;
	do {
		int64_t run = t->levels ? levels_count_run(t->levels, cells + i, n - i, padded, row + i,
			&t->weak) : 0;
		if (!run)
			tally_cell(t, tokens, cell_trim(cells[i]), padded, row + i);
		i += run ? run : 1;
	} while (i < n && cell_plain(cells[i]) && (tokens->shaped || shape_of(cells[i], padded) < 0));
	return i;
}

/* The shapes of cells while these have one and need not be trimmed, at most SOME of them; how many. */
enum { SOME = 64 };
static inline __attribute__((always_inline)) int some_shapes(const struct str *cells, int64_t n,
	bool padded, uint16_t shapes[SOME])
{
	int k = 0;
	for (int shape; k < SOME && k < n && cell_plain(cells[k]); k++) {
		if ((shape = shape_of(cells[k], padded)) < 0)
			break;
		shapes[k] = (uint16_t)shape;
	}
	return k;
}

/* A cell of another look, and those behind it that are values met before; how many. */
static inline int64_t other_cells(struct tally *t, const struct tokens *tokens,
	const struct str *cells, int64_t n, bool padded, int64_t row)
{
	if (cell_plain(*cells))
		return tally_cells(t, tokens, cells, n, padded, row);
	struct str s = str_trim(*cells);
	t->trimmed += s.n != cells->n;
	int shape = s.n && !tokens->shaped ? shape_of(s, padded) : SHAPE_NONE;
	if (!s.n) {
		t->empty++;
	} else if (shape < 0) {
		return tally_cells(t, tokens, cells, n, padded, row);
	} else {
		t->shapes[shape][0]++;
		if (t->levels)
			tally_text(t, s, padded, row, 0, LEVEL_SHAPED);
	}
	return 1;
}

void tally_column(struct tally *t, const struct tokens *tokens, const struct block *b, int col)
{
	const struct str *cells = b->cells + col * b->cap;
	const int64_t rows = b->rows, first = b->first;
	uint16_t shapes[SOME];
	for (int64_t i = 0; i < rows;) {
		int k = tokens->shaped ? 0 : b->padded ? some_shapes(cells + i, rows - i, true, shapes) :
			some_shapes(cells + i, rows - i, false, shapes);
		for (int j = 0; j < k; j++)
			t->shapes[shapes[j]][j % TURNS]++;
		for (int j = 0; t->levels && j < k; j++)
			tally_text(t, cells[i + j], b->padded, first + i + j, 0, LEVEL_SHAPED);
		i += k;
		if (k < SOME && i < rows)
			i += other_cells(t, tokens, cells + i, rows - i, b->padded, first + i);
	}
	t->rows += rows;
	if (survey_due(b))
		survey_take(&t->survey, tokens, b, col);
	if (t->levels && !t->followed && t->empty + t->strong + t->weak < t->rows)
		follow(t);
}

void tally_levels(struct tally *t, const struct tokens *tokens, const struct block *b, int col)
{
	const struct str *cells = b->cells + col * b->cap;
	for (int64_t i = 0; i < b->rows; i++) {
		struct str s = cell_trim(cells[i]);
		int token = token_find(tokens, s);
		if (s.n && (token < 0 || tokens->v[token].kind == TOKEN_WEAK) &&
			!levels_add(t->levels, s, b->padded, b->first + i, 0, LEVEL_PLAIN)) {
			levels_end(t->levels);
			return;
		}
	}
}

/* ---- parts ------------------------------------------------------------------------------- */

void tally_merge(struct tally *left, const struct tally *right)
{
	/* all counts come first, and are of one type */
	_Static_assert(offsetof(struct tally, places) % sizeof(int64_t) == 0, "counts only");
	int64_t *to = &left->rows;
	const int64_t *from = &right->rows;
	for (size_t i = 0; i < offsetof(struct tally, places) / sizeof *to; i++)
		to[i] += from[i];
	for (int m = 0; m < MARKS; m++)
		if (right->places[m] > left->places[m])
			left->places[m] = right->places[m];
	for (size_t i = 0; i < COUNTOF(left->years2); i++)
		left->years2[i] |= right->years2[i];
	survey_merge(&left->survey, &right->survey);
	left->levels_late |= right->levels_late;
	if (left->levels_late) {
		levels_free(left->levels);
		left->levels = NULL;
	} else {
		levels_merge(left->levels, right->levels);
	}
}
