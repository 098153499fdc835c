/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What only the report room shares: texts of cells, places in artifacts, sentences of findings, and
 * what a renderer may rely on in the document tree.
 *
 * A renderer walks the tree and finds in every node:
 *   SECTION   id, title (NULL in the root), badge; children, sections last
 *   TEXT      cells = runs in reading order; a CELL_TEXT run is prose and carries its own blanks
 *   NOTE      as TEXT, in small print
 *   FIGURES   labels[i] and cells[i], i < ncells
 *   TABLE     title or NULL; columns[ncols]; cells[r * ncols + c]; links[r] an anchor or NULL
 *   CHART     id, title, chart
 *   FINDING   id, level, code, title; cells = runs of the sentence; text = advice or NULL; link
 *   COLUMNS, DETAILS   children; DETAILS has a title
 * Ids are unique in the document and made of [a-z0-9-]. Every link is the id of a node. Every number
 * is printed by cell_print, once, in document order, inside the element of its section: the checks
 * of the finished report look for it there.
 */
#ifndef REPORT_INT_H
#define REPORT_INT_H

#include "report/report.h"

/* ---- cells ----------------------------------------------------------------------------------- */

const char *cell_class_name(enum cell_class cls);        /* "count" */
/* cell_print into the arena; doc_cell in the language of the document. */
const char *cell_string(struct arena *a, const struct cell *c);
const char *doc_cell(struct doc *d, const struct cell *c);
bool cell_is_blank(const struct cell *c);                /* prints nothing, or a dash without a reason */
/* Whether a line should not end at the blank `at` of a text: "95 %", "p = 0.02", "n > 5" stay in one piece. */
bool blank_is_tied(const char *text, const char *at);

/* ---- the tree -------------------------------------------------------------------------------- */

/* "Bill length (mm)" -> "<prefix>-bill-length-mm", unique in the document; a name without a single
 * ASCII letter or digit gives "<prefix>-x". */
const char *doc_slug(struct doc *d, const char *prefix, const char *name);
/* Appends runs to a node: what doc_text does after making one. "p = " before a P_VALUE that prints
 * "< 0.001" loses its equals sign. */
void doc_runs(
	struct doc *d, struct node *n, const char *fmt, const struct cell *cells, size_t ncells);
/* Notes in the cells of each column of decimals how far their points are from standing below each other, and
 * takes away bars none of which could be seen (table.c). */
void table_settle(struct doc *d, struct node *table);
/* Takes out what holds nothing: COLUMNS and DETAILS without children, TABLEs without rows, and of the
 * others the columns without a single entry, which only take room from the rest. */
void doc_prune(struct node *n);
int node_depth(const struct node *n);                    /* sections above it: 0 for the root */
/* One more run, as it is. */
void doc_run(struct doc *d, struct node *n, struct cell run);
/* The text of an author as children of their chapter: paragraphs, lists, and sections under its headings
 * (markdown.c, the only file that knows cmark). */
void markdown_build(struct doc *d, struct node *chapter, const char *text);
const char *node_kind_name(enum node_kind k);            /* "section" */

/* ---- places in artifacts --------------------------------------------------------------------- */

/* A value in an artifact together with how to name it: what a cell's ref is made of. Copied freely;
 * `v` is NULL when there is nothing there. */
struct place {
	struct arena *arena;
	const json_t *v;
	const char *ref;           /* "eda.json#columns.3" */
	const json_t *sketch;      /* the column that it lies in, if that was sketched; or NULL */
};
struct place place_of(struct arena *a, const char *file, const json_t *artifact);
struct place place_at(struct place p, const char *path);
struct place place_item(struct place p, size_t i);
/* Whether the text at `path` is `value`. */
bool place_is(struct place p, const char *path, const char *value);
/* A number of class cls; absent with the reason "<key>_why" of the artifact. */
struct cell place_num(struct place p, enum cell_class cls, const char *path);
struct cell place_text(struct place p, const char *path);
struct cell place_own(struct place p, const char *path);  /* words of the user */
struct cell place_code(struct place p, const char *path); /* numbers too, as the data spell them */
struct cell place_date(struct place p, const char *path);

/* ---- sentences ------------------------------------------------------------------------------- */

/* These and plural() give English words, which are said in the language of the document where they are
 * put into a cell of text.
 * "pearson" -> "Pearson correlation", "rmse" -> "RMSE"; what is unknown is returned as it is. */
const char *title_of_measure(const char *measure);
/* How a value of this measure prints: with a sign or without. */
enum cell_class class_of_measure(const char *measure);
const char *title_of_score(const char *score);
/* "email" -> "e-mail addresses"; NULL when unknown. */
const char *title_of_meaning(const char *semantic);
/* Of a measure, a score or a test; anything else as it is. */
const char *title_of_text(const char *text);
/* One node for like findings (same code) of several columns: "5 columns: a (12.0 %), b (3.1 %) and 3
 * more". At most `show` are named. With n = 1 it is doc_finding. */
struct node *doc_finding_group(struct doc *d, struct node *parent, const struct place *findings,
	size_t n, size_t show, const char *link);
/* Which rows a condition of modeling.json is about: "size is below 3"; or several of them. */
const char *doc_condition(struct doc *d, struct place when);
const char *doc_conditions(struct doc *d, struct place when);
/* Adds the limit of a finding, with what it limits; nothing where there is none. */
void doc_finding_limit(struct doc *d, struct node *n, struct place finding);
/* Adds to the sentence of a finding what it leaves out: its limit, effect, test statistic, p and n. */
void doc_finding_evidence(struct doc *d, struct node *n, const json_t *finding, const char *ref);
enum finding_level finding_level_of(const json_t *finding);
/* How a model was fitted and whether it is of use: told by the chapter on models and the conclusion. A point
 * like others, but of no weight, and not among what matters most unless nothing else does. */
bool finding_is_technical(const json_t *finding);
/* Whether its sentence says words of its own, which figures in a table cannot tell. */
bool finding_tells_words(const json_t *finding);
/* "row" or "rows" */
const char *plural(double n, const char *one, const char *many);

#endif
