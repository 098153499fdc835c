/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Associations, put together: matrices, the strongest pairs, their pictures, the target. */
#include "profile/relations_int.h"

#include <gsl/gsl_errno.h>

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

void assoc_matrix_init(struct assoc_matrix *m, int n, struct arena *a)
{
	size_t cells = (size_t)n * (size_t)n + 1;
	*m = (struct assoc_matrix){ n, arena_calloc(a, (size_t)n + 1, sizeof(int)),
		arena_calloc(a, cells, sizeof(double)), arena_calloc(a, cells, sizeof(double)),
		arena_calloc(a, cells, sizeof(int64_t)) };
}

void assoc_matrix_set(struct assoc_matrix *m, int i, int j, double value, double p,
	int64_t count)
{
	int cell[2] = { i * m->n + j, j * m->n + i };
	for (int k = 0; k < 2; k++) {
		m->value[cell[k]] = value;
		m->p[cell[k]] = p;
		m->count[cell[k]] = count;
	}
}

static void matrices_fill(struct associations *out, const struct fields *f,
	const struct numbers *numbers, struct arena *a)
{
	int threads = f->options->threads;
	assoc_matrix_init(&out->pearson, f->matrix, a);
	assoc_matrix_init(&out->spearman, f->matrix, a);
	assoc_matrix_init(&out->cramers_v, f->levels_matrix, a);
	for (int i = 0; i < f->matrix; i++)
		out->pearson.var[i] = out->spearman.var[i] = f->numeric_var[i];
	for (int i = 0; i < f->levels_matrix; i++)
		out->cramers_v.var[i] = f->levels_var[i];
	pearson_matrix(f->table, numbers, &out->pearson, threads);
	spearman_matrix(&f->sample, numbers, &out->spearman, threads);
	cramers_matrix(f->table, f->levels, f->levels_matrix, &out->cramers_v, threads);
	assoc_matrix_init(&out->theils_u, f->levels_matrix, a);
	memcpy(out->theils_u.var, out->cramers_v.var, (size_t)f->levels_matrix * sizeof(int));
	theil_matrix(&f->sample, f->levels, f->levels_matrix, &out->theils_u, threads);
}

/* A sample of its own: tau costs more than rho. */
static void kendall_fill(struct associations *out, const struct fields *f,
	const struct numbers *numbers, struct arena *a)
{
	const struct profile_options *o = f->options;
	int64_t rows = kendall_rows(o->max_kendall_work, f->matrix);
	struct sample s = sample_new(f->table, rows < f->sample.n ? rows : f->sample.n, o->seed, a);
	assoc_matrix_init(&out->kendall, f->matrix, a);
	memcpy(out->kendall.var, out->pearson.var, (size_t)f->matrix * sizeof(int));
	kendall_matrix(&s, numbers, &out->kendall, o->threads);
	out->kendall_rows = s.n;
}

void associations_fill(const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, const int *same_as, struct associations *out,
	struct finding_list *findings, struct arena *a)
{
	struct fields f = { .table = t, .vars = v, .nvars = n, .options = o,
		.same_as = same_as };
	struct numbers numbers;
	*out = (struct associations){ 0 };
	/* a p-value that underflows is no reason to end the process */
	gsl_set_error_handler_off();
	numeric_fields(&f, a);
	level_fields(&f, a);
	int64_t most = o->max_rank_rows < RANK_ROWS_MAX ? o->max_rank_rows : RANK_ROWS_MAX;
	f.sample = sample_new(t, most, o->seed, a);
	out->rank_rows = f.sample.n;
	numbers_init(&numbers, t, f.numeric, f.matrix, a);
	matrices_fill(out, &f, &numbers, a);
	kendall_fill(out, &f, &numbers, a);
	pairs_fill(out, &f, &numbers, findings, a);
	out->target = target_new(&f, a);
}
