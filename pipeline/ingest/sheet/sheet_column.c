/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the cells of a column of a sheet were: the sheet knows more of them than their texts tell
 * later. */
#include "ingest/sheet/sheet_int.h"

#include <string.h>

/* A number, not a code such as 007. */
static bool is_number(struct str s)
{
	struct number n;
	s = cell_trim(s);
	char c = s.n ? *s.p : 0;
	bool may = (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == ',' ||
		c == '(';
	return may && number_scan(s, &n) && !n.leading_zero && !n.huge && !n.phone;
}

void sheet_column_count(struct sheet_column *c, const struct sheet_cell *cell)
{
	c->no_date += cell->no_date;
	switch (cell->kind) {
	case SHEET_EMPTY:
		c->no_result += cell->formula;
		break;
	case SHEET_TEXT:
		c->texts++;
		c->as_text += is_number(cell->text);
		break;
	case SHEET_NUMBER:
		c->numbers++;
		break;
	case SHEET_DATE:
	case SHEET_DATETIME:
	case SHEET_TIME:
	case SHEET_DURATION:
		c->dates++;
		break;
	case SHEET_BOOLEAN:
		c->booleans++;
		break;
	case SHEET_ERROR:
		if (!c->errors++ && cell->text.n < sizeof c->error)
			memcpy(c->error, cell->text.p, cell->text.n);
		break;
	}
}

bool sheet_column_typed(const struct sheet_column *c)
{
	return c->numbers + c->dates + c->booleans > c->texts;
}

/* Numbers among dates and the like: no type fits both. */
static void mixed(struct feed *f, const char *name, const struct sheet_column *c, int64_t total)
{
	const char *const names[] = { "numbers", "dates", "booleans" };
	const int64_t counts[] = { c->numbers, c->dates, c->booleans };
	int most = 0, second = -1;
	for (int i = 1; i < 3; i++)
		if (counts[i] > counts[most])
			most = i;
	for (int i = 0; i < 3; i++)
		if (i != most && counts[i] && (second < 0 || counts[i] > counts[second]))
			second = i;
	if (second >= 0)
		feed_finding(f, FIND_mixed_cells, name, counts[second], total, names[most],
			names[second]);
}

void sheet_column_findings(struct feed *f, const struct sheet_column *c)
{
	const char *name = f->columns[c->feed].name;
	int64_t total = c->numbers + c->dates + c->booleans + c->texts;
	if (c->errors)
		feed_finding(f, FIND_cell_errors, name, c->errors, total + c->errors, c->error,
			NULL);
	if (c->no_result)
		feed_finding(f, FIND_formulas_without_result, name, c->no_result,
			total + c->no_result, NULL, NULL);
	if (c->no_date)
		feed_finding(f, FIND_impossible_dates, name, c->no_date, total, NULL, NULL);
	/* some texts that look like numbers in a column of words are words */
	if (c->as_text && 2 * (c->numbers + c->as_text) > total)
		feed_finding(f, FIND_numbers_as_text, name, c->as_text, total, NULL, NULL);
	mixed(f, name, c, total);
}
