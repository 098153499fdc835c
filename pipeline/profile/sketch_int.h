/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sketches: what is kept of a column whose values do not fit the memory that is meant for them.
 * Each takes up a batch, merges with another and has a size that does not depend on the rows:
 *
 *	kll.c          ranks and quantiles, within a bound that it knows itself
 *	hyperloglog.c  how many different values
 *	heavy.c        the commonest values; all of them, exactly, while they are few
 *	sketch.c       folds made of these, and the view of them that the blocks of a column read
 */
#ifndef SKETCH_INT_H
#define SKETCH_INT_H

#include "profile/column_int.h"

#include <pthread.h>

/* ---- ranks (kll.c): Karnin, Lang & Liberty 2016 -------------------------------------------- */

/* An item of level h stands for 2^h values. A level that is too full is compacted: of its sorted
 * items every other one, by a coin, moves up. So the rank of a value is off by the sum of a +-2^h or 0
 * for each compaction, which is bounded by Azuma & Hoeffding: `squares` is the sum of 4^h. */
enum { KLL_K = 4096, KLL_LEVELS = 48 };
struct kll {
	struct kll_level { uint64_t *v; size_t n; } level[KLL_LEVELS];   /* ascending */
	int levels;
	int64_t n;                 /* values stood for, exactly */
	uint64_t coins;            /* state of the coin */
	double squares;
};
/* Puts n ascending keys into an empty sketch. */
void kll_set(struct kll *s, const uint64_t *keys, size_t n, uint64_t seed);
void kll_merge(struct kll *left, struct kll *right);   /* right is left empty */
void kll_free(struct kll *s);
/* With 99 % confidence, for each rank asked for: as a share of n. */
double kll_rank_error(const struct kll *s);
/* Its items in order, equal ones as one run; to be freed with sorted_free. */
struct sorted kll_sorted(const struct kll *s, bool integer);
void kll_save(struct buf *out, const struct kll *s);
void kll_load(struct kll *s, struct fold_in *in);

/* ---- different values (hyperloglog.c) ------------------------------------------------------ */

/* Flajolet, Fusy, Gandouet & Meunier 2007 with the improved raw estimator of Ertl 2017, which needs
 * no table of biases and holds from 0 to beyond 10^18. Standard error 1.04 / sqrt(HLL_SIZE). */
enum { HLL_BITS = 14, HLL_SIZE = 1 << HLL_BITS, HLL_RANKS = 64 - HLL_BITS + 1 };
struct hll {
	uint8_t rank[HLL_SIZE];    /* at most HLL_RANKS */
};
void hll_add(struct hll *h, uint64_t hash);    /* the hash must be even in all its bits */
void hll_merge(struct hll *left, const struct hll *right);
double hll_estimate(const struct hll *h);
double hll_error(void);                        /* relative, with 99 % confidence */
void hll_save(struct buf *out, const struct hll *h);
void hll_load(struct hll *h, struct fold_in *in);

/* ---- common values (heavy.c): Misra & Gries 1982, merged as by Agarwal et al. 2013 ----------- */

/* Counts of at most HEAVY_MAX values. When there are more, the count of the first that is too many
 * is taken off all and added to `error`: a value occurs at least `count` and at most `count +
 * error` times, one that is not there at most `error` times, and error <= rows / (HEAVY_MAX + 1).
 * While error is 0 these are all values there are. */
enum { HEAVY_MAX = 4096 };
struct heavy_item {
	uint64_t key;              /* of a number; hash of a text */
	int64_t count;
	const char *p;             /* the text; NULL for numbers */
	size_t n;
};
struct heavy {
	struct heavy_item *v;      /* by key, then by bytes of the text */
	size_t n;
	int64_t error;
	struct chunks bytes;       /* of texts that were loaded; others lie in the table */
};
/* Puts different items, in any order, into an empty summary; reorders them. */
void heavy_set(struct heavy *h, struct heavy_item *items, size_t n);
void heavy_merge(struct heavy *left, struct heavy *right);     /* right is left empty */
void heavy_free(struct heavy *h);
/* Places of the commonest items that are certainly commoner than all that are not there, at most
 * `max`: most frequent first, then smallest key, or smallest text by bytes. */
size_t heavy_top(const struct heavy *h, size_t *out, size_t max);
void heavy_save(struct buf *out, const struct heavy *h);
void heavy_load(struct heavy *h, struct fold_in *in, bool texts);

/* ---- memory (budget.c) ---------------------------------------------------------------------- */

struct budget {
	pthread_mutex_t lock;
	pthread_cond_t given;
	int64_t total, left;       /* bytes; total 0: no limit */
};
void budget_init(struct budget *b, int64_t bytes);
void budget_take(struct budget *b, int64_t bytes);     /* waits; at most the total */
void budget_give(struct budget *b, int64_t bytes);     /* the same number */
void budget_free(struct budget *b);

/* ---- a column of these (approximate.c) ------------------------------------------------------ */

/* What the exact ways find out, in bounded memory: fills w->sorted or w->levels, and the counts. */
void approximate_numbers(struct work *w);
void approximate_texts(struct work *w);
/* Puts right what the blocks made of w->sorted as if it were all values. */
void approximate_numeric(struct work *w, struct numeric_profile *p);
void approximate_category(const struct work *w, struct category_profile *c);

/* ---- folds of these (sketch.c) -------------------------------------------------------------- */

enum { SKETCH_ENDS = 10 };     /* lowest and highest values, with exact counts */
struct sketch_end { uint64_t key; int64_t count; };
/* Numbers and dates. Infinities are in `heavy` and `different` only. */
struct number_sketch {
	struct kll kll;
	struct heavy heavy;
	struct hll different;
	struct sketch_end low[SKETCH_ENDS], high[SKETCH_ENDS];  /* outermost first */
	int nlow, nhigh;
	int64_t n;                 /* values, infinities too */
};
struct text_sketch {
	struct heavy heavy;
	struct hll different;
	int64_t n;
};
extern const struct fold_ops number_sketch_ops, text_sketch_ops;       /* arg: struct column_arg */
/* What the blocks of a column read, to be freed with sorted_free: all values, or ranks with exact ends
 * and without infinities. */
struct sorted number_sketch_view(const struct number_sketch *s, bool integer);
int64_t number_sketch_distinct(const struct number_sketch *s, bool integer);
int64_t text_sketch_distinct(const struct text_sketch *s);

#endif
