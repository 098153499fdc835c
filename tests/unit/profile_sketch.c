/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sketches against the truth: ranks of KLL over distributions, orders of rows and seeds, HyperLogLog
 * from 1 to 10^7 different values, Misra-Gries against plain counts. Bounds hold as often as they
 * say, and are not so wide that they say nothing.
 */
#include "profile/sketch_int.h"
#include "test.h"

#include <stdlib.h>

/* ---- ranks ------------------------------------------------------------------------------- */

enum shape { NORMAL, UNIFORM, SKEWED, TIES, TWO_VALUES, SHAPES };
enum order { SHUFFLED, ASCENDING, DESCENDING, SAWTOOTH, ORDERS };

static double draw(enum shape shape, struct rng *r)
{
	double z = rng_normal(r);
	switch (shape) {
	case NORMAL:
		return z;
	case UNIFORM:
		return rng_unit(r);
	case SKEWED:
		return exp(3 * z);
	case TIES: /* seven of eight are zero */
		return rng_below(r, 8) ? 0 : z;
	case TWO_VALUES:
		return rng_unit(r) < 0.3;
	case SHAPES:
		break;
	}
	return 0;
}

static void put_in_order(uint64_t *keys, size_t n, enum order order, struct rng *r)
{
	uint64_t *tmp = mem_alloc((n + 1) * sizeof *tmp);
	sort_keys(keys, tmp, n);
	for (size_t i = 0; i < n; i++)
		tmp[i] = keys[order == DESCENDING ? n - 1 - i : order == SAWTOOTH ? i % 10 * (n / 10) + i / 10 : i];
	if (order == SHUFFLED)
		for (size_t i = n; i > 1; i--) {
			size_t k = (size_t)rng_below(r, i);
			uint64_t swap = tmp[i - 1];
			tmp[i - 1] = tmp[k];
			tmp[k] = swap;
		}
	memcpy(keys, tmp, n * sizeof *keys);
	free(tmp);
}

/* As fold.c merges batches: pairs of neighbours, then pairs of these. */
static struct kll kll_of(const uint64_t *keys, size_t n, size_t batch, uint64_t seed)
{
	size_t parts = (n + batch - 1) / batch;
	struct kll *s = mem_calloc(parts + 1, sizeof *s);
	uint64_t *sorted = mem_alloc(2 * batch * sizeof *sorted);
	for (size_t i = 0; i < parts; i++) {
		size_t m = n - i * batch < batch ? n - i * batch : batch;
		memcpy(sorted, keys + i * batch, m * sizeof *keys);
		sort_keys(sorted, sorted + batch, m);
		kll_set(&s[i], sorted, m, seed + i);
	}
	for (; parts > 1; parts = (parts + 1) / 2)
		for (size_t i = 0; i < parts; i += 2) {
			if (i + 1 < parts)
				kll_merge(&s[i], &s[i + 1]);
			s[i / 2] = s[i];
			if (i)
				s[i] = (struct kll){ 0 };
		}
	struct kll all = s[0];
	free(sorted);
	free(s);
	return all;
}

/* Largest distance of a rank in the view from the rank in the data, as a share, at values of the
 * data. `truth` is sorted. */
static double worst_rank(const struct sorted *view, const uint64_t *truth, size_t n)
{
	double worst = 0;
	size_t run = 0;
	for (size_t i = 0; i < n; i++) {
		if (i + 1 < n && truth[i + 1] == truth[i])
			continue;
		while (run < view->runs && view->key[run] <= truth[i])
			run++;
		double off = fabs((double)view->before[run] - (double)(i + 1)) / (double)n;
		worst = fmax(worst, off);
	}
	return worst;
}

static int rank_misses, rank_trials;

static void rank_trial(enum shape shape, enum order order, size_t n, size_t batch, uint64_t seed)
{
	struct rng r;
	rng_seed(&r, seed);
	uint64_t *keys = mem_alloc(n * sizeof *keys), *tmp = mem_alloc((n + 1) * sizeof *tmp);
	for (size_t i = 0; i < n; i++)
		keys[i] = key_of_double(draw(shape, &r));
	put_in_order(keys, n, order, &r);
	struct kll s = kll_of(keys, n, batch, seed * 1000);
	struct sorted view = kll_sorted(&s, false);
	size_t items = 0;
	for (int h = 0; h < s.levels; h++)
		items += s.level[h].n;
	double bound = kll_rank_error(&s);
	CHECK(s.n == (int64_t)n && view.n == (int64_t)n);
	CHECK(items <= 4 * KLL_K && bound < 0.002 && (n > KLL_K) == (bound > 0));
	sort_keys(keys, tmp, n);
	/* the bound is about each rank; over all of them it may be missed a little more often */
	double worst = worst_rank(&view, keys, n);
	rank_trials++;
	rank_misses += worst > bound;
	CHECK(worst <= 1.5 * bound);
	sorted_free(&view);
	kll_free(&s);
	free(tmp);
	free(keys);
}

static void ranks(void)
{
	for (int shape = 0; shape < SHAPES; shape++)
		for (int order = 0; order < ORDERS; order++)
			for (uint64_t seed = 1; seed <= 4; seed++) {
				rank_trial((enum shape)shape, (enum order)order, 200000, 8192, seed);
				rank_trial((enum shape)shape, (enum order)order, 30000 * seed, 3000, seed);
			}
	rank_trial(NORMAL, SHUFFLED, 2000000, 32768, 5);
	rank_trial(SKEWED, ASCENDING, 4000, 4000, 5);
	CHECK(rank_misses * 50 <= rank_trials);
}

/* Known by hand: 4096 items fit, and are all there. */
static void exact_ranks(void)
{
	uint64_t keys[KLL_K];
	for (int i = 0; i < KLL_K; i++)
		keys[i] = key_of_int(i / 2);
	struct kll s = { 0 };
	kll_set(&s, keys, KLL_K, 1);
	struct sorted v = kll_sorted(&s, true);
	CHECK(v.runs == KLL_K / 2 && v.before[1] == 2 && sorted_quantile(&v, 0.5) == 1023.5);
	CHECK(kll_rank_error(&s) == 0);
	sorted_free(&v);
	kll_free(&s);
}

/* ---- different values --------------------------------------------------------------------- */

static void different(void)
{
	struct hll *h = mem_calloc(1, sizeof *h), *odd = mem_calloc(1, sizeof *odd);
	CHECK(hll_estimate(h) == 0);
	double next = 1, squares = 0;
	int looks = 0;
	for (uint64_t i = 1; i <= 10000000; i++) {
		hll_add(i % 2 ? odd : h, key_mix(i * 0x9e3779b97f4a7c15ull));
		if ((double)i < next)
			continue;
		struct hll both = *h;
		hll_merge(&both, odd);
		double off = hll_estimate(&both) / (double)i - 1;
		CHECK(fabs(off) <= (i < 100 ? 0.02 : 1.5 * hll_error()));
		squares += off * off;
		looks++;
		next *= 1.3;
	}
	/* the standard error is 0.81 % */
	CHECK(sqrt(squares / looks) < 0.0125);
	CHECK_NEAR(hll_error(), 0.0209, 0.01);
	free(odd);
	free(h);
	/* all registers full: no number, but no trap either */
	struct hll *full = mem_calloc(1, sizeof *full);
	memset(full->rank, HLL_RANKS, sizeof full->rank);
	CHECK(hll_estimate(full) > 1e15);
	free(full);
}

/* ---- common values ------------------------------------------------------------------------ */

static void common(void)
{
	enum { N = 400000, BATCH = 20000, VALUES = 60000 };
	static int64_t truth[VALUES];
	struct heavy all = { 0 };
	struct rng r;
	rng_seed(&r, 3);
	for (int i = 0; i < N; i += BATCH) {
		static struct heavy_item items[VALUES];
		static int64_t here[VALUES];
		memset(here, 0, sizeof here);
		for (int k = 0; k < BATCH; k++) {
			/* frequencies fall off as 1 / rank */
			int v = (int)(exp(rng_unit(&r) * log(VALUES))) - 1;
			here[v < VALUES ? v : 0]++;
		}
		size_t n = 0;
		for (int v = 0; v < VALUES; v++)
			if (here[v]) {
				items[n++] = (struct heavy_item){ .key = (uint64_t)v, .count = here[v] };
				truth[v] += here[v];
			}
		struct heavy h = { 0 };
		heavy_set(&h, items, n);
		heavy_merge(&all, &h);
	}
	CHECK(all.error > 0 && all.error <= N / (HEAVY_MAX + 1) && all.n <= HEAVY_MAX);
	int64_t there = 0;
	for (size_t i = 0; i < all.n; i++) {
		int64_t count = truth[all.v[i].key];
		CHECK(all.v[i].count <= count && count <= all.v[i].count + all.error);
		CHECK(!i || all.v[i - 1].key < all.v[i].key);
		truth[all.v[i].key] = 0;
		there++;
	}
	for (int v = 0; v < VALUES; v++)
		CHECK(truth[v] <= all.error);
	size_t top[20], n = heavy_top(&all, top, 20);
	CHECK(n == 20 && there > 1000);
	for (size_t i = 0; i < n; i++)
		CHECK(all.v[top[i]].count > all.error && all.v[top[i]].key < 40);
	heavy_free(&all);
}

/* Few values: all of them, exactly; with equal counts the smallest first. */
static void few(void)
{
	struct heavy_item left[] = { { 7, 2, NULL, 0 }, { 3, 5, NULL, 0 } },
			  right[] = { { 3, 1, NULL, 0 }, { 9, 2, NULL, 0 } };
	struct heavy l = { 0 }, r = { 0 };
	heavy_set(&l, left, 2);
	heavy_set(&r, right, 2);
	heavy_merge(&l, &r);
	size_t top[4];
	CHECK(l.error == 0 && l.n == 3 && heavy_top(&l, top, 4) == 3);
	CHECK(l.v[top[0]].key == 3 && l.v[top[0]].count == 6);
	CHECK(l.v[top[1]].key == 7 && l.v[top[2]].key == 9);
	heavy_free(&l);
}

int main(void)
{
	exact_ranks();
	ranks();
	different();
	common();
	few();
	return test_end();
}
