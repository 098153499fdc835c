/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an onlooker can see of a job: state.json, replaced whole so that a reader never meets half of
 * it, and telemetry.jsonl, one line an event. Neither is fsynced: after a power cut they say nothing
 * that anybody relies on. */
#include "driver/driver_int.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct state {
	struct job *job;
	int log;
	double written;
	char started[40], run[64];
	json_t *tree;                  /* what state.json says */
};

void clock_iso(char out[40])
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	time_format(out, (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000);
}

static json_t *manifest_place(struct job *j)
{
	char real[4096];
	const char *path = realpath(j->manifest_path, real) ? real : j->manifest_path;
	return json_string(path);
}

static json_t *sets_of(const struct options *o)
{
	json_t *sets = json_array();
	for (size_t i = 0; i < o->nsets; i++)
		json_array_append_new(sets, json_string(o->sets[i]));
	return sets;
}

struct state *state_new(struct job *j)
{
	struct state *s = arena_calloc(j->arena, 1, sizeof *s);
	s->job = j;
	clock_iso(s->started);
	snprintf(s->run, sizeof s->run, "%s-%ld", s->started, (long)getpid());
	s->tree = json_pack("{s:s,s:s,s:n,s:n,s:n,s:n,s:I,s:s,s:n,s:o?,s:o,s:b,s:[]}", "schema",
		"dossier/state/1", "id", j->id, "status", "step", "progress", "message", "pid",
		(json_int_t)getpid(), "started", s->started, "heartbeat", "manifest",
		manifest_place(j), "set", sets_of(j->opt), "allow_outside", j->opt->allow_outside, "timeline");
	s->log = open(path_join(j->arena, j->dir, "telemetry.jsonl"),
		O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	/* A run that was killed may have left half a line. */
	char last;
	off_t end = s->log >= 0 ? lseek(s->log, 0, SEEK_END) : 0;
	if (end > 0 && pread(s->log, &last, 1, end - 1) == 1 && last != '\n' &&
		write(s->log, "\n", 1) < 0)
		s->written = 0;
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

int state_set(struct state *s, const char *status, const char *step, const char *message,
	struct err *e)
{
	char now[40];
	clock_iso(now);
	json_object_set_new(s->tree, "status", json_string(status));
	json_object_set_new(s->tree, "step", step ? json_string(step) : json_null());
	json_object_set_new(s->tree, "progress", json_null());
	json_object_set_new(s->tree, "message", message ? term_json(message) : json_null());
	json_t *entry = json_pack("{s:s,s:s,s:s?}", "at", now, "status", status, "step", step);
	json_array_append_new(json_object_get(s->tree, "timeline"), entry);
	return write_state(s, e);
}

void state_tick(struct state *s, double done, const char *what)
{
	if (clock_now() - s->written < 0.5)
		return;
	if (what) {
		json_object_set_new(s->tree, "progress",
			done >= 0 && done <= 1 ? json_real(done) : json_null());
		json_object_set_new(s->tree, "message", term_json(what));
	}
	write_state(s, NULL);
}

void state_event(struct state *s, const char *name, json_t *event)
{
	char now[40];
	clock_iso(now);
	if (!event)
		event = json_object();
	json_object_set_new(event, "time", json_string(now));
	json_object_set_new(event, "run", json_string(s->run));
	json_object_set_new(event, "event", json_string(name));
	struct buf line = { 0 };
	json_canonical(&line, event);
	buf_putc(&line, '\n');
	if (s->log >= 0 && write(s->log, line.p, line.n) < 0) {
		close(s->log);         /* a full disk: the run itself will say so */
		s->log = -1;
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
	if (s->log >= 0)
		close(s->log);
	json_decref(s->tree);
}
