/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All charts of a document, drawn once for every renderer. */
#include "report/plot_int.h"

#include <math.h>
#include <string.h>

enum { BESIDE = 280, PHONE = 340 };    /* points */

/* The height that rows of charts beside each other share: that of the lowest, if all names have room there. */
static double shared_row(const struct node *n)
{
	double row = INFINITY, least = 0;
	for (const struct node *k = n->parent->child; k; k = k->next) {
		double width = k->chart && k->chart->width > 0 ? k->chart->width : BESIDE;
		double wanted = k->chart ? chart_row(k->chart, width) : 0;
		if (wanted > 0) {
			row = fmin(row, wanted);
			least = fmax(least, rows_step(k->chart, width, 0));
		}
	}
	return isfinite(row) ? fmax(row, least) : 0;
}

/* In the half of a line that NODE_COLUMNS has to give, a narrow chart stays legible; rows of charts beside each other
 * are as high. */
static struct chart sized(const struct node *n)
{
	struct chart c = *n->chart;
	bool beside = n->parent && n->parent->kind == NODE_COLUMNS && n->parent->child != n->parent->last;
	c.row = beside ? shared_row(n) : 0;
	if (!beside || c.width > 0)
		return c;
	if (c.equal_axes) {
		c.width = BESIDE;
		c.height = c.height > 0 ? c.height : 266;
	} else {
		c.width = BESIDE;
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
