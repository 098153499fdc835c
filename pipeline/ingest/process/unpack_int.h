/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compression and archives: unpack.c is the parent, unpack_child.c what runs confined. */
#ifndef INGEST_UNPACK_INT_H
#define INGEST_UNPACK_INT_H

#include "ingest/process/feed.h"

/* Takes one layer off f->path and writes what was in it to f->to. Says as facts: "packed", the name
 * of the layer, and "member", which file of an archive it was. */
extern const struct format format_unpack;

enum { LAYERS = 3 };             /* around a file */
enum layer { LAYER_NONE, LAYER_FILTER, LAYER_ARCHIVE };
/* What is around the bytes, by their first ones; *name is "gzip", "zip", ... */
enum layer layer_of(struct str head, struct str extension, const char **name);

#endif
