/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which columns are sensitive: those that the manifest calls so, by their name in the table or in the file, and,
 * unless it says that they are not, those that are personal by nature. */
#include "report/redact_int.h"

#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
	const struct private_column *x = a, *y = b;
	return strcmp(x->name, y->name);
}

const struct private_column *privacy_of(const struct privacy *p, const char *name)
{
	const struct private_column key = { .name = name };
	return p->n ? bsearch(&key, p->columns, p->n, sizeof key, by_name) : NULL;
}

static bool is_listed(const json_t *list, const char *name)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *s = json_string_value(json_array_get(list, i));
		if (s && strcmp(s, name) == 0)
			return true;
	}
	return false;
}

/* What the manifest says of a column under one of its names: 1 sensitive, 0 not, -1 nothing. */
static int said_of(const json_t *manifest, const char *name)
{
	const json_t *said = json_object_get(json_object_get(json_object_get(manifest, "columns"), name), "sensitive");
	if (json_is_boolean(said))
		return json_is_true(said);
	return is_listed(json_at(manifest, "privacy.sensitive"), name) ? 1 : -1;
}

/* Why a column is sensitive; NULL: it is not. What the manifest says goes before what the data look like. */
static const char *why_private(const json_t *manifest, const char *name, const char *original, const json_t *column)
{
	static const char *const personal[] = { "email", "phone", "iban", "ip", "uuid" };
	const char *type = json_text(column, "type", ""), *semantic = json_text(column, "semantic", "");
	int said = said_of(manifest, name), before = said_of(manifest, original);
	if (said >= 0 || before >= 0)
		return said > 0 || before > 0 ? "named in the manifest" : NULL;
	for (size_t i = 0; i < COUNTOF(personal); i++)
		if (strcmp(semantic, personal[i]) == 0)
			return "its values look personal";
	if (strcmp(type, "identifier") == 0)
		return "its values tell the rows apart";
	return strcmp(type, "text") == 0 ? "free text" : NULL;
}

static const json_t *columns_of(const struct artifacts *in)
{
	return json_at(json_count(in->eda, "columns") > 0 ? in->eda : in->schema, "columns");
}

/* The name in the file, which ingest may have repaired. */
static const char *original_of(struct arena *a, const struct artifacts *in, size_t i, const char *name)
{
	const json_t *c = json_at(in->schema, arena_printf(a, "columns.%zu", i));
	return strcmp(json_text(c, "name", ""), name) == 0 ? json_text(c, "original", name) : name;
}

void report_privacy(struct arena *a, const struct artifacts *in, struct privacy *out)
{
	const json_t *columns = columns_of(in);
	size_t n = json_array_size(columns);
	*out = (struct privacy){ .min_cell = json_int(in->manifest, "report.min_cell", 5),
		.hide_names = json_flag(in->manifest, "privacy.hide_names", false) };
	out->columns = arena_calloc(a, n + 1, sizeof *out->columns);
	for (size_t i = 0; i < n; i++) {
		const json_t *c = json_array_get(columns, i);
		const char *name = json_text(c, "name", "");
		const char *why = why_private(in->manifest, name, original_of(a, in, i, name), c);
		const char *shown = out->hide_names ? arena_printf(a, "withheld %zu", i + 1) : name;
		if (why)
			out->columns[out->n++] = (struct private_column){ name, shown, why };
	}
	if (out->n)
		qsort(out->columns, out->n, sizeof *out->columns, by_name);
}

static void release(void *v)
{
	json_decref(v);
}

int report_privacy_known(struct arena *a, const struct artifacts *in, struct err *e)
{
	const json_t *columns = columns_of(in), *listed = json_at(in->manifest, "privacy.sensitive"), *about;
	size_t n = json_array_size(columns), m = json_array_size(listed);
	const char **names = arena_calloc(a, 2 * n + 1, sizeof *names), *key;
	for (size_t i = 0; i < n; i++) {
		names[i] = json_text(json_array_get(columns, i), "name", "");
		names[n + i] = original_of(a, in, i, names[i]);
	}
	json_t *all = json_array(), *described = json_object_get(in->manifest, "columns");
	arena_own(a, all, release);
	for (size_t i = 0; i < m; i++)
		json_array_append(all, json_array_get(listed, i));
	json_object_foreach(described, key, about)
		if (json_flag(about, "sensitive", false))
			json_array_append_new(all, json_string(key));
	for (size_t i = 0; i < json_array_size(all); i++) {
		const char *name = json_string_value(json_array_get(all, i)), *near;
		size_t at = 0;
		while (at < 2 * n && strcmp(names[at], name ? name : "") != 0)
			at++;
		if (at < 2 * n)
			continue;
		near = str_nearest(name ? name : "", names, 2 * n);
		return near ? err_set(e, ERR_USAGE, "no column '%s' that could be sensitive (did you mean '%s'?)", name, near)
			: err_set(e, ERR_USAGE, "no column '%s' that could be sensitive", name);
	}
	return 0;
}
