/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dossier qa: checks the report of a job again, as it is now, and says each check that fails. */
#include "driver/predict_int.h"

#include <stdlib.h>
#include <string.h>

struct qa {
	struct arena *arena;
	const struct options *opt;
	const struct stage *stage;
	struct job job;                /* its folder and manifest */
	struct scratch scratch;
};

static int find_job(struct qa *q, struct err *e)
{
	const char *manifest = path_join(q->arena, q->job.dir, "manifest.json");
	int64_t pid;
	if (!file_exists(q->job.dir))
		return err_set(e, ERR_USAGE, "no job '%s' in '%s/jobs'", q->job.id, q->opt->data_dir);
	if (job_is_locked(q->job.dir, &pid))
		return err_set(e, ERR_BUSY, "job '%s' is running (pid %lld)", q->job.id, (long long)pid);
	if (!file_exists(manifest) || !file_exists(path_join(q->arena, q->job.dir, "result.json")))
		return err_set(e, ERR_USAGE, "job '%s' has no report: run it first", q->job.id);
	q->job.manifest = json_read_file(manifest, e);
	return q->job.manifest ? 0 : -1;
}

static int run_stage(struct qa *q, struct stage_run *run, struct err *e)
{
	const json_t *limits = json_object_get(q->job.manifest, "limits");
	json_t *view = json_object();
	for (size_t i = 0; q->stage->sections[i]; i++)
		json_object_set(view, q->stage->sections[i], json_object_get(q->job.manifest, q->stage->sections[i]));
	*run = (struct stage_run){ .job = q->job.dir, .out = q->scratch.dir, .share = share_find(q->arena, q->opt),
		.manifest = view, .threads = 1, .arena = arena_new() };
	struct child c = { .stage = q->stage, .run = run, .memory_mb = json_int(limits, "memory_mb", 0),
		.grace_s = json_num(limits, "grace_s", 5), .timeout_s = json_num(limits, "qa_timeout_s", 0) };
	int r = child_run(&c, e);
	arena_free(run->arena);
	json_decref(view);
	return r;
}

/* A line for each example of each check that failed, in their order. */
static void tell(const json_t *critique)
{
	const json_t *checks = json_at(critique, "checks");
	struct buf line = { 0 };
	for (size_t i = 0; i < json_array_size(checks); i++) {
		const json_t *c = json_array_get(checks, i);
		const char *edition = json_text(c, "edition", NULL);
		if (strcmp(json_text(c, "status", ""), "fail") != 0)
			continue;
		buf_clear(&line);
		term_clean(&line, json_text(c, "examples.0", ""));
		printf("%s%s%s: %lld of %lld: %s\n", edition ? edition : "", edition ? ": " : "", json_text(c, "code", ""),
			(long long)json_int(c, "failed", 0), (long long)json_int(c, "checked", 0), buf_str(&line));
	}
	buf_free(&line);
}

/* The verdict takes its place in the job only if it is another one: a job that is as it was stays up to date. */
static int keep(struct qa *q, struct err *e)
{
	const char *name = "critique.json", *path = path_join(q->arena, q->job.dir, name);
	struct buf now = { 0 }, old = { 0 };
	int r = file_read(path_join(q->arena, q->scratch.dir, name), 1 << 28, &now, e);
	bool same = r == 0 && file_exists(path) && file_read(path, 1 << 28, &old, NULL) == 0 && old.n == now.n &&
		memcmp(old.p, now.p, now.n) == 0;
	if (r == 0 && !same)
		r = file_publish(path, now.p, now.n, e);
	buf_free(&now);
	buf_free(&old);
	return r;
}

static int check(struct qa *q, struct err *e)
{
	struct stage_run run;
	struct err verdict = { 0 };
	int r = run_stage(q, &run, &verdict);
	if (r < 0 && verdict.code != ERR_CHECKS) {
		*e = verdict;
		return err_while(e, "qa");
	}
	json_t *critique = json_read_file(path_join(q->arena, q->scratch.dir, "critique.json"), e);
	if (!critique)
		return -1;
	if (q->opt->json)
		term_print_json(critique);
	else if (!q->opt->quiet) {
		tell(critique);
		printf("%s\n", run.summary);
	}
	json_decref(critique);
	if (keep(q, e) < 0)
		return -1;
	if (r < 0)
		*e = verdict;
	return r;
}

int cmd_qa(const struct options *opt, const struct stage *const *table, struct err *e)
{
	struct qa q = { .arena = arena_new(), .opt = opt, .scratch = { NULL, -1 } };
	q.job = (struct job){ .arena = q.arena, .stages = table, .opt = opt, .lock_fd = -1, .slot_fd = -1 };
	q.job.dir = job_dir(q.arena, opt, opt->args[0]);
	q.job.id = path_base(q.job.dir);
	for (size_t i = 0; table[i]; i++)
		if (strcmp(table[i]->name, "qa") == 0)
			q.stage = table[i];
	cancel_install();
	int r = q.stage ? find_job(&q, e) : err_set(e, ERR_BUG, "there is no step 'qa'");
	if (r == 0)
		r = scratch_open(q.arena, opt->data_dir, q.job.id, &q.scratch, e);
	if (r == 0)
		r = check(&q, e);
	scratch_close(&q.scratch);
	json_decref(q.job.manifest);
	arena_free(q.arena);
	return r;
}
