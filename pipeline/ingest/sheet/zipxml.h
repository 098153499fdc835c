/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packages of XML, which newer workbooks are: parts of a zip archive as streams of bytes
 * (zipfile.c), and a parser of XML that hands out control between events (xml.c). Nothing is
 * ever written to a path that an archive names. */
#ifndef ZIPXML_H
#define ZIPXML_H

#include "ingest/process/feed.h"

/* ---- zipfile.c --------------------------------------------------------------------------- */

/* Lives in the arena. ERR_INPUT: no archive, or a damaged one. */
struct zipfile *zipfile_open(struct arena *a, const char *path, struct feed_limits limits,
	struct err *e);
/* Entry by name: exactly, else in another case, with '\' for '/'. -1: none. */
int64_t zipfile_find(const struct zipfile *z, const char *name);
int64_t zipfile_count(const struct zipfile *z);
const char *zipfile_name(const struct zipfile *z, int64_t entry);
/* Name of an entry that was read to its end and has another checksum than the archive says, NULL:
 * none. */
const char *zipfile_damaged(const struct zipfile *z);

/* A stream of bytes. */
struct part {
	int64_t (*read)(struct part *p, void *to, size_t n, struct err *e);
	void (*close)(struct part *p);
	const char *name;              /* for messages */
	int64_t size, got;             /* bytes as the archive says, 0: not known; bytes so far */
};
/* Opened and closed by the caller, at the latest with the arena. */
struct part *zipfile_part(struct zipfile *z, int64_t entry, struct err *e);
struct part *part_plain(struct arena *a, const char *path, struct feed_limits limits,
	struct err *e);
/* Fills `to` as far as there is something: n bytes unless it ends. Beyond the limits, and when the
 * bytes are damaged, ERR_INPUT. */
int64_t part_read(struct part *p, void *to, size_t n, struct err *e);
void part_close(struct part *p);
double part_done(const struct part *p);

/* ---- xml.c ------------------------------------------------------------------------------- */

/* Names come without their prefix: who writes a format chooses prefixes freely. */
struct xml_handler {
	void (*start)(void *ctx, const char *name, const char *const *attrs);
	void (*end)(void *ctx, const char *name);
	void (*text)(void *ctx, struct str s);     /* in pieces; may be NULL */
};
struct xml;
/* Borrows all; lives in the arena. `depth`: of nested elements at most. */
struct xml *xml_open(struct arena *a, struct part *part, const struct xml_handler *h, void *ctx,
	int depth);
void xml_close(struct xml *x);
/* Parses on. 1: a handler called xml_pause, 0: the end, -1: error. */
int xml_run(struct xml *x, struct err *e);
void xml_pause(struct xml *x);
/* From a handler: ends with ERR_INPUT. */
void xml_fail(struct xml *x, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The whole part at once. */
int xml_parse(struct arena *a, struct part *part, const struct xml_handler *h, void *ctx,
	int depth, struct err *e);
/* By name without prefix; an exact match comes first. NULL: absent. */
const char *xml_attr(const char *const *attrs, const char *name);

#endif
