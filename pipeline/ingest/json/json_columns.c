/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An object of arrays: each array is a column, with a window of its own, and all are read side
 * by side. */
#include "ingest/json/json_int.h"

struct columns {
	struct js_record *record;
	struct js_stream *streams;
	struct js_node **nodes;
	const struct js_shape *shape;
	int64_t row, rows;
};

/* The element of column i in this row. */
static int take(struct columns *x, size_t i, struct block *b, struct err *e)
{
	struct js_stream *s = &x->streams[i];
	struct js_node *node = x->nodes[i];
	char *behind;
	if (js_stream_next(s, e) != JS_OK ||
		js_stream_read(s, x->record, node, &behind, e) != JS_OK)
		return err_set(e, ERR_INPUT, "the file changed while it was read");
	for (size_t k = 0; k < x->record->n; k++) {
		struct js_cell *c = &x->record->cells[k];
		c->s = c->kind == JS_NULL ? (struct str){ 0 } : feed_copy(b, c->s);
	}
	js_stream_took(s, behind);
	return js_record_put(x->record, b, e);
}

static int next(struct feed *f, struct block *b, struct err *e)
{
	struct columns *x = f->state;
	x->record->bytes = b->bytes;
	while (x->row < x->rows && feed_row(f, b)) {
		for (size_t i = 0; i < x->shape->n; i++)
			if (x->row < x->shape->arrays[i].count && take(x, i, b, e))
				return -1;
		x->row++;
		f->records++;
	}
	f->done = (double)x->row / (double)x->rows;
	if (!b->rows)
		js_record_findings(x->record);
	return 0;
}

int js_columns_open(struct feed *f, struct js_record *r, const struct js_bytes *b,
	const struct js_shape *s, struct err *e)
{
	struct columns *x = arena_alloc(f->arena, sizeof *x);
	size_t window = s->n > 256 ? 4 << 10 : 64 << 10;
	int64_t shortest = INT64_MAX;
	*x = (struct columns){ .record = r, .shape = s };
	x->streams = arena_calloc(f->arena, s->n, sizeof *x->streams);
	x->nodes = arena_calloc(f->arena, s->n, sizeof *x->nodes);
	js_record_start(r);
	for (size_t i = 0; i < s->n; i++) {
		const struct js_array *a = &s->arrays[i];
		struct js_node *n = js_key(r, r->root, i ? x->nodes[i - 1] : NULL, a->key);
		js_window_open(&x->streams[i].w, f, b, window);
		js_stream_open(&x->streams[i], JS_ELEMENTS, a->offset);
		n->kinds[JS_NULL] = 1;   /* a column, also without any value */
		x->nodes[i] = n;
		x->rows = a->count > x->rows ? a->count : x->rows;
		shortest = a->count < shortest ? a->count : shortest;
	}
	feed_fact(f, "shape", "an object of %zu array%s: each is a column", s->n,
		s->n == 1 ? "" : "s");
	if (shortest < x->rows)
		feed_finding(f, FIND_padded_rows, NULL, x->rows - shortest, x->rows, NULL, NULL);
	f->state = x;
	f->next = next;
	return js_columns(r, e);
}
