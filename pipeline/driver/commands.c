/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dossier run, check and clarify. */
#include "driver/driver_int.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Loads the manifest and hands the job over; frees it afterwards. */
static int with_job(const struct options *opt, const struct stage *const *table,
	const char *manifest, int (*use)(struct job *j, struct err *e), struct err *e)
{
	struct job j = {
		.arena = arena_new(), .stages = table, .opt = opt, .lock_fd = -1, .slot_fd = -1
	};
	int r = manifest_load(&j, manifest, e);
	if (r == 0)
		r = use(&j, e);
	json_decref(j.manifest);
	arena_free(j.arena);
	return r;
}

static int run(struct job *j, struct err *e)
{
	cancel_install();
	return run_job(j, e);
}

/* A bare data file: its manifest is made first, and the user is told where it is. */
static int run_file(const struct options *opt, const struct stage *const *table,
	const char *file, struct err *e)
{
	struct arena *a = arena_new();
	struct stat st;
	const char *manifest;
	bool made;
	int r = -1;
	bool standard = strcmp(file, "-") == 0;
	if (!standard && stat(file, &st) < 0)
		err_set(e, ERR_INPUT, "cannot open '%s': %s", file, strerror(errno));
	else if (!standard && S_ISDIR(st.st_mode))
		err_set(e, ERR_INPUT, "cannot read '%s': it is a directory", file);
	else if (newjob_for(a, opt, file, &manifest, &made, e) == 0) {
		struct term t;
		term_init(&t, opt, table);
		term_line(&t, "%-*s  %s%s", t.name_width, "manifest", manifest,
			made ? " (new: edit it to say more about the data)" : "");
		r = with_job(opt, table, manifest, run, e);
	}
	arena_free(a);
	return r;
}

int cmd_run(const struct options *opt, const struct stage *const *table, struct err *e)
{
	const char *path = opt->args[0];
	if (opt->backfill)
		return backfill(opt, table, e);
	if (manifest_is(path))
		return with_job(opt, table, path, run, e);
	return run_file(opt, table, path, e);
}

/* ---- check ------------------------------------------------------------------------------------------- */

static int check(struct job *j, struct err *e)
{
	if (sources_check(j, e) < 0)
		return -1;
	if (j->opt->json) {
		term_print_json(j->manifest);
	} else if (!j->opt->quiet) {
		struct buf name = { 0 };
		term_clean(&name, j->manifest_path);
		printf("%s: ok\n", buf_str(&name));
		buf_free(&name);
	}
	return 0;
}

int cmd_check(const struct options *opt, const struct stage *const *table, struct err *e)
{
	return with_job(opt, table, opt->args[0], check, e);
}

/* ---- clarify ------------------------------------------------------------------------------------------ */

static int unknown_question(const json_t *questions, const char *key, struct err *e)
{
	const char *keys[64];
	size_t n = 0;
	for (; n < json_array_size(questions) && n < COUNTOF(keys); n++)
		keys[n] = json_text(json_array_get(questions, n), "key", "");
	const char *near = str_nearest(key, keys, n);
	return near ? err_set(e, ERR_USAGE, "unknown question '%s' (did you mean '%s'?)", key,
			      near)
		    : err_set(e, ERR_USAGE, "unknown question '%s'; see clarify.json", key);
}

static bool asks(const json_t *questions, const char *key)
{
	for (size_t i = 0; i < json_array_size(questions); i++) {
		if (strcmp(json_text(json_array_get(questions, i), "key", ""), key) == 0)
			return true;
	}
	return false;
}

/* Adds the key=value arguments to the answers so far. */
static int add_answers(const struct options *opt, const json_t *questions, json_t *answers,
	struct err *e)
{
	for (size_t i = 1; i < opt->nargs; i++) {
		const char *eq = strchr(opt->args[i], '=');
		if (!eq || eq == opt->args[i])
			return err_set(e, ERR_USAGE, "'%s': expected key=value", opt->args[i]);
		char *key = mem_strndup(opt->args[i], (size_t)(eq - opt->args[i]));
		json_t *value = json_string(eq + 1);
		int r = 0;
		if (!value)
			r = err_set(e, ERR_USAGE, "the answer to '%s' is not valid UTF-8", key);
		else if (!asks(questions, key))
			r = unknown_question(questions, key, e);
		if (r == 0)
			json_object_set(answers, key, value);
		json_decref(value);
		free(key);
		if (r < 0)
			return -1;
	}
	return 0;
}

static int save_answers(struct arena *a, const char *dir, const struct options *opt, struct err *e)
{
	const char *path = path_join(a, dir, "clarify.answers.json");
	json_t *clarify = json_read_file(path_join(a, dir, "clarify.json"), e);
	json_t *answers = file_exists(path) ? json_read_file(path, NULL) : NULL;
	if (!json_is_object(answers)) {
		json_decref(answers);
		answers = json_object();
	}
	int r = clarify ? add_answers(opt, json_at(clarify, "questions"), answers, e) : -1;
	if (r == 0)
		r = publish_json(path, answers, e);
	json_decref(clarify);
	json_decref(answers);
	return r;
}

/* Goes on as the job was started: the same manifest, the same --set. */
static int resume(struct arena *a, const struct options *opt, const struct stage *const *table,
	const json_t *state, struct err *e)
{
	const json_t *sets = json_at(state, "set");
	struct options again = *opt;
	again.resume = true;
	again.allow_outside = opt->allow_outside || json_flag(state, "allow_outside", false);
	again.sets = arena_calloc(a, json_array_size(sets) + opt->nsets + 1, sizeof *again.sets);
	again.nsets = 0;
	for (size_t i = 0; i < json_array_size(sets); i++)
		again.sets[again.nsets++] = json_string_value(json_array_get(sets, i));
	for (size_t i = 0; i < opt->nsets; i++)
		again.sets[again.nsets++] = opt->sets[i];
	return with_job(&again, table, json_text(state, "manifest", ""), run, e);
}

int cmd_clarify(const struct options *opt, const struct stage *const *table, struct err *e)
{
	struct arena *a = arena_new();
	const char *dir = job_dir(a, opt, opt->args[0]);
	int64_t pid;
	json_t *state = file_exists(path_join(a, dir, "state.json"))
				? json_read_file(path_join(a, dir, "state.json"), NULL)
				: NULL;
	int r = -1;
	if (!state || !file_exists(path_join(a, dir, "clarify.json")))
		err_set(e, ERR_USAGE, "job '%s' has asked nothing yet; run it first", opt->args[0]);
	else if (job_is_locked(dir, &pid))
		err_set(e, ERR_BUSY, "job '%s' is running (pid %lld)", opt->args[0],
			(long long)pid);
	else if (save_answers(a, dir, opt, e) == 0)
		r = resume(a, opt, table, state, e);
	json_decref(state);
	arena_free(a);
	return r;
}
