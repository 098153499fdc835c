/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fold over columns of dates whose values are too many to be kept: what each date says about the
 * calendar by itself. Where they are kept, the same is counted from them. */
#include "profile/column_int.h"

/* Where clocks and formats start: year 1, Windows, SQL Server, spreadsheets, old Macs, Unix. */
static const struct {
	int y, m, d;
} defaults[] = { { 1, 1, 1 }, { 1601, 1, 1 }, { 1753, 1, 1 }, { 1899, 12, 30 },
	{ 1899, 12, 31 }, { 1900, 1, 1 }, { 1904, 1, 1 }, { 1970, 1, 1 } };
_Static_assert(COUNTOF(defaults) == DEFAULT_DATES, "one count a date");

int64_t default_tick(const struct work *w, int i)
{
	return date_days(defaults[i].y, defaults[i].m, defaults[i].d) * ticks_a_day(w);
}

int dates_unit(int unit, int64_t tick)
{
	static const int64_t us[DATES_UNITS] = { 86400000000, 3600000000, 60000000, 1000000, 1 };
	while (tick % us[unit])
		unit++;
	return unit;
}

void dates_add(struct dates_fold *f, const struct work *w, int32_t report_date, int64_t tick,
	int64_t count)
{
	int64_t day = tick_day(w, tick);
	int y, m, dom;
	date_civil((int32_t)day, &y, &m, &dom);
	if (w->storage == COLUMN_TIMESTAMP)
		f->unit = dates_unit(f->unit, tick);
	f->within_month |= dom != 1;
	f->within_year |= dom != 1 || m != 1;
	f->weekday[day_weekday(day)] += count;
	f->month[m - 1] += count;
	f->hour[w->storage == COLUMN_TIMESTAMP ? tick_hour(w, tick) : 0] += count;
	f->future += day > report_date ? count : 0;
	for (int i = 0; i < DEFAULT_DATES && tick % ticks_a_day(w) == 0; i++)
		f->defaults[i] += tick == default_tick(w, i) ? count : 0;
}

static void dates_init(void *acc, const void *arg)
{
	(void)acc;
	(void)arg;
}

static void dates_update(void *acc, const void *arg, const struct batch *b)
{
	const struct dates_arg *a = arg;
	const struct column *c = &b->cols[a->col];
	struct work w = { .storage = c->type };
	for (int64_t row = 0; row < b->rows; row++)
		if (column_has(c, row))
			dates_add(acc, &w, a->report_date,
				c->type == COLUMN_DATE ? c->v.i32[row] : c->v.i64[row], 1);
}

static void dates_merge(void *left, void *right, const void *arg)
{
	struct dates_fold *l = left;
	const struct dates_fold *r = right;
	(void)arg;
	for (int i = 0; i < DATES_COUNTS; i++)
		l->counts[i] += r->counts[i];
	l->unit = r->unit > l->unit ? r->unit : l->unit;
	l->within_month |= r->within_month;
	l->within_year |= r->within_year;
}

static void dates_save(struct buf *out, const void *acc, const void *arg)
{
	const struct dates_fold *f = acc;
	(void)arg;
	fold_put_words(out, f->counts, DATES_COUNTS);
	fold_put_int(out, f->unit);
	fold_put_int(out, f->within_month);
	fold_put_int(out, f->within_year);
}

static void dates_load(void *acc, const void *arg, struct fold_in *in)
{
	struct dates_fold *f = acc;
	(void)arg;
	fold_get_counts(in, f->counts, DATES_COUNTS);
	f->unit = (int)fold_get_below(in, DATES_UNITS);
	f->within_month = fold_get_bool(in);
	f->within_year = fold_get_bool(in);
}

const struct fold_ops dates_ops = { "dates", sizeof(struct dates_fold), dates_init, dates_update,
	dates_merge, NULL, dates_save, dates_load };
