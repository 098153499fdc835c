/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * table: a table is a sequence of record batches in one Arrow IPC file; every number is a fold over
 * them. The writer streams; the reader maps the file and checks every offset and length, because a
 * table file may be damaged.
 */
#ifndef TABLE_H
#define TABLE_H

#include "base/base.h"

enum column_type {
	COLUMN_INT64,      /* int64_t */
	COLUMN_FLOAT64,    /* double; a missing value is a cleared validity bit, never NaN by itself */
	COLUMN_BOOL,       /* one bit a row, least significant first */
	COLUMN_DATE,       /* Arrow date32: int32_t days since 1970-01-01 */
	COLUMN_TIMESTAMP,  /* int64_t microseconds since the epoch; zone in `zone` ("UTC") or none */
	COLUMN_TIME,       /* Arrow time64: int64_t microseconds since midnight, below 24 hours */
	COLUMN_DURATION,   /* Arrow duration: int64_t microseconds, may be negative */
	COLUMN_UTF8,       /* int32_t offsets[rows + 1] and bytes */
	COLUMN_DICT        /* int32_t codes into one dictionary of utf8 values for the whole file; a missing
	                    * value has a valid code too (0 will do), so that tables by code need no test */
};
const char *column_type_name(enum column_type t);  /* "int64" "float64" "bool" "date" "timestamp" "time" "duration" "utf8" "dictionary" */

/* Rows of every batch but the last. Fixed: batch boundaries follow from the input alone. */
enum { BATCH_ROWS = 32768 };

struct field {
	const char *name;          /* valid UTF-8, unique in the table */
	enum column_type type;
	const char *zone;          /* timestamps: "UTC" or NULL for local/unknown */
};

/* One column of one batch; everything borrowed from the table (or from whoever fills a writer). */
struct column {
	enum column_type type;
	int64_t rows, nulls;
	const uint8_t *valid;      /* bit set = value present; NULL when nulls == 0 */
	union {
		const int64_t *i64;    /* INT64, TIMESTAMP, TIME, DURATION */
		const double *f64;
		const uint8_t *bits;   /* BOOL */
		const int32_t *i32;    /* DATE days, DICT codes */
		const int32_t *offsets;  /* UTF8 */
	} v;
	const char *bytes;         /* UTF8 */
};
struct batch {
	int64_t index, first_row, rows;
	int ncols;
	const struct column *cols;
};
static inline bool column_has(const struct column *c, int64_t row)
{
	return !c->valid || (c->valid[row >> 3] >> (row & 7) & 1);
}
static inline struct str column_str(const struct column *c, int64_t row)  /* COLUMN_UTF8 */
{
	return (struct str){ c->bytes + c->v.offsets[row], (size_t)(c->v.offsets[row + 1] - c->v.offsets[row]) };
}

/* ---- reading (read.c): safe to use from many threads at once ---------------------------------- */
struct table;
struct table *table_open(const char *path, struct err *e);  /* NULL: ERR_IO, or ERR_INPUT when damaged */
void table_close(struct table *t);
int table_ncols(const struct table *t);
int64_t table_nrows(const struct table *t);
int64_t table_nbatches(const struct table *t);
const struct field *table_field(const struct table *t, int col);
int table_find(const struct table *t, const char *name);    /* -1 when absent */
const struct batch *table_batch(const struct table *t, int64_t index);
/* Dictionary of a COLUMN_DICT: number of values, and one of them. */
int32_t table_dict_size(const struct table *t, int col);
struct str table_dict_value(const struct table *t, int col, int32_t code);

/* ---- writing (write.c) ------------------------------------------------------------------------ */
struct table_writer;
/* Writes to `path` (a step's temporary place; publishing is the caller's). Fields are copied. */
struct table_writer *table_writer_new(const char *path, const struct field *f, int nfields, struct err *e);
/* Columns in field order, all of the same rows; every batch but the last has BATCH_ROWS rows; no rows
 * write nothing. Columns that contradict themselves (offsets that descend, nulls that are not those of
 * the bitmap, codes without a value) are ERR_BUG here, so that what is written can be read. */
int table_writer_batch(struct table_writer *w, const struct column *cols, int64_t rows, struct err *e);
/* Values of the dictionary of column `col`, in code order; once per COLUMN_DICT column, any time before close. */
int table_writer_dict(struct table_writer *w, int col, const int32_t *offsets, const char *bytes, int32_t n, struct err *e);
int table_writer_close(struct table_writer *w, struct err *e);   /* frees w also on error */
void table_writer_abort(struct table_writer *w);

/* ---- folds (fold.c) --------------------------------------------------------------------------- */

/* An accumulator type. `arg` says what is measured (which column, which options); it is shared and
 * read-only. merge adds `right`, which holds the batches directly after those of `left`, into
 * `left` and leaves `right` released. Memory that an accumulator owns goes in release (NULL when it
 * owns none). tests/property/fold_check.h proves a fold: same bytes for any threads and any split. */
struct fold_in;
struct fold_ops {
	const char *name;
	size_t size;
	void (*init)(void *acc, const void *arg);
	void (*update)(void *acc, const void *arg, const struct batch *b);
	void (*merge)(void *left, void *right, const void *arg);
	void (*release)(void *acc);
	/* Both NULL where an accumulator need not travel. save appends all that is known, also bytes that
	 * the accumulator only borrows; load fills one that is as init leaves it, and whatever it read,
	 * release and merge are safe afterwards: see fold_part_load. */
	void (*save)(struct buf *out, const void *acc, const void *arg);
	void (*load)(void *acc, const void *arg, struct fold_in *in);
};
struct fold {
	const struct fold_ops *ops;
	const void *arg;
	void *acc;                 /* result of fold_run: one accumulator; fold_release frees it */
};
/* Floating-point addition is not associative, so the order of merging is fixed by batch numbers
 * alone: one accumulator a batch, merged along the aligned binary tree over batch indices (node
 * (level, i) covers batches [i << level, (i + 1) << level)), then the remaining roots left to right.
 * Any number of threads gives the same bytes. */
void fold_run(const struct table *t, struct fold *folds, size_t n, int threads);
void fold_release(struct fold *folds, size_t n);

/* The same in parts, for shards and for the tests: a partial holds what is known of a range of
 * batches as roots of the aligned tree, so any split at batch boundaries merges to the same bytes. */
struct fold_part;
struct fold_part *fold_part_new(const struct fold *f, const struct table *t, int64_t first, int64_t count);
void fold_part_merge(struct fold_part *left, struct fold_part *right);  /* right follows left; right is freed */
void *fold_part_finish(struct fold_part *p);      /* frees p, gives the accumulator, as in fold.acc */

/* A partial as bytes, for another process that works on another shard (partial.c): versioned, with a
 * checksum, little-endian. `f` gives the same ops and an arg that means the same; of damaged bytes
 * and those of another kind of accumulator load gives NULL and ERR_INPUT. */
int fold_part_save(const struct fold_part *p, struct buf *out, struct err *e);
struct fold_part *fold_part_load(const struct fold *f, struct str in, struct err *e);

/* What save and load are written with. Reading beyond the end, or what cannot be, sets `bad` and gives
 * zeros, so load needs no look at it; the partial is then refused. */
struct fold_in {
	const char *p, *end;
	bool bad;
};
/* Counts lie in [0, 2^53), so that merging cannot overflow. */
void fold_put_int(struct buf *out, int64_t v);
void fold_put_num(struct buf *out, double v);
void fold_put_sum(struct buf *out, const struct nsum *v);
void fold_put_words(struct buf *out, const void *v, size_t n);    /* of 8 bytes each */
void fold_put_text(struct buf *out, const char *p, size_t n);
int64_t fold_get_int(struct fold_in *in);
int64_t fold_get_count(struct fold_in *in);
int64_t fold_get_below(struct fold_in *in, int64_t limit);        /* in [0, limit) */
bool fold_get_bool(struct fold_in *in);
double fold_get_num(struct fold_in *in);
struct nsum fold_get_sum(struct fold_in *in);
void fold_get_words(struct fold_in *in, void *v, size_t n);
void fold_get_counts(struct fold_in *in, int64_t *v, size_t n);
struct str fold_get_text(struct fold_in *in);                     /* lies in the bytes given */
/* A number of items of at least `size` bytes each that can still follow. */
size_t fold_get_items(struct fold_in *in, size_t size);

#endif
