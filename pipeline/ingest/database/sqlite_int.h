/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQLite: sqlite.c reads with the library, sqlite_value.c knows what its values mean. */
#ifndef INGEST_SQLITE_INT_H
#define INGEST_SQLITE_INT_H

#include "ingest/process/feed.h"

/* What the values of a column are stored as. */
struct sqlite_stored {
	int64_t integers, reals, texts, blobs;
	int64_t bits;              /* integers that are 0 or 1 */
	int64_t numeric;           /* texts that are numbers */
};
/* The first bytes of a binary value, in hexadecimal. */
struct str sqlite_blob(struct block *b, struct str s);
/* Behind the last row: the type of the column, findings. */
void sqlite_conclude(struct feed *f, int col, const struct sqlite_stored *st);

#endif
