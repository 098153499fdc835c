/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the cells of a column agree on: their kind, their length, their shape. */
#include "ingest/layout_int.h"

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

struct layout_column view_column(const struct view *v, int from, int to, int col)
{
	int count[KINDS] = { 0 }, blank = 0;
	struct layout_column look = { .kind = KIND_EMPTY };
	size_t least = SIZE_MAX, most = 0;
	bool shaped = true;
	for (int i = from; i < to && i < from + BODY; i++) {
		enum cell_kind k = view_kind(v, i, col);
		blank += k == KIND_EMPTY;
		if (k == KIND_EMPTY || k == KIND_MISSING)
			continue;
		struct str s = view_text(v, i, col);
		char shape[SHAPE_MAX + 1];
		shaped = shaped && cell_shape(s, shape) &&
			(!look.values || strcmp(shape, look.shape) == 0);
		if (shaped)
			memcpy(look.shape, shape, sizeof shape);
		least = s.n < least ? s.n : least;
		most = s.n > most ? s.n : most;
		count[k]++;
		look.values++;
	}
	for (int k = 0; k < KINDS; k++)
		if (count[k] * 5 >= look.values * 4 && look.values)
			look.kind = (enum cell_kind)k;
	if (look.values >= FEW && least == most)
		look.length = most;
	if (!shaped || look.values < FEW || !telling(look.shape))
		*look.shape = 0;
	look.full = !blank && look.values > FEW;
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
