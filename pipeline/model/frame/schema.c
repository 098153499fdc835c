/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A frame without rows says how the columns of a table become features, which is all that new rows need:
 * saved with a model, loaded with it, and filled with batches of new tables. */
#include "model/frame/frame_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const roles[] = { "number", "category", "datetime", "clock", "text" };
static const char *const parts[PARTS] = { "value", "level", "years", "season_sine", "season_cosine", "hour", "weekday",
	"clock_sine", "clock_cosine", "length", "words", "keyword" };

const char *feature_part_name(enum feature_part part)
{
	return parts[part];
}

/* ---- saving ------------------------------------------------------------------------------------------------ */

static void save_feature(struct jw *w, const struct feature *f)
{
	jw_obj(w);
	jw_kstr(w, "name", f->name);
	jw_kint(w, "column", f->group);
	jw_kstr(w, "part", parts[f->part]);
	if (f->word)
		jw_kstr(w, "word", f->word);
	if (f->category) {
		jw_kstrs(w, "levels", f->levels, (size_t)f->nlevels);
		if (f->counts_as) {
			jw_karr_inline(w, "counts_as");
			for (int k = 0; k < f->nlevels; k++)
				jw_int(w, f->counts_as[k]);
			jw_arr_end(w);
		}
	} else {
		jw_knum(w, "lo", f->lo);
		jw_knum(w, "hi", f->hi);
	}
	jw_obj_end(w);
}

void schema_save(struct jw *w, const struct frame *f)
{
	jw_obj(w);
	jw_kobj(w, "target");
	jw_kstr(w, "name", f->target);
	jw_kstr(w, "type", column_type_name(f->target_type));
	if (f->nclasses)
		jw_kstrs(w, "classes", f->classes, (size_t)f->nclasses);
	jw_obj_end(w);
	jw_karr(w, "columns");
	for (size_t g = 0; g < f->ngroups; g++) {
		jw_obj(w);
		jw_kstr(w, "name", f->group_names[g]);
		jw_kstr(w, "role", roles[f->roles[g]]);
		jw_kstr(w, "type", column_type_name(f->types[g]));
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_karr(w, "features");
	for (size_t j = 0; j < f->nfeatures; j++)
		save_feature(w, &f->features[j]);
	jw_arr_end(w);
	jw_obj_end(w);
}

/* ---- loading ------------------------------------------------------------------------------------------------ */

/* The place of v's text `key` among the names; -1 when it is none of them. */
static int one_of(const json_t *v, const char *key, const char *const *names, size_t n)
{
	const char *s = json_text(v, key, "");
	for (size_t i = 0; i < n; i++)
		if (strcmp(s, names[i]) == 0)
			return (int)i;
	return -1;
}

static int type_of(const json_t *v)
{
	const char *names[COLUMN_DICT + 1];
	for (int t = 0; t <= COLUMN_DICT; t++)
		names[t] = column_type_name((enum column_type)t);
	return one_of(v, "type", names, COUNTOF(names));
}

/* A list of texts as an array of them; NULL when something in it is none. */
static const char **texts(const json_t *list, struct arena *a, int *n)
{
	size_t count = json_array_size(list);
	const char **out = arena_calloc(a, count, sizeof *out);
	for (size_t i = 0; i < count; i++) {
		const char *s = json_string_value(json_array_get(list, i));
		if (!s || count > INT32_MAX / 2)
			return NULL;
		out[i] = arena_strdup(a, s);
	}
	*n = (int)count;
	return out;
}

static bool load_target(const json_t *v, struct arena *a, struct frame *f)
{
	const json_t *target = json_at(v, "target"), *classes = json_at(target, "classes");
	const char *name = json_text(target, "name", NULL);
	int type = type_of(target);
	if (!name || type < 0)
		return false;
	f->target = arena_strdup(a, name);
	f->target_type = (enum column_type)type;
	f->classes = classes ? texts(classes, a, &f->nclasses) : NULL;
	f->task = !classes ? TASK_REGRESSION : f->nclasses == 2 ? TASK_BINARY : TASK_MULTICLASS;
	return !classes || (f->classes && f->nclasses >= 2);
}

static bool load_column(const json_t *v, struct arena *a, struct frame *f, size_t g)
{
	const char *name = json_text(v, "name", NULL);
	int role = one_of(v, "role", roles, COUNTOF(roles)), type = type_of(v);
	if (!name || role < 0 || type < 0)
		return false;
	f->group_names[g] = arena_strdup(a, name);
	f->roles[g] = (enum role)role;
	f->types[g] = (enum column_type)type;
	return true;
}

static bool belongs(enum feature_part p, enum role r)
{
	switch (r) {
	case ROLE_NUMBER:
		return p == PART_VALUE;
	case ROLE_CATEGORY:
		return p == PART_LEVEL;
	case ROLE_DATETIME:
		return p >= PART_YEARS && p <= PART_WEEKDAY;
	case ROLE_CLOCK:
		return p == PART_CLOCK_SINE || p == PART_CLOCK_COSINE;
	case ROLE_TEXT:
		return p >= PART_LENGTH && p <= PART_KEYWORD;
	}
	return false;
}

/* Spellings of levels, when there are any. */
static bool load_spellings(const json_t *list, struct arena *a, struct feature *x)
{
	size_t n = json_array_size(list);
	if (!list)
		return true;
	if (n != (size_t)x->nlevels)
		return false;
	x->counts_as = arena_calloc(a, n, sizeof *x->counts_as);
	for (size_t i = 0; i < n; i++) {
		int64_t k = json_integer_value(json_array_get(list, i));
		if (!json_is_integer(json_array_get(list, i)) || k < 0 || k >= x->nlevels)
			return false;
		x->counts_as[i] = (uint32_t)k;
	}
	return true;
}

/* Features of one column follow each other. */
static bool load_feature(const json_t *v, struct arena *a, struct frame *f)
{
	const char *name = json_text(v, "name", NULL), *word = json_text(v, "word", NULL);
	int part = one_of(v, "part", parts, PARTS);
	int64_t group = json_int(v, "column", -1), before = f->nfeatures ? f->features[f->nfeatures - 1].group : 0;
	if (!name || part < 0 || group < before || group >= (int64_t)f->ngroups ||
		!belongs((enum feature_part)part, f->roles[group]) || (part == PART_KEYWORD) != (word != NULL) ||
		((part == PART_VALUE || part == PART_LEVEL) && f->nfeatures && group == before &&
			f->features[f->nfeatures - 1].group == group))
		return false;
	struct feature *x = &f->features[f->nfeatures++];
	*x = (struct feature){ .name = arena_strdup(a, name), .group = (int)group, .part = (enum feature_part)part,
		.word = word ? arena_strdup(a, word) : NULL, .category = part == PART_LEVEL || part == PART_WEEKDAY,
		.lo = json_num(v, "lo", NAN), .hi = json_num(v, "hi", NAN) };
	if (x->category && !(x->levels = texts(json_at(v, "levels"), a, &x->nlevels)))
		return false;
	if (x->category && !load_spellings(json_at(v, "counts_as"), a, x))
		return false;
	if (x->category)
		levels_index(x, a);
	return part != PART_WEEKDAY || x->nlevels == 7;
}

int schema_load(const json_t *v, struct arena *a, struct frame *f, struct err *e)
{
	const json_t *columns = json_at(v, "columns"), *features = json_at(v, "features");
	size_t n = json_array_size(features);
	*f = (struct frame){ .ngroups = json_array_size(columns) };
	f->group_names = arena_calloc(a, f->ngroups, sizeof *f->group_names);
	f->roles = arena_calloc(a, f->ngroups, sizeof *f->roles);
	f->types = arena_calloc(a, f->ngroups, sizeof *f->types);
	f->features = arena_calloc(a, n, sizeof *f->features);
	if (!load_target(v, a, f))
		return err_set(e, ERR_INPUT, "the schema of the model has no target");
	for (size_t g = 0; g < f->ngroups; g++)
		if (!load_column(json_array_get(columns, g), a, f, g))
			return err_set(e, ERR_INPUT, "column %zu of the schema is damaged", g + 1);
	for (size_t j = 0; j < n; j++)
		if (!load_feature(json_array_get(features, j), a, f))
			return err_set(e, ERR_INPUT, "feature %zu of the schema is damaged", j + 1);
	return 0;
}

/* ---- new rows -------------------------------------------------------------------------------------------------- */

/* Rows where the target is known can be scored: a class by its text, a number as it is. */
static void fill_target(struct frame *f, const struct cells *c, struct arena *a, struct strange *strange)
{
	struct feature y = { .x = f->y, .lo = -INFINITY, .hi = INFINITY, .levels = f->classes, .nlevels = f->nclasses,
		.category = f->nclasses > 0, .part = f->nclasses ? PART_LEVEL : PART_VALUE };
	if (y.category)
		levels_index(&y, a);
	parts_fill(&y, 1, y.category ? ROLE_CATEGORY : ROLE_NUMBER, f->target_type, c, strange);
	for (size_t i = 0; i < f->n; i++)
		if (y.category && f->y[i] > f->nclasses)
			f->y[i] = NAN;
}

static void fill_missing(struct feature *f, size_t n, size_t rows, struct strange *strange)
{
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < rows; i++)
			f[k].x[i] = NAN;
	strange->missing += (int64_t)rows;
}

void frame_rows(const struct frame *schema, const struct table *t, const struct batch *b, const int *cols,
	struct arena *a, struct frame *out, struct strange *strange)
{
	struct strange ignored = { 0 };
	*out = *schema;
	out->n = (size_t)b->rows;
	out->time = NULL;
	out->row = arena_calloc(a, out->n, sizeof *out->row);
	out->y = arena_calloc(a, out->n, sizeof *out->y);
	out->features = arena_calloc(a, schema->nfeatures, sizeof *out->features);
	for (size_t i = 0; i < out->n; i++)
		out->row[i] = b->first_row + (int64_t)i;
	for (size_t j = 0, end; j < schema->nfeatures; j = end) {
		int g = schema->features[j].group;
		for (end = j; end < schema->nfeatures && schema->features[end].group == g; end++) {
			out->features[end] = schema->features[end];
			out->features[end].x = arena_calloc(a, out->n, sizeof(double));
		}
		struct strange *s = strange ? &strange[g] : &ignored;
		struct cells c = { t, cols[g], out->row, out->n };
		if (c.col < 0)
			fill_missing(&out->features[j], end - j, out->n, s);
		else
			parts_fill(&out->features[j], end - j, schema->roles[g], schema->types[g], &c, s);
	}
	struct cells y = { t, cols[schema->ngroups], out->row, out->n };
	struct strange *s = strange ? &strange[schema->ngroups] : &ignored;
	if (y.col >= 0)
		fill_target(out, &y, a, s);
	else
		fill_missing(&(struct feature){ .x = out->y }, 1, out->n, s);
}
