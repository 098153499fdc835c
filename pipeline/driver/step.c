/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One step of a run: a temporary folder, a child process, publishing, the marker. */
#include "driver/driver_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One attempt at a step. */
struct attempt {
	size_t index;                  /* of the stage */
	struct plan *plan;
	struct stage_run run;
	struct child child;
	struct err result;             /* what came of it */
	char started[40];
};

void run_note(struct run *r, const struct note *n)
{
	json_t *s = json_pack("{s:s,s:s,s:s,s:o}", "step", n->step, "status", n->status, "why",
		n->why, "summary", term_json(n->summary));
	if (s && n->seconds >= 0)
		json_object_set_new(s, "seconds", json_real(n->seconds));
	if (s && n->child) {
		json_object_set_new(s, "cpu_seconds", json_real(n->child->cpu_seconds));
		json_object_set_new(s, "peak_bytes", json_integer(n->child->peak_bytes));
		json_object_set_new(s, "output_bytes", json_integer((json_int_t)n->bytes));
	}
	json_array_append_new(r->steps, s);
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
	long pid = getpid();
	const char *tmp = arena_printf(j->arena, "%s/.tmp-%s-%ld", j->dir, s->name, pid);
	*out = tmp;
	if (file_remove_tree(tmp, e) < 0 || file_mkdirs(tmp, e) < 0)
		return -1;
	for (size_t i = 0; s->outputs[i]; i++) {
		char *dir = arena_printf(j->arena, "%s/%s", tmp, s->outputs[i]);
		*strrchr(dir, '/') = 0;
		if (file_mkdirs(dir, e) < 0)
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

static int64_t bytes_of(const json_t *outputs)
{
	int64_t n = 0;
	for (size_t i = 0; i < json_array_size(outputs); i++)
		n += json_int(json_array_get(outputs, i), "bytes", 0);
	return n;
}

/* Of everything that a step is made from, but for templates. */
static int64_t bytes_read(const struct job *j, const struct stage *s)
{
	int64_t n = 0;
	for (size_t i = 0; s->inputs[i]; i++) {
		struct stat st;
		if (strcmp(s->inputs[i], "original") == 0)
			n += j->input_bytes;
		else if (stat(path_join(j->arena, j->dir, s->inputs[i]), &st) == 0 && S_ISREG(st.st_mode))
			n += st.st_size;
	}
	return n;
}

/* What a child cost; part of its marker and of its telemetry. */
static void add_use(json_t *o, const struct child *c)
{
	json_object_set_new(o, "worst", json_string(finding_level_name(c->run->worst)));
	json_object_set_new(o, "seconds", json_real(c->seconds));
	json_object_set_new(o, "cpu_seconds", json_real(c->cpu_seconds));
	json_object_set_new(o, "peak_bytes", json_integer(c->peak_bytes));
}

static json_t *marker_body(const struct attempt *t, json_t *outputs)
{
	const struct stage *s = t->child.stage;
	const struct plan *p = t->plan;
	char ended[40];
	clock_iso(ended);
	json_t *m = json_pack("{s:s,s:s,s:s,s:s,s:s}", "schema", "dossier/done/1", "step",
		s->name, "key", p->key, "tool", DOSSIER_VERSION, "version", s->version);
	json_object_set(m, "params", p->params);
	json_object_set(m, "inputs", p->inputs);
	json_object_set(m, "outputs", outputs);
	json_object_set_new(m, "verdict",
		json_string(t->result.code == ERR_CHECKS ? "checks failed" : "ok"));
	json_object_set_new(m, "message", term_json(t->result.msg));
	json_object_set_new(m, "summary", term_json(t->run.summary));
	json_object_set_new(m, "started", json_string(t->started));
	json_object_set_new(m, "ended", json_string(ended));
	add_use(m, &t->child);
	return m;
}

/* What a step measured with a clock, which no artifact may hold; the file goes. */
static json_t *take_timings(const struct job *j, const struct attempt *t)
{
	const char *path = path_join(j->arena, t->run.out, "timings.json");
	json_t *v = file_exists(path) ? json_read_file(path, NULL) : NULL;
	unlink(path);
	return v;
}

static void log_step(struct run *r, const struct attempt *t, const json_t *outputs, json_t *timings)
{
	json_t *o = json_pack("{s:s,s:s,s:o,s:o,s:o,s:I,s:I}", "step", t->child.stage->name,
		"status", run_status(t->result.code), "message", term_json(t->result.msg),
		"summary", term_json(t->run.summary),
		"printed", term_json(t->child.noise), "input_bytes",
		(json_int_t)bytes_read(r->job, t->child.stage), "output_bytes", (json_int_t)bytes_of(outputs));
	if (t->child.signal)
		json_object_set_new(o, "signal", json_string(signal_name(t->child.signal)));
	if (*t->run.confined)
		json_object_set_new(o, "confined", term_json(t->run.confined));
	if (timings)
		json_object_set(o, "timings", timings);
	add_use(o, &t->child);
	state_event(r->state, "step_end", o);
}

/* Publishes what the child made and, but for open questions, which are no finished step, says so in
 * a marker. */
static int save(struct run *r, struct attempt *t, json_t **outputs, struct err *e)
{
	struct job *j = r->job;
	const struct stage *s = t->child.stage;
	if (reads_original(s) && original_unchanged(j, e) < 0)
		return -1;
	if (publish(j, s, t->run.out, outputs, e) < 0)
		return -1;
	if (t->result.code == ERR_AWAITING)
		return 0;
	json_t *marker = marker_body(t, *outputs);
	if (marker_write(j, s->name, marker, e) < 0) {
		json_decref(marker);
		return -1;
	}
	j->markers[t->index] = marker;
	return 0;
}

/* What becomes of the child's result: published also when checks failed or questions are open. */
static int settle(struct run *r, struct attempt *t, struct err *e)
{
	const char *name = t->child.stage->name;
	json_t *outputs = NULL, *timings = take_timings(r->job, t);
	enum err_code code = t->result.code;
	struct err trouble = { 0 };
	if ((code == ERR_NONE || code == ERR_CHECKS || code == ERR_AWAITING) &&
		save(r, t, &outputs, &trouble) < 0)
		t->result = trouble;
	log_step(r, t, outputs, timings);
	int64_t bytes = bytes_of(outputs);
	json_decref(timings);
	json_decref(outputs);
	bool ok = t->result.code == ERR_NONE || t->result.code == ERR_CHECKS;
	run_note(r, &(struct note){ name, run_status(t->result.code), t->plan->why,
		ok ? t->run.summary : t->result.msg, t->child.seconds, &t->child, bytes });
	if (!ok) {
		*e = t->result;
		return err_while(e, "%s", name);
	}
	term_step(&r->term, name, t->child.seconds, t->run.summary);
	if (t->result.code == ERR_CHECKS) {
		r->checks = t->result;
		err_while(&r->checks, "%s", name);
	}
	return 0;
}

static void limits_of(const struct job *j, double started, struct attempt *t)
{
	const json_t *limits = json_object_get(j->manifest, "limits");
	const char *own = arena_printf(j->arena, "limits.%s_timeout_s", t->child.stage->name);
	double whole = json_num(limits, "job_timeout_s", 0), left = whole - (clock_now() - started);
	int threads = (int)json_int(limits, "threads", 0);
	t->run.threads = threads ? threads : pool_cpus();
	t->child.memory_mb = json_int(limits, "memory_mb", 0);
	t->child.grace_s = json_num(limits, "grace_s", 0.5);
	t->child.timeout_s = json_num(j->manifest, own, 0);
	t->child.timeout_setting = own;
	if (whole > 0 && !(t->child.timeout_s > 0 && t->child.timeout_s < left)) {
		t->child.timeout_s = left > 1e-3 ? left : 1e-3;
		t->child.timeout_setting = "what was left of limits.job_timeout_s";
	}
}

static const struct stage_input *stage_inputs(const struct job *j)
{
	struct stage_input *v = arena_calloc(j->arena, j->noriginals + 1, sizeof *v);
	for (size_t i = 0; i < j->noriginals; i++) {
		const struct original *o = &j->originals[i];
		v[i] = (struct stage_input){ o->path, o->name, o->join, o->sha, o->bytes };
	}
	return v;
}

/* A crash is remembered until the job is well again. */
static void tell_crash(struct run *r, struct attempt *t)
{
	const char *path = crash_report(r->job, state_run(r->state), &t->child);
	if (path) {
		size_t n = strlen(t->result.msg);
		snprintf(t->result.msg + n, sizeof t->result.msg - n, "; see %s", path);
	}
}

int step_run(struct run *r, size_t i, struct plan *p, struct err *e)
{
	struct job *j = r->job;
	const struct stage *s = j->stages[i];
	struct attempt t = { .index = i, .plan = p };
	struct stage_run *run = &t.run;
	run->job = j->dir;
	run->inputs = stage_inputs(j);
	run->ninputs = j->noriginals;
	run->password = j->password;
	run->paranoid = j->opt->paranoid;
	run->share = j->share ? j->share : "";
	run->manifest = p->view;
	if (make_tmp(j, s, &run->out, e) < 0)
		return -1;
	t.child = (struct child){ .stage = s, .run = run, .tick = on_tick, .tick_ctx = r };
	limits_of(j, r->started, &t);
	clock_iso(t.started);
	r->step = s->name;
	state_set(r->state, JOB_RUNNING, s->name, p->why, NULL);
	state_event(r->state, "step_start", json_pack("{s:s,s:s}", "step", s->name, "why", p->why));
	run->arena = arena_new();
	child_run(&t.child, &t.result);
	if (t.child.signal)
		tell_crash(r, &t);
	int done = settle(r, &t, e);
	if (done < 0)
		file_remove_tree(run->out, NULL);
	arena_free(run->arena);
	return done;
}
