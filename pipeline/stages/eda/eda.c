/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The eda step: opens what ingest wrote, has it profiled, and writes eda.json. */
#include "stages/eda_int.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- settings ---------------------------------------------------------------------------- */

/* Days since 1970-01-01 of "2026-11-20"; INT32_MIN when it is no date. */
static int32_t read_date(const char *text)
{
	int y, m, d;
	char end;
	if (!text || sscanf(text, "%4d-%2d-%2d%c", &y, &m, &d, &end) != 3 ||
		!date_exists(y, m, d))
		return INT32_MIN;
	return date_days(y, m, d);
}

static int64_t between(int64_t v, int64_t low, int64_t high)
{
	return v < low ? low : v > high ? high : v;
}

/* Sizes that make sense, whatever a manifest says. */
static void limit_options(struct profile_options *o)
{
	o->max_levels = o->max_levels < 1 ? 1 : o->max_levels;
	o->histogram_bins = o->histogram_bins < 2 ? 2 : o->histogram_bins;
	o->max_matrix = between(o->max_matrix, 0, 500);
	o->max_categories = between(o->max_categories, 0, 100);
	o->max_category_levels = between(o->max_category_levels, 2, 100);
	o->max_pairs = between(o->max_pairs, 0, 10000);
	o->max_scatter = between(o->max_scatter, 0, 100);
	o->max_rank_rows = between(o->max_rank_rows, 100, 3000000);
	o->max_kendall_work = between(o->max_kendall_work, 1000, 1000000000000);
	o->max_cross_rows = between(o->max_cross_rows, 100, 1000000);
	o->max_power = between(o->max_power, 0, 200);
	o->max_series = between(o->max_series, 0, 100);
	o->max_points = between(o->max_points, 10, 100000);
	o->memory_mb = between(o->memory_mb, 0, 1000000000);
	o->max_missing_rows = between(o->max_missing_rows, 1000, 250000);
	o->max_mcar_columns = between(o->max_mcar_columns, 2, 50);
	o->max_mcar_rows = between(o->max_mcar_rows, 100, 100000);
}

static enum precision read_precision(const char *word)
{
	if (strcmp(word, "exact") == 0)
		return PRECISION_EXACT;
	return strcmp(word, "approximate") == 0 ? PRECISION_APPROXIMATE : PRECISION_AUTO;
}

static void read_options(struct profile_options *o, const struct stage_run *r)
{
#define X(key, value) o->key = (__typeof__(o->key))json_num(r->manifest, "eda." #key, value);
	EDA_SETTINGS(X)
#undef X
	o->precision = read_precision(json_text(r->manifest, "eda.precision", "auto"));
	o->target = json_text(r->manifest, "target", NULL);
	o->time = json_text(r->manifest, "time", NULL);
	o->identifier = json_text(r->manifest, "identifier", NULL);
	o->report_date = read_date(json_text(r->manifest, "report_date", NULL));
	o->seed = (uint64_t)json_int(r->manifest, "seed", 1);
	o->threads = r->threads;
	limit_options(o);
}

static void write_thresholds(struct jw *w, const struct profile_options *o)
{
	jw_kobj(w, "thresholds");
#define X(key, value) jw_knum(w, #key, (double)o->key);
	EDA_SETTINGS(X)
#undef X
	jw_obj_end(w);
}

/* ---- columns ----------------------------------------------------------------------------- */

static const json_t *find_column(const json_t *schema, const char *name)
{
	const json_t *columns = json_at(schema, "columns");
	for (size_t i = 0; i < json_array_size(columns); i++)
		if (strcmp(json_text(json_array_get(columns, i), "name", ""), name) == 0)
			return json_array_get(columns, i);
	return NULL;
}

/* What the file itself says of a column (labels of SPSS, Stata, SAS), unless it only repeats the name. */
static const char *own_words(const json_t *found, const char *name)
{
	const char *label = json_text(found, "label", NULL);
	return label && !str_ieq(str_of(label), name) ? label : NULL;
}

/* What the manifest says of a column wins over what ingest found. Names may hold dots, so no
 * paths here. */
static void read_variable(
	struct variable *v, int col, const struct eda *x, const json_t *schema)
{
	*v = (struct variable){ .col = col, .name = table_field(x->table, col)->name };
	const json_t *found = json_array_get(json_at(schema, "columns"), (size_t)col);
	if (strcmp(json_text(found, "name", ""), v->name) != 0)
		found = find_column(schema, v->name);
	const json_t *said = json_object_get(json_at(x->run->manifest, "columns"), v->name);
	v->parsed = json_text(found, "parsed", NULL);
	v->semantic = json_text(found, "semantic", NULL);
	double of = json_num(found, "semantic_of", 0);
	if (of == 0)
		of = json_num(found, "evidence.values", 0);
	v->semantic_share = v->semantic ? json_num(found, "semantic_count", 0) / of : NAN;
	v->decimals = (int)json_int(found, "decimals", -1);
	v->declared = json_text(said, "type", json_text(found, "declared", NULL));
	v->unit = json_text(said, "unit", json_text(found, "unit", NULL));
	v->label = json_text(said, "label", NULL);
	v->description = json_text(said, "description", own_words(found, v->name));
}

/* ---- the artifact ------------------------------------------------------------------------ */

static int write_artifact(const struct eda *x, struct err *e)
{
	struct buf out = { 0 };
	struct jw w;
	jw_init(&w, &out);
	jw_obj(&w);
	jw_kstr(&w, "schema", "dossier/eda/2");
	eda_write_dataset(&w, x);
	write_thresholds(&w, &x->options);
	eda_write_columns(&w, x);
	eda_write_associations(&w, x);
	eda_write_structure(&w, x);
	eda_write_keys(&w, x);
	eda_write_missing(&w, x);
	eda_write_time(&w, x);
	eda_write_quality(&w, x);
	jw_karr(&w, "findings");
	for (size_t i = 0; i < x->findings.n; i++)
		finding_write(&w, &x->findings.v[i]);
	jw_arr_end(&w);
	jw_obj_end(&w);
	int rc = file_write(
		path_join(x->run->arena, x->run->out, "eda.json"), buf_str(&out), out.n, e);
	buf_free(&out);
	return rc;
}

/* "5 numeric, 3 category; 12 findings (2 warnings)" */
static void summarise(const struct eda *x)
{
	struct stage_run *r = x->run;
	int types[VARIABLE_TYPES] = { 0 };
	size_t warnings = 0;
	struct buf b = { 0 };
	for (int i = 0; i < x->ncols; i++)
		types[x->vars[i].type]++;
	for (int t = 0; t < VARIABLE_TYPES; t++)
		if (types[t])
			buf_printf(&b, "%s%d %s", b.n ? ", " : "", types[t],
				variable_type_name((enum variable_type)t));
	for (size_t i = 0; i < x->findings.n; i++) {
		enum finding_level level = x->findings.v[i].level;
		warnings += level >= FINDING_WARNING;
		r->worst = level > r->worst ? level : r->worst;
	}
	buf_printf(&b, "; %zu finding%s", x->findings.n, x->findings.n == 1 ? "" : "s");
	if (warnings)
		buf_printf(&b, " (%zu warning%s)", warnings, warnings == 1 ? "" : "s");
	snprintf(r->summary, sizeof r->summary, "%s", buf_str(&b));
	buf_free(&b);
}

/* ---- the step ---------------------------------------------------------------------------- */

static int progress(const struct stage_run *r, double done, const char *what, struct err *e)
{
	if (r->progress && r->progress(r->progress_ctx, done, what))
		return err_set(e, ERR_CANCELLED, "cancelled");
	return 0;
}

/* A few columns at a time, so that the step can be followed and stopped. */
static int profile_each(struct eda *x, struct err *e)
{
	struct stage_run *r = x->run;
	int some = 16 * (r->threads > 1 ? r->threads : 1);
	for (int i = 0; i < x->ncols; i += some) {
		int n = x->ncols - i < some ? x->ncols - i : some;
		if (progress(r, 0.5 * i / x->ncols, "profiling columns", e))
			return -1;
		profile_columns(x->table, &x->vars[i], n, &x->options, &x->cols[i], &x->findings,
			r->arena);
	}
	if (table_nrows(x->table) < x->options.small_sample) {
		struct finding f = finding_make(FIND_small_sample, NULL);
		f.count = f.n = table_nrows(x->table);
		f.threshold = (double)x->options.small_sample;
		finding_list_add(&x->findings, &f);
	}
	return progress(r, 0.5, "comparing columns", e);
}

/* What has nothing to do with each other goes side by side: each of these uses one thread most of the time.
 * Findings are put together in one order. */
struct beside {
	struct eda *x;
	struct finding_list findings[2];
};

static void keys_or_rows(void *ctx, size_t i)
{
	struct beside *b = ctx;
	struct eda *x = b->x;
	const struct profile_options *o = &x->options;
	struct finding_list *f = &b->findings[i];
	if (i == 0) {
		keys_fill(x->table, x->cols, x->ncols, o, x->same_as, &x->keys, f, f->arena);
		return;
	}
	missing_fill(x->table, x->vars, x->ncols, o, &x->missing, f, f->arena);
	outlier_rows_find(x->table, x->cols, x->ncols, o, f);
	structure_fill(x->table, x->vars, x->ncols, o, x->same_as, &x->structure, f, f->arena);
}

static void profile_beside(struct eda *x)
{
	struct beside b = { .x = x };
	for (int i = 0; i < 2; i++)
		b.findings[i].arena = arena_part(x->run->arena);
	pool_run(x->options.threads, 2, keys_or_rows, &b);
	for (int i = 0; i < 2; i++)
		for (size_t k = 0; k < b.findings[i].n; k++)
			finding_list_add(&x->findings, &b.findings[i].v[k]);
}

/* The parts that look across columns, in this order; each adds its findings. */
static int profile_across(struct eda *x, struct err *e)
{
	struct arena *a = x->run->arena;
	const struct profile_options *o = &x->options;
	if (progress(x->run, 0.55, "looking for duplicates", e))
		return -1;
	duplicates_fill(x->table, x->vars, x->ncols, o, &x->duplicates, &x->findings, a);
	x->same_as = columns_identical(x->table, x->vars, x->ncols, o, &x->findings, a);
	if (progress(x->run, 0.6, "looking at keys and gaps", e))
		return -1;
	profile_beside(x);
	if (progress(x->run, 0.65, "relating columns", e))
		return -1;
	associations_fill(x->table, x->vars, x->ncols, o, x->structure.same_as, &x->associations,
		&x->findings, a);
	if (progress(x->run, 0.85, "following time", e))
		return -1;
	x->has_time = time_fill(x->table, x->cols, x->ncols, o, &x->time,
		&x->findings, a);
	return 0;
}

/* What ingest found of single columns, as far as causes and quality need it. */
static void read_earlier(struct eda *x)
{
	struct arena *a = x->run->arena;
	const json_t *list = json_at(x->ingest, "findings");
	x->earlier = arena_calloc(a, json_array_size(list) + 1, sizeof *x->earlier);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *f = json_array_get(list, i);
		const struct finding_info *info = finding_lookup(json_text(f, "code", ""));
		const char *column = json_text(f, "columns.0", NULL);
		if (!info || !column)
			continue;
		struct finding *e = &x->earlier[x->nearlier++];
		*e = finding_make((enum finding_code)(info - finding_info(0)), column);
		e->count = json_int(f, "count", -1);
		e->total = json_int(f, "total", -1);
	}
}

static int profile(struct eda *x, const json_t *schema, struct err *e)
{
	struct stage_run *r = x->run;
	read_options(&x->options, r);
	x->ncols = table_ncols(x->table);
	x->vars = arena_calloc(r->arena, (size_t)x->ncols, sizeof *x->vars);
	x->cols = arena_calloc(r->arena, (size_t)x->ncols, sizeof *x->cols);
	x->findings.arena = r->arena;
	for (int i = 0; i < x->ncols; i++)
		read_variable(&x->vars[i], i, x, schema);
	if (profile_each(x, e) || profile_across(x, e))
		return -1;
	read_earlier(x);
	finding_list_explain(&x->findings, x->earlier, x->nearlier);
	finding_list_rank(&x->findings);
	eda_fill_quality(x, schema);
	summarise(x);
	return progress(r, 0.9, "writing", e) ? -1 : write_artifact(x, e);
}

static void close_table(void *t)
{
	table_close(t);
}

static void free_json(void *j)
{
	json_decref(j);
}

static int load(struct stage_run *r, const char *name, json_t **out, struct err *e)
{
	*out = json_read_file(path_join(r->arena, r->job, name), e);
	if (*out)
		arena_own(r->arena, *out, free_json);
	return *out ? 0 : -1;
}

static int eda_run(struct stage_run *r, struct err *e)
{
	struct eda x = { .run = r };
	json_t *schema;
	if (load(r, "ingest/schema.json", &schema, e) || load(r, "ingest/ingest.json", &x.ingest, e))
		return -1;
	x.table = table_open(path_join(r->arena, r->job, "ingest/table.arrow"), e);
	if (!x.table)
		return -1;
	arena_own(r->arena, x.table, close_table);
	return profile(&x, schema, e);
}

static const char *const sections[] = { "columns", "target", "time", "identifier",
	"report_date", "seed", "eda", NULL };
static const char *const inputs[] = { "ingest/table.arrow", "ingest/schema.json",
	"ingest/ingest.json", NULL };
static const char *const outputs[] = { "eda.json", NULL };

const struct stage stage_eda = { .name = "eda",
	.version = "8",
	.sections = sections,
	.inputs = inputs,
	.outputs = outputs,
	.run = eda_run };
