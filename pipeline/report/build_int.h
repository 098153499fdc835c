/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the document is built: what the build_*.c files share. Each adds one chapter; none knows
 * how a chapter looks on a page.
 */
#ifndef BUILD_INT_H
#define BUILD_INT_H

#include "report/report_int.h"

enum {
	ROWS_MAX = 100, /* of a table about columns or pairs; the JSON artifacts have all */
	BULK_MAX = 15, /* of a table in the details of a model */
	PAIRS_MAX = 20,
	LABELS_MAX = 30, /* columns in one chart */
	HALF_LINE = 330, /* points: the widest matrix that stands beside another */
	SERIES_MAX = 8 /* charts of one kind in a chapter */
};

struct name_index {
	const char *name;
	size_t column;
};

struct build {
	struct doc *doc;
	struct arena *arena;
	struct place manifest, ingest, schema, eda, clarify, modeling, findings;
	struct place columns;      /* eda.json#columns */
	size_t ncolumns;
	const char **anchors;      /* of each column: its section, or NULL */
	struct name_index *by_name;   /* sorted, for look-ups */
	bool *card;                /* of each column: whether it has a section of its own */
	size_t ncards;             /* how many have: all, or as many as report.max_column_charts says */
	struct place *open;        /* findings of all steps that are not accepted, weightiest first */
	size_t nopen;
	struct place *roots;       /* those of them that do not follow from another one */
	size_t nroots;
	const json_t *privacy;     /* of a shareable edition, else NULL */
	bool season_said;          /* what the season of a date is, which is said once */
};

/* ---- small helpers --------------------------------------------------------------------------- */

/* Column number by name, or -1. */
int64_t build_column(const struct build *b, const char *name);
/* Anchor of a column's section; NULL when there is no such column, or it has no section. */
const char *build_anchor(const struct build *b, const char *name);
/* The numbers of an array of the artifact, NaN for null. *n is its length. */
double *build_numbers(struct build *b, struct place p, const char *path, size_t *n);
/* A chart of counts by cells, of an object with nx, ny, counts (rows from below) and xmin to ymax. */
void build_density(struct build *b, struct chart *chart, struct place s);
/* The texts of an array; numbers as the data spell them. */
const char **build_texts(struct build *b, struct place p, const char *path, size_t *n);
/* ISO dates and times as microseconds since the epoch, for the axis of a chart: "2024-02-29",
 * "2024-02-29T13:05:00Z" and with a fraction; NaN when it is none of them. */
double build_moment(const char *s);
double *build_moments(struct build *b, struct place p, const char *path, size_t *n);
/* One line of prose without holes. */
void build_say(struct build *b, struct node *parent, const char *text);
/* Notes below a table of BULK_MAX rows that there are n of these `things`. */
void build_more(struct build *b, struct node *parent, size_t n, const char *things);
/* How the values of a column are printed: as numbers, times of day or durations; and on an axis,
 * where plain numbers are CELL_EMPTY. */
enum cell_class build_measure(struct place column);
enum cell_class build_axis(const struct build *b, const char *column);
/* The strength of a relation on the scale of a correlation, and the name of its measure: shares of variance
 * are printed as their root, the correlation ratio, so that one list has one scale. */
struct cell build_strength(struct place relation, const char *key, const char **measure);
/* The type of a column in words, as the summary counts it: "yes/no", "date", "numeric". */
const char *build_type_name(struct place column);
/* A computed count without an address. */
struct cell build_count(double n);
/* A new chart with the unique id "<prefix>-<name>"; `data` is where its numbers are from. */
struct chart *build_chart(struct build *b, enum chart_kind kind, const char *prefix,
	const char *name, struct place data);
/* The findings, like ones as one node, at most max_groups nodes, each naming `show` columns.
 * Returns how many nodes. */
size_t build_finding_groups(struct build *b, struct node *parent, const struct place *findings,
	size_t n, size_t max_groups, size_t show);

/* Whether there is an open finding of this code about the column. */
bool build_has_finding(const struct build *b, const char *column, const char *code);
/* Points of this level: like findings of several columns, and what follows from them, are one. */
struct cell build_points(const struct build *b, enum finding_level level);
/* Whether a model is of use is a finding too, but the conclusion says it in full. */
bool build_is_verdict(struct place finding);
/* The candidate that is kept; whether it beats the baseline beyond chance; and, of numbers, whether it errs by
 * no more than rounding. */
struct place build_kept(const struct build *b);
bool build_is_useful(const struct build *b);
bool build_is_exact(const struct build *b);
/* Whether models were given dates. */
bool build_has_dates(const struct build *b);

/* ---- chapters -------------------------------------------------------------------------------- */

void build_collect_findings(struct build *b);
void build_summary(struct build *b, struct node *root);
void build_file(struct build *b, struct node *root);
void build_overview(struct build *b, struct node *root);
void build_quality(struct build *b, struct node *root);
void build_columns(struct build *b, struct node *root);
void build_relations(struct build *b, struct node *root);
void build_keys(struct build *b, struct node *root);
void build_missing(struct build *b, struct node *root);
void build_time(struct build *b, struct node *root);
void build_models(struct build *b, struct node *root);
void build_findings(struct build *b, struct node *root);
void build_dictionary(struct build *b, struct node *root);
void build_methods(struct build *b, struct node *root);
void build_checks(struct build *b, struct node *root);

/* The chapters of the author's own that stand "before" or "after" (where) a chapter of the report (build/own.c). */
void build_own(struct build *b, struct node *root, const char *where, const char *chapter);
/* What a shareable edition does not tell, and by which rules (build/withheld.c). */
void build_withheld(struct build *b, struct node *parent);

/* ---- parts of chapters ----------------------------------------------------------------------- */

/* Files, joined tables, sheets, and what was set aside. */
void build_source(struct build *b, struct node *section);
/* The blocks of a column by the kind of its data; p is the column. */
void build_numeric(struct build *b, struct node *section, struct place column);
void build_category(struct build *b, struct node *section, struct place column);
void build_boolean(struct build *b, struct node *section, struct place column);
/* Yes or no as the column has it: true and false, or 1 and 0. */
struct cell build_truth(struct place column, bool yes);
void build_datetime(struct build *b, struct node *section, struct place column);
void build_words(struct build *b, struct node *section, struct place column);
/* What ingest recognised, what of it is not so, and what the values are made of. */
void build_meaning(struct build *b, struct node *section, struct place column);
/* The candidate whose `key` has this value, else a place without a value. */
struct place build_candidate(struct place candidates, const char *key, const char *value);
/* A series over time, an item of eda.json#time.series: what it comes to in words, and its pictures. */
struct series_place {
	struct place series, time, acf;        /* acf.v NULL: none */
	const char *name, *title;      /* of the column; "Rows by day" */
	const char *unit;              /* period of the grid: "day" */
	enum cell_class measure;       /* of its values */
};
void build_time_words(struct build *b, struct node *section, const struct series_place *s);
void build_time_charts(struct build *b, struct node *section, const struct series_place *s);
/* "28 Jul", "Friday", "14:00": an ISO time within this cycle ("year" "week" "day"), NULL: as it is. */
const char *build_phase(struct build *b, const char *iso, const char *cycle);
/* Whether the values beyond the limits are few enough to be exceptions. */
bool build_anomalies_stand_out(struct place series);
/* Whether an effect of the calendar is worth telling: clear, and not what the season says already. */
bool build_effect_matters(struct place series, struct place effect);
/* Names of the units of an effect: "hour" "weekday" "month". */
const char *const *build_unit_names(struct build *b, const char *unit);
/* What the models come to, in plain words and no stronger than the comparison with the
 * baseline; and that comparison (build_model/evidence.c). */
void build_conclusion(struct build *b, struct node *parent);
void build_model_evidence(struct build *b, struct node *section);
/* What the models do not say (build_model/limits.c). */
void build_model_limits(struct build *b, struct node *parent);
/* What they were given and how they were judged (build_model/data.c). */
void build_model_data(struct build *b, struct node *chapter);
/* Who came how far (build_model/board.c). */
void build_model_board(struct build *b, struct node *section);
/* How sure it is (build_model/details.c), from which probability on to act (build_model/threshold.c), where
 * it fails (build_model/errors.c), and whether groups are treated alike (build_model/groups.c). */
void build_model_details(struct build *b, struct node *parent);
void build_model_threshold(struct build *b, struct node *section);
void build_model_errors(struct build *b, struct node *parent);
void build_model_groups(struct build *b, struct node *parent);
/* A section on what drives the best model, when it is of use. */
void build_model_explain(struct build *b, struct node *parent);
/* The model card (build_model/card.c). */
void build_model_card(struct build *b, struct node *parent);
/* The unit of the target with a blank before it: " mm"; blank where none is known. */
struct cell build_target_unit(struct build *b);
/* What the season of a date is, at the first `name` of a term or feature that speaks of it; true when that is said. */
bool build_note_season(struct build *b, struct node *parent, const char *name);
/* The decision tree, drawn, where it is better than the baseline. */
void build_model_tree(struct build *b, struct node *parent);
/* A section for each model that has coefficients. */
void build_coefficients(struct build *b, struct node *parent);
/* What the missing values of a column go with, if it was looked at: a place of eda.json; in words;
 * and what to do about them, given the band of their share. NULL where it was not. */
struct place build_missing_cause(struct build *b, const char *name);
const char *build_missing_where(struct build *b, struct place cause);
const char *build_missing_advice(struct build *b, struct place cause, const char *band);
/* Whether so few rows are complete that leaving out the others is no way out: a finding says so. */
bool build_few_complete(const struct build *b);
/* Whether the missing values of any column were found to go with something. */
bool build_missing_pattern(struct build *b);
/* Whether values are missing at random, in words; and the evidence. */
void build_missing_judgement(struct build *b, struct node *parent);
void build_missing_why(struct build *b, struct node *parent);
/* Parts of build_relations: groups and the matrix of all types; the target; what numeric columns say
 * together. */
void build_together(struct build *b, struct node *parent);
void build_target(struct build *b, struct node *parent);
void build_structure(struct build *b, struct node *parent);
/* Positions of the highest scores, LABELS_MAX at most, in the order they stand in; returns how many. */
size_t build_strongest(struct build *b, const double *score, size_t n, size_t **at);
/* A square of n x n as the rows of an artifact have it, put into `order` (NULL: as it is) and cut down to the
 * columns with the strongest partners: *shown of them, at positions *at of that order. None without its partner. */
double *build_matrix(struct build *b, struct place rows, size_t n, const double *order, size_t *shown, size_t **at);
/* Width of the chart of a square matrix; 0: it needs the whole line. */
double build_matrix_width(size_t shown);
/* A square of associations as a heat map, when it has at least two columns. */
struct chart *build_heatmap(
	struct build *b, struct place matrix, const char *values, const char *name, bool diverging);

#endif
