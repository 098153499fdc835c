/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The profile of each column as JSON: the objects under "columns" of eda.json. */
#include "stages/eda_int.h"

#include <math.h>

static void kint_or_null(struct jw *w, const char *key, int64_t v)
{
	if (v < 0)
		jw_knull(w, key);
	else
		jw_kint(w, key, v);
}

static void kshare(struct jw *w, const char *key, int64_t count, int64_t total)
{
	jw_knum(w, key, total ? (double)count / (double)total : 0);
}

static void kints(struct jw *w, const char *key, const int64_t *v, size_t n)
{
	jw_karr_inline(w, key);
	for (size_t i = 0; i < n; i++)
		jw_int(w, v[i]);
	jw_arr_end(w);
}

static void ktexts(struct jw *w, const char *key, const char *const *v, size_t n)
{
	jw_karr_inline(w, key);
	for (size_t i = 0; i < n && v[i]; i++)
		jw_str(w, v[i]);
	jw_arr_end(w);
}

static void klevels(struct jw *w, const char *key, const char *name, const struct level *v,
	int n, int64_t total)
{
	jw_karr_inline(w, key);
	for (int i = 0; i < n; i++) {
		jw_obj(w);
		jw_kstr(w, name, v[i].value);
		jw_kint(w, "count", v[i].count);
		if (total)
			kshare(w, "share", v[i].count, total);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

/* ---- numbers ----------------------------------------------------------------------------- */

static void knumber(struct jw *w, const char *key, const struct numeric_profile *p,
	const struct number_count *c)
{
	if (p->stored_integer)
		jw_kint(w, key, c->integer);
	else
		jw_knum(w, key, c->value);
}

static void kcounts(struct jw *w, const char *key, const struct numeric_profile *p,
	const struct number_count *v, int n, int64_t total)
{
	jw_karr_inline(w, key);
	for (int i = 0; i < n; i++) {
		jw_obj(w);
		knumber(w, "value", p, &v[i]);
		jw_kint(w, "count", v[i].count);
		if (total)
			kshare(w, "share", v[i].count, total);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void histogram_figures(struct jw *w, const struct histogram *h)
{
	jw_knums(w, "edges", h->edges, h->n ? (size_t)h->n + 1 : 0);
	kints(w, "counts", h->counts, (size_t)h->n);
	jw_kstr(w, "rule", h->rule);
}

/* The whole, and in it the part without what is far out. */
static void histograms(struct jw *w, const struct histogram *all, const struct histogram *body)
{
	jw_kobj(w, "histogram");
	histogram_figures(w, all);
	if (body->n) {
		jw_kobj(w, "body");
		histogram_figures(w, body);
		jw_kint(w, "below", body->below);
		jw_kint(w, "above", body->above);
		jw_obj_end(w);
	}
	jw_obj_end(w);
}

static const char too_large[] = "the values are too large to add up";

/* Why there is nothing to say about the shape of enough values. */
static const char *flat(const struct numeric_profile *p)
{
	return isnan(p->sd) ? too_large : "the values do not vary";
}

static void moments(struct jw *w, const struct numeric_profile *p)
{
	const char *few = p->n < 2 ? "fewer than two values" : too_large;
	const char *shapeless = p->n < 4 ? "too few values" : flat(p);
	jw_knum_why(w, "mean", p->mean,
		p->n ? too_large : "no finite value");
	jw_knum_why(w, "sd", p->sd, few);
	jw_knum_why(w, "variance", p->variance,
		isnan(p->sd) ? few : "the square is beyond the range of numbers");
	if (p->n) {
		knumber(w, "min", p, &p->lowest[0]);
		knumber(w, "max", p, &p->highest[0]);
	} else {
		jw_knull(w, "min");
		jw_knull(w, "max");
	}
	jw_knum(w, "range", p->quantile[QUANTILES - 1] - p->quantile[0]);
	jw_knum_why(w, "sum", p->sum, too_large);
	jw_knum_why(w, "cv", p->cv, isnan(p->sd) ? few : "the mean is zero");
	jw_knum_why(w, "skewness", p->skewness, shapeless);
	jw_knum_why(w, "kurtosis", p->kurtosis, shapeless);
}

static void order_figures(struct jw *w, const struct numeric_profile *p)
{
	static const char *const keys[QUANTILES] = { "p0", "p1", "p5", "p10", "p25", "p50",
		"p75", "p90", "p95", "p99", "p100" };
	jw_knum(w, "median", p->median);
	jw_knum(w, "mad", p->mad);
	jw_knum(w, "iqr", p->iqr);
	jw_kobj(w, "quantiles");
	for (int i = 0; i < QUANTILES; i++)
		jw_knum(w, keys[i], p->quantile[i]);
	jw_obj_end(w);
	jw_knum(w, "se_mean", p->se_mean);
	jw_knums(w, "mean_ci95", p->mean_ci, 2);
	jw_knums(w, "median_ci95", p->median_ci, 2);
	jw_kint(w, "zeros", p->zeros);
	jw_kint(w, "negatives", p->negatives);
	jw_kint(w, "infinite", p->infinite);
	jw_kstr(w, "monotonic", row_order_name(p->order));
	jw_kbool(w, "integer", p->integer);
	kint_or_null(w, "decimals", p->decimals);
	jw_knum_why(w, "lag1_autocorrelation", p->lag1,
		p->n < 2 ? "too few values" : flat(p));
}

/* Most of the figures of a column are those of two curves and of its lists of values; of a column that
 * is not shown by itself, curves stay out and lists are short. */
static int least(int n)
{
	return n < 3 ? n : 3;
}

static void curves(struct jw *w, const struct numeric_profile *p, bool drawn)
{
	int nkde = drawn ? p->nkde : 0, nqq = drawn ? p->nqq : 0;
	histograms(w, &p->histogram, &p->body);
	jw_kobj(w, "kde");
	jw_knums(w, "x", p->kde_x, (size_t)nkde);
	jw_knums(w, "density", p->kde_density, (size_t)nkde);
	jw_knum(w, "bandwidth", p->kde_bandwidth);
	jw_kint(w, "n", nkde ? p->n : 0);
	jw_obj_end(w);
	jw_kobj(w, "box");
	jw_knum(w, "lower", p->box.lower);
	jw_knum(w, "q1", p->box.q1);
	jw_knum(w, "median", p->box.median);
	jw_knum(w, "q3", p->box.q3);
	jw_knum(w, "upper", p->box.upper);
	jw_knums(w, "outliers", p->box.outliers, (size_t)p->box.n);
	jw_obj_end(w);
	jw_kobj(w, "qq");
	jw_knums(w, "theoretical", p->qq_theoretical, (size_t)nqq);
	jw_knums(w, "sample", p->qq_sample, (size_t)nqq);
	jw_obj_end(w);
}

static void judgements(struct jw *w, const struct column_profile *c)
{
	const struct numeric_profile *p = c->numeric;
	jw_kobj(w, "normality");
	jw_kstr(w, "test", p->normality.test);
	jw_knum(w, "statistic", p->normality.statistic);
	jw_knum_why(
		w, "p", p->normality.p, p->n < 3 ? "too few values" : flat(p));
	jw_kint(w, "n", c->accuracy.tested ? c->accuracy.tested : p->n);
	jw_obj_end(w);
	jw_kobj(w, "outliers");
	kint_or_null(w, "iqr_low", p->outliers.iqr_low);
	kint_or_null(w, "iqr_high", p->outliers.iqr_high);
	jw_knum_why(w, "lower_fence", p->outliers.lower_fence,
		p->iqr > 0 ? "beyond the range of numbers" : "the quartiles are equal");
	jw_knum(w, "upper_fence", p->outliers.upper_fence);
	jw_knum(w, "share", p->outliers.share);
	kint_or_null(w, "modified_z_low", p->outliers.modified_z_low);
	kint_or_null(w, "modified_z_high", p->outliers.modified_z_high);
	jw_knum(w, "mean_without", p->outliers.mean_without);
	jw_obj_end(w);
	if (p->heaping.digit < 0) {
		jw_knull(w, "heaping");
		return;
	}
	jw_kobj(w, "heaping");
	jw_kstr(w, "digit", (const char[]){ (char)('0' + p->heaping.digit), 0 });
	jw_knum(w, "share", p->heaping.share);
	jw_knum(w, "p", p->heaping.p);
	jw_kint(w, "n", p->heaping.n);
	jw_obj_end(w);
}

static void numeric(struct jw *w, const struct column_profile *c, bool drawn)
{
	const struct numeric_profile *p = c->numeric;
	jw_kobj(w, "numeric");
	moments(w, p);
	order_figures(w, p);
	kcounts(w, "common", p, p->common, drawn ? p->ncommon : least(p->ncommon), p->n);
	kcounts(w, "lowest", p, p->lowest, drawn ? p->nlowest : least(p->nlowest), 0);
	kcounts(w, "highest", p, p->highest, drawn ? p->nhighest : least(p->nhighest), 0);
	curves(w, p, drawn);
	judgements(w, c);
	jw_obj_end(w);
}

/* ---- levels ------------------------------------------------------------------------------ */

/* Levels that may be one, the proposed one first. */
static void merges(struct jw *w, const char *key, const struct near_duplicate *v, int n)
{
	jw_karr(w, key);
	for (int i = 0; i < n; i++) {
		jw_obj(w);
		jw_kstr(w, "proposed", v[i].proposed);
		klevels(w, "levels", "value", v[i].levels, v[i].n, 0);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void category(struct jw *w, const struct category_profile *c, int64_t total)
{
	jw_kobj(w, "category");
	klevels(w, "levels", "value", c->levels, c->n, total);
	jw_kobj(w, "other");
	jw_kint(w, "levels", c->other_levels);
	jw_kint(w, "count", c->other_count);
	kshare(w, "share", c->other_count, total);
	jw_obj_end(w);
	jw_knum(w, "entropy_bits", c->entropy_bits);
	jw_knum_why(w, "imbalance", c->imbalance, "there is one level only");
	jw_knum(w, "dominance", c->dominance);
	merges(w, "near_duplicates", c->near, c->nnear);
	merges(w, "slips", c->slips, c->nslips);
	jw_kbool(w, "coded", c->coded);
	jw_obj_end(w);
}

static void boolean(struct jw *w, const struct boolean_profile *b)
{
	jw_kobj(w, "boolean");
	jw_kint(w, "true", b->yes);
	jw_kint(w, "false", b->no);
	jw_knum(w, "imbalance", b->imbalance);
	jw_obj_end(w);
}

/* ---- dates ------------------------------------------------------------------------------- */

static void gaps(struct jw *w, const struct datetime_profile *d)
{
	jw_karr(w, "gaps");
	for (int i = 0; i < d->ngaps; i++) {
		jw_obj(w);
		jw_kstr(w, "from", d->gaps[i].from);
		jw_kstr(w, "to", d->gaps[i].to);
		jw_knum(w, "steps", d->gaps[i].steps);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	kint_or_null(w, "gap_count", d->gap_count);
}

static void datetime(struct jw *w, const struct datetime_profile *d)
{
	jw_kobj(w, "datetime");
	jw_kstr(w, "min", d->min);
	jw_kstr(w, "max", d->max);
	jw_knum(w, "range_days", d->range_days);
	jw_kstr(w, "resolution", d->resolution);
	jw_knum_why(w, "median_step_s", d->median_step_s,
		d->gap_count < 0 ? "a sketch does not tell" : "fewer than two different values");
	jw_kstr(w, "usual_step", d->usual_step);
	gaps(w, d);
	kints(w, "weekday", d->weekday, COUNTOF(d->weekday));
	if (d->has_hour)
		kints(w, "hour", d->hour, COUNTOF(d->hour));
	else
		jw_knull(w, "hour");
	kints(w, "month", d->month, COUNTOF(d->month));
	kint_or_null(w, "future", d->future);
	jw_kint(w, "epoch", d->epoch);
	jw_kobj(w, "histogram");
	ktexts(w, "edges", d->edges, (size_t)d->nbins + 1);
	kints(w, "counts", d->counts, (size_t)d->nbins);
	jw_obj_end(w);
	jw_kbool(w, "regular", d->regular);
	jw_kstr(w, "sorted", row_order_name(d->order));
	jw_obj_end(w);
}

/* ---- texts ------------------------------------------------------------------------------- */

static void classes(struct jw *w, const struct text_profile *t)
{
	const struct {
		const char *name;
		int64_t count;
	} v[] = { { "letters", t->letters }, { "digits", t->digits }, { "spaces", t->spaces },
		{ "punctuation", t->punctuation }, { "other", t->other } };
	jw_karr(w, "categories");
	for (size_t i = 0; i < COUNTOF(v); i++) {
		jw_obj(w);
		jw_kstr(w, "category", v[i].name);
		jw_kint(w, "count", v[i].count);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

/* Of an identifier there is none: each of its texts is a word of its own. */
static void words(struct jw *w, const struct text_profile *t)
{
	if (t->words.total < 0) {
		jw_knull(w, "words");
		return;
	}
	jw_kobj(w, "words");
	jw_kint(w, "total", t->words.total);
	jw_knum(w, "mean", t->words.mean);
	jw_knum_why(w, "distinct", t->words.distinct < 0 ? NAN : (double)t->words.distinct,
		"more than were counted");
	klevels(w, "top", "word", t->words.top, t->words.ntop, 0);
	jw_obj_end(w);
}

static void text(struct jw *w, const struct text_profile *t, int64_t total)
{
	jw_kobj(w, "text");
	jw_kobj(w, "length");
	jw_knum(w, "min", t->length.min);
	jw_knum(w, "mean", t->length.mean);
	jw_knum(w, "median", t->length.median);
	jw_knum(w, "max", t->length.max);
	jw_kobj(w, "histogram");
	histogram_figures(w, &t->length.histogram);
	jw_obj_end(w);
	jw_obj_end(w);
	words(w, t);
	jw_kint(w, "empty", t->empty);
	jw_karr(w, "scripts");
	for (int i = 0; i < t->nscripts; i++) {
		jw_obj(w);
		jw_kstr(w, "script", t->scripts[i].script);
		jw_kint(w, "count", t->scripts[i].count);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	classes(w, t);
	klevels(w, "patterns", "pattern", t->patterns, t->npatterns, total);
	ktexts(w, "samples", t->samples, (size_t)t->nsamples);
	jw_kint(w, "surrounding_space", t->surrounding_space);
	jw_obj_end(w);
}

/* ---- meaning ----------------------------------------------------------------------------- */

static void meaning(struct jw *w, const struct meaning_profile *m, int64_t total)
{
	jw_kobj(w, "meaning");
	jw_kint(w, "valid", m->valid);
	jw_kint(w, "invalid", m->invalid);
	ktexts(w, "examples", m->example, (size_t)m->nexamples);
	jw_karr(w, "lists");
	for (int i = 0; i < m->nlists; i++) {
		const struct meaning_list *l = &m->list[i];
		jw_obj(w);
		jw_kstr(w, "what", l->what);
		kint_or_null(w, "different", l->different);
		klevels(w, "top", "value", l->top, l->n, total);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_kstr(w, "special", m->special);
	if (m->special) {
		jw_kint(w, "special_count", m->special_count);
		kshare(w, "special_share", m->special_count, total);
	}
	jw_obj_end(w);
}

static void habits(struct jw *w, const struct habit_profile *h)
{
	jw_kobj(w, "habits");
	jw_kstr(w, "pattern", h->pattern);
	if (h->pattern) {
		jw_kint(w, "follow", h->follow);
		ktexts(w, "breakers", h->breaker, (size_t)h->nbreakers);
	}
	jw_kstr(w, "capitals", h->capitals);
	if (h->capitals) {
		jw_kint(w, "same_case", h->same_case);
		ktexts(w, "otherwise", h->otherwise, (size_t)h->notherwise);
	}
	jw_kint(w, "damaged", h->damaged);
	jw_kint(w, "mojibake", h->mojibake);
	jw_kint(w, "placeholders", h->placeholders);
	ktexts(w, "placeholder", h->placeholder, (size_t)h->nplaceholders);
	jw_obj_end(w);
}

/* ---- all --------------------------------------------------------------------------------- */

/* How far off the figures of a sketch can be. */
static void accuracy(struct jw *w, const struct column_profile *c)
{
	if (!c->approximate) {
		jw_knull(w, "accuracy");
		return;
	}
	jw_kobj(w, "accuracy");
	jw_knum(w, "quantile_rank_error", c->accuracy.quantile_rank_error);
	jw_knum(w, "distinct_relative_error", c->accuracy.distinct_relative_error);
	jw_kint(w, "frequency_error", c->accuracy.frequency_error);
	jw_knum(w, "confidence", 0.99);
	jw_kint(w, "tested", c->accuracy.tested);
	jw_kstr(w, "method", c->accuracy.method);
	jw_obj_end(w);
}

static bool is_target(const struct eda *x, const struct variable *v)
{
	return x->options.target && strcmp(x->options.target, v->name) == 0;
}

static void column(struct jw *w, const struct eda *x, const struct column_profile *c)
{
	const struct variable *v = c->var;
	jw_obj(w);
	jw_kstr(w, "name", v->name);
	jw_kstr(w, "label", v->label);
	jw_kstr(w, "type", variable_type_name(v->type));
	jw_kstr(w, "parsed", v->parsed);
	jw_kstr(w, "storage", column_type_name(table_field(x->table, v->col)->type));
	jw_kstr(w, "semantic", v->semantic);
	jw_knum(w, "semantic_share", v->semantic_share);
	jw_kstr(w, "description", v->description);
	jw_kstr(w, "unit", v->unit);
	jw_kint(w, "count", c->count);
	jw_kint(w, "missing", c->missing);
	kshare(w, "missing_share", c->missing, c->rows);
	jw_kint(w, "distinct", c->distinct);
	kshare(w, "distinct_share", c->distinct, c->count);
	kint_or_null(w, "unique", c->unique);
	if (c->unique < 0)
		jw_kstr(w, "unique_why", "a sketch does not tell");
	jw_kbool(w, "approximate", c->approximate);
	accuracy(w, c);
	jw_kint(w, "memory_bytes", c->memory_bytes);
	ktexts(w, "examples", c->examples, EXAMPLES);
	if (c->numeric)
		numeric(w, c, v->col < x->options.max_curves || is_target(x, v));
	if (c->category)
		category(w, c->category, c->count);
	if (c->boolean)
		boolean(w, c->boolean);
	if (c->datetime)
		datetime(w, c->datetime);
	if (c->text)
		text(w, c->text, c->count);
	if (c->habits)
		habits(w, c->habits);
	if (c->meaning)
		meaning(w, c->meaning, c->count);
	jw_obj_end(w);
}

void eda_write_columns(struct jw *w, const struct eda *x)
{
	jw_karr(w, "columns");
	for (int i = 0; i < x->ncols; i++)
		column(w, x, &x->cols[i]);
	jw_arr_end(w);
}
