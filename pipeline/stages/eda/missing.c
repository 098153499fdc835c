/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Missing data. */
#include "stages/eda_int.h"

void eda_write_missing(struct jw *w, const struct eda *x)
{
	const struct missing_profile *m = &x->missing;
	jw_kobj(w, "missing");
	jw_karr(w, "columns");
	for (int i = 0; i < m->n; i++) {
		jw_obj(w);
		jw_kstr(w, "name", x->vars[m->columns[i].var].name);
		jw_kint(w, "missing", m->columns[i].missing);
		jw_knum(w, "share", eda_share(m->columns[i].missing, m->rows));
		jw_kstr(w, "band", m->columns[i].band);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_kobj(w, "matrix");
	eda_write_names(w, "columns", x, m->matrix, m->nmatrix);
	jw_kint(w, "rows_per_bin", m->rows_per_bin);
	eda_write_rows(w, "present", m->present, m->nmatrix, m->bins);
	jw_obj_end(w);
	jw_karr(w, "combinations");
	for (int i = 0; i < m->ncombinations; i++) {
		jw_obj(w);
		eda_write_names(w, "columns", x, m->combinations[i].var, m->combinations[i].n);
		jw_kint(w, "count", m->combinations[i].count);
		jw_knum(w, "share", eda_share(m->combinations[i].count, m->rows));
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_kint(w, "combinations_total", m->patterns);
	jw_kobj(w, "nullity");
	eda_write_names(w, "columns", x, m->nullity.var, m->nullity.n);
	eda_write_rows(w, "r", m->nullity.value, m->nullity.n, m->nullity.n);
	jw_obj_end(w);
	jw_kint(w, "complete_rows", m->complete_rows);
	jw_obj_end(w);
}
