/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pieces of JSON that several parts of eda.json are made of. */
#include "stages/eda_int.h"

double eda_share(int64_t part, int64_t whole)
{
	return whole ? (double)part / (double)whole : 0;
}

void eda_write_ints(struct jw *w, const char *key, const int64_t *v, size_t n)
{
	jw_karr_inline(w, key);
	for (size_t i = 0; i < n; i++)
		jw_int(w, v[i]);
	jw_arr_end(w);
}

void eda_write_strings(struct jw *w, const char *key, const char *const *v, size_t n)
{
	jw_karr_inline(w, key);
	for (size_t i = 0; i < n; i++)
		jw_str(w, v[i]);
	jw_arr_end(w);
}

void eda_write_names(struct jw *w, const char *key, const struct eda *x, const int *var,
	int n)
{
	jw_karr_inline(w, key);
	for (int i = 0; i < n; i++)
		jw_str(w, x->vars[var[i]].name);
	jw_arr_end(w);
}

/* Rows of a matrix of nx columns. */
void eda_write_rows(struct jw *w, const char *key, const double *v, int ny, int nx)
{
	jw_karr(w, key);
	for (int i = 0; i < ny; i++) {
		jw_arr_inline(w);
		for (int j = 0; j < nx; j++)
			jw_num(w, v[i * nx + j]);
		jw_arr_end(w);
	}
	jw_arr_end(w);
}

void eda_write_count_rows(struct jw *w, const char *key, const int64_t *v, int ny, int nx)
{
	jw_karr(w, key);
	for (int i = 0; i < ny; i++) {
		jw_arr_inline(w);
		for (int j = 0; j < nx; j++)
			jw_int(w, v[i * nx + j]);
		jw_arr_end(w);
	}
	jw_arr_end(w);
}
