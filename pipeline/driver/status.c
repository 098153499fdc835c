/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dossier status: what stands where. */
#include "driver/driver_int.h"

#include <math.h>
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
			if (strcmp(c->key, "id") == 0 && c->kind == CONF_SCALAR && setting_id_fits(c->text))
				id = c->text;
		}
	}
	buf_free(&text);
	return arena_printf(a, "%s/jobs/%s", opt->data_dir, id);
}

/* Seconds since the process of a run last gave a sign of life; negative when it says nothing. */
static double silence_of(const json_t *s)
{
	struct timespec now;
	double beat = clock_read(json_text(s, "heartbeat", ""));
	clock_gettime(CLOCK_REALTIME, &now);
	double age = (double)now.tv_sec + (double)now.tv_nsec * 1e-9 - beat;
	return isnan(age) ? -1 : age > 0 ? age : 0;
}

/* "3 minutes" */
static const char *span(struct arena *a, double seconds)
{
	static const struct {
		double length;
		const char *name;
	} units[] = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" }, { 1, "second" } };
	size_t k = 0;
	while (k + 1 < COUNTOF(units) && seconds < 2 * units[k].length)
		k++;
	int n = (int)(seconds / units[k].length);
	return arena_printf(a, "%d %s%s", n, units[k].name, n == 1 ? "" : "s");
}

/* A run is as alive as the lock that it holds, whatever state.json says. */
static void add_truth(struct arena *a, json_t *s, bool locked, int64_t pid)
{
	enum { LONG_SILENCE_S = 60 };   /* a heart beats twice a second */
	enum job_state status = job_state_lookup(json_text(s, "status", ""));
	const char *step = json_text(s, "step", NULL);
	if (status != JOB_RUNNING && status != JOB_QUEUED)
		return;
	double age = silence_of(s);
	json_object_set_new(s, "silent_seconds", age < 0 ? json_null() : json_real(age));
	const char *ago = age < 0 ? "some time" : span(a, age);
	if (!locked) {
		json_object_set_new(s, "status", json_string("interrupted"));
		json_object_set_new(s, "message", json_string(arena_printf(a,
			"interrupted at step %s, %s ago; run it again to continue", step ? step : "reading", ago)));
	} else if (age > LONG_SILENCE_S) {
		json_object_set_new(s, "message", json_string(arena_printf(a,
			"no news for %s: process %lld reads or writes a large file, or was stopped", ago, (long long)pid)));
	}
}

/* state.json with the truth added. The lock is looked at first: a run that ends in between has said so by then. */
static json_t *load_state(struct arena *a, const char *dir, const char *id)
{
	int64_t pid;
	bool locked = job_is_locked(dir, &pid);
	const char *path = path_join(a, dir, "state.json");
	json_t *s = file_exists(path) ? json_read_file(path, NULL) : NULL;
	if (!json_is_object(s)) {
		json_decref(s);
		s = json_pack("{s:s,s:s}", "id", id, "status", "new");
	}
	add_truth(a, s, locked, pid);
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

/* "job  status  progress  heartbeat  message" */
static void print_line(const json_t *s, int width)
{
	const char *status = json_text(s, "status", ""), *step = json_text(s, "step", "");
	bool running = strcmp(status, "running") == 0;
	char state[64], progress[16] = "";
	snprintf(state, sizeof state, "%s%s%s", status, running && *step ? ":" : "", running ? step : "");
	if (running)
		snprintf(progress, sizeof progress, "%3d %%", (int)json_int(s, "progress", 0));
	printf("%-*s  %-22s  %5s  %.19s", width, json_text(s, "id", ""), state, progress,
		json_text(s, "heartbeat", "-"));
	const char *message = json_text(s, "message", "");
	if (*message)
		fputs("  ", stdout);
	print(message);
	putchar('\n');
}

struct jobs {
	const char **ids, **dirs;
	size_t n;
	int width;                     /* of the longest id */
};

/* The job that is named, or all of the data folder by name. */
static int find_jobs(struct arena *a, const struct options *opt, struct jobs *j, struct err *e)
{
	const char *jobs = path_join(a, opt->data_dir, "jobs");
	if (opt->nargs) {
		const char *dir = job_dir(a, opt, opt->args[0]);
		j->ids = mem_alloc(sizeof *j->ids);
		j->ids[j->n++] = path_base(dir);
		if (!file_exists(dir))
			return err_set(e, ERR_USAGE, "no job '%s' in '%s'", j->ids[0], jobs);
	} else if (file_names(a, jobs, &j->ids, &j->n, e) < 0) {
		return -1;
	}
	j->dirs = arena_calloc(a, j->n + 1, sizeof *j->dirs);
	for (size_t i = 0; i < j->n; i++) {
		int width = (int)strlen(j->ids[i]);
		j->dirs[i] = path_join(a, jobs, j->ids[i]);
		j->width = width > j->width ? width : j->width;
	}
	return 0;
}

static void all(struct arena *a, const struct options *opt, const struct jobs *j)
{
	json_t *list = json_array();
	for (size_t i = 0; i < j->n; i++)
		json_array_append_new(list, load_state(a, j->dirs[i], j->ids[i]));
	if (opt->json)
		term_print_json(list);
	for (size_t i = 0; !opt->json && i < j->n; i++)
		print_line(json_array_get(list, i), j->width);
	if (!j->n && !opt->json)
		puts("no jobs yet");
	json_decref(list);
}

static void one(struct arena *a, const struct options *opt, const struct stage *const *table, const struct jobs *j)
{
	json_t *s = load_state(a, j->dirs[0], j->ids[0]), *steps = load_steps(a, j->dirs[0], table);
	if (opt->json) {
		json_object_set(s, "steps", steps);
		term_print_json(s);
	} else {
		print_line(s, j->width);
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
}

/* ---- --follow --------------------------------------------------------------------------------------- */

struct followed {
	struct buf last;               /* what was told of it last */
	enum err_code code;            /* of its end */
	char status[32];
};

/* A line when something has changed. */
static void look(struct arena *a, const struct options *opt, const struct jobs *j, size_t i, struct followed *f)
{
	json_t *s = load_state(a, j->dirs[i], j->ids[i]);
	const char *status = json_text(s, "status", "new");
	struct buf now = { 0 };
	buf_printf(&now, "%s %s %d %s", status, json_text(s, "step", ""), (int)json_int(s, "progress", 0),
		json_text(s, "message", ""));
	if (!f->last.p || strcmp(buf_str(&now), buf_str(&f->last)) != 0) {
		if (opt->json) {
			struct buf line = { 0 };
			json_canonical(&line, s);
			puts(buf_str(&line));
			buf_free(&line);
		} else {
			print_line(s, j->width);
		}
		fflush(stdout);
		snprintf(f->status, sizeof f->status, "%s", status);
		f->code = strcmp(status, "new") == 0 ? ERR_NONE : job_state_code(job_state_lookup(status));
	}
	buf_free(&f->last);
	f->last = now;
	json_decref(s);
}

/* Until nobody holds any of the jobs any more. Ends as the job did, of several as the gravest. */
static int follow(struct arena *a, const struct options *opt, const struct jobs *j, struct err *e)
{
	enum { PAUSE_MS = 100 };
	struct followed *f = arena_calloc(a, j->n + 1, sizeof *f);
	size_t worst = 0;
	for (bool over = false; !over;) {
		int64_t pid;
		struct arena *scratch = arena_new();
		over = true;
		for (size_t i = 0; i < j->n; i++)
			over = over && !job_is_locked(j->dirs[i], &pid);
		for (size_t i = 0; i < j->n; i++)
			look(scratch, opt, j, i, &f[i]);
		arena_free(scratch);
		struct timespec t = { 0, PAUSE_MS * 1000000 };
		if (!over)
			nanosleep(&t, NULL);
	}
	for (size_t i = 0; i < j->n; i++) {
		worst = err_gravity(f[i].code) > err_gravity(f[worst].code) ? i : worst;
		buf_free(&f[i].last);
	}
	if (!j->n || !f[worst].code)
		return 0;
	return err_set(e, f[worst].code, "job '%s' ended as '%s'", j->ids[worst], f[worst].status);
}

int cmd_status(const struct options *opt, const struct stage *const *table, struct err *e)
{
	struct arena *a = arena_new();
	struct jobs j = { 0 };
	int r = find_jobs(a, opt, &j, e);
	if (r == 0 && opt->follow)
		r = follow(a, opt, &j, e);
	else if (r == 0 && opt->nargs)
		one(a, opt, table, &j);
	else if (r == 0)
		all(a, opt, &j);
	free(j.ids);
	arena_free(a);
	return r;
}
