/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which type each column gets. A declared type wins. Else the first of boolean, number and date
 * that (nearly) all values read as; a few that do not are treated as missing. Decimal mark and
 * order of day and month are decided by values that allow one reading only, first within the
 * column, then within the file.
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

/* ---- what a column could be -------------------------------------------------------------- */

/* The commonest unit. A physical one is a unit of the column only if most numbers have it: in
 * "5, 7, 12 m" the last is an odd value. */
static int main_unit(const struct tally *t, int64_t numbers)
{
	int best = 0;
	for (int u = 1; u < UNITS; u++)
		if (t->units[u] && (!best || t->units[u] > t->units[best]))
			best = u;
	if (unit_kind(best) == UNIT_PHYSICAL && 2 * t->units[best] < numbers)
		return 0;
	return best;
}

/* 1.2K is a number where all values are numbers and such are no exception: 12B may be a house. */
static bool scales(const struct look *k)
{
	const struct tally *t = k->t;
	return t->number[k->plan->mark] == k->present && 4 * t->scaled >= k->present;
}

static void examine(struct look *k)
{
	const struct tally *t = k->t;
	struct plan *p = k->plan;
	p->unit = main_unit(t, t->number[p->mark]);
	p->scaled = scales(k);
	int64_t strange = p->scaled ? 0 : t->scaled;
	for (int u = 1; u < UNITS; u++)
		if (u != p->unit)
			strange += t->units[u];
	k->numbers = t->number[p->mark] - strange;
	k->whole = t->whole[p->mark] - strange;
	if (k->numbers < 0)
		k->numbers = 0;
	if (k->whole < 0)
		k->whole = 0;
	/* what is no whole number although it is a number, but for codes */
	k->fractions = k->numbers - k->whole - t->codes - t->huge;
	p->periods = 2 * t->periods > t->order[p->order];
	k->dates = p->periods ? t->periods : t->order[p->order] - t->periods;
	for (int i = 0; i < BOOLEAN_PAIRS; i++) {
		int64_t n = t->boolean[i][0] + t->boolean[i][1];
		if (n > k->booleans) {
			k->booleans = n;
			k->pair = i;
		}
	}
	int64_t *tried = k->c->tried;
	tried[PARSED_INTEGER] = k->whole;
	tried[PARSED_REAL] = t->number[p->mark];
	tried[PARSED_BOOLEAN] = k->booleans;
	tried[PARSED_DATE] = t->dates - t->times;
	tried[PARSED_DATETIME] = t->times;
	tried[PARSED_TIME] = t->clocks;
	tried[PARSED_DURATION] = t->durations;
	tried[PARSED_TEXT] = k->values;
}

/* Years of two digits are 1970 to 2069, unless those of the column lie on both sides of 70 like
 * years of birth: then they begin behind the widest gap on the circle of hundred years. */
static int pivot_of(const struct tally *t)
{
	enum { NEAR = 5, WIDE = 10 };
	bool before = false, behind = false, used[100];
	for (int y = 0; y < 100; y++)
		used[y] = t->years2[y / 64] >> y % 64 & 1;
	for (int y = 0; y < NEAR; y++) {
		before |= used[PIVOT - 1 - y];
		behind |= used[PIVOT + y];
	}
	int run = 0, widest = 0, end = PIVOT;
	for (int y = 0; y < 200; y++) {
		run = used[y % 100] ? 0 : run + 1;
		if (run > widest && run < 100) {
			widest = run;
			end = (y + 1) % 100;
		}
	}
	return before && behind && widest >= WIDE ? end : PIVOT;
}

/* ---- types by what the values are -------------------------------------------------------- */

static enum parsed_type date_type(struct look *k)
{
	return k->t->times ? PARSED_DATETIME : PARSED_DATE;
}

/* Numbers that are dates or times of day: nearly all of them can be, and the name says so. */
static bool disguised(struct look *k, enum parsed_type *type)
{
	static const struct {
		enum guise guise;
		enum hint hint;
		enum parsed_type type;
	} guises[] = { { GUISE_COMPACT, HINT_DATE, PARSED_DATE },
		{ GUISE_MONTH, HINT_DATE, PARSED_DATE }, { GUISE_SERIAL, HINT_DATE, PARSED_DATE },
		{ GUISE_EPOCH, HINT_TIME, PARSED_DATETIME },
		{ GUISE_EPOCH_MS, HINT_TIME, PARSED_DATETIME },
		{ GUISE_CLOCK, HINT_CLOCK, PARSED_TIME } };
	enum { ENOUGH = 20 };
	for (size_t i = 0; i < COUNTOF(guises); i++) {
		enum guise g = guises[i].guise;
		if (!survey_guise(&k->t->survey, g) || !hint_says(k->c->name, guises[i].hint))
			continue;
		/* three in five numbers below 2400 look like a time of day */
		if (g == GUISE_CLOCK && (k->t->survey.values < ENOUGH || k->fractions))
			continue;
		k->plan->guise = g;
		*type = g == GUISE_SERIAL && k->fractions ? PARSED_DATETIME : guises[i].type;
		return true;
	}
	return false;
}

static enum parsed_type number_type(struct look *k)
{
	const struct tally *t = k->t;
	enum parsed_type type;
	/* (1), (2), (3) is a list, not a column of negative amounts */
	if (!k->numbers || t->bracket == t->number[k->plan->mark])
		return PARSED_TEXT;
	if (decided_by(k, k->numbers) && disguised(k, &type))
		return type;
	double accepted = k->fractions ? k->share * (double)k->numbers : 0;
	if ((double)t->codes > accepted)
		return PARSED_TEXT;
	if (k->fractions)
		return decided_by(k, k->numbers) ? PARSED_REAL : PARSED_TEXT;
	if (!decided_by(k, k->whole))
		return PARSED_TEXT;
	k->postal = survey_semantic(&t->survey, k->c->name, false, -1) == SEMANTIC_POSTAL;
	return k->postal ? PARSED_TEXT : PARSED_INTEGER;
}

/* Hours and minutes that are a length: some go beyond a day, and not by mistake, or the name says
 * so. */
static bool lasts(const struct look *k)
{
	const struct tally *t = k->t;
	bool longer = 200 * (t->durations - t->clocks) > k->present;
	return decided_by(k, t->durations) && (longer || hint_says(k->c->name, HINT_DURATION));
}

static enum parsed_type infer(struct look *k)
{
	const struct tally *t = k->t;
	const int64_t *b = t->boolean[k->pair];
	if (!k->values)
		return PARSED_EMPTY;
	/* one third word makes it a category, so all values count, and both words must occur */
	if (k->booleans == k->values && b[0] && b[1])
		return PARSED_BOOLEAN;
	/* 2010-11, 2011-12 are years of school */
	if (k->dates && decided_by(k, k->dates) && !(t->spans && t->spans == t->periods))
		return date_type(k);
	if (decided_by(k, t->clocks) && !lasts(k))
		return PARSED_TIME;
	/* "5 m" is metres unless other values have hours */
	if (t->durations && decided_by(k, t->durations + t->lone + t->units[unit_lookup(str_of("m"))]))
		return PARSED_DURATION;
	return number_type(k);
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

static enum column_type storage(const struct plan *p)
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
	return COLUMN_UTF8;
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
	p->type = stated ? stated_type(k, stated) : infer(k);
	p->pair = k->pair;
	p->pivot = pivot_of(k->t);
	bool number = p->type == PARSED_INTEGER || p->type == PARSED_REAL;
	p->weak_missing = p->type != PARSED_TEXT;
	if (!number)
		p->unit = 0;
	p->keeps_na = p->type == PARSED_TEXT &&
		survey_countries(&k->t->survey, c->name, k->levels);
	c->parsed = p->type;
	c->storage = storage(p);
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
		examine(&looks[i]);
		conclude(a, &looks[i]);
		bool date = plans[i].type == PARSED_DATE || plans[i].type == PARSED_DATETIME;
		dates |= date &&
			(tallies[i].undecided || tallies[i].order[0] != tallies[i].order[1]);
		plans[i].guessed = date && tallies[i].undecided && declared_order(o) < 0 &&
			v.order < 0 && proven_order(&looks[i]) < 0;
	}
	r->decimal = mark ? ',' : '.';
	r->date_order = dates ? (order ? "mdy" : "dmy") : NULL;
	free(looks);
}
