/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a model sees of a column: a number is itself, a category its level; a date, a time of day and a
 * text say several things. The same code makes features for training and for new tables. */
#include "model/frame/frame_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double TURN = 2 * 3.14159265358979323846;

/* ---- dates, times of day, texts ---------------------------------------------------------------------------- */

/* How far along, which time of year, which hour, which weekday: in the order of enum feature_part. */
static void fill_dates(struct feature *f, size_t n, const struct cells *c)
{
	double per_day = table_field(c->t, c->col)->type == COLUMN_DATE ? 1 : 86400e6;
	for (size_t i = 0; i < c->n; i++) {
		double x = cell_number(c, i), day = floor(x / per_day), v[PARTS];
		if (!isnan(x)) {
			int y, mo, d;
			date_civil((int32_t)day, &y, &mo, &d);
			double first = date_days(y, 1, 1), year = (day - first) / (date_days(y + 1, 1, 1) - first);
			v[PART_YEARS] = y + year;
			v[PART_SEASON_SINE] = sin(TURN * year);
			v[PART_SEASON_COSINE] = cos(TURN * year);
			v[PART_HOUR] = floor((x - day * per_day) * 24 / per_day);
			v[PART_WEEKDAY] = date_weekday((int32_t)day);
		}
		for (size_t k = 0; k < n; k++)
			f[k].x[i] = isnan(x) ? NAN : v[f[k].part];
	}
}

/* 23:59 is next to 0:00, so a time of day is a point on a circle. */
static void fill_clocks(struct feature *f, size_t n, const struct cells *c)
{
	for (size_t i = 0; i < c->n; i++) {
		double angle = TURN * cell_number(c, i) / 86400;
		for (size_t k = 0; k < n; k++)
			f[k].x[i] = f[k].part == PART_CLOCK_SINE ? sin(angle) : cos(angle);
	}
}

static void fill_texts(struct feature *f, size_t n, const struct cells *c)
{
	for (size_t i = 0; i < c->n; i++) {
		char scratch[NUM_MAX], word[WORD_MAX];
		struct str text = cells_text(c, i, scratch), rest = text;
		for (size_t k = 0; k < n; k++)
			f[k].x[i] = !text.p ? NAN : f[k].part == PART_LENGTH ? (double)utf8_length(text.p, text.n) : 0;
		for (size_t m; text.p && (m = word_next(&rest, word)) > 0;)
			for (size_t k = 0; k < n; k++)
				if (f[k].part == PART_WORDS)
					f[k].x[i]++;
				else if (f[k].part == PART_KEYWORD && strncmp(f[k].word, word, m) == 0 && !f[k].word[m])
					f[k].x[i] = 1;
	}
}

/* ---- numbers of new tables ------------------------------------------------------------------------------------ */

/* Beyond this, sums of squares and products would leave the range of a double: larger numbers count as it. */
static double bounded(double x)
{
	static const double LARGEST = 1e100;
	return x > LARGEST ? LARGEST : x < -LARGEST ? -LARGEST : x;
}

static bool spans_time(enum column_type t)
{
	return t == COLUMN_TIME || t == COLUMN_DURATION;
}

/* A column of numbers may come as text, where some values are none. */
static void fill_numbers(double *x, enum column_type trained, const struct cells *c, struct strange *strange)
{
	enum column_type type = table_field(c->t, c->col)->type;
	bool texts = type == COLUMN_DICT || type == COLUMN_UTF8;
	bool same = !texts && type != COLUMN_DATE && type != COLUMN_TIMESTAMP && spans_time(type) == spans_time(trained);
	for (size_t i = 0; i < c->n; i++) {
		char scratch[NUM_MAX];
		if (same) {
			x[i] = bounded(cell_number(c, i));
			continue;
		}
		struct str s = str_trim(cells_text(c, i, scratch));
		x[i] = NAN;
		if (s.p && s.n && !(texts && !spans_time(trained) && num_parse_double(s.p, s.n, &x[i]) && isfinite(x[i]))) {
			x[i] = NAN;
			strange->unreadable++;
		}
		x[i] = bounded(x[i]);
	}
}

static void nothing_readable(struct feature *f, size_t n, const struct cells *c, struct strange *strange)
{
	for (size_t i = 0; i < c->n; i++) {
		char scratch[NUM_MAX];
		strange->unreadable += cells_text(c, i, scratch).p != NULL;
		for (size_t k = 0; k < n; k++)
			f[k].x[i] = NAN;
	}
}

static void count_strange(const struct feature *f, size_t n, struct strange *strange)
{
	for (size_t i = 0; i < n; i++) {
		strange->missing += isnan(f->x[i]);
		if (f->part == PART_LEVEL)
			strange->unseen += f->x[i] > f->nlevels;
		else if (f->part == PART_VALUE || f->part == PART_YEARS)
			strange->outside += f->x[i] < f->lo || f->x[i] > f->hi;
	}
}

void parts_fill(struct feature *f, size_t n, enum role role, enum column_type trained, const struct cells *c,
	struct strange *strange)
{
	enum column_type type = table_field(c->t, c->col)->type;
	switch (role) {
	case ROLE_NUMBER:
		fill_numbers(f[0].x, trained, c, strange);
		break;
	case ROLE_CATEGORY:
		feature_codes(&f[0], c, f[0].x);
		break;
	case ROLE_DATETIME:
		if (type == COLUMN_DATE || type == COLUMN_TIMESTAMP)
			fill_dates(f, n, c);
		else
			nothing_readable(f, n, c, strange);
		break;
	case ROLE_CLOCK:
		if (spans_time(type))
			fill_clocks(f, n, c);
		else
			nothing_readable(f, n, c, strange);
		break;
	case ROLE_TEXT:
		fill_texts(f, n, c);
		break;
	}
	count_strange(&f[0], c->n, strange);
}

/* ---- what there is to learn ------------------------------------------------------------------------------------- */

static void set_range(struct feature *f, size_t n)
{
	f->lo = f->hi = NAN;
	for (size_t i = 0; i < n; i++) {
		f->lo = fmin(f->lo, f->x[i]);   /* of NaN and a number fmin is the number */
		f->hi = fmax(f->hi, f->x[i]);
	}
}

static void set_weekdays(struct feature *f, struct arena *a)
{
	static const char *const names[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };
	f->category = true;
	f->nlevels = COUNTOF(names);
	f->levels = arena_calloc(a, COUNTOF(names), sizeof *f->levels);
	for (size_t k = 0; k < COUNTOF(names); k++)
		f->levels[k] = names[k];
	levels_index(f, a);
}

/* Parts `first` to `last` of the column, those of them that vary. */
static void learn_parts(struct frame *f, int group, const struct cells *c, enum feature_part first,
	enum feature_part last, const char *const *words, size_t nwords, struct arena *a)
{
	static const char *const names[PARTS] = { [PART_YEARS] = "years", [PART_SEASON_SINE] = "season (sine)",
		[PART_SEASON_COSINE] = "season (cosine)", [PART_HOUR] = "hour", [PART_WEEKDAY] = "weekday",
		[PART_CLOCK_SINE] = "time of day (sine)", [PART_CLOCK_COSINE] = "time of day (cosine)",
		[PART_LENGTH] = "length", [PART_WORDS] = "words" };
	struct feature *made = &f->features[f->nfeatures];
	size_t n = (size_t)(last - first) + 1 + nwords;
	for (size_t k = 0; k < n; k++) {
		bool word = k >= n - nwords;
		made[k] = (struct feature){ .group = group, .part = word ? PART_KEYWORD : (enum feature_part)(first + k),
			.word = word ? words[k - (n - nwords)] : NULL, .x = arena_calloc(a, c->n, sizeof(double)) };
		const char *name = f->group_names[group];
		made[k].name = word ? arena_printf(a, "%s: has '%s'", name, made[k].word) :
			arena_printf(a, "%s: %s", name, names[made[k].part]);
		if (made[k].part == PART_WEEKDAY)
			set_weekdays(&made[k], a);
	}
	struct strange ignored = { 0 };
	parts_fill(made, n, f->roles[group], f->types[group], c, &ignored);
	for (size_t k = 0; k < n; k++) {
		set_range(&made[k], c->n);
		if (numbers_vary(made[k].x, c->n))
			f->features[f->nfeatures++] = made[k];
	}
}

void parts_learn(struct frame *f, int group, const struct cells *c, int keywords, struct arena *a)
{
	enum { MANY_LEVELS = 100000 };
	struct feature one = { .name = f->group_names[group], .group = group };
	const char *words[MAX_KEYWORDS];
	switch (f->roles[group]) {
	case ROLE_NUMBER:
	case ROLE_CATEGORY:
		one.category = f->roles[group] == ROLE_CATEGORY;
		one.part = one.category ? PART_LEVEL : PART_VALUE;
		one.x = cells_numbers(c, a);
		for (size_t i = 0; i < c->n; i++)
			one.x[i] = bounded(one.x[i]);
		if (one.category && !levels_learn(c, one.x, MANY_LEVELS, a, &one))
			return;
		set_range(&one, c->n);
		f->features[f->nfeatures++] = one;
		return;
	case ROLE_DATETIME:
		learn_parts(f, group, c, PART_YEARS, PART_WEEKDAY, NULL, 0, a);
		return;
	case ROLE_CLOCK:
		learn_parts(f, group, c, PART_CLOCK_SINE, PART_CLOCK_COSINE, NULL, 0, a);
		return;
	case ROLE_TEXT:
		keywords = keywords < MAX_KEYWORDS ? keywords : MAX_KEYWORDS;
		learn_parts(f, group, c, PART_LENGTH, PART_WORDS, words,
			words_common(c, keywords > 0 ? (size_t)keywords : 0, a, words), a);
		return;
	}
}
