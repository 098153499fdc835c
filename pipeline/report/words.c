/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fixed texts of the report in another language: catalogues in gettext's format, which translators have
 * tools for. The English text in the code is the key; what a catalogue lacks is said in English.
 */
#include "report/report.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX_BYTES = 4 << 20 };

struct entry {
	const char *english, *text, *file;
	size_t line;
};
struct words {
	struct arena *arena;
	struct entry *v;           /* by their English text */
	size_t n, cap;
	char point;
	void (*miss)(void *ctx, const char *english);
	void *ctx;
};

/* ---- reading --------------------------------------------------------------------------------- */

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

void words_watch(struct words *w, void (*miss)(void *ctx, const char *english), void *ctx)
{
	w->miss = miss;
	w->ctx = ctx;
}

/* ---- looking up ------------------------------------------------------------------------------ */

const char *words_hole(const char *p, size_t *next, size_t *which)
{
	static const char *const kinds[] = { "s", "zu", "d", "lld", ".0f" };
	const char *q = p + 1;
	if (*p != '%')
		return NULL;
	size_t number = strspn(q, "0123456789");
	bool numbered = number > 0 && number < 3 && q[number] == '$';
	q += numbered ? number + 1 : 0;
	for (size_t i = 0; i < COUNTOF(kinds); i++)
		if (strncmp(q, kinds[i], strlen(kinds[i])) == 0) {
			*which = numbered ? (size_t)atoi(p + 1) - 1 : (*next)++;
			return q + strlen(kinds[i]);
		}
	return NULL;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Signs, holes and single letters are the same in every language. */
static bool has_words(const char *s)
{
	size_t next = 0, which;
	while (*s) {
		const char *end = words_hole(s, &next, &which);
		if (!end && is_letter(s[0]) && is_letter(s[1]))
			return true;
		s = end ? end : s + 1;
	}
	return false;
}

static const char *lookup(const struct words *w, const char *english)
{
	size_t lo = 0, hi = w->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = strcmp(english, w->v[mid].english);
		if (order == 0)
			return w->v[mid].text;
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

static size_t number_length(const char *s)
{
	size_t n = strspn(s, "0123456789");
	while (n && s[n] == '.' && s[n + 1] >= '0' && s[n + 1] <= '9')
		n += 1 + strspn(s + n + 1, "0123456789");
	return n;
}

/* Artifacts hold reasons with numbers in them: "3 of 8 values read as dates" is looked up as "# of # values
 * read as dates", and its numbers are put back. */
static const char *lookup_numbered(const struct words *w, const char *english)
{
	struct buf key = { 0 }, out = { 0 };
	for (const char *p = english; *p;) {
		size_t n = number_length(p);
		buf_putc(&key, n ? '#' : *p);
		p += n ? n : 1;
	}
	const char *text = strchr(buf_str(&key), '#') ? lookup(w, buf_str(&key)) : NULL, *number = english, *made = NULL;
	for (const char *p = text; p && *p; p++) {
		if (*p != '#') {
			buf_putc(&out, *p);
			continue;
		}
		number += strcspn(number, "0123456789");
		char *digits = arena_strndup(w->arena, number, number_length(number));
		number += strlen(digits);
		words_number(w, digits);
		buf_puts(&out, digits);
	}
	if (text)
		made = arena_strdup(w->arena, buf_str(&out));
	buf_free(&key);
	buf_free(&out);
	return made;
}

/* Reasons of an artifact are listed, too: "price: named as a target, last column; sex: two values", "sex (two
 * values)". Each is looked up; what stands before a colon or a bracket is a name. NULL when one is not known. */
static const char *lookup_parts(const struct words *w, const char *english)
{
	static const char *const marks[] = { "; ", ", ", ": " };
	const char *text = lookup(w, english);
	if (!text)
		text = lookup_numbered(w, english);
	size_t n = strlen(english);
	const char *open = strstr(english, " (");
	if (!text && open && english[n - 1] == ')') {
		size_t before = (size_t)(open - english) + 2;
		const char *inside = lookup_parts(w, arena_strndup(w->arena, open + 2, n - before - 1));
		if (inside)
			return arena_printf(w->arena, "%.*s%s)", (int)before, english, inside);
	}
	for (size_t i = 0; i < COUNTOF(marks) && !text; i++) {
		const char *at = strstr(english, marks[i]);
		if (!at)
			continue;
		const char *left = arena_strndup(w->arena, english, (size_t)(at - english));
		left = i == 2 ? left : lookup_parts(w, left);
		const char *right = left ? lookup_parts(w, at + 2) : NULL;
		return right ? arena_printf(w->arena, "%s%s%s", left, marks[i], right) : NULL;
	}
	return text;
}

const char *words_say(const struct words *w, const char *english)
{
	if (!w || !english || !has_words(english))
		return english;
	const char *text = lookup_parts(w, english);
	if (!text && w->miss)
		w->miss(w->ctx, english);
	return text ? text : english;
}

/* What fills the holes of the English format, in its order, as texts. */
static size_t arguments(struct arena *a, const struct words *w, const char *fmt, va_list *ap,
	const char **args, size_t most)
{
	size_t n = 0, next = 0, which;
	while (*fmt && n < most) {
		const char *end = words_hole(fmt, &next, &which);
		if (!end) {
			fmt += 1 + (fmt[0] == '%' && fmt[1] == '%');
			continue;
		}
		struct cell count = cell_num(CELL_COUNT, NAN, NULL);
		switch (end[-1]) {
		case 's': args[n] = va_arg(*ap, const char *); break;
		case 'u': count.num = (double)va_arg(*ap, size_t); break;
		case 'f': count.num = va_arg(*ap, double); break;
		case 'd': count.num = end[-2] == 'l' ? (double)va_arg(*ap, long long) : va_arg(*ap, int); break;
		}
		if (end[-1] != 's') {
			struct buf b = { 0 };
			count.words = w;
			cell_print(&b, &count);
			args[n] = arena_strdup(a, buf_str(&b));
			buf_free(&b);
		}
		n++;
		fmt = end;
	}
	return n;
}

const char *words_vprintf(struct arena *a, const struct words *w, const char *fmt, va_list ap)
{
	const char *args[16] = { NULL };
	va_list own;
	va_copy(own, ap);
	size_t n = arguments(a, w, fmt, &own, args, COUNTOF(args)), next = 0, which = 0;
	va_end(own);
	struct buf out = { 0 };
	for (const char *p = words_say(w, fmt); *p;) {
		const char *end = words_hole(p, &next, &which);
		if (end)
			buf_puts(&out, which < n ? args[which] : "");
		else
			buf_putc(&out, *p);
		p = end ? end : p + 1 + (p[0] == '%' && p[1] == '%');
	}
	const char *s = arena_strdup(a, buf_str(&out));
	buf_free(&out);
	return s;
}

const char *words_printf(struct arena *a, const struct words *w, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *text = words_vprintf(a, w, fmt, ap);
	va_end(ap);
	return text;
}

char words_point(const struct words *w)
{
	return w ? w->point : '.';
}

void words_number(const struct words *w, char *digits)
{
	for (; w && *digits; digits++)
		if (*digits == '.')
			*digits = w->point;
}
