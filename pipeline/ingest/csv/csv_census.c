/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the beginning of a file looks like under one dialect, as a number: consistency of the
 * row widths times the share of cells that look like something (van den Burg, Nazabal, Sutton
 * 2019, "Wrangling messy CSV files by detecting row and type patterns"), less for quotes in the
 * wrong places and for unusual delimiters.
 */
#include "ingest/csv/csv_int.h"

#include <stdlib.h>
#include <string.h>

enum {
	RECORDS = 1500,
	ENOUGH = 5,                /* rows that make an empty column no accident */
	FOLLOWED = 256             /* columns of which it is known whether they hold anything */
};

static bool enclosed(struct str s, char quote)
{
	return quote && s.n > 1 && *s.p == quote && s.p[s.n - 1] == quote;
}

/* Delimiters that a cell could not hold without quotes. */
static unsigned delimiters_in(struct str s)
{
	static const char usual[] = ",;\t|";
	unsigned set = 0;
	for (size_t i = 0; i < COUNTOF(usual) - 1; i++)
		set |= memchr(s.p, usual[i], s.n) ? 1u << i : 0;
	return set;
}

static void count_cells(struct csv_census *c, const struct dialect *d,
	const struct csv_record *rec, bool *used)
{
	for (int i = 0; i < rec->n; i++) {
		const struct layout_cell *cell = &rec->cells[i];
		enum cell_kind k = cell_kind(cell->s, cell->quoted);
		c->cells++;
		c->known += k != KIND_OTHER;
		c->empty += k == KIND_EMPTY;
		c->typed += kind_typed(k);
		c->quoted += cell->quoted;
		c->enclosed += enclosed(cell->s, d->quote);
		if (cell->s.n)
			*(cell->quoted ? &c->protected : &c->bare) |= delimiters_in(cell->s);
		if (cell->quoted && d->delimiter && memchr(cell->s.p, d->delimiter, cell->s.n))
			c->needed++;
		if (i < FOLLOWED)
			used[i] |= k != KIND_EMPTY;
	}
}

struct widths {
	int32_t *records, *comments;   /* [k]: with k cells, k <= MAX_COLUMNS; lines with '#' */
};

static void count_widths(struct csv_census *c, const struct widths *w, const bool *used)
{
	/* where all lines start with '#', they are data */
	const int32_t *widths = c->records ? w->records : w->comments;
	double squares = 0;
	c->width = 1;
	for (int k = 1; k <= MAX_COLUMNS; k++) {
		double n = widths[k];
		c->rows += widths[k];
		squares += n * n * (k > 1 ? (k - 1.0) / k : 1e-3);
		if (widths[k] > widths[c->width])
			c->width = k;
	}
	c->agree = widths[c->width];
	c->consistency = c->rows ? squares / (double)c->rows / (double)c->rows : 0;
	if (c->agree < c->rows)
		c->consistency *= 0.7;
	for (int i = 0; i < c->width && i < FOLLOWED && c->rows >= ENOUGH; i++)
		c->hollow += !used[i];
}

/* Of the records that begin in the sample; the last may reach beyond. */
void csv_census_take(struct str text, size_t sample, const struct dialect *d,
	struct csv_census *c)
{
	struct arena *a = arena_new();
	struct csv_reader *r = csv_reader_new(a, text, *d);
	struct widths w = { arena_calloc(a, MAX_COLUMNS + 1, sizeof *w.records),
		arena_calloc(a, MAX_COLUMNS + 1, sizeof *w.comments) };
	struct csv_record rec;
	bool used[FOLLOWED] = { false };
	int64_t unclosed = 0;
	*c = (struct csv_census){ 0 };
	while (c->records < RECORDS && csv_reader_next(r, 0, &rec) && rec.begin < sample) {
		unclosed += rec.trouble == CSV_UNCLOSED;
		int n = rec.n < MAX_COLUMNS ? rec.n : MAX_COLUMNS;
		if (csv_comment(text, &rec)) {
			w.comments[n]++;
			continue;
		}
		c->records++;
		c->broken += rec.trouble != CSV_SOUND;
		if (rec.n == 1 && !rec.cells[0].s.n)
			continue;
		if (!c->first)
			c->first = n;
		else if (rec.n == 1)
			c->single += kind_typed(cell_kind(rec.cells[0].s, false));
		w.records[n]++;
		count_cells(c, d, &rec, used);
	}
	c->lost = unclosed * 10 > c->records;
	count_widths(c, &w, used);
	arena_free(a);
}

/* ---- the score --------------------------------------------------------------------------- */

/* Characters that any text may hold. */
static bool weak(const struct dialect *d)
{
	return d->delimiter && strchr(" :!#&*%", d->delimiter);
}

static double prior(const struct dialect *d)
{
	double p = 1;
	switch (d->delimiter) {
	case ' ':
		p = 0.7;
		break;
	case ':':
		p = 0.6;
		break;
	case '!':
	case '#':
	case '&':
	case '*':
	case '%':
		p = 0.5;
		break;
	case '^':
	case '~':
		p = 0.9;
		break;
	case '|':
		p = 0.85;              /* lists within a cell are written so, too */
		break;
	default:
		break;
	}
	if (d->quote)
		p *= d->quote == '"' ? 1.02 : 0.98;
	return d->wrapped ? 0.95 * p : p;
}

/* What most rows do without is no delimiter. What stands in any text delimits only where nearly
 * every row agrees and not everything is words; or where it encloses what is quoted. */
static bool credible(const struct csv_census *c, const struct dialect *d)
{
	if (c->width == 1)
		return !d->delimiter;
	bool tight = !c->broken && c->needed * 2 >= c->rows && c->first == c->width;
	if (d->wrapped && c->agree * 10 < c->rows * 9)
		return false;
	bool exact = c->agree == c->rows && c->rows >= ENOUGH;
	if (!weak(d) || ((tight || exact) && c->width > 2))
		return true;
	return c->agree * 10 >= c->rows * 9 && c->typed * 10 >= c->cells &&
		(d->delimiter == ' ' || d->delimiter == ':' || c->width > 2);
}

double csv_census_score(const struct csv_census *c, const struct dialect *d, bool forced)
{
	if (!c->rows || c->lost || (!forced && !credible(c, d)))
		return 0;
	double known = c->cells ? (double)c->known / (double)c->cells : 1;
	double q = c->consistency * known *
		(1 - 0.9 * (double)c->broken / ((double)c->records + 1));
	if (c->empty * 4 > c->cells * 3)
		q *= 0.5;
	if (c->width < 2)
		q *= 0.01;
	else
		q *= 1 - 0.5 * c->hollow / c->width;
	return q * prior(d);
}

/* A text with some delimiters in it: the first line is one cell, and few rows agree; or they
 * agree on two cells, which are words. */
bool csv_census_stray(const struct csv_census *c)
{
	return c->first == 1 && c->width > 1 &&
		((c->agree * 10 < c->rows * 6 && c->typed * 4 < c->cells) ||
			(c->width == 2 && c->typed * 10 < c->cells));
}
