/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the chapter on relations: what they say of artifacts written for it, and that half of an
 * artifact, or a wrong one, is no reason to stop. */
#include "report/report_int.h"
#include "test.h"

#include <stdlib.h>

static const char mixed[] =
	"\"mixed\": {\"columns\": [\"a\", \"b\", \"c\"], \"measure\": [\"-pe\", \"p-e\", \"ee-\"],"
	"\"value\": [[1, -0.9, 0.2], [-0.9, 1, 0.3], [0.2, 0.3, 1]], \"order\": [2, 0, 1],"
	"\"groups\": [{\"columns\": [\"a\", \"b\"], \"weakest\": 0.9, \"mean\": 0.9},"
	"{\"columns\": [\"a\", \"b\", \"c\"], \"weakest\": 0.998, \"mean\": 0.999}]}";
static const char target[] =
	"\"target\": {\"name\": \"c\", \"positive\": \"yes\", \"features\": ["
	"{\"name\": \"a\", \"measure\": \"correlation_ratio\", \"effect\": \"eta_squared\", \"value\": 0.04,"
	" \"p_adjusted\": 0.01, \"n\": 90, \"power\": {\"score\": 0.41, \"lo\": 0.3, \"hi\": 0.5,"
	" \"kind\": \"f1\", \"n\": 90}},"
	"{\"name\": \"b\", \"measure\": \"correlation_ratio\", \"effect\": \"eta_squared\", \"value\": 0.09,"
	" \"p_adjusted\": 0.5, \"n\": 90, \"power\": {\"score\": 0.12, \"lo\": 0, \"hi\": 0.2,"
	" \"kind\": \"f1\", \"n\": 90}}],"
	"\"groups\": [{\"feature\": \"a\", \"levels\": [\"no\", \"yes\"], \"n\": [50, 40],"
	" \"box\": [[1, 2, 3, 4, 5], [2, 3, 4, 5, 6]], \"mean\": [3.25, 4.5], \"sd\": [1, 1]}],"
	"\"evidence\": [{\"feature\": \"a\", \"iv\": 0.33, \"band\": \"strong\", \"n\": 90, \"bins\": ["
	"{\"lower\": 1, \"upper\": 3, \"n\": 45, \"positive\": 9, \"rate\": 0.2, \"lo\": 0.11, \"hi\": 0.34,"
	" \"woe\": -1.1, \"iv\": 0.2}, {\"kind\": \"missing\", \"n\": 45, \"positive\": 31, \"rate\": 0.689,"
	" \"lo\": 0.54, \"hi\": 0.8, \"woe\": 0.9, \"iv\": 0.13}]}]}";
static const char structure[] =
	"\"structure\": {\"collinearity\": {\"rows\": 88, \"sample_rows\": 90, \"left_out\": [\"holes\"],"
	"\"columns\": [{\"name\": \"a\", \"vif\": 7.5}, {\"name\": \"b\", \"vif\": null},"
	" {\"name\": \"d\", \"vif\": 1.25}],"
	"\"combination\": {\"column\": \"a\", \"of\": [\"b\", \"d\"], \"slope\": [2, -1],"
	" \"intercept\": 7}},"
	"\"components\": {\"rows\": 88, \"columns\": [\"a\", \"b\", \"d\"], \"eigenvalue\": [2.7, 0.3, 0],"
	"\"share\": [0.9, 0.1, 0], \"cumulative\": [0.9, 1, 1],"
	"\"loading\": [[0.6, 0.1, 0.8], [0.6, 0.2, -0.7], [0.5, -0.9, 0]], \"x\": [1, 2], \"y\": [2, 1]},"
	"\"near\": [{\"a\": \"t_c\", \"b\": \"t_f\", \"kind\": \"converted\", \"slope\": 1.8,"
	" \"intercept\": 32, \"same\": 86, \"n\": 88, \"share\": 0.977}], \"near_rows\": 90}";

static void release(void *v)
{
	json_decref(v);
}

/* The report of an eda.json with these parts as text; "" when there is none. */
static const char *text_of(struct arena *a, const char *associations, const char *rest)
{
	const char *s = arena_printf(a, "{\"schema\": \"dossier/eda/2\", \"columns\": ["
		"{\"name\": \"a\", \"type\": \"numeric\", \"storage\": \"float64\"},"
		"{\"name\": \"b\", \"type\": \"numeric\", \"storage\": \"float64\"},"
		"{\"name\": \"c\", \"type\": \"category\", \"storage\": \"dictionary\"}],"
		"\"thresholds\": {\"together\": 0.6, \"vif\": 10},"
		"\"associations\": {\"pairs\": [{\"a\": \"a\", \"b\": \"b\", \"measure\": \"pearson\","
		"\"value\": -0.9, \"p\": 0, \"p_adjusted\": 0, \"n\": 90}]%s}%s}", associations, rest);
	json_t *eda = json_loads(s, 0, NULL), *manifest = json_loads("{\"id\": \"x\"}", 0, NULL);
	CHECK(eda != NULL);
	arena_own(a, eda, release);
	arena_own(a, manifest, release);
	struct err e = { 0 };
	struct doc *d = report_build(a, &(struct artifacts){ .manifest = manifest, .eda = eda }, &e);
	CHECK(d != NULL);
	struct buf out = { 0 };
	CHECK(d && render_text.render(&(struct render_input){ .doc = d }, &out, &e) == 0);
	const char *text = arena_strdup(a, buf_str(&out));
	buf_free(&out);
	return text;
}

/* Whether the text says so, wherever its lines break. */
static bool says(struct arena *a, const char *text, const char *phrase)
{
	struct buf flat = { 0 };
	for (const char *p = text; *p; p++) {
		bool blank = *p == ' ' || *p == '\n';
		if (!blank || (flat.n && flat.p[flat.n - 1] != ' '))
			buf_putc(&flat, blank ? ' ' : *p);
	}
	const char *s = arena_strdup(a, buf_str(&flat));
	buf_free(&flat);
	return strstr(s, phrase) != NULL;
}

static void test_says(struct arena *a)
{
	const char *t = text_of(a, arena_printf(a, ", %s, %s", mixed, target),
		arena_printf(a, ", %s", structure));
	CHECK(says(a, t, "a and b go together: strength 0.90."));
	CHECK(says(a, t, "Means and medians of a by group"));
	CHECK(says(a, t, "3 columns of all types"));
	CHECK(says(a, t, "a, b and c go together: strength 1.00."));
	CHECK(says(a, t, "a b \xE2\x88\x92" "0.90 Pearson correlation <\xE2\x80\xAF" "0.001 90"));
	CHECK(says(a, t, "0.20 correlation 0.010 90 0.41 0.30 0.50") && says(a, t, "a 0.33"));
	CHECK(says(a, t, "c no 50 3.25 3 1"));
	CHECK(says(a, t, "How often c is yes"));
	CHECK(says(a, t, "a 1 to 3 45 20.0"));
	CHECK(says(a, t, "a missing 45 68.9"));
	CHECK(says(a, t, "a is exactly 2 \xC3\x97 b \xE2\x88\x92 d + 7."));
	CHECK(says(a, t, "One direction (1 of 3) holds 90.0"));
	CHECK(says(a, t, "How far each column follows from the others") && says(a, t, "b infinite 100"));
	CHECK(says(a, t, "Left out for missing values: holes."));
	CHECK(says(a, t, "t_c t_f t_f = 1.8 \xC3\x97 t_c + 32 86 88 97.7"));
	/* the column with the largest inflation stands first */
	const char *b = strstr(t, "infinite"), *c = strstr(t, "7.5");
	CHECK(b && c && b < c);
}

/* Half of everything, and other types than expected. */
static void test_hostile(struct arena *a)
{
	static const char broken[] =
		", \"structure\": {\"collinearity\": {\"columns\": [1, {}, {}], \"combination\": {\"of\": [2]}},"
		" \"components\": {\"share\": [1, 2, 3], \"x\": [1], \"groups\": [\"u\", \"v\"]}}";
	static const char *const parts[] = { "", ", \"mixed\": 3",
		", \"mixed\": {\"columns\": [\"a\", \"b\"], \"value\": [[1], [2]], \"order\": [7, -1, 0]}",
		", \"mixed\": {\"columns\": [\"a\", \"b\"], \"value\": [1, 2], \"groups\": [{}, 4]}",
		", \"target\": {\"name\": \"c\", \"features\": [3, {}], \"groups\": [{}], \"evidence\": [{}]}",
		", \"target\": {\"name\": \"c\", \"features\": [{}], \"evidence\": [{\"bins\": [1, {}]}]}" },
		*const rests[] = { "", ", \"structure\": []", ", \"structure\": {\"near\": [{}, 3]}",
		broken };
	for (size_t i = 0; i < COUNTOF(parts); i++)
		for (size_t j = 0; j < COUNTOF(rests); j++)
			CHECK(strlen(text_of(a, parts[i], rests[j])) > 100);
}

/* Of more columns than a chart holds, those with the strongest partners, in their order. */
static void test_strongest(struct arena *a)
{
	enum { N = 34 };
	struct buf names = { 0 }, rows = { 0 };
	for (int i = 0; i < N; i++) {
		buf_printf(&names, "%s\"c%d\"", i ? ", " : "", i);
		buf_printf(&rows, "%s[", i ? ", " : "");
		for (int j = 0; j < N; j++)
			buf_printf(&rows, "%s%g", j ? ", " : "", i == j ? 1.0 : i >= 4 && j >= 4 ? 0.5 : 0.01);
		buf_puts(&rows, "]");
	}
	const char *t = text_of(a, arena_printf(a, ", \"pearson\": {\"columns\": [%s], \"r\": [%s]}", buf_str(&names), buf_str(&rows)), "");
	CHECK(says(a, t, "Pearson correlation of the 30 of 34 columns with the strongest partners"));
	buf_free(&names);
	buf_free(&rows);
}

/* Where the last place is for one of two pairs that are as strong, neither stands there without its partner. */
static void test_pairs(struct arena *a)
{
	enum { N = 34 };
	struct buf names = { 0 }, rows = { 0 }, order = { 0 };
	for (int i = 0; i < N; i++) {
		buf_printf(&names, "%s\"c%d\"", i ? ", " : "", i);
		buf_printf(&order, "%s%d", i ? ", " : "", i);
		buf_printf(&rows, "%s[", i ? ", " : "");
		for (int j = 0; j < N; j++) {
			bool strong = (i ^ 1) == j && i < 28, weaker = (i ^ 2) == j && i >= 28 && i < 32;
			buf_printf(&rows, "%s%g", j ? ", " : "", i == j ? 1.0 : strong ? -0.9 : weaker ? 0.8 : 0.01);
		}
		buf_puts(&rows, "]");
	}
	const char *t = text_of(a, arena_printf(a, ", \"pearson\": {\"columns\": [%s], \"r\": [%s]}, \"mixed\": {\"columns\": [%s], "
		"\"value\": [%s], \"order\": [%s]}", buf_str(&names), buf_str(&rows), buf_str(&names), buf_str(&rows), buf_str(&order)), "");
	CHECK(says(a, t, "Pearson correlation of the 28 of 34 columns with the strongest partners"));
	CHECK(says(a, t, "Strength of association of 28 columns of all types"));
	buf_free(&names);
	buf_free(&rows);
	buf_free(&order);
}

/* The power to predict is known of the first columns only: one without any partner among them is left out. */
static void test_loners(struct arena *a)
{
	enum { N = 20 };
	struct buf names = { 0 }, rows = { 0 }, columns = { 0 };
	for (int i = 0; i < N + 5; i++)
		buf_printf(&columns, "%s{\"name\": \"c%d\", \"type\": \"constant\"}", i ? ", " : "", i);
	for (int i = 0; i < N; i++) {
		buf_printf(&names, "%s\"c%d\"", i ? ", " : "", i);
		buf_printf(&rows, "%s[", i ? ", " : "");
		for (int j = 0; j < N; j++)
			buf_printf(&rows, "%s%g", j ? ", " : "", i == j ? 1.0 : i == 7 || j == 7 ? 0 : 0.25);
		buf_puts(&rows, "]");
	}
	const char *t = text_of(a, arena_printf(a, ", \"power\": {\"columns\": [%s], \"score\": [%s]}", buf_str(&names), buf_str(&rows)),
		arena_printf(a, ", \"columns\": [%s]", buf_str(&columns)));
	CHECK(says(a, t, "Power of the column to predict the row of the 19 of 25 columns with the strongest partners"));
	buf_free(&names);
	buf_free(&rows);
	buf_free(&columns);
}

/* A matrix of missing values that has nothing but its diagonal is a sentence. */
static void test_unrelated(struct arena *a)
{
	static const char missing[] = ", \"dataset\": {\"rows\": 9, \"columns\": 3, \"missing_cells\": 3},"
		" \"missing\": {\"columns\": [{\"name\": \"a\", \"missing\": 1}], \"nullity\": {\"columns\": [\"a\", \"b\", \"c\"],"
		" \"r\": [[1, %g, 0], [%g, 1, 0], [0, 0, 1]], \"order\": [0, 1, 2], \"merges\": [[0, 1, 0.9], [2, 3, 1]]}}";
	static const char said[] = "the strongest correlation of being missing is \xE2\x88\x92" "0.07, between a and b.";
	const char *t = text_of(a, "", arena_printf(a, missing, -0.07, -0.07));
	CHECK(says(a, t, said) && !says(a, t, "A tree of 3 columns"));
	t = text_of(a, "", arena_printf(a, missing, 0.4, 0.4));
	CHECK(!says(a, t, "hardly depends") && says(a, t, "A tree of 3 columns"));
}

int main(void)
{
	struct arena *a = arena_new();
	test_says(a);
	test_hostile(a);
	test_strongest(a);
	test_pairs(a);
	test_loners(a);
	test_unrelated(a);
	arena_free(a);
	return test_end();
}
