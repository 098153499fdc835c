/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which columns tell the rows apart? Single ones are known from their profiles. Several columns
 * are tried together only where that they never coincide would mean something: if they were
 * independent, EXPECTED_LEAST pairs of rows or more would.
 */
#include "profile/keys_int.h"

#include <stdlib.h>

enum {
	KEYS_MOST = 12,            /* single columns, combinations that are listed */
	JOINED_COLUMNS = 24,       /* that are tried together */
	TRIES_MOST = 12            /* combinations that are counted over all rows */
};
static const double EXPECTED_LEAST = 20;

/* ---- single columns ------------------------------------------------------------------------- */

/* Steps of a day or so, and whole numbers without much of a gap: such values count rows. */
static bool counts_rows(const struct column_profile *p)
{
	if (p->datetime)
		return p->datetime->usual_step != NULL;
	const struct numeric_profile *x = p->numeric;
	return x && x->integer && p->var->type != VARIABLE_DURATION &&
		x->quantile[QUANTILES - 1] - x->quantile[0] < 1.02 * (double)p->distinct;
}

/* Texts without blanks, as keys are. */
static bool words_like_keys(const struct column_profile *p)
{
	return p->text && p->text->length.max <= 64 && p->text->spaces * 20 <= p->count;
}

static bool is_likely(const struct coding *c, const struct column_profile *p)
{
	const char *said = c->options->identifier;
	return (said && strcmp(said, p->var->name) == 0) ||
		p->var->type == VARIABLE_IDENTIFIER || name_like_key(p->var->name) ||
		counts_rows(p) || words_like_keys(p);
}

/* Rows that repeat a value: known from the profile unless that is a sketch. -1: many. */
static int64_t repeats_of(const struct coding *c, int var)
{
	const struct column_profile *p = &c->cols[var];
	struct key_count k = { .n = 1, .var = { var },
		.most = (int64_t)(c->options->key_error * (double)c->rows) };
	if (!p->approximate)
		return p->count - p->distinct;
	if ((double)p->distinct < 0.5 * (double)p->count)
		return -1;
	keys_count(c, &k, 1);
	return k.over ? -1 : k.repeated;
}

static void key_add(struct key *list, int *n, struct key k)
{
	if (*n < KEYS_MOST)
		list[(*n)++] = k;
}

/* Unique but for a few rows: worth telling where it looks as if it were meant to be. */
static void single_keys(const struct coding *c, struct keys_profile *out)
{
	double most = c->options->key_error * (double)c->rows;
	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < c->ncoded; i++) {
			const struct column_profile *p = &c->cols[c->coded[i].var];
			bool likely = is_likely(c, p);
			struct key k = { .n = 1, .var = { c->coded[i].var }, .likely = likely,
				.expected = NAN, .repeated = repeats_of(c, c->coded[i].var),
				.missing = p->missing };
			if (k.repeated < 0 || likely == (pass == 1))
				continue;
			if (!k.repeated && !k.missing)
				key_add(out->keys, &out->nkeys, k);
			else if (likely && (double)(k.repeated + k.missing) <= most)
				key_add(out->almost, &out->nalmost, k);
		}
	}
}

/* ---- several columns ------------------------------------------------------------------------ */

struct try {
	int n, at[KEY_COLUMNS];    /* among the coded ones */
	double expected;
};
struct tries {
	struct try v[TRIES_MOST];  /* most expected first */
	int n;
	uint32_t *slot;            /* of the sample: number of the try that left it here */
	uint64_t *key;
	size_t mask;
	uint32_t now;
};

static bool is_single(const struct keys_profile *out, int var)
{
	for (int i = 0; i < out->nkeys; i++)
		if (out->keys[i].n == 1 && out->keys[i].var[0] == var)
			return true;
	for (int i = 0; i < out->nalmost; i++)
		if (out->almost[i].n == 1 && out->almost[i].var[0] == var)
			return true;
	return false;
}

/* Measurements differ by chance, and are no part of a key; nor are counts, unless they repeat. */
static bool may_join(const struct coding *c, const struct keys_profile *out, int at)
{
	const struct column_profile *p = &c->cols[c->coded[at].var];
	enum column_type type = table_field(c->table, p->var->col)->type;
	bool count = p->var->type == VARIABLE_NUMERIC && !name_like_key(p->var->name);
	return !p->missing && type != COLUMN_FLOAT64 && type != COLUMN_DURATION &&
		p->distinct < (count ? c->rows / 4 : c->rows) &&
		!is_single(out, c->coded[at].var);
}

static double expected_of(const struct coding *c, const struct try *t)
{
	double expected = (double)c->rows * (double)(c->rows - 1) / 2;
	for (int i = 0; i < t->n; i++)
		expected *= c->coded[t->at[i]].repeat;
	return expected;
}

/* Enough different combinations to tell all rows apart? */
static bool suffices(const struct coding *c, const struct try *t)
{
	double combinations = 1;
	for (int i = 0; i < t->n; i++)
		combinations *= (double)c->cols[c->coded[t->at[i]].var].distinct;
	return combinations >= (1 - c->options->key_error) * (double)c->rows;
}

/* Repeats in the sample are repeats in the table: of r repeats there a sample of a share f of the
 * rows has about r f^2. */
static bool sample_refutes(const struct coding *c, struct tries *s, const struct try *t)
{
	double share = (double)c->n / (double)c->rows;
	double most = c->options->key_error * (double)c->rows * share * share;
	int64_t limit = (int64_t)(most + (share < 1 ? 3 * sqrt(most) + 3 : 0)), repeats = 0;
	s->now++;
	for (int64_t i = 0; i < c->n; i++) {
		uint64_t key = 1;
		for (int k = 0; k < t->n; k++)
			key = key_mix(key + c->coded[t->at[k]].code[i]);
		size_t at = (size_t)key & s->mask;
		while (s->slot[at] == s->now && s->key[at] != key)
			at = (at + 1) & s->mask;
		if (s->slot[at] == s->now && ++repeats > limit)
			return true;
		s->slot[at] = s->now;
		s->key[at] = key;
	}
	return false;
}

static bool contains(const struct try *t, const struct try *part)
{
	int found = 0;
	for (int i = 0; i < part->n; i++)
		for (int k = 0; k < t->n; k++)
			found += t->at[k] == part->at[i];
	return found == part->n;
}

static void try_columns(const struct coding *c, struct tries *s, struct try t)
{
	t.expected = expected_of(c, &t);
	for (int i = 0; i < s->n; i++)
		if (contains(&t, &s->v[i]))
			return;
	if (!suffices(c, &t) || t.expected < EXPECTED_LEAST ||
		(s->n == TRIES_MOST && t.expected <= s->v[s->n - 1].expected) ||
		sample_refutes(c, s, &t))
		return;
	int i = s->n < TRIES_MOST ? s->n++ : s->n - 1;
	for (; i > 0 && t.expected > s->v[i - 1].expected; i--)
		s->v[i] = s->v[i - 1];
	s->v[i] = t;
}

static void try_all(const struct coding *c, struct tries *s, const int *at, int n)
{
	for (int i = 0; i < n; i++)
		for (int j = i + 1; j < n; j++)
			try_columns(c, s, (struct try){ 2, { at[i], at[j] }, 0 });
	for (int i = 0; i < n; i++)
		for (int j = i + 1; j < n; j++)
			for (int k = j + 1; k < n; k++)
				try_columns(c, s, (struct try){ 3, { at[i], at[j], at[k] }, 0 });
}

static void tries_find(const struct coding *c, const struct keys_profile *out, struct tries *s)
{
	int at[JOINED_COLUMNS], n = 0;
	for (int i = 0; i < c->ncoded && n < JOINED_COLUMNS; i++)
		if (may_join(c, out, i))
			at[n++] = i;
	size_t slots = 64;
	while ((int64_t)slots < 2 * c->n)
		slots *= 2;
	s->mask = slots - 1;
	s->slot = mem_calloc(slots, sizeof *s->slot);
	s->key = mem_calloc(slots, sizeof *s->key);
	try_all(c, s, at, n);
	free(s->slot);
	free(s->key);
}

/* The values that repeat, as texts. */
static void add_examples(const struct coding *c, struct key *k, const struct key_count *count,
	struct arena *a)
{
	for (int i = 0; i < count->ntop; i++) {
		struct key_value *v = &k->example[k->nexamples++];
		v->count = count->top[i].count;
		for (int j = 0; j < k->n; j++)
			v->value[j] = value_text_at(c->table, c->cols[k->var[j]].var->col,
				count->top[i].first, a);
	}
}

/* A few repeats are news only where many were to be expected. */
static double repeats_most(double expected)
{
	return 0.1 * expected;
}

static void several_keys(const struct coding *c, struct keys_profile *out, struct arena *a)
{
	struct tries s = { 0 };
	struct key_count count[TRIES_MOST] = { 0 };
	tries_find(c, out, &s);
	for (int i = 0; i < s.n; i++) {
		count[i] = (struct key_count){ .n = s.v[i].n,
			.most = (int64_t)fmin(c->options->key_error * (double)c->rows,
				repeats_most(s.v[i].expected)) };
		for (int k = 0; k < s.v[i].n; k++)
			count[i].var[k] = c->coded[s.v[i].at[k]].var;
	}
	keys_count(c, count, s.n);
	for (int i = 0; i < s.n; i++) {
		struct key k = { .n = count[i].n, .likely = true, .expected = s.v[i].expected,
			.repeated = count[i].repeated };
		memcpy(k.var, count[i].var, sizeof k.var);
		if (count[i].over || (double)k.repeated > repeats_most(k.expected))
			continue;
		add_examples(c, &k, &count[i], a);
		if (k.repeated)
			key_add(out->almost, &out->nalmost, k);
		else
			key_add(out->keys, &out->nkeys, k);
	}
}

/* Which values of the single columns repeat. */
static void explain_singles(const struct coding *c, struct keys_profile *out, struct arena *a)
{
	struct key_count count[KEYS_MOST] = { 0 };
	for (int i = 0; i < out->nalmost; i++)
		count[i] = (struct key_count){ .n = 1, .var = { out->almost[i].var[0] },
			.most = c->rows };
	keys_count(c, count, out->nalmost);
	for (int i = 0; i < out->nalmost; i++)
		add_examples(c, &out->almost[i], &count[i], a);
}

void keys_search(const struct coding *c, struct keys_profile *out, struct arena *a)
{
	out->keys = arena_calloc(a, KEYS_MOST, sizeof *out->keys);
	out->almost = arena_calloc(a, KEYS_MOST, sizeof *out->almost);
	single_keys(c, out);
	explain_singles(c, out, a);
	several_keys(c, out, a);
}
