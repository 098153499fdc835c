/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Redaction: what the redact*.c files share. An artifact is copied through a list of what may stay
 * (redact/allow.c); what the list does not name is gone. A rule copies one value, or gives NULL
 * where nothing of it may stay.
 */
#ifndef REDACT_INT_H
#define REDACT_INT_H

#include "report/report_int.h"

struct redaction;
typedef json_t *redact_rule(struct redaction *r, const json_t *v);
/* Mends an object that was copied: `out` is the copy, `in` what it was. False: the object goes. */
typedef bool redact_hook(struct redaction *r, const json_t *in, json_t *out);

/* Keys below a path that may stay, by what rule; or a hook for the object there. */
struct allowed {
	const char *file, *under, *keys;
	redact_rule *rule;
	redact_hook *hook;         /* of the object `under`; keys NULL */
};
extern const struct allowed redact_allow[];
extern const size_t redact_allow_n;

struct redaction {
	struct arena *arena;
	const struct privacy *privacy;
	json_t *told;              /* column -> its levels that are told; true: all of them; false: it has none */
	json_t *numbers;           /* column that is no category -> {"n": how many numbers, "step": redact_fine_step} */
	const char *target;        /* of the models */
	int64_t k;
	bool touched;              /* what is being copied is about a sensitive column */
	const bool *stays;         /* inside an object of '#': which columns stay ... */
	size_t nstays;
	bool whole;                /* ... and whether all do */
};

/* The entry of a column that is sensitive, else NULL. */
const struct private_column *privacy_of(const struct privacy *p, const char *name);
/* A count too small to be told. */
bool redact_small(const struct redaction *r, double n);
/* Whether a column has levels, and whether a value is among those that are told. */
bool redact_has_levels(const struct redaction *r, const char *column);
bool redact_tells(const struct redaction *r, const char *column, const char *level);
/* Rounding of single values: the power of ten next below the distance of the least and the largest, and a
 * value by a step, `way` being floor, ceil or round. */
double redact_step(double low, double high);
double redact_round(double v, double step, double (*way)(double));
/* The step for the ends of a column, given what eda.json says of its numbers. */
double redact_step_of_ends(const struct redaction *r, const json_t *numeric, double low, double high);
/* A hundredth of that of the middle half: rounded to it, a quantile is no longer the value of a row. */
double redact_fine_step(const json_t *numeric);
/* Withholds quantiles with fewer than k of the n values beyond them, and the moments that fewer than k values
 * make up. */
void redact_tails(const struct redaction *r, json_t *quantiles, double n);
void redact_moments(const struct redaction *r, const json_t *in, json_t *out, double n);
/* Sets a figure to null, with the reason. */
void redact_withhold(json_t *o, const char *key);
/* Cells of one total: those too small become zero, and one more where what is gone could be told from the
 * total. Returns how many went. */
size_t redact_cells(double *v, size_t n, double k);

redact_rule redact_number, redact_word, redact_name, redact_whole, redact_missing_tokens, redact_codes,
	redact_finding_text, redact_histogram, redact_dates_histogram, redact_counts, redact_levels_counted,
	redact_scatter, redact_combinations, redact_evidence, redact_present, redact_classes, redact_confusion,
	redact_density, redact_curve;
redact_hook redact_column, redact_numeric, redact_category, redact_boolean, redact_datetime, redact_lengths,
	redact_finding, redact_group_table, redact_schema_column, redact_terms, redact_tree,
	redact_modeling, redact_dependence, redact_segment, redact_fairness, redact_cut, redact_by_fitted,
	redact_gains, redact_calendar;

#endif
