/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dossier models: which jobs have a model and how good it is; of one job, all that competed. Both print what stands
 * in modeling.json; what a fit took is in the telemetry. */
#include "driver/models_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is known of a job ------------------------------------------------------------------------------ */

struct known known_load(struct arena *a, const char *dir)
{
	struct job j = { .arena = a, .dir = dir };
	const char *why;
	struct known k = { .marker = marker_load(&j, "modeling", &why) };
	if (!k.marker)
		return k;
	k.modeling = json_read_file(path_join(a, dir, "modeling.json"), NULL);
	const json_t *list = json_at(k.modeling, "candidates"), *outputs = json_at(k.marker, "outputs");
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_text(json_array_get(list, i), "name", ""), json_text(k.modeling, "chosen", " ")) == 0)
			k.chosen = json_array_get(list, i);
	for (size_t i = 0; i < json_array_size(outputs); i++)
		if (strncmp(json_text(json_array_get(outputs, i), "path", ""), "model/", 6) == 0)
			k.bytes += json_int(json_array_get(outputs, i), "bytes", 0);
	return k;
}

void known_free(struct known *k)
{
	json_decref(k->modeling);
	json_decref(k->marker);
}

int known_need(struct arena *a, const struct options *opt, struct known *k, struct err *e)
{
	const char *dir = job_dir(a, opt, opt->args[0]), *id = path_base(dir);
	if (!file_exists(dir))
		return err_set(e, ERR_USAGE, "no job '%s' in '%s/jobs'", id, opt->data_dir);
	*k = known_load(a, dir);
	if (!k->modeling)
		return err_set(e, ERR_USAGE, "job '%s' has no model: run it first", id);
	if (!k->chosen)
		return err_set(e, ERR_USAGE, "job '%s' has no model: %s", id, json_text(k->modeling, "reason", "nothing was fitted"));
	return 0;
}

bool known_warranted(const struct known *k)
{
	return strcmp(json_text(k->modeling, "verdict", ""), "useful") == 0;
}

/* "0.0509 (0.031 to 0.072)" */
static const char *score(struct arena *a, const json_t *candidate, const char *metric)
{
	const json_t *s = json_at(json_at(candidate, "scores"), metric);
	double v = json_num(s, "value", NAN), lo = json_num(s, "lo", NAN), hi = json_num(s, "hi", NAN);
	if (isnan(v))
		return "";
	return isnan(lo) || isnan(hi) ? arena_printf(a, "%.4g", v) : arena_printf(a, "%.4g (%.4g to %.4g)", v, lo, hi);
}

static const char *size_text(struct arena *a, int64_t bytes)
{
	return bytes < 1000000 ? arena_printf(a, "%.1f kB", (double)bytes / 1e3) : arena_printf(a, "%.1f MB", (double)bytes / 1e6);
}

/* ---- all jobs ---------------------------------------------------------------------------------------------------------- */

static json_t *job_json(const char *id, const struct known *k)
{
	const char *metric = json_text(k->modeling, "metric", "");
	json_t *o = json_pack("{s:s,s:O?,s:O?,s:O?,s:O?,s:s}", "id", id, "target", json_object_get(k->modeling, "target"),
		"task", json_object_get(k->modeling, "task"), "model", json_object_get(k->modeling, "chosen"), "rows",
		json_object_get(k->modeling, "rows_used"), "metric", metric);
	json_object_set(o, "score", json_object_get(json_object_get(k->chosen, "scores"), metric));
	json_object_set_new(o, "warranted", json_boolean(known_warranted(k)));
	json_object_set_new(o, "bytes", json_integer(k->bytes));
	json_object_set(o, "fitted", json_object_get(k->marker, "ended"));
	return o;
}

static void job_row(struct grid *g, const char *id, const struct known *k)
{
	struct arena *a = g->arena;
	const char **r = grid_row(g), *metric = json_text(k->modeling, "metric", "");
	r[0] = grid_words(a, id);
	r[1] = grid_words(a, json_text(k->modeling, "target", ""));
	r[2] = json_text(k->modeling, "task", "");
	r[2] = arena_strdup(a, r[2]);
	r[3] = known_warranted(k) ? grid_words(a, json_text(k->modeling, "chosen", "")) : "no model is warranted";
	r[4] = arena_printf(a, "%s %s", metric, score(a, k->chosen, metric));
	r[5] = arena_printf(a, "%lld", (long long)json_int(k->modeling, "rows_used", 0));
	r[6] = size_text(a, k->bytes);
	r[7] = arena_printf(a, "%.16s", json_text(k->marker, "ended", ""));
}

static int all(struct arena *a, const struct options *opt, bool colour, struct err *e)
{
	static const char *const heads[GRID_COLUMNS] = { "job", "target", "task", "model", "score (95 %)", "rows", "size", "fitted" };
	const char *jobs = path_join(a, opt->data_dir, "jobs"), **ids;
	struct grid g = { .arena = a, .right = { [5] = true, [6] = true } };
	size_t n;
	if (file_names(a, jobs, &ids, &n, e) < 0)
		return -1;
	json_t *list = json_array();
	memcpy(grid_row(&g), heads, sizeof heads);
	for (size_t i = 0; i < n; i++) {
		struct known k = known_load(a, path_join(a, jobs, ids[i]));
		if (k.chosen) {
			json_array_append_new(list, job_json(ids[i], &k));
			job_row(&g, ids[i], &k);
		}
		known_free(&k);
	}
	if (opt->json)
		term_print_json(list);
	else if (g.n > 1)
		grid_print(&g, colour);
	else
		puts("no job has a model yet");
	free(g.rows);
	json_decref(list);
	free(ids);
	return 0;
}

/* ---- one job ------------------------------------------------------------------------------------------------------------- */

/* The times of the candidates, from the last run of the step in the telemetry; NULL: there is none. */
static json_t *timings(struct arena *a, const char *dir)
{
	struct buf text = { 0 };
	json_t *found = NULL;
	if (file_read(path_join(a, dir, "telemetry.jsonl"), 1 << 28, &text, NULL) == 0) {
		for (const char *line = buf_str(&text), *end; *line; line = *end ? end + 1 : end) {
			end = line + strcspn(line, "\n");
			json_t *v = json_loadb(line, (size_t)(end - line), 0, NULL);
			bool step = strcmp(json_text(v, "event", ""), "step_end") == 0 &&
				strcmp(json_text(v, "step", ""), "modeling") == 0;
			if (step && json_object_get(v, "timings")) {
				json_decref(found);
				found = json_incref(json_object_get(json_object_get(v, "timings"), "candidates"));
			}
			json_decref(v);
		}
	}
	buf_free(&text);
	return found;
}

static const json_t *timing_of(const json_t *list, const char *name)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_text(json_array_get(list, i), "name", ""), name) == 0)
			return json_array_get(list, i);
	return NULL;
}

struct rank {
	const json_t *c;
	double value;
};

static int by_value(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;
	if (isnan(x->value) || isnan(y->value))
		return isnan(x->value) - isnan(y->value);
	return (x->value > y->value) - (x->value < y->value);
}

static const char *p_value(struct arena *a, double p)
{
	return isnan(p) ? "" : p < 0.001 ? "< 0.001" : arena_printf(a, "%.3f", p);
}

static const char *seconds(struct arena *a, double s)
{
	return isnan(s) ? "" : s < 0.0005 ? "< 1 ms" : s < 1 ? arena_printf(a, "%.0f ms", s * 1e3) : arena_printf(a, "%.2f s", s);
}

static void candidate_row(struct grid *g, const struct known *k, const json_t *c, const json_t *times)
{
	struct arena *a = g->arena;
	const char **r = grid_row(g), *name = json_text(c, "name", ""), *metric = json_text(k->modeling, "metric", "");
	const json_t *t = timing_of(times, name);
	r[0] = c == k->chosen ? "*" : "";
	r[1] = grid_words(a, name);
	if (strcmp(json_text(c, "status", ""), "ok") != 0) {
		r[2] = grid_words(a, json_text(c, "reason", json_text(c, "status", "failed")));
		return;
	}
	r[2] = score(a, c, metric);
	r[3] = grid_number(a, json_num(json_at(c, "train_scores"), metric, NAN), "");
	r[4] = p_value(a, json_num(c, "versus_baseline.p", NAN));
	r[5] = p_value(a, json_num(c, "versus_best.p", NAN));
	r[6] = seconds(a, json_num(t, "fit_seconds", NAN));
	r[7] = seconds(a, json_num(t, "predict_seconds", NAN));
	r[8] = json_int(c, "bytes", 0) ? size_text(a, json_int(c, "bytes", 0)) : "";
}

static void print_job(struct arena *a, const struct known *k, const json_t *times, bool colour)
{
	const json_t *m = k->modeling, *list = json_at(m, "candidates");
	const char *metric = json_text(m, "metric", ""), *scheme = json_text(m, "validation.scheme", "");
	size_t n = json_array_size(list);
	const char *const heads[GRID_COLUMNS] = { "", "model", arena_printf(a, "%s (95 %%)", metric), "training", "p: baseline", "p: best",
		"fit", "predict", "size" };
	printf("%s: %s, %lld rows, %s of %lld parts; smaller %s is better\n", grid_words(a, json_text(m, "target", "")),
		json_text(m, "task", ""), (long long)json_int(m, "rows_used", 0), scheme,
		(long long)json_int(m, "validation.folds", 0), metric);
	struct rank *ranks = arena_calloc(a, n, sizeof *ranks);
	for (size_t i = 0; i < n; i++) {
		const json_t *c = json_array_get(list, i);
		ranks[i] = (struct rank){ c, json_num(json_at(json_at(c, "scores"), metric), "value", NAN) };
	}
	if (n)
		qsort(ranks, n, sizeof *ranks, by_value);
	struct grid g = { .arena = a, .right = { [3] = true, true, true, true, true, true } };
	memcpy(grid_row(&g), heads, sizeof heads);
	for (size_t i = 0; i < n; i++)
		candidate_row(&g, k, ranks[i].c, times);
	grid_print(&g, colour);
	puts(known_warranted(k) ? "* is saved: dossier predict uses it" : "nothing beats the baseline beyond chance: no model is warranted");
}

static int one(struct arena *a, const struct options *opt, bool colour, struct err *e)
{
	struct known k = { 0 };
	int r = known_need(a, opt, &k, e);
	if (r == 0) {
		const char *dir = job_dir(a, opt, opt->args[0]);
		json_t *times = timings(a, dir);
		if (opt->json) {
			json_t *o = job_json(path_base(dir), &k);
			json_object_set(o, "validation", json_object_get(k.modeling, "validation"));
			json_object_set(o, "candidates", json_object_get(k.modeling, "candidates"));
			json_object_set(o, "timings", times ? times : json_null());
			term_print_json(o);
			json_decref(o);
		} else {
			print_job(a, &k, times, colour);
		}
		json_decref(times);
	}
	known_free(&k);
	return r;
}

int cmd_models(const struct options *opt, const struct stage *const *table, struct err *e)
{
	struct arena *a = arena_new();
	struct term t;
	term_init(&t, opt, table);
	int r = opt->nargs ? one(a, opt, t.colour, e) : all(a, opt, t.colour, e);
	arena_free(a);
	return r;
}
