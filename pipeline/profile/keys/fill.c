/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys, dependencies and hierarchies of a table, and what is worth telling about them. */
#include "profile/keys_int.h"

#include <stdlib.h>

enum { HIERARCHIES_MOST = 10, STEPS_MOST = 100000 };

/* ---- hierarchies ---------------------------------------------------------------------------- */

/* Chains of dependencies between columns of fewer and fewer values; the longest that are no part
 * of another. */
struct chains {
	const struct keys_profile *keys;
	struct hierarchy at;       /* finest first while it is built */
	struct hierarchy *out;
	int *n, steps;
};

static bool is_link(const struct dependency *d)
{
	return d->nfrom == 1 && !d->mutual;
}

static void chain_end(struct chains *c)
{
	if (c->at.n < 3 || *c->n == HIERARCHIES_MOST)
		return;
	struct hierarchy *h = &c->out[(*c->n)++];
	*h = c->at;
	for (int i = 0; i < h->n; i++)
		h->var[i] = c->at.var[h->n - 1 - i];
}

static void chain_follow(struct chains *c, int var)
{
	bool end = true;
	c->at.var[c->at.n++] = var;
	for (int i = 0; i < c->keys->ndependencies && c->at.n < HIERARCHY_COLUMNS; i++) {
		const struct dependency *d = &c->keys->dependencies[i];
		if (!is_link(d) || d->from[0] != var || ++c->steps > STEPS_MOST)
			continue;
		end = false;
		c->at.violations += d->violations;
		chain_follow(c, d->to);
		c->at.violations -= d->violations;
	}
	if (end)
		chain_end(c);
	c->at.n--;
}

static void hierarchies_fill(const struct coding *c, struct keys_profile *out, struct arena *a)
{
	out->hierarchies = arena_calloc(a, HIERARCHIES_MOST, sizeof *out->hierarchies);
	struct chains chains = { .keys = out, .out = out->hierarchies,
		.n = &out->nhierarchies };
	for (int i = 0; i < c->ncoded; i++) {
		int var = c->coded[i].var;
		bool finest = true;
		for (int k = 0; k < out->ndependencies && finest; k++)
			finest = !is_link(&out->dependencies[k]) ||
				out->dependencies[k].to != var;
		if (finest)
			chain_follow(&chains, var);
	}
}

/* ---- findings ------------------------------------------------------------------------------- */

static void key_finding(const struct coding *c, const struct key *k, struct finding_list *list)
{
	struct finding f = finding_make(FIND_almost_key, NULL);
	for (int i = 0; i < k->n; i++)
		f.columns[i] = c->cols[k->var[i]].var->name;
	f.count = k->repeated + k->missing;
	f.total = c->rows;
	f.threshold = c->options->key_error;
	if (k->nexamples) {
		struct buf b = { 0 };
		for (int i = 0; i < k->n; i++)
			buf_printf(&b, "%s%s", i ? ", " : "", k->example[0].value[i]);
		f.text = arena_strdup(list->arena, buf_str(&b));
		buf_free(&b);
	} else {
		f.code = FIND_key_missing;
	}
	finding_list_add(list, &f);
}

static void dependency_finding(const struct coding *c, const struct dependency *d,
	struct finding_list *list)
{
	struct finding f = finding_make(FIND_broken_dependency, NULL);
	const struct exception *x = &d->example[0];
	for (int i = 0; i < d->nfrom; i++)
		f.columns[i] = c->cols[d->from[i]].var->name;
	f.columns[d->nfrom] = c->cols[d->to].var->name;
	f.count = d->violations;
	f.total = f.n = d->rows;
	f.threshold = c->options->dependency_error;
	f.text = d->nfrom == 1 ? x->from[0]
		: arena_printf(list->arena, "%s, %s", x->from[0], x->from[1]);
	f.text2 = arena_printf(list->arena, "%s, %s", x->usual, x->other);
	finding_list_add(list, &f);
}

static void place_finding(const struct coding *c, const struct place_profile *p,
	struct finding_list *list)
{
	struct finding f = finding_make(FIND_zero_places, c->cols[p->latitude].var->name);
	f.columns[1] = c->cols[p->longitude].var->name;
	f.count = p->zeros;
	f.total = p->n + p->zeros + p->outside;
	if (p->zeros)
		finding_list_add(list, &f);
}

/* Searches have nothing to do with each other, and each is busy on one thread for much of its time. */
struct search {
	void (*find)(const struct coding *c, struct keys_profile *out, struct arena *a);
	const struct coding *coding;
	struct keys_profile *out;
	struct arena *arena;
};

static void search_step(void *ctx, size_t i)
{
	const struct search *s = (const struct search *)ctx + i;
	s->find(s->coding, s->out, s->arena);
}

void keys_fill(const struct table *t, const struct column_profile *cols, int n,
	const struct profile_options *o, const int *same_as, struct keys_profile *out,
	struct finding_list *findings, struct arena *a)
{
	struct coding c = { .table = t, .cols = cols, .ncols = n, .options = o, .same_as = same_as };
	*out = (struct keys_profile){ 0 };
	if (table_nrows(t) < 2)
		return;
	coding_init(&c, a);
	out->columns = c.ncoded;
	out->sample_rows = c.n;
	struct search searches[] = {
		{ keys_search, &c, out, arena_part(a) },
		{ dependencies_search, &c, out, arena_part(a) },
		{ places_search, &c, out, arena_part(a) }
	};
	pool_run(o->threads, sizeof searches / sizeof *searches, search_step, searches);
	hierarchies_fill(&c, out, a);
	if (out->place)
		place_finding(&c, out->place, findings);
	for (int i = 0; i < out->nalmost; i++)
		key_finding(&c, &out->almost[i], findings);
	for (int i = 0; i < out->ndependencies; i++)
		if (out->dependencies[i].violations)
			dependency_finding(&c, &out->dependencies[i], findings);
}
