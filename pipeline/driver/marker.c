/* SPDX-License-Identifier: GPL-3.0-or-later */
/* <step>.done: what a step was made from and what it made. Written last, so its presence says that
 * everything it lists was durable; checked always, so its presence alone says nothing. */
#include "driver/driver_int.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *marker_path(struct arena *a, const struct job *j, const char *step)
{
	return arena_printf(a, "%s/%s.done", j->dir, step);
}

static void self_check(const json_t *marker, char hex[SHA256_HEX])
{
	json_t *body = json_copy((json_t *)(uintptr_t)marker);
	struct buf text = { 0 };
	struct sha256 h;
	json_object_del(body, "check");
	json_canonical(&text, body);
	json_decref(body);
	sha256_init(&h);
	sha256_add(&h, buf_str(&text), text.n);
	sha256_hex(&h, hex);
	buf_free(&text);
}

static bool is_sound(const json_t *m, const char *step)
{
	char hex[SHA256_HEX];
	if (strcmp(json_text(m, "schema", ""), "dossier/done/1") != 0 ||
		strcmp(json_text(m, "step", ""), step) != 0 ||
		!json_is_array(json_at(m, "outputs")) || !json_is_array(json_at(m, "inputs")) ||
		!json_is_object(json_at(m, "params")))
		return false;
	self_check(m, hex);
	return strcmp(json_text(m, "check", ""), hex) == 0;
}

json_t *marker_load(const struct job *j, const char *step, const char **why)
{
	const char *path = marker_path(j->arena, j, step);
	if (!file_exists(path)) {
		*why = "not run yet";
		return NULL;
	}
	json_t *m = json_read_file(path, NULL);
	if (m && is_sound(m, step))
		return m;
	json_decref(m);
	*why = "marker unreadable";
	return NULL;
}

int marker_write(const struct job *j, const char *step, json_t *body, struct err *e)
{
	char hex[SHA256_HEX];
	self_check(body, hex);
	json_object_set_new(body, "check", json_string(hex));
	return publish_json(marker_path(j->arena, j, step), body, e);
}

/* Not older: the clock of a file system moves in steps of milliseconds. */
static bool is_as_new(const struct stat *a, const struct stat *b)
{
	return a->st_mtim.tv_sec != b->st_mtim.tv_sec ? a->st_mtim.tv_sec > b->st_mtim.tv_sec :
		a->st_mtim.tv_nsec >= b->st_mtim.tv_nsec;
}

const char *marker_mismatch(struct arena *a, const struct job *j, const char *step,
	const json_t *marker, bool rehash)
{
	struct stat done, st;
	const json_t *outputs = json_at(marker, "outputs");
	if (stat(marker_path(a, j, step), &done) < 0)
		return "marker unreadable";
	for (size_t i = 0; i < json_array_size(outputs); i++) {
		const json_t *o = json_array_get(outputs, i);
		const char *name = json_text(o, "path", "");
		const char *path = path_join(a, j->dir, name);
		char sha[SHA256_HEX];
		int64_t size;
		if (lstat(path, &st) < 0 || !S_ISREG(st.st_mode))
			return arena_printf(a, "outputs missing: %s", name);
		bool same = st.st_size == json_int(o, "bytes", -1);
		if (same && (rehash || is_as_new(&st, &done)))
			same = sha256_file(path, sha, &size, NULL) == 0 &&
			       strcmp(sha, json_text(o, "sha256", "")) == 0;
		if (!same)
			return arena_printf(a, "output %s was changed", name);
	}
	return NULL;
}
