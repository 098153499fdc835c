/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report step: builds the document from the artifacts, renders a draft, reads the draft
 * back and checks it, and renders the report with the verdict of those checks in its last
 * chapter. What does not wait for the verdict is made meanwhile.
 */
#include "report/report.h"
#include "stages/report_int.h"
#include "stages/stages.h"

#include <stdio.h>
#include <string.h>

/* An edition on its way, and the places of what is made of it. */
struct report {
	const struct stage_run *run;
	const struct edition *edition;
	struct arena *mem, *paper; /* of the document and its drawings; of the pages that are set meanwhile */
	struct doc *doc;
	struct drawings drawings;
	struct theme theme;
	struct render_input in;
	struct buf json, html, pdf, text;
	json_t *result, *critique; /* result.json, read back, and what came of the checks */
};

static void release_json(void *v)
{
	json_decref(v);
}

/* An artifact; `v` is NULL, without an error, when the job has none of that name. */
struct loading {
	const char *name, *path;
	const json_t **place;
	json_t *v;
	int status;
	struct err e;
};

static void load(void *ctx, size_t i)
{
	struct loading *l = (struct loading *)ctx + i;
	if (!file_exists(l->path))
		return;
	l->v = json_read_file(l->path, &l->e);
	l->status = l->v ? 0 : -1;
}

int report_load(const struct stage_run *r, struct artifacts *out, struct err *e)
{
	*out = (struct artifacts){ .manifest = r->manifest };
	struct words *words;
	if (words_load(r->arena, r->share, json_text(r->manifest, "language", NULL), &words, e) < 0)
		return -1;
	out->words = words;
	struct loading all[] = { { .name = "eda.json", .place = &out->eda },
		{ .name = "modeling.json", .place = &out->modeling },
		{ .name = "ingest/ingest.json", .place = &out->ingest },
		{ .name = "ingest/schema.json", .place = &out->schema },
		{ .name = "clarify.json", .place = &out->clarify } };
	for (size_t i = 0; i < COUNTOF(all); i++)
		all[i].path = path_join(r->arena, r->job, all[i].name);
	pool_run(r->threads, COUNTOF(all), load, all);
	for (size_t i = 0; i < COUNTOF(all); i++)
		if (all[i].v)
			arena_own(r->arena, all[i].v, release_json);
	for (size_t i = 0; i < COUNTOF(all); i++) {
		*all[i].place = all[i].v;
		if (all[i].status < 0) {
			*e = all[i].e;
			return -1;
		}
	}
	return 0;
}

size_t report_editions(const struct stage_run *r, const struct artifacts *all, struct edition out[2])
{
	const char *audience = json_text(r->manifest, "report.audience", "full");
	bool both = strcmp(audience, "both") == 0, full = both || strcmp(audience, "full") == 0;
	size_t n = 0;
	if (full) {
		out[n] = (struct edition){ .in = *all, .folder = "" };
		out[n++].in.editions = both;
	}
	if (both || !full) {
		out[n] = (struct edition){ .folder = both ? "shareable/" : "", .redacted = true };
		report_redact(r->arena, all, &out[n].in);
		out[n++].in.words = all->words;
	}
	return n;
}

bool report_wants(const json_t *manifest, const char *format)
{
	const json_t *formats = json_at(manifest, "report.formats");
	for (size_t i = 0; i < json_array_size(formats); i++) {
		const char *s = json_string_value(json_array_get(formats, i));
		if (s && strcmp(s, format) == 0)
			return true;
	}
	return formats == NULL;
}

/* ---- making ---------------------------------------------------------------------------------- */

static void report_free(struct report *p)
{
	buf_free(&p->json);
	buf_free(&p->html);
	buf_free(&p->pdf);
	buf_free(&p->text);
	json_decref(p->result);
	json_decref(p->critique);
	arena_free(p->paper);
	arena_free(p->mem);
}

/* Something to be made of a report while others make other things of it. */
struct task {
	int (*make)(struct report *p, struct err *e);
	struct report *report;
	int status;
	struct err e;
};

static void make_one(void *ctx, size_t i)
{
	struct task *t = (struct task *)ctx + i;
	t->status = t->make(t->report, &t->e);
}

/* All at once; the first is begun first. */
static int make_all(struct report *p, size_t n, int (*const make[])(struct report *, struct err *), struct err *e)
{
	struct task *all = arena_calloc(p->mem, n, sizeof *all);
	for (size_t i = 0; i < n; i++)
		all[i] = (struct task){ .make = make[i], .report = p };
	pool_run(p->run->threads, n, make_one, all);
	for (size_t i = 0; i < n; i++)
		if (all[i].status < 0) {
			*e = all[i].e;
			return -1;
		}
	return 0;
}

static int render(struct report *p, const struct renderer *with, struct buf *out, struct err *e)
{
	buf_clear(out);
	if (with->render(&p->in, out, e) < 0)
		return err_while(e, "rendering %s", with->name);
	return 0;
}

static int make_html(struct report *p, struct err *e)
{
	return report_wants(p->run->manifest, "html") ? render(p, &render_html, &p->html, e) : 0;
}

static int make_pdf(struct report *p, struct err *e)
{
	return report_wants(p->run->manifest, "pdf") ? render(p, &render_pdf, &p->pdf, e) : 0;
}

static int make_text(struct report *p, struct err *e)
{
	return report_wants(p->run->manifest, "text") ? render(p, &render_text, &p->text, e) : 0;
}

static int make_json(struct report *p, struct err *e)
{
	return render(p, &render_json, &p->json, e);
}

/* And reads it back, as the checks need it. */
static int make_result(struct report *p, struct err *e)
{
	json_error_t where;
	if (make_json(p, e) < 0)
		return -1;
	p->result = json_loadb(p->json.p, p->json.n, 0, &where);
	if (!p->result)
		return err_set(e, ERR_BUG, "result.json:%d:%d: %s", where.line, where.column, where.text);
	return 0;
}

static int set_pages(struct report *p, struct err *e)
{
	(void)e;
	if (report_wants(p->run->manifest, "pdf"))
		p->in.set = report_set_pages(p->paper, &p->in);
	return 0;
}

static int build(struct report *p, struct err *e)
{
	const json_t *manifest = p->run->manifest;
	p->doc = report_build(p->mem, &p->edition->in, e);
	if (!p->doc || report_draw(p->mem, p->doc, &p->drawings, e) < 0)
		return -1;
	report_theme(&p->theme, manifest);
	p->in = (struct render_input){ .doc = p->doc,
		.drawings = &p->drawings,
		.theme = &p->theme,
		.share = p->run->share,
		.templates = json_text(manifest, "report.templates", NULL),
		.stylesheet = json_text(manifest, "report.stylesheet", NULL),
		.source_date = arena_printf(p->mem, "%sT00:00:00Z", json_text(manifest, "report_date", "1970-01-01")) };
	return 0;
}

/* Reads the draft back. What needs a finished file, its size, the PDF and the text, is left to
 * the qa step: so the report does not depend on the tools of the machine, nor is it made twice. */
static int check(struct report *p, struct err *e)
{
	struct check_input ci = { .artifacts = &p->edition->in, .result = p->result,
		.html = p->html.p, .html_n = p->html.n };
	struct buf body = { 0 };
	json_error_t where;
	int failed, status = report_check(&ci, &body, &failed, e);
	p->critique = status == 0 ? json_loadb(body.p, body.n, 0, &where) : NULL;
	buf_free(&body);
	return status;
}

/* ---- writing --------------------------------------------------------------------------------- */

static int put(const struct report *p, const char *name, const struct buf *b, struct err *e)
{
	struct buf path = { 0 };
	buf_printf(&path, "%s/%s%s", p->run->out, p->edition->folder, name);
	int status = b->n == 0 ? 0 : file_write(buf_str(&path), b->p, b->n, e);
	buf_free(&path);
	return status;
}

static int put_plots(struct report *p, struct err *e)
{
	struct buf svg = { 0 }, name = { 0 };
	buf_printf(&name, "%s/%splots", p->run->out, p->edition->folder);
	int status = p->drawings.n > 0 ? file_mkdirs(buf_str(&name), e) : 0;
	for (size_t i = 0; i < p->drawings.n && status == 0; i++) {
		const struct chart *c = p->drawings.node[i]->chart;
		buf_clear(&svg);
		buf_clear(&name);
		svg_write(&svg, &p->drawings.v[i], c, &p->theme, true);
		buf_printf(&name, "plots/%s.svg", c->id);
		status = put(p, buf_str(&name), &svg, e);
	}
	buf_free(&svg);
	buf_free(&name);
	return status;
}

static int put_findings(const struct report *p, const json_t *findings, struct err *e)
{
	struct buf text = { 0 };
	struct jw w;
	jw_init(&w, &text);
	jw_value(&w, findings);
	int status = put(p, "findings.json", &text, e);
	buf_free(&text);
	return status;
}

static int put_all(const struct report *p, struct err *e)
{
	struct buf dictionary = { 0 };
	buf_puts(&dictionary, p->doc->dictionary ? p->doc->dictionary : "");
	int status = put(p, "result.json", &p->json, e) < 0 || put(p, "report.html", &p->html, e) < 0 ||
		put(p, "report.pdf", &p->pdf, e) < 0 || put(p, "report.txt", &p->text, e) < 0 ||
		put(p, "dictionary.csv", &dictionary, e) < 0 ? -1 : 0;
	buf_free(&dictionary);
	return status;
}

static bool cancelled(struct stage_run *r, double done, const char *what, struct err *e)
{
	if (!r->progress || !r->progress(r->progress_ctx, done, what))
		return false;
	err_set(e, ERR_CANCELLED, "cancelled");
	return true;
}

/* "; 2 warnings, 1 accepted" and the worst that counts. */
static void say_findings(struct stage_run *r, const json_t *findings, struct buf *line)
{
	int64_t accepted = json_int(findings, "accepted", 0);
	for (enum finding_level l = FINDING_ERROR; l >= FINDING_WARNING; l--) {
		int64_t n = json_int(json_at(findings, "points"), finding_level_name(l), 0);
		if (n == 0)
			continue;
		r->worst = l > r->worst ? l : r->worst;
		buf_printf(line, ", %lld %s%s", (long long)n, finding_level_name(l),
			n == 1 ? "" : "s");
	}
	if (accepted)
		buf_printf(line, ", %lld accepted", (long long)accepted);
}

/* "; warning: muted #999999 on surface #ffffff has a contrast of 2.84, less than 4.5" */
static void say_theme(const struct stage_run *r, struct buf *line)
{
	struct theme theme;
	struct buf faint = { 0 };
	report_theme(&theme, r->manifest);
	if (theme_faint(&theme, &faint))
		buf_printf(line, "; warning: %s", buf_str(&faint));
	buf_free(&faint);
}

/* "; warning: the PDF has no logo, which must be a PNG or JPEG of at most 4 MB and 4096 pixels a side" */
static void say_logo(const struct stage_run *r, struct buf *line)
{
	const char *path = json_text(json_object_get(r->manifest, "report"), "logo", NULL);
	if (path && !report_logo_is_drawn(path))
		buf_puts(line, "; warning: the PDF has no logo, which must be a PNG or JPEG "
			"of at most 4 MB and 4096 pixels a side");
}

static void summarise(struct stage_run *r, const struct report *p, const json_t *findings)
{
	struct cell html = cell_num(CELL_BYTES, (double)p->html.n, NULL);
	struct cell pdf = cell_num(CELL_BYTES, (double)p->pdf.n, NULL);
	struct buf line = { 0 };
	buf_printf(&line, "%zu charts", p->drawings.n);
	if (p->html.n > 0) {
		buf_puts(&line, ", HTML ");
		cell_print(&line, &html);
	}
	if (p->pdf.n > 0) {
		buf_puts(&line, ", PDF ");
		cell_print(&line, &pdf);
	}
	bool pass = strcmp(json_text(p->critique, "verdict", ""), "pass") == 0;
	r->worst = pass ? FINDING_INFO : FINDING_ERROR;
	say_findings(r, findings, &line);
	buf_puts(&line, pass ? "" : ", checks failed");
	say_theme(r, &line);
	if (p->pdf.n > 0)
		say_logo(r, &line);
	snprintf(r->summary, sizeof r->summary, "%s", buf_str(&line));
	buf_free(&line);
}

/* One edition: a draft, its checks, the report itself. The first is the one that the summary is about. */
static int publish(struct stage_run *r, struct report *p, double from, double part, struct err *e)
{
	static int (*const draft[])(struct report *, struct err *) = { make_html, make_result, put_plots };
	static int (*const meanwhile[])(struct report *, struct err *) = { check, set_pages };
	static int (*const final[])(struct report *, struct err *) = { make_pdf, make_html, make_text, make_json };
	const struct edition *ed = p->edition;
	const json_t *findings = report_findings(p->mem, &ed->in);
	if (cancelled(r, from, "making a draft", e) || build(p, e) < 0 ||
		(*ed->folder && file_mkdirs(path_join(r->arena, r->out, ed->folder), e) < 0) ||
		make_all(p, COUNTOF(draft), draft, e) < 0)
		return -1;
	if (cancelled(r, from + 0.45 * part, "checking the draft", e) ||
		make_all(p, COUNTOF(meanwhile), meanwhile, e) < 0)
		return -1;
	report_add_verdict(p->doc, p->critique);
	if (cancelled(r, from + 0.55 * part, "making the report", e) || make_all(p, COUNTOF(final), final, e) < 0)
		return -1;
	if (cancelled(r, from + 0.9 * part, "writing the report", e) ||
		put_findings(p, findings, e) < 0 || put_all(p, e) < 0)
		return -1;
	if (!*ed->folder)
		summarise(r, p, findings);
	return 0;
}

static int run(struct stage_run *r, struct err *e)
{
	struct artifacts in;
	struct edition editions[2];
	if (cancelled(r, 0, "reading the artifacts", e) || report_load(r, &in, e) < 0)
		return -1;
	size_t n = report_editions(r, &in, editions);
	if (editions[n - 1].redacted && report_privacy_known(r->arena, &in, e) < 0)
		return err_while(e, "manifest");
	for (size_t i = 0; i < n; i++) {
		struct report p = { .run = r, .edition = &editions[i], .mem = arena_new(), .paper = arena_new() };
		int status = publish(r, &p, 0.1 + 0.9 * (double)i / (double)n, 0.9 / (double)n, e);
		report_free(&p);
		if (status < 0)
			return editions[i].redacted ? err_while(e, "shareable edition") : -1;
	}
	return 0;
}

static const char *const sections[] = { REPORT_SECTIONS, NULL };
static const char *const inputs[] = { "ingest/ingest.json", "ingest/schema.json", "eda.json",
	"clarify.json", "modeling.json", "share", NULL };
static const char *const outputs[] = { "findings.json", "result.json", "plots/", "report.html", "report.pdf",
	"report.txt", "dictionary.csv", "shareable/", NULL };

extern const struct stage stage_report;
const struct stage stage_report = {
	.name = "report",
	.version = "9",
	.sections = sections,
	.inputs = inputs,
	.outputs = outputs,
	.run = run,
};
