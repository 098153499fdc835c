/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every column with the target: strength, how well it predicts alone, numbers by group, rates. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

enum { BARS = 15, ALWAYS = 10, RATES_SHOWN = 6, STATISTICS_ROWS = 80, FEW = 5, GROUP_LEVELS = 20 };

struct target {
	struct place p, features, groups, evidence;
	const char *name;
	bool binary, classes;      /* two classes; classes at all */
};

/* ---- the table ------------------------------------------------------------------------------- */

/* The information value of a feature; the list is in another order. */
static struct cell information(const struct target *t, const char *feature)
{
	for (size_t i = 0; i < json_array_size(t->evidence.v); i++) {
		struct place e = place_item(t->evidence, i);
		if (place_is(e, "feature", feature))
			return place_num(e, CELL_ASSOCIATION, "iv");
	}
	return cell_text(NULL);
}

struct cell build_strength(struct place p, const char *key, const char **measure)
{
	*measure = json_text(p.v, "effect", json_text(p.v, "measure", ""));
	struct cell c = place_num(p, class_of_measure(*measure), key);
	if (strcmp(*measure, "eta_squared") != 0 || !(c.num >= 0))
		return c;
	*measure = "correlation_ratio";
	return cell_num(class_of_measure(*measure), sqrt(c.num), NULL);
}

/* Whether a row says more than that nothing was found. */
static bool tells_something(struct place f)
{
	return !(json_num(f.v, "p_adjusted", 1) > 0.05) || json_num(f.v, "power.score", 0) >= 0.01;
}

static bool has_pearson(const struct target *t)
{
	for (size_t i = 0; i < json_array_size(t->features.v); i++)
		if (place_is(place_item(t->features, i), "measure", "pearson"))
			return true;
	return false;
}

static void add_features(struct build *b, struct node *section, const struct target *t)
{
	static const struct table_column heads[] = { { "Column", ALIGN_LEFT, false },
		{ "Strength", ALIGN_RIGHT, false }, { "Measure", ALIGN_LEFT, false },
		{ "p, adjusted", ALIGN_RIGHT, false }, { "n", ALIGN_RIGHT, false },
		{ "Predictive power", ALIGN_RIGHT, false }, { "worst fold", ALIGN_RIGHT, false },
		{ "best fold", ALIGN_RIGHT, false }, { "Information value", ALIGN_RIGHT, false } };
	struct node *table = doc_table(b->doc, section, NULL, heads,
		COUNTOF(heads) - (t->binary ? 0 : 1));
	table->sortable = true;
	size_t n = json_array_size(t->features.v), shown = 0, weak = 0;
	for (size_t i = 0; i < n && shown < ROWS_MAX; i++) {
		struct place f = place_item(t->features, i);
		const char *name = json_text(f.v, "name", ""), *measure;
		struct cell strength = build_strength(f, "value", &measure);
		if (i >= ALWAYS && !tells_something(f)) {
			weak++;
			continue;
		}
		shown++;
		struct cell cells[] = { place_code(f, "name"), strength, cell_text(title_of_measure(measure)),
			place_num(f, CELL_P_VALUE, "p_adjusted"), place_num(f, CELL_COUNT, "n"),
			place_num(f, CELL_ASSOCIATION, "power.score"),
			place_num(f, CELL_ASSOCIATION, "power.lo"),
			place_num(f, CELL_ASSOCIATION, "power.hi"),
			information(t, name) };
		doc_row(b->doc, table, cells, build_anchor(b, name));
	}
	struct cell counts[] = { build_count((double)shown), build_count((double)n), build_count((double)weak),
		cell_text(plural((double)weak, "says", "say")) };
	if (shown + weak < n)
		doc_note(b->doc, section, "The first %s of %s columns; eda.json has all.", counts, 2);
	else if (weak > 0)
		doc_note(b->doc, section, "%s of %s columns; the other %s %s nothing beyond chance: eda.json has them.", counts, 4);
	if (has_pearson(t) && json_count(b->eda.v, "associations.pairs") > 0)
		build_say(b, section, "Numbers are compared with the target by Pearson's correlation here, so that all of them are ranked by one "
			"measure; the list of pairs gives Spearman's where that is stronger.");
	build_say(b, section, "The strongest come first. All measures of strength are on the scale of a correlation: "
		"0 is no relation, 1 (or −1) the closest.");
	build_say(b, section,
		t->classes ? "Predictive power: how much better the class is named from this column "
			"alone than without it, on rows that were held out. 0 is no better, 1 is without "
			"error."
			: "Predictive power: the share of the mean absolute error that this column alone "
			"takes away, on rows that were held out. 0 is no better than the median, 1 is "
			"without error.");
	if (t->binary)
		build_say(b, section,
			"Information value: below 0.02 none, 0.1 weak, 0.3 medium, 0.5 strong; above "
			"that ask whether the column is known before the outcome.");
}

/* ---- predictive power ------------------------------------------------------------------------ */

struct bar {
	const char *label;
	double y, lo, hi;
};

static struct chart *power_chart(struct build *b, const struct target *t)
{
	struct bar best[BARS];
	size_t n = 0;
	for (size_t i = 0; i < json_array_size(t->features.v); i++) {
		const json_t *f = json_array_get(t->features.v, i);
		struct bar x = { json_text(f, "name", ""), json_num(f, "power.score", NAN),
			json_num(f, "power.lo", NAN), json_num(f, "power.hi", NAN) };
		if (!(x.y > 0))
			continue;
		size_t at = n < BARS ? n++ : BARS;
		for (; at > 0 && best[at - 1].y < x.y; at--)
			if (at < BARS)
				best[at] = best[at - 1];
		if (at < BARS)
			best[at] = x;
	}
	if (n < 2)
		return NULL;
	struct chart *c = build_chart(b, CHART_BARS, "power", t->name, t->features);
	double *v = arena_calloc(b->arena, 3 * n, sizeof *v);
	const char **labels = arena_calloc(b->arena, n, sizeof *labels);
	for (size_t i = 0; i < n; i++) {
		labels[i] = best[i].label;
		v[i] = best[i].y;
		v[n + i] = best[i].lo;
		v[2 * n + i] = best[i].hi;
	}
	c->n = n;
	c->labels = labels;
	c->y = v;
	c->lo = v + n;
	c->hi = v + 2 * n;
	c->values = CELL_ASSOCIATION;
	c->title = "Predictive power of one column alone";
	struct cell top = cell_num(CELL_ASSOCIATION, best[0].y, NULL);
	c->alt = doc_say(b->doc,
		"Predictive power for %s of %zu columns, highest %s with %s; whiskers from the worst to "
		"the best of four folds.", t->name, n, best[0].label, doc_cell(b->doc, &top));
	return c;
}

/* ---- numbers by group ------------------------------------------------------------------------ */

/* The numeric one of feature and target, and the one with levels. */
static void sides(const struct build *b, const char *feature, const char *target,
	const char **measured, const char **by)
{
	int64_t column = build_column(b, feature);
	bool numeric = column >= 0 &&
		(place_is(place_item(b->columns, (size_t)column), "type", "numeric") ||
			build_axis(b, feature));
	*measured = numeric ? feature : target;
	*by = numeric ? target : feature;
}

static struct chart *boxes(struct build *b, struct place g, const char *target)
{
	const char *feature = json_text(g.v, "feature", ""), *measured, *by;
	size_t n;
	const char **labels = build_texts(b, g, "levels", &n);
	struct place rows = place_at(g, "box");
	if (n < 2 || json_array_size(rows.v) != n)
		return NULL;
	n = n < GROUP_LEVELS ? n : GROUP_LEVELS;
	double *q = arena_calloc(b->arena, 5 * n, sizeof *q);
	for (size_t i = 0; i < n; i++) {
		size_t k;
		const double *five = build_numbers(b, rows, arena_printf(b->arena, "%zu", i), &k);
		for (size_t j = 0; j < 5; j++)
			q[5 * i + j] = j < k ? five[j] : NAN;
		double count = json_num(g.v, arena_printf(b->arena, "n.%zu", i), NAN);
		if (count < FEW)       /* a box of so few rows is hardly one */
			labels[i] = doc_say(b->doc, "%s (n = %zu)", labels[i], (size_t)count);
	}
	struct chart *chart = build_chart(b, CHART_BOX, "groups", feature, g);
	chart->n = n;
	chart->labels = labels;
	chart->q = q;
	sides(b, feature, target, &measured, &by);
	chart->title = doc_say(b->doc, "%s by %s", measured, by);
	chart->alt = doc_say(
		b->doc, "Box plots of %s for %zu levels of %s.", measured, n, by);
	chart->xlabel = doc_own(b->doc, measured);
	chart->values = build_axis(b, measured);
	return chart;
}

/* Charts of the same number have the same axis, or they could not be compared. */
static void share_axes(struct chart **charts, size_t n)
{
	const double AIR = 0.03;
	for (size_t i = 0; i < n; i++) {
		double lo = INFINITY, hi = -INFINITY;
		for (size_t k = 0; k < n; k++)
			for (size_t j = 0; strcmp(charts[i]->xlabel, charts[k]->xlabel) == 0 && j < 5 * charts[k]->n; j++) {
				lo = fmin(lo, charts[k]->q[j]);
				hi = fmax(hi, charts[k]->q[j]);
			}
		if (!(lo < hi) || !isfinite(hi - lo))
			continue;
		charts[i]->xmin = lo - AIR * (hi - lo);
		charts[i]->xmax = hi + AIR * (hi - lo);
	}
}

/* Whether a column has more levels than its chart. */
static bool any_cut(struct build *b, const struct target *t)
{
	bool cut = false;
	for (size_t i = 0; i < json_array_size(t->groups.v) && i < SERIES_MAX; i++) {
		struct place g = place_item(t->groups, i);
		const char *measured, *by;
		sides(b, json_text(g.v, "feature", ""), t->name, &measured, &by);
		int64_t column = build_column(b, by);
		cut = cut || (column >= 0 && json_num(place_item(b->columns, (size_t)column).v, "distinct", 0) > GROUP_LEVELS);
	}
	return cut;
}

static void add_boxes(struct build *b, struct node *section, const struct target *t)
{
	struct node *columns = NULL;
	struct chart *charts[SERIES_MAX];
	size_t n = 0;
	for (size_t i = 0; i < json_array_size(t->groups.v) && i < SERIES_MAX; i++) {
		struct chart *chart = boxes(b, place_item(t->groups, i), t->name);
		if (chart)
			charts[n++] = chart;
	}
	share_axes(charts, n);
	for (size_t i = 0; i < n; i++) {
		if (!columns)
			columns = doc_add(b->doc, section, NODE_COLUMNS);
		doc_chart(b->doc, columns, charts[i]);
	}
	if (!columns)
		return;
	struct node *note = doc_note(b->doc, section, "Whiskers end at the farthest values within 1.5 interquartile ranges of the box; what "
		"lies beyond them is not drawn.", NULL, 0);
	struct cell most = build_count(GROUP_LEVELS);
	if (any_cut(b, t))
		doc_runs(b->doc, note, " Of many levels, the %s with most rows are shown.", &most, 1);
}

/* One row a level: how many, mean, median, spread. */
static void add_statistics(struct build *b, struct node *section, const struct target *t)
{
	static const struct table_column heads[] = { { "Number", ALIGN_LEFT, false },
		{ "Group", ALIGN_LEFT, false }, { "Level", ALIGN_LEFT, false },
		{ "n", ALIGN_RIGHT, false }, { "Mean", ALIGN_RIGHT, false },
		{ "Median", ALIGN_RIGHT, false }, { "Standard deviation", ALIGN_RIGHT, false } };
	if (json_array_size(t->groups.v) == 0)
		return;
	/* of one number, its name need not stand in every row */
	const char *first = NULL, *measured, *by;
	bool one = true;
	for (size_t i = 0; i < json_array_size(t->groups.v); i++) {
		sides(b, json_text(place_item(t->groups, i).v, "feature", ""), t->name, &measured, &by);
		one = one && (!first || strcmp(first, measured) == 0);
		first = measured;
	}
	struct node *details = doc_details(b->doc, section,
		one ? doc_say(b->doc, "Means and medians of %s by group", first) : "Means and medians by group");
	struct node *table = doc_table(b->doc, details, NULL, heads + one, COUNTOF(heads) - one);
	for (size_t i = 0; i < json_array_size(t->groups.v) && table->nrows < STATISTICS_ROWS; i++) {
		struct place g = place_item(t->groups, i);
		const char *feature = json_text(g.v, "feature", "");
		sides(b, feature, t->name, &measured, &by);
		enum cell_class cls = build_axis(b, measured);
		cls = cls == CELL_EMPTY ? CELL_MEASURE : cls;
		for (size_t k = 0; k < json_count(g.v, "levels"); k++) {
			struct cell cells[] = { cell_code(measured), cell_code(by),
				place_code(g, arena_printf(b->arena, "levels.%zu", k)),
				place_num(g, CELL_COUNT, arena_printf(b->arena, "n.%zu", k)),
				place_num(g, cls, arena_printf(b->arena, "mean.%zu", k)),
				place_num(g, cls, arena_printf(b->arena, "box.%zu.2", k)),
				place_num(g, cls, arena_printf(b->arena, "sd.%zu", k)) };
			doc_row(b->doc, table, cells + one, build_anchor(b, feature));
		}
	}
}

/* ---- rates ----------------------------------------------------------------------------------- */

/* "male", "7.63 to 7.88", "missing". */
static const char *bin_name(struct build *b, struct place bin, enum cell_class cls)
{
	const char *level = json_text(bin.v, "level", NULL), *kind = json_text(bin.v, "kind", NULL);
	if (level || kind)
		return level ? doc_own(b->doc, level) : doc_word(b->doc, kind);
	struct cell low = place_num(bin, cls, "lower"), high = place_num(bin, cls, "upper");
	if (low.num == high.num)
		return doc_own(b->doc, doc_cell(b->doc, &low));
	return doc_say(b->doc, "%s to %s", doc_cell(b->doc, &low),
		doc_cell(b->doc, &high));
}

static enum cell_class class_of_bins(const struct build *b, struct place e)
{
	enum cell_class cls = build_axis(b, json_text(e.v, "feature", ""));
	return cls == CELL_EMPTY ? CELL_MEASURE : cls;
}

static struct chart *rates(struct build *b, struct place e, const struct target *t)
{
	const char *feature = json_text(e.v, "feature", "");
	struct place bins = place_at(e, "bins");
	size_t n = json_array_size(bins.v);
	if (n < 2)
		return NULL;
	double *v = arena_calloc(b->arena, 3 * n, sizeof *v);
	const char **labels = arena_calloc(b->arena, n, sizeof *labels);
	for (size_t i = 0; i < n; i++) {
		struct place bin = place_item(bins, i);
		labels[i] = bin_name(b, bin, class_of_bins(b, e));
		v[i] = json_num(bin.v, "rate", NAN);
		v[n + i] = json_num(bin.v, "lo", NAN);
		v[2 * n + i] = json_num(bin.v, "hi", NAN);
	}
	struct chart *c = build_chart(b, CHART_BARS, "rates", feature, bins);
	c->n = n;
	c->labels = labels;
	c->y = v;
	c->lo = v + n;
	c->hi = v + 2 * n;
	c->values = CELL_PERCENT;
	struct cell iv = place_num(e, CELL_ASSOCIATION, "iv");
	c->title = doc_say(b->doc, "Rate by %s", feature);
	c->alt = doc_say(b->doc,
		"Share of rows with %s = %s in %zu bins of %s, with 95 %% intervals; information value "
		"%s.", t->name, json_text(t->p.v, "positive", ""), n, feature,
		doc_cell(b->doc, &iv));
	return c;
}

static void add_rate_table(struct build *b, struct node *section, const struct target *t,
	size_t features)
{
	static const struct table_column heads[] = { { "Column", ALIGN_LEFT, false },
		{ "Bin", ALIGN_LEFT, false }, { "n", ALIGN_RIGHT, false },
		{ "Rate", ALIGN_RIGHT, true }, { "95 % from", ALIGN_RIGHT, false },
		{ "to", ALIGN_RIGHT, false }, { "Weight of evidence", ALIGN_RIGHT, false },
		{ "Part of information value", ALIGN_RIGHT, false } };
	struct node *details = doc_details(b->doc, section, "Rates and weight of evidence");
	struct node *table = doc_table(b->doc, details, NULL, heads, COUNTOF(heads));
	for (size_t i = 0; i < features; i++) {
		struct place e = place_item(t->evidence, i), bins = place_at(e, "bins");
		for (size_t k = 0; k < json_array_size(bins.v); k++) {
			struct place bin = place_item(bins, k);
			struct cell cells[] = { place_code(e, "feature"),
				cell_text(bin_name(b, bin, class_of_bins(b, e))),
				place_num(bin, CELL_COUNT, "n"), place_num(bin, CELL_PERCENT, "rate"),
				place_num(bin, CELL_PERCENT, "lo"), place_num(bin, CELL_PERCENT, "hi"),
				place_num(bin, CELL_CORRELATION, "woe"),
				place_num(bin, CELL_ASSOCIATION, "iv") };
			doc_row(b->doc, table, cells, NULL);
		}
	}
}

static void add_rates(struct build *b, struct node *parent, const struct target *t)
{
	size_t n = json_array_size(t->evidence.v);
	if (!t->binary)
		return;
	struct node *section = doc_section(b->doc, parent, "rates",
		doc_say(b->doc, "How often %s is %s", t->name,
			json_text(t->p.v, "positive", "")));
	build_say(b, section,
		"By the columns that tell most, highest information value first. Bars are shares of "
		"rows, whiskers their 95 % intervals.");
	struct chart *charts[RATES_SHOWN];
	struct node *columns = NULL;
	double most = 0;           /* the charts are of one quantity, so of one scale */
	n = n < RATES_SHOWN ? n : RATES_SHOWN;
	for (size_t i = 0; i < n; i++) {
		charts[i] = rates(b, place_item(t->evidence, i), t);
		for (size_t k = 0; charts[i] && k < charts[i]->n; k++)
			most = fmax(most, fmax(charts[i]->y[k], charts[i]->hi[k]));
	}
	for (size_t i = 0; i < n; i++) {
		if (!charts[i])
			continue;
		if (!columns)
			columns = doc_add(b->doc, section, NODE_COLUMNS);
		charts[i]->xmax = most;
		doc_chart(b->doc, columns, charts[i]);
	}
	add_rate_table(b, section, t, n);
}

void build_target(struct build *b, struct node *parent)
{
	struct target t = { .p = place_at(b->eda, "associations.target") };
	t.features = place_at(t.p, "features");
	t.groups = place_at(t.p, "groups");
	t.evidence = place_at(t.p, "evidence");
	t.name = json_text(t.p.v, "name", NULL);
	if (!t.name || json_array_size(t.features.v) == 0)
		return;
	t.binary = json_array_size(t.evidence.v) > 0;
	t.classes = place_is(place_item(t.features, 0), "power.kind", "f1");
	struct node *section = doc_section(
		b->doc, parent, "target", doc_say(b->doc, "What goes with %s", t.name));
	add_features(b, section, &t);
	struct chart *power = power_chart(b, &t);
	if (power) {
		doc_chart(b->doc, section, power);
		struct cell shown = build_count((double)power->n);
		if (power->n < json_array_size(t.features.v))
			doc_note(b->doc, section, power->n == BARS ? "The %s columns of most predictive power."
				: "The %s columns that have any.", &shown, 1);
	}
	add_boxes(b, section, &t);
	add_statistics(b, section, &t);
	add_rates(b, section, &t);
}
