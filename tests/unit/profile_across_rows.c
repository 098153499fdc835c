/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Missing data, duplicate rows and identical columns. */
#include "profile_across.h"

/* ---- missing ---------------------------------------------------------------------- */

/* R 4.2.2: 37 of 153 values of Ozone and 7 of Solar.R are missing, 2 in both, 111 rows are
 * complete; cor(is.na(Ozone), is.na(Solar.R)) = 0.0213 by the definition of phi. */
static void test_airquality(void)
{
	struct crossing x = crossing_new(cols_read("tests/data/profile/airquality.csv",
		"-iifiii"), "nnnnnn");
	struct profile_options o = across_options();
	struct missing_profile m;
	missing_fill(x.table, x.vars, x.n, &o, &m, &x.findings, x.arena);
	CHECK(m.rows == 153 && m.cells == 44 && m.complete_rows == 111 && m.n == 6);
	CHECK(m.columns[0].var == 0 && m.columns[0].missing == 37 && m.columns[1].missing == 7);
	CHECK_STR(m.columns[0].band, "attention");
	CHECK_STR(m.columns[1].band, "good");
	CHECK(m.ncombinations == 3 && m.patterns == 3);
	CHECK(m.combinations[0].count == 35 && m.combinations[0].n == 1 &&
		m.combinations[0].var[0] == 0);
	CHECK(m.combinations[1].count == 5 && m.combinations[2].count == 2 &&
		m.combinations[2].n == 2);
	CHECK(m.nullity.n == 2 && m.nullity.count[1] == 2 && m.nullity.value[0] == 1);
	CHECK_NEAR(m.nullity.value[1], (153 * 2.0 - 37 * 7) / sqrt(37.0 * 116 * 7 * 146),
		1e-12);
	CHECK(m.rows_per_bin == 3 && m.bins == 51 && m.nmatrix == 6);
	CHECK(m.present[0] == 1 && m.present[1] == 1 - 1.0 / 3 &&
		findings_of(&x, FIND_few_complete_rows) == 0);
	crossing_free(&x);
}

/* Bins that cross batches, against counting one by one. */
static void test_bins(void)
{
	enum { N = 70001 };
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *c = col_add(t, "a", COLUMN_FLOAT64, NULL),
		*b = col_add(t, "b", COLUMN_BOOL, NULL),
		*k = col_add(t, "k", COLUMN_UTF8, NULL);
	static bool has[N];
	struct rng r;
	rng_seed(&r, 5);
	int64_t nan = 0;
	for (int i = 0; i < N; i++) {
		has[i] = rng_below(&r, 1000) < (uint64_t)(i / 100);
		if (has[i])
			col_real(c, 1);
		else if (i % 2)
			col_missing(c);
		else
			col_real(c, NAN);  /* a NaN is missing too */
		nan += !has[i];
		has[i] ? col_int(b, 1) : col_missing(b);
		has[i] && i % 3 ? col_text(k, "x", 1) : col_missing(k);
	}
	struct crossing x = crossing_new(cols_open(t), "nbt");
	struct profile_options o = across_options();
	o.threads = 2;
	struct missing_profile m;
	missing_fill(x.table, x.vars, x.n, &o, &m, &x.findings, x.arena);
	CHECK(m.rows_per_bin == 1167 && m.bins == 60);
	CHECK(m.columns[0].var == 2 && m.columns[1].missing == nan &&
		m.columns[2].missing == nan);
	for (int bin = 0; bin < m.bins; bin++) {
		int64_t n = 0, rows = 0;
		for (int64_t i = bin * m.rows_per_bin; i < N && rows < m.rows_per_bin; i++, rows++)
			n += has[i];
		CHECK_NEAR(m.present[bin], (double)n / (double)rows, 1e-12);
	}
	CHECK(m.patterns == 2 && m.combinations[0].count + m.combinations[1].count
		+ m.complete_rows == N);
	/* a and b are always missing together, k nearly */
	CHECK(findings_of(&x, FIND_missing_together) == 1 &&
		findings_of(&x, FIND_few_complete_rows) == 1);
	CHECK(x.findings.v[1].count == nan && x.findings.v[1].value == 1);
	crossing_free(&x);
	free(t);
}

/* More columns than fit the bits of a key: combinations are hashed and compared. */
static void test_many_columns(void)
{
	enum { COLUMNS = 70, N = 300 };
	struct cols *t = mem_calloc(1, sizeof *t);
	static char names[COLUMNS][8];
	char types[COLUMNS + 1] = "";
	for (int c = 0; c < COLUMNS; c++) {
		snprintf(names[c], sizeof names[c], "c%d", c);
		struct col *col = col_add(t, names[c], COLUMN_INT64, NULL);
		types[c] = 'n';
		/* row 0 is complete, rows 1 to 70 miss one column each, the others the first
		 * three or the last two */
		for (int r = 0; r < N; r++)
			r == c + 1 || (r > COLUMNS && (r % 3 ? c < 3 : c >= COLUMNS - 2))
				? col_missing(col) : col_int(col, r);
	}
	struct crossing x = crossing_new(cols_open(t), types);
	struct profile_options o = across_options();
	struct missing_profile m;
	missing_fill(x.table, x.vars, x.n, &o, &m, &x.findings, x.arena);
	CHECK(m.patterns == COLUMNS + 2 && m.ncombinations == MISSING_COMBINATIONS &&
		m.complete_rows == 1);
	CHECK(m.combinations[0].count == 153 && m.combinations[0].n == 3 &&
		m.combinations[0].var[2] == 2);
	CHECK(m.combinations[1].count == 76 && m.combinations[1].n == 2 &&
		m.combinations[1].var[0] == COLUMNS - 2);
	CHECK(m.combinations[2].count == 1 && m.combinations[2].var[0] == 0);
	crossing_free(&x);
	free(t);
}

/* ---- duplicates ------------------------------------------------------------------- */

static void test_duplicates(void)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *a = col_add(t, "a", COLUMN_INT64, NULL),
		*b = col_add(t, "b", COLUMN_FLOAT64, NULL),
		*c = col_add(t, "c", COLUMN_UTF8, NULL),
		*d = col_add(t, "d", COLUMN_DICT, NULL);
	/* rows 0 and 4 are equal, 1 2 5 too, 3 differs from 1 by a missing value, 6 by an empty
	 * text */
	static const struct { int64_t a; double b; const char *c, *d; } rows[] = {
		{ 1, -0.0, "x", "p" }, { 2, 2.5, "y", "q" }, { 2, 2.5, "y", "q" }, { 2, NAN, "y", "q" },
		{ 1, 0.0, "x", "p" }, { 2, 2.5, "y", "q" }, { 2, 2.5, "", "q" } };
	for (size_t i = 0; i < COUNTOF(rows); i++) {
		col_int(a, rows[i].a);
		col_real(b, rows[i].b);
		col_text(c, rows[i].c, strlen(rows[i].c));
		col_text(d, rows[i].d, 1);
	}
	struct crossing x = crossing_new(cols_open(t), "nncc");
	struct profile_options o = across_options();
	struct duplicate_profile p;
	duplicates_fill(x.table, x.vars, x.n, &o, &p, &x.findings, x.arena);
	CHECK(p.surplus == 3 && p.groups == 2 && p.ntop == 2);
	CHECK(p.top[0].count == 3 && p.top[0].first_row == 1 && p.top[1].count == 2 &&
		p.top[1].first_row == 0);
	CHECK_STR(p.top[0].values[0], "2");
	CHECK_STR(p.top[0].values[1], "2.5");
	CHECK_STR(p.top[0].values[3], "q");
	CHECK(findings_of(&x, FIND_duplicate_rows) == 1 && x.findings.v[0].count == 3 &&
		x.findings.v[0].total == 7);
	crossing_free(&x);
	free(t);
}

/* Keys that collide on purpose: rows of one key are told apart by comparing them. */
static void all_alike(void *acc, const void *arg, const struct batch *b)
{
	uint64_t key[BATCH_ROWS];
	for (int64_t r = 0; r < b->rows; r++)
		key[r] = 1 + (uint64_t)((b->first_row + r) / 7) % 3;
	row_keys_take(acc, &((const struct duplicate_arg *)arg)->part, key, b->first_row,
		b->rows);
}

static int by_seventh(const void *arg, int64_t row1, int64_t row2)
{
	(void)arg;
	return (row1 / 7 > row2 / 7) - (row1 / 7 < row2 / 7);
}

static void test_collisions(void)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *a = col_add(t, "a", COLUMN_INT64, NULL);
	for (int i = 0; i < 4200; i++)
		col_int(a, i);
	struct table *table = cols_open(t);
	struct arena *arena = arena_new();
	struct fold_ops ops = { "alike", sizeof(struct row_keys), row_keys_init, all_alike,
		row_keys_merge, row_keys_release, NULL, NULL };
	struct duplicate_arg arg = { .table = table };
	for (int pass = 0; pass < 2; pass++) {   /* all keys at once, then in five parts */
		int64_t bytes = pass ? 4200 * (int64_t)sizeof(struct keyed) / 4 : ROW_KEYS_BYTES;
		struct row_equality q = { &ops, &arg, &arg.part, by_seventh, bytes, 0 };
		struct row_groups g;
		rows_group(table, &q, 4, &g, 1, arena);
		/* 600 classes of 7 rows, 200 of them to a key */
		CHECK(arg.part.parts == (pass ? 5 : 1));
		CHECK(g.rows == 4200 && g.groups == 600 && g.repeated == 600 && g.ntop == 4);
		CHECK(g.top[0].count == 7 && g.top[0].first == 0);
		CHECK(g.top[1].first == 7 && g.top[3].first == 21);
	}
	arena_free(arena);
	table_close(table);
	free(t);
}

/* ---- identical columns ------------------------------------------------------------ */

static void test_identical(void)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	static const struct { const char *name; enum column_type type; } kind[] = {
		{ "i", COLUMN_INT64 }, { "f", COLUMN_FLOAT64 }, { "f2", COLUMN_FLOAT64 },
		{ "u", COLUMN_UTF8 }, { "d", COLUMN_DICT }, { "d2", COLUMN_DICT },
		{ "k", COLUMN_INT64 }, { "k2", COLUMN_INT64 } };
	for (size_t i = 0; i < COUNTOF(kind); i++)
		col_add(t, kind[i].name, kind[i].type, NULL);
	for (int i = 0; i < 100; i++) {
		char s[16];
		int n = snprintf(s, sizeof s, "v%d", i % 7);
		i % 9 ? col_int(&t->c[0], i) : col_missing(&t->c[0]);
		i % 9 ? col_real(&t->c[1], i) : col_missing(&t->c[1]);
		i % 9 ? col_real(&t->c[2], i == 50 ? 50.5 : i) : col_missing(&t->c[2]);
		col_text(&t->c[3], s, (size_t)n);
		col_text(&t->c[4], s, (size_t)n);
		i == 3 ? col_missing(&t->c[5]) : col_text(&t->c[5], s, (size_t)n);
		col_int(&t->c[6], 5);
		col_int(&t->c[7], 5);
	}
	struct crossing x = crossing_new(cols_open(t), "nnnccckk");
	struct profile_options o = across_options();
	static const int want[] = { -1, 0, -1, -1, 3, -1, -1, -1 };
	const int *same = columns_identical(x.table, x.vars, x.n, &o, &x.findings, x.arena);
	for (int i = 0; i < x.n; i++)
		CHECK(same[i] == want[i]);
	CHECK(findings_of(&x, FIND_identical_columns) == 2 && x.findings.v[0].count == 2);
	CHECK_STR(x.findings.v[1].columns[1], "d");

	/* what is identical is not said to be strongly related as well */
	struct associations s;
	x.findings.n = 0;
	associations_fill(x.table, x.vars, x.n, &o, same, &s, &x.findings, x.arena);
	for (size_t i = 0; i < x.findings.n; i++)
		CHECK(strcmp(x.findings.v[i].columns[0], "i") != 0 ||
			strcmp(x.findings.v[i].columns[1], "f") != 0);
	CHECK(findings_of(&x, FIND_high_association) == 2);   /* f2 with i, d2 with u */
	crossing_free(&x);
	free(t);
}

int main(void)
{
	test_airquality();
	test_bins();
	test_many_columns();
	test_duplicates();
	test_collisions();
	test_identical();
	return test_end();
}
