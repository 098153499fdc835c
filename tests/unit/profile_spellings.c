/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Typing errors among levels: what must be proposed, and what must never be. */
#include "profile_col.h"

/* A column of levels with counts, a level and a count in turn, profiled as a category. */
static struct profiled *levels_of(const char *const *level, const int *count, size_t n)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *c = col_add(t, "x", COLUMN_DICT, NULL);
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < count[i]; k++)
			col_text(c, level[i], strlen(level[i]));
	struct profile_options o = default_options();
	struct profiled *p = profile_table(cols_open(t), &o);
	free(t);
	return p;
}

/* Is `rare` (1 row) proposed to be `frequent` (200 rows)? */
static bool proposed(const char *frequent, const char *rare, int rare_rows)
{
	const char *level[] = { frequent, rare, "other level", "zzz" };
	const int count[] = { 200, rare_rows, 50, 40 };
	struct profiled *p = levels_of(level, count, 4);
	const struct category_profile *c = p->cols[0].category;
	CHECK(c != NULL);
	bool found = c && c->nslips == 1 && c->slips[0].n == 2 &&
		strcmp(c->slips[0].proposed, frequent) == 0 &&
		strcmp(c->slips[0].levels[1].value, rare) == 0;
	CHECK(found || !c || c->nslips == 0);
	profiled_free(p);
	return found;
}

static void test_slips(void)
{
	static const char *const pairs[][2] = {
		{ "California", "Californa" }, { "California", "Califronia" },
		{ "California", "Califormia" }, { "California", "Callifornia" },
		{ "Mississippi", "Missisippi" }, { "Mississippi", "Missisipi" },
		{ "Mississippi", "Msisissippi" }, { "Massachusetts", "Massachusets" },
		{ "Pennsylvania", "Pensylvania" }, { "Philadelphia", "Philedelphia" },
		{ "New Hampshire", "New Hamsphire" }, { "Toyota", "Totota" },
		{ "Volkswagen", "Vokswagen" }, { "Mercedes-Benz", "Mercdes Benz" },
		{ "electronics", "electornics" }, { "electronics", "Elektronics" },
		{ "completed", "compelted" }, { "completed", "Competed" },
		{ "cancelled", "canceled" }, { "S\xc3\xa3o Paulo", "Sao Paulo" },
		{ "M\xc3\xbcnchen", "Munchen" }, { "Prof-specialty", "Prof-speciality" },
		{ "United States", "Untied States" }, { "Saint Petersburg", "Saint Petersbrug" },
		{ "accounting", "accuonting" }, { "Frankfurt", "Frankfrut" },
		{ "Germany", "Gemrany" }, { "Germany", "Grrmany" }, { "Ireland", "Irelnd" } };
	for (size_t i = 0; i < COUNTOF(pairs); i++) {
		bool found = proposed(pairs[i][0], pairs[i][1], 1);
		CHECK(found);
		if (!found)
			printf("  missed: %s for %s\n", pairs[i][1], pairs[i][0]);
	}
}

static void test_others(void)
{
	static const char *const pairs[][2] = {
		{ "Male", "Female" }, { "male", "mate" }, { "Iran", "Iraq" }, { "2019", "2020" },
		{ "A1", "A2" }, { "Item 1001", "Item 1002" }, { "Group A", "Group B" },
		{ "Type II", "Type III" }, { "Version 1.2", "Version 1.3" },
		{ "Austria", "Australia" }, { "Iceland", "Ireland" }, { "Ireland", "Iceland" },
		{ "Slovakia", "Slovenia" }, { "Niger", "Nigeria" }, { "Gambia", "Zambia" },
		{ "Dominica", "Dominican" }, { "Guinea", "Guyana" }, { "Latvia", "Lithuania" },
		{ "Colombia", "Columbia" }, { "Mauritania", "Mauritius" },
		{ "North Carolina", "South Carolina" }, { "Virginia", "West Virginia" },
		{ "Kansas", "Arkansas" }, { "Tuesday", "Thursday" }, { "Monday", "Sunday" },
		{ "June", "July" }, { "September", "December" }, { "November", "December" },
		{ "sixteen", "fifteen" }, { "thirteen", "thirty" },
		{ "typical", "atypical" }, { "symmetric", "asymmetric" }, { "legal", "illegal" },
		{ "employer", "employee" }, { "trainer", "trainee" }, { "married", "unmarried" },
		{ "supervised", "unsupervised" }, { "employed", "unemployed" },
		{ "apartment", "apartments" }, { "Mario", "Maria" }, { "Roberto", "Roberta" },
		{ "Anderson", "Andersen" }, { "Johnson", "Johnsen" }, { "Boston", "Bolton" },
		{ "Carbon", "Carton" }, { "Hamilton", "Hampton" },
		{ "hypertension", "hypotension" }, { "hyperglycaemia", "hypoglycaemia" },
		{ "phosphate", "phosphite" }, { "sulfate", "sulfite" }, { "chloride", "chlorite" },
		{ "intercellular", "intracellular" }, { "prescription", "proscription" },
		{ "completed", "completes" }, { "Bachelors", "Bachelor" }, { "country", "county" },
		{ "Married-civ-spouse", "Married-AF-spouse" }, { "5th-6th", "7th-8th" },
		{ "increase", "decrease" }, { "interior", "exterior" }, { "export", "import" },
		{ "preoperative", "postoperative" }, { "maximum", "minimum" },
		{ "left ventricle", "right ventricle" }, { "blue-green", "blue-grey" },
		{ "C++ developer", "C# developer" }, { "Widget 10 mm", "Widget 12 mm" },
		{ "hello", "Hello" } };
	for (size_t i = 0; i < COUNTOF(pairs); i++) {
		bool found = proposed(pairs[i][0], pairs[i][1], 1);
		CHECK(!found);
		if (found)
			printf("  wrong: %s for %s\n", pairs[i][1], pairs[i][0]);
	}
	/* not rare enough */
	CHECK(proposed("California", "Californa", 20));
	CHECK(!proposed("California", "Californa", 21));
	CHECK(proposed("Toyota", "Totota", 10));
	CHECK(!proposed("Toyota", "Totota", 11));
}

/* Where frequent levels are near to each other, a rare one may well be right. */
static void test_dense(void)
{
	const char *level[] = { "Phillips", "Philips", "Johnston", "Jonhston", "Abernathy" };
	const int count[] = { 60, 50, 200, 1, 70 };
	struct profiled *p = levels_of(level, count, COUNTOF(level));
	CHECK(p->cols[0].category->nslips == 0);
	profiled_free(p);
	const int other[] = { 60, 0, 200, 1, 70 };
	p = levels_of(level, other, COUNTOF(level));
	CHECK(p->cols[0].category->nslips == 1);
	const struct finding *f = finding_of(p, "x", FIND_misspelt_levels);
	CHECK(f && f->count == 1 && f->total == 331 && f->n == 1);
	CHECK_STR(f ? f->text : "", "Jonhston");
	CHECK_STR(f ? f->text2 : "", "Johnston");
	profiled_free(p);
}

/* Many levels cost no square of their number. */
static void test_many(void)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *c = col_add(t, "x", COLUMN_UTF8, NULL);
	struct rng r;
	rng_seed(&r, 3);
	for (int i = 0; i < 20000; i++) {
		char s[16];
		for (int k = 0; k < 12; k++)
			s[k] = (char)('a' + rng_below(&r, 26));
		for (int k = 0; k < (i < 1000 ? 30 : 2); k++)
			col_text(c, s, 12);
	}
	struct profile_options o = default_options();
	struct profiled *p = profile_table(cols_open(t), &o);
	free(t);
	CHECK(p->cols[0].category && p->cols[0].category->nslips == 0);
	profiled_free(p);
}

int main(void)
{
	test_slips();
	test_others();
	test_dense();
	test_many();
	return test_end();
}
