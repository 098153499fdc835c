/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a manifest to the resolved tree: built-in defaults, then pipeline.conf, the manifest, the
 * environment (limits only) and --set, each able to overrule what came before. */
#include "driver/driver_int.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MANIFEST_CAP = 16 << 20 };

/* ---- where things are ------------------------------------------------------------------------ */

static bool is_share(const char *dir)
{
	struct arena *a = arena_new();
	bool yes = file_exists(path_join(a, dir, "templates")) &&
		   file_exists(path_join(a, dir, "assets"));
	arena_free(a);
	return yes;
}

const char *share_find(struct arena *a, const struct options *opt)
{
	if (opt->share)
		return is_share(opt->share) ? opt->share : NULL;
	const char *env = getenv("DOSSIER_SHARE");
	if (env && *env)
		return is_share(env) ? env : NULL;
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	if (n > 0) {
		exe[n] = 0;
		*strrchr(exe, '/') = 0;
		/* the source tree (build/dossier), then an installed one (bin/dossier) */
		const char *near[] = { "..", "../share/dossier" };
		for (size_t i = 0; i < COUNTOF(near); i++) {
			char real[PATH_MAX];
			if (is_share(path_join(a, exe, near[i])) &&
				realpath(path_join(a, exe, near[i]), real))
				return arena_strdup(a, real);
		}
	}
	return is_share(DOSSIER_SHARE) ? DOSSIER_SHARE : NULL;
}

static const char *conf_find(struct arena *a, const struct options *opt, const char *share)
{
	if (opt->conf)
		return opt->conf;
	if (file_exists("pipeline.conf"))
		return "pipeline.conf";
	const char *shared = share ? path_join(a, share, "pipeline.conf") : NULL;
	return shared && file_exists(shared) ? shared : NULL;
}

static const char *folder_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? arena_strndup(a, path, (size_t)(slash - path) + 1) : "";
}

char *manifest_id(struct arena *a, const char *path)
{
	static const char *const packed[] = { ".gz", ".zst", ".bz2", ".xz", ".zip" };
	char *stem = arena_strdup(a, path_base(path)), *id = arena_strdup(a, stem);
	for (size_t i = 0; i < COUNTOF(packed); i++) {
		size_t n = strlen(stem), k = strlen(packed[i]);
		if (n > k && str_ieq(str_of(stem + n - k), packed[i]))
			stem[n - k] = 0;
	}
	char *dot = strrchr(stem, '.');
	if (dot && dot > stem)
		*dot = 0;
	size_t n = 0;
	for (const char *p = stem; *p && n < 64; p++) {
		char c = (char)tolower((unsigned char)*p);
		bool alnum = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		if (alnum || (n && (c == '_' || c == '.')))
			id[n++] = c;
		else if (n && id[n - 1] != '-')
			id[n++] = '-';
	}
	while (n && strchr("-._", id[n - 1]))
		n--;
	id[n] = 0;
	return n ? id : arena_strdup(a, "job");
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);
	return n > k && str_ieq(str_of(s + n - k), end);
}

bool manifest_is(const char *path)
{
	if (ends_with(path, ".yaml") || ends_with(path, ".yml"))
		return true;
	if (!ends_with(path, ".json"))
		return false;
	/* JSON may be data. A manifest is an object that names its source. */
	struct buf text = { 0 };
	struct arena *a = arena_new();
	bool found = false;
	if (file_read(path, MANIFEST_CAP, &text, NULL) == 0) {
		const struct conf *root = yaml_parse(a, path, buf_str(&text), text.n, NULL);
		for (const struct conf *c = root && root->kind == CONF_MAP ? root->child : NULL;
			c; c = c->next)
			found = found || (strcmp(c->key, "source") == 0 && c->kind == CONF_MAP);
	}
	arena_free(a);
	buf_free(&text);
	return found;
}

/* ---- sources, from the weakest to the strongest ------------------------------------------------ */

/* Merges one file. A path in a setting starts at the folder of the file that sets it. */
static int from_file(struct job *j, const struct conf *root, const char *path, struct err *e)
{
	json_t *before = json_deep_copy(j->manifest);
	int r = root ? settings_merge(j->manifest, root, path, e) : -1;
	if (r == 0) {
		branding_rebase(j->arena, j->manifest, before, folder_of(j->arena, path));
		texts_rebase(j->arena, j->manifest, before, folder_of(j->arena, path));
	}
	json_decref(before);
	return r;
}

static int from_site(struct job *j, struct err *e)
{
	const char *path = conf_find(j->arena, j->opt, j->share);
	if (!path)
		return 0;
	return from_file(j, conf_parse(j->arena, path, e), path, e);
}

static int from_manifest(struct job *j, struct err *e)
{
	struct buf text = { 0 };
	int r = -1;
	if (file_read(j->manifest_path, MANIFEST_CAP, &text, e) < 0) {
		if (e)
			e->code = ERR_USAGE;
	} else {
		const char *path = j->manifest_path;
		r = from_file(j, yaml_parse(j->arena, path, buf_str(&text), text.n, e), path, e);
	}
	buf_free(&text);
	return r;
}

/* DOSSIER_MAX_INPUT_MB for limits.max_input_mb. */
static char *variable_of(struct arena *a, const struct setting *s)
{
	char *name = arena_printf(a, "DOSSIER_%s", s->path + strlen("limits."));
	for (char *p = name; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return name;
}

/* A variable that is nearly one of ours is a slip; other DOSSIER_* are none of our business. */
static int check_variables(const char *const *names, size_t n, struct err *e)
{
	extern char **environ;
	for (char **v = environ; *v; v++) {
		char name[64];
		size_t k = strcspn(*v, "=");
		if (strncmp(*v, "DOSSIER_", 8) != 0 || k >= sizeof name)
			continue;
		memcpy(name, *v, k);
		name[k] = 0;
		const char *near = str_nearest(name, names, n);
		if (near && strcmp(near, name) != 0)
			return err_set(e, ERR_USAGE,
				"unknown environment variable %s (did you mean %s?)", name,
				near);
	}
	return 0;
}

static int from_environment(struct job *j, struct err *e)
{
	static const char *const others[] = { "DOSSIER_SHARE", "DOSSIER_LOG", "DOSSIER_LOG_LEVEL" };
	const char **names = arena_calloc(j->arena, settings_count + COUNTOF(others), sizeof *names);
	size_t n = 0;
	for (size_t i = 0; i < COUNTOF(others); i++)
		names[n++] = others[i];
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *s = &settings_table[i];
		if (strncmp(s->path, "limits.", 7) != 0)
			continue;
		const char *name = names[n++] = variable_of(j->arena, s);
		const char *value = getenv(name);
		if (value && settings_put(j->manifest, s->path, value, name, e) < 0)
			return -1;
	}
	return check_variables(names, n, e);
}

static int from_command_line(struct job *j, struct err *e)
{
	const struct options *o = j->opt;
	for (size_t i = 0; i < o->nsets; i++) {
		const char *eq = strchr(o->sets[i], '=');
		if (!eq || eq == o->sets[i])
			return err_set(e, ERR_USAGE, "--set %s: expected key=value", o->sets[i]);
		char *key = arena_strndup(j->arena, o->sets[i], (size_t)(eq - o->sets[i]));
		char *label = arena_printf(j->arena, "--set %s", o->sets[i]);
		if (settings_put(j->manifest, key, eq + 1, label, e) < 0)
			return -1;
	}
	if (o->threads &&
		settings_put(j->manifest, "limits.threads", o->threads, "--threads", e) < 0)
		return -1;
	if (o->exact && o->approximate)
		return err_set(e, ERR_USAGE, "--exact and --approximate contradict each other");
	if (o->exact && settings_put(j->manifest, "eda.precision", "exact", "--exact", e) < 0)
		return -1;
	if (o->approximate &&
		settings_put(j->manifest, "eda.precision", "approximate", "--approximate", e) < 0)
		return -1;
	return o->report_date ? settings_put(j->manifest, "report_date", o->report_date,
					"--report-date", e)
			      : 0;
}

/* ---- all together ------------------------------------------------------------------------------- */

/* The manifest that a bare data file got from us names that file wherever it is. */
static bool is_own(const struct job *j, const char *folder)
{
	struct stat a, b;
	return stat(path_join(j->arena, folder, ".."), &a) == 0 &&
		stat(path_join(j->arena, j->opt->data_dir, "jobs"), &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

int manifest_load(struct job *j, const char *path, struct err *e)
{
	j->manifest_path = path;
	j->share = share_find(j->arena, j->opt);
	if (j->opt->share && !j->share)
		return err_set(e, ERR_USAGE, "--share '%s': holds no templates/ and assets/",
			j->opt->share);
	j->manifest = settings_defaults();
	if (from_site(j, e) < 0 || from_manifest(j, e) < 0 || from_environment(j, e) < 0 ||
		from_command_line(j, e) < 0)
		return -1;
	const char *schema = json_text(j->manifest, "schema", "");
	if (strcmp(schema, "dossier/manifest/1") != 0)
		return err_set(e, ERR_USAGE, "%s: schema '%s' is not known to this version",
			path, schema);
	if (!json_text(j->manifest, "id", NULL))
		json_object_set_new(j->manifest, "id", json_string(manifest_id(j->arena, path)));
	j->id = json_text(j->manifest, "id", NULL);
	j->dir = arena_printf(j->arena, "%s/jobs/%s", j->opt->data_dir, j->id);
	if (dates_fill(j, e) < 0)
		return -1;
	const char *folder = folder_of(j->arena, path);
	j->folder = j->opt->allow_outside || is_own(j, folder) ? NULL : folder;
	return sources_find(j, folder, e) < 0 ? -1 : texts_read(j, e);
}
