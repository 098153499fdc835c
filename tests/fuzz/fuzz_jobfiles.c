/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as the files that the driver keeps in a job's folder: markers, state.json, original.json, findings.json,
 * the content of the lock. What is no good is as if it were not there; nobody trusts what stands in them.
 */
#include "driver/batch_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static char data_dir[] = "/tmp/dossier-fuzz-XXXXXX";
static const char *const names[] = { NULL };
static const struct stage step = { "eda", "1", names, names, names, NULL };
static const struct stage *const table[] = { &step, NULL };

static void put(const struct job *j, const char *name, const void *p, size_t n)
{
	if (file_write(path_join(j->arena, j->dir, name), p, n, NULL) < 0)
		abort();
}

/* A marker that is sound is used: all of it, and it must not be trusted for that. */
static void use_marker(const struct job *j)
{
	const char *why = NULL;
	json_t *m = marker_load(j, "eda", &why);
	if (!m && !why)
		abort();
	if (m)
		marker_mismatch(j->arena, j, "eda", m, true);
	json_decref(m);
}

/* The check is put right, or no other marker than an empty one would ever be sound. */
static void sign_marker(const struct job *j, const uint8_t *data, size_t n)
{
	json_t *m = json_loadb((const char *)data, n, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(m)) {
		json_decref(m);
		return;
	}
	json_object_del(m, "check");
	json_object_set_new(m, "schema", json_string("dossier/done/1"));
	json_object_set_new(m, "step", json_string("eda"));
	if (marker_write(j, "eda", m, NULL) < 0)
		abort();
	json_decref(m);
	use_marker(j);
}

static void look(struct job *j)
{
	struct err e = { 0 };
	struct plan p;
	const char *args[] = { "x" };
	struct options o = { .data_dir = data_dir, .args = args, .nargs = 1 };
	cmd_status(&o, table, &e);
	o.json = true;
	cmd_status(&o, table, &e);
	o.nargs = 0;
	o.json = false;
	cmd_status(&o, table, &e);
	struct batch_job b = { .id = "x", .dir = j->dir };
	batch_look(&b, j->arena);
	if (metrics_write(j->arena, path_join(j->arena, data_dir, "m"), table, &b, 1, &e) < 0)
		abort();
	j->markers[0] = NULL;
	if (plan_step(j, 0, false, &p, &e) < 0 && !e.msg[0])
		abort();
	plan_reset(&p);
	json_decref(j->markers[0]);
	if (job_open(j, &e) < 0 || original_import(j, &e) < 0)
		abort();
	job_close(j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static char *made;
	if (!made && !(made = mkdtemp(data_dir)))
		abort();
	struct arena *a = arena_new();
	struct options o = { .data_dir = data_dir };
	struct original in = { .source = path_join(a, data_dir, "x.csv"), .name = "x.csv" };
	json_t *none[] = { NULL, NULL };
	struct job j = { .arena = a, .stages = table, .opt = &o, .id = "x", .manifest = settings_defaults(),
		.originals = &in, .noriginals = 1, .markers = none, .lock_fd = -1, .slot_fd = -1 };
	j.dir = arena_printf(a, "%s/jobs/x", data_dir);
	if (job_make_folder(a, &o, "x", NULL) < 0 || file_write(in.source, "a\n1\n", 4, NULL) < 0)
		abort();
	static const char *const files[] = { "eda.done", "state.json", "original.json", "findings.json", ".lock" };
	for (size_t i = 0; i < COUNTOF(files); i++)
		put(&j, files[i], data, n);
	use_marker(&j);
	sign_marker(&j, data, n);
	look(&j);
	json_decref(j.manifest);
	arena_free(a);
	return 0;
}
