/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base: what every room stands on. Errors, memory, strings, numbers, dates, JSON, files, hashing,
 * randomness and threads. Nothing here knows what a table or a report is.
 */
#ifndef BASE_H
#define BASE_H

#include <dirent.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COUNTOF(a) (sizeof(a) / sizeof((a)[0]))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/* ---- errors (err.c) ------------------------------------------------------------------------ */

/* The codes are the exit statuses of the program. */
enum err_code {
	ERR_NONE = 0,
	ERR_CHECKS = 1,    /* the run finished, its checks did not pass */
	ERR_USAGE = 2,     /* command line or manifest */
	ERR_AWAITING = 3,  /* waits for clarification */
	ERR_INPUT = 4,     /* unreadable input */
	ERR_IO = 5,        /* I/O or resources */
	ERR_CANCELLED = 6,
	ERR_TIMEOUT = 7,
	ERR_BUG = 70,      /* a bug in dossier */
	ERR_BUSY = 75      /* temporary, try again */
};

/* One line, read outside in. `struct err e = { 0 };` is ready for use. */
struct err {
	enum err_code code;
	char msg[1024];
};

/* Each returns -1, so that `return err_set(e, ...)` reads as what it is; `e` may be NULL.
 * err_set states the cause; err_errno appends ": strerror(errno)" and uses ERR_IO;
 * err_while puts "<what>: " in front at each level that adds something. */
int err_set(struct err *e, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);
int err_errno(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);
int err_while(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* ---- memory (mem.c) ------------------------------------------------------------------------ */

/* Never return NULL: out of memory ends the process (exit status 5) in one function. Counts are
 * checked for overflow. For sizes that came from input use mem_try, which may fail. */
void *mem_alloc(size_t n);
void *mem_calloc(size_t count, size_t size);
/* As mem_alloc, for arrays of megabytes that are written all over: asks for large pages. */
void *mem_large(size_t n);
void *mem_realloc(void *p, size_t count, size_t size);
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t n);
/* Zeroed memory of count * size bytes, or NULL when that is above `cap` bytes or not to be had. */
void *mem_try(size_t count, size_t size, size_t cap);

/* An arena frees everything at once. Memory is zeroed and aligned for any type.
 * arena_own lets it hold something foreign; releases run in reverse order of owning.
 * It serves one thread; arena_part gives another one that ends with it, arena_join makes one end with it.
 * Built with -DARENA_DISCRETE each piece is its own malloc, so that sanitizers see overruns. */
struct arena;
struct arena *arena_new(void);
void arena_free(struct arena *a);
void *arena_alloc(struct arena *a, size_t n);
void *arena_calloc(struct arena *a, size_t count, size_t size);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
void arena_own(struct arena *a, void *p, void (*release)(void *));
struct arena *arena_part(struct arena *a);
void arena_join(struct arena *a, struct arena *part);

/* ---- strings (str.c) ----------------------------------------------------------------------- */

struct str {            /* borrows */
	const char *p;
	size_t n;
};
struct buf {            /* owns; p is NUL-terminated whenever it is not NULL; start with { 0 } */
	char *p;
	size_t n, cap;
};

struct str str_of(const char *s);
bool str_eq(struct str a, const char *b);
struct str str_trim(struct str s);                  /* ASCII blanks, tabs, line ends, NBSP, BOM */
int str_cmp(struct str a, struct str b);            /* byte order */
bool str_ieq(struct str a, const char *b);          /* ASCII case folded */
/* ASCII and Latin-1 to lower case; at most `cap` bytes. Their number. */
size_t str_lower(struct str s, char *out, size_t cap);
/* The entry of `words` nearest to `s` by Damerau-Levenshtein distance if near enough to suggest
 * (distance <= 2 and less than half of its length), else NULL. */
const char *str_nearest(const char *s, const char *const *words, size_t n);

void buf_put(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list args) PRINTF_LIKE(2, 0);
void buf_reserve(struct buf *b, size_t more);
void buf_clear(struct buf *b);                      /* keeps the memory */
void buf_free(struct buf *b);
const char *buf_str(const struct buf *b);           /* "" when empty */

/* UTF-8. utf8_next decodes the code point at *p (p < end) and moves past it; a malformed byte
 * yields U+FFFD and moves one byte. utf8_valid accepts neither surrogates nor overlong forms and
 * gives the offset of the first bad byte. utf8_clean copies with every bad byte as U+FFFD. */
uint32_t utf8_next(const char **p, const char *end);
bool utf8_valid(const char *p, size_t n, size_t *bad);
void utf8_put(struct buf *b, uint32_t cp);
/* Control characters and those that only steer the direction or the joining of text. */
bool utf8_is_unseen(uint32_t cp);
/* Copies with every such character by its number: "a[U+200D]b". */
void utf8_show(struct buf *b, const char *p, size_t n);
void utf8_clean(struct buf *b, const char *p, size_t n);
size_t utf8_length(const char *p, size_t n);        /* code points */
/* Columns on a terminal: 0 for combining marks, 2 for wide East Asian characters. */
size_t utf8_width(const char *p, size_t n);

/* ---- what a text means (meaning.c) ----------------------------------------------------------- */

/* All of the text, without blanks around it. Sources: RFC 3986, 5321, 4291, 9562; ISO 13616 with the
 * check of ISO 7064; ITU E.164; ISO 3166 (countries.def). */
bool means_url(struct str s);
bool means_email(struct str s);
bool means_path(struct str s);                      /* of a file */
bool means_ipv4(struct str s);                      /* also with a port or a network's size */
bool means_ipv6(struct str s);
bool means_list(struct str s);                      /* a list, or JSON */
bool means_uuid(struct str s);
bool means_iban(struct str s);
/* digits: from means_digits, the digits of what may be a number of a telephone, else 0. */
bool means_phone(struct str s, int digits);
int means_digits(struct str s);
bool means_postal(struct str s);
bool means_country(struct str s);                   /* a name in five languages */
bool means_country_code(struct str s);              /* two or three capitals */

/* ---- numbers (num.c): no locale anywhere ---------------------------------------------------- */

enum { NUM_MAX = 40 };
/* Shortest decimal that reads back as exactly v ("0.1", "1e+22", "-0" is "0", "nan", "inf"). */
size_t num_shortest(char out[NUM_MAX], double v);
/* The same of a number that was stored in single precision: 0.1f is "0.1". */
size_t num_shortest_single(char out[NUM_MAX], float v);
/* Fixed decimals, rounded half to even on the exact value; never "-0.00". */
size_t num_fixed(char out[350], double v, int decimals);
/* Parses all of [p, p+n): correctly rounded, decimal point '.', optional sign and exponent; no
 * blanks, hex, inf or nan. Returns false when it is not a number. A literal that overflows gives inf. */
bool num_parse_double(const char *p, size_t n, double *v);
/* All of [p, p+n): optional sign and digits; false on overflow of int64. */
bool num_parse_int64(const char *p, size_t n, int64_t *v);

/* Compensated sum (Neumaier 1974): error independent of n. Merge adds one sum to another. */
struct nsum {
	double s, c;
};
void nsum_add(struct nsum *a, double x);
void nsum_merge(struct nsum *a, const struct nsum *b);
double nsum_value(const struct nsum *a);

/* ---- dates (date.c): proleptic Gregorian, UTC ----------------------------------------------- */

int32_t date_days(int y, int m, int d);             /* days since 1970-01-01 */
void date_civil(int32_t days, int *y, int *m, int *d);
bool date_exists(int y, int m, int d);
size_t date_format(char out[32], int32_t days);     /* 2024-02-29 */
size_t time_format(char out[40], int64_t us);       /* 2024-02-29T13:05:00[.123456]Z: micros since epoch */
/* A time of day or a duration, in microseconds: 13:05:00[.123456], -27:30:00. */
enum { CLOCK_TEXT = 32 };
size_t clock_format(char out[CLOCK_TEXT], int64_t us);
int date_weekday(int32_t days);                     /* 0 = Monday */

/* ---- JSON (json.c) ------------------------------------------------------------------------- */

/* A deterministic writer: two-space indent, keys in the order given, shortest round-trip numbers,
 * NaN and infinities as null, strings escaped and made valid UTF-8. Arrays of plain numbers and
 * strings stay on one line. */
struct jw {
	struct buf *out;
	int depth;
	bool first[64], inline_[64], after_key;
};
void jw_init(struct jw *w, struct buf *out);
void jw_obj(struct jw *w);
void jw_obj_end(struct jw *w);
void jw_arr(struct jw *w);                          /* one element a line */
void jw_arr_inline(struct jw *w);                   /* all elements on one line */
void jw_arr_end(struct jw *w);
void jw_key(struct jw *w, const char *key);
void jw_str(struct jw *w, const char *s);           /* NULL writes null */
void jw_strn(struct jw *w, const char *s, size_t n);
void jw_int(struct jw *w, int64_t v);
void jw_num(struct jw *w, double v);
void jw_bool(struct jw *w, bool v);
void jw_null(struct jw *w);
void jw_value(struct jw *w, const json_t *v);       /* a whole jansson tree, keys in its order */
/* key and value in one call */
void jw_kstr(struct jw *w, const char *key, const char *s);
void jw_kint(struct jw *w, const char *key, int64_t v);
void jw_knum(struct jw *w, const char *key, double v);
void jw_kbool(struct jw *w, const char *key, bool v);
void jw_knull(struct jw *w, const char *key);
void jw_kvalue(struct jw *w, const char *key, const json_t *v);
void jw_kobj(struct jw *w, const char *key);
void jw_karr(struct jw *w, const char *key);
void jw_karr_inline(struct jw *w, const char *key);
void jw_knums(struct jw *w, const char *key, const double *v, size_t n);
void jw_kstrs(struct jw *w, const char *key, const char *const *v, size_t n);   /* on one line */
/* null and beside it "<key>_why": reason, when v is not finite; else the number. */
void jw_knum_why(struct jw *w, const char *key, double v, const char *reason);

/* Canonical text of a tree: keys sorted by bytes, no blanks. What step keys hash. */
void json_canonical(struct buf *out, const json_t *v);
/* Strict reading, duplicate keys refused. The caller owns the result (json_decref). NULL on error:
 * "<path>:<line>:<column>: <text>", ERR_IO when it can't be read, ERR_INPUT when malformed. */
json_t *json_read_file(const char *path, struct err *e);
/* Borrowed look-ups that never fail: dotted path through objects ("numeric.mean"), array indices as
 * numbers ("columns.3.name"). json_at returns NULL when absent; the typed ones a fallback. */
const json_t *json_at(const json_t *v, const char *path);
double json_num(const json_t *v, const char *path, double fallback);  /* integer or real; null -> fallback */
int64_t json_int(const json_t *v, const char *path, int64_t fallback);
bool json_flag(const json_t *v, const char *path, bool fallback);
const char *json_text(const json_t *v, const char *path, const char *fallback);
size_t json_count(const json_t *v, const char *path);                 /* array length or 0 */

/* ---- files (file.c) ------------------------------------------------------------------------ */

/* The whole file, NUL-terminated beyond n. Refuses what is no regular file and anything above `cap` bytes. */
int file_read(const char *path, size_t cap, struct buf *out, struct err *e);
/* All of it to a descriptor; -1 with errno. */
int file_put(int fd, const void *data, size_t n);
/* Creates path and its missing parents (mode 0777 & ~umask). */
int file_mkdirs(const char *path, struct err *e);
/* Atomic and durable: temporary in the same folder, every write checked, fsync, rename, fsync of the
 * folder. After a crash the name holds the old content or the new, never a part. */
int file_publish(const char *path, const void *data, size_t n, struct err *e);
/* The same for a file that no lock guards: processes that do it at once take turns, and what a killed one left
 * behind ("<path>.tmp") is taken over by the next. */
int file_replace(const char *path, const void *data, size_t n, struct err *e);
/* The next entry of an open folder but "." and ".."; *x is NULL behind the last one. */
int file_next(DIR *d, const char *path, struct dirent **x, struct err *e);
/* Names in a folder that do not begin with a point, in byte order; none when there is no such folder. The caller
 * frees the list (NULL on error), the names belong to the arena. */
int file_names(struct arena *a, const char *path, const char ***names, size_t *n, struct err *e);
/* Plain write of a file that is not yet published (inside a step's own temporary folder). */
int file_write(const char *path, const void *data, size_t n, struct err *e);
int file_sync(const char *path, struct err *e);     /* fsync of a file or a folder */
void file_sync_begin(const char *path);             /* a hint: it will be synced soon */
int file_remove_tree(const char *path, struct err *e);  /* no error when absent; does not follow links */
bool file_exists(const char *path);
char *path_join(struct arena *a, const char *dir, const char *name);  /* absolute name wins */
const char *path_base(const char *path);

/* ---- hashing (hash.c) ---------------------------------------------------------------------- */

struct sha256 {
	uint32_t h[8];
	uint64_t len;
	uint8_t block[64];
};
enum { SHA256_HEX = 65 };
void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *p, size_t n);
void sha256_hex(struct sha256 *s, char out[SHA256_HEX]);   /* finishes */
int sha256_file(const char *path, char out[SHA256_HEX], int64_t *size, struct err *e);
uint64_t hash64(const void *p, size_t n, uint64_t seed);   /* fast, not cryptographic, stable across machines */

/* ---- randomness (rng.c) -------------------------------------------------------------------- */

/* xoshiro256** (Blackman & Vigna 2018) seeded by splitmix64. Same seed, same sequence, everywhere. */
struct rng {
	uint64_t s[4];
};
void rng_seed(struct rng *r, uint64_t seed);
uint64_t rng_next(struct rng *r);
double rng_unit(struct rng *r);                     /* [0, 1) */
uint64_t rng_below(struct rng *r, uint64_t n);      /* unbiased, n > 0 */
double rng_normal(struct rng *r);
void rng_shuffle(struct rng *r, uint32_t *v, size_t n);

/* ---- threads (pool.c) ---------------------------------------------------------------------- */

/* Calls fn(ctx, i) for every i in [0, n), spread over `threads` threads (<= 1: in the caller's own).
 * Returns when all have run. Order is not defined, so fn writes only to places of its own i. */
void pool_run(int threads, size_t n, void (*fn)(void *ctx, size_t i), void *ctx);
int pool_cpus(void);

/* ---- confinement (confine.c) ----------------------------------------------------------------- */

/* What a process that reads untrusted bytes may still do. Nothing else can be opened, no program
 * run, no process traced, and without `network` nothing connected; open descriptors stay usable. */
struct confine {
	const char *const *read;   /* files and folders to read below, NULL-terminated; NULL: none */
	const char *const *write;  /* folders to create and write files in */
	int64_t address_space;     /* bytes beyond what is mapped now; 0: as it is */
	int64_t cpu_seconds, file_size;   /* 0: as they are */
	bool network;
	bool fork;                 /* may start processes, which inherit all this */
};
/* For the rest of this process and its children. `active` says what was in force, in words ("landlock
 * 3, seccomp, limits"): the kernel may know less, and sanitizers and valgrind allow limits of CPU
 * time only. -1 only when what the kernel does know fails. */
enum { CONFINE_TEXT = 128 };
int confine_self(const struct confine *c, char active[CONFINE_TEXT], struct err *e);
/* Whether this program was built or is run with something that needs to see and do more: a
 * sanitizer, valgrind, counting coverage. */
bool confine_off(void);

/* ---- findings (finding.c, findings.def) ------------------------------------------------------ */

/* Everything that can be worth telling about a dataset, a model or a report, one line each in
 * findings.def: code, level, title, sentence with named holes, recommendation. Below the report
 * room a finding is a code and numbers; a sentence is made only where it is printed. */
enum finding_level { FINDING_INFO, FINDING_NOTICE, FINDING_WARNING, FINDING_ERROR };
enum finding_code {
#define X(code, level, title, sentence, advice) FIND_##code,
#include "base/findings.def"
#undef X
	FIND_COUNT
};
struct finding_info {
	const char *code;          /* "missing_values" */
	enum finding_level level;  /* default level */
	const char *title, *sentence, *advice;
};
const struct finding_info *finding_info(enum finding_code c);
const struct finding_info *finding_lookup(const char *code);   /* NULL when unknown */
const char *finding_level_name(enum finding_level l);          /* "info" "notice" "warning" "error" */

/* Numbers that do not apply are NaN, counts that do not apply -1, texts NULL. Names and texts are
 * borrowed from the arena of the step. */
struct finding {
	enum finding_code code;
	enum finding_level level;
	const char *columns[4];    /* NULL-terminated unless all four are used */
	const char **more;         /* further ones, nmore of them */
	size_t nmore;
	int64_t count, total;      /* how many of how many: share = count / total */
	double value, threshold;   /* the measured figure and the limit that it crossed */
	double statistic, p, effect;
	int64_t n;                 /* sample size behind the statistic */
	const char *text, *text2;  /* a level, a token, a date: fills {text} and {text2} */
	const char *cause;         /* "code:column" of the finding that this one follows from; NULL: none */
};
struct finding finding_make(enum finding_code code, const char *column);
/* Names one column more. */
void finding_add_column(struct finding *f, const char *column, struct arena *a);
/* How much a finding matters among others of its level, in [0, 1]: the larger of the share of what it
 * concerns and the size of its effect; 1/2 when it has neither. */
double finding_weight(const struct finding *f);
/* {"code","level","columns":[],"count","total","share","value","threshold","statistic","p","effect",
 *  "n","text","text2","cause"}: only what applies. The one JSON shape of a finding in every
 *  artifact. */
void finding_write(struct jw *w, const struct finding *f);

#include "base/sort.h"
#endif
