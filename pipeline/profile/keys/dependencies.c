/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which columns follow from others? Every pair is tried on the sample and given up as soon as
 * enough rows contradict; what remains is counted over all rows. A rule must beat chance: a column
 * that is nearly always the same, or left sides that hardly repeat, break no rule either.
 */
#include "profile/keys_int.h"

#include <stdlib.h>

enum {
	RULES_MOST = 200,          /* counted over all rows */
	JOINED_MOST = 16,          /* columns that are tried in pairs on the left */
	LISTED_MOST = 60
};
/* Violations that chance must give at least; more for pairs, of which there are many more. */
static const double EXPECTED_ONE = 20, EXPECTED_TWO = 40;
/* ... and so much of them may remain. */
static const double REMAINS = 0.1;

struct rule {                  /* positions among the coded columns */
	int nfrom, from[2], to;
	double expected;           /* share of the rows */
};
struct rules {
	struct rule v[RULES_MOST];
	int n;
};

/* ---- on the sample -------------------------------------------------------------------------- */

struct vote {                  /* the majority of a group so far: Boyer & Moore 1991 */
	uint32_t value, lead, turn;
};

/* A first look that rarely goes beyond some hundred rows. */
static bool is_refuted(const struct coding *c, const struct coded *x, const struct coded *y,
	struct vote *votes, uint32_t turn)
{
	int64_t seen = 0, broken = 0;
	double most = 0.5 * (double)(y->present - y->modal) + 5;
	for (int64_t i = 0; i < c->n; i++) {
		uint32_t a = x->code[i], b = y->code[i];
		if (a == CODE_NONE || b == CODE_NONE)
			continue;
		struct vote *v = &votes[a];
		if (v->turn != turn || !v->lead) {
			*v = (struct vote){ b, 1, turn };
			continue;
		}
		seen++;
		if (v->value == b) {
			v->lead++;
			continue;
		}
		v->lead--;
		if ((double)++broken > fmin(most, 10 + 0.06 * (double)seen))
			return true;
	}
	return false;
}

/* Rows that break the rule once y is turned by `turned` rows. */
static int64_t breaks(const struct coding *c, const struct coded *x, const struct coded *y,
	int64_t turned, uint64_t *pair, int64_t *rows)
{
	int64_t n = 0, broken = 0;
	for (int64_t i = 0, k = turned; i < c->n; i++, k = k + 1 == c->n ? 0 : k + 1)
		if (x->code[i] != CODE_NONE && y->code[k] != CODE_NONE)
			pair[n++] = (uint64_t)x->code[i] << 32 | y->code[k];
	sort_keys(pair, pair + c->n, (size_t)n);
	for (int64_t i = 0, end, run; i < n; i = end) {
		int64_t most = 0;
		for (end = i; end < n && pair[end] >> 32 == pair[i] >> 32; end += run) {
			for (run = 1; end + run < n && pair[end + run] == pair[end]; run++)
				;
			most = run > most ? run : most;
		}
		broken += end - i - most;
	}
	*rows = n;
	return broken;
}

/* Does the sample support the rule x -> y, beyond chance? */
static bool is_supported(const struct coding *c, const struct coded *x, const struct coded *y,
	double least, double *expected)
{
	uint64_t *pair = mem_alloc((2 * (size_t)c->n + 1) * sizeof *pair);
	int64_t rows, turned;
	int64_t broken = breaks(c, x, y, 0, pair, &rows);
	int64_t chance = breaks(c, x, y, c->n / 2, pair, &turned);
	free(pair);
	/* the sample decides roughly, all rows exactly */
	double most = 2 * c->options->dependency_error * (double)rows + 3;
	*expected = turned ? (double)chance / (double)turned : 0;
	return (double)chance >= least && (double)broken <= most &&
		(double)broken <= 1.5 * REMAINS * (double)chance;
}

static void rule_add(struct rules *r, struct rule x)
{
	if (r->n < RULES_MOST)
		r->v[r->n++] = x;
}

static bool determines(const struct rules *r, int from, int to)
{
	for (int i = 0; i < r->n; i++)
		if (r->v[i].nfrom == 1 && r->v[i].from[0] == from && r->v[i].to == to)
			return true;
	return false;
}

/* A measurement decides nothing, and values that hardly repeat tell nothing. */
static bool may_lead(const struct coding *c, const struct coded *x)
{
	const struct column_profile *p = &c->cols[x->var];
	enum column_type type = table_field(c->table, p->var->col)->type;
	return type != COLUMN_FLOAT64 && type != COLUMN_DURATION &&
		(double)(p->count - p->distinct) >= EXPECTED_ONE;
}

static void single_rules(const struct coding *c, struct rules *r)
{
	struct vote *votes = mem_calloc((size_t)c->n + 1, sizeof *votes);
	uint32_t turn = 0;
	for (int i = 0; i < c->ncoded; i++) {
		if (!may_lead(c, &c->coded[i]))
			continue;
		for (int j = 0; j < c->ncoded; j++) {
			struct rule x = { 1, { i }, j, 0 };
			const struct coded *from = &c->coded[i], *to = &c->coded[j];
			if (j != i && !is_refuted(c, from, to, votes, ++turn) &&
				is_supported(c, from, to, EXPECTED_ONE, &x.expected))
				rule_add(r, x);
		}
	}
	free(votes);
}

/* Few values, which can be combined. */
static bool may_join(const struct coding *c, const struct coded *x)
{
	const struct column_profile *p = &c->cols[x->var];
	return table_field(c->table, p->var->col)->type != COLUMN_FLOAT64 &&
		(double)p->distinct < 0.2 * (double)p->count;
}

static void joined_rules(const struct coding *c, struct rules *r)
{
	struct vote *votes = mem_calloc((size_t)c->n + 1, sizeof *votes);
	uint32_t turn = 0;
	int at[JOINED_MOST], n = 0;
	for (int i = 0; i < c->ncoded && n < JOINED_MOST; i++)
		if (may_join(c, &c->coded[i]))
			at[n++] = i;
	for (int i = 0; i < n; i++) {
		for (int j = i + 1; j < n; j++) {
			if (determines(r, at[i], at[j]) || determines(r, at[j], at[i]))
				continue;
			struct coded both = coded_join(c, &c->coded[at[i]], &c->coded[at[j]]);
			for (int k = 0; k < c->ncoded; k++) {
				struct rule x = { 2, { at[i], at[j] }, k, 0 };
				const struct coded *to = &c->coded[k];
				if (k != at[i] && k != at[j] && !determines(r, at[i], k) &&
					!determines(r, at[j], k) &&
					!is_refuted(c, &both, to, votes, ++turn) &&
					is_supported(c, &both, to, EXPECTED_TWO,
						&x.expected))
					rule_add(r, x);
			}
			coded_free(&both);
		}
	}
	free(votes);
}

/* ---- over all rows -------------------------------------------------------------------------- */

static void add_examples(const struct coding *c, struct dependency *d,
	const struct rule_count *count, struct arena *a)
{
	int to = c->cols[d->to].var->col;
	for (int i = 0; i < count->ntop; i++) {
		const struct rule_break *b = &count->top[i];
		struct exception *x = &d->example[d->nexamples++];
		for (int k = 0; k < d->nfrom; k++)
			x->from[k] = value_text_at(c->table, c->cols[d->from[k]].var->col,
				b->usual_row, a);
		x->usual = value_text_at(c->table, to, b->usual_row, a);
		x->other = value_text_at(c->table, to, b->other_row, a);
		x->usual_count = b->usual_count;
		x->other_count = b->other_count;
	}
}

static struct dependency *count_all(const struct coding *c, const struct rules *r, int *n,
	struct arena *a)
{
	struct dependency *out = arena_calloc(a, (size_t)r->n + 1, sizeof *out);
	struct rule_count *count = mem_calloc((size_t)r->n, sizeof *count);
	for (int i = 0; i < r->n; i++) {
		const struct rule *x = &r->v[i];
		count[i] = (struct rule_count){ .nfrom = x->nfrom, .to = c->coded[x->to].var,
			.most = (int64_t)(c->options->dependency_error * (double)c->rows) };
		for (int k = 0; k < x->nfrom; k++)
			count[i].from[k] = c->coded[x->from[k]].var;
	}
	rules_count(c, count, r->n);
	*n = 0;
	for (int i = 0; i < r->n; i++) {
		struct rule_count *k = &count[i];
		double expected = r->v[i].expected * (double)k->rows;
		if (k->over || (double)k->violations > REMAINS * expected)
			continue;
		struct dependency *d = &out[(*n)++];
		*d = (struct dependency){ .nfrom = k->nfrom, .from = { k->from[0], k->from[1] },
			.to = k->to, .rows = k->rows, .groups = k->groups,
			.violations = k->violations, .expected = expected };
		add_examples(c, d, k, a);
	}
	free(count);
	return out;
}

/* ---- what follows from the rest ------------------------------------------------------------- */

static const struct dependency *find(const struct dependency *v, int n, int from, int to)
{
	for (int i = 0; i < n; i++)
		if (v[i].nfrom == 1 && v[i].from[0] == from && v[i].to == to)
			return &v[i];
	return NULL;
}

/* Of columns that determine each other the first stands for all. */
static int standing_for(const struct dependency *v, int n, int var)
{
	int first = var;
	for (int i = 0; i < n; i++)
		if (v[i].nfrom == 1 && v[i].from[0] == var && v[i].to < first &&
			find(v, n, v[i].to, var))
			first = v[i].to;
	return first;
}

/* a -> c goes by way of b. */
static bool by_way(const struct dependency *v, int n, const struct dependency *d)
{
	for (int i = 0; i < n; i++) {
		const struct dependency *first = &v[i];
		if (first->nfrom != 1 || first->from[0] != d->from[0] || first->to == d->to ||
			find(v, n, first->to, d->from[0]))
			continue;
		if (find(v, n, first->to, d->to) && !find(v, n, d->to, first->to))
			return true;
	}
	return false;
}

/* Not what a part of the pair says by itself, nor what follows from something else that the pair
 * says. */
static bool pair_is_needed(const struct dependency *v, int n, const struct dependency *d)
{
	for (int k = 0; k < 2; k++)
		if (standing_for(v, n, d->from[k]) != d->from[k] || find(v, n, d->from[k], d->to))
			return false;
	for (int i = 0; i < n; i++)
		if (v[i].nfrom == 2 && v[i].from[0] == d->from[0] && v[i].from[1] == d->from[1] &&
			v[i].to != d->to && find(v, n, v[i].to, d->to))
			return false;
	return true;
}

static bool is_needed(const struct dependency *v, int n, const struct dependency *d)
{
	int from = d->from[0];
	if (standing_for(v, n, d->to) != d->to && standing_for(v, n, d->to) != from)
		return false;
	if (d->nfrom == 2)
		return pair_is_needed(v, n, d);
	/* of a mutual one the direction that comes first in the table is told */
	if (find(v, n, d->to, from))
		return from < d->to;
	return standing_for(v, n, from) == from && !by_way(v, n, d);
}

/* Broken ones are news; then the rules that chance would have broken most often. */
static int by_interest(const void *x, const void *y)
{
	const struct dependency *a = x, *b = y;
	if ((a->violations > 0) != (b->violations > 0))
		return a->violations > 0 ? -1 : 1;
	if (a->nfrom != b->nfrom)
		return a->nfrom < b->nfrom ? -1 : 1;
	if (a->from[0] != b->from[0])
		return a->from[0] < b->from[0] ? -1 : 1;
	if (a->from[1] != b->from[1])
		return a->from[1] < b->from[1] ? -1 : 1;
	return (a->to > b->to) - (a->to < b->to);
}

void dependencies_search(const struct coding *c, struct keys_profile *out, struct arena *a)
{
	struct rules *rules = mem_calloc(1, sizeof *rules);
	single_rules(c, rules);
	joined_rules(c, rules);
	int n;
	struct dependency *all = count_all(c, rules, &n, a);
	free(rules);
	out->dependencies = arena_calloc(a, LISTED_MOST, sizeof *out->dependencies);
	for (int i = 0; i < n; i++) {
		all[i].mutual = all[i].nfrom == 1 && find(all, n, all[i].to, all[i].from[0]);
		if (out->ndependencies < LISTED_MOST && is_needed(all, n, &all[i]))
			out->dependencies[out->ndependencies++] = all[i];
	}
	qsort(out->dependencies, (size_t)out->ndependencies, sizeof *out->dependencies,
		by_interest);
}
