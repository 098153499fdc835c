/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes workbooks for tests: records of any version of BIFF, compound files around them. */
#ifndef INGEST_XLS_H
#define INGEST_XLS_H

#include "ingest/sheet/xls_int.h"

#include <string.h>

/* ---- numbers and records ------------------------------------------------------------------- */

static inline void put_le(struct buf *b, uint64_t v, int n)
{
	for (int i = 0; i < n; i++)
		buf_putc(b, (char)(i < 8 ? v >> (8 * i) & 0xff : 0));
}
static inline void put_double(struct buf *b, double v)
{
	uint64_t bits;
	memcpy(&bits, &v, sizeof bits);
	put_le(b, bits, 8);
}
/* A record whose payload is `n` bytes at `p`. */
static inline void record(struct buf *b, unsigned id, const void *p, size_t n)
{
	put_le(b, id, 2);
	put_le(b, n, 2);
	buf_put(b, p, n);
}
/* A record that was put together in `payload`, which becomes empty. */
static inline void record_of(struct buf *b, unsigned id, struct buf *payload)
{
	record(b, id, buf_str(payload), payload->n);
	buf_clear(payload);
}
/* A payload as a literal. */
#define RECORD(b, id, literal) record(b, id, literal, sizeof(literal) - 1)

static inline void bof(struct buf *b, int version, unsigned type)
{
	static const unsigned id[] = { [2] = 0x0009, [3] = 0x0209, [4] = 0x0409, [5] = 0x0809,
		[8] = 0x0809 };
	struct buf p = { 0 };
	put_le(&p, version == 8 ? 0x0600 : (unsigned)version << 8, 2);
	put_le(&p, type, 2);
	put_le(&p, 0, version >= 5 ? 4 : 2);
	record_of(b, id[version], &p);
	buf_free(&p);
}
static inline void eof(struct buf *b)
{
	record(b, XLS_EOF, "", 0);
}

/* ---- cells --------------------------------------------------------------------------------- */

/* Row, column and XF, both from 0; in BIFF2 the number of the format stands for the XF. */
static inline void put_place(struct buf *p, int version, unsigned row, unsigned column, unsigned xf)
{
	put_le(p, row, 2);
	put_le(p, column, 2);
	put_le(p, version == 2 ? (uint64_t)xf << 8 : xf, version == 2 ? 3 : 2);
}
static inline void number(struct buf *b, int version, unsigned row, unsigned column, unsigned xf,
	double v)
{
	struct buf p = { 0 };
	put_place(&p, version, row, column, xf);
	put_double(&p, v);
	record_of(b, version == 2 ? 0x0003 : 0x0203, &p);
	buf_free(&p);
}
/* A text of bytes: before BIFF8 in the code page, in BIFF8 the low halves of UTF-16. */
static inline void label(struct buf *b, int version, unsigned row, unsigned column,
	const char *text)
{
	struct buf p = { 0 };
	put_place(&p, version, row, column, 0);
	put_le(&p, strlen(text), version == 2 ? 1 : 2);
	if (version == 8)
		buf_putc(&p, 0);
	buf_puts(&p, text);
	record_of(b, version == 2 ? 0x0004 : 0x0204, &p);
	buf_free(&p);
}
/* A cell of any other kind: what stands behind its XF as a literal. */
#define CELL(b, id, row, column, literal) cell(b, id, row, column, literal, sizeof(literal) - 1)
static inline void cell(struct buf *b, unsigned id, unsigned row, unsigned column, const char *rest,
	size_t n)
{
	struct buf p = { 0 };
	put_place(&p, 8, row, column, 0);
	buf_put(&p, rest, n);
	record_of(b, id, &p);
	buf_free(&p);
}
/* The format of the next XF. */
static inline void xf(struct buf *b, unsigned format)
{
	struct buf p = { 0 };
	put_le(&p, 0, 2);
	put_le(&p, format, 2);
	put_le(&p, 0, 16);
	record_of(b, XLS_XF, &p);
	buf_free(&p);
}

/* ---- workbooks of BIFF5 and BIFF8 ------------------------------------------------------------ */

struct sheet_bytes {
	const char *name;
	int visible, type;             /* 1: hidden; 0: worksheet */
	struct buf *records;           /* without BOF and EOF */
};
/* The whole stream: globals (without BOF and EOF), then the sheets. */
static inline void workbook(struct buf *b, int version, const struct buf *globals,
	const struct sheet_bytes *v, size_t n)
{
	struct buf p = { 0 };
	size_t at = 12 + globals->n + 4;
	for (size_t i = 0; i < n; i++)
		at += 4 + 6 + 1 + (size_t)(version == 8) + strlen(v[i].name);
	bof(b, version, XLS_GLOBALS);
	buf_put(b, buf_str(globals), globals->n);
	for (size_t i = 0; i < n; i++) {
		put_le(&p, at, 4);
		put_le(&p, (uint64_t)v[i].visible | (uint64_t)v[i].type << 8, 2);
		put_le(&p, strlen(v[i].name), 1);
		if (version == 8)
			buf_putc(&p, 0);
		buf_puts(&p, v[i].name);
		record_of(b, XLS_BOUNDSHEET, &p);
		at += 12 + v[i].records->n + 4;
	}
	eof(b);
	for (size_t i = 0; i < n; i++) {
		bof(b, version, v[i].type ? 0x0020 : XLS_WORKSHEET);
		buf_put(b, buf_str(v[i].records), v[i].records->n);
		eof(b);
	}
	buf_free(&p);
}

/* ---- compound files ------------------------------------------------------------------------ */

enum { SECTOR = 512, NONE = -2 };

static inline void put_entry(struct buf *b, const char *name, int type, int64_t child,
	int64_t start, size_t size)
{
	size_t from = b->n;
	for (const char *c = name; *c; c++)
		put_le(b, (unsigned char)*c, 2);
	while (b->n < from + 64)
		buf_putc(b, 0);
	put_le(b, 2 * strlen(name) + 2, 2);
	put_le(b, (uint64_t)type | 1u << 8, 2);
	put_le(b, UINT64_MAX, 8);
	put_le(b, (uint64_t)child, 4);
	put_le(b, 0, 36);
	put_le(b, (uint64_t)start, 4);
	put_le(b, size, 8);
}
/* One stream in one compound file. Its sectors stand in the file from the last to the first, so
 * that they have to be put together; sector 0 is the table, 1 the directory. `small`: the stream
 * is kept in sectors of 64 bytes (also from the last) within a stream of the root. At most 60 kB. */
static inline void compound(struct buf *b, const char *name, const struct buf *stream, bool small)
{
	size_t unit = small ? 64 : SECTOR, n = (stream->n + unit - 1) / unit;
	size_t bytes = n * unit, sectors = (bytes + SECTOR - 1) / SECTOR;
	size_t first = small ? 3 : 2;  /* behind the table of small sectors */
	struct buf data = { 0 };
	for (size_t i = n; i-- > 0;) {
		size_t left = stream->n - i * unit, k = left < unit ? left : unit;
		buf_put(&data, stream->p + i * unit, k);
		for (; k < unit; k++)
			buf_putc(&data, 0);
	}
	while (data.n < sectors * SECTOR)
		buf_putc(&data, 0);
	buf_put(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
	put_le(b, 0, 16);
	buf_put(b, "\x3e\0\3\0\xfe\xff\x09\0\6\0\0\0\0\0\0\0\0\0\0\0", 20);
	put_le(b, 1, 4);               /* sectors of the table */
	put_le(b, 1, 4);               /* the directory */
	put_le(b, 0, 4);
	put_le(b, small ? 4096 : 0, 4);
	put_le(b, small ? 2 : (uint32_t)NONE, 4);
	put_le(b, small, 4);
	put_le(b, (uint32_t)NONE, 4);
	put_le(b, 0, 4);
	put_le(b, 0, 4);               /* the table is sector 0 */
	for (int i = 1; i < 109; i++)
		put_le(b, UINT32_MAX, 4);
	for (size_t i = 0; i < SECTOR / 4; i++) {
		int64_t next = -1;
		if (i < first)
			next = i ? NONE : -3;
		else if (small && i < first + sectors)
			next = i + 1 < first + sectors ? (int64_t)i + 1 : NONE;
		else if (i < first + sectors)
			next = i > first ? (int64_t)i - 1 : NONE;
		put_le(b, (uint64_t)next, 4);
	}
	int64_t last = (int64_t)(first + sectors) - 1;
	put_entry(b, "Root Entry", 5, 1, small ? (int64_t)first : NONE, small ? sectors * SECTOR : 0);
	put_entry(b, name, 2, -1, small ? (int64_t)n - 1 : last, stream->n);
	while (b->n % SECTOR)
		buf_putc(b, 0);
	for (size_t i = 0; small && i < SECTOR / 4; i++)
		put_le(b, (uint64_t)(i && i < n ? (int64_t)i - 1 : NONE), 4);
	buf_put(b, data.p, data.n);
	buf_free(&data);
}

#endif
