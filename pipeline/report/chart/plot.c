/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The only file that knows PLplot. A stream of its null device gets our own dispatch table, so that
 * what PLplot clips and fills arrives here and becomes a display list. PLplot keeps global
 * state and is not thread safe: neither is this. Its ways to end the process come back as errors.
 */
#include "report/plot_int.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#include <plplot/plplotP.h>
#pragma GCC diagnostic pop

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Data may lie anywhere; what is this far off the page is as good as at infinity. */
static const double far_away = 50000;

struct plot {
	struct buf ops, pts, strings;      /* struct op, float, char */
	struct arena *scratch;
	enum ink ink;
	double alpha;
	uint32_t tip;                      /* as in struct op */
	bool dashed;
	double unit;                       /* device units a point */
	double x0, y0, x1, y1;             /* where strokes and fills are cut */
	char complaint[160];               /* of PLplot */
	jmp_buf escape;                    /* where its exit handler goes */
};
/* PLplot calls back without a context. */
static struct plot *page;

/* ---- the display list -------------------------------------------------------------------- */

static struct op *op_new(struct plot *p, enum op_kind kind)
{
	struct op op = { .kind = kind, .ink = p->ink, .alpha = (float)p->alpha, .tip = p->tip };
	buf_put(&p->ops, &op, sizeof op);
	return (struct op *)(void *)(p->ops.p + p->ops.n) - 1;
}

static void add_point(struct plot *p, double x, double y)
{
	float v[2] = { (float)x, (float)y };
	buf_put(&p->pts, v, sizeof v);
}

/* A stroke that goes on where the last one ended becomes part of it: PLplot hands a long line over
 * in pieces. */
static struct op *continued(struct plot *p, const short *x, const short *y, double width)
{
	struct op *op = p->ops.n ? (struct op *)(void *)(p->ops.p + p->ops.n) - 1 : NULL;
	if (!op || op->kind != OP_LINE || op->ink != p->ink || op->width != (float)width
	    || op->alpha != (float)p->alpha || op->tip != p->tip || op->dashed != p->dashed)
		return NULL;
	const float *end = (const float *)(const void *)p->pts.p + op->off + 2 * (size_t)(op->n - 1);
	return end[0] == (float)(x[0] / p->unit) && end[1] == (float)(y[0] / p->unit) ? op : NULL;
}

static void device_polyline(PLStream *s, short *x, short *y, PLINT n)
{
	if (n < 2)
		return;
	struct op *op = continued(page, x, y, s->width);
	PLINT first = op ? 1 : 0;
	if (!op) {
		op = op_new(page, OP_LINE);
		op->width = (float)s->width;
		op->dashed = page->dashed;
		op->off = page->pts.n / sizeof(float);
	}
	for (PLINT i = first; i < n; i++)
		add_point(page, x[i] / page->unit, y[i] / page->unit);
	op->n += (uint32_t)(n - first);
}
static void device_line(PLStream *s, short x0, short y0, short x1, short y1)
{
	short x[2] = { x0, x1 }, y[2] = { y0, y1 };
	device_polyline(s, x, y, 2);
}

/* Is the polygon a rectangle along the axes? Clipping may leave a corner twice. */
static bool upright(const short *x, const short *y, PLINT n)
{
	PLINT corner[4] = { 0 }, k = 0;
	for (PLINT i = 0; i < n; i++) {
		PLINT next = (i + 1) % n;
		if (x[i] == x[next] && y[i] == y[next])
			continue;
		if (k == 4)
			return false;
		corner[k++] = i;
	}
	PLINT a = corner[0], b = corner[1], c = corner[2], d = corner[3];
	if (k < 4)
		return false;
	return (x[a] == x[b] && y[b] == y[c] && x[c] == x[d] && y[d] == y[a])
		|| (y[a] == y[b] && x[b] == x[c] && y[c] == y[d] && x[d] == x[a]);
}

static void device_fill(const short *x, const short *y, PLINT n)
{
	if (n < 3)
		return;
	bool rectangle = upright(x, y, n);
	struct op *op = op_new(page, rectangle ? OP_RECT : OP_FILL);
	if (!rectangle) {
		op->off = page->pts.n / sizeof(float);
		op->n = (uint32_t)n;
		for (PLINT i = 0; i < n; i++)
			add_point(page, x[i] / page->unit, y[i] / page->unit);
		return;
	}
	short l = x[0], r = x[0], b = y[0], t = y[0];
	for (PLINT i = 1; i < n; i++) {
		l = x[i] < l ? x[i] : l;
		r = x[i] > r ? x[i] : r;
		b = y[i] < b ? y[i] : b;
		t = y[i] > t ? y[i] : t;
	}
	op->x = (float)(l / page->unit);
	op->y = (float)(b / page->unit);
	op->rx = (float)((r - l) / page->unit);
	op->ry = (float)((t - b) / page->unit);
}
static void device_escape(PLStream *s, PLINT what, void *arg)
{
	(void)arg;
	if (what == PLESC_FILL)
		device_fill(s->dev_x, s->dev_y, s->dev_npts);
}
static void device_ignore(PLStream *s)
{
	(void)s;
}
static void device_state(PLStream *s, PLINT what)
{
	(void)s;
	(void)what;
}
static PLDispatchTable device = {
	.pl_MenuStr = "display list", .pl_DevName = "dossier", .pl_type = plDevType_Null,
	.pl_seq = 999,
	.pl_init = (plD_init_fp)device_ignore, .pl_line = (plD_line_fp)device_line,
	.pl_polyline = (plD_polyline_fp)device_polyline, .pl_eop = (plD_eop_fp)device_ignore,
	.pl_bop = (plD_bop_fp)device_ignore, .pl_tidy = (plD_tidy_fp)device_ignore,
	.pl_state = (plD_state_fp)device_state, .pl_esc = (plD_esc_fp)device_escape
};

/* ---- the pen ----------------------------------------------------------------------------- */

static double tame(double v)
{
	return fmin(far_away, fmax(-far_away, v));
}

void plot_clip(struct plot *p, double x0, double y0, double x1, double y1)
{
	p->x0 = x0, p->y0 = y0, p->x1 = x1, p->y1 = y1;
	PLFLT w0, w1, h0, h1;
	plgspa(&w0, &w1, &h0, &h1);
	const double mm = 25.4 / 72;
	plvpor(x0 * mm / (w1 - w0), x1 * mm / (w1 - w0), y0 * mm / (h1 - h0), y1 * mm / (h1 - h0));
	plwind(x0, x1, y0, y1);
}
void plot_ink(struct plot *p, enum ink k, double alpha)
{
	p->ink = k;
	p->alpha = alpha;
}
void plot_tip(struct plot *p, const char *text)
{
	p->tip = 0;
	if (text) {
		p->tip = (uint32_t)p->strings.n + 1;
		buf_put(&p->strings, text, strlen(text) + 1);
	}
}

void plot_line(struct plot *p, const double *x, const double *y, size_t n, double width, bool dashed)
{
	double *px = arena_calloc(p->scratch, n, sizeof *px);
	double *py = arena_calloc(p->scratch, n, sizeof *py);
	size_t run = 0;
	plwidth(width);
	p->dashed = dashed;        /* by who shows it: dashes of PLplot would be a stroke each */
	for (size_t i = 0; i <= n; i++) {
		if (i < n && isfinite(x[i]) && isfinite(y[i])) {
			px[run] = tame(x[i]);
			py[run++] = tame(y[i]);
			continue;
		}
		if (run > 1)
			plline((PLINT)plot_straighten(px, py, run), px, py);
		run = 0;
	}
}
void plot_segment(struct plot *p, double x0, double y0, double x1, double y1, double width)
{
	double x[2] = { x0, x1 }, y[2] = { y0, y1 };
	plot_line(p, x, y, 2, width, false);
}
void plot_dashes(struct plot *p, double x0, double y0, double x1, double y1, double width)
{
	double x[2] = { x0, x1 }, y[2] = { y0, y1 };
	plot_line(p, x, y, 2, width, true);
}

/* Points beyond the window are moved to its edge (PLplot loses polygons that cover all of it):
 * right for rectangles and bands, and nothing else is filled. */
void plot_fill(struct plot *p, const double *x, const double *y, size_t n)
{
	double *px = arena_calloc(p->scratch, n, sizeof *px);
	double *py = arena_calloc(p->scratch, n, sizeof *py);
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (isfinite(x[i]) && isfinite(y[i])) {
			px[kept] = fmin(p->x1, fmax(p->x0, x[i]));
			py[kept++] = fmin(p->y1, fmax(p->y0, y[i]));
		}
	if (kept > 2)
		plfill((PLINT)kept, px, py);
}
void plot_rect(struct plot *p, double x0, double y0, double x1, double y1)
{
	double x[4] = { x0, x1, x1, x0 }, y[4] = { y0, y0, y1, y1 };
	bool outside = fmax(x0, x1) <= p->x0 || fmin(x0, x1) >= p->x1 || fmax(y0, y1) <= p->y0
		|| fmin(y0, y1) >= p->y1;
	if (!outside)
		plot_fill(p, x, y, 4);
}

void plot_stripe(struct plot *p, double x0, double x1, double y, double thick)
{
	const double thickest = 90;        /* the PDF library has no strokes above 100 points */
	if (thick > thickest)
		plot_rect(p, x0, y - thick / 2, x1, y + thick / 2);
	else
		plot_segment(p, x0, y, x1, y, thick);
}

/* Dots and texts need nothing of PLplot: it would take '#' in a text for a command. */
void plot_dot(struct plot *p, double x, double y, double radius)
{
	if (!isfinite(x) || !isfinite(y))
		return;
	struct op *op = op_new(p, OP_DOT);
	op->x = (float)tame(x);
	op->y = (float)tame(y);
	op->rx = op->ry = (float)radius;
}
void plot_text(struct plot *p, double x, double y, double just, double size, double angle,
	const char *s)
{
	if (!*s)
		return;
	struct op *op = op_new(p, OP_TEXT);
	op->x = (float)x;
	op->y = (float)y;
	op->just = (float)just;
	op->size = (float)size;
	op->angle = (float)angle;
	op->off = p->strings.n;
	buf_put(&p->strings, s, strlen(s) + 1);
}
struct arena *plot_scratch(struct plot *p)
{
	return p->scratch;
}

/* ---- PLplot's life ----------------------------------------------------------------------- */

static int on_exit_wish(const char *msg)
{
	strncpy(page->complaint, msg ? msg : "", sizeof page->complaint - 1);
	longjmp(page->escape, 1);
	return 0;
}
static void on_abort(const char *msg)
{
	if (!page->complaint[0])
		strncpy(page->complaint, msg ? msg : "", sizeof page->complaint - 1);
}

/* PLplot reads PLPLOT_*: no variable may change what a report looks like. */
static void clean_environment(void)
{
	extern char **environ;
	const char prefix[] = "PLPLOT_";
	for (char **v = environ; v && *v; v++) {
		char name[64] = "";
		size_t n = strcspn(*v, "=");
		if (strncmp(*v, prefix, sizeof prefix - 1) || n >= sizeof name)
			continue;
		memcpy(name, *v, n);
		unsetenv(name);
		v = environ - 1;
	}
}

/* When a device does not load, PLplot asks for another one on standard input: it finds it empty. */
static void start_library(void)
{
	clean_environment();
	int saved = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		if (null != STDIN_FILENO)
			close(null);
	}
	plinit();
	if (saved >= 0) {
		dup2(saved, STDIN_FILENO);
		close(saved);
	}
}

/* A stream of w x h points whose strokes come here. The physical space of PLplot is 32,000 wide. */
static void begin(struct plot *p, double w, double h)
{
	plsexit(on_exit_wish);
	plsabort(on_abort);
	plsdev("null");
	plspage(72, 72, (PLINT)w, (PLINT)h, 0, 0);
	start_library();
	PLStream *s;
	plgpls(&s);
	s->dispatch_table = &device;
	s->dev_fill0 = 1;
	s->color = 1;
	p->unit = 32000 / fmax(w, h);
	plP_setpxl(p->unit * 72 / 25.4, p->unit * 72 / 25.4);
	plP_setphy(0, (PLINT)(p->unit * w), 0, (PLINT)(p->unit * h));
	plssub(1, 1);
	pladv(0);
	plot_clip(p, 0, 0, w, h);
	plpsty(0);
}

static void *moved(struct arena *a, struct buf *b)
{
	void *to = arena_alloc(a, b->n + 1);
	if (b->n)
		memcpy(to, b->p, b->n);
	return to;
}

int plot_draw(struct arena *a, const struct chart *c, struct drawing *out, struct err *e)
{
	if (font_load(e))
		return -1;
	struct plot *p = mem_calloc(1, sizeof *p);
	double w, h;
	int status = 0;
	chart_size(c, &w, &h);
	p->scratch = arena_new();
	p->alpha = 1;
	page = p;
	if (setjmp(p->escape)) {
		status = err_set(e, ERR_BUG, "plotting library gave up: %s", p->complaint);
	} else {
		begin(p, w, h);
		chart_draw(p, c, w, h);
		plend1();
		if (p->complaint[0])
			status = err_set(e, ERR_BUG, "plotting library complains: %s", p->complaint);
	}
	page = NULL;
	*out = (struct drawing){
		.width = w, .height = h,
		.ops = moved(a, &p->ops), .nops = p->ops.n / sizeof(struct op),
		.pts = moved(a, &p->pts), .npts = p->pts.n / sizeof(float),
		.strings = moved(a, &p->strings), .nstrings = p->strings.n
	};
	buf_free(&p->ops);
	buf_free(&p->pts);
	buf_free(&p->strings);
	arena_free(p->scratch);
	free(p);
	return status;
}
