/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which type each column gets. What the user declares wins, then what the file itself states, then
 * what the values are (decide_type.c); a few that read otherwise are treated as missing. Decimal
 * mark and order of day and month are decided by values that allow one reading only, first within
 * the column, then within the file.
 */
#include "ingest/decide_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *parsed_type_name(enum parsed_type t)
{
	static const char *const names[PARSED_TYPES] = { "integer", "real", "boolean", "date",
		"datetime", "time", "duration", "text", "empty" };
	return names[t];
}

/* ---- marks and orders -------------------------------------------------------------------- */

/* What the file as a whole says; -1: nothing. */
struct vote {
	int mark, order;
	bool mark_needed;          /* some number can be read in two ways */
};

static int winner(const int64_t votes[2])
{
	return votes[0] > votes[1] ? 0 : votes[1] > votes[0] ? 1 : -1;
}

/* The reading that more values allow. Where values depend on it, a few that speak for one side
 * may be the damaged ones. */
static int proven(const struct look *k, const int64_t readable[2], int64_t open)
{
	double lead = fabs((double)(readable[0] - readable[1]));
	return open && lead <= k->share * (double)k->present ? -1 : winner(readable);
}

static int proven_mark(const struct look *k)
{
	return proven(k, k->t->number, k->t->ambiguous);
}

static int proven_order(const struct look *k)
{
	return proven(k, k->t->order, k->t->undecided);
}

static struct vote take_votes(const struct look *looks, size_t n)
{
	int64_t marks[MARKS] = { 0 }, orders[ORDERS] = { 0 };
	struct vote v = { 0 };
	for (size_t i = 0; i < n; i++) {
		const struct tally *t = looks[i].t;
		int m = proven_mark(&looks[i]), o = proven_order(&looks[i]);
		if (m >= 0 && decided_by(&looks[i], t->number[m]))
			marks[m]++;
		if (o >= 0 && decided_by(&looks[i], t->order[o]))
			orders[o]++;
		v.mark_needed |= t->ambiguous > 0;
	}
	v.mark = winner(marks);
	v.order = winner(orders);
	return v;
}

static int declared_mark(const struct ingest_options *o)
{
	return !o->decimal ? -1 : *o->decimal == ',' ? COMMA : *o->decimal == '.' ? DOT : -1;
}

static int declared_order(const struct ingest_options *o)
{
	return !o->date_order ? -1 : strcmp(o->date_order, "dmy") == 0 ? ORDER_DMY
		: strcmp(o->date_order, "mdy") == 0 ? ORDER_MDY : -1;
}

static int first_known(int a, int b, int c)
{
	return a >= 0 ? a : b >= 0 ? b : c;
}

/* ---- types that somebody states ----------------------------------------------------------- */

/* Numbers that are dates as everybody knows, when nothing is written as a date. */
static enum guise likely_guise(const struct look *k, enum parsed_type type)
{
	if (type == PARSED_TIME)
		return k->t->clocks ? GUISE_NONE : GUISE_CLOCK;
	if ((type != PARSED_DATE && type != PARSED_DATETIME) || k->dates)
		return GUISE_NONE;
	for (enum guise g = GUISE_COMPACT; g < GUISE_CLOCK; g++)
		if (survey_guise(&k->t->survey, g))
			return g;
	return GUISE_COMPACT;
}

static enum parsed_type stated_type(struct look *k, const char *type)
{
	static const struct {
		const char *name;
		enum parsed_type type;
	} types[] = { { "integer", PARSED_INTEGER }, { "real", PARSED_REAL },
		{ "boolean", PARSED_BOOLEAN }, { "date", PARSED_DATE },
		{ "datetime", PARSED_DATETIME }, { "time", PARSED_TIME },
		{ "duration", PARSED_DURATION } };
	for (size_t i = 0; i < COUNTOF(types); i++)
		if (strcmp(type, types[i].name) == 0) {
			k->plan->lenient = true;
			k->plan->guise = likely_guise(k, types[i].type);
			return types[i].type;
		}
	return PARSED_TEXT;
}

/* The word for what the file itself says, NULL when it says nothing. */
static const char *native_type(enum native n)
{
	static const char *const words[NATIVES] = { NULL, "integer", "real", "boolean", "date",
		"datetime", "time", "duration", "text" };
	return words[n];
}

/* ---- all together ------------------------------------------------------------------------ */

enum column_type plan_storage(const struct plan *p)
{
	switch (p->type) {
	case PARSED_INTEGER:
		return COLUMN_INT64;
	case PARSED_REAL:
		return COLUMN_FLOAT64;
	case PARSED_BOOLEAN:
		return COLUMN_BOOL;
	case PARSED_DATE:
		return COLUMN_DATE;
	case PARSED_DATETIME:
		return COLUMN_TIMESTAMP;
	case PARSED_TIME:
		return COLUMN_TIME;
	case PARSED_DURATION:
		return COLUMN_DURATION;
	case PARSED_TEXT:
	case PARSED_EMPTY:
	case PARSED_TYPES:
		break;
	}
	return p->dictionary ? COLUMN_DICT : COLUMN_UTF8;
}

/* What the values mean beyond their type. */
static void find_meaning(struct look *k)
{
	const struct survey *x = &k->t->survey;
	struct ingest_column *c = k->c;
	bool number = c->parsed == PARSED_INTEGER || c->parsed == PARSED_REAL;
	enum unit_kind unit = unit_kind(k->plan->unit);
	if (number && (unit == UNIT_MONEY || unit == UNIT_SHARE)) {
		c->semantic = unit == UNIT_MONEY ? "money" : "percent";
		c->semantic_count = k->t->units[k->plan->unit];
		return;
	}
	if (!number && c->parsed != PARSED_TEXT)
		return;
	enum semantic s = survey_semantic(x, c->name, number, k->levels);
	c->semantic = semantic_name(s);
	c->semantic_count = c->semantic ? x->kinds[s] : 0;
	c->semantic_of = c->semantic ? x->values : 0;
}

static void conclude(struct arena *a, struct look *k)
{
	struct plan *p = k->plan;
	struct ingest_column *c = k->c;
	const char *stated = c->declared ? c->declared : native_type(k->native);
	p->type = stated ? stated_type(k, stated) : decide_infer(k);
	p->pair = k->pair;
	p->pivot = decide_pivot(k->t);
	bool number = p->type == PARSED_INTEGER || p->type == PARSED_REAL;
	p->weak_missing = p->type != PARSED_TEXT;
	if (!number)
		p->unit = 0;
	p->keeps_na = p->type == PARSED_TEXT &&
		survey_countries(&k->t->survey, c->name, k->levels);
	c->parsed = p->type;
	c->storage = plan_storage(p);
	c->unit = number ? unit_name(p->unit) : NULL;
	c->zone = p->type == PARSED_DATETIME && (k->t->zoned || p->guise > GUISE_SERIAL) ? "UTC"
		: NULL;
	int places = k->t->places[p->mark];
	c->decimals = !number ? -1 : p->type == PARSED_INTEGER || places < 0 ? 0 : places;
	c->levels = -1;
	c->trimmed = k->t->trimmed;
	c->leading_zeros = k->t->leading_zeros;
	find_meaning(k);
	c->why = decided_why(a, k);
	if (c->declared)
		c->why = arena_printf(a, "declared as %s", c->declared);
	else if (stated)
		c->why = arena_printf(a, "the file says %s", c->stored ? c->stored : stated);
}

void columns_decide(struct arena *a, const struct ingest_options *o, const struct source *s,
	const struct tally *tallies, struct plan *plans, struct ingest_result *r)
{
	struct look *looks = mem_calloc(r->ncolumns, sizeof *looks);
	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct tally *t = &tallies[i];
		int64_t values = t->rows - t->empty - t->strong;
		looks[i] = (struct look){ .t = t, .c = &r->columns[i], .plan = &plans[i],
			.share = o->max_unparsed_share, .values = values,
			.present = values - t->weak,
			.levels = t->levels ? levels_count(t->levels) : -1,
			.native = s->columns ? s->columns[i].native : NATIVE_NONE };
	}
	struct vote v = take_votes(looks, r->ncolumns);
	int mark = first_known(declared_mark(o), v.mark,
		s->semicolon && v.mark_needed ? COMMA : DOT);
	int order = first_known(declared_order(o), v.order, ORDER_DMY);
	bool dates = false;
	for (size_t i = 0; i < r->ncolumns; i++) {
		plans[i].mark = first_known(declared_mark(o), proven_mark(&looks[i]), mark);
		if (looks[i].native == NATIVE_INTEGER || looks[i].native == NATIVE_REAL)
			plans[i].mark = DOT;   /* feeds write numbers so */
		plans[i].order = first_known(declared_order(o), proven_order(&looks[i]), order);
		decide_examine(&looks[i]);
		conclude(a, &looks[i]);
		bool date = plans[i].type == PARSED_DATE || plans[i].type == PARSED_DATETIME;
		dates |= date &&
			(tallies[i].undecided || tallies[i].order[0] != tallies[i].order[1]);
		plans[i].guessed = date && tallies[i].undecided && declared_order(o) < 0 &&
			v.order < 0 && proven_order(&looks[i]) < 0;
		bool number = plans[i].type == PARSED_INTEGER || plans[i].type == PARSED_REAL;
		plans[i].mark_guessed = number && tallies[i].ambiguous && s->semicolon &&
			declared_mark(o) < 0 && v.mark < 0 && proven_mark(&looks[i]) < 0;
	}
	r->decimal = mark ? ',' : '.';
	r->date_order = dates ? (order ? "mdy" : "dmy") : NULL;
	free(looks);
}
