/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All charts of a document, drawn once for every renderer. */
#include "report/plot_int.h"

#include <math.h>
#include <string.h>

/* In the half of a line that NODE_COLUMNS has to give, a narrow chart stays legible; names of two lines in one chart
 * make the rows of all as high. */
static struct chart sized(const struct node *n)
{
	struct chart c = *n->chart;
	bool beside = n->parent && n->parent->kind == NODE_COLUMNS && n->parent->child != n->parent->last;
	for (const struct node *k = beside ? n->parent->child : NULL; k; k = k->next)
		if (k->chart && k->chart->width > 0)
			c.row = fmax(c.row, rows_step(k->chart, k->chart->width, 0));
	if (!beside || c.width > 0)
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

static bool is_rigid(const struct chart *c, const struct drawing *d)
{
	bool rigid = c->equal_axes || c->kind == CHART_HEATMAP || c->kind == CHART_DECISIONS;
	for (size_t i = 0; i < d->nops && !rigid; i++)
		rigid = d->ops[i].kind == OP_TEXT && d->ops[i].angle != 0;
	return rigid;
}

enum { PHONE = 340 };

/* Draws it for a phone where that serves. */
static int draw_narrow(struct arena *a, struct chart c, double width, struct drawing *out, struct err *e)
{
	if (width <= PHONE + 20 || c.equal_axes)
		return 0;
	c.width = PHONE;
	c.row = 0;
	int status = plot_draw(a, &c, out, e);
	for (size_t i = 0; i < out->nops; i++)
		out->ops[i].tip = 0;   /* nothing hovers on a phone */
	return status;
}

int report_draw(struct arena *a, const struct doc *d, struct drawings *out, struct err *e)
{
	size_t n = 0;
	for (const struct node *k = d->root; k; k = doc_walk(k))
		n += k->kind == NODE_CHART;
	*out = (struct drawings){
		.v = arena_calloc(a, n, sizeof *out->v), .narrow = arena_calloc(a, n, sizeof *out->narrow),
		.node = arena_calloc(a, n, sizeof *out->node)
	};
	for (const struct node *k = d->root; k; k = doc_walk(k)) {
		if (k->kind != NODE_CHART)
			continue;
		struct chart c = sized(k);
		struct drawing *wide = &out->v[out->n], *narrow = &out->narrow[out->n];
		if (plot_draw(a, &c, wide, e) || draw_narrow(a, c, wide->width, narrow, e))
			return err_while(e, "drawing chart '%s'", c.id ? c.id : "");
		wide->rigid = is_rigid(&c, wide);
		out->node[out->n++] = k;
	}
	return 0;
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

const struct drawing *drawing_narrow(const struct drawings *d, const struct node *n)
{
	const struct drawing *wide = drawing_of(d, n), *narrow = wide && d->narrow ? &d->narrow[wide - d->v] : NULL;
	return narrow && narrow->width > 0 ? narrow : NULL;
}
