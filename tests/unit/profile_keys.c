/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys and dependencies: planted ones are found with their exceptions, counted as a brute force over
 * all pairs of rows counts them, and independent columns have none.
 */
#include "profile/keys_int.h"
#include "profile_col.h"

struct found {
	struct profiled *p;
	struct keys_profile keys;
};

static struct profile_options options(int threads)
{
	struct profile_options o = default_options();
	o.key_error = o.dependency_error = 0.01;
	o.threads = threads;
	return o;
}

static struct found look(struct table *t, const struct profile_options *o)
{
	struct found f = { .p = profile_table(t, o) };
	keys_fill(t, f.p->cols, table_ncols(t), o, NULL, &f.keys, &f.p->findings, f.p->arena);
	return f;
}

static const char *name_of(const struct found *f, int var)
{
	return f->p->vars[var].name;
}

/* "zip > city", "shop day > price" */
static const struct dependency *rule(const struct found *f, const char *text)
{
	for (int i = 0; i < f->keys.ndependencies; i++) {
		const struct dependency *d = &f->keys.dependencies[i];
		char s[256];
		snprintf(s, sizeof s, "%s%s%s > %s", name_of(f, d->from[0]), d->nfrom > 1 ? " " : "",
			d->nfrom > 1 ? name_of(f, d->from[1]) : "", name_of(f, d->to));
		if (strcmp(s, text) == 0)
			return d;
	}
	return NULL;
}

static const struct key *key_of(const struct found *f, const struct key *v, int n, const char *text)
{
	for (int i = 0; i < n; i++) {
		char s[256] = "";
		for (int k = 0; k < v[i].n; k++) {
			strcat(s, k ? " " : "");
			strcat(s, name_of(f, v[i].var[k]));
		}
		if (strcmp(s, text) == 0)
			return &v[i];
	}
	return NULL;
}

static void put(struct col *c, const char *before, int64_t v)
{
	char s[64];
	int n = snprintf(s, sizeof s, "%s%d", before, (int)v);
	col_text(c, s, (size_t)n);
}

/* Orders of 25 shops over days; zip -> city -> region, product and shop -> price. Exceptions: an
 * order number that comes twice, three cities, a price. */
static struct table *orders(int64_t rows)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *order = col_add(t, "order_id", COLUMN_INT64, NULL);
	struct col *zip = col_add(t, "zip", COLUMN_INT64, NULL);
	struct col *city = col_add(t, "city", COLUMN_UTF8, NULL);
	struct col *region = col_add(t, "region", COLUMN_DICT, NULL);
	struct col *product = col_add(t, "product", COLUMN_DICT, NULL);
	struct col *price = col_add(t, "price", COLUMN_FLOAT64, NULL);
	struct col *shop = col_add(t, "shop", COLUMN_DICT, NULL);
	struct col *day = col_add(t, "day", COLUMN_DATE, NULL);
	struct rng r;
	rng_seed(&r, 5);
	for (int64_t i = 0; i < rows; i++) {
		int64_t z = (int64_t)rng_below(&r, 600), p = (int64_t)rng_below(&r, 30);
		bool wrong = i == 70 || i == 700 || i == 1700;
		col_int(order, i == 333 ? 300 : i + 1);
		col_int(zip, 10000 + 37 * z);
		put(city, "city ", (z + wrong) % 200);
		put(region, "region ", (z + wrong) % 200 % 20);
		put(product, "p", p);
		col_real(price, (double)(p * 7 + (i % 25) % 3) + (i == 999 ? 0.5 : 0));
		put(shop, "s", i % 25);
		col_int(day, 18000 + i / 25);
	}
	struct table *out = cols_open(t);
	free(t);
	return out;
}

static void test_orders(int64_t rows, int threads)
{
	struct profile_options o = options(threads);
	struct found f = look(orders(rows), &o);
	const struct keys_profile *k = &f.keys;
	CHECK(k->columns == 8 && k->sample_rows == (rows < 50000 ? rows : 50000));
	/* the sum of two columns would be unique as well, were it not for what they are */
	CHECK(k->nkeys == 1 && key_of(&f, k->keys, k->nkeys, "shop day"));
	CHECK(k->nalmost == 1);
	const struct key *a = key_of(&f, k->almost, k->nalmost, "order_id");
	CHECK(a && a->repeated == 1 && !a->missing && a->nexamples == 1);
	CHECK_STR(a ? a->example[0].value[0] : "", "300");
	CHECK(a && a->example[0].count == 2);
	const struct dependency *d = rule(&f, "zip > city");
	CHECK(d && d->violations == 3 && d->rows == rows && (d->groups == 600 || rows < 50000) && !d->mutual);
	CHECK(d && d->nexamples == 3 && d->example[0].other_count == 1);
	CHECK(d && strcmp(d->example[0].usual, d->example[0].other) != 0);
	d = rule(&f, "city > region");
	CHECK(d && !d->violations && d->groups == 200 && d->expected > 0.7 * (double)rows);
	d = rule(&f, "product shop > price");
	CHECK(d && d->violations == 1 && (d->groups == 750 || rows < 50000));
	CHECK_STR(d ? d->example[0].from[1] : "", "s24");
	CHECK(k->ndependencies == 3);
	CHECK(k->nhierarchies == 1 && k->hierarchies[0].n == 3);
	CHECK_STR(name_of(&f, k->hierarchies[0].var[0]), "region");
	CHECK_STR(name_of(&f, k->hierarchies[0].var[2]), "zip");
	CHECK(finding_of(f.p, "order_id", FIND_almost_key)->count == 1);
	CHECK(finding_of(f.p, "zip", FIND_broken_dependency)->count == 3);
	CHECK(finding_of(f.p, "product", FIND_broken_dependency)->count == 1);
	profiled_free(f.p);
}

/* The fewest rows that break x -> y, by comparing all pairs of rows. */
static int64_t brute_force(const struct table *t, int x, int y)
{
	int64_t n = table_nrows(t), broken = 0;
	for (int64_t i = 0; i < n; i++) {
		int64_t group = 0, most = 0;
		bool first = cell_has(t, x, i) && cell_has(t, y, i);
		for (int64_t j = 0; j < i && first; j++)
			first = cell_cmp(t, x, i, j) != 0 || !cell_has(t, y, j);
		for (int64_t j = i; j < n && first; j++) {
			int64_t same = 0;
			if (cell_cmp(t, x, i, j) != 0 || !cell_has(t, y, j))
				continue;
			group++;
			for (int64_t k = i; k < n; k++)
				same += cell_cmp(t, x, i, k) == 0 && cell_cmp(t, y, j, k) == 0;
			most = same > most ? same : most;
		}
		broken += group - most;
	}
	return broken;
}

/* Counts are those of the definition, with holes in the columns, in every storage. */
static void test_counts(void)
{
	enum { ROWS = 300 };
	struct cols *t = mem_calloc(1, sizeof *t);
	static const enum column_type type[] = { COLUMN_INT64, COLUMN_DICT, COLUMN_UTF8,
		COLUMN_DATE, COLUMN_FLOAT64, COLUMN_BOOL };
	static const char *const names[] = { "a", "b", "c", "d", "e", "f" };
	struct rng r;
	rng_seed(&r, 9);
	for (int k = 0; k < 6; k++)
		col_add(t, names[k], type[k], NULL);
	for (int i = 0; i < ROWS; i++)
		for (int k = 0; k < 6; k++) {
			int64_t v = (i * 7 % 40) / (k + 1) % (k == 5 ? 2 : 40);
			v = rng_below(&r, 100) < 2 ? (int64_t)rng_below(&r, 2) : v;
			if (rng_below(&r, 20) == 0)
				col_missing(&t->c[k]);
			else if (type[k] == COLUMN_DICT || type[k] == COLUMN_UTF8)
				put(&t->c[k], "v", v);
			else if (type[k] == COLUMN_FLOAT64)
				col_real(&t->c[k], (double)v);
			else
				col_int(&t->c[k], v);
		}
	struct table *table = cols_open(t);
	free(t);
	struct profile_options o = options(1);
	struct profiled *p = profile_table(table, &o);
	struct coding c = { .table = table, .cols = p->cols, .options = &o, .rows = ROWS };
	struct rule_count count[36] = { 0 };
	for (int i = 0; i < 36; i++)
		count[i] = (struct rule_count){ 1, { i / 6 }, i % 6, .most = ROWS };
	rules_count(&c, count, 36);
	for (int i = 0; i < 36; i++)
		CHECK(count[i].violations == brute_force(table, i / 6, i % 6));
	profiled_free(p);
}

/* Whatever chance does with independent columns, it makes no key and no rule. */
static void test_independent(void)
{
	struct rng r;
	rng_seed(&r, 11);
	for (int round = 0; round < 20; round++) {
		struct cols *t = mem_calloc(1, sizeof *t);
		static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h" };
		static const int64_t levels[] = { 2, 3, 5, 12, 40, 150, 600, 5000 };
		for (int k = 0; k < 8; k++) {
			struct col *c = col_add(t, names[k], COLUMN_INT64, NULL);
			for (int i = 0; i < 400 + 100 * round; i++) {
				/* some levels are rare: one column is nearly always the same */
				double u = rng_unit(&r);
				col_int(c, (int64_t)(u * (k == 1 ? u * u * u : 1) * (double)levels[k]));
			}
		}
		struct profile_options o = options(1);
		struct found f = look(cols_open(t), &o);
		free(t);
		CHECK(f.keys.nkeys == 0 && f.keys.nalmost == 0);
		CHECK(f.keys.ndependencies == 0 && f.keys.nhierarchies == 0);
		profiled_free(f.p);
	}
}

/* Columns that say the same in other words; a key with gaps; a column of too many values. */
static void test_special(void)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *id = col_add(t, "id", COLUMN_INT64, NULL);
	struct col *code = col_add(t, "code", COLUMN_DICT, NULL);
	struct col *text = col_add(t, "text", COLUMN_DICT, NULL);
	struct col *rare = col_add(t, "rare", COLUMN_BOOL, NULL);
	for (int i = 0; i < 500; i++) {
		if (i == 17 || i == 400)
			col_missing(id);
		else
			col_int(id, 7 * i);
		put(code, "", i % 9);
		put(text, "level ", i % 9);
		col_int(rare, i == 250);
	}
	struct profile_options o = options(1);
	struct found f = look(cols_open(t), &o);
	free(t);
	CHECK(f.keys.nkeys == 0 && f.keys.nalmost == 1 && f.keys.almost[0].missing == 2);
	CHECK(finding_of(f.p, "id", FIND_key_missing)->count == 2);
	const struct dependency *d = rule(&f, "code > text");
	CHECK(d && d->mutual && f.keys.ndependencies == 1);
	profiled_free(f.p);
}

/* The tickets of the Titanic. Python: sum(sum(c.values()) - max(c.values()) for c in g.values()), g the
 * Counter of fares of each ticket, is 1 (ticket 7534: 9.2167 and 9.8458), of classes 0. */
static void test_titanic(void)
{
	struct table *t = cols_read("tests/data/profile/tickets.csv", "iucf");
	struct profile_options o = options(2);
	if (!t)
		return;
	struct found f = look(t, &o);
	const struct dependency *d = rule(&f, "Ticket > Fare");
	CHECK(d && d->violations == 1 && d->groups == 681 && d->rows == 891);
	CHECK_STR(d ? d->example[0].from[0] : "", "7534");
	d = rule(&f, "Ticket > Pclass");
	CHECK(d && !d->violations && d->rows == 891);
	profiled_free(f.p);
}

static void test_places(void)
{
	static const double at[][2] = { { 52.5, 13.4 }, { 0, 0 }, { -33.9, 151.2 }, { 91, 10 },
		{ 48.9, 2.4 }, { 10, -181 }, { 0, 9.5 } };
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *lat = col_add(t, "lat", COLUMN_FLOAT64, NULL);
	struct col *lon = col_add(t, "lon", COLUMN_FLOAT64, NULL);
	for (size_t i = 0; i < COUNTOF(at); i++) {
		col_real(lat, at[i][0]);
		col_real(lon, at[i][1]);
	}
	col_real(lat, 1);
	col_missing(lon);
	struct profile_options o = options(1);
	struct profiled *p = profile_table(cols_open(t), &o);
	free(t);
	p->vars[0].semantic = "latitude";
	p->vars[1].semantic = "longitude";
	struct keys_profile k;
	keys_fill(p->table, p->cols, 2, &o, NULL, &k, &p->findings, p->arena);
	CHECK(k.place && k.place->n == 4 && k.place->zeros == 1 && k.place->outside == 2);
	CHECK(k.place && k.place->south == -33.9 && k.place->north == 52.5);
	CHECK(k.place && k.place->west == 2.4 && k.place->east == 151.2);
	CHECK(k.place && k.place->npoints == 4 && k.place->x[1] == 151.2);
	const struct finding *f = finding_of(p, "lat", FIND_zero_places);
	CHECK(f && f->count == 1 && f->total == 7);
	profiled_free(p);
}

int main(void)
{
	test_places();
	test_orders(2000, 1);
	test_orders(2000, 3);
	test_orders(120000, 1);
	test_orders(120000, 2);
	test_counts();
	test_independent();
	test_special();
	test_titanic();
	return test_end();
}
