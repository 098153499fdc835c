/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of states against the rules written down a second time; and state.json of a job through its runs. */
#include "driver/driver_int.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

static bool is_end(enum job_state s)
{
	return s >= JOB_AWAITING;
}

/* What may happen, as a person would say it. */
static bool allowed(enum job_state from, enum job_state to)
{
	if (to == JOB_QUEUED)
		return true;           /* any job can be run, an interrupted one too */
	if (to == JOB_NEW)
		return false;
	if (from == JOB_RUNNING)
		return true;           /* another step, or any end */
	if (from == JOB_QUEUED)        /* nothing was done yet, so nothing is done */
		return to == JOB_RUNNING || to == JOB_FAILED || to == JOB_CANCELLED || to == JOB_TIMED_OUT;
	return false;
}

static void table(void)
{
	for (int from = 0; from < JOB_STATES; from++) {
		CHECK(job_state_lookup(job_state_name((enum job_state)from)) == (enum job_state)from);
		for (int to = 0; to < JOB_STATES; to++)
			CHECK(job_state_may_follow((enum job_state)from, (enum job_state)to) ==
				allowed((enum job_state)from, (enum job_state)to));
	}
	CHECK(job_state_lookup("nonsense") == JOB_NEW);
	static const enum err_code codes[] = { ERR_NONE, ERR_CHECKS, ERR_USAGE, ERR_AWAITING, ERR_INPUT, ERR_IO,
		ERR_CANCELLED, ERR_TIMEOUT, ERR_BUG, ERR_BUSY };
	for (size_t i = 0; i < COUNTOF(codes); i++) {
		enum job_state s = job_state_of(codes[i]);
		CHECK(is_end(s));
		CHECK(s == JOB_FAILED ? job_state_code(s) == ERR_IO : job_state_code(s) == codes[i]);
		for (size_t k = 0; k < i; k++)
			CHECK(err_gravity(codes[i]) != err_gravity(codes[k]));
	}
	CHECK_STR(run_status(ERR_CHECKS), "done_with_findings");
}

/* ---- state.json -------------------------------------------------------------------------------------- */

static const struct stage first = { .name = "ingest" }, second = { .name = "eda" };
static const struct stage *const two[] = { &first, &second, NULL };

static json_t *saved(void)
{
	return json_read_file("state.json", NULL);
}

static struct state *begin(struct job *j)
{
	return state_new(j, 1);
}

static void runs(struct arena *a)
{
	struct options opt = { .data_dir = ".", .report_date = "2026-11-20" };
	struct job j = { .arena = a, .opt = &opt, .id = "x", .dir = ".", .stages = two, .manifest_path = "x.yaml" };
	struct err e = { 0 };
	struct state *s = begin(&j);
	CHECK(state_set(s, JOB_DONE, NULL, NULL, &e) < 0 && e.code == ERR_BUG);
	CHECK_STR(e.msg, "a job that is 'new' cannot become 'done'");
	CHECK(state_set(s, JOB_QUEUED, NULL, "asked for", &e) == 0);
	CHECK(state_set(s, JOB_RUNNING, "ingest", "not run yet", &e) == 0);
	CHECK(state_set(s, JOB_RUNNING, "eda", NULL, &e) == 0);
	json_t *v = saved();
	CHECK_STR(json_text(v, "status", ""), "running");
	CHECK_STR(json_text(v, "step", ""), "eda");
	CHECK(json_int(v, "progress", 0) == 42);    /* 15 of 15 + 20 */
	CHECK(json_int(v, "attempts", 0) == 1);
	CHECK_STR(json_text(v, "set.0", ""), "report_date=2026-11-20");
	CHECK_STR(json_text(v, "transitions.1.from", ""), "queued");
	CHECK_STR(json_text(v, "transitions.1.to", ""), "running:ingest");
	CHECK_STR(json_text(v, "transitions.1.reason", ""), "not run yet");
	CHECK_STR(json_text(v, "transitions.2.from", ""), "running:ingest");
	json_decref(v);
	state_free(s);                         /* killed here */

	s = begin(&j);
	CHECK(state_set(s, JOB_QUEUED, NULL, "asked for", &e) == 0);
	CHECK(state_set(s, JOB_RUNNING, "ingest", NULL, &e) == 0);
	CHECK(state_set(s, JOB_FAILED, NULL, "ingest: line 7", &e) == 0);
	v = saved();
	CHECK(json_int(v, "attempts", 0) == 2);
	CHECK_STR(json_text(v, "transitions.0.from", ""), "running:eda");
	CHECK_STR(json_text(v, "transitions.0.reason", ""), "the run before was interrupted");
	CHECK_STR(json_text(v, "reason", ""), "ingest: line 7");
	CHECK(json_text(v, "ended", NULL) != NULL);
	json_decref(v);
	state_free(s);

	s = begin(&j);
	CHECK(state_set(s, JOB_QUEUED, NULL, NULL, &e) == 0);
	CHECK(state_set(s, JOB_RUNNING, NULL, NULL, &e) == 0);
	for (int i = 0; i < 300; i++)          /* bounded, whatever happens */
		CHECK(state_set(s, JOB_RUNNING, "eda", NULL, &e) == 0);
	CHECK(state_set(s, JOB_DONE, NULL, NULL, &e) == 0);
	CHECK(state_set(s, JOB_RUNNING, NULL, NULL, &e) < 0);
	v = saved();
	CHECK(json_int(v, "attempts", 0) == 3);
	CHECK(json_int(v, "progress", 0) == 100);
	CHECK((int64_t)json_count(v, "transitions") == 100);
	json_decref(v);
	state_free(s);

	s = begin(&j);
	CHECK(state_set(s, JOB_QUEUED, NULL, NULL, &e) == 0);
	v = saved();
	CHECK(json_int(v, "attempts", 0) == 1);
	json_decref(v);
	state_free(s);
}

int main(void)
{
	char folder[] = "/tmp/dossier-states-XXXXXX";
	struct arena *a = arena_new();
	CHECK(mkdtemp(folder) && chdir(folder) == 0);
	table();
	runs(a);
	file_remove_tree(folder, NULL);
	arena_free(a);
	return test_end();
}
