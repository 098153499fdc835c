/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Compound files: a file system in a file, made of sectors in chains. Nothing in it is trusted:
 * a chain is never followed further than the file has sectors, so that circles end, and all
 * copies together are bounded by the size of the file.
 */
#include "ingest/sheet/xls_int.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Sectors and the table that says which follows which: of the file, or of the small sectors
 * within one of its streams, which hold all streams below the cut-off size. */
struct space {
	struct xls_bytes data;
	size_t sector;
	struct xls_bytes next;         /* 4 bytes a sector */
};
struct cfb {
	struct arena *arena;
	struct space large, small;
	uint32_t cutoff;
	struct xls_bytes directory;
	bool *top;                     /* [entries] on the topmost level */
};

enum { NO_SECTOR = 0xfffffffa };       /* from here on: free, end of chain, tables */
enum { ENTRY = 128 };
enum { ENTRY_STREAM = 2, ENTRY_ROOT = 5 };

bool cfb_is(const void *p, size_t n)
{
	return n >= CFB_MAGIC && memcmp(p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", CFB_MAGIC) == 0;
}

/* ---- chains ------------------------------------------------------------------------------ */

static size_t sectors(const struct space *s)
{
	return s->data.n / s->sector + (s->data.n % s->sector != 0);
}

static uint32_t follow(const struct space *s, uint32_t at)
{
	return at < s->next.n / 4 ? xls_u32(s->next.p + 4 * (size_t)at) : UINT32_MAX;
}

static unsigned char *allocate(struct arena *a, size_t n)
{
	unsigned char *p = mem_alloc(n ? n : 1);
	arena_own(a, p, free);
	return p;
}

/* The bytes of a chain, at most `want`. Most are in one piece and are lent. */
static int chain(struct arena *a, const struct space *s, uint32_t first, size_t want,
	struct xls_bytes *out, struct err *e)
{
	size_t count = 0, limit = sectors(s), got = 0;
	bool together = true;
	for (uint32_t at = first; at < limit && got < want; at = follow(s, at), count++) {
		if (count == limit)
			return err_set(e, ERR_INPUT, "damaged: its sectors run in a circle");
		together = together && at == first + count;
		size_t left = s->data.n - at * s->sector;
		got += left < s->sector ? left : s->sector;
	}
	got = got < want ? got : want;
	*out = (struct xls_bytes){ s->data.p, got };
	if (!count)
		return 0;
	if (together) {
		out->p += first * s->sector;
		return 0;
	}
	unsigned char *copy = allocate(a, got);
	size_t n = 0;
	for (uint32_t at = first; n < got; at = follow(s, at)) {
		size_t from = at * s->sector, left = s->data.n - from;
		size_t k = left < s->sector ? left : s->sector;
		k = k < got - n ? k : got - n;
		memcpy(copy + n, s->data.p + from, k);
		n += k;
	}
	out->p = copy;
	return 0;
}

/* ---- the table of sectors ---------------------------------------------------------------- */

static bool whole_sector(const struct space *s, uint32_t at)
{
	return at < s->data.n / s->sector;
}

/* The table is itself in sectors; the header lists the first 109, a chain of lists the others.
 * What lies beyond the last sector of the file is of no use and is not read. */
static void sector_table(struct cfb *c, const unsigned char *header)
{
	struct space *s = &c->large;
	size_t per = s->sector / 4, need = (sectors(s) + per - 1) / per, n = 0;
	unsigned char *table = allocate(c->arena, need * s->sector);
	const unsigned char *list = header + 76;
	uint32_t more = xls_u32(header + 68);
	for (size_t entries = 109, steps = 0; steps <= need; steps++) {
		for (size_t i = 0; i < entries && n < need; i++) {
			uint32_t at = xls_u32(list + 4 * i);
			if (!whole_sector(s, at))
				continue;
			memcpy(table + n++ * s->sector, s->data.p + at * s->sector, s->sector);
		}
		if (n == need || !whole_sector(s, more))
			break;
		list = s->data.p + more * s->sector;
		entries = per - 1;
		more = xls_u32(list + 4 * entries);
	}
	s->next = (struct xls_bytes){ table, n * s->sector };
}

/* ---- the directory ----------------------------------------------------------------------- */

static size_t entries(const struct cfb *c)
{
	return c->directory.n / ENTRY;
}

static const unsigned char *entry(const struct cfb *c, size_t i)
{
	return c->directory.p + i * ENTRY;
}

/* The entries of a folder are a tree: left, right; `child` is the root of what is inside. */
static void mark_top(struct cfb *c)
{
	size_t n = entries(c), depth = 0;
	c->top = arena_calloc(c->arena, n + 1, sizeof *c->top);
	uint32_t *stack = arena_calloc(c->arena, n + 1, sizeof *stack);
	if (!n)
		return;
	uint32_t first = xls_u32(entry(c, 0) + 76);
	if (first < n) {
		c->top[first] = true;
		stack[depth++] = first;
	}
	while (depth) {
		const unsigned char *d = entry(c, stack[--depth]);
		for (int side = 0; side < 2; side++) {
			uint32_t i = xls_u32(d + 68 + 4 * side);
			if (i < n && !c->top[i]) {
				c->top[i] = true;
				stack[depth++] = i;
			}
		}
	}
}

static bool named(const unsigned char *d, const char *name)
{
	size_t n = strlen(name);
	if (d[66] != ENTRY_STREAM || xls_u16(d + 64) != 2 * n + 2)
		return false;
	char text[32];
	for (size_t i = 0; i < n; i++)
		text[i] = d[2 * i + 1] ? '?' : (char)d[2 * i];
	return strncasecmp(text, name, n) == 0;
}

/* Embedded objects may bring a workbook of their own, further down. */
static const unsigned char *find(const struct cfb *c, const char *name)
{
	for (int level = 0; level < 2; level++)
		for (size_t i = 0; i < entries(c); i++)
			if ((c->top[i] || level) && named(entry(c, i), name))
				return entry(c, i);
	return NULL;
}

bool cfb_has(const struct cfb *c, const char *name)
{
	return find(c, name) != NULL;
}

/* ---- opening ----------------------------------------------------------------------------- */

static int small_sectors(struct cfb *c, const unsigned char *header, struct err *e)
{
	struct space *s = &c->small;
	s->sector = 64;
	if (!entries(c) || entry(c, 0)[66] != ENTRY_ROOT)
		return 0;              /* an odd file, which may do without them */
	if (chain(c->arena, &c->large, xls_u32(entry(c, 0) + 116), SIZE_MAX, &s->data, e))
		return -1;
	return chain(c->arena, &c->large, xls_u32(header + 60), SIZE_MAX, &s->next, e);
}

struct cfb *cfb_open(struct arena *a, struct xls_bytes file, struct err *e)
{
	const unsigned char *header = file.p;
	if (file.n < 512 || !cfb_is(file.p, file.n)) {
		err_set(e, ERR_INPUT, "it is no compound file, or cut off");
		return NULL;
	}
	unsigned shift = xls_u16(header + 30);
	size_t sector = (size_t)1 << (shift & 15);
	if ((shift != 9 && shift != 12) || file.n < sector) {
		err_set(e, ERR_INPUT, "damaged: its sectors have an impossible size");
		return NULL;
	}
	struct cfb *c = arena_alloc(a, sizeof *c);
	c->arena = a;
	c->cutoff = xls_u32(header + 56);
	c->large.sector = sector;
	c->large.data = (struct xls_bytes){ file.p + sector, file.n - sector };
	sector_table(c, header);
	if (chain(a, &c->large, xls_u32(header + 48), SIZE_MAX, &c->directory, e))
		return NULL;
	if (!entries(c)) {
		err_set(e, ERR_INPUT, "damaged or cut off: its directory is not there");
		return NULL;
	}
	mark_top(c);
	return small_sectors(c, header, e) ? NULL : c;
}

int cfb_stream(struct cfb *c, const char *name, struct xls_bytes *out, bool *cut, struct err *e)
{
	const unsigned char *d = find(c, name);
	if (!d)
		return err_set(e, ERR_INPUT, "it has no stream '%s'", name);
	uint32_t size = xls_u32(d + 120);
	const struct space *s = size < c->cutoff && c->small.data.n ? &c->small : &c->large;
	if (chain(c->arena, s, xls_u32(d + 116), size, out, e))
		return -1;
	*cut = out->n < size;
	return 0;
}
