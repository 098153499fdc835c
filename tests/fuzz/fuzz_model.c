/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as the files of a model: refused, or safe to predict with. The input is model.json and, after a zero
 * byte, the content of whatever file it names; hashes of files are put right, or no such file would ever be read.
 */
#include "model/model.h"
#include "unit/model_set.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct table *table;
static struct arena *kept;
static char dir[] = "/tmp/dossier-fuzz-model-XXXXXX";

static void start(void)
{
	enum { ROWS = 6 };
	kept = arena_new();                     /* stays to the end, as the table does */
	struct set s = set_new(kept, ROWS, 4);
	double *x = set_add(&s, "x", COLUMN_FLOAT64), *c = set_add(&s, "c", COLUMN_DICT);
	set_levels(&s, (const char *const[]){ "a", "b", "new" }, 3);
	double *d = set_add(&s, "d", COLUMN_DATE), *y = set_add(&s, "y", COLUMN_INT64);
	for (int i = 0; i < ROWS; i++) {
		x[i] = i == 1 ? NAN : i * 1e3 - 2;
		c[i] = i == 2 ? NAN : i % 3;
		d[i] = i == 3 ? NAN : 19000 + i;
		y[i] = i % 2;
	}
	table = set_table(&s);
	if (!mkdtemp(dir))
		abort();
}

static void write_or_abort(const char *name, const void *p, size_t n)
{
	struct buf path = { 0 };
	buf_printf(&path, "%s/%s", dir, name);
	if (file_write(path.p, p, n, NULL) < 0)
		abort();
	buf_free(&path);
}

/* Writes the files that are named, with their hashes; false when the text is no JSON. */
static bool write_files(const char *text, size_t n, const uint8_t *rest, size_t nrest)
{
	json_t *v = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL), *files = json_object_get(v, "files");
	for (size_t i = 0; i < json_array_size(files) && i < 8; i++) {
		json_t *f = json_array_get(files, i);
		const char *name = json_text(f, "name", "");
		char sha[SHA256_HEX];
		struct sha256 h;
		if (!*name || strchr(name, '/') || *name == '.' || strlen(name) > 40 || strcmp(name, "model.json") == 0)
			continue;
		write_or_abort(name, rest, nrest);
		sha256_init(&h);
		sha256_add(&h, rest, nrest);
		sha256_hex(&h, sha);
		json_object_set_new(f, "sha256", json_string(sha));
	}
	struct buf out = { 0 };
	if (v)
		json_canonical(&out, v);
	write_or_abort("model.json", v ? buf_str(&out) : text, v ? out.n : n);
	buf_free(&out);
	json_decref(v);
	return v != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (!table)
		start();
	const uint8_t *zero = n ? memchr(data, 0, n) : NULL;
	size_t head = zero ? (size_t)(zero - data) : n;
	char *text = mem_strndup((const char *)data, head);
	write_files(text, head, zero ? zero + 1 : data, zero ? n - head - 1 : 0);
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct fitted *f;
	if (model_load(dir, a, &f, &e) < 0) {
		if (e.code != ERR_INPUT && e.code != ERR_BUSY && e.code != ERR_IO)
			abort();
	} else if (f->outputs < 1000) {
		int *cols = arena_calloc(a, f->ncolumns + 1, sizeof *cols);
		for (size_t i = 0; i <= f->ncolumns; i++) {
			cols[i] = table_find(table, i < f->ncolumns ? f->columns[i] : f->target);
			if (cols[i] < 0)
				cols[i] = (int)(i % 5) - 1;     /* any type for any role */
		}
		size_t rows = (size_t)table_nrows(table);
		double *out = arena_calloc(a, rows * (size_t)f->outputs, sizeof *out), *y = arena_calloc(a, rows, sizeof *y);
		struct strange *strange = arena_calloc(a, f->ncolumns + 1, sizeof *strange);
		fitted_predict(f, table, 0, (int64_t)rows, cols, out, y, strange);
	}
	arena_free(a);
	free(text);
	return 0;
}
