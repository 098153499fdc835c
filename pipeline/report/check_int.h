/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of a finished report: what the check_*.c files share. They know nothing of how the
 * report was built: only result.json, the artifacts and the files that a reader gets.
 */
#ifndef CHECK_INT_H
#define CHECK_INT_H

#include "report/report_int.h"

#include <stdlib.h>

enum { EXAMPLES_MAX = 5, NOTICES_MAX = 5 };

enum check_code {
#define X(code, name) CHECK_##code,
#include "report/check.def"
#undef X
	CHECK_COUNT
};

/* One check and its tally. */
struct check {
	const char *why;           /* it could not be made; NULL: nothing was there to check, or it was made */
	int64_t checked, failed;
	const char *examples[EXAMPLES_MAX];
	const char *notices[NOTICES_MAX];     /* worth knowing, but no failure */
	size_t nnotices;
};

/* A number of result.json as it is printed. */
struct printed {
	const char *section;       /* id of the innermost section around it; NULL in the root */
	const char *text, *cls;
};

/* What result.json says that the report says, in its order. */
struct said {
	struct printed *numbers;
	size_t nnumbers;
	const char **sections, **titles;      /* ids and titles of the sections that have both */
	size_t nsections;
	const json_t **charts;     /* nodes */
	size_t ncharts;
	struct buf text;           /* every text of it, a line each */
};

struct checking {
	const struct check_input *in;
	struct arena *arena;
	const json_t *findings;    /* made anew from the artifacts */
	struct said said;
	struct buf chart_text;     /* the text in the charts of the HTML: in no other file is it told from the rest */
	struct buf numbering;      /* titles of the bookmarks, with the numbers of the chapters */
	struct check checks[CHECK_COUNT];
};

/* Counts one thing checked; on failure the text becomes an example, as long as there is room. */
bool check_that(struct checking *k, enum check_code c, bool ok, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* Why a check is not made. */
void check_skip(struct checking *k, enum check_code first, enum check_code last, const char *why);
void check_notice(struct checking *k, enum check_code c, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* ---- reading result.json (check/said.c) ------------------------------------------------------- */

/* Calls fn for every node of the document in order. */
void result_walk(const json_t *node, void (*fn)(void *ctx, const json_t *node), void *ctx);
/* Calls fn for every cell that is no plain text, row by row. */
void result_cells(const json_t *node, void (*fn)(void *ctx, const json_t *cell), void *ctx);
void said_read(struct said *s, const json_t *result);
void said_free(struct said *s);

/* ---- numbers in running text (check/tokens.c) -------------------------------------------------- */

/* The numbers of a text, and how often each is there. A number is a run of digits with what may stand
 * between them; a blank, of whatever width, ends it, for the text of a page has blanks where it likes. */
struct token {
	char *text;
	size_t count;
};
struct tokens {
	struct token *v;           /* open addressing; empty: text is NULL */
	size_t n, cap;
};
/* Of a text that may have any bytes. `n` SIZE_MAX: up to its end. */
void tokens_add(struct tokens *t, const char *text, size_t n);
void tokens_put(struct tokens *t, const char *text);    /* any text */
size_t tokens_count(const struct tokens *t, const char *number);
void tokens_free(struct tokens *t);
/* Whether `what` stands at p as a number of its own and not as part of a longer one. */
bool stands_alone(const char *begin, const char *p, size_t n, const char *end);
/* Each number of `shown` must be there as often as result.json prints it. */
void check_missing(struct checking *k, enum check_code c, const struct tokens *shown, const char *where);
/* Each of `shown` must be somewhere in the document, or be a whole number up to `pages`. */
void check_extra(struct checking *k, enum check_code c, const struct tokens *shown, size_t pages, const char *where);

/* ---- one printed number (check/number.c) ------------------------------------------------------- */

/* The one place where a printed number is read again: `text` in the language whose decimal mark is
 * `point`. Values from *lo to *hi print so; false when it is no number of this class, or none at all. */
bool number_read(const char *text, const char *cls, char point, double *lo, double *hi);

/* ---- the checks --------------------------------------------------------------------------------- */

void check_values(struct checking *k);
void check_sums(struct checking *k);
void check_shares(struct checking *k);
void check_findings(struct checking *k);
void check_models(struct checking *k);
void check_wording(struct checking *k);
void check_html(struct checking *k);
void check_pdf(struct checking *k);
void check_text(struct checking *k);
void check_redaction(struct checking *k);

#endif
