/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which type the values of a column have: the first of boolean, date, time, duration and number
 * that (nearly) all of them read as. */
#include "ingest/decide_int.h"

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

/* 1.2K is a number where all values are numbers and such are no exception; 12B may be a house. */
static bool scales(const struct look *k)
{
	const struct tally *t = k->t;
	return t->number[k->plan->mark] == k->present &&
		(2 * t->scaled >= k->present || 10 * t->scaled_parts >= k->present);
}

void decide_examine(struct look *k)
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

/* Years of two digits are 1970 to 2069, unless those of the column lie on both sides of 70, as
 * years of birth do: then they begin behind the widest gap before 70, on the circle of hundred
 * years. */
int decide_pivot(const struct tally *t)
{
	enum { NEAR = 5, WIDE = 10 };
	bool before = false, behind = false, used[100];
	for (int y = 0; y < 100; y++)
		used[y] = t->years2[y / 64] >> y % 64 & 1;
	for (int y = 0; y < NEAR; y++) {
		before |= used[PIVOT - 1 - y];
		behind |= used[PIVOT + y];
	}
	int pivot = PIVOT, widest = WIDE - 1, gap = 0;
	for (int y = PIVOT; y < 100 + PIVOT && before && behind; y++) {
		if (used[y % 100] && y >= 100 && gap > widest) {
			widest = gap;
			pivot = y % 100;
		}
		gap = used[y % 100] ? 0 : gap + 1;
	}
	return pivot;
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

enum parsed_type decide_infer(struct look *k)
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
