/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ingest: bytes -> table. Finds out how a file was written (encoding, dialect, types), reads it
 * into an Arrow table and says what it decided and on what evidence. What can't be read as a
 * row is set aside in a quarantine file, never dropped silently. See pipeline/ARTIFACTS.md.
 *
 *	struct ingest_options o = { .path = "x.csv", .table = "t.arrow", .quarantine = "q.csv",
 *		.scratch = "/tmp", .max_quarantine_share = 0.5, .max_unparsed_share = 0.02 };
 *	struct ingest_result r;
 *	if (ingest_file(&o, arena, &r, e))
 *		return -1;
 */
#ifndef INGEST_H
#define INGEST_H

#include "table/table.h"

/* ---- what to read and where to ----------------------------------------------------------- */

/* A column the user has described: type is integer, real, boolean, date, datetime, text,
 * category or identifier, or NULL. */
struct ingest_declared {
	const char *column, *type;     /* as in ARTIFACTS.md: also time, duration */
};

/* One file of the input; several are read one after the other as one table. */
struct ingest_input {
	const char *path;
	const char *name;          /* how messages call it; NULL: the last part of path */
};

struct ingest_options;
/* Another table whose columns are added to the rows by key. A key that occurs several times there
 * counts once: its first row. */
struct ingest_join {
	const char *name;
	const struct ingest_options *from;   /* how to read it: inputs, format, sheet, ... */
	const char *const *on;         /* "id", or "theirs = ours" */
	size_t non;
	bool inner;                    /* drop rows without a partner */
};

/* Texts may be NULL or "auto": find out. */
struct ingest_options {
	const struct ingest_input *inputs;
	size_t ninputs;
	const char *format;        /* name of a format: "csv", "xlsx", ... */
	const char *member;        /* of an archive: the file to read */
	const char *sheet;         /* of a workbook: name, or number from 1 */
	const char *relation;      /* table of a database */
	const char *query;         /* SQL, instead of a table */
	const char *postgres;      /* connection string of a server, instead of a file */
	const char *password;      /* of the server; never written anywhere */
	const struct ingest_join *joins;
	size_t njoins;
	int64_t max_expanded;      /* bytes that may come out of decompression; 0: default */
	int64_t memory;            /* bytes that ingest may use beyond the page cache; 0: default */
	const char *table;         /* Arrow file to write */
	const char *quarantine;    /* CSV file to write */
	const char *scratch;       /* folder for a temporary copy of what is not UTF-8 */
	const char *encoding;      /* a name that iconv knows */
	const char *delimiter;     /* a character, or its name: comma, tab, ... */
	const char *quote;         /* one character, or "none" */
	const char *header;        /* "yes" or "no" */
	const char *decimal;       /* "." or "," */
	const char *date_order;    /* "dmy", "mdy" or "ymd" */
	const char *const *missing;   /* more texts for a missing value, compared exactly */
	size_t nmissing;
	const struct ingest_declared *declared;
	size_t ndeclared;
	double max_quarantine_share;  /* more rejected records than this: no table */
	double max_unparsed_share;    /* more values that fail a type: it is text */
	bool paranoid;             /* CSV: every record by libcsv, none by the fast way */
	int threads;
	/* May be NULL; true: cancelled. */
	bool (*progress)(void *ctx, double done, const char *what);
	void *progress_ctx;
};

/* ---- what was decided -------------------------------------------------------------------- */

enum parsed_type {
	PARSED_INTEGER, PARSED_REAL, PARSED_BOOLEAN, PARSED_DATE, PARSED_DATETIME, PARSED_TIME,
	PARSED_DURATION, PARSED_TEXT, PARSED_EMPTY, PARSED_TYPES
};
const char *parsed_type_name(enum parsed_type t);

struct ingest_encoding {
	const char *name, *how;
	bool bom;
	double confidence;         /* 1 certain, 0.5 assumed */
};
struct ingest_candidate {
	const char *delimiter, *quote;
	double score;
};
struct ingest_dialect {
	const char *delimiter, *quote;   /* quote "" when there is none */
	const char *escape;        /* "doubled", "backslash" or "none" */
	const char *line_end;      /* "LF", "CRLF", "CR" or "mixed" */
	const char *how;
	bool wrapped, requoted;    /* each line, each cell was in quotes once more */
	int header_rows;           /* 0: there is no header */
	bool fused_names;          /* a name is absent, and another looks like two */
	int64_t skipped_lines;     /* physical lines before the header */
	const char **preamble;     /* their text, at most 60 lines */
	size_t npreamble;
	struct ingest_candidate *candidates;   /* best first */
	size_t ncandidates;
};
struct ingest_format {
	const char *format;        /* as strftime, with %f for fractions of a second */
	int64_t count;
};
enum { INGEST_EXAMPLES = 5 };
struct ingest_column {
	const char *name;          /* unique, valid UTF-8 */
	const char *original;      /* as in the file */
	const char *declared, *unit;   /* NULL: none */
	const char *why;
	enum parsed_type parsed;
	enum column_type storage;
	const char *zone;          /* "UTC" when times of day carried an offset */
	int decimals;              /* most decimals of a real column, 0 integer, -1 no number */
	int32_t levels;            /* values of the dictionary, -1: not stored so */
	int64_t values, missing, parsed_count, unparsed;   /* values = parsed + unparsed */
	const char *examples[INGEST_EXAMPLES];   /* first unparsed texts */
	size_t nexamples;
	struct ingest_format *formats;   /* of dates, most frequent first */
	size_t nformats;
	int64_t tried[PARSED_TYPES];   /* values that read as each; reals include integers */
	int64_t trimmed, leading_zeros;
	/* From the file itself, NULL: it does not say. */
	const char *label, *stored;    /* a description; its own name of the type */
	struct ingest_code *codes;     /* meanings of codes */
	size_t ncodes;
	const char *semantic;          /* "email", "country", ...; NULL: none */
	int64_t semantic_count;        /* values that are so ... */
	int64_t semantic_of;           /* ... of so many that were looked at, 0: all */
};
struct ingest_code {
	const char *code, *label;
	bool missing;                  /* the file defines it as missing */
	int64_t count;
};
/* A table that the input holds: a sheet, a table of a database, a member of an archive. */
struct ingest_table {
	const char *name, *note;
	int64_t rows, columns;         /* -1: not known */
	bool hidden, chosen;
};
/* Something else that was decided, as text: "date system" "1904". */
struct ingest_fact {
	const char *name, *value;
};
/* One file of several, or one that was joined. */
struct ingest_part {
	const char *name, *format;
	int64_t bytes, rows;
	const char **absent;           /* columns of the whole that it lacks */
	size_t nabsent;
};
struct ingest_rejected {
	int64_t line;                  /* 0: not known */
	const char *reason, *raw;      /* raw: at most 200 bytes of it */
};
struct ingest_joined {
	const char *name, *file, *format;
	const char *const *on;
	size_t non;
	int64_t rows, columns;         /* of the joined table; columns that were added */
	int64_t matched, unmatched;    /* rows of the input with and without a partner */
	int64_t unused, repeated;      /* rows of the joined table without one; with the key of another */
};
/* What was done with records of a text file that were not taken as they stand. */
struct ingest_deed {
	const char *name;              /* "quotes repaired", "total", "another table", ... */
	int64_t count;
	int64_t lines[INGEST_EXAMPLES];   /* the first */
	size_t nlines;
	bool aside, bad;               /* set aside as no row; because it is damaged */
};
struct ingest_token {
	const char *token;
	int64_t count;
};
struct ingest_rename {
	const char *from, *to;
};

/* Everything lives in the arena given to ingest_file. */
struct ingest_result {
	const char *format;        /* "csv", "xlsx", ... */
	const char *title;         /* of the format: "Excel workbook" */
	const char *packed;        /* compression or archive around it: "gzip"; NULL: none */
	int64_t bytes;
	struct ingest_part *parts; /* of several files, in order */
	size_t nparts;
	struct ingest_joined *joined;
	size_t njoined;
	const struct ingest_rejected *rejected;  /* the first ten of the quarantine */
	size_t nrejected;
	struct ingest_table *tables;
	size_t ntables;
	struct ingest_fact *facts;
	size_t nfacts;
	const char *confined;      /* what the reader was confined by: "landlock 3, seccomp, rlimits" */
	struct ingest_encoding encoding;
	struct ingest_dialect dialect;
	char decimal;              /* '.' or ',' of the file as a whole */
	const char *date_order;    /* "dmy", "mdy" of dates like 1/2/2020; NULL: none */
	int64_t records;           /* rows + quarantined */
	struct ingest_deed *deeds;
	size_t ndeeds;
	int64_t rows, quarantined, padded, blank_lines, nul_bytes;
	struct ingest_column *columns;
	size_t ncolumns;
	struct ingest_token *missing;  /* texts taken as missing, most frequent first */
	size_t nmissing;
	struct ingest_rename *renamed;
	size_t nrenamed;
	struct finding *findings;  /* most severe first */
	size_t nfindings;
};

/* Reads one file. ERR_INPUT when no table can be made of it (missing, empty, binary, too many
 * bad records), ERR_USAGE for an option that makes no sense, ERR_IO, ERR_CANCELLED. The result
 * is the same for any number of threads. */
int ingest_file(const struct ingest_options *o, struct arena *a, struct ingest_result *r,
	struct err *e);

/* For the rest of this process gives up all but what ingest_file and writing into the folders of
 * its outputs take (see confine_self). To be called while there is one thread only. */
int ingest_confine(const struct ingest_options *o, char active[CONFINE_TEXT], struct err *e);

/* What can be read, CSV first. */
struct ingest_format_info {
	const char *name, *title;  /* "xlsx", "Excel workbook" */
	const char *extensions;    /* "xlsx xlsm", the usual one first; "" for none */
	const char *library;       /* what reads it */
	const char *told_by;       /* how it is recognised */
};
size_t ingest_formats(const struct ingest_format_info **v);

#endif
