/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an onlooker can see of a job: state.json, replaced whole so that a reader never meets half of
 * it, and telemetry.jsonl, one line an event. Neither is fsynced: after a power cut they say nothing
 * that anybody relies on. */
#include "driver/driver_int.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A run makes a dozen transitions; the bound is for a table of stages that nobody has thought of. */
enum { MOST_TRANSITIONS = 100 };

struct state {
	struct job *job;
	int telemetry;
	double written;
	char started[40], run[64];
	size_t until;
	enum job_state now;
	char step[64];                 /* while it runs; "": none yet */
	double progress;               /* of the job, 0 to 100; never falls */
	json_t *tree;                  /* what state.json says */
};

void clock_iso(char out[40])
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	time_format(out, (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000);
}

double clock_read(const char *iso)
{
	int y, mo, d, h, mi;
	double s;
	if (sscanf(iso, "%4d-%2d-%2dT%2d:%2d:%lfZ", &y, &mo, &d, &h, &mi, &s) != 6 || !date_exists(y, mo, d))
		return NAN;
	return (double)date_days(y, mo, d) * 86400 + h * 3600 + mi * 60 + s;
}

/* ---- progress ------------------------------------------------------------------------------------- */

/* Rough shares of the time of a run, by experience; all that matters is that the bar does not jump. */
static double weight_of(const char *step)
{
	static const struct {
		const char *step;
		double weight;
	} weights[] = { { "ingest", 15 }, { "eda", 20 }, { "clarify", 1 }, { "modeling", 40 }, { "report", 16 },
		{ "qa", 8 } };
	for (size_t i = 0; i < COUNTOF(weights); i++)
		if (strcmp(weights[i].step, step) == 0)
			return weights[i].weight;
	return 10;
}

/* Of the job, when the step at work is `done`. */
static double progress_of(const struct state *s, double done)
{
	double before = 0, all = 0, own = 0;
	for (size_t i = 0; s->job->stages[i] && i <= s->until; i++) {
		double w = weight_of(s->job->stages[i]->name);
		if (strcmp(s->job->stages[i]->name, s->step) == 0) {
			before = all;
			own = w;
		}
		all += w;
	}
	double p = 100 * (before + own * (done > 0 ? done < 1 ? done : 1 : 0)) / all;
	return p > s->progress ? p : s->progress;
}

static void set_progress(struct state *s, double p)
{
	s->progress = p;
	json_object_set_new(s->tree, "progress", json_integer((json_int_t)p));
}

/* ---- state.json ------------------------------------------------------------------------------------ */

static json_t *manifest_place(struct job *j)
{
	char real[4096];
	const char *path = realpath(j->manifest_path, real) ? real : j->manifest_path;
	return json_string(path);
}

/* What the command line overruled, for those who go on with this run. */
static json_t *sets_of(struct arena *a, const struct options *o)
{
	json_t *sets = json_array();
	for (size_t i = 0; i < o->nsets; i++)
		json_array_append_new(sets, json_string(o->sets[i]));
	if (o->report_date)
		json_array_append_new(sets, json_string(arena_printf(a, "report_date=%s", o->report_date)));
	return sets;
}

/* Where the run before left the job, and how often in a row it was tried in vain. We hold the lock, so a job
 * that is said to run does not. */
static void take_up(struct state *s, int64_t *attempts)
{
	const char *path = path_join(s->job->arena, s->job->dir, "state.json");
	json_t *old = file_exists(path) ? json_read_file(path, NULL) : NULL;
	s->now = job_state_lookup(json_text(old, "status", "new"));
	snprintf(s->step, sizeof s->step, "%s", s->now == JOB_RUNNING ? json_text(old, "step", "") : "");
	bool good = s->now == JOB_NEW || s->now == JOB_DONE || s->now == JOB_DONE_WITH_FINDINGS;
	*attempts = good ? 1 : json_int(old, "attempts", 0) + 1;
	json_decref(old);
}

const char *state_last_run(const struct job *j)
{
	const char *path = path_join(j->arena, j->dir, "state.json");
	json_t *old = file_exists(path) ? json_read_file(path, NULL) : NULL;
	const char *run = arena_strdup(j->arena, json_text(old, "run", ""));
	json_decref(old);
	return run;
}

/* A run that was killed may have left half a line. */
static void mend_line(int fd)
{
	char last;
	off_t end = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
	if (end > 0 && pread(fd, &last, 1, end - 1) == 1 && last != '\n' && write(fd, "\n", 1) < 0)
		return;                /* a full disk: the run itself will say so */
}

struct state *state_new(struct job *j, size_t until)
{
	int64_t attempts;
	struct state *s = arena_calloc(j->arena, 1, sizeof *s);
	s->job = j;
	s->until = until;
	clock_iso(s->started);
	snprintf(s->run, sizeof s->run, "%s-%ld", s->started, (long)getpid());
	take_up(s, &attempts);
	s->tree = json_pack("{s:s,s:s,s:s,s:I,s:n,s:n,s:i,s:n,s:n,s:n,s:I,s:s,s:n,s:n,s:o?,s:o,s:b,s:[]}", "schema",
		"dossier/state/2", "id", j->id, "run", s->run, "attempts", (json_int_t)attempts, "status", "step",
		"progress", 0, "step_progress", "message", "reason", "pid", (json_int_t)getpid(), "started", s->started,
		"ended", "heartbeat", "manifest", manifest_place(j), "set", sets_of(j->arena, j->opt), "allow_outside",
		j->opt->allow_outside, "transitions");
	s->telemetry = open(path_join(j->arena, j->dir, "telemetry.jsonl"),
		O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0666);
	mend_line(s->telemetry);
	return s;
}

static int write_state(struct state *s, struct err *e)
{
	char now[40];
	struct job *j = s->job;
	const char *path = path_join(j->arena, j->dir, "state.json");
	char tmp[4096];
	snprintf(tmp, sizeof tmp, "%s.tmp-%ld", path, (long)getpid());
	clock_iso(now);
	json_object_set_new(s->tree, "heartbeat", json_string(now));
	struct buf text = { 0 };
	struct jw w;
	jw_init(&w, &text);
	jw_value(&w, s->tree);
	int r = file_write(tmp, text.p, text.n, e);
	if (r == 0 && rename(tmp, path) < 0)
		r = err_errno(e, "cannot rename into '%s'", path);
	buf_free(&text);
	s->written = clock_now();
	return r;
}

/* ---- transitions -------------------------------------------------------------------------------------- */

static json_t *text_or_null(const char *s)
{
	return s && *s ? term_json(s) : json_null();
}

/* "running:eda" */
static json_t *full_name(enum job_state state, const char *step)
{
	bool of_step = state == JOB_RUNNING && step && *step;
	return json_sprintf("%s%s%s", job_state_name(state), of_step ? ":" : "", of_step ? step : "");
}

static void note_transition(struct state *s, enum job_state to, const char *step, const char *reason, const char *at)
{
	json_t *list = json_object_get(s->tree, "transitions");
	json_t *x = json_pack("{s:s,s:o,s:o,s:o}", "at", at, "from", full_name(s->now, s->step), "to",
		full_name(to, step), "reason", text_or_null(reason));
	if (json_array_size(list) < MOST_TRANSITIONS)
		json_array_append(list, x);
	json_t *more = json_pack("{s:O,s:O}", "from", json_object_get(x, "from"), "to", json_object_get(x, "to"));
	log_event(LEVEL_DEBUG, s->job->id, s->run, step, "transition", reason, more);
	json_decref(more);
	json_decref(x);
}

int state_set(struct state *s, enum job_state to, const char *step, const char *reason, struct err *e)
{
	char at[40];
	if (!job_state_may_follow(s->now, to))
		return err_set(e, ERR_BUG, "a job that is '%s' cannot become '%s'", job_state_name(s->now),
			job_state_name(to));
	clock_iso(at);
	if (to == JOB_QUEUED && (s->now == JOB_RUNNING || s->now == JOB_QUEUED))
		reason = "the run before was interrupted";
	note_transition(s, to, step, reason, at);
	bool over = to != JOB_QUEUED && to != JOB_RUNNING;
	s->now = to;
	snprintf(s->step, sizeof s->step, "%s", step ? step : "");
	json_object_set_new(s->tree, "status", json_string(job_state_name(to)));
	json_object_set_new(s->tree, "step", text_or_null(step));
	json_object_set_new(s->tree, "step_progress", json_null());
	json_object_set_new(s->tree, "message", over ? text_or_null(reason) : json_null());
	json_object_set_new(s->tree, "reason", text_or_null(reason));
	json_object_set_new(s->tree, "ended", over ? json_string(at) : json_null());
	if (to == JOB_DONE || to == JOB_DONE_WITH_FINDINGS)
		set_progress(s, 100);
	else if (to == JOB_RUNNING)
		set_progress(s, progress_of(s, 0));
	return write_state(s, e);
}

void state_tick(struct state *s, double done, const char *what)
{
	if (clock_now() - s->written < 0.5)
		return;
	if (what) {
		bool known = done >= 0 && done <= 1;
		json_object_set_new(s->tree, "step_progress", known ? json_real(done) : json_null());
		json_object_set_new(s->tree, "message", text_or_null(what));
		if (known && *s->step)
			set_progress(s, progress_of(s, done));
	}
	write_state(s, NULL);
}

/* ---- telemetry ---------------------------------------------------------------------------------------- */

/* The same event for the log, which has the common fields at the front of each line. */
static void pass_to_log(const struct state *s, const char *name, const json_t *event)
{
	static const char *const common[] = { "step", "message" };
	json_t *more = json_copy((json_t *)(uintptr_t)event);
	const char *step = json_text(event, "step", NULL), *message = json_text(event, "message", "");
	if (!*message)
		message = json_text(event, "summary", NULL);
	for (size_t i = 0; i < COUNTOF(common); i++)
		json_object_del(more, common[i]);
	enum job_state status = job_state_lookup(json_text(event, "status", "done"));
	enum log_level level = log_level_of(job_state_code(status));
	log_event(level, s->job->id, s->run, step, name, message, more);
	json_decref(more);
}

void state_event(struct state *s, const char *name, json_t *event)
{
	char now[40];
	clock_iso(now);
	if (!event)
		event = json_object();
	pass_to_log(s, name, event);
	json_object_set_new(event, "time", json_string(now));
	json_object_set_new(event, "run", json_string(s->run));
	json_object_set_new(event, "event", json_string(name));
	struct buf line = { 0 };
	json_canonical(&line, event);
	buf_putc(&line, '\n');
	if (s->telemetry >= 0 && write(s->telemetry, line.p, line.n) < 0) {
		close(s->telemetry);   /* a full disk: the run itself will say so */
		s->telemetry = -1;
	}
	buf_free(&line);
	json_decref(event);
}

const char *state_run(const struct state *s)
{
	return s->run;
}

void state_free(struct state *s)
{
	if (s->telemetry >= 0)
		close(s->telemetry);
	json_decref(s->tree);
}
