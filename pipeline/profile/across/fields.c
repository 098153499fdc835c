/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which columns can be compared, and which of them have a place in the matrices. */
#include "profile/across_int.h"

#include <stdlib.h>

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

static size_t room_of(const struct fields *f)
{
	return (size_t)f->nvars + 1;
}

void numeric_fields(struct fields *f, struct arena *a)
{
	size_t room = room_of(f);
	int *cols = arena_calloc(a, room, sizeof *cols),
		*vars = arena_calloc(a, room, sizeof *vars);
	struct candidate *c = arena_calloc(a, room, sizeof *c);
	struct scaled *scaled = arena_calloc(a, room, sizeof *scaled);
	for (int i = 0; i < f->nvars; i++)
		if (variable_measures(f->vars[i].type)) {
			vars[f->nnumeric] = i;
			cols[f->nnumeric++] = f->vars[i].col;
		}
	bool known = true;
	for (int i = 0; i < f->nnumeric; i++)
		known = scaled_known(&scaled[i], &f->vars[vars[i]]) && known;
	if (!known)
		scaled_fill(f->table, cols, f->nnumeric, scaled, f->options->threads);
	for (int i = 0; i < f->nnumeric; i++)
		c[i] = (struct candidate){ i, scaled[i].n };
	f->matrix = choose(c, f->nnumeric, f->options->max_matrix);
	f->numeric = arena_calloc(a, room, sizeof *f->numeric);
	f->numeric_var = arena_calloc(a, room, sizeof *f->numeric_var);
	for (int i = 0; i < f->nnumeric; i++) {
		f->numeric[i] = scaled[c[i].i];
		f->numeric_var[i] = vars[c[i].i];
	}
}

void level_fields(struct fields *f, struct arena *a)
{
	size_t room = room_of(f);
	int *cols = arena_calloc(a, room, sizeof *cols),
		*vars = arena_calloc(a, room, sizeof *vars), found = 0;
	struct candidate *c = arena_calloc(a, room, sizeof *c);
	for (int i = 0; i < f->nvars; i++)
		if (f->vars[i].type == VARIABLE_CATEGORY ||
				f->vars[i].type == VARIABLE_BOOLEAN) {
			vars[found] = i;
			cols[found++] = f->vars[i].col;
		}
	struct levels *levels = mem_calloc((size_t)found, sizeof *levels);
	levels_collect(f->table, cols, found, (int)f->options->max_category_levels, levels,
		f->options->threads);
	for (int i = 0; i < found; i++)
		if (!levels[i].over)
			c[f->nlevels++] = (struct candidate){ i, levels_rows(&levels[i]) };
	f->levels_matrix = choose(c, f->nlevels, f->options->max_categories);
	f->levels = arena_calloc(a, (size_t)f->nlevels + 1, sizeof *f->levels);
	f->levels_var = arena_calloc(a, room, sizeof *f->levels_var);
	for (int i = 0; i < f->nlevels; i++) {
		f->levels[i] = levels[c[i].i];
		f->levels_var[i] = vars[c[i].i];
	}
	free(levels);
}
