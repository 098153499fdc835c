/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first reading: every cell of a column is asked what it could be, and the answers are
 * counted. Types are decided from these counts, so from all rows and not from a sample.
 */
#include "ingest/ingest_int.h"

#include <string.h>

static void tally_number(struct tally *t, const struct number *n)
{
	for (int m = 0; m < MARKS; m++) {
		if (!(n->marks >> m & 1))
			continue;
		t->number[m]++;
		t->whole[m] += (n->whole >> m & 1) && !n->leading_zero && !n->huge && !n->phone;
		if (n->places[m] > t->places[m])
			t->places[m] = n->places[m];
	}
	/* "1,234" is whole under the point and not under the comma */
	t->ambiguous += n->marks == (MARK_DOT | MARK_COMMA) &&
		(n->whole == MARK_DOT || n->whole == MARK_COMMA);
	t->codes += n->leading_zero || n->phone;
	t->leading_zeros += n->leading_zero;
	t->huge += n->huge;
	t->bracket += n->bracket;
	t->units[n->unit]++;
	t->scaled += n->scale != 0;
	t->scaled_parts += n->scale && (n->places[DOT] > 0 || n->places[COMMA] > 0);
}

static void tally_when(struct tally *t, const struct when *w)
{
	t->dates++;
	t->times += w->timed;
	t->zoned += w->zoned;
	for (int o = 0; o < ORDERS; o++)
		t->order[o] += w->orders >> o & 1;
	t->undecided += w->orders == 3 && w->days[0] != w->days[1];
	if (w->written.style < STYLE_YM && !w->written.year2)
		return;
	int y, m, d;
	date_civil(w->days[w->orders & 1 ? 0 : 1], &y, &m, &d);
	t->periods += w->written.style >= STYLE_YM;
	t->spans += w->written.style == STYLE_YM && m == (y + 1) % 100;
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

static void tally_value(struct tally *t, struct str s)
{
	struct number n;
	struct when w;
	if (number_scan(s, &n)) {
		tally_number(t, &n);
		return;
	}
	if (when_scan(s, &w)) {
		tally_when(t, &w);
		return;
	}
	struct clock c;
	if (clock_scan(s, &c)) {
		t->clocks += c.time;
		t->durations += c.duration && !c.lone;
		t->lone += c.lone;
		return;
	}
	t->other++;
	t->damaged += damaged(s);
	uint32_t yes, pairs = boolean_pairs(s, &yes);
	for (int k = 0; pairs; k++, pairs >>= 1, yes >>= 1)
		if (pairs & 1)
			t->boolean[k][yes & 1]++;
}

void tally_column(struct tally *t, const struct tokens *tokens, const struct block *b, int col)
{
	const struct str *cells = b->cells + col * b->cap;
	for (int64_t i = 0; i < b->rows; i++) {
		struct str s = cell_trim(cells[i]);
		t->trimmed += s.n != cells[i].n;
		if (!s.n) {
			t->empty++;
			continue;
		}
		int token = token_find(tokens, s);
		if (token >= 0 && tokens->v[token].kind != TOKEN_WEAK) {
			t->strong++;
			continue;
		}
		if (t->levels)
			levels_add(t->levels, s);
		if (token >= 0)
			t->weak++;
		else
			tally_value(t, s);
	}
	t->rows += b->rows;
	survey_take(&t->survey, tokens, b, col);
	/* Following the levels of numbers is a waste: most columns that begin with numbers
	 * alone stay so. Should one turn out to be text, its levels are collected by another
	 * reading. */
	bool typed = !t->other && !t->codes && !t->huge &&
		t->empty + t->strong + t->weak < t->rows;
	if (t->levels && typed) {
		levels_free(t->levels);
		t->levels = NULL;
		t->levels_late = true;
	}
}

void tally_levels(struct tally *t, const struct tokens *tokens, const struct block *b, int col)
{
	const struct str *cells = b->cells + col * b->cap;
	for (int64_t i = 0; i < b->rows; i++) {
		struct str s = cell_trim(cells[i]);
		int token = token_find(tokens, s);
		if (s.n && (token < 0 || tokens->v[token].kind == TOKEN_WEAK))
			levels_add(t->levels, s);
	}
}
