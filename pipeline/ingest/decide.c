/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which type each column gets. A declared type wins. Else the first of boolean, number and date
 * that (nearly) all values read as; a few that do not are treated as missing. Decimal mark and
 * order of day and month are decided by values that allow one reading only, first within the
 * column, then within the file.
 */
#include "ingest/ingest_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *parsed_type_name(enum parsed_type t)
{
	static const char *const names[PARSED_TYPES] = { "integer", "real", "boolean", "date",
		"datetime", "time", "duration", "text", "empty" };
	return names[t];
}

/* One column while it is being decided. */
struct look {
	const struct tally *t;
	struct ingest_column *c;
	struct plan *plan;
	double share;              /* ingest.max_unparsed_share */
	int64_t values, present;   /* without missing values; without weak tokens as well */
	int64_t numbers, whole, fractions;   /* under the chosen mark */
	int64_t dates;             /* under the chosen order */
	int pair;
	int64_t booleans;
};

static bool nearly_all(const struct look *k, int64_t parsed)
{
	return parsed > 0 && (double)(k->present - parsed) <= k->share * (double)k->present;
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
		if (m >= 0 && nearly_all(&looks[i], t->number[m]))
			marks[m]++;
		if (o >= 0 && nearly_all(&looks[i], t->order[o]))
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

static int main_unit(const struct tally *t)
{
	int best = 0;
	for (int u = 1; u < UNITS; u++)
		if (t->units[u] && (!best || t->units[u] > t->units[best]))
			best = u;
	return best;
}

static int64_t at_least_0(int64_t n)
{
	return n > 0 ? n : 0;
}

static void examine(struct look *k)
{
	const struct tally *t = k->t;
	struct plan *p = k->plan;
	/* amounts in another currency than most are no numbers of this column */
	p->unit = main_unit(t);
	int64_t foreign = 0;
	for (int u = 1; u < UNITS; u++)
		foreign += u != p->unit ? t->units[u] : 0;
	k->numbers = at_least_0(t->number[p->mark] - foreign);
	k->whole = at_least_0(t->whole[p->mark] - foreign);
	k->fractions = k->numbers - k->whole - t->codes - t->huge;
	k->dates = t->order[p->order];
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
	tried[PARSED_TEXT] = k->values;
}

static bool says_date(const char *name)
{
	static const char *const words[] = { "date", "datum", "fecha", "data", "day", "tag",
		"dato", "dt" };
	struct str s = str_of(name);
	for (size_t i = 0; i < COUNTOF(words); i++) {
		size_t n = strlen(words[i]);
		for (size_t at = 0; at + n <= s.n; at++)
			if (str_ieq((struct str){ s.p + at, n }, words[i]))
				return true;
	}
	return false;
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
	if (k->dates && nearly_all(k, k->dates))
		return t->times ? PARSED_DATETIME : PARSED_DATE;
	/* (1), (2), (3) is a list, not a column of negative amounts */
	if (!k->numbers || t->bracket == t->number[k->plan->mark])
		return PARSED_TEXT;
	double accepted = k->fractions ? k->share * (double)k->numbers : 0;
	if ((double)t->codes > accepted)
		return PARSED_TEXT;
	if (k->fractions)
		return nearly_all(k, k->numbers) ? PARSED_REAL : PARSED_TEXT;
	if (!nearly_all(k, k->whole))
		return PARSED_TEXT;
	if (t->compact * 20 >= k->whole * 19 && says_date(k->c->name)) {
		k->plan->compact = true;
		return PARSED_DATE;
	}
	return PARSED_INTEGER;
}

/* ---- declared types ---------------------------------------------------------------------- */

static enum parsed_type declared_type(struct look *k, const char *type)
{
	static const struct {
		const char *name;
		enum parsed_type type;
	} types[] = { { "integer", PARSED_INTEGER }, { "real", PARSED_REAL },
		{ "boolean", PARSED_BOOLEAN }, { "date", PARSED_DATE },
		{ "datetime", PARSED_DATETIME } };
	for (size_t i = 0; i < COUNTOF(types); i++)
		if (strcmp(type, types[i].name) == 0) {
			k->plan->lenient = true;
			k->plan->compact = !k->dates;
			return types[i].type;
		}
	return PARSED_TEXT;
}

/* ---- saying why -------------------------------------------------------------------------- */

static const char *why_text(struct arena *a, const struct look *k)
{
	const struct tally *t = k->t;
	int64_t best = k->numbers > k->dates ? k->numbers : k->dates;
	if (t->codes && k->numbers && nearly_all(k, k->numbers))
		return arena_printf(a, "%lld of %lld values are codes: numbers would lose "
			"their leading zeros or plus sign",
			(long long)t->codes, (long long)k->values);
	if (t->huge && nearly_all(k, k->numbers))
		return arena_printf(a, "%lld of %lld values have more than 18 digits",
			(long long)t->huge, (long long)k->values);
	if (best)
		return arena_printf(a, "only %lld of %lld values read as %s", (long long)best,
			(long long)k->values, best == k->numbers ? "numbers" : "dates");
	return "no value reads as a number or a date";
}

static const char *why_number(struct arena *a, const struct look *k, enum parsed_type type)
{
	const struct tally *t = k->t;
	const char *mark = "";
	if (t->number[DOT] != t->number[COMMA])
		mark = k->plan->mark ? "; some allow a decimal comma only" : "";
	else if (t->ambiguous)
		mark = k->plan->mark ? "; decimal comma as in the rest of the file"
			: "; commas taken as separators of thousands";
	return arena_printf(a, "%lld of %lld values read as %snumbers%s",
		(long long)(type == PARSED_INTEGER ? k->whole : k->numbers),
		(long long)k->present, type == PARSED_INTEGER ? "whole " : "", mark);
}

static const char *why_date(struct arena *a, const struct look *k)
{
	const struct tally *t = k->t;
	bool dmy = k->plan->order == ORDER_DMY;
	const char *order = "", *zone = "";
	if (t->order[0] != t->order[1])
		order = dmy ? "; some allow day first only" : "; some allow month first only";
	else if (t->undecided)
		order = dmy ? "; taken as day first" : "; taken as month first";
	if (t->zoned)
		zone = t->zoned < t->dates ? "; times without an offset are taken as UTC"
			: "; converted to UTC";
	return arena_printf(a, "%lld of %lld values read as dates%s%s%s",
		(long long)(k->plan->compact ? t->compact : k->dates), (long long)k->present,
		t->times && t->times < t->dates ? ", some with a time of day" : "", order,
		zone);
}

static const char *why(struct arena *a, const struct look *k, enum parsed_type type)
{
	switch (type) {
	case PARSED_INTEGER:
	case PARSED_REAL:
		return why_number(a, k, type);
	case PARSED_BOOLEAN:
		return arena_printf(a, "all %lld values are one of two words for yes and no",
			(long long)k->values);
	case PARSED_DATE:
	case PARSED_DATETIME:
		return why_date(a, k);
	case PARSED_TIME:
	case PARSED_DURATION:
	case PARSED_TEXT:
		return why_text(a, k);
	case PARSED_EMPTY:
	case PARSED_TYPES:
		break;
	}
	return "there is no value";
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
	case PARSED_DURATION:
	case PARSED_TEXT:
	case PARSED_EMPTY:
	case PARSED_TYPES:
		break;
	}
	return COLUMN_UTF8;
}

static void conclude(struct arena *a, struct look *k)
{
	struct plan *p = k->plan;
	struct ingest_column *c = k->c;
	p->type = c->declared ? declared_type(k, c->declared) : infer(k);
	p->pair = k->pair;
	bool number = p->type == PARSED_INTEGER || p->type == PARSED_REAL;
	p->weak_missing = p->type != PARSED_TEXT;
	if (!number)
		p->unit = 0;
	c->parsed = p->type;
	c->storage = storage(p);
	c->unit = number ? unit_name(p->unit) : NULL;
	c->zone = p->type == PARSED_DATETIME && k->t->zoned ? "UTC" : NULL;
	int places = k->t->places[p->mark];
	c->decimals = !number ? -1 : p->type == PARSED_INTEGER || places < 0 ? 0 : places;
	c->levels = -1;
	c->trimmed = k->t->trimmed;
	c->leading_zeros = k->t->leading_zeros;
	c->why = why(a, k, p->type);
	if (c->declared)
		c->why = arena_printf(a, "declared as %s", c->declared);
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
			.present = values - t->weak };
	}
	struct vote v = take_votes(looks, r->ncolumns);
	int mark = first_known(declared_mark(o), v.mark,
		s->semicolon && v.mark_needed ? COMMA : DOT);
	int order = first_known(declared_order(o), v.order, ORDER_DMY);
	bool dates = false;
	for (size_t i = 0; i < r->ncolumns; i++) {
		plans[i].mark = first_known(declared_mark(o), proven_mark(&looks[i]), mark);
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
