/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the best model makes of its columns, put together: the columns that matter, what each adds to
 * predictions, what the prediction does along them. */
#include "model/explain/explain_int.h"

#include <math.h>

/* The columns whose shuffling costs something, weightiest first; *sure: how many of them cost it beyond
 * chance, at least one. */
static size_t weighty(const struct contest *c, size_t *groups, size_t *sure)
{
	size_t n = 0;
	*sure = 0;
	for (size_t i = 0; i < c->r->nimportance && n < EXPLAIN_COLUMNS; i++)
		for (size_t g = 0; g < c->f->ngroups; g++)
			if (c->f->group_names[g] == c->r->importance[i].name && c->r->importance[i].mean > 0) {
				*sure += c->r->importance[i].lo > 0 || n == 0;
				groups[n++] = g;
			}
	return n;
}

void find_explanation(struct contest *c)
{
	size_t groups[EXPLAIN_COLUMNS], sure, n = weighty(c, groups, &sure);
	struct explanation *out = c->r->explanation = arena_alloc(c->a, sizeof *out);
	out->shap.focus = c->f->nclasses ? 1 : 0;
	out->interaction.h = NAN;
	if (c->spec->shap)
		shap_explain(c, &out->shap);
	dependence_explain(c, groups, n, sure, out);
	interaction_explain(c, groups, n, out);
}
