/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision tree as a picture, and its rules as a table: what a model of few questions knows, and what it
 * misses of what the best one knows. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

enum { DRAWN_DEPTH = 4, LEVELS_NAMED = 3, LEVELS_IN_BOX = 2 };

/* ---- words ----------------------------------------------------------------------------------- */

static const char *value_text(struct build *b, struct place node, const char *path)
{
	const char *feature = json_text(node.v, "feature", "");
	int64_t column = build_column(b, feature);
	struct cell c = place_num(node, column < 0 ? CELL_MEASURE :
		build_measure(place_item(b->columns, (size_t)column)), path);
	return doc_cell(b->doc, &c);
}

/* "A, B or 3 more"; in a box of the picture, where it would be cut, only how many. */
static const char *levels_text(struct build *b, struct place levels, size_t most, bool yes)
{
	enum { BOX = 16 };         /* characters that a box holds for certain */
	size_t n = json_array_size(levels.v), named = n <= most ? n : most - 1;
	const char *out = "";
	for (size_t i = 0; i < named; i++)
		out = arena_printf(b->arena, "%s%s%s", out, i == 0 ? "" : i + 1 == n ? doc_word(b->doc, yes ? " or " : " and ") : ", ",
			json_string_value(json_array_get(levels.v, i)));
	if (named < n)
		out = doc_say(b->doc, yes ? "%s or %zu more" : "%s and %zu more", out, n - named);
	return most < LEVELS_NAMED && n > 1 && utf8_width(out, strlen(out)) > BOX ? doc_say(b->doc, "one of %zu levels", n) : out;
}

/* What is so of the rows of a branch; the question itself is what is so for yes. */
static const char *condition(struct build *b, struct place node, bool yes, size_t most)
{
	const char *feature = json_text(node.v, "feature", "");
	if (place_is(node, "question", "missing"))
		return doc_say(b->doc, yes ? "%s is missing" : "%s is known", feature);
	if (place_is(node, "question", "true"))
		return yes ? doc_own(b->doc, feature) : doc_say(b->doc, "not %s", feature);
	if (place_is(node, "question", "below"))
		return doc_say(b->doc, yes ? "%s < %s" : "%s ≥ %s", feature, value_text(b, node, "cut"));
	return doc_say(b->doc, yes ? "%s is %s" : json_count(node.v, "levels") > 1 ? "%s is none of %s" : "%s is not %s", feature,
		levels_text(b, place_at(node, "levels"), most, yes));
}

static const char *with_missing(struct build *b, struct place node, bool yes, const char *text)
{
	return place_is(node, "missing", yes ? "yes" : "no") ? doc_say(b->doc, "%s, or missing", text) : text;
}

/* A number: the mean; two classes: the share of the one that probabilities are about; else the likeliest. */
static struct cell answer(struct build *b, struct place node)
{
	if (place_is(b->modeling, "task", "regression"))
		return place_num(node, CELL_MEASURE, "prediction");
	return place_num(node, CELL_PERCENT, "share");
}

static const char *answer_text(struct build *b, struct place node)
{
	struct cell c = answer(b, node);
	const char *text = doc_cell(b->doc, &c);
	return place_is(b->modeling, "task", "multiclass")
		? doc_say(b->doc, "%s %s", json_text(node.v, "prediction", ""), text) : doc_own(b->doc, text);
}

static const char *rows_text(struct build *b, struct place node)
{
	struct cell rows = place_num(node, CELL_COUNT, "rows");
	return doc_say(b->doc, rows.num == 1 ? "%s row" : "%s rows", doc_cell(b->doc, &rows));
}

static bool is_leaf(struct place node)
{
	return json_int(node.v, "yes", -1) < 0;
}

/* ---- the picture ----------------------------------------------------------------------------- */

struct drawn {
	struct build *b;
	struct place nodes;
	size_t *from;              /* node of the artifact behind each box */
	const char **labels, **labels2;
	double *matrix;
	size_t n, hidden;          /* boxes; leaves behind boxes at the edge */
};

static size_t leaves_below(struct place nodes, size_t i)
{
	struct place node = place_item(nodes, i);
	if (is_leaf(node))
		return 1;
	return leaves_below(nodes, (size_t)json_int(node.v, "yes", 0)) +
		leaves_below(nodes, (size_t)json_int(node.v, "no", 0));
}

/* How high a prediction is among those of the tree. */
static double shade(struct build *b, struct place nodes, struct place node)
{
	bool number = place_is(b->modeling, "task", "regression");
	const char *path = number ? "prediction" : "share";
	double lo = INFINITY, hi = -INFINITY, v = json_num(node.v, path, NAN);
	if (!number)
		return v;
	for (size_t i = 0; i < json_array_size(nodes.v); i++) {
		lo = fmin(lo, json_num(place_item(nodes, i).v, path, NAN));
		hi = fmax(hi, json_num(place_item(nodes, i).v, path, NAN));
	}
	return hi > lo ? (v - lo) / (hi - lo) : 0;
}

/* Level by level, as far as there is room for boxes that can be read. */
static void fill_boxes(struct drawn *d)
{
	struct build *b = d->b;
	bool number = place_is(b->modeling, "task", "regression");
	size_t *depth = arena_calloc(b->arena, json_array_size(d->nodes.v) + 2, sizeof *depth);
	d->n = 1;
	for (size_t i = 0; i < d->n; i++) {
		struct place node = place_item(d->nodes, d->from[i]);
		bool cut = !is_leaf(node) && depth[i] == DRAWN_DEPTH;
		d->matrix[3 * i] = d->matrix[3 * i + 1] = -1;
		d->matrix[3 * i + 2] = shade(b, d->nodes, node);
		d->labels[i] = is_leaf(node) ? answer_text(b, node) : condition(b, node, true, LEVELS_IN_BOX);
		d->labels2[i] = is_leaf(node) ? rows_text(b, node)
			: doc_say(b->doc, number ? "%s, %s" : "%s of %s", answer_text(b, node), rows_text(b, node));
		if (cut) {
			size_t more = leaves_below(d->nodes, d->from[i]);
			d->labels[i] = answer_text(b, node);
			d->labels2[i] = doc_say(b->doc, "%s, %zu leaves", rows_text(b, node), more);
			d->hidden += more;
		}
		if (cut || is_leaf(node))
			continue;
		for (int side = 0; side < 2; side++) {
			d->matrix[3 * i + (size_t)side] = (double)d->n;
			depth[d->n] = depth[i] + 1;
			d->from[d->n++] = (size_t)json_int(node.v, side ? "no" : "yes", 0);
		}
	}
}

static void add_picture(struct build *b, struct node *section, struct place tree)
{
	struct place nodes = place_at(tree, "nodes"), root = place_item(nodes, 0);
	size_t n = json_array_size(nodes.v);
	struct drawn d = { b, nodes, arena_calloc(b->arena, n + 2, sizeof *d.from), arena_calloc(b->arena, n + 2, sizeof(char *)),
		arena_calloc(b->arena, n + 2, sizeof(char *)), arena_calloc(b->arena, 3 * (n + 2), sizeof(double)), 0, 0 };
	fill_boxes(&d);
	struct chart *chart = build_chart(b, CHART_DECISIONS, "decisions", "tree", tree);
	chart->n = chart->n2 = d.n;
	chart->labels = d.labels;
	chart->labels2 = d.labels2;
	chart->matrix = d.matrix;
	chart->title = "Questions, what follows from their answers, and for how many rows";
	chart->alt = doc_say(b->doc, "A decision tree of %lld leaves. Its first question is whether %s.",
		(long long)json_int(tree.v, "leaves", 0), condition(b, root, true, LEVELS_NAMED));
	doc_chart(b->doc, section, chart);
	struct cell cells[] = { place_code(b->modeling, "positive"), build_count((double)d.hidden) };
	struct node *note = doc_note(b->doc, section, place_is(b->modeling, "task", "binary")
		? "Shares are those of %s among the rows that a model learns from." : place_is(b->modeling, "task", "regression")
		? "Figures are means of the rows that a model learns from."
		: "Shares are those of the likeliest class among the rows that a model learns from.", cells, 1);
	for (size_t i = 0; i < n && !build_note_season(b, section, json_text(place_item(nodes, i).v, "feature", "")); i++) {}
	if (d.hidden > 0)
		doc_runs(b->doc, note, " Boxes at the edge hide %s further leaves; the rules below have all.", cells + 1, 1);
}

/* ---- the rules ----------------------------------------------------------------------------------- */

static void add_rules(struct build *b, struct node *table, struct place nodes, size_t i, size_t depth, const char *text)
{
	struct place node = place_item(nodes, i);
	const char *indent = "";
	for (size_t k = 1; k < depth; k++)
		indent = arena_printf(b->arena, "%s\xE2\x80\x83", indent);
	struct cell cells[] = { cell_text(doc_say(b->doc, "%s%s", indent, text)), place_num(node, CELL_COUNT, "rows"),
		answer(b, node), place_code(node, "prediction") };   /* the last one for more than two classes only */
	doc_row(b->doc, table, cells, NULL);
	if (is_leaf(node))
		return;
	for (int side = 0; side < 2; side++)
		add_rules(b, table, nodes, (size_t)json_int(node.v, side ? "no" : "yes", 0), depth + 1,
			with_missing(b, node, side == 0, condition(b, node, side == 0, LEVELS_NAMED)));
}

static void add_table(struct build *b, struct node *section, struct place tree)
{
	const char *positive = json_text(b->modeling.v, "positive", "");
	struct table_column heads[] = { { "If", ALIGN_LEFT, false }, { "Rows", ALIGN_RIGHT, false },
		{ place_is(b->modeling, "task", "regression") ? "Mean" : place_is(b->modeling, "task", "binary")
			? doc_say(b->doc, "Share of %s", positive) : "Share", ALIGN_RIGHT, false },
		{ "Class", ALIGN_LEFT, false } };
	struct node *details = doc_details(b->doc, section, "The tree as rules");
	struct node *table = doc_table(b->doc, details, NULL, heads, place_is(b->modeling, "task", "multiclass") ? 4 : 3);
	add_rules(b, table, place_at(tree, "nodes"), 0, 0, doc_word(b->doc, "all rows"));
}

/* ---- what it is worth ---------------------------------------------------------------------------------- */

static void say_worth(struct build *b, struct node *section, struct place tree, struct place own, struct place best)
{
	const char *metric = json_text(b->modeling.v, "metric", "");
	struct cell cells[] = { place_num(tree, CELL_COUNT, "leaves"), cell_text(title_of_score(metric)),
		place_num(place_at(place_at(own, "scores"), metric), CELL_SCORE, "value"), place_text(best, "name"),
		place_num(place_at(place_at(best, "scores"), metric), CELL_SCORE, "value") };
	bool is_best = strcmp(json_text(own.v, "name", ""), json_text(best.v, "name", "")) == 0;
	struct node *text = doc_text(b->doc, section, is_best
		? "This tree of %s leaves is the best model itself: nothing is lost by reading it. Its %s is %s."
		: "A tree of %s leaves can be read and followed by hand. That has its price: its %s is %s, "
		"that of the best model (%s) %s.", cells, is_best ? 3 : 5);
	struct cell pruned[] = { place_num(tree, CELL_COUNT, "leaves_before_pruning") };
	if (json_num(tree.v, "leaves_before_pruning", 0) > json_num(tree.v, "leaves", 0))
		doc_runs(b->doc, text, " It was grown to %s leaves and cut back to what holds up in cross-validation.",
			pruned, 1);
}

/* A tree that is no better than the baseline explains nothing. */
void build_model_tree(struct build *b, struct node *parent)
{
	struct place tree = place_at(b->modeling, "tree"), candidates = place_at(b->modeling, "candidates");
	struct place own = build_candidate(candidates, "kind", "tree");
	struct place best = build_candidate(candidates, "name", json_text(b->modeling.v, "best", NULL));
	if (!tree.v || !own.v || !best.v || json_num(tree.v, "leaves", 1) < 2 ||
		!(json_num(own.v, "versus_baseline.difference", 0) < 0))
		return;
	struct node *section = doc_section(b->doc, parent, "model-tree", "A tree to read");
	say_worth(b, section, tree, own, best);
	add_picture(b, section, tree);
	add_table(b, section, tree);
}
