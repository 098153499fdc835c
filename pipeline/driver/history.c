/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports of earlier runs: <data-dir>/history/<job>/<run>/, links to the files that the run left, so that they
 * cost no room until the next report replaces them in the job folder. Nothing is made from them, hence
 * trouble here fails no run; and dossier gc, which takes the old ones away. */
#include "driver/driver_int.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define GONE ".tmp-gone-"          /* in front of the name of a run that is being taken away */

enum { REPORTS = 3 };              /* of these, that a run may make */
static const char *const kept[] = { "report.html", "report.pdf", "report.txt", "findings.json", "manifest.json" };

static const char *folder_of(struct arena *a, const struct options *opt, const char *id)
{
	return arena_printf(a, "%s/history/%s", opt->data_dir, id);
}

/* A second name for the file; a copy where the file system has no such thing. */
static int keep_file(const char *from, const char *to, struct err *e)
{
	if (link(from, to) == 0)
		return 0;
	if (errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK)
		return err_errno(e, "cannot link '%s'", to);
	struct buf text = { 0 };
	int r = file_read(from, 1 << 30, &text, e);
	if (r == 0)
		r = file_write(to, text.p, text.n, e);
	if (r == 0)
		r = file_sync(to, e);
	buf_free(&text);
	return r;
}

/* ---- one run -------------------------------------------------------------------------------------- */

/* What tells a report from all others: everything that its steps were made from. */
static void identity(const struct job *j, char hex[SHA256_HEX])
{
	struct sha256 h;
	sha256_init(&h);
	for (size_t i = 0; j->stages[i]; i++) {
		const char *key = json_text(j->markers[i], "key", "");
		sha256_add(&h, key, strlen(key) + 1);
	}
	sha256_hex(&h, hex);
}

/* Of the originals, as the step that read them knew them. */
static const char *input_of(const struct job *j)
{
	for (size_t i = 0; j->stages[i]; i++) {
		const json_t *inputs = json_at(j->markers[i], "inputs");
		for (size_t k = 0; k < json_array_size(inputs); k++)
			if (strcmp(json_text(json_array_get(inputs, k), "role", ""), "original") == 0)
				return json_text(json_array_get(inputs, k), "sha256", "");
	}
	return "";
}

/* What came of the run, for whoever looks for a certain one. All of it is from the job folder, since the run may be
 * over long ago. */
static int write_about(const struct job *j, const char *run, const char *path, struct err *e)
{
	char made_from[SHA256_HEX];
	enum job_state status = JOB_DONE;
	const char *ended = "", *manifest = path_join(j->arena, j->dir, "manifest.json");
	for (size_t i = 0; j->stages[i]; i++) {
		if (strcmp(json_text(j->markers[i], "verdict", ""), "ok") != 0)
			status = JOB_DONE_WITH_FINDINGS;
		ended = json_text(j->markers[i], "ended", ended);
	}
	identity(j, made_from);
	json_t *was = file_exists(manifest) ? json_read_file(manifest, NULL) : NULL;
	json_t *v = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s?}", "schema", "dossier/run/1", "id", j->id, "run", run, "ended",
		ended, "status", job_state_name(status), "made_from", made_from, "input_sha256", input_of(j), "report_date",
		json_text(was, "report_date", NULL));
	struct buf text = { 0 };
	struct jw w;
	jw_init(&w, &text);
	jw_value(&w, v);
	int r = file_write(path, text.p, text.n, e);
	if (r == 0)
		r = file_sync(path, e);
	buf_free(&text);
	json_decref(v);
	json_decref(was);
	return r;
}

/* A text of run.json; "" when there is none. */
static const char *about(struct arena *a, const char *folder, const char *run, const char *key)
{
	json_t *v = json_read_file(arena_printf(a, "%s/%s/run.json", folder, run), NULL);
	const char *text = arena_strdup(a, json_text(v, key, ""));
	json_decref(v);
	return text;
}

/* A report whose checks passed. */
static bool is_good(struct arena *a, const char *folder, const char *run)
{
	return strcmp(about(a, folder, run, "status"), job_state_name(JOB_DONE)) == 0;
}

/* Out of sight at once, so that nobody meets half of a run; what a kill leaves of it goes with the next one. */
static int take_away(struct arena *a, const char *folder, const char *run, struct err *e)
{
	const char *gone = arena_printf(a, "%s/" GONE "%s", folder, run);
	if (file_remove_tree(gone, e) < 0)
		return -1;
	if (rename(path_join(a, folder, run), gone) < 0)
		return errno == ENOENT ? 0 : err_errno(e, "cannot remove '%s/%s'", folder, run);
	return file_sync(folder, e) < 0 ? -1 : file_remove_tree(gone, e);
}

static int remove_gone(struct arena *a, const char *folder, struct err *e)
{
	DIR *d = opendir(folder);
	if (!d)
		return errno == ENOENT ? 0 : err_errno(e, "cannot read folder '%s'", folder);
	int r = 0;
	for (struct dirent *x; r == 0 && (r = file_next(d, folder, &x, e)) == 0 && x;)
		if (strncmp(x->d_name, GONE, sizeof GONE - 1) == 0)
			r = file_remove_tree(path_join(a, folder, x->d_name), e);
	closedir(d);
	return r;
}

/* Runs that a job may lose: all but the newest `keep`, and of those what is older than `days` days; but never the
 * newest good one, or a week of bad nights would take the last report away that can be relied on. Gives how many
 * went (or would). */
static int prune(struct arena *a, const char *folder, int64_t keep, double days, bool really, size_t *gone, struct err *e)
{
	size_t n;
	const char **names;
	if (file_names(a, folder, &names, &n, e) < 0)
		return -1;
	char oldest[40];
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	time_format(oldest, ((int64_t)now.tv_sec - (int64_t)(days * 86400)) * 1000000);
	int r = really ? remove_gone(a, folder, e) : 0;
	*gone = 0;
	size_t good = n;
	while (good > 0 && !is_good(a, folder, names[good - 1]))
		good--;
	for (size_t i = 0; i < n && r == 0; i++) {
		bool surplus = (int64_t)(n - i) > keep, old = days > 0 && strcmp(names[i], oldest) < 0;
		if (i + 1 == good || (!surplus && !old))
			continue;
		++*gone;
		if (really)
			r = take_away(a, folder, names[i], e);
	}
	free(names);
	return r;
}

int history_has(struct arena *a, const struct options *opt, const char *id, const char *report_date, bool *yes, struct err *e)
{
	size_t n;
	const char *folder = folder_of(a, opt, id), **names;
	*yes = false;
	if (file_names(a, folder, &names, &n, e) < 0)
		return -1;
	for (size_t i = n; i > 0 && !*yes; i--)
		*yes = strcmp(about(a, folder, names[i - 1], "report_date"), report_date) == 0;
	free(names);
	return 0;
}

int history_knows(const struct job *j, bool *yes, struct err *e)
{
	size_t n;
	char made_from[SHA256_HEX];
	const char *folder = folder_of(j->arena, j->opt, j->id), **names;
	*yes = false;
	identity(j, made_from);
	if (file_names(j->arena, folder, &names, &n, e) < 0)
		return -1;
	for (size_t i = n; i > 0 && !*yes; i--)   /* as a rule it is the newest */
		*yes = strcmp(about(j->arena, folder, names[i - 1], "made_from"), made_from) == 0;
	free(names);
	return 0;
}

/* The first of these that can be a folder of its own: state.json may be lost, or older than the report. */
static const char *name_for(const struct job *j, const char *run, const char *otherwise)
{
	bool fit = !isnan(clock_read(run)) && strspn(run, "0123456789-:.TZ") == strlen(run) &&
		!file_exists(path_join(j->arena, folder_of(j->arena, j->opt, j->id), run));
	return fit ? run : otherwise;
}

int history_mend(const struct job *j, struct err *e)
{
	bool known = true;
	size_t n = 0;
	while (j->stages[n])
		n++;
	struct job was = *j;           /* markers of its own */
	was.markers = arena_calloc(j->arena, n + 1, sizeof *was.markers);
	int r = plan_whole(&was) ? history_knows(&was, &known, e) : 0;
	if (r == 0 && !known) {
		const char *ended = json_text(was.markers[n - 1], "ended", "");
		r = history_keep(&was, name_for(j, state_last_run(j), arena_printf(j->arena, "%s-0", ended)), e);
	}
	plan_forget(&was);
	return r;
}

int history_keep(const struct job *j, const char *run, struct err *e)
{
	int64_t keep = json_int(j->manifest, "history.keep", 5);
	const char *folder = folder_of(j->arena, j->opt, j->id);
	const char *tmp = arena_printf(j->arena, "%s/.tmp-%ld", folder, (long)getpid());
	size_t gone;
	bool report = false;
	for (size_t i = 0; i < REPORTS; i++)
		report = report || file_exists(path_join(j->arena, j->dir, kept[i]));
	if (keep == 0 || !report)
		return 0;
	bool first = !file_exists(folder);
	int r = file_mkdirs(tmp, e);
	if (r == 0 && first)
		r = file_sync(path_join(j->arena, j->opt->data_dir, "history"), e);
	if (r == 0 && first)
		r = file_sync(j->opt->data_dir, e);
	for (size_t i = 0; i < COUNTOF(kept) && r == 0; i++) {
		const char *from = path_join(j->arena, j->dir, kept[i]);
		if (file_exists(from))
			r = keep_file(from, path_join(j->arena, tmp, kept[i]), e);
	}
	if (r == 0)
		r = write_about(j, run, path_join(j->arena, tmp, "run.json"), e);
	if (r == 0)
		r = file_sync(tmp, e);
	if (r == 0 && rename(tmp, path_join(j->arena, folder, run)) < 0)
		r = err_errno(e, "cannot rename '%s'", tmp);
	if (r == 0)
		r = file_sync(folder, e);
	if (r < 0)
		file_remove_tree(tmp, NULL);
	return r < 0 ? -1 : prune(j->arena, folder, keep, json_num(j->manifest, "history.days", 0), true, &gone, e);
}

/* ---- dossier gc ----------------------------------------------------------------------------------- */

static int read_number(const char *text, const char *option, double *out, struct err *e)
{
	if (text && (!num_parse_double(text, strlen(text), out) || !(*out >= 0 && *out < 1e9)))
		return err_set(e, ERR_USAGE, "%s: expected a number, found '%s'", option, text);
	return 0;
}

int cmd_gc(const struct options *opt, const struct stage *const *table, struct err *e)
{
	(void)table;
	double keep = 1e9, days = 0;
	if (!opt->keep && !opt->older_than)
		return err_set(e, ERR_USAGE, "say what may go: --keep N, --older-than DAYS or both");
	if (read_number(opt->keep, "--keep", &keep, e) < 0 || read_number(opt->older_than, "--older-than", &days, e) < 0)
		return -1;
	struct arena *a = arena_new();
	size_t n = 1, gone = 0, all = 0;
	const char **jobs = NULL;
	int r = opt->nargs ? 0 : file_names(a, path_join(a, opt->data_dir, "history"), &jobs, &n, e);
	for (size_t i = 0; i < n && r == 0; i++) {
		const char *id = jobs ? jobs[i] : path_base(job_dir(a, opt, opt->args[0]));
		const char *folder = folder_of(a, opt, id);
		if (!jobs && !file_exists(folder))
			r = err_set(e, ERR_USAGE, "job '%s' has no history in '%s'", id, opt->data_dir);
		else
			r = prune(a, folder, (int64_t)keep, days, !opt->dry_run, &gone, e);
		all += gone;
		if (r == 0 && gone && !opt->quiet)
			printf("%s: %zu run%s %s\n", id, gone, gone == 1 ? "" : "s", opt->dry_run ? "would go" : "gone");
		gone = 0;
	}
	if (r == 0 && !all && !opt->quiet)
		puts("nothing to take away");
	free(jobs);
	arena_free(a);
	return r;
}
