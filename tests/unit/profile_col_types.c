/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a column is taken for, and what is said of it because of that. */
#include "unit/profile_col.h"

/* A column of n values i % distinct * step + from, with what the manifest declares of it. */
static struct profiled *profile_ints(
	const char *name, const char *declared, int n, int distinct, int64_t from, int64_t step)
{
	struct profile_options o = default_options();
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *c = col_add(t, name, COLUMN_INT64, NULL);
	for (int i = 0; i < n; i++)
		col_int(c, from + i % distinct * step);
	struct table *table = cols_open(t);
	struct profiled *p = mem_calloc(1, sizeof *p);
	*p = (struct profiled){ .arena = arena_new(), .table = table };
	p->findings.arena = p->arena;
	p->vars[0] = (struct variable){
		.name = table_field(table, 0)->name, .declared = declared, .decimals = -1
	};
	profile_columns(table, p->vars, 1, &o, p->cols, &p->findings, p->arena);
	free(t);
	return p;
}

static enum variable_type int_type(
	const char *name, const char *declared, int n, int distinct, int64_t from, int64_t step)
{
	struct profiled *p = profile_ints(name, declared, n, distinct, from, step);
	enum variable_type type = p->vars[0].type;
	profiled_free(p);
	return type;
}

static void integers(void)
{
	CHECK(int_type("n", NULL, 1000, 10, 1, 1) == VARIABLE_CATEGORY);
	CHECK(int_type("n", NULL, 1000, 11, 1, 1) == VARIABLE_NUMERIC);
	CHECK(int_type("n", NULL, 200, 10, 1, 1) == VARIABLE_NUMERIC); /* 5 % are different */
	CHECK(int_type("n", NULL, 201, 10, 1, 1) == VARIABLE_CATEGORY);
	CHECK(int_type("n", NULL, 50, 2, 0, 1) == VARIABLE_BOOLEAN);
	CHECK(int_type("n", NULL, 50, 2, 1, 1) == VARIABLE_CATEGORY); /* 1 and 2 are codes */
	CHECK(int_type("n", NULL, 50, 1, 7, 1) == VARIABLE_CONSTANT);
	CHECK(int_type("n", NULL, 50, 50, 1, 1) == VARIABLE_IDENTIFIER); /* a count of rows */
	CHECK(int_type("year", NULL, 50, 50, 1950, 1) == VARIABLE_NUMERIC);
	CHECK(int_type("n", NULL, 50, 50, 1, 3) == VARIABLE_NUMERIC);
	CHECK(int_type("PassengerId", NULL, 50, 50, 1000, 3) == VARIABLE_IDENTIFIER);
	CHECK(int_type("PassengerId", NULL, 50, 49, 1000, 3) == VARIABLE_NUMERIC);
	CHECK(int_type("covid", NULL, 50, 50, 1000, 3) == VARIABLE_NUMERIC);
}

static void declarations(void)
{
	CHECK(int_type("n", NULL, 50, 50, INT64_C(1000000000000000), 3) == VARIABLE_IDENTIFIER);
	CHECK(int_type("n", "integer", 1000, 10, 1, 1) == VARIABLE_NUMERIC);
	CHECK(int_type("n", "category", 100, 90, 1, 1) == VARIABLE_CATEGORY);
	CHECK(int_type("n", "identifier", 100, 90, 1, 1) == VARIABLE_IDENTIFIER);
	CHECK(int_type("id", "real", 100, 100, 1, 1) == VARIABLE_NUMERIC);
	CHECK(int_type("n", "boolean", 100, 2, 0, 1) == VARIABLE_BOOLEAN);
	/* what it cannot be, it is not */
	CHECK(int_type("n", "date", 1000, 10, 1, 1) == VARIABLE_CATEGORY);
	CHECK(int_type("n", "boolean", 1000, 3, 0, 1) == VARIABLE_CATEGORY);
	CHECK(int_type("n", "text", 1000, 400, 5, 1) == VARIABLE_NUMERIC);
}

static void blocks(void)
{
	struct profiled *p = profile_ints("code", NULL, 1000, 4, 10, 10);
	const struct column_profile *c = &p->cols[0];
	CHECK(c->category && c->category->coded && c->numeric && !c->text && !c->boolean);
	CHECK_STR(c->category->levels[0].value, "10");
	CHECK(c->category->n == 4 && c->category->levels[3].count == 250 &&
		c->category->other_levels == 0);
	CHECK(c->memory_bytes == 8000);
	/* codes are not judged as measurements */
	CHECK(!finding_of(p, "code", FIND_uniform) && !finding_of(p, "code", FIND_heaping));
	profiled_free(p);

	p = profile_ints("flag", NULL, 100, 2, 0, 1);
	CHECK(p->cols[0].boolean && p->cols[0].boolean->yes == 50 &&
		p->cols[0].boolean->no == 50 && p->cols[0].numeric &&
		p->cols[0].numeric->mean == 0.5);
	CHECK(p->cols[0].boolean->imbalance == 0);
	profiled_free(p);

	p = profile_ints("id", NULL, 100, 100, 5, 2);
	CHECK(p->cols[0].numeric && finding_of(p, "id", FIND_unique_column) &&
		!finding_of(p, "id", FIND_uniform));
	profiled_free(p);

	p = profile_ints("same", NULL, 100, 1, 5, 2);
	const struct finding *f = finding_of(p, "same", FIND_constant_column);
	CHECK(f && f->count == 100 && strcmp(f->text, "5") == 0 && p->cols[0].numeric);
	profiled_free(p);
}

static void missing(void)
{
	struct profile_options o = default_options();
	struct cols *t = mem_calloc(1, sizeof *t);
	const enum column_type types[] = { COLUMN_INT64, COLUMN_FLOAT64, COLUMN_BOOL,
		COLUMN_DATE, COLUMN_TIMESTAMP, COLUMN_UTF8, COLUMN_DICT };
	static const char *const names[] = { "i", "f", "b", "d", "t", "u", "c" };
	for (size_t k = 0; k < COUNTOF(types); k++) {
		struct col *c = col_add(t, names[k], types[k], NULL);
		for (int i = 0; i < 100; i++)
			col_missing(c);
	}
	struct col *always = col_add(t, "always", COLUMN_BOOL, NULL);
	for (int i = 0; i < 100; i++)
		col_int(always, 1);
	/* a flag: missing in half of the rows, true in 45 of 50 */
	struct col *c = col_add(t, "flag", COLUMN_BOOL, NULL);
	for (int i = 0; i < 100; i++)
		if (i % 2)
			col_missing(c);
		else
			col_int(c, i % 20 != 0);
	struct profiled *p = profile_table(cols_open(t), &o);
	for (size_t k = 0; k < COUNTOF(types); k++) {
		const struct column_profile *e = &p->cols[k];
		CHECK(e->var->type == VARIABLE_EMPTY && e->count == 0 && e->missing == 100 &&
			e->distinct == 0);
		CHECK(!e->numeric && !e->category && !e->boolean && !e->datetime && !e->text &&
			!e->examples[0]);
		const struct finding *f = finding_of(p, names[k], FIND_empty_column);
		CHECK(f && f->count == 100 && !finding_of(p, names[k], FIND_mostly_missing));
	}
	/* one value is constant, not dominated by it */
	CHECK(profile_of(p, "always")->var->type == VARIABLE_CONSTANT);
	CHECK(!finding_of(p, "always", FIND_imbalanced));
	const struct column_profile *flag = profile_of(p, "flag");
	CHECK(flag->boolean && flag->boolean->yes == 45 && flag->boolean->no == 5 &&
		flag->missing == 50);
	double h = -(0.9 * log2(0.9) + 0.1 * log2(0.1));
	CHECK_NEAR(flag->boolean->imbalance, 1 - h, 1e-14);
	CHECK(finding_of(p, "flag", FIND_mostly_missing) &&
		!finding_of(p, "flag", FIND_missing_values));
	const struct finding *f = finding_of(p, "flag", FIND_imbalanced);
	CHECK(f && f->count == 45 && f->total == 50 && strcmp(f->text, "true") == 0);
	profiled_free(p);
	free(t);
}

static void many_levels(void)
{
	struct profile_options o = default_options();
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *c = col_add(t, "city", COLUMN_DICT, NULL);
	for (int i = 0; i < 500; i++) {
		char s[32];
		snprintf(s, sizeof s, "city %d", i % 80);
		col_text(c, s, strlen(s));
	}
	struct profiled *p = profile_table(cols_open(t), &o);
	const struct finding *f = finding_of(p, "city", FIND_high_cardinality);
	CHECK(p->vars[0].type == VARIABLE_TEXT && p->cols[0].category && p->cols[0].text);
	CHECK(f && f->count == 80 && f->threshold == 50);
	profiled_free(p);
	free(t);
}

static void ranking(void)
{
	struct arena *a = arena_new();
	struct finding_list l = { .arena = a };
	static const struct {
		enum finding_code code;
		int64_t count;
	} v[] = { { FIND_skewed, -1 }, { FIND_missing_values, 5 }, { FIND_empty_column, 50 },
		{ FIND_missing_values, 20 }, { FIND_many_zeros, 90 },
		{ FIND_mostly_missing, 80 } };
	for (int round = 0; round < 10; round++)
		for (size_t i = 0; i < COUNTOF(v); i++) {
			struct finding f = finding_make(v[i].code, "x");
			f.count = v[i].count;
			f.total = 100;
			finding_list_add(&l, &f);
		}
	finding_list_rank(&l);
	CHECK(l.n == 60 && l.v[0].code == FIND_mostly_missing &&
		l.v[10].code == FIND_empty_column);
	CHECK(l.v[20].count == 20 && l.v[30].count == 5 && l.v[40].code == FIND_many_zeros &&
		l.v[59].code == FIND_skewed);
	arena_free(a);
}

int main(void)
{
	integers();
	declarations();
	blocks();
	missing();
	many_levels();
	ranking();
	return test_end();
}
