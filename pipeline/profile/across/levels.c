/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The different values of a category as small numbers, whatever the type of its column. */
#include "profile/across_int.h"

#include <stdlib.h>

static void levels_init(void *acc, const void *arg)
{
	const struct levels_arg *p = arg;
	struct levels *l = acc;
	memset(l, 0, sizeof *l);
	l->col = p->col;
	l->most = p->most < LEVELS_MAX ? p->most : LEVELS_MAX;
}

/* Where the value is, or the free slot where it would be. Text is compared, its key being a
 * hash. */
static size_t slot_of(const struct levels *l, uint64_t key, struct str s)
{
	size_t i = key_mix(key) % LEVEL_SLOTS;
	for (; l->slot[i]; i = (i + 1) % LEVEL_SLOTS) {
		const struct level_key *k = &l->level[l->slot[i] - 1];
		if (k->key == key && k->s.n == s.n && (!s.n || memcmp(k->s.p, s.p, s.n) == 0))
			break;
	}
	return i;
}

static bool is_near(const struct levels *l, uint64_t key)
{
	return !l->text && key - (uint64_t)(int64_t)LEVEL_LOW < LEVEL_NEAR;
}

static uint64_t near_at(uint64_t key)
{
	return key - (uint64_t)(int64_t)LEVEL_LOW;
}

static void levels_add(struct levels *l, struct level_key k)
{
	size_t i = slot_of(l, k.key, k.s);
	if (l->slot[i])
		l->level[l->slot[i] - 1].count += k.count;
	if (l->slot[i] || l->over)
		return;
	if (l->n == l->most) {
		l->over = true;
		return;
	}
	l->level[l->n] = k;
	l->slot[i] = (uint8_t)++l->n;
	if (is_near(l, k.key))
		l->near[near_at(k.key)] = l->slot[i];
}

static struct str text_of(const struct column *c, int64_t row)
{
	return c->type == COLUMN_UTF8 ? column_str(c, row) : (struct str){ "", 0 };
}

enum { KEYS = 512 };

/* Keys of rows from..from + n of the batch. What is known and near is only counted, in `more`. */
static void levels_take(struct levels *l, const struct column *c, const struct batch *b, int64_t from,
	int64_t n, int64_t more[LEVELS_MAX + 1])
{
	uint64_t key[KEYS];
	uint8_t has[KEYS];
	cells_key(c, from, n, key, has);
	for (int64_t i = 0; i < n; i++) {
		uint8_t known = is_near(l, key[i]) ? l->near[near_at(key[i])] : 0;
		if (known)
			more[known] += has[i];
		else if (has[i])
			levels_add(l, (struct level_key){ key[i], text_of(c, from + i),
				b->first_row + from + i, 1 });
	}
}

static void levels_release(void *acc)
{
	chunks_free(&((struct levels *)acc)->bytes);
}

static void levels_update(void *acc, const void *arg, const struct batch *b)
{
	struct levels *l = acc;
	const struct column *c = &b->cols[((const struct levels_arg *)arg)->col];
	int64_t more[LEVELS_MAX + 1] = { 0 };
	l->text = c->type == COLUMN_UTF8;
	for (int64_t from = 0; from < b->rows && !l->over; from += KEYS)
		levels_take(l, c, b, from, b->rows - from < KEYS ? b->rows - from : KEYS, more);
	for (int i = 0; i < l->n; i++)
		l->level[i].count += more[i + 1];
}

static void levels_merge(void *left, void *right, const void *arg)
{
	struct levels *l = left, *r = right;
	(void)arg;
	l->text = l->text || r->text;
	for (int i = 0; i < r->n; i++)
		levels_add(l, r->level[i]);
	l->over = l->over || r->over;
	chunks_link(&l->bytes, &r->bytes);
}

static void levels_save(struct buf *out, const void *acc, const void *arg)
{
	const struct levels *l = acc;
	(void)arg;
	fold_put_int(out, l->over);
	fold_put_int(out, l->text);
	fold_put_int(out, l->n);
	for (int i = 0; i < l->n; i++) {
		fold_put_int(out, (int64_t)l->level[i].key);
		fold_put_text(out, l->level[i].s.p, l->level[i].s.n);
		fold_put_int(out, l->level[i].row);
		fold_put_int(out, l->level[i].count);
	}
}

static void levels_load(void *acc, const void *arg, struct fold_in *in)
{
	struct levels *l = acc;
	(void)arg;
	bool over = fold_get_bool(in);
	l->text = fold_get_bool(in);
	int n = (int)fold_get_below(in, l->most + 1);
	for (int i = 0; i < n; i++) {
		uint64_t key = (uint64_t)fold_get_int(in);
		struct str s = fold_get_text(in);
		char *own = chunk_new(&l->bytes, s.n + 1, 1);
		if (s.n)
			memcpy(own, s.p, s.n);
		chunk_close(&l->bytes, s.n);
		int64_t row = fold_get_count(in);
		levels_add(l, (struct level_key){ key, { own, s.n }, row, fold_get_count(in) });
	}
	in->bad |= l->n != n;
	l->over = over;
}

const struct fold_ops levels_ops = { "levels", sizeof(struct levels), levels_init,
	levels_update, levels_merge, levels_release, levels_save, levels_load };

void levels_collect(const struct table *t, const int *cols, int n, int most, struct levels *out,
	int threads)
{
	struct fold *f = mem_calloc((size_t)n, sizeof *f);
	struct levels_arg *arg = mem_calloc((size_t)n, sizeof *arg);
	for (int i = 0; i < n; i++) {
		arg[i] = (struct levels_arg){ cols[i], most };
		f[i] = (struct fold){ .ops = &levels_ops, .arg = &arg[i] };
	}
	fold_run(t, f, (size_t)n, threads);
	for (int i = 0; i < n; i++)
		memcpy(&out[i], f[i].acc, sizeof *out);
	fold_release(f, (size_t)n);
	free(arg);
	free(f);
}

static uint8_t code_of(const struct levels *l, uint64_t key, const struct column *c, int64_t row)
{
	uint8_t slot = is_near(l, key) ? l->near[near_at(key)] :
		l->slot[slot_of(l, key, text_of(c, row))];
	return slot ? (uint8_t)(slot - 1) : LEVEL_NONE;
}

void levels_code(const struct levels *l, const struct batch *b, int64_t from, int64_t n,
	uint8_t *code)
{
	const struct column *c = &b->cols[l->col];
	uint64_t key[KEYS];
	for (int64_t at = 0; at < n; at += KEYS) {
		int64_t k = n - at < KEYS ? n - at : KEYS;
		cells_key(c, from + at, k, key, code + at);
		for (int64_t i = at; i < at + k; i++)
			code[i] = code[i] ? code_of(l, key[i - at], c, from + i) : LEVEL_NONE;
	}
}

const char *level_text(const struct table *t, const struct levels *l, int i, struct arena *a)
{
	return value_text_at(t, l->col, l->level[i].row, a);
}

int64_t levels_rows(const struct levels *l)
{
	int64_t n = 0;
	for (int i = 0; i < l->n; i++)
		n += l->level[i].count;
	return n;
}
