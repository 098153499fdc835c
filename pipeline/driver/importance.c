/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dossier importance: what the model of a job rests on, as bars. */
#include "driver/models_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bar {
	const char *name;
	double value, lo, hi, shap;
};

static int by_value(const void *a, const void *b)
{
	double x = ((const struct bar *)a)->value, y = ((const struct bar *)b)->value;
	return (x < y) - (x > y);
}

static double shap_of(const json_t *shap, const char *name)
{
	const json_t *columns = json_at(shap, "columns");
	for (size_t i = 0; i < json_array_size(columns); i++)
		if (strcmp(json_text(json_array_get(columns, i), "name", ""), name) == 0)
			return json_num(json_array_get(columns, i), "mean_abs", NAN);
	return NAN;
}

/* `share` of `width` blocks, to the eighth. */
static const char *draw(struct arena *a, double share, int width)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	int n = share > 0 ? (int)lround(share * width * 8) : 0;
	struct buf b = { 0 };
	for (int i = 0; i < n / 8; i++)
		buf_puts(&b, "█");
	buf_puts(&b, eighths[n % 8]);
	const char *s = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

/* What the bar of the longest name and numbers leaves of the line. */
static int bar_width(const struct grid *g, int width)
{
	enum { LEAST = 10, MOST = 40 };
	int used = 2 * 4;
	for (int k = 0; k < 4; k++) {
		int widest = 0;
		for (size_t i = 0; i < g->n; i++) {
			const char *s = g->rows[i][k] ? g->rows[i][k] : "";
			int w = (int)utf8_width(s, strlen(s));
			widest = w > widest ? w : widest;
		}
		used += widest;
	}
	int left = (width > 0 ? width : 80) - 1 - used;
	return left < LEAST ? LEAST : left > MOST ? MOST : left;
}

static void print_bars(struct arena *a, const struct known *k, const struct bar *bars, size_t n, const struct term *t)
{
	const json_t *m = k->modeling, *importance = json_at(m, "importance"), *shap = json_at(m, "explanation.shap");
	const char *metric = json_text(importance, "metric", "");
	bool with_shap = json_count(shap, "columns") > 0;
	printf("%s predicts %s; how much worse its %s gets when a column is shuffled (%lld times in each part), and what 95 %% of these say\n",
		grid_words(a, json_text(importance, "model", "the model")), grid_words(a, json_text(m, "target", "")), metric,
		(long long)json_int(importance, "repeats", 0));
	struct grid g = { .arena = a, .right = { [1] = true, true, true } };
	const char *const heads[GRID_COLUMNS] = { "column", metric, "", with_shap ? "mean |SHAP|" : "", "" };
	memcpy(grid_row(&g), heads, sizeof heads);
	for (size_t i = 0; i < n; i++) {
		const char **r = grid_row(&g);
		r[0] = grid_words(a, bars[i].name);
		r[1] = grid_number(a, bars[i].value, "");
		r[2] = arena_printf(a, "%.3g to %.3g", bars[i].lo, bars[i].hi);
		r[3] = with_shap ? isnan(bars[i].shap) ? "-" : grid_number(a, bars[i].shap, "") : "";
	}
	int width = bar_width(&g, t->width);
	for (size_t i = 0; i < n; i++)
		g.rows[i + 1][4] = draw(a, bars[i].value / bars[0].value, width);
	grid_print(&g, t->colour);
	if (!known_warranted(k))
		puts("nothing beats the baseline beyond chance: there is little to explain");
}

int cmd_importance(const struct options *opt, const struct stage *const *table, struct err *e)
{
	struct arena *a = arena_new();
	struct known k = { 0 };
	struct term t;
	term_init(&t, opt, table);
	int r = known_need(a, opt, &k, e);
	const json_t *list = json_at(k.modeling, "importance.features"), *shap = json_at(k.modeling, "explanation.shap");
	size_t n = json_array_size(list);
	if (r == 0 && !n)
		r = err_set(e, ERR_USAGE, "job '%s': %s rests on no column", opt->args[0],
			json_text(k.modeling, "chosen", "the baseline"));
	struct bar *bars = arena_calloc(a, n, sizeof *bars);
	for (size_t i = 0; i < n; i++) {
		const json_t *f = json_array_get(list, i);
		const char *name = json_text(f, "name", "");
		bars[i] = (struct bar){ name, json_num(f, "mean", 0), json_num(f, "lo", NAN), json_num(f, "hi", NAN),
			shap_of(shap, name) };
	}
	if (n)
		qsort(bars, n, sizeof *bars, by_value);
	if (r == 0 && opt->json) {
		json_t *o = json_pack("{s:O}", "importance", json_object_get(k.modeling, "importance"));
		json_t *columns = json_array();
		for (size_t i = 0; i < n; i++)
			if (!isnan(bars[i].shap))
				json_array_append_new(columns, json_pack("{s:s,s:f}", "name", bars[i].name, "mean_abs", bars[i].shap));
		json_object_set_new(o, "shap", columns);
		term_print_json(o);
		json_decref(o);
	} else if (r == 0) {
		print_bars(a, &k, bars, n, &t);
	}
	known_free(&k);
	arena_free(a);
	return r;
}
