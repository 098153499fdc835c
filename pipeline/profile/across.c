/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Associations: which columns take part, the tests made of them, and the strongest pairs. Every
 * coefficient with a p-value belongs to one family of tests, so that p_adjusted means the same
 * wherever it is printed.
 */
#include "profile/across_int.h"

#include <stdlib.h>

const char *measure_name(enum measure m)
{
	switch (m) {
	case MEASURE_PEARSON:
		return "pearson";
	case MEASURE_SPEARMAN:
		return "spearman";
	case MEASURE_CRAMERS_V:
		return "cramers_v";
	case MEASURE_CORRELATION_RATIO:
		return "correlation_ratio";
	}
	return "";
}

static const char *measure_title(enum measure m)
{
	switch (m) {
	case MEASURE_PEARSON:
		return "Pearson r";
	case MEASURE_SPEARMAN:
		return "Spearman rho";
	case MEASURE_CRAMERS_V:
		return "Cram\xc3\xa9r's V";
	case MEASURE_CORRELATION_RATIO:
		return "correlation ratio";
	}
	return "";
}

void assoc_matrix_init(struct assoc_matrix *m, int n, struct arena *a)
{
	size_t cells = (size_t)n * (size_t)n + 1;
	*m = (struct assoc_matrix){ n, arena_calloc(a, (size_t)n + 1, sizeof(int)),
		arena_calloc(a, cells, sizeof(double)), arena_calloc(a, cells, sizeof(double)),
		arena_calloc(a, cells, sizeof(int64_t)) };
}

void assoc_matrix_set(struct assoc_matrix *m, int i, int j, double value, double p, int64_t count)
{
	int cell[2] = { i * m->n + j, j * m->n + i };
	for (int k = 0; k < 2; k++) {
		m->value[cell[k]] = value;
		m->p[cell[k]] = p;
		m->count[cell[k]] = count;
	}
}

/* ---- which columns ---------------------------------------------------------------------------------- */

struct candidate {
	int i;                     /* index into the columns given */
	int64_t n;                 /* values present */
};

static int by_presence(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;
	return a->n != b->n ? (a->n < b->n) - (a->n > b->n) : (a->i > b->i) - (a->i < b->i);
}

static int by_index(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;
	return (a->i > b->i) - (a->i < b->i);
}

/* The `most` with most values present, in their first order; gives their number. */
static int choose(struct candidate *c, int n, int64_t most)
{
	int k = n < most ? n : (int)most;
	qsort(c, (size_t)n, sizeof *c, by_presence);
	qsort(c, (size_t)k, sizeof *c, by_index);
	return k;
}

/* All numeric columns and all categories of a table; those of the matrices come first. */
static void fields_find(struct fields *f, const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, struct arena *a)
{
	size_t room = (size_t)n + 1;
	int *cols = arena_calloc(a, room, sizeof *cols), *vars = arena_calloc(a, room, sizeof *vars);
	struct candidate *c = arena_calloc(a, room, sizeof *c);
	f->numeric = arena_calloc(a, room, sizeof *f->numeric);
	f->numeric_var = arena_calloc(a, room, sizeof *f->numeric_var);
	for (int i = 0; i < n; i++)
		if (v[i].type == VARIABLE_NUMERIC) {
			vars[f->nnumeric] = i;
			cols[f->nnumeric++] = v[i].col;
		}
	struct scaled *scaled = arena_calloc(a, room, sizeof *scaled);
	scaled_fill(t, cols, f->nnumeric, scaled, o->threads);
	for (int i = 0; i < f->nnumeric; i++)
		c[i] = (struct candidate){ i, scaled[i].n };
	f->matrix = choose(c, f->nnumeric, o->max_matrix);
	for (int i = 0; i < f->nnumeric; i++) {
		f->numeric[i] = scaled[c[i].i];
		f->numeric_var[i] = vars[c[i].i];
	}

	int found = 0;
	for (int i = 0; i < n; i++)
		if (v[i].type == VARIABLE_CATEGORY || v[i].type == VARIABLE_BOOLEAN) {
			vars[found] = i;
			cols[found++] = v[i].col;
		}
	struct levels *levels = mem_calloc((size_t)found, sizeof *levels);
	levels_collect(t, cols, found, (int)o->max_category_levels, levels, o->threads);
	for (int i = 0; i < found; i++)
		if (!levels[i].over)
			c[f->nlevels++] = (struct candidate){ i, levels_rows(&levels[i]) };
	f->levels_matrix = choose(c, f->nlevels, o->max_categories);
	f->levels = arena_calloc(a, (size_t)f->nlevels + 1, sizeof *f->levels);
	f->levels_var = arena_calloc(a, room, sizeof *f->levels_var);
	for (int i = 0; i < f->nlevels; i++) {
		f->levels[i] = levels[c[i].i];
		f->levels_var[i] = vars[c[i].i];
	}
	free(levels);
}

/* ---- the family of tests ------------------------------------------------------------------------------ */

static int by_p(const void *x, const void *y)
{
	const struct association *a = *(struct association *const *)x, *b = *(struct association *const *)y;
	return a->p != b->p ? (a->p > b->p) - (a->p < b->p) : (a > b) - (a < b);
}

int64_t adjust_p(struct association *v, size_t n)
{
	struct association **order = mem_alloc((n + 1) * sizeof(void *));
	size_t m = 0;
	for (size_t i = 0; i < n; i++) {
		v[i].p_adjusted = NAN;
		if (!isnan(v[i].p))
			order[m++] = &v[i];
	}
	qsort(order, m, sizeof(void *), by_p);
	double least = 1;
	for (size_t i = m; i-- > 0;) {
		least = fmin(least, order[i]->p * (double)m / (double)(i + 1));
		order[i]->p_adjusted = least;
	}
	free(order);
	return (int64_t)m;
}

bool is_significant(const struct association *a)
{
	return a->p_adjusted <= 0.05;
}

/* A coefficient that chance explains comes after all that it does not, however large: few rows or
 * many levels make it so. */
int by_strength(const void *x, const void *y)
{
	const struct association *a = x, *b = y;
	bool sa = is_significant(a), sb = is_significant(b);
	double va = isnan(a->value) ? -1 : fabs(a->value), vb = isnan(b->value) ? -1 : fabs(b->value);
	if (sa != sb)
		return sb - sa;
	if (va != vb)
		return (va < vb) - (va > vb);
	return a->a != b->a ? (a->a > b->a) - (a->a < b->a) : (a->b > b->b) - (a->b < b->b);
}

static struct association *family_add_matrix(struct association *to, const struct assoc_matrix *m, enum measure measure)
{
	for (int i = 0; i < m->n; i++)
		for (int j = i + 1; j < m->n; j++) {
			int cell = i * m->n + j;
			*to++ = (struct association){ m->var[i], m->var[j], measure, m->value[cell],
				m->p[cell], NAN, m->count[cell] };
		}
	return to;
}

static struct association *family_add_ratios(struct association *to, const struct table *t, const struct fields *f,
	const struct numbers *y, int threads)
{
	ratio_grid(t, f->levels, f->levels_matrix, y, to, threads);
	for (int i = 0; i < f->levels_matrix; i++)
		for (int j = 0; j < y->n; j++, to++) {
			int a = f->levels_var[i], b = f->numeric_var[j];
			to->a = a < b ? a : b;
			to->b = a < b ? b : a;
		}
	return to;
}

/* Pearson and Spearman lie in the same order, n apart: keeps the stronger of each pair, in front. */
static size_t keep_stronger(struct association *v, size_t n, size_t all)
{
	for (size_t i = 0; i < n; i++)
		if (by_strength(&v[i + n], &v[i]) < 0)
			v[i] = v[i + n];
	memmove(v + n, v + 2 * n, (all - 2 * n) * sizeof *v);
	return all - n;
}

/* ---- findings -------------------------------------------------------------------------------------- */

static int root_of(int *parent, int i)
{
	while (parent[i] != i)
		i = parent[i] = parent[parent[i]];
	return i;
}

/* Strongest first, and only pairs that no chain of stronger ones links already: k columns that all
 * go together make k - 1 findings. */
static void association_findings(const struct association *pairs, size_t npairs, const struct variable *v, int n,
	const struct profile_options *o, const int *same_as, struct finding_list *findings)
{
	int *parent = mem_alloc(((size_t)n + 1) * sizeof *parent);
	for (int i = 0; i < n; i++)
		parent[i] = same_as && same_as[i] >= 0 ? same_as[i] : i;
	for (size_t i = 0; i < npairs && is_significant(&pairs[i]) && fabs(pairs[i].value) >= o->association; i++) {
		const struct association *p = &pairs[i];
		int a = root_of(parent, p->a), b = root_of(parent, p->b);
		if (a == b)
			continue;
		parent[a > b ? a : b] = a > b ? b : a;
		struct finding f = finding_make(FIND_high_association, v[p->a].name);
		f.columns[1] = v[p->b].name;
		f.text = measure_title(p->measure);
		f.value = p->value;
		f.threshold = o->association;
		f.p = p->p_adjusted;
		f.n = p->n;
		finding_list_add(findings, &f);
	}
	free(parent);
}

void associations_fill(const struct table *t, const struct variable *v, int n, const struct profile_options *o,
	const int *same_as, struct associations *out, struct finding_list *findings, struct arena *a)
{
	struct fields f = { .table = t, .vars = v, .options = o };
	struct numbers numbers;
	*out = (struct associations){ 0 };
	fields_find(&f, t, v, n, o, a);
	f.sample = sample_new(t, o->max_rank_rows < RANK_ROWS_MAX ? o->max_rank_rows : RANK_ROWS_MAX, o->seed, a);
	out->rank_rows = f.sample.n;
	numbers_init(&numbers, t, f.numeric, f.matrix, a);

	assoc_matrix_init(&out->pearson, f.matrix, a);
	assoc_matrix_init(&out->spearman, f.matrix, a);
	assoc_matrix_init(&out->cramers_v, f.levels_matrix, a);
	for (int i = 0; i < f.matrix; i++)
		out->pearson.var[i] = out->spearman.var[i] = f.numeric_var[i];
	for (int i = 0; i < f.levels_matrix; i++)
		out->cramers_v.var[i] = f.levels_var[i];
	pearson_matrix(t, &numbers, &out->pearson, o->threads);
	spearman_matrix(&f.sample, &numbers, &out->spearman, o->threads);
	cramers_matrix(t, f.levels, f.levels_matrix, &out->cramers_v, o->threads);

	size_t nn = (size_t)f.matrix * (size_t)f.matrix, nc = (size_t)f.levels_matrix * (size_t)f.levels_matrix;
	struct association *family = arena_calloc(a, nn + nc + (size_t)(f.matrix * f.levels_matrix) + 1, sizeof *family), *end;
	end = family_add_matrix(family, &out->pearson, MEASURE_PEARSON);
	size_t numeric_pairs = (size_t)(end - family);
	end = family_add_matrix(end, &out->spearman, MEASURE_SPEARMAN);
	end = family_add_matrix(end, &out->cramers_v, MEASURE_CRAMERS_V);
	end = family_add_ratios(end, t, &f, &numbers, o->threads);
	out->tests = adjust_p(family, (size_t)(end - family));
	size_t pairs = keep_stronger(family, numeric_pairs, (size_t)(end - family));
	qsort(family, pairs, sizeof *family, by_strength);
	while (pairs && isnan(family[pairs - 1].value))
		pairs--;
	association_findings(family, pairs, v, n, o, same_as, findings);
	scatters_fill(&f, family, pairs, same_as, out, a);
	out->pairs = family;
	out->npairs = pairs < (size_t)o->max_pairs ? (int)pairs : (int)o->max_pairs;
	out->target = target_new(&f, n, a);
}
