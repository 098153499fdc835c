/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the models do not say: cause and effect, rows unlike these, another time, other groups. Only what
 * applies to this table is said. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

static void say_cause(struct build *b, struct node *parent)
{
	build_say(b, parent,
		"Nothing about causes. A column that predicts the outcome need not bring it about, and changing it "
		"need not change the outcome: both may follow from something that was not measured.");
}

static void say_range(struct build *b, struct node *parent)
{
	struct cell cells[] = { place_num(b->modeling, CELL_COUNT, "rows_used"), cell_code("dossier predict") };
	doc_text(b->doc, parent,
		"Nothing about rows unlike the %s used here: values outside the ranges seen, levels that were never "
		"met, or another way of gathering the data. %s counts such values in new rows.",
		cells, 2);
}

bool build_has_dates(const struct build *b)
{
	struct place features = place_at(b->modeling, "features");
	for (size_t i = 0; i < json_array_size(features.v); i++)
		if (place_is(place_item(features, i), "encoding", "date parts"))
			return true;
	return false;
}

static void say_time(struct build *b, struct node *parent)
{
	bool ordered = place_is(b->modeling, "validation.scheme", "time-ordered");
	if (ordered)
		build_say(b, parent,
			"Nothing about a far future. Each part was predicted from all that came before it; further ahead than "
			"one such part, errors grow, and a change of the world is in no score.");
	else if (build_has_dates(b))
		build_say(b, parent,
			"Nothing about the future. The rows have dates, but no column was taken as their time, so that rows were "
			"held out at random: predicting later rows from earlier ones is harder. Name it as time in the manifest "
			"when that is the question.");
}

static void say_groups(struct build *b, struct node *parent)
{
	const char *scheme = json_text(b->modeling.v, "validation.scheme", "");
	if (strstr(scheme, "group"))
		build_say(b, parent,
			"The scores are for new groups, whole: of groups that were seen already, more can be known.");
	else if (strcmp(scheme, "time-ordered") != 0)
		build_say(b, parent,
			"The rows are taken to be independent of each other. If several belong to one person, machine or place, "
			"the scores are too good for a new one.");
}

static void say_choice(struct build *b, struct node *parent)
{
	double n = (double)json_count(b->modeling.v, "candidates") - 1;
	struct cell cells[] = { build_count(n) };
	if (n > 2 && place_is(b->modeling, "verdict", "useful"))
		doc_text(b->doc, parent,
			"The best of %s models was chosen by the same scores that are shown, which flatters it a little; the p value "
			"against the baseline allows for that, the score itself does not.", cells, 1);
}

static void say_absence(struct build *b, struct node *parent)
{
	struct cell cells[] = { place_num(b->modeling, CELL_COUNT, "rows_used"), place_code(b->modeling, "target") };
	if (place_is(b->modeling, "verdict", "no_model"))
		doc_text(b->doc, parent,
			"Not that %s depends on nothing. %s rows and these columns show no more than chance would; a weak "
			"dependence may need more of them.", (struct cell[]){ cells[1], cells[0] }, 2);
}

static void say_missing(struct build *b, struct node *parent)
{
	struct cell cells[] = { place_num(b->modeling, CELL_COUNT, "rows_dropped") };
	if (cells[0].num > 0)
		doc_text(b->doc, parent,
			"Nothing about the %s rows without an outcome, if the outcome is missing for a reason that has to do with it.",
			cells, 1);
}

void build_model_limits(struct build *b, struct node *parent)
{
	say_absence(b, parent);
	say_cause(b, parent);
	say_range(b, parent);
	say_time(b, parent);
	say_groups(b, parent);
	say_missing(b, parent);
	say_choice(b, parent);
}
