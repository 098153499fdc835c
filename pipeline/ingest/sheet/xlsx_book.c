/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds for a whole workbook: where its parts are, its sheets, and what its styles make of
 * numbers. */
#include "ingest/sheet/xlsx_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- relations: a part names others by identifiers --------------------------------------- */

struct relation {
	const char *id, *kind;         /* kind: last part of its type */
	const char *target;            /* name of an entry */
};
struct relations {
	struct arena *arena;
	const char *base;              /* folder of the part, "" or with a slash at the end */
	struct relation *v;
	size_t n, cap;
};

/* An entry's name from a target, which may be absolute, have "..", or be written with '\'. It can
 * only name what is in the archive. */
static const char *resolve(struct arena *a, const char *base, const char *target)
{
	struct buf out = { 0 };
	if (*target != '/' && *target != '\\')
		buf_puts(&out, base);
	for (const char *p = target; *p;) {
		size_t n = strcspn(p, "/\\");
		if (n == 2 && p[0] == '.' && p[1] == '.') {
			while (out.n && out.p[out.n - 1] == '/')
				out.n--;
			while (out.n && out.p[out.n - 1] != '/')
				out.n--;
		} else if (n && !(n == 1 && *p == '.')) {
			buf_put(&out, p, n);
			if (p[n])
				buf_putc(&out, '/');
		}
		p += n + (p[n] != 0);
	}
	const char *name = arena_strndup(a, out.p ? out.p : "", out.n);
	buf_free(&out);
	return name;
}

static const char *folder(struct arena *a, const char *name)
{
	const char *slash = strrchr(name, '/');
	return arena_strndup(a, name, slash ? (size_t)(slash - name) + 1 : 0);
}

static void on_relation(void *ctx, const char *name, const char *const *attrs)
{
	struct relations *r = ctx;
	if (strcmp(name, "Relationship") != 0)
		return;
	const char *id = xml_attr(attrs, "Id"), *target = xml_attr(attrs, "Target");
	const char *type = xml_attr(attrs, "Type"), *mode = xml_attr(attrs, "TargetMode");
	if (!id || !target || (mode && strcmp(mode, "External") == 0))
		return;
	if (r->n == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 16;
		r->v = mem_realloc(r->v, r->cap, sizeof *r->v);
	}
	r->v[r->n++] = (struct relation){ .id = arena_strdup(r->arena, id),
		.kind = arena_strdup(r->arena, type ? path_base(type) : ""),
		.target = resolve(r->arena, r->base, target) };
}

static void on_nothing(void *ctx, const char *name)
{
	(void)ctx, (void)name;
}

static int parse(struct xlsx *x, int64_t entry, const struct xml_handler *h, void *ctx,
	struct err *e)
{
	struct part *part = zipfile_part(x->zip, entry, e);
	if (!part)
		return -1;
	int status = xml_parse(x->arena, part, h, ctx, x->limits.depth, e);
	part_close(part);
	return status;
}

/* The relations of a part, "" those of the whole package. What is not said, or lost by damage, is
 * looked for at its usual place. */
static void read_relations(struct xlsx *x, const char *part, struct relations *r)
{
	static const struct xml_handler handler = { on_relation, on_nothing, NULL };
	*r = (struct relations){ .arena = x->arena, .base = folder(x->arena, part) };
	const char *name = arena_printf(x->arena, "%s_rels/%s.rels", r->base,
		part + strlen(r->base));
	int64_t entry = zipfile_find(x->zip, name);
	if (entry >= 0 && parse(x, entry, &handler, r, NULL))
		x->lost_relations = true;
}

static const struct relation *by_kind(const struct relations *r, const char *kind)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->v[i].kind, kind) == 0)
			return &r->v[i];
	return NULL;
}

static const struct relation *by_id(const struct relations *r, const char *id)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->v[i].id, id) == 0)
			return &r->v[i];
	return NULL;
}

/* ---- the list of sheets ------------------------------------------------------------------ */

struct book {
	struct xlsx *x;
	const struct relations *relations;
};

/* Sheets that hold no cells of a table. */
static const char *note_of(const struct relation *r)
{
	static const char *const kinds[][2] = { { "chartsheet", "chart" },
		{ "dialogsheet", "dialog" }, { "xlMacrosheet", "macros" },
		{ "xlIntlMacrosheet", "macros" } };
	for (size_t i = 0; r && i < COUNTOF(kinds); i++)
		if (strcmp(r->kind, kinds[i][0]) == 0)
			return kinds[i][1];
	return NULL;
}

static void on_book(void *ctx, const char *name, const char *const *attrs)
{
	const struct book *b = ctx;
	struct xlsx *x = b->x;
	if (strcmp(name, "workbookPr") == 0) {
		/* an extension has an element of this name, too */
		const char *d = xml_attr(attrs, "date1904");
		x->date1904 |= d && (strcmp(d, "1") == 0 || strcmp(d, "true") == 0);
	}
	if (strcmp(name, "sheet") != 0)
		return;
	const char *title = xml_attr(attrs, "name"), *id = xml_attr(attrs, "id");
	const char *state = xml_attr(attrs, "state");
	const struct relation *r = id ? by_id(b->relations, id) : NULL;
	if (x->nsheets == x->sheets_cap) {
		x->sheets_cap = x->sheets_cap ? x->sheets_cap * 2 : 16;
		x->sheets = mem_realloc(x->sheets, x->sheets_cap, sizeof *x->sheets);
	}
	struct xlsx_sheet *s = &x->sheets[x->nsheets++];
	*s = (struct xlsx_sheet){ .name = arena_strdup(x->arena, title ? title : ""),
		.hidden = state && strcmp(state, "visible") != 0, .note = note_of(r) };
	s->part = r ? r->target
		: arena_printf(x->arena, "%sworksheets/sheet%zu.xml", b->relations->base, x->nsheets);
	if (!s->note && zipfile_find(x->zip, s->part) < 0)
		s->note = "not in the file";
}

static int read_book(struct xlsx *x, int64_t entry, const struct relations *r, struct err *e)
{
	static const struct xml_handler handler = { on_book, on_nothing, NULL };
	return parse(x, entry, &handler, &(struct book){ x, r }, e);
}

/* ---- styles ------------------------------------------------------------------------------ */

enum { FORMATS = 1 << 16 };
struct styles {
	struct xlsx *x;
	bool in_formats, in_cells;
	int8_t kinds[FORMATS];         /* by number of the format: kind + 1, 0: built in */
};

static int format_id(const char *const *attrs)
{
	const char *s = xml_attr(attrs, "numFmtId");
	int64_t id;
	return s && num_parse_int64(s, strlen(s), &id) && id >= 0 && id < FORMATS ? (int)id : 0;
}

static void on_style(void *ctx, const char *name, const char *const *attrs)
{
	struct styles *s = ctx;
	struct xlsx *x = s->x;
	if (strcmp(name, "numFmts") == 0)
		s->in_formats = true;
	else if (strcmp(name, "cellXfs") == 0)
		s->in_cells = true;
	else if (s->in_formats && strcmp(name, "numFmt") == 0)
		s->kinds[format_id(attrs)] =
			(int8_t)(numfmt_kind(xml_attr(attrs, "formatCode")) + 1);
	if (!s->in_cells || strcmp(name, "xf") != 0)
		return;
	int id = format_id(attrs);
	if (x->nkinds == x->kinds_cap) {
		x->kinds_cap = x->kinds_cap ? x->kinds_cap * 2 : 64;
		x->kinds = mem_realloc(x->kinds, x->kinds_cap, sizeof *x->kinds);
	}
	x->kinds[x->nkinds++] = s->kinds[id] ? (enum sheet_kind)(s->kinds[id] - 1)
		: numfmt_kind(numfmt_builtin(id));
}

static void on_style_end(void *ctx, const char *name)
{
	struct styles *s = ctx;
	if (strcmp(name, "numFmts") == 0)
		s->in_formats = false;
	else if (strcmp(name, "cellXfs") == 0)
		s->in_cells = false;
}

static int read_styles(struct xlsx *x, int64_t entry, struct err *e)
{
	static const struct xml_handler handler = { on_style, on_style_end, NULL };
	struct styles *s = mem_calloc(1, sizeof *s);
	s->x = x;
	int status = parse(x, entry, &handler, s, e);
	free(s);
	return status;
}

/* ---- all together ------------------------------------------------------------------------ */

/* A part that the workbook refers to, else at its usual place; -1: there is none. */
static int64_t find_part(const struct xlsx *x, const struct relations *r, const char *kind,
	const char *usual)
{
	const struct relation *found = by_kind(r, kind);
	int64_t entry = found ? zipfile_find(x->zip, found->target) : -1;
	return entry >= 0 ? entry : zipfile_find(x->zip, resolve(x->arena, r->base, usual));
}

static int read_parts(struct xlsx *x, struct relations *r, struct err *e)
{
	read_relations(x, "", r);
	const struct relation *book = by_kind(r, "officeDocument");
	const char *name = book ? book->target : "xl/workbook.xml";
	free(r->v);
	*r = (struct relations){ 0 };
	size_t n = strlen(name);
	if (n > 4 && strcmp(name + n - 4, ".bin") == 0)
		return err_set(e, ERR_INPUT, "a binary workbook (.xlsb): save it as .xlsx");
	int64_t entry = zipfile_find(x->zip, name);
	if (entry < 0)
		return err_set(e, ERR_INPUT, "the archive holds no workbook");
	read_relations(x, name, r);
	if (read_book(x, entry, r, e))
		return -1;
	int64_t styles = find_part(x, r, "styles", "styles.xml");
	int64_t strings = find_part(x, r, "sharedStrings", "sharedStrings.xml");
	if (styles >= 0 && read_styles(x, styles, e))
		return -1;
	return strings < 0 ? 0 : xlsx_strings_read(x, strings, e);
}

static void release(void *p)
{
	struct xlsx *x = p;
	free(x->sheets);
	free(x->kinds);
	free(x->strings);
}

static bool compound(const char *path)
{
	char head[8] = { 0 };
	FILE *f = fopen(path, "rb");
	size_t n = f ? fread(head, 1, sizeof head, f) : 0;
	if (f)
		fclose(f);
	return n == sizeof head && memcmp(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0;
}

struct xlsx *xlsx_open(struct arena *a, const char *path, struct feed_limits limits,
	struct err *e)
{
	struct xlsx *x = arena_alloc(a, sizeof *x);
	*x = (struct xlsx){ .arena = a, .limits = limits };
	if (compound(path)) {
		err_set(e, ERR_INPUT, "encrypted: save it without a password");
		return NULL;
	}
	x->zip = zipfile_open(a, path, limits, e);
	if (!x->zip)
		return NULL;
	arena_own(a, x, release);
	struct relations r = { 0 };
	int status = read_parts(x, &r, e);
	free(r.v);
	return status ? NULL : x;
}
