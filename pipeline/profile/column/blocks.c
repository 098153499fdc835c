/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of a column of numbers or dates, a block of rows at a time: small enough to stay in
 * the cache next to the processor while several loops run over it. */
#include "profile/column_int.h"

bool column_is_whole(enum column_type t)
{
	return t == COLUMN_INT64 || t == COLUMN_DATE || t == COLUMN_TIMESTAMP;
}

/* Present values move to the front: each is written, and kept if it counts. */
static size_t keep_present(uint64_t *v, const struct column *c, size_t row, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		v[kept] = v[i];
		kept += c->valid[(row + i) >> 3] >> ((row + i) & 7) & 1;
	}
	return kept;
}

/* Where the rows lie, or a copy in `room` where the table stores something else. */
static const double *reals_at(const struct column *c, size_t row, size_t n, double *room)
{
	if (c->type == COLUMN_FLOAT64)
		return c->v.f64 + row;
	if (c->type == COLUMN_INT64)
		for (size_t i = 0; i < n; i++)
			room[i] = (double)c->v.i64[row + i];
	else
		for (size_t i = 0; i < n; i++)
			room[i] = seconds(c->v.i64[row + i]);
	return room;
}

static const int64_t *wholes_at(const struct column *c, size_t row, size_t n, int64_t *room)
{
	if (c->type != COLUMN_DATE)
		return c->v.i64 + row;
	for (size_t i = 0; i < n; i++)
		room[i] = c->v.i32[row + i];
	return room;
}

static size_t rows_from(const struct column *c, size_t row)
{
	size_t left = (size_t)c->rows - row;
	return left < BLOCK_ROWS ? left : BLOCK_ROWS;
}

void block_reals(struct block *b, const struct column *c, size_t row)
{
	b->n = rows_from(c, row);
	b->x = reals_at(c, row, b->n, b->room.x);
	if (!c->valid)
		return;
	if (b->x != b->room.x)
		memcpy(b->room.x, b->x, b->n * sizeof *b->x);
	b->n = keep_present(b->room.key, c, row, b->n);
	b->x = b->room.x;
}

void block_wholes(struct block *b, const struct column *c, size_t row)
{
	b->n = rows_from(c, row);
	b->v = wholes_at(c, row, b->n, b->room.v);
	if (!c->valid)
		return;
	if (b->v != b->room.v)
		memcpy(b->room.v, b->v, b->n * sizeof *b->v);
	b->n = keep_present(b->room.key, c, row, b->n);
	b->v = b->room.v;
}

size_t block_keep(struct block *b, double most)
{
	size_t kept = 0;
	for (size_t i = 0; i < b->n; i++) {
		double x = b->x[i];
		b->room.x[kept] = x;
		kept += fabs(x) <= most;
	}
	size_t gone = b->n - kept;
	b->n = kept;
	b->x = b->room.x;
	return gone;
}

const double *block_rows(struct block *b, const struct column *c, size_t row)
{
	b->n = rows_from(c, row);
	return reals_at(c, row, b->n, b->room.x);
}
