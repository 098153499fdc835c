/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the CSV format share: a reader of records on top of libcsv, the sniffer of
 * the dialect, the layout of the file (preamble, header, body).
 */
#ifndef CSV_INT_H
#define CSV_INT_H

#include "ingest/ingest_int.h"

/* ---- csv_parse.c: one attempt at one record ---------------------------------------------- */

enum csv_lines { LINES_LF, LINES_CR, LINES_BOTH };   /* what ends a line; CRLF does always */
struct dialect {
	char delimiter;            /* 0: a single column */
	char quote;                /* 0: none */
	bool backslash;            /* \" \\ and \, stand for the character itself */
	bool spaced;               /* blanks may stand between a delimiter and a quote */
	enum csv_lines lines;
};

enum { FIELD_MAX = 16 << 20, RECORD_MAX = 64 << 20 };

struct csv_cell {
	struct str s;
	bool quoted;               /* known only when the quoting is sound */
};

/* What is wrong with a record. */
enum csv_trouble {
	CSV_SOUND,
	CSV_REPAIRED,              /* read in another way, which gives the right width */
	CSV_DAMAGED,               /* quotes in the wrong places */
	CSV_UNCLOSED,              /* a quote was opened and never closed: read as one line */
	CSV_TOO_LONG               /* not read at all */
};
struct csv_record {
	size_t begin, end;         /* in the text, with the line end */
	int64_t line, lines;       /* physical, counted from 1 */
	int n;
	struct csv_cell *cells;    /* valid until the next record */
	enum csv_trouble trouble;
};

/* Ways to read quotes. */
enum csv_mode {
	READ_STRICT,               /* refuses quotes in the wrong places */
	READ_LENIENT,              /* a quote that does not end the field belongs to it */
	READ_SPACED,               /* strict, with blanks around quoted fields */
	READ_LITERAL               /* quotes mean nothing */
};
enum csv_outcome { READ_COMPLETE, READ_REFUSED, READ_OPEN };

#define CSV_NOWHERE SIZE_MAX

struct csv_parser;                 /* libcsv's */
struct csv_parsing {
	struct str text;
	struct dialect dialect;
	struct csv_parser *parser;
	size_t furthest;           /* end of all that was read; the caller may set it back */
	struct csv_cell *cells;    /* of the last attempt */
	int n, cap;
	struct buf scratch;        /* bytes of cells that are no slices */
	struct buf mapped;         /* a line with hidden characters */
	bool exact;                /* offsets can be told: strict, nothing skipped or hidden */
	size_t field;              /* offset of the next field, when exact */
	size_t hidden;             /* offset of a quote taken literally; CSV_NOWHERE: none */
	char quote;                /* of this attempt */
	bool row;                  /* the record is complete */
};
/* Lives as long as the arena. */
void csv_parsing_init(struct csv_parsing *r, struct arena *a, struct str text,
	struct dialect d);
/* Reads a record at rec->begin over at most `limit` bytes, but at least one line; sets its end,
 * lines and n. Cells that are no slices of the text get their address from csv_settle, when the
 * buffer that holds them has stopped moving. */
enum csv_outcome csv_attempt(struct csv_parsing *r, enum csv_mode mode, char delimiter,
	size_t limit, struct csv_record *rec);
void csv_settle(struct csv_parsing *r);
/* End of the line that starts at `from`, behind its line end. */
size_t csv_next_line(const struct csv_parsing *r, size_t from);

/* ---- csv_reader.c: records --------------------------------------------------------------- */

struct csv_reader;
struct csv_reader *csv_reader_new(struct arena *a, struct str text, struct dialect d);
/* The next record that is no blank line, or false. When `width` is not 0, a record that is
 * damaged or of another width is read in other ways, and one that gives this width is taken. */
bool csv_reader_next(struct csv_reader *r, int width, struct csv_record *rec);
/* Whether its line starts with '#': a comment, where its width is not that of the table. */
bool csv_comment(struct str text, const struct csv_record *r);
/* Where the reader stands; seeking back to a place is cheap. */
struct csv_place {
	size_t at, in_vain;        /* in_vain: bytes read ahead for nothing so far */
	int64_t line, blank_lines;
};
struct csv_place csv_reader_tell(const struct csv_reader *r);
void csv_reader_seek(struct csv_reader *r, struct csv_place p);
/* Copies of the cells that don't borrow from the text, so that they outlive the record. */
void csv_record_keep(const struct csv_reader *r, struct csv_record *rec, struct arena *a);

/* ---- csv_sniff.c: dialect ---------------------------------------------------------------- */

/* Finds the dialect; what the options declare is taken as it is. *skip is the length of a
 * "sep=" line. Candidates and reasons go to *out. */
int csv_sniff(struct arena *a, const struct ingest_options *o, struct str text,
	struct dialect *d, size_t *skip, struct ingest_dialect *out, struct err *e);
/* Beginning of the text that stands for the whole: whole lines where possible. */
struct str csv_sample(struct str text);

/* ---- csv_layout.c: where the table stands in the file ------------------------------------ */

struct csv_layout {
	int width;                 /* columns */
	struct str *names;         /* [width] */
	struct csv_place body;     /* first record after the header */
	const struct csv_cell *header;   /* first header record, NULL: none */
	int header_cells;
};
/* Reads from where the reader stands; the cells and names live in the arena. Header rows and
 * preamble go to *out. */
int csv_layout(struct arena *a, const struct ingest_options *o, struct csv_reader *reader,
	struct str text, struct csv_layout *l, struct ingest_dialect *out, struct err *e);

#endif
