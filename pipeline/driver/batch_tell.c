/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came of a batch: summary.json for programs, index.html for people, one line and an exit status. */
#include "driver/batch_int.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int64_t size_of(struct arena *a, const char *dir, const char *name)
{
	struct stat st;
	return stat(path_join(a, dir, name), &st) == 0 ? (int64_t)st.st_size : -1;
}

void batch_look(struct batch_job *j, struct arena *a)
{
	const char *path = path_join(a, j->dir, "findings.json");
	json_t *v = file_exists(path) ? json_read_file(path, NULL) : NULL;
	struct buf text = { 0 };
	const char *verdict = json_text(v, "verdict", NULL);
	j->verdict = verdict ? arena_strdup(a, verdict) : NULL;
	for (int l = FINDING_ERROR; l >= FINDING_INFO; l--) {
		const char *name = finding_level_name((enum finding_level)l);
		j->points[l] = json_int(json_at(v, "points"), name, 0);
		if (j->points[l] && l > FINDING_INFO)
			buf_printf(&text, "%s%lld %s%s", text.n ? ", " : "", (long long)j->points[l], name,
				j->points[l] == 1 ? "" : "s");
	}
	j->summary = arena_strdup(a, text.n ? buf_str(&text) : v ? "nothing to report" : "");
	j->html_bytes = size_of(a, j->dir, "report.html");
	j->pdf_bytes = size_of(a, j->dir, "report.pdf");
	buf_free(&text);
	json_decref(v);
}

static json_t *bytes_or_null(int64_t n)
{
	return n < 0 ? json_null() : json_integer((json_int_t)n);
}

static json_t *job_json(const struct batch_job *j)
{
	json_t *points = json_object();
	for (int l = FINDING_ERROR; l >= FINDING_INFO && j->verdict; l--)
		json_object_set_new(points, finding_level_name((enum finding_level)l),
			json_integer((json_int_t)j->points[l]));
	json_t *o = json_pack("{s:o,s:o,s:s,s:i,s:o,s:i,s:f,s:s?,s:o,s:o,s:o}", "id", term_json(j->id), "manifest",
		term_json(j->manifest), "status", run_status(j->code), "exit_status", (int)j->code, "message",
		j->code ? term_json(j->message) : json_null(), "attempts", j->attempts, "seconds", j->seconds, "verdict",
		j->verdict, "points", points, "html_bytes", bytes_or_null(j->html_bytes), "pdf_bytes",
		bytes_or_null(j->pdf_bytes));
	return o;
}

/* "198 done, 1 failed, 1 timed_out" */
static void put_counts(struct buf *b, const struct batch_job *jobs, size_t n)
{
	for (int s = JOB_NEW; s < JOB_STATES; s++) {
		size_t k = 0;
		for (size_t i = 0; i < n; i++)
			k += job_state_of(jobs[i].code) == (enum job_state)s;
		if (k)
			buf_printf(b, "%s%zu %s", b->n ? ", " : "", k, job_state_name((enum job_state)s));
	}
}

int batch_tell(struct arena *a, const struct options *opt, const struct batch_job *jobs, size_t n, double seconds,
	struct term *t, struct err *e)
{
	enum err_code worst = ERR_NONE;
	size_t good = 0;
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++) {
		json_array_append_new(list, job_json(&jobs[i]));
		good += jobs[i].code == ERR_NONE;
		worst = err_gravity(jobs[i].code) > err_gravity(worst) ? jobs[i].code : worst;
	}
	char now[40];
	clock_iso(now);
	json_t *o = json_pack("{s:s,s:s,s:I,s:I,s:f,s:i,s:o}", "schema", "dossier/batch/1", "ended", now, "jobs_done",
		(json_int_t)good, "jobs", (json_int_t)n, "seconds", seconds, "exit_status", (int)worst, "job", list);
	const char *page = path_join(a, opt->data_dir, "index.html"), *share = share_find(a, opt);
	int r = replace_json(path_join(a, opt->data_dir, "summary.json"), o, e);
	if (r == 0 && share)
		r = stages_batch_page(share, o, page, e);
	if (opt->json)
		term_print_json(o);
	json_decref(o);
	if (r < 0)
		return -1;
	struct buf counts = { 0 };
	put_counts(&counts, jobs, n);
	term_line(t, "%zu job%s in %.1f s: %s; %s", n, n == 1 ? "" : "s", seconds, buf_str(&counts), share ? page : "summary.json");
	log_event(log_level_of(worst), NULL, NULL, NULL, "batch_end", buf_str(&counts), NULL);
	buf_free(&counts);
	return worst ? err_set(e, worst, "%zu of %zu jobs did not end well; see %s", n - good, n,
		path_join(a, opt->data_dir, "summary.json")) : 0;
}
