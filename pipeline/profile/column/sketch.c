/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Folds of sketches. A batch is sorted first, which serves all of its parts: different values and
 * their counts are its runs, the lowest and highest its ends, and ranks are best thinned out where
 * values are in order.
 */
#include "profile/sketch_int.h"

#include <stdlib.h>

/* Hashes for HyperLogLog: keys of neighbouring numbers differ in few bits. */
static uint64_t spread(uint64_t key)
{
	return key_mix(key + 0x9e3779b97f4a7c15ull);
}

/* ---- numbers ----------------------------------------------------------------------------- */

static void number_init(void *acc, const void *arg)
{
	(void)acc;   /* fold memory is zeroed, and zero is an empty sketch */
	(void)arg;
}

static bool infinite(uint64_t key, bool integer)
{
	return !integer && isinf(double_of_key(key));
}

/* Runs of the sorted keys as items; gives their number. */
static size_t runs_of(const uint64_t *keys, size_t n, struct heavy_item *items)
{
	size_t runs = 0;
	for (size_t i = 0; i < n; i++) {
		if (!runs || items[runs - 1].key != keys[i])
			items[runs++] = (struct heavy_item){ .key = keys[i] };
		items[runs - 1].count++;
	}
	return runs;
}

static void number_update(void *acc, const void *arg, const struct batch *b)
{
	struct number_sketch *s = acc;
	int col = ((const struct column_arg *)arg)->col;
	const struct column *c = &b->cols[col];
	bool integer = column_is_whole(c->type);
	size_t rows = (size_t)b->rows, n = 0, from = 0, to;
	uint64_t *keys = mem_calloc(2 * rows + 1, sizeof *keys);
	struct heavy_item *items = mem_calloc(rows + 1, sizeof *items);
	for (int64_t row = 0; row < b->rows; row++)
		n += column_key(c, row, &keys[n]);
	sort_keys(keys, keys + rows, n);
	size_t runs = runs_of(keys, n, items), last = runs;
	for (size_t i = 0; i < runs; i++)
		hll_add(&s->different, spread(items[i].key));
	s->n = (int64_t)n;
	for (to = n; to > from && infinite(keys[to - 1], integer); to--)
		;
	while (from < to && infinite(keys[from], integer))
		from++;
	while (last && infinite(items[last - 1].key, integer))
		last--;
	for (size_t i = 0; i < last && s->nlow < SKETCH_ENDS; i++)
		if (!infinite(items[i].key, integer))
			s->low[s->nlow++] = (struct sketch_end){ items[i].key, items[i].count };
	for (size_t i = last; i-- && s->nhigh < SKETCH_ENDS && !infinite(items[i].key, integer);)
		s->high[s->nhigh++] = (struct sketch_end){ items[i].key, items[i].count };
	kll_set(&s->kll, keys + from, to - from, key_mix((uint64_t)b->index) + (uint64_t)col);
	heavy_set(&s->heavy, items, runs);
	free(items);
	free(keys);
}

/* `sign` turns the order for the highest values. */
static int ends_merge(struct sketch_end *left, int nleft, const struct sketch_end *right,
	int nright, uint64_t sign)
{
	struct sketch_end both[SKETCH_ENDS];
	int n = 0, l = 0, r = 0;
	while (n < SKETCH_ENDS && (l < nleft || r < nright)) {
		bool ours = r == nright || (l < nleft && (left[l].key ^ sign) <= (right[r].key ^ sign));
		both[n] = ours ? left[l++] : right[r++];
		if (ours && r < nright && right[r].key == both[n].key)
			both[n].count += right[r++].count;
		n++;
	}
	memcpy(left, both, (size_t)n * sizeof *left);
	return n;
}

static void number_merge(void *left, void *right, const void *arg)
{
	struct number_sketch *l = left, *r = right;
	(void)arg;
	l->n += r->n;
	l->nlow = ends_merge(l->low, l->nlow, r->low, r->nlow, 0);
	l->nhigh = ends_merge(l->high, l->nhigh, r->high, r->nhigh, UINT64_MAX);
	hll_merge(&l->different, &r->different);
	kll_merge(&l->kll, &r->kll);
	heavy_merge(&l->heavy, &r->heavy);
}

static void number_release(void *acc)
{
	struct number_sketch *s = acc;
	kll_free(&s->kll);
	heavy_free(&s->heavy);
}

static void ends_save(struct buf *out, const struct sketch_end *v, int n)
{
	fold_put_int(out, n);
	for (int i = 0; i < n; i++) {
		fold_put_int(out, (int64_t)v[i].key);
		fold_put_int(out, v[i].count);
	}
}

static int ends_load(struct fold_in *in, struct sketch_end *v)
{
	int n = (int)fold_get_below(in, SKETCH_ENDS + 1);
	for (int i = 0; i < n; i++) {
		v[i].key = (uint64_t)fold_get_int(in);
		v[i].count = fold_get_count(in);
	}
	return n;
}

static void number_save(struct buf *out, const void *acc, const void *arg)
{
	const struct number_sketch *s = acc;
	(void)arg;
	fold_put_int(out, s->n);
	ends_save(out, s->low, s->nlow);
	ends_save(out, s->high, s->nhigh);
	kll_save(out, &s->kll);
	heavy_save(out, &s->heavy);
	hll_save(out, &s->different);
}

static void number_load(void *acc, const void *arg, struct fold_in *in)
{
	struct number_sketch *s = acc;
	(void)arg;
	s->n = fold_get_count(in);
	s->nlow = ends_load(in, s->low);
	s->nhigh = ends_load(in, s->high);
	kll_load(&s->kll, in);
	heavy_load(&s->heavy, in, false);
	hll_load(&s->different, in);
}

const struct fold_ops number_sketch_ops = { "number sketch", sizeof(struct number_sketch),
	number_init, number_update, number_merge, number_release, number_save, number_load };

/* ---- the values of a column as one view ---------------------------------------------------- */

static struct sorted view_of_all(const struct heavy *h, bool integer)
{
	struct sorted v = { .key = mem_calloc(h->n + 1, sizeof *v.key),
		.before = mem_calloc(h->n + 1, sizeof *v.before),
		.runs = h->n, .integer = integer };
	for (size_t i = 0; i < h->n; i++) {
		v.key[i] = h->v[i].key;
		v.before[i + 1] = v.n += h->v[i].count;
	}
	return v;
}

static int64_t between(int64_t x, int64_t low, int64_t high)
{
	return x < low ? low : x > high ? high : x;
}

/* Lowest and highest value with their exact counts at the ends, where a sketch may have lost
 * them; the ranks between are those of the sketch. */
static struct sorted view_of_ranks(const struct number_sketch *s, bool integer)
{
	struct sorted ranks = kll_sorted(&s->kll, integer), v = ranks;
	struct sketch_end low = s->low[0], high = s->high[0];
	int64_t at = low.count, end = ranks.n - high.count;
	v.key = mem_calloc(ranks.runs + 2, sizeof *v.key);
	v.before = mem_calloc(ranks.runs + 3, sizeof *v.before);
	v.key[0] = low.key;
	v.runs = 1;
	for (size_t i = 0; i < ranks.runs; i++) {
		int64_t to = between(ranks.before[i + 1], at, end);
		if (ranks.key[i] <= low.key || ranks.key[i] >= high.key || to == at)
			continue;
		v.key[v.runs] = ranks.key[i];
		v.before[v.runs++] = at;
		at = to;
	}
	/* what is left belongs to the last run before the highest */
	v.key[v.runs] = high.key;
	v.before[v.runs++] = end;
	v.before[v.runs] = ranks.n;
	sorted_free(&ranks);
	return v;
}

struct sorted number_sketch_view(const struct number_sketch *s, bool integer)
{
	return s->heavy.error ? view_of_ranks(s, integer) : view_of_all(&s->heavy, integer);
}

/* More than were counted exactly, and no more than can be: rows, whole numbers between the ends. */
int64_t number_sketch_distinct(const struct number_sketch *s, bool integer)
{
	if (!s->heavy.error)
		return (int64_t)s->heavy.n;
	double most = (double)s->n;
	if (integer)
		most = fmin(most, (double)(s->high[0].key - s->low[0].key) + 1);
	return (int64_t)fmin(most, fmax(HEAVY_MAX + 1, rint(hll_estimate(&s->different))));
}

/* ---- texts ------------------------------------------------------------------------------- */

static void text_update(void *acc, const void *arg, const struct batch *b)
{
	struct text_sketch *s = acc;
	const struct column *c = &b->cols[((const struct column_arg *)arg)->col];
	struct strtable t;
	strtable_init(&t, 0, NULL);
	for (int64_t row = 0; row < b->rows; row++) {
		if (!column_has(c, row))
			continue;
		struct str v = column_str(c, row);
		strtable_add(&t, v.n ? v.p : "", v.n, hash64(v.p, v.n, 0), 1);
		s->n++;
	}
	struct heavy_item *items = mem_calloc(t.n + 1, sizeof *items);
	for (size_t i = 0; i < t.n; i++) {
		const struct strcount *v = &t.items[i];
		uint64_t hash = hash64(v->p, v->n, 0);
		items[i] = (struct heavy_item){ hash, v->count, v->p, v->n };
		hll_add(&s->different, spread(hash));
	}
	heavy_set(&s->heavy, items, t.n);
	free(items);
	strtable_free(&t);
}

static void text_merge(void *left, void *right, const void *arg)
{
	struct text_sketch *l = left, *r = right;
	(void)arg;
	l->n += r->n;
	hll_merge(&l->different, &r->different);
	heavy_merge(&l->heavy, &r->heavy);
}

static void text_release(void *acc)
{
	heavy_free(&((struct text_sketch *)acc)->heavy);
}

static void text_save(struct buf *out, const void *acc, const void *arg)
{
	const struct text_sketch *s = acc;
	(void)arg;
	fold_put_int(out, s->n);
	heavy_save(out, &s->heavy);
	hll_save(out, &s->different);
}

static void text_load(void *acc, const void *arg, struct fold_in *in)
{
	struct text_sketch *s = acc;
	(void)arg;
	s->n = fold_get_count(in);
	heavy_load(&s->heavy, in, true);
	hll_load(&s->different, in);
}

const struct fold_ops text_sketch_ops = { "text sketch", sizeof(struct text_sketch), number_init,
	text_update, text_merge, text_release, text_save, text_load };

int64_t text_sketch_distinct(const struct text_sketch *s)
{
	if (!s->heavy.error)
		return (int64_t)s->heavy.n;
	double d = fmax(HEAVY_MAX + 1, rint(hll_estimate(&s->different)));
	return (int64_t)fmin((double)s->n, d);
}
