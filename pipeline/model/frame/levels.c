/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Categories: the levels that training holds, and the codes of values among them. */
#include "model/frame/frame_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct level {
	struct str text;
	uint32_t code;
};

static int by_text(const void *a, const void *b)
{
	return str_cmp(((const struct level *)a)->text, ((const struct level *)b)->text);
}

/* The different known values of x, ascending; the caller frees them. */
static double *different(const double *x, size_t n, size_t *count)
{
	double *v = mem_calloc(n, sizeof *v);
	size_t m = 0, k = 0;
	for (size_t i = 0; i < n; i++)
		if (!isnan(x[i]))
			v[m++] = x[i];
	sort_doubles(v, m);
	for (size_t i = 0; i < m; i++)
		if (!k || v[i] != v[k - 1])
			v[k++] = v[i];
	*count = k;
	return v;
}

static const char *name_of(const struct cells *c, enum column_type type, double v, struct arena *a)
{
	char text[NUM_MAX];
	struct str s = { text, num_shortest(text, v) };
	if (type == COLUMN_DICT)
		s = table_dict_value(c->t, c->col, (int32_t)v);
	else if (type == COLUMN_BOOL)
		s = str_of(v > 0 ? "true" : "false");
	return arena_strndup(a, s.p, s.n);
}

static uint32_t *rising_order(const char *const *levels, size_t k, struct arena *a)
{
	struct level *l = mem_calloc(k, sizeof *l);
	for (size_t i = 0; i < k; i++)
		l[i] = (struct level){ str_of(levels[i]), (uint32_t)i };
	qsort(l, k, sizeof *l, by_text);
	uint32_t *order = arena_calloc(a, k, sizeof *order);
	for (size_t i = 0; i < k; i++)
		order[i] = l[i].code;
	free(l);
	return order;
}

void levels_index(struct feature *f, struct arena *a)
{
	f->by_text = rising_order(f->levels, (size_t)f->nlevels, a);
}

bool levels_learn(const struct cells *c, double *x, int cap, struct arena *a, struct feature *f)
{
	size_t k;
	double *value = different(x, c->n, &k);
	if (k > (size_t)cap) {
		free(value);
		return false;
	}
	enum column_type type = table_field(c->t, c->col)->type;
	const char **name = mem_calloc(k, sizeof *name);
	for (size_t i = 0; i < k; i++)
		name[i] = name_of(c, type, value[i], a);
	uint32_t *order = rising_order(name, k, a), *code = mem_calloc(k, sizeof *code);
	f->levels = arena_calloc(a, k, sizeof *f->levels);
	f->nlevels = (int)k;
	for (size_t i = 0; i < k; i++) {   /* value[j] gets code i */
		size_t j = type == COLUMN_DICT ? order[i] : i;
		f->levels[i] = name[j];
		code[j] = (uint32_t)i;
	}
	for (size_t i = 0; i < c->n; i++) {
		if (isnan(x[i]))
			continue;
		size_t lo = 0, hi = k;
		while (hi - lo > 1) {
			size_t mid = (lo + hi) / 2;
			*(value[mid] <= x[i] ? &lo : &hi) = mid;
		}
		x[i] = code[lo];
	}
	levels_index(f, a);
	free(code);
	free(name);
	free(value);
	return true;
}

/* nlevels + 1 when no level has this text. */
static double code_of(const struct feature *f, struct str text)
{
	size_t lo = 0, hi = (size_t)f->nlevels;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int d = str_cmp(str_of(f->levels[f->by_text[mid]]), text);
		if (d == 0)
			return f->counts_as ? f->counts_as[f->by_text[mid]] : f->by_text[mid];
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return f->nlevels + 1;
}

bool feature_merge(struct feature *f, const struct level_merge *m, size_t n, double *x, size_t rows, struct arena *a)
{
	uint32_t *counts_as = arena_calloc(a, (size_t)f->nlevels, sizeof *counts_as);
	bool any = false;
	for (int k = 0; k < f->nlevels; k++)
		counts_as[k] = (uint32_t)k;
	for (size_t i = 0; i < n; i++) {
		double from = code_of(f, str_of(m[i].from)), to = code_of(f, str_of(m[i].to));
		if (from < f->nlevels && to < f->nlevels && from != to) {
			counts_as[(size_t)from] = (uint32_t)to;
			any = true;
		}
	}
	for (int k = 0; k < f->nlevels; k++)   /* a slip of a spelling of a level */
		counts_as[k] = counts_as[counts_as[k]];
	for (size_t i = 0; any && i < rows; i++)
		if (x[i] >= 0 && x[i] < f->nlevels)
			x[i] = counts_as[(size_t)x[i]];
	if (any)
		f->counts_as = counts_as;
	return any;
}

static void code_dictionary(const struct feature *f, const struct cells *c, double *x)
{
	size_t size = (size_t)table_dict_size(c->t, c->col);
	double *known = mem_calloc(size, sizeof *known);   /* 1 + code; 0: not asked yet */
	for (size_t i = 0; i < c->n; i++) {
		x[i] = cell_number(c, i);
		if (isnan(x[i]))
			continue;
		double *k = &known[(size_t)x[i]];
		if (*k == 0)
			*k = 1 + code_of(f, table_dict_value(c->t, c->col, (int32_t)x[i]));
		x[i] = *k - 1;
	}
	free(known);
}

void feature_codes(const struct feature *f, const struct cells *c, double *x)
{
	if (table_field(c->t, c->col)->type == COLUMN_DICT) {
		code_dictionary(f, c, x);
		return;
	}
	enum { SLOTS = 256 };   /* numbers that are levels are few: most cells ask again for what was just found */
	struct { double value, code; } seen[SLOTS];
	for (size_t i = 0; i < SLOTS; i++)
		seen[i].value = NAN;
	for (size_t i = 0; i < c->n; i++) {
		char scratch[NUM_MAX];
		double v = cell_number(c, i);
		size_t slot = (size_t)hash64(&v, sizeof v, 0) % SLOTS;
		if (!isnan(v) && seen[slot].value == v) {
			x[i] = seen[slot].code;
			continue;
		}
		struct str text = cells_text(c, i, scratch);
		x[i] = text.p ? code_of(f, text) : NAN;
		if (!isnan(v)) {
			seen[slot].value = v;
			seen[slot].code = x[i];
		}
	}
}
