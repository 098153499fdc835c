/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PostgreSQL: postgres.c talks to the server, postgres_value.c understands its types and texts. */
#ifndef INGEST_POSTGRES_INT_H
#define INGEST_POSTGRES_INT_H

#include "ingest/process/feed.h"

/* How the texts of a type become canonical. */
enum pg_kind {
	PG_PLAIN, PG_BOOLEAN, PG_TIMESTAMP, PG_TIMESTAMPTZ, PG_INTERVAL, PG_BYTES,
	PG_TEXT,                   /* of a type for text: may be anything */
	PG_PADDED,                 /* char(n) */
};
struct pg_column {
	enum pg_kind kind;
	int64_t values, odd;       /* odd: texts that are numbers, intervals with months, bytes */
};
/* What the type of a result column is to us. `type`, `modifier`: as the server describes them. */
enum native pg_native(uint32_t type, int32_t modifier, enum pg_kind *kind);
/* The canonical text of a value; may change the bytes of s and be longer than it only in
 * b->bytes. */
struct str pg_value(struct pg_column *c, struct block *b, char *p, size_t n);
/* A field of COPY in text format: its end; *n bytes without escapes at p, *missing: \N. */
char *pg_field(char *p, char *end, size_t *n, bool *missing);
/* What is known of a column behind the last row. */
void pg_conclude(struct feed *f, int col, const struct pg_column *c);

#endif
