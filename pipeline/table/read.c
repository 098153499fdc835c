/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read: a table file, mapped. Opening looks at every offset, length, count and code that anybody will
 * later follow, so that nothing after it can fail or leave the file, whatever the bytes are; only
 * the numbers and the text itself are not looked at. It runs at the speed of memory, and what it
 * allocates stays below a small multiple of the metadata, because blocks may not overlap.
 */
#include "table/table_int.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct dictionary {
	const int32_t *offsets;    /* NULL until read */
	const char *bytes;
	int32_t n;
};

struct table {
	struct arena *arena;
	const uint8_t *bytes;      /* the whole file */
	size_t size;
	void *map;                 /* the same when this table has mapped it, else NULL */
	struct field *fields;
	int ncols;
	int *order;                /* columns by name */
	struct dictionary *dictionaries;   /* by column */
	struct batch *batches;
	int64_t nbatches, nrows;
};

/* One message of the file: its metadata and its body. */
struct message {
	struct flat flat;
	size_t header;
	struct records records;    /* only its body is known yet */
};

/* Messages of one kind follow each other in the file: `from` is where the last ended. */
static int message_get(const struct table *t, const struct arrow_block *b, int kind, int64_t limit,
	int64_t *from, struct message *m, struct err *e)
{
	if (b->offset < *from || b->offset % 8 || b->meta < 8 || b->meta % 8 || b->body < 0 ||
			b->offset > limit || b->meta > limit - b->offset ||
			b->body > limit - b->offset - b->meta)
		return err_set(e, ERR_INPUT, "lies outside of its place in the file");
	*from = b->offset + b->meta + b->body;

	uint32_t prefix[2];
	memcpy(prefix, t->bytes + b->offset, sizeof prefix);
	if (prefix[0] != UINT32_MAX || prefix[1] != (uint32_t)b->meta - sizeof prefix)
		return err_set(e, ERR_INPUT, "does not start as a message");
	m->flat = (struct flat){ t->bytes + b->offset + sizeof prefix, prefix[1], false };
	m->records = (struct records){ .body = t->bytes + b->offset + b->meta, .body_size = b->body };
	size_t root = flat_get_root(&m->flat);
	m->header = flat_get_table(&m->flat, root, MESSAGE_HEADER);
	if (flat_get_int(&m->flat, root, MESSAGE_VERSION, 2, 0) != ARROW_V5 ||
			flat_get_int(&m->flat, root, MESSAGE_HEADER_TYPE, 1, 0) != kind ||
			flat_get_int(&m->flat, root, MESSAGE_BODY, 8, -1) != b->body ||
			!m->header || m->flat.bad)
		return err_set(e, ERR_INPUT, "its metadata is damaged");
	return 0;
}

static int dictionary_get(struct table *t, struct message *m, struct err *e)
{
	struct flat *f = &m->flat;
	struct records *r = &m->records;
	struct column c;
	int64_t id = flat_get_int(f, m->header, DICTIONARY_ID, 8, -1);
	size_t data = flat_get_table(f, m->header, DICTIONARY_DATA);
	bool known = id >= 0 && id < t->ncols && t->fields[id].type == COLUMN_DICT;
	if (!known || t->dictionaries[id].offsets || !data ||
			flat_get_int(f, m->header, DICTIONARY_DELTA, 1, 0) != 0)
		return err_set(e, ERR_INPUT, "it belongs to no column");
	if (records_get(f, data, 1, r, e))
		return -1;
	if (r->rows < 0 || r->rows >= INT32_MAX)
		return err_set(e, ERR_INPUT, "its number of values is impossible");
	if (records_column(r, COLUMN_UTF8, 0, &c, e))
		return -1;
	if (c.nulls || r->left)
		return err_set(e, ERR_INPUT, "its metadata is damaged");
	t->dictionaries[id] = (struct dictionary){ c.v.offsets, c.bytes, (int32_t)c.rows };
	return 0;
}

static int batch_get(struct table *t, struct message *m, int64_t index, struct err *e)
{
	struct records *r = &m->records;
	if (records_get(&m->flat, m->header, t->ncols, r, e))
		return -1;
	bool last = index == t->nbatches - 1;
	if (r->rows < 1 || r->rows > BATCH_ROWS || (r->rows < BATCH_ROWS && !last))
		return err_set(e, ERR_INPUT, "its number of rows is impossible");
	struct column *cols = arena_calloc(t->arena, (size_t)t->ncols + 1, sizeof *cols);
	for (int i = 0; i < t->ncols; i++)
		if (records_column(r, t->fields[i].type, t->dictionaries[i].n, &cols[i], e))
			return err_while(e, "column '%s'", t->fields[i].name);
	if (r->left)
		return err_set(e, ERR_INPUT, "its metadata is damaged");
	t->batches[index] = (struct batch){
		.index = index, .first_row = t->nrows, .rows = r->rows, .ncols = t->ncols, .cols = cols,
	};
	t->nrows += r->rows;
	return 0;
}

/* ---- the footer ------------------------------------------------------------------------------- */

static struct arrow_block block_at(const uint8_t *blocks, size_t i)
{
	struct arrow_block b;
	memcpy(&b, blocks + i * sizeof b, sizeof b);
	return b;
}

static int dictionaries_get(struct table *t, struct flat *f, size_t footer, int64_t limit,
	struct err *e)
{
	size_t n, size = sizeof(struct arrow_block);
	int64_t from = sizeof arrow_magic;
	const uint8_t *blocks = flat_get_items(f, footer, FOOTER_DICTIONARIES, size, &n);
	t->dictionaries = arena_calloc(t->arena, (size_t)t->ncols + 1, sizeof *t->dictionaries);
	for (size_t i = 0; i < n; i++) {
		struct arrow_block b = block_at(blocks, i);
		struct message m;
		if (message_get(t, &b, HEADER_DICTIONARY, limit, &from, &m, e) ||
				dictionary_get(t, &m, e))
			return err_while(e, "dictionary %zu", i + 1);
	}
	for (int i = 0; i < t->ncols; i++)
		if (t->fields[i].type == COLUMN_DICT && !t->dictionaries[i].offsets)
			return err_set(e, ERR_INPUT, "column '%s' lacks its dictionary",
				t->fields[i].name);
	return 0;
}

static int batches_get(struct table *t, struct flat *f, size_t footer, int64_t limit, struct err *e)
{
	size_t n, size = sizeof(struct arrow_block);
	int64_t from = sizeof arrow_magic;
	const uint8_t *blocks = flat_get_items(f, footer, FOOTER_BATCHES, size, &n);
	t->nbatches = (int64_t)n;
	t->batches = arena_calloc(t->arena, n + 1, sizeof *t->batches);
	for (size_t i = 0; i < n; i++) {
		struct arrow_block b = block_at(blocks, i);
		struct message m;
		if (message_get(t, &b, HEADER_BATCH, limit, &from, &m, e) ||
				batch_get(t, &m, (int64_t)i, e))
			return err_while(e, "batch %zu", i + 1);
	}
	return 0;
}

static int table_get(struct table *t, struct err *e)
{
	size_t least = sizeof arrow_magic + ARROW_TAIL;
	if (t->size < least || memcmp(t->bytes, arrow_magic, sizeof arrow_magic) ||
			memcmp(t->bytes + t->size - ARROW_MAGIC, arrow_magic, ARROW_MAGIC))
		return err_set(e, ERR_INPUT, "not a table file, or cut short");
	int32_t length;
	memcpy(&length, t->bytes + t->size - ARROW_TAIL, sizeof length);
	if (length < 0 || (size_t)length > t->size - least)
		return err_set(e, ERR_INPUT, "its footer is damaged");

	size_t limit = t->size - ARROW_TAIL - (size_t)length;
	struct flat f = { t->bytes + limit, (size_t)length, false };
	size_t footer = flat_get_root(&f);
	size_t schema = flat_get_table(&f, footer, FOOTER_SCHEMA);
	if (flat_get_int(&f, footer, FOOTER_VERSION, 2, 0) != ARROW_V5 || f.bad)
		return err_set(e, ERR_INPUT, "its footer is damaged");
	if (schema_get(&f, schema, t->arena, &t->fields, &t->ncols, e))
		return -1;
	t->order = arena_calloc(t->arena, (size_t)t->ncols + 1, sizeof *t->order);
	if (names_sort(t->fields, t->ncols, t->order, e) ||
			dictionaries_get(t, &f, footer, (int64_t)limit, e) ||
			batches_get(t, &f, footer, (int64_t)limit, e))
		return -1;
	return f.bad ? err_set(e, ERR_INPUT, "its footer is damaged") : 0;
}

/* ---- the interface ---------------------------------------------------------------------------- */

static void *file_map(const char *path, size_t *size, struct err *e)
{
	*size = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err_errno(e, "opening '%s'", path);
		return NULL;
	}
	struct stat st;
	void *map = NULL;
	if (fstat(fd, &st)) {
		err_errno(e, "opening '%s'", path);
	} else if (!S_ISREG(st.st_mode)) {
		err_set(e, ERR_INPUT, "'%s' is not a file", path);
	} else if (st.st_size == 0) {
		err_set(e, ERR_INPUT, "'%s' is empty", path);
	} else {
		*size = (size_t)st.st_size;
		map = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (map == MAP_FAILED) {
			err_errno(e, "mapping '%s'", path);
			map = NULL;
		}
	}
	close(fd);
	return map;
}

struct table *table_view(const void *p, size_t n, struct err *e)
{
	struct table *t = mem_calloc(1, sizeof *t);
	t->arena = arena_new();
	t->bytes = p;
	t->size = n;
	if (table_get(t, e)) {
		table_close(t);
		return NULL;
	}
	return t;
}

struct table *table_open(const char *path, struct err *e)
{
	size_t size;
	void *map = file_map(path, &size, e);
	if (!map)
		return NULL;
	struct table *t = table_view(map, size, e);
	if (!t) {
		munmap(map, size);
		err_while(e, "reading table '%s'", path);
		return NULL;
	}
	t->map = map;
	return t;
}

void table_close(struct table *t)
{
	if (!t)
		return;
	if (t->map)
		munmap(t->map, t->size);
	arena_free(t->arena);
	free(t);
}

int table_ncols(const struct table *t)
{
	return t->ncols;
}

int64_t table_nrows(const struct table *t)
{
	return t->nrows;
}

int64_t table_nbatches(const struct table *t)
{
	return t->nbatches;
}

const struct field *table_field(const struct table *t, int col)
{
	return &t->fields[col];
}

int table_find(const struct table *t, const char *name)
{
	return names_find(t->fields, t->ncols, t->order, name);
}

const struct batch *table_batch(const struct table *t, int64_t index)
{
	return &t->batches[index];
}

int32_t table_dict_size(const struct table *t, int col)
{
	return t->dictionaries[col].n;
}

struct str table_dict_value(const struct table *t, int col, int32_t code)
{
	const struct dictionary *d = &t->dictionaries[col];
	int32_t from = d->offsets[code], to = d->offsets[code + 1];
	return (struct str){ d->bytes + from, (size_t)(to - from) };
}
