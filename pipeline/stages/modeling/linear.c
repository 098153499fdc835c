/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What modeling.json says about the inside of linear candidates: coefficients, tests of whole columns, the fit, its
 * diagnostics, rows that move it, and the path of penalties. */
#include "stages/modeling_int.h"

#include <math.h>

static void write_robust(struct jw *w, const struct coefficient *k)
{
	if (isnan(k->robust_se))
		return;
	jw_kobj(w, "robust");
	jw_knum(w, "se", k->robust_se);
	jw_knum(w, "p", k->robust_p);
	jw_knum(w, "lo", k->robust_lo);
	jw_knum(w, "hi", k->robust_hi);
	jw_obj_end(w);
}

/* The interval of an odds ratio is that of the log odds. */
static void write_odds(struct jw *w, const struct coefficient *k)
{
	double lo = exp(k->lo), hi = exp(k->hi);
	jw_knum(w, "odds_ratio", k->odds_ratio);
	if (isnan(k->odds_ratio) || isnan(lo) || !isfinite(hi))
		return;
	jw_knum(w, "odds_lo", lo);
	jw_knum(w, "odds_hi", hi);
}

static void write_coefficients(struct jw *w, const struct candidate *c)
{
	jw_karr(w, "coefficients");
	for (size_t i = 0; i < c->ncoefficients; i++) {
		const struct coefficient *k = &c->coefficients[i];
		jw_obj(w);
		jw_kstr(w, "term", k->term);
		if (k->outcome)
			jw_kstr(w, "outcome", k->outcome);
		jw_knum_why(w, "estimate", k->estimate, "a combination of other terms");
		jw_knum(w, "step", k->step);
		jw_knum(w, "se", k->se);
		jw_knum(w, "statistic", k->statistic);
		jw_knum(w, "p", k->p);
		jw_knum(w, "lo", k->lo);
		jw_knum(w, "hi", k->hi);
		write_robust(w, k);
		write_odds(w, k);
		jw_knum(w, "vif", k->vif);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

/* {"statistic", "df", "p"}; null when it was not made. */
static void write_test(struct jw *w, const char *key, double statistic, int df, double p)
{
	if (isnan(statistic)) {
		jw_knull(w, key);
		return;
	}
	jw_kobj(w, key);
	jw_knum(w, "statistic", statistic);
	if (df)
		jw_kint(w, "df", df);
	jw_knum(w, "p", p);
	jw_obj_end(w);
}

static void write_fit(struct jw *w, const struct model_result *m, const struct candidate *c)
{
	const struct linear_fit *f = c->linear;
	jw_kobj(w, "fit");
	jw_kint(w, "n", m->rows);
	jw_kint(w, "parameters", c->parameters);
	if (!f->path) {
		jw_knum(w, "df_residual", c->df_residual);
		jw_knum(w, "log_likelihood", c->log_likelihood);
		jw_knum(w, "aic", c->aic);
		jw_knum(w, "bic", f->bic);
	}
	if (c->kind == MODEL_OLS) {
		jw_knum(w, "sigma", c->sigma);
		jw_knum(w, "r2", c->r2);
		jw_knum(w, "adj_r2", c->adj_r2);
		jw_knum(w, "f", c->f);
		jw_knum(w, "f_p", c->f_p);
	}
	if (c->kind == MODEL_ROBUST) {
		jw_knum(w, "sigma", c->sigma);
		jw_knum(w, "scale", f->scale);
		jw_kint(w, "downweighted", f->downweighted);
	}
	if (c->kind == MODEL_LOGISTIC) {
		jw_knum(w, "null_deviance", c->null_deviance);
		jw_knum(w, "deviance", c->deviance);
		write_test(w, "likelihood_ratio", f->lr, f->lr_df, f->lr_p);
		jw_knum(w, "mcfadden_r2", f->mcfadden);
	}
	jw_obj_end(w);
}

static void write_diagnostics(struct jw *w, const struct candidate *c)
{
	const struct linear_fit *f = c->linear;
	if (c->kind != MODEL_OLS && isnan(f->hosmer)) {
		jw_knull(w, "diagnostics");
		return;
	}
	jw_kobj(w, "diagnostics");
	if (c->kind == MODEL_OLS) {
		write_test(w, "breusch_pagan", c->breusch_pagan, 0, c->breusch_pagan_p);
		jw_kstr(w, "standard_errors", f->robust ? "HC3" : "classical");
		jw_knum(w, "spread", f->spread);
		jw_knum(w, "durbin_watson", c->durbin_watson);
		jw_kobj(w, "residual_normality");
		jw_kstr(w, "test", "jarque-bera");
		jw_knum(w, "statistic", c->jarque_bera);
		jw_knum(w, "p", c->jarque_bera_p);
		jw_obj_end(w);
		write_test(w, "reset", f->reset, f->reset_df, f->reset_p);
		jw_kobj(w, "max_cook");
		jw_knum(w, "value", c->max_cook);
		if (c->max_cook_row >= 0)
			jw_kint(w, "row", c->max_cook_row + 1);
		jw_obj_end(w);
	} else {
		write_test(w, "hosmer_lemeshow", f->hosmer, f->hosmer_df, f->hosmer_p);
	}
	jw_obj_end(w);
}

static void write_columns(struct jw *w, const struct candidate *c)
{
	const struct linear_fit *f = c->linear;
	if (!f->ncolumns) {
		jw_knull(w, "column_tests");
		return;
	}
	jw_kobj(w, "column_tests");
	jw_kstr(w, "test", c->kind == MODEL_OLS ? "F" : "chi-squared");
	jw_karr(w, "columns");
	for (size_t i = 0; i < f->ncolumns; i++) {
		const struct column_test *t = &f->columns[i];
		jw_obj(w);
		jw_kstr(w, "column", t->column);
		jw_kint(w, "df", t->terms);
		jw_knum(w, "statistic", t->statistic);
		jw_knum(w, "p", t->p);
		if (!isnan(t->robust_p))
			jw_knum(w, "robust_p", t->robust_p);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_obj_end(w);
}

static void write_influence(struct jw *w, const struct linear_fit *f)
{
	jw_karr(w, "influence");
	for (size_t i = 0; i < f->ninfluence; i++) {
		const struct influence *x = &f->influence[i];
		jw_obj(w);
		jw_kint(w, "row", x->row + 1);
		jw_knum(w, "cook", x->cook);
		jw_knum(w, "leverage", x->leverage);
		jw_knum(w, "residual", x->residual);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void write_path(struct jw *w, const struct penalty_path *p)
{
	if (!p) {
		jw_knull(w, "path");
		return;
	}
	jw_kobj(w, "path");
	jw_knum(w, "alpha", p->alpha);
	jw_kstr(w, "loss", p->loss);
	jw_kint(w, "folds", p->folds);
	jw_kint(w, "rows", p->rows);
	jw_kint(w, "chosen", (int64_t)p->chosen);
	jw_kint(w, "simplest", (int64_t)p->simplest);
	jw_knums(w, "lambda", p->lambda, p->n);
	jw_knums(w, "error", p->error, p->n);
	jw_knums(w, "error_se", p->error_se, p->n);
	jw_karr_inline(w, "nonzero");
	for (size_t i = 0; i < p->n; i++)
		jw_int(w, p->nonzero[i]);
	jw_arr_end(w);
	jw_karr(w, "terms");
	for (size_t j = 0; j < p->nterms; j++) {
		jw_obj(w);
		jw_kstr(w, "term", p->terms[j]);
		if (p->outcomes[j])
			jw_kstr(w, "outcome", p->outcomes[j]);
		jw_knums(w, "coefficients", p->coefficients + j * p->n, p->n);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_obj_end(w);
}

void modeling_linear(struct jw *w, const struct model_result *m, const struct candidate *c)
{
	write_coefficients(w, c);
	if (!c->linear || c->failed) {
		jw_knull(w, "fit");
		jw_knull(w, "diagnostics");
		return;
	}
	write_fit(w, m, c);
	write_diagnostics(w, c);
	write_columns(w, c);
	write_influence(w, c->linear);
	write_path(w, c->linear->path);
}
