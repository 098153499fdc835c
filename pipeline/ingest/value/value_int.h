/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one cell can be: numbers, units, dates, clocks, months; part of ingest_int.h. */
#ifndef VALUE_INT_H
#define VALUE_INT_H

#include "ingest/ingest.h"

/* ---- number.c ---------------------------------------------------------------------------- */

/* The two decimal marks; sets of them are bits. */
enum { DOT, COMMA, MARKS };
enum { MARK_DOT = 1 << DOT, MARK_COMMA = 1 << COMMA };
enum { UNITS = 192 };           /* room for them */
struct number {
	struct str body;           /* digits, marks, blanks, exponent; no sign, no unit */
	bool negative, plus, bracket, infinite;
	/* plain digits that look like a code: 007, 19 digits, +491701234567 */
	bool leading_zero, huge, phone;
	uint8_t unit;              /* 0 none, see unit_name */
	uint8_t scale;             /* 1.2K: the power of ten, 3 */
	uint8_t marks;             /* decimal marks under which it can be read */
	uint8_t whole;             /* those under which it is a whole number */
	int places[MARKS];         /* decimals under each mark, -1 none */
};
bool number_scan(struct str s, struct number *n);   /* of a trimmed text */
/* The value when `mark` is the decimal mark. False: not readable so, not whole, overflow. */
bool number_int64(const struct number *n, int mark, int64_t *v);
bool number_double(const struct number *n, int mark, double *v);

/* ---- unit.c ------------------------------------------------------------------------------ */

enum unit_kind { UNIT_NONE, UNIT_MONEY, UNIT_SHARE, UNIT_PHYSICAL };
const char *unit_name(int unit);                    /* NULL for none */
enum unit_kind unit_kind(int unit);
int unit_lookup(struct str s);                      /* all of s; 0: none */
/* A sign or code of money, or a word such as "million", at the beginning; *n: its length. */
int unit_prefix(struct str s, size_t *n);
int scale_prefix(struct str s, size_t *n);          /* the power of ten, 0: none */

/* ---- when.c ------------------------------------------------------------------------------ */

/* Order of day and month in dates like 1/2/2020. */
enum { ORDER_DMY, ORDER_MDY, ORDERS };
/* How a date or a time was written: what when_format needs, compared byte by byte. The styles
 * from STYLE_YM on are periods, read as their first day. */
enum style {
	STYLE_YMD, STYLE_NUMBERS, STYLE_D_MONTH_Y, STYLE_MONTH_D_Y, STYLE_Y_MONTH_D, STYLE_CTIME,
	STYLE_COMPACT, STYLE_SERIAL, STYLE_EPOCH, STYLE_EPOCH_MS, STYLE_CLOCK,
	STYLE_YM, STYLE_MY, STYLE_MONTH_Y, STYLE_Y_MONTH, STYLE_QUARTER, STYLE_QUARTER_Y,
	STYLE_WEEK
};
enum daytime { DAYTIME_NONE, DAYTIME_MINUTES, DAYTIME_SECONDS, DAYTIME_FRACTION };
enum zone { ZONE_NONE, ZONE_Z, ZONE_OFFSET };
struct written {
	char sep;
	uint8_t style, year2, long_month, comma, daytime, half_day, t, zone, clock;
};
struct when {
	uint8_t orders;            /* readings that are real dates, as bits */
	int32_t days[ORDERS];      /* the date under each */
	bool timed, zoned;
	int64_t clock;             /* microseconds since midnight: UTC when zoned, else local */
	struct written written;
};
enum { PIVOT = 70 };           /* years of two digits: 70 to 99 are 19.. */
bool when_scan(struct str s, struct when *w);       /* of a trimmed text */
bool when_scan_from(struct str s, int pivot, struct when *w);

/* ---- when_format.c ----------------------------------------------------------------------- */

void when_format(struct buf *out, const struct written *f, int order);
/* Numbers that are dates if the name of their column says so: 20240229, 45351 of Excel, 1709164800
 * and 1709164800000 since 1970, 02.2024; and 1305, a time of day. */
enum guise {
	GUISE_NONE, GUISE_COMPACT, GUISE_SERIAL, GUISE_EPOCH, GUISE_EPOCH_MS, GUISE_MONTH,
	GUISE_CLOCK, GUISES
};
bool when_number(struct str s, enum guise guise, struct when *w);

/* ---- clock.c ----------------------------------------------------------------------------- */

enum clock_form {
	CLOCK_MINUTES, CLOCK_SECONDS, CLOCK_FRACTION, CLOCK_HALF, CLOCK_HALF_SECONDS,
	CLOCK_NO_HOURS, CLOCK_ISO, CLOCK_WORDS, CLOCK_DIGITS
};
struct clock {
	int64_t us;
	bool time, duration;       /* what it can be read as: 13:05 is both */
	bool lone;                 /* "5m": a duration only among others */
	uint8_t form;
};
bool clock_scan(struct str s, struct clock *c);     /* of a trimmed text */
bool clock_digits(struct str s, struct clock *c);   /* 1305, 905 */

/* ---- plain.c ----------------------------------------------------------------------------- */

/* Certainly neither number, date, time, duration nor truth value; false says nothing. */
bool plain_text(struct str s);

/* ---- month.c ----------------------------------------------------------------------------- */

/* 1 to 12 for a name or an abbreviation in a western language, 0 for any other word. */
int month_lookup(struct str word, bool *full);
bool weekday_known(struct str word);                /* English */

/* ---- cell.c ------------------------------------------------------------------------------ */

/* Nothing to trim: it begins and ends with a visible ASCII character, as nearly all cells do. */
static inline bool cell_plain(struct str s)
{
	return s.n && (unsigned char)(s.p[0] - '!') < 94 &&
		(unsigned char)(s.p[s.n - 1] - '!') < 94;
}
/* str_trim */
static inline struct str cell_trim(struct str s)
{
	return cell_plain(s) ? s : str_trim(s);
}

enum token_kind { TOKEN_STRONG, TOKEN_WEAK, TOKEN_DECLARED };
struct token {
	const char *text;
	size_t n;
	enum token_kind kind;
	int16_t next;
};
struct tokens {
	struct token *v;
	int n;
	size_t longest;
	bool shaped;               /* one looks like a plain number or date (shape.h) */
	int16_t head[256];         /* by first byte in lower case: index + 1 */
};
struct tokens *tokens_new(struct arena *a, const char *const *more, size_t nmore);
int token_search(const struct tokens *t, struct str s);
static inline unsigned char token_key(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}
/* Index of the token, or -1. Most texts are told by their length and first byte. */
static inline int token_find(const struct tokens *t, struct str s)
{
	return s.n && s.n <= t->longest && t->head[token_key(*s.p)] ? token_search(t, s) : -1;
}

enum { BOOLEAN_PAIRS = 13 };
/* The pairs of words that a text belongs to, as bits; *yes has the bit where it is the yes. */
uint32_t boolean_pairs(struct str s, uint32_t *yes);
bool boolean_scan(struct str s, int pair, bool *value);

enum cell_kind {
	KIND_EMPTY, KIND_MISSING, KIND_NUMBER, KIND_MONEY, KIND_DATE, KIND_DATETIME, KIND_TIME,
	KIND_BOOLEAN, KIND_ADDRESS, KIND_WORD, KIND_OTHER, KINDS
};
enum cell_kind cell_kind(struct str s, bool quoted);
bool kind_typed(enum cell_kind k);                  /* says more than that it is some text */

#endif
