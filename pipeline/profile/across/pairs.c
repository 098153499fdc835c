/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tests made of pairs of columns, and the strongest pairs. Every coefficient with a p-value
 * belongs to one family of tests, so that p_adjusted means the same wherever it is printed.
 */
#include "profile/relations_int.h"

#include <stdlib.h>

static int by_p(const void *x, const void *y)
{
	const struct association *a = *(struct association *const *)x,
		*b = *(struct association *const *)y;
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

/* A coefficient that chance explains comes after all that it does not, however large: few rows
 * or many levels make it so. */
int by_strength(const void *x, const void *y)
{
	const struct association *a = x, *b = y;
	bool sa = is_significant(a), sb = is_significant(b);
	double va = isnan(a->value) ? -1 : fabs(a->value), vb = isnan(b->value) ? -1
		: fabs(b->value);
	if (sa != sb)
		return sb - sa;
	if (va != vb)
		return (va < vb) - (va > vb);
	return a->a != b->a ? (a->a > b->a) - (a->a < b->a) : (a->b > b->b) - (a->b < b->b);
}

static struct association *family_add_matrix(struct association *to,
	const struct assoc_matrix *m, enum measure measure)
{
	for (int i = 0; i < m->n; i++)
		for (int j = i + 1; j < m->n; j++) {
			int cell = i * m->n + j;
			*to++ = (struct association){ m->var[i], m->var[j], measure,
				m->value[cell], m->p[cell], NAN, m->count[cell] };
		}
	return to;
}

static struct association *family_add_ratios(struct association *to, const struct fields *f,
	const struct numbers *y)
{
	ratio_grid(f->table, f->levels, f->levels_matrix, y, to, f->options->threads);
	for (int i = 0; i < f->levels_matrix; i++)
		for (int j = 0; j < y->n; j++, to++) {
			int a = f->levels_var[i], b = f->numeric_var[j];
			to->a = a < b ? a : b;
			to->b = a < b ? b : a;
		}
	return to;
}

/* Pearson and Spearman lie in the same order, n apart: keeps the stronger of each pair, in
 * front. */
static size_t keep_stronger(struct association *v, size_t n, size_t all)
{
	for (size_t i = 0; i < n; i++)
		if (by_strength(&v[i + n], &v[i]) < 0)
			v[i] = v[i + n];
	memmove(v + n, v + 2 * n, (all - 2 * n) * sizeof *v);
	return all - n;
}

/* ---- findings --------------------------------------------------------------------- */

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

static int root_of(int *parent, int i)
{
	while (parent[i] != i)
		i = parent[i] = parent[parent[i]];
	return i;
}

/* Strongest first, and only pairs that no chain of stronger ones links already: k columns that
 * all go together make k - 1 findings. */
static void association_findings(const struct association *pairs, size_t npairs,
	const struct fields *f, struct finding_list *findings)
{
	double least = f->options->association;
	int *parent = mem_alloc(((size_t)f->nvars + 1) * sizeof *parent);
	for (int i = 0; i < f->nvars; i++)
		parent[i] = f->same_as && f->same_as[i] >= 0 ? f->same_as[i] : i;
	for (size_t i = 0; i < npairs && is_significant(&pairs[i]) &&
			fabs(pairs[i].value) >= least; i++) {
		const struct association *p = &pairs[i];
		int a = root_of(parent, p->a), b = root_of(parent, p->b);
		if (a == b)
			continue;
		parent[a > b ? a : b] = a > b ? b : a;
		struct finding x = finding_make(FIND_high_association, f->vars[p->a].name);
		x.columns[1] = f->vars[p->b].name;
		x.text = measure_title(p->measure);
		x.value = x.effect = p->value;
		x.threshold = least;
		x.p = p->p_adjusted;
		x.n = p->n;
		finding_list_add(findings, &x);
	}
	free(parent);
}

void pairs_fill(struct associations *out, const struct fields *f, const struct numbers *numbers,
	struct finding_list *findings, struct arena *a)
{
	size_t n = (size_t)f->matrix, m = (size_t)f->levels_matrix;
	struct association *family = arena_calloc(a, n * n + m * m + n * m + 1, sizeof *family);
	struct association *end = family_add_matrix(family, &out->pearson, MEASURE_PEARSON);
	size_t numeric = (size_t)(end - family);
	end = family_add_matrix(end, &out->spearman, MEASURE_SPEARMAN);
	end = family_add_matrix(end, &out->cramers_v, MEASURE_CRAMERS_V);
	end = family_add_ratios(end, f, numbers);
	out->tests = adjust_p(family, (size_t)(end - family));
	size_t pairs = keep_stronger(family, numeric, (size_t)(end - family));
	qsort(family, pairs, sizeof *family, by_strength);
	while (pairs && isnan(family[pairs - 1].value))
		pairs--;
	association_findings(family, pairs, f, findings);
	scatters_fill(out, f, family, pairs, a);
	mixed_fill(&out->mixed, family, pairs, f->options, a);
	power_fill(out, f, family, pairs, a);
	out->pairs = family;
	out->npairs = pairs < (size_t)f->options->max_pairs ? (int)pairs
		: (int)f->options->max_pairs;
}
