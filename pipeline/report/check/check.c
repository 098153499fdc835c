/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the checks of a finished report and writes their verdict: the body of critique.json. */
#include "report/check_int.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *code, *name;
} catalogue[CHECK_COUNT] = {
#define X(code, name) { #code, name },
#include "report/check.def"
#undef X
};

/* ---- tallies --------------------------------------------------------------------------------- */

static const char *line(struct checking *k, const char *fmt, va_list args) PRINTF_LIKE(2, 0);
static const char *line(struct checking *k, const char *fmt, va_list args)
{
	char text[400];
	vsnprintf(text, sizeof text, fmt, args);
	size_t n = strlen(text);
	while (n > 0 && !utf8_valid(text, n, NULL))     /* a cut may go through a character */
		n--;
	return arena_strndup(k->arena, text, n);
}

bool check_that(struct checking *k, enum check_code code, bool ok, const char *fmt, ...)
{
	struct check *c = &k->checks[code];
	c->checked++;
	if (ok)
		return true;
	if (c->failed < EXAMPLES_MAX) {
		va_list args;
		va_start(args, fmt);
		c->examples[c->failed] = line(k, fmt, args);
		va_end(args);
	}
	c->failed++;
	return false;
}

void check_skip(struct checking *k, enum check_code first, enum check_code last, const char *why)
{
	for (enum check_code c = first; c <= last; c++)
		if (k->checks[c].checked == 0)
			k->checks[c].why = why;
}

void check_notice(struct checking *k, enum check_code code, const char *fmt, ...)
{
	struct check *c = &k->checks[code];
	if (c->nnotices == NOTICES_MAX)
		return;
	va_list args;
	va_start(args, fmt);
	c->notices[c->nnotices++] = line(k, fmt, args);
	va_end(args);
}

/* ---- the verdict ----------------------------------------------------------------------------- */

static const char *status_of(const struct check *c)
{
	return c->checked == 0 ? "not checked" : c->failed ? "fail" : "pass";
}

static void write_check(struct jw *w, const char *edition, enum check_code code, const struct check *c)
{
	int64_t shown = c->failed < EXAMPLES_MAX ? c->failed : EXAMPLES_MAX;
	jw_obj(w);
	jw_kstr(w, "code", catalogue[code].code);
	jw_kstr(w, "name", catalogue[code].name);
	if (edition)
		jw_kstr(w, "edition", edition);
	jw_kstr(w, "status", status_of(c));
	if (c->checked == 0)
		jw_kstr(w, "why", c->why ? c->why : "there is nothing of this kind");
	jw_kint(w, "checked", c->checked);
	jw_kint(w, "failed", c->failed);
	jw_karr(w, "examples");
	for (int64_t i = 0; i < shown; i++)
		jw_str(w, c->examples[i]);
	jw_arr_end(w);
	jw_karr(w, "notices");
	for (size_t i = 0; i < c->nnotices; i++)
		jw_str(w, c->notices[i]);
	jw_arr_end(w);
	jw_obj_end(w);
}

static void write_critique(const struct checking *k, int failed, struct buf *out)
{
	struct jw w;
	jw_init(&w, out);
	jw_obj(&w);
	jw_kstr(&w, "schema", "dossier/critique/2");
	jw_kstr(&w, "verdict", failed ? "fail" : "pass");
	jw_karr(&w, "checks");
	for (enum check_code c = 0; c < CHECK_COUNT; c++)
		write_check(&w, k->in->edition, c, &k->checks[c]);
	jw_arr_end(&w);
	jw_karr(&w, "findings");
	if (failed) {
		struct finding f = finding_make(FIND_report_mismatch, NULL);
		f.count = failed;
		f.total = CHECK_COUNT;
		finding_write(&w, &f);
	}
	jw_arr_end(&w);
	jw_obj_end(&w);
}

static void check_files(struct checking *k)
{
	const struct {
		bool wanted, there;
		const char *name;
	} files[] = { { k->in->wants_html, k->in->html != NULL, "report.html" },
		{ k->in->wants_pdf, k->in->pdf != NULL, "report.pdf" },
		{ k->in->wants_text, k->in->text != NULL, "report.txt" } };
	for (size_t i = 0; i < COUNTOF(files); i++)
		if (files[i].wanted)
			check_that(k, CHECK_files, files[i].there, "%s is not there", files[i].name);
}

int report_check(const struct check_input *in, struct buf *critique, int *failed, struct err *e)
{
	if (!json_is_object(json_at(in->result, "document")))
		return err_set(e, ERR_INPUT, "result.json has no document");
	struct checking *k = mem_calloc(1, sizeof *k);
	k->in = in;
	k->arena = arena_new();
	k->findings = report_findings(k->arena, in->artifacts);
	said_read(&k->said, in->result);
	check_values(k);
	check_sums(k);
	check_shares(k);
	check_findings(k);
	check_models(k);
	check_wording(k);
	check_files(k);
	check_html(k);
	check_pdf(k);
	check_text(k);
	check_redaction(k);
	*failed = 0;
	for (enum check_code c = 0; c < CHECK_COUNT; c++)
		*failed += k->checks[c].failed > 0;
	write_critique(k, *failed, critique);
	said_free(&k->said);
	buf_free(&k->chart_text);
	buf_free(&k->numbering);
	arena_free(k->arena);
	free(k);
	return 0;
}
