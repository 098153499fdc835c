/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the first rows of a table name its columns, and the names they give. */
#include "ingest/layout/layout_int.h"

#include <string.h>

enum {
	BODY = 200,                /* rows that are compared with the header */
	HEADER_ROWS = 5,
	ENOUGH = 10,               /* rows that make a value which comes again no accident */
	LEVELS = 64                /* values among which repetition is looked for */
};

/* ---- votes ------------------------------------------------------------------------------- */

static bool word(enum cell_kind k)
{
	return k == KIND_WORD || k == KIND_OTHER;
}

/* Whether the text comes again in the rows below. */
static bool again(const struct view *v, int row, int from, int col)
{
	struct str head = view_text(v, row, col);
	for (int i = from; i < v->n && i < from + BODY && head.n; i++)
		if (str_cmp(head, view_text(v, i, col)) == 0)
			return true;
	return false;
}

static int repeated_below(const struct view *v, int row, int from)
{
	int n = 0;
	for (int c = 0; c < v->rows[row]->n; c++)
		n += again(v, row, from, c);
	return n;
}

/* Whether the values below are a few that come again and again. */
static bool few_levels(const struct view *v, int from, int col)
{
	uint64_t seen[LEVELS];
	int values = 0, levels = 0;
	for (int i = from; i < v->n && values < LEVELS; i++) {
		struct str s = view_text(v, i, col);
		if (!s.n)
			continue;
		uint64_t h = hash64(s.p, s.n, 0);
		int k = 0;
		while (k < levels && seen[k] != h)
			k++;
		if (k == levels)
			seen[levels++] = h;
		values++;
	}
	return values >= ENOUGH && levels * 3 <= values;
}

/* What a column says from row `from` on: 1 the row names it, -1 the row is one of its values,
 * 0 nothing. */
static int vote(const struct view *v, int row, int from, int col, bool *typed)
{
	enum cell_kind head = view_kind(v, row, col);
	struct layout_column look = view_column(v, from, v->n, col);
	char shape[SHAPE_MAX + 1];
	*typed = kind_typed(look.kind);
	if (head == KIND_EMPTY || head == KIND_MISSING)
		return 0;
	if (*typed)
		return kinds_alike(head, look.kind) ? -1 : 1;
	if (*look.shape)
		return cell_shape(view_text(v, row, col), shape) &&
			strcmp(shape, look.shape) == 0 ? -1 : 1;
	if (look.length)
		return view_text(v, row, col).n != look.length;
	if (v->width <= 200 && few_levels(v, from, col))
		return again(v, row, from, col) ? -1 : 1;
	return 0;
}

/* Years in ascending order name columns, though they are numbers. */
static bool rising_years(const struct view *v, int row)
{
	int64_t last = 0, years = 0, year;
	for (int c = 0; c < v->rows[row]->n; c++) {
		struct str t = view_text(v, row, c);
		if (!kind_typed(view_kind(v, row, c)))
			continue;
		if (t.n != 4 || !num_parse_int64(t.p, t.n, &year) || year <= last || year < 1800 ||
			year > 2200)
			return false;
		last = year;
		years++;
	}
	return years >= 3;
}

/* Every column votes: does the row look like the rows below it? */
static bool has_header(const struct view *v, int row)
{
	int votes = 0, cast = 0, from = row + 1;
	bool words = view_words(v, row);
	while (from < v->n && view_same(v, row, from))
		from++;
	if (rising_years(v, row) && !(v->n - row > 1 && rising_years(v, row + 1)))
		return true;
	/* a single row is data when it holds any number or date */
	if (from == v->n)
		return words;
	for (int c = 0; c < v->width; c++) {
		bool typed;
		int x = vote(v, row, from, c, &typed);
		votes += x;
		cast += x != 0;
	}
	/* a name seldom is also a value of its column */
	if (!cast)
		return words && (v->n - row < ENOUGH ||
			2 * repeated_below(v, row, from) < v->filled[row]);
	return votes > 0 || (votes == 0 && words);
}

bool header_certain(const struct view *v, int row)
{
	int in_favour = 0;
	if (row + 1 >= v->n || v->filled[row] < 2 || !view_words(v, row))
		return false;
	for (int c = 0; c < v->rows[row]->n; c++) {
		bool typed;
		int x = vote(v, row, row + 1, c, &typed);
		if (typed && x < 0)
			return false;
		in_favour += typed && x > 0;
	}
	return in_favour > 0;
}

/* ---- several rows ------------------------------------------------------------------------ */

/* One word over all columns. */
static bool uniform(const struct view *v, int row)
{
	struct str first = view_text(v, row, 0);
	for (int c = 1; c < v->rows[row]->n; c++)
		if (str_cmp(first, view_text(v, row, c)) != 0)
			return false;
	return first.n && v->rows[row]->n > 2;
}

bool header_groups(const struct view *v, int row)
{
	int gaps = 0;
	if (row + 1 >= v->n || v->rows[row]->n != v->width || v->filled[row] < 2 ||
		view_text(v, row, 0).n || !view_words(v, row + 1) || v->rows[row]->comment)
		return false;
	for (int c = 1; c < v->width; c++) {
		enum cell_kind k = view_kind(v, row, c);
		gaps += k == KIND_EMPTY;
		if (k != KIND_EMPTY && !word(k) && k != KIND_NUMBER)
			return false;
	}
	return gaps > 0 && v->filled[row + 1] > v->filled[row] && header_certain(v, row + 1);
}

/* More header rows follow when a row has words in the columns whose body is typed. */
static bool more_header(const struct view *v, int row, int first)
{
	int typed = 0, words = 0;
	if (v->n - row < 2 || !view_words(v, row))
		return false;
	if (view_same(v, row, row - 1) || (row == first + 1 && uniform(v, first)))
		return true;
	if (v->n - row < 3)
		return false;
	for (int c = 0; c < v->width; c++) {
		if (!kind_typed(view_column(v, row + 1, v->n, c).kind))
			continue;
		typed++;
		words += word(view_kind(v, row, c));
	}
	return words && 2 * words >= typed && (words > 1 || !repeated_below(v, row, row + 1));
}

int header_count(const struct view *v, int first, const char *declared)
{
	if (declared && strcmp(declared, "no") == 0)
		return 0;
	bool sure = declared && strcmp(declared, "yes") == 0;
	if (!sure && !header_groups(v, first) && !uniform(v, first) && !has_header(v, first))
		return 0;
	int rows = 1;
	if (header_groups(v, first))
		rows++;
	while (rows < HEADER_ROWS && more_header(v, first + rows, first))
		rows++;
	return rows;
}

/* ---- names ------------------------------------------------------------------------------- */

/* Files of R's write.table have no name for the row names in front: one name fewer than
 * columns. Row names all differ and are no dates; and where the last column is empty, it is the
 * one without a name. */
static bool row_names(const struct view *v, int header)
{
	if (v->rows[header]->n != v->width - 1 || v->n - header <= 2)
		return false;
	struct layout_column front = view_column(v, header + 1, v->n, 0);
	if (front.kind == KIND_DATE || front.kind == KIND_DATETIME ||
		!view_column(v, header + 1, v->n, v->width - 1).values)
		return false;
	for (int i = header + 1; i < v->n; i++) {
		struct str x = view_text(v, i, 0);
		if (v->rows[i]->n != v->width || !x.n)
			return false;
		for (int k = header + 1; k < i; k++)
			if (str_cmp(x, view_text(v, k, 0)) == 0)
				return false;
	}
	return true;
}

/* "QtyPrice": where a name is absent, it may be part of one like that. */
static bool seams(const struct view *v, int header)
{
	for (int c = 0; c < v->rows[header]->n; c++) {
		struct str s = view_text(v, header, c);
		for (size_t i = 1; i < s.n; i++)
			if (s.p[i] >= 'A' && s.p[i] <= 'Z' && s.p[i - 1] >= 'a' &&
				s.p[i - 1] <= 'z')
				return true;
	}
	return false;
}

/* A name of a group stands above its first column only. */
static struct str group_name(const struct view *v, int row, int col)
{
	while (col > 0 && !view_text(v, row, col).n)
		col--;
	return view_text(v, row, col);
}

static void join(struct buf *name, const struct view *v, const struct layout *l, bool groups,
	int col)
{
	for (int i = l->first; i < l->first + l->header_rows && col >= 0; i++) {
		struct str part = i == l->first && groups ? group_name(v, i, col)
			: view_text(v, i, col);
		if (name->n && part.n)
			buf_putc(name, ' ');
		buf_put(name, part.p, part.n);
	}
}

/* Names that are blank between others, as many as there are names too many: a delimiter was
 * written twice. */
static bool blank_names(const struct view *v, const struct layout *l, int names)
{
	int blank = 0;
	for (int c = 0; c < names && l->header_rows == 1; c++)
		blank += !view_text(v, l->first, c).n;
	return blank > 0 && names - v->width == blank;
}

void header_names(struct arena *a, const struct view *v, struct layout *l)
{
	int shift = 0, names = 0;
	bool drop = false, groups = l->header_rows > 1 && header_groups(v, l->first);
	l->width = v->width;
	if (l->header_rows) {
		/* names without values are columns, too */
		for (int c = 0; c < v->rows[l->first]->n; c++)
			names = view_text(v, l->first, c).n ? c + 1 : names;
		shift = row_names(v, l->first) ? -1 : 0;
		l->fused = !shift && names == v->width - 1 && v->rows[l->first]->n == names &&
			seams(v, l->first);
		drop = l->mended = names > v->width && blank_names(v, l, names);
		if (names > v->width && !drop)
			l->width = names;
	}
	l->names = arena_calloc(a, (size_t)l->width, sizeof *l->names);
	for (int c = 0, from = 0; c < l->width; c++, from++) {
		struct buf name = { 0 };
		while (drop && from < names && !view_text(v, l->first, from).n)
			from++;
		join(&name, v, l, groups, from + shift);
		l->names[c] = (struct str){ arena_strndup(a, buf_str(&name), name.n), name.n };
		buf_free(&name);
	}
}
