/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the checks see in an HTML page. */
#ifndef CHECK_SCAN_H
#define CHECK_SCAN_H

#include "base/base.h"

#include <stdlib.h>

struct scan_item {
	const char *name;          /* id, target, or the offending tag */
	size_t text, byte;         /* where: in the text of the page, in the file */
};
struct scan_list {
	struct scan_item *v;
	size_t n, cap;
};
struct scan {
	struct arena *arena;
	struct buf text; /* what a reader reads: without pictures, navigation, style and script; a
	                              newline wherever a tag stood */
	struct scan_list ids;
	struct scan_list links;    /* to places in the page, without '#' */
	struct scan_list loads; /* what would be fetched when the page is opened */
	struct scan_list code;     /* event handlers and javascript: links */
	struct scan_list pictures; /* every svg */
	int unread;                /* depth of elements whose text is left out */
	size_t at;
};
/* false when a tag, a comment or a left-out element does not end; what was found until then
 * stands. */
bool scan_html(struct scan *s, struct arena *a, const char *html, size_t n);
void scan_free(struct scan *s);

#endif
