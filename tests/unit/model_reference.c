/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linear and logistic fits of whole candidates on real data against what R 4.2.2 gives (lm, glm):
 * coefficients, standard errors, p, R2, sigma, F, deviance, AIC. Sets too large to keep beside the tests
 * are compared where they are found. */
#include "model_set.h"
#include "test.h"

/* A term of R's formula: a column, its level (a flag then) or the logarithm to some base. */
struct formula_term {
	const char *name, *column, *level;
	double base;
};
struct fit {
	const char *dataset, *analysis, *file;
	char comma;
	enum model_kind kind;
	struct formula_term target, terms[8];
};

static const struct fit fits[] = {
	{ "mtcars", "lm mpg~wt+hp", "tests/data/model/mtcars.csv", ',', MODEL_OLS, { "mpg", "mpg", NULL, 0 },
		{ { "wt", "wt", NULL, 0 }, { "hp", "hp", NULL, 0 } } },
	{ "mtcars", "glm binomial am~wt", "tests/data/model/mtcars.csv", ',', MODEL_LOGISTIC, { "am", "am", NULL, 0 },
		{ { "wt", "wt", NULL, 0 } } },
	{ "airquality", "lm Ozone~Solar.R+Wind+Temp (complete cases)", "tests/data/model/airquality.csv", ',', MODEL_OLS,
		{ "Ozone", "Ozone", NULL, 0 }, { { "Solar.R", "Solar.R", NULL, 0 }, { "Wind", "Wind", NULL, 0 },
		{ "Temp", "Temp", NULL, 0 } } },
	{ "titanic", "glm binomial Survived~Pclass(factor)+Sex+Age+SibSp+Parch+Fare (complete cases)",
		"../shared/data/models/titanic_train.csv", ',', MODEL_LOGISTIC, { "Survived", "Survived", NULL, 0 },
		{ { "Pclass2", "Pclass", "2", 0 }, { "Pclass3", "Pclass", "3", 0 }, { "Sexmale", "Sex", "male", 0 },
		{ "Age", "Age", NULL, 0 }, { "SibSp", "SibSp", NULL, 0 }, { "Parch", "Parch", NULL, 0 }, { "Fare", "Fare", NULL, 0 } } },
	{ "diamonds", "lm log(price)~log(carat)", "../shared/data/models/diamonds.csv.gz", ',', MODEL_OLS,
		{ "log(price)", "price", NULL, 2.718281828459045 }, { { "log(carat)", "carat", NULL, 2.718281828459045 } } },
	{ "ames", "lm log10(Sale_Price)~Gr_Liv_Area+Year_Built+Total_Bsmt_SF+Garage_Cars",
		"../shared/data/models/ames.csv.gz", ',', MODEL_OLS, { "price", "Sale_Price", NULL, 10 },
		{ { "Gr_Liv_Area", "Gr_Liv_Area", NULL, 0 }, { "Year_Built", "Year_Built", NULL, 0 },
		{ "Total_Bsmt_SF", "Total_Bsmt_SF", NULL, 0 }, { "Garage_Cars", "Garage_Cars", NULL, 0 } } },
	{ "telco", "glm binomial Churn=Yes~tenure+MonthlyCharges+Contract+InternetService",
		"../shared/data/models/telco_churn.csv", ',', MODEL_LOGISTIC, { "churn", "Churn", "Yes", 0 },
		{ { "tenure", "tenure", NULL, 0 }, { "MonthlyCharges", "MonthlyCharges", NULL, 0 },
		{ "ContractOne year", "Contract", "One year", 0 }, { "ContractTwo year", "Contract", "Two year", 0 },
		{ "InternetServiceFiber optic", "InternetService", "Fiber optic", 0 },
		{ "InternetServiceNo", "InternetService", "No", 0 } } },
	{ "bank-additional", "glm binomial y=yes~age+campaign+euribor3m+contact",
		"../shared/data/models/bank-additional.csv.gz", ';', MODEL_LOGISTIC, { "yes", "y", "yes", 0 },
		{ { "age", "age", NULL, 0 }, { "campaign", "campaign", NULL, 0 }, { "euribor3m", "euribor3m", NULL, 0 },
		{ "contacttelephone", "contact", "telephone", 0 } } },
	{ "bike-daily", "lm cnt~temp+hum+windspeed+yr", "../shared/data/models/bike-sharing-daily.csv", ',', MODEL_OLS,
		{ "cnt", "cnt", NULL, 0 }, { { "temp", "temp", NULL, 0 }, { "hum", "hum", NULL, 0 },
		{ "windspeed", "windspeed", NULL, 0 }, { "yr", "yr", NULL, 0 } } },
};

static double reference(const struct fit *f, const char *quantity)
{
	static struct buf text;
	if (!text.p && file_read("tests/data/model/reference.tsv", 1 << 20, &text, NULL) < 0)
		exit(1);
	for (const char *line = text.p; line && *line;) {
		char name[32], model[128], what[64], value[40];
		if (sscanf(line, "%31[^\t]\t%127[^\t]\t%63[^\t]\t%39s", name, model, what, value) == 4 &&
			strcmp(name, f->dataset) == 0 && strcmp(model, f->analysis) == 0 && strcmp(what, quantity) == 0)
			return strtod(value, NULL);
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return NAN;
}

static double value_of(const struct set *s, const struct formula_term *t, int64_t row)
{
	const struct set_col *c = &s->col[set_find(s, t->column)];
	double v = c->v[row];
	if (isnan(v))
		return NAN;
	if (t->level && c->type == COLUMN_DICT)
		return strcmp(c->level[(int)v], t->level) == 0;
	if (t->level)
		return v == strtod(t->level, NULL);
	return t->base > 0 ? log(v) / log(t->base) : v;
}

/* The complete rows of the formula's columns. */
static struct set design_of(const struct set *raw, const struct fit *f, struct arena *a)
{
	struct set s = set_new(a, raw->rows, 9);
	set_add(&s, f->target.name, f->kind == MODEL_OLS ? COLUMN_FLOAT64 : COLUMN_INT64);
	for (const struct formula_term *t = f->terms; t->name; t++)
		set_add(&s, t->name, COLUMN_FLOAT64);
	s.rows = 0;
	for (int64_t i = 0; i < raw->rows; i++) {
		bool whole = true;
		for (int j = 0; j < s.cols; j++) {
			s.col[j].v[s.rows] = value_of(raw, j ? &f->terms[j - 1] : &f->target, i);
			whole = whole && !isnan(s.col[j].v[s.rows]);
		}
		s.rows += whole;
	}
	return s;
}

/* Digits that agree, at worst, over the coefficients; each quantity that R printed must be near. */
static void compare(const struct fit *f, const struct candidate *c)
{
	double worst = 15, worst_se = 15;
	char what[80];
	for (size_t i = 0; i < c->ncoefficients; i++) {
		const struct coefficient *k = &c->coefficients[i];
		const char *name = i ? k->term : "(Intercept)";
		snprintf(what, sizeof what, "coef:%s", name);
		double want = reference(f, what);
		worst = fmin(worst, -log10(fmax(fabs(k->estimate / want - 1), 1e-15)));
		snprintf(what, sizeof what, "se:%s", name);
		want = reference(f, what);
		worst_se = fmin(worst_se, -log10(fmax(fabs(k->se / want - 1), 1e-15)));
		snprintf(what, sizeof what, "p:%s", name);
		want = reference(f, what);
		if (want > 0)
			CHECK_NEAR(k->p, want, 1e-6);
	}
	printf("%-16s %-8s coefficients %4.1f digits, standard errors %4.1f\n", f->dataset, model_kind_name(f->kind), worst,
		worst_se);
	/* R's glm stops when the deviance does, and takes standard errors from the weights before that step */
	CHECK(worst > (f->kind == MODEL_OLS ? 8 : 5));
	CHECK(worst_se > (f->kind == MODEL_OLS ? 8 : 3.5));
	const struct { const char *what; double got; } fit[] = { { "r2", c->r2 }, { "adj_r2", c->adj_r2 }, { "sigma", c->sigma },
		{ "F", c->f }, { "aic", c->aic }, { "loglik", c->log_likelihood }, { "deviance", c->deviance },
		{ "null_deviance", c->null_deviance } };
	int compared = 0;
	for (size_t i = 0; i < COUNTOF(fit); i++) {
		double want = reference(f, fit[i].what);
		if (isnan(want))
			continue;
		CHECK_NEAR(fit[i].got, want, 1e-8);
		compared++;
	}
	CHECK(compared == (f->kind == MODEL_OLS ? 6 : 3));
}

int main(void)
{
	int done = 0;
	for (size_t i = 0; i < COUNTOF(fits); i++) {
		const struct fit *f = &fits[i];
		struct arena *a = arena_new();
		struct set raw = set_read(f->file, f->comma, a);
		if (raw.rows) {
			struct set s = design_of(&raw, f, a);
			struct table *t = set_table(&s);
			struct model_spec spec = set_spec(&s, f->target.name, f->kind == MODEL_LOGISTIC);
			memset(spec.want, 0, sizeof spec.want);
			spec.want[f->kind] = true;
			spec.repeats = spec.bootstrap = 0;
			spec.folds = 2;
			struct model_result r;
			struct err e = { 0 };
			int ok = model_run(t, &spec, a, &r, &e);
			if (ok < 0)
				printf("%s: %s\n", f->dataset, e.msg);
			CHECK(ok == 0);
			if (ok == 0)
				compare(f, set_candidate(&r, f->kind));
			table_close(t);
			done++;
		}
		arena_free(a);
	}
	CHECK(done >= 3);
	return test_end();
}
