/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result.json as one list of what a report has to say, in its order. */
#include "report/check_int.h"

#include <string.h>

void result_walk(const json_t *node, void (*fn)(void *ctx, const json_t *node), void *ctx)
{
	fn(ctx, node);
	const json_t *children = json_object_get(node, "children");
	for (size_t i = 0; i < json_array_size(children); i++)
		result_walk(json_array_get(children, i), fn, ctx);
}

static void list_cells(const json_t *cells, void (*fn)(void *ctx, const json_t *cell), void *ctx)
{
	for (size_t i = 0; i < json_array_size(cells); i++)
		if (json_is_object(json_array_get(cells, i)))
			fn(ctx, json_array_get(cells, i));
}

void result_cells(const json_t *node, void (*fn)(void *ctx, const json_t *cell), void *ctx)
{
	const json_t *rows = json_object_get(node, "rows");
	list_cells(json_object_get(node, "cells"), fn, ctx);
	for (size_t i = 0; i < json_array_size(rows); i++)
		list_cells(json_array_get(rows, i), fn, ctx);
}

/* ---- reading --------------------------------------------------------------------------------- */

struct reader {
	struct said *said;
	const char *section;
	size_t number_cap, section_cap, title_cap, chart_cap;
};

static void *room(void *v, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return v;
	*cap = *cap ? 2 * *cap : 256;
	return mem_realloc(v, *cap, size);
}

static void add_text(struct said *s, const char *text)
{
	if (!text || !*text)
		return;
	buf_puts(&s->text, text);
	buf_putc(&s->text, '\n');
}

/* The runs of a sentence stand side by side, so they are one line. */
static void add_run(void *ctx, const json_t *cell)
{
	struct reader *r = ctx;
	struct said *s = r->said;
	const char *text = json_is_string(cell) ? json_string_value(cell) : json_text(cell, "text", "");
	buf_puts(&s->text, text);
	if (json_text(cell, "url", NULL))      /* printed where it cannot be followed */
		buf_printf(&s->text, " (%s)", json_text(cell, "url", NULL));
	if (!json_object_get(cell, "value"))   /* only numbers have one, be it null */
		return;
	s->numbers = room(s->numbers, s->nnumbers, &r->number_cap, sizeof *s->numbers);
	s->numbers[s->nnumbers++] = (struct printed){ r->section, text, json_text(cell, "class", "") };
}

static void add_list(struct reader *r, const json_t *cells, bool sentence)
{
	for (size_t i = 0; i < json_array_size(cells); i++) {
		add_run(r, json_array_get(cells, i));
		if (!sentence)
			buf_putc(&r->said->text, '\n');
	}
	if (sentence && json_array_size(cells) > 0)
		buf_putc(&r->said->text, '\n');
}

static void add_strings(struct said *s, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		add_text(s, json_string_value(json_array_get(list, i)));
}

static void add_section(struct reader *r, const json_t *node)
{
	struct said *s = r->said;
	const char *id = json_text(node, "id", NULL), *title = json_text(node, "title", NULL);
	if (!id)
		return;
	r->section = id;
	s->sections = room(s->sections, s->nsections, &r->section_cap, sizeof *s->sections);
	s->titles = room(s->titles, s->nsections, &r->title_cap, sizeof *s->titles);
	s->titles[s->nsections] = title ? title : "";
	s->sections[s->nsections++] = id;
}

static void read_node(struct reader *r, const json_t *node)
{
	static const char *const texts[] = { "title", "badge", "level", "advice", "alt", "marker" };
	const char *kind = json_text(node, "kind", ""), *outer = r->section;
	struct said *s = r->said;
	if (strcmp(kind, "section") == 0)
		add_section(r, node);
	if (strcmp(kind, "chart") == 0) {
		s->charts = room(s->charts, s->ncharts, &r->chart_cap, sizeof *s->charts);
		s->charts[s->ncharts++] = node;
	}
	for (size_t i = 0; i < COUNTOF(texts); i++)
		add_text(s, json_text(node, texts[i], NULL));
	add_strings(s, json_object_get(node, "labels"));
	add_strings(s, json_object_get(node, "columns"));
	add_list(r, json_object_get(node, "cells"), strcmp(kind, "figures") != 0);
	const json_t *rows = json_object_get(node, "rows"), *children = json_object_get(node, "children");
	for (size_t i = 0; i < json_array_size(rows); i++)
		add_list(r, json_array_get(rows, i), false);
	for (size_t i = 0; i < json_array_size(children); i++)
		read_node(r, json_array_get(children, i));
	r->section = outer;
}

void said_read(struct said *s, const json_t *result)
{
	static const char *const meta[] = { "title", "subtitle", "author", "organisation", "date", "job", "input",
		"version" };
	struct reader r = { .said = s };
	for (size_t i = 0; i < COUNTOF(meta); i++)
		add_text(s, json_text(result, meta[i], NULL));
	read_node(&r, json_at(result, "document"));
}

void said_free(struct said *s)
{
	free(s->numbers);
	free(s->sections);
	free(s->titles);
	free(s->charts);
	buf_free(&s->text);
}
