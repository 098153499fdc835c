/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * schema: fields to Arrow's Schema metadata and back. One table of types serves both directions.
 */
#include "table/table_int.h"

#include <limits.h>
#include <string.h>

/* Field numbers of Schema.fbs. */
enum { SCHEMA_ENDIANNESS, SCHEMA_FIELDS };
enum { FIELD_NAME, FIELD_NULLABLE, FIELD_TYPE_TAG, FIELD_TYPE, FIELD_DICTIONARY, FIELD_CHILDREN };
enum { ENCODING_ID, ENCODING_INDEX, ENCODING_ORDERED };
enum { TIMESTAMP_UNIT, TIMESTAMP_ZONE };

/* Members of the union Type, and what their own tables say. */
enum { TAG_INT = 2, TAG_FLOAT = 3, TAG_UTF8 = 5, TAG_BOOL = 6, TAG_DATE = 8, TAG_TIME = 9,
	TAG_TIMESTAMP = 10, TAG_DURATION = 18 };
struct arrow_type {
	uint8_t tag;
	size_t n;
	struct flat_slot slots[2];
};
static const struct arrow_type types[] = {
	[COLUMN_INT64] = { TAG_INT, 2, { { 0, 4, 64 }, { 1, 1, true } } },  /* bits, signed */
	[COLUMN_FLOAT64] = { TAG_FLOAT, 1, { { 0, 2, 2 } } },               /* double precision */
	[COLUMN_BOOL] = { TAG_BOOL, 0, { { 0 } } },
	[COLUMN_DATE] = { TAG_DATE, 1, { { 0, 2, 0 } } },                   /* days */
	[COLUMN_TIMESTAMP] = { TAG_TIMESTAMP, 1, { { TIMESTAMP_UNIT, 2, 2 } } },  /* microseconds */
	[COLUMN_TIME] = { TAG_TIME, 2, { { 0, 2, 2 }, { 1, 4, 64 } } },     /* microseconds, bits */
	[COLUMN_DURATION] = { TAG_DURATION, 1, { { 0, 2, 2 } } },           /* microseconds */
	[COLUMN_UTF8] = { TAG_UTF8, 0, { { 0 } } },
	[COLUMN_DICT] = { TAG_UTF8, 0, { { 0 } } },
};
static const struct arrow_type index_type = { TAG_INT, 2, { { 0, 4, 32 }, { 1, 1, true } } };

static size_t type_put(struct buf *b, const struct field *f)
{
	const struct arrow_type *t = &types[f->type];
	if (f->type != COLUMN_TIMESTAMP || !f->zone)
		return flat_table(b, t->slots, t->n);
	struct flat_slot with_zone[] = { t->slots[0], { TIMESTAMP_ZONE, FLAT_REF, 0 } };
	size_t table = flat_table(b, with_zone, COUNTOF(with_zone));
	flat_link(b, table, TIMESTAMP_ZONE, flat_text(b, f->zone));
	return table;
}

static size_t encoding_put(struct buf *b, int id)
{
	const struct flat_slot slots[] = { { ENCODING_ID, 8, id }, { ENCODING_INDEX, FLAT_REF, 0 } };
	size_t table = flat_table(b, slots, COUNTOF(slots));
	flat_link(b, table, ENCODING_INDEX, flat_table(b, index_type.slots, index_type.n));
	return table;
}

static size_t field_put(struct buf *b, const struct field *f, int id)
{
	const struct flat_slot slots[] = {
		{ FIELD_NAME, FLAT_REF, 0 },     { FIELD_TYPE, FLAT_REF, 0 },
		{ FIELD_CHILDREN, FLAT_REF, 0 }, { FIELD_NULLABLE, 1, true },
		{ FIELD_TYPE_TAG, 1, types[f->type].tag }, { FIELD_DICTIONARY, FLAT_REF, 0 },
	};
	bool coded = f->type == COLUMN_DICT;   /* the last slot is for these alone */
	size_t table = flat_table(b, slots, COUNTOF(slots) - !coded);
	flat_link(b, table, FIELD_NAME, flat_text(b, f->name));
	flat_link(b, table, FIELD_TYPE, type_put(b, f));
	flat_link(b, table, FIELD_CHILDREN, flat_refs(b, 0));
	if (coded)
		flat_link(b, table, FIELD_DICTIONARY, encoding_put(b, id));
	return table;
}

size_t schema_put(struct buf *b, const struct field *f, int n)
{
	const struct flat_slot slots[] = { { SCHEMA_FIELDS, FLAT_REF, 0 } };
	size_t schema = flat_table(b, slots, COUNTOF(slots));
	size_t refs = flat_refs(b, (size_t)n);
	flat_link(b, schema, SCHEMA_FIELDS, refs);
	for (int i = 0; i < n; i++)
		flat_refs_link(b, refs, (size_t)i, field_put(b, &f[i], i));
	return schema;
}

/* Every slot says exactly what the writer would have said. */
static bool type_is(struct flat *f, size_t table, const struct arrow_type *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct flat_slot *s = &t->slots[i];
		if (flat_get_int(f, table, s->slot, s->size, ~s->value) != s->value)
			return false;
	}
	return true;
}

static bool encoding_is(struct flat *f, size_t encoding, int id)
{
	return flat_get_int(f, encoding, ENCODING_ID, 8, -1) == id &&
		flat_get_int(f, encoding, ENCODING_ORDERED, 1, 0) == 0 &&
		type_is(f, flat_get_table(f, encoding, ENCODING_INDEX), &index_type);
}

static bool type_get(struct flat *f, size_t field, int id, enum column_type *out)
{
	int64_t tag = flat_get_int(f, field, FIELD_TYPE_TAG, 1, 0);
	size_t type = flat_get_table(f, field, FIELD_TYPE);
	size_t encoding = flat_get_table(f, field, FIELD_DICTIONARY);
	for (size_t t = 0; type && t < COUNTOF(types); t++) {
		if (tag != types[t].tag || (t == COLUMN_DICT) != (encoding != 0))
			continue;
		*out = (enum column_type)t;
		return type_is(f, type, &types[t]) && (!encoding || encoding_is(f, encoding, id));
	}
	return false;
}

/* A copy with an end. NULL when absent or holding a NUL, which no text of ours does, and when the
 * texts so far are longer than the metadata: many references to one text could fill the memory. */
static const char *text_get(struct flat *f, size_t table, int slot, struct arena *a, size_t *left)
{
	struct str s = flat_get_text(f, table, slot);
	if (!s.p || s.n > *left || memchr(s.p, 0, s.n))
		return NULL;
	*left -= s.n;
	return arena_strndup(a, s.p, s.n);
}

static int field_get(struct flat *f, size_t field, int id, struct arena *a, size_t *left,
	struct field *out, struct err *e)
{
	size_t children;
	flat_get_items(f, field, FIELD_CHILDREN, FLAT_REF, &children);
	out->name = text_get(f, field, FIELD_NAME, a, left);
	if (f->bad || children || !out->name)
		return err_set(e, ERR_INPUT, "the schema of column %d is damaged", id + 1);
	if (!type_get(f, field, id, &out->type))
		return err_set(e, ERR_INPUT, "column %d has a type that is not ours", id + 1);
	if (out->type == COLUMN_TIMESTAMP)
		out->zone = text_get(f, flat_get_table(f, field, FIELD_TYPE), TIMESTAMP_ZONE, a, left);
	if (f->bad || (out->zone && !utf8_valid(out->zone, strlen(out->zone), NULL)))
		return err_set(e, ERR_INPUT, "the schema of column %d is damaged", id + 1);
	return 0;
}

int schema_get(struct flat *f, size_t schema, struct arena *a, struct field **fields, int *n,
	struct err *e)
{
	size_t count, left = f->n;
	const uint8_t *refs = flat_get_items(f, schema, SCHEMA_FIELDS, FLAT_REF, &count);
	if (!refs || count > INT_MAX || flat_get_int(f, schema, SCHEMA_ENDIANNESS, 2, 0) != 0)
		return err_set(e, ERR_INPUT, "the schema is damaged");
	*n = (int)count;
	*fields = arena_calloc(a, count + 1, sizeof **fields);
	for (int i = 0; i < *n; i++) {
		size_t field = flat_get_item_table(f, refs, (size_t)i);
		if (field_get(f, field, i, a, &left, &(*fields)[i], e))
			return -1;
	}
	return 0;
}
