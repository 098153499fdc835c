/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of settings at work: defaults, checking of values, suggestions. Every source of
 * configuration goes through settings_merge, so a value means the same wherever it is written. */
#include "driver/driver_int.h"

#include <string.h>

const struct setting settings_table[] = {
#define X(scope, type, path, fallback, min, max, words, help) \
	{ SETTING_##scope, SETTING_##type, path, fallback, min, max, words, help },
#include "driver/settings.def"
#undef X
};
const size_t settings_count = COUNTOF(settings_table);

/* ---- finding ------------------------------------------------------------------------------- */

/* Whether `path` is the pattern, its star standing for *star. */
static bool matches(const char *pattern, const char *path, struct str *star)
{
	const char *at = strchr(pattern, '*');
	*star = (struct str){ NULL, 0 };
	if (!at)
		return strcmp(pattern, path) == 0;
	size_t n = strlen(path), head = (size_t)(at - pattern), tail = strlen(at + 1);
	if (n <= head + tail || strncmp(path, pattern, head) != 0 ||
		strcmp(path + n - tail, at + 1) != 0)
		return false;
	*star = (struct str){ path + head, n - head - tail };
	return true;
}

const struct setting *settings_find(const char *path, struct str *star)
{
	struct str s;
	for (size_t i = 0; i < settings_count; i++) {
		if (matches(settings_table[i].path, path, &s)) {
			if (star)
				*star = s;
			return &settings_table[i];
		}
	}
	return NULL;
}

/* Whether some setting lies below `prefix` ("report", "columns.*"). */
static bool is_section(const char *prefix)
{
	size_t n = strlen(prefix);
	for (size_t i = 0; i < settings_count; i++) {
		if (strncmp(settings_table[i].path, prefix, n) == 0 &&
			settings_table[i].path[n] == '.')
			return true;
	}
	return false;
}

/* The nearest of the names directly below `prefix`; sections end in nothing special. */
static const char *nearest_below(struct arena *a, const char *prefix, const char *name)
{
	size_t np = strlen(prefix), n = 0;
	const char **words = arena_calloc(a, settings_count, sizeof *words);
	for (size_t i = 0; i < settings_count; i++) {
		const char *p = settings_table[i].path;
		if (strncmp(p, prefix, np) != 0 || (np && p[np] != '.'))
			continue;
		p += np + (np > 0);
		words[n++] = arena_strndup(a, p, strcspn(p, ".["));
	}
	return str_nearest(name, words, n);
}

const char *settings_suggest(const char *path)
{
	const char *words[COUNTOF(settings_table)];
	const char *dot = strrchr(path, '.'), *last = dot ? dot + 1 : path;
	for (size_t i = 0; i < settings_count; i++)
		words[i] = settings_table[i].path;
	const char *near = str_nearest(path, words, settings_count);
	if (near)
		return near;
	/* The right name in the wrong section, then nearly the right one. */
	const char *names[COUNTOF(settings_table)];
	for (size_t i = 0; i < settings_count; i++) {
		const char *d = strrchr(words[i], '.');
		names[i] = d ? d + 1 : words[i];
		if (strcmp(names[i], last) == 0)
			return words[i];
	}
	near = str_nearest(last, names, settings_count);
	for (size_t i = 0; near && i < settings_count; i++) {
		if (names[i] == near)
			return words[i];
	}
	return NULL;
}

/* ---- merging ---------------------------------------------------------------------------------- */

static int unknown_key(const char *section, const char *path, const struct conf *v,
	const char *label, struct err *e)
{
	struct arena *a = arena_new();
	const char *near = nearest_below(a, section, v->key);
	if (!near)
		near = settings_suggest(path);
	const char *what = arena_printf(a, "unknown key '%.80s'", v->key), *dot = strchr(v->key, '.');
	if (near && dot && strcmp(near, v->key) == 0)
		what = arena_printf(a, "%s: write it as %.*s: {%s: ...}", what, (int)(dot - v->key),
			v->key, dot + 1);
	else if (near)
		what = arena_printf(a, "%s (did you mean '%s'?)", what, near);
	conf_complain(e, label, v->key_line, v->key_column, what);
	arena_free(a);
	return -1;
}

static json_t *default_value(const struct setting *s)
{
	struct arena *a = arena_new();
	struct conf *v = yaml_parse(a, s->path, s->fallback, strlen(s->fallback), NULL);
	/* A bare word is a whole document of one scalar. */
	json_t *j = v ? setting_value(s, s->path, v, s->path, NULL) : NULL;
	arena_free(a);
	return j;
}

/* Fills in the settings of a new entry of an open map: those directly below "<section>.". */
static json_t *new_entry(const char *section)
{
	json_t *o = json_object();
	size_t n = strlen(section);
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *s = &settings_table[i];
		if (strncmp(s->path, section, n) == 0 && s->path[n] == '.' && s->fallback)
			json_object_set_new(o, s->path + n + 1, default_value(s));
	}
	return o;
}

/* `section` is the pattern path of `tree` ("columns.*"), `path` how the user would write it. */
static int merge(json_t *tree, const char *section, const char *path, const struct conf *root,
	const char *label, struct err *e);

static int not_a_section(const char *path, const char *wanted, const struct conf *v,
	const char *label, struct err *e)
{
	struct buf b = { 0 };
	buf_printf(&b, "%s: expected %s, found ", path, wanted);
	conf_put_found(&b, v);
	conf_complain(e, label, v->line, v->column, b.p);
	buf_free(&b);
	return -1;
}

/* Complains about the first key that an entry needs and does not have. */
static int check_needed(const json_t *entry, const char *section, const char *path,
	const struct conf *v, const char *label, struct err *e)
{
	size_t n = strlen(section);
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *s = &settings_table[i];
		if (s->fallback || strncmp(s->path, section, n) != 0 || s->path[n] != '.' ||
			json_object_get(entry, s->path + n + 1))
			continue;
		struct buf b = { 0 };
		buf_printf(&b, "%s needs a %s", path, s->path + n + 1);
		conf_complain(e, label, v->line, v->column, b.p);
		buf_free(&b);
		return -1;
	}
	return 0;
}

/* A list of entries with the keys of `section` ("accept[]"); it replaces what was there. */
static int merge_list(json_t *tree, const char *section, const char *path, const struct conf *root,
	const char *label, struct err *e)
{
	struct arena *a = arena_new();
	json_t *list = json_array();
	int r = 0, n = 0;
	json_object_set_new(tree, root->key, list);
	for (const struct conf *v = root->child; v && r == 0; v = v->next) {
		const char *at = arena_printf(a, "%s[%d]", path, n++);
		json_t *entry = new_entry(section);
		json_array_append_new(list, entry);
		r = v->kind != CONF_MAP ?
			not_a_section(at, "an entry with keys of its own", v, label, e) :
			merge(entry, section, at, v, label, e);
		if (r == 0)
			r = check_needed(entry, section, at, v, label, e);
		if (r == 0 && strcmp(section, "report.texts[]") == 0)
			r = texts_check(entry, at, n, v, label, e);
	}
	arena_free(a);
	return r;
}

static int merge_key(json_t *tree, const char *section, const char *path, const struct conf *v,
	const char *label, struct err *e)
{
	struct arena *a = arena_new();
	const char *dot = *section ? "." : "";
	char *pattern = arena_printf(a, "%s%s%s", section, dot, v->key),
	     *full = arena_printf(a, "%s%s%s", path, dot, v->key);
	char *open = arena_printf(a, "%s%s*", section, dot);
	int r = -1;
	if (settings_find(open, NULL) || is_section(open))
		pattern = open;
	else if (strpbrk(v->key, ".["))
		pattern = arena_printf(a, "%s.?", section);   /* sections nest; names have neither */
	const char *list = arena_printf(a, "%s[]", pattern);
	const struct setting *s = settings_find(pattern, NULL);
	if (s && strcmp(s->path, pattern) == 0) {
		json_t *j = setting_value(s, full, v, label, e);
		r = j ? 0 : -1;
		if (j)
			json_object_set_new(tree, v->key, j);
	} else if (is_section(list)) {
		if (v->kind == CONF_LIST || conf_is_null(v))
			r = merge_list(tree, list, full, v, label, e);
		else
			not_a_section(full, "a list of entries", v, label, e);
	} else if (!is_section(pattern)) {
		r = unknown_key(section, full, v, label, e);
	} else if (conf_is_null(v)) {
		r = 0;                 /* a heading with nothing below it */
	} else if (v->kind != CONF_MAP) {
		not_a_section(full, "a section with keys of its own", v, label, e);
	} else {
		json_t *sub = json_object_get(tree, v->key);
		if (!sub) {
			sub = pattern == open ? new_entry(pattern) : json_object();
			json_object_set_new(tree, v->key, sub);
		}
		r = merge(sub, pattern, full, v, label, e);
	}
	arena_free(a);
	return r;
}

static int merge(json_t *tree, const char *section, const char *path, const struct conf *root,
	const char *label, struct err *e)
{
	for (const struct conf *v = root->child; v; v = v->next) {
		if (merge_key(tree, section, path, v, label, e) < 0)
			return -1;
	}
	return 0;
}

int settings_merge(json_t *tree, const struct conf *root, const char *label, struct err *e)
{
	if (root->kind != CONF_MAP)
		return conf_complain(e, label, root->line, root->column,
			"expected keys with values (key: value)");
	return merge(tree, "", "", root, label, e);
}

json_t *settings_defaults(void)
{
	json_t *tree = json_object();
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *s = &settings_table[i];
		json_t *at = tree;
		const char *p = s->path;
		for (const char *dot; (dot = strchr(p, '.')) != NULL && *p != '*' && dot[-1] != ']';
			p = dot + 1) {
			json_t *sub = json_object_getn(at, p, (size_t)(dot - p));
			if (!sub) {
				sub = json_object();
				json_object_setn_new(at, p, (size_t)(dot - p), sub);
			}
			at = sub;
		}
		const char *list = strchr(p, '[');
		if (list)
			json_object_setn_new(at, p, (size_t)(list - p), json_array());
		else if (*p != '*')
			json_object_set_new(at, p, default_value(s));
	}
	return tree;
}

/* ---- one setting by its path -------------------------------------------------------------------- */

/* A map with one key; NULL when out of segments. */
static struct conf *nest(struct arena *a, const char *pattern, struct str star, struct conf *value)
{
	size_t n = strcspn(pattern, ".");
	bool last = !pattern[n];
	struct conf *inner = last ? value : nest(a, pattern + n + 1, star, value);
	bool is_star = n == 1 && *pattern == '*';
	inner->key = is_star ? arena_strndup(a, star.p, star.n) : arena_strndup(a, pattern, n);
	inner->line = inner->column = inner->key_line = inner->key_column = 0;
	struct conf *map = arena_calloc(a, 1, sizeof *map);
	*map = (struct conf){ .kind = CONF_MAP, .child = inner };
	return map;
}

/* Lists and what stands in quotes are YAML; any other value is meant as it was typed: a # or ": " in it
 * is no comment and no key, because the shell has its own quotes and took them off. */
static struct conf *typed_value(struct arena *a, const struct setting *s, const char *value,
	const char *label, struct err *e)
{
	size_t n = strlen(value);
	bool quoted = n > 1 && strchr("\"'", value[0]) && value[n - 1] == value[0];
	if (s->type == SETTING_LIST || quoted || !utf8_valid(value, n, NULL))
		return yaml_parse(a, label, value, n, e);
	struct conf *v = arena_calloc(a, 1, sizeof *v);
	*v = (struct conf){ .kind = CONF_SCALAR, .text = value, .plain = true };
	return v;
}

/* A setting of the list that `path` means or leads into. */
static const struct setting *in_list(const char *path)
{
	size_t n = strcspn(path, ".[");
	for (size_t i = 0; i < settings_count; i++) {
		const char *p = settings_table[i].path;
		if (strncmp(p, path, n) == 0 && p[n] == '[')
			return &settings_table[i];
	}
	return NULL;
}

int settings_put(json_t *tree, const char *path, const char *value, const char *label,
	struct err *e)
{
	struct str star;
	const struct setting *s = settings_find(path, &star);
	const struct setting *list = in_list(path);
	if (list)
		return err_set(e, ERR_USAGE, "%s: '%.*s' is a list of entries, which only a manifest can hold",
			label, (int)strcspn(list->path, "["), list->path);
	if (!s) {
		const char *near = settings_suggest(path);
		return near ? err_set(e, ERR_USAGE, "%s: unknown key '%s' (did you mean '%s'?)",
				      label, path, near)
			    : err_set(e, ERR_USAGE, "%s: unknown key '%s'", label, path);
	}
	struct arena *a = arena_new();
	struct conf *v = typed_value(a, s, value, label, e);
	int r = -1;
	if (v && v->kind == CONF_MAP && !v->child)
		*v = (struct conf){ .kind = CONF_SCALAR, .text = "", .plain = true };
	if (v)
		r = settings_merge(tree, nest(a, s->path, star, v), label, e);
	arena_free(a);
	return r;
}
