/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the ingest room share. The way of a file: input (bytes, unpacked) -> its
 * format -> a source of rows of text cells, which can be read again -> tally (what each column
 * could be) -> decide -> build (typed columns). CSV is a source by itself, after encoding made
 * it text; every other format is a feed (feed.h) in a confined process. All share what comes
 * after the source.
 */
#ifndef INGEST_INT_H
#define INGEST_INT_H

#include "ingest/ingest.h"
#include "ingest/value/value_int.h"

enum {
	MAX_COLUMNS = 20000,
	MAX_TOKENS = 200,          /* declared missing tokens */
	MAX_LEVELS = 65536,        /* of a dictionary */
};

/* ---- input.c: the bytes ------------------------------------------------------------------ */

struct input {
	const char *p;             /* mapped read-only, unmapped with the arena */
	size_t n;
};
/* Maps n bytes of a file, with readable zeros behind them; the arena unmaps them. */
int input_map(struct arena *a, int fd, size_t n, const char **p, struct err *e);
/* These bytes of a mapped file need not stay in memory: they are still in the file. */
void input_forget(const char *p, size_t n);
/* Refuses what is no regular file, what is empty, and what is no text. */
int input_open(struct arena *a, const char *path, struct input *in, struct err *e);

/* ---- encoding.c: bytes -> valid UTF-8 ---------------------------------------------------- */

#define ENCODING_ASSUMED 0.5   /* confidence in an encoding that nothing speaks for */

struct text {
	const char *p;             /* valid UTF-8 without mark in front and without NUL */
	size_t n;
	int64_t nul_bytes;         /* removed */
	int64_t bad_at;            /* offset of the first byte that is not UTF-8, -1: none */
	bool mapped;               /* p is in a mapped file */
	struct ingest_encoding encoding;
	int64_t twice;             /* characters encoded twice */
	bool undone;               /* that has been undone */
	const char *twice_example;
};
int text_open(struct arena *a, const struct ingest_options *o, const struct input *in,
	struct text *t, struct err *e);

/* ---- mojibake.c: text that was encoded twice ----------------------------------------------- */

struct mojibake {
	int64_t count, strange;    /* characters encoded twice; characters that are not ASCII */
	bool clean;                /* all of these come from the former */
	struct str example;
};
void mojibake_look(const char *p, size_t n, struct mojibake *m);
size_t mojibake_undo(const char *p, size_t n, char *out);   /* at most n bytes */

/* ---- codepage.c: code pages by the words they make ---------------------------------------- */

/* What cannot be converted becomes U+FFFD. `out`: 4 n bytes; returns those written, 0: no such
 * code page. */
size_t codepage_decode(const char *name, const char *p, size_t n, char *out);
bool codepage_latin(const char *name);
/* From -1, nonsense, to 1: what the bytes that are not ASCII are in this code page. */
double codepage_score(const char *name, const char *p, size_t n);
/* `name`, unless another of the usual code pages is clearly better. */
const char *codepage_find(const char *name, const char *p, size_t n, double *score);
/* codepage_east.c: the East Asian one whose characters are usual ones, NULL: none; in doubt
 * `name`. */
const char *codepage_east(const char *name, const char *p, size_t n);

/* ---- sources: what a format must provide ------------------------------------------------- */

/* Some rows of cells, column by column. A cell borrows from the text or from `bytes`. */
struct block {
	int ncols;
	int64_t rows, cap;
	int64_t most;              /* rows at most: a power of two, at most BATCH_ROWS; 0: cap */
	int64_t first;             /* number of its first row, from 0 */
	bool padded;               /* 16 bytes behind each cell can be read */
	struct str *cells;         /* [col * cap + row] */
	struct arena *bytes;
	int room;                  /* of feeds: columns that fit into cells */
	size_t held;               /* of feeds: bytes of all cells */
};

static inline int64_t block_most(const struct block *b)
{
	return b->most ? b->most : b->cap;
}

struct quarantine;
struct feed_column;
struct place {
	size_t at, in_vain;        /* see struct csv_place */
	size_t size;               /* see csv_sizes_count */
	bool ended;
};
struct source {
	int ncols;                 /* may grow while a feed is read for the first time */
	struct str *names;         /* [ncols] as in the file; n == 0: blank or no header */
	const struct feed_column *columns;   /* [ncols] of a feed; NULL: CSV */
	bool semicolon;            /* the delimiter is ';': a hint at decimal commas */
	double done;               /* share of the text that has been read */
	int64_t records, padded, blank_lines;
	struct quarantine *quarantine;
	/* Appends rows; none at the end. -1: the rest can't be read. */
	int (*fill)(struct source *s, struct block *b, struct err *e);
	void (*rewind)(struct source *s);
	/* Of what can be read from several places at once, else NULL: where the next row is,
	 * another reader of the same rows, and moving it there. Such a source fills
	 * every block but the last. */
	struct place (*mark)(const struct source *s);
	struct source *(*again)(const struct source *s, struct arena *a);
	void (*seek)(struct source *s, struct place to);
	void *state;               /* the format's own */
};

/* CSV, from text (csv.c). */
int csv_open(struct arena *a, const struct ingest_options *o, const struct text *t,
	struct source *s, struct ingest_result *r, struct err *e);

/* What the options name (open.c); `t` is the text of a CSV file. */
int source_open_one(struct arena *a, const struct ingest_options *o, const struct ingest_input *in,
	struct text *t, struct source *s, struct ingest_result *r, struct err *e);
/* All of o->inputs, one after the other, as one source (concat.c). */
int concat_open(struct arena *a, const struct ingest_options *o, struct source *s,
	struct ingest_result *r, struct err *e);
int source_open(struct arena *a, const struct ingest_options *o, struct text *t,
	struct source *s, struct ingest_result *r, struct err *e);

struct format;
/* Any other format, by a feed in a confined process (process.c). `path` may be NULL for a
 * server. What the feed tells besides rows (tables, facts, findings) goes into r. */
int feed_open(struct arena *a, const struct ingest_options *o, const struct format *f,
	const char *path, struct source *s, struct ingest_result *r, struct err *e);

/* Which format it is (formats.c): declared, else by content, else by extension; NULL: CSV.
 * ERR_USAGE for a format that there is not, ERR_INPUT for what is known to be no data (a picture,
 * a program, PDF). A mismatch of content and extension becomes a finding in r. */
int format_find(struct arena *a, const struct ingest_options *o, const struct ingest_input *in,
	const char *path, const struct format **f, struct ingest_result *r, struct err *e);

/* Takes compression and archives off (unpack.c): *path becomes that of an unnamed or temporary
 * file in o->scratch when there was any, and *name what it is called inside. */
int unpack(struct arena *a, const struct ingest_options *o, const char **path,
	const char **name, struct ingest_result *r, struct err *e);

/* How messages call it. */
static inline const char *input_name(const struct ingest_input *in)
{
	return in->name ? in->name : path_base(in->path);
}

/* What ingest_file does, but for joins (ingest.c). */
int ingest_table(const struct ingest_options *o, struct arena *a, struct ingest_result *r,
	struct err *e);

/* Adds a finding to r. */
void ingest_finding(struct arena *a, struct ingest_result *r, struct finding f);

/* ---- layout.c: where the table stands among rows of cells (CSV and sheets alike) --------- */

struct layout_cell {
	struct str s;
	bool quoted;               /* a text, whatever it looks like */
};
struct layout_row {
	int n;
	const struct layout_cell *cells;
	bool comment;              /* starts with '#' */
	bool gap;                  /* a blank line or row is in front of it */
};
enum { SHAPE_MAX = 23 };
/* What nearly all values of a column agree on. */
struct layout_column {
	enum cell_kind kind;       /* of four fifths of them; KIND_EMPTY: nothing */
	size_t length;             /* in bytes, 0: none */
	char shape[SHAPE_MAX + 1]; /* common pattern, see cell_shape; "": none */
	int rows, values;          /* that were looked at; cells that are not blank */
	bool full;                 /* no cell is blank */
};
bool cell_shape(struct str s, char shape[SHAPE_MAX + 1]);
bool kinds_alike(enum cell_kind a, enum cell_kind b);
struct layout {
	int first;                 /* the row where the table starts: what is above is preamble */
	int header_rows;           /* 0: no header; the body starts at first + header_rows */
	int width;                 /* columns */
	int usual;                 /* cells of most rows: fewer when names have no values */
	struct str *names;         /* [width]; n == 0: blank */
	struct layout_column *columns;   /* [width] */
	bool mended;               /* the header had a delimiter too many */
	bool fused;                /* a name is absent, and another looks like two */
	bool totals;               /* "Total" is no value of the table, so a row of it is a sum */
};
enum { LAYOUT_ROWS = 400 };    /* of the beginning that are looked at */
/* `header`: "yes", "no", or else find out. n > 0. Everything lives in the arena. */
void layout_find(struct arena *a, const struct layout_row *rows, int n, const char *header,
	struct layout *l);
/* What a row within or behind the table is. Totals and notes count as such only where no row
 * of data follows. `header`: the l->header_rows rows of the header, NULL: none. */
enum layout_kind { ROW_DATA, ROW_BLANK, ROW_NOTE, ROW_TOTAL, ROW_HEADER_AGAIN };
enum layout_kind layout_kind(const struct layout *l, const struct layout_row *header,
	const struct layout_row *row);
/* Rows of data that are none in certain company: "Average" and numbers below totals; a short row
 * of words next to notes or behind a blank line; lines of signs below the header. */
bool layout_summary(const struct layout_row *row);
bool layout_words(const struct layout *l, const struct layout_row *row);
bool layout_rule(const struct layout_row *row);

/* ---- quarantine.c ------------------------------------------------------------------------ */

/* Records that are no rows: always counted, and written between start and end. */
struct quarantine *quarantine_new(struct arena *a);
/* `bad`: the record is damaged, not just no data; only those count against the limit. */
void quarantine_add(struct quarantine *q, bool bad, int64_t line, int64_t record,
	struct str raw, const char *reason, ...) PRINTF_LIKE(6, 7);
int quarantine_start(struct quarantine *q, const char *path, struct err *e);
int quarantine_end(struct quarantine *q, struct err *e);
/* From now on records are of this file of several: their reasons name it. */
void quarantine_file(struct quarantine *q, const char *name);
void quarantine_reset(struct quarantine *q);
/* The first few. */
size_t quarantine_examples(const struct quarantine *q, const struct ingest_rejected **v);
int64_t quarantine_count(const struct quarantine *q);
int64_t quarantine_bad(const struct quarantine *q);
/* The first bad one: "line 7: 5 fields where 3 are expected". */
const char *quarantine_first(const struct quarantine *q);

/* ---- names.c ----------------------------------------------------------------------------- */

/* Unique, printable names into r->columns[].name, repairs into r->renamed. */
void names_make(struct arena *a, const struct source *s, struct ingest_result *r);

/* ---- levels.c: the different values of a text column, in order of first appearance ------- */

struct levels;
struct levels *levels_new(void);
void levels_free(struct levels *l);
/* What is known of a value: it has a shape and is counted by that, is a weak token, is neither. */
enum level_kind { LEVEL_SHAPED, LEVEL_WEAK, LEVEL_PLAIN };
/* Adds `count` to the count of the value, which stands in this row. False: there are too many
 * values, and nothing was added. `padded`: 16 bytes behind s can be read. */
bool levels_add(struct levels *l, struct str s, bool padded, int64_t row, int64_t count,
	enum level_kind kind);
/* Adds 1 to the counts of cells, the first in this row, while these are plain or weak values that were
 * added before, and need not be trimmed; how many. Weak ones are counted in *weak instead. */
int64_t levels_count_run(struct levels *l, const struct str *cells, int64_t n, bool padded,
	int64_t row, int64_t *weak);
int32_t levels_count(const struct levels *l);              /* -1: there are too many */
struct str levels_get(const struct levels *l, int32_t code, int64_t *count);
void levels_settle(struct levels *l);                      /* all counts back to 0 */
void levels_end(struct levels *l);                         /* from now on there are too many */
/* Adds those of other rows; then, or after the last rows, levels_sort: codes in order of first
 * appearance. */
void levels_merge(struct levels *left, const struct levels *right);
void levels_sort(struct levels *l);
int32_t levels_find(const struct levels *l, struct str s);   /* -1: was not added */
/* The codes of cells while these were added, are not among `but` [levels] and need not be trimmed;
 * how many. */
int64_t levels_find_run(const struct levels *l, const struct str *cells, int64_t n, bool padded,
	const bool *but, int32_t *codes);
int levels_write(const struct levels *l, struct table_writer *w, int col, struct err *e);

/* ---- hint.c: what the name of a column says ----------------------------------------------- */

enum hint {
	HINT_DATE, HINT_TIME, HINT_CLOCK, HINT_DURATION, HINT_PHONE, HINT_POSTAL, HINT_LATITUDE,
	HINT_LONGITUDE, HINT_COUNTRY, HINT_KEY, HINTS
};
bool hint_says(const char *name, enum hint h);

/* ---- semantic.c: what values mean beyond their type --------------------------------------- */

enum semantic {
	SEMANTIC_NONE, SEMANTIC_URL, SEMANTIC_EMAIL, SEMANTIC_PATH, SEMANTIC_IP, SEMANTIC_UUID,
	SEMANTIC_IBAN, SEMANTIC_COUNTRY2, SEMANTIC_COUNTRY3, SEMANTIC_COUNTRY, SEMANTIC_POSTAL,
	SEMANTIC_PHONE, SEMANTIC_PHONE_SHAPE, SEMANTIC_LATITUDE, SEMANTIC_LONGITUDE,
	SEMANTIC_LIST, SEMANTICS
};
const char *semantic_name(enum semantic s);         /* NULL for none */
uint32_t semantic_kinds(struct str s);              /* what it can be, as bits */
bool country_code(struct str s);                    /* ISO 3166 alpha-2 */
/* Some values of a column: how many of them are what. */
struct survey {
	int64_t values, kinds[SEMANTICS], guises[GUISES];
};
void survey_take(struct survey *x, const struct tokens *tokens, const struct block *b, int col);
void survey_merge(struct survey *left, const struct survey *right);
bool survey_guise(const struct survey *x, enum guise g);   /* nearly all are so */
bool survey_countries(const struct survey *x, const char *name, int32_t levels);
/* levels: different values, -1 unknown. */
enum semantic survey_semantic(const struct survey *x, const char *name, bool number,
	int32_t levels);

/* ---- tally.c: what the values of one column could be ------------------------------------- */

enum { TURNS = 2 };
struct tally {
	/* counts: int64_t and nothing else, since parts are added up */
	int64_t rows, empty, strong, weak;   /* strong: also declared tokens */
	int64_t trimmed, damaged;      /* damaged: holds U+FFFD */
	int64_t number[MARKS], whole[MARKS];   /* codes and huge ones are numbers, not whole */
	int64_t codes, leading_zeros, huge, bracket, ambiguous;
	int64_t units[UNITS];
	int64_t boolean[BOOLEAN_PAIRS][2];
	int64_t dates, times;      /* readable in some order; times: those with a time of day */
	int64_t order[ORDERS];     /* readable in this order */
	int64_t undecided;         /* readable in both, to different dates */
	int64_t zoned;
	int64_t periods;           /* of the dates: months, quarters, weeks */
	int64_t spans;             /* of the periods: 2010-11, which may be a year of school */
	int64_t clocks, durations, lone;   /* readable as a time of day, a duration; "5m" */
	int64_t scaled, scaled_parts;   /* 3M, 1.2K: among the numbers; with decimals */
	int64_t other;             /* neither number nor date */
	/* no counts: each needs a line in tally_merge */
	int places[MARKS];
	uint64_t years2[2];        /* which years of two digits occur, as bits */
	struct survey survey;
	bool levels_late;          /* not followed: all first values were numbers or dates */
	bool followed;             /* decided to follow them */
	struct levels *levels;     /* with counts of cells that are asked about at the end */
	int64_t (*shapes)[TURNS];  /* [SHAPES] likewise, in several places: in one, each waits for the last */
};
void tally_open(struct tally *t);
void tally_close(struct tally *t);
void tally_column(struct tally *t, const struct tokens *tokens, const struct block *b, int col);
void tally_levels(struct tally *t, const struct tokens *tokens, const struct block *b, int col);
/* Completes the counts; needed before they are merged or looked at. */
void tally_end(struct tally *t);
/* Adds other rows of the same column, in any order. */
void tally_merge(struct tally *left, const struct tally *right);

/* ---- decide.c ---------------------------------------------------------------------------- */

/* How the cells of a column are converted. */
struct plan {
	enum parsed_type type;
	int mark, order, pair, unit;
	bool weak_missing;         /* weak tokens are missing values */
	enum guise guise;          /* dates or times of day in the guise of numbers */
	int pivot;                 /* of years of two digits */
	bool periods;              /* dates are months, quarters or weeks */
	bool scaled;               /* 1.2K is a number */
	bool keeps_na;             /* NA is Namibia */
	bool guessed;              /* no value tells day and month apart */
	bool mark_guessed;         /* "1,234" in a file that says nothing about its mark */
	bool lenient;              /* declared: codes, 0 and 1, and other spellings are fine */
	bool dictionary;
};
/* Fills plans[], and in r: types, why, evidence of what was tried, decimal and date order. */
void columns_decide(struct arena *a, const struct ingest_options *o, const struct source *s,
	const struct tally *tallies, struct plan *plans, struct ingest_result *r);
/* How the values of a column are stored. */
enum column_type plan_storage(const struct plan *p);

/* ---- sentinel.c: values that often stand for missing ------------------------------------- */

enum { SENTINELS = 17 };
struct sentinels {
	int64_t count[SENTINELS];
	double least, most;        /* of all other values */
};
void sentinels_init(struct sentinels *s);
/* Of negative values or not, by the place of the highest bit: the size of the one that is looked for. */
extern const uint32_t sentinel_sizes[2][32];
static inline bool is_whole_sentinel(int64_t v)
{
	uint64_t size = v < 0 ? -(uint64_t)v : (uint64_t)v;
	return size <= UINT32_MAX &&
		sentinel_sizes[v < 0][31 - __builtin_clz((uint32_t)size | 1)] == size;
}
static inline bool is_sentinel(double v)
{
	return v > -1e6 && v < 1e8 && is_whole_sentinel((int32_t)v) && v == (double)(int32_t)v;
}
void sentinels_count(struct sentinels *s, double v);   /* is_sentinel */
/* Values that are none, from least to most. */
void sentinels_others(struct sentinels *s, double least, double most);
void sentinels_number(struct sentinels *s, double v);
void sentinels_numbers(struct sentinels *s, const double *v, int64_t n);
void sentinels_far_day(struct sentinels *s, int32_t day);
static inline void sentinels_day(struct sentinels *s, int32_t day)
{
	if (day < -25567 || day > 47480)       /* none is from 1900 to 2099-12-30 */
		sentinels_far_day(s, day);
}
void sentinels_merge(struct sentinels *left, const struct sentinels *right);
/* The text of sentinel i when it stands out among the values, else NULL. */
const char *sentinels_suspect(const struct sentinels *s, int i);

/* ---- build.c: typed columns, a batch at a time ------------------------------------------- */

struct builder;
/* Borrows all three; `l` is NULL unless the plan asks for a dictionary. */
struct builder *builder_new(const struct plan *p, const struct tokens *t,
	const struct levels *l);
void builder_free(struct builder *b);
/* Appends the cells of a column in these rows of the block. */
void builder_take(struct builder *b, const struct block *block, int col, int64_t from,
	int64_t to);
/* What was appended, borrowed until the next clear. False: more text than a batch can hold. */
bool builder_column(const struct builder *b, struct column *c);
void builder_clear(struct builder *b);
/* Moves what is known of the rows of `part` to that of the rows before, and forgets it. */
void builder_gather(struct builder *to, struct builder *part);
/* Counts, examples and formats into *c; adds to tokens[] how often each token was missing. */
void builder_evidence(const struct builder *b, struct arena *a, struct ingest_column *c,
	int64_t *tokens);
/* How often a weak token stayed a value. */
int64_t builder_kept(const struct builder *b, int token);
const struct sentinels *builder_sentinels(const struct builder *b);

/* ---- gather.c: the first reading --------------------------------------------------------- */

enum {
	BLOCK_CELLS = 1 << 14,     /* of a block that one thread works on */
	SHARED_CELLS = 1 << 18     /* of a block whose columns are shared among threads */
};
void block_open(struct block *b, int ncols, int64_t cells);
void block_clear(struct block *b);
void block_close(struct block *b);

struct gathered {
	int ncols;
	int64_t rows;
	struct tally *tallies;     /* [ncols] */
	struct place *starts;      /* of batches, when the source can tell */
	size_t nstarts, cap;
};
int gather_tallies(const struct ingest_options *o, const struct tokens *t, struct source *s,
	struct gathered *to, struct err *e);
/* The levels of columns that are to be dictionaries and were not followed. */
int gather_levels(const struct ingest_options *o, const struct tokens *t, struct source *s,
	const struct plan *plans, size_t ncols, struct gathered *to, struct err *e);
void gathered_free(struct gathered *g);

/* ---- emit.c: the second reading ---------------------------------------------------------- */

/* Writes all rows; `whole` are builders of all columns, which keep the evidence. */
int emit_table(const struct ingest_options *o, const struct tokens *t, struct source *s,
	const struct plan *plans, const struct gathered *from, struct table_writer *writer,
	const struct ingest_result *r, struct builder **whole, struct err *e);
int64_t ingest_memory(const struct ingest_options *o);

/* ---- findings.c -------------------------------------------------------------------------- */

/* Everything worth telling about the file and its columns, into r. */
void findings_structure(struct arena *a, const struct text *t, struct ingest_result *r);
/* Records that were set aside because they are damaged, not just no rows. */
int64_t damaged_records(const struct ingest_result *r);
void findings_make(struct arena *a, const struct ingest_options *o, const struct text *t,
	const struct tally *tallies, const struct plan *plans, struct builder *const *builders,
	const struct tokens *tokens, struct ingest_result *r);

#endif
