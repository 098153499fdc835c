/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the cells of a column agree on: their kind, their length, their shape. */
#include "ingest/layout/layout_int.h"

#include <string.h>

enum { BODY = 200, FEW = 4 };  /* rows that are looked at; values that make agreement */

/* Letters become a, digits 9, a run of either counts once: "MG-8769" is "a-9". False: too long
 * to mean anything. */
bool cell_shape(struct str s, char shape[SHAPE_MAX + 1])
{
	size_t n = 0;
	char last = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i], lower = c | 0x20;
		char sign = c >= '0' && c <= '9' ? '9'
			: c >= 0x80 || (lower >= 'a' && lower <= 'z') ? 'a' : (char)c;
		if (sign == last && (sign == 'a' || sign == '9'))
			continue;
		if (n == SHAPE_MAX)
			return false;
		shape[n++] = last = sign;
	}
	shape[n] = 0;
	return n > 0;
}

/* A word may look like any other; digits and signs in fixed places are a pattern. */
static bool telling(const char *shape)
{
	return strlen(shape) > 1 && strchr(shape, '9') && strspn(shape, "9.,") != strlen(shape);
}

/* Numbers are alike with or without a currency, dates with or without a time. */
bool kinds_alike(enum cell_kind a, enum cell_kind b)
{
	bool numbers = (a == KIND_NUMBER || a == KIND_MONEY) &&
		(b == KIND_NUMBER || b == KIND_MONEY);
	bool dates = (a == KIND_DATE || a == KIND_DATETIME) &&
		(b == KIND_DATE || b == KIND_DATETIME);
	return a == b || numbers || dates;
}

/* What most have, by majority vote (Boyer, Moore 1981). */
struct majority {
	char shape[SHAPE_MAX + 1];
	size_t length;
	int shapes, lengths;
};

static void elect(struct majority *m, struct str s)
{
	char shape[SHAPE_MAX + 1];
	if (!cell_shape(s, shape))
		*shape = 0;
	if (!m->shapes)
		memcpy(m->shape, shape, sizeof shape);
	m->shapes += strcmp(shape, m->shape) == 0 ? 1 : -1;
	if (!m->lengths)
		m->length = s.n;
	m->lengths += s.n == m->length ? 1 : -1;
}

struct layout_column view_column(const struct view *v, int from, int to, int col)
{
	int count[KINDS] = { 0 };
	struct layout_column look = { .kind = KIND_EMPTY };
	struct majority m = { .shapes = 0 };
	to = to < from + BODY ? to : from + BODY;
	for (int i = from; i < to; i++) {
		if (v->width && v->rows[i]->n > v->width)
			continue;
		enum cell_kind k = view_kind(v, i, col);
		look.rows++;
		count[k]++;
		if (k == KIND_EMPTY || k == KIND_MISSING)
			continue;
		look.values++;
		elect(&m, view_text(v, i, col));
	}
	for (int k = 0; k < KINDS; k++)
		if (count[k] * 5 >= look.values * 4 && look.values && k != KIND_EMPTY)
			look.kind = (enum cell_kind)k;
	look.full = !count[KIND_EMPTY] && look.values > FEW;
	if (look.values < FEW)
		return look;
	int shapes = 0, lengths = 0;
	for (int i = from; i < to; i++) {
		struct str s = view_text(v, i, col);
		char shape[SHAPE_MAX + 1];
		if (v->width && v->rows[i]->n > v->width)
			continue;
		shapes += s.n && cell_shape(s, shape) && strcmp(shape, m.shape) == 0;
		lengths += s.n && s.n == m.length;
	}
	if (shapes * 10 >= look.values * 9 && telling(m.shape))
		memcpy(look.shape, m.shape, sizeof m.shape);
	if (lengths * 20 >= look.values * 19)
		look.length = m.length;
	return look;
}

bool view_words(const struct view *v, int row)
{
	for (int c = 0; c < v->rows[row]->n; c++)
		if (kind_typed(view_kind(v, row, c)))
			return false;
	return true;
}

bool view_same(const struct view *v, int a, int b)
{
	int n = v->rows[a]->n > v->rows[b]->n ? v->rows[a]->n : v->rows[b]->n;
	for (int c = 0; c < n; c++)
		if (str_cmp(view_text(v, a, c), view_text(v, b, c)) != 0)
			return false;
	return true;
}

void view_make(struct arena *a, const struct layout_row *rows, int n, struct view *v)
{
	v->n = n < LAYOUT_ROWS ? n : LAYOUT_ROWS;
	for (int i = 0; i < v->n; i++) {
		const struct layout_row *r = v->rows[i] = &rows[i];
		v->kinds[i] = arena_calloc(a, (size_t)r->n + 1, sizeof *v->kinds[i]);
		for (int c = 0; c < r->n; c++) {
			enum cell_kind k = cell_kind(r->cells[c].s, r->cells[c].quoted);
			v->kinds[i][c] = (uint8_t)k;
			v->filled[i] += k != KIND_EMPTY;
			v->extent[i] = k != KIND_EMPTY ? c + 1 : v->extent[i];
		}
	}
}
