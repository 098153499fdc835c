/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading JSON artifacts: jansson parses, these look up. */
#include "base/base.h"

#include <stdlib.h>
#include <string.h>

enum { JSON_FILE_CAP = 1 << 30 };

json_t *json_read_file(const char *path, struct err *e)
{
	struct buf text = { 0 };
	if (file_read(path, JSON_FILE_CAP, &text, e) < 0)
		return NULL;
	json_error_t je;
	json_t *v = json_loadb(buf_str(&text), text.n, JSON_REJECT_DUPLICATES, &je);
	buf_free(&text);
	if (!v)
		err_set(e, ERR_INPUT, "%s:%d:%d: %s", path, je.line, je.column, je.text);
	return v;
}

const json_t *json_at(const json_t *v, const char *path)
{
	while (v && *path) {
		const char *dot = strchr(path, '.');
		size_t n = dot ? (size_t)(dot - path) : strlen(path);
		if (json_is_array(v)) {
			int64_t i;
			if (!num_parse_int64(path, n, &i) || i < 0)
				return NULL;
			v = json_array_get(v, (size_t)i);
		} else {
			v = json_object_getn(v, path, n);
		}
		path += n + (dot != NULL);
	}
	return v;
}

double json_num(const json_t *v, const char *path, double fallback)
{
	v = json_at(v, path);
	return json_is_number(v) ? json_number_value(v) : fallback;
}

int64_t json_int(const json_t *v, const char *path, int64_t fallback)
{
	v = json_at(v, path);
	return json_is_integer(v) ? json_integer_value(v) : fallback;
}

bool json_flag(const json_t *v, const char *path, bool fallback)
{
	v = json_at(v, path);
	return json_is_boolean(v) ? json_is_true(v) : fallback;
}

const char *json_text(const json_t *v, const char *path, const char *fallback)
{
	v = json_at(v, path);
	return json_is_string(v) ? json_string_value(v) : fallback;
}

size_t json_count(const json_t *v, const char *path)
{
	return json_array_size(json_at(v, path));
}
