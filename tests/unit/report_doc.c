/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document tree: ids, runs of text, walking, pruning; and the sentences of findings. */
#include "report/report_int.h"
#include "report_prose.h"
#include "test.h"

static void ids(struct arena *a)
{
	struct doc *d = doc_new(a, "Test");
	CHECK_STR(doc_slug(d, "column", "Bill length (mm)"), "column-bill-length-mm");
	CHECK_STR(doc_slug(d, "column", "bill length mm"), "column-bill-length-mm-2");
	CHECK_STR(doc_slug(d, NULL, "  A  "), "a");
	CHECK_STR(doc_slug(d, "column", "\xE5\x90\x8D"), "column-x");
	CHECK_STR(doc_slug(d, "column", ""), "column-x-2");
	char lengthy[300];
	memset(lengthy, 'q', sizeof lengthy - 1);
	lengthy[sizeof lengthy - 1] = '\0';
	CHECK(strlen(doc_slug(d, "c", lengthy)) == 62);

	/* thousands of names that differ only in signs outside ASCII */
	const char *first = doc_slug(d, "x", "\xC3\xA4"), *last = NULL;
	bool unique = true;
	for (int i = 0; i < 5000; i++) {
		const char *id = doc_slug(d, "x", "\xC3\xB6");
		unique = unique && strcmp(id, first) != 0 && (!last || strcmp(id, last) != 0);
		last = id;
	}
	CHECK(unique);
}

static void text(struct arena *a)
{
	struct doc *d = doc_new(a, "Test");
	struct cell cells[] = { cell_code("x"), cell_num(CELL_PERCENT, 0.5, "eda.json#a"), cell_text("of all") };
	struct node *n = doc_text(d, d->root, "%s has %s %s, 100 %%", cells, 3);
	CHECK_STR(prose(a, n), "x has 50.0\xE2\x80\xAF% of all, 100 %");
	CHECK(n->ncells == 4);                          /* words join the prose around them */
	CHECK(n->cells[0].cls == CELL_CODE && n->cells[2].cls == CELL_PERCENT);
	CHECK_STR(n->cells[2].ref, "eda.json#a");

	struct cell p = cell_num(CELL_P_VALUE, 1e-9, NULL), q = cell_num(CELL_P_VALUE, 0.04, NULL);
	CHECK_STR(prose(a, doc_note(d, d->root, "(p = %s)", &p, 1)), "(p <\xE2\x80\xAF" "0.001)");
	CHECK_STR(prose(a, doc_note(d, d->root, "(p = %s)", &q, 1)), "(p = 0.040)");
	CHECK_STR(prose(a, doc_text(d, d->root, "one %s two %s", cells, 1)), "one x two \xE2\x80\x93");
	CHECK_STR(prose(a, doc_text(d, d->root, "%d stays", NULL, 0)), "%d stays");
}

static void tree(struct arena *a)
{
	struct doc *d = doc_new(a, "Test");
	struct node *s1 = doc_section(d, d->root, NULL, "One"), *s2 = doc_section(d, s1, "two", "Two");
	struct node *box = doc_add(d, s2, NODE_COLUMNS);
	doc_add(d, s1, NODE_DETAILS);
	struct node *s3 = doc_section(d, d->root, NULL, "Three");
	CHECK_STR(s1->id, "one");
	CHECK_STR(s2->id, "two");
	CHECK(node_depth(d->root) == 0 && node_depth(s1) == 1 && node_depth(s2) == 2);
	const struct node *order[] = { d->root, s1, s2, box, s1->last, s3, NULL };
	const struct node *at = d->root;
	for (size_t i = 0; i < COUNTOF(order); i++) {
		CHECK(at == order[i]);
		at = at ? doc_walk(at) : NULL;
	}

	/* what holds nothing goes, also a frame that holds only empty frames */
	doc_add(d, doc_add(d, s3, NODE_DETAILS), NODE_COLUMNS);
	static const struct table_column head[] = { { "A", ALIGN_LEFT, false }, { "B", ALIGN_RIGHT, false } };
	doc_table(d, s3, "empty", head, 2);
	struct node *t = doc_table(d, s3, "full", head, 2);
	for (int i = 0; i < 100; i++)
		doc_row(d, t, (struct cell[]){ cell_code("x"), cell_num(CELL_COUNT, i, NULL) }, i == 50 ? "two" : NULL);
	doc_prune(d->root);
	CHECK(s2->child == NULL && s1->last == s2);
	CHECK(s3->child == t && s3->last == t && t->next == NULL);
	CHECK(t->nrows == 100 && t->ncells == 200 && t->cells[101].num == 50);
	CHECK(t->links[49] == NULL && strcmp(t->links[50], "two") == 0);

	/* of a table the columns without an entry: not the first, none with a zero, a reason or an empty value */
	static const struct table_column heads[] = { { "name", ALIGN_LEFT, false }, { "none", ALIGN_RIGHT, false },
		{ "zero", ALIGN_RIGHT, true }, { "empty text", ALIGN_LEFT, false }, { "empty value", ALIGN_LEFT, false },
		{ "reason", ALIGN_RIGHT, false }, { "no text", ALIGN_LEFT, false }, { "second row", ALIGN_LEFT, false } };
	struct node *w = doc_table(d, s3, "some", heads, COUNTOF(heads));
	for (int i = 0; i < 2; i++) {
		struct cell why = cell_num(CELL_MEASURE, NAN, NULL);
		why.text = "too few values";
		doc_row(d, w, (struct cell[]){ cell_text(NULL), cell_num(CELL_COUNT, NAN, NULL),
			cell_num(CELL_PERCENT, 0, NULL), cell_text(""), cell_code(""), why, cell_own(NULL),
			cell_text(i ? "here" : "") }, NULL);
	}
	doc_prune(d->root);
	static const char *const kept[] = { "name", "zero", "empty value", "reason", "second row" };
	CHECK(w->nrows == 2 && w->ncols == COUNTOF(kept) && w->ncells == 2 * COUNTOF(kept));
	for (size_t i = 0; i < COUNTOF(kept); i++)
		CHECK_STR(w->columns[i].title, kept[i]);
	CHECK(w->columns[1].bar && w->cells[1].num == 0 && w->cells[6].num == 0 && isnan(w->cells[8].num));
	CHECK_STR(w->cells[4].text, "");
	CHECK_STR(w->cells[9].text, "here");
	CHECK(t->ncols == 2 && t->ncells == 200);
}

/* What stands behind the points of a column, as room of so many digits: "1 3." for one digit, and three and the point. */
static const char *room_behind(struct arena *a, const struct node *t, size_t column)
{
	struct buf b = { 0 };
	for (size_t r = 0; r < t->nrows; r++) {
		const struct cell *c = &t->cells[r * t->ncols + column];
		buf_printf(&b, "%s%d%s", r ? " " : "", c->digits_short, c->point_short ? "." : "");
	}
	const char *s = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

static void columns_of_decimals(struct arena *a)
{
	static const struct table_column head[] = { { "decimals", ALIGN_RIGHT, false }, { "left", ALIGN_LEFT, false },
		{ "mixed", ALIGN_RIGHT, false }, { "power", ALIGN_RIGHT, false }, { "whole", ALIGN_RIGHT, false },
		{ "thin", ALIGN_RIGHT, true }, { "share", ALIGN_RIGHT, true } };
	static const double v[] = { 41.125, -50, 1234.5, NAN, 0 };
	struct doc *d = doc_new(a, "Test");
	struct node *t = doc_table(d, d->root, NULL, head, COUNTOF(head));
	for (size_t i = 0; i < COUNTOF(v); i++)
		doc_row(d, t, (struct cell[]){ cell_num(CELL_MEASURE, v[i], NULL), cell_num(CELL_MEASURE, v[i], NULL),
			cell_num(i ? CELL_MEASURE : CELL_PERCENT, v[i], NULL),
			cell_num(CELL_MEASURE, i ? v[i] : 1e-9, NULL), cell_num(CELL_MEASURE, (double)i, NULL),
			cell_num(CELL_PERCENT, 0.01 * (double)i, NULL), cell_num(CELL_PERCENT, 0.02 * (double)i, NULL) }, NULL);
	table_settle(d, t);
	CHECK_STR(room_behind(a, t, 0), "0 3. 2 0 3.");
	for (size_t c = 1; c < 5; c++)
		CHECK_STR(room_behind(a, t, c), "0 0 0 0 0");
	CHECK(!t->columns[5].bar && t->columns[6].bar);
	/* a key of digits is a whole number among them, a name is none of them */
	struct node *keys = doc_table(d, d->root, NULL, head, 2);
	static const char *const codes[] = { "2930", "A7", NULL };
	for (size_t i = 0; i < 5; i++)
		doc_row(d, keys, (struct cell[]){ i < 3 ? cell_code(codes[i]) : cell_num(CELL_MEASURE, v[i - 3], NULL), cell_code("12") }, NULL);
	table_settle(d, keys);
	CHECK_STR(room_behind(a, keys, 0), "3. 0 0 0 3.");
	CHECK_STR(room_behind(a, keys, 1), "0 0 0 0 0");

	/* the text report leaves that room */
	struct buf b = { 0 };
	CHECK(render_text.render(&(struct render_input){ .doc = d }, &b, NULL) == 0);
	CHECK(strstr(buf_str(&b), "\n  41.125") != NULL);
	CHECK(strstr(buf_str(&b), "\n \xE2\x88\x92" "50    ") != NULL);
	buf_free(&b);
}

/* ---- sentences -------------------------------------------------------------------------------------- */

static struct place parsed(struct arena *a, const char *s)
{
	json_t *v = json_loads(s, 0, NULL);
	CHECK(v != NULL);
	arena_own(a, v, (void (*)(void *))json_decref);
	return place_of(a, "eda.json", v);
}

static void sentence_of(struct arena *a, const char *finding, const char *want)
{
	struct doc *d = doc_new(a, "Test");
	struct place f = parsed(a, finding);
	CHECK_STR(prose(a, doc_finding(d, d->root, f.v, f.ref, NULL)), want);
}

static void sentences(struct arena *a)
{
	sentence_of(a, "{\"code\":\"missing_values\",\"level\":\"notice\",\"columns\":[\"sex\"],\"count\":11,\"total\":344,"
		"\"share\":0.03197}", "sex lacks 11 of 344 values (3.2\xE2\x80\xAF%).");
	sentence_of(a, "{\"code\":\"high_association\",\"level\":\"notice\",\"columns\":[\"a\",\"b\"],\"value\":-0.95,"
		"\"n\":50,\"text\":\"pearson\"}",
		"a and b move together (Pearson correlation = \xE2\x88\x92" "0.95, n = 50).");
	sentence_of(a, "{\"code\":\"uniform\",\"level\":\"info\",\"columns\":[\"id\"],\"p\":0.0001,\"n\":50}",
		"id is compatible with an even spread (p <\xE2\x80\xAF" "0.001, n = 50).");
	sentence_of(a, "{\"code\":\"skewed\",\"level\":\"info\",\"columns\":[\"x\"]}",
		"x is strongly skewed (skewness \xE2\x80\x93).");
	sentence_of(a, "{\"code\":\"model_useful\",\"level\":\"info\",\"columns\":[\"y\"],\"text\":\"Linear regression\","
		"\"text2\":\"rmse\",\"value\":3.28,\"threshold\":7.58}",
		"Linear regression predicts y with RMSE = 3.280; the baseline reaches 7.580.");
	sentence_of(a, "{\"code\":\"identical_columns\",\"level\":\"notice\",\"columns\":[\"a\",\"b\",\"c\"]}",
		"a, b and c hold the same values.");
	sentence_of(a, "{\"code\":\"unheard_of\",\"level\":\"error\"}", "");

	/* every sentence of the catalogue: no hole is left, whatever is known */
	for (int c = 0; c < FIND_COUNT; c++) {
		struct finding bare = finding_make((enum finding_code)c, "x");
		struct buf json = { 0 };
		struct jw w;
		jw_init(&w, &json);
		finding_write(&w, &bare);
		struct doc *d = doc_new(a, "Test");
		struct place f = parsed(a, buf_str(&json));
		const char *s = prose(a, doc_finding(d, d->root, f.v, f.ref, NULL));
		CHECK(*s && !strchr(s, '{') && !strchr(s, '}'));
		buf_free(&json);
	}
}

/* What a limit limits is said, what n is only where the sentence has not said it. */
static void limits(struct arena *a)
{
	struct doc *d = doc_new(a, "Test");
	struct place list = parsed(a, "["
		"{\"code\":\"outliers\",\"columns\":[\"a\"],\"count\":9,\"total\":100,\"n\":100,\"threshold\":0.01},"
		"{\"code\":\"skewed\",\"columns\":[\"a\"],\"value\":3,\"effect\":3,\"n\":90,\"threshold\":2},"
		"{\"code\":\"time_anomalies\",\"columns\":[\"a\"],\"count\":1,\"total\":45,\"text\":\"2022\",\"threshold\":6},"
		"{\"code\":\"broken_dependency\",\"columns\":[\"a\",\"b\"],\"count\":1,\"total\":90,\"threshold\":0.01},"
		"{\"code\":\"date_gaps\",\"columns\":[\"a\"],\"count\":1,\"value\":3,\"threshold\":2,\"n\":9},"
		"{\"code\":\"sentinel_values\",\"columns\":[\"a\"],\"count\":9,\"total\":90,\"text\":\"none\"},"
		"{\"code\":\"sentinel_values\",\"columns\":[\"b\"],\"count\":1,\"total\":90,\"text\":\"-9\"}]"), sentinels[2];
	static const char *const want[] = { " Limit of this share: 1.0\xE2\x80\xAF%.", " Limit of the skewness, on either side: 2, n = 90.",
		" Limit of the distance: 6 median absolute deviations.", " Limit of the share of exceptions: 1.0\xE2\x80\xAF%.", NULL };
	for (size_t i = 0; i < COUNTOF(want); i++) {
		struct place f = place_item(list, i);
		struct node *n = doc_finding(d, d->root, f.v, f.ref, NULL);
		doc_finding_evidence(d, n, f.v, f.ref);
		const char *s = prose(a, n), *at = strstr(s, " Limit");
		CHECK(at || !want[i]);
		if (at)
			CHECK_STR(at, want[i] ? want[i] : "");   /* the sentence on gaps says its limit */
	}
	for (size_t i = 0; i < 2; i++)
		sentinels[i] = place_item(list, COUNTOF(want) + i);
	CHECK_STR(prose(a, doc_finding_group(d, d->root, sentinels, 2, 2, NULL)),
		"2 columns (number of such values): a (9 \xC3\x97 none) and b (1 \xC3\x97 -9).");
}

/* Which rows are weak: by the conditions where they are known, else by the column. */
static void parts(struct arena *a)
{
	static const char *const want[] = { "picked out by a, the", "those where a is missing, the", "those where a is below 3 and b is red, the" };
	struct doc *d = doc_new(a, "Test");
	struct place list = parsed(a, "[{\"code\":\"weak_segment\",\"columns\":[\"a\"],\"count\":9,\"total\":90,\"value\":2},"
		"{\"code\":\"weak_segment\",\"columns\":[\"a\"],\"count\":9,\"when\":[{\"column\":\"a\",\"kind\":\"missing\"}]},"
		"{\"code\":\"weak_segment\",\"columns\":[\"a\"],\"when\":[{\"column\":\"a\",\"kind\":\"range\",\"to\":3},"
		"{\"column\":\"b\",\"kind\":\"level\",\"level\":\"red\"}]}]");
	for (size_t i = 0; i < COUNTOF(want); i++) {
		struct place f = place_item(list, i);
		CHECK(strstr(prose(a, doc_finding(d, d->root, f.v, f.ref, NULL)), want[i]));
	}
}

static void groups(struct arena *a)
{
	struct doc *d = doc_new(a, "Test");
	struct place list = parsed(a, "["
		"{\"code\":\"missing_values\",\"level\":\"notice\",\"columns\":[\"a\"],\"count\":9,\"total\":10,\"share\":0.9},"
		"{\"code\":\"missing_values\",\"level\":\"notice\",\"columns\":[\"b\"],\"count\":5,\"total\":10,\"share\":0.5},"
		"{\"code\":\"missing_values\",\"level\":\"notice\",\"columns\":[\"c\"],\"count\":4,\"total\":10,\"share\":0.4},"
		"{\"code\":\"missing_values\",\"level\":\"notice\",\"columns\":[\"d\"],\"count\":3,\"total\":10,\"share\":0.3},"
		"{\"code\":\"missing_values\",\"level\":\"notice\",\"columns\":[\"e\"],\"count\":2,\"total\":10,\"share\":0.2},"
		"{\"code\":\"missing_values\",\"level\":\"notice\",\"columns\":[\"e\"],\"count\":2,\"total\":10,\"share\":0.2}]");
	struct place items[6];
	for (size_t i = 0; i < 6; i++)
		items[i] = place_item(list, i);
	struct node *n = doc_finding_group(d, d->root, items, 6, 2, "findings");
	CHECK_STR(prose(a, n), "5 columns (share missing): a (90.0\xE2\x80\xAF%), b (50.0\xE2\x80\xAF%) and 4 more.");
	CHECK_STR(n->title, "Missing values");
	CHECK(n->level == FINDING_NOTICE);
	CHECK_STR(n->link, "findings");
	n = doc_finding_group(d, d->root, items, 3, 2, NULL);
	CHECK_STR(prose(a, n), "3 columns (share missing): a (90.0\xE2\x80\xAF%), b (50.0\xE2\x80\xAF%) and c (40.0\xE2\x80\xAF%).");
	/* pairs are parted by more than the "and" within them */
	struct place pairs = parsed(a, "[{\"code\":\"high_association\",\"columns\":[\"a\",\"b\"],\"value\":0.98},"
		"{\"code\":\"high_association\",\"columns\":[\"c\",\"d\"],\"value\":0.95}]"), both[] = { place_item(pairs, 0), place_item(pairs, 1) };
	CHECK_STR(prose(a, doc_finding_group(d, d->root, both, 2, 2, NULL)), "2 pairs of columns (strength): a and b (0.98); c and d (0.95).");
	/* copies of one column are one group; others that share a column are not */
	struct place copies = parsed(a, "[{\"code\":\"nearly_identical_columns\",\"columns\":[\"a\",\"b\"],\"count\":9,\"total\":9},"
		"{\"code\":\"nearly_identical_columns\",\"columns\":[\"c\",\"d\"],\"count\":8,\"total\":9},"
		"{\"code\":\"nearly_identical_columns\",\"columns\":[\"a\",\"e\"],\"count\":7,\"total\":7}]"), all[3];
	for (size_t i = 0; i < 3; i++)
		all[i] = place_item(copies, i);
	CHECK_STR(prose(a, doc_finding_group(d, d->root, all, 3, 3, NULL)),
		"2 groups of columns (same value where both have one): a, b and e (100\xE2\x80\xAF%); c and d (88.9\xE2\x80\xAF%).");
	CHECK_STR(prose(a, doc_finding_group(d, d->root, items, 1, 2, NULL)), "a lacks 9 of 10 values (90.0\xE2\x80\xAF%).");
	bool addressed = false;
	for (size_t i = 0; i < n->ncells; i++)
		addressed = addressed || (n->cells[i].ref && strcmp(n->cells[i].ref, "eda.json#1.share") == 0);
	CHECK(addressed);
}

static void places(struct arena *a)
{
	struct place p = parsed(a, "{\"x\":[{\"n\":1.5,\"s\":\"t\",\"b\":true,\"d\":null,\"d_why\":\"too few\"}]}");
	struct place item = place_item(place_at(p, "x"), 0);
	struct cell n = place_num(item, CELL_MEASURE, "n"), none = place_num(item, CELL_MEASURE, "d");
	CHECK(n.num == 1.5);
	CHECK_STR(n.ref, "eda.json#x.0.n");
	CHECK(isnan(none.num));
	CHECK_STR(none.text, "too few");
	CHECK_STR(place_code(item, "s").text, "t");
	CHECK_STR(place_code(item, "b").text, "true");
	CHECK_STR(place_code(item, "n").text, "1.5");
	CHECK(place_text(item, "absent").cls == CELL_EMPTY);
	CHECK(isnan(place_num(place_at(item, "no.such"), CELL_COUNT, "place").num));
}

int main(void)
{
	struct arena *a = arena_new();
	ids(a);
	text(a);
	tree(a);
	columns_of_decimals(a);
	sentences(a);
	limits(a);
	parts(a);
	groups(a);
	places(a);
	arena_free(a);
	return test_end();
}
