/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tolerant reader of HTML, of XHTML and of the SVG inside: tags, attributes and text, one after the other. */
#ifndef CHECK_MARKUP_H
#define CHECK_MARKUP_H

#include "base/base.h"

/* Names of tags and attributes are in lower case, entities decoded. All is lent for the call only. */
struct attribute {
	const char *name, *value;
};
struct tag {
	const char *name;
	const struct attribute *attributes;
	size_t n;
	bool empty;                /* "<br/>" */
	size_t at;                 /* byte of the file where it begins */
};
const char *tag_value(const struct tag *t, const char *name, const char *fallback);
double tag_number(const struct tag *t, const char *name, double fallback);

struct markup_reader {
	void (*open)(void *ctx, const struct tag *t);
	void (*close)(void *ctx, const char *tag);
	/* Text between tags. `raw`: the content of style or script, as it stands. */
	void (*text)(void *ctx, const char *p, size_t n, bool raw);
	void *ctx;
};
/* false when a tag or a comment does not end; what came until then was told. */
bool markup_read(const struct markup_reader *r, const char *html, size_t n);

#endif
