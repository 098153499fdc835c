/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One step of a run: a temporary folder, a child process, publishing, the marker. */
#include "driver/driver_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *run_status(enum err_code code)
{
	switch (code) {
	case ERR_NONE:
		return "done";
	case ERR_CHECKS:
		return "checks_failed";
	case ERR_AWAITING:
		return "awaiting_clarification";
	case ERR_CANCELLED:
		return "cancelled";
	case ERR_TIMEOUT:
		return "timed_out";
	case ERR_USAGE:
	case ERR_INPUT:
	case ERR_IO:
	case ERR_BUG:
	case ERR_BUSY:
		break;
	}
	return "failed";
}

void run_note(struct run *r, const char *name, const char *status, const char *why, double seconds, const char *summary)
{
	struct buf clean = { 0 };
	term_clean(&clean, summary);
	json_t *s = json_pack("{s:s,s:s,s:s,s:s}", "step", name, "status", status, "why", why, "summary", buf_str(&clean));
	if (s && seconds >= 0)
		json_object_set_new(s, "seconds", json_real(seconds));
	json_array_append_new(r->steps, s);
	buf_free(&clean);
}

static void on_tick(void *ctx, double done, const char *what)
{
	struct run *r = ctx;
	state_tick(r->state, done, what);
	if (what)
		term_progress(&r->term, r->step, done, what);
}

/* A fresh temporary folder with the sub-folders that the step's outputs are in. */
static int make_tmp(const struct job *j, const struct stage *s, const char **out, struct err *e)
{
	const char *tmp = *out = arena_printf(j->arena, "%s/.tmp-%s-%ld", j->dir, s->name, (long)getpid());
	if (file_remove_tree(tmp, e) < 0 || file_mkdirs(tmp, e) < 0)
		return -1;
	for (size_t i = 0; s->outputs[i]; i++) {
		const char *slash = strrchr(s->outputs[i], '/');
		if (slash && file_mkdirs(arena_printf(j->arena, "%s/%.*s", tmp, (int)(slash - s->outputs[i]), s->outputs[i]), e) < 0)
			return -1;
	}
	return 0;
}

static bool reads_original(const struct stage *s)
{
	for (size_t i = 0; s->inputs[i]; i++) {
		if (strcmp(s->inputs[i], "original") == 0)
			return true;
	}
	return false;
}

static json_t *marker_body(const struct stage *s, struct plan *p, const struct child *c, json_t *outputs, const struct err *result, const char *started)
{
	char ended[40];
	struct buf summary = { 0 }, message = { 0 };
	clock_iso(ended);
	term_clean(&summary, c->run->summary);
	term_clean(&message, result->msg);
	bool failed = result->code == ERR_CHECKS;
	json_t *m = json_pack("{s:s,s:s,s:s,s:s,s:s,s:O,s:O,s:O,s:s,s:s,s:s,s:s,s:s,s:s,s:f,s:f,s:I}", "schema", "dossier/done/1",
		"step", s->name, "key", p->key, "tool", DOSSIER_VERSION, "version", s->version, "params", p->params, "inputs",
		p->inputs, "outputs", outputs, "verdict", failed ? "checks failed" : "ok", "message", buf_str(&message), "summary",
		buf_str(&summary), "worst", finding_level_name(c->run->worst), "started", started, "ended", ended, "seconds",
		c->seconds, "cpu_seconds", c->cpu_seconds, "peak_bytes", (json_int_t)c->peak_bytes);
	buf_free(&summary);
	buf_free(&message);
	return m;
}

static int64_t bytes_of(const json_t *outputs)
{
	int64_t n = 0;
	for (size_t i = 0; i < json_array_size(outputs); i++)
		n += json_int(json_array_get(outputs, i), "bytes", 0);
	return n;
}

static void log_step(struct run *r, const struct child *c, const json_t *outputs, const struct err *result)
{
	struct buf noise = { 0 }, message = { 0 };
	term_clean(&noise, c->noise);
	term_clean(&message, result->msg);
	state_event(r->state, "step_end", json_pack("{s:s,s:s,s:s,s:f,s:f,s:I,s:I,s:I,s:s,s:s}", "step", c->stage->name, "status",
		run_status(result->code), "message", buf_str(&message), "seconds", c->seconds, "cpu_seconds", c->cpu_seconds,
		"peak_bytes", (json_int_t)c->peak_bytes, "input_bytes", (json_int_t)r->job->input_bytes, "output_bytes",
		(json_int_t)bytes_of(outputs), "worst", finding_level_name(c->run->worst), "printed", buf_str(&noise)));
	buf_free(&noise);
	buf_free(&message);
}

/* Publishes what the child made when there is something to publish: also with open questions, which
 * are no finished step, and with failed checks, which are. */
static int settle(struct run *r, size_t i, struct plan *p, struct child *c, const char *started, struct err *result, struct err *e)
{
	struct job *j = r->job;
	const struct stage *s = j->stages[i];
	json_t *outputs = NULL;
	int done = -1;
	if (result->code == ERR_NONE || result->code == ERR_CHECKS || result->code == ERR_AWAITING) {
		struct err why = { 0 };
		if ((!reads_original(s) || original_unchanged(j, &why) == 0) && publish(j, s, c->run->out, &outputs, &why) == 0)
			done = 0;
		else
			*result = why;
	}
	if (done == 0 && result->code != ERR_AWAITING) {
		json_t *marker = marker_body(s, p, c, outputs, result, started);
		struct err why = { 0 };
		if (marker_write(j, s->name, marker, &why) < 0) {
			*result = why;
			json_decref(marker);
		} else {
			j->markers[i] = marker;
		}
	}
	log_step(r, c, outputs, result);
	json_decref(outputs);
	bool ok = result->code == ERR_NONE || result->code == ERR_CHECKS;
	run_note(r, s->name, run_status(result->code), p->why, c->seconds, ok ? c->run->summary : result->msg);
	if (ok) {
		term_step(&r->term, s->name, c->seconds, c->run->summary);
		return 0;
	}
	if (e)
		*e = *result;
	return err_while(e, "%s", s->name);
}

int step_run(struct run *r, size_t i, struct plan *p, struct err *e)
{
	struct job *j = r->job;
	const struct stage *s = j->stages[i];
	const json_t *limits = json_object_get(j->manifest, "limits");
	char started[40];
	struct stage_run run = { .job = j->dir, .input = j->input, .share = j->share ? j->share : "", .manifest = p->view };
	if (make_tmp(j, s, &run.out, e) < 0)
		return -1;
	run.threads = (int)json_int(limits, "threads", 0);
	if (run.threads == 0)
		run.threads = pool_cpus();
	struct child c = { .stage = s, .run = &run, .memory_mb = json_int(limits, "memory_mb", 0), .tick = on_tick,
		.tick_ctx = r, .grace_s = json_num(limits, "grace_s", 5) };
	c.timeout_s = json_num(limits, arena_printf(j->arena, "%s_timeout_s", s->name), 0);
	clock_iso(started);
	r->step = s->name;
	state_set(r->state, "running", s->name, NULL, NULL);
	state_event(r->state, "step_start", json_pack("{s:s,s:s}", "step", s->name, "why", p->why));
	run.arena = arena_new();
	struct err result = { 0 };
	child_run(&c, &result);
	int done = settle(r, i, p, &c, started, &result, e);
	if (result.code == ERR_CHECKS) {
		r->checks = result;
		err_while(&r->checks, "%s", s->name);
	}
	if (done < 0)
		file_remove_tree(run.out, NULL);
	arena_free(run.arena);
	return done;
}

