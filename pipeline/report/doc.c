/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document tree: making, growing and walking it. All of it lives in the arena of the
 * document. */
#include "report/report_int.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* The public document and, behind it, the set of ids in use (open addressing, at most half
 * full). */
struct doc_own {
	struct doc doc;
	const char **ids;
	size_t nids, cap;
	const void **final;        /* texts that are not to be translated, by address */
	size_t nfinal, final_cap;
};

struct doc *doc_new(struct arena *a, const char *title)
{
	struct doc_own *own = arena_alloc(a, sizeof *own);
	own->doc.arena = a;
	own->doc.title = arena_strdup(a, title);
	own->doc.root = arena_alloc(a, sizeof *own->doc.root);
	return &own->doc;
}

struct node *doc_add(struct doc *d, struct node *parent, enum node_kind kind)
{
	struct node *n = arena_alloc(d->arena, sizeof *n);
	n->kind = kind;
	n->parent = parent;
	if (parent->last)
		parent->last->next = n;
	else
		parent->child = n;
	parent->last = n;
	return n;
}

struct node *doc_walk(const struct node *n)
{
	if (n->child)
		return n->child;
	while (n && !n->next)
		n = n->parent;
	return n ? n->next : NULL;
}

int node_depth(const struct node *n)
{
	int depth = 0;
	for (const struct node *up = n->parent; up; up = up->parent)
		depth += up->kind == NODE_SECTION;
	return depth;
}

const char *node_kind_name(enum node_kind k)
{
	static const char *const names[] = { "section", "text", "figures", "table", "chart",
		"finding", "note", "columns", "details", "list", "item" };
	_Static_assert(COUNTOF(names) == NODE_ITEM + 1, "every kind of node has a name");
	return names[k];
}

/* ---- ids ------------------------------------------------------------------------------------- */

static size_t id_slot(const char *const *ids, size_t cap, const char *id)
{
	size_t i = (size_t)hash64(id, strlen(id), 0) & (cap - 1);
	while (ids[i] && strcmp(ids[i], id) != 0)
		i = (i + 1) & (cap - 1);
	return i;
}

/* Returns false when the id is taken already. */
static bool id_take(struct doc *d, const char *id)
{
	struct doc_own *own = (struct doc_own *)d;
	if (2 * (own->nids + 1) > own->cap) {
		size_t cap = own->cap ? 2 * own->cap : 256;
		const char **ids = arena_calloc(d->arena, cap, sizeof *ids);
		for (size_t i = 0; i < own->cap; i++)
			if (own->ids[i])
				ids[id_slot(ids, cap, own->ids[i])] = own->ids[i];
		own->ids = ids;
		own->cap = cap;
	}
	size_t i = id_slot(own->ids, own->cap, id);
	if (own->ids[i])
		return false;
	own->ids[i] = arena_strdup(d->arena, id);
	own->nids++;
	return true;
}

/* Runs of [a-z0-9] joined by single hyphens, at most 60 bytes of the name. */
static void put_slug(struct buf *out, const char *name)
{
	size_t start = out->n;
	for (const char *p = name; *p && out->n < start + 60; p++) {
		char c = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			buf_putc(out, c);
		else if (out->n > start && out->p[out->n - 1] != '-')
			buf_putc(out, '-');
	}
	if (out->n > start && out->p[out->n - 1] == '-')
		out->p[--out->n] = '\0';
	if (out->n == start)
		buf_putc(out, 'x');
}

const char *doc_slug(struct doc *d, const char *prefix, const char *name)
{
	struct buf b = { 0 };
	if (prefix)
		buf_printf(&b, "%s-", prefix);
	put_slug(&b, name);
	/* Names that differ only in signs outside ASCII collide by thousands: the first
	 * number tried grows with the number of ids, so that no search is long. */
	size_t plain = b.n;
	for (size_t k = 2; !id_take(d, buf_str(&b));
		k = k == 2 ? 3 + ((struct doc_own *)d)->nids : k + 1) {
		b.n = plain;
		buf_printf(&b, "-%zu", k);
	}
	const char *id = arena_strdup(d->arena, buf_str(&b));
	buf_free(&b);
	return id;
}

/* ---- the language of the document ------------------------------------------------------------ */

static size_t final_slot(const void *const *final, size_t cap, const void *text)
{
	uintptr_t at = (uintptr_t)text;
	size_t i = (size_t)hash64(&at, sizeof at, 0) & (cap - 1);
	while (final[i] && final[i] != text)
		i = (i + 1) & (cap - 1);
	return i;
}

static bool is_final(const struct doc *d, const char *text)
{
	const struct doc_own *own = (const struct doc_own *)d;
	return own->final_cap && own->final[final_slot(own->final, own->final_cap, text)];
}

const char *doc_own(struct doc *d, const char *text)
{
	struct doc_own *own = (struct doc_own *)d;
	if (!d->words || !text)
		return text;
	if (2 * (own->nfinal + 1) > own->final_cap) {
		size_t cap = own->final_cap ? 2 * own->final_cap : 256;
		const void **final = arena_calloc(d->arena, cap, sizeof *final);
		for (size_t i = 0; i < own->final_cap; i++)
			if (own->final[i])
				final[final_slot(final, cap, own->final[i])] = own->final[i];
		own->final = final;
		own->final_cap = cap;
	}
	size_t i = final_slot(own->final, own->final_cap, text);
	own->nfinal += !own->final[i];
	own->final[i] = text;
	return text;
}

const char *doc_word(struct doc *d, const char *english)
{
	if (!d->words || !english || is_final(d, english))
		return english;
	return doc_own(d, words_say(d->words, english));
}

const char *doc_cell(struct doc *d, const struct cell *c)
{
	struct cell own = *c;
	own.words = d->words;
	return cell_string(d->arena, &own);
}

const char *doc_say(struct doc *d, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *text = words_vprintf(d->arena, d->words, fmt, ap);
	va_end(ap);
	return doc_own(d, text);
}

/* Words without an address are the report's. */
static struct cell localized(struct doc *d, struct cell c)
{
	if (c.cls == CELL_TEXT && !c.ref)
		c.text = doc_word(d, c.text);
	c.words = d->words;
	return c;
}

/* ---- nodes ----------------------------------------------------------------------------------- */

struct node *doc_section(struct doc *d, struct node *parent, const char *id, const char *title)
{
	struct node *n = doc_add(d, parent, NODE_SECTION);
	n->id = id ? id : doc_slug(d, NULL, title);
	id_take(d, n->id);
	n->title = arena_strdup(d->arena, doc_word(d, title));
	return n;
}

struct node *doc_details(struct doc *d, struct node *parent, const char *title)
{
	struct node *n = doc_add(d, parent, NODE_DETAILS);
	n->title = title ? arena_strdup(d->arena, doc_word(d, title)) : NULL;
	return n;
}

/* Room for one more after n: arrays double whenever n is a power of two. */
static void *grown(struct arena *a, void *old, size_t n, size_t size)
{
	if (n > 0 && (n & (n - 1)) != 0)
		return old;
	void *v = arena_calloc(a, n ? 2 * n : 1, size);
	if (n > 0)
		memcpy(v, old, n * size);
	return v;
}

void doc_run(struct doc *d, struct node *n, struct cell run)
{
	n->cells = grown(d->arena, n->cells, n->ncells, sizeof *n->cells);
	n->cells[n->ncells++] = run;
}

void doc_runs(
	struct doc *d, struct node *n, const char *fmt, const struct cell *cells, size_t ncells)
{
	size_t next = 0, which = 0;
	struct buf prose = { 0 };
	for (const char *p = doc_word(d, fmt);;) {
		size_t before = next;
		const char *end = words_hole(p, &next, &which);
		if (end && end[-1] != 's') {     /* cells fill only "%s" */
			end = NULL;
			next = before;
		}
		if (*p && !end) {
			p += p[0] == '%' && p[1] == '%';
			buf_putc(&prose, *p++);
			continue;
		}
		struct cell c = end && which < ncells ? localized(d, cells[which]) : cell_text(NULL);
		if (end && !c.ref && (c.cls == CELL_TEXT || c.cls == CELL_OWN)) { /* more prose */
			buf_puts(&prose, c.text);
			p = end;
			continue;
		}
		/* "p = < 0.001" reads "p < 0.001" */
		if (end && c.cls == CELL_P_VALUE && prose.n >= 2 &&
				strcmp(prose.p + prose.n - 2, "= ") == 0 &&
				strchr("<>", doc_cell(d, &c)[0])) {
			prose.n -= 2;
			prose.p[prose.n] = '\0';
		}
		if (prose.n > 0)
			doc_run(d, n, cell_text(arena_strdup(d->arena, buf_str(&prose))));
		buf_clear(&prose);
		if (!end)
			break;
		doc_run(d, n, c);
		p = end;
	}
	buf_free(&prose);
}

struct node *doc_text(
	struct doc *d, struct node *parent, const char *fmt, const struct cell *cells, size_t n)
{
	struct node *t = doc_add(d, parent, NODE_TEXT);
	doc_runs(d, t, fmt, cells, n);
	return t;
}

struct node *doc_note(
	struct doc *d, struct node *parent, const char *fmt, const struct cell *cells, size_t n)
{
	struct node *t = doc_text(d, parent, fmt, cells, n);
	t->kind = NODE_NOTE;
	return t;
}

void doc_figure(struct doc *d, struct node *figures, const char *label, struct cell value)
{
	figures->labels = grown(
		d->arena, figures->labels, figures->ncells, sizeof *figures->labels);
	figures->labels[figures->ncells] = arena_strdup(d->arena, doc_word(d, label));
	doc_run(d, figures, localized(d, value));
}

struct node *doc_table(struct doc *d, struct node *parent, const char *title,
	const struct table_column *cols, size_t ncols)
{
	struct node *t = doc_add(d, parent, NODE_TABLE);
	t->title = title ? arena_strdup(d->arena, doc_word(d, title)) : NULL;
	t->ncols = ncols;
	t->columns = arena_calloc(d->arena, ncols, sizeof *t->columns);
	memcpy(t->columns, cols, ncols * sizeof *cols);
	for (size_t i = 0; i < ncols; i++)
		t->columns[i].title = doc_word(d, cols[i].title);
	return t;
}

void doc_row(struct doc *d, struct node *table, const struct cell *cells, const char *link)
{
	table->links = grown(d->arena, table->links, table->nrows, sizeof *table->links);
	table->links[table->nrows++] = link;
	for (size_t i = 0; i < table->ncols; i++)
		doc_run(d, table, localized(d, cells[i]));
}

static bool is_even(const struct cell *c)
{
	return (c->cls == CELL_MEASURE || c->cls == CELL_SCORE || c->cls == CELL_CHANGE) && isfinite(c->num);
}

static int rising(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

void doc_even(struct node *table, size_t first, size_t last, int digits, bool by_middle)
{
	const int most = 9;
	size_t n = 0;
	double *size = mem_calloc(table->ncells + 1, sizeof *size);
	for (size_t i = 0; i < table->ncells; i++)
		if (i % table->ncols >= first && i % table->ncols <= last && is_even(&table->cells[i]) && fabs(table->cells[i].num) > 0)
			size[n++] = fabs(table->cells[i].num);
	qsort(size, n, sizeof *size, rising);
	double at = n ? size[by_middle ? n / 2 : n - 1] : 1;
	int decimals = at < 1e-6 ? most : digits - (int)ceil(log10(at));
	decimals = decimals < 0 ? 0 : decimals > most ? most : decimals;
	for (size_t i = 0; i < table->ncells; i++)
		if (i % table->ncols >= first && i % table->ncols <= last && is_even(&table->cells[i]))
			table->cells[i].places = (unsigned char)(decimals + 1);
	free(size);
}

struct node *doc_chart(struct doc *d, struct node *parent, const struct chart *c)
{
	struct node *n = doc_add(d, parent, NODE_CHART);
	struct chart *own = arena_alloc(d->arena, sizeof *own);
	struct chart_series *series = arena_calloc(d->arena, c->nseries + 1, sizeof *series);
	struct chart_line *lines = arena_calloc(d->arena, c->nlines + 1, sizeof *lines);
	*own = *c;
	own->words = d->words;
	own->title = doc_word(d, c->title);
	own->alt = doc_word(d, c->alt);
	own->xlabel = doc_word(d, c->xlabel);
	own->ylabel = doc_word(d, c->ylabel);
	for (size_t i = 0; i < c->nseries; i++) {
		series[i] = c->series[i];
		series[i].name = doc_word(d, series[i].name);
	}
	for (size_t i = 0; i < c->nlines; i++) {
		lines[i] = c->lines[i];
		lines[i].label = doc_word(d, lines[i].label);
	}
	own->series = series;
	own->lines = lines;
	n->id = own->id;
	n->title = own->title;
	n->chart = own;
	return n;
}

static bool column_says(const struct node *table, size_t column)
{
	for (size_t r = 0; r < table->nrows; r++)
		if (!cell_is_blank(&table->cells[r * table->ncols + column]))
			return true;
	return false;
}

/* The first column names the rows, so it stays. */
static void drop_blank_columns(struct node *table)
{
	size_t ncols = 0, ncells = 0;
	bool *says = mem_alloc(table->ncols + 1);
	for (size_t c = 0; c < table->ncols; c++) {
		says[c] = c == 0 || column_says(table, c);
		if (says[c])
			table->columns[ncols++] = table->columns[c];
	}
	for (size_t i = 0; i < table->ncells; i++)
		if (says[i % table->ncols])
			table->cells[ncells++] = table->cells[i];
	table->ncols = ncols;
	table->ncells = ncells;
	free(says);
}

void doc_prune(struct node *n)
{
	struct node **at = &n->child;
	n->last = NULL;
	while (*at) {
		struct node *c = *at;
		doc_prune(c);
		bool frame = c->kind == NODE_COLUMNS || c->kind == NODE_DETAILS;
		if ((frame && !c->child) || (c->kind == NODE_TABLE && c->nrows == 0)) {
			*at = c->next;
			continue;
		}
		if (c->kind == NODE_TABLE)
			drop_blank_columns(c);
		n->last = c;
		at = &c->next;
	}
}
