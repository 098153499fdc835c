/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a careful analyst would do to the question before fitting, each tried on the linear candidate
 * under the same folds. By itself only what the manifest asks for is done; everything can be undone by
 * naming it under modeling.skip_actions.
 */
#include "stages/modeling_int.h"

#include <math.h>
#include <string.h>

static const double SURE = 0.05;

const char *action_name(enum action_kind k)
{
	static const char *const names[] = { "drop_identifiers", "drop_constants", "log_target", "merge_levels",
		"class_weights", "drop_leaks" };
	return names[k];
}

struct desk {
	const struct stage_run *r;
	const struct table *t;
	struct question *q;
	struct actions *out;
	bool apply;
};

static bool skipped(const struct desk *d, enum action_kind k)
{
	return modeling_in_list(json_at(d->r->manifest, "modeling.skip_actions"), action_name(k));
}

static void name_column(struct action *x, const char *column, size_t room, struct arena *a)
{
	if (!x->columns)
		x->columns = arena_calloc(a, room, sizeof *x->columns);
	x->columns[x->ncolumns++] = column;
}

/* Tries the changed question; takes it over when it is to be applied and is worth it. `harmless`: it is
 * done unless it makes things worse beyond chance. */
static int try_it(struct desk *d, enum action_kind k, const struct model_spec *changed, bool harmless, struct err *e)
{
	struct action *x = &d->out->of[k];
	struct err why = { 0 };
	struct arena *a = arena_new();
	int status = model_trial(d->t, &d->q->spec, changed, a, &x->trial, &why);
	arena_free(a);
	if (status < 0 && why.code == ERR_CANCELLED)
		return err_set(e, ERR_CANCELLED, "%s", why.msg);
	if (status < 0)   /* what cannot be tried is not done; the fit itself will say why */
		return 0;
	const struct comparison *c = &x->trial.effect;
	bool better = c->difference < 0 && c->p < SURE, worse = c->difference > 0 && c->p < SURE;
	x->tried = true;
	x->status = !(better || (harmless && !worse)) ? ACTION_USELESS : d->apply ? ACTION_APPLIED : ACTION_SUGGESTED;
	if (x->status == ACTION_APPLIED)
		d->q->spec = *changed;
	return 0;
}

/* ---- the actions ----------------------------------------------------------------------------------------- */

/* A positive number whose few large values outweigh all others. */
static int try_log(struct desk *d, struct err *e)
{
	enum { FEW_VALUES = 10 };
	const double heavy = 1;   /* of skewness, 0 for a symmetric distribution */
	struct action *x = &d->out->of[ACTION_LOG_TARGET];
	const json_t *column = modeling_profile(d->q->eda, d->q->spec.target_name);
	double least = json_num(column, "numeric.min", NAN);
	if (d->q->spec.target_is_category || !(least >= 0) || !(json_num(column, "numeric.skewness", NAN) > heavy) ||
			json_int(column, "distinct", 0) <= FEW_VALUES)
		return 0;
	name_column(x, d->q->spec.target_name, 1, d->r->arena);
	if (skipped(d, ACTION_LOG_TARGET)) {
		x->status = ACTION_SKIPPED;
		return 0;
	}
	struct model_spec changed = d->q->spec;
	changed.log_target = true;
	changed.log_shift = least > 0 ? 0 : 1;   /* Yeo & Johnson 2000 with lambda 0 */
	return try_it(d, ACTION_LOG_TARGET, &changed, false, e);
}

static size_t add_merges(struct level_merge *out, const char *column, const json_t *proposals)
{
	size_t n = 0;
	for (size_t i = 0; i < json_array_size(proposals); i++) {
		const json_t *p = json_array_get(proposals, i), *levels = json_at(p, "levels");
		const char *to = json_text(p, "proposed", NULL);
		for (size_t k = 0; to && k < json_array_size(levels); k++) {
			const char *from = json_text(json_array_get(levels, k), "value", NULL);
			if (!from || strcmp(from, to) == 0)
				continue;
			if (out)
				out[n] = (struct level_merge){ column, from, to };
			n++;
		}
	}
	return n;
}

/* Counts the merges that the profile proposes when out is NULL. */
static size_t all_merges(const struct desk *d, struct level_merge *out, struct action *x)
{
	size_t n = 0;
	for (size_t i = 0; i < d->q->spec.nfeatures; i++) {
		const char *name = d->q->spec.features[i].name;
		const json_t *column = modeling_profile(d->q->eda, name);
		size_t before = n;
		if (d->q->spec.features[i].role != ROLE_CATEGORY)
			continue;
		n += add_merges(out ? out + n : NULL, name, json_at(column, "category.near_duplicates"));
		n += add_merges(out ? out + n : NULL, name, json_at(column, "category.slips"));
		if (out && n > before)
			name_column(x, name, d->q->spec.nfeatures, d->r->arena);
	}
	return n;
}

static int try_merges(struct desk *d, struct err *e)
{
	struct action *x = &d->out->of[ACTION_MERGE_LEVELS];
	size_t n = all_merges(d, NULL, x);
	if (!n)
		return 0;
	struct level_merge *merges = arena_calloc(d->r->arena, n, sizeof *merges);
	all_merges(d, merges, x);
	if (skipped(d, ACTION_MERGE_LEVELS)) {
		x->status = ACTION_SKIPPED;
		return 0;
	}
	struct model_spec changed = d->q->spec;
	changed.merges = merges;
	changed.nmerges = n;
	return try_it(d, ACTION_MERGE_LEVELS, &changed, true, e);
}

/* Share of the rarest class, 1 when there are no classes. */
static double rarest(const json_t *column)
{
	const json_t *levels = json_at(column, "category.levels");
	double least = 1, count = json_num(column, "count", 0);
	for (size_t i = 0; i < json_array_size(levels); i++)
		least = fmin(least, json_num(json_array_get(levels, i), "count", 0) / count);
	double yes = json_num(column, "boolean.true", NAN);
	if (!isnan(yes))
		least = fmin(least, fmin(yes, count - yes) / count);
	return least;
}

static int try_weights(struct desk *d, struct err *e)
{
	const double rare = 0.15;
	struct action *x = &d->out->of[ACTION_CLASS_WEIGHTS];
	if (!d->q->spec.target_is_category || rarest(modeling_profile(d->q->eda, d->q->spec.target_name)) >= rare)
		return 0;
	name_column(x, d->q->spec.target_name, 1, d->r->arena);
	if (skipped(d, ACTION_CLASS_WEIGHTS)) {
		x->status = ACTION_SKIPPED;
		return 0;
	}
	struct model_spec changed = d->q->spec;
	changed.balance = true;
	return try_it(d, ACTION_CLASS_WEIGHTS, &changed, false, e);
}

/* Columns that were left out for what they are, by their reason. */
static void count_dropped(struct desk *d, enum action_kind k, const char *reason)
{
	struct action *x = &d->out->of[k];
	for (size_t i = 0; i < d->q->nexcluded; i++)
		if (strcmp(d->q->excluded[i].reason, reason) == 0)
			name_column(x, d->q->excluded[i].name, d->q->nexcluded, d->r->arena);
	x->status = skipped(d, k) ? ACTION_SKIPPED : x->ncolumns ? ACTION_APPLIED : ACTION_NONE;
}

/* ---- leaks ------------------------------------------------------------------------------------------------- */

static bool is_suspect(const char *name, const struct leak_suspect *leaks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(leaks[i].name, name) == 0)
			return true;
	return false;
}

/* The question without the suspects; false when nothing would be left. */
static bool without(const struct stage_run *r, const struct model_spec *s, const struct leak_suspect *leaks, size_t n,
	struct model_spec *out)
{
	struct model_feature *f = arena_calloc(r->arena, s->nfeatures, sizeof *f);
	*out = *s;
	out->features = f;
	out->nfeatures = 0;
	for (size_t i = 0; i < s->nfeatures; i++)
		if (!is_suspect(s->features[i].name, leaks, n))
			f[out->nfeatures++] = s->features[i];
	return out->nfeatures > 0;
}

static void measure_leaks(const struct table *t, const struct model_spec *with, const struct model_spec *out_of,
	struct action *x)
{
	struct arena *a = arena_new();
	struct err why = { 0 };
	x->tried = model_trial(t, with, out_of, a, &x->trial, &why) == 0;
	arena_free(a);
}

/* Looks for suspects and leaves them out of the question. */
static int drop_leaks(struct desk *d, struct err *e)
{
	struct question *q = d->q;
	struct action *x = &d->out->of[ACTION_DROP_LEAKS];
	struct model_result found = { 0 };
	struct model_spec rest;
	struct err why = { 0 };
	if (model_leaks(d->t, &q->spec, d->r->arena, &found, &why) < 0)
		return why.code == ERR_INPUT ? 0 : err_set(e, why.code, "%s", why.msg);
	if (!found.nleaks)
		return 0;
	d->out->leaks = found.leaks;
	d->out->nleaks = found.nleaks;
	bool left = without(d->r, &q->spec, found.leaks, found.nleaks, &rest);
	if (left)
		measure_leaks(d->t, &q->spec, &rest, x);
	else
		q->skip = "every column gives the target away";
	for (size_t i = 0; i < found.nleaks; i++) {
		name_column(x, found.leaks[i].name, found.nleaks, d->r->arena);
		q->excluded[q->nexcluded++] = (struct excluded){ found.leaks[i].name, "gives the target away" };
	}
	x->status = ACTION_APPLIED;
	q->spec = rest;
	return 0;
}

void modeling_without_leaks(const struct stage_run *r, const struct table *t, const struct question *q,
	const struct model_result *m, struct actions *out)
{
	struct action *x = &out->of[ACTION_DROP_LEAKS];
	struct model_spec rest;
	if (!m->nleaks || x->status != ACTION_NONE)
		return;
	for (size_t i = 0; i < m->nleaks; i++)
		name_column(x, m->leaks[i].name, m->nleaks, r->arena);
	x->status = ACTION_SUGGESTED;
	if (without(r, &q->spec, m->leaks, m->nleaks, &rest))
		measure_leaks(t, &q->spec, &rest, x);
}

int modeling_act(const struct stage_run *r, const struct table *t, struct question *q, struct actions *out, struct err *e)
{
	const char *mode = json_text(r->manifest, "modeling.auto_actions", "suggest");
	struct desk d = { r, t, q, out, strcmp(mode, "apply") == 0 };
	if (strcmp(json_text(r->manifest, "modeling.leaks", "report"), "exclude") == 0 && drop_leaks(&d, e) < 0)
		return -1;
	count_dropped(&d, ACTION_DROP_IDENTIFIERS, "identifies rows");
	count_dropped(&d, ACTION_DROP_CONSTANTS, "never changes");
	if (q->skip || strcmp(mode, "off") == 0)
		return 0;
	if (try_merges(&d, e) < 0 || try_log(&d, e) < 0 || try_weights(&d, e) < 0)
		return -1;
	return 0;
}

/* ---- how it is written ------------------------------------------------------------------------------------- */

static void write_leaks(struct jw *w, const struct actions *a)
{
	bool dropped = a->of[ACTION_DROP_LEAKS].status == ACTION_APPLIED;
	jw_karr(w, "leaks");
	for (size_t i = 0; i < a->nleaks; i++) {
		const struct leak_suspect *l = &a->leaks[i];
		jw_obj(w);
		jw_kstr(w, "name", l->name);
		jw_kstr(w, "kind", leak_kind_name(l->kind));
		jw_knum(w, "strength", l->strength);
		jw_kint(w, "rows", l->rows);
		if (l->kind == LEAK_FILLED) {
			jw_kstr(w, "where", l->missing ? "missing" : "filled");
			jw_kstr(w, "class", l->text);
			jw_knum(w, "usual", l->usual);
		}
		jw_kbool(w, "excluded", dropped);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void write_trial(struct jw *w, const struct change *t)
{
	jw_kobj(w, "effect");
	jw_kstr(w, "model", t->model);
	jw_kstr(w, "metric", metric_name(t->metric));
	jw_kobj(w, "without");
	for (int m = 0; m < METRIC_COUNT; m++)
		if (!isnan(t->without[m]))
			jw_knum(w, metric_name((enum metric)m), t->without[m]);
	jw_obj_end(w);
	jw_kobj(w, "with");
	for (int m = 0; m < METRIC_COUNT; m++)
		if (!isnan(t->with[m]))
			jw_knum(w, metric_name((enum metric)m), t->with[m]);
	jw_obj_end(w);
	jw_knum(w, "difference", t->effect.difference);
	jw_knum(w, "p", t->effect.p);
	jw_obj_end(w);
}

void modeling_actions(struct jw *w, const struct question *q, const struct actions *a)
{
	static const char *const statuses[] = { "none", "skipped", "useless", "suggested", "applied" };
	write_leaks(w, a);
	jw_karr(w, "actions");
	for (int k = 0; k < ACTIONS; k++) {
		const struct action *x = &a->of[k];
		if (x->status == ACTION_NONE)
			continue;
		jw_obj(w);
		jw_kstr(w, "action", action_name((enum action_kind)k));
		jw_kstr(w, "status", statuses[x->status]);
		jw_kstrs(w, "columns", x->columns, x->ncolumns);
		if (k == ACTION_LOG_TARGET)
			jw_knum(w, "shift", q->spec.log_shift);
		if (k == ACTION_MERGE_LEVELS && q->spec.nmerges) {
			jw_karr(w, "merges");
			for (size_t i = 0; i < q->spec.nmerges; i++) {
				jw_obj(w);
				jw_kstr(w, "column", q->spec.merges[i].column);
				jw_kstr(w, "from", q->spec.merges[i].from);
				jw_kstr(w, "to", q->spec.merges[i].to);
				jw_obj_end(w);
			}
			jw_arr_end(w);
		}
		if (x->tried)
			write_trial(w, &x->trial);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}
