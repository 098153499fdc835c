/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the values of a column become those of features: for training, and again for new tables. */
#ifndef MODEL_FRAME_INT_H
#define MODEL_FRAME_INT_H

#include "model/model_int.h"

/* The chosen rows of one column of a table. */
struct cells {
	const struct table *t;
	int col;
	const int64_t *row;
	size_t n;
};

/* ---- values.c: one cell ------------------------------------------------------------------------------ */

/* As a number; NaN when missing or infinite. Dates count days, timestamps microseconds, times of day
 * and durations seconds, dictionaries codes; texts have none. */
double cell_number(const struct cells *c, size_t i);
/* As text, without a copy where there is one; p is NULL when missing. */
struct str cells_text(const struct cells *c, size_t i, char scratch[NUM_MAX]);
double *cells_numbers(const struct cells *c, struct arena *a);
bool cell_missing(const struct cells *c, size_t i);
/* Whether the known ones among x[0 .. n) differ. */
bool numbers_vary(const double *x, size_t n);

/* ---- levels.c ----------------------------------------------------------------------------------------- */

/* The levels that occur, in the order of text for words and of size for numbers, and x, which is
 * cells_numbers, as their codes. More than `cap` different values: false, and nothing is done. */
bool levels_learn(const struct cells *c, double *x, int cap, struct arena *a, struct feature *f);
/* The order of levels by text, for feature_codes. */
void levels_index(struct feature *f, struct arena *a);
/* Lets levels count as another one, which has to be there; false when the column has none of them. */
bool feature_merge(struct feature *f, const struct level_merge *m, size_t n, double *x, size_t rows, struct arena *a);
/* Codes of a column of another table; unseen levels are nlevels + 1. */
void feature_codes(const struct feature *f, const struct cells *c, double *x);

/* ---- parts.c: features of one column -------------------------------------------------------------------- */

/* Appends the features that the cells allow to f->features (room for PARTS + MAX_KEYWORDS), with their
 * values in the frame's rows. Which words of a text count is settled by how many of its rows hold them. */
enum { MAX_KEYWORDS = 100 };
void parts_learn(struct frame *f, int group, const struct cells *c, int keywords, struct arena *a);
/* The values of features[0 .. n), all of one group, which a schema knows: x of each has c->n places. */
void parts_fill(struct feature *features, size_t n, enum role role, enum column_type trained, const struct cells *c,
	struct strange *strange);

/* ---- units.c: rows that belong together ------------------------------------------------------------------ */

/* Sets unit and copies of a frame whose rows and features are there. */
void frame_units(const struct table *t, const struct model_spec *s, struct arena *a, struct frame *f);

/* ---- words.c: texts -------------------------------------------------------------------------------------- */

enum { WORD_MAX = 64 };
/* The next word of a text, in lower case and cut after WORD_MAX bytes; 0 at its end, else its length. */
size_t word_next(struct str *text, char word[WORD_MAX]);
/* The words that most texts hold, at most `most`, but neither almost all of them nor almost none; in order
 * of that number, then of the alphabet. */
size_t words_common(const struct cells *c, size_t most, struct arena *a, const char **words);

#endif
