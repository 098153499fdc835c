/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The modeling step: asks the model room what the profile and the manifest allow to be asked, and
 * writes modeling.json and model/. */
#include "stages/modeling_int.h"

#include <stdio.h>

static void release_table(void *t)
{
	table_close(t);
}

static void release_json(void *v)
{
	json_decref(v);
}

static json_t *load(const struct stage_run *r, const char *name, struct err *e)
{
	json_t *v = json_read_file(path_join(r->arena, r->job, name), e);
	if (v)
		arena_own(r->arena, v, release_json);
	return v;
}

static void say_result(struct stage_run *r, const struct model_result *m)
{
	const struct candidate *best = &m->candidates[m->chosen], *base = &m->candidates[0];
	char a[NUM_MAX], b[NUM_MAX];
	snprintf(a, sizeof a, "%.4g", best->scores[m->metric].value);
	snprintf(b, sizeof b, "%.4g", base->scores[m->metric].value);
	if (m->useful)
		snprintf(r->summary, sizeof r->summary, "%s: %s %s %s (baseline %s)", task_name(m->task), best->name,
			metric_name(m->metric), a, b);
	else
		snprintf(r->summary, sizeof r->summary, "%s: nothing beats the baseline (%s %s)", task_name(m->task),
			metric_name(m->metric), b);
}

static int run(struct stage_run *r, struct err *e)
{
	struct table *t = table_open(path_join(r->arena, r->job, "ingest/table.arrow"), e);
	if (!t)
		return -1;
	arena_own(r->arena, t, release_table);
	const json_t *eda = load(r, "eda.json", e), *clarify = eda ? load(r, "clarify.json", e) : NULL;
	if (!clarify)
		return -1;
	struct question q;
	if (modeling_ask(r, t, eda, clarify, &q, e) < 0)
		return -1;
	struct model_result m = { 0 };
	if (!q.skip && !q.spec.nfeatures)
		q.skip = "no column is left to predict from";
	struct actions acts = { 0 };
	if (!q.skip && modeling_act(r, t, &q, &acts, e) < 0)
		return -1;
	if (!q.skip) {
		struct err why = { 0 };
		if (model_run(t, &q.spec, r->arena, &m, &why) < 0) {
			if (why.code != ERR_INPUT) {
				*e = why;
				return -1;
			}
			q.skip = arena_strdup(r->arena, why.msg);
		}
	}
	if (!q.skip && m.nleaks) {
		acts.leaks = m.leaks;
		acts.nleaks = m.nleaks;
		modeling_without_leaks(r, t, &q, &m, &acts);
	}
	struct model_files files = { 0 };
	char *dir = path_join(r->arena, r->out, "model");
	if (file_mkdirs(dir, e) < 0)
		return -1;
	if (!q.skip && (modeling_save(r, &q.spec, &m, &files, e) < 0 || modeling_timings(r, &m, e) < 0))
		return -1;
	struct buf out = { 0 };
	modeling_write(&out, r, &q, q.skip ? NULL : &m, &acts, &files);
	int status = file_write(path_join(r->arena, r->out, "modeling.json"), out.p, out.n, e);
	buf_free(&out);
	if (q.skip)
		snprintf(r->summary, sizeof r->summary, "skipped: %s", q.skip);
	else
		say_result(r, &m);
	return status;
}

static const char *const sections[] = { "modeling", "seed", NULL };
static const char *const inputs[] = { "ingest/table.arrow", "eda.json", "clarify.json", NULL };
static const char *const outputs[] = { "modeling.json", "model/", NULL };
const struct stage stage_modeling = { "modeling", "6", sections, inputs, outputs, run };
