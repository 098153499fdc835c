/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of JSON share. The way of a document: bytes (json_bytes.c) -> values
 * (json_value.c, in one pass, one record at a time) -> a record (json_record.c: nested keys
 * become columns) -> rows. Where the records of a document are is found by json_shape.c; json.c
 * is the two formats.
 *
 * Our own tokenizer reads: 98 MB of lines become cells in 0.17 s, where yajl takes 0.30 s with a
 * handle a line and callbacks that do nothing. yajl words what is wrong (json_explain.c) and is
 * the oracle of the tests.
 */
#ifndef INGEST_JSON_INT_H
#define INGEST_JSON_INT_H

#include "ingest/process/feed.h"

/* ---- json_bytes.c: a window of the file ---------------------------------------------------- */

/* Bytes of a file without those that mark its encoding; UTF-16 is turned into UTF-8 at once. */
struct js_bytes {
	int fd;                    /* -1: all of it is in text */
	struct buf text;
	int64_t start, size;       /* offset of the first byte of JSON; of the end */
};
/* The arena closes it. */
int js_bytes_open(struct feed *f, struct js_bytes *b, struct err *e);

/* p moves from value to value; what is before it is given up when more is read. *end is always
 * 0, which is no byte of any JSON text: scanning needs no other bound. */
struct js_window {
	struct feed *feed;
	const struct js_bytes *bytes;
	char *buf, *p, *end;
	size_t cap, most;          /* most: of one record */
	int64_t offset;            /* of buf in the file */
	bool hold;                 /* cells point into it: it must not move */
};
#ifdef ARENA_DISCRETE
enum { JS_WINDOW = 512 };          /* under sanitizers: the window moves in small files too */
#else
enum { JS_WINDOW = 1 << 20 };
#endif
void js_window_open(struct js_window *w, struct feed *f, const struct js_bytes *b, size_t cap);
void js_window_seek(struct js_window *w, int64_t offset);
int64_t js_offset(const struct js_window *w, const char *p);
/* Line and column of an offset, from 1. */
void js_where(const struct js_bytes *b, int64_t offset, int64_t *line, int64_t *column);

/* What a look at the window ends with. */
enum js_status {
	JS_OK,
	JS_END,                  /* no more bytes; of a stream: no more values */
	JS_HOLD,                 /* more bytes are needed and the window must not move */
	JS_BAD,                  /* malformed, at the window's p or where it was said to be */
	JS_FAIL,                 /* the error is set */
};
/* Reads more behind what is not used up. */
enum js_status js_more(struct js_window *w, struct err *e);
/* Moves p to the next byte that is no blank. */
enum js_status js_blanks(struct js_window *w, struct err *e);

/* ---- json_record.c: keys, columns, cells --------------------------------------------------- */

enum js_kind { JS_NULL, JS_TEXT, JS_NUMBER, JS_BOOLEAN, JS_ARRAY, JS_KINDS };

/* A key at its place: a column, an object with keys of its own, or both in different records. */
struct js_node {
	struct str key;            /* without escapes */
	struct js_node *parent, *first, *last, *sibling;   /* keys in order of appearance */
	struct js_node *then;    /* the key that followed last time */
	struct js_node *clash;   /* in the table of keys */
	size_t hash;
	const char *named;         /* of the column, NULL: by its path */
	int col;                   /* -1: none yet */
	bool plain;                /* the key needs no escapes */
	bool flat;                 /* its name is no part of its keys' names */
	bool skip;                 /* no column, whatever is in it */
	bool point;                /* an array of two or more numbers: longitude, latitude */
	int64_t seen;              /* the last record that had it */
	int64_t kinds[JS_KINDS];
	int64_t numeric;           /* texts that are numbers */
};
struct js_cell {
	struct js_node *node;
	enum js_kind kind;
	struct str s;
};
struct js_record {
	struct feed *feed;
	struct arena *bytes;       /* of texts that had escapes; as long as the rows */
	struct js_node *root;
	struct js_node **table;  /* of keys by hash */
	size_t nnodes, mask;
	struct js_cell *cells;   /* of the record at hand */
	size_t n, cap;
	int64_t number, depth;
	int64_t repeated, duplicates;   /* keys that were there before: in this record, in all */
	const char *duplicate;     /* the first key that was there twice */
	bool nested;               /* an object within an object was there */
	bool too_deep;             /* why a value is bad */
	bool unnamed;              /* the keys of root are numbers and no names */
};
struct js_record *js_record_new(struct feed *f);
/* Forgets the cells. */
void js_record_start(struct js_record *r);
/* The key of an object that follows on `before` (NULL: its first). */
struct js_node *js_key(struct js_record *r, struct js_node *object,
	struct js_node *before, struct str key);
void js_cell_add(struct js_record *r, struct js_node *node, enum js_kind kind,
	struct str s);
/* What was found of the record becomes evidence of its keys; forgets the record. */
void js_record_count(struct js_record *r);
/* The same, and a row of b, which must have been started; adds columns as needed. */
int js_record_put(struct js_record *r, struct block *b, struct err *e);
/* Columns for all keys found so far that have values, children next to each other. */
int js_columns(struct js_record *r, struct err *e);
/* Is the record at hand, the first, a feature of GeoJSON? Then all are taken so. */
bool js_is_feature(const struct js_record *r);
void js_geo(struct js_record *r);
void js_record_findings(struct js_record *r);

/* ---- json_value.c: one value ---------------------------------------------------------------- */

/* Reads the value at *p. `node`: where it belongs; NULL: it is only checked. JS_END: it goes
 * on behind `end`. Else *p is behind it, or where it is malformed. `*end` must be 0. */
enum js_status js_value(struct js_record *r, char **p, char *end,
	struct js_node *node, int depth);
/* For a byte that can't be at p: JS_END where the text ends, else JS_BAD. */
enum js_status js_stop(char **at, char *p, const char *end);
/* js_value for an array whose elements are cells: of the keys 0, 1, 2... of r->root. */
enum js_status js_tuple(struct js_record *r, char **p, char *end);

/* ---- json_explain.c ------------------------------------------------------------------------- */

/* Why the text is no JSON value, in a few words. True when yajl takes it: it is more generous with
 * blanks, and knows no limit of depth. */
enum { JS_REASON = 200 };
bool js_explain(struct str text, char out[JS_REASON]);

/* ---- json_string.c --------------------------------------------------------------------------- */

/* The string at *p, like js_value; its text goes into *s unless that is NULL, and may be in
 * r->bytes. */
enum js_status js_string(struct js_record *r, char **p, char *end, struct str *s);

/* ---- json_stream.c: values one after the other ---------------------------------------------- */

/* Where values stand. */
enum js_place {
	JS_ELEMENTS,             /* in the array at the window's p */
	JS_DOCUMENT,             /* in one document or several of a kind: objects, arrays, a scalar */
	JS_LINES,
};
enum js_state {
	JS_OUTSIDE,              /* of arrays */
	JS_FIRST,                /* behind '[' */
	JS_NEXT,                 /* behind ',' */
	JS_BEHIND,               /* behind an element */
	JS_BEHIND_ARRAY, JS_DONE
};
struct js_stream {
	struct js_window w;
	enum js_place place;
	enum js_state state;
	bool tuples;               /* values are arrays: their elements are cells */
	char first;                /* byte that the first value of the document began with */
	int64_t line;              /* of JS_LINES: the line at hand, */
	char *line_end;            /* its end, where a 0 has been put; NULL: none at hand, */
	bool checked;              /* and whether all of it is known to be good */
};
/* s->w must be open. */
void js_stream_open(struct js_stream *s, enum js_place place, int64_t offset);
/* Moves p to the next value; JS_END behind the last one, or where the file is cut off. */
enum js_status js_stream_next(struct js_stream *s, struct err *e);
bool js_stream_cut(const struct js_stream *s);
/* Reads the value at p into the record, or only checks it when node is NULL. p stays, so that it
 * can be read again; *behind is behind it, or where it is malformed. JS_END: the file is cut
 * off within it. */
enum js_status js_stream_read(struct js_stream *s, struct js_record *r,
	struct js_node *node, char **behind, struct err *e);
/* The value has been used: goes on behind it. */
void js_stream_took(struct js_stream *s, char *behind);
void js_stream_skip_line(struct js_stream *s);

/* ---- json_shape.c --------------------------------------------------------------------------- */

enum js_element { JS_OBJECTS, JS_TUPLES, JS_SCALARS, JS_ELEMENT_KINDS };
/* An array of a document that could be the table, or a column of it. */
struct js_array {
	const char *path;          /* "data.items" */
	struct str key;
	int depth;                 /* 1: a member of the document itself */
	int64_t offset, count;     /* of '['; of elements */
	int64_t of[JS_ELEMENT_KINDS];
};
struct js_shape {
	struct js_array *arrays;
	size_t n, cap;
	size_t members;            /* of the document */
	bool objects;              /* some are objects */
	bool concatenated;         /* another value follows */
};
/* Looks at all of the object at the window's p. */
enum js_status js_shape_find(struct feed *f, struct js_record *r, struct js_window *w,
	struct js_shape *s, struct err *e);
/* The longest array that is mostly of objects, NULL: there is none. */
struct js_array *js_shape_table(const struct js_shape *s);
bool js_shape_columns(const struct js_shape *s);   /* nothing but columns */

/* ---- json_survey.c -------------------------------------------------------------------------- */

struct js_document {
	struct js_bytes bytes;
	struct js_stream stream;
	struct js_record *record;
	struct js_shape shape;
	enum js_element element;   /* what records are */
	int64_t header;            /* values before the first record: a header */
	bool cut;                  /* known to be cut off, maybe behind the table */
	bool finished;
};
enum js_element js_element_of(char first);
/* Where a value that begins with c belongs; NULL: it is no record. */
struct js_node *js_place_of(const struct js_document *j, char c);
/* Columns from the records at the beginning; then the stream stands before the first one. */
int js_survey(struct feed *f, struct js_document *j, enum js_place place, int64_t offset,
	struct err *e);

/* ---- json_detect.c -------------------------------------------------------------------------- */

enum detected js_detect(struct str head, const char *path);
enum detected ndjson_detect(struct str head, const char *path);

/* ---- json_columns.c: an object of arrays ---------------------------------------------------- */

int js_columns_open(struct feed *f, struct js_record *r, const struct js_bytes *b,
	const struct js_shape *s, struct err *e);

#endif
