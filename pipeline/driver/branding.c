/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The look that a manifest gives its report: a logo, templates and a style sheet of its own. All of them lie
 * beneath the folder of the file that names them, and the report is made from what is in them, not from
 * where they are: a run copies them into the job folder, where nobody can put a link in their place, and the
 * key of the step holds the hashes of these copies. */
#include "driver/driver_int.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct branding {
	const char *key;           /* below "report" */
	size_t cap;                /* bytes */
	bool folder;               /* of templates, each of that size */
} branding[] = {
	{ "logo", 4 << 20, false },
	{ "stylesheet", 4 << 20, false },
	{ "templates", 4 << 20, true },
};

static const char *path_of(const json_t *manifest, const struct branding *b)
{
	return json_text(json_object_get(manifest, "report"), b->key, NULL);
}

void branding_rebase(struct arena *a, json_t *manifest, const json_t *before, const char *folder)
{
	for (size_t i = 0; i < COUNTOF(branding); i++) {
		const char *path = path_of(manifest, &branding[i]), *was = path_of(before, &branding[i]);
		if (path && (!was || strcmp(was, path) != 0))
			json_object_set_new(json_object_get(manifest, "report"), branding[i].key,
				json_string(path_join(a, folder, path)));
	}
}

static int is_template(const struct dirent *d)
{
	size_t n = strlen(d->d_name), end = strlen(".mustache");
	return n > end && d->d_name[0] != '.' && strcmp(d->d_name + n - end, ".mustache") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Calls `each` for every template of a folder, in byte order of their names. */
static int each_template(struct arena *a, const char *folder,
	int (*each)(void *ctx, const char *path, struct err *e), void *ctx, struct err *e)
{
	struct dirent **names;
	int n = scandir(folder, &names, is_template, by_name), r = 0;
	if (n < 0)
		return err_errno(e, "cannot read folder '%s'", folder);
	for (int i = 0; i < n; i++) {
		if (r == 0)
			r = each(ctx, path_join(a, folder, names[i]->d_name), e);
		free(names[i]);
	}
	free(names);
	return r;
}

/* ---- before a run, and for it ------------------------------------------------------------------- */

struct visit {
	const struct job *job;
	size_t cap;
	const char *to;            /* folder for a copy; NULL: only look */
};

static int visit_file(void *ctx, const char *path, struct err *e)
{
	const struct visit *v = ctx;
	struct buf text = { 0 };
	int r = manifest_read(v->job, path, v->cap, &text, e);
	if (r == 0 && v->to)
		r = file_write(path_join(v->job->arena, v->to, path_base(path)), buf_str(&text), text.n, e);
	buf_free(&text);
	return r;
}

static int visit_folder(struct visit *v, const char *path, struct err *e)
{
	int fd = manifest_open(v->job, path, e);
	if (fd < 0)
		return -1;
	close(fd);
	return each_template(v->job->arena, path, visit_file, v, e);
}

static int visit_one(struct visit *v, const struct branding *b, const char *path, struct err *e)
{
	if ((b->folder ? visit_folder(v, path, e) : visit_file(v, path, e)) == 0)
		return 0;
	if (e)
		e->code = ERR_USAGE;
	return err_while(e, "report.%s", b->key);
}

int branding_check(const struct job *j, struct err *e)
{
	for (size_t i = 0; i < COUNTOF(branding); i++) {
		const char *path = path_of(j->manifest, &branding[i]);
		struct visit v = { j, branding[i].cap, NULL };
		if (path && visit_one(&v, &branding[i], path, e) < 0)
			return -1;
	}
	return 0;
}

static const char *folder_of_copies(const struct job *j)
{
	return path_join(j->arena, j->dir, ".tmp-look");
}

/* A folder for each, so that two may have the same name; it ends in the name of the folder of templates. */
static const char *place_of(const struct job *j, const struct branding *b, const char *path)
{
	return arena_printf(j->arena, "%s/%s/%s", folder_of_copies(j), b->key, b->folder ? path_base(path) : "");
}

int branding_import(const struct job *j, struct err *e)
{
	for (size_t i = 0; i < COUNTOF(branding); i++) {
		const char *path = path_of(j->manifest, &branding[i]);
		if (!path)
			continue;
		struct visit v = { j, branding[i].cap, place_of(j, &branding[i], path) };
		if (file_mkdirs(v.to, e) < 0 || visit_one(&v, &branding[i], path, e) < 0)
			return -1;
	}
	return 0;
}

void branding_place(const struct job *j, json_t *view)
{
	for (size_t i = 0; i < COUNTOF(branding); i++) {
		const char *path = path_of(view, &branding[i]);
		if (!path)
			continue;
		const char *at = place_of(j, &branding[i], path);
		if (!branding[i].folder)
			at = path_join(j->arena, at, path_base(path));
		json_object_set_new(json_object_get(view, "report"), branding[i].key, json_string(at));
	}
}

void branding_forget(const struct job *j)
{
	file_remove_tree(folder_of_copies(j), NULL);
}

/* ---- for a key --------------------------------------------------------------------------------- */

static int add_file(void *ctx, const char *path, struct err *e)
{
	char sha[SHA256_HEX];
	if (sha256_file(path, sha, NULL, e) < 0)
		return -1;
	json_object_set_new(ctx, path_base(path), json_string(sha));
	return 0;
}

int branding_hash(struct arena *a, json_t *params, struct err *e)
{
	for (size_t i = 0; i < COUNTOF(branding); i++) {
		const char *path = path_of(params, &branding[i]);
		if (!path)
			continue;
		json_t *files = json_object();
		int r = branding[i].folder ? each_template(a, path, add_file, files, e) : add_file(files, path, e);
		/* A single file by its content alone, a folder by the names in it too. */
		json_t *sha = branding[i].folder ? files : json_object_iter_value(json_object_iter(files));
		if (r == 0)
			json_object_set(json_object_get(params, "report"), branding[i].key, sha);
		json_decref(files);
		if (r < 0)
			return -1;
	}
	return 0;
}
