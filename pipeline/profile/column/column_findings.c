/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is worth telling about one column. Each function looks at one block; findings about the
 * shape of a distribution are raised only where the numbers are measurements, not codes or
 * keys.
 */
#include "profile/column_int.h"

static void add(struct work *w, struct finding f)
{
	finding_list_add(&w->findings, &f);
}

static struct finding make(const struct work *w, enum finding_code code, int64_t count,
	int64_t total, double threshold)
{
	struct finding f = finding_make(code, w->var->name);
	f.count = count;
	f.total = total;
	f.threshold = threshold;
	return f;
}

static void presence(struct work *w)
{
	const struct column_profile *c = w->out;
	const struct profile_options *o = w->options;
	double share = c->rows ? (double)c->missing / (double)c->rows : 0;
	if (!c->rows)
		return;
	if (!c->count)
		add(w, make(w, FIND_empty_column, c->missing, c->rows, NAN));
	else if (share > o->mostly_missing_share)
		add(w, make(w, FIND_mostly_missing, c->missing, c->rows,
			       o->mostly_missing_share));
	else if (share > o->missing_share)
		add(w, make(w, FIND_missing_values, c->missing, c->rows, o->missing_share));
}

static void variety(struct work *w)
{
	const struct column_profile *c = w->out;
	enum variable_type type = w->var->type;
	if (c->count > 1 && c->distinct == 1) {
		struct finding f = make(w, FIND_constant_column, c->count, c->rows, NAN);
		f.text = c->examples[0];
		add(w, f);
	}
	/* measurements, dates and sentences that differ in every row are no news */
	bool words = c->text && c->text->words.mean >= 2;
	if (c->count > 1 && c->distinct == c->count &&
		(type == VARIABLE_IDENTIFIER || (type == VARIABLE_TEXT && !words)))
		add(w, make(w, FIND_unique_column, c->count, c->rows, NAN));
	bool levels = type == VARIABLE_CATEGORY || (type == VARIABLE_TEXT && c->category);
	if (levels && c->distinct > w->options->cardinality)
		add(w, make(w, FIND_high_cardinality, c->distinct, c->count,
			       (double)w->options->cardinality));
}

static void dominated(struct work *w, const char *level, int64_t count, double imbalance)
{
	if (w->out->distinct < 2 || !(imbalance > w->options->imbalance))
		return;
	struct finding f =
		make(w, FIND_imbalanced, count, w->out->count, w->options->imbalance);
	/* a rare event that is to be predicted is another matter than a rare level */
	if (w->options->target && strcmp(w->options->target, w->var->name) == 0)
		f.level = FINDING_NOTICE;
	f.value = f.effect = imbalance;
	f.n = w->out->count;
	f.text = level;
	add(w, f);
}

/* Share of the values that are not of the spelling proposed. */
static double share_misspelt(const struct category_profile *c, int64_t values)
{
	int64_t n = 0;
	for (int i = 0; i < c->nnear; i++)
		for (int k = 1; k < c->near[i].n; k++)
			n += c->near[i].levels[k].count;
	return (double)n / (double)values;
}

static void category(struct work *w, const struct category_profile *c)
{
	if (w->var->type == VARIABLE_CATEGORY && c->n)
		dominated(w, c->levels[0].value, c->levels[0].count, c->imbalance);
	if (c->near_groups) {
		double share = share_misspelt(c, w->out->count);
		struct finding f = make(w, FIND_near_duplicate_levels, c->near_groups, -1, NAN);
		f.value = f.effect = share;
		f.n = w->out->count;
		f.text = c->near[0].levels[0].value;
		f.text2 = c->near[0].levels[1].value;
		add(w, f);
	}
	if (c->nslips) {
		struct finding f = make(w, FIND_misspelt_levels, c->slip_rows, w->out->count, NAN);
		f.n = c->slip_levels;
		f.text = c->slips[0].levels[1].value;
		f.text2 = c->slips[0].levels[0].value;
		add(w, f);
	}
}

static void boolean(struct work *w, const struct boolean_profile *b)
{
	bool yes = b->yes > b->no, numbers = w->storage != COLUMN_BOOL;
	dominated(w, yes ? (numbers ? "1" : "true") : numbers ? "0" : "false", yes ? b->yes : b->no, b->imbalance);
}

/* Standard error of G1 in samples of a normal distribution (Cramer 1946; Joanes & Gill 1998). */
static double skewness_error(double n)
{
	return sqrt(6 * n * (n - 1) / ((n - 2) * (n + 1) * (n + 3)));
}

/* Below some size no test can tell that a distribution is not normal. */
static bool is_bell(const struct work *w, const struct numeric_profile *p)
{
	return p->normality.test && p->normality.p >= w->options->normal_p && p->n >= w->options->small_sample;
}

static void bell(struct work *w, const struct numeric_profile *p)
{
	if (!is_bell(w, p))
		return;
	struct finding f = make(w, FIND_normal_distribution, -1, -1, w->options->normal_p);
	f.statistic = p->normality.statistic;
	f.p = p->normality.p;
	f.n = p->n;
	f.text = p->normality.test;
	add(w, f);
}

static void shape(struct work *w, const struct numeric_profile *p)
{
	const struct profile_options *o = w->options;
	if ((double)p->zeros > o->zeros_share * (double)p->n)
		add(w, make(w, FIND_many_zeros, p->zeros, w->out->count, o->zeros_share));
	if (fabs(p->skewness) > o->skewness) {
		struct finding f = make(w, FIND_skewed, -1, -1, o->skewness);
		f.value = f.effect = p->skewness;
		f.n = p->n;
		f.statistic = p->skewness / skewness_error((double)p->n);
		f.p = erfc(fabs(f.statistic) / sqrt(2));
		add(w, f);
	}
	/* of a normal distribution 0.7 % lie beyond the fences: a few more are chance */
	const double BELL_SHARE = 0.02;
	if (p->outliers.share > (is_bell(w, p) ? fmax(o->outlier_share, BELL_SHARE) : o->outlier_share)) {
		struct finding f = make(w, FIND_outliers,
			p->outliers.iqr_low + p->outliers.iqr_high, p->n, o->outlier_share);
		f.n = p->n;
		add(w, f);
	}
	bell(w, p);
	if (p->uniform.p >= o->uniform_p) {
		struct finding f = make(w, FIND_uniform, -1, -1, o->uniform_p);
		f.statistic = p->uniform.chi2;
		f.p = p->uniform.p;
		f.n = p->uniform.n;
		add(w, f);
	}
}

static void digits(struct work *w, const struct numeric_profile *p)
{
	const struct profile_options *o = w->options;
	/* people round to these; other digits pile up where figures were converted */
	bool round = p->heaping.digit == 0 || p->heaping.digit == 5;
	if (!round || !(p->heaping.p < o->heaping_p) || p->heaping.share < o->heaping_share)
		return;
	struct finding f = make(w, FIND_heaping, -1, -1, o->heaping_share);
	f.count = (int64_t)rint(p->heaping.share * (double)p->heaping.n);
	f.total = f.n = p->heaping.n;
	f.statistic = p->heaping.chi2;
	f.p = p->heaping.p;
	f.text = arena_printf(w->arena, "%d", p->heaping.digit);
	add(w, f);
}

static void numeric(struct work *w, const struct numeric_profile *p)
{
	if (p->infinite)
		add(w, make(w, FIND_infinite_values, p->infinite, w->out->count, 0));
	if (w->var->type == VARIABLE_NUMERIC || w->var->type == VARIABLE_DURATION)
		shape(w, p);
	if (w->var->type == VARIABLE_NUMERIC)
		digits(w, p);
}

/* Dates before the earliest year that is expected. */
static int64_t count_early(const struct work *w)
{
	const struct sorted *s = &w->sorted;
	int64_t n = 0, earliest = date_days((int)w->options->earliest_year, 1, 1);
	for (size_t i = 0; i < s->runs && tick_day(w, int_of_key(s->key[i])) < earliest; i++)
		n += sorted_count(s, i);
	return n;
}

static void dates(struct work *w, const struct datetime_profile *d)
{
	const struct column_profile *c = w->out;
	if (d->future > 0) {
		char date[32];
		struct finding f = make(w, FIND_future_dates, d->future, c->count, 0);
		date_format(date, w->options->report_date);
		f.text = arena_strdup(w->arena, date);
		add(w, f);
	}
	int64_t early = count_early(w);
	if (early && (double)early <= w->options->early_share * (double)c->count) {
		struct finding f = make(w, FIND_early_dates, early, c->count,
			(double)w->options->earliest_year);
		f.text = arena_printf(w->arena, "%d", (int)w->options->earliest_year);
		add(w, f);
	}
	if (d->epoch_date) {
		struct finding f = make(w, FIND_epoch_dates, d->epoch_count, c->count, NAN);
		f.text = d->epoch_date;
		add(w, f);
	}
	/* without a usual step a long one is nothing unusual */
	if (d->gap_count && d->usual_step) {
		struct finding f = make(w, FIND_date_gaps, d->gap_count, -1, 2);
		f.value = d->gaps[0].steps;
		f.text = d->usual_step;
		f.text2 = d->gaps[0].from;
		add(w, f);
	}
}

static void meaning(struct work *w, const struct meaning_profile *m)
{
	if (!m->invalid)
		return;
	struct finding f = make(w, FIND_wrong_meaning, m->invalid, w->out->count, NAN);
	f.text = m->nexamples ? m->example[0] : NULL;
	f.text2 = w->var->semantic;
	add(w, f);
}

static void habit(struct work *w, enum finding_code code, int64_t count, const char *text,
	const char *text2)
{
	struct finding f = make(w, code, count, w->out->count, NAN);
	f.text = text;
	f.text2 = text2;
	if (count)
		add(w, f);
}

static void habits(struct work *w, const struct habit_profile *h)
{
	int64_t count = w->out->count;
	/* what a value means is told by itself; capitals that differ break patterns, too */
	bool told = w->out->meaning && w->out->meaning->invalid;
	if (h->pattern && !told)
		habit(w, FIND_pattern_breakers, count - h->follow, h->breaker[0], h->pattern);
	else if (h->capitals)
		habit(w, FIND_other_capitals, count - h->same_case, h->otherwise[0],
			h->capitals[0] == 'u' ? "capitals" : "small letters");
	/* a word that is frequent is a level: rows may be of a test; signs are none */
	const char *first = h->nplaceholders ? h->placeholder[0] : "";
	bool word = strpbrk(first, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	if (!word || h->placeholders * 20 <= count)
		habit(w, FIND_placeholder_texts, h->placeholders, h->placeholder[0], NULL);
	habit(w, FIND_mojibake_values, h->mojibake, NULL, NULL);
}

void column_findings(struct work *w)
{
	const struct column_profile *c = w->out;
	presence(w);
	if (!c->count)
		return;
	variety(w);
	if (c->category)
		category(w, c->category);
	if (c->meaning)
		meaning(w, c->meaning);
	if (c->habits)
		habits(w, c->habits);
	if (c->boolean)
		boolean(w, c->boolean);
	if (c->numeric)
		numeric(w, c->numeric);
	if (c->datetime)
		dates(w, c->datetime);
}
