/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a user sees: one line a step, and on a terminal a live line below it. Plain lines go to a
 * file or a pipe as they are. */
#include "driver/driver_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool is_harmful(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || c == 0x200e || c == 0x200f ||
		(c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

void term_clean(struct buf *out, const char *s)
{
	for (const char *end = s + strlen(s); s < end;) {
		uint32_t c = utf8_next(&s, end);
		utf8_put(out, is_harmful(c) ? 0xfffd : c);
	}
}

json_t *term_json(const char *s)
{
	struct buf clean = { 0 };
	term_clean(&clean, s);
	json_t *v = json_string(buf_str(&clean));
	buf_free(&clean);
	return v;
}

void term_print_json(const json_t *v)
{
	struct buf text = { 0 };
	struct jw w;
	jw_init(&w, &text);
	jw_value(&w, v);
	fputs(buf_str(&text), stdout);
	buf_free(&text);
}

static int terminal_width(void)
{
	struct winsize ws;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0)
		return ws.ws_col;
	return 80;
}

void term_init(struct term *t, const struct options *opt, const struct stage *const *table)
{
	const char *no_color = getenv("NO_COLOR"), *kind = getenv("TERM");
	bool tty = isatty(STDOUT_FILENO) && !(kind && strcmp(kind, "dumb") == 0);
	*t = (struct term){ .quiet = opt->quiet || opt->json };
	t->live = tty && !t->quiet;
	t->colour = t->live && !(no_color && *no_color);
	t->width = t->live ? terminal_width() : 0;
	for (size_t i = 0; table[i]; i++) {
		int n = (int)strlen(table[i]->name);
		t->name_width = n > t->name_width ? n : t->name_width;
	}
	t->started = clock_now();
}

static void erase(struct term *t)
{
	if (t->has_line)
		fputs("\r\033[K", stdout);
	t->has_line = false;
}

/* The part of `s` that is at most `width` columns wide; all of it when width is 0. */
static size_t fitting(const char *s, int width)
{
	size_t n = strlen(s), used = 0;
	if (width <= 0)
		return n;
	for (const char *p = s, *end = s + n; p < end;) {
		const char *from = p;
		utf8_next(&p, end);
		used += utf8_width(from, (size_t)(p - from));
		if (used > (size_t)width)
			return (size_t)(from - s);
	}
	return n;
}

void term_step(struct term *t, const char *name, double seconds, const char *text)
{
	struct buf b = { 0 };
	if (t->quiet)
		return;
	erase(t);
	term_clean(&b, text);
	printf("%s%-*s%s", t->colour ? "\033[1m" : "", t->name_width, name,
		t->colour ? "\033[0m" : "");
	if (seconds >= 0)
		printf("  %6.2f s  %s\n", seconds, buf_str(&b));
	else
		printf("  %s%s%s\n", t->colour ? "\033[2m" : "", buf_str(&b),
			t->colour ? "\033[0m" : "");
	fflush(stdout);
	buf_free(&b);
}

void term_progress(struct term *t, const char *name, double done, const char *what)
{
	double now = clock_now();
	if (!t->live || now - t->started < 0.3 || now - t->shown < 0.1)
		return;
	struct buf b = { 0 }, clean = { 0 };
	t->shown = now;
	if (what)
		term_clean(&clean, what);
	buf_printf(&b, "%-*s  ", t->name_width, name);
	if (done >= 0 && done <= 1)
		buf_printf(&b, "%3d %%  ", (int)(done * 100));
	buf_printf(&b, "%s", buf_str(&clean));
	size_t n = fitting(b.p, t->width - 1);
	printf("\r\033[K%s%.*s%s", t->colour ? "\033[2m" : "", (int)n, b.p,
		t->colour ? "\033[0m" : "");
	fflush(stdout);
	t->has_line = true;
	buf_free(&b);
	buf_free(&clean);
}

void term_line(struct term *t, const char *fmt, ...)
{
	char text[4096];
	struct buf b = { 0 };
	if (t->quiet)
		return;
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	erase(t);
	term_clean(&b, text);
	puts(buf_str(&b));
	fflush(stdout);
	buf_free(&b);
}

void term_end(struct term *t)
{
	erase(t);
	fflush(stdout);
}
