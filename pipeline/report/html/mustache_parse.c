/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parses a mustache template into a tree of tags. The only hard part of the language is blank
 * space: a line that holds nothing but one tag is not printed, and the indentation of such a
 * tag is given to whatever it expands to. So the parser collects the tags of a line and judges
 * them at its end.
 */
#include "report/mustache_int.h"
#include "report/report.h"

#include <stdio.h>
#include <string.h>

struct level {
	struct tag *tag;   /* the open tag; NULL at the top */
	struct tag **tail; /* where its next child goes */
};
struct parser {
	struct mustache *m;
	const char *p;            /* reads here */
	const char *open, *close; /* delimiters in force */
	struct level level[MUSTACHE_NESTING + 1];
	int depth;
	/* the template line being read */
	struct tag *line, **line_tail;
	size_t line_at;
	int tags, inheritance; /* tags on it; how many of them are parents, blocks and their
				  ends */
	bool visible;          /* it prints something besides blanks */
	struct err *e;
};

int mustache_error(const struct mustache *m, size_t at, struct err *e, const char *fmt, ...)
{
	char what[256];
	va_list args;
	va_start(args, fmt);
	vsnprintf(what, sizeof what, fmt, args);
	va_end(args);
	size_t line = 1, start = 0;
	for (size_t i = 0; i < at; i++) {
		if (m->text[i] == '\n') {
			line++;
			start = i + 1;
		}
	}
	return err_set(e, ERR_INPUT, "%s:%zu:%zu: %s", m->name, line, at - start + 1, what);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
	return is_blank(c) || c == '\r' || c == '\n';
}

static size_t offset(const struct parser *ps, const char *p)
{
	return (size_t)(p - ps->m->text);
}

static struct tag *append(
	struct parser *ps, enum tag_kind kind, const char *s, size_t n, const char *at)
{
	struct tag *x = arena_alloc(ps->m->arena, sizeof *x);
	*x = (struct tag){.kind = kind, .s = {s, n}, .at = offset(ps, at)};
	struct level *l = &ps->level[ps->depth];
	*l->tail = x;
	l->tail = &x->next;
	*ps->line_tail = x;
	ps->line_tail = &x->line_next;
	return x;
}

/* ---- lines ---- */

/* Every line begins with a LINE tag that takes its leading blanks; returns where they end. */
static const char *line_begin(struct parser *ps, const char *s, const char *end)
{
	const char *p = s;
	while (p < end && is_blank(*p))
		p++;
	ps->line_at = offset(ps, s);
	append(ps, TAG_LINE, s, 0, s)->blanks = (struct str){s, (size_t)(p - s)};
	return p;
}

/* Tags that stand alone take the line with them: it prints neither its blanks nor its end.
 * Several tags count as one when all serve inheritance ("{{<page}}{{$title}}"). */
static void line_end(struct parser *ps)
{
	bool alone =
		!ps->visible && ps->tags > 0 && (ps->tags == 1 || ps->tags == ps->inheritance);
	bool first = true; /* only blanks so far */
	struct str blanks = {"", 0};
	for (struct tag *x = ps->line; x; x = x->line_next) {
		switch (x->kind) {
		case TAG_LINE:
			blanks = x->blanks;
			if (alone)
				x->kind = TAG_TEXT;
			break;
		case TAG_TEXT:
			if (alone)
				x->s.n = 0;
			else
				first = false;
			break;
		case TAG_PARTIAL:
		case TAG_PARENT:
			if (alone)
				x->blanks = blanks;
			first = false;
			break;
		case TAG_BLOCK:
			if (first || alone)
				x->blanks = blanks;
			x->alone = alone;
			first = false;
			break;
		case TAG_VALUE:
		case TAG_RAW:
		case TAG_SECTION:
		case TAG_INVERTED:
			first = false;
			break;
		}
	}
	ps->line = NULL;
	ps->line_tail = &ps->line;
	ps->tags = ps->inheritance = 0;
	ps->visible = false;
}

static void add_text(struct parser *ps, const char *s, const char *end)
{
	while (s < end) {
		if (!ps->line)
			s = line_begin(ps, s, end);
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		const char *stop = nl ? nl + 1 : end;
		for (const char *p = s; p < stop; p++)
			ps->visible |= !is_space(*p);
		if (s < stop)
			append(ps, TAG_TEXT, s, (size_t)(stop - s), s);
		if (nl)
			line_end(ps);
		s = stop;
	}
}

/* ---- tags ---- */

/* "{{=<% %>=}}" */
static int set_delimiters(struct parser *ps, struct str body, const char *at)
{
	struct str part[2];
	size_t n = 0, i = 0;
	while (i < body.n) {
		size_t from = i;
		while (i < body.n && !is_space(body.p[i]))
			i++;
		if (n == 2 || memchr(body.p + from, '=', i - from))
			n = 3;
		if (n < 2)
			part[n] = (struct str){body.p + from, i - from};
		n++;
		while (i < body.n && is_space(body.p[i]))
			i++;
	}
	if (n != 2)
		return mustache_error(
			ps->m, offset(ps, at), ps->e, "a delimiter tag needs two delimiters");
	ps->open = arena_strndup(ps->m->arena, part[0].p, part[0].n);
	ps->close = arena_strndup(ps->m->arena, part[1].p, part[1].n);
	return 0;
}

/* How much of a name a message shows. */
static int shown(struct str name)
{
	return (int)(name.n < 60 ? name.n : 60);
}

static int open_tag(struct parser *ps, struct tag *x)
{
	if (ps->depth == MUSTACHE_NESTING)
		return mustache_error(ps->m, x->at, ps->e,
			"more than %d tags inside each other", MUSTACHE_NESTING);
	ps->level[++ps->depth] = (struct level){x, &x->child};
	return 0;
}

static int close_tag(struct parser *ps, struct str name, const char *at)
{
	const struct tag *x = ps->level[ps->depth].tag;
	if (!x)
		return mustache_error(ps->m, offset(ps, at), ps->e,
			"'%.*s' is closed but was not opened", shown(name), name.p);
	if (name.n && name.p[0] == '*' && x->dynamic) {
		name = str_trim((struct str){name.p + 1, name.n - 1});
	}
	if (name.n != x->s.n || memcmp(name.p, x->s.p, name.n) != 0)
		return mustache_error(ps->m, offset(ps, at), ps->e,
			"'%.*s' is closed where '%.*s' is open", shown(name), name.p,
			shown(x->s), x->s.p);
	ps->depth--;
	if (x->kind == TAG_PARENT || x->kind == TAG_BLOCK)
		ps->inheritance++;
	/* A block that begins and ends in one line is a place in that line, unless it overrides
	 * one. */
	const struct tag *around = ps->level[ps->depth].tag;
	if (x->kind == TAG_BLOCK && x->at >= ps->line_at &&
		!(around && around->kind == TAG_PARENT))
		ps->visible = true;
	return 0;
}

static const char sigils[] = "{&#^/><$!=";

/* The end of a tag's body: the closing delimiter, with '}' or '=' before it where the tag asks
 * for one. */
static const char *find_close(const struct parser *ps, char sigil, const char **after)
{
	size_t n = strlen(ps->close);
	if (sigil != '{' && sigil != '=') {
		const char *end = strstr(ps->p, ps->close);
		*after = end ? end + n : NULL;
		return end;
	}
	char last = sigil == '{' ? '}' : '=';
	for (const char *end = ps->p; (end = strchr(end, last)) != NULL; end++) {
		if (strncmp(end + 1, ps->close, n) == 0) {
			*after = end + 1 + n;
			return end;
		}
	}
	return NULL;
}

/* Reads one tag, whose opening delimiter stands at `at`. */
static int add_tag(struct parser *ps, const char *at)
{
	if (!ps->line)
		line_begin(ps, at, at);
	ps->p = at + strlen(ps->open);
	while (is_space(*ps->p))
		ps->p++;
	char sigil = *ps->p && strchr(sigils, *ps->p) ? *ps->p++ : 0;
	const char *after = NULL, *end = find_close(ps, sigil, &after);
	if (!end)
		return mustache_error(ps->m, offset(ps, at), ps->e, "unclosed tag");
	const char *s = ps->p;
	while (s < end && is_space(*s))
		s++;
	while (end > s && is_space(end[-1]))
		end--;
	ps->p = after;
	ps->tags++;
	if (sigil == '!')
		return 0;
	bool dynamic = (sigil == '>' || sigil == '<') && s < end && *s == '*';
	if (dynamic) {
		s++;
		while (s < end && is_space(*s))
			s++;
	}
	struct str name = {s, (size_t)(end - s)};
	if (name.n == 0)
		return mustache_error(ps->m, offset(ps, at), ps->e, "a tag without a name");
	switch (sigil) {
	case '=':
		return set_delimiters(ps, name, at);
	case '/':
		return close_tag(ps, name, at);
	case '#':
		return open_tag(ps, append(ps, TAG_SECTION, name.p, name.n, at));
	case '^':
		return open_tag(ps, append(ps, TAG_INVERTED, name.p, name.n, at));
	case '>':
		append(ps, TAG_PARTIAL, name.p, name.n, at)->dynamic = dynamic;
		return 0;
	case '<': {
		struct tag *x = append(ps, TAG_PARENT, name.p, name.n, at);
		x->dynamic = dynamic;
		ps->inheritance++;
		return open_tag(ps, x);
	}
	case '$':
		ps->inheritance++;
		return open_tag(ps, append(ps, TAG_BLOCK, name.p, name.n, at));
	default:
		append(ps, sigil ? TAG_RAW : TAG_VALUE, name.p, name.n, at);
		ps->visible = true;
		return 0;
	}
}

/* ---- the indentation of blocks ---- */

static void dedent(struct tag *x, struct str by)
{
	for (; by.n && x; x = x->next) {
		if (x->blanks.n >= by.n && memcmp(x->blanks.p, by.p, by.n) == 0)
			x->blanks = (struct str){x->blanks.p + by.n, x->blanks.n - by.n};
		dedent(x->child, by);
	}
}

/* What a block on lines of its own holds is freed of its indentation, which the block keeps: so
 * the content of one block fits the place of another, and a block without content stands where
 * its tag does. */
static void settle_blocks(struct tag *x)
{
	for (; x; x = x->next) {
		if (x->kind == TAG_BLOCK && x->alone) {
			const struct tag *first = x->child;
			while (first && first->kind == TAG_TEXT && first->s.n == 0)
				first = first->next;
			if (first && first->blanks.p) {
				x->blanks = first->blanks;
				dedent(x->child, x->blanks);
			}
		}
		settle_blocks(x->child);
	}
}

static int parse(struct parser *ps)
{
	for (;;) {
		const char *tag = strstr(ps->p, ps->open);
		add_text(ps, ps->p, tag ? tag : ps->p + strlen(ps->p));
		if (!tag)
			break;
		if (add_tag(ps, tag) < 0)
			return -1;
	}
	line_end(ps);
	const struct tag *x = ps->level[ps->depth].tag;
	if (x)
		return mustache_error(
			ps->m, x->at, ps->e, "'%.*s' is never closed", shown(x->s), x->s.p);
	settle_blocks(ps->m->root);
	return 0;
}

struct mustache *mustache_parse(const char *name, const char *text, struct err *e)
{
	struct arena *a = arena_new();
	struct mustache *m = arena_alloc(a, sizeof *m);
	*m = (struct mustache){
		.arena = a, .name = arena_strdup(a, name), .text = arena_strdup(a, text)};
	struct parser ps = {.m = m, .p = m->text, .open = "{{", .close = "}}", .e = e};
	ps.level[0].tail = &m->root;
	ps.line_tail = &ps.line;
	if (parse(&ps) == 0)
		return m;
	mustache_free(m);
	return NULL;
}

void mustache_free(struct mustache *m)
{
	if (m)
		arena_free(m->arena);
}
