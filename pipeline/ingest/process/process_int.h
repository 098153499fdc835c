/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A feed in a confined process of its own, and the frames in which it speaks. The writing end may
 * be in the hands of a hostile file: the reading end believes no length, count, kind or text.
 *
 *	process_frames.c   frames: put by the child, taken apart and checked by the parent
 *	process_told.c     the frames of what a feed says besides rows
 *	process_child.c    the child: confines itself, runs the feed, puts frames
 *	process.c          the parent: starts, waits, watches, says how it ended
 *	process_source.c   the frames as a source of rows, kept in a file so that they can be replayed
 */
#ifndef INGEST_PROCESS_INT_H
#define INGEST_PROCESS_INT_H

#include "ingest/process/feed.h"

/* ---- feed.c ------------------------------------------------------------------------------ */

/* Gives a block that many columns; rows that it has no use for yet may go, so that it stays near
 * that many cells. */
void block_widen(struct block *b, int ncols, int64_t cells);
/* feed_run_here with a descriptor to write to. */
int feed_run_to(int to, const struct format *f, const struct ingest_options *o, const char *path,
	const struct feed_out *out, struct err *e);

/* ---- process_frames.c -------------------------------------------------------------------- */

enum frame_kind {
	FRAME_CONFINED,            /* what confines the child; the first */
	FRAME_COLUMN,              /* the next column, or again one that was there */
	FRAME_ROWS, FRAME_REJECT, FRAME_FINDING, FRAME_FACT, FRAME_TABLE, FRAME_PROGRESS,
	FRAME_END,                 /* all was read */
	FRAME_ERROR,               /* it can't be */
	FRAME_KINDS
};
struct frame_head {
	uint32_t kind, n;          /* n bytes follow */
};
enum {
	FRAME_MAX = FEED_ROW_MAX + (32 << 20),
	MAX_TOLD = 65536,          /* tables, facts, findings, codes of a column */
};

/* To write: start, put, end. Texts may be NULL. */
struct wire {
	int fd;
	struct buf out;
};
void wire_start(struct wire *w, enum frame_kind kind);
void wire_int(struct wire *w, int64_t v);
void wire_double(struct wire *w, double v);
void wire_text(struct wire *w, const char *s);
void wire_textn(struct wire *w, const char *s, size_t n);
int wire_end(struct wire *w, struct err *e);

/* To read: what has come, and how far it was taken apart. After the first thing that is wrong all
 * is empty and `bad` is set. Texts are valid UTF-8 without NUL, in the arena. */
struct parcel {
	const char *p, *end;
	bool bad;
};
int64_t parcel_int(struct parcel *p, int64_t least, int64_t most);
double parcel_double(struct parcel *p);
const char *parcel_text(struct parcel *p, struct arena *a);     /* may be NULL */
bool parcel_done(const struct parcel *p);                       /* all of it, and all was well */

/* Rows of a frame, column by column; taken from the front. */
struct rows {
	int64_t n, taken;
	int ncols;
	double done;
	struct rows_column {
		const char *lengths, *bytes;   /* of what has not been taken */
		int width;                     /* bytes of a length: 0 (all are empty), 1, 2, 4 */
	} *columns;                            /* owned */
};
/* `check`: of the first reading, when it comes from the child. False: not as it should be. */
bool rows_open(struct rows *r, struct str frame, bool check);
/* Moves rows to the end of b, which has at least as many columns; as many as it has room for. */
void rows_take(struct rows *r, struct block *b);
void rows_close(struct rows *r);
void wire_rows(struct wire *w, double done, const struct block *b);

/* The other frames. */
void wire_column(struct wire *w, int index, const struct feed_column *c);
bool column_open(struct str frame, struct arena *a, int *index, struct feed_column *c);

/* ---- process_told.c: what a feed says besides rows ---------------------------------------- */

void wire_fact(struct wire *w, const char *name, const char *value);
void wire_finding(struct wire *w, const struct finding *f);
void wire_table(struct wire *w, const struct feed_table *t);
/* Takes a fact, a finding, a table or what confines the child into r; progress is taken by the
 * way. False: not as it should be. */
bool told_take(struct arena *a, struct ingest_result *r, enum frame_kind kind, struct str frame);

/* ---- process_child.c --------------------------------------------------------------------- */

struct process_job {
	const struct format *format;
	const struct ingest_options *options;
	const char *path;
	int to;                    /* a descriptor that the format writes to; -1: none */
	int silent_seconds;        /* of processor time without a word; 0: the usual */
};
/* libmdb is known to take 850 MB; what runs that long without a word is in a loop. */
#define PROCESS_MEMORY ((int64_t)2 << 30)
enum { PROCESS_CPU_SECONDS = 600, PROCESS_SILENT_SECONDS = 10 };
_Noreturn void process_child(const struct process_job *job, int pipe);

/* ---- process_source.c -------------------------------------------------------------------- */

/* A file without a name to write and read; -1. */
int spool_open(const char *folder, struct err *e);

/* ---- process.c --------------------------------------------------------------------------- */

struct process;
/* Stopped at the latest with the arena. */
struct process *process_start(struct arena *a, const struct process_job *job, struct err *e);
/* What the child says next, borrowed until the next call: 1; 0 at the end of all; -1 with what
 * went wrong: ERR_INPUT when the file is to blame, ERR_CANCELLED. */
int process_next(struct process *p, struct frame_head *h, const char **bytes, struct err *e);
void process_stop(struct process *p);
/* Runs a job that has no rows: what it says goes into r. */
int process_tell(struct arena *a, const struct process_job *job, struct ingest_result *r,
	struct err *e);
/* Stops it and says that what it said was not as it should be. */
int process_hostile(struct process *p, struct err *e);

#endif
