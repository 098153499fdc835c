/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the keys of the artifacts are called in the report: measures, scores, tests, meanings. */
#include "report/report_int.h"

#include <string.h>

struct name {
	const char *key, *name;
	enum cell_class cls;
};

static const struct name measures[] = {
	{ "pearson", "Pearson correlation", CELL_CORRELATION },
	{ "spearman", "Spearman correlation", CELL_CORRELATION },
	{ "cramers_v", "Cramér's V", CELL_ASSOCIATION },
	{ "correlation_ratio", "correlation ratio", CELL_ASSOCIATION },
	{ "eta_squared", "share of variance explained", CELL_ASSOCIATION },
	{ "r", "Pearson correlation", CELL_CORRELATION },
};

static const struct name scores[] = {
	{ "rmse", "RMSE", CELL_SCORE },
	{ "mse", "MSE", CELL_SCORE },
	{ "mae", "MAE", CELL_SCORE },
	{ "mape", "MAPE", CELL_SCORE },
	{ "r2", "R²", CELL_SCORE },
	{ "log_loss", "log loss", CELL_SCORE },
	{ "roc_auc", "ROC AUC", CELL_SCORE },
	{ "auc", "ROC AUC", CELL_SCORE },
	{ "pr_auc", "PR AUC", CELL_SCORE },
	{ "accuracy", "accuracy", CELL_SCORE },
	{ "balanced_accuracy", "balanced accuracy", CELL_SCORE },
	{ "f1", "F1", CELL_SCORE },
	{ "mcc", "MCC", CELL_SCORE },
	{ "brier", "Brier score", CELL_SCORE },
	{ "brier_skill", "Brier skill", CELL_SCORE },
	{ "auc_pairs", "AUC of pairs of classes", CELL_SCORE },
	{ "median_ae", "median absolute error", CELL_SCORE },
};

static const struct name tests[] = {
	{ "shapiro-wilk", "Shapiro-Wilk", CELL_SCORE },
	{ "anderson-darling", "Anderson-Darling", CELL_SCORE },
};

static const struct name *name_lookup(const struct name *names, size_t n, const char *key)
{
	for (size_t i = 0; key && i < n; i++)
		if (strcmp(names[i].key, key) == 0)
			return &names[i];
	return NULL;
}

const char *title_of_measure(const char *measure)
{
	const struct name *m = name_lookup(measures, COUNTOF(measures), measure);
	return m ? m->name : measure;
}

enum cell_class class_of_measure(const char *measure)
{
	const struct name *m = name_lookup(measures, COUNTOF(measures), measure);
	return m ? m->cls : CELL_SCORE;
}

const char *title_of_score(const char *score)
{
	const struct name *m = name_lookup(scores, COUNTOF(scores), score);
	return m ? m->name : score;
}

const char *title_of_meaning(const char *semantic)
{
	static const struct {
		const char *semantic, *words;
	} kinds[] = { { "url", "web addresses" }, { "email", "e-mail addresses" },
		{ "path", "paths of files" }, { "ip", "IP addresses" }, { "uuid", "UUIDs" },
		{ "iban", "bank accounts (IBAN) with valid check digits" },
		{ "list", "lists or structures" }, { "country", "names of countries" },
		{ "country_code", "codes of countries (ISO 3166)" },
		{ "postal_code", "postal codes" }, { "phone", "telephone numbers" },
		{ "latitude", "latitudes" }, { "longitude", "longitudes" },
		{ "money", "amounts of money" }, { "percent", "percentages" } };
	for (size_t i = 0; semantic && i < COUNTOF(kinds); i++)
		if (strcmp(kinds[i].semantic, semantic) == 0)
			return kinds[i].words;
	return NULL;
}

const char *plural(double n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

const char *title_of_text(const char *text)
{
	const struct name *test = name_lookup(tests, COUNTOF(tests), text);
	return test ? test->name : title_of_score(title_of_measure(text));
}
