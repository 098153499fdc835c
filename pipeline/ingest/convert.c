/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells become values of the type of their column. */
#include "ingest/build_int.h"

#include <math.h>

/* ---- values of each type ----------------------------------------------------------------- */

static bool scan_own(const struct builder *b, struct str s, struct number *n)
{
	return number_scan(s, n) && (!n->unit || n->unit == b->plan->unit) &&
		(!n->scale || b->plan->scaled);
}

static bool take_integer(struct builder *b, struct str s)
{
	struct number n;
	int64_t v;
	double d;
	if (!scan_own(b, s, &n))
		return false;
	if (!b->plan->lenient) {
		if (n.leading_zero || n.huge || n.phone || !number_int64(&n, b->plan->mark, &v))
			return false;
	} else if (!number_int64(&n, b->plan->mark, &v)) {
		/* declared an integer and written 5.0 or 1e3 */
		if (!number_double(&n, b->plan->mark, &d) || d != floor(d) || fabs(d) > 0x1p53)
			return false;
		v = (int64_t)d;
	}
	b->v.i64[b->rows] = v;
	sentinels_number(&b->sentinels, (double)v);
	return true;
}

static bool take_real(struct builder *b, struct str s)
{
	struct number n;
	double v;
	if (!scan_own(b, s, &n) || !number_double(&n, b->plan->mark, &v))
		return false;
	b->v.f64[b->rows] = v;
	sentinels_number(&b->sentinels, v);
	return true;
}

static bool take_boolean(struct builder *b, struct str s)
{
	bool v;
	if (!boolean_scan(s, b->plan->pair, &v)) {
		uint32_t yes, pairs = boolean_pairs(s, &yes);
		bool digit = s.n == 1 && (*s.p == '0' || *s.p == '1');
		if (!b->plan->lenient || (!pairs && !digit))
			return false;
		v = digit ? *s.p == '1' : yes != 0;
	}
	builder_bit(b, b->rows, v);
	if (s.n <= 16) {
		b->yes_no[v].w = word_pair(s, false);
		b->yes_no[v].n = s.n;
	}
	return true;
}

static bool scan_when(struct builder *b, struct str s, struct when *w)
{
	const struct plan *p = b->plan;
	if (!(p->guise && when_number(s, p->guise, w)) &&
		!(when_scan_from(s, p->pivot, w) && w->orders >> p->order & 1 &&
			(w->written.style >= STYLE_YM) == p->periods))
		return false;
	int format = builder_format(b, &w->written, 1);
	int shape = !b->tokens->shaped && shape_like_date(s, b->padded) ? shape_of_date(s) : SHAPE_NONE;
	if (shape >= 0)
		b->usual[shape - SHAPE_DATE] = format;
	sentinels_day(&b->sentinels, w->days[b->plan->order]);
	return true;
}

static bool take_date(struct builder *b, struct str s)
{
	struct when w;
	if (!scan_when(b, s, &w) || w.clock)
		return false;
	b->v.i32[b->rows] = w.days[b->plan->order];
	return true;
}

/* Times of day and durations. */
static bool take_clock(struct builder *b, struct str s)
{
	struct clock c;
	bool time = b->plan->type == PARSED_TIME;
	if (!(b->plan->guise == GUISE_CLOCK && clock_digits(s, &c)) &&
		!(clock_scan(s, &c) && (time ? c.time : c.duration)))
		return false;
	struct written w = { .style = STYLE_CLOCK, .clock = c.form };
	builder_format(b, &w, 1);
	b->v.i64[b->rows] = c.us;
	return true;
}

static bool take_moment(struct builder *b, struct str s)
{
	struct when w;
	if (!scan_when(b, s, &w))
		return false;
	b->v.i64[b->rows] = w.days[b->plan->order] * INT64_C(86400000000) + w.clock;
	return true;
}

static bool take_level(struct builder *b, struct str s)
{
	b->v.i32[b->rows] = levels_find(b->levels, s);
	return true;
}

static bool take_text(struct builder *b, struct str s)
{
	buf_put(&b->bytes, s.p, s.n);
	return true;
}

/* ---- choosing ------------------------------------------------------------------------ */

builder_value *convert(const struct plan *p)
{
	switch (p->type) {
	case PARSED_INTEGER:
		return take_integer;
	case PARSED_REAL:
		return take_real;
	case PARSED_BOOLEAN:
		return take_boolean;
	case PARSED_DATE:
		return take_date;
	case PARSED_DATETIME:
		return take_moment;
	case PARSED_TIME:
	case PARSED_DURATION:
		return take_clock;
	case PARSED_TEXT:
	case PARSED_EMPTY:
	case PARSED_TYPES:
		break;
	}
	return p->dictionary ? take_level : take_text;
}
