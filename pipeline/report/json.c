/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The document as JSON: result.json (dossier/result/1). Every number of the report with its
 * class, its printed text and its address; what the checks compare the other formats with.
 */
#include "report/report_int.h"

#include <math.h>

/* Prose is a plain string, everything else an object. */
static void write_cell(struct jw *w, struct buf *text, const struct cell *c)
{
	static const struct { enum cell_look look; const char *name; } looks[] = {
		{ LOOK_STRONG, "strong" }, { LOOK_EMPHASIS, "emphasis" }, { LOOK_CODE, "code" } };
	if (c->cls == CELL_TEXT && !c->ref) {
		buf_clear(text);
		cell_print(text, c);
		jw_str(w, buf_str(text));
		return;
	}
	jw_obj(w);
	jw_kstr(w, "class", cell_class_name(c->cls));
	if (cell_is_number(c))
		jw_knum(w, "value", c->num);
	if (c->places)
		jw_kint(w, "decimals", c->places - 1);
	buf_clear(text);
	cell_print(text, c);
	jw_kstr(w, "text", buf_str(text));
	if (c->ref)
		jw_kstr(w, "ref", c->ref);
	for (size_t i = 0; i < COUNTOF(looks); i++)
		if (c->look & looks[i].look)
			jw_kbool(w, looks[i].name, true);
	if (c->url)
		jw_kstr(w, "url", c->url);
	jw_obj_end(w);
}

static void write_cells(struct jw *w, struct buf *text, const struct cell *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		write_cell(w, text, &cells[i]);
}

static void write_table(struct jw *w, struct buf *text, const struct node *n)
{
	jw_karr_inline(w, "columns");
	for (size_t i = 0; i < n->ncols; i++)
		jw_str(w, n->columns[i].title);
	jw_arr_end(w);
	jw_karr(w, "rows");
	for (size_t r = 0; r < n->nrows; r++) {
		jw_arr_inline(w);
		write_cells(w, text, n->cells + r * n->ncols, n->ncols);
		jw_arr_end(w);
	}
	jw_arr_end(w);
	bool linked = false;
	for (size_t r = 0; r < n->nrows; r++)
		linked = linked || n->links[r];
	if (!linked)
		return;
	jw_karr_inline(w, "links");
	for (size_t r = 0; r < n->nrows; r++)
		jw_str(w, n->links[r]);
	jw_arr_end(w);
}

static const char *chart_kind_name(enum chart_kind k)
{
	static const char *const names[] = { "histogram", "bars", "columns", "box", "xy", "density",
		"heatmap", "missing", "intervals", "swarm", "steps", "stack", "tree", "decisions" };
	_Static_assert(COUNTOF(names) == CHART_DECISIONS + 1, "every kind of chart has a name");
	return names[k];
}

static void write_chart(struct jw *w, const struct chart *c)
{
	jw_kstr(w, "chart", chart_kind_name(c->kind));
	jw_kint(w, "n", (int64_t)c->n);
	if (c->n2)
		jw_kint(w, "n2", (int64_t)c->n2);
	jw_kstr(w, "alt", c->alt);
	if (c->ref)
		jw_kstr(w, "ref", c->ref);
}

/* What stands in the node itself, without its children. */
static void write_body(struct jw *w, struct buf *text, const struct node *n)
{
	switch (n->kind) {
	case NODE_SECTION: case NODE_COLUMNS: case NODE_DETAILS:
		break;
	case NODE_LIST:
		jw_kbool(w, "ordered", n->ordered);
		break;
	case NODE_ITEM:
		jw_kstr(w, "marker", n->text);
		break;
	case NODE_TEXT: case NODE_NOTE:
		jw_karr_inline(w, "cells");
		write_cells(w, text, n->cells, n->ncells);
		jw_arr_end(w);
		break;
	case NODE_FIGURES:
		jw_karr_inline(w, "labels");
		for (size_t i = 0; i < n->ncells; i++)
			jw_str(w, n->labels[i]);
		jw_arr_end(w);
		jw_karr_inline(w, "cells");
		write_cells(w, text, n->cells, n->ncells);
		jw_arr_end(w);
		break;
	case NODE_TABLE:
		write_table(w, text, n);
		break;
	case NODE_CHART:
		write_chart(w, n->chart);
		break;
	case NODE_FINDING:
		jw_kstr(w, "level", finding_level_name(n->level));
		jw_kstr(w, "code", n->code);
		jw_karr_inline(w, "cells");
		write_cells(w, text, n->cells, n->ncells);
		jw_arr_end(w);
		if (n->text)
			jw_kstr(w, "advice", n->text);
		break;
	}
}

/* Depth is bounded by how chapters are built, far below the 64 levels of the writer. */
static void write_node(struct jw *w, struct buf *text, const struct node *n)
{
	jw_obj(w);
	jw_kstr(w, "kind", node_kind_name(n->kind));
	if (n->id)
		jw_kstr(w, "id", n->id);
	if (n->title)
		jw_kstr(w, "title", n->title);
	if (n->badge)
		jw_kstr(w, "badge", n->badge);
	if (n->link)
		jw_kstr(w, "link", n->link);
	write_body(w, text, n);
	if (n->child) {
		jw_karr(w, "children");
		for (const struct node *c = n->child; c; c = c->next)
			write_node(w, text, c);
		jw_arr_end(w);
	}
	jw_obj_end(w);
}

static int render(const struct render_input *in, struct buf *out, struct err *e)
{
	(void)e;
	const struct doc *d = in->doc;
	struct jw w;
	struct buf text = { 0 };
	jw_init(&w, out);
	jw_obj(&w);
	jw_kstr(&w, "schema", "dossier/result/1");
	jw_kstr(&w, "title", d->title);
	jw_kstr(&w, "subtitle", d->subtitle);
	jw_kstr(&w, "author", d->author);
	jw_kstr(&w, "organisation", d->organisation);
	jw_kstr(&w, "date", d->date);
	jw_kstr(&w, "language", d->language);
	jw_kstr(&w, "job", d->job);
	jw_kstr(&w, "input", d->input_name);
	jw_kstr(&w, "version", d->version);
	if (d->edition)
		jw_kstr(&w, "edition", d->edition);
	jw_karr_inline(&w, "off");
	for (size_t i = 0; d->off && d->off[i]; i++)
		jw_str(&w, d->off[i]);
	jw_arr_end(&w);
	jw_key(&w, "document");
	write_node(&w, &text, d->root);
	jw_obj_end(&w);
	buf_free(&text);
	return 0;
}

const struct renderer render_json = { "json", "json", render };
