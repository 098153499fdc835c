/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dossier status: what stands where. */
#include "driver/driver_int.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *job_dir(struct arena *a, const struct options *opt, const char *name)
{
	const char *id = strchr(name, '/') || manifest_is(name) ? manifest_id(a, name) : name;
	struct buf text = { 0 };
	/* The id that a manifest gives itself counts more than its file name. */
	if (id != name && file_read(name, 1 << 24, &text, NULL) == 0) {
		const struct conf *root = yaml_parse(a, name, buf_str(&text), text.n, NULL);
		for (const struct conf *c = root && root->kind == CONF_MAP ? root->child : NULL;
			c; c = c->next) {
			if (strcmp(c->key, "id") == 0 && c->kind == CONF_SCALAR && !conf_is_null(c))
				id = c->text;
		}
	}
	buf_free(&text);
	return arena_printf(a, "%s/jobs/%s", opt->data_dir, id);
}

/* state.json with the truth added: a run that says "running" but holds no lock was interrupted. */
static json_t *load_state(struct arena *a, const char *dir, const char *id)
{
	const char *path = path_join(a, dir, "state.json");
	json_t *s = file_exists(path) ? json_read_file(path, NULL) : NULL;
	int64_t pid;
	if (!json_is_object(s)) {
		json_decref(s);
		s = json_pack("{s:s,s:s}", "id", id, "status", "new");
	}
	const char *status = json_text(s, "status", "unknown");
	bool active = strcmp(status, "running") == 0 || strcmp(status, "queued") == 0;
	if (active && !job_is_locked(dir, &pid))
		json_object_set_new(s, "status", json_string("interrupted"));
	return s;
}

static json_t *load_steps(struct arena *a, const char *dir, const struct stage *const *table)
{
	json_t *list = json_array();
	struct job j = { .arena = a, .dir = dir };
	for (size_t i = 0; table[i]; i++) {
		static const char *const shown[] = { "seconds", "ended", "verdict", "summary" };
		const char *why;
		json_t *m = marker_load(&j, table[i]->name, &why);
		json_t *s = json_pack("{s:s,s:b}", "step", table[i]->name, "done", m != NULL);
		for (size_t k = 0; m && k < COUNTOF(shown); k++)
			json_object_set(s, shown[k], json_object_get(m, shown[k]));
		json_array_append_new(list, s);
		json_decref(m);
	}
	return list;
}

static void print(const char *s)
{
	struct buf clean = { 0 };
	term_clean(&clean, s);
	fputs(buf_str(&clean), stdout);
	buf_free(&clean);
}

/* "job  status  heartbeat  message" */
static void print_line(const json_t *s, int width)
{
	const char *message = json_text(s, "message", "");
	const char *step = json_text(s, "step", "");
	printf("%-*s  %-22s  %.19s", width, json_text(s, "id", ""), json_text(s, "status", ""),
		json_text(s, "heartbeat", "-"));
	printf("%s%s%s", *step || *message ? "  " : "", step, *step && *message ? ": " : "");
	print(message);
	putchar('\n');
}

static int one(struct arena *a, const struct options *opt, const struct stage *const *table,
	struct err *e)
{
	const char *dir = job_dir(a, opt, opt->args[0]), *id = path_base(dir);
	if (!file_exists(dir))
		return err_set(e, ERR_USAGE, "no job '%s' in '%s/jobs'", id, opt->data_dir);
	json_t *s = load_state(a, dir, id), *steps = load_steps(a, dir, table);
	if (opt->json) {
		json_object_set(s, "steps", steps);
		term_print_json(s);
	} else {
		print_line(s, (int)strlen(id));
		for (size_t i = 0; i < json_array_size(steps); i++) {
			const json_t *x = json_array_get(steps, i);
			printf("  %-10s  ", json_text(x, "step", ""));
			if (json_flag(x, "done", false))
				printf("%6.2f s  %.19s  ", json_num(x, "seconds", 0),
					json_text(x, "ended", ""));
			print(json_text(x, "summary", "not done"));
			putchar('\n');
		}
	}
	json_decref(s);
	json_decref(steps);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int all(struct arena *a, const struct options *opt, struct err *e)
{
	const char *jobs = path_join(a, opt->data_dir, "jobs");
	DIR *d = opendir(jobs);
	if (!d && errno != ENOENT)
		return err_errno(e, "cannot read folder '%s'", jobs);
	const char **ids = NULL;
	size_t n = 0;
	int width = 0;
	for (struct dirent *x; d && (x = readdir(d)) != NULL;) {
		if (x->d_name[0] == '.')
			continue;
		ids = mem_realloc(ids, n + 1, sizeof *ids);
		ids[n++] = arena_strdup(a, x->d_name);
		width = (int)strlen(x->d_name) > width ? (int)strlen(x->d_name) : width;
	}
	if (d)
		closedir(d);
	if (n)
		qsort(ids, n, sizeof *ids, by_name);
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, load_state(a, path_join(a, jobs, ids[i]), ids[i]));
	if (opt->json)
		term_print_json(list);
	for (size_t i = 0; !opt->json && i < n; i++)
		print_line(json_array_get(list, i), width);
	if (!n && !opt->json)
		puts("no jobs yet");
	json_decref(list);
	free(ids);
	return 0;
}

/* Exit status of a run that ended like this. */
static enum err_code code_of(const char *status)
{
	static const enum err_code codes[] = { ERR_NONE, ERR_CHECKS, ERR_AWAITING, ERR_CANCELLED, ERR_TIMEOUT };
	for (size_t i = 0; i < COUNTOF(codes); i++)
		if (strcmp(run_status(codes[i]), status) == 0)
			return codes[i];
	return ERR_IO;
}

/* A line whenever something changed, until nobody holds the job any more. */
static int follow(struct arena *a, const struct options *opt, struct err *e)
{
	enum { PAUSE_MS = 100 };
	const char *dir = job_dir(a, opt, opt->args[0]), *id = path_base(dir), *status = "";
	char last[512] = "", now[512];
	if (!file_exists(dir))
		return err_set(e, ERR_USAGE, "no job '%s' in '%s/jobs'", id, opt->data_dir);
	for (bool over = false; !over;) {
		int64_t pid;
		over = !job_is_locked(dir, &pid);
		json_t *s = load_state(a, dir, id);
		double done = json_num(s, "progress", -1);
		status = arena_strdup(a, json_text(s, "status", "new"));
		snprintf(now, sizeof now, "%s %s %d %s", status, json_text(s, "step", ""), (int)(done * 100),
			json_text(s, "message", ""));
		if (strcmp(now, last) != 0 && opt->json) {
			struct buf line = { 0 };
			json_canonical(&line, s);
			puts(buf_str(&line));
			buf_free(&line);
		} else if (strcmp(now, last) != 0) {
			if (done >= 0)
				printf("%3d %%  ", (int)(done * 100));
			print_line(s, (int)strlen(id));
		}
		fflush(stdout);
		memcpy(last, now, sizeof last);
		json_decref(s);
		struct timespec t = { 0, PAUSE_MS * 1000000 };
		if (!over)
			nanosleep(&t, NULL);
	}
	enum err_code code = code_of(status);
	return code ? err_set(e, code, "job '%s' ended as '%s'", id, status) : 0;
}

int cmd_status(const struct options *opt, const struct stage *const *table, struct err *e)
{
	struct arena *a = arena_new();
	int r = opt->follow && !opt->nargs ? err_set(e, ERR_USAGE, "--follow needs the name of a job") :
		opt->follow ? follow(a, opt, e) : opt->nargs ? one(a, opt, table, e) : all(a, opt, e);
	arena_free(a);
	return r;
}
