/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a text of the author: nodes of bounded depth, words that are the author's, and no address but a
 * harmless one. */
#include "report/report_int.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The root, three sections, three lists with an item each, a paragraph. */
enum { DEEPEST = 1 + 3 + 2 * 3 + 1 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool is_harmless(const char *url)
{
	bool known = strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0 ||
		strncasecmp(url, "mailto:", 7) == 0;
	for (const char *p = url; *p; p++)
		if (*p <= ' ' || *p > '~' || strchr("\"<>\\", *p))
			return false;
	return known;
}

static void look_at(const struct node *n)
{
	int depth = 0;
	for (const struct node *up = n; up; up = up->parent)
		depth++;
	if (depth > DEEPEST)
		abort();
	for (size_t i = 0; i < n->ncells; i++)
		if (n->cells[i].cls != CELL_OWN || (n->cells[i].url && !is_harmless(n->cells[i].url)))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	struct doc *d = doc_new(a, "Report");
	struct buf text = { 0 }, out = { 0 };
	struct err e = { 0 };
	buf_put(&text, data, n);
	markdown_build(d, d->root, buf_str(&text));
	for (const struct node *x = d->root; x; x = doc_walk(x))
		look_at(x);
	struct render_input in = { .doc = d };
	if (render_text.render(&in, &out, &e) < 0 && !e.msg[0])
		abort();
	buf_free(&out);
	buf_free(&text);
	arena_free(a);
	return 0;
}
