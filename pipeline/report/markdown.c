/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts of the author, in a subset of markdown, as nodes of the document. cmark reads them into a tree;
 * nothing of it is ever written as HTML: the tree is walked, without recursion, and every word goes
 * into a run like any other, to be escaped where it is printed. What is not of the subset (raw HTML,
 * pictures, links of other schemes) stays as its text.
 */
#include "report/report_int.h"

#define CMARK_NO_SHORT_NAMES 1    /* NODE_LIST is ours */
#include <cmark.h>
#include <string.h>
#include <strings.h>

enum { DEEPEST_LIST = 3, DEEPEST_HEADING = 3, LONGEST_URL = 2000 };

struct author {
	struct doc *doc;
	struct node *chapter, *at; /* what blocks are put into */
	struct node *sections[DEEPEST_HEADING];
	int levels[DEEPEST_HEADING];
	size_t nsections;
	size_t lists, quotes;      /* that the walk is in */
	size_t strong, emphasis;
	bool title;                /* in a heading that becomes a title */
	const char *url;
	struct node *text;         /* the paragraph at work; NULL while it has no words */
	struct buf words;          /* of the run, or title, at work */
};

/* ---- runs ------------------------------------------------------------------------------------ */

static void end_run(struct author *w, unsigned look)
{
	if (w->words.n == 0)
		return;
	if (!w->text)
		w->text = doc_add(w->doc, w->at, NODE_TEXT);
	struct cell c = cell_own(arena_strdup(w->doc->arena, buf_str(&w->words)));
	c.look = look | (w->strong ? LOOK_STRONG : 0) | (w->emphasis ? LOOK_EMPHASIS : 0);
	c.url = w->url;
	doc_run(w->doc, w->text, c);
	buf_clear(&w->words);
}

static void end_paragraph(struct author *w)
{
	end_run(w, 0);
	w->text = NULL;
}

static void add_words(struct author *w, const char *s)
{
	buf_puts(&w->words, s ? s : "");
}

static void add_code(struct author *w, const char *s)
{
	if (!w->title)
		end_run(w, 0);
	add_words(w, s);
	if (!w->title)
		end_run(w, LOOK_CODE);
}

/* The address of a link that may be one, in ASCII; else NULL. */
static const char *address(struct arena *a, const char *url)
{
	static const char *const schemes[] = { "http://", "https://", "mailto:" };
	bool known = false;
	for (size_t i = 0; url && i < COUNTOF(schemes); i++)
		known = known || strncasecmp(url, schemes[i], strlen(schemes[i])) == 0;
	if (!known || strlen(url) > LONGEST_URL)
		return NULL;
	struct buf b = { 0 };
	for (const char *p = url; *p; p++) {
		unsigned char c = (unsigned char)*p;
		if (c <= ' ' || c >= 0x7f || strchr("\"<>\\^`{|}", c))
			buf_printf(&b, "%%%02X", (unsigned)c);
		else
			buf_putc(&b, (char)c);
	}
	const char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static void visit_inline(struct author *w, cmark_node *n, bool enter)
{
	cmark_node_type type = cmark_node_get_type(n);
	if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
		add_words(w, " ");
	else if (type == CMARK_NODE_CODE)
		add_code(w, cmark_node_get_literal(n));
	else if (type == CMARK_NODE_TEXT || type == CMARK_NODE_HTML_INLINE)
		add_words(w, cmark_node_get_literal(n));
	if (w->title)
		return;
	if (type == CMARK_NODE_STRONG || type == CMARK_NODE_EMPH) {
		size_t *depth = type == CMARK_NODE_STRONG ? &w->strong : &w->emphasis;
		end_run(w, 0);
		*depth += enter ? 1 : (size_t)-1;
	} else if (type == CMARK_NODE_LINK) {
		end_run(w, 0);
		w->url = enter ? address(w->doc->arena, cmark_node_get_url(n)) : NULL;
	}
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void put_marker(struct author *w, struct node *list, struct node *item)
{
	item->text = list->ordered ? arena_printf(w->doc->arena, "%zu.", (size_t)list->start + list->nrows)
				   : "\xE2\x80\xA2";
	list->nrows++;
}

static void visit_list(struct author *w, cmark_node *n, bool enter)
{
	w->lists += enter ? 1 : (size_t)-1;
	if (enter && w->lists <= DEEPEST_LIST) {
		w->at = doc_add(w->doc, w->at, NODE_LIST);
		w->at->ordered = cmark_node_get_list_type(n) == CMARK_ORDERED_LIST;
		w->at->start = cmark_node_get_list_start(n);
	} else if (!enter && w->lists < DEEPEST_LIST) {
		w->at = w->at->parent;
	}
}

/* Items of deeper lists follow that of the deepest one they are in. */
static void visit_item(struct author *w, bool enter)
{
	bool deeper = w->lists > DEEPEST_LIST;
	if (enter) {
		struct node *list = deeper ? w->at->parent : w->at;
		w->at = doc_add(w->doc, list, NODE_ITEM);
		put_marker(w, list, w->at);
	} else if (!deeper) {
		w->at = w->at->parent;
	}
}

/* A section that lies in the last one of a higher heading. */
static void open_section(struct author *w, int level, const char *title)
{
	while (w->nsections > 0 && (w->levels[w->nsections - 1] >= level || w->nsections == DEEPEST_HEADING))
		w->nsections--;
	struct node *in = w->nsections ? w->sections[w->nsections - 1] : w->chapter;
	title = doc_own(w->doc, arena_strdup(w->doc->arena, title));
	w->at = doc_section(w->doc, in, doc_slug(w->doc, "text", title), title);
	w->levels[w->nsections] = level;
	w->sections[w->nsections++] = w->at;
}

/* In a list or quotation there are no sections: there a heading is a strong paragraph. */
static void visit_heading(struct author *w, cmark_node *n, bool enter)
{
	bool inside = w->lists > 0 || w->quotes > 0;
	if (inside) {
		if (!enter)
			end_paragraph(w);
		w->strong += enter ? 1 : (size_t)-1;
		return;
	}
	w->title = enter;
	if (!enter && w->words.n > 0)
		open_section(w, cmark_node_get_heading_level(n), buf_str(&w->words));
	buf_clear(&w->words);
}

/* A paragraph for each line. */
static void put_lines(struct author *w, const char *s, unsigned look)
{
	while (s && *s) {
		size_t n = strcspn(s, "\n");
		buf_put(&w->words, s, n);
		end_run(w, look);
		w->text = NULL;
		s += n + (s[n] == '\n');
	}
}

static void visit(struct author *w, cmark_node *n, bool enter)
{
	switch (cmark_node_get_type(n)) {
	case CMARK_NODE_LIST: visit_list(w, n, enter); break;
	case CMARK_NODE_ITEM: visit_item(w, enter); break;
	case CMARK_NODE_BLOCK_QUOTE: w->quotes += enter ? 1 : (size_t)-1; break;
	case CMARK_NODE_HEADING: visit_heading(w, n, enter); break;
	case CMARK_NODE_CODE_BLOCK: put_lines(w, cmark_node_get_literal(n), LOOK_CODE); break;
	case CMARK_NODE_HTML_BLOCK: put_lines(w, cmark_node_get_literal(n), 0); break;
	case CMARK_NODE_PARAGRAPH:
		if (!enter)
			end_paragraph(w);
		break;
	default: visit_inline(w, n, enter); break;
	}
}

void markdown_build(struct doc *d, struct node *chapter, const char *text)
{
	struct author w = { .doc = d, .chapter = chapter, .at = chapter };
	cmark_node *root = cmark_parse_document(text, strlen(text), CMARK_OPT_VALIDATE_UTF8);
	cmark_iter *i = cmark_iter_new(root);
	for (cmark_event_type e; (e = cmark_iter_next(i)) != CMARK_EVENT_DONE;)
		visit(&w, cmark_iter_get_node(i), e == CMARK_EVENT_ENTER);
	cmark_iter_free(i);
	cmark_node_free(root);
	buf_free(&w.words);
}
