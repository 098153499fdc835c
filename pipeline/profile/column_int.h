/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the column profile share. A column goes through these stations:
 *
 *	folds over the batches (fold_numbers.c, fold_texts.c)
 *	-> its values sorted as runs (sorted.c), or its different texts with counts (strtable.c)
 *	-> blocks (numeric.c, category.c, datetime.c, text.c) -> findings (column_findings.c)
 */
#ifndef COLUMN_INT_H
#define COLUMN_INT_H

#include "profile/column/kernels.h"
#include "profile/profile.h"

#include <math.h>
#include <string.h>

/* Mixes all bits of a key (the finaliser of splitmix64: Steele, Lea & Flood 2014). */
static inline uint64_t key_mix(uint64_t z)
{
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}
/* Times of day and durations are profiled as numbers of seconds. */
static inline double seconds(int64_t us)
{
	return (double)us / 1e6;
}
/* The value of a row of a number or date column; false when there is none (missing, NaN). */
static inline bool column_key(const struct column *c, int64_t row, uint64_t *key)
{
	if (!column_has(c, row))
		return false;
	switch (c->type) {
	case COLUMN_INT64:
	case COLUMN_TIMESTAMP:
		*key = key_of_int(c->v.i64[row]);
		return true;
	case COLUMN_DATE:
		*key = key_of_int(c->v.i32[row]);
		return true;
	case COLUMN_FLOAT64:
		*key = key_of_double(c->v.f64[row]);
		return !isnan(c->v.f64[row]);
	case COLUMN_TIME:
	case COLUMN_DURATION:
		*key = key_of_double(seconds(c->v.i64[row]));
		return true;
	case COLUMN_BOOL:
	case COLUMN_UTF8:
	case COLUMN_DICT:
		break;
	}
	return false;
}
static inline bool column_number(const struct column *c, int64_t row, double *x)
{
	if (!column_has(c, row))
		return false;
	if (c->type == COLUMN_TIME || c->type == COLUMN_DURATION)
		*x = seconds(c->v.i64[row]);
	else
		*x = c->type == COLUMN_INT64 ? (double)c->v.i64[row] : c->v.f64[row];
	return !isnan(*x);
}

/* ---- folds (fold_numbers.c, fold_moments.c, fold_texts.c) ------------------------------------------------ */

/* Pieces of arrays in row order, one a batch: merging links them, nothing is copied. */
struct chunks {
	struct chunk { struct chunk *next; size_t n; } *head, *tail;
	size_t n;                  /* items in all */
};

struct column_arg { int col; };                        /* the arg of all folds but moments */
/* d is (x - mean) * scale, a power of two; with `power`, for values that are whole numbers of
 * 1 / power, x power - mean, where mean is a whole number, too, so that d is exact. finite: neither
 * infinities nor NaN in the column */
struct moments_arg { int col; double mean, scale, power; bool finite; };

/* All that a first pass over numbers or dates finds. n finite values; zeros and below: of these. */
typedef unsigned __int128 wide_word;
struct numbers_fold {
	int64_t n, infinite, zeros, negatives;
	int64_t decimals[DECIMALS_MAX + 2];    /* values by decimal places; the last: more */
	struct nsum sum;           /* of reals */
	wide_word whole;           /* of int64: the exact sum, as a two's complement */
	uint64_t first, last, min, max;        /* keys of present values, infinities too, if there are any */
	bool any, nan;             /* present values; rows that have one, and it is NaN */
	bool fractions;            /* timestamps: of seconds */
	struct steps steps;        /* between neighbours among the present */
};
/* Sums of powers of the deviations d from about the mean, and of products of neighbouring rows. */
struct moments_fold {
	int64_t n, pairs;
	struct nsum d1, d2, d3, d4, products;
	double edges;              /* sum of d at both ends of each stretch of rows with values */
	bool any, has_first, has_last;         /* rows at all; values in the first and last row */
	double first, last;
};
struct bits_fold { int64_t yes, no; };
struct codes_fold { int64_t *counts; int32_t n; };     /* by code of the dictionary */
/* struct text_ref of the present values; bytes of those that were loaded, others lie in the table */
struct texts_fold { struct chunks chunks, bytes; };
struct codes_arg { int col; int32_t dict_size; };

extern const struct fold_ops numbers_ops, moments_ops, bits_ops, codes_ops, texts_ops;
/* save.c */
#define X(name) \
	void name##_save(struct buf *out, const void *acc, const void *arg); \
	void name##_load(void *acc, const void *arg, struct fold_in *in);
X(bits) X(codes) X(texts)
#undef X

/* Dates one by one (fold_dates.c). */
enum { DEFAULT_DATES = 8, DATES_UNITS = 5, DATES_SECOND = 3, DATES_COUNTS = 7 + 12 + 24 + DEFAULT_DATES + 1 };
struct dates_fold {
	union {
		struct { int64_t weekday[7], month[12], hour[24], defaults[DEFAULT_DATES], future; };
		int64_t counts[DATES_COUNTS];
	};
	int unit;                  /* the coarsest that all are whole in: day, hour, minute, second, microsecond */
	bool within_month, within_year;        /* not all are the first of a month, of a year */
};
struct dates_arg { int col; int32_t report_date; };
extern const struct fold_ops dates_ops;
struct work;
void dates_add(struct dates_fold *f, const struct work *w, int32_t report_date, int64_t tick,
	int64_t count);
int dates_unit(int unit, int64_t tick);        /* the coarsest, `unit` or finer, that a timestamp is whole in */
int64_t default_tick(const struct work *w, int i);     /* where clocks and formats start */

enum row_order order_of(const struct numbers_fold *f);
double sum_of(const struct numbers_fold *f);
/* The fewest decimal places, 0 to DECIMALS_MAX, that write x exactly; else DECIMALS_MAX + 1. */
int decimals_of(double x);
extern const double decimal_powers[DECIMALS_MAX + 1];

/* blocks.c: up to BLOCK_ROWS rows of a column of numbers or dates from `row` on, a multiple of it. */
enum { BLOCK_ROWS = 1024 };
struct block {
	size_t n;
	const double *x;           /* lie in the table or in the room */
	const int64_t *v;
	union { double x[BLOCK_ROWS]; int64_t v[BLOCK_ROWS]; uint64_t key[BLOCK_ROWS]; } room;
};
bool column_is_whole(enum column_type t);      /* keys of int64, else of double */
void block_reals(struct block *b, const struct column *c, size_t row);    /* the present ones, NaN too */
void block_wholes(struct block *b, const struct column *c, size_t row);
/* Leaves out NaN and what is larger than `most` either way; gives how many. */
size_t block_keep(struct block *b, double most);
/* All rows as doubles, those without value as anything. */
const double *block_rows(struct block *b, const struct column *c, size_t row);

/* chunks.c: the items of a new chunk with room for `cap`, then how many there are; the items of a
 * chunk; right's chunks behind left's; an end to all. */
void *chunk_new(struct chunks *c, size_t cap, size_t size);
void chunk_close(struct chunks *c, size_t n);
void *chunk_items(struct chunk *c);
void chunks_link(struct chunks *left, struct chunks *right);
void chunks_free(struct chunks *c);

/* ---- sorted values (sorted.c) ----------------------------------------------------------- */

/* The values of a column in order, equal ones as one run. Run i has before[i + 1] - before[i] values;
 * order statistic k, from 0, is in the run with before[i] <= k + before[0] < before[i + 1]. */
struct sorted {
	uint64_t *key;             /* one a run */
	int64_t *before;           /* runs + 1 */
	size_t runs;
	int64_t n;
	bool integer;              /* keys of int64, else of double */
};
/* Takes `keys` of room n + 1. Free with sorted_free. */
struct sorted sorted_new(uint64_t *keys, size_t n, bool integer);
/* All present values of a column of numbers or dates; f: what numbers_ops found in it (coded.c). */
struct sorted column_sorted(const struct table *t, int col, const struct numbers_fold *f);
void sorted_free(struct sorted *s);
struct sorted sorted_finite(const struct sorted *s);   /* a view without infinities */
static inline double sorted_value(const struct sorted *s, size_t run)
{
	return s->integer ? (double)int_of_key(s->key[run]) : double_of_key(s->key[run]);
}
static inline int64_t sorted_count(const struct sorted *s, size_t run)
{
	return s->before[run + 1] - s->before[run];
}
/* Values and counts of the next runs in [run, end), at most BLOCK_ROWS; gives how many. */
size_t sorted_block(const struct sorted *s, size_t run, size_t end, double *x, double *count);
double sorted_sum(const struct sorted *s, size_t lo, size_t hi);       /* of the values in runs [lo, hi) */
int64_t sorted_unique(const struct sorted *s);         /* runs of one */
double sorted_at(const struct sorted *s, int64_t k);   /* order statistic, 0 <= k < n */
double sorted_quantile(const struct sorted *s, double p);   /* type 7; NaN when empty */
double sorted_mad(const struct sorted *s, double median);
/* The `cap` commonest runs, then smallest; gives their number. */
int sorted_common(const struct sorted *s, size_t *runs, int cap);
/* First run whose value is >= x (above: > x). */
size_t sorted_lower(const struct sorted *s, double x);
size_t sorted_upper(const struct sorted *s, double x);

/* ---- distribution (histogram.c, density.c, normality.c, digits.c) ------------------------ */

/* `integer`: all values whole. Nothing (n = 0) when the range is not finite. */
void histogram_fill(struct histogram *h, const struct sorted *s, bool integer, double sd,
	double iqr, int64_t max_bins, struct arena *a);
/* Of the values within 3 IQR of the quartiles, where all but one in twenty are and they take up less than a
 * quarter of the range. */
void histogram_body(struct histogram *h, const struct sorted *s, bool integer, double q1, double q3,
	int64_t max_bins, struct arena *a);
void density_fill(struct numeric_profile *p, const struct sorted *s, struct arena *a);
void qq_fill(struct numeric_profile *p, const struct sorted *s, struct arena *a);
/* Royston 1995, algorithm AS R94; 3 <= n <= 5000, not all equal, else NaN. */
void shapiro_wilk(const struct sorted *s, double *w, double *p);
/* Stephens 1986, case 3 (mean and sd estimated); n >= 8, sd > 0, else NaN. */
void anderson_darling(const struct sorted *s, double mean, double sd, double *a2, double *p);
enum { SHAPIRO_MAX = 5000 };
void heaping_fill(struct numeric_profile *p, const struct sorted *s, const struct numbers_fold *f);
void uniform_fill(struct numeric_profile *p, const struct sorted *s);
double round_digits(double x, int digits);     /* to significant decimal digits, for drawing */

/* ---- texts (strtable.c, letters.c, text_scan.c, ascii.c) -------------------------------- */

/* Counts by text, in order of first appearance; texts are borrowed, or copied when there is an arena
 * for them. */
struct strtable {
	struct strcount { const char *p; int64_t count; uint32_t n; } *items;
	/* 1 << bits of them, by the first bits of the tag; item is the index + 1, 0: free */
	struct strslot { uint32_t tag, item; } *slots;
	int bits;
	size_t n, cap, max;        /* max: no further texts are taken up; 0 means no limit */
	struct arena *copies;
	int64_t refused;           /* counts of texts beyond max */
};
/* A text and the part of its hash64 that the table goes by. */
struct text_ref { const char *p; uint32_t n, tag; };
static inline uint32_t strtable_tag(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}
void strtable_init(struct strtable *t, size_t max, struct arena *copies);
/* Gives the index of the item, SIZE_MAX when the table takes up no more. */
size_t strtable_add(struct strtable *t, const char *p, size_t n, uint64_t hash, int64_t count);
/* The same for many texts, each once. */
void strtable_add_all(struct strtable *t, const struct text_ref *v, size_t n);
/* Room for n texts at once instead of little by little. */
void strtable_expect(struct strtable *t, size_t n);
/* Indices of the k commonest items, then byte order; gives their number. */
size_t strtable_top(const struct strtable *t, uint32_t *out, size_t k);
void strtable_free(struct strtable *t);

/* Texts on their way into a table: what adding them will look at is asked for when they come and
 * is there when it is their turn, in the order in which they came. */
enum { QUEUE_TEXT = 48, QUEUE_LENGTH = 16 };
struct strqueue {
	struct strtable *table;
	struct waiting { char text[QUEUE_TEXT]; uint32_t n, tag; int64_t count; } v[QUEUE_LENGTH];
	size_t in, out;            /* numbers of the next to come and of the next to go */
};
void strqueue_add(struct strqueue *q, const char *p, size_t n, int64_t count);
void strqueue_end(struct strqueue *q);

enum letter_class { LETTER, DIGIT, SPACE, PUNCTUATION, MARK, OTHER };
enum { LETTER_CLASSES = OTHER + 1, SCRIPTS = 35 };
/* Class of a code point; *script is an index for script_name, -1 unless it is a letter. */
enum letter_class letter_class(uint32_t cp, int *script);
const char *script_name(int script);
/* Simple case folding of Latin, Greek, Cyrillic and Armenian. */
uint32_t letter_fold(uint32_t cp);

enum { LATELY = 1024 };
/* What texts are made of: characters by class and script, words, patterns. */
struct text_scan {
	int64_t classes[LETTER_CLASSES], scripts[SCRIPTS];
	int64_t words_total, empty, surrounding_space;
	struct strtable words, patterns;
	struct arena *copies;      /* of their texts */
	bool counts_words;
	/* while scanning */
	struct strqueue word_queue, pattern_queue;
	struct buf word, pattern;
	int pattern_length;
	char *folded, *signs;      /* the text in small letters, and as a pattern without its runs */
	uint64_t (*marks)[4];
	size_t room;               /* bytes of text that these are for */
	/* Short words of ASCII that were seen lately: how often since they came into the queue. */
	struct lately { uint64_t low, high; int64_t count; } lately[LATELY];
};
void text_scan_init(struct text_scan *s, bool words);   /* words: are they counted? */
/* A text that occurs `count` times; gives its length in code points. */
int64_t text_scan_add(struct text_scan *s, const char *p, size_t n, int64_t count);
/* The same, one character after another: the test of the other. */
int64_t text_scan_add_plain(struct text_scan *s, const char *p, size_t n, int64_t count);
void text_scan_end(struct text_scan *s);       /* all are in; words and patterns are complete */
void text_scan_free(struct text_scan *s);
/* ASCII only, for text_scan_add: -1, and nothing done, when it is not (ascii.c). */
int64_t text_scan_ascii(struct text_scan *s, const char *p, size_t n, int64_t count);
void text_scan_ascii_end(struct text_scan *s);
enum { PATTERN_LENGTH = 40, WORD_BYTES = 256 };

/* ---- blocks ------------------------------------------------------------------------------ */

/* Everything known of one column while it is being profiled. */
struct work {
	const struct table *table;
	const struct profile_options *options;
	struct variable *var;
	struct column_profile *out;
	struct arena *arena;
	struct finding_list findings;
	enum column_type storage;
	/* what the folds found */
	struct sorted sorted;      /* numbers and dates */
	struct numbers_fold sums;  /* numbers and dates */
	enum row_order order;
	struct strtable levels;    /* texts */
	struct bits_fold bits;
	/* of a column that was sketched (sketch_int.h) and has more values than the sketch */
	struct number_sketch *numbers;
	struct dates_fold dates;
	struct strtable sample;    /* different texts of some rows */
	struct budget *budget;
};

struct numeric_profile *numeric_new(struct work *w);
struct category_profile *category_of_texts(struct work *w);
struct category_profile *category_of_integers(struct work *w);
struct boolean_profile *boolean_new(struct work *w);
struct datetime_profile *datetime_new(struct work *w);
struct text_profile *text_new(struct work *w);
/* NULL where texts are too many to look at each. */
struct habit_profile *habits_new(struct work *w);
struct meaning_profile *meaning_new(struct work *w);    /* NULL: no known meaning */
enum variable_type variable_decide(const struct work *w);
/* Does one of the words of a name say that a column holds keys? customer_id, PassengerId, nr */
bool name_like_key(const char *name);
void column_findings(struct work *w);

/* Dates and timestamps (calendar.c). Ticks are what the table stores. */
enum { TICKS_A_SECOND = 1000000 };             /* of a timestamp */
static inline int64_t ticks_a_day(const struct work *w)
{
	return w->storage == COLUMN_DATE ? 1 : 86400000000;
}
int64_t tick_day(const struct work *w, int64_t tick);
int tick_hour(const struct work *w, int64_t tick);             /* of a timestamp */
int64_t tick_month(const struct work *w, int64_t tick);       /* months since year 0 */
int64_t day_weekday(int64_t day);              /* 0 = Monday */
int64_t day_workday(int64_t day);              /* number of the day if only Monday to Friday count */
/* Where a tick stands on the scale. */
int64_t tick_position(const struct work *w, enum time_scale scale, int64_t tick);
/* Bins of calendar units: the finest width that is not finer than the values are and needs at most
 * `most` bins from min to max; the bin of a tick; where a bin starts; "week". */
struct calendar_width;
const struct calendar_width *calendar_width(const struct work *w, const char *resolution, int64_t min, int64_t max,
					    int64_t most);
int64_t calendar_bin(const struct work *w, const struct calendar_width *b, int64_t tick);
const char *calendar_edge(const struct work *w, const struct calendar_width *b, int64_t bin);
const char *calendar_name(const struct calendar_width *b);
/* The next coarser width of a plain name ("day", not "3 hours"); NULL behind the last. */
const struct calendar_width *calendar_coarser(const struct calendar_width *b);
/* The first tick of a bin, at the edge of what a tick holds where that is beyond. */
int64_t calendar_start(const struct work *w, const struct calendar_width *b, int64_t bin);
/* The histogram: bins of calendar units, the finest that suits the resolution and histogram_bins. */
void calendar_bins(struct datetime_profile *d, const struct work *w, const char *resolution);

/* Fills slips of c from its levels (spellings.c). */
void spellings_find(struct category_profile *c, const struct strtable *t, int64_t max,
	struct arena *a);
double imbalance_of(const int64_t *counts, size_t n);  /* 1 - H / log n; NaN for n < 2 */
/* One value as text, in the arena: shortest number, ISO date, the text made valid. NULL: missing. */
const char *value_text(const struct work *w, int64_t row);
const char *tick_text(const struct work *w, int64_t tick);
/* Made valid, and cut where it is longer than anybody wants to read. */
const char *clean_text(struct arena *a, const char *p, size_t n);
/* At most `max` different values from evenly spaced rows; gives their number. */
enum { SAMPLES = 10 };
int pick_values(const struct work *w, const char **out, int max);

#endif
