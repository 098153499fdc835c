/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What to ask of the model room: the target and its task, the columns that may take part, the settings. */
#include "stages/modeling_int.h"

#include <string.h>

bool modeling_in_list(const json_t *list, const char *name)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *s = json_string_value(json_array_get(list, i));
		if (s && strcmp(s, name) == 0)
			return true;
	}
	return false;
}

const json_t *modeling_profile(const json_t *eda, const char *name)
{
	const json_t *columns = json_at(eda, "columns");
	for (size_t i = 0; i < json_array_size(columns); i++)
		if (strcmp(json_text(json_array_get(columns, i), "name", ""), name) == 0)
			return json_array_get(columns, i);
	return NULL;
}

/* NULL when the column may take part, else why not. */
static const char *reason_to_exclude(const json_t *column, const struct stage_run *r, const char *name)
{
	const char *type = json_text(column, "type", "empty");
	if (modeling_in_list(json_at(r->manifest, "modeling.exclude"), name))
		return "excluded in the manifest";
	const json_t *skip = json_at(r->manifest, "modeling.skip_actions");
	if (strcmp(type, "identifier") == 0 && !modeling_in_list(skip, "drop_identifiers"))
		return "identifies rows";
	if (strcmp(type, "text") == 0 && !json_flag(r->manifest, "modeling.text", true))
		return "free text";
	if (strcmp(type, "constant") == 0 && !modeling_in_list(skip, "drop_constants"))
		return "never changes";
	if (strcmp(type, "empty") == 0)
		return "holds no values";
	if (json_num(column, "missing_share", 0) > json_num(r->manifest, "modeling.max_missing_share", 0.8))
		return "mostly missing";
	return NULL;
}

static enum role role_of(const char *type)
{
	if (strcmp(type, "datetime") == 0)
		return ROLE_DATETIME;
	if (strcmp(type, "time") == 0)
		return ROLE_CLOCK;
	if (strcmp(type, "text") == 0)
		return ROLE_TEXT;
	bool number = strcmp(type, "numeric") == 0 || strcmp(type, "duration") == 0;
	return number ? ROLE_NUMBER : ROLE_CATEGORY;
}

static void choose_features(const struct stage_run *r, const struct table *t, const json_t *eda, struct question *q)
{
	struct model_feature *f = arena_calloc(r->arena, (size_t)table_ncols(t), sizeof *f);
	q->excluded = arena_calloc(r->arena, (size_t)table_ncols(t), sizeof *q->excluded);
	q->spec.features = f;
	for (int c = 0; c < table_ncols(t); c++) {
		const char *name = table_field(t, c)->name;
		if (c == q->spec.target)
			continue;
		const json_t *column = modeling_profile(eda, name);
		const char *reason = reason_to_exclude(column, r, name);
		enum role role = role_of(json_text(column, "type", "empty"));
		if (role == ROLE_CATEGORY && table_field(t, c)->type == COLUMN_UTF8)
			role = ROLE_TEXT;
		if (!reason && role == ROLE_TEXT && !json_flag(r->manifest, "modeling.text", true))
			reason = "free text";
		if (reason)
			q->excluded[q->nexcluded++] = (struct excluded){ name, reason };
		else
			f[q->spec.nfeatures++] = (struct model_feature){ c, name, role };
	}
}

/* Whether the target is a class, and whether it can be a target at all. */
static void choose_task(const struct stage_run *r, const struct table *t, const json_t *eda, struct question *q)
{
	const json_t *column = modeling_profile(eda, q->spec.target_name);
	const char *type = json_text(column, "type", "empty"), *task = json_text(r->manifest, "modeling.task", "auto");
	enum column_type storage = table_field(t, q->spec.target)->type;
	bool number = storage == COLUMN_INT64 || storage == COLUMN_FLOAT64 || storage == COLUMN_DURATION;
	int64_t distinct = json_int(column, "distinct", 0);
	if (strcmp(type, "empty") == 0 || strcmp(type, "constant") == 0)
		q->skip = arena_printf(r->arena, "'%s' never changes", q->spec.target_name);
	else if (strcmp(type, "identifier") == 0 && strcmp(task, "auto") == 0)
		q->skip = arena_printf(r->arena, "'%s' tells the rows apart, so that rows say nothing about new ones",
			q->spec.target_name);
	else if (strcmp(type, "datetime") == 0 || strcmp(type, "time") == 0 || storage == COLUMN_UTF8)
		q->skip = arena_printf(r->arena, "'%s' is neither a number nor a category", q->spec.target_name);
	else if (strcmp(task, "regression") == 0 && !number)
		q->skip = arena_printf(r->arena, "'%s' is not a number, so it has no regression", q->spec.target_name);
	else if (strcmp(task, "binary") == 0 && distinct != 2)
		q->skip = arena_printf(r->arena, "'%s' has %lld classes, not two", q->spec.target_name, (long long)distinct);
	q->spec.target_is_category = strcmp(task, "auto") == 0 ? 
		!number || (strcmp(type, "numeric") != 0 && strcmp(type, "duration") != 0) || distinct == 2 :
		strcmp(task, "regression") != 0;
}

/* The place of a setting among the words, from 1; 0: auto. */
static int word_of(const json_t *m, const char *key, const char *const words[4])
{
	const char *s = json_text(m, key, "");
	for (int k = 0; k < 4 && words[k]; k++)
		if (strcmp(s, words[k]) == 0)
			return k + 1;
	return 0;
}

static void read_recipe(const json_t *m, struct model_spec *s)
{
	static const char *const missing[4] = { "drop", "mean", "median", "mode" };
	static const char *const encoding[4] = { "one-hot", "ordinal", "target" };
	static const char *const scaling[4] = { "standard", "robust", "none" };
	s->max_levels = (int)json_int(m, "modeling.max_levels", 12);
	s->min_level_rows = (int)json_int(m, "modeling.min_level_rows", 5);
	s->keywords = (int)json_int(m, "modeling.keywords", 20);
	s->missing = (enum missing_way)word_of(m, "modeling.missing", missing);
	s->encoding = (enum encoding_way)word_of(m, "modeling.encoding", encoding);
	s->scaling = (enum scaling_way)word_of(m, "modeling.scaling", scaling);
}

static void read_settings(const struct stage_run *r, struct model_spec *s)
{
	const json_t *m = r->manifest, *wanted = json_at(m, "modeling.candidates");
	s->folds = (int)json_int(m, "modeling.folds", 5);
	s->fold_repeats = (int)json_int(m, "modeling.fold_repeats", 0);
	s->seed = (uint64_t)json_int(m, "seed", 1);
	s->max_rows = json_int(m, "modeling.max_rows", 200000);
	read_recipe(m, s);
	s->repeats = (int)json_int(m, "modeling.importance_repeats", 5);
	s->importance_rows = json_int(m, "modeling.importance_rows", 400000);
	s->shap = json_flag(m, "modeling.shap", true);
	s->shap_rows = json_int(m, "modeling.shap_rows", 300);
	s->shap_background = (int)json_int(m, "modeling.shap_background", 50);
	s->bootstrap = (int)json_int(m, "modeling.bootstrap", 200);
	s->max_rounds = (int)json_int(m, "modeling.max_rounds", 150);
	s->trees = (int)json_int(m, "modeling.trees", 200);
	s->min_leaf = (int)json_int(m, "modeling.min_leaf", 0);
	s->max_leaves = (int)json_int(m, "modeling.max_leaves", 31);
	s->neighbours_rows = (int)json_int(m, "modeling.max_neighbours_rows", 5000);
	s->search_models = (int)json_int(m, "modeling.search_models", 6);
	s->search_seconds = json_num(m, "modeling.search_seconds", 1);
	s->early_stopping_share = json_num(m, "modeling.early_stopping_share", 0.16);
	s->min_rows_boosting = json_int(m, "modeling.min_rows_boosting", 100);
	s->cost_fp = json_num(m, "modeling.cost_false_positive", 1);
	s->cost_fn = json_num(m, "modeling.cost_false_negative", 1);
	s->learning_cells = json_int(m, "modeling.learning_cells", 100000);
	s->leak = json_num(m, "modeling.leak_threshold", 0.98);
	s->threads = r->threads;
	s->progress = r->progress;
	s->progress_ctx = r->progress_ctx;
	for (int k = 0; k < MODEL_KINDS; k++)
		s->want[k] = !json_array_size(wanted) || modeling_in_list(wanted, model_kind_name((enum model_kind)k));
}

/* Columns that groups are made of: by their names in the table, whether models see them or not. */
static int choose_groups(const struct stage_run *r, const struct table *t, struct model_spec *s, struct err *e)
{
	const json_t *names = json_at(r->manifest, "modeling.fairness");
	int *cols = arena_calloc(r->arena, json_array_size(names) + 1, sizeof *cols);
	s->fairness = cols;
	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));
		int col = name ? table_find(t, name) : -1;
		if (col < 0)
			return err_set(e, ERR_USAGE, "modeling.fairness names '%s', which is no column of the table", name ? name : "");
		if (col != s->target)
			cols[s->nfairness++] = col;
	}
	return 0;
}

int modeling_ask(const struct stage_run *r, const struct table *t, const json_t *eda, const json_t *clarify,
	struct question *q, struct err *e)
{
	*q = (struct question){ .spec = model_spec_default(), .eda = eda };
	read_settings(r, &q->spec);
	q->spec.target_name = json_text(clarify, "target", NULL);
	const char *time = json_text(clarify, "time", NULL);
	q->spec.time = time ? table_find(t, time) : -1;
	q->spec.target = q->spec.target_name ? table_find(t, q->spec.target_name) : -1;
	if (!json_flag(r->manifest, "modeling.enabled", true))
		q->skip = "switched off in the manifest";
	else if (!q->spec.target_name)
		q->skip = "no column was named as the target";
	else if (q->spec.target < 0)
		q->skip = arena_printf(r->arena, "the table has no column '%s'", q->spec.target_name);
	if (q->skip)
		return 0;
	choose_task(r, t, eda, q);
	choose_features(r, t, eda, q);
	if (choose_groups(r, t, &q->spec, e) < 0)
		return -1;
	return modeling_validation(r, t, clarify, q, e);
}
