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
enum { DELIMITER_MAX = 8 };
struct dialect {
	char delimiter;            /* 0: a single column; LONG_DELIMITER stands for `longer` */
	char longer[DELIMITER_MAX + 1];   /* a delimiter that is not one ASCII character */
	char quote;                /* 0: none */
	bool backslash;            /* \" \\ and \, stand for the character itself */
	bool spaced;               /* blanks may stand between a delimiter and a quote */
	bool apostrophes;          /* a quote between letters is none */
	bool twins;                /* double quotes mean nothing, yet are always written twice */
	bool wrapped;              /* each line is quoted as a whole */
	bool requoted;             /* cells keep quotes of their own: the file was exported twice */
	enum csv_lines lines;
};
/* A byte that is not in the text. */
#define LONG_DELIMITER '\xf9'
/* Nothing but one character between cells and quotes around them. */
static inline bool csv_usual(const struct dialect *d)
{
	return !d->spaced && !d->apostrophes && !d->twins && !d->wrapped &&
		!d->requoted && !*d->longer;
}

enum { CELL_PADDING = 16 };      /* bytes behind copies of cells, see struct block */
enum { FIELD_MAX = 16 << 20, RECORD_MAX = 64 << 20 };

/* What is done with a record. */
enum csv_deed {
	DEED_NONE,                 /* a row as it stands */
	DEED_QUOTES, DEED_DELIMITER, DEED_CELLS,   /* a row, after repair */
	DEED_BLANK, DEED_COMMENT, DEED_NOTE, DEED_TOTAL, DEED_HEADER, DEED_TABLE,   /* no row */
	DEED_TOO_LONG, DEED_LONG_FIELD, DEED_DAMAGED, DEED_UNCLOSED, DEED_EXTRA,    /* damaged */
	DEEDS
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
	struct layout_cell *cells; /* valid until the next record; `quoted` only when sound */
	enum csv_trouble trouble;
	enum csv_deed repair;      /* when repaired */
};

/* Ways to read quotes. */
enum csv_mode {
	READ_STRICT,               /* refuses quotes in the wrong places */
	READ_LENIENT,              /* a quote that does not end the field belongs to it */
	READ_SPACED,               /* strict, with blanks around quoted fields */
	READ_LITERAL,              /* quotes mean nothing */
	READ_WRAPPED               /* strict, of a line that is quoted as a whole */
};
enum csv_outcome { READ_COMPLETE, READ_REFUSED, READ_OPEN };

#define CSV_NOWHERE SIZE_MAX

struct csv_parser;                 /* libcsv's */
struct csv_parsing {
	struct str text;
	struct dialect dialect;
	struct csv_parser *parser;
	size_t furthest;           /* end of all that was read; the caller may set it back */
	struct layout_cell *cells;    /* of the last attempt */
	int n, cap;
	struct buf scratch;        /* bytes of cells that are no slices */
	struct buf mapped, unwrapped;   /* a line with hidden characters, without its quotes */
	bool exact;                /* offsets can be told: strict, nothing skipped or hidden */
	size_t field;              /* offset of the next field, when exact */
	size_t hidden;             /* offset of a quote taken literally; CSV_NOWHERE: none */
	size_t insert;             /* a delimiter is read in front of it; CSV_NOWHERE: none */
	char quote, delimiter;     /* of this attempt */
	bool wrapped, settled;
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
void csv_parsing_reserve(struct csv_parsing *r, int cells);
/* A delimiter ends or begins at `at`, or the place is within one of several bytes. */
bool csv_at_delimiter(const struct dialect *d, struct str s, size_t at);
/* The first line of the record stands in quotes as a whole. */
bool csv_wrapped(const struct csv_parsing *r, const struct csv_record *rec);
/* End of the line that starts at `from`, behind its line end. */
size_t csv_next_line(const struct csv_parsing *r, size_t from);

/* ---- csv_repair.c: cells too few or too many ---------------------------------------------- */

/* No cell is out of the question in its column. The cells are settled. */
bool csv_suits(const struct layout *l, const struct csv_parsing *p);
/* Mends the cells of the last attempt; false: nothing convinces, and nothing has changed. */
bool csv_repair_cells(const struct layout *l, struct csv_parsing *p);
/* Reads the record anew with a delimiter added at a quote. `sound`: the last attempt was, so the
 * result must be better. */
bool csv_repair_at_quotes(const struct layout *l, struct csv_parsing *p, bool sound,
	struct csv_record *rec);

/* ---- csv_reader.c: records --------------------------------------------------------------- */

struct csv_reader;
struct csv_reader *csv_reader_new(struct arena *a, struct str text, struct dialect d);
/* The next record that is no blank line, or false. When `width` is not 0, a record that is
 * damaged or of another width is read in other ways, and one that gives this width is taken. */
bool csv_reader_next(struct csv_reader *r, int width, struct csv_record *rec);
/* From now on readings must suit these columns where there is a choice. Borrows. */
void csv_reader_expect(struct csv_reader *r, const struct layout *l);
/* Whether its line starts with '#', or is one field that starts with another sign of comments: a
 * comment, where its width is not that of the table. */
bool csv_comment(struct str text, const struct csv_record *r);
/* Where the reader stands; seeking back to a place is cheap. */
struct csv_place {
	size_t at, in_vain;        /* in_vain: bytes read ahead for nothing so far */
	int64_t line, blank_lines;
};
struct csv_place csv_reader_tell(const struct csv_reader *r);
void csv_reader_seek(struct csv_reader *r, struct csv_place p);
/* How many bytes behind the place may be read to find the end of a quoted cell. */
size_t csv_ahead(const struct csv_place *p);
/* Copies of the cells that don't borrow from the text, so that they outlive the record. */
void csv_record_keep(const struct csv_reader *r, struct csv_record *rec, struct arena *a);

/* ---- csv_census.c: the beginning of a file under one dialect ------------------------------ */

struct csv_census {
	int64_t records, broken;   /* broken: with quotes in the wrong places */
	int64_t cells, known, empty, typed, quoted;
	int64_t needed;            /* quoted cells that hold the delimiter */
	int64_t enclosed;          /* cells that keep quotes at both ends */
	int64_t single;            /* records but the first that are one typed cell */
	unsigned protected, bare;  /* usual delimiters within quoted cells, within others */
	int first;                 /* cells of the first record */
	bool lost;                 /* many quotes are never closed */
	int64_t rows, agree;       /* records with cells, those of the usual width */
	int width, hollow;         /* usual width; columns without any value */
	double consistency;
};
void csv_census_take(struct str text, size_t sample, const struct dialect *d,
	struct csv_census *c);
/* Between 0, out of the question, and about 1. `forced`: the delimiter is declared. */
double csv_census_score(const struct csv_census *c, const struct dialect *d, bool forced);
bool csv_census_stray(const struct csv_census *c);

/* ---- csv_longer.c: delimiters of several bytes -------------------------------------------- */

enum { LONGER = 4 };
struct csv_longer {
	char v[LONGER][DELIMITER_MAX + 1];
	int n;
};
void csv_longer_find(struct str sample, struct csv_longer *out);

/* ---- csv_traits.c: what tells before any dialect is tried ---------------------------------- */

struct csv_line_ends {
	size_t lf, crlf, cr;
};
struct csv_traits {
	struct str sample;
	struct csv_line_ends ends;
	size_t lines;
	bool wrapped;              /* nearly all lines begin and end with a double quote */
};
void csv_traits_take(struct str text, struct csv_traits *t);
const char *csv_line_end_name(struct csv_line_ends n);
/* Whether blanks between delimiters and quotes are the custom of the file. */
bool csv_blanks_at_quotes(const struct csv_traits *t, char d, char quote);
bool csv_escaped(struct str s, char c);            /* by a backslash, anywhere */
bool csv_bare_apostrophes(struct str s);           /* more often than escaped ones */
bool csv_twins(struct str s);                      /* every double quote has a neighbour */

/* ---- csv_sniff.c: dialect ---------------------------------------------------------------- */

/* Finds the dialect; what the options declare is taken as it is. *skip is the length of a
 * "sep=" line. Candidates and reasons go to *out. */
int csv_sniff(struct arena *a, const struct ingest_options *o, struct str text,
	struct dialect *d, size_t *skip, struct ingest_dialect *out, struct err *e);
/* Beginning of the text that stands for the whole: whole lines where possible. */
struct str csv_sample(struct str text);

/* ---- csv_layout.c: where the table stands in the file ------------------------------------ */

struct csv_layout {
	struct layout table;
	const struct layout_row *header;   /* its rows, NULL: none */
	struct csv_record mended;  /* the first row of the header that was not sound: without cells */
	enum csv_deed deed;        /* what was done with it; DEED_NONE: the header is sound */
	struct csv_place body;     /* first record after the header */
};
/* Reads from where the reader stands; the cells and names live in the arena. Header rows and
 * preamble go to *out. */
int csv_layout(struct arena *a, const struct ingest_options *o, struct csv_reader *reader,
	struct str text, struct csv_layout *l, struct ingest_dialect *out, struct err *e);

/* ---- csv_rows.c: what becomes of each record --------------------------------------------- */

/* Constant once made, so threads may share it. */
struct csv_rules {
	struct str text;
	struct dialect dialect;
	struct csv_layout layout;
	size_t tail;               /* records that begin here or later are no rows */
};
/* Finds layout and tail; `reader` stands at the first line. */
int csv_rules_make(struct arena *a, const struct ingest_options *o, struct csv_reader *reader,
	struct csv_rules *u, struct ingest_dialect *out, struct err *e);

/* Judges a record that was read with the width of the table. `ahead` is a reader to look around
 * with, not the one that holds the record. DEED_TABLE: this and all records behind belong to
 * another table; the caller sets them aside without asking.
 *
 * A record is surely DEED_NONE, and need not be judged, when it is sound, has exactly the width,
 * begins before u->tail, its first cell is not blank and not the first cell of a header row, and
 * the line before it is not blank. */
enum csv_deed csv_judge(const struct csv_rules *u, struct csv_reader *ahead,
	const struct csv_record *r);
bool csv_aside(enum csv_deed d);   /* no row */
/* Whether a blank line is in front of the record that begins there. */
bool csv_behind_gap(const struct csv_rules *u, size_t begin);
void csv_set_aside(const struct csv_rules *u, struct quarantine *q, enum csv_deed d,
	const struct csv_record *r, int64_t record);

/* How often what was done, and where first; records are added in order of their lines. */
struct csv_evidence {
	int64_t count[DEEDS], lines[DEEDS][INGEST_EXAMPLES];
	size_t table;              /* where another table begins, when there is one */
};
void csv_evidence_add(struct csv_evidence *v, enum csv_deed d, const struct csv_record *r);
/* Deeds and tables into *out, at the end of a reading of `rows` rows. */
void csv_evidence_tell(struct arena *a, const struct csv_rules *u, struct csv_reader *ahead,
	const struct csv_evidence *v, int64_t rows, struct ingest_result *out);

/* ---- csv_blanks.c: columns that are lined up by blanks ---------------------------------------- */

/* False unless that is declared ("blanks") or, nothing being declared, the beginning of the text is
 * so: then *text, which lives in the arena, has one blank for each run of them. */
bool csv_blanks(struct arena *a, const char *delimiter, struct str *text);

/* ---- csv_scan.c: where fields end, 64 bytes at a time --------------------------------------- */

enum { SCAN_WORDS = 32 };      /* of 64 bytes, the most that are scanned at a time */
struct csv_ends {
	size_t n;
	uint16_t at[64 * SCAN_WORDS + 8];      /* delimiters and line ends outside of quotes */
	uint64_t inner[SCAN_WORDS];    /* line ends inside of quotes */
	uint16_t inners[SCAN_WORDS + 1];   /* how many of them are in the words before */
	bool odd;                      /* behind these, or before within the record: not plainly sound */
};
struct csv_scanner {
	unsigned char delimiter, quote, newline, other, backslash;
	bool crlf;                     /* `other` is a CR, which may stand before a line end */
	/* what the bytes before hand on */
	uint64_t inside, before, closed, returned;
	void (*scan)(struct csv_scanner *s, const char *p, size_t n, struct csv_ends *e);
};
/* `portable`: not by instructions that only some processors have. */
void csv_scanner_init(struct csv_scanner *s, const struct dialect *d, bool portable);
void csv_scanner_start(struct csv_scanner *s);     /* the next byte begins a record */
/* n words of 64 bytes, at most SCAN_WORDS; what is behind an odd place is not looked at. */
void csv_scan(struct csv_scanner *s, const char *p, size_t n, struct csv_ends *e);

/* ---- csv_sizes.c: sizes of cells, noted in one reading for another ------------------------------ */

enum { CSV_SIZE_LONG = 255, CSV_SIZE_MAX = 1 + sizeof(uint32_t) };   /* LONG: the size is in the four bytes behind */
struct csv_sizes;
/* For records of `width` cells; takes at most `most` bytes. Lives as long as the arena. */
struct csv_sizes *csv_sizes_new(struct arena *a, int width, size_t most);
void csv_sizes_clear(struct csv_sizes *z);
size_t csv_sizes_count(const struct csv_sizes *z);     /* bytes so far: the place of the next record */
/* Where the sizes of the next record go; NULL: no room, nor later. */
uint8_t *csv_sizes_room(struct csv_sizes *z);
/* They are there, up to `end`, of the record in text[at, next). */
void csv_sizes_add(struct csv_sizes *z, size_t at, size_t next, const uint8_t *end);
/* Sizes of records that follow each other in the text, the first of them at `at`; CSV_NOWHERE: no more. */
struct csv_sizes_place {
	const uint8_t *next, *end;
	size_t at, run;
};
/* Those from `first` on, noted when the reading was at `at`. */
struct csv_sizes_place csv_sizes_at(const struct csv_sizes *z, size_t at, size_t first);
/* When all of a place are taken: those behind the next gap. */
void csv_sizes_next(const struct csv_sizes *z, struct csv_sizes_place *p);

/* ---- csv_fast.c: plain records straight from the scanner --------------------------------------- */

struct csv_fast;
/* NULL: not for this dialect. Borrows the rules. */
struct csv_fast *csv_fast_new(struct arena *a, const struct csv_rules *u, bool portable);
/* From now on the sizes of cells are noted; borrows. */
void csv_fast_note(struct csv_fast *f, struct csv_sizes *sizes);
/* From now on rows are taken by the sizes that another has noted; the next of them begins at `at`, unless
 * its record was not plain. Borrows. */
void csv_fast_recall(struct csv_fast *f, const struct csv_sizes *sizes, size_t at, size_t first);
/* Appends rows to b from *place on, which it moves in front of the first record that needs to be
 * judged or has no room. */
void csv_fast_rows(struct csv_fast *f, struct csv_place *place, struct block *b);

#endif
