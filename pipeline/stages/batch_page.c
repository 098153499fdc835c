/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page over the reports of a batch: templates/batch.mustache with what is in summary.json. */
#include "report/report.h"
#include "stages/stages.h"

#include <stdio.h>
#include <string.h>

static const char *bytes_text(struct arena *a, const json_t *job, const char *key)
{
	double n = json_num(job, key, -1);
	return n < 0 ? NULL : n < 1e6 ? arena_printf(a, "%.0f kB", n / 1e3) : arena_printf(a, "%.1f MB", n / 1e6);
}

static void set_text(json_t *v, const char *key, const char *text)
{
	json_object_set_new(v, key, text ? json_string(text) : json_null());
}

/* One job as the template wants it: texts, and a name for its colour. */
static json_t *job_view(struct arena *a, const json_t *job)
{
	static const struct {
		const char *status, *words, *level;
	} names[] = {
		{ "done", "done", "good" },
		{ "done_with_findings", "checks failed", "warning" },
		{ "awaiting_clarification", "has a question", "warning" },
		{ "cancelled", "cancelled", "warning" },
		{ "timed_out", "timed out", "error" },
		{ "failed", "failed", "error" },
	};
	json_t *v = json_object();
	const char *status = json_text(job, "status", ""), *id = json_text(job, "id", "");
	for (size_t i = 0; i < COUNTOF(names); i++)
		if (strcmp(names[i].status, status) == 0) {
			set_text(v, "status", names[i].words);
			set_text(v, "level", names[i].level);
		}
	set_text(v, "id", id);
	set_text(v, "message", json_text(job, "message", NULL));
	set_text(v, "seconds", arena_printf(a, "%.1f s", json_num(job, "seconds", 0)));
	const char *html = bytes_text(a, job, "html_bytes"), *pdf = bytes_text(a, job, "pdf_bytes");
	if (html)
		json_object_set_new(v, "html", json_pack("{s:s,s:s}", "size", html, "link",
			arena_printf(a, "jobs/%s/report.html", id)));
	if (pdf)
		json_object_set_new(v, "pdf", json_pack("{s:s,s:s}", "size", pdf, "link",
			arena_printf(a, "jobs/%s/report.pdf", id)));
	static const char *const levels[] = { "error", "warning", "notice" };
	json_t *points = json_array();
	for (size_t i = 0; i < COUNTOF(levels); i++) {
		int n = (int)json_num(json_at(job, "points"), levels[i], 0);
		if (n)
			json_array_append_new(points, json_pack("{s:s,s:s}", "level", levels[i], "text",
				arena_printf(a, "%d %s%s", n, levels[i], n == 1 ? "" : "s")));
	}
	json_object_set_new(v, "points", points);
	return v;
}

/* The style stands in the page, which nothing but it may dress. */
static int set_style(struct arena *a, const char *share, json_t *view, struct err *e)
{
	struct buf style = { 0 };
	char hash[64];
	int r = file_read(path_join(a, share, "assets/batch.css"), 1 << 20, &style, e);
	if (r == 0) {
		html_source_hash(hash, buf_str(&style), style.n);
		set_text(view, "style", buf_str(&style));
		set_text(view, "policy", arena_printf(a,
			"default-src 'none'; style-src %s; base-uri 'none'; form-action 'none'", hash));
	}
	buf_free(&style);
	return r;
}

int stages_batch_page(const char *share, const json_t *summary, const char *path, struct err *e)
{
	struct arena *a = arena_new();
	struct buf text = { 0 }, page = { 0 };
	const char *file = path_join(a, share, "templates/batch.mustache");
	struct mustache *m = NULL;
	json_t *view = json_object(), *jobs = json_array();
	const json_t *list = json_at(summary, "job");
	for (size_t i = 0; i < json_array_size(list); i++)
		json_array_append_new(jobs, job_view(a, json_array_get(list, i)));
	json_object_set_new(view, "jobs", jobs);
	set_text(view, "done", arena_printf(a, "%lld", (long long)json_int(summary, "jobs_done", 0)));
	set_text(view, "all", arena_printf(a, "%lld", (long long)json_int(summary, "jobs", 0)));
	set_text(view, "ended", arena_printf(a, "%.16s", json_text(summary, "ended", "")));
	set_text(view, "seconds", arena_printf(a, "%.1f s", json_num(summary, "seconds", 0)));
	int r = set_style(a, share, view, e);
	if (r == 0)
		r = file_read(file, 1 << 20, &text, e);
	if (r == 0 && (m = mustache_parse(file, buf_str(&text), e)) == NULL)
		r = -1;
	if (r == 0)
		r = mustache_render(m, view, NULL, NULL, &page, e);
	if (r == 0)
		r = file_replace(path, page.p, page.n, e);
	mustache_free(m);
	json_decref(view);
	buf_free(&page);
	buf_free(&text);
	arena_free(a);
	return r;
}
