/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of a finished report: what the check_*.c files share. They know nothing of how the
 * report was built: only result.json, the artifacts and the files that a reader gets.
 */
#ifndef CHECK_INT_H
#define CHECK_INT_H

#include "report/report_int.h"

enum { EXAMPLES_MAX = 5, CHECKS_MAX = 16 };

/* One check and its tally. Not run: nothing was at hand to check. */
struct check {
	const char *name;
	bool ran;
	int64_t checked, failed;
	const char *examples[EXAMPLES_MAX];
};

struct checking {
	const struct check_input *in;
	struct arena *arena;
	const json_t *findings;    /* made anew from the artifacts */
	struct check checks[CHECKS_MAX];
	size_t nchecks;
};

/* The tally of a new check. */
struct check *check_new(struct checking *k, const char *name);
/* Counts one thing checked; on failure the text becomes an example, as long as there is room. */
bool check_that(struct checking *k, struct check *c, bool ok, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/* A printed number of result.json, in document order. */
struct printed {
	const char *section;       /* id of the innermost section around it; NULL in the root */
	const char *text;
};
struct printed *result_numbers(struct checking *k, size_t *n);
/* Ids of sections, or of charts, in document order. */
const char **result_ids(struct checking *k, const char *kind, size_t *n);
/* Calls fn for every node of the document in order. */
void result_walk(const json_t *node, void (*fn)(void *ctx, const json_t *node), void *ctx);

/* Whether `what` stands at p as a number of its own and not as part of a longer one. */
bool stands_alone(const char *begin, const char *p, size_t n, const char *end);
/* Copy with every blank, of whatever width, as one space, U+2212 as '-', and nothing before
 * or after. */
char *plain_number_text(struct arena *a, const char *s);

void check_values(struct checking *k);
void check_sums(struct checking *k);
void check_models(struct checking *k);
void check_html(struct checking *k);
void check_pdf(struct checking *k);

#endif
