/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a step's temporary folder to the job folder. The order is what makes a crash harmless:
 * contents durable, old marker gone, names in place, names durable, leftovers of the previous run
 * gone; the caller writes the new marker last. */
#include "driver/driver_int.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct made {
	const char **names;            /* relative to the folder, in byte order */
	size_t n, cap;
};

static void made_add(struct arena *a, struct made *m, const char *name)
{
	if (m->n == m->cap) {
		m->cap = m->cap ? m->cap * 2 : 64;
		const char **bigger = arena_calloc(a, m->cap, sizeof *bigger);
		if (m->n)
			memcpy(bigger, m->names, m->n * sizeof *bigger);
		m->names = bigger;
	}
	m->names[m->n++] = name;
}

/* Collects the files below <tmp>/<sub>; `sub` is "" or ends in '/'. */
static int collect(struct arena *a, const char *tmp, const char *sub, struct made *m, struct err *e)
{
	const char *dir = arena_printf(a, "%s/%s", tmp, sub);
	DIR *d = opendir(dir);
	if (!d)
		return err_errno(e, "cannot read folder '%s'", dir);
	int r = 0;
	for (struct dirent *x; r == 0 && (r = file_next(d, dir, &x, e)) == 0 && x;) {
		struct stat st;
		const char *name = arena_printf(a, "%s%s", sub, x->d_name);
		if (lstat(arena_printf(a, "%s/%s", tmp, name), &st) < 0)
			r = err_errno(e, "cannot read '%s'", name);
		else if (S_ISDIR(st.st_mode))
			r = collect(a, tmp, arena_printf(a, "%s/", name), m, e);
		else if (S_ISREG(st.st_mode))
			made_add(a, m, name);
		else
			r = err_set(e, ERR_BUG, "wrote '%s', which is not a regular file", name);
	}
	closedir(d);
	return r;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_declared(const struct stage *s, const char *name)
{
	for (size_t i = 0; s->outputs[i]; i++) {
		size_t n = strlen(s->outputs[i]);
		bool folder = n && s->outputs[i][n - 1] == '/';
		if (folder ? strncmp(name, s->outputs[i], n) == 0
			   : strcmp(name, s->outputs[i]) == 0)
			return true;
	}
	return false;
}

/* Makes contents durable and describes them: they are hashed while the disk writes. */
static int seal(struct arena *a, const struct stage *s, const char *tmp, const struct made *m,
	json_t *list, struct err *e)
{
	for (size_t i = 0; i < m->n; i++)
		file_sync_begin(arena_printf(a, "%s/%s", tmp, m->names[i]));
	for (size_t i = 0; i < m->n; i++) {
		const char *path = arena_printf(a, "%s/%s", tmp, m->names[i]);
		char sha[SHA256_HEX];
		int64_t size;
		if (!is_declared(s, m->names[i]))
			return err_set(e, ERR_BUG, "wrote '%s', which is not among its outputs",
				m->names[i]);
		if (hash_polled(path, sha, &size, e) < 0 || file_sync(path, e) < 0)
			return -1;     /* asked to stop as well: nothing is in place yet */
		json_array_append_new(list, json_pack("{s:s,s:I,s:s}", "path", m->names[i],
						    "bytes", (json_int_t)size, "sha256", sha));
	}
	return 0;
}

static int remove_marker(struct arena *a, const struct job *j, const struct stage *s, struct err *e)
{
	const char *path = arena_printf(a, "%s/%s.done", j->dir, s->name);
	if (unlink(path) < 0)
		return errno == ENOENT ? 0 : err_errno(e, "cannot remove '%s'", path);
	return file_sync(j->dir, e);
}

static const char *folder_of(struct arena *a, const char *path)
{
	return arena_strndup(a, path, (size_t)(strrchr(path, '/') - path));
}

/* Makes the names in `dir` durable, and its own name, up to the job folder. */
static int sync_up(struct arena *a, const struct job *j, const char *dir, struct err *e)
{
	for (; strcmp(dir, j->dir) != 0; dir = folder_of(a, dir)) {
		if (file_sync(dir, e) < 0)
			return -1;
	}
	return file_sync(dir, e);
}

/* Renames everything into place. */
static int place(struct arena *a, const struct job *j, const char *tmp, const struct made *m,
	struct err *e)
{
	const char *last = j->dir;
	for (size_t i = 0; i < m->n; i++) {
		const char *to = arena_printf(a, "%s/%s", j->dir, m->names[i]),
			   *dir = folder_of(a, to);
		if (strcmp(dir, last) != 0) {
			if (sync_up(a, j, last, e) < 0 || file_mkdirs(dir, e) < 0)
				return -1;
			last = dir;
		}
		if (rename(arena_printf(a, "%s/%s", tmp, m->names[i]), to) < 0)
			return err_errno(e, "cannot rename into '%s'", to);
	}
	return sync_up(a, j, last, e);
}

static bool is_made(const struct made *m, const char *name)
{
	return m->n && bsearch(&name, m->names, m->n, sizeof *m->names, by_name);
}

/* Removes what the step has made before and not this time. It goes by what the step may make rather
 * than by the old marker, which a crash may have taken away already. */
static int remove_stale(struct arena *a, const struct job *j, const struct stage *s,
	const struct made *m, struct err *e)
{
	struct made old = { 0 };
	for (size_t i = 0; s->outputs[i]; i++) {
		const char *name = s->outputs[i], *path = arena_printf(a, "%s/%s", j->dir, name);
		if (!file_exists(path))
			continue;
		if (name[strlen(name) - 1] != '/')
			made_add(a, &old, name);
		else if (collect(a, j->dir, name, &old, e) < 0)
			return -1;
	}
	bool any = false;
	for (size_t i = 0; i < old.n; i++) {
		const char *path = arena_printf(a, "%s/%s", j->dir, old.names[i]);
		if (is_made(m, old.names[i]))
			continue;
		if (unlink(path) < 0)
			return err_errno(e, "cannot remove '%s'", path);
		if (sync_up(a, j, folder_of(a, path), e) < 0)
			return -1;
		rmdir(folder_of(a, path));     /* a folder within an output's, if it is empty now */
		any = true;
	}
	for (size_t i = 0; any && s->outputs[i]; i++) {
		if (s->outputs[i][strlen(s->outputs[i]) - 1] == '/')
			rmdir(arena_printf(a, "%s/%s", j->dir,
				s->outputs[i])); /* if it is empty now */
	}
	return 0;
}

static int put_json(int (*put)(const char *, const void *, size_t, struct err *), const char *path, const json_t *v,
	struct err *e)
{
	struct buf text = { 0 };
	struct jw w;
	jw_init(&w, &text);
	jw_value(&w, v);
	int r = put(path, text.p, text.n, e);
	buf_free(&text);
	return r;
}

int publish_json(const char *path, const json_t *v, struct err *e)
{
	return put_json(file_publish, path, v, e);
}

int replace_json(const char *path, const json_t *v, struct err *e)
{
	return put_json(file_replace, path, v, e);
}

int publish(const struct job *j, const struct stage *s, const char *tmp, json_t **outputs,
	struct err *e)
{
	struct arena *a = arena_new();
	struct made m = { 0 };
	json_t *list = json_array();
	int r = collect(a, tmp, "", &m, e);
	if (r == 0 && m.n)
		qsort(m.names, m.n, sizeof *m.names, by_name);
	if (r < 0 || seal(a, s, tmp, &m, list, e) < 0 || remove_marker(a, j, s, e) < 0 ||
		place(a, j, tmp, &m, e) < 0 || remove_stale(a, j, s, &m, e) < 0 ||
		file_remove_tree(tmp, e) < 0) {
		json_decref(list);
		list = NULL;
	}
	arena_free(a);
	*outputs = list;
	return list ? 0 : -1;
}
