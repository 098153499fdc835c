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
}

struct rendering {
	const struct renderer *renderer;
	const struct render_input *in;
	struct buf *out;
	bool wanted;
	int status;
	struct err e;
};

static void render_one(void *ctx, size_t i)
{
	struct rendering *j = (struct rendering *)ctx + i;
	if (j->wanted)
		j->status = j->renderer->render(j->in, j->out, &j->e);
}

/* All formats at once, the one that takes longest first. */
static int render(const struct stage_run *r, const struct render_input *in, bool whole,
	struct report *p, struct err *e)
{
	struct rendering all[] = {
		{ &render_pdf, in, &p->pdf, whole && report_wants(r->manifest, "pdf"), 0, { 0 } },
		{ &render_html, in, &p->html, report_wants(r->manifest, "html"), 0, { 0 } },
		{ &render_text, in, &p->text, whole && report_wants(r->manifest, "text"), 0, { 0 } },
		{ &render_json, in, &p->json, true, 0, { 0 } },
	};
	pool_run(r->threads, COUNTOF(all), render_one, all);
	for (size_t i = 0; i < COUNTOF(all); i++)
		if (all[i].status < 0) {
			*e = all[i].e;
			return err_while(e, "rendering %s", all[i].renderer->name);
		}
	return 0;
}

/* A draft (NULL) is what can be checked before there is a finished file: figures and HTML. The whole
 * report takes over its drawings. */
static int make(const struct stage_run *r, const struct artifacts *in, const struct report *draft,
	struct arena *a, struct report *p, struct err *e)
{
	p->doc = report_build(a, in, e);
	if (!p->doc || report_redraw(a, p->doc, draft ? &draft->drawings : NULL, &p->drawings, e) < 0)
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
	return render(r, &ri, draft != NULL, p, e);
}

/* Reads the draft back. What needs a finished file, its size, the PDF and the text, is left to
 * the qa step: so the report does not depend on the tools of the machine, nor is it made twice. */
static int check(const struct stage_run *r, const struct artifacts *in, const struct report *draft,
	json_t **critique, struct err *e)
{
	json_error_t where;
	json_t *result = json_loadb(draft->json.p, draft->json.n, 0, &where);
	if (!result)
		return err_set(
			e, ERR_BUG, "result.json:%d:%d: %s", where.line, where.column, where.text);
	arena_own(r->arena, result, release_json);
	struct check_input ci = { .artifacts = in,
		.result = result,
		.html = draft->html.p,
		.html_n = draft->html.n };
	struct buf body = { 0 };
	int failed, status = report_check(&ci, &body, &failed, e);
	*critique = status == 0 ? json_loadb(body.p, body.n, 0, &where) : NULL;
	if (*critique)
		arena_own(r->arena, *critique, release_json);
	buf_free(&body);
	return status;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* A folder of files that belong together. */
struct place_out {
	const struct stage_run *run;
	const char *folder;
};

static int put(const struct place_out *to, const char *name, const struct buf *b, struct err *e)
{
	const struct stage_run *r = to->run;
	const char *path = arena_printf(r->arena, "%s/%s%s", r->out, to->folder, name);
	return b->n == 0 ? 0 : file_write(path, b->p, b->n, e);
}

static int put_plots(const struct place_out *to, const struct report *p, struct err *e)
{
	const struct stage_run *r = to->run;
	struct theme theme;
	report_theme(&theme, r->manifest);
	if (p->drawings.n > 0 &&
		file_mkdirs(arena_printf(r->arena, "%s/%splots", r->out, to->folder), e) < 0)
		return -1;
	struct buf svg = { 0 };
	int status = 0;
	for (size_t i = 0; i < p->drawings.n && status == 0; i++) {
		const struct chart *c = p->drawings.node[i]->chart;
		buf_clear(&svg);
		svg_write(&svg, &p->drawings.v[i], c, &theme, true);
		status = put(to, arena_printf(r->arena, "plots/%s.svg", c->id), &svg, e);
	}
	buf_free(&svg);
	return status;
}

static int put_findings(const struct place_out *to, const json_t *findings, struct err *e)
{
	struct buf text = { 0 };
	struct jw w;
	jw_init(&w, &text);
	jw_value(&w, findings);
	int status = put(to, "findings.json", &text, e);
	buf_free(&text);
	return status;
}

static int put_all(const struct place_out *to, const struct report *p, struct err *e)
{
	if (put(to, "result.json", &p->json, e) < 0 || put(to, "report.html", &p->html, e) < 0 ||
		put(to, "report.pdf", &p->pdf, e) < 0 || put(to, "report.txt", &p->text, e) < 0)
		return -1;
	struct buf dictionary = { 0 };
	buf_puts(&dictionary, p->doc->dictionary ? p->doc->dictionary : "");
	int status = put(to, "dictionary.csv", &dictionary, e);
	buf_free(&dictionary);
	return status < 0 ? -1 : put_plots(to, p, e);
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
	buf_puts(&line, pass ? "" : ", checks failed");
	say_theme(r, &line);
	if (p->pdf.n > 0)
		say_logo(r, &line);
	snprintf(r->summary, sizeof r->summary, "%s", buf_str(&line));
	buf_free(&line);
}

/* One edition: a draft, its checks, the report itself. The first is the one that the summary is about. */
static int publish_edition(struct stage_run *r, struct edition *ed, double from, double part, struct err *e)
{
	struct arena *a = arena_new();
	struct report draft = { 0 }, final = { 0 };
	const struct place_out to = { r, ed->folder };
	json_t *critique = NULL;
	int status = -1;
	const json_t *findings = report_findings(a, &ed->in);
	if (cancelled(r, from, "making a draft", e) || make(r, &ed->in, NULL, a, &draft, e) < 0)
		goto done;
	if (cancelled(r, from + 0.45 * part, "checking the draft", e) || check(r, &ed->in, &draft, &critique, e) < 0)
		goto done;
	ed->in.critique = critique;
	if (cancelled(r, from + 0.55 * part, "making the report", e) || make(r, &ed->in, &draft, a, &final, e) < 0)
		goto done;
	if (cancelled(r, from + 0.9 * part, "writing the report", e) ||
		(*ed->folder && file_mkdirs(path_join(r->arena, r->out, ed->folder), e) < 0) ||
		put_findings(&to, findings, e) < 0 || put_all(&to, &final, e) < 0)
		goto done;
	if (!*ed->folder)
		summarise(r, &final, findings, critique);
	status = 0;
done:
	report_free(&draft);
	report_free(&final);
	arena_free(a);
	return status;
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
	for (size_t i = 0; i < n; i++)
		if (publish_edition(r, &editions[i], 0.1 + 0.9 * (double)i / (double)n, 0.9 / (double)n, e) < 0)
			return editions[i].redacted ? err_while(e, "shareable edition") : -1;
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
	.version = "8",
	.sections = sections,
	.inputs = inputs,
	.outputs = outputs,
	.run = run,
};
