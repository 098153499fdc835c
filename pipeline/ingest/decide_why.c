/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a column got its type, in words, for the evidence. */
#include "ingest/decide_int.h"

static const char *why_text(struct arena *a, const struct look *k)
{
	const struct tally *t = k->t;
	int64_t best = k->numbers > k->dates ? k->numbers : k->dates;
	if (t->codes && k->numbers && decided_by(k, k->numbers))
		return arena_printf(a, "%lld of %lld values are codes: numbers would lose "
			"their leading zeros or plus sign",
			(long long)t->codes, (long long)k->values);
	if (t->huge && decided_by(k, k->numbers))
		return arena_printf(a, "%lld of %lld values have more than 18 digits",
			(long long)t->huge, (long long)k->values);
	if (k->postal)
		return "postal codes are no amounts";
	if (t->spans && t->spans == t->periods)
		return "all values name two years in a row, such as a year of school";
	if (k->plan->keeps_na)
		return arena_printf(a, "codes of countries%s",
			t->strong ? ", so NA is Namibia" : "");
	if (best)
		return arena_printf(a, "only %lld of %lld values read as %s", (long long)best,
			(long long)k->values, best == k->numbers ? "numbers" : "dates");
	return "no value reads as a number or a date";
}

static const char *why_number(struct arena *a, const struct look *k)
{
	const struct tally *t = k->t;
	bool whole = k->plan->type == PARSED_INTEGER;
	const char *mark = "";
	if (t->number[DOT] != t->number[COMMA])
		mark = k->plan->mark ? "; some allow a decimal comma only" : "";
	else if (t->ambiguous)
		mark = k->plan->mark ? "; decimal comma as in the rest of the file"
			: "; commas taken as separators of thousands";
	return arena_printf(a, "%lld of %lld values read as %snumbers%s",
		(long long)(whole ? k->whole : k->numbers),
		(long long)k->present, whole ? "whole " : "", mark);
}

static const char *why_guise(struct arena *a, const struct look *k)
{
	static const char *const what[GUISES] = { [GUISE_COMPACT] = "dates of eight digits",
		[GUISE_SERIAL] = "days of a spreadsheet, counted from 1899-12-30",
		[GUISE_EPOCH] = "seconds since 1970-01-01",
		[GUISE_EPOCH_MS] = "milliseconds since 1970-01-01",
		[GUISE_MONTH] = "months, kept as their first day",
		[GUISE_CLOCK] = "hours and minutes without a colon" };
	return arena_printf(a, "the numbers can be read as %s, and the name says so",
		what[k->plan->guise]);
}

static const char *why_clock(struct arena *a, const struct look *k)
{
	const struct tally *t = k->t;
	if (k->plan->guise)
		return why_guise(a, k);
	if (k->plan->type == PARSED_TIME)
		return arena_printf(a, "%lld of %lld values read as times of day",
			(long long)t->clocks, (long long)k->present);
	return arena_printf(a, "%lld of %lld values read as durations",
		(long long)(t->durations + t->lone), (long long)k->present);
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
	if (k->plan->guise)
		return why_guise(a, k);
	if (t->zoned)
		zone = t->zoned < t->dates ? "; times without an offset are taken as UTC"
			: "; converted to UTC";
	const char *century = "";
	if (k->plan->pivot != PIVOT)
		century = arena_printf(a, "; years of two digits begin with 19%02d",
			k->plan->pivot);
	return arena_printf(a, "%lld of %lld values read as %s%s%s%s%s", (long long)k->dates,
		(long long)k->present,
		k->plan->periods ? "months, quarters or weeks, kept as their first day" : "dates",
		t->times && t->times < t->dates ? ", some with a time of day" : "", order, zone,
		century);
}

const char *decided_why(struct arena *a, const struct look *k)
{
	switch (k->plan->type) {
	case PARSED_INTEGER:
	case PARSED_REAL:
		return why_number(a, k);
	case PARSED_BOOLEAN:
		return arena_printf(a, "all %lld values are one of two words for yes and no",
			(long long)k->values);
	case PARSED_DATE:
	case PARSED_DATETIME:
		return why_date(a, k);
	case PARSED_TIME:
	case PARSED_DURATION:
		return why_clock(a, k);
	case PARSED_TEXT:
		return why_text(a, k);
	case PARSED_EMPTY:
	case PARSED_TYPES:
		break;
	}
	return "there is no value";
}
