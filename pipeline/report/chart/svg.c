/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A display list as compact SVG. Neighbours of one look share a path or a group; positions are tenths
 * of a point, relative to the last one and kept as whole numbers, so rounding never adds up.
 */
#include "report/report.h"

#include <math.h>
#include <string.h>

enum { SEPARATE_DOTS = 300 };  /* up to here translucent dots darken where they overlap */

struct svg {
	struct buf *out;
	const struct drawing *d;
	const struct theme *theme;
	bool standalone;
	long x, y;                 /* last position in tenths, y down */
	bool digit;                /* the path ends with a number: a positive one needs a blank */
};

static void escape(struct buf *out, const char *s)
{
	const char *end = s + strlen(s);
	while (s < end) {
		size_t plain = 0;
		while (s[plain] >= ' ' && s[plain] < 0x7F && !strchr("<>&\"", s[plain]))
			plain++;
		buf_put(out, s, plain);
		s += plain;
		if (s == end)
			break;
		uint32_t cp = utf8_next(&s, end);
		if (cp == '<')
			buf_puts(out, "&lt;");
		else if (cp == '>')
			buf_puts(out, "&gt;");
		else if (cp == '&')
			buf_puts(out, "&amp;");
		else if (cp == '"')
			buf_puts(out, "&quot;");
		else if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || (cp & 0xFFFE) == 0xFFFE)
			buf_putc(out, ' ');
		else
			utf8_put(out, cp);
	}
}

/* ---- numbers ----------------------------------------------------------------------------- */

static long tenths(double v)
{
	return lround(v * 10);
}
/* "12.5", ".5", "-3": written from behind, as most of a chart is numbers. */
static void put_tenths(struct buf *out, long v)
{
	char text[24], *end = text + sizeof text, *p = end;
	unsigned long left = v < 0 ? 0 - (unsigned long)v : (unsigned long)v;
	if (left % 10) {
		*--p = (char)('0' + left % 10);
		*--p = '.';
	}
	left /= 10;
	if (left || p == end)
		do
			*--p = (char)('0' + left % 10);
		while (left /= 10);
	if (v < 0)
		*--p = '-';
	buf_put(out, p, (size_t)(end - p));
}
static void command(struct svg *s, char c)
{
	buf_putc(s->out, c);
	s->digit = false;
}
static void put(struct svg *s, long v)
{
	if (s->digit && v >= 0)
		buf_putc(s->out, ' ');
	put_tenths(s->out, v);
	s->digit = true;
}
static void go(struct svg *s, double x, double y)
{
	long nx = tenths(x), ny = tenths(s->d->height - y);
	put(s, nx - s->x);
	put(s, ny - s->y);
	s->x = nx;
	s->y = ny;
}

/* ---- shapes as path data ----------------------------------------------------------------- */

static void path_points(struct svg *s, const struct op *op)
{
	const float *p = s->d->pts + op->off;
	command(s, 'm');
	go(s, p[0], p[1]);
	if (op->n == 2 && p[1] == p[3]) {
		command(s, 'h');
		put(s, tenths(p[2]) - s->x);
		s->x = tenths(p[2]);
		return;
	}
	if (op->n == 2 && p[0] == p[2]) {
		long end = tenths(s->d->height - p[3]);
		command(s, 'v');
		put(s, end - s->y);
		s->y = end;
		return;
	}
	bool moved = false;        /* a command without numbers would be an error */
	for (uint32_t i = 1; i < op->n; i++) {
		if (tenths(p[2 * i]) == s->x && tenths(s->d->height - p[2 * i + 1]) == s->y)
			continue;
		if (!moved)
			command(s, 'l');
		moved = true;
		go(s, p[2 * i], p[2 * i + 1]);
	}
	if (op->kind == OP_FILL)
		command(s, 'z');
}

/* Both edges are rounded, so neighbours neither gape nor overlap; what is there stays visible. */
static void path_rect(struct svg *s, const struct op *op)
{
	long x0 = tenths(op->x), x1 = tenths(op->x + op->rx);
	long y0 = tenths(s->d->height - op->y), y1 = tenths(s->d->height - op->y - op->ry);
	x1 += x1 == x0;
	y1 -= y1 == y0;
	command(s, 'm');
	put(s, x0 - s->x);
	put(s, y0 - s->y);
	command(s, 'v');
	put(s, y1 - y0);
	command(s, 'h');
	put(s, x1 - x0);
	command(s, 'v');
	put(s, y0 - y1);
	command(s, 'z');           /* closed, as some have an outline */
	s->x = x0;
	s->y = y0;
}

static void path_op(struct svg *s, const struct op *op)
{
	if (op->kind == OP_RECT) {
		path_rect(s, op);
	} else if (op->kind == OP_DOT) {
		command(s, 'm');
		go(s, op->x, op->y);
		buf_puts(s->out, "h0");
	} else {
		path_points(s, op);
	}
}

/* A path's first move is absolute, whatever its letter. */
static void path_begin(struct svg *s)
{
	s->x = s->y = 0;
	s->digit = false;
	buf_puts(s->out, "<path d=\"");
}

/* ---- looks ------------------------------------------------------------------------------- */

static void paint(struct svg *s, const struct op *op)
{
	bool stroke = op->kind == OP_LINE || op->kind == OP_DOT;
	const char *what = stroke ? "stroke" : "fill";
	if (s->standalone)
		buf_printf(
			s->out, " %s=\"#%06x\"", what, (unsigned)ink_rgb(s->theme, op->ink, false));
	else
		buf_printf(s->out, " class=\"%c%d\"", stroke ? 'k' : 'f', (int)op->ink);
	if (op->alpha < 0.995) {
		buf_printf(s->out, " %s-opacity=\"", what);
		put_tenths(s->out, tenths(op->alpha));
		buf_putc(s->out, '"');
	}
	if (stroke) {
		buf_puts(s->out, " stroke-width=\"");
		put_tenths(s->out, tenths(op->kind == OP_DOT ? 2 * op->rx : op->width));
		buf_puts(s->out, op->kind == OP_DOT ? "\" stroke-linecap=\"round\"" : "\"");
		if (op->dashed)
			buf_printf(s->out, " stroke-dasharray=\"%d %d\"", DASH_MARK, DASH_GAP);
	}
}

static bool same_look(const struct op *a, const struct op *b)
{
	if (a->kind != b->kind || a->ink != b->ink || a->alpha != b->alpha)
		return false;
	if (a->kind == OP_TEXT)
		return a->size == b->size && a->just == b->just;
	return (a->kind != OP_LINE || (a->width == b->width && a->dashed == b->dashed)) && (a->kind != OP_DOT || a->rx == b->rx);
}

/* Ops [i, j) as paths in a group: one path for each tooltip, or for each op. */
static void put_group(struct svg *s, size_t i, size_t j, bool each)
{
	const struct op *op = s->d->ops;
	buf_puts(s->out, "<g");
	paint(s, &op[i]);
	buf_putc(s->out, '>');
	while (i < j) {
		uint32_t tip = op[i].tip;
		path_begin(s);
		do
			path_op(s, &op[i++]);
		while (i < j && op[i].tip == tip && !each);
		if (tip) {
			buf_puts(s->out, "\"><title>");
			escape(s->out, s->d->strings + tip - 1);
			buf_puts(s->out, "</title></path>");
		} else {
			buf_puts(s->out, "\"/>");
		}
	}
	buf_puts(s->out, "</g>");
}

static void put_path(struct svg *s, size_t i, size_t j)
{
	const struct op *op = s->d->ops;
	path_begin(s);
	for (size_t k = i; k < j; k++)
		path_op(s, &op[k]);
	buf_putc(s->out, '"');
	paint(s, &op[i]);
	buf_puts(s->out, "/>");
}

static void put_text(struct svg *s, const struct op *op)
{
	const double drop = 0.355 * (double)op->size;  /* half the height of a capital */
	long x = tenths(op->x), y = tenths(s->d->height - op->y);
	bool turned = fabsf(op->angle) > 1e-3f;
	buf_puts(s->out, "<text");
	if (turned) {
		buf_puts(s->out, " transform=\"translate(");
		put_tenths(s->out, x);
		buf_putc(s->out, ' ');
		put_tenths(s->out, y);
		buf_printf(s->out, ")rotate(%ld)\"",
			lround(-(double)op->angle * 180 / 3.14159265358979));
	} else {
		buf_puts(s->out, " x=\"");
		put_tenths(s->out, x);
		buf_putc(s->out, '"');
	}
	buf_puts(s->out, " y=\"");
	put_tenths(s->out, turned ? tenths(drop) : tenths(s->d->height - op->y + drop));
	buf_puts(s->out, "\">");
	escape(s->out, s->d->strings + op->off);
	buf_puts(s->out, "</text>");
}

static void put_texts(struct svg *s, size_t i, size_t j)
{
	const struct op *op = s->d->ops;
	buf_puts(s->out, "<g");
	paint(s, &op[i]);
	if (op[i].size != 10) {
		buf_puts(s->out, " font-size=\"");
		put_tenths(s->out, tenths(op[i].size));
		buf_putc(s->out, '"');
	}
	if (op[i].just > 0.25f)
		buf_printf(s->out, " text-anchor=\"%s\"", op[i].just > 0.75f ? "end" : "middle");
	buf_putc(s->out, '>');
	for (; i < j; i++)
		put_text(s, &op[i]);
	buf_puts(s->out, "</g>");
}

void svg_write(struct buf *out, const struct drawing *d, const struct chart *c, const struct theme *t,
	bool standalone)
{
	struct svg s = { .out = out, .d = d, .theme = t, .standalone = standalone };
	buf_puts(out, "<svg");
	if (standalone) {
		buf_puts(out, " xmlns=\"http://www.w3.org/2000/svg\" font-family=\"");
		escape(out, t->font);
		buf_putc(out, '"');
	}
	buf_puts(out, " viewBox=\"0 0 ");
	put_tenths(out, tenths(d->width));
	buf_putc(out, ' ');
	put_tenths(out, tenths(d->height));
	buf_puts(out, "\" width=\"");
	put_tenths(out, tenths(d->width));
	buf_puts(out, "\" height=\"");
	put_tenths(out, tenths(d->height));
	buf_printf(out, "\"%s role=\"img\" aria-label=\"",
		standalone ? " fill=\"none\" font-size=\"10\" stroke-linejoin=\"round\"" : "");
	escape(out, c->alt ? c->alt : c->title ? c->title : "");
	buf_puts(out, "\"><title>");
	escape(out, c->title ? c->title : c->alt ? c->alt : "");
	buf_puts(out, "</title>");
	for (size_t i = 0, j; i < d->nops; i = j) {
		bool tips = false;
		for (j = i; j < d->nops && same_look(&d->ops[i], &d->ops[j]); j++)
			tips = tips || d->ops[j].tip;
		bool dots = d->ops[i].kind == OP_DOT && d->ops[i].alpha < 0.995 &&
			    j - i <= SEPARATE_DOTS;
		if (d->ops[i].kind == OP_TEXT)
			put_texts(&s, i, j);
		else if (tips || (dots && j - i > 1))
			put_group(&s, i, j, dots);
		else
			put_path(&s, i, j);
	}
	buf_puts(out, "</svg>\n");
}
