/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a file is: shared by formats.c, formats_foreign.c and unpack.c. */
#ifndef INGEST_FORMATS_INT_H
#define INGEST_FORMATS_INT_H

#include "ingest/process/feed.h"

/* ---- formats.c --------------------------------------------------------------------------- */

const struct format *format_lookup(const char *name);       /* NULL: there is none */
/* Finds out in a confined process what a file is by its content; `extension` decides where that
 * is not plain. *found is NULL when it is none of the formats. */
int format_detect(const struct ingest_options *o, const char *path, struct str extension,
	const struct format **found, struct err *e);
/* The first HEAD_BYTES. ERR_INPUT for what is no regular file or empty. */
int head_read(const char *path, struct buf *head, struct err *e);

struct str extension_of(const char *name);                  /* without the dot; n == 0: none */
bool extension_in(struct str extension, const char *list);  /* "xlsx xlsm", without case */
bool extension_of_data(const char *name);                   /* of CSV or any format */

/* ---- formats_foreign.c ------------------------------------------------------------------- */

/* Refuses what is known and no format of ours, with advice. */
int foreign_refuse(struct str head, const char *path, struct err *e);
/* Refuses containers of which nothing more is known. */
int foreign_unknown(struct str head, struct err *e);

#endif
