/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What numeric columns say together: which are combinations of others, and along which directions
 * the rows spread. */
#include "profile/relations_int.h"

#include <stdlib.h>

/* Values of some columns in the rows of a sample, one column after the other, and then in the
 * complete rows only, standardised. */
struct sheet {
	struct sample sample;
	int n, *var;
	double **x;                /* NaN where missing */
	int *gaps;                 /* of each row: columns without a value */
	int64_t rows;              /* complete ones */
	double *z, *mean, *sd;
};

struct candidate {
	int var;
	int64_t missing;
};

static int by_missing(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;
	return a->missing != b->missing ? (a->missing > b->missing) - (a->missing < b->missing)
		: (a->var > b->var) - (a->var < b->var);
}

static int by_var(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;
	return (a->var > b->var) - (a->var < b->var);
}

/* The max_matrix numeric columns with least missing values, in table order. */
static void sheet_load(struct sheet *b, const struct variable *v, int n,
	const struct profile_options *o, const int *same_as)
{
	size_t rows = (size_t)b->sample.n;
	struct candidate *c = mem_calloc((size_t)n + 1, sizeof *c);
	double *x = mem_alloc((rows + 1) * sizeof *x);
	int found = 0;
	for (int i = 0; i < n; i++) {
		if (!variable_measures(v[i].type) || same_as[i] >= 0)
			continue;
		sample_numbers(&b->sample, v[i].col, x);
		c[found] = (struct candidate){ i, 0 };
		for (size_t r = 0; r < rows; r++)
			c[found].missing += isnan(x[r]);
		found++;
	}
	free(x);
	qsort(c, (size_t)found, sizeof *c, by_missing);
	b->n = found < o->max_matrix ? found : (int)o->max_matrix;
	qsort(c, (size_t)b->n, sizeof *c, by_var);
	b->var = mem_alloc(((size_t)b->n + 1) * sizeof *b->var);
	b->x = mem_alloc(((size_t)b->n + 1) * sizeof *b->x);
	for (int i = 0; i < b->n; i++) {
		b->var[i] = c[i].var;
		b->x[i] = mem_alloc((rows + 1) * sizeof **b->x);
		sample_numbers(&b->sample, v[c[i].var].col, b->x[i]);
	}
	free(c);
}

static void sheet_free(struct sheet *b)
{
	for (int i = 0; i < b->n; i++)
		free(b->x[i]);
	free(b->x);
	free(b->var);
	free(b->gaps);
	free(b->z);
	free(b->mean);
	free(b->sd);
}

static void sheet_drop(struct sheet *b, int i)
{
	free(b->x[i]);
	b->n--;
	memmove(b->x + i, b->x + i + 1, (size_t)(b->n - i) * sizeof *b->x);
	memmove(b->var + i, b->var + i + 1, (size_t)(b->n - i) * sizeof *b->var);
}

static int64_t missing_in(const struct sheet *b, int i)
{
	int64_t n = 0;
	for (int64_t r = 0; r < b->sample.n; r++)
		n += isnan(b->x[i][r]);
	return n;
}

/* Leaves out the column with most missing values while fewer than half of the rows are complete. */
static void complete_rows(struct sheet *b, struct collinearity *out)
{
	int64_t rows = b->sample.n;
	b->gaps = mem_calloc((size_t)rows + 1, sizeof *b->gaps);
	for (int i = 0; i < b->n; i++)
		for (int64_t r = 0; r < rows; r++)
			b->gaps[r] += isnan(b->x[i][r]);
	for (;;) {
		b->rows = 0;
		for (int64_t r = 0; r < rows; r++)
			b->rows += b->gaps[r] == 0;
		if (2 * b->rows >= rows || b->n == 0)
			return;
		int worst = 0;
		for (int i = 1; i < b->n; i++)
			if (missing_in(b, i) > missing_in(b, worst))
				worst = i;
		for (int64_t r = 0; r < rows; r++)
			b->gaps[r] -= isnan(b->x[worst][r]);
		out->left_out[out->nleft_out++] = b->var[worst];
		sheet_drop(b, worst);
	}
}

/* False when the column is constant in the complete rows, or too large to be squared. */
static bool standardise(struct sheet *b, int i, double *z)
{
	int64_t n = 0;
	double sum = 0, squares = 0;
	for (int64_t r = 0; r < b->sample.n; r++)
		if (b->gaps[r] == 0)
			z[n++] = b->x[i][r];
	double first = z[0];
	for (int64_t r = 0; r < n; r++)
		sum += z[r] - first;
	b->mean[i] = first + sum / (double)n;
	for (int64_t r = 0; r < n; r++) {
		z[r] -= b->mean[i];
		squares += z[r] * z[r];
	}
	b->sd[i] = sqrt(squares / (double)(n - 1));
	for (int64_t r = 0; r < n; r++)
		z[r] /= b->sd[i];
	return b->sd[i] > 0 && isfinite(b->sd[i]);
}

static void sheet_standardise(struct sheet *b)
{
	size_t n = (size_t)b->n;
	b->z = mem_alloc((n * (size_t)b->rows + 1) * sizeof *b->z);
	b->mean = mem_alloc((n + 1) * sizeof *b->mean);
	b->sd = mem_alloc((n + 1) * sizeof *b->sd);
	for (int i = 0; b->rows > 1 && i < b->n;) {
		if (standardise(b, i, b->z + (int64_t)i * b->rows))
			i++;
		else
			sheet_drop(b, i);
	}
}

/* ---- what comes of it --------------------------------------------------------------------- */

/* Scores of some rows, one drawn from each of as many equal stretches. */
static void scores_fill(struct components *c, const struct sheet *b, const double *v,
	const uint8_t *class_of, uint64_t seed, struct arena *a)
{
	int64_t n = b->rows, k = n < SCORE_POINTS ? n : SCORE_POINTS, *row;
	struct rng r;
	rng_seed(&r, seed);
	c->npoints = k;
	c->x = arena_calloc(a, (size_t)k + 1, sizeof *c->x);
	c->y = arena_calloc(a, (size_t)k + 1, sizeof *c->y);
	c->group = arena_calloc(a, (size_t)k + 1, sizeof *c->group);
	row = mem_alloc(((size_t)n + 1) * sizeof *row);
	for (int64_t i = 0, at = 0; i < b->sample.n; i++)
		if (b->gaps[i] == 0)
			row[at++] = i;
	for (int64_t i = 0; i < k; i++) {
		int64_t from = i * n / k, to = (i + 1) * n / k;
		int64_t at = from + (int64_t)rng_below(&r, (uint64_t)(to - from));
		double x = 0, y = 0;
		for (int j = 0; j < b->n; j++) {
			x += b->z[j * n + at] * v[j * b->n];
			y += b->z[j * n + at] * v[j * b->n + 1];
		}
		c->x[i] = round_digits(x, 6);
		c->y[i] = round_digits(y, 6);
		uint8_t class = class_of[row[at]];
		c->group[i] = c->ngroups && class != LEVEL_NONE ? class : -1;
	}
	free(row);
}

/* The target's classes in the rows of the sample, where it has a few. */
static void classes_find(struct components *c, const struct sheet *b, const struct variable *v,
	int n, const struct profile_options *o, uint8_t *class_of, struct arena *a)
{
	int var = -1;
	for (int i = 0; o->target && i < n; i++)
		if (strcmp(v[i].name, o->target) == 0 &&
				(v[i].type == VARIABLE_CATEGORY || v[i].type == VARIABLE_BOOLEAN))
			var = i;
	if (var < 0)
		return;
	struct levels *l = mem_calloc(1, sizeof *l);
	levels_collect(b->sample.table, &v[var].col, 1, GROUPS_MAX, l, o->threads);
	struct fields f = { .table = b->sample.table, .vars = v, .nvars = n, .options = o,
		.nlevels = l->over ? 0 : 1, .levels = l, .levels_var = &var, .sample = b->sample };
	c->group_name = arena_calloc(a, GROUPS_MAX, sizeof *c->group_name);
	c->ngroups = target_classes(&f, c->group_name, class_of, a);
	free(l);
}

static void inflation_findings(const struct collinearity *c, const struct variable *v,
	const struct profile_options *o, struct finding_list *findings, struct arena *a)
{
	if (c->combination.n > 0) {
		struct finding f = finding_make(FIND_exact_combination,
			v[c->combination.var[0]].name);
		f.text = combination_text(&c->combination, v, a);
		f.n = c->rows;
		finding_list_add(findings, &f);
	}
	for (int i = 0; i < c->n; i++) {
		bool exact = isinf(c->vif[i]);
		if (!(c->vif[i] > o->vif) || (exact && c->combination.n > 0))
			continue;
		struct finding f = finding_make(exact ? FIND_dependent_columns
			: FIND_collinear_columns, v[c->var[i]].name);
		f.value = exact ? NAN : c->vif[i];
		f.threshold = o->vif;
		f.effect = 1 - 1 / c->vif[i];
		f.n = c->rows;
		finding_list_add(findings, &f);
	}
}

static void decompose(struct structure *out, struct sheet *b, const uint8_t *class_of,
	const struct profile_options *o, struct arena *a)
{
	struct collinearity *c = &out->collinearity;
	struct components *k = &out->components;
	size_t p = (size_t)b->n, size = p * (size_t)b->rows;
	double *r = mem_alloc(2 * (p * p + 1) * sizeof *r), *vector = r + p * p + 1,
		*z = mem_alloc((size + 1) * sizeof *z);
	memcpy(z, b->z, size * sizeof *z);
	qr_factor(z, b->rows, b->n, r);
	free(z);
	c->n = k->n = b->n;
	c->rows = b->rows;
	c->var = arena_calloc(a, p + 1, sizeof *c->var);
	c->vif = arena_calloc(a, p + 1, sizeof *c->vif);
	memcpy(c->var, b->var, p * sizeof *c->var);
	qr_inflation(r, b->n, c->vif);
	k->eigenvalue = arena_calloc(a, p + 1, sizeof *k->eigenvalue);
	qr_components(r, b->n, (double)(b->rows - 1), k->eigenvalue, vector);
	combination_find(c, b->mean, b->sd, k->eigenvalue, vector, a);
	k->kept = b->n < COMPONENTS ? b->n : COMPONENTS;
	k->loading = arena_calloc(a, p * (size_t)k->kept + 1, sizeof *k->loading);
	for (size_t i = 0; i < p; i++)
		memcpy(k->loading + i * (size_t)k->kept, vector + i * p,
			(size_t)k->kept * sizeof *vector);
	scores_fill(k, b, vector, class_of, o->seed, a);
	free(r);
}

/* The later column of each pair says what the earlier one says. */
static int *same_fill(const struct structure *s, int n, const int *same_as, struct arena *a)
{
	int *same = arena_calloc(a, (size_t)n + 1, sizeof *same);
	for (int i = 0; i < n; i++)
		same[i] = same_as ? same_as[i] : -1;
	for (int i = 0; i < s->nnear; i++) {
		int x = s->near[i].a, y = s->near[i].b;
		same[x > y ? x : y] = x > y ? y : x;
	}
	return same;
}

/* Rows to take: a decomposition of p columns costs rows times p^2. */
static int64_t rows_wanted(const struct variable *v, int n, const struct profile_options *o)
{
	const int64_t work = 40000000;
	int64_t p = 0;
	for (int i = 0; i < n; i++)
		p += variable_measures(v[i].type);
	p = p < o->max_matrix ? p : o->max_matrix;
	int64_t rows = work / (p > 0 ? p * p : 1);
	rows = rows > o->max_cross_rows ? rows : o->max_cross_rows;
	return rows < o->max_rank_rows ? rows : o->max_rank_rows;
}

void structure_fill(const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, const int *same_as, struct structure *out,
	struct finding_list *findings, struct arena *a)
{
	*out = (struct structure){ 0 };
	nearly_fill(out, t, v, n, o, same_as, findings, a);
	out->same_as = same_fill(out, n, same_as, a);
	struct sheet b = { .sample = sample_new(t, rows_wanted(v, n, o), o->seed, a) };
	struct collinearity *c = &out->collinearity;
	c->sample_rows = b.sample.n;
	c->left_out = arena_calloc(a, (size_t)n + 1, sizeof *c->left_out);
	sheet_load(&b, v, n, o, out->same_as);
	complete_rows(&b, c);
	sheet_standardise(&b);
	if (b.n >= 2 && b.rows > b.n + 1) {
		uint8_t *class_of = mem_calloc((size_t)b.sample.n + 1, 1);
		classes_find(&out->components, &b, v, n, o, class_of, a);
		decompose(out, &b, class_of, o, a);
		inflation_findings(c, v, o, findings, a);
		free(class_of);
	}
	sheet_free(&b);
}
