/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs of text broken into lines, greedily: each line takes what fits. */
#include "report/pdf_int.h"

#include <math.h>
#include <string.h>

enum { PLAIN_MAX = 300 };      /* characters of an outline entry or a property */

/* How welcome a line break after a character is. */
enum stop { STOP_NEVER, STOP_INSIDE_WORD, STOP_PUNCTUATION, STOP_TIED, STOP_GOOD, STOP_COUNT };

struct letter {
	uint32_t run, at, bytes;   /* which run, where in it, how long */
	float width;
	bool blank;
	enum stop stop;
};

static bool is_ideograph(uint32_t cp)
{
	return (cp >= 0x2E80 && cp <= 0xD7A3) || (cp >= 0xF900 && cp <= 0xFAFF) ||
	       (cp >= 0xFF00 && cp <= 0xFF60);
}

static bool is_joint(uint32_t cp)
{
	switch (cp) {
	case '_': case '.': case ',': case ';': case ':': case ')': case ']': case '}': case '&': case '=': case '+':
	case '@': case '?': case '|':
		return true;
	default:
		return false;
	}
}

/* After the character before `next`, in a text from `from` to its end. */
static enum stop stop_after(const char *from, uint32_t cp, const char *next, const char *end)
{
	if (cp == ' ' || cp == '\t' || cp == '\n')
		return cp == ' ' && blank_is_tied(from, next - 1) ? STOP_TIED : STOP_GOOD;
	uint32_t then = next < end ? utf8_next(&next, end) : 0;
	bool closing = then == 0x3001 || then == 0x3002 || then == 0xFF0C || then == 0xFF09;
	if (is_ideograph(cp) || is_ideograph(then))
		return closing ? STOP_NEVER : STOP_GOOD;
	bool letter_next = then > ' ' && !(then >= '0' && then <= '9');
	bool option = cp == '-' && (next - from < 2 || next[-2] == ' ' || next[-2] == '-');     /* "--seed" */
	if ((cp == '-' || cp == '/' || cp == 0x2013) && letter_next)
		return option ? STOP_NEVER : STOP_GOOD;
	if (is_joint(cp) && then)
		return STOP_PUNCTUATION;
	bool tied = cp == 0xA0 || cp == 0x202F || then == 0x202F || then == 0xA0;
	return tied ? STOP_NEVER : STOP_INSIDE_WORD;
}

static size_t spell(struct arena *mem, const struct run *runs, size_t n, struct letter **out)
{
	struct buf all = { 0 };
	for (size_t i = 0; i < n; i++)
		buf_puts(&all, runs[i].s);
	const char *text = buf_str(&all), *p = text, *end = text + all.n;
	struct letter *v = arena_calloc(mem, all.n + 1, sizeof *v);
	size_t k = 0;
	for (size_t i = 0; i < n; i++) {
		const char *run = p, *run_end = p + strlen(runs[i].s);
		while (p < run_end) {
			const char *from = p;
			uint32_t cp = utf8_next(&p, run_end);
			v[k++] = (struct letter){
				.run = (uint32_t)i,
				.at = (uint32_t)(from - run), .bytes = (uint32_t)(p - from),
				.width = (float)font_width(runs[i].face, from, (size_t)(p - from), runs[i].size),
				.blank = cp == ' ' || cp == '\t' || cp == '\n',
				.stop = stop_after(text, cp, p, end)
			};
		}
	}
	buf_free(&all);
	*out = v;
	return k;
}

/* One past the last letter of the line that starts at i. */
static size_t line_end(const struct letter *v, size_t n, size_t i, double width)
{
	size_t best[STOP_COUNT] = { 0 };
	double used = 0;
	for (size_t k = i; k < n; k++) {
		used += (double)v[k].width;
		if (used > width + 0.01 && !v[k].blank) {
			for (enum stop s = STOP_GOOD; s > STOP_NEVER; s--)
				if (best[s])
					return best[s];
			return k > i ? k : k + 1;
		}
		best[v[k].stop] = k + 1;
	}
	return n;
}

/* Letters [i, j) as texts, one for each run that they touch. */
static struct line make_line(
	struct arena *mem, const struct run *runs, const struct letter *v, size_t i, size_t j)
{
	struct line l = { 0 };
	while (j > i && v[j - 1].blank)
		j--;
	while (i < j) {
		const struct run *r = &runs[v[i].run];
		size_t k = i;
		while (k < j && v[k].run == v[i].run)
			k++;
		const char *s =
			arena_strndup(mem, r->s + v[i].at, v[k - 1].at + v[k - 1].bytes - v[i].at);
		l.width += item_text(mem, &l.items, l.width, 0, r->face, r->size, r->ink, s)->w;
		i = k;
	}
	return l;
}

size_t text_lines(
	struct arena *mem, const struct run *runs, size_t n, double width, struct line **out)
{
	struct letter *v;
	size_t letters = spell(mem, runs, n, &v), count = 0, cap = 4;
	struct line *lines = arena_calloc(mem, cap, sizeof *lines);
	for (size_t i = 0; i < letters;) {
		size_t j = line_end(v, letters, i, width);
		if (count == cap) {
			struct line *more = arena_calloc(mem, 2 * cap, sizeof *more);
			memcpy(more, lines, cap * sizeof *lines);
			lines = more;
			cap *= 2;
		}
		struct line *l = &lines[count++];
		*l = make_line(mem, runs, v, i, j);
		if (l->items.last)
			l->items.last->blank = j < letters && (v[j - 1].blank || v[j].blank);
		for (i = j; i < letters && v[i].blank; i++)
			continue;
	}
	*out = lines;
	return count;
}

double text_least(const char *s, enum face face, double size)
{
	const char *text = s, *end = s + strlen(s);
	double most = 0, used = 0;
	while (s < end) {
		const char *from = s;
		uint32_t cp = utf8_next(&s, end);
		used += font_width(face, from, (size_t)(s - from), size);
		if (cp == ' ')
			used = 0;
		most = fmax(most, used);
		if (stop_after(text, cp, s, end) == STOP_GOOD)
			used = 0;
	}
	return most;
}

struct run *runs_of(
	const struct flow *f, const struct cell *cells, size_t n, double size, enum ink ink)
{
	struct run *r = arena_calloc(f->mem, n, sizeof *r);
	struct buf b = { 0 };
	for (size_t i = 0; i < n; i++) {
		const struct cell *c = &cells[i];
		bool code = c->cls == CELL_CODE || c->look & LOOK_CODE;
		buf_clear(&b);
		cell_print_run(&b, cells, n, i);
		r[i] = (struct run){ arena_strdup(f->mem, buf_str(&b)),
			code ? FACE_MONO : c->look ? FACE_BOLD : FACE_SANS,   /* there is no slanted face */
			code ? size * 0.92 : size, c->url ? INK_PRIMARY : ink };
	}
	buf_free(&b);
	return r;
}

enum { short_text = 6 };       /* lines that are rather not parted */
void flow_text(
	struct flow *f, struct tag *tag, const struct run *runs, size_t n, double space, double leading)
{
	struct line *lines;
	size_t count = text_lines(f->mem, runs, n, f->width, &lines);
	for (size_t i = 0; i < count; i++) {
		struct box *b = box_add(f, i ? 0 : space, leading);
		b->items.tag = tag;
		line_put(&b->items, &lines[i], 0, leading * 0.74);
		b->keep = i + 1 < count && (i == 0 || i + 2 == count);
		b->soft = i + 1 < count && count <= short_text;
	}
}

const char *text_plain(struct arena *mem, const char *s)
{
	struct buf b = { 0 };
	size_t left = PLAIN_MAX;
	for (const char *end = s + strlen(s); s < end && left > 0; left--) {
		uint32_t cp = utf8_next(&s, end), shown = cp;
		font_of(FACE_SANS, &shown);
		if (shown)
			utf8_put(&b, shown == ' ' ? ' ' : cp);
	}
	char *out = arena_strdup(mem, buf_str(&b));
	buf_free(&b);
	return out;
}
