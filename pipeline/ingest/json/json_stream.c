/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of a document one after the other: what stands between them, and where a line ends. */
#include "ingest/json/json_int.h"

#include <string.h>

void js_stream_open(struct js_stream *s, enum js_place place, int64_t offset)
{
	s->place = place;
	s->state = JS_OUTSIDE;
	s->first = 0;
	s->line = 0;
	s->line_end = NULL;
	s->checked = false;
	s->w.hold = false;
	js_window_seek(&s->w, offset);
}

/* ---- lines --------------------------------------------------------------------------------- */

static char *blanks(char *p)
{
	while (*p == ' ' || *p == '\r' || *p == '\t')
		p++;
	return p;
}

/* The line that starts at p gets a 0 at its end, so that values end there. */
static enum js_status line_start(struct js_stream *s, struct err *e)
{
	struct js_window *w = &s->w;
	for (;;) {
		char *end = memchr(w->p, '\n', (size_t)(w->end - w->p));
		if (!end) {
			enum js_status more = js_more(w, e);
			if (more == JS_OK)
				continue;
			if (more != JS_END || w->p == w->end)
				return more;
			end = w->end;
		}
		*end = 0;
		s->line_end = end;
		s->line++;
		s->checked = false;
		return JS_OK;
	}
}

static enum js_status next_in_lines(struct js_stream *s, struct err *e)
{
	for (;;) {
		if (!s->line_end) {
			enum js_status status = line_start(s, e);
			if (status != JS_OK)
				return status;
		}
		s->w.p = blanks(s->w.p);
		if (s->w.p < s->line_end)
			return JS_OK;
		js_stream_skip_line(s);
	}
}

void js_stream_skip_line(struct js_stream *s)
{
	s->w.p = s->line_end < s->w.end ? s->line_end + 1 : s->w.end;
	s->line_end = NULL;
}

/* ---- documents ----------------------------------------------------------------------------- */

/* Behind an array: nothing, or another one on a line of its own. */
static enum js_status behind_array(struct js_stream *s, struct err *e)
{
	struct js_window *w = &s->w;
	for (;;) {
		w->p = blanks(w->p);
		if (*w->p == '\n') {
			w->p++;
			s->state = JS_OUTSIDE;
			return JS_OK;
		}
		if (w->p < w->end)
			return JS_BAD;
		enum js_status more = js_more(w, e);
		if (more != JS_OK)
			return more;
	}
}

/* Before a value at the top: the first says of what kind all are. */
static enum js_status outside(struct js_stream *s)
{
	char c = *s->w.p;
	if (!s->first)
		s->first = c;
	else if (c != s->first || (c != '{' && c != '['))
		return JS_BAD;
	if (c != '[')
		return JS_OK;
	s->w.p++;
	s->state = JS_FIRST;
	return JS_HOLD;          /* not there yet */
}

static void array_end(struct js_stream *s)
{
	s->w.p++;
	s->state = s->place == JS_ELEMENTS ? JS_DONE : JS_BEHIND_ARRAY;
}

enum js_status js_stream_next(struct js_stream *s, struct err *e)
{
	if (s->place == JS_LINES)
		return next_in_lines(s, e);
	for (;;) {
		if (s->state == JS_DONE)
			return JS_END;
		enum js_status status = s->state == JS_BEHIND_ARRAY ? behind_array(s, e)
									: JS_OK;
		if (status == JS_OK)
			status = js_blanks(&s->w, e);
		if (status != JS_OK)
			return status;
		switch (s->state) {
		case JS_OUTSIDE:
			status = outside(s);
			if (status != JS_HOLD)
				return status;
			break;
		case JS_FIRST:
			if (*s->w.p != ']')
				return JS_OK;
			array_end(s);
			break;
		case JS_NEXT:
			return JS_OK;
		case JS_BEHIND:
			if (*s->w.p == ']') {
				array_end(s);
				break;
			}
			if (*s->w.p != ',')
				return JS_BAD;
			s->w.p++;
			s->state = JS_NEXT;
			break;
		case JS_BEHIND_ARRAY:
		case JS_DONE:
			break;
		}
	}
}

bool js_stream_cut(const struct js_stream *s)
{
	return s->state == JS_FIRST || s->state == JS_NEXT || s->state == JS_BEHIND;
}

enum js_status js_stream_read(struct js_stream *s, struct js_record *r,
	struct js_node *node, char **behind, struct err *e)
{
	struct js_window *w = &s->w;
	for (;;) {
		*behind = w->p;
		js_record_start(r);
		char *end = s->line_end ? s->line_end : w->end;
		enum js_status status = node && s->tuples
			? js_tuple(r, behind, end)
			: js_value(r, behind, end, node, 0);
		if (s->place == JS_LINES)
			return status == JS_END ? JS_BAD : status;
		if (status == JS_BAD || (status == JS_OK && *behind < w->end))
			return status;
		enum js_status more = js_more(w, e);
		if (more == JS_END)
			return status;
		if (more != JS_OK)
			return more;
	}
}

void js_stream_took(struct js_stream *s, char *behind)
{
	s->w.p = behind;
	if (s->state == JS_FIRST || s->state == JS_NEXT)
		s->state = JS_BEHIND;
}
