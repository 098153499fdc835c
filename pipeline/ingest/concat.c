/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Several files as one source of rows, one after the other. Columns are matched by name, without
 * regard to case and surrounding blanks; files without a header by position. A file is opened
 * when its turn comes in the first reading, so columns may come late, as they do in a feed; what
 * a file lacks is missing in its rows. Types are decided over all files, by what comes after.
 */
#include "ingest/ingest_int.h"

#include "ingest/process/feed.h"
#include "ingest/process/process_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

struct part {
	const struct ingest_input *input;
	struct source source;
	struct text text;
	struct ingest_result result;
	int *to;                       /* its column -> column of the whole */
	int nto;
	int64_t rows;
};

struct concat {
	struct arena *arena;           /* its own: fill runs beside threads that use the caller's */
	const struct ingest_options *options;
	struct ingest_result *result;
	struct part *parts;
	size_t nparts, at, opened;
	bool complete;                 /* the first reading has seen all */
	struct block in;               /* rows of the part at hand */
	struct str *names;
	struct feed_column *columns;
	int ncols, room;
};

/* ---- columns ----------------------------------------------------------------------------- */

static bool same_name(struct str a, struct str b)
{
	a = str_trim(a);
	b = str_trim(b);
	if (a.n != b.n || !a.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (token_key(a.p[i]) != token_key(b.p[i]))
			return false;
	return true;
}

static void make_room(struct concat *c)
{
	if (c->ncols < c->room)
		return;
	c->room = c->room ? 2 * c->room : 64;
	struct str *names = arena_calloc(c->arena, (size_t)c->room, sizeof *names);
	struct feed_column *columns = arena_calloc(c->arena, (size_t)c->room, sizeof *columns);
	if (c->ncols) {
		memcpy(names, c->names, (size_t)c->ncols * sizeof *names);
		memcpy(columns, c->columns, (size_t)c->ncols * sizeof *columns);
	}
	c->names = names;
	c->columns = columns;
}

/* Whether an earlier column of the part has taken this column of the whole. */
static bool taken(const struct part *p, int col, int before)
{
	for (int i = 0; i < before; i++)
		if (p->to[i] == col)
			return true;
	return false;
}

/* The column of the whole for column i of the part; a new one when there is none. */
static int column_for(struct concat *c, const struct part *p, int i, struct err *e)
{
	const struct source *s = &p->source;
	struct feed_column own = { .name = "" };
	if (s->columns)
		own = s->columns[i];
	for (int k = 0; k < c->ncols; k++)
		if ((s->names[i].n ? same_name(c->names[k], s->names[i]) :
			k == i && !c->names[k].n) && !taken(p, k, i)) {
			if (c->columns[k].native != own.native)
				c->columns[k].native = NATIVE_NONE;
			return k;
		}
	if (c->ncols == MAX_COLUMNS)
		return err_set(e, ERR_INPUT, "more than %d columns in all files together",
			MAX_COLUMNS);
	make_room(c);
	c->names[c->ncols] = s->names[i];
	c->columns[c->ncols] = own;
	return c->ncols++;
}

/* Gives every column of the part that is not yet known its place. */
static int map_columns(struct concat *c, struct part *p, struct err *e)
{
	int n = p->source.ncols;
	if (n <= p->nto)
		return 0;
	int *to = arena_calloc(c->arena, (size_t)n, sizeof *to);
	if (p->nto)
		memcpy(to, p->to, (size_t)p->nto * sizeof *to);
	p->to = to;
	for (; p->nto < n; p->nto++) {
		int k = column_for(c, p, p->nto, e);
		if (k < 0)
			return -1;
		to[p->nto] = k;
	}
	return 0;
}

/* ---- parts ------------------------------------------------------------------------------- */

static const char *name_of(const struct part *p)
{
	return input_name(p->input);
}

static int open_part(struct concat *c, struct source *whole, struct err *e)
{
	struct part *p = &c->parts[c->at];
	if (source_open_one(c->arena, c->options, p->input, &p->text, &p->source, &p->result, e))
		return err_while(e, "'%s'", name_of(p));
	/* all set aside into one quarantine, each with the name of its file */
	p->source.quarantine = whole->quarantine;
	quarantine_file(whole->quarantine, name_of(p));
	c->opened++;
	c->result->bytes += p->result.bytes;
	return map_columns(c, p, e);
}

static bool lacks(const struct part *p, int col)
{
	return !taken(p, col, p->nto);
}

/* What was done with records of the part joins what was done with those of the others. */
static void add_deeds(struct concat *c, const struct ingest_result *part)
{
	struct ingest_result *r = c->result;
	struct ingest_deed *all = arena_calloc(c->arena, r->ndeeds + part->ndeeds + 1,
		sizeof *all);
	if (r->ndeeds)
		memcpy(all, r->deeds, r->ndeeds * sizeof *all);
	for (size_t i = 0; i < part->ndeeds; i++) {
		size_t k = 0;
		while (k < r->ndeeds && strcmp(all[k].name, part->deeds[i].name) != 0)
			k++;
		if (k == r->ndeeds)
			all[r->ndeeds++] = part->deeds[i];
		else
			all[k].count += part->deeds[i].count;
	}
	r->deeds = all;
}

/* What can be said when all parts have been read once. */
static void tell_parts(struct concat *c)
{
	struct ingest_result *r = c->result;
	int64_t differing = 0;
	r->parts = arena_calloc(c->arena, c->nparts, sizeof *r->parts);
	r->nparts = c->nparts;
	for (size_t i = 0; i < c->nparts; i++) {
		struct part *p = &c->parts[i];
		struct ingest_part *q = &r->parts[i];
		*q = (struct ingest_part){ .name = name_of(p), .format = p->result.format,
			.bytes = p->result.bytes, .rows = p->rows };
		q->absent = arena_calloc(c->arena, (size_t)c->ncols + 1, sizeof *q->absent);
		for (int k = 0; k < c->ncols; k++)
			if (lacks(p, k))
				q->absent[q->nabsent++] = arena_strndup(c->arena,
					c->names[k].p, c->names[k].n);
		differing += q->nabsent > 0;
		for (size_t k = 0; k < p->result.nfindings; k++)
			ingest_finding(c->arena, r, p->result.findings[k]);
		add_deeds(c, &p->result);
	}
	struct finding f = finding_make(FIND_parts_differ, NULL);
	f.count = differing;
	f.total = (int64_t)c->nparts;
	if (differing)
		ingest_finding(c->arena, r, f);
}

/* ---- the source -------------------------------------------------------------------------- */

static void publish(struct source *s)
{
	const struct concat *c = s->state;
	s->ncols = c->ncols;
	s->names = c->names;
	s->columns = c->columns;
}

/* The rows of c->in under the columns of the whole. */
static void hand_over(const struct concat *c, const struct part *p, struct block *b)
{
	const struct block *in = &c->in;
	for (int k = 0; k < b->ncols; k++)
		memset(&b->cells[k * b->cap], 0, (size_t)in->rows * sizeof *b->cells);
	for (int i = 0; i < in->ncols; i++)
		memcpy(&b->cells[p->to[i] * b->cap], &in->cells[i * in->cap],
			(size_t)in->rows * sizeof *b->cells);
}

/* An empty block of `cap` rows like those that sources fill. */
static void begin(struct concat *c, const struct part *p, const struct block *b)
{
	free(c->in.cells);
	c->in = (struct block){ .ncols = p->source.ncols, .cap = b->cap, .most = b->most,
		.bytes = b->bytes, .room = p->source.ncols };
	c->in.cells = mem_calloc((size_t)b->cap * (size_t)c->in.ncols, sizeof *c->in.cells);
}

static int fill(struct source *s, struct block *b, struct err *e)
{
	struct concat *c = s->state;
	for (; c->at < c->nparts; c->at++) {
		struct part *p = &c->parts[c->at];
		struct source *own = &p->source;
		if (c->at == c->opened && open_part(c, s, e))
			return -1;
		quarantine_file(s->quarantine, name_of(p));
		begin(c, p, b);
		int64_t records = own->records, padded = own->padded, blank = own->blank_lines;
		if (own->fill(own, &c->in, e))
			return err_while(e, "'%s'", name_of(p));
		s->records += own->records - records;
		s->padded += own->padded - padded;
		s->blank_lines += own->blank_lines - blank;
		if (map_columns(c, p, e))
			return -1;
		publish(s);
		s->done = ((double)c->at + own->done) / (double)c->nparts;
		if (!c->in.rows)
			continue;
		b->rows = c->in.rows;      /* room for them must stay */
		block_widen(b, c->ncols, (int64_t)b->cap * c->ncols);
		hand_over(c, p, b);
		p->rows += c->complete ? 0 : c->in.rows;
		return 0;
	}
	if (!c->complete)
		tell_parts(c);
	c->complete = true;
	return 0;
}

static void rewind_all(struct source *s)
{
	struct concat *c = s->state;
	for (size_t i = 0; i < c->opened; i++) {
		struct source *own = &c->parts[i].source;
		own->rewind(own);
	}
	c->at = 0;
	s->records = s->padded = s->blank_lines = 0;
	s->done = 0;
	quarantine_reset(s->quarantine);
}

static void release(void *arg)
{
	struct concat *c = arg;
	free(c->in.cells);
	arena_free(c->arena);
}

/* Each feed keeps a file open. */
static void raise_limit(void)
{
	struct rlimit r;
	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
}

int concat_open(struct arena *a, const struct ingest_options *o, struct source *s,
	struct ingest_result *r, struct err *e)
{
	struct concat *c = arena_alloc(a, sizeof *c);
	*c = (struct concat){ .arena = arena_new(), .options = o, .result = r,
		.nparts = o->ninputs };
	arena_own(a, c, release);
	c->parts = arena_calloc(c->arena, c->nparts, sizeof *c->parts);
	for (size_t i = 0; i < c->nparts; i++)
		c->parts[i].input = &o->inputs[i];
	*s = (struct source){ .quarantine = quarantine_new(a), .fill = fill,
		.rewind = rewind_all, .state = c };
	raise_limit();
	if (open_part(c, s, e))
		return -1;
	publish(s);
	/* the first file speaks for all */
	struct part *first = c->parts;
	int64_t bytes = r->bytes;
	*r = first->result;
	r->bytes = bytes;
	r->findings = NULL;
	r->nfindings = 0;
	s->semicolon = first->source.semicolon;
	return 0;
}
