/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report step: builds the document from the artifacts, renders a draft, reads the draft
 * back and checks it, and renders the report with the verdict of those checks as its last
 * chapter.
 */
#include "report/report.h"
#include "stages/report_int.h"
#include "stages/stages.h"

#include <stdio.h>
#include <string.h>

struct report {
	struct doc *doc;
	struct drawings drawings;
	struct buf json, html, pdf, text;
};

static void release_json(void *v)
{
	json_decref(v);
}

/* NULL, without an error, when the job has no such artifact. */
static int load(const struct stage_run *r, const char *name, const json_t **out, struct err *e)
{
	const char *path = path_join(r->arena, r->job, name);
	*out = NULL;
	if (!file_exists(path))
		return 0;
	json_t *v = json_read_file(path, e);
	if (!v)
		return -1;
	arena_own(r->arena, v, release_json);
	*out = v;
	return 0;
}

int report_load(const struct stage_run *r, struct artifacts *out, struct err *e)
{
	*out = (struct artifacts){ .manifest = r->manifest };
	struct words *words;
	if (words_load(r->arena, r->share, json_text(r->manifest, "language", NULL), &words, e) < 0)
		return -1;
	out->words = words;
	const struct {
		const char *name;
		const json_t **place;
	} all[] = { { "ingest/ingest.json", &out->ingest }, { "ingest/schema.json", &out->schema },
		{ "eda.json", &out->eda }, { "clarify.json", &out->clarify },
		{ "modeling.json", &out->modeling } };
	for (size_t i = 0; i < COUNTOF(all); i++)
		if (load(r, all[i].name, all[i].place, e) < 0)
			return -1;
	return 0;
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
}

static int make(const struct stage_run *r, const struct artifacts *in, struct arena *a,
	struct report *p, struct err *e)
{
	p->doc = report_build(a, in, e);
	if (!p->doc || report_draw(a, p->doc, &p->drawings, e) < 0)
		return -1;
	struct theme theme;
	report_theme(&theme, r->manifest);
	const char *date = json_text(r->manifest, "report_date", "1970-01-01");
	struct render_input ri = { .doc = p->doc,
		.drawings = &p->drawings,
		.theme = &theme,
		.share = r->share,
		.templates = json_text(r->manifest, "report.templates", NULL),
		.stylesheet = json_text(r->manifest, "report.stylesheet", NULL),
		.source_date = arena_printf(a, "%sT00:00:00Z", date) };
	const struct {
		const struct renderer *renderer;
		struct buf *out;
		bool wanted;
	} all[] = { { &render_json, &p->json, true },
		{ &render_html, &p->html, report_wants(r->manifest, "html") },
		{ &render_pdf, &p->pdf, report_wants(r->manifest, "pdf") },
		{ &render_text, &p->text, report_wants(r->manifest, "text") } };
	for (size_t i = 0; i < COUNTOF(all); i++)
		if (all[i].wanted && all[i].renderer->render(&ri, all[i].out, e) < 0)
			return err_while(e, "rendering %s", all[i].renderer->name);
	return 0;
}

/* Reads the draft back. What needs a finished file, its size and the text of the PDF, is
 * left to the qa step, so that the report does not depend on the tools of the machine. */
static int check(const struct stage_run *r, const struct artifacts *in, const struct report *draft,
	json_t **critique, struct err *e)
{
	json_error_t where;
	json_t *result = json_loadb(draft->json.p, draft->json.n, JSON_REJECT_DUPLICATES, &where);
	if (!result)
		return err_set(
			e, ERR_BUG, "result.json:%d:%d: %s", where.line, where.column, where.text);
	arena_own(r->arena, result, release_json);
	struct check_input ci = { .artifacts = in,
		.result = result,
		.html = draft->html.p,
		.html_n = draft->html.n,
		.pdf = draft->pdf.p,
		.pdf_n = draft->pdf.n };
	struct buf body = { 0 };
	int failed, status = report_check(&ci, &body, &failed, e);
	*critique = status == 0 ? json_loadb(body.p, body.n, 0, &where) : NULL;
	if (*critique)
		arena_own(r->arena, *critique, release_json);
	buf_free(&body);
	return status;
}

/* ---- writing --------------------------------------------------------------------------------- */

static int put(const struct stage_run *r, const char *name, const struct buf *b, struct err *e)
{
	return b->n == 0 ? 0 : file_write(path_join(r->arena, r->out, name), b->p, b->n, e);
}

static int put_plots(const struct stage_run *r, const struct report *p, struct err *e)
{
	struct theme theme;
	report_theme(&theme, r->manifest);
	if (p->drawings.n > 0 && file_mkdirs(path_join(r->arena, r->out, "plots"), e) < 0)
		return -1;
	struct buf svg = { 0 };
	int status = 0;
	for (size_t i = 0; i < p->drawings.n && status == 0; i++) {
		const struct chart *c = p->drawings.node[i]->chart;
		buf_clear(&svg);
		svg_write(&svg, &p->drawings.v[i], c, &theme, true);
		status = put(r, arena_printf(r->arena, "plots/%s.svg", c->id), &svg, e);
	}
	buf_free(&svg);
	return status;
}

static int put_findings(const struct stage_run *r, const json_t *findings, struct err *e)
{
	struct buf text = { 0 };
	struct jw w;
	jw_init(&w, &text);
	jw_value(&w, findings);
	int status = put(r, "findings.json", &text, e);
	buf_free(&text);
	return status;
}

static int put_all(const struct stage_run *r, const struct report *p, struct err *e)
{
	if (put(r, "result.json", &p->json, e) < 0 || put(r, "report.html", &p->html, e) < 0 ||
		put(r, "report.pdf", &p->pdf, e) < 0 || put(r, "report.txt", &p->text, e) < 0)
		return -1;
	struct buf dictionary = { 0 };
	report_dictionary(p->doc, &dictionary);
	int status = put(r, "dictionary.csv", &dictionary, e);
	buf_free(&dictionary);
	return status < 0 ? -1 : put_plots(r, p, e);
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

static void summarise(struct stage_run *r, const struct report *p, const json_t *findings,
	const json_t *critique)
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
	bool pass = strcmp(json_text(critique, "verdict", ""), "pass") == 0;
	r->worst = pass ? FINDING_INFO : FINDING_ERROR;
	say_findings(r, findings, &line);
	snprintf(r->summary, sizeof r->summary, "%s%s", buf_str(&line),
		pass ? "" : ", checks failed");
	buf_free(&line);
}

static int run(struct stage_run *r, struct err *e)
{
	struct artifacts in;
	struct arena *a = arena_new();
	struct report draft = { 0 }, final = { 0 };
	json_t *critique = NULL;
	int status = -1;
	if (cancelled(r, 0, "reading the artifacts", e) || report_load(r, &in, e) < 0)
		goto done;
	const json_t *findings = report_findings(a, &in);
	if (cancelled(r, 0.1, "making a draft", e) || make(r, &in, a, &draft, e) < 0)
		goto done;
	if (cancelled(r, 0.5, "checking the draft", e) || check(r, &in, &draft, &critique, e) < 0)
		goto done;
	in.critique = critique;
	if (cancelled(r, 0.6, "making the report", e) || make(r, &in, a, &final, e) < 0)
		goto done;
	if (cancelled(r, 0.9, "writing the report", e) || put_findings(r, findings, e) < 0 ||
		put_all(r, &final, e) < 0)
		goto done;
	summarise(r, &final, findings, critique);
	status = 0;
done:
	report_free(&draft);
	report_free(&final);
	arena_free(a);
	return status;
}

static const char *const sections[] = { REPORT_SECTIONS, NULL };
static const char *const inputs[] = { "ingest/ingest.json", "ingest/schema.json", "eda.json",
	"clarify.json", "modeling.json", "share", NULL };
static const char *const outputs[] = { "findings.json", "result.json", "plots/", "report.html", "report.pdf",
	"report.txt", "dictionary.csv", NULL };

extern const struct stage stage_report;
const struct stage stage_report = {
	.name = "report",
	.version = "5",
	.sections = sections,
	.inputs = inputs,
	.outputs = outputs,
	.run = run,
};
