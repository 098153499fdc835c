/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One learner fitted to all rows of a set. */
#ifndef MODEL_FIT_H
#define MODEL_FIT_H

#include "model/model_int.h"
#include "model_set.h"
#include "test.h"

struct problem {
	struct arena *a;
	struct table *t;
	struct model_spec spec;
	struct frame *f;
	struct sample s;
};

static inline struct problem pose(struct set *set, const char *target, bool category)
{
	struct problem p = { .a = set->a, .t = set_table(set), .spec = set_spec(set, target, category) };
	struct model_result r = { 0 };
	struct err e = { 0 };
	p.f = arena_alloc(p.a, sizeof *p.f);
	if (frame_load(p.t, &p.spec, p.a, p.f, &r, &e) < 0) {
		printf("%s\n", e.msg);
		exit(1);
	}
	uint32_t *rows = arena_calloc(p.a, p.f->n, sizeof *rows);
	for (size_t i = 0; i < p.f->n; i++)
		rows[i] = (uint32_t)i;
	p.s = (struct sample){ .f = p.f, .rows = rows, .n = p.f->n };
	return p;
}

static inline struct model fit(struct problem *p, enum model_kind k, struct candidate *c)
{
	struct model m = { .kind = k, .task = p->f->task, .outputs = p->f->nclasses ? p->f->nclasses : 1, .f = p->f };
	struct err e = { 0 };
	CHECK(learner_of(k)->fit(&p->s, &p->spec, p->a, &m, c, &e) == 0);
	return m;
}

#endif
