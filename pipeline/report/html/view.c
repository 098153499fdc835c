/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The document tree as the JSON that the templates see. Every key of a node is always there,
 * null when it does not apply: a template that asks for it must not find the one of a node
 * further out.
 */
#include "report/html_int.h"
#include "report/report_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct maker {
	const struct render_input *in;
	json_t *titles; /* id -> title of a section */
	json_t *levels; /* id -> worst level of the findings that point there */
};

static void set(json_t *o, const char *key, json_t *v)
{
	json_object_set_new_nocheck(o, key, v);
}

static void set_text(json_t *o, const char *key, const char *s)
{
	set(o, key, html_text(s));
}

/* The type of a column, as a class and in words. */
static void set_badge(json_t *o, const struct maker *m, const struct node *n)
{
	set_text(o, "badge", n->code ? n->code : n->badge);
	set_text(o, "badge_name", n->badge ? words_say(m->in->doc->words, n->badge) : NULL);
}

/* ---- nodes ---- */

static json_t *figures(const struct node *n)
{
	json_t *a = json_array();
	for (size_t i = 0; i < n->ncells; i++) {
		json_t *o = html_cell(&n->cells[i], NULL);
		set_text(o, "label", n->labels[i]);
		json_array_append_new(a, o);
	}
	return a;
}

/* The first cell heads its row when it names something, and carries the link. */
static bool is_head(const struct cell *c)
{
	return !cell_is_number(c) && c->cls != CELL_EMPTY && c->text && *c->text;
}

enum { SPARK_BARS = 20, SPARK_STEP = 4, SPARK_HEIGHT = 20 };

/* The outline of a small histogram, SPARK_BARS * SPARK_STEP wide: neighbours are put together when
 * there are too many; what is there at all can be seen. */
static json_t *spark(const struct spark *s)
{
	double y[SPARK_BARS] = {0}, most = 0;
	size_t n = s->n < SPARK_BARS ? s->n : SPARK_BARS;
	for (size_t i = 0; i < s->n; i++) {
		size_t k = i * n / s->n;
		y[k] += s->y[i] > 0 ? s->y[i] : 0;
		most = y[k] > most ? y[k] : most;
	}
	json_t *o = json_object();
	struct buf path = {0};
	int at = SPARK_HEIGHT, width = n ? SPARK_BARS * SPARK_STEP / (int)n : 0;
	width = width < 3 * SPARK_STEP ? width : 3 * SPARK_STEP;
	buf_printf(&path, "M0 %d", at);
	for (size_t i = 0; i < n && most > 0; i++) {
		int high = (int)(SPARK_HEIGHT * y[i] / most + 0.5);
		int top = SPARK_HEIGHT - (y[i] > 0 && high == 0 ? 1 : high);
		if (top != at)
			buf_printf(&path, "V%d", top);
		buf_printf(&path, "h%d", width);
		at = top;
	}
	buf_printf(&path, "V%dz", SPARK_HEIGHT);
	set_text(o, "path", most > 0 ? buf_str(&path) : NULL);
	buf_free(&path);
	return o;
}

static json_t *row(const struct node *n, size_t r)
{
	const struct cell *c = n->cells + r * n->ncols;
	const char *link = n->links ? n->links[r] : NULL;
	bool headed = n->ncols > 0 && (link || is_head(&c[0]));
	json_t *o = json_object(), *cells = json_array();
	for (size_t i = headed; i < n->ncols; i++)
		json_array_append_new(cells, html_cell(&c[i], &n->columns[i]));
	set(o, "head", headed ? html_cell(&c[0], &n->columns[0]) : json_null());
	set_text(o, "link", link);
	set(o, "cells", cells);
	set(o, "spark", n->sparks ? spark(&n->sparks[r]) : json_null());
	return o;
}

enum { SENTENCE = 72 };

static bool has_sentence(const struct node *n)
{
	for (size_t i = 0; i < n->ncells; i++)
		if (!cell_is_number(&n->cells[i]) && n->cells[i].text && strlen(n->cells[i].text) > SENTENCE)
			return true;
	return false;
}

static void set_table(json_t *o, const struct node *n)
{
	json_t *columns = json_array(), *rows = json_array();
	for (size_t i = 0; i < n->ncols; i++) {
		json_t *c = json_object();
		set_text(c, "title", n->columns[i].title);
		set(c, "pieces", html_pieces(json_string_value(json_object_get(c, "title"))));
		set(c, "right", json_boolean(n->columns[i].align == ALIGN_RIGHT));
		set(c, "spark", json_boolean(n->sparks && i == 1));    /* behind the names */
		json_array_append_new(columns, c);
	}
	for (size_t r = 0; r < n->nrows; r++)
		json_array_append_new(rows, row(n, r));
	set(o, "columns", columns);
	set(o, "rows", rows);
	set(o, "sortable", json_boolean(n->sortable));
	set(o, "narrow", json_boolean(json_array_size(columns) <= 3));
	set(o, "prose", json_boolean(has_sentence(n)));
}

static void set_chart(json_t *o, const struct maker *m, const struct node *n)
{
	const struct drawing *d = drawing_of(m->in->drawings, n);
	struct buf svg = {0};
	if (d)
		svg_write(&svg, d, n->chart, m->in->theme, false);
	set_text(o, "svg", d ? buf_str(&svg) : NULL);
	const struct drawing *narrow = drawing_narrow(m->in->drawings, n);
	buf_clear(&svg);
	if (narrow)
		svg_write(&svg, narrow, n->chart, m->in->theme, false);
	set_text(o, "small", narrow ? buf_str(&svg) : NULL);
	set(o, "size", json_integer(d ? (json_int_t)(d->width / HTML_SIZE_STEP + 0.5) : 0));
	buf_free(&svg);
	json_t *data = html_chart_data(n->chart);
	set(o, "data", data ? data : json_null());
}

static bool is_inside(const struct node *n, const char *id)
{
	for (; n; n = n->parent) {
		if (n->id && strcmp(n->id, id) == 0)
			return true;
	}
	return false;
}

static void set_finding(json_t *o, const struct maker *m, const struct node *n)
{
	set_text(o, "level", finding_level_name(n->level));
	set_text(o, "level_name", words_say(m->in->doc->words, finding_level_name(n->level)));
	set_text(o, "code", n->code);
	set(o, "runs", html_runs(n));
	set_text(o, "advice", n->text);
	bool elsewhere = n->link && !is_inside(n, n->link);
	set_text(o, "link", elsewhere ? n->link : NULL);
	const char *title =
		elsewhere ? json_string_value(json_object_get(m->titles, n->link)) : NULL;
	set_text(o, "where", title);
}

static json_t *children(const struct maker *m, const struct node *parent);

static json_t *node(const struct maker *m, const struct node *n)
{
	json_t *o = json_object();
	set_text(o, "kind", node_kind_name(n->kind));
	set_text(o, "id", n->id);
	set_text(o, "title", n->title);
	if (n->title)
		set(o, "pieces", html_pieces(json_string_value(json_object_get(o, "title"))));
	switch (n->kind) {
	case NODE_SECTION: {
		int depth = node_depth(n);
		set(o, "depth", json_integer(depth));
		set(o, "heading", json_integer(depth < 5 ? depth + 1 : 6));
		set_badge(o, m, n);
		set(o, "children", children(m, n));
		break;
	}
	case NODE_TEXT:
	case NODE_NOTE:
		set(o, "runs", html_runs(n));
		break;
	case NODE_FIGURES:
		set(o, "figures", figures(n));
		break;
	case NODE_TABLE:
		set_table(o, n);
		break;
	case NODE_CHART:
		set_chart(o, m, n);
		break;
	case NODE_FINDING:
		set_finding(o, m, n);
		break;
	case NODE_LIST:
		set(o, "ordered", json_boolean(n->ordered));
		set(o, "start", json_integer(n->start));
		set(o, "children", children(m, n));
		break;
	case NODE_DETAILS:
		set(o, "open", json_boolean(n->open));
		set(o, "children", children(m, n));
		break;
	case NODE_COLUMNS:
	case NODE_ITEM:
		set(o, "children", children(m, n));
		break;
	}
	return o;
}

/* Findings that follow each other become one list. */
static json_t *children(const struct maker *m, const struct node *parent)
{
	json_t *a = json_array();
	for (const struct node *n = parent->child; n; n = n->next) {
		if (n->kind != NODE_FINDING) {
			json_array_append_new(a, node(m, n));
			continue;
		}
		json_t *list = json_object(), *items = json_array();
		json_array_append_new(items, node(m, n));
		while (n->next && n->next->kind == NODE_FINDING) {
			n = n->next;
			json_array_append_new(items, node(m, n));
		}
		set_text(list, "kind", "findings");
		set_text(list, "id", NULL);
		set_text(list, "title", NULL);
		set(list, "findings", items);
		json_array_append_new(a, list);
	}
	return a;
}

/* ---- words ---- */

/* The fixed words of the page in the language of the report. */
static json_t *words(const struct doc *d)
{
	static const struct {
		const char *key, *english;
	} list[] = {
#define X(key, english) {#key, english},
#include "report/page_words.def"
#undef X
	};
	json_t *o = json_object();
	for (size_t i = 0; i < COUNTOF(list); i++)
		set_text(o, list[i].key, words_say(d->words, list[i].english));
	set(o, "decimal_mark", json_sprintf("%c", words_point(d->words)));
	return o;
}

/* ---- navigation ---- */

static void index_sections(struct maker *m)
{
	for (const struct node *n = m->in->doc->root; n; n = doc_walk(n)) {
		if (n->id && n->title && n->kind == NODE_SECTION)
			set_text(m->titles, n->id, n->title);
		if (n->kind == NODE_FINDING && n->link) {
			json_int_t worst =
				json_integer_value(json_object_get(m->levels, n->link));
			if ((json_int_t)n->level > worst)
				set(m->levels, n->link, json_integer((json_int_t)n->level));
		}
	}
}

/* A long name is cut before its end, which often is what tells it from others: where that end begins, or the
 * end of the name. Only of printable ASCII, whose letters stand by themselves. */
static const char *tail_of(const char *name)
{
	enum { FITS = 24, TAIL = 9 };
	size_t n = strlen(name);
	for (size_t i = 0; i < n; i++)
		if (name[i] < 0x20 || name[i] > 0x7e)
			return name + n;
	return name + (n > FITS ? n - TAIL : n);
}

/* Sections down to `depth` levels; each says whether findings of level warning or worse are
 * about it. */
static json_t *contents(const struct maker *m, const struct node *parent, int depth)
{
	json_t *a = json_array();
	for (const struct node *n = parent->child; depth > 0 && n; n = n->next) {
		if (n->kind != NODE_SECTION || !n->id || !n->title)
			continue;
		json_t *o = json_object(), *items = contents(m, n, depth - 1);
		json_int_t level = json_integer_value(json_object_get(m->levels, n->id));
		set_text(o, "id", n->id);
		set_text(o, "title", n->title);
		set_badge(o, m, n);
		const char *tail = n->badge ? tail_of(n->title) : n->title + strlen(n->title);
		set(o, "head", *tail ? json_stringn(n->title, (size_t)(tail - n->title)) : html_text(n->title));
		set_text(o, "tail", *tail ? tail : NULL);
		const char *name = level >= FINDING_WARNING
			? finding_level_name((enum finding_level)level) : NULL;
		set_text(o, "level", name);
		set_text(o, "level_name", name ? words_say(m->in->doc->words, name) : NULL);
		set(o, "some", json_boolean(json_array_size(items) > 0));
		set(o, "items", items);
		json_array_append_new(a, o);
	}
	return a;
}

json_t *html_view(const struct render_input *in)
{
	const struct doc *d = in->doc;
	struct maker m = {.in = in, .titles = json_object(), .levels = json_object()};
	index_sections(&m);
	json_t *v = json_object();
	set_text(v, "title", d->title);
	set_text(v, "subtitle", d->subtitle);
	set_text(v, "author", d->author);
	set_text(v, "organisation", d->organisation);
	set_text(v, "date", d->date);
	set_text(v, "language", d->language ? d->language : "en");
	set_text(v, "job", d->job);
	set_text(v, "input", d->input_name);
	set_text(v, "version", d->version);
	set_text(v, "edition", d->edition);
	const char *mode = in->theme->mode;
	set_text(v, "theme",
		mode && (strcmp(mode, "light") == 0 || strcmp(mode, "dark") == 0) ? mode
										  : NULL);
	set(v, "words", words(d));
	set(v, "contents", contents(&m, d->root, 2));
	set(v, "children", children(&m, d->root));
	json_decref(m.titles);
	json_decref(m.levels);
	return v;
}
