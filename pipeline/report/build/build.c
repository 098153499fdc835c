/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Builds the document a stakeholder reads from the artifacts of a job: what matters first, then
 * how the file was read, every column, what goes together, what is missing, what the models
 * say, and at the end how all of it was computed. A step that did not run leaves a sentence or
 * nothing.
 */
#include "report/build_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- small helpers --------------------------------------------------------------------------- */

int64_t build_column(const struct build *b, const char *name)
{
	size_t lo = 0, hi = b->ncolumns;
	while (name && lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = strcmp(name, b->by_name[mid].name);
		if (order == 0)
			return (int64_t)b->by_name[mid].column;
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return -1;
}

const char *build_anchor(const struct build *b, const char *name)
{
	int64_t i = build_column(b, name);
	return i < 0 ? NULL : b->anchors[i];
}

double *build_numbers(struct build *b, struct place p, const char *path, size_t *n)
{
	const json_t *v = json_at(p.v, path);
	*n = json_array_size(v);
	double *out = arena_calloc(b->arena, *n + 1, sizeof *out);
	for (size_t i = 0; i < *n; i++) {
		const json_t *x = json_array_get(v, i);
		out[i] = json_is_number(x) ? json_number_value(x) : NAN;
	}
	return out;
}

const char **build_texts(struct build *b, struct place p, const char *path, size_t *n)
{
	struct place list = place_at(p, path);
	*n = json_array_size(list.v);
	const char **out = arena_calloc(b->arena, *n + 1, sizeof *out);
	for (size_t i = 0; i < *n; i++) {
		const json_t *x = json_array_get(list.v, i);
		out[i] = json_is_string(x) ? json_string_value(x)
			: place_code(list, arena_printf(b->arena, "%zu", i)).text;
		if (!out[i])
			out[i] = "";
	}
	return out;
}

double build_moment(const char *s)
{
	int y, month, d, h = 0, min = 0, used = 0;
	double sec = 0;
	if (sscanf(s, "%d-%2d-%2d%n", &y, &month, &d, &used) != 3 || !date_exists(y, month, d))
		return NAN;
	const char *at = s + used;
	if (*at && sscanf(at, "T%2d:%2d:%n", &h, &min, &used) == 2) {
		at += used;
		if (!num_parse_double(at, strspn(at, "0123456789."), &sec))
			return NAN;
	}
	return ((double)date_days(y, month, d) * 86400 + h * 3600 + min * 60 + sec) * 1e6;
}

double *build_moments(struct build *b, struct place p, const char *path, size_t *n)
{
	const char **texts = build_texts(b, p, path, n);
	double *out = arena_calloc(b->arena, *n + 1, sizeof *out);
	for (size_t i = 0; i < *n; i++)
		out[i] = build_moment(texts[i]);
	return out;
}

void build_more(struct build *b, struct node *parent, size_t n, const char *things)
{
	struct cell cells[] = { build_count(BULK_MAX), build_count((double)n), cell_text(things) };
	if (n > BULK_MAX)
		doc_note(b->doc, parent, "%s of %s %s; modeling.json has all.", cells, COUNTOF(cells));
}

void build_say(struct build *b, struct node *parent, const char *text)
{
	struct cell c = cell_own(arena_strdup(b->arena, doc_word(b->doc, text)));
	doc_text(b->doc, parent, "%s", &c, 1);
}

enum cell_class build_measure(struct place column)
{
	return place_is(column, "storage", "time") ? CELL_CLOCK
		: place_is(column, "storage", "duration") ? CELL_DURATION : CELL_MEASURE;
}

const char *build_type_name(struct place column)
{
	static const char *const names[][2] = { { "boolean", "yes/no" }, { "time", "time of day" },
		{ "text", "free text" } };
	const char *type = json_text(column.v, "type", NULL);
	if (place_is(column, "type", "datetime"))
		return place_is(column, "storage", "timestamp") ? "date and time" : "date";
	for (size_t i = 0; type && i < COUNTOF(names); i++)
		if (strcmp(type, names[i][0]) == 0)
			return names[i][1];
	return type;
}

enum cell_class build_axis(const struct build *b, const char *column)
{
	int64_t i = build_column(b, column);
	enum cell_class cls = i < 0 ? CELL_MEASURE : build_measure(place_item(b->columns, (size_t)i));
	return cls == CELL_MEASURE ? CELL_EMPTY : cls;
}

struct cell build_count(double n)
{
	return cell_num(CELL_COUNT, n, NULL);
}

struct chart *build_chart(struct build *b, enum chart_kind kind, const char *prefix,
	const char *name, struct place data)
{
	struct chart *c = arena_alloc(b->arena, sizeof *c);
	c->kind = kind;
	c->id = doc_slug(b->doc, prefix, name);
	c->ref = data.ref;
	return c;
}

/* ---- the document ---------------------------------------------------------------------------- */

static int by_name(const void *x, const void *y)
{
	const struct name_index *a = x, *b = y;
	int order = strcmp(a->name, b->name);
	return order ? order : (a->column > b->column) - (a->column < b->column);
}

/* Where not all columns can have a section, the target has one, then those with a warning, then the first. */
static void choose_cards(struct build *b)
{
	enum { TARGET = 2, WARNED = 1 };
	size_t most = (size_t)json_int(b->manifest.v, "report.max_column_charts", 60);
	int *rank = arena_calloc(b->arena, b->ncolumns + 1, sizeof *rank);
	for (size_t i = 0; i < b->nopen; i++) {
		struct place names = place_at(b->open[i], "columns");
		bool warned = finding_level_of(b->open[i].v) >= FINDING_WARNING;
		for (size_t k = 0; warned && k < json_array_size(names.v); k++) {
			int64_t at = build_column(b, json_string_value(json_array_get(names.v, k)));
			if (at >= 0)
				rank[at] = WARNED;
		}
	}
	int64_t target = build_column(b, json_text(b->eda.v, "associations.target.name",
		json_text(b->clarify.v, "target", NULL)));
	if (target >= 0)
		rank[target] = TARGET;
	b->card = arena_calloc(b->arena, b->ncolumns + 1, sizeof *b->card);
	for (int r = TARGET; r >= 0; r--)
		for (size_t i = 0; i < b->ncolumns && b->ncards < most; i++)
			if (rank[i] == r) {
				b->card[i] = true;
				b->ncards++;
			}
}

static void index_columns(struct build *b)
{
	b->columns = place_at(b->eda, "columns");
	b->ncolumns = json_array_size(b->columns.v);
	b->anchors = arena_calloc(b->arena, b->ncolumns + 1, sizeof *b->anchors);
	b->by_name = arena_calloc(b->arena, b->ncolumns + 1, sizeof *b->by_name);
	for (size_t i = 0; i < b->ncolumns; i++)
		b->by_name[i] = (struct name_index){ json_text(json_array_get(b->columns.v, i), "name", ""), i };
	qsort(b->by_name, b->ncolumns, sizeof *b->by_name, by_name);
	choose_cards(b);
	for (size_t i = 0; i < b->ncolumns; i++)
		b->anchors[i] = b->card[i]   /* a link to a table of all columns would lead nowhere */
			? doc_slug(b->doc, "column", json_text(json_array_get(b->columns.v, i), "name", "")) : NULL;
}

static struct doc *new_document(
	struct arena *a, const json_t *manifest, const json_t *ingest, const struct words *words)
{
	const char *file = json_text(manifest, "source.file", json_text(ingest, "file", "data"));
	const char *name = path_base(file);
	struct doc *d = doc_new(a, json_text(manifest, "title", name));
	d->words = words;
	d->subtitle = json_text(manifest, "subtitle", NULL);
	d->author = json_text(manifest, "author", NULL);
	d->organisation = json_text(manifest, "organisation", NULL);
	d->date = json_text(manifest, "report_date", NULL);
	d->logo = json_text(manifest, "report.logo", NULL);
	d->language = json_text(manifest, "language", "en");
	d->job = json_text(manifest, "id", NULL);
	d->input_name = name;
	d->version = DOSSIER_VERSION;
	return d;
}

/* ---- chapters -------------------------------------------------------------------------------- */

/* By the names that report.sections has for them, in their usual order. */
static const struct chapter {
	const char *name;
	void (*build)(struct build *, struct node *);
} chapters[] = { { "summary", build_summary }, { "file", build_file }, { "overview", build_overview },
	{ "quality", build_quality }, { "columns", build_columns }, { "relations", build_relations },
	{ "keys", build_keys }, { "missing", build_missing }, { "time", build_time }, { "models", build_models },
	{ "findings", build_findings }, { "dictionary", build_dictionary }, { "methods", build_methods },
	{ "checks", build_checks } };

static const struct chapter *chapter_named(const char *name)
{
	for (size_t i = 0; name && i < COUNTOF(chapters); i++)
		if (strcmp(chapters[i].name, name) == 0)
			return &chapters[i];
	return NULL;
}

/* Those that are wanted, in the order wanted, each once; returns how many. */
static size_t wanted_chapters(const json_t *manifest, const struct chapter *out[COUNTOF(chapters)])
{
	const json_t *names = json_at(manifest, "report.sections");
	size_t n = 0, all = names ? json_array_size(names) : COUNTOF(chapters);
	for (size_t i = 0; i < all; i++) {
		const struct chapter *c = names ? chapter_named(json_string_value(json_array_get(names, i))) : &chapters[i];
		bool again = false;
		for (size_t k = 0; k < n; k++)
			again = again || out[k] == c;
		if (c && !again)
			out[n++] = c;
	}
	return n;
}

static const char **chapters_off(struct arena *a, const struct chapter *const *on, size_t n)
{
	const char **off = arena_calloc(a, COUNTOF(chapters) + 1, sizeof *off);
	size_t noff = 0;
	for (size_t i = 0; i < COUNTOF(chapters); i++) {
		bool is_on = false;
		for (size_t k = 0; k < n; k++)
			is_on = is_on || on[k] == &chapters[i];
		if (!is_on)
			off[noff++] = chapters[i].name;
	}
	return off;
}

static void build_chapters(struct build *b)
{
	const struct chapter *on[COUNTOF(chapters)];
	struct node *root = b->doc->root;
	size_t n = wanted_chapters(b->manifest.v, on);
	b->doc->off = chapters_off(b->arena, on, n);
	for (size_t i = 0; i < n; i++) {
		build_own(b, root, "before", on[i]->name);
		on[i]->build(b, root);
		if (on[i]->build == build_methods)
			build_withheld(b, root->last && root->last->id && strcmp(root->last->id, "methods") == 0 ? root->last : root);
		build_own(b, root, "after", on[i]->name);
	}
	bool methods = false;
	for (size_t i = 0; i < n; i++)
		methods = methods || on[i]->build == build_methods;
	if (!methods)
		build_withheld(b, root);
}

/* ---- links ------------------------------------------------------------------------------------- */

static int by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static void keep_link(const char **link, const char *const *ids, size_t n)
{
	if (*link && !(n && bsearch(link, ids, n, sizeof *ids, by_text)))
		*link = NULL;
}

/* A chapter that is left out takes the links to it along. */
static void drop_dangling(struct doc *d)
{
	size_t n = 0, i = 0;
	for (const struct node *x = d->root; x; x = doc_walk(x))
		n += x->id != NULL;
	const char **ids = arena_calloc(d->arena, n + 1, sizeof *ids);
	for (const struct node *x = d->root; x; x = doc_walk(x))
		if (x->id)
			ids[i++] = x->id;
	if (n)
		qsort(ids, n, sizeof *ids, by_text);
	for (const struct node *at = d->root; at; at = doc_walk(at)) {
		struct node *x = (struct node *)(uintptr_t)at;   /* ours: the walk only looks */
		keep_link(&x->link, ids, n);
		for (size_t r = 0; x->links && r < x->nrows; r++)
			keep_link(&x->links[r], ids, n);
	}
}

/* ---- all of it ----------------------------------------------------------------------------------- */

struct doc *report_build(struct arena *a, const struct artifacts *in, struct err *e)
{
	if (!in->manifest) {
		err_set(e, ERR_BUG, "a report needs a manifest");
		return NULL;
	}
	struct build b = {
		.doc = new_document(a, in->manifest, in->ingest, in->words), .arena = a,
		.manifest = place_of(a, "manifest.json", in->manifest),
		.ingest = place_of(a, "ingest/ingest.json", in->ingest),
		.schema = place_of(a, "ingest/schema.json", in->schema),
		.eda = place_of(a, "eda.json", in->eda),
		.clarify = place_of(a, "clarify.json", in->clarify),
		.modeling = place_of(a, "modeling.json", in->modeling),
		.findings = place_of(a, "findings.json", report_findings(a, in)),
		.privacy = in->privacy,
	};
	if (in->privacy)
		b.doc->edition = doc_word(b.doc, "Shareable edition");
	else if (in->editions)
		b.doc->edition = doc_word(b.doc, "Full edition, not for sharing");
	build_collect_findings(&b);
	index_columns(&b);
	build_chapters(&b);
	doc_prune(b.doc->root);
	for (struct node *n = b.doc->root; n; n = doc_walk(n))
		if (n->kind == NODE_TABLE)
			table_settle(b.doc, n);
	drop_dangling(b.doc);
	return b.doc;
}
