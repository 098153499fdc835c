/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a reader of the page gets: its text, and the ids, links, charts and loads in it. It knows no
 * template: pictures, navigation and code are told by their tags.
 */
#include "report/check_scan.h"
#include "report/check_markup.h"
#include "report/report_int.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- what is found --------------------------------------------------------------------------- */

static void note(struct scan *s, struct scan_list *l, const char *name)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 64;
		l->v = mem_realloc(l->v, l->cap, sizeof *l->v);
	}
	l->v[l->n++] = (struct scan_item){ name, s->text.n, s->at };
}

/* What is in the page itself: anything else would have to be fetched. */
static bool is_inside(const char *url)
{
	url += strspn(url, " \t\n\r");
	return *url == '\0' || *url == '#' || strncasecmp(url, "data:", 5) == 0;
}

/* A style may load too. */
static void note_style(struct scan *s, const char *p, size_t n)
{
	for (size_t i = 0; i + 4 < n; i++) {
		if (p[i] != '@' && (p[i] | 0x20) != 'u')
			continue;
		bool url = strncasecmp(p + i, "url(", 4) == 0;
		bool import = n - i > 7 && strncasecmp(p + i, "@import", 7) == 0;
		if (!url && !import)
			continue;
		char head[16] = "";
		size_t k = 0;
		for (const char *at = p + i + (url ? 4 : 7); at < p + n && k < sizeof head - 1; at++)
			if (*at != '"' && *at != '\'' && *at != ' ')
				head[k++] = *at;
		if (import || !is_inside(head))
			note(s, &s->loads, arena_printf(s->arena, "style: %s", head));
	}
}

/* The class of a number among those of an element, or NULL. */
static const char *number_class(const char *classes)
{
	while (*classes) {
		size_t n = strcspn(classes, " ");
		for (enum cell_class c = CELL_EMPTY; c <= CELL_OWN; c++) {
			const char *name = cell_class_name(c);
			struct cell cell = { .cls = c };
			if (cell_is_number(&cell) && strlen(name) == n && memcmp(name, classes, n) == 0)
				return name;
		}
		classes += n + strspn(classes + n, " ");
	}
	return NULL;
}

static void note_attribute(struct scan *s, const char *tag, const char *name, const char *value)
{
	static const char *const loading[] = { "src", "srcset", "poster", "data", "action",
		"formaction", "background", "manifest", "xlink:href" };
	bool href = strcmp(name, "href") == 0, anchor = strcmp(tag, "a") == 0;
	if (strcmp(name, "id") == 0)
		note(s, &s->ids, arena_strdup(s->arena, value));
	if (href && anchor && value[0] == '#')
		note(s, &s->links, arena_strdup(s->arena, value + 1));
	if (strcmp(name, "style") == 0)
		note_style(s, value, strlen(value));
	if (strcmp(name, "class") == 0 && s->unread == 0 && number_class(value))
		note(s, &s->cells, number_class(value));
	bool loads = href && !anchor;
	for (size_t i = 0; i < COUNTOF(loading); i++)
		loads = loads || strcmp(name, loading[i]) == 0;
	bool runs = strncmp(name, "on", 2) == 0 || (href && strncasecmp(value, "javascript:", 11) == 0);
	if (runs || (loads && !is_inside(value)))
		note(s, runs ? &s->code : &s->loads,
			arena_printf(s->arena, "<%s %s=\"%.120s\">", tag, name, value));
}

/* ---- pictures -------------------------------------------------------------------------------- */

static void open_picture(struct scan *s, const struct tag *t)
{
	if (s->npictures == s->picture_cap) {
		s->picture_cap = s->picture_cap ? 2 * s->picture_cap : 64;
		s->pictures = mem_realloc(s->pictures, s->picture_cap, sizeof *s->pictures);
	}
	const char *alt = tag_value(t, "aria-label", NULL);
	s->pictures[s->npictures++] = (struct picture){ .byte = t->at, .alt = alt ? arena_strdup(s->arena, alt) : NULL,
		.width = tag_number(t, "width", 0), .height = tag_number(t, "height", 0), .label = s->nlabels,
		.chart = s->figures > 0, .hidden = strcmp(tag_value(t, "aria-hidden", ""), "true") == 0 };
	s->size = tag_number(t, "font-size", 10);
	s->just = 0;
}

static double justified(const struct tag *t)
{
	const char *anchor = tag_value(t, "text-anchor", "start");
	return strcmp(anchor, "end") == 0 ? 1 : strcmp(anchor, "middle") == 0 ? 0.5 : 0;
}

/* The number at *p, and on past it. */
static double next_number(const char **p)
{
	*p += strspn(*p, " ,");
	size_t n = strcspn(*p, " ,)");
	double v = 0;
	num_parse_double(*p, n, &v);
	*p += n;
	return v;
}

/* "translate(12.5 40)rotate(-90)" */
static void read_transform(const char *s, struct label *l)
{
	const char *move = strstr(s, "translate("), *turn = strstr(s, "rotate(");
	if (move) {
		move += strlen("translate(");
		l->x += next_number(&move);
		l->y += next_number(&move);
	}
	if (turn) {
		turn += strlen("rotate(");
		l->angle = next_number(&turn);
	}
}

static void open_label(struct scan *s, const struct tag *t)
{
	if (s->nlabels == s->label_cap) {
		s->label_cap = s->label_cap ? 2 * s->label_cap : 256;
		s->labels = mem_realloc(s->labels, s->label_cap, sizeof *s->labels);
	}
	struct label *l = &s->labels[s->nlabels++];
	*l = (struct label){ "", tag_number(t, "x", 0), tag_number(t, "y", 0), tag_number(t, "font-size", s->size),
		tag_value(t, "text-anchor", NULL) ? justified(t) : s->just, 0 };
	read_transform(tag_value(t, "transform", ""), l);
	s->pictures[s->npictures - 1].nlabels++;
	s->wanted = LABEL_TEXT;
}

/* Shapes in a colour beyond those of text, axes, grid and ground: "k5", "f12". What data in grey shows
 * has a title to point at. */
static bool shows_data(const struct tag *t)
{
	const char *look = tag_value(t, "class", "");
	return ((look[0] == 'k' || look[0] == 'f') && atoi(look + 1) > INK_SURFACE) ||
		strcmp(tag_value(t, "stroke-linecap", ""), "round") == 0;   /* points, of whatever colour */
}

static void open_in_picture(struct scan *s, const struct tag *t)
{
	struct picture *p = &s->pictures[s->npictures - 1];
	if (strcmp(t->name, "g") == 0) {
		s->size = tag_number(t, "font-size", 10);
		s->just = justified(t);
	}
	p->marks += shows_data(t);
	if (strcmp(t->name, "text") == 0)
		open_label(s, t);
	else if (strcmp(t->name, "title") == 0 && !p->title)
		s->wanted = TITLE_TEXT;
	else if (strcmp(t->name, "title") == 0)
		p->marks++;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool is_unread(const char *tag)
{
	static const char *const unread[] = { "head", "svg", "figure", "nav" };
	for (size_t i = 0; i < COUNTOF(unread); i++)
		if (strcmp(tag, unread[i]) == 0)
			return true;
	return false;
}

static void on_open(void *ctx, const struct tag *t)
{
	struct scan *s = ctx;
	s->at = t->at;
	if (strcmp(t->name, "wbr") == 0)  /* within a word */
		return;
	buf_putc(&s->text, '\n');         /* what stands in two elements is never one number */
	if (s->figures)
		buf_putc(&s->pictured, '\n');
	s->figures += strcmp(t->name, "figure") == 0;
	if (strcmp(t->name, "svg") == 0 && !t->empty) {
		open_picture(s, t);
		s->svg++;
	} else if (s->svg) {
		open_in_picture(s, t);
	}
	for (size_t i = 0; i < t->n; i++)
		note_attribute(s, t->name, t->attributes[i].name, t->attributes[i].value);
	if (strcmp(t->name, "img") == 0 && !tag_value(t, "alt", NULL))
		note(s, &s->mute, "img");
	if (strcmp(t->name, "table") == 0 && s->figures)
		note(s, &s->tables, "table");
	s->raw_style = strcmp(t->name, "style") == 0;
	s->unread += is_unread(t->name) && !t->empty;
}

static void on_close(void *ctx, const char *tag)
{
	struct scan *s = ctx;
	buf_putc(&s->text, '\n');
	s->unread -= is_unread(tag) && s->unread > 0;
	s->figures -= strcmp(tag, "figure") == 0 && s->figures > 0;
	s->svg -= strcmp(tag, "svg") == 0 && s->svg > 0;
	s->ended = s->ended || strcmp(tag, "html") == 0;
	s->wanted = NO_TEXT;
}

static void on_text(void *ctx, const char *p, size_t n, bool raw)
{
	struct scan *s = ctx;
	if (raw) {
		if (s->raw_style)
			note_style(s, p, n);
		return;
	}
	if (s->svg && s->wanted == LABEL_TEXT)
		s->labels[s->nlabels - 1].text = arena_strndup(s->arena, p, n);
	if (s->svg && s->wanted == TITLE_TEXT)
		s->pictures[s->npictures - 1].title = arena_strndup(s->arena, p, n);
	if (s->unread == 0)
		buf_put(&s->text, p, n);
	if (s->figures)
		buf_put(&s->pictured, p, n);
}

bool scan_html(struct scan *s, struct arena *a, const char *html, size_t n)
{
	*s = (struct scan){ .arena = a };
	struct markup_reader r = { on_open, on_close, on_text, s };
	return markup_read(&r, html, n) && s->unread == 0 && s->ended;
}

void scan_free(struct scan *s)
{
	struct scan_list *lists[] = { &s->ids, &s->links, &s->loads, &s->code, &s->cells, &s->tables, &s->mute };
	for (size_t i = 0; i < COUNTOF(lists); i++)
		free(lists[i]->v);
	free(s->pictures);
	free(s->labels);
	buf_free(&s->text);
	buf_free(&s->pictured);
}
