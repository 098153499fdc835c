/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The frames of a confined process as a source of rows. All that is needed again goes through a
 * file without a name: the first reading takes each frame from there as soon as the child has
 * said it, later readings when it has long ended, so that the format is parsed once.
 */
#define _GNU_SOURCE            /* O_TMPFILE */
#include "ingest/process/process_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A frame of rows in memory; cells in blocks borrow from it. */
struct held {
	int users;
	size_t n;
	char bytes[];
};

struct feed_source {
	struct arena *arena;       /* its own: fill runs beside threads that use the caller's */
	struct ingest_result *result;
	struct process *process;
	bool ended, has_rows;
	int spool;                 /* frames of rows and rejects, with their heads */
	int64_t at, spooled;       /* bytes: read and written of it */
	int64_t checked;           /* texts up to here are known to be fine */
	struct held *held;         /* the frame that `rows` is about; NULL: none */
	struct rows rows;
	struct feed_column *columns;
	struct str *names;
	int ncols, room;
};

/* ---- the spool ----------------------------------------------------------------------------- */

int spool_open(const char *folder, struct err *e)
{
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
	if (fd >= 0)
		return fd;
	struct buf path = { 0 };       /* not every file system can do that */
	buf_printf(&path, "%s/ingest-XXXXXX", folder);
	fd = mkostemp(path.p, O_CLOEXEC);
	if (fd < 0)
		err_errno(e, "cannot create a temporary file in '%s'", folder);
	else
		unlink(path.p);
	buf_free(&path);
	return fd;
}

static int spool_put(struct feed_source *s, const void *p, size_t n, struct err *e)
{
	for (const char *from = p; n;) {
		ssize_t k = pwrite(s->spool, from, n, s->spooled);
		if (k < 0 && errno != EINTR)
			return err_errno(e, "writing a temporary file");
		from += k > 0 ? k : 0;
		n -= k > 0 ? (size_t)k : 0;
		s->spooled += k > 0 ? k : 0;
	}
	return 0;
}

static int spool_get(struct feed_source *s, void *p, size_t n, struct err *e)
{
	for (char *to = p; n;) {
		ssize_t k = pread(s->spool, to, n, s->at);
		if (k == 0 || (k < 0 && errno != EINTR))
			return err_errno(e, "reading a temporary file");
		to += k > 0 ? k : 0;
		n -= k > 0 ? (size_t)k : 0;
		s->at += k > 0 ? k : 0;
	}
	return 0;
}

/* ---- frames -------------------------------------------------------------------------------- */

static void drop(void *arg)
{
	struct held *h = arg;
	if (--h->users == 0)
		free(h);
}

/* A column that is new, or one that is known better now. */
static int take_column(struct feed_source *s, struct str frame, struct err *e)
{
	int i;
	struct feed_column c;
	if (!column_open(frame, s->arena, &i, &c) || i > s->ncols)
		return process_hostile(s->process, e);
	if (i == s->room) {
		s->room = s->room ? s->room * 2 : 32;
		size_t room = (size_t)s->room, n = (size_t)s->ncols;
		struct feed_column *columns = arena_calloc(s->arena, room, sizeof *columns);
		struct str *names = arena_calloc(s->arena, room, sizeof *names);
		if (n)
			memcpy(columns, s->columns, n * sizeof *columns);
		if (n)
			memcpy(names, s->names, n * sizeof *names);
		s->columns = columns;
		s->names = names;
	}
	s->columns[i] = c;
	s->names[i] = str_of(c.name);
	s->ncols += i == s->ncols;
	return 0;
}

/* Hears one frame; rows and rejects go into the spool. */
static int listen_once(struct feed_source *s, struct err *e)
{
	struct frame_head h;
	const char *bytes;
	int got = process_next(s->process, &h, &bytes, e);
	s->ended = got <= 0;
	if (got <= 0)
		return got;
	struct str frame = { bytes, h.n };
	switch ((enum frame_kind)h.kind) {
	case FRAME_ROWS:
		s->has_rows = true;
		return spool_put(s, &h, sizeof h, e) || spool_put(s, bytes, h.n, e) ? -1 : 0;
	case FRAME_REJECT:
		return spool_put(s, &h, sizeof h, e) || spool_put(s, bytes, h.n, e) ? -1 : 0;
	case FRAME_COLUMN:
		return take_column(s, frame, e);
	case FRAME_CONFINED:
	case FRAME_PROGRESS:
	case FRAME_FACT:
	case FRAME_FINDING:
	case FRAME_TABLE:
		return told_take(s->arena, s->result, (enum frame_kind)h.kind, frame)
			? 0 : process_hostile(s->process, e);
	case FRAME_END:
	case FRAME_ERROR:
	case FRAME_KINDS:
		break;
	}
	return process_hostile(s->process, e);
}

static int take_reject(struct source *src, struct str frame, struct err *e)
{
	struct feed_source *s = src->state;
	struct arena *a = arena_new();
	struct parcel p = { frame.p, frame.p + frame.n, false };
	bool bad = parcel_int(&p, 0, 1);
	int64_t line = parcel_int(&p, 0, INT64_MAX), record = parcel_int(&p, 0, INT64_MAX);
	const char *reason = parcel_text(&p, a), *raw = parcel_text(&p, a);
	bool fine = parcel_done(&p) && reason && raw;
	if (fine) {
		src->records++;
		quarantine_add(src->quarantine, bad, line, record, str_of(raw), "%s", reason);
	}
	arena_free(a);
	return fine ? 0 : process_hostile(s->process, e);
}

/* Goes on until rows are at hand: 1; 0 at the end; -1. */
static int next_rows(struct source *src, struct err *e)
{
	struct feed_source *s = src->state;
	while (!s->held) {
		while (s->at == s->spooled) {
			if (s->ended)
				return 0;
			if (listen_once(s, e))
				return -1;
		}
		struct frame_head h;
		if (spool_get(s, &h, sizeof h, e))
			return -1;
		struct held *held = mem_alloc(sizeof *held + h.n);
		*held = (struct held){ .users = 1, .n = h.n };
		struct str frame = { held->bytes, h.n };
		int status = spool_get(s, held->bytes, h.n, e);
		if (!status && h.kind == FRAME_REJECT)
			status = take_reject(src, frame, e);
		if (status || h.kind == FRAME_REJECT) {
			drop(held);
		} else {
			s->held = held;
			if (!rows_open(&s->rows, frame, s->at > s->checked) ||
				s->rows.ncols > s->ncols)
				status = process_hostile(s->process, e);
			else if (s->at > s->checked)
				s->checked = s->at;
		}
		if (status)
			return -1;
	}
	return 1;
}

static void drop_rows(struct feed_source *s)
{
	if (s->held)
		drop(s->held);
	s->held = NULL;
	rows_close(&s->rows);
}

/* ---- the source ---------------------------------------------------------------------------- */

/* What changes while the child goes on. */
static void publish(struct source *src)
{
	const struct feed_source *s = src->state;
	src->ncols = s->ncols;
	src->names = s->names;
	src->columns = s->columns;
}

static int fill(struct source *src, struct block *b, struct err *e)
{
	enum { CELLS = 1 << 18 };      /* of a block that had to grow */
	struct feed_source *s = src->state;
	while (b->rows < block_most(b)) {
		int got = next_rows(src, e);
		publish(src);
		if (got <= 0)
			return got;
		/* rows of more columns go into a block of their own: this one was made for few */
		if (s->ncols > b->ncols && b->rows)
			return 0;
		block_widen(b, s->ncols, CELLS);
		int64_t before = b->rows;
		rows_take(&s->rows, b);
		src->records += b->rows - before;
		src->done = s->rows.done;
		s->held->users++;
		arena_own(b->bytes, s->held, drop);
		if (s->rows.taken == s->rows.n)
			drop_rows(s);
	}
	return 0;
}

static void rewind_rows(struct source *src)
{
	struct feed_source *s = src->state;
	drop_rows(s);
	s->at = 0;
	src->records = 0;
	src->done = 0;
	quarantine_reset(src->quarantine);
}

static void release(void *arg)
{
	struct feed_source *s = arg;
	drop_rows(s);
	if (s->spool >= 0)
		close(s->spool);
	arena_free(s->arena);
}

int feed_open(struct arena *a, const struct ingest_options *o, const struct format *f,
	const char *path, struct source *src, struct ingest_result *r, struct err *e)
{
	struct feed_source *s = arena_alloc(a, sizeof *s);
	r->format = f->name;
	r->title = f->title;
	*s = (struct feed_source){ .arena = arena_new(), .result = r, .spool = -1 };
	arena_own(a, s, release);
	s->spool = spool_open(o->scratch, e);
	const struct process_job job = { .format = f, .options = o, .path = path, .to = -1 };
	if (s->spool < 0 || !(s->process = process_start(s->arena, &job, e)))
		return -1;
	*src = (struct source){ .quarantine = quarantine_new(a), .fill = fill,
		.rewind = rewind_rows, .state = s };
	/* the columns are known with the first rows, or at the end when there are none */
	while (!s->ended && !s->has_rows)
		if (listen_once(s, e))
			return -1;
	publish(src);
	return s->ncols ? 0 : err_set(e, ERR_INPUT, "it holds no columns");
}
