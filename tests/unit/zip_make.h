/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes zip archives for tests, and files of any bytes. */
#ifndef ZIP_MAKE_H
#define ZIP_MAKE_H

#include "base/base.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>
#include <zip.h>

struct zip_entry {
	const char *name;
	const char *text;
	size_t n;                      /* 0: strlen */
};

/* A folder of this test, removed by scratch_remove. */
static const char *scratch(void)
{
	static char dir[] = "/tmp/dossier-test-XXXXXX";
	static const char *made;
	if (!made)
		made = mkdtemp(dir);
	return made;
}
static inline void scratch_remove(void)
{
	file_remove_tree(scratch(), NULL);
}

/* Entries up to one without a name. Returns the path, which the caller frees. */
static inline char *zip_make(const char *name, const struct zip_entry *v)
{
	struct buf path = { 0 };
	int code;
	buf_printf(&path, "%s/%s", scratch(), name);
	unlink(path.p);
	zip_t *z = zip_open(path.p, ZIP_CREATE | ZIP_TRUNCATE, &code);
	CHECK(z != NULL);
	for (; z && v->name; v++) {
		zip_source_t *s = zip_source_buffer(z, v->text, v->n ? v->n : strlen(v->text), 0);
		CHECK(zip_file_add(z, v->name, s, ZIP_FL_OVERWRITE) >= 0);
	}
	CHECK(z && zip_close(z) == 0);
	return path.p;
}
static inline char *file_make(const char *name, const char *text, size_t n)
{
	struct buf path = { 0 };
	buf_printf(&path, "%s/%s", scratch(), name);
	CHECK(file_write(path.p, text, n, NULL) == 0);
	return path.p;
}

#endif
