/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a feed says besides rows: facts, findings and tables, as frames and into the result. */
#include "ingest/process/process_int.h"

#include <string.h>

void wire_fact(struct wire *w, const char *name, const char *value)
{
	wire_start(w, FRAME_FACT);
	wire_text(w, name);
	wire_text(w, value);
}

void wire_finding(struct wire *w, const struct finding *f)
{
	wire_start(w, FRAME_FINDING);
	wire_int(w, f->code);
	wire_text(w, f->columns[0]);
	wire_int(w, f->count);
	wire_int(w, f->total);
	wire_text(w, f->text);
	wire_text(w, f->text2);
}

void wire_table(struct wire *w, const struct feed_table *t)
{
	wire_start(w, FRAME_TABLE);
	wire_text(w, t->name ? t->name : "");
	wire_text(w, t->note);
	wire_int(w, t->rows);
	wire_int(w, t->columns);
	wire_int(w, t->hidden);
	wire_int(w, t->chosen);
}

/* Room for one more of n things; arrays grow at powers of two. NULL: there are enough. */
static void *grow(struct arena *a, const void *v, size_t n, size_t size)
{
	if (n >= MAX_TOLD)
		return NULL;
	void *more = arena_calloc(a, n ? n * 2 : 8, size);
	if (n)
		memcpy(more, v, n * size);
	return more;
}

static bool full(size_t n)
{
	return n < 8 ? n == 0 : (n & (n - 1)) == 0;
}

static bool take_fact(struct arena *a, struct ingest_result *r, struct parcel *p)
{
	struct ingest_fact x = { .name = parcel_text(p, a) };
	x.value = parcel_text(p, a);
	if (!parcel_done(p) || !x.name || !x.value)
		return false;
	if (full(r->nfacts) && !(r->facts = grow(a, r->facts, r->nfacts, sizeof x)))
		return false;
	r->facts[r->nfacts++] = x;
	return true;
}

static bool take_table(struct arena *a, struct ingest_result *r, struct parcel *p)
{
	struct ingest_table x = { .name = parcel_text(p, a) };
	x.note = parcel_text(p, a);
	x.rows = parcel_int(p, -1, INT64_MAX);
	x.columns = parcel_int(p, -1, INT64_MAX);
	x.hidden = parcel_int(p, 0, 1);
	x.chosen = parcel_int(p, 0, 1);
	if (!parcel_done(p) || !x.name)
		return false;
	if (full(r->ntables) && !(r->tables = grow(a, r->tables, r->ntables, sizeof x)))
		return false;
	r->tables[r->ntables++] = x;
	return true;
}

static bool take_finding(struct arena *a, struct ingest_result *r, struct parcel *p)
{
	enum finding_code code = (enum finding_code)parcel_int(p, 0, FIND_COUNT - 1);
	struct finding f = finding_make(code, parcel_text(p, a));
	f.count = parcel_int(p, -1, INT64_MAX);
	f.total = parcel_int(p, -1, INT64_MAX);
	f.text = parcel_text(p, a);
	f.text2 = parcel_text(p, a);
	if (!parcel_done(p) || r->nfindings >= MAX_TOLD)
		return false;
	ingest_finding(a, r, f);
	return true;
}

bool told_take(struct arena *a, struct ingest_result *r, enum frame_kind kind, struct str frame)
{
	struct parcel p = { frame.p, frame.p + frame.n, false };
	if (kind == FRAME_CONFINED) {
		r->confined = parcel_text(&p, a);
		return r->confined && parcel_done(&p);
	}
	if (kind == FRAME_FACT)
		return take_fact(a, r, &p);
	if (kind == FRAME_TABLE)
		return take_table(a, r, &p);
	return kind == FRAME_PROGRESS || (kind == FRAME_FINDING && take_finding(a, r, &p));
}

int process_tell(struct arena *a, const struct process_job *job, struct ingest_result *r,
	struct err *e)
{
	struct frame_head h;
	const char *bytes;
	struct process *p = process_start(a, job, e);
	int got = p ? 1 : -1;
	while (got > 0 && (got = process_next(p, &h, &bytes, e)) > 0)
		if (!told_take(a, r, (enum frame_kind)h.kind, (struct str){ bytes, h.n }))
			got = process_hostile(p, e);
	return got;
}
