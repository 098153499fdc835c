/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Boosted trees as a file: what they start from and how they were learnt is JSON, the trees are a forest. */
#include "model/trees/boost_int.h"

static const char file_name[] = "boosting.bin";

int boost_save(const struct model *m, struct jw *w, const char *dir, struct model_files *files, struct err *e)
{
	const struct boosted *b = m->own;
	jw_knums(w, "base", b->base, b->per_round);
	jw_kint(w, "rounds", (int64_t)(b->f.trees / b->per_round));
	if (!b->f.trees)
		return 0;   /* nothing was to be learnt */
	jw_kstr(w, "trees", file_name);
	files->name[files->n++] = file_name;
	return forest_write(&b->f, dir, file_name, e);
}

int boost_load(const json_t *v, const char *dir, struct arena *a, struct model *m, struct err *e)
{
	struct boosted *b = arena_alloc(a, sizeof *b);
	b->per_round = m->outputs > 2 ? (size_t)m->outputs : 1;
	b->base = model_numbers(v, "base", b->per_round, a);
	m->own = b;
	if (!b->base)
		return err_set(e, ERR_INPUT, "what the boosted trees start from is damaged");
	if (json_int(v, "rounds", -1) == 0)
		return 0;
	if (forest_read(dir, file_name, m->f, 1, a, &b->f, e) < 0)
		return -1;
	if (b->f.trees % b->per_round)
		return err_set(e, ERR_INPUT, "'%s' is damaged or belongs to another model", file_name);
	return 0;
}
