/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shared strings of a workbook: texts of cells, each kept once. */
#define _GNU_SOURCE         /* memmem */
#include "ingest/sheet/xlsx_int.h"

#include <string.h>

/* ---- escapes ----------------------------------------------------------------------------- */

/* _xHHHH_ at p: a UTF-16 unit that XML can't hold. */
static bool escape(const char *p, const char *end, uint32_t *unit)
{
	if (end - p < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_')
		return false;
	*unit = 0;
	for (int i = 2; i < 6; i++) {
		unsigned c = (unsigned char)p[i], letter = c | 32;
		if (c >= '0' && c <= '9')
			*unit = *unit * 16 + (c - '0');
		else if (letter >= 'a' && letter <= 'f')
			*unit = *unit * 16 + (letter - 'a' + 10);
		else
			return false;
	}
	return true;
}

size_t xlsx_unescape(struct str s, char *to)
{
	const char *end = s.p + s.n, *from = to;
	for (const char *p = s.p; p < end;) {
		uint32_t unit, low;
		if (*p != '_' || !escape(p, end, &unit)) {
			*to++ = *p++;
			continue;
		}
		p += 7;
		bool high = unit >= 0xd800 && unit < 0xdc00;
		if (high && escape(p, end, &low) && low >= 0xdc00 && low < 0xe000) {
			unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
			p += 7;
		}
		bool half = unit >= 0xd800 && unit < 0xe000;
		if (unit)
			to = xlsx_utf8(to, half ? 0xfffd : unit);
	}
	return (size_t)(to - from);
}

/* ---- the list ---------------------------------------------------------------------------- */

static bool add(struct xlsx *x, struct str s)
{
	if (x->nstrings == x->strings_cap) {
		x->strings_cap = x->strings_cap ? x->strings_cap * 2 : 1024;
		x->strings = mem_realloc(x->strings, x->strings_cap, sizeof *x->strings);
	}
	x->strings_bytes += s.n + sizeof s;
	if (x->strings_bytes > (size_t)x->limits.allocation)
		return false;
	char *copy = arena_alloc(x->arena, s.n + 1);
	if (s.n && memmem(s.p, s.n, "_x", 2))
		s.n = xlsx_unescape(s, copy);
	else if (s.n)
		memcpy(copy, s.p, s.n);
	x->strings[x->nstrings++] = (struct str){ copy, s.n };
	return true;
}

static int too_many(const struct xlsx *x, struct err *e)
{
	return err_set(e, ERR_INPUT, "its shared strings take more than %lld MB",
		(long long)(x->limits.allocation >> 20));
}

/* ---- as usually written ------------------------------------------------------------------ */

static enum xlsx_unit fast_string(struct xlsx_scan *s, struct str *text, struct err *e)
{
	for (;;) {
		enum xlsx_unit u = UNIT_MORE;
		struct xlsx_tag t;
		s->nkept = 0;
		const char *p = xlsx_tag(s, s->p + s->at, &t, &u);
		*text = (struct str){ NULL, 0 };
		if (p && (t.close || !xlsx_tag_is(&t, "si", 2)))
			return t.close && xlsx_tag_is(&t, "sst", 3) ? UNIT_END : UNIT_ODD;
		if (p && !t.empty)
			p = xlsx_rich(s, p, "si", text, &u);
		if (p) {
			s->at = (size_t)(p - s->p);
			return UNIT_DONE;
		}
		if (u == UNIT_MORE)
			u = xlsx_scan_more(s, e);
		if (u != UNIT_DONE)
			return u;
	}
}

static enum xlsx_unit read_fast(struct xlsx *x, struct part *part, struct err *e)
{
	struct xlsx_scan s;
	xlsx_scan_open(&s, part, x->limits.allocation);
	enum xlsx_unit u = xlsx_scan_into(&s, "sst", e);
	while (u == UNIT_DONE) {
		struct str text;
		u = fast_string(&s, &text, e);
		if (u == UNIT_DONE && !add(x, text)) {
			too_many(x, e);
			u = UNIT_ERROR;
		}
	}
	xlsx_scan_close(&s);
	return u;
}

/* ---- by expat ---------------------------------------------------------------------------- */

struct slow {
	struct xlsx *book;
	struct xml *xml;
	struct buf text;
	bool in_string, in_text;
	int phonetic;
};

static void on_start(void *ctx, const char *name, const char *const *attrs)
{
	struct slow *w = ctx;
	(void)attrs;
	if (strcmp(name, "si") == 0) {
		w->in_string = true;
		w->phonetic = 0;
		buf_clear(&w->text);
	} else if (strcmp(name, "rPh") == 0) {
		w->phonetic++;
	} else if (strcmp(name, "t") == 0) {
		w->in_text = w->in_string && !w->phonetic;
	}
}

static void on_end(void *ctx, const char *name)
{
	struct slow *w = ctx;
	if (strcmp(name, "si") == 0) {
		w->in_string = false;
		if (!add(w->book, (struct str){ buf_str(&w->text), w->text.n }))
			xml_fail(w->xml, "too many shared strings");
	} else if (strcmp(name, "rPh") == 0) {
		w->phonetic--;
	} else if (strcmp(name, "t") == 0) {
		w->in_text = false;
	}
}

static void on_text(void *ctx, struct str s)
{
	struct slow *w = ctx;
	if (!w->in_text)
		return;
	if (w->text.n + s.n > (size_t)w->book->limits.allocation)
		xml_fail(w->xml, "a text that is too large to read");
	else
		buf_put(&w->text, s.p, s.n);
}

static int read_slow(struct xlsx *x, struct part *part, struct err *e)
{
	static const struct xml_handler handler = { on_start, on_end, on_text };
	struct slow w = { .book = x };
	w.xml = xml_open(x->arena, part, &handler, &w, x->limits.depth);
	int status = xml_run(w.xml, e);
	xml_close(w.xml);
	buf_free(&w.text);
	return status;
}

int xlsx_strings_read(struct xlsx *x, int64_t entry, struct err *e)
{
	struct part *part = zipfile_part(x->zip, entry, e);
	if (!part)
		return -1;
	enum xlsx_unit u = read_fast(x, part, e);
	part_close(part);
	if (u != UNIT_ODD)
		return u == UNIT_ERROR ? -1 : 0;
	x->nstrings = x->strings_bytes = 0;
	part = zipfile_part(x->zip, entry, e);
	if (!part)
		return -1;
	int status = read_slow(x, part, e);
	part_close(part);
	return status;
}
