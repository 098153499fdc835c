/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The HTML report: one file that needs nothing else. Templates say what it looks like; its
 * policy allows the one style and the one script that are in it, by hash, and nothing else at
 * all.
 */
#include "report/html_int.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ASSET_CAP = 4 << 20, LOGO_CAP = 1 << 20 };

/* ---- templates ---- */

struct library { /* where templates are */
	struct arena *arena;
	const struct render_input *in;
	struct err *e;
	bool failed;
};

/* Names of templates are file names: nothing that leads out of the folder. */
static bool name_is_plain(const char *name)
{
	return *name && name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_")] == 0;
}

/* The manifest's own template where it has one of that name, else the shipped one. */
static const char *template_path(const struct library *l, const char *name)
{
	if (l->in->templates) {
		const char *own =
			arena_printf(l->arena, "%s/%s.mustache", l->in->templates, name);
		if (file_exists(own))
			return own;
	}
	return arena_printf(l->arena, "%s/templates/%s.mustache", l->in->share, name);
}

static int read_text(const char *path, struct buf *out, struct err *e)
{
	size_t before = out->n, bad;
	if (file_read(path, ASSET_CAP, out, e) < 0)
		return -1;
	if (utf8_valid(buf_str(out) + before, out->n - before, &bad))
		return 0;
	return err_set(e, ERR_INPUT, "'%s' is not valid UTF-8", path);
}

/* The text of a template. One that is not there is an error, although mustache would print
 * nothing: a report must not lose a part of itself in silence. */
static const char *template_text(void *ctx, const char *name, const char **file)
{
	struct library *l = ctx;
	if (l->failed)
		return NULL;
	struct buf text = {0};
	const char *kept = NULL;
	if (!name_is_plain(name)) {
		err_set(l->e, ERR_INPUT, "'%s' is no name of a template", name);
	} else {
		*file = template_path(l, name);
		if (read_text(*file, &text, l->e) == 0)
			kept = arena_strdup(l->arena, buf_str(&text));
	}
	buf_free(&text);
	l->failed = !kept;
	return kept;
}

/* ---- what is inlined ---- */

static int read_asset(
	const struct render_input *in, const char *name, struct buf *out, struct err *e)
{
	struct arena *a = arena_new();
	int rc = read_text(arena_printf(a, "%s/assets/%s", in->share, name), out, e);
	arena_free(a);
	return rc;
}

/* Where in a text `what` begins, in any case of its letters; NULL: nowhere. */
static const char *find_word(const char *text, const char *what)
{
	size_t n = strlen(what);
	for (; *text; text++) {
		if (strncasecmp(text, what, n) == 0)
			return text;
	}
	return NULL;
}

/* The manifest's style sheet after ours. It must not end the element that it stands in. */
static int add_own_style(const struct render_input *in, struct buf *style, struct err *e)
{
	if (!in->stylesheet)
		return 0;
	size_t before = style->n;
	buf_putc(style, '\n');
	if (read_text(in->stylesheet, style, e) < 0)
		return -1;
	const char *text = buf_str(style) + before + 1, *end = find_word(text, "</style");
	if (!end)
		return 0;
	size_t line = 1, column = 1;
	for (const char *p = text; p < end; p++) {
		column = *p == '\n' ? 1 : column + 1;
		line += *p == '\n';
	}
	return err_set(e, ERR_INPUT, "%s:%zu:%zu: a style sheet must not hold '</style'",
		in->stylesheet, line, column);
}

/* `const words={...};`, as the script finds its words. "<" could end the element. */
static void put_words(struct buf *script, const json_t *words)
{
	char *text = json_dumps(words, JSON_COMPACT);
	buf_puts(script, "const words=");
	for (const char *p = text; *p; p++) {
		if (*p == '<')
			buf_puts(script, "\\u003c");
		else
			buf_putc(script, *p);
	}
	buf_puts(script, ";\n");
	free(text);
}

static const char *image_type(const struct buf *b)
{
	static const struct {
		const char *start, *type;
	} known[] = {
		{"\x89PNG\r\n", "image/png"},
		{"\xff\xd8\xff", "image/jpeg"},
		{"GIF8", "image/gif"},
		{"RIFF", "image/webp"},
		{"<svg", "image/svg+xml"},
		{"<?xml", "image/svg+xml"},
	};
	for (size_t i = 0; i < COUNTOF(known); i++) {
		size_t n = strlen(known[i].start);
		if (b->n > n && memcmp(b->p, known[i].start, n) == 0)
			return known[i].type;
	}
	return NULL;
}

/* A data: URL, or null: a logo that can't be read is no reason to have no report. */
static json_t *logo(const struct doc *d)
{
	struct buf image = {0}, url = {0};
	json_t *v = json_null();
	if (d->logo && file_read(d->logo, LOGO_CAP, &image, NULL) == 0 && image_type(&image)) {
		buf_printf(&url, "data:%s;base64,", image_type(&image));
		html_base64(&url, (const uint8_t *)image.p, image.n);
		v = json_string(buf_str(&url));
	}
	buf_free(&image);
	buf_free(&url);
	return v;
}

/* Three bars in the colours of the theme, for the tab of the browser. */
static json_t *icon(const struct theme *t)
{
	struct buf svg = {0}, url = {0};
	unsigned primary = ink_rgb(t, INK_PRIMARY, false),
		 accent = ink_rgb(t, INK_ACCENT, false);
	buf_printf(&svg,
		"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'>"
		"<path fill='#%06x' d='M3 11h5v10H3zM16 7h5v14h-5z'/>"
		"<path fill='#%06x' d='M9.5 3h5v18h-5z'/></svg>",
		primary, accent);
	buf_puts(&url, "data:image/svg+xml;base64,");
	html_base64(&url, (const uint8_t *)svg.p, svg.n);
	json_t *v = json_string(buf_str(&url));
	buf_free(&svg);
	buf_free(&url);
	return v;
}

static int set_sources(const struct render_input *in, json_t *view, struct err *e)
{
	struct buf style = {0}, script = {0};
	int rc = -1;
	html_colours(&style, in->theme);
	put_words(&script, json_object_get(view, "words"));
	if (read_asset(in, "report.css", &style, e) == 0 && add_own_style(in, &style, e) == 0 &&
		read_asset(in, "report.js", &script, e) == 0) {
		char style_hash[64], script_hash[64];
		html_source_hash(style_hash, buf_str(&style), style.n);
		html_source_hash(script_hash, buf_str(&script), script.n);
		json_object_set_new(view, "style", json_string(buf_str(&style)));
		json_object_set_new(view, "script", json_string(buf_str(&script)));
		json_object_set_new(view, "policy",
			json_sprintf("default-src 'none'; style-src %s; script-src %s; "
				     "img-src data:; font-src data:; base-uri 'none'; "
				     "form-action 'none'",
				style_hash, script_hash));
		rc = 0;
	}
	buf_free(&style);
	buf_free(&script);
	return rc;
}

/* ---- the page ---- */

static int render_page(struct library *l, const json_t *view, struct buf *out, struct err *e)
{
	const char *file = "page", *text = template_text(l, file, &file);
	if (!text)
		return -1;
	struct mustache *page = mustache_parse(file, text, e);
	if (!page)
		return -1;
	int rc = mustache_render(page, view, template_text, l, out, e);
	mustache_free(page);
	return rc < 0 || l->failed ? -1 : 0;
}

static int render(const struct render_input *in, struct buf *out, struct err *e)
{
	struct arena *a = arena_new();
	json_t *view = html_view(in);
	json_object_set_new(view, "logo", logo(in->doc));
	json_object_set_new(view, "icon", icon(in->theme));
	struct library l = {.arena = a, .in = in, .e = e};
	int rc = set_sources(in, view, e);
	if (rc == 0)
		rc = render_page(&l, view, out, e);
	json_decref(view);
	arena_free(a);
	return rc < 0 ? err_while(e, "writing the HTML report") : 0;
}

const struct renderer render_html = {"html", "html", render};
