/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the best model makes of its columns, put together: the columns that matter, what each adds to
 * predictions, what the prediction does along them. */
#include "model/explain/explain_int.h"

#include <math.h>

/* The columns whose shuffling costs something, weightiest first; *curves: how many of them are worth a
 * look, since they always do or are not far behind the first. */
static size_t weighty(const struct contest *c, size_t *groups, size_t *curves)
{
	const double not_far = 0.1;
	size_t n = 0;
	*curves = 0;
	for (size_t i = 0; i < c->r->nimportance && n < EXPLAIN_COLUMNS; i++)
		for (size_t g = 0; g < c->f->ngroups; g++)
			if (c->f->group_names[g] == c->r->importance[i].name && c->r->importance[i].mean > 0) {
				*curves += c->r->importance[i].lo > 0 || c->r->importance[i].mean > not_far * c->r->importance[0].mean;
				groups[n++] = g;
			}
	return n;
}

void find_explanation(struct contest *c)
{
	size_t groups[EXPLAIN_COLUMNS], curves, n = weighty(c, groups, &curves);
	struct explanation *out = c->r->explanation = arena_alloc(c->a, sizeof *out);
	out->shap.focus = c->f->nclasses ? 1 : 0;
	out->interaction.h = NAN;
	if (c->spec->shap)
		shap_explain(c, &out->shap);
	dependence_explain(c, groups, n, curves, out);
	interaction_explain(c, groups, n, out);
}
