/* SPDX-License-Identifier: GPL-3.0-or-later */
/* No claim is stronger than its evidence: what is called useful, strongest or beyond chance is so by the
 * figures, and nothing is called a cause. */
#include "report/check_int.h"

#include <math.h>
#include <string.h>

static const double CHANCE = 0.05;

/* ---- models ---------------------------------------------------------------------------------- */

static const json_t *candidate(const json_t *m, const char *key, const char *value)
{
	const json_t *list = json_at(m, "candidates");
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_text(json_array_get(list, i), key, ""), value) == 0)
			return json_array_get(list, i);
	return NULL;
}

/* A model may be called useful only when it beats the baseline beyond chance. */
static void check_useful(struct checking *k, const json_t *m, const char *path)
{
	const json_t *kept = candidate(m, "name", json_text(m, "chosen", json_text(m, "best", ""))),
		     *base = candidate(m, "kind", "baseline");
	if (!check_that(k, CHECK_models, base != NULL, "there is no baseline among the candidates") ||
			strcmp(json_text(m, "verdict", ""), "useful") != 0 ||
			!check_that(k, CHECK_models, kept != NULL, "the model that is kept is none of the candidates"))
		return;
	double ours = json_num(kept, path, NAN), floor = json_num(base, path, NAN);
	check_that(k, CHECK_models, json_flag(m, "lower_is_better", true) ? ours < floor : ours > floor,
		"called useful, but scores no better than the baseline");
	check_that(k, CHECK_models, json_num(kept, "p_baseline", 1) < CHANCE,
		"called useful, but the difference to the baseline may be chance");
}

/* The best has the best score of all. */
static void check_best(struct checking *k, const json_t *m, const char *path)
{
	const json_t *list = json_at(m, "candidates"), *best = candidate(m, "name", json_text(m, "best", ""));
	double top = json_num(best, path, NAN);
	bool lower = json_flag(m, "lower_is_better", true);
	for (size_t i = 0; best && i < json_array_size(list); i++) {
		const json_t *x = json_array_get(list, i);
		double score = json_num(x, path, NAN);
		if (strcmp(json_text(x, "status", "ok"), "ok") == 0 && !isnan(score) && !isnan(top))
			check_that(k, CHECK_models, lower ? top <= score : top >= score, "'%s' is called best, but '%s' scores better",
				json_text(m, "best", ""), json_text(x, "name", ""));
	}
}

static void check_order(struct checking *k, const json_t *features)
{
	for (size_t i = 1; i < json_array_size(features); i++)
		check_that(k, CHECK_models, json_num(json_array_get(features, i), "mean", 0) <=
			json_num(json_array_get(features, i - 1), "mean", 0), "'%s' matters more than what stands before it",
			json_text(json_array_get(features, i), "name", ""));
}

void check_models(struct checking *k)
{
	const json_t *m = k->in->artifacts->modeling;
	if (!m || strcmp(json_text(m, "status", ""), "fitted") != 0)
		return;
	const char *path = arena_printf(k->arena, "scores.%s.value", json_text(m, "metric", ""));
	check_useful(k, m, path);
	check_best(k, m, path);
	check_order(k, json_at(m, "importance.features"));
}

/* ---- wording --------------------------------------------------------------------------------- */

/* In any language of the report. What is marked as a claim of chance needs a p value to match; what is
 * marked as a cause may stand only where it is denied. */
static const char *const chance_words[] = { "beyond chance", "significant", "signifikant" };
static const char *const cause_words[] = { " causes ", " caused ", " causal", "leads to", "brings about", " proves ",
	"proven", "guarantee", "verursacht", "bewirkt", "beweist", "bewiesen", "garantiert", "kausal" };
static const char *const denials[] = { "No ", "no ", "Not ", "not ", "None", "none", "Nothing", "nothing", "cannot", "n't",
	"Nichts", "nichts", "kein", "Kein", "nicht", "Nicht" };

static bool has_any(const char *s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(s, words[i]))
			return true;
	return false;
}

/* One sentence: its words, and the p values in it. */
struct sentence {
	struct buf words;
	double largest;            /* p; NaN: none */
	bool driver;               /* names a column by its importance */
};

static void judge_sentence(struct checking *k, struct sentence *s, const char *words)
{
	bool denied = has_any(words, denials, COUNTOF(denials));
	if (has_any(words, cause_words, COUNTOF(cause_words)))
		check_that(k, CHECK_wording, denied, "'%.160s' claims a cause", words);
	if (!denied && !isnan(s->largest) && has_any(words, chance_words, COUNTOF(chance_words)))
		check_that(k, CHECK_wording, s->largest < CHANCE, "'%.160s' is said with p = %.3g", words, s->largest);
	s->largest = NAN;
}

/* Words of the report, up to several sentences; those of the data are not judged. */
static void read_words(struct checking *k, struct sentence *s, const char *p)
{
	buf_puts(&s->words, p);
	char *from = s->words.p;
	for (char *end; from && (end = strstr(from, ". ")) != NULL; from = end + 1) {
		*end = '\0';
		judge_sentence(k, s, from);
	}
	if (!from || from == s->words.p)
		return;
	size_t left = s->words.n - (size_t)(from - s->words.p);
	memmove(s->words.p, from, left + 1);
	s->words.n = left;
}

static void read_number(struct checking *k, struct sentence *s, const json_t *cell)
{
	static const char top[] = "modeling.json#importance.features.", name[] = ".name";
	const char *ref = json_text(cell, "ref", "");
	size_t n = strlen(ref);
	if (strcmp(json_text(cell, "class", ""), "p_value") == 0) {
		double p = json_num(cell, "value", NAN);
		s->largest = isnan(s->largest) || p > s->largest ? p : s->largest;
	}
	if (!s->driver && strncmp(ref, top, strlen(top)) == 0 && strcmp(ref + n - strlen(name), name) == 0) {
		s->driver = true;
		check_that(k, CHECK_wording, atoi(ref + strlen(top)) == 0, "'%s' is named first, but others matter more",
			json_text(cell, "text", ""));
	}
	buf_putc(&s->words, '#');
}

static void check_node(void *ctx, const json_t *node)
{
	struct checking *k = ctx;
	const char *kind = json_text(node, "kind", "");
	if (strcmp(kind, "text") != 0 && strcmp(kind, "note") != 0 && strcmp(kind, "finding") != 0)
		return;
	struct sentence s = { .largest = NAN };
	const json_t *cells = json_object_get(node, "cells");
	for (size_t i = 0; i < json_array_size(cells); i++) {
		const json_t *c = json_array_get(cells, i);
		if (json_is_string(c))
			read_words(k, &s, json_string_value(c));
		else
			read_number(k, &s, c);
	}
	judge_sentence(k, &s, buf_str(&s.words));
	check_that(k, CHECK_wording, true, "read");
	buf_free(&s.words);
}

void check_wording(struct checking *k)
{
	result_walk(json_at(k->in->result, "document"), check_node, k);
}
