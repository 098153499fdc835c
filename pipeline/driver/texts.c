/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chapters of the author's own, report.texts of a manifest. A text that lies in a file is read when the manifest
 * is, so that later steps, and the key of the report, see only what it says. */
#include "driver/driver_int.h"

#include <string.h>

enum { TEXTS_MAX = 50, TEXT_MAX_BYTES = 64 << 10 };

/* Where the key stands, or the entry itself. */
static int complain(const struct conf *entry, const char *key, const char *label, const char *what, struct err *e)
{
	for (const struct conf *c = entry->child; key && c; c = c->next)
		if (strcmp(c->key, key) == 0)
			return conf_complain(e, label, c->key_line, c->key_column, what);
	return conf_complain(e, label, entry->line, entry->column, what);
}

/* Exactly one of two keys. */
static int check_one(const json_t *entry, const char *path, const char *one, const char *other,
	const struct conf *v, const char *label, struct err *e)
{
	bool has_one = json_text(entry, one, NULL) != NULL, has_other = json_text(entry, other, NULL) != NULL;
	if (has_one != has_other)
		return 0;
	struct arena *a = arena_new();
	complain(v, has_one ? other : NULL, label,
		arena_printf(a, has_one ? "%s: %s and %s: name one" : "%s needs a %s or a %s", path, one, other), e);
	arena_free(a);
	return -1;
}

int texts_check(const json_t *entry, const char *path, int n, const struct conf *v, const char *label, struct err *e)
{
	struct arena *a = arena_new();
	const char *text = json_text(entry, "text", "");
	int r = 0;
	if (n > TEXTS_MAX)
		r = complain(v, NULL, label, arena_printf(a, "report.texts: there are more than %d", TEXTS_MAX), e);
	else if (strlen(text) > TEXT_MAX_BYTES)
		r = complain(v, "text", label,
			arena_printf(a, "%s.text: %zu bytes, at most %d are allowed", path, strlen(text), TEXT_MAX_BYTES), e);
	else if (check_one(entry, path, "text", "file", v, label, e) < 0 ||
		check_one(entry, path, "before", "after", v, label, e) < 0)
		r = -1;
	arena_free(a);
	return r;
}

void texts_rebase(struct arena *a, json_t *manifest, const json_t *before, const char *folder)
{
	const json_t *list = json_at(manifest, "report.texts");
	if (json_equal(list, json_at(before, "report.texts")))
		return;
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *entry = json_array_get(list, i);
		const char *file = json_text(entry, "file", NULL);
		if (file)
			json_object_set_new(entry, "file", json_string(path_join(a, folder, file)));
	}
}

static int read_one(struct job *j, json_t *entry, struct err *e)
{
	const char *file = json_text(entry, "file", NULL);
	struct buf text = { 0 };
	size_t bad = 0;
	int r = manifest_read(j, file, TEXT_MAX_BYTES, &text, e);
	if (r == 0 && text.n > 0 && (!utf8_valid(text.p, text.n, &bad) || memchr(text.p, 0, text.n)))
		r = err_set(e, ERR_USAGE, "'%s' is not valid UTF-8 text", file);
	if (r == 0) {
		json_object_set_new(entry, "text", json_stringn(buf_str(&text), text.n));
		json_object_set_new(entry, "file", json_null());
	}
	buf_free(&text);
	return r;
}

int texts_read(struct job *j, struct err *e)
{
	const json_t *list = json_at(j->manifest, "report.texts");
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *entry = json_array_get(list, i);
		if (!json_text(entry, "file", NULL) || read_one(j, entry, e) == 0)
			continue;
		if (e)
			e->code = ERR_USAGE;
		return err_while(e, "report.texts[%zu].file", i);
	}
	return 0;
}
