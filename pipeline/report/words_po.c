/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the catalogues of a language, in gettext's format without contexts and plural forms: translators have
 * tools for it.
 */
#include "report/words_int.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX_BYTES = 4 << 20 };

struct reader {
	struct words *words;
	const char *path;
	struct buf id, str;
	size_t line, began;        /* of the entry at hand; 0: none */
	bool translated;           /* its msgstr has come */
};

static int wrong(const struct reader *r, const char *line, const char *at, const char *what, struct err *e)
{
	return err_set(e, ERR_INPUT, "%s:%zu:%zu: %s", r->path, r->line, (size_t)(at - line) + 1, what);
}

/* A line of the header of a catalogue: "X-Decimal-Mark: ,". */
static void read_header(struct words *w, const char *text)
{
	const char *mark = strstr(text, "X-Decimal-Mark: ");
	if (mark)
		w->point = mark[strlen("X-Decimal-Mark: ")];
}

static void end_entry(struct reader *r)
{
	struct words *w = r->words;
	if (!r->translated)
		return;
	if (r->id.n == 0) {
		read_header(w, buf_str(&r->str));
	} else if (r->str.n > 0) {
		if (w->n == w->cap) {
			struct entry *old = w->v;
			w->cap = w->cap ? 2 * w->cap : 1024;
			w->v = arena_calloc(w->arena, w->cap, sizeof *w->v);
			if (w->n)
				memcpy(w->v, old, w->n * sizeof *old);
		}
		w->v[w->n++] = (struct entry){ arena_strdup(w->arena, buf_str(&r->id)),
			arena_strdup(w->arena, buf_str(&r->str)), r->path, r->began };
	}
	r->translated = false;
	r->began = 0;
}

static int read_string(struct reader *r, const char *line, const char *p, struct buf *out, struct err *e)
{
	static const char escapes[] = "n\nt\tr\r\"\"\\\\";
	if (*p++ != '"')
		return wrong(r, line, p - 1, "expected a text in quotes", e);
	for (; *p && *p != '"'; p++) {
		const char *known = escapes;
		if (*p != '\\') {
			buf_putc(out, *p);
			continue;
		}
		p++;
		while (*known && *known != *p)
			known += 2;
		if (!*p || !*known)
			return wrong(r, line, p - 1, "unknown escape", e);
		buf_putc(out, known[1]);
	}
	if (*p != '"')
		return wrong(r, line, p, "the text does not end", e);
	return p[1] ? wrong(r, line, p + 1, "more after the text", e) : 0;
}

static int read_line(struct reader *r, const char *line, struct err *e)
{
	if (*line == '\0' || *line == '#')
		return 0;
	if (*line == '"') {
		if (!r->began)
			return wrong(r, line, line, "a text before any 'msgid'", e);
		return read_string(r, line, line, r->translated ? &r->str : &r->id, e);
	}
	if (strncmp(line, "msgid ", 6) == 0) {
		if (r->began && !r->translated)
			return wrong(r, line, line, "the 'msgid' before has no 'msgstr'", e);
		end_entry(r);
		buf_clear(&r->id);
		buf_clear(&r->str);
		r->began = r->line;
		return read_string(r, line, line + 6, &r->id, e);
	}
	if (strncmp(line, "msgstr ", 7) == 0) {
		if (!r->began || r->translated)
			return wrong(r, line, line, "a 'msgstr' without 'msgid'", e);
		r->translated = true;
		return read_string(r, line, line + 7, &r->str, e);
	}
	return wrong(r, line, line, "expected 'msgid', 'msgstr', a text or a comment", e);
}

static int read_lines(struct reader *r, char *text, struct err *e)
{
	for (char *next = text; next;) {
		char *line = next, *end = strchr(line, '\n');
		next = end ? end + 1 : NULL;
		if (end)
			*end = '\0';
		if (end && end > line && end[-1] == '\r')
			end[-1] = '\0';
		r->line++;
		if (read_line(r, line, e) < 0)
			return -1;
	}
	if (r->began && !r->translated)
		return wrong(r, "", "", "the last 'msgid' has no 'msgstr'", e);
	end_entry(r);
	return 0;
}

static int read_catalogue(struct words *w, const char *path, struct err *e)
{
	struct reader r = { .words = w, .path = path };
	struct buf text = { 0 };
	int status = file_read(path, FILE_MAX_BYTES, &text, e);
	if (status == 0 && !utf8_valid(buf_str(&text), text.n, NULL))
		status = err_set(e, ERR_INPUT, "'%s' is not valid UTF-8", path);
	if (status == 0)
		status = read_lines(&r, arena_strdup(w->arena, buf_str(&text)), e);
	buf_free(&text);
	buf_free(&r.id);
	buf_free(&r.str);
	return status;
}

static int by_english(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	return strcmp(a->english, b->english);
}

static int sort(struct words *w, struct err *e)
{
	if (w->n)
		qsort(w->v, w->n, sizeof *w->v, by_english);
	for (size_t i = 1; i < w->n; i++)
		if (strcmp(w->v[i - 1].english, w->v[i].english) == 0)
			return err_set(e, ERR_INPUT, "%s:%zu: '%.60s' is translated in %s:%zu already", w->v[i].file,
				w->v[i].line, w->v[i].english, w->v[i - 1].file, w->v[i - 1].line);
	return 0;
}

static int is_catalogue(const struct dirent *d)
{
	size_t n = strlen(d->d_name);
	return n > 3 && d->d_name[0] != '.' && strcmp(d->d_name + n - 3, ".po") == 0;
}

int words_load(struct arena *a, const char *share, const char *language, struct words **out, struct err *e)
{
	*out = NULL;
	if (!language || strcmp(language, "en") == 0)
		return 0;
	struct words *w = arena_alloc(a, sizeof *w);
	*w = (struct words){ .arena = a, .point = '.' };
	const char *dir = arena_printf(a, "%s/assets/texts/%s", share, language);
	struct dirent **names = NULL;
	int n = scandir(dir, &names, is_catalogue, alphasort), status = 0;
	if (n < 0)
		return err_errno(e, "no texts for the language '%s': %s", language, dir);
	for (int i = 0; i < n; i++) {
		if (status == 0)
			status = read_catalogue(w, path_join(a, dir, names[i]->d_name), e);
		free(names[i]);
	}
	free(names);
	if (status < 0 || sort(w, e) < 0)
		return -1;
	*out = w;
	return 0;
}
