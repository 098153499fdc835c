/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a manifest names as its input: one file, several as one table, standard input or a server,
 * and files that are joined. Here it is only found and looked at; original.c brings it in. */
#include "driver/driver_int.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the list -------------------------------------------------------------------------------- */

/* A name in original/ that is not taken: sales.csv, 2-sales.csv, ... */
static const char *free_name(const struct job *j, const char *source)
{
	const char *base = strcmp(source, "-") == 0 ? "stdin" : path_base(source), *name = base;
	for (int k = 2;; k++) {
		bool taken = false;
		for (size_t i = 0; i < j->noriginals; i++)
			taken = taken || strcmp(j->originals[i].name, name) == 0;
		if (!taken)
			return name;
		name = arena_printf(j->arena, "%d-%s", k, base);
	}
}

enum { MOST_FILES = 10000 };

static int add(struct job *j, const char *source, const char *join, struct err *e)
{
	if (j->noriginals == MOST_FILES)
		return err_set(e, ERR_USAGE, "more than %d input files", MOST_FILES);
	size_t n = j->noriginals;
	if ((n & (n - 1)) == 0) {
		struct original *v = arena_calloc(j->arena, n ? 2 * n : 1, sizeof *v);
		if (n)
			memcpy(v, j->originals, n * sizeof *v);
		j->originals = v;
	}
	const char *name = free_name(j, source);
	j->originals[j->noriginals++] = (struct original){ .source = source, .name = name,
		.join = join };
	return 0;
}

/* Names beneath `folder`, in the order of their bytes. */
static int add_pattern(struct job *j, const char *folder, const char *pattern, struct err *e)
{
	const char *path = path_join(j->arena, folder, pattern);
	if (!strpbrk(pattern, "*?["))
		return add(j, path, NULL, e);
	glob_t g;
	int r = glob(path, 0, NULL, &g);
	if (r == GLOB_NOMATCH)
		return err_set(e, ERR_INPUT, "source.files: no file matches '%s'", path);
	if (r != 0)
		return err_set(e, ERR_INPUT, "source.files: cannot look for '%s'", path);
	for (size_t i = 0; i < g.gl_pathc && r == 0; i++)
		r = add(j, arena_strdup(j->arena, g.gl_pathv[i]), NULL, e);
	globfree(&g);
	return r;
}

/* ---- servers --------------------------------------------------------------------------------- */

/* "password=..." or "user:secret@host": what is in a manifest gets into artifacts. */
static bool holds_password(const char *s)
{
	const char *scheme = strstr(s, "://"), *at = scheme ? strchr(scheme + 3, '@') : NULL;
	const char *colon = scheme ? strchr(scheme + 3, ':') : NULL;
	return strstr(s, "password") || (at && colon && colon < at);
}

int manifest_read(const struct job *j, const char *path, size_t cap, struct buf *out, struct err *e)
{
	int fd = manifest_open(j, path, e);
	if (fd < 0)
		return -1;
	int r = file_read(arena_printf(j->arena, "/proc/self/fd/%d", fd), cap, out, e);
	close(fd);
	return r;
}

static int find_password(struct job *j, const char *folder, struct err *e)
{
	const char *env = json_text(j->manifest, "source.password_env", NULL);
	const char *file = json_text(j->manifest, "source.password_file", NULL);
	if (env && file)
		return err_set(e, ERR_USAGE,
			"give 'source.password_env' or 'source.password_file', not both");
	/* Not said which: some write the password itself there. */
	if (env && !(j->password = getenv(env)))
		return err_set(e, ERR_USAGE, "source.password_env: the variable that it names is not set");
	if (!file)
		return 0;
	struct buf text = { 0 };
	const char *path = path_join(j->arena, folder, file);
	int r = manifest_read(j, path, 4096, &text, e);
	if (r < 0 && e)
		e->code = ERR_USAGE;
	if (r < 0)
		err_while(e, "source.password_file");
	else
		j->password = arena_strndup(j->arena, buf_str(&text),
			strcspn(buf_str(&text), "\r\n"));
	buf_free(&text);
	return r;
}

static int find_server(struct job *j, const char *server, const char *folder, struct err *e)
{
	j->server = true;
	if (holds_password(server))
		return err_set(e, ERR_USAGE,
			"%s: 'source.postgres' must not hold a password: name the place of it with "
			"'source.password_env' or 'source.password_file'", j->manifest_path);
	json_object_set_new(json_object_get(j->manifest, "source"), "format",
		json_string("postgres"));
	return find_password(j, folder, e);
}

/* ---- all together ---------------------------------------------------------------------------- */

static int find_table(struct job *j, const char *folder, struct err *e)
{
	static const char *const keys[] = { "file", "files", "sqlite", "postgres" };
	json_t *source = json_object_get(j->manifest, "source");
	const char *said = NULL, *value = NULL;
	for (size_t i = 0; i < COUNTOF(keys); i++) {
		const char *text = json_text(source, keys[i], NULL);
		if ((!text || !*text) && !json_count(source, keys[i]))
			continue;
		if (said)
			return err_set(e, ERR_USAGE, "%s: 'source.%s' and 'source.%s': name one",
				j->manifest_path, said, keys[i]);
		said = keys[i];
		value = text;
	}
	if (!said)
		return err_set(e, ERR_USAGE, "%s: 'source.file' is missing: name the input",
			j->manifest_path);
	if (strcmp(said, "postgres") == 0)
		return find_server(j, value, folder, e);
	if (strcmp(said, "sqlite") == 0)
		json_object_set_new(source, "format", json_string("sqlite"));
	if (value)
		return add(j, strcmp(value, "-") == 0 ? value : path_join(j->arena, folder, value),
			NULL, e);
	const json_t *files = json_at(source, "files");
	for (size_t i = 0; i < json_array_size(files); i++)
		if (add_pattern(j, folder, json_string_value(json_array_get(files, i)), e) < 0)
			return -1;
	return 0;
}

int sources_find(struct job *j, const char *folder, struct err *e)
{
	if (find_table(j, folder, e) < 0)
		return -1;
	const char *name;
	json_t *join;
	json_object_foreach(json_object_get(j->manifest, "join"), name, join) {
		const char *file = json_text(join, "file", NULL);
		if (!file || !*file || strcmp(file, "-") == 0)
			return err_set(e, ERR_USAGE, "%s: 'join.%s.file' is missing: name the table",
				j->manifest_path, name);
		if (!json_count(join, "on"))
			return err_set(e, ERR_USAGE, "%s: 'join.%s.on' is missing: name the key",
				j->manifest_path, name);
		if (add(j, path_join(j->arena, folder, file), name, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- checks ---------------------------------------------------------------------------------- */

int sources_check_size(const struct job *j, const char *source, int64_t bytes, struct err *e)
{
	int64_t cap = json_int(j->manifest, "limits.max_input_mb", INT64_MAX);
	if (bytes / 1000000 >= cap && bytes > cap * 1000000)
		return err_set(e, ERR_INPUT,
			"'%s' has %lld bytes, more than limits.max_input_mb = %lld allows", source,
			(long long)bytes, (long long)cap);
	return 0;
}

static int check_file(const struct job *j, const char *source, struct err *e)
{
	struct stat st;
	if (stat(source, &st) < 0)
		return err_set(e, ERR_INPUT, "cannot open '%s': %s", source, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return err_set(e, ERR_INPUT, "cannot read '%s': it is a directory", source);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_INPUT, "cannot read '%s': not a regular file", source);
	int fd = manifest_open(j, source, e);
	if (fd < 0)
		return -1;
	close(fd);
	if (sources_check_size(j, source, st.st_size, e) < 0)
		return -1;
	const char *name = path_base(source);
	if (!utf8_valid(name, strlen(name), NULL))
		return err_set(e, ERR_INPUT,
			"the name of '%s' is not valid UTF-8; rename the file", source);
	return 0;
}

int sources_check(const struct job *j, struct err *e)
{
	for (size_t i = 0; i < j->noriginals; i++) {
		const char *source = j->originals[i].source;
		if (strcmp(source, "-") != 0 && check_file(j, source, e) < 0)
			return -1;
	}
	return branding_check(j, e);
}
