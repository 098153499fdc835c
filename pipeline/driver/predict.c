/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dossier predict: the model of a job says what it expects of new data. The file is read by the ingest step, in its
 * confined process, as the job's own input was read: the manifest of the job holds, with the types of the columns
 * as they were in training. Then the model predicts, in another process. */
#include "driver/predict_int.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct prediction {
	struct arena *arena;
	const struct options *opt;
	const struct stage *ingest;
	struct job job;                /* its folder and manifest */
	struct stage_input *inputs;
	size_t ninputs;
	struct scratch scratch;
	struct place place;
};

static void release_json(void *v)
{
	json_decref(v);
}

static json_t *load(struct prediction *p, const char *dir, const char *name, struct err *e)
{
	json_t *v = json_read_file(path_join(p->arena, dir, name), e);
	if (v)
		arena_own(p->arena, v, release_json);
	return v;
}

/* ---- is there a model? ----------------------------------------------------------------------------------- */

static int no_model(const char *id, const char *why, struct err *e)
{
	return err_set(e, ERR_USAGE, "job '%s' has no model: %s", id, why);
}

static int find_model(struct prediction *p, struct err *e)
{
	const char *id = p->job.id, *why = "";
	if (!file_exists(p->job.dir))
		return err_set(e, ERR_USAGE, "no job '%s' in '%s/jobs'", id, p->opt->data_dir);
	json_t *done = marker_load(&p->job, "modeling", &why);
	json_decref(done);
	if (!done || !file_exists(path_join(p->arena, p->job.dir, "manifest.json")))
		return no_model(id, "run it first", e);
	const json_t *m = load(p, p->job.dir, "modeling.json", e);
	if (!m)
		return -1;
	if (strcmp(json_text(m, "status", ""), "fitted") != 0)
		return no_model(id, json_text(m, "reason", "nothing was fitted"), e);
	if (strcmp(json_text(m, "verdict", ""), "useful") != 0 && !p->opt->force)
		return err_set(e, ERR_USAGE, "job '%s': no model is warranted: nothing predicts '%s' better than the baseline "
			"beyond chance (--force predicts with '%s' all the same)", id, json_text(m, "target", ""),
			json_text(m, "chosen", "the baseline"));
	return 0;
}

/* ---- how to read the new data ------------------------------------------------------------------------------ */

/* The columns of the model have the types that they had in training, whatever these few rows look like. */
static int declare_columns(struct prediction *p, struct err *e)
{
	const json_t *model = load(p, p->job.dir, "model/model.json", e), *read = json_at(model, "read");
	json_t *columns = json_object_get(p->job.manifest, "columns");
	if (!model)
		return -1;
	if (!json_is_object(columns)) {
		columns = json_object();
		json_object_set_new(p->job.manifest, "columns", columns);
	}
	for (size_t i = 0; i < json_array_size(read); i++) {
		const char *name = json_text(json_array_get(read, i), "name", "");
		json_t *type = json_string(json_text(json_array_get(read, i), "declare", "text"));
		json_t *column = json_object_get(columns, name);
		if (!json_is_object(column)) {
			column = json_object();
			json_object_set_new(columns, name, column);
		}
		json_object_set_new(column, "type", type);
	}
	return 0;
}

/* What the manifest says about the source holds for the new file, but for what names the old one; and dates are
 * written in the order in which they were. */
static int adapt_manifest(struct prediction *p, struct err *e)
{
	static const char *const about_the_file[] = { "files", "sqlite", "postgres", "password_env", "password_file", "sha256",
		"bytes", "url", "licence" };
	json_t *source = json_object_get(p->job.manifest, "source");
	const json_t *ingest = load(p, p->job.dir, "ingest/ingest.json", e);
	if (!ingest)
		return -1;
	for (size_t i = 0; i < COUNTOF(about_the_file); i++)
		json_object_set_new(source, about_the_file[i], json_null());
	json_object_set_new(source, "file", json_string(p->inputs[0].name));
	json_object_set_new(source, "format", json_string("auto"));
	const char *order = json_text(ingest, "date_order", NULL);
	if (order && strcmp(json_text(source, "date_order", "auto"), "auto") == 0)
		json_object_set_new(source, "date_order", json_string(order));
	for (size_t i = 0; i < p->opt->nsets; i++) {
		const char *set = p->opt->sets[i], *eq = strchr(set, '=');
		if (!eq || eq == set)
			return err_set(e, ERR_USAGE, "--set %s: expected key=value", set);
		if (settings_put(p->job.manifest, arena_strndup(p->arena, set, (size_t)(eq - set)), eq + 1,
			arena_printf(p->arena, "--set %s", set), e) < 0)
			return -1;
	}
	if (p->opt->threads && settings_put(p->job.manifest, "limits.threads", p->opt->threads, "--threads", e) < 0)
		return -1;
	return declare_columns(p, e);
}

/* ---- the new data ---------------------------------------------------------------------------------------------- */

/* What cannot be read twice is copied first. */
static int copy_stream(struct prediction *p, int in, const char *name, const char **path, struct err *e)
{
	char chunk[1 << 16], *to = path_join(p->arena, p->scratch.dir, "input");
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), r = 0;
	int64_t bytes = 0;
	if (out < 0)
		return err_errno(e, "cannot write '%s'", to);
	for (ssize_t n; r == 0 && (n = read(in, chunk, sizeof chunk)) != 0;) {
		if (cancel_count())
			r = err_set(e, ERR_CANCELLED, "cancelled while reading '%s'", name);
		else if (n < 0 && errno != EINTR)
			r = err_errno(e, "cannot read '%s'", name);
		else if (n > 0 && file_put(out, chunk, (size_t)n) < 0)
			r = err_errno(e, "cannot write '%s'", to);
		bytes += n > 0 ? n : 0;
		if (r == 0)
			r = sources_check_size(&p->job, name, bytes, e);
	}
	close(out);
	*path = to;
	return r;
}

static int find_file(struct prediction *p, const char *file, struct err *e)
{
	struct stage_input *in = &p->inputs[p->ninputs++];
	const char *path = file;
	struct stat st;
	char real[PATH_MAX];
	bool standard = strcmp(file, "-") == 0;
	*in = (struct stage_input){ .name = standard ? "stdin" : path_base(file) };
	if (standard && isatty(STDIN_FILENO))
		return err_set(e, ERR_USAGE, "standard input is a terminal: pipe the data into dossier, or name a file");
	if (!standard && stat(file, &st) < 0)
		return err_set(e, ERR_INPUT, "cannot open '%s': %s", file, strerror(errno));
	if (!standard && S_ISDIR(st.st_mode))
		return err_set(e, ERR_INPUT, "cannot read '%s': it is a directory", file);
	if (!utf8_valid(in->name, strlen(in->name), NULL))
		return err_set(e, ERR_INPUT, "the name of '%s' is not valid UTF-8; rename the file", file);
	if (standard || !S_ISREG(st.st_mode)) {
		int fd = standard ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
		int r = fd < 0 ? err_set(e, ERR_INPUT, "cannot open '%s': %s", file, strerror(errno)) :
			copy_stream(p, fd, standard ? "standard input" : file, &path, e);
		if (fd >= 0 && !standard)
			close(fd);
		if (r < 0)
			return -1;
	} else if (sources_check_size(&p->job, file, st.st_size, e) < 0) {
		return -1;
	}
	if (!realpath(path, real) || access(real, R_OK) < 0)
		return err_set(e, ERR_INPUT, "cannot open '%s': %s", file, strerror(errno));
	in->path = arena_strdup(p->arena, real);
	return 0;
}

/* Tables that the job joins are the job's own copies: the last ones of original/, in the order of the manifest. */
static int find_joined(struct prediction *p, struct err *e)
{
	json_t *joins = json_object_get(p->job.manifest, "join"), *one;
	const char *name;
	size_t n = json_object_size(joins), k = 0;
	if (!n)
		return 0;
	const json_t *record = load(p, p->job.dir, "original.json", e), *files = json_at(record, "files");
	if (!record)
		return -1;
	if (json_array_size(files) < n)
		return err_set(e, ERR_INPUT, "the job has no copies of the tables that it joins: run it again");
	json_object_foreach(joins, name, one) {
		const char *file = json_text(json_array_get(files, json_array_size(files) - n + k++), "name", "");
		const char *path = path_join(p->arena, path_join(p->arena, p->job.dir, "original"), file);
		char real[PATH_MAX];
		if (!realpath(path, real))
			return err_set(e, ERR_INPUT, "cannot open '%s': %s", path, strerror(errno));
		json_object_set_new(one, "file", json_string(file));
		p->inputs[p->ninputs++] = (struct stage_input){ .path = arena_strdup(p->arena, real),
			.name = arena_strdup(p->arena, file), .join = name };
	}
	return 0;
}

/* ---- the two processes --------------------------------------------------------------------------------------------- */

static int run_stage(struct prediction *p, const struct stage *s, const json_t *view, struct err *e)
{
	const json_t *limits = json_object_get(p->job.manifest, "limits");
	int threads = (int)json_int(limits, "threads", 0);
	struct stage_run run = { .job = p->job.dir, .out = p->scratch.dir, .inputs = p->inputs, .ninputs = p->ninputs,
		.share = "", .manifest = view, .threads = threads ? threads : pool_cpus(), .paranoid = p->opt->paranoid,
		.arena = arena_new() };
	struct child c = { .stage = s, .run = &run, .memory_mb = json_int(limits, "memory_mb", 0),
		.grace_s = json_num(limits, "grace_s", 5),
		.timeout_s = json_num(limits, arena_printf(p->arena, "%s_timeout_s", s->name), 0) };
	int r = child_run(&c, e);
	arena_free(run.arena);
	if (p->opt->explain)
		fprintf(stderr, "%s: %.3f s, %.3f s of processors\n", s->name, c.seconds, c.cpu_seconds);
	return r;
}

static int read_data(struct prediction *p, struct err *e)
{
	json_t *view = json_object();
	for (size_t i = 0; p->ingest->sections[i]; i++) {
		json_t *v = json_object_get(p->job.manifest, p->ingest->sections[i]);
		json_object_set(view, p->ingest->sections[i], v);
	}
	int r = run_stage(p, p->ingest, view, e);
	json_decref(view);
	return r;
}

/* "a,b" as a list. */
static json_t *list_of(const char *text)
{
	json_t *list = json_array();
	while (text && *text) {
		size_t n = strcspn(text, ",");
		json_array_append_new(list, json_stringn(text, n));
		text += n + (text[n] == ',');
	}
	return list;
}

static int predict(struct prediction *p, struct err *e)
{
	json_t *view = json_pack("{s:{s:s,s:s,s:o,s:b}}", "predict", "output", p->place.work, "format",
		p->opt->format ? p->opt->format : "csv", "keep", list_of(p->opt->keep), "allow_missing", p->opt->allow_missing);
	if (!view)
		return err_set(e, ERR_USAGE, "names must be valid UTF-8");
	int r = run_stage(p, &stage_predict, view, e);
	json_decref(view);
	return r;
}

/* Everything between an open scratch folder and the end: predictions that were made are kept, also where the data
 * turned out to be unlike that of the training. */
static int work(struct prediction *p, struct err *e)
{
	struct err made = { 0 };
	if (find_file(p, p->opt->args[1], e) < 0 || find_joined(p, e) < 0 || adapt_manifest(p, e) < 0 ||
		place_open(p->arena, p->opt->output, &p->scratch, &p->place, e) < 0)
		return -1;
	int r = read_data(p, &made);
	if (r == 0)
		r = predict(p, &made);
	bool keep = r == 0 || made.code == ERR_CHECKS;
	struct buf text = { 0 };
	const char *path = path_join(p->arena, p->scratch.dir, "predict.json");
	const json_t *told = keep ? load(p, p->scratch.dir, "predict.json", &made) : NULL;
	if (keep && p->opt->report && (file_read(path, 1 << 30, &text, &made) < 0 ||
		file_replace(p->opt->report, text.p, text.n, &made) < 0))
		keep = false;
	buf_free(&text);
	if (place_close(&p->place, keep && told, &made) < 0)
		keep = false;
	if (keep && told && p->opt->json)
		term_print_json(told);
	else if (keep && told && !p->opt->quiet)
		predict_tell(stderr, told);
	*e = made;
	return made.code == ERR_NONE ? 0 : -1;
}

static int check_options(const struct options *opt, struct err *e)
{
	static const char *const formats[] = { "csv", "ndjson" };
	const char *f = opt->format ? opt->format : "csv";
	if (strcmp(f, formats[0]) != 0 && strcmp(f, formats[1]) != 0) {
		const char *near = str_nearest(f, formats, COUNTOF(formats));
		return near ? err_set(e, ERR_USAGE, "--format: expected csv or ndjson, found '%s' (did you mean '%s'?)", f, near) :
			err_set(e, ERR_USAGE, "--format: expected csv or ndjson, found '%s'", f);
	}
	if (opt->json && (!opt->output || strcmp(opt->output, "-") == 0))
		return err_set(e, ERR_USAGE, "--json needs -o: standard output holds the predictions");
	return 0;
}

int cmd_predict(const struct options *opt, const struct stage *const *table, struct err *e)
{
	struct prediction p = { .arena = arena_new(), .opt = opt, .scratch = { NULL, -1 }, .place = { NULL, NULL, -1 } };
	p.job = (struct job){ .arena = p.arena, .stages = table, .opt = opt, .lock_fd = -1, .slot_fd = -1 };
	p.job.dir = job_dir(p.arena, opt, opt->args[0]);
	p.job.id = path_base(p.job.dir);
	for (size_t i = 0; table[i]; i++)
		if (strcmp(table[i]->name, "ingest") == 0)
			p.ingest = table[i];
	cancel_install();
	int r = check_options(opt, e);
	if (r == 0)
		r = find_model(&p, e);
	if (r == 0)
		r = (p.job.manifest = load(&p, p.job.dir, "manifest.json", e)) ? 0 : -1;
	if (r == 0) {
		p.inputs = arena_calloc(p.arena, 1 + json_object_size(json_object_get(p.job.manifest, "join")), sizeof *p.inputs);
		r = scratch_open(p.arena, opt->data_dir, p.job.id, &p.scratch, e);
	}
	if (r == 0)
		r = work(&p, e);
	if (p.place.lock >= 0)
		place_close(&p.place, false, NULL);
	scratch_close(&p.scratch);
	arena_free(p.arena);
	return r;
}
