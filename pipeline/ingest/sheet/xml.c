/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XML by expat, the only file that names it. Declarations of entities are refused: no format that
 * is read here needs them, and they are how a small file becomes a large one.
 */
#include "ingest/sheet/zipxml.h"

#include <expat.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CHUNK = 1 << 16 };

struct xml {
	XML_Parser parser;
	struct part *part;
	const struct xml_handler *handler;
	void *ctx;
	int depth, deepest;
	bool paused, last, failed;
	char message[300];
};

static const char *local(const char *name)
{
	const char *colon = strrchr(name, ':');
	return colon ? colon + 1 : name;
}

const char *xml_attr(const char *const *attrs, const char *name)
{
	for (const char *const *a = attrs; *a; a += 2)
		if (strcmp(*a, name) == 0)
			return a[1];
	for (const char *const *a = attrs; *a; a += 2)
		if (strcmp(local(*a), name) == 0)
			return a[1];
	return NULL;
}

void xml_fail(struct xml *x, const char *fmt, ...)
{
	if (x->failed)
		return;
	va_list args;
	va_start(args, fmt);
	vsnprintf(x->message, sizeof x->message, fmt, args);
	va_end(args);
	x->failed = true;
	XML_StopParser(x->parser, XML_FALSE);
}

void xml_pause(struct xml *x)
{
	if (!x->failed)
		XML_StopParser(x->parser, XML_TRUE);
}

/* ---- expat's events ---------------------------------------------------------------------- */

static void on_start(void *ctx, const XML_Char *name, const XML_Char **attrs)
{
	struct xml *x = ctx;
	if (x->failed)
		return;
	if (++x->depth > x->deepest) {
		xml_fail(x, "elements are nested more than %d deep", x->deepest);
		return;
	}
	x->handler->start(x->ctx, local(name), (const char *const *)attrs);
}

static void on_end(void *ctx, const XML_Char *name)
{
	struct xml *x = ctx;
	x->depth--;
	if (!x->failed)
		x->handler->end(x->ctx, local(name));
}

static void on_text(void *ctx, const XML_Char *s, int n)
{
	struct xml *x = ctx;
	if (!x->failed)
		x->handler->text(x->ctx, (struct str){ s, (size_t)n });
}

static void on_entity(void *ctx, const XML_Char *name, int parameter, const XML_Char *value,
	int n, const XML_Char *base, const XML_Char *system, const XML_Char *public,
	const XML_Char *notation)
{
	(void)parameter, (void)value, (void)n, (void)base, (void)system, (void)public;
	(void)notation;
	xml_fail(ctx, "it declares the entity '%.60s', which is not safe to read", name);
}

/* ---- parsing ----------------------------------------------------------------------------- */

static void release(void *p)
{
	xml_close(p);
}

void xml_close(struct xml *x)
{
	if (x->parser)
		XML_ParserFree(x->parser);
	x->parser = NULL;
}

struct xml *xml_open(struct arena *a, struct part *part, const struct xml_handler *h, void *ctx,
	int depth)
{
	struct xml *x = arena_alloc(a, sizeof *x);
	*x = (struct xml){ .part = part, .handler = h, .ctx = ctx, .deepest = depth };
	x->parser = XML_ParserCreate(NULL);
	arena_own(a, x, release);
	if (!x->parser)
		return x;
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_start, on_end);
	if (h->text)
		XML_SetCharacterDataHandler(x->parser, on_text);
	XML_SetEntityDeclHandler(x->parser, on_entity);
	return x;
}

static int fail(struct xml *x, struct err *e)
{
	if (x->failed)
		return err_set(e, ERR_INPUT, "'%s': line %lu: %s", x->part->name,
			XML_GetCurrentLineNumber(x->parser), x->message);
	return err_set(e, ERR_INPUT, "'%s' is damaged: line %lu: %s", x->part->name,
		XML_GetCurrentLineNumber(x->parser),
		XML_ErrorString(XML_GetErrorCode(x->parser)));
}

int xml_run(struct xml *x, struct err *e)
{
	if (!x->parser)
		return err_set(e, ERR_IO, "out of memory");
	for (;;) {
		enum XML_Status status;
		if (x->paused) {
			x->paused = false;
			status = XML_ResumeParser(x->parser);
		} else if (x->last) {
			return 0;
		} else {
			void *buf = XML_GetBuffer(x->parser, CHUNK);
			if (!buf)
				return err_set(e, ERR_IO, "out of memory");
			int64_t got = part_read(x->part, buf, CHUNK, e);
			if (got < 0)
				return -1;
			x->last = got < CHUNK;
			status = XML_ParseBuffer(x->parser, (int)got, x->last);
		}
		if (status == XML_STATUS_ERROR || x->failed)
			return fail(x, e);
		if (status == XML_STATUS_SUSPENDED) {
			x->paused = true;
			return 1;
		}
	}
}

int xml_parse(struct arena *a, struct part *part, const struct xml_handler *h, void *ctx,
	int depth, struct err *e)
{
	struct xml *x = xml_open(a, part, h, ctx, depth);
	int status = xml_run(x, e);
	xml_close(x);
	return status;
}
