/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the checks of the HTML share. */
#ifndef CHECK_HTML_INT_H
#define CHECK_HTML_INT_H

#include "report/check_int.h"
#include "report/check_scan.h"

/* The first element with this id; `ids` are sorted by name. */
const struct scan_item *find_id(const struct scan_list *ids, const char *name);
/* Pictures: drawn, with a text in their stead, the numbers as a table, and labels that can be read. */
void check_charts(struct checking *k, const struct scan *s, const struct scan_list *ids);

#endif
