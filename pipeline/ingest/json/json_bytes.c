/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A window that moves over the bytes of a file, so that memory holds a record and not the file. */
#include "ingest/json/json_int.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the file ------------------------------------------------------------------------------ */

static void bytes_close(void *p)
{
	struct js_bytes *b = p;
	if (b->fd >= 0)
		close(b->fd);
	buf_free(&b->text);
}

/* Reads up to n bytes at offset; fewer at the end only. -1: errno. */
static ssize_t bytes_read(const struct js_bytes *b, char *to, size_t n, int64_t offset)
{
	size_t done = 0;
	if (offset >= b->size)
		return 0;
	if ((int64_t)n > b->size - offset)
		n = (size_t)(b->size - offset);
	if (b->fd < 0) {
		memcpy(to, b->text.p + offset, n);
		return (ssize_t)n;
	}
	while (done < n) {
		ssize_t k = pread(b->fd, to + done, n - done, (off_t)(offset + (int64_t)done));
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return -1;
		if (k == 0)
			break;
		done += (size_t)k;
	}
	return (ssize_t)done;
}

/* UTF-16 as UTF-8; what is no pair of surrogates becomes U+FFFD. */
static void from_utf16(struct buf *out, const unsigned char *p, size_t n, bool big)
{
	uint32_t high = 0;
	for (size_t i = 0; i + 1 < n; i += 2) {
		uint32_t u = (uint32_t)(p[i + big] | p[i + !big] << 8);
		bool low = u >= 0xDC00 && u < 0xE000;
		if (high && low) {
			utf8_put(out, 0x10000 + ((high - 0xD800) << 10) + (u - 0xDC00));
			high = 0;
			continue;
		}
		if (high)
			utf8_put(out, 0xFFFD);
		high = u >= 0xD800 && u < 0xDC00 ? u : 0;
		if (!high)
			utf8_put(out, low ? 0xFFFD : u);
	}
	if (high || n % 2)
		utf8_put(out, 0xFFFD);
}

static int from_declared(struct buf *out, char *p, size_t n, const char *name, struct err *e)
{
	iconv_t cd = iconv_open("UTF-8", name);
	if (cd == (iconv_t)-1)
		return err_set(e, ERR_USAGE, "unknown encoding '%s'", name);
	while (n) {
		buf_reserve(out, n + 64);
		char *to = out->p + out->n;
		size_t room = out->cap - out->n - 1;
		size_t k = iconv(cd, &p, &n, &to, &room);
		out->n = (size_t)(to - out->p);
		if (k == (size_t)-1 && errno != E2BIG && n) {
			utf8_put(out, 0xFFFD);
			p++;
			n--;
		}
	}
	iconv_close(cd);
	return 0;
}

/* 'u' for UTF-8, 'd' for the one declared, 'l' and 'b' for the ends of UTF-16. */
static char encoding_of(const unsigned char *head, ssize_t n, const char *declared, int *mark)
{
	*mark = 0;
	if (n >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0) {
		*mark = 3;
		return 'u';
	}
	if (n >= 2 && (memcmp(head, "\xff\xfe", 2) == 0 || memcmp(head, "\xfe\xff", 2) == 0)) {
		*mark = 2;
		return head[0] == 0xFF ? 'l' : 'b';
	}
	if (declared && !str_ieq(str_of(declared), "auto") &&
		!str_ieq(str_of(declared), "utf-8") && !str_ieq(str_of(declared), "utf8"))
		return 'd';
	/* the first character of JSON is ASCII */
	if (n >= 2 && (!head[0] || !head[1]))
		return head[0] ? 'l' : 'b';
	return 'u';
}

static int convert(struct feed *f, struct js_bytes *b, char how, int mark, struct err *e)
{
	struct buf raw = { 0 };
	int status = 0;
	if (file_read(f->path, (size_t)feed_limits(f).allocation / 4, &raw, e))
		return -1;
	char *p = raw.p + mark;
	size_t n = raw.n - (size_t)mark;
	if (how == 'd')
		status = from_declared(&b->text, p, n, f->options->encoding, e);
	else
		from_utf16(&b->text, (unsigned char *)p, n, how == 'b');
	buf_free(&raw);
	b->start = 0;
	b->size = (int64_t)b->text.n;
	close(b->fd);
	b->fd = -1;
	feed_fact(f, "encoding", "%s", how == 'd' ? f->options->encoding : "UTF-16");
	return status;
}

int js_bytes_open(struct feed *f, struct js_bytes *b, struct err *e)
{
	char head[4] = { 0 };
	int mark;
	*b = (struct js_bytes){ .fd = open(f->path, O_RDONLY | O_CLOEXEC), .size = f->bytes };
	if (b->fd < 0)
		return err_errno(e, "opening it");
	arena_own(f->arena, b, bytes_close);
	ssize_t n = bytes_read(b, head, sizeof head, 0);
	if (n < 0)
		return err_errno(e, "reading it");
	char how = encoding_of((unsigned char *)head, n, f->options->encoding, &mark);
	b->start = mark;
	return how == 'u' ? 0 : convert(f, b, how, mark, e);
}

/* ---- the window ---------------------------------------------------------------------------- */

static void window_free(void *p)
{
	struct js_window *w = p;
	free(w->buf);
}

void js_window_open(struct js_window *w, struct feed *f, const struct js_bytes *b, size_t cap)
{
	*w = (struct js_window){ .feed = f, .bytes = b, .cap = cap };
	w->most = (size_t)feed_limits(f).allocation;
	w->buf = mem_alloc(cap + 1);
	arena_own(f->arena, w, window_free);
	js_window_seek(w, b->start);
}

void js_window_seek(struct js_window *w, int64_t offset)
{
	w->offset = offset;
	w->p = w->end = w->buf;
	*w->end = 0;
}

int64_t js_offset(const struct js_window *w, const char *p)
{
	return w->offset + (p - w->buf);
}

void js_where(const struct js_bytes *b, int64_t offset, int64_t *line, int64_t *column)
{
	char part[4096];
	int64_t start = b->start;
	*line = 1;
	for (int64_t at = b->start; at < offset;) {
		size_t want = offset - at < (int64_t)sizeof part ? (size_t)(offset - at)
								   : sizeof part;
		ssize_t n = bytes_read(b, part, want, at);
		if (n <= 0)
			break;
		for (ssize_t i = 0; i < n; i++)
			if (part[i] == '\n') {
				++*line;
				start = at + i + 1;
			}
		at += n;
	}
	*column = offset - start + 1;
}

enum js_status js_more(struct js_window *w, struct err *e)
{
	size_t kept = (size_t)(w->end - w->p);
	if (w->offset + (w->end - w->buf) >= w->bytes->size)
		return JS_END;
	if (w->hold)
		return JS_HOLD;
	if (kept > w->most) {
		err_set(e, ERR_INPUT, "a record is longer than %zu MB", w->most >> 20);
		return JS_FAIL;
	}
	feed_progress(w->feed);
	w->offset += w->p - w->buf;
	memmove(w->buf, w->p, kept);
	/* twice the room, so that a long record is looked at a few times only */
	if (kept > w->cap / 2) {
		w->cap *= 2;
		w->buf = mem_realloc(w->buf, w->cap + 1, 1);
	}
	ssize_t n = bytes_read(w->bytes, w->buf + kept, w->cap - kept, w->offset + (int64_t)kept);
	w->p = w->buf;
	w->end = w->buf + kept + (n > 0 ? n : 0);
	*w->end = 0;
	if (n < 0) {
		err_errno(e, "reading it");
		return JS_FAIL;
	}
	return n ? JS_OK : JS_END;
}

enum js_status js_blanks(struct js_window *w, struct err *e)
{
	for (;;) {
		while (*w->p == ' ' || *w->p == '\n' || *w->p == '\r' || *w->p == '\t')
			w->p++;
		if (w->p < w->end)
			return JS_OK;
		enum js_status more = js_more(w, e);
		if (more != JS_OK)
			return more;
	}
}
