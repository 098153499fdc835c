/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All charts of a document, drawn once for every renderer. */
#include "report/plot_int.h"

#include <string.h>

/* In the half of a line that NODE_COLUMNS has to give, a narrow chart stays legible. */
static struct chart sized(const struct node *n)
{
	struct chart c = *n->chart;
	if (!n->parent || n->parent->kind != NODE_COLUMNS || c.width > 0)
		return c;
	if (c.equal_axes) {
		c.width = 280;
		c.height = c.height > 0 ? c.height : 266;
	} else {
		c.width = 280;
		if (c.height <= 0 && (c.kind == CHART_HISTOGRAM || c.kind == CHART_XY
		    || c.kind == CHART_COLUMNS || c.kind == CHART_DENSITY))
			c.height = 185;
	}
	return c;
}

/* The drawing of the chart of this id, if there is one: `next` is where it should be. */
static const struct drawing *made_before(const struct drawings *made, const char *id, size_t next)
{
	for (size_t i = 0; made && id && i < made->n; i++) {
		size_t at = (next + i) % made->n;
		const char *known = made->node[at]->chart->id;
		if (known && strcmp(known, id) == 0)
			return &made->v[at];
	}
	return NULL;
}

int report_redraw(struct arena *a, const struct doc *d, const struct drawings *made,
	struct drawings *out, struct err *e)
{
	size_t n = 0;
	for (const struct node *k = d->root; k; k = doc_walk(k))
		n += k->kind == NODE_CHART;
	*out = (struct drawings){
		.v = arena_calloc(a, n, sizeof *out->v), .node = arena_calloc(a, n, sizeof *out->node)
	};
	for (const struct node *k = d->root; k; k = doc_walk(k)) {
		if (k->kind != NODE_CHART)
			continue;
		struct chart c = sized(k);
		const struct drawing *known = made_before(made, c.id, out->n);
		if (known)
			out->v[out->n] = *known;
		else if (plot_draw(a, &c, &out->v[out->n], e))
			return err_while(e, "drawing chart '%s'", c.id ? c.id : "");
		out->node[out->n++] = k;
	}
	return 0;
}

int report_draw(struct arena *a, const struct doc *d, struct drawings *out, struct err *e)
{
	return report_redraw(a, d, NULL, out, e);
}

/* Renderers ask in document order, nearly always for the one after the last: but they are few, and
 * nobody may have to rely on it. */
const struct drawing *drawing_of(const struct drawings *d, const struct node *n)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->node[i] == n)
			return &d->v[i];
	return NULL;
}
