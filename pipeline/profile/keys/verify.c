/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Candidates counted over all rows. Each is gone over by itself and given up as soon as it is
 * refuted, which a false one usually is after a few rows; candidates are spread over threads, so
 * that the number of threads can't matter.
 */
#include "profile/keys_int.h"

#include <stdlib.h>

enum { SET_SLOTS = 1 << 23, SET_SLOTS_FEW = 1 << 21, GROUPS_MOST = 1 << 20, OTHERS_MOST = 1000 };

/* Keys of the rows of a batch by some columns together; 0 where a value is missing. Equal values
 * give equal keys. */
static void row_keys(const struct coding *c, const int *var, int n, const struct batch *b,
	uint64_t *out)
{
	uint64_t *key = mem_alloc((size_t)b->rows * sizeof *key);
	uint8_t *has = mem_alloc((size_t)b->rows);
	memset(out, 0xff, (size_t)b->rows * sizeof *out);
	for (int k = 0; k < n; k++) {
		cells_key(&b->cols[c->cols[var[k]].var->col], 0, b->rows, key, has);
		for (int64_t i = 0; i < b->rows; i++) {
			uint64_t mixed = key_mix(out[i] + key[i]);
			out[i] = has[i] && out[i] ? mixed + !mixed : 0;
		}
	}
	free(has);
	free(key);
}

static bool rows_equal(const struct coding *c, const int *var, int n, int64_t x, int64_t y)
{
	for (int k = 0; k < n; k++)
		if (cell_cmp(c->table, c->cols[var[k]].var->col, x, y) != 0)
			return false;
	return true;
}

/* ---- keys ----------------------------------------------------------------------------------- */

struct seen {                  /* keys that occur more than once */
	uint64_t *key;
	size_t n, cap;
};

static void seen_add(struct seen *s, uint64_t key)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 64;
		s->key = mem_realloc(s->key, s->cap, sizeof *s->key);
	}
	s->key[s->n++] = key;
}

static size_t set_home(size_t mask, uint64_t key)
{
	return (size_t)(key >> 20) & mask;
}

/* Enters key; false when it is there already. */
static bool set_enter(uint64_t *set, size_t mask, uint64_t key)
{
	size_t i = set_home(mask, key);
	for (; set[i]; i = (i + 1) & mask)
		if (set[i] == key)
			return false;
	set[i] = key;
	return true;
}

static uint64_t part_of(uint64_t key, uint64_t parts)
{
	return (key >> 32) * parts >> 32;
}

/* One part of the keys: as many as fit the set. False as soon as there are more than `most`
 * repeats. */
static bool find_repeats(const struct coding *c, const struct key_count *k, uint64_t part,
	uint64_t parts, uint64_t *set, size_t slots, int64_t most, struct seen *seen)
{
	enum { AHEAD = 16 };       /* keys whose slots are asked for before it is their turn */
	uint64_t *key = mem_calloc(BATCH_ROWS + AHEAD, sizeof *key);
	memset(set, 0, slots * sizeof *set);
	for (int64_t i = 0; i < table_nbatches(c->table) && (int64_t)seen->n <= most; i++) {
		const struct batch *b = table_batch(c->table, i);
		row_keys(c, k->var, k->n, b, key);
		for (int64_t r = 0; r < b->rows; r++) {
			__builtin_prefetch(&set[set_home(slots - 1, key[r + AHEAD])], 1);
			if (key[r] && part_of(key[r], parts) == part &&
					!set_enter(set, slots - 1, key[r]))
				seen_add(seen, key[r]);
		}
	}
	free(key);
	return (int64_t)seen->n <= most;
}

static int by_value(const void *x, const void *y)
{
	const uint64_t *a = x, *b = y;
	return (*a > *b) - (*a < *b);
}

static bool repeats_before(const struct row_group *x, const struct row_group *y)
{
	return x->count != y->count ? x->count > y->count : x->first < y->first;
}

static void repeat_add(struct key_count *k, struct row_group g)
{
	if (k->ntop == RULE_EXAMPLES && !repeats_before(&g, &k->top[RULE_EXAMPLES - 1]))
		return;
	int i = k->ntop < RULE_EXAMPLES ? k->ntop++ : RULE_EXAMPLES - 1;
	for (; i > 0 && repeats_before(&g, &k->top[i - 1]); i--)
		k->top[i] = k->top[i - 1];
	k->top[i] = g;
}

/* A bit for each key, which others may share: nearly all rows need no search. */
enum { SIEVE_BITS = 1 << 22 };

static void sieve_set(uint64_t *sieve, uint64_t key)
{
	sieve[key % SIEVE_BITS / 64] |= UINT64_C(1) << key % 64;
}

static bool sieve_has(const uint64_t *sieve, uint64_t key)
{
	return sieve[key % SIEVE_BITS / 64] >> key % 64 & 1;
}

/* Which rows have the keys that were seen twice; and are they equal, or only their keys? */
static void count_repeats(const struct coding *c, struct key_count *k, struct seen *seen)
{
	uint64_t *key = mem_alloc(BATCH_ROWS * sizeof *key);
	size_t n = 0;
	if (seen->n)
		qsort(seen->key, seen->n, sizeof *seen->key, by_value);
	for (size_t i = 0; i < seen->n; i++)
		if (!i || seen->key[i] != seen->key[i - 1])
			seen->key[n++] = seen->key[i];
	struct row_group *group = mem_calloc(n + 1, sizeof *group);
	uint64_t *sieve = mem_calloc(SIEVE_BITS / 64, sizeof *sieve);
	for (size_t i = 0; i < n; i++)
		sieve_set(sieve, seen->key[i]);
	for (int64_t i = 0; n && i < table_nbatches(c->table); i++) {
		const struct batch *b = table_batch(c->table, i);
		row_keys(c, k->var, k->n, b, key);
		for (int64_t r = 0; r < b->rows; r++) {
			const uint64_t *at = !sieve_has(sieve, key[r]) ? NULL :
				bsearch(&key[r], seen->key, n, sizeof *at, by_value);
			if (!at)
				continue;
			struct row_group *g = &group[at - seen->key];
			if (!g->count)
				g->first = b->first_row + r;
			else if (!rows_equal(c, k->var, k->n, g->first, b->first_row + r))
				continue;
			g->count++;
		}
	}
	k->repeated = 0;
	for (size_t i = 0; i < n; i++) {
		k->repeated += group[i].count - 1;
		if (group[i].count > 1)
			repeat_add(k, group[i]);
	}
	free(sieve);
	free(group);
	free(key);
}

enum { TRIAL_ROWS = 1 << 20, TRIAL_PARTS = 64, TRIAL_VALUES = 1 << 16 };

/* The columns of k, those of most values first; gives the number of those that have enough values to
 * divide the rows by. */
static int trial_order(const struct coding *c, const struct key_count *k, int var[KEY_COLUMNS])
{
	int leading = 0;
	double values = 1;
	for (int i = 0; i < k->n; i++) {
		int at = i;
		for (; at > 0 && c->cols[k->var[i]].distinct > c->cols[var[at - 1]].distinct; at--)
			var[at] = var[at - 1];
		var[at] = k->var[i];
	}
	while (leading < k->n && values < TRIAL_VALUES)
		values *= (double)c->cols[var[leading++]].distinct;
	return leading;
}

/* The key of a row that has `key` from the columns before; 0: a value is missing. */
static uint64_t key_further(const struct coding *c, const int *var, int n, const struct batch *b,
	int64_t row, uint64_t key)
{
	for (int i = 0; i < n && key; i++) {
		uint64_t value;
		uint8_t has;
		cells_key(&b->cols[c->cols[var[i]].var->col], row, 1, &value, &has);
		key = has ? key_mix(key + value) : 0;
	}
	return key;
}

/* A 64th of the values of the leading columns, whose set stays in the cache, has a 64th of the repeats:
 * where these are far too many, so are all. */
static bool trial_refutes(const struct coding *c, const struct key_count *k)
{
	enum { AT_LEAST = 8 };
	int var[KEY_COLUMNS], leading = trial_order(c, k, var);
	int64_t repeats = 0, most = 2 * k->most / TRIAL_PARTS + AT_LEAST;
	size_t slots = TRIAL_ROWS / TRIAL_PARTS, taken = 0;
	if (c->rows < TRIAL_ROWS)
		return false;
	while ((int64_t)slots * TRIAL_PARTS < 4 * c->rows)
		slots *= 2;
	uint64_t *set = mem_large(slots * sizeof *set), *key = mem_alloc(BATCH_ROWS * sizeof *key);
	memset(set, 0, slots * sizeof *set);
	for (int64_t i = 0; i < table_nbatches(c->table) && repeats <= most && taken < slots / 2; i++) {
		const struct batch *b = table_batch(c->table, i);
		row_keys(c, var, leading, b, key);
		for (int64_t r = 0; r < b->rows && taken < slots / 2; r++) {
			if (!key[r] || part_of(key[r], TRIAL_PARTS) != 0)
				continue;
			uint64_t all = key_further(c, var + leading, k->n - leading, b, r, key[r]);
			bool repeated = all && !set_enter(set, slots - 1, all);
			repeats += repeated;
			taken += all && !repeated;
		}
	}
	free(key);
	free(set);
	return repeats > most;
}

static void key_count(const struct coding *c, struct key_count *k)
{
	size_t slots = 1 << 10;
	k->over = trial_refutes(c, k);
	if (k->over)
		return;
	size_t most = c->options->precision == PRECISION_APPROXIMATE ? SET_SLOTS_FEW : SET_SLOTS;
	while (slots < most && (int64_t)slots < 2 * c->rows)
		slots *= 2;
	uint64_t parts = (uint64_t)(2 * c->rows) / slots + 1;
	struct seen seen = { 0 };
	uint64_t *set = mem_large(slots * sizeof *set);
	for (uint64_t part = 0; part < parts && !k->over; part++)
		k->over = !find_repeats(c, k, part, parts, set, slots, k->most, &seen);
	free(set);
	k->repeated = (int64_t)seen.n;
	if (!k->over)
		count_repeats(c, k, &seen);
	free(seen.key);
}

/* ---- dependencies --------------------------------------------------------------------------- */

struct group {                 /* rows of one value on the left */
	uint64_t key, value;       /* value: on the right, in the first row */
	int64_t row, count;        /* the first row; rows with its value */
	uint32_t others;           /* index + 1 into others */
};
struct other {                 /* rows of a group with another value */
	uint64_t value;
	int64_t row, count;
	uint32_t next;
};
struct groups {
	struct group *v;
	uint32_t *slot, n, cap;    /* slot: index + 1 */
	size_t mask;
	struct other *other;
	uint32_t nother, other_cap;
	bool crowded;              /* more different values in one group than are worth following */
};

static void groups_grow(struct groups *g)
{
	g->cap = g->cap ? 2 * g->cap : 256;
	g->v = mem_realloc(g->v, g->cap, sizeof *g->v);
	g->mask = 2 * (size_t)g->cap - 1;
	free(g->slot);
	g->slot = mem_calloc(g->mask + 1, sizeof *g->slot);
	for (uint32_t i = 0; i < g->n; i++) {
		size_t at = (size_t)g->v[i].key & g->mask;
		while (g->slot[at])
			at = (at + 1) & g->mask;
		g->slot[at] = i + 1;
	}
}

/* The group of a key, new when its count is 0. */
static struct group *group_of(struct groups *g, uint64_t key)
{
	if (g->n == g->cap)
		groups_grow(g);
	size_t i = (size_t)key & g->mask;
	for (; g->slot[i]; i = (i + 1) & g->mask)
		if (g->v[g->slot[i] - 1].key == key)
			return &g->v[g->slot[i] - 1];
	g->v[g->n] = (struct group){ .key = key };
	g->slot[i] = ++g->n;
	return &g->v[g->n - 1];
}

static void other_add(struct groups *g, struct group *x, uint64_t value, int64_t row)
{
	int n = 0;
	for (uint32_t i = x->others; i; i = g->other[i - 1].next, n++)
		if (g->other[i - 1].value == value) {
			g->other[i - 1].count++;
			return;
		}
	g->crowded = g->crowded || n >= OTHERS_MOST;
	if (g->nother == g->other_cap) {
		g->other_cap = g->other_cap ? 2 * g->other_cap : 64;
		g->other = mem_realloc(g->other, g->other_cap, sizeof *g->other);
	}
	g->other[g->nother] = (struct other){ value, row, 1, x->others };
	x->others = ++g->nother;
}

static void groups_take(struct groups *g, const uint64_t *key, const uint64_t *value,
	int64_t first_row, int64_t rows)
{
	for (int64_t r = 0; r < rows && !g->crowded; r++) {
		if (!key[r] || !value[r])
			continue;
		struct group *x = group_of(g, key[r]);
		if (!x->count) {
			x->value = value[r];
			x->row = first_row + r;
		}
		if (x->value == value[r])
			x->count++;
		else
			other_add(g, x, value[r], first_row + r);
	}
}

static bool breaks_before(const struct rule_break *x, const struct rule_break *y)
{
	return x->group != y->group ? x->group > y->group : x->other_row < y->other_row;
}

static void break_add(struct rule_count *r, struct rule_break x)
{
	if (r->ntop == RULE_EXAMPLES && !breaks_before(&x, &r->top[RULE_EXAMPLES - 1]))
		return;
	int i = r->ntop < RULE_EXAMPLES ? r->ntop++ : RULE_EXAMPLES - 1;
	for (; i > 0 && breaks_before(&x, &r->top[i - 1]); i--)
		r->top[i] = r->top[i - 1];
	r->top[i] = x;
}

/* The commonest value of a group stays; the others are violations. */
static void group_count(const struct groups *g, const struct group *x, struct rule_count *r)
{
	struct other usual = { .row = x->row, .count = x->count }, second = { 0 };
	int64_t all = x->count;
	for (uint32_t i = x->others; i; i = g->other[i - 1].next) {
		struct other o = g->other[i - 1];
		all += o.count;
		bool more = o.count > usual.count ||
			(o.count == usual.count && o.row < usual.row);
		struct other less = more ? usual : o;
		if (more)
			usual = o;
		if (less.count > second.count ||
				(less.count == second.count && less.row < second.row))
			second = less;
	}
	r->rows += all;
	r->violations += all - usual.count;
	if (x->others)
		break_add(r, (struct rule_break){ all, usual.row, second.row, usual.count,
			second.count });
}

static void rule_count(const struct coding *c, struct rule_count *r)
{
	struct groups g = { 0 };
	uint64_t *key = mem_alloc(2 * BATCH_ROWS * sizeof *key), *value = key + BATCH_ROWS;
	for (int64_t i = 0; i < table_nbatches(c->table) && !r->over; i++) {
		const struct batch *b = table_batch(c->table, i);
		row_keys(c, r->from, r->nfrom, b, key);
		row_keys(c, &r->to, 1, b, value);
		groups_take(&g, key, value, b->first_row, b->rows);
		/* every other value is a violation at least */
		r->over = g.crowded || g.nother > r->most || g.n > GROUPS_MOST;
	}
	for (uint32_t i = 0; i < g.n && !r->over; i++)
		group_count(&g, &g.v[i], r);
	r->groups = g.n;
	r->over = r->over || r->violations > r->most;
	free(g.v);
	free(g.slot);
	free(g.other);
	free(key);
}

/* ---- all of them ---------------------------------------------------------------------------- */

struct count_job {
	const struct coding *coding;
	struct key_count *keys;
	struct rule_count *rules;
};

/* Each thread holds a set or groups of its own; sketches are asked for to save memory. */
static int threads_of(const struct coding *c)
{
	int threads = c->options->threads;
	return c->options->precision == PRECISION_APPROXIMATE && threads > 2 ? 2 : threads;
}

static void count_key(void *ctx, size_t i)
{
	const struct count_job *job = ctx;
	key_count(job->coding, &job->keys[i]);
}

static void count_rule(void *ctx, size_t i)
{
	const struct count_job *job = ctx;
	rule_count(job->coding, &job->rules[i]);
}

void keys_count(const struct coding *c, struct key_count *k, int n)
{
	struct count_job job = { .coding = c, .keys = k };
	pool_run(threads_of(c), (size_t)n, count_key, &job);
}

void rules_count(const struct coding *c, struct rule_count *r, int n)
{
	struct count_job job = { .coding = c, .rules = r };
	pool_run(threads_of(c), (size_t)n, count_rule, &job);
}
