/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * records: the metadata of a batch, Arrow's RecordBatch, in both directions: for each column its rows
 * and missing values, for each of its buffers the place in the body of the message. A dictionary has
 * the same shape, with one column.
 */
#include "table/table_int.h"

#include <stdlib.h>
#include <string.h>

/* Of Message.fbs. */
enum { RECORDS_LENGTH, RECORDS_NODES, RECORDS_BUFFERS, RECORDS_COMPRESSION };
struct arrow_node {            /* one a column of a batch */
	int64_t rows, nulls;
};
struct arrow_buffer {          /* relative to the body of its message */
	int64_t offset, size;
};

/* Buffers of a column and their sizes in bytes, in Arrow's order: validity, then data or offsets,
 * then text. Returns how many: 2 or 3. */
static int buffer_sizes(const struct column *c, int64_t text, int64_t size[3])
{
	int64_t rows = c->rows;
	size[0] = c->nulls ? (rows + 7) / 8 : 0;
	size[2] = text;
	switch (c->type) {
	case COLUMN_INT64:
	case COLUMN_FLOAT64:
	case COLUMN_TIMESTAMP:
	case COLUMN_TIME:
	case COLUMN_DURATION:
		size[1] = 8 * rows;
		return 2;
	case COLUMN_DATE:
	case COLUMN_DICT:
		size[1] = 4 * rows;
		return 2;
	case COLUMN_BOOL:
		size[1] = (rows + 7) / 8;
		return 2;
	case COLUMN_UTF8:
		break;
	}
	size[1] = 4 * (rows + 1);
	return 3;
}

static int64_t padded(int64_t size)
{
	return (size + 7) & ~INT64_C(7);
}

int64_t column_text(const struct column *c)
{
	return c->type == COLUMN_UTF8 ? c->v.offsets[c->rows] : 0;
}

int64_t records_body(const struct column *cols, int n)
{
	int64_t body = 0, size[3];
	for (int i = 0; i < n; i++) {
		int count = buffer_sizes(&cols[i], column_text(&cols[i]), size);
		for (int k = 0; k < count; k++)
			body += padded(size[k]);
	}
	return body;
}

size_t records_put(struct buf *b, const struct column *cols, int n, int64_t rows)
{
	const struct flat_slot slots[] = {
		{ RECORDS_LENGTH, 8, rows },
		{ RECORDS_NODES, FLAT_REF, 0 },
		{ RECORDS_BUFFERS, FLAT_REF, 0 },
	};
	struct arrow_node *nodes = mem_calloc((size_t)n + 1, sizeof *nodes);
	struct arrow_buffer *buffers = mem_calloc(3 * (size_t)n + 1, sizeof *buffers);
	size_t nbuffers = 0;
	int64_t offset = 0, size[3];
	for (int i = 0; i < n; i++) {
		nodes[i] = (struct arrow_node){ cols[i].rows, cols[i].nulls };
		int count = buffer_sizes(&cols[i], column_text(&cols[i]), size);
		for (int k = 0; k < count; k++) {
			buffers[nbuffers++] = (struct arrow_buffer){ offset, size[k] };
			offset += padded(size[k]);
		}
	}
	size_t table = flat_table(b, slots, COUNTOF(slots));
	flat_link(b, table, RECORDS_NODES, flat_structs(b, nodes, sizeof *nodes, (size_t)n));
	flat_link(b, table, RECORDS_BUFFERS, flat_structs(b, buffers, sizeof *buffers, nbuffers));
	free(nodes);
	free(buffers);
	return table;
}

int records_get(struct flat *f, size_t table, int ncols, struct records *r, struct err *e)
{
	size_t nnodes;
	r->rows = flat_get_int(f, table, RECORDS_LENGTH, 8, -1);
	r->nodes = flat_get_items(f, table, RECORDS_NODES, sizeof(struct arrow_node), &nnodes);
	r->buffers = flat_get_items(f, table, RECORDS_BUFFERS, sizeof(struct arrow_buffer), &r->left);
	size_t compression = flat_get_table(f, table, RECORDS_COMPRESSION);
	if (f->bad || !r->nodes || !r->buffers || compression || nnodes != (size_t)ncols)
		return err_set(e, ERR_INPUT, "its metadata is damaged");
	return 0;
}

/* The next buffer: NULL with an error when it does not lie aligned within the body. */
static const void *buffer_get(struct records *r, int64_t *size, struct err *e)
{
	struct arrow_buffer b;
	if (r->left) {
		memcpy(&b, r->buffers, sizeof b);
		r->buffers += sizeof b;
		r->left--;
		*size = b.size;
		if (b.offset >= 0 && b.offset % 8 == 0 && b.offset <= r->body_size &&
				b.size >= 0 && b.size <= r->body_size - b.offset)
			return r->body + b.offset;
	}
	err_set(e, ERR_INPUT, "a buffer lies outside of its message");
	return NULL;
}

int records_column(struct records *r, enum column_type type, int64_t codes, struct column *c,
	struct err *e)
{
	struct arrow_node node;
	memcpy(&node, r->nodes, sizeof node);
	r->nodes += sizeof node;
	if (node.rows != r->rows || node.nulls < 0 || node.nulls > node.rows)
		return err_set(e, ERR_INPUT, "its number of rows or missing values is impossible");
	*c = (struct column){ .type = type, .rows = node.rows, .nulls = node.nulls };

	const void *p[3] = { NULL };
	int64_t size[3] = { 0 }, want[3];
	int count = buffer_sizes(c, 0, want);
	for (int k = 0; k < count; k++) {
		p[k] = buffer_get(r, &size[k], e);
		if (!p[k])
			return -1;
		if (k < 2 && size[k] != want[k])
			return err_set(e, ERR_INPUT, "a buffer has the wrong size");
	}
	c->valid = c->nulls ? p[0] : NULL;
	c->bytes = p[2];
	switch (type) {
	case COLUMN_INT64:
	case COLUMN_TIMESTAMP:
	case COLUMN_TIME:
	case COLUMN_DURATION:
		c->v.i64 = p[1];
		break;
	case COLUMN_FLOAT64:
		c->v.f64 = p[1];
		break;
	case COLUMN_BOOL:
		c->v.bits = p[1];
		break;
	case COLUMN_DATE:
	case COLUMN_DICT:
		c->v.i32 = p[1];
		break;
	case COLUMN_UTF8:
		c->v.offsets = p[1];
		break;
	}
	const char *fault = column_fault(c, size[2], codes);
	return fault ? err_set(e, ERR_INPUT, "%s", fault) : 0;
}

