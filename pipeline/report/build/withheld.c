/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a shareable edition does not tell, and by which rules: a reader has to know what is not there. */
#include "report/build_int.h"

#include <math.h>

/* As redact*.c does it; texts of the catalogue. */
static const char *const rules[][2] = {
	{ "Rows, examples, texts of rejected records", "left out" },
	{ "Lowest and highest values", "left out; the least and the largest are rounded outwards to a step of the power of "
		"ten below their distance, or the next where that would hide nothing" },
	{ "Quantiles", "left out where fewer values than the least count lie beyond them; else rounded to a hundredth of the "
		"power of ten below the middle half, so that none is the value of a row" },
	{ "Means, deviations, sums", "left out where fewer values than the least count make up most of the variance" },
	{ "Levels, patterns, words", "those below the least count are in \"other\", with one more where the sum would still "
		"be below it or tell a single one" },
	{ "Histograms", "bins below the least count are counted with their neighbour towards the middle; edges are rounded" },
	{ "Dates", "to the month; to the year where they span more than three years; counted by the week or longer" },
	{ "Clouds of points", "as fields of a grid without its ends; those below the least count are blank" },
	{ "Tables of groups", "groups below the least count are left out, and one more where what is left of all rows would be "
		"below it; whiskers, and of small groups quartiles, are rounded; of a confusion matrix further cells are blank, so "
		"that sums do not tell them" },
	{ "Values in the order of time", "left out; trend, season and calendar stay" },
	{ "Models", "none where one of two outcomes is below the least count; no single row, no residual, no influential row, no "
		"curve of a row; a tree or a curve of calibration only if each part has the least count of each outcome or none; "
		"ends of curves are left out" },
	{ "Sensitive columns", "no value and nothing that rests on values: only the type, how many are missing, and the "
		"number of different ones to one digit" },
};

void build_withheld(struct build *b, struct node *parent)
{
	if (!b->privacy)
		return;
	static const struct table_column heads[] = { { "What", ALIGN_LEFT, false }, { "Rule", ALIGN_LEFT, false } };
	static const struct table_column named[] = { { "Column", ALIGN_LEFT, false }, { "Sensitive because", ALIGN_LEFT, false } };
	struct node *section = doc_section(b->doc, parent, "withheld", "What this edition leaves out");
	struct cell least = build_count(json_num(b->privacy, "min_cell", NAN));
	doc_text(b->doc, section, "This edition is made to be shared. It tells what holds of many rows and nothing of "
		"single ones: no value, level or group of fewer than %s rows, the least count. How many values are missing, "
		"repeated or at fault is told as it is. Figures are those of the full report or are left out; none is altered "
		"but for the rounding named here.", &least, 1);
	struct node *table = doc_table(b->doc, section, NULL, heads, COUNTOF(heads));
	for (size_t i = 0; i < COUNTOF(rules); i++) {
		struct cell cells[] = { cell_text(rules[i][0]), cell_text(rules[i][1]) };
		doc_row(b->doc, table, cells, NULL);
	}
	const json_t *columns = json_at(b->privacy, "columns");
	if (json_array_size(columns) == 0)
		return;
	struct node *list = doc_table(b->doc, section, "Sensitive columns", named, COUNTOF(named));
	for (size_t i = 0; i < json_array_size(columns) && i < ROWS_MAX; i++) {
		const json_t *c = json_array_get(columns, i);
		struct cell cells[] = { cell_code(json_text(c, "name", "")), cell_text(json_text(c, "why", "")) };
		doc_row(b->doc, list, cells, NULL);
	}
}
