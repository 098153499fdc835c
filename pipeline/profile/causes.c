/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which findings follow from another one. A reader who is told that fourteen columns are missing in
 * the same rows need not be told of each of them that it lacks values; so each finding that is explained
 * by another one says so, and every output can show the explanation and fold the rest away.
 */
#include "profile/profile.h"

#include <stdlib.h>
#include <string.h>

/* The findings by column and code. */
struct entry {
	const char *column;        /* "" for none */
	enum finding_code code;
	size_t place;
};

struct causes {
	struct finding_list *list;
	struct entry *index;
	size_t *root;              /* of each finding: the one that it follows from, or itself */
};

static int by_column(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	int order = strcmp(a->column, b->column);
	if (order)
		return order;
	if (a->code != b->code)
		return a->code < b->code ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

static const char *first_column(const struct finding *f)
{
	return f->columns[0] ? f->columns[0] : "";
}

static size_t ncolumns(const struct finding *f)
{
	size_t n = 0;
	while (n < COUNTOF(f->columns) && f->columns[n])
		n++;
	return n + f->nmore;
}

static const char *column_of(const struct finding *f, size_t i)
{
	return i < COUNTOF(f->columns) ? f->columns[i] : f->more[i - COUNTOF(f->columns)];
}

/* First entry that is not before this column and code. */
static size_t lower(const struct causes *c, const char *column, int code)
{
	size_t lo = 0, hi = c->list->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = strcmp(c->index[mid].column, column);
		if (order < 0 || (order == 0 && (int)c->index[mid].code < code))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct finding *find(const struct causes *c, const char *column, enum finding_code code)
{
	size_t i = lower(c, column, (int)code);
	bool there = i < c->list->n && c->index[i].code == code &&
		strcmp(c->index[i].column, column) == 0;
	return there ? &c->list->v[c->index[i].place] : NULL;
}

/* The first explanation counts, and none may go in a circle. */
static void follow(struct causes *c, struct finding *f, const struct finding *from)
{
	size_t self = (size_t)(f - c->list->v), root = (size_t)(from - c->list->v);
	while (c->root[root] != root)
		root = c->root[root];
	if (f->cause || root == self)
		return;
	c->root[self] = root;
	f->cause = arena_printf(c->list->arena, "%s:%s", finding_info(from->code)->code,
		first_column(from));
	struct finding *lead = &c->list->v[root];
	/* where there is nothing to fill in, nothing is wrong; and what only hampers models is no
	 * reason to warn of data */
	if (lead->code == FIND_missing_not_applicable || f->code == FIND_collinear_columns)
		return;
	lead->level = f->level > lead->level ? f->level : lead->level;
}

static bool is_one_of(enum finding_code code, const enum finding_code *codes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (codes[i] == code)
			return true;
	return false;
}

/* ---- the rules ------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* That values of a column are missing (the first two), and what with. */
static const enum finding_code lacking[] = { FIND_missing_values, FIND_mostly_missing,
	FIND_missing_not_random, FIND_missing_in_group, FIND_missing_not_applicable,
	FIND_missing_at_start, FIND_missing_at_end };

/* Columns that hold the same: what is said of the first need not be said of the others, nor what is
 * said of nothing but them. Only identical ones lack values in the same rows. */
static void follow_twins(struct causes *c, const struct finding *twins)
{
	size_t n = ncolumns(twins);
	const char **names = mem_calloc(n, sizeof *names);
	for (size_t i = 0; i < n; i++)
		names[i] = column_of(twins, i);
	for (size_t i = 1; i < n; i++)
		for (size_t k = lower(c, names[i], 0); k < c->list->n &&
				strcmp(c->index[k].column, names[i]) == 0; k++) {
			struct finding *f = &c->list->v[c->index[k].place];
			bool own = twins->code != FIND_identical_columns && is_one_of(f->code, lacking, COUNTOF(lacking));
			if (!own && ncolumns(f) == 1 && find(c, names[0], f->code))
				follow(c, f, twins);
		}
	const char *original = names[0];
	qsort(names, n, sizeof *names, by_name);
	for (size_t k = lower(c, original, 0);
			k < c->list->n && strcmp(c->index[k].column, original) == 0; k++) {
		struct finding *f = &c->list->v[c->index[k].place];
		size_t m = ncolumns(f), known = 0;
		for (size_t i = 0; i < m; i++) {
			const char *name = column_of(f, i);
			known += bsearch(&name, names, n, sizeof *names, by_name) != NULL;
		}
		if (m > 1 && known == m)
			follow(c, f, twins);
	}
	free(names);
}

/* What `about` says of several columns explains the findings of these codes about each of them. */
static void follow_each(struct causes *c, const struct finding *about,
	const enum finding_code *codes, size_t ncodes)
{
	for (size_t i = 0; i < ncolumns(about); i++)
		for (size_t k = 0; k < ncodes; k++) {
			struct finding *f = find(c, column_of(about, i), codes[k]);
			if (f)
				follow(c, f, about);
		}
}

/* Two columns that tell each other are collinear for that reason if both are: with a category, none of the numbers is. */
static void follow_pair(struct causes *c, const struct finding *pair)
{
	struct finding *a = find(c, column_of(pair, 0), FIND_collinear_columns);
	struct finding *b = ncolumns(pair) > 1 ? find(c, column_of(pair, 1), FIND_collinear_columns) : NULL;
	if (!a || !b)
		return;
	follow(c, a, pair);
	follow(c, b, pair);
}

static void follow_same_column(struct causes *c, struct finding *f, enum finding_code code)
{
	const struct finding *lead = find(c, first_column(f), code);
	if (lead)
		follow(c, f, lead);
}

/* A long tail is skewed, has outliers, and often many zeros at its other end. */
static void follow_shape(struct causes *c, struct finding *f)
{
	static const enum finding_code codes[] = { FIND_outliers, FIND_skewed, FIND_many_zeros };
	for (size_t lead = 0; lead < COUNTOF(codes) && codes[lead] != f->code; lead++) {
		follow_same_column(c, f, codes[lead]);
	}
}

/* Rows are incomplete because of one column, when it is missing in most of them. */
static void follow_emptiest(struct causes *c, struct finding *few)
{
	const struct finding *most = NULL;
	for (size_t i = 0; i < c->list->n; i++) {
		const struct finding *f = &c->list->v[i];
		bool lacks = f->code == FIND_mostly_missing || f->code == FIND_missing_values;
		if (lacks && (!most || f->count > most->count))
			most = f;
	}
	if (most && (double)most->count >= 0.8 * (double)(few->total - few->count))
		follow(c, few, most);
}

/* What the missing values of a column go with says more than that they are missing, unless that is so
 * much that the column is of no use anyway. */
static void explain_missing(struct causes *c, struct finding *why)
{
	struct finding *some = find(c, first_column(why), FIND_missing_values);
	struct finding *most = find(c, first_column(why), FIND_mostly_missing);
	if (some)
		follow(c, some, why);
	else if (most && why->code == FIND_missing_not_applicable)
		follow(c, most, why);
	else if (most)
		follow(c, why, most);
}

/* Rows that are copies repeat their keys. */
static void follow_copies(struct causes *c, struct finding *key)
{
	const struct finding *copies = find(c, "", FIND_duplicate_rows);
	if (copies && key->count <= copies->count)
		follow(c, key, copies);
}

/* Columns of which one says all that the others do. */
static const enum finding_code twins[] = { FIND_identical_columns, FIND_nearly_identical_columns,
	FIND_converted_columns };

static void apply(struct causes *c, enum finding_code code)
{
	static const enum finding_code out[] = { FIND_outliers };
	for (size_t i = 0; i < c->list->n; i++) {
		struct finding *f = &c->list->v[i];
		if (f->code != code)
			continue;
		if (is_one_of(code, twins, COUNTOF(twins)))
			follow_twins(c, f);
		else if (is_one_of(code, lacking + 2, COUNTOF(lacking) - 2))
			explain_missing(c, f);
		else if (code == FIND_missing_together || code == FIND_constant_column)     /* which one leaves out anyway */
			follow_each(c, f, lacking, COUNTOF(lacking));
		else if (code == FIND_high_association)
			follow_pair(c, f);
		else if (code == FIND_outlier_rows)
			follow_each(c, f, out, COUNTOF(out));
		else if (code == FIND_few_complete_rows)
			follow_emptiest(c, f);
		else if (code == FIND_almost_key)
			follow_copies(c, f);
		else if (code == FIND_early_dates)
			follow_same_column(c, f, FIND_epoch_dates);
		else
			follow_shape(c, f);
	}
}

/* Values that could not be read are missing ever after: when they are most of what is missing, the
 * earlier finding says why. A column of mixed types has many levels for the same reason, and one whose
 * -999 or '?' stands for a missing value has outliers or placeholders. */
static void follow_earlier(struct causes *c, const struct finding *earlier, size_t n)
{
	static const enum finding_code unread[] = { FIND_unparsable_values,
		FIND_declared_type_conflict, FIND_cell_errors, FIND_damaged_values,
		FIND_formulas_without_result };
	static const enum finding_code varied[] = { FIND_high_cardinality, FIND_unique_column };
	static const enum finding_code stood[] = { FIND_outliers, FIND_placeholder_texts };
	for (size_t i = 0; i < n; i++) {
		const struct finding *e = &earlier[i];
		bool mixed = e->code == FIND_mixed_types || e->code == FIND_mixed_units;
		bool sentinel = e->code == FIND_sentinel_values;
		const enum finding_code *codes = mixed ? varied : sentinel ? stood : lacking;
		if (!mixed && !sentinel && !is_one_of(e->code, unread, COUNTOF(unread)))
			continue;
		for (size_t k = 0; k < 2; k++) {
			struct finding *f = find(c, first_column(e), codes[k]);
			if (f && !f->cause && (mixed || 2 * e->count >= f->count))
				f->cause = arena_printf(c->list->arena, "%s:%s",
					finding_info(e->code)->code, first_column(e));
		}
	}
}

void finding_list_explain(struct finding_list *l, const struct finding *earlier, size_t n)
{
	struct causes c = { .list = l, .index = mem_calloc(l->n, sizeof *c.index),
		.root = mem_calloc(l->n, sizeof *c.root) };
	for (size_t i = 0; i < l->n; i++) {
		c.index[i] = (struct entry){ first_column(&l->v[i]), l->v[i].code, i };
		c.root[i] = i;
	}
	qsort(c.index, l->n, sizeof *c.index, by_column);
	static const enum finding_code order[] = { FIND_identical_columns,
		FIND_nearly_identical_columns, FIND_converted_columns, FIND_constant_column, FIND_missing_together,
		FIND_missing_not_applicable, FIND_missing_in_group, FIND_missing_not_random,
		FIND_missing_at_start, FIND_missing_at_end, FIND_high_association,
		FIND_outlier_rows, FIND_skewed, FIND_many_zeros, FIND_early_dates,
		FIND_few_complete_rows, FIND_almost_key };
	for (size_t i = 0; i < COUNTOF(order); i++)
		apply(&c, order[i]);
	follow_earlier(&c, earlier, n);
	free(c.index);
	free(c.root);
}
