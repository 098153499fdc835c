/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --metrics FILE: what came of jobs in the text format of Prometheus, for the textfile collector of the node
 * exporter. The file is replaced whole, as it is read at any time. */
#include "driver/batch_int.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The value of a label: ids hold nothing that needs escaping, but a folder may be called anything. */
static void put_label(struct buf *b, const char *s)
{
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_putc(b, '\\');
		buf_putc(b, *s == '\n' ? ' ' : *s);
	}
}

static void head(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void sample(struct buf *b, const char *name, const struct batch_job *j, const char *label, const char *value,
	double v)
{
	char text[NUM_MAX];
	num_shortest(text, v);
	buf_printf(b, "%s{job=\"", name);
	put_label(b, j->id);
	if (label)
		buf_printf(b, "\",%s=\"%s", label, value);
	buf_printf(b, "\"} %s\n", text);
}

/* When the last step of the job last ended, in this run or an earlier one. */
static double last_success(struct arena *a, const struct batch_job *j, const struct stage *const *table)
{
	size_t n = 0;
	struct job job = { .arena = a, .dir = j->dir };
	const char *why;
	while (table[n + 1])
		n++;
	json_t *m = marker_load(&job, table[n]->name, &why);
	double when = clock_read(json_text(m, "ended", ""));
	json_decref(m);
	return when;
}

int metrics_write(struct arena *a, const char *path, const struct stage *const *table, const struct batch_job *jobs,
	size_t n, struct err *e)
{
	struct buf b = { 0 };
	head(&b, "dossier_job_exit_status", "gauge", "Exit status of the last run; 0 is done.");
	for (size_t i = 0; i < n; i++)
		sample(&b, "dossier_job_exit_status", &jobs[i], NULL, NULL, (double)jobs[i].code);
	head(&b, "dossier_job_last_success_timestamp_seconds", "gauge", "When a report was last finished.");
	for (size_t i = 0; i < n; i++) {
		double when = last_success(a, &jobs[i], table);
		if (!isnan(when))
			sample(&b, "dossier_job_last_success_timestamp_seconds", &jobs[i], NULL, NULL, when);
	}
	head(&b, "dossier_job_duration_seconds", "gauge", "Wall time of the last run.");
	for (size_t i = 0; i < n; i++)
		sample(&b, "dossier_job_duration_seconds", &jobs[i], NULL, NULL, jobs[i].seconds);
	head(&b, "dossier_job_findings", "gauge", "Findings of the last report that are not accepted, by level.");
	for (size_t i = 0; i < n; i++)
		for (int l = FINDING_ERROR; l >= FINDING_INFO && jobs[i].verdict; l--)
			sample(&b, "dossier_job_findings", &jobs[i], "level", finding_level_name((enum finding_level)l),
				(double)jobs[i].points[l]);
	head(&b, "dossier_job_report_bytes", "gauge", "Size of the last report.");
	for (size_t i = 0; i < n; i++) {
		if (jobs[i].html_bytes >= 0)
			sample(&b, "dossier_job_report_bytes", &jobs[i], "format", "html", (double)jobs[i].html_bytes);
		if (jobs[i].pdf_bytes >= 0)
			sample(&b, "dossier_job_report_bytes", &jobs[i], "format", "pdf", (double)jobs[i].pdf_bytes);
	}
	struct stat st;
	bool other = lstat(path, &st) == 0 && !S_ISREG(st.st_mode);   /* root must not replace /dev/stdout */
	int r = other ? err_set(e, ERR_USAGE, "--metrics: '%s' is not a regular file", path) : file_replace(path, b.p, b.n, e);
	buf_free(&b);
	return r;
}
