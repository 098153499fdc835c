/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a prediction has to say about the data, beside the predictions. */
#include "driver/predict_int.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *key, *title;
} counts[] = { { "missing", "missing" }, { "unreadable", "unreadable" }, { "unseen", "unseen" },
	{ "outside", "out of range" } };

/* A name of the data, padded to `width` columns of the terminal. */
static void put_name(FILE *out, const char *name, int width)
{
	struct buf clean = { 0 };
	term_clean(&clean, name);
	int used = (int)utf8_width(buf_str(&clean), clean.n);
	fprintf(out, "%s%*s", buf_str(&clean), used < width ? width - used : 0, "");
	buf_free(&clean);
}

static bool notable(const json_t *column)
{
	bool any = !json_flag(column, "present", true);
	for (size_t k = 0; k < COUNTOF(counts); k++)
		any = any || json_int(column, counts[k].key, 0) > 0;
	return any;
}

/* A line a column that differs, at most `MOST`. */
static void put_columns(FILE *out, const json_t *columns)
{
	enum { MOST = 30 };
	int width = 6, shown = 0, more = 0;
	for (size_t i = 0; i < json_array_size(columns); i++) {
		const char *name = json_text(json_array_get(columns, i), "name", "");
		int n = (int)utf8_width(name, strlen(name));
		if (notable(json_array_get(columns, i)) && n > width)
			width = n < 40 ? n : 40;
	}
	for (size_t i = 0; i < json_array_size(columns); i++) {
		const json_t *c = json_array_get(columns, i);
		if (!notable(c))
			continue;
		if (shown++ >= MOST) {
			more++;
			continue;
		}
		if (shown == 1) {
			fprintf(out, "%-*s", width, "column");
			for (size_t k = 0; k < COUNTOF(counts); k++)
				fprintf(out, "  %12s", counts[k].title);
			fputc('\n', out);
		}
		put_name(out, json_text(c, "name", ""), width);
		for (size_t k = 0; k < COUNTOF(counts); k++)
			fprintf(out, "  %12lld", (long long)json_int(c, counts[k].key, 0));
		const char *wrong = json_text(c, "wrong", NULL);
		fprintf(out, "%s%s\n", wrong ? "  " : "", wrong ? wrong : "");
	}
	if (more)
		fprintf(out, "and %d more columns\n", more);
	if (!shown)
		fputs("every column is as it was in training\n", out);
}

static void put_extra(FILE *out, const json_t *extra)
{
	enum { NAMED = 5 };
	size_t n = json_array_size(extra);
	if (!n)
		return;
	fprintf(out, "not used: ");
	for (size_t i = 0; i < n && i < NAMED; i++) {
		fputs(i ? ", " : "", out);
		put_name(out, json_string_value(json_array_get(extra, i)), 0);
	}
	fprintf(out, n > NAMED ? " and %zu more\n" : "\n", n - NAMED);
}

static void put_actual(FILE *out, const json_t *actual)
{
	static const char *const keys[] = { "rmse", "mae", "accuracy", "log_loss" };
	if (!actual || json_is_null(actual))
		return;
	fprintf(out, "where the target is known (%lld rows):", (long long)json_int(actual, "rows", 0));
	const char *comma = " ";
	for (size_t i = 0; i < COUNTOF(keys); i++) {
		double v = json_num(actual, keys[i], NAN);
		if (isnan(v))
			continue;
		fprintf(out, "%s%s %.4g", comma, keys[i], v);
		comma = ", ";
	}
	fputs("; of use only for rows that it did not learn from\n", out);
}

void predict_tell(FILE *out, const json_t *told)
{
	const json_t *model = json_at(told, "model");
	double level = json_num(model, "interval_level", NAN);
	int64_t aside = json_int(told, "set_aside", 0);
	fprintf(out, "%lld rows predicted: ", (long long)json_int(told, "rows", 0));
	put_name(out, json_text(model, "target", ""), 0);
	fprintf(out, " by %s", json_text(model, "name", ""));
	if (!isnan(level))
		fprintf(out, ", intervals of %g %%", 100 * level);
	fputc('\n', out);
	if (aside)
		fprintf(out, "%lld records could not be read as rows and are left out\n", (long long)aside);
	put_actual(out, json_at(told, "actual"));
	put_columns(out, json_at(told, "columns"));
	put_extra(out, json_at(told, "extra"));
}
