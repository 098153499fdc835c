/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flat: FlatBuffers, as far as Arrow's metadata needs them. A table is an int32 distance back to its
 * vtable followed by its fields; the vtable lists its own size, the size of the table, and for each
 * field number the place within the table, or 0 when absent. References count forwards from where
 * they stand. See https://flatbuffers.dev/internals/.
 */
#include "table/table_int.h"

#include <string.h>

/* ---- building --------------------------------------------------------------------------------- */

enum { SLOTS_MAX = 8, VTABLE_HEAD = 2 };

/* Zeros until `ahead` bytes further on is a multiple of `align`. */
static void pad(struct buf *b, size_t align, size_t ahead)
{
	while ((b->n + ahead) % align)
		buf_putc(b, 0);
}

static void put_u32(struct buf *b, size_t v)
{
	uint32_t x = (uint32_t)v;
	buf_put(b, &x, sizeof x);
}

static void refer(struct buf *b, size_t at, size_t target)
{
	uint32_t distance = (uint32_t)(target - at);
	memcpy(b->p + at, &distance, sizeof distance);
}

void flat_start(struct buf *b)
{
	buf_clear(b);
	put_u32(b, 0);
}

void flat_root(struct buf *b, size_t table)
{
	refer(b, 0, table);
}

size_t flat_table(struct buf *b, const struct flat_slot *s, size_t n)
{
	uint16_t vtable[VTABLE_HEAD + SLOTS_MAX] = { 0 };
	size_t slots = 0, end = 4;
	for (size_t i = 0; i < n; i++) {
		end = (end + s[i].size - 1) / s[i].size * s[i].size;
		vtable[VTABLE_HEAD + s[i].slot] = (uint16_t)end;
		end += s[i].size;
		if (s[i].slot >= slots)
			slots = s[i].slot + 1u;
	}
	size_t bytes = sizeof vtable[0] * (VTABLE_HEAD + slots);
	vtable[0] = (uint16_t)bytes;
	vtable[1] = (uint16_t)end;

	pad(b, 8, bytes);      /* the table starts aligned for any field */
	buf_put(b, vtable, bytes);
	size_t table = b->n;
	put_u32(b, bytes);
	for (size_t i = 0; i < n; i++) {
		pad(b, s[i].size, 0);
		buf_put(b, &s[i].value, s[i].size);
	}
	return table;
}

void flat_link(struct buf *b, size_t table, int slot, size_t target)
{
	uint32_t back;
	uint16_t place;
	memcpy(&back, b->p + table, sizeof back);
	memcpy(&place, b->p + table - back + sizeof place * (size_t)(VTABLE_HEAD + slot), sizeof place);
	refer(b, table + place, target);
}

size_t flat_text(struct buf *b, const char *s)
{
	size_t n = strlen(s);
	pad(b, 4, 0);
	size_t at = b->n;
	put_u32(b, n);
	buf_put(b, s, n + 1);
	return at;
}

size_t flat_structs(struct buf *b, const void *p, size_t size, size_t n)
{
	pad(b, 8, 4);
	size_t at = b->n;
	put_u32(b, n);
	if (n)
		buf_put(b, p, size * n);
	return at;
}

size_t flat_refs(struct buf *b, size_t n)
{
	pad(b, 4, 0);
	size_t at = b->n;
	put_u32(b, n);
	for (size_t i = 0; i < n; i++)
		put_u32(b, 0);
	return at;
}

void flat_refs_link(struct buf *b, size_t refs, size_t i, size_t target)
{
	refer(b, refs + 4 + 4 * i, target);
}

/* ---- reading ---------------------------------------------------------------------------------- */

static size_t bad(struct flat *f)
{
	f->bad = true;
	return 0;
}

static bool within(const struct flat *f, size_t at, size_t n)
{
	return at <= f->n && n <= f->n - at;
}

static uint16_t get_u16(const struct flat *f, size_t at)
{
	uint16_t v;
	memcpy(&v, f->p + at, sizeof v);
	return v;
}

static uint32_t get_u32(const struct flat *f, size_t at)
{
	uint32_t v;
	memcpy(&v, f->p + at, sizeof v);
	return v;
}

/* Where the reference at `at` (within) leads, 0 when outside. */
static size_t follow(struct flat *f, size_t at)
{
	size_t distance = get_u32(f, at);
	if (distance < 4 || !within(f, at, distance) || !within(f, at + distance, 4))
		return bad(f);
	return at + distance;
}

/* Where `size` bytes of a field lie, 0 when it is absent. */
static size_t locate(struct flat *f, size_t table, int slot, size_t size)
{
	if (!table)
		return 0;
	if (!within(f, table, 4))
		return bad(f);
	int32_t back = (int32_t)get_u32(f, table);
	int64_t vtable = (int64_t)table - back;
	if (vtable < 0 || !within(f, (size_t)vtable, 4))
		return bad(f);
	size_t vt = (size_t)vtable, vt_bytes = get_u16(f, vt), bytes = get_u16(f, vt + 2);
	if (vt_bytes < 4 || !within(f, vt, vt_bytes) || !within(f, table, bytes))
		return bad(f);
	size_t entry = sizeof(uint16_t) * (size_t)(VTABLE_HEAD + slot);
	if (entry + sizeof(uint16_t) > vt_bytes)
		return 0;
	size_t place = get_u16(f, vt + entry);
	if (!place)
		return 0;
	if (place < 4 || place + size > bytes)
		return bad(f);
	return table + place;
}

size_t flat_get_root(struct flat *f)
{
	return within(f, 0, 4) ? follow(f, 0) : bad(f);
}

size_t flat_get_table(struct flat *f, size_t table, int slot)
{
	size_t at = locate(f, table, slot, 4);
	return at ? follow(f, at) : 0;
}

int64_t flat_get_int(struct flat *f, size_t table, int slot, size_t size, int64_t absent)
{
	size_t at = locate(f, table, slot, size);
	if (!at)
		return absent;
	int64_t v = 0;
	memcpy(&v, f->p + at, size);
	switch (size) {
	case 2:
		return (int16_t)v;
	case 4:
		return (int32_t)v;
	default:
		return v;
	}
}

const uint8_t *flat_get_items(struct flat *f, size_t table, int slot, size_t size, size_t *count)
{
	*count = 0;
	size_t at = flat_get_table(f, table, slot);
	if (!at)
		return NULL;
	size_t n = get_u32(f, at);
	if (n > (f->n - at - 4) / size) {
		bad(f);
		return NULL;
	}
	*count = n;
	return f->p + at + 4;
}

struct str flat_get_text(struct flat *f, size_t table, int slot)
{
	struct str s = { 0 };
	s.p = (const char *)flat_get_items(f, table, slot, 1, &s.n);
	return s;
}

size_t flat_get_item_table(struct flat *f, const uint8_t *items, size_t i)
{
	return follow(f, (size_t)(items - f->p) + 4 * i);
}
