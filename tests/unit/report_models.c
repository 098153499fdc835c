/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the report says about models: one sentence or table at a time, from artifacts as small as they can be. */
#include "report/report_int.h"
#include "report_sample.h"
#include "test.h"

/* The report on a useful model; `tree` adds keys to the model, `more` to modeling.json. */
static struct doc *built(struct arena *a, const char *task, const char *tree, const char *more)
{
	const char *metric = strcmp(task, "regression") == 0 ? "rmse" : "log_loss";
	struct artifacts in = { .manifest = sample_parsed(a, "{}"), .eda = sample_parsed(a, "{\"dataset\":{\"rows\":400}}"),
		.modeling = sample_parsed(a, arena_printf(a, "{\"status\":\"fitted\",\"target\":\"y\",\"task\":\"%s\",\"metric\":\"%s\","
		"\"lower_is_better\":true,\"best\":\"Tree\",\"chosen\":\"Tree\",\"verdict\":\"useful\",\"positive\":\"yes\","
		"\"candidates\":[{\"name\":\"Mean\",\"kind\":\"baseline\",\"status\":\"ok\",\"scores\":{\"%s\":{\"value\":2}}},"
		"{\"name\":\"Tree\",\"status\":\"ok\",\"p_baseline\":0.001,\"scores\":{\"%s\":{\"value\":1}}%s}]%s}",
		task, metric, metric, metric, tree, more)) };
	struct err e = { 0 };
	return report_build(a, &in, &e);
}

/* Its text, lines joined. */
static const char *report(struct arena *a, const char *task, const char *tree, const char *more)
{
	struct err e = { 0 };
	struct buf out = { 0 };
	struct doc *d = built(a, task, tree, more);
	CHECK(d && render_text.render(&(struct render_input){ .doc = d }, &out, &e) == 0);
	char *flat = arena_strdup(a, buf_str(&out)), *to = flat;
	for (const char *p = buf_str(&out); *p; p++)
		if (*p != '\n')
			*to++ = *p;
		else if (p[1] != '\n' && to > flat && to[-1] != ' ')
			*to++ = ' ', p += strspn(p + 1, " ");
	*to = '\0';
	buf_free(&out);
	return flat;
}

static bool has(const char *text, const char *phrase)
{
	return strstr(text, phrase) != NULL;
}

/* ---- linear models -------------------------------------------------------------------------------------------- */

/* Each row that moves the fit is named, not the first alone; terms without p values are ranked by size. */
static void linear(struct arena *a)
{
	const char *text = report(a, "regression", "},{\"name\":\"Linear regression\",\"kind\":\"ols\",\"status\":\"ok\","
		"\"scores\":{\"rmse\":{\"value\":1.5}},\"coefficients\":[{\"term\":\"x\",\"estimate\":2,\"p\":0.001}],"
		"\"influence\":[{\"row\":7,\"cook\":1.25},{\"row\":9,\"cook\":0.75},{\"row\":3,\"cook\":0.25}]", "");
	CHECK(has(text, "Row 7 moves the whole fit (Cook's distance 1.250)") && has(text, "So does row 9 (0.7500)."));
	CHECK(!has(text, "row 3"));
}

/* ---- how sure ------------------------------------------------------------------------------------------------- */

/* What was measured, and no more: from where to where, and whether the models had more rows. */
static void learning(struct arena *a)
{
	static const struct {
		const char *verdict, *train, *said;
	} cases[] = {
		{ "rising", "320", "More rows should help: from 128 to 320 training rows, the RMSE of Boost went from 3.125 to 2.500." },
		{ "flat", "320", "More rows alone would hardly help: from 128 to 320 training rows" },
		{ "unclear", "320", "from 3.125 to 2.500, which may be chance." },
		{ "unclear", "1200", "The curve ends below the 1200 rows that trained the models, to save time." },
	};
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		const char *text = report(a, "regression", "", arena_printf(a, ",\"validation\":{\"parts\":[{\"train\":%s,\"test\":80}]},"
			"\"judgement\":{\"learning\":{\"model\":\"Boost\",\"verdict\":\"%s\",\"doubling\":{\"value\":0.4,\"lo\":0.1,\"hi\":0.7},"
			"\"rows\":[32,64,128,224,320],\"held_out\":[5,4,3.125,2.7,2.5],\"train\":[1,1,1,1,1]}}", cases[i].train, cases[i].verdict));
		CHECK(has(text, cases[i].said));
		CHECK(has(text, "The curve ends below") == (i == 3));
		CHECK(!has(text, "0.40"));   /* a slope is no promise for rows that nobody has */
	}
}

/* Errors have one sign and one unit all over the report: actual less predicted. */
static void weak_spots(struct arena *a)
{
	const char *text = report(a, "regression", "", ",\"judgement\":{\"segments\":{\"tried\":5,\"list\":[{\"when\":[{\"column\":\"x\",\"kind\":\"missing\"}],"
		"\"n\":40,\"loss\":3,\"rest\":1,\"baseline\":5,\"bias\":0.25,\"p_adjusted\":0.001}]}}");
	CHECK(has(text, "Actual less"));
	CHECK(has(text, "\xE2\x88\x92" "0.25") && !has(text, "Predicted less"));
	CHECK(has(text, "Weak where x is missing (40 unseen rows): it is off by 3 on average, elsewhere by 1."));
}

/* One verdict for one p, here and in the finding on probabilities that are off. */
static void calibration(struct arena *a)
{
	static const struct {
		double ece, p;
		const char *advised, *said;
	} cases[] = {
		{ 0.007, 0.024, "isotonic", "That is more than chance (p = 0.024): do not take them at face value." },
		{ 0.2, 0.03, "none", "That is more than chance (p = 0.030): do not take them at face value." },
		{ 0.007, 0.024, "none", "That is more than chance (p = 0.024), but too little to matter as a rule." },
		{ 0.007, 0.3, "platt", "That alone can be chance (p = 0.300), but mapping them anew helps." },
		{ 0.007, 0.3, "none", "That can be chance (p = 0.300): they can be taken at face value." },
	};
	for (size_t i = 0; i < COUNTOF(cases); i++)
		CHECK(has(report(a, "binary", "", arena_printf(a, ",\"judgement\":{\"calibration\":{\"of\":\"positive\",\"ece\":%g,"
			"\"spiegelhalter\":{\"p\":%g},\"advised\":\"%s\"}}", cases[i].ece, cases[i].p, cases[i].advised)), cases[i].said));
}

/* A threshold that costs no less than one half is not a better one. */
static void threshold(struct arena *a)
{
	for (int same = 0; same < 2; same++) {
		const char *text = report(a, "binary", "", arena_printf(a, ",\"judgement\":{\"thresholds\":{\"cost_false_positive\":1,"
			"\"cost_false_negative\":1,\"always\":500,\"never\":500,\"cuts\":[{\"rule\":\"cost\",\"at\":0.66,\"cost\":2.5},"
			"{\"rule\":\"half\",\"at\":0.5,\"cost\":%s}]}}", same ? "2.5" : "7"));
		CHECK(has(text, "Then act from a probability of 0.66 on: that costs 2.5"));
		CHECK(has(text, "To act from one half on costs no more.") == (same == 1));
	}
}

/* ---- coefficients --------------------------------------------------------------------------------------------- */

/* A step makes terms comparable, whatever their units; what was dropped is told by column. */
static void coefficients(struct arena *a)
{
	const char *text = report(a, "regression", ",\"kind\":\"ols\",\"coefficients\":[{\"term\":\"(intercept)\",\"estimate\":5},"
		"{\"term\":\"town: mean of y\",\"estimate\":0.25,\"se\":0.01,\"p\":0.0001,\"step\":4000},"
		"{\"term\":\"size\",\"estimate\":30,\"se\":3,\"p\":0.0001,\"step\":2},"
		"{\"term\":\"kind: a\",\"estimate\":null},{\"term\":\"kind: b\",\"estimate\":null},{\"term\":\"old\",\"estimate\":null}]",
		",\"features\":[{\"name\":\"kind\"},{\"name\":\"old\"},{\"name\":\"town\"},{\"name\":\"size\"}]");
	CHECK(has(text, "Effect of a step"));
	CHECK(has(text, "1000.0") && has(text, "60.0"));
	CHECK(has(text, "Terms without a coefficient, since others say the same: 2 of kind, old."));
	text = report(a, "binary", ",\"kind\":\"logistic\",\"coefficients\":[{\"term\":\"x\",\"estimate\":0.001,\"step\":1000,"
		"\"odds_ratio\":1.0010005}]", "");
	CHECK(has(text, "2.718"));
}

/* The root of a mean squared error, in the unit of the target. */
static void penalties(struct arena *a)
{
	for (int squared = 0; squared < 2; squared++) {
		const char *text = report(a, squared ? "regression" : "binary", arena_printf(a, ",\"kind\":\"lasso\",\"coefficients\":[{\"term\":\"x\","
			"\"estimate\":1,\"step\":2}],\"path\":{\"loss\":\"%s\",\"folds\":5,\"rows\":300,\"chosen\":1,\"simplest\":0,"
			"\"lambda\":[1,0.1],\"error\":[2500,1600],\"error_se\":[1,1],\"nonzero\":[1,4],\"terms\":[{\"term\":\"x\","
			"\"coefficients\":[0,1]}]}", squared ? "mean squared error" : "deviance"), "");
		CHECK(has(text, squared ? "RMSE" : "Deviance"));
		CHECK(has(text, "40.00") == (squared == 1) && has(text, "1600") == (squared == 0));
	}
}

static const struct node *node_titled(const struct doc *d, enum node_kind kind, const char *title)
{
	for (const struct node *n = d->root; n; n = doc_walk(n))
		if (n->kind == kind && n->title && strcmp(n->title, title) == 0)
			return n;
	return NULL;
}

/* Each model has a heading of its own, below it two charts that fit beside each other on paper, then the table; that of
 * the lasso is open. */
static void penalised(struct arena *a)
{
	static const char *const kinds[] = { "ridge", "lasso" };
	const char *more = "";
	for (size_t i = 0; i < COUNTOF(kinds); i++)
		more = arena_printf(a, "%s},{\"name\":\"%s\",\"kind\":\"%s\",\"status\":\"ok\",\"coefficients\":[{\"term\":\"x\","
			"\"estimate\":1,\"step\":2}],\"path\":{\"loss\":\"deviance\",\"folds\":5,\"rows\":300,\"chosen\":1,\"simplest\":0,"
			"\"lambda\":[1,0.1],\"error\":[3,2],\"error_se\":[1,1],\"nonzero\":[1,4],\"terms\":[{\"term\":\"x\","
			"\"coefficients\":[0,1]}]}", more, kinds[i], kinds[i]);
	struct doc *d = built(a, "binary", more, "");
	const struct node *section = d ? node_titled(d, NODE_SECTION, "Models with a penalty") : NULL;
	CHECK(section != NULL);
	for (const struct node *n = section ? section->child : NULL; n; n = n->next)
		CHECK(n->kind != NODE_COLUMNS && n->kind != NODE_CHART);
	for (size_t i = 0; d && i < COUNTOF(kinds); i++) {
		const struct node *more_of = node_titled(d, NODE_DETAILS, arena_printf(a, "%s: path and coefficients", kinds[i]));
		CHECK(more_of && more_of->open == (i == 1) && more_of->child->kind == NODE_COLUMNS && more_of->last->kind == NODE_TABLE);
		const struct node *chart = more_of ? more_of->child->child : NULL;
		CHECK(chart && chart->next == more_of->child->last && chart->chart->listed);
		for (; chart; chart = chart->next)
			CHECK(chart->chart->width <= 340);
	}
}

/* What is said about the points stands below their chart, not in the place of another. */
static void sampled_points(struct arena *a)
{
	const struct doc *d = built(a, "regression", "", ",\"validation\":{\"held_out\":400},"
		"\"curves\":{\"predicted_actual\":{\"predicted\":[1,2,3],\"actual\":[1,2,4]}}");
	const struct node *chart = d ? node_titled(d, NODE_CHART, "Predicted and actual") : NULL, *beside = chart ? chart->parent : NULL;
	CHECK(beside && beside->kind == NODE_COLUMNS && !chart->next);
	CHECK(beside && beside->next && beside->next->kind == NODE_NOTE);
}

/* ---- what drives it ------------------------------------------------------------------------------------------- */

#define DRIVEN ",\"importance\":{\"model\":\"Tree\",\"metric\":\"rmse\",\"features\":[{\"name\":\"x\",\"mean\":1,\"lo\":0.5,\"hi\":2}]}," \
	"\"explanation\":{\"dependence_rows\":50"

/* Notes speak of what the charts have. */
static void dependence(struct arena *a)
{
	static const char *const local = "{\"name\":\"x\",\"method\":\"accumulated local effects\",\"shape\":\"rises\",\"partner\":\"when\","
		"\"partner_part\":\"season_cosine\",\"r\":-0.8,\"x\":[1,2],\"y\":[1,2],\"lo\":[null,null],\"hi\":[null,null],\"lines\":[]}";
	static const char *const means = "{\"name\":\"z\",\"method\":\"partial dependence\",\"shape\":\"rises\",\"x\":[1,2],\"y\":[1,2],"
		"\"lo\":[0,1],\"hi\":[2,3],\"lines\":[[0,1],[2,3]]}";
	static const char *const levels = "{\"name\":\"k\",\"method\":\"partial dependence\",\"shape\":\"levels\",\"levels\":[\"a\",\"b\"],"
		"\"y\":[1,2],\"lo\":[1,%d],\"hi\":[1,2]}";
	const char *text = report(a, "regression", "", arena_printf(a, DRIVEN ",\"dependence\":[%s]}", local));
	CHECK(has(text, "Line: accumulated local effects") && !has(text, "Faint lines") && !has(text, "Bars:"));
	CHECK(has(text, "told apart from the time of year in when (r \xE2\x88\x92" "0.80)"));
	CHECK(!has(text, "All charts have the same scale"));
	text = report(a, "regression", "", arena_printf(a, DRIVEN ",\"dependence\":[%s,%s]}", means, local));
	CHECK(has(text, "Faint lines: single rows") && !has(text, "Bars:") && has(text, "accumulated local effects instead"));
	for (int same = 1; same < 3; same++) {
		const char *one = arena_printf(a, levels, same);
		text = report(a, "regression", "", arena_printf(a, DRIVEN ",\"dependence\":[%s]}", one));
		CHECK(has(text, "Bars: where 80 % of the rows are.") == (same == 1) && !has(text, "Marks at the bottom"));
	}
}

static const struct chart *chart_of(const struct doc *d, const char *id)
{
	for (const struct node *n = d->root; n; n = doc_walk(n))
		if (n->kind == NODE_CHART && n->chart && n->chart->id && strcmp(n->chart->id, id) == 0)
			return n->chart;
	return NULL;
}

/* Titles of single predictions say why the row is shown, what is so and what was predicted; a name that is written
 * from right to left does not turn round its value. */
static void stories(struct arena *a)
{
	static const struct {
		const char *task, *why, *actual, *predicted, *said;
	} cases[] = { { "regression", "typical", "5", "4.5", "Typical error, row 7: y =\xC2\xA0" "5, predicted\xC2\xA0" "4.500" },
		{ "regression", "worst", "5", "9", "Among the worst errors, row 7: y =\xC2\xA0" "5, predicted\xC2\xA0" "9" },
		{ "binary", "typical", "\"yes\"", "\"yes\"", "Typical case, row 7: y =\xC2\xA0" "yes, predicted\xC2\xA0yes" },
		{ "binary", "worst", "\"yes\"", "\"yes\"", "Right, but least sure, row 7: y =\xC2\xA0" "yes, predicted\xC2\xA0yes" },
		{ "binary", "worst", "\"yes\"", "\"no\"", "Among the worst errors, row 7: y =\xC2\xA0" "yes, predicted\xC2\xA0no" } };
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		const struct doc *d = built(a, cases[i].task, "", arena_printf(a, DRIVEN ",\"shap\":{\"scale\":\"target\",\"columns\":[{\"name\":\"x\","
			"\"mean_abs\":1,\"phi\":[1],\"x\":[1]}],\"stories\":[{\"row\":7,\"why\":\"%s\",\"actual\":%s,\"predicted\":%s,\"base\":1,"
			"\"parts\":[{\"name\":\"\xD8\xA7\xD9\x84\",\"x\":12,\"phi\":2},{\"name\":\"x\",\"x\":\"a\",\"phi\":1},{\"name\":\"z\",\"x\":null,\"phi\":0.5}]}]}}",
			cases[i].why, cases[i].actual, cases[i].predicted));
		const struct chart *c = chart_of(d, "story-1");
		CHECK(c != NULL);
		if (!c)
			continue;
		CHECK_STR(c->title, cases[i].said);
		CHECK_STR(c->labels[1], "\xE2\x81\xA8\xD8\xA7\xD9\x84\xE2\x81\xA9 = 12");
		CHECK_STR(c->labels[2], "x = a");
		CHECK_STR(c->labels[3], "z = missing");
	}
}

/* ---- the tree ------------------------------------------------------------------------------------------------- */

/* A box has room for a short level and a number; the season of a date is explained once. */
static void tree(struct arena *a)
{
	for (int is_long = 0; is_long < 2; is_long++) {
		const char *more = arena_printf(a, ",\"tree\":{\"leaves\":3,\"nodes\":[{\"feature\":\"town\",\"question\":\"level\",\"levels\":[\"%s\",\"B\",\"C\"],"
			"\"rows\":9,\"prediction\":1,\"yes\":1,\"no\":2},{\"rows\":4,\"prediction\":1},{\"feature\":\"when: season (sine)\",\"question\":\"below\","
			"\"cut\":0.5,\"rows\":5,\"prediction\":2,\"yes\":3,\"no\":4},{\"rows\":2,\"prediction\":1},{\"rows\":3,\"prediction\":3}]}",
			is_long ? "Northridge_Heights" : "Ames");
		const char *own = ",\"kind\":\"tree\",\"versus_baseline\":{\"difference\":-1}";
		const struct chart *c = chart_of(built(a, "regression", own, more), "decisions-tree");
		CHECK(c != NULL);
		if (c)
			CHECK_STR(c->labels[0], is_long ? "town is one of 3 levels" : "town is Ames or 2 more");
		const char *text = report(a, "regression", own, more), *said = strstr(text, "The season of a date is two numbers");
		CHECK(said && !strstr(said + 1, "The season of a date is two numbers"));
	}
}

/* ---- tables --------------------------------------------------------------------------------------------------- */

/* One number of decimals: a model that is not perfect does not look so, and nothing needs an exponent. */
static void even(struct arena *a)
{
	struct artifacts in = { .manifest = sample_parsed(a, "{}") };
	struct err e = { 0 };
	struct doc *d = report_build(a, &in, &e);
	static const struct table_column heads[] = { { "A", ALIGN_RIGHT, false }, { "B", ALIGN_RIGHT, false }, { "C", ALIGN_RIGHT, false } };
	struct node *table = doc_table(d, d->root, NULL, heads, COUNTOF(heads));
	static const double v[3][3] = { { 0.9975, 0.644, 31787.2 }, { 1, 1.2e-5, 980.7 }, { 0.98, -4.7e-5, 24836 } };
	static const char *const said[3][3] = { { "0.9975", "0.644", "31\xE2\x80\xAF" "787" }, { "1.0000", "0.000", "981" },
		{ "0.9800", "0.000", "24\xE2\x80\xAF" "836" } };
	for (size_t i = 0; i < 3; i++) {
		struct cell cells[] = { cell_num(CELL_SCORE, v[i][0], NULL), cell_num(CELL_CHANGE, v[i][1], NULL), cell_num(CELL_SCORE, v[i][2], NULL) };
		doc_row(d, table, cells, NULL);
	}
	doc_even(table, 0, 0, 4, true);
	doc_even(table, 1, 1, 3, false);
	doc_even(table, 2, 2, 4, true);
	for (size_t i = 0; i < 9; i++)
		CHECK_STR(cell_string(a, &table->cells[i]), said[i / 3][i % 3]);
	CHECK(table->cells[4].num > 0);
}

int main(void)
{
	struct arena *a = arena_new();
	linear(a);
	learning(a);
	calibration(a);
	weak_spots(a);
	threshold(a);
	coefficients(a);
	penalties(a);
	penalised(a);
	sampled_points(a);
	dependence(a);
	stories(a);
	tree(a);
	even(a);
	arena_free(a);
	return test_end();
}
