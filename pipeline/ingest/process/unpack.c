/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes compression and archives off a file, one layer after the other, each in a confined process
 * that writes into a file without a name: nothing is ever extracted to a path. */
#include "ingest/process/unpack_int.h"

#include "ingest/process/formats_int.h"
#include "ingest/process/process_int.h"

#include <string.h>
#include <unistd.h>

/* ---- what is around the bytes -------------------------------------------------------------- */

static const struct {
	size_t at, n;
	const char *magic, *name;
	enum layer layer;
} magics[] = {
	{ 0, 3, "\x1f\x8b\x08", "gzip", LAYER_FILTER },
	{ 0, 4, "\x28\xb5\x2f\xfd", "zstd", LAYER_FILTER },
	{ 4, 6, "1AY&SY", "bzip2", LAYER_FILTER },
	{ 0, 6, "\xfd" "7zXZ", "xz", LAYER_FILTER },
	{ 0, 4, "\x04\x22\x4d\x18", "lz4", LAYER_FILTER },
	{ 0, 5, "LZIP\x01", "lzip", LAYER_FILTER },
	{ 0, 2, "\x1f\x9d", "compress", LAYER_FILTER },
	{ 0, 4, "PK\3\4", "zip", LAYER_ARCHIVE },
	{ 0, 4, "PK\5\6", "zip", LAYER_ARCHIVE },
	{ 0, 6, "7z\xbc\xaf\x27\x1c", "7z", LAYER_ARCHIVE },
	{ 257, 5, "ustar", "tar", LAYER_ARCHIVE },
};

enum layer layer_of(struct str head, struct str extension, const char **name)
{
	for (size_t i = 0; i < COUNTOF(magics); i++)
		if (head.n >= magics[i].at + magics[i].n &&
			memcmp(head.p + magics[i].at, magics[i].magic, magics[i].n) == 0) {
			*name = magics[i].name;
			return magics[i].layer;
		}
	/* no more than a likely beginning, so the name must say it, too */
	if (extension_in(extension, "lzma") && head.n > 13 && memcmp(head.p, "]\0\0", 3) == 0) {
		*name = "lzma";
		return LAYER_FILTER;
	}
	return LAYER_NONE;
}

/* Workbooks are zip archives, too, and so are documents that are refused elsewhere. */
static int is_document(const struct ingest_options *o, const char *path, const char *name,
	struct str head, bool *yes, struct err *e)
{
	struct err refused = { 0 };
	struct str extension = extension_of(name);
	const struct format *found;
	*yes = true;
	if (o->format && (strcmp(o->format, "xlsx") == 0 || strcmp(o->format, "ods") == 0))
		return 0;
	if (extension_of_data(name) || foreign_refuse(head, path, &refused))
		return 0;
	if (format_detect(o, path, extension, &found, e))
		return -1;
	*yes = found != NULL;
	return 0;
}

/* ---- one layer ----------------------------------------------------------------------------- */

/* The name of what is in a compressed file. */
static const char *name_inside(struct arena *a, const char *name)
{
	static const struct {
		const char *end, *instead;
	} ends[] = { { "tgz", ".tar" }, { "taz", ".tar" }, { "tbz2", ".tar" }, { "txz", ".tar" },
		{ "tzst", ".tar" }, { "gz", "" }, { "zst", "" }, { "bz2", "" }, { "xz", "" },
		{ "lz4", "" }, { "lz", "" }, { "lzma", "" }, { "z", "" } };
	struct str x = extension_of(name);
	for (size_t i = 0; i < COUNTOF(ends); i++)
		if (extension_in(x, ends[i].end))
			return arena_printf(a, "%.*s%s", (int)(strlen(name) - x.n - 1), name,
				ends[i].instead);
	return name;
}

static const char *fact(const struct ingest_result *r, const char *name)
{
	for (size_t i = 0; i < r->nfacts; i++)
		if (strcmp(r->facts[i].name, name) == 0)
			return r->facts[i].value;
	return NULL;
}

static void take_told(struct arena *a, const struct ingest_result *told, const char *layer,
	struct ingest_result *r)
{
	r->packed = r->packed ? arena_printf(a, "%s in %s", layer, r->packed) : layer;
	r->confined = told->confined;
	if (told->ntables) {
		r->tables = told->tables;
		r->ntables = told->ntables;
	}
	for (size_t i = 0; i < told->nfindings; i++)
		ingest_finding(a, r, told->findings[i]);
}

struct unpacked {
	int fd;
};

static void release(void *arg)
{
	struct unpacked *u = arg;
	if (u->fd >= 0)
		close(u->fd);
	u->fd = -1;
}

static int take_layer(struct arena *a, const struct ingest_options *o, struct unpacked *u,
	const char **path, const char **name, const char *layer, struct ingest_result *r,
	struct err *e)
{
	struct ingest_result told = { 0 };
	int to = spool_open(o->scratch, e);
	if (to < 0)
		return -1;
	const struct process_job job = { .format = &format_unpack, .options = o, .path = *path,
		.to = to };
	int status = process_tell(a, &job, &told, e);
	release(u);                    /* the layer before this one */
	u->fd = to;
	if (status)
		return -1;
	const char *member = fact(&told, "member");
	*path = arena_printf(a, "/proc/self/fd/%d", to);
	*name = member ? member : name_inside(a, *name);
	take_told(a, &told, layer, r);
	return 0;
}

int unpack(struct arena *a, const struct ingest_options *o, const char **path,
	const char **name, struct ingest_result *r, struct err *e)
{
	struct buf head = { 0 };
	struct unpacked *u = arena_alloc(a, sizeof *u);
	u->fd = -1;
	arena_own(a, u, release);
	int status = 0;
	for (int layers = 0; !status; layers++) {
		const char *layer;
		bool document = false;
		status = head_read(*path, &head, e);
		if (status)
			break;
		struct str h = { head.p, head.n };
		enum layer kind = layer_of(h, extension_of(*name), &layer);
		if (kind == LAYER_ARCHIVE && strcmp(layer, "zip") == 0)
			status = is_document(o, *path, *name, h, &document, e);
		if (status || kind == LAYER_NONE || document)
			break;
		status = layers == LAYERS
			? err_set(e, ERR_INPUT, "it is packed more than %d times over", LAYERS)
			: take_layer(a, o, u, path, name, layer, r, e);
	}
	buf_free(&head);
	return status;
}
