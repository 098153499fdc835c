/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two files of the second reading share: build.c puts batches together, convert.c makes
 * values of cells. */
#ifndef BUILD_INT_H
#define BUILD_INT_H

#include "ingest/ingest_int.h"
#include "ingest/shape.h"

enum { FORMATS = 16 };

/* Each sets the value of row b->rows of a text that is not empty; false: it does not fit. */
struct builder;
typedef bool builder_value(struct builder *b, struct str s);
builder_value *convert(const struct plan *p);
/* Does the same for the shapes that nearly all cells of the column have, provided that no token
 * has one; false: ask the other. NULL: there are no such shapes. */
builder_value *convert_usual(const struct plan *p);

struct builder {
	const struct plan *plan;
	const struct tokens *tokens;
	const struct levels *levels;
	builder_value *value, *usual_value;
	bool padded;               /* the texts of cells are, see words.h */
	bool texts;                /* stored as offsets and bytes */
	size_t size;               /* of a value in the batch */
	/* the batch */
	int64_t rows, nulls, cap;
	union {
		int64_t *i64;
		double *f64;
		int32_t *i32;          /* days, codes; offsets of texts [rows + 1] */
		uint8_t *bits;
		void *any;
	} v;
	struct buf bytes;
	uint8_t valid[BATCH_ROWS / 8];
	/* the rows so far, until they are gathered */
	int64_t parsed, unparsed, missing;
	int64_t *token;            /* [tokens->n] taken as missing */
	int64_t *kept;             /* [tokens->n] kept as text */
	char *examples[INGEST_EXAMPLES];
	size_t nexamples;
	struct {
		struct written written;
		int64_t count;
	} formats[FORMATS];
	size_t nformats;
	int usual[SHAPES - SHAPE_DATE];   /* formats of shapes, index + 1; 0: not met yet */
	struct sentinels sentinels;
};

/* Counts a format of dates; its index + 1, 0: there are too many. */
int builder_format(struct builder *b, const struct written *w, int64_t count);

#endif
