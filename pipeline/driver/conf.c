/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pipeline.conf, the defaults of a site, in the syntax of libconfuse:
 *
 *     limits {
 *         max_input_mb = 500
 *     }
 *
 * Which sections and options exist follows from the table of settings. libconfuse only finds the
 * structure; each value stays text and is checked where manifests are checked, so that both
 * sources accept the same values and complain in the same words. */
#include "driver/driver_int.h"

#include <confuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SITE_CAP = 1 << 20 };

/* libconfuse's callbacks carry no context, so what they collect is here. */
static struct {
	struct arena *arena;
	const char *path;
	struct conf *root;
	struct err *e;
	bool failed;
} site;

static void complain(int line, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void complain(int line, const char *fmt, ...)
{
	char what[512];
	va_list args;
	va_start(args, fmt);
	vsnprintf(what, sizeof what, fmt, args);
	va_end(args);
	if (!site.failed)
		err_set(site.e, ERR_USAGE, "%s:%d: %s", site.path, line, what);
	site.failed = true;
}

static void unknown_option(int line, const char *name)
{
	const char *near = settings_suggest(name);
	const struct setting *s = near ? settings_find(near, NULL) : NULL;
	if (s && s->scope == SETTING_JOB && strcmp(near, name) == 0)
		complain(line, "'%s' belongs in the manifest of a job", name);
	else if (s)
		complain(line, "unknown option '%s' (did you mean '%s'?)", name, near);
	else
		complain(line, "unknown option '%s'", name);
}

static PRINTF_LIKE(2, 0) void on_error(cfg_t *cfg, const char *fmt, va_list args)
{
	if (strncmp(fmt, "no such option", 14) == 0) {
		unknown_option(cfg->line, va_arg(args, const char *));
		return;
	}
	char what[256];
	vsnprintf(what, sizeof what, fmt, args);
	complain(cfg->line, "%s", what);
}

/* The setting of an option: the table holds no two site settings whose last two segments agree. */
static const struct setting *setting_of(const cfg_t *cfg, const char *option)
{
	bool top = strcmp(cfg->name, "root") == 0;
	const char *tail = top ? option : arena_printf(site.arena, "%s.%s", cfg->name, option);
	size_t n = strlen(tail);
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *s = &settings_table[i];
		size_t m = strlen(s->path);
		if (s->scope != SETTING_SITE || m < n || strcmp(s->path + m - n, tail) != 0)
			continue;
		if (m == n || (!top && s->path[m - n - 1] == '.'))
			return s;
	}
	return NULL;
}

/* The child map `key` of `map`, made when absent. */
static struct conf *child_map(struct conf *map, const char *key, size_t n, int line)
{
	struct conf **c = &map->child;
	for (; *c; c = &(*c)->next) {
		if (str_eq((struct str){ key, n }, (*c)->key))
			return *c;
	}
	*c = arena_calloc(site.arena, 1, sizeof **c);
	(*c)->kind = CONF_MAP;
	(*c)->key = arena_strndup(site.arena, key, n);
	(*c)->line = (*c)->key_line = line;
	return *c;
}

/* Called after each value of an option: lists grow by one value a call. */
static int on_value(cfg_t *cfg, cfg_opt_t *opt)
{
	const struct setting *s = setting_of(cfg, opt->name);
	if (!s || site.failed)
		return -1;
	struct conf *at = site.root;
	for (const char *p = s->path; p;) {
		const char *dot = strchr(p, '.');
		at = child_map(at, p, dot ? (size_t)(dot - p) : strlen(p), cfg->line);
		p = dot ? dot + 1 : NULL;
	}
	bool is_list = s->type == SETTING_LIST;
	if (at->kind != CONF_MAP && !is_list) {
		complain(cfg->line, "'%s' was already given on line %d", s->path, at->line);
		return -1;
	}
	at->kind = is_list ? CONF_LIST : CONF_SCALAR;
	at->line = cfg->line;
	at->child = NULL;
	struct conf **tail = &at->child;
	for (unsigned i = 0; i < cfg_opt_size(opt); i++) {
		const char *text = arena_strdup(site.arena, cfg_opt_getnstr(opt, i));
		if (!is_list) {
			at->text = text;
			at->plain = true;
			break;
		}
		*tail = arena_calloc(site.arena, 1, sizeof **tail);
		**tail = (struct conf){ .kind = CONF_SCALAR, .text = text, .line = cfg->line };
		tail = &(*tail)->next;
	}
	return 0;
}

/* Options of the section `prefix` ("" for the top, "report." ...), terminated as libconfuse wants. */
static cfg_opt_t *options(const char *prefix)
{
	size_t np = strlen(prefix), n = 0;
	cfg_opt_t *o = arena_calloc(site.arena, settings_count + 1, sizeof *o);
	const char *section = "";
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *s = &settings_table[i];
		if (s->scope != SETTING_SITE || strncmp(s->path, prefix, np) != 0)
			continue;
		const char *name = s->path + np, *dot = strchr(name, '.');
		if (!dot) {
			bool list = s->type == SETTING_LIST;
			o[n++] = (cfg_opt_t){ .name = name, .type = CFGT_STR, .validcb = on_value,
				.flags = list ? CFGF_NODEFAULT | CFGF_LIST : CFGF_NODEFAULT };
		} else if (strncmp(section, s->path, (size_t)(dot + 1 - s->path)) != 0) {
			section = arena_strndup(site.arena, s->path, (size_t)(dot + 1 - s->path));
			name = arena_strndup(site.arena, name, (size_t)(dot - name));
			o[n++] = (cfg_opt_t){ .name = name, .type = CFGT_SEC, .subopts = options(section) };
		}
	}
	o[n] = (cfg_opt_t)CFG_END();
	return o;
}

struct conf *conf_parse(struct arena *a, const char *path, struct err *e)
{
	struct buf text = { 0 };
	size_t bad;
	if (file_read(path, SITE_CAP, &text, e) < 0) {
		if (e)
			e->code = ERR_USAGE;
		return NULL;
	}
	struct conf *root = arena_calloc(a, 1, sizeof *root);
	root->kind = CONF_MAP;
	site.arena = a;
	site.path = path;
	site.root = root;
	site.e = e;
	site.failed = false;
	if (!utf8_valid(buf_str(&text), text.n, &bad) || memchr(buf_str(&text), 0, text.n)) {
		err_set(e, ERR_USAGE, "%s: not valid UTF-8 text", path);
		site.failed = true;
	} else if (text.n) {
		cfg_t *cfg = cfg_init(options(""), CFGF_NONE);
		cfg_set_error_function(cfg, on_error);
		if (cfg_parse_buf(cfg, text.p) != CFG_SUCCESS)
			complain(cfg->line, "cannot be read");
		cfg_free(cfg);
	}
	buf_free(&text);
	return site.failed ? NULL : root;
}
