/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Zip archives by libzip, the only file that names it. Entries are streams; what comes out of
 * decompression is counted, so that a bomb is refused when it goes off, not when it has filled
 * the memory.
 */
#include "ingest/sheet/zipxml.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

enum { RATIO_FROM = 64 << 20 };    /* bytes: below, any ratio is fine */

struct zipfile {
	struct arena *arena;
	zip_t *zip;
	int64_t n;
	struct feed_limits limits;
	int64_t out;                   /* bytes that came out, each place of an entry once */
	int64_t *seen;                 /* [n] how far each entry has been read */
	const char *damaged;
};

struct zip_part {
	struct part part;
	struct zipfile *zip;
	zip_file_t *file;
	int64_t entry, packed;
};

static void release_zip(void *p)
{
	zip_discard(p);
}

struct zipfile *zipfile_open(struct arena *a, const char *path, struct feed_limits limits,
	struct err *e)
{
	int code = 0;
	zip_t *zip = zip_open(path, ZIP_RDONLY, &code);
	if (!zip && code == ZIP_ER_NOZIP) {
		err_set(e, ERR_INPUT, "no zip archive, or one that is cut off");
		return NULL;
	}
	if (!zip) {
		zip_error_t error;
		zip_error_init_with_code(&error, code);
		err_set(e, ERR_INPUT, "%s", zip_error_strerror(&error));
		zip_error_fini(&error);
		return NULL;
	}
	arena_own(a, zip, release_zip);
	struct zipfile *z = arena_alloc(a, sizeof *z);
	*z = (struct zipfile){ .arena = a, .zip = zip, .limits = limits,
		.n = zip_get_num_entries(zip, 0) };
	z->seen = arena_calloc(a, (size_t)z->n + 1, sizeof *z->seen);
	return z;
}

int64_t zipfile_count(const struct zipfile *z)
{
	return z->n;
}

const char *zipfile_name(const struct zipfile *z, int64_t entry)
{
	const char *name = zip_get_name(z->zip, (zip_uint64_t)entry, 0);
	return name ? name : "";
}

static char folded(char c)
{
	return c == '\\' ? '/' : c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same_folded(const char *a, const char *b)
{
	while (*a && folded(*a) == folded(*b)) {
		a++;
		b++;
	}
	return folded(*a) == folded(*b);
}

int64_t zipfile_find(const struct zipfile *z, const char *name)
{
	zip_int64_t i = zip_name_locate(z->zip, name, 0);
	for (int64_t k = 0; i < 0 && k < z->n; k++)
		if (same_folded(zipfile_name(z, k), name))
			i = k;
	return i;
}

const char *zipfile_damaged(const struct zipfile *z)
{
	return z->damaged;
}

/* ---- entries ----------------------------------------------------------------------------- */

static int count_out(struct zip_part *p, struct err *e)
{
	struct zipfile *z = p->zip;
	const struct feed_limits *l = &z->limits;
	int64_t *seen = &z->seen[p->entry];
	if (p->part.got > *seen) {
		z->out += p->part.got - *seen;
		*seen = p->part.got;
	}
	if (z->out > l->expanded)
		return err_set(e, ERR_INPUT, "it expands to more than %lld MB",
			(long long)(l->expanded >> 20));
	if (p->part.got > RATIO_FROM && (double)p->part.got > l->ratio * (double)p->packed)
		return err_set(e, ERR_INPUT,
			"'%s' expands to more than %.0f times its size: not safe to read",
			p->part.name, l->ratio);
	return 0;
}

static int64_t read_zip(struct part *part, void *to, size_t n, struct err *e)
{
	struct zip_part *p = (struct zip_part *)part;
	zip_int64_t got = p->file ? zip_fread(p->file, to, n) : 0;
	if (got < 0 && zip_error_code_zip(zip_file_get_error(p->file)) == ZIP_ER_CRC) {
		/* all bytes have come by then */
		p->zip->damaged = part->name;
		return 0;
	}
	if (got < 0)
		return err_set(e, ERR_INPUT, "'%s' is damaged: %s", part->name,
			zip_file_strerror(p->file));
	part->got += got;
	return count_out(p, e) ? -1 : got;
}

static void close_zip(struct part *part)
{
	struct zip_part *p = (struct zip_part *)part;
	if (p->file)
		zip_fclose(p->file);
	p->file = NULL;
}

static void release_part(void *p)
{
	part_close(p);
}

struct part *zipfile_part(struct zipfile *z, int64_t entry, struct err *e)
{
	struct zip_part *p = arena_alloc(z->arena, sizeof *p);
	zip_stat_t st = { 0 };
	const char *name = arena_strdup(z->arena, zipfile_name(z, entry));
	zip_stat_index(z->zip, (zip_uint64_t)entry, 0, &st);
	zip_file_t *file = zip_fopen_index(z->zip, (zip_uint64_t)entry, 0);
	if (!file) {
		zip_error_t *error = zip_get_error(z->zip);
		if (zip_error_code_zip(error) == ZIP_ER_NOPASSWD)
			err_set(e, ERR_INPUT, "encrypted: save it without a password");
		else
			err_set(e, ERR_INPUT, "'%s' can't be read: %s", name,
				zip_error_strerror(error));
		return NULL;
	}
	*p = (struct zip_part){
		.part = { .read = read_zip, .close = close_zip, .name = name,
			.size = (int64_t)st.size },
		.zip = z, .file = file, .entry = entry, .packed = (int64_t)st.comp_size,
	};
	arena_own(z->arena, p, release_part);
	return &p->part;
}

/* ---- a file that is one part by itself ---------------------------------------------------- */

struct plain_part {
	struct part part;
	FILE *file;
	int64_t most;
};

static int64_t read_plain(struct part *part, void *to, size_t n, struct err *e)
{
	struct plain_part *p = (struct plain_part *)part;
	size_t got = p->file ? fread(to, 1, n, p->file) : 0;
	if (!got && p->file && ferror(p->file))
		return err_errno(e, "reading");
	part->got += (int64_t)got;
	if (part->got > p->most)
		return err_set(e, ERR_INPUT, "it is larger than %lld MB",
			(long long)(p->most >> 20));
	return (int64_t)got;
}

static void close_plain(struct part *part)
{
	struct plain_part *p = (struct plain_part *)part;
	if (p->file)
		fclose(p->file);
	p->file = NULL;
}

struct part *part_plain(struct arena *a, const char *path, struct feed_limits limits,
	struct err *e)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	if (!file || fstat(fileno(file), &st)) {
		err_errno(e, "opening");
		if (file)
			fclose(file);
		return NULL;
	}
	struct plain_part *p = arena_alloc(a, sizeof *p);
	*p = (struct plain_part){
		.part = { .read = read_plain, .close = close_plain, .name = path_base(path),
			.size = st.st_size },
		.file = file, .most = limits.expanded,
	};
	arena_own(a, p, release_part);
	return &p->part;
}

/* ---- any part ---------------------------------------------------------------------------- */

int64_t part_read(struct part *p, void *to, size_t n, struct err *e)
{
	size_t sum = 0;
	while (sum < n) {
		int64_t got = p->read(p, (char *)to + sum, n - sum, e);
		if (got < 0)
			return -1;
		if (!got)
			break;
		sum += (size_t)got;
	}
	return (int64_t)sum;
}

void part_close(struct part *p)
{
	p->close(p);
}

double part_done(const struct part *p)
{
	double share = p->size > 0 ? (double)p->got / (double)p->size : 0;
	return share < 1 ? share : 1;
}
