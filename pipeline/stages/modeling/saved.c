/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder model/: the fitted model and its card. */
#include "stages/modeling_int.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

/* Hash of the table: the driver has just made it for the marker of ingest; without that it is made here. */
static int table_hash(struct stage_run *r, char hex[SHA256_HEX], struct err *e)
{
	static const char table[] = "ingest/table.arrow";
	const char *path = arena_printf(r->arena, "%s/ingest.done", r->job);
	json_t *done = file_exists(path) ? json_read_file(path, NULL) : NULL;
	const json_t *outputs = json_at(done, "outputs");
	bool found = false;
	for (size_t i = 0; i < json_array_size(outputs) && !found; i++) {
		const json_t *o = json_array_get(outputs, i);
		const char *sha = json_text(o, "sha256", "");
		found = strcmp(json_text(o, "path", ""), table) == 0 && strlen(sha) == SHA256_HEX - 1;
		if (found)
			memcpy(hex, sha, SHA256_HEX);
	}
	json_decref(done);
	return found ? 0 : sha256_file(path_join(r->arena, r->job, table), hex, NULL, e);
}

/* What each candidate would take on disk: saved, looked at, and taken away. */
static int weigh(struct stage_run *r, const struct model_spec *s, struct model_result *m, const struct model_origin *o,
	struct err *e)
{
	const char *dir = path_join(r->arena, r->out, "weighed");
	for (size_t i = 0; i < m->ncandidates; i++) {
		struct candidate *c = &m->candidates[i];
		struct model_files files = { 0 };
		struct stat st;
		if (c->failed || !c->model)
			continue;
		if (file_mkdirs(dir, e) < 0 || model_save(m, s, c, o, dir, &files, e) < 0)
			return -1;
		for (int k = 0; k < files.n; k++)
			if (stat(path_join(r->arena, dir, files.name[k]), &st) == 0)
				c->bytes += st.st_size;
		if (file_remove_tree(dir, e) < 0)
			return -1;
	}
	return 0;
}

int modeling_save(struct stage_run *r, const struct model_spec *s, struct model_result *m, struct model_files *files,
	struct err *e)
{
	char hash[SHA256_HEX];
	const char *dir = path_join(r->arena, r->out, "model");
	if (table_hash(r, hash, e) < 0)
		return -1;
	struct model_origin origin = { .tool = DOSSIER_VERSION, .table = hash };
	if (weigh(r, s, m, &origin, e) < 0)
		return -1;
	return model_save(m, s, &m->candidates[m->chosen], &origin, dir, files, e) < 0 ? -1 : modeling_save_card(r, files, e);
}

int modeling_timings(struct stage_run *r, const struct model_result *m, struct err *e)
{
	struct buf out = { 0 };
	struct jw w;
	jw_init(&w, &out);
	jw_obj(&w);
	jw_karr(&w, "candidates");
	for (size_t i = 0; i < m->ncandidates; i++) {
		const struct candidate *c = &m->candidates[i];
		jw_obj(&w);
		jw_kstr(&w, "name", c->name);
		jw_knum(&w, "fit_seconds", c->failed ? NAN : c->fit_seconds);
		jw_knum(&w, "predict_seconds", c->failed ? NAN : c->predict_seconds);
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	jw_obj_end(&w);
	int status = file_write(path_join(r->arena, r->out, "timings.json"), out.p, out.n, e);
	buf_free(&out);
	return status;
}
