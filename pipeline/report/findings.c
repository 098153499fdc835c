/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The findings of all steps as one list: findings.json. Ranked, put to sentences, gathered into points,
 * each with what it follows from, and with the acceptances of the manifest applied. The report, its
 * verdict and its checks read this list and nothing else.
 */
#include "report/report_int.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct item {
	json_t *v;
	const char *step;
	enum finding_level level;
	double weight;
	size_t order;              /* among all, as the steps made them */
	size_t kind;               /* order of the first one of its code */
	double size;               /* of what it found, to rank like ones */
	size_t follows;            /* order of the finding that explains it, or its own */
	const json_t *accepted;    /* entry of the manifest */
};

struct catalogue {
	struct arena *arena;
	struct doc *words;         /* never rendered: where sentences are made */
	const json_t *manifest;
	struct item *items;
	size_t n, cap;
};

/* ---- gathering ------------------------------------------------------------------------------- */

/* How a model was fitted matters to fewer readers than what is the matter with the data, and whether
 * one is of use is told by the conclusion, in full. */
static bool is_technical(enum finding_code code)
{
	return code == FIND_collinear || code == FIND_heteroscedastic ||
		code == FIND_candidate_failed || code == FIND_model_useful || code == FIND_no_model;
}

bool finding_is_technical(const json_t *finding)
{
	const struct finding_info *info = finding_lookup(json_text(finding, "code", ""));
	return info && is_technical((enum finding_code)(info - finding_info(0)));
}

bool finding_tells_words(const json_t *finding)
{
	const struct finding_info *info = finding_lookup(json_text(finding, "code", ""));
	return info && (strstr(info->sentence, "{text") || strstr(info->sentence, "{part}"));
}

static double weight_of(const json_t *v)
{
	struct finding f = finding_make(0, NULL);
	f.count = json_int(v, "count", -1);
	f.total = json_int(v, "total", -1);
	f.effect = json_num(v, "effect", NAN);
	return finding_is_technical(v) ? 0 : finding_weight(&f);
}

/* Takes over `v`. */
static void add(struct catalogue *c, const char *step, json_t *v)
{
	if (c->n == c->cap) {
		struct item *old = c->items;
		c->cap = c->cap ? 2 * c->cap : 64;
		c->items = arena_calloc(c->arena, c->cap, sizeof *c->items);
		if (c->n)
			memcpy(c->items, old, c->n * sizeof *old);
	}
	c->items[c->n] = (struct item){ .v = v, .step = step, .level = finding_level_of(v),
		.weight = weight_of(v), .order = c->n, .follows = c->n };
	c->n++;
}

/* A weak part of the rows is told with the conditions that make it, which stand where it was found. */
static json_t *with_conditions(json_t *v, const json_t *modeling)
{
	const json_t *s = json_at(modeling, "judgement.segments.list.0"), *when = json_at(s, "when");
	if (strcmp(json_text(v, "code", ""), finding_info(FIND_weak_segment)->code) == 0 && when &&
		json_int(s, "n", -1) == json_int(v, "count", -2) &&
		strcmp(json_text(when, "0.column", ""), json_text(v, "columns.0", "?")) == 0)
		json_object_set_new(v, "when", json_deep_copy(when));
	return v;
}

static void gather(struct catalogue *c, const struct artifacts *in)
{
	const struct {
		const char *step;
		const json_t *artifact;
	} steps[] = { { "ingest", in->ingest }, { "eda", in->eda }, { "clarify", in->clarify },
		{ "modeling", in->modeling } };
	for (size_t s = 0; s < COUNTOF(steps); s++) {
		const json_t *list = json_at(steps[s].artifact, "findings");
		for (size_t i = 0; i < json_array_size(list); i++)
			add(c, steps[s].step, with_conditions(json_copy(json_array_get(list, i)), in->modeling));
	}
}

/* ---- acceptance ------------------------------------------------------------------------------ */

static bool is_about(const json_t *finding, const char *pattern)
{
	const json_t *columns = json_at(finding, "columns");
	for (size_t i = 0; i < json_array_size(columns); i++) {
		const char *name = json_string_value(json_array_get(columns, i));
		if (name && (strcmp(name, pattern) == 0 || fnmatch(pattern, name, 0) == 0))
			return true;
	}
	return false;
}

/* ISO dates compare as texts. */
static bool has_ended(const json_t *entry, const json_t *manifest)
{
	const char *until = json_text(entry, "until", NULL);
	const char *today = json_text(manifest, "report_date", NULL);
	return until && today && strcmp(until, today) < 0;
}

/* A finding about an acceptance: "outliers of price", and the last day. */
static void add_about(struct catalogue *c, enum finding_code code, const json_t *entry)
{
	const char *column = json_text(entry, "column", NULL);
	const char *what = json_text(entry, "code", "");
	json_t *v = json_pack("{s:s, s:s, s:[], s:s}", "code", finding_info(code)->code, "level",
		finding_level_name(finding_info(code)->level), "columns", "text",
		column ? arena_printf(c->arena, "%s of %s", what, column) : what);
	if (code == FIND_acceptance_expired)
		json_object_set_new(v, "text2", json_string(json_text(entry, "until", "")));
	add(c, "report", v);
}

static void accept(struct catalogue *c)
{
	const json_t *list = json_at(c->manifest, "accept");
	size_t made = c->n;
	for (size_t k = 0; k < json_array_size(list); k++) {
		const json_t *entry = json_array_get(list, k);
		const char *column = json_text(entry, "column", NULL);
		bool ended = has_ended(entry, c->manifest), met = false;
		for (size_t i = 0; i < made; i++) {
			struct item *x = &c->items[i];
			if (strcmp(json_text(x->v, "code", ""), json_text(entry, "code", "")) != 0 ||
				(column && !is_about(x->v, column)))
				continue;
			met = true;
			if (!ended && !x->accepted)
				x->accepted = entry;
		}
		if (!met)
			add_about(c, FIND_acceptance_unmatched, entry);
		else if (ended)
			add_about(c, FIND_acceptance_expired, entry);
	}
}

/* ---- causes ---------------------------------------------------------------------------------- */

struct named {
	const char *name;          /* "code:column" */
	size_t order;
};

static int by_name(const void *x, const void *y)
{
	const struct named *a = x, *b = y;
	int order = strcmp(a->name, b->name);
	return order ? order : (a->order > b->order) - (a->order < b->order);
}

static const struct named *name_find(const struct named *names, size_t n, const char *name)
{
	size_t lo = 0, hi = n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (strcmp(names[mid].name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && strcmp(names[lo].name, name) == 0 ? &names[lo] : NULL;
}

/* What is accepted explains nothing that is not: acceptance is said of each finding. */
static void find_causes(struct catalogue *c)
{
	struct named *names = arena_calloc(c->arena, c->n + 1, sizeof *names);
	for (size_t i = 0; i < c->n; i++)
		names[i] = (struct named){ arena_printf(c->arena, "%s:%s",
				json_text(c->items[i].v, "code", ""),
				json_text(c->items[i].v, "columns.0", "")), i };
	qsort(names, c->n, sizeof *names, by_name);
	for (size_t i = 0; i < c->n; i++) {
		const char *cause = json_text(c->items[i].v, "cause", NULL);
		const struct named *lead = cause ? name_find(names, c->n, cause) : NULL;
		if (lead && !c->items[i].accepted && !c->items[lead->order].accepted)
			c->items[i].follows = lead->order;
	}
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < c->n && c->items[c->items[i].follows].follows !=
				c->items[i].follows; k++)
			c->items[i].follows = c->items[c->items[i].follows].follows;
}

/* ---- ranks and points ------------------------------------------------------------------------ */

/* Of like findings of one weight the largest figure comes first: how a model was fitted has no weight. */
static void measure(struct catalogue *c)
{
	size_t first[FIND_COUNT + 1] = { 0 };      /* position of the first one of a code, from 1 */
	for (size_t i = 0; i < c->n; i++) {
		double value = fabs(json_num(c->items[i].v, "value", 0));
		const struct finding_info *info = finding_lookup(json_text(c->items[i].v, "code", ""));
		size_t *at = &first[info ? (size_t)(info - finding_info(0)) : FIND_COUNT];
		*at = *at ? *at : i + 1;
		c->items[i].kind = *at;
		c->items[i].size = isfinite(value) ? value : 0;
	}
}

static int by_rank(const void *x, const void *y)
{
	const struct item *a = x, *b = y;
	if (!a->accepted != !b->accepted)
		return a->accepted ? 1 : -1;
	if (a->level != b->level)
		return a->level > b->level ? -1 : 1;
	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->size != b->size)
		return a->size > b->size ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

static bool alike(const struct item *a, const struct item *b)
{
	return a->level == b->level && json_count(a->v, "columns") > 0 &&
		json_count(b->v, "columns") > 0 &&
		strcmp(json_text(a->v, "code", ""), json_text(b->v, "code", "")) == 0;
}

/* A point is a finding with all that are like it about other columns and with all that follow from them.
 * Numbers the points of the ranked list from 1; gives how many there are of each level. */
static void number_points(struct catalogue *c, size_t points[FINDING_ERROR + 1])
{
	size_t n = 0, *point = arena_calloc(c->arena, c->n + 1, sizeof *point);
	const struct item **firsts = arena_calloc(c->arena, c->n + 1, sizeof *firsts);
	for (size_t i = 0; i < c->n && !c->items[i].accepted; i++) {
		const struct item *x = &c->items[i];
		size_t k = 0;
		if (x->follows != x->order)
			continue;
		while (k < n && !alike(firsts[k], x))
			k++;
		if (k == n) {
			firsts[n++] = x;
			points[x->level]++;
		}
		point[x->order] = k + 1;
	}
	for (size_t i = 0; i < c->n; i++)
		if (!c->items[i].accepted)
			json_object_set_new(c->items[i].v, "point",
				json_integer((json_int_t)point[c->items[i].follows]));
}

/* ---- writing --------------------------------------------------------------------------------- */

static void set_text(json_t *v, const char *key, const char *text)
{
	json_object_set_new(v, key, text ? json_string(text) : json_null());
}

static void put_words(struct catalogue *c, json_t *v)
{
	const struct node *n = doc_finding(c->words, c->words->root, v, "findings.json#", NULL);
	struct buf sentence = { 0 };
	for (size_t i = 0; i < n->ncells; i++)
		cell_print(&sentence, &n->cells[i]);
	set_text(v, "title", n->title);
	set_text(v, "sentence", buf_str(&sentence));
	set_text(v, "advice", n->text);
	buf_free(&sentence);
}

static json_t *write_list(struct catalogue *c)
{
	json_t *list = json_array();
	size_t *place = arena_calloc(c->arena, c->n + 1, sizeof *place);
	for (size_t i = 0; i < c->n; i++)
		place[c->items[i].order] = i;
	for (size_t i = 0; i < c->n; i++) {
		const struct item *x = &c->items[i];
		set_text(x->v, "step", x->step);
		json_object_set_new(x->v, "weight", json_real(x->weight));
		if (x->follows != x->order)
			json_object_set_new(x->v, "follows",
				json_integer((json_int_t)place[x->follows]));
		if (x->accepted)
			json_object_set_new(x->v, "accepted", json_pack("{s:s?, s:s?}", "reason",
				json_text(x->accepted, "reason", NULL), "until",
				json_text(x->accepted, "until", NULL)));
		put_words(c, x->v);
		json_array_append_new(list, x->v);
	}
	return list;
}

static const char *verdict_of(const size_t points[FINDING_ERROR + 1])
{
	return points[FINDING_ERROR] ? "unfit" : points[FINDING_WARNING] ? "care" : "good";
}

static void release(void *json)
{
	json_decref(json);
}

const json_t *report_findings(struct arena *a, const struct artifacts *in)
{
	struct catalogue c = { .arena = a, .words = doc_new(a, ""), .manifest = in->manifest };
	c.words->words = in->words;
	size_t points[FINDING_ERROR + 1] = { 0 }, accepted = 0;
	gather(&c, in);
	accept(&c);
	find_causes(&c);
	measure(&c);
	if (c.n)
		qsort(c.items, c.n, sizeof *c.items, by_rank);
	number_points(&c, points);
	json_t *v = json_object(), *count = json_object();
	arena_own(a, v, release);
	for (size_t i = 0; i < c.n; i++)
		accepted += c.items[i].accepted != NULL;
	set_text(v, "schema", "dossier/findings/1");
	set_text(v, "verdict", verdict_of(points));
	for (int l = FINDING_ERROR; l >= FINDING_INFO; l--)
		json_object_set_new(count, finding_level_name((enum finding_level)l),
			json_integer((json_int_t)points[l]));
	json_object_set_new(v, "points", count);
	json_object_set_new(v, "accepted", json_integer((json_int_t)accepted));
	json_object_set_new(v, "findings", write_list(&c));
	return v;
}
