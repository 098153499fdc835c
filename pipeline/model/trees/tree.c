/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One decision tree, pruned until a reader can follow it: the learner, and the tree as files. */
#include "model/tree.h"
#include "model/trees/trees_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 12, MAX_NODES = 1 << 16 };

uint32_t rule_next(const struct rule *r, const struct frame *f, double x)
{
	bool left;
	if (isnan(x))
		left = r->missing_left;
	else if (f->features[r->feature].category)
		left = r->level_left[feature_code(&f->features[r->feature], x)];
	else
		left = x < r->cut;
	return r->left + !left;
}

/* ---- fitting ------------------------------------------------------------------------------------------------ */

static void set_rule(const struct tree *t, size_t from, const struct bins *bins, struct arena *a, struct rule *r)
{
	const struct node *d = &t->node[from];
	const struct bins *b = &bins[d->feature];
	r->feature = d->feature;
	r->cut = d->cut;
	r->missing_left = d->missing_left;
	if (!b->category)
		return;
	r->level_left = arena_calloc(a, b->nlevels + 2, 1);
	for (size_t l = 0; l < b->nlevels + 2; l++)
		r->level_left[l] = goes_left(d, b->of_level[l]);
}

/* The tree as it stands at a penalty, level by level: so the children of each next node are the next two. The
 * shares that it predicts are those of its rows and of one more that is like all: none is ever 0. */
static struct cart *pruned(const struct tree *t, const double *penalty, double at, const struct bins *bins, bool classes,
	struct arena *a)
{
	size_t leaves = prune_leaves(t, penalty, at), nodes = 2 * leaves - 1, made = 1;
	struct cart *c = arena_alloc(a, sizeof *c);
	*c = (struct cart){ arena_calloc(a, nodes, sizeof *c->rule), arena_calloc(a, nodes * t->width, sizeof *c->value),
		arena_calloc(a, nodes * t->width, sizeof *c->seen), nodes, t->width };
	size_t *from = mem_calloc(nodes, sizeof *from);
	for (size_t i = 0; i < nodes; i++) {
		double rows = c->rule[i].rows = t->node[from[i]].weight;
		for (size_t k = 0; k < t->width; k++) {
			double seen = c->seen[i * t->width + k] = t->value[from[i] * t->width + k];
			c->value[i * t->width + k] = classes ? (seen * rows + t->value[k]) / (rows + 1) : seen;
		}
		if (penalty[from[i]] <= at)
			continue;
		set_rule(t, from[i], bins, a, &c->rule[i]);
		c->rule[i].left = (uint32_t)made;
		from[made] = t->node[from[i]].left;
		from[made + 1] = from[made] + 1;
		made += 2;
	}
	free(from);
	return c;
}

static void tell(struct candidate *c, const struct drawn_tree *d, const struct grower *g)
{
	candidate_setting(c, "leaves", (double)d->leaves);
	candidate_setting(c, "depth", d->depth);
	candidate_setting(c, "min_leaf", g->min_leaf);
	candidate_setting(c, "leaves_before_pruning", (double)d->full_leaves);
	candidate_setting(c, "penalty", d->penalty);
	c->tree = d;
	if (d->leaves == 1)
		c->note = "no split holds up in cross-validation: the tree is one leaf";
}

/* A leaf holds at least 7 rows (as in rpart), and a four-hundredth of them all: a tree of few leaves has no
 * use for smaller ones. */
static int tree_fit(const struct sample *s, const struct model_spec *spec, struct arena *a, struct model *m,
	struct candidate *c, struct err *e)
{
	(void)e;
	struct bins *bins = bins_fit(s, 0, a);
	uint8_t *codes = bins_codes(bins, s);
	struct grower g = { .bins = bins, .codes = codes, .n = s->n, .features = s->f->nfeatures,
		.target = tree_target(s, m->outputs, a), .max_depth = MAX_DEPTH, .mtry = s->f->nfeatures, .subsets = true,
		.min_leaf = spec->min_leaf > 0 ? spec->min_leaf : fmax(7, floor((double)s->n / 400)) };
	struct tree t;
	tree_grow(&g, &t);
	double *penalty = prune_penalties(&t, a);
	double at = prune_choose(s, &g, &t, penalty, (size_t)spec->max_leaves, spec->seed, a);
	struct cart *own = pruned(&t, penalty, at, bins, m->task != TASK_REGRESSION, a);
	m->own = own;
	if (c) {
		struct drawn_tree *d = cart_drawn(own, s, a);
		d->penalty = at;
		d->full_leaves = t.leaves;
		tell(c, d, &g);
	}
	tree_free(&t);
	free(codes);
	return 0;
}

/* ---- predicting ------------------------------------------------------------------------------------------------ */

static void put_value(const struct cart *c, size_t leaf, size_t outputs, double *out)
{
	const double *v = c->value + leaf * c->width;
	if (outputs == 2) {
		out[1] = v[0];
		out[0] = 1 - v[0];
	} else {
		memcpy(out, v, outputs * sizeof *out);
	}
}

static void tree_predict(const struct model *m, const struct sample *s, double *out)
{
	const struct cart *c = m->own;
	for (size_t i = 0; i < s->n; i++) {
		uint32_t at = 0;
		while (c->rule[at].left)
			at = rule_next(&c->rule[at], s->f, sample_x(s, c->rule[at].feature, i));
		put_value(c, at, (size_t)m->outputs, out + i * (size_t)m->outputs);
	}
}

static int tree_shap(const struct model *m, const struct sample *s, double *phi, double *base, struct err *e)
{
	(void)e;
	const struct cart *c = m->own;
	size_t groups = s->f->ngroups, n = c->nodes, outputs = (size_t)m->outputs;
	struct arena *a = arena_new();
	uint32_t *left = arena_calloc(a, n, sizeof *left), *group = arena_calloc(a, n, sizeof *group);
	uint32_t *at = arena_calloc(a, n, sizeof *at);
	double *rows = arena_calloc(a, n, sizeof *rows);
	uint8_t *went_left = arena_calloc(a, n, 1);
	for (size_t i = 0; i < n; i++) {
		left[i] = c->rule[i].left;
		group[i] = (uint32_t)s->f->features[c->rule[i].feature].group;
		rows[i] = c->rule[i].rows;
		at[i] = (uint32_t)i;
	}
	struct cover_tree t = { n, c->width, left, group, rows, c->value, at };
	struct quadrature q;
	quadrature_init(&q, cover_players(&t));
	double *one = arena_calloc(a, groups * c->width, sizeof *one);
	for (size_t i = 0; i < s->n; i++) {
		for (size_t k = 0; k < n; k++)
			went_left[k] = left[k] && rule_next(&c->rule[k], s->f, sample_x(s, c->rule[k].feature, i)) == left[k];
		memset(one, 0, groups * c->width * sizeof *one);
		tree_shapley(&t, &q, went_left, groups, 1, one);
		shapley_outputs(one, groups, c->width, outputs, phi + i * groups * outputs);
	}
	memset(one, 0, c->width * sizeof *one);
	tree_base(&t, 1, one);
	shapley_base(one, c->width, outputs, base);
	arena_free(a);
	return 0;
}

/* ---- as files ------------------------------------------------------------------------------------------------ */

static int tree_save(const struct model *m, struct jw *w, const char *dir, struct model_files *files, struct err *e)
{
	(void)dir, (void)files, (void)e;
	const struct cart *c = m->own;
	jw_karr(w, "nodes");
	for (size_t i = 0; i < c->nodes; i++) {
		const struct rule *r = &c->rule[i];
		jw_obj(w);
		jw_knum(w, "rows", r->rows);
		jw_knums(w, "value", c->value + i * c->width, c->width);
		if (r->left) {
			const struct feature *f = &m->f->features[r->feature];
			jw_kint(w, "left", r->left);
			jw_kint(w, "feature", r->feature);
			jw_kbool(w, "missing_left", r->missing_left);
			jw_knum(w, "below", r->cut);   /* null: all that is known */
			if (f->category)
				jw_karr_inline(w, "levels");
			for (int l = 0; f->category && l < f->nlevels + 2; l++)
				if (r->level_left[l])
					jw_int(w, l);
			if (f->category)
				jw_arr_end(w);
		}
		jw_obj_end(w);
	}
	jw_arr_end(w);
	return 0;
}

static bool load_split(const json_t *v, const struct frame *f, struct arena *a, struct rule *r)
{
	int64_t feature = json_int(v, "feature", -1);
	if (feature < 0 || feature >= (int64_t)f->nfeatures)
		return false;
	const struct feature *x = &f->features[feature];
	const json_t *levels = json_at(v, "levels");
	r->feature = (uint32_t)feature;
	r->cut = json_num(v, "below", INFINITY);
	r->missing_left = json_flag(v, "missing_left", false);
	if (!x->category)
		return true;
	r->level_left = arena_calloc(a, (size_t)x->nlevels + 2, 1);
	for (size_t i = 0; i < json_array_size(levels); i++) {
		json_int_t l = json_integer_value(json_array_get(levels, i));
		if (l < 0 || l >= x->nlevels + 2)
			return false;
		r->level_left[l] = 1;
	}
	return json_is_array(levels);
}

/* The children of each next split are the next two nodes; anything else is no tree of ours. */
static int tree_load(const json_t *v, const char *dir, struct arena *a, struct model *m, struct err *e)
{
	(void)dir;
	const json_t *nodes = json_at(v, "nodes");
	struct cart *c = arena_alloc(a, sizeof *c);
	size_t next = 1;
	c->nodes = json_array_size(nodes);
	c->width = m->outputs > 2 ? (size_t)m->outputs : 1;
	bool ok = c->nodes > 0 && c->nodes < MAX_NODES;
	c->rule = arena_calloc(a, c->nodes + 1, sizeof *c->rule);
	c->value = arena_calloc(a, (c->nodes + 1) * c->width, sizeof *c->value);
	int *depth = arena_calloc(a, c->nodes + 2, sizeof *depth);
	for (size_t i = 0; ok && i < c->nodes; i++) {
		const json_t *d = json_array_get(nodes, i);
		const double *value = model_numbers(d, "value", c->width, a);
		c->rule[i].rows = json_num(d, "rows", 0);
		ok = value && c->rule[i].rows > 0;
		if (ok)
			memcpy(c->value + i * c->width, value, c->width * sizeof *value);
		int64_t left = json_int(d, "left", 0);
		if (!ok || !left)
			continue;
		ok = left == (int64_t)next && next + 1 < c->nodes && depth[i] < MAX_DEPTH && load_split(d, m->f, a, &c->rule[i]);
		c->rule[i].left = (uint32_t)next;
		depth[next] = depth[next + 1] = depth[i] + 1;
		next += 2;
	}
	m->own = c;
	return ok && next == c->nodes ? 0 : err_set(e, ERR_INPUT, "the tree of the model is damaged");
}

const struct learner learner_tree = {
	.kind = MODEL_TREE,
	.name = { "Decision tree", "Decision tree", "Decision tree" },
	.fit = tree_fit,
	.predict = tree_predict,
	.save = tree_save,
	.load = tree_load,
	.shapley = tree_shap,
};
