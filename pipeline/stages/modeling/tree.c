/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision tree of modeling.json: node by node, so that it can be drawn and read. */
#include "model/tree.h"
#include "stages/modeling_int.h"

static void write_question(struct jw *w, const struct drawn_node *d)
{
	static const char *const kinds[] = { "below", "levels", "missing", "true" };
	jw_kstr(w, "feature", d->feature);
	jw_kstr(w, "question", kinds[d->kind]);
	if (d->kind == SPLIT_BELOW)
		jw_knum(w, "cut", d->cut);
	if (d->kind == SPLIT_LEVELS)
		jw_kstrs(w, "levels", d->levels, d->nlevels);
	if (d->missing >= 0)
		jw_kstr(w, "missing", d->missing ? "yes" : "no");
	jw_kint(w, "yes", d->yes);
	jw_kint(w, "no", d->no);
}

static void write_nodes(struct jw *w, const struct drawn_tree *t, const struct model_result *m)
{
	jw_karr(w, "nodes");
	for (size_t i = 0; i < t->nodes; i++) {
		const struct drawn_node *d = &t->node[i];
		jw_obj(w);
		jw_kint(w, "rows", d->rows);
		if (m->nclasses) {
			jw_kstr(w, "prediction", m->classes[(int)d->prediction]);
			jw_knum(w, "share", d->shares[m->nclasses == 2 ? 1 : (int)d->prediction]);
			jw_knums(w, "shares", d->shares, (size_t)m->nclasses);
		} else {
			jw_knum(w, "prediction", d->prediction);
		}
		if (d->yes >= 0)
			write_question(w, d);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

void modeling_tree(struct jw *w, const struct model_result *m)
{
	size_t i = 0;
	while (i < m->ncandidates && (m->candidates[i].failed || !m->candidates[i].tree))
		i++;
	if (i == m->ncandidates) {
		jw_knull(w, "tree");
		return;
	}
	const struct drawn_tree *t = m->candidates[i].tree;
	jw_kobj(w, "tree");
	jw_kstr(w, "model", m->candidates[i].name);
	jw_kint(w, "leaves", (int64_t)t->leaves);
	jw_kint(w, "depth", t->depth);
	jw_kint(w, "leaves_before_pruning", (int64_t)t->full_leaves);
	jw_knum(w, "penalty", t->penalty);
	write_nodes(w, t, m);
	jw_obj_end(w);
}
