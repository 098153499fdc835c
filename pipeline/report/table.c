/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of a table as a whole: decimals with their points below each other, bars that can be told apart. */
#include "report/report_int.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum { DECIMALS_MOST = 8 };    /* longer ones would push numbers far from the edge of their column */

struct tail {
	int digits;            /* behind the point; -1 of what is no plain decimal: 2e-7 */
	bool point;
};

/* Points stand in front of the last run of digits only: groups are parted by blanks. */
static struct tail tail_of(struct doc *d, const struct cell *c)
{
	const char *s = doc_cell(d, c), *point = strchr(s, words_point(d->words));
	size_t n = strlen(s), digits = point ? strspn(point + 1, "0123456789") : 0;
	bool whole = n > 0 && isdigit((unsigned char)s[n - 1]) && !strpbrk(s, "e:");
	if (!whole || (point && point[1 + digits]))
		return (struct tail){ -1, false };
	return (struct tail){ (int)digits, point != NULL };
}

static bool is_decimal(enum cell_class cls)
{
	return cls == CELL_MEASURE || cls == CELL_SCORE || cls == CELL_CHANGE;
}

/* A number without groups, as keys are printed: it stands among decimals as a whole one does. */
static bool is_digits(const struct cell *c)
{
	return c->cls == CELL_CODE && c->text && *c->text && !c->text[strspn(c->text, "0123456789")];
}

/* The longest tail of a column of like numbers; -1: they are not lined up. */
static int longest_tail(struct doc *d, const struct node *table, size_t column)
{
	int longest = -1;
	enum cell_class cls = CELL_EMPTY;
	for (size_t r = 0; r < table->nrows; r++) {
		const struct cell *c = &table->cells[r * table->ncols + column];
		if (isnan(c->num) || is_digits(c))
			continue;
		struct tail t = tail_of(d, c);
		if (!is_decimal(c->cls) || (cls != CELL_EMPTY && c->cls != cls) || t.digits < 0)
			return -1;
		cls = c->cls;
		longest = t.digits > longest ? t.digits : longest;
	}
	return longest > DECIMALS_MOST ? -1 : longest;
}

static void line_up(struct doc *d, struct node *table, size_t column)
{
	int longest = longest_tail(d, table, column);
	for (size_t r = 0; longest > 0 && r < table->nrows; r++) {
		struct cell *c = &table->cells[r * table->ncols + column];
		if (isnan(c->num) && !is_digits(c))
			continue;
		struct tail t = tail_of(d, c);
		c->digits_short = (unsigned char)(longest - t.digits);
		c->point_short = !t.point;
	}
}

/* Bars that are all as thin as a line say nothing. */
static bool has_bars(const struct node *table, size_t column)
{
	const double visible = 0.08;
	for (size_t r = 0; r < table->nrows; r++)
		if (table->cells[r * table->ncols + column].num >= visible)
			return true;
	return false;
}

void table_settle(struct doc *d, struct node *table)
{
	for (size_t c = 0; c < table->ncols; c++) {
		if (table->columns[c].align == ALIGN_RIGHT)
			line_up(d, table, c);
		table->columns[c].bar = table->columns[c].bar && has_bars(table, c);
	}
}
