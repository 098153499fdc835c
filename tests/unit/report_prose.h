/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runs of a node as one text. */
#ifndef REPORT_PROSE_H
#define REPORT_PROSE_H

#include "report/report_int.h"

static inline const char *prose(struct arena *a, const struct node *n)
{
	struct buf b = { 0 };
	for (size_t i = 0; i < n->ncells; i++)
		cell_print(&b, &n->cells[i]);
	const char *s = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

#endif
