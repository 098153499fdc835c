/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The quality score: which finding takes away from which part, and the sums. A finding that has no
 * part, an outlier say, is something to know about the data, not a fault of it.
 */
#include "profile/profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* In another part than `missing`, these cells are missing in the table all the same. */
struct fault {
	enum finding_code code;
	enum quality_part part;
	bool unread;
};

static const struct fault faults[] = {
	{ FIND_unparsable_values, QUALITY_VALIDITY, true },
	{ FIND_declared_type_conflict, QUALITY_VALIDITY, true },
	{ FIND_cell_errors, QUALITY_VALIDITY, true },
	{ FIND_damaged_values, QUALITY_VALIDITY, true },
	{ FIND_formulas_without_result, QUALITY_VALIDITY, true },
	{ FIND_encoding_damage, QUALITY_VALIDITY, false },
	{ FIND_impossible_dates, QUALITY_VALIDITY, false },
	{ FIND_infinite_values, QUALITY_VALIDITY, false },
	{ FIND_future_dates, QUALITY_VALIDITY, false },
	{ FIND_early_dates, QUALITY_VALIDITY, false },
	{ FIND_epoch_dates, QUALITY_VALIDITY, false },
	{ FIND_almost_key, QUALITY_UNIQUENESS, false },
	{ FIND_surrounding_space, QUALITY_CONSISTENCY, false },
	{ FIND_numbers_as_text, QUALITY_CONSISTENCY, false },
	{ FIND_mixed_cells, QUALITY_CONSISTENCY, false },
	{ FIND_sqlite_mixed_storage, QUALITY_CONSISTENCY, false },
	{ FIND_misspelt_levels, QUALITY_CONSISTENCY, false },
	{ FIND_broken_dependency, QUALITY_CONSISTENCY, false },
};

const char *quality_part_name(enum quality_part p)
{
	static const char *const names[] = { "completeness", "validity", "uniqueness",
		"consistency", "timeliness" };
	return names[p];
}

static const struct fault *fault_of(enum finding_code code)
{
	for (size_t i = 0; i < COUNTOF(faults); i++)
		if (faults[i].code == code)
			return &faults[i];
	return NULL;
}

/* Reasons of one name are summed; one too many joins the last. */
static void blame(struct quality_share *s, const char *what, int64_t count)
{
	int i = 0;
	if (count <= 0)
		return;
	s->count += count;
	while (i < s->nreasons && strcmp(s->reasons[i].what, what) != 0)
		i++;
	if (i == QUALITY_REASONS)
		i--;
	else if (i == s->nreasons)
		s->reasons[s->nreasons++] = (struct quality_reason){ what, 0 };
	s->reasons[i].count += count;
}

/* ---- one column ------------------------------------------------------------------------------ */

/* Values that are not of the spelling that is proposed. */
static int64_t misspelt(const struct category_profile *c)
{
	int64_t n = 0;
	for (int i = 0; c && i < c->nnear; i++)
		for (int k = 0; k < c->near[i].n; k++)
			if (strcmp(c->near[i].levels[k].value, c->near[i].proposed) != 0)
				n += c->near[i].levels[k].count;
	return n;
}

struct named {
	const char *name;
	int column;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

/* A rule is broken where its consequence stands: in the last column that it names. */
static const char *column_of(const struct finding *f)
{
	size_t i = 0;
	while (f->code == FIND_broken_dependency && i + 1 < COUNTOF(f->columns) &&
		f->columns[i + 1])
		i++;
	return f->columns[i];
}

static void take_findings(struct column_quality *q, const struct finding *v, size_t n,
	const struct named *names, int ncols, int64_t *unread)
{
	for (size_t i = 0; i < n; i++) {
		const struct fault *fault = fault_of(v[i].code);
		const char *column = column_of(&v[i]);
		const struct named *at = !fault || !column ? NULL
			: bsearch(&(struct named){ column, 0 }, names, (size_t)ncols,
				sizeof *names, by_name);
		if (!at)
			continue;
		struct quality_share *s = &q[at->column].part[fault->part];
		blame(s, finding_info(fault->code)->code, v[i].count);
		if (fault->part == QUALITY_UNIQUENESS)
			s->of = v[i].total;
		if (fault->unread)
			unread[at->column] += v[i].count;
	}
}

static void finish(struct quality_share *s)
{
	s->count = s->count > s->of ? s->of : s->count;
	s->applies = s->of > 0;
	s->share = s->applies ? 1 - (double)s->count / (double)s->of : NAN;
}

static void measure_column(struct column_quality *q, const struct column_profile *c,
	const struct profile_options *o, const struct quality_hint *hint, int64_t unread)
{
	int64_t read = unread < c->missing ? unread : c->missing;
	q->part[QUALITY_COMPLETENESS].of = c->rows;
	q->part[QUALITY_VALIDITY].of = q->part[QUALITY_CONSISTENCY].of = c->count + read;
	blame(&q->part[QUALITY_COMPLETENESS], "empty cells", c->missing - read);
	blame(&q->part[QUALITY_CONSISTENCY], "near_duplicate_levels", misspelt(c->category));
	if (hint) {
		blame(&q->part[QUALITY_VALIDITY], "values unlike the others", hint->strays);
		blame(&q->part[QUALITY_CONSISTENCY], "dates in another format", hint->forms);
	}
	if (o->identifier && strcmp(o->identifier, c->var->name) == 0 &&
		!q->part[QUALITY_UNIQUENESS].of) {
		q->part[QUALITY_UNIQUENESS].of = c->count;
		blame(&q->part[QUALITY_UNIQUENESS], "repeated identifiers",
			c->count - c->distinct);
	}
	for (int p = 0; p < QUALITY_PARTS; p++)
		finish(&q->part[p]);
}

/* ---- the table ------------------------------------------------------------------------------- */

static double score_of(const struct quality_share *part, const double *weight)
{
	double sum = 0, weights = 0;
	for (int p = 0; p < QUALITY_PARTS; p++)
		if (part[p].applies) {
			sum += weight[p] * part[p].share;
			weights += weight[p];
		}
	return weights > 0 ? 100 * sum / weights : NAN;
}

/* Down to a tenth; the small addend keeps sums of many parts that are whole from falling below. */
static double rounded(double score)
{
	return floor(10 * score + 1e-9) / 10;
}

/* The newest date of the column that holds the time, against the age that was asked for. */
static const char *measure_age(struct quality_share *s, const struct column_profile *cols, int n,
	const struct profile_options *o)
{
	if (!o->time)
		return "no time column is declared";
	if (o->max_age_days <= 0)
		return "eda.max_age_days states no age that the data may have";
	for (int i = 0; i < n && o->report_date != INT32_MIN; i++) {
		const char *newest = cols[i].datetime ? cols[i].datetime->max : NULL;
		if (!newest || strcmp(cols[i].var->name, o->time) != 0)
			continue;
		int64_t y = 0, m = 0, d = 0;
		if (!num_parse_int64(newest, 4, &y) || !num_parse_int64(newest + 5, 2, &m) ||
			!num_parse_int64(newest + 8, 2, &d))
			break;
		int64_t age = o->report_date - date_days((int)y, (int)m, (int)d);
		s->of = age > o->max_age_days ? age : o->max_age_days;
		blame(s, "days beyond the age allowed", age - o->max_age_days);
		return NULL;
	}
	return "the time column holds no dates";
}

static int by_score(const void *x, const void *y)
{
	const struct column_quality *a = x, *b = y;
	if (a->score != b->score)
		return a->score < b->score ? -1 : 1;
	return (a->var > b->var) - (a->var < b->var);
}

static void add_up(struct quality_profile *out, const struct column_quality *q, int n)
{
	for (int i = 0; i < n; i++)
		for (int p = 0; p < QUALITY_PARTS; p++) {
			out->part[p].of += q[i].part[p].of;
			for (int k = 0; k < q[i].part[p].nreasons; k++)
				blame(&out->part[p], q[i].part[p].reasons[k].what,
					q[i].part[p].reasons[k].count);
		}
}

void quality_fill(const struct column_profile *cols, int n, const struct profile_options *o,
	int64_t duplicate_rows, int64_t quarantined, const struct quality_hint *hints,
	const struct finding_list *own, const struct finding *earlier, size_t nearlier,
	struct quality_profile *out, struct arena *a)
{
	struct column_quality *q = arena_calloc(a, (size_t)n + 1, sizeof *q);
	struct named *names = arena_calloc(a, (size_t)n + 1, sizeof *names);
	int64_t *unread = arena_calloc(a, (size_t)n + 1, sizeof *unread);
	*out = (struct quality_profile){ .columns = q, .weight = { o->quality_completeness,
		o->quality_validity, o->quality_uniqueness, o->quality_consistency,
		o->quality_timeliness } };
	for (int i = 0; i < n; i++) {
		names[i] = (struct named){ cols[i].var->name, i };
		q[i].var = i;
	}
	qsort(names, (size_t)n, sizeof *names, by_name);
	take_findings(q, earlier, nearlier, names, n, unread);
	take_findings(q, own->v, own->n, names, n, unread);
	for (int i = 0; i < n; i++) {
		measure_column(&q[i], &cols[i], o, hints ? &hints[i] : NULL, unread[i]);
		q[i].score = score_of(q[i].part, out->weight);
	}

	add_up(out, q, n);
	int64_t rows = n ? cols[0].rows : 0;
	out->part[QUALITY_UNIQUENESS].of += rows;
	blame(&out->part[QUALITY_UNIQUENESS], "duplicate_rows", duplicate_rows);
	out->part[QUALITY_VALIDITY].of += quarantined * n;
	blame(&out->part[QUALITY_VALIDITY], "cells of records set aside", quarantined * n);
	for (int p = 0; p < QUALITY_PARTS; p++)
		out->absent[p] = p == QUALITY_TIMELINESS
			? measure_age(&out->part[p], cols, n, o) : "there are no rows";
	for (int p = 0; p < QUALITY_PARTS; p++)
		finish(&out->part[p]);
	out->score = rounded(score_of(out->part, out->weight));
	qsort(q, (size_t)n, sizeof *q, by_score);
	for (int i = 0; i < n; i++)
		q[i].score = rounded(q[i].score);
	while (out->ncolumns < n && q[out->ncolumns].score < 100)
		out->ncolumns++;
}
