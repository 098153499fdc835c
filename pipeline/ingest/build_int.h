/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two files of the second reading share: build.c puts batches together, convert.c makes
 * values of cells. */
#ifndef BUILD_INT_H
#define BUILD_INT_H

#include "ingest/ingest_int.h"
#include "ingest/value/shape.h"

enum { FORMATS = 16 };

/* Each sets the value of row b->rows of a text that is not empty; false: it does not fit. */
struct builder;
typedef bool builder_value(struct builder *b, struct str s);
builder_value *convert(const struct plan *p);
/* Sets the values of cells from row b->rows on while they are no tokens and look as is usual for
 * the column; returns how many there were. NULL: nothing is usual. */
typedef int64_t builder_run(struct builder *b, const struct str *cells, int64_t n);
builder_run *convert_usual(const struct plan *p, const struct tokens *t);

struct builder {
	const struct plan *plan;
	const struct tokens *tokens;
	const struct levels *levels;
	bool *tokens_among;        /* [levels] which are tokens; NULL: no dictionary */
	builder_value *value;
	builder_run *run;
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
	struct {
		struct word_pair w;
		size_t n;              /* 0: none yet */
	} yes_no[2];               /* how no and yes were written last */
	int usual[SHAPES - SHAPE_DATE];   /* formats of shapes, index + 1; 0: not met yet */
	struct sentinels sentinels;
};

static inline void builder_bit(struct builder *b, int64_t row, int bit)
{
	b->v.bits[row >> 3] |= (uint8_t)(bit << (row & 7));
}
/* Counts a format of dates; its index + 1, 0: there are too many. */
int builder_format(struct builder *b, const struct written *w, int64_t count);

#endif
