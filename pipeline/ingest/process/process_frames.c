/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames between the child that reads a file and its parent. Both are this program on this
 * machine, so numbers are as they lie in memory; but what wrote them may have been taken over. */
#include "ingest/process/process_int.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- writing ------------------------------------------------------------------------------- */

void wire_start(struct wire *w, enum frame_kind kind)
{
	struct frame_head h = { .kind = kind };
	buf_clear(&w->out);
	buf_put(&w->out, &h, sizeof h);
}

void wire_int(struct wire *w, int64_t v)
{
	buf_put(&w->out, &v, sizeof v);
}

void wire_double(struct wire *w, double v)
{
	buf_put(&w->out, &v, sizeof v);
}

/* Texts come from files: what is no UTF-8 is repaired here, where it costs nothing. */
void wire_textn(struct wire *w, const char *s, size_t n)
{
	struct buf clean = { 0 };
	utf8_clean(&clean, s, n);
	for (char *nul; clean.n && (nul = memchr(clean.p, 0, clean.n)) != NULL;)
		*nul = ' ';
	wire_int(w, (int64_t)clean.n);
	buf_put(&w->out, buf_str(&clean), clean.n);
	buf_free(&clean);
}

void wire_text(struct wire *w, const char *s)
{
	if (s)
		wire_textn(w, s, strlen(s));
	else
		wire_int(w, -1);
}

int wire_end(struct wire *w, struct err *e)
{
	struct frame_head h;
	memcpy(&h, w->out.p, sizeof h);
	if (w->out.n - sizeof h > FRAME_MAX)
		return err_set(e, ERR_INPUT, "more than %d MB for one item", FRAME_MAX >> 20);
	h.n = (uint32_t)(w->out.n - sizeof h);
	memcpy(w->out.p, &h, sizeof h);
	for (size_t at = 0; at < w->out.n;) {
		ssize_t n = write(w->fd, w->out.p + at, w->out.n - at);
		if (n < 0 && errno != EINTR)
			return err_errno(e, "passing on what was read");
		at += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* ---- reading ------------------------------------------------------------------------------- */

static bool parcel_bytes(struct parcel *p, void *to, size_t n)
{
	memset(to, 0, n);
	if (p->bad || (size_t)(p->end - p->p) < n) {
		p->bad = true;
		return false;
	}
	memcpy(to, p->p, n);
	p->p += n;
	return true;
}

int64_t parcel_int(struct parcel *p, int64_t least, int64_t most)
{
	int64_t v;
	if (parcel_bytes(p, &v, sizeof v) && v >= least && v <= most)
		return v;
	p->bad = true;
	return 0;
}

double parcel_double(struct parcel *p)
{
	double v;
	parcel_bytes(p, &v, sizeof v);
	return v;
}

const char *parcel_text(struct parcel *p, struct arena *a)
{
	int64_t n = parcel_int(p, -1, FRAME_MAX);
	if (p->bad || n < 0)
		return NULL;
	if (n > p->end - p->p || memchr(p->p, 0, (size_t)n) || !utf8_valid(p->p, (size_t)n, NULL)) {
		p->bad = true;
		return NULL;
	}
	p->p += n;
	return arena_strndup(a, p->p - n, (size_t)n);
}

bool parcel_done(const struct parcel *p)
{
	return !p->bad && p->p == p->end;
}

/* ---- columns ------------------------------------------------------------------------------- */

void wire_column(struct wire *w, int index, const struct feed_column *c)
{
	wire_start(w, FRAME_COLUMN);
	wire_int(w, index);
	wire_text(w, c->name ? c->name : "");
	wire_text(w, c->label);
	wire_text(w, c->stored);
	wire_int(w, c->native);
	size_t n = c->ncodes > MAX_TOLD ? MAX_TOLD : c->ncodes;
	wire_int(w, (int64_t)n);
	for (size_t i = 0; i < n; i++) {
		wire_text(w, c->codes[i].code ? c->codes[i].code : "");
		wire_text(w, c->codes[i].label);
		wire_int(w, c->codes[i].missing);
		wire_int(w, c->codes[i].count);
	}
}

bool column_open(struct str frame, struct arena *a, int *index, struct feed_column *c)
{
	enum { LEAST_CODE = 32 };      /* bytes of a code without any text */
	struct parcel p = { frame.p, frame.p + frame.n, false };
	*index = (int)parcel_int(&p, 0, MAX_COLUMNS - 1);
	c->name = parcel_text(&p, a);
	c->label = parcel_text(&p, a);
	c->stored = parcel_text(&p, a);
	c->native = (enum native)parcel_int(&p, 0, NATIVES - 1);
	c->ncodes = (size_t)parcel_int(&p, 0, (p.end - p.p) / LEAST_CODE);
	c->codes = arena_calloc(a, c->ncodes + 1, sizeof *c->codes);
	for (size_t i = 0; i < c->ncodes; i++) {
		c->codes[i].code = parcel_text(&p, a);
		c->codes[i].label = parcel_text(&p, a);
		c->codes[i].missing = parcel_int(&p, 0, 1);
		c->codes[i].count = parcel_int(&p, 0, INT64_MAX);
		p.bad = p.bad || !c->codes[i].code;
	}
	return c->name && parcel_done(&p);
}

/* ---- rows ---------------------------------------------------------------------------------- */

static int length_width(const struct str *cells, int64_t n)
{
	size_t most = 0;
	for (int64_t i = 0; i < n; i++)
		most = cells[i].n > most ? cells[i].n : most;
	return most > UINT16_MAX ? 4 : most > UINT8_MAX ? 2 : most ? 1 : 0;
}

static inline void put_length(char *to, uint32_t n, int width)
{
	uint16_t n2 = (uint16_t)n;
	if (width == 1)
		*to = (char)(unsigned char)n;
	else if (width == 2)
		memcpy(to, &n2, sizeof n2);
	else
		memcpy(to, &n, sizeof n);
}

/* Each length in the fewest bytes that all lengths of the column fit into, then the texts. */
static void put_cells(struct buf *out, const struct str *cells, int64_t n)
{
	int width = length_width(cells, n);
	buf_putc(out, (char)width);
	if (!width)
		return;
	buf_reserve(out, (size_t)(n * width));
	char *to = out->p + out->n;
	out->n += (size_t)(n * width);
	size_t sum = 0;
	for (int64_t i = 0; i < n; i++, to += width) {
		put_length(to, (uint32_t)cells[i].n, width);
		sum += cells[i].n;
	}
	buf_reserve(out, sum);
	to = out->p + out->n;
	out->n += sum;
	for (int64_t i = 0; i < n; i++) {
		if (cells[i].n)
			memcpy(to, cells[i].p, cells[i].n);
		to += cells[i].n;
	}
}
void wire_rows(struct wire *w, double done, const struct block *b)
{
	wire_start(w, FRAME_ROWS);
	wire_double(w, done);
	wire_int(w, b->rows);
	wire_int(w, b->ncols);
	for (int i = 0; i < b->ncols; i++)
		put_cells(&w->out, b->cells + i * b->cap, b->rows);
}

static inline uint32_t length_at(const struct rows_column *c, int64_t i)
{
	uint16_t n2;
	uint32_t n4;
	switch (c->width) {
	case 1:
		return (unsigned char)c->lengths[i];
	case 2:
		memcpy(&n2, c->lengths + 2 * i, sizeof n2);
		return n2;
	case 4:
		memcpy(&n4, c->lengths + 4 * i, sizeof n4);
		return n4;
	default:
		return 0;
	}
}

/* Whether the texts are what they must be: valid in sum, and none starts within a character. */
static bool texts_fine(const struct rows_column *c, int64_t n, size_t sum)
{
	if (memchr(c->bytes, 0, sum) || !utf8_valid(c->bytes, sum, NULL))
		return false;
	const char *at = c->bytes;
	bool fine = true;
	for (int64_t i = 0; i < n; i++) {
		uint32_t k = length_at(c, i);
		fine = fine && k <= FEED_CELL_MAX && !(k && (*at & 0xc0) == 0x80);
		at += k;
	}
	return fine;
}

static bool column_rows(struct parcel *p, struct rows_column *c, int64_t n, bool check)
{
	char width;
	if (!parcel_bytes(p, &width, 1) || (width != 0 && width != 1 && width != 2 && width != 4))
		return false;
	c->width = width;
	c->lengths = p->p;
	if (n * width > p->end - p->p)
		return false;
	p->p += n * width;
	c->bytes = p->p;
	size_t sum = 0;
	for (int64_t i = 0; i < n && width; i++)
		sum += length_at(c, i);
	if (sum > (size_t)(p->end - p->p))
		return false;
	p->p += sum;
	return !check || !sum || texts_fine(c, n, sum);
}

bool rows_open(struct rows *r, struct str frame, bool check)
{
	enum { MOST = 1 << 24 };       /* rows of a frame: more than any block has */
	struct parcel p = { frame.p, frame.p + frame.n, false };
	*r = (struct rows){ .done = parcel_double(&p) };
	r->n = parcel_int(&p, 1, MOST);
	r->ncols = (int)parcel_int(&p, 0, MAX_COLUMNS);
	r->columns = mem_calloc((size_t)r->ncols, sizeof *r->columns);
	for (int i = 0; i < r->ncols && !p.bad; i++)
		p.bad = !column_rows(&p, &r->columns[i], r->n, check);
	return parcel_done(&p);
}

static void take_column(struct rows_column *c, struct str *to, int64_t n)
{
	for (int64_t i = 0; i < n; i++) {
		size_t k = length_at(c, i);
		to[i] = (struct str){ k ? c->bytes : NULL, k };
		c->bytes += k;
	}
	c->lengths += n * c->width;
}

void rows_take(struct rows *r, struct block *b)
{
	int64_t n = r->n - r->taken;
	if (n > block_most(b) - b->rows)
		n = block_most(b) - b->rows;
	for (int i = 0; i < b->ncols; i++) {
		struct str *to = b->cells + i * b->cap + b->rows;
		if (i < r->ncols && r->columns[i].width)
			take_column(&r->columns[i], to, n);
		else
			memset(to, 0, (size_t)n * sizeof *to);
	}
	r->taken += n;
	b->rows += n;
}

void rows_close(struct rows *r)
{
	free(r->columns);
	*r = (struct rows){ 0 };
}
