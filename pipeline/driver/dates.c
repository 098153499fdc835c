/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A manifest for every day: {date} (2026-11-20), {yyyy}, {mm} and {dd} in names of files, in the query and in the
 * title stand for the date of the report. A date is digits and hyphens, so it can neither leave a folder nor a
 * string of SQL. */
#include "driver/driver_int.h"

#include <string.h>

/* `text` with the date in it; NULL when it names no part of one. */
static const char *filled(struct arena *a, const char *text, const char *date)
{
	static const struct {
		const char *name;
		size_t from, n;        /* in 2026-11-20 */
	} parts[] = { { "{date}", 0, 10 }, { "{yyyy}", 0, 4 }, { "{mm}", 5, 2 }, { "{dd}", 8, 2 } };
	struct buf b = { 0 };
	bool any = false;
	for (const char *p = text; *p;) {
		size_t k = 0;
		while (k < COUNTOF(parts) && strncmp(p, parts[k].name, strlen(parts[k].name)) != 0)
			k++;
		if (k == COUNTOF(parts)) {
			buf_putc(&b, *p++);
			continue;
		}
		any = true;
		p += strlen(parts[k].name);
		if (date)
			buf_put(&b, date + parts[k].from, parts[k].n);
	}
	const char *r = any ? arena_strdup(a, buf_str(&b)) : NULL;
	buf_free(&b);
	return r;
}

/* The text at `key` of `where`, or every text of the list there. */
static int fill_value(struct job *j, json_t *where, const char *key, const char *path, const char *date, struct err *e)
{
	json_t *v = json_object_get(where, key);
	bool list = json_is_array(v);
	for (size_t i = 0; i < (list ? json_array_size(v) : 1); i++) {
		const char *text = json_string_value(list ? json_array_get(v, i) : v);
		const char *now = text ? filled(j->arena, text, date) : NULL;
		if (now && !date)
			return err_set(e, ERR_USAGE, "%s: '%s' holds a date: say which with --report-date (2026-11-20, today, "
				"yesterday)", j->manifest_path, path);
		if (now && list)
			json_array_set_new(v, i, json_string(now));
		else if (now)
			json_object_set_new(where, key, json_string(now));
	}
	return 0;
}

int dates_fill(struct job *j, struct err *e)
{
	static const char *const keys[] = { "file", "files", "sqlite", "query" };
	const char *date = json_text(j->manifest, "report_date", NULL), *name;
	json_t *source = json_object_get(j->manifest, "source"), *join;
	for (size_t i = 0; i < COUNTOF(keys); i++)
		if (fill_value(j, source, keys[i], arena_printf(j->arena, "source.%s", keys[i]), date, e) < 0)
			return -1;
	json_object_foreach(json_object_get(j->manifest, "join"), name, join) {
		if (fill_value(j, join, "file", arena_printf(j->arena, "join.%s.file", name), date, e) < 0)
			return -1;
	}
	return fill_value(j, j->manifest, "title", "title", date, e);
}
