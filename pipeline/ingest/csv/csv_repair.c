/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records with a cell too few or too many, mended by what the columns agree on: a delimiter
 * that was written twice or not at all, or that stands bare in a text. A repair is believed
 * only when all cells suit their columns afterwards, and no other repair suits as well.
 */
#include "ingest/csv/csv_int.h"

#include <stdlib.h>
#include <string.h>

enum {
	WORST = -100000,             /* a cell that its column can't have */
	ENOUGH = 10,               /* rows that make an empty column no accident */
	LEAST = 2,                 /* what must speak for a repair, and more than for none */
	MORE_MAX = 64,             /* cells that are joined */
	SPLIT_MAX = 200,           /* bytes of a cell that is split */
	QUOTES_MAX = 16            /* quotes of a line that are tried */
};

/* ---- how cells suit columns -------------------------------------------------------------- */

static int fit(const struct layout_column *c, struct str s)
{
	char shape[SHAPE_MAX + 1];
	enum cell_kind k = cell_kind(s, false);
	s = cell_trim(s);
	if (k == KIND_EMPTY)
		return c->full ? -1 : 0;
	if (k == KIND_MISSING)
		return 0;
	if (c->values * 20 <= c->rows && c->rows >= ENOUGH)
		return -1;         /* hardly anything is in this column */
	bool typed = kind_typed(c->kind);
	if (typed && !kinds_alike(k, c->kind))
		return WORST;
	bool odd = *c->shape && (!cell_shape(s, shape) || strcmp(shape, c->shape) != 0);
	if (!typed && odd)
		return WORST;
	if (c->length && c->length != s.n)
		odd = true;
	return typed || *c->shape ? 2 - odd : kind_typed(k) ? -1 : 0;
}

/* Of all cells; WORST or less when one does not suit at all. */
static int fit_all(const struct layout *l, const struct layout_cell *cells, int n)
{
	int sum = 0;
	for (int i = 0; i < n && i < l->width && sum > WORST / 2; i++)
		sum += fit(&l->columns[i], cells[i].s);
	return sum;
}

/* Of the cells in place; those that are absent are blank. */
static int fit_padded(const struct layout *l, const struct csv_parsing *p)
{
	int sum = fit_all(l, p->cells, p->n);
	for (int i = p->n; i < l->width; i++)
		sum -= l->columns[i].full;
	return sum;
}

bool csv_suits(const struct layout *l, const struct csv_parsing *p)
{
	return fit_all(l, p->cells, p->n) > WORST / 2;
}

/* ---- candidates -------------------------------------------------------------------------- */

/* The best way so far, and whether another is as good. */
struct best {
	int score, fit;
	bool tie;
	int at, more;              /* what it does: see below */
	size_t cut;
};

static void offer(struct best *b, int score, int fits, int at, int more, size_t cut)
{
	if (score > b->score)
		*b = (struct best){ score, fits, false, at, more, cut };
	else if (score == b->score)
		b->tie = true;
}

static bool found(const struct best *b, int without)
{
	return b->fit >= LEAST && b->fit >= without + LEAST && !b->tie;
}

static int blank_cells(const struct csv_parsing *p, int from, int to)
{
	int n = 0;
	for (int i = from; i < to; i++)
		n += !cell_trim(p->cells[i].s).n;
	return n;
}

/* Sums of fits, so that all ways to mend a record cost as much as one. */
struct sums {
	int *left;                 /* [i]: of cells before i, in place */
	int *right;                /* [i]: of cells from i on, `shift` columns to the right */
};

static void sums_make(struct sums *s, const struct layout *l, const struct csv_parsing *p,
	int shift)
{
	size_t n = (size_t)p->n + 1;
	s->left = mem_calloc(2 * n, sizeof *s->left);
	s->right = s->left + n;
	for (int i = 0; i < p->n; i++)
		s->left[i + 1] = s->left[i] + (i < l->width ? fit(&l->columns[i],
			p->cells[i].s) : 0);
	for (int i = p->n; i-- > 0;) {
		int col = i + shift;
		s->right[i] = s->right[i + 1] +
			(col >= 0 && col < l->width ? fit(&l->columns[col], p->cells[i].s) : 0);
	}
}

static void sums_free(struct sums *s)
{
	free(s->left);
}

/* ---- a cell too many --------------------------------------------------------------------- */

/* A blank cell that is none. Neighbours that are blank are the same repair. */
static bool drop_blank(const struct layout *l, struct csv_parsing *p)
{
	struct best b = { .score = WORST / 2 };
	struct sums s;
	sums_make(&s, l, p, -1);
	for (int i = 0; i < p->n; i++) {
		bool again = i && !cell_trim(p->cells[i - 1].s).n;
		int score = s.left[i] + s.right[i + 1];
		if (!again && !cell_trim(p->cells[i].s).n)
			offer(&b, score, score, i, 1, 0);
	}
	sums_free(&s);
	if (!found(&b, fit_padded(l, p)))
		return false;
	memmove(p->cells + b.at, p->cells + b.at + 1,
		(size_t)(p->n - b.at - 1) * sizeof *p->cells);
	p->n--;
	return true;
}

/* The text of cells from to from + more with the delimiters between them; none unless it is a
 * slice of the file without quotes. */
static struct str joined(const struct csv_parsing *p, int from, int more)
{
	const struct layout_cell *first = &p->cells[from], *last = &p->cells[from + more];
	uintptr_t start = (uintptr_t)p->text.p, at = (uintptr_t)first->s.p;
	for (int i = from; i <= from + more; i++) {
		uintptr_t x = (uintptr_t)p->cells[i].s.p;
		if (p->cells[i].quoted || x < start || x > start + p->text.n)
			return (struct str){ NULL, 0 };
	}
	return (struct str){ first->s.p, (uintptr_t)last->s.p + last->s.n - at };
}

/* Delimiters with a blank behind them. */
static int blanks_behind(const struct csv_parsing *p, int from, int more)
{
	int n = 0;
	for (int i = from + 1; i <= from + more; i++)
		n += p->cells[i].s.n && *p->cells[i].s.p == ' ';
	return n;
}

static bool any_quoted(const struct csv_parsing *p, int from)
{
	for (int i = from; i < p->n; i++)
		if (p->cells[i].quoted)
			return true;
	return false;
}

/* Delimiters within a text that has no quotes. What is behind must show where the text ends, or
 * blanks that it is one. */
static bool join_cells(const struct layout *l, struct csv_parsing *p)
{
	int more = p->n - l->width;
	struct best b = { .score = WORST / 2 };
	struct sums s;
	sums_make(&s, l, p, -more);
	for (int i = 0; i < l->width; i++) {
		const struct layout_column *c = &l->columns[i];
		if (kind_typed(c->kind) || *c->shape || !p->cells[i].s.n ||
			!p->cells[i + more].s.n || !joined(p, i, more).n)
			continue;
		int behind = s.right[i + more + 1], blanks = blanks_behind(p, i, more);
		int score = s.left[i] + behind + blanks - blank_cells(p, i, i + more + 1);
		if (behind > 0 || blanks == more || any_quoted(p, i + more + 1))
			offer(&b, score, score, i, more, 0);
	}
	sums_free(&s);
	if (!found(&b, LEAST))
		return false;
	p->cells[b.at].s = joined(p, b.at, more);
	memmove(p->cells + b.at + 1, p->cells + b.at + 1 + more,
		(size_t)(p->n - b.at - 1 - more) * sizeof *p->cells);
	p->n = l->width;
	return true;
}

/* ---- a cell too few ---------------------------------------------------------------------- */

static int class_of(char c)
{
	unsigned char lower = (unsigned char)c | 0x20;
	return c >= '0' && c <= '9' ? 1 : (unsigned char)c >= 0x80 ? 2
		: lower >= 'a' && lower <= 'z' ? 2 : 3;
}

/* Where digits meet letters, or a word begins within a word: "9CC", "ShoesThese". */
static bool seam(struct str s, size_t i)
{
	int a = class_of(s.p[i - 1]), b = class_of(s.p[i]);
	bool upper = s.p[i] >= 'A' && s.p[i] <= 'Z';
	bool lower = s.p[i - 1] >= 'a' && s.p[i - 1] <= 'z';
	return a != b || (upper && lower);
}

static void try_splits(const struct layout *l, const struct csv_parsing *p, int i, int rest,
	struct best *b)
{
	struct str s = p->cells[i].s;
	if (s.n < 2 || s.n > SPLIT_MAX || rest <= WORST / 2)
		return;
	for (size_t k = 1; k < s.n; k++) {
		if (((unsigned char)s.p[k] & 0xc0) == 0x80)
			continue;
		int left = fit(&l->columns[i], (struct str){ s.p, k });
		int right = left > WORST / 2
			? fit(&l->columns[i + 1], (struct str){ s.p + k, s.n - k }) : WORST;
		if (right > WORST / 2)
			offer(b, 3 * (rest + left + right) + seam(s, k), rest + left + right, i, 1,
				k);
	}
}

/* Two cells without a delimiter between them. */
static bool split_cell(const struct layout *l, struct csv_parsing *p)
{
	struct best b = { .score = WORST / 2 };
	struct sums s;
	sums_make(&s, l, p, 1);
	for (int i = 0; i < p->n && i + 1 < l->width; i++)
		try_splits(l, p, i, s.left[i] + s.right[i + 1], &b);
	sums_free(&s);
	if (!found(&b, fit_padded(l, p)))
		return false;
	csv_parsing_reserve(p, p->n + 1);
	struct layout_cell *at = p->cells + b.at;
	memmove(at + 1, at, (size_t)(p->n - b.at) * sizeof *at);
	at[0].s.n = b.cut;
	at[1].s = (struct str){ at[1].s.p + b.cut, at[1].s.n - b.cut };
	p->n++;
	return true;
}

/* Cells that begin with a quote speak against a reading. */
static int quotes_in_front(const struct csv_parsing *p)
{
	int n = 0;
	for (int i = 0; i < p->n; i++)
		n += p->cells[i].s.n && *p->cells[i].s.p == p->dialect.quote;
	return n;
}

/* The record with a delimiter in front of the byte at `at`. */
static bool insert(const struct layout *l, struct csv_parsing *p, size_t at,
	struct csv_record *rec)
{
	p->insert = at;
	bool fine = csv_attempt(p, READ_STRICT, p->dialect.delimiter, 0, rec) == READ_COMPLETE;
	p->insert = CSV_NOWHERE;
	csv_settle(p);
	return fine && p->n == l->width;
}

/* A delimiter that is missing in front of a quote or behind it. */
bool csv_repair_at_quotes(const struct layout *l, struct csv_parsing *p, bool sound,
	struct csv_record *rec)
{
	const char *text = p->text.p;
	char q = p->dialect.quote;
	size_t end = csv_next_line(p, rec->begin);
	int tries = 0, without = sound ? fit_padded(l, p) : WORST;
	struct best b = { .score = WORST };
	for (size_t i = rec->begin; i < end && tries < QUOTES_MAX; i++) {
		/* in a sound record it can only be where a quote looks doubled */
		if (text[i] != q || (sound && (i + 1 == end || text[i + 1] != q)))
			continue;
		tries++;
		for (size_t at = i; at <= i + 1 && at < end; at++) {
			if (at == rec->begin || csv_at_delimiter(&p->dialect, p->text, at) ||
				!insert(l, p, at, rec))
				continue;
			int fits = fit_all(l, p->cells, p->n);
			offer(&b, 2 * fits - quotes_in_front(p), fits, 0, 0, at);
		}
	}
	b.tie = false;             /* the first is as good as any */
	return found(&b, without) && insert(l, p, b.cut, rec);
}

bool csv_repair_cells(const struct layout *l, struct csv_parsing *p)
{
	csv_settle(p);
	if (p->n > l->width + MORE_MAX)
		return false;
	if (p->n > l->width && blank_cells(p, 0, p->n) && p->n == l->width + 1 &&
		drop_blank(l, p))
		return true;
	if (p->n > l->width)
		return join_cells(l, p);
	return p->n == l->width - 1 && !csv_suits(l, p) && split_cell(l, p);
}
