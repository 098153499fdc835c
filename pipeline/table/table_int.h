/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * table_int: what the files of this room share. The Arrow IPC file format (format version V5) is
 * FlatBuffers metadata beside plain little-endian buffers: https://arrow.apache.org/docs/format/
 * Columnar.html, the .fbs files of the Arrow repository. Only what our writer writes is accepted.
 */
#ifndef TABLE_INT_H
#define TABLE_INT_H

#include "table/table.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "table files hold little-endian numbers as they lie in memory"
#endif

/* ---- FlatBuffers, building (flat.c) ----------------------------------------------------------- */

/* A buffer is built forwards in a struct buf: flat_start, then tables, texts and vectors, each
 * returning its position; a parent comes before its children and is linked to them afterwards. */
enum { FLAT_REF = 4 };         /* the size of a slot that refers to something */
struct flat_slot {
	uint8_t slot, size;    /* field number in the .fbs; 1, 2, 4, 8 bytes */
	int64_t value;
};
void flat_start(struct buf *b);                                 /* empties it; root still unset */
void flat_root(struct buf *b, size_t table);
size_t flat_table(struct buf *b, const struct flat_slot *s, size_t n);
void flat_link(struct buf *b, size_t table, int slot, size_t target);
size_t flat_text(struct buf *b, const char *s);
size_t flat_structs(struct buf *b, const void *p, size_t size, size_t n);  /* 8-byte aligned items */
size_t flat_refs(struct buf *b, size_t n);                      /* vector of n references */
void flat_refs_link(struct buf *b, size_t refs, size_t i, size_t target);

/* ---- FlatBuffers, reading (flat.c) ------------------------------------------------------------ */

/* A view of untrusted bytes. Whatever leads outside of it sets `bad` and reads as absent, so that
 * one look at `bad` after a few reads is enough. Position 0 stands for "no table". */
struct flat {
	const uint8_t *p;
	size_t n;
	bool bad;
};
size_t flat_get_root(struct flat *f);
size_t flat_get_table(struct flat *f, size_t table, int slot);
/* A number of 1 (unsigned), 2, 4 or 8 bytes (signed). */
int64_t flat_get_int(struct flat *f, size_t table, int slot, size_t size, int64_t absent);
/* p is NULL when absent; not NUL-terminated. */
struct str flat_get_text(struct flat *f, size_t table, int slot);
/* Items of a vector, any alignment; NULL and *count = 0 when absent. */
const uint8_t *flat_get_items(struct flat *f, size_t table, int slot, size_t size, size_t *count);
/* The i-th table of a vector of references as given by flat_get_items(..., FLAT_REF, ...). */
size_t flat_get_item_table(struct flat *f, const uint8_t *items, size_t i);

/* ---- Arrow metadata: field numbers and values of Message.fbs, Schema.fbs, File.fbs --------------- */

enum { ARROW_V5 = 4 };
enum { HEADER_SCHEMA = 1, HEADER_DICTIONARY = 2, HEADER_BATCH = 3 };
enum { MESSAGE_VERSION, MESSAGE_HEADER_TYPE, MESSAGE_HEADER, MESSAGE_BODY };
enum { DICTIONARY_ID, DICTIONARY_DATA, DICTIONARY_DELTA };
enum { FOOTER_VERSION, FOOTER_SCHEMA, FOOTER_DICTIONARIES, FOOTER_BATCHES };

struct arrow_block {           /* where a message lies in the file; meta includes its 8 bytes in front */
	int64_t offset;
	int32_t meta, pad;
	int64_t body;
};

static const char arrow_magic[8] = "ARROW1\0";   /* padded in front of the file, 6 bytes at its end */
enum { ARROW_MAGIC = 6, ARROW_TAIL = 4 + ARROW_MAGIC };  /* the tail: footer length, magic */

/* ---- schema (schema.c) ------------------------------------------------------------------------ */

size_t schema_put(struct buf *b, const struct field *f, int n);
/* Fields in `a`. A dictionary column has its own column number as dictionary id. */
int schema_get(struct flat *f, size_t schema, struct arena *a, struct field **fields, int *n,
	struct err *e);

/* ---- batches (records.c) ---------------------------------------------------------------------- */

int64_t column_text(const struct column *c);                    /* bytes, 0 when it has no text */
int64_t records_body(const struct column *cols, int n);         /* bytes, buffers padded to 8 */
size_t records_put(struct buf *b, const struct column *cols, int n, int64_t rows);

/* Columns are got one after another; `left` is 0 after the last when there are no buffers too many.
 * The caller gives the body, whose start is aligned to 8. */
struct records {
	const uint8_t *body;
	int64_t body_size, rows;
	const uint8_t *nodes, *buffers;
	size_t left;           /* buffers */
};
int records_get(struct flat *f, size_t table, int ncols, struct records *r, struct err *e);
/* `codes`: size of the dictionary of a COLUMN_DICT. Everything in the column is checked. */
int records_column(struct records *r, enum column_type type, int64_t codes, struct column *c,
	struct err *e);

/* ---- reading (read.c) -------------------------------------------------------------------------- */

/* The table in the bytes of a file, aligned to 8, which must outlive it. table_open maps a file and
 * calls this; tests call it with bytes whose end is guarded. */
struct table *table_view(const void *p, size_t n, struct err *e);

/* ---- parts of folds (fold.c, partial.c) -------------------------------------------------------- */

struct fold_node {             /* covers batches [index << level, (index + 1) << level) */
	int level;
	int64_t index;
	void *acc;
};
struct fold_part {
	const struct fold_ops *ops;
	const void *arg;
	struct fold_node *nodes;       /* in order of batches; no two are siblings */
	size_t n, cap;
};
void *fold_acc_new(const struct fold_ops *ops, const void *arg);
void fold_part_insert(struct fold_part *p, struct fold_node node);
void fold_part_free(struct fold_part *p);

/* ---- what must hold of a table, for whoever writes or reads it (check.c) ----------------------- */

/* What is wrong with the data of a column, or NULL. `text` is the size of its bytes; `codes` the
 * number of values in its dictionary. Reads only within the rows that the column states. */
const char *column_fault(const struct column *c, int64_t text, int64_t codes);
const char *offsets_fault(const int32_t *offsets, int64_t n, int64_t text);
uint32_t codes_max(const int32_t *codes, int64_t rows);         /* as unsigned: below zero is huge */
/* Column numbers in byte order of their names, for look-ups. Fails when a name occurs twice or is
 * not valid UTF-8. */
int names_sort(const struct field *f, int n, int *order, struct err *e);
int names_find(const struct field *f, int n, const int *order, const char *name);

#endif
