/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Single values as text: examples, levels, samples, dates. */
#include "profile/column_int.h"

enum { TEXT_MAX = 200 }; /* code points of a value that are shown */

const char *clean_text(struct arena *a, const char *p, size_t n)
{
	const char *cut = p, *end = p + n;
	for (int i = 0; i < TEXT_MAX && cut < end; i++)
		utf8_next(&cut, end);
	struct buf b = { 0 };
	utf8_clean(&b, p, (size_t)(cut - p));
	if (cut < end)
		utf8_put(&b, 0x2026);
	const char *text = arena_strndup(a, buf_str(&b), b.n);
	buf_free(&b);
	return text;
}

const char *tick_text(const struct work *w, int64_t tick)
{
	char out[40];
	size_t n;
	if (w->storage == COLUMN_DATE) {
		n = date_format(out, (int32_t)tick);
	} else {
		n = time_format(out, tick);
		if (!table_field(w->table, w->var->col)->zone && n && out[n - 1] == 'Z')
			n--; /* no zone is known, so none is claimed */
	}
	return arena_strndup(w->arena, out, n);
}

static const char *number_text(struct arena *a, double x)
{
	char out[NUM_MAX];
	num_shortest(out, x);
	return arena_strdup(a, out);
}

const char *value_text(const struct work *w, int64_t row)
{
	const struct batch *b = table_batch(w->table, row / BATCH_ROWS);
	const struct column *c = &b->cols[w->var->col];
	row -= b->first_row;
	if (!column_has(c, row))
		return NULL;
	struct str s;
	char clock[CLOCK_TEXT];
	switch (c->type) {
	case COLUMN_INT64:
		return arena_printf(w->arena, "%lld", (long long)c->v.i64[row]);
	case COLUMN_FLOAT64:
		return isnan(c->v.f64[row]) ? NULL : number_text(w->arena, c->v.f64[row]);
	case COLUMN_BOOL:
		return c->v.bits[row >> 3] >> (row & 7) & 1 ? "true" : "false";
	case COLUMN_DATE:
		return tick_text(w, c->v.i32[row]);
	case COLUMN_TIMESTAMP:
		return tick_text(w, c->v.i64[row]);
	case COLUMN_TIME:
	case COLUMN_DURATION:
		clock_format(clock, c->v.i64[row]);
		return arena_strdup(w->arena, clock);
	case COLUMN_UTF8:
		s = column_str(c, row);
		return clean_text(w->arena, s.p, s.n);
	case COLUMN_DICT:
		s = table_dict_value(w->table, w->var->col, c->v.i32[row]);
		return clean_text(w->arena, s.p, s.n);
	}
	return NULL;
}

/* From each of `max` equal stretches of rows the first value that is not among those before; a
 * stretch is given up after so many present values, because a column of few values has no more. */
enum { PATIENCE = 10 };

int pick_values(const struct work *w, const char **out, int max)
{
	int n = 0;
	int64_t rows = w->out->rows;
	for (int i = 0; i < max; i++) {
		int64_t from = rows / max * i + rows % max * i / max;
		int64_t to = rows / max * (i + 1) + rows % max * (i + 1) / max;
		int seen = 0;
		for (int64_t row = from; row < to && seen < PATIENCE; row++) {
			const char *text = value_text(w, row);
			if (!text)
				continue;
			int k = 0;
			while (k < n && strcmp(out[k], text) != 0)
				k++;
			if (k == n) {
				out[n++] = text;
				break;
			}
			seen++;
		}
	}
	return n;
}
