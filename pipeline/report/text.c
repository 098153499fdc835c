/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The document as plain text, 80 columns wide: for a terminal, a mail, a diff, and for the
 * tests that read a whole report. Charts are told in their one sentence.
 */
#include "report/report_int.h"

#include <string.h>

enum { WIDTH = 80, GAP = 2, BAR = 8, LEAST = 6 };

struct text {
	struct buf *out;
	struct arena *arena;       /* of this rendering */
	const struct words *words;
	bool blank;                /* the last line put was blank */
};

static void put_blank(struct text *t)
{
	if (!t->blank)
		buf_putc(t->out, '\n');
	t->blank = true;
}

static size_t width_of(const char *s)
{
	return utf8_width(s, strlen(s));
}

static void put_times(struct text *t, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_puts(t->out, s);
}

/* ---- wrapping -------------------------------------------------------------------------------- */

/* The first line of at most `width` columns of s: breaks at the last blank that fits, if possible not one that is
 * tied, inside a word only when that alone is too wide. *next is where the rest begins. */
static struct str first_line(const char *s, size_t width, const char **next)
{
	const char *end = s + strlen(s), *p = s, *blank = NULL, *tied = NULL;
	size_t used = 0;
	while (p < end) {
		const char *at = p;
		uint32_t cp = utf8_next(&p, end);
		size_t w = utf8_width(at, (size_t)(p - at));
		if (cp == ' ')
			*(blank_is_tied(s, at) ? &tied : &blank) = at;
		if (used + w > width && at > s) {
			const char *cut = blank ? blank : tied ? tied : at;
			*next = cut + strspn(cut, " ");
			return (struct str){ s, (size_t)(cut - s) };
		}
		used += w;
	}
	*next = end;
	return (struct str){ s, (size_t)(end - s) };
}

/* A paragraph with its first line after `lead` and the others below it, indented as far. */
static void put_wrapped(struct text *t, const char *lead, const char *s)
{
	size_t indent = width_of(lead);
	buf_puts(t->out, lead);
	do {
		struct str line = first_line(s, WIDTH - indent, &s);
		buf_put(t->out, line.p, line.n);
		buf_putc(t->out, '\n');
		if (*s)
			put_times(t, " ", indent);
	} while (*s);
	t->blank = false;
}

static const char *runs(struct text *t, const struct cell *cells, size_t n)
{
	struct buf b = { 0 };
	for (size_t i = 0; i < n; i++)
		cell_print_run(&b, cells, n, i);
	const char *s = arena_strdup(t->arena, buf_str(&b));
	buf_free(&b);
	return s;
}

/* ---- tables ---------------------------------------------------------------------------------- */

struct grid {
	const struct node *node;
	const char **text;         /* (1 + nrows) x ncols, the heads first */
	size_t *width;
	bool bars;
};

static bool has_bar(const struct grid *g, size_t col)
{
	return g->bars && g->node->columns[col].bar;
}

static size_t total_width(const struct grid *g)
{
	size_t total = GAP * (g->node->ncols - 1);
	for (size_t c = 0; c < g->node->ncols; c++)
		total += g->width[c] + (has_bar(g, c) ? BAR + 1 : 0);
	return total;
}

static size_t longest_word(const char *s)
{
	size_t longest = 0;
	while (*s) {
		size_t n = strcspn(s, " "), w = utf8_width(s, n);
		longest = w > longest ? w : longest;
		s += n + strspn(s + n, " ");
	}
	return longest;
}

/* Takes from the widest column above its least width until the row fits. */
static void shrink(struct grid *g, const size_t *least)
{
	for (size_t total = total_width(g); total > WIDTH; total--) {
		size_t widest = g->node->ncols;
		for (size_t c = 0; c < g->node->ncols; c++)
			if (g->width[c] > least[c] &&
				(widest == g->node->ncols || g->width[c] > g->width[widest]))
				widest = c;
		if (widest == g->node->ncols)
			return;
		g->width[widest]--;
	}
}

/* Bars go first, then prose is wrapped between words, then words are broken, and numbers only if all else is
 * not enough. */
static void fit(struct text *t, struct grid *g)
{
	const struct node *n = g->node;
	g->bars = true;
	g->bars = total_width(g) <= WIDTH;
	size_t *least = arena_calloc(t->arena, n->ncols, sizeof *least);
	for (size_t i = 0; i < (n->nrows + 1) * n->ncols; i++) {
		size_t w = longest_word(g->text[i]);
		least[i % n->ncols] = w > least[i % n->ncols] ? w : least[i % n->ncols];
	}
	shrink(g, least);
	for (int numbers = 0; numbers < 2; numbers++) {
		for (size_t c = 0; c < n->ncols; c++)
			if (numbers || n->columns[c].align == ALIGN_LEFT)
				least[c] = least[c] < LEAST ? least[c] : LEAST;
		shrink(g, least);
	}
}

/* As many blanks behind a number as bring its point below the others. */
static const char *cell_in_line(struct text *t, const struct cell *c)
{
	int hang = c->digits_short + c->point_short;
	return arena_printf(t->arena, "%s%*s", cell_string(t->arena, c), hang, "");
}

static void measure(struct text *t, struct grid *g)
{
	const struct node *n = g->node;
	g->text = arena_calloc(t->arena, (n->nrows + 1) * n->ncols, sizeof *g->text);
	g->width = arena_calloc(t->arena, n->ncols, sizeof *g->width);
	for (size_t i = 0; i < (n->nrows + 1) * n->ncols; i++) {
		const char *s = i < n->ncols ? n->columns[i].title : cell_in_line(t, &n->cells[i - n->ncols]);
		size_t w = width_of(s), c = i % n->ncols;
		g->text[i] = s;
		g->width[c] = w > g->width[c] ? w : g->width[c];
	}
	fit(t, g);
}

/* Eighths of a block, so that a bar has 64 steps. */
static void put_bar(struct text *t, double share)
{
	static const char *const eighths[] = { "", "\xE2\x96\x8F", "\xE2\x96\x8E", "\xE2\x96\x8D",
		"\xE2\x96\x8C", "\xE2\x96\x8B", "\xE2\x96\x8A", "\xE2\x96\x89", "\xE2\x96\x88" };
	double clamped = share > 1 ? 1 : share > 0 ? share : 0;
	size_t steps = (size_t)(clamped * BAR * 8 + 0.5);
	put_times(t, eighths[8], steps / 8);
	buf_puts(t->out, eighths[steps % 8]);
	put_times(t, " ", BAR - steps / 8 - (steps % 8 != 0));
}

static void trim_line(struct text *t)
{
	while (t->out->n > 0 && t->out->p[t->out->n - 1] == ' ')
		t->out->p[--t->out->n] = '\0';
	buf_putc(t->out, '\n');
}

/* One row over as many lines as its longest cell takes. */
static void put_row(struct text *t, const struct grid *g, size_t row)
{
	const struct node *n = g->node;
	const char **rest = arena_calloc(t->arena, n->ncols, sizeof *rest);
	memcpy(rest, g->text + row * n->ncols, n->ncols * sizeof *rest);
	bool more = true;
	for (size_t line = 0; more; line++) {
		more = false;
		for (size_t c = 0; c < n->ncols; c++) {
			struct str s = first_line(rest[c], g->width[c], &rest[c]);
			size_t pad = g->width[c] -
				(utf8_width(s.p, s.n) < g->width[c] ? utf8_width(s.p, s.n)
					: g->width[c]);
			bool right = n->columns[c].align == ALIGN_RIGHT;
			put_times(t, " ", (c ? GAP : 0) + (right ? pad : 0));
			buf_put(t->out, s.p, s.n);
			put_times(t, " ", right ? 0 : pad);
			if (has_bar(g, c)) {
				buf_putc(t->out, ' ');
				bool drawn = row > 0 && line == 0;
				put_bar(t, drawn ? n->cells[(row - 1) * n->ncols + c].num : 0);
			}
			more = more || *rest[c];
		}
		trim_line(t);
	}
}

static void put_table(struct text *t, const struct node *n);

/* How many columns, from the first on, stand side by side without a broken number or word, but for very long ones. */
static size_t side_by_side(struct text *t, const struct node *n)
{
	enum { VERY_LONG = 24 };
	size_t total = 0;
	for (size_t c = 0; c < n->ncols; c++) {
		size_t least = longest_word(n->columns[c].title);
		for (size_t r = 0; r < n->nrows; r++) {
			const struct cell *cell = &n->cells[r * n->ncols + c];
			size_t w = longest_word(cell_string(t->arena, cell)) + cell->digits_short + cell->point_short;
			least = w > least ? w : least;
		}
		if (n->columns[c].align == ALIGN_LEFT && least > VERY_LONG)
			least = VERY_LONG;
		total += least + (c ? GAP : 0);
		if (total > WIDTH)
			return c;
	}
	return n->ncols;
}

/* The first column again and those from `from` on, `count` in all. */
static struct node *part_of(struct text *t, const struct node *n, size_t from, size_t count)
{
	struct node *part = arena_alloc(t->arena, sizeof *part);
	struct table_column *columns = arena_calloc(t->arena, count, sizeof *columns);
	struct cell *cells = arena_calloc(t->arena, n->nrows * count + 1, sizeof *cells);
	*part = *n;
	for (size_t c = 0; c < count; c++) {
		size_t at = c ? from + c - 1 : 0;
		columns[c] = n->columns[at];
		for (size_t r = 0; r < n->nrows; r++)
			cells[r * count + c] = n->cells[r * n->ncols + at];
	}
	part->ncols = count;
	part->columns = columns;
	part->cells = cells;
	return part;
}

/* A table too wide for whole words: one below the other. */
static bool put_parts(struct text *t, const struct node *n)
{
	enum { WORTH = 4 };   /* columns: with fewer, words are broken */
	size_t fit = side_by_side(t, n);
	if (fit == n->ncols || fit < WORTH)
		return false;
	put_table(t, part_of(t, n, 1, fit));
	struct node *rest = part_of(t, n, fit, n->ncols - fit + 1);
	rest->title = NULL;
	put_table(t, rest);
	return true;
}

static void put_table(struct text *t, const struct node *n)
{
	if (put_parts(t, n))
		return;
	struct grid g = { .node = n };
	measure(t, &g);
	put_blank(t);
	if (n->title)
		put_wrapped(t, "", arena_printf(t->arena, "%s:", n->title));
	put_row(t, &g, 0);
	for (size_t c = 0; c < n->ncols; c++) {
		put_times(t, " ", c ? GAP : 0);
		put_times(t, "\xE2\x94\x80", g.width[c] + (has_bar(&g, c) ? BAR + 1 : 0));
	}
	buf_putc(t->out, '\n');
	for (size_t r = 0; r < n->nrows; r++)
		put_row(t, &g, r + 1);
	t->blank = false;
	put_blank(t);
}

/* ---- the other nodes ------------------------------------------------------------------------- */

static void put_heading(struct text *t, const struct node *n)
{
	if (!n->title)
		return;
	int depth = node_depth(n);
	const char *title = n->badge ? arena_printf(t->arena, "%s (%s)", n->title, n->badge)
		: n->title;
	size_t width = width_of(title) < WIDTH ? width_of(title) : WIDTH;
	put_blank(t);
	if (depth == 1)
		buf_putc(t->out, '\n');
	put_wrapped(t, "", title);
	put_times(t, depth == 1 ? "=" : depth == 2 ? "-" : ".", width);
	buf_puts(t->out, "\n");
	put_blank(t);
}

static void put_figures(struct text *t, const struct node *n)
{
	size_t widest = 0;
	put_blank(t);
	for (size_t i = 0; i < n->ncells; i++)
		widest = width_of(n->labels[i]) > widest ? width_of(n->labels[i]) : widest;
	for (size_t i = 0; i < n->ncells; i++) {
		struct buf line = { 0 };
		buf_printf(&line, "  %s", n->labels[i]);
		for (size_t k = width_of(n->labels[i]); k < widest + 2; k++)
			buf_putc(&line, ' ');
		put_wrapped(t, buf_str(&line), cell_string(t->arena, &n->cells[i]));
		buf_free(&line);
	}
	put_blank(t);
}

static const char *level_mark(const struct words *w, enum finding_level l)
{
	switch (l) {
	case FINDING_INFO: return words_say(w, "info");
	case FINDING_NOTICE: return words_say(w, "notice");
	case FINDING_WARNING: return words_say(w, "WARNING");
	case FINDING_ERROR: return words_say(w, "ERROR");
	}
	return "";
}

static void put_finding(struct text *t, const struct node *n)
{
	put_blank(t);
	put_wrapped(t, "* ", arena_printf(t->arena, "%s: %s. %s", level_mark(t->words, n->level), n->title,
		runs(t, n->cells, n->ncells)));
	if (n->text)
		put_wrapped(t, "  \xE2\x86\x92 ", n->text);
	put_blank(t);
}

/* What stands before the lines of a text or list in an item: its marker before the first line of the
 * item, as many blanks before the others. */
static const char *lead_of(struct text *t, const struct node *n, bool first)
{
	const struct node *item = n->parent;
	if (item->kind != NODE_ITEM)
		return "";
	const char *outer = lead_of(t, item->parent, false);
	if (first && item->child == n)
		return arena_printf(t->arena, "%s%s ", outer, item->text);
	return arena_printf(t->arena, "%s%*s", outer, (int)width_of(item->text) + 1, "");
}

static void put_paragraph(struct text *t, const struct node *n)
{
	bool alone = n->parent->kind != NODE_ITEM;
	if (alone)
		put_blank(t);
	put_wrapped(t, lead_of(t, n, true), runs(t, n->cells, n->ncells));
	if (alone)
		put_blank(t);
}

static void put_node(struct text *t, const struct node *n)
{
	switch (n->kind) {
	case NODE_SECTION:
		put_heading(t, n);
		break;
	case NODE_TEXT:
		put_paragraph(t, n);
		break;
	case NODE_LIST:
		if (n->parent->kind != NODE_ITEM)
			put_blank(t);
		break;
	case NODE_NOTE:
		put_blank(t);
		put_wrapped(t, arena_printf(t->arena, "%s: ", words_say(t->words, "Note")), runs(t, n->cells, n->ncells));
		put_blank(t);
		break;
	case NODE_FIGURES:
		put_figures(t, n);
		break;
	case NODE_TABLE:
		put_table(t, n);
		break;
	case NODE_CHART:
		put_blank(t);
		put_wrapped(t, arena_printf(t->arena, "[%s] ", words_say(t->words, "chart")), n->chart->alt);
		put_blank(t);
		break;
	case NODE_FINDING:
		put_finding(t, n);
		break;
	case NODE_DETAILS:
		put_blank(t);
		put_wrapped(t, "", n->title);
		put_blank(t);
		break;
	case NODE_COLUMNS: case NODE_ITEM:
		break;
	}
}

static void put_cover(struct text *t, const struct doc *d)
{
	put_wrapped(t, "", d->title);
	put_times(t, "=", width_of(d->title) < WIDTH ? width_of(d->title) : WIDTH);
	buf_putc(t->out, '\n');
	if (d->subtitle)
		put_wrapped(t, "", d->subtitle);
	if (d->edition)
		put_wrapped(t, "", d->edition);
	const char *by[] = { d->author, d->organisation, d->date };
	struct buf line = { 0 };
	for (size_t i = 0; i < COUNTOF(by); i++)
		if (by[i])
			buf_printf(&line, "%s%s", line.n ? ", " : "", by[i]);
	if (line.n)
		put_wrapped(t, "", buf_str(&line));
	buf_free(&line);
}

static int render(const struct render_input *in, struct buf *out, struct err *e)
{
	(void)e;
	struct text t = { .out = out, .arena = arena_new(), .words = in->doc->words };
	put_cover(&t, in->doc);
	for (const struct node *n = in->doc->root; n; n = doc_walk(n))
		put_node(&t, n);
	while (out->n > 1 && out->p[out->n - 1] == '\n' && out->p[out->n - 2] == '\n')
		out->p[--out->n] = '\0';
	arena_free(t.arena);
	return 0;
}

const struct renderer render_text = { "text", "txt", render };
