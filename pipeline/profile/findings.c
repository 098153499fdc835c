/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of findings. */
#include "profile/column_int.h"

#include <stdlib.h>

void finding_list_add(struct finding_list *l, const struct finding *f)
{
	if (l->n == l->cap) {
		/* the old piece stays in the arena: all pieces together are at most twice the
		 * last */
		struct finding *old = l->v;
		l->cap = l->cap ? 2 * l->cap : 16;
		l->v = arena_calloc(l->arena, l->cap, sizeof *l->v);
		if (old)
			memcpy(l->v, old, l->n * sizeof *old);
	}
	l->v[l->n++] = *f;
}

struct ranked {
	struct finding f;
	size_t place;
};

static int by_rank(const void *a, const void *b)
{
	const struct ranked *l = a, *r = b;
	if (l->f.level != r->f.level)
		return l->f.level < r->f.level ? 1 : -1;
	double lw = finding_weight(&l->f), rw = finding_weight(&r->f);
	if (lw < rw || lw > rw)
		return lw < rw ? 1 : -1;
	return l->place < r->place ? -1 : 1;
}

void finding_list_rank(struct finding_list *l)
{
	struct ranked *v = mem_calloc(l->n, sizeof *v);
	for (size_t i = 0; i < l->n; i++)
		v[i] = (struct ranked){ l->v[i], i };
	qsort(v, l->n, sizeof *v, by_rank);
	for (size_t i = 0; i < l->n; i++)
		l->v[i] = v[i].f;
	free(v);
}
