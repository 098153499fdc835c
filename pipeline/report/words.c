/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fixed texts of the report in another language. The English text in the code is the key; what a
 * catalogue lacks is said in English.
 */
#include "report/words_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void words_watch(struct words *w, void (*miss)(void *ctx, const char *english), void *ctx)
{
	w->miss = miss;
	w->ctx = ctx;
}

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

/* Of a number or a name in quotes. */
static size_t token_length(const char *s)
{
	const char *end = *s == '\'' ? strchr(s + 1, '\'') : NULL;
	if (end)
		return (size_t)(end - s) + 1;
	size_t n = strspn(s, "0123456789");
	while (n && s[n] == '.' && s[n + 1] >= '0' && s[n + 1] <= '9')
		n += 1 + strspn(s + n + 1, "0123456789");
	return n;
}

/* Artifacts hold reasons with numbers and names in them: "3 of 8 values read as dates" is looked up as "# of #
 * values read as dates", and its numbers are put back. */
static const char *lookup_numbered(const struct words *w, const char *english)
{
	struct buf key = { 0 }, out = { 0 };
	for (const char *p = english; *p;) {
		size_t n = token_length(p);
		buf_putc(&key, n ? '#' : *p);
		p += n ? n : 1;
	}
	const char *text = strchr(buf_str(&key), '#') ? lookup(w, buf_str(&key)) : NULL, *token = english, *made = NULL;
	for (const char *p = text; p && *p; p++) {
		if (*p != '#') {
			buf_putc(&out, *p);
			continue;
		}
		while (*token && token_length(token) == 0)
			token++;
		char *own = arena_strndup(w->arena, token, token_length(token));
		token += strlen(own);
		if (*own != '\'')
			words_number(w, own);
		buf_puts(&out, own);
	}
	if (text)
		made = arena_strdup(w->arena, buf_str(&out));
	buf_free(&key);
	buf_free(&out);
	return made;
}

/* Reasons of an artifact are listed, too: "price: named as a target, last column; sex: two values", "sex (two
 * values)". Each is looked up; what stands before a colon or a bracket is a name, but for "part 3". NULL when one is not
 * known. */
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
		const char *said = i == 2 ? lookup_numbered(w, left) : lookup_parts(w, left);
		left = i == 2 && !said ? left : said;
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
			buf_puts(&out, which < n && args[which] ? args[which] : "");
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
