/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parser (html/mustache_parse.c) and the renderer (mustache.c) of the template engine
 * share. */
#ifndef MUSTACHE_INT_H
#define MUSTACHE_INT_H

#include "base/base.h"

/* Bounds on templates that mean harm, far above what a report needs. */
enum {
	MUSTACHE_NESTING = 100,             /* open tags inside one template */
	MUSTACHE_DEPTH = 500,               /* sections and partials inside each other */
	MUSTACHE_PARTS = 100,               /* different partials */
	MUSTACHE_STEPS = 20 * 1000 * 1000,  /* tags rendered */
	MUSTACHE_OUTPUT = 256 * 1024 * 1024 /* bytes written */
};

enum tag_kind {
	TAG_LINE, /* the start of a template line: the current indentation goes here */
	TAG_TEXT,
	TAG_VALUE, /* {{name}}, escaped */
	TAG_RAW,   /* {{{name}}} and {{&name}} */
	TAG_SECTION,
	TAG_INVERTED,
	TAG_PARTIAL, /* {{>name}} and {{>*name}} */
	TAG_PARENT,  /* {{<name}}: a partial whose blocks the children override */
	TAG_BLOCK /* {{$name}}: a place that can be overridden, or in a parent what overrides it
		   */
};

/* A tag or a stretch of text. The tree is shared by all its uses and never changes once parsed.
 */
struct tag {
	enum tag_kind kind;
	struct str s;      /* TEXT: the text; else the name */
	struct str blanks; /* LINE: the leading ones; PARTIAL, PARENT, BLOCK: indentation */
	bool dynamic;      /* PARTIAL, PARENT: the name is looked up in the view */
	bool alone;        /* nothing else on its template line, which is then not printed */
	size_t at;         /* offset in the template, for messages */
	struct tag *child, *next;
	struct tag *line_next; /* while parsing: next tag of the same template line */
};

struct mustache {
	struct arena *arena;
	const char *name, *text;
	struct tag *root;
};

/* err_set with "<name>:<line>:<column>: " in front; `at` is an offset in the template. */
int mustache_error(const struct mustache *m, size_t at, struct err *e, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

#endif
