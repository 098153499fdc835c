/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records of keys and values as rows of columns. Keys are a tree, as in the file; a key that has
 * scalars or arrays is a column, called by its path ("address.city"). Records mostly repeat the
 * keys of the one before in the same order, so each key knows which one followed it.
 */
#include "ingest/json/json_int.h"

#include <stdlib.h>
#include <string.h>

/* ---- keys ---------------------------------------------------------------------------------- */

static void record_free(void *p)
{
	struct js_record *r = p;
	free(r->cells);
	free(r->table);
}

struct js_record *js_record_new(struct feed *f)
{
	struct js_record *r = arena_alloc(f->arena, sizeof *r);
	r->feed = f;
	r->depth = feed_limits(f).depth;
	r->number = 1;
	r->mask = 255;
	r->table = mem_calloc(r->mask + 1, sizeof *r->table);
	r->root = arena_alloc(f->arena, sizeof *r->root);
	r->root->col = -1;
	arena_own(f->arena, r, record_free);
	return r;
}

void js_record_start(struct js_record *r)
{
	r->n = 0;
	r->repeated = 0;
	r->number++;
	r->too_deep = false;
}

/* Of names only, not of addresses: the same in each run. */
static size_t key_hash(const struct js_node *object, struct str key)
{
	return (size_t)hash64(key.p, key.n, object->hash);
}

static void table_grow(struct js_record *r)
{
	size_t mask = r->mask * 2 + 1;
	struct js_node **table = mem_calloc(mask + 1, sizeof *table);
	for (size_t i = 0; i <= r->mask; i++)
		for (struct js_node *n = r->table[i], *next; n; n = next) {
			next = n->clash;
			n->clash = table[n->hash & mask];
			table[n->hash & mask] = n;
		}
	free(r->table);
	r->table = table;
	r->mask = mask;
}

static struct js_node *key_add(struct js_record *r, struct js_node *object,
	struct str key, size_t hash)
{
	if (r->nnodes++ > r->mask)
		table_grow(r);
	struct js_node *n = arena_alloc(r->feed->arena, sizeof *n);
	n->key = (struct str){ arena_strndup(r->feed->arena, key.p, key.n), key.n };
	n->parent = object;
	n->hash = hash;
	n->col = -1;
	n->plain = true;
	for (size_t i = 0; i < key.n; i++)
		n->plain = n->plain && (unsigned char)key.p[i] >= ' ' && key.p[i] != '"' &&
			key.p[i] != '\\';
	n->clash = r->table[hash & r->mask];
	r->table[hash & r->mask] = n;
	if (object->last)
		object->last->sibling = n;
	else
		object->first = n;
	object->last = n;
	return n;
}

struct js_node *js_key(struct js_record *r, struct js_node *object,
	struct js_node *before, struct str key)
{
	size_t hash = key_hash(object, key);
	struct js_node *n = r->table[hash & r->mask];
	while (n && !(n->hash == hash && n->parent == object && n->key.n == key.n &&
		(!key.n || memcmp(n->key.p, key.p, key.n) == 0)))
		n = n->clash;
	if (!n)
		n = key_add(r, object, key, hash);
	if (n->seen == r->number) {
		r->repeated++;
		if (!r->duplicate)
			r->duplicate = n->key.p;
	}
	n->seen = r->number;
	if (before)
		before->then = n;
	return n;
}

/* ---- columns ------------------------------------------------------------------------------- */

static void name_put(struct buf *b, const struct js_node *n)
{
	if (n->parent->parent && !n->parent->flat) {
		name_put(b, n->parent);
		buf_putc(b, '.');
	}
	utf8_clean(b, n->key.p, n->key.n);
}

static int column_add(struct js_record *r, struct js_node *n, struct err *e)
{
	struct buf name = { 0 };
	if (n->named)
		buf_puts(&name, n->named);
	else if (!r->unnamed || n->parent->parent)
		name_put(&name, n);
	struct feed_column c = { .name = arena_strdup(r->feed->arena, buf_str(&name)) };
	buf_free(&name);
	n->col = feed_column(r->feed, &c, e);
	return n->col < 0 ? -1 : 0;
}

/* Null alone makes a column too, unless it stands for an object. */
static int columns_below(struct js_record *r, struct js_node *object, struct err *e)
{
	for (struct js_node *n = object->first; n; n = n->sibling) {
		int64_t values = 0;
		for (int k = JS_NULL + 1; k < JS_KINDS; k++)
			values += n->kinds[k];
		bool wanted = values || (n->kinds[JS_NULL] && !n->first);
		if (wanted && n->col < 0 && !n->skip && !n->point && column_add(r, n, e))
			return -1;
		if (!n->skip && columns_below(r, n, e))
			return -1;
	}
	return 0;
}

int js_columns(struct js_record *r, struct err *e)
{
	if (columns_below(r, r->root, e))
		return -1;
	/* what was seen so far will be read again */
	for (size_t i = 0; i <= r->mask; i++)
		for (struct js_node *n = r->table[i]; n; n = n->clash) {
			memset(n->kinds, 0, sizeof n->kinds);
			n->numeric = 0;
		}
	r->duplicates = 0;
	return 0;
}

/* ---- cells --------------------------------------------------------------------------------- */

void js_cell_add(struct js_record *r, struct js_node *node, enum js_kind kind,
	struct str s)
{
	if (node->skip)
		return;
	if (r->n == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 64;
		r->cells = mem_realloc(r->cells, r->cap, sizeof *r->cells);
	}
	r->cells[r->n++] = (struct js_cell){ node, kind, s };
}

/* Evidence of kinds. A text is checked for being a number by its first byte mostly. */
static void count(const struct js_cell *c)
{
	double v;
	c->node->kinds[c->kind]++;
	if (c->kind == JS_TEXT && c->s.n && c->s.n < NUM_MAX && *c->s.p <= '9' &&
		num_parse_double(c->s.p, c->s.n, &v))
		c->node->numeric++;
}

void js_record_count(struct js_record *r)
{
	for (size_t i = 0; i < r->n; i++)
		count(&r->cells[i]);
	r->n = 0;
}

int js_record_put(struct js_record *r, struct block *b, struct err *e)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct js_cell *c = &r->cells[i];
		count(c);
		if (c->node->col < 0) {
			/* null may turn out to stand for an object */
			if (c->kind == JS_NULL && c->node->first)
				continue;
			if (column_add(r, c->node, e))
				return -1;
		}
		feed_put(b, c->node->col, c->kind == JS_NULL ? (struct str){ 0 } : c->s);
	}
	r->duplicates += r->repeated;
	r->n = 0;
	return 0;
}

/* ---- GeoJSON (RFC 7946) -------------------------------------------------------------------- */

static struct js_node *place(struct js_record *r, struct js_node *object, const char *key)
{
	return js_key(r, object, NULL, str_of(key));
}

bool js_is_feature(const struct js_record *r)
{
	bool geometry = false, properties = false, feature = false;
	for (const struct js_node *n = r->root->first; n; n = n->sibling) {
		geometry |= str_eq(n->key, "geometry");
		properties |= str_eq(n->key, "properties");
	}
	for (size_t i = 0; i < r->n; i++)
		feature |= r->cells[i].node->parent == r->root &&
			str_eq(r->cells[i].node->key, "type") && str_eq(r->cells[i].s, "Feature");
	return geometry && properties && feature;
}

void js_geo(struct js_record *r)
{
	r->number++;               /* no key is here twice */
	place(r, r->root, "type")->skip = true;
	place(r, r->root, "bbox")->skip = true;
	struct js_node *geometry = place(r, r->root, "geometry");
	place(r, geometry, "bbox")->skip = true;
	place(r, geometry, "type")->named = "geometry";
	struct js_node *position = place(r, geometry, "coordinates");
	position->point = true;
	place(r, position, "longitude")->named = "longitude";
	place(r, position, "latitude")->named = "latitude";
	place(r, r->root, "properties")->flat = true;
	feed_fact(r->feed, "GeoJSON",
		"properties are columns; of geometries their type and the position of points");
}

/* ---- what there is to tell ----------------------------------------------------------------- */

static const char *const kind_names[JS_KINDS] = { "null", "text", "numbers", "booleans",
	"arrays" };

static void column_findings(const struct js_record *r, const struct js_node *n)
{
	const char *name = r->feed->columns[n->col].name;
	int most = JS_TEXT, next = JS_TEXT;
	int64_t values = 0;
	for (int k = JS_TEXT; k < JS_KINDS; k++) {
		values += n->kinds[k];
		if (n->kinds[k] > n->kinds[most])
			most = k;
	}
	for (int k = JS_TEXT; k < JS_KINDS; k++)
		if (k != most && (next == most || n->kinds[k] > n->kinds[next]))
			next = k;
	if (values > n->kinds[most])
		feed_finding(r->feed, FIND_json_mixed_kinds, name, values - n->kinds[most], values,
			kind_names[most], kind_names[next]);
	else if (values > 1 && n->numeric == values)
		feed_finding(r->feed, FIND_json_number_texts, name, values, values, NULL, NULL);
}

static int walk_findings(const struct js_record *r, const struct js_node *object)
{
	int arrays = 0;
	for (const struct js_node *n = object->first; n; n = n->sibling) {
		if (n->col >= 0)
			column_findings(r, n);
		arrays += n->kinds[JS_ARRAY] > 0;
		arrays += walk_findings(r, n);
	}
	return arrays;
}

void js_record_findings(struct js_record *r)
{
	int arrays = walk_findings(r, r->root);
	if (r->nested)
		feed_fact(r->feed, "nested objects",
			"their keys are columns, called by their path (a.b)");
	if (arrays)
		feed_fact(r->feed, "arrays", "kept as JSON text, in %d column%s", arrays,
			arrays == 1 ? "" : "s");
	if (r->duplicates)
		feed_finding(r->feed, FIND_json_duplicate_keys, NULL, r->duplicates, -1,
			r->duplicate, NULL);
}
