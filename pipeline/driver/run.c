/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run of one job: lock, import, then step by step plan, child, publish, marker. */
#include "driver/batch_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int stage_index(const struct stage *const *table, const char *name, const char *option,
	size_t *out, struct err *e)
{
	const char *names[64];
	size_t n = 0;
	for (; table[n] && n < COUNTOF(names); n++) {
		names[n] = table[n]->name;
		if (strcmp(names[n], name) == 0) {
			*out = n;
			return 0;
		}
	}
	const char *near = str_nearest(name, names, n);
	if (near)
		return err_set(e, ERR_USAGE, "%s: unknown step '%s' (did you mean '%s'?)", option,
			name, near);
	return err_set(e, ERR_USAGE, "%s: unknown step '%s'", option, name);
}

static bool on_waiting(void *ctx)
{
	struct run *r = ctx;
	state_tick(r->state, -1, "waiting for a free place (limits.max_concurrent_jobs)");
	term_progress(&r->term, "queued", -1,
		"other jobs are running (limits.max_concurrent_jobs)");
	return cancel_count() > 0;
}

/* Written when it says something new: an up-to-date run leaves the folder alone. */
static int write_manifest(const struct job *j, struct err *e)
{
	struct buf text = { 0 }, old = { 0 };
	struct jw w;
	const char *path = path_join(j->arena, j->dir, "manifest.json");
	jw_init(&w, &text);
	jw_value(&w, j->manifest);
	int r = 0;
	bool same = file_exists(path) && file_read(path, 1 << 26, &old, NULL) == 0 &&
		    old.n == text.n && memcmp(old.p, text.p, text.n) == 0;
	if (!same)
		r = file_publish(path, text.p, text.n, e);
	buf_free(&text);
	buf_free(&old);
	return r;
}

/* A step whose verdict was bad stays bad although it need not run again. */
static void recall_checks(struct run *r, const char *name, const json_t *marker)
{
	if (strcmp(json_text(marker, "verdict", ""), "checks failed") != 0)
		return;
	err_set(&r->checks, ERR_CHECKS, "%s: %s", name,
		json_text(marker, "message", "checks failed"));
}

static int each_step(struct run *r, struct err *e)
{
	struct job *j = r->job;
	for (size_t i = 0; j->stages[i] && i <= r->until; i++) {
		const char *name = j->stages[i]->name;
		struct plan p;
		if (cancel_count())
			return err_set(e, ERR_CANCELLED,
				"cancelled before %s; run again to go on from here", name);
		int done = plan_step(j, i, i >= r->from, &p, e);
		if (done == 0 && j->opt->explain)
			term_line(&r->term, "%s: %s%s", name, p.run ? "runs: " : "", p.why);
		if (done == 0 && p.run) {
			done = step_run(r, i, &p, e);
		} else if (done == 0) {
			recall_checks(r, name, j->markers[i]);
			log_event(LEVEL_DEBUG, j->id, state_run(r->state), name, "step_skipped", p.why, NULL);
			run_note(r, &(struct note){ name, "up to date", p.why,
					    json_text(j->markers[i], "summary", ""), -1, NULL, 0 });
			if (!j->opt->explain)
				term_step(&r->term, name, -1, "up to date");
		}
		plan_reset(&p);
		if (done < 0)
			return -1;
	}
	return 0;
}

/* ---- a whole run ------------------------------------------------------------------------------------------ */

/* Everything between "we hold the lock" and "it is over". */
static int work(struct run *r, struct err *e)
{
	struct job *j = r->job;
	if (state_set(r->state, JOB_QUEUED, NULL, "asked for", e) < 0 ||
		job_take_slot(j, on_waiting, r, e) < 0)
		return -1;
	state_set(r->state, JOB_RUNNING, NULL, "reading the input", NULL);
	if (sources_check(j, e) < 0 || original_import(j, e) < 0 || branding_import(j, e) < 0 || write_manifest(j, e) < 0)
		return -1;
	if (each_step(r, e) < 0)
		return -1;
	*e = r->checks;
	return r->checks.code ? -1 : 0;
}

static const char *const reports[] = { "report.html", "report.pdf", "report.txt" };

static void tell_reports(struct run *r)
{
	const struct job *j = r->job;
	const char *label = "report";
	for (size_t i = 0; i < 2; i++) {
		const char *path = path_join(j->arena, j->dir, reports[i]);
		if (!file_exists(path))
			continue;
		term_line(&r->term, "%-*s  %s", r->term.name_width, label, path);
		label = "";
	}
}

static void tell_json(struct run *r, const struct err *result)
{
	const struct job *j = r->job;
	json_t *files = json_array();
	for (size_t i = 0; i < COUNTOF(reports); i++) {
		const char *path = path_join(j->arena, j->dir, reports[i]);
		if (file_exists(path))
			json_array_append_new(files, term_json(path));
	}
	json_t *o = json_pack("{s:s,s:s,s:s,s:i}", "schema", "dossier/summary/1", "id", j->id,
		"status", run_status(result->code), "exit_status", (int)result->code);
	json_object_set_new(o, "error", result->code ? term_json(result->msg) : json_null());
	json_object_set_new(o, "folder", term_json(j->dir));
	json_object_set(o, "steps", r->steps);
	json_object_set_new(o, "reports", files);
	term_print_json(o);
	json_decref(o);
}

/* --trace: where the time went, and the memory. What is not in a step is reading the input's hash, publishing
 * and planning. */
static void tell_trace(struct run *r, double seconds)
{
	double in_steps = 0;
	struct term *t = &r->term;
	term_line(t, "%-*s  %9s %9s %9s %9s", t->name_width, "trace", "wall", "cpu", "memory", "written");
	for (size_t i = 0; i < json_array_size(r->steps); i++) {
		const json_t *s = json_array_get(r->steps, i);
		double wall = json_num(s, "seconds", -1);
		if (wall < 0)
			continue;
		in_steps += wall;
		term_line(t, "%-*s  %7.3f s %7.3f s %6.0f MB %6.0f kB", t->name_width, json_text(s, "step", ""), wall,
			json_num(s, "cpu_seconds", 0), json_num(s, "peak_bytes", 0) / 1e6, json_num(s, "output_bytes", 0) / 1e3);
	}
	term_line(t, "%-*s  %7.3f s", t->name_width, "between", seconds - in_steps);
	term_line(t, "%-*s  %7.3f s", t->name_width, "whole", seconds);
}

/* Nothing is made from the history: trouble with it is told, and fails no run. */
static void tell_history(struct run *r, const struct err *trouble)
{
	term_line(&r->term, "history: %s", trouble->msg);
	state_event(r->state, "history", json_pack("{s:s,s:o}", "status", "failed", "message", term_json(trouble->msg)));
}

/* A whole report that this run has made, or the run before without keeping it, stays for later, beside the job folder. */
static void remember(struct run *r)
{
	struct err trouble = { 0 };
	bool whole = true, made = false, known = false;
	for (size_t i = 0; r->job->stages[i]; i++)
		whole = whole && r->job->markers[i];
	for (size_t i = 0; i < json_array_size(r->steps); i++) {
		const json_t *s = json_array_get(r->steps, i);
		made = made || (strcmp(json_text(s, "step", ""), "report") == 0 && json_object_get(s, "seconds"));
	}
	if (!whole)
		return;
	if ((!made && history_knows(r->job, &known, &trouble) < 0) ||
		(!known && history_keep(r->job, state_run(r->state), &trouble) < 0))
		tell_history(r, &trouble);
}

static int run_locked(struct run *r, struct err *e)
{
	struct job *j = r->job;
	size_t n = 0;
	while (j->stages[n])
		n++;
	j->markers = arena_calloc(j->arena, n + 1, sizeof *j->markers);
	r->state = state_new(j, r->until);
	r->steps = json_array();
	state_event(r->state, "run_start", json_pack("{s:s}", "tool", DOSSIER_VERSION));
	struct err result = { 0 };
	double started = r->started = clock_now();
	struct err trouble = { 0 };
	if (history_mend(j, &trouble) < 0)
		tell_history(r, &trouble);
	cancel_watch(path_join(j->arena, j->dir, CANCEL_FILE));
	int done = work(r, &result);
	cancel_watch(NULL);
	branding_forget(j);
	bool complete = result.code == ERR_NONE || result.code == ERR_CHECKS;
	if (complete)
		remember(r);
	state_set(r->state, job_state_of(result.code), NULL, result.code ? result.msg : NULL, NULL);
	state_event(r->state, "run_end",
		json_pack("{s:s,s:f,s:i,s:o}", "status", run_status(result.code), "seconds",
			clock_now() - started, "exit_status", (int)result.code, "message", term_json(result.msg)));
	term_end(&r->term);
	if (complete)
		unlink(path_join(j->arena, j->dir, CRASH_FILE));
	if (complete && r->until >= n - 1)
		tell_reports(r);
	if (j->opt->metrics) {
		struct batch_job m = { .id = j->id, .dir = j->dir, .code = result.code, .seconds = clock_now() - started };
		batch_look(&m, j->arena);
		if (metrics_write(j->arena, j->opt->metrics, j->stages, &m, 1, &trouble) < 0 && done == 0) {
			result = trouble;
			done = -1;
		}
	}
	if (j->opt->trace)
		tell_trace(r, clock_now() - started);
	if (j->opt->json)
		tell_json(r, &result);
	for (size_t i = 0; i < n; i++)
		json_decref(j->markers[i]);
	json_decref(r->steps);
	state_free(r->state);
	if (done < 0 && e)
		*e = result;
	return done;
}

int run_job(struct job *j, struct err *e)
{
	struct run r = { .job = j, .from = SIZE_MAX, .until = SIZE_MAX };
	const struct options *o = j->opt;
	if (o->from && stage_index(j->stages, o->from, "--from", &r.from, e) < 0)
		return -1;
	if (o->until && stage_index(j->stages, o->until, "--until", &r.until, e) < 0)
		return -1;
	/* A job that was never run is not begun for a slip; of others it is known that this run failed. */
	if (!file_exists(j->dir) && sources_check(j, e) < 0)
		return -1;
	term_init(&r.term, o, j->stages);
	int done = job_open(j, e);
	if (done == 0)
		done = run_locked(&r, e);
	job_close(j);
	return done;
}
