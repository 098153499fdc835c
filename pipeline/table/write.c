/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * write: an Arrow IPC file, streamed. Batches go out as they come; only the 24-byte block of each
 * message is kept for the footer. A message is 0xFFFFFFFF, the length of its metadata, the metadata
 * and its body, all padded to 8 bytes, so that every buffer of the mapped file is aligned. The
 * dictionaries may follow the batches that use them, because readers of files go by the footer.
 */
#include "table/table_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct dictionary {
	bool written;
	int64_t values;
	uint32_t max_code;         /* of all batches so far */
	bool used;                 /* some batch holds a value */
};

struct table_writer {
	struct arena *arena;       /* path and fields */
	const char *path;
	struct field *fields;
	int n;
	FILE *file;
	int64_t at;                /* bytes written */
	bool ended;                /* a short batch was the last */
	struct dictionary *dictionaries;   /* by column */
	struct buf batches, dictionary_blocks;   /* struct arrow_block each */
	struct buf flat;           /* metadata being built */
};

/* ---- bytes ------------------------------------------------------------------------------------ */

static int put(struct table_writer *w, const void *p, int64_t n, struct err *e)
{
	if (n && fwrite(p, 1, (size_t)n, w->file) != (size_t)n)
		return err_errno(e, "writing '%s'", w->path);
	w->at += n;
	return 0;
}

static int put_padding(struct table_writer *w, struct err *e)
{
	static const char zeros[8];
	return put(w, zeros, -w->at & 7, e);
}

static int put_buffer(struct table_writer *w, const void *p, int64_t n, struct err *e)
{
	return put(w, p, n, e) || put_padding(w, e) ? -1 : 0;
}

/* Bits beyond the last row are written as zeros, whatever the caller left there. */
static int put_bits(struct table_writer *w, const uint8_t *bits, int64_t rows, struct err *e)
{
	int64_t whole = rows / 8;
	uint8_t last = (uint8_t)(rows % 8 ? bits[whole] & ((1 << rows % 8) - 1) : 0);
	if (put(w, bits, whole, e) || put(w, &last, rows % 8 != 0, e))
		return -1;
	return put_padding(w, e);
}

/* ---- messages --------------------------------------------------------------------------------- */

/* Starts the metadata in w->flat; the caller adds the header and links it to the returned table. */
static size_t message_start(struct table_writer *w, uint8_t kind, int64_t body)
{
	const struct flat_slot slots[] = {
		{ MESSAGE_BODY, 8, body },
		{ MESSAGE_HEADER, FLAT_REF, 0 },
		{ MESSAGE_VERSION, 2, ARROW_V5 },
		{ MESSAGE_HEADER_TYPE, 1, kind },
	};
	flat_start(&w->flat);
	size_t message = flat_table(&w->flat, slots, COUNTOF(slots));
	flat_root(&w->flat, message);
	return message;
}

/* Writes the metadata; the body is to follow. Its block goes to `blocks`, if any, for the footer. */
static int message_put(struct table_writer *w, int64_t body, struct buf *blocks, struct err *e)
{
	int64_t padded = ((int64_t)w->flat.n + 7) & ~INT64_C(7);
	const uint32_t prefix[2] = { UINT32_MAX, (uint32_t)padded };
	if (padded > INT32_MAX - (int64_t)sizeof prefix)
		return err_set(e, ERR_IO, "writing '%s': too many columns", w->path);
	struct arrow_block block = {
		.offset = w->at,
		.meta = (int32_t)(padded + (int64_t)sizeof prefix),
		.body = body,
	};
	if (put(w, prefix, sizeof prefix, e) || put_buffer(w, w->flat.p, (int64_t)w->flat.n, e))
		return -1;
	if (blocks)
		buf_put(blocks, &block, sizeof block);
	return 0;
}

static int schema_message(struct table_writer *w, struct err *e)
{
	size_t message = message_start(w, HEADER_SCHEMA, 0);
	flat_link(&w->flat, message, MESSAGE_HEADER, schema_put(&w->flat, w->fields, w->n));
	return message_put(w, 0, NULL, e);
}

static int column_put(struct table_writer *w, const struct column *c, struct err *e)
{
	if (c->nulls && put_bits(w, c->valid, c->rows, e))
		return -1;
	switch (c->type) {
	case COLUMN_INT64:
	case COLUMN_TIMESTAMP:
	case COLUMN_TIME:
	case COLUMN_DURATION:
		return put_buffer(w, c->v.i64, 8 * c->rows, e);
	case COLUMN_FLOAT64:
		return put_buffer(w, c->v.f64, 8 * c->rows, e);
	case COLUMN_BOOL:
		return put_bits(w, c->v.bits, c->rows, e);
	case COLUMN_DATE:
	case COLUMN_DICT:
		return put_buffer(w, c->v.i32, 4 * c->rows, e);
	case COLUMN_UTF8:
		break;
	}
	if (put_buffer(w, c->v.offsets, 4 * (c->rows + 1), e))
		return -1;
	return put_buffer(w, c->bytes, column_text(c), e);
}

/* ---- the interface ---------------------------------------------------------------------------- */

static struct table_writer *writer_alloc(const char *path, const struct field *f, int n)
{
	struct table_writer *w = mem_calloc(1, sizeof *w);
	w->arena = arena_new();
	w->path = arena_strdup(w->arena, path);
	w->n = n;
	w->fields = arena_calloc(w->arena, (size_t)n + 1, sizeof *w->fields);
	w->dictionaries = arena_calloc(w->arena, (size_t)n + 1, sizeof *w->dictionaries);
	for (int i = 0; i < n; i++)
		w->fields[i] = (struct field){
			.name = arena_strdup(w->arena, f[i].name),
			.type = f[i].type,
			.zone = f[i].zone ? arena_strdup(w->arena, f[i].zone) : NULL,
		};
	return w;
}

static void writer_free(struct table_writer *w)
{
	buf_free(&w->batches);
	buf_free(&w->dictionary_blocks);
	buf_free(&w->flat);
	arena_free(w->arena);
	free(w);
}

void table_writer_abort(struct table_writer *w)
{
	if (!w)
		return;
	if (w->file)
		fclose(w->file);   /* nobody will read it */
	writer_free(w);
}

struct table_writer *table_writer_new(const char *path, const struct field *f, int n, struct err *e)
{
	struct table_writer *w = writer_alloc(path, f, n);
	int *order = arena_calloc(w->arena, (size_t)n + 1, sizeof *order);
	if (names_sort(w->fields, n, order, e)) {
		err_while(e, "writing '%s'", path);
		goto fail;
	}
	w->file = fopen(path, "wbe");
	if (!w->file) {
		err_errno(e, "creating '%s'", path);
		goto fail;
	}
	if (put(w, arrow_magic, sizeof arrow_magic, e) || schema_message(w, e))
		goto fail;
	return w;
fail:
	table_writer_abort(w);
	return NULL;
}

/* The caller's mistakes, found here and not when somebody reads the file. */
static int column_check(struct table_writer *w, int col, const struct column *c, int64_t rows,
	struct err *e)
{
	const char *fault = NULL;
	if (c->type != w->fields[col].type || c->rows != rows)
		fault = "another type or number of rows than the table";
	else
		fault = column_fault(c, column_text(c), INT32_MAX);
	if (fault)
		return err_set(e, ERR_BUG, "writing '%s': column '%s': %s", w->path,
			w->fields[col].name, fault);
	if (c->type == COLUMN_DICT) {
		struct dictionary *d = &w->dictionaries[col];
		uint32_t max = codes_max(c->v.i32, rows);
		d->max_code = max > d->max_code ? max : d->max_code;
		d->used |= c->nulls < rows;
	}
	return 0;
}

int table_writer_batch(struct table_writer *w, const struct column *cols, int64_t rows, struct err *e)
{
	if (rows == 0)
		return 0;
	if (rows < 0 || rows > BATCH_ROWS || w->ended)
		return err_set(e, ERR_BUG, "writing '%s': a batch of the wrong size", w->path);
	w->ended = rows < BATCH_ROWS;
	for (int i = 0; i < w->n; i++)
		if (column_check(w, i, &cols[i], rows, e))
			return -1;

	int64_t body = records_body(cols, w->n);
	size_t message = message_start(w, HEADER_BATCH, body);
	flat_link(&w->flat, message, MESSAGE_HEADER, records_put(&w->flat, cols, w->n, rows));
	if (message_put(w, body, &w->batches, e))
		return -1;
	for (int i = 0; i < w->n; i++)
		if (column_put(w, &cols[i], e))
			return -1;
	return 0;
}

int table_writer_dict(struct table_writer *w, int col, const int32_t *offsets, const char *bytes,
	int32_t n, struct err *e)
{
	const char *name = w->fields[col].name;
	struct dictionary *d = &w->dictionaries[col];
	if (w->fields[col].type != COLUMN_DICT || d->written || offsets_fault(offsets, n, offsets[n]))
		return err_set(e, ERR_BUG, "writing '%s': column '%s': bad dictionary", w->path, name);
	d->written = true;
	d->values = n;

	struct column c = { .type = COLUMN_UTF8, .rows = n, .v.offsets = offsets, .bytes = bytes };
	int64_t body = records_body(&c, 1);
	const struct flat_slot slots[] = {
		{ DICTIONARY_ID, 8, col },
		{ DICTIONARY_DATA, FLAT_REF, 0 },
	};
	size_t message = message_start(w, HEADER_DICTIONARY, body);
	size_t table = flat_table(&w->flat, slots, COUNTOF(slots));
	flat_link(&w->flat, message, MESSAGE_HEADER, table);
	flat_link(&w->flat, table, DICTIONARY_DATA, records_put(&w->flat, &c, 1, n));
	if (message_put(w, body, &w->dictionary_blocks, e))
		return -1;
	return column_put(w, &c, e);
}

static int dictionaries_check(struct table_writer *w, struct err *e)
{
	for (int i = 0; i < w->n; i++) {
		const struct dictionary *d = &w->dictionaries[i];
		if (w->fields[i].type != COLUMN_DICT)
			continue;
		int64_t codes = d->values ? d->values : 1;   /* as column_fault has it */
		if (!d->written || d->max_code >= codes || (!d->values && d->used))
			return err_set(e, ERR_BUG, "writing '%s': column '%s': codes beyond dictionary",
				w->path, w->fields[i].name);
	}
	return 0;
}

static size_t blocks_put(struct buf *b, const struct buf *blocks)
{
	size_t size = sizeof(struct arrow_block);
	return flat_structs(b, blocks->p, size, blocks->n / size);
}

static int footer_put(struct table_writer *w, struct err *e)
{
	const struct flat_slot slots[] = {
		{ FOOTER_SCHEMA, FLAT_REF, 0 },
		{ FOOTER_DICTIONARIES, FLAT_REF, 0 },
		{ FOOTER_BATCHES, FLAT_REF, 0 },
		{ FOOTER_VERSION, 2, ARROW_V5 },
	};
	struct buf *b = &w->flat;
	flat_start(b);
	size_t footer = flat_table(b, slots, COUNTOF(slots));
	flat_root(b, footer);
	flat_link(b, footer, FOOTER_SCHEMA, schema_put(b, w->fields, w->n));
	flat_link(b, footer, FOOTER_DICTIONARIES, blocks_put(b, &w->dictionary_blocks));
	flat_link(b, footer, FOOTER_BATCHES, blocks_put(b, &w->batches));

	const uint32_t end_of_stream[2] = { UINT32_MAX, 0 };
	if (b->n > INT32_MAX)
		return err_set(e, ERR_IO, "writing '%s': too many columns or batches", w->path);
	int32_t size = (int32_t)b->n;
	if (put(w, end_of_stream, sizeof end_of_stream, e) || put(w, b->p, size, e) ||
			put(w, &size, sizeof size, e))
		return -1;
	return put(w, arrow_magic, ARROW_MAGIC, e);
}

int table_writer_close(struct table_writer *w, struct err *e)
{
	int status = 0;
	if (ferror(w->file))       /* a failed write stays failed, even if the caller went on */
		status = err_set(e, ERR_IO, "writing '%s': an earlier write failed", w->path);
	else if (dictionaries_check(w, e) || footer_put(w, e))
		status = -1;
	if (fclose(w->file) && !status)
		status = err_errno(e, "writing '%s'", w->path);
	writer_free(w);
	return status;
}
