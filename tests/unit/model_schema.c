/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A frame's schema, saved and loaded, makes of the same table the same features, bit for bit; of other
 * tables it says what is strange about them. */
#include "model/frame/frame_int.h"
#include "model_set.h"
#include "test.h"

static struct frame load_frame(const struct table *t, const struct model_spec *s, struct arena *a)
{
	struct frame f;
	struct model_result r = { 0 };
	struct err e = { 0 };
	if (frame_load(t, s, a, &f, &r, &e) < 0) {
		printf("%s\n", e.msg);
		exit(1);
	}
	return f;
}

/* As text and back. */
static struct frame travelled(const struct frame *f, struct arena *a)
{
	struct buf out = { 0 }, again = { 0 };
	struct frame back;
	struct err e = { 0 };
	struct jw w;
	jw_init(&w, &out);
	schema_save(&w, f);
	json_t *v = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, NULL);
	if (schema_load(v, a, &back, &e) < 0) {
		printf("%s\n", e.msg);
		exit(1);
	}
	json_decref(v);
	jw_init(&w, &again);
	schema_save(&w, &back);
	CHECK_STR(again.p, out.p);
	buf_free(&out);
	buf_free(&again);
	return back;
}

static int *columns_of(const struct frame *f, const struct table *t, struct arena *a)
{
	int *cols = arena_calloc(a, f->ngroups + 1, sizeof *cols);
	for (size_t g = 0; g < f->ngroups; g++)
		cols[g] = table_find(t, f->group_names[g]);
	cols[f->ngroups] = table_find(t, f->target);
	return cols;
}

/* Every known row of the table, filled from the schema, is as in the frame. */
static void check_same(const struct table *t, const struct model_spec *s, const char *what)
{
	struct arena *a = arena_new();
	struct frame f = load_frame(t, s, a), schema = travelled(&f, a), got;
	struct strange *strange = arena_calloc(a, f.ngroups + 1, sizeof *strange);
	int *cols = columns_of(&schema, t, a);
	size_t at = 0, wrong = 0;
	CHECK(schema.n == 0 && schema.task == f.task && schema.nfeatures == f.nfeatures && schema.nclasses == f.nclasses);
	for (int64_t k = 0; k < table_nbatches(t); k++) {
		frame_rows(&schema, t, table_batch(t, k), cols, a, &got, strange);
		for (size_t i = 0; i < got.n; i++) {
			if (at == f.n || f.row[at] != got.row[i])
				continue;   /* without a target, not in the frame */
			for (size_t j = 0; j < f.nfeatures; j++)
				wrong += memcmp(&f.features[j].x[at], &got.features[j].x[i], sizeof(double)) != 0 &&
					!(isnan(f.features[j].x[at]) && isnan(got.features[j].x[i]));
			wrong += memcmp(&f.y[at], &got.y[i], sizeof(double)) != 0;
			at++;
		}
	}
	printf("%s: %zu rows, %zu features\n", what, at, f.nfeatures);
	CHECK(at == f.n);
	CHECK(wrong == 0);
	for (size_t g = 0; g <= f.ngroups; g++)
		CHECK(strange[g].unreadable == 0);
	if (at == (size_t)table_nrows(t))
		for (size_t g = 0; g <= f.ngroups; g++)
			CHECK(strange[g].unseen == 0 && strange[g].outside == 0);
	arena_free(a);
}

static void real_tables(void)
{
	static const struct { const char *file; char comma; const char *target; bool category; } sets[] = {
		{ "../shared/data/models/titanic_train.csv", ',', "Survived", true },
		{ "../shared/data/models/penguins_raw.csv", ',', "Species", true },
		{ "../shared/data/models/bike-sharing-daily.csv", ',', "cnt", false },
	};
	for (size_t k = 0; k < COUNTOF(sets); k++) {
		struct arena *a = arena_new();
		struct set s = set_read(sets[k].file, sets[k].comma, a);
		if (s.rows) {
			struct table *t = set_table(&s);
			struct model_spec m = set_spec(&s, sets[k].target, sets[k].category);
			check_same(t, &m, sets[k].file);
			table_close(t);
		}
		arena_free(a);
	}
}

/* Every role and type there is, with holes. */
static struct set mixed(struct arena *a, int64_t rows, uint64_t seed)
{
	static const char *const text[] = { "The red house", "a red barn, old", "old House by the lake", "blue lake", "x" };
	static const char *const level[] = { "zebra", "\xc3\xa4pfel", "apple", "10", "9" };
	struct rng g;
	rng_seed(&g, seed);
	struct set s = set_new(a, rows, 10);
	double *y = set_add(&s, "y", COLUMN_FLOAT64), *x = set_add(&s, "x", COLUMN_INT64);
	double *day = set_add(&s, "day", COLUMN_DATE), *stamp = set_add(&s, "stamp", COLUMN_TIMESTAMP);
	double *code = set_add(&s, "code", COLUMN_FLOAT64), *flag = set_add(&s, "flag", COLUMN_BOOL);
	double *word = set_add(&s, "word", COLUMN_DICT);
	set_levels(&s, level, COUNTOF(level));
	double *note = set_add(&s, "note", COLUMN_DICT);
	set_levels(&s, text, COUNTOF(text));
	for (int64_t i = 0; i < rows; i++) {
		y[i] = rng_normal(&g);
		x[i] = (double)rng_below(&g, 100);
		day[i] = 19000 + (double)rng_below(&g, 900);
		stamp[i] = (19000 * 86400.0 + (double)rng_below(&g, 86400 * 900)) * 1e6;
		code[i] = (double)rng_below(&g, 12) / 4;
		flag[i] = (double)rng_below(&g, 2);
		word[i] = (double)rng_below(&g, COUNTOF(level));
		note[i] = (double)rng_below(&g, COUNTOF(text));
		double *all[] = { x, day, stamp, code, flag, word, note };
		for (size_t k = 0; k < COUNTOF(all); k++)
			if (rng_below(&g, 10) == 0)
				all[k][i] = NAN;
	}
	return s;
}

static struct model_spec mixed_spec(const struct set *s)
{
	static const enum role role[] = { ROLE_NUMBER, ROLE_DATETIME, ROLE_DATETIME, ROLE_CATEGORY, ROLE_CATEGORY,
		ROLE_CATEGORY, ROLE_TEXT };
	struct model_spec m = set_spec(s, "y", false);
	struct model_feature *f = arena_calloc(s->a, m.nfeatures, sizeof *f);
	for (size_t j = 0; j < m.nfeatures; j++)
		f[j] = (struct model_feature){ m.features[j].col, m.features[j].name, role[j] };
	m.features = f;
	return m;
}

static void every_role(void)
{
	struct arena *a = arena_new();
	struct set s = mixed(a, BATCH_ROWS + 1000, 3);
	struct table *t = set_table(&s);
	struct model_spec m = mixed_spec(&s);
	check_same(t, &m, "every role");
	struct frame f = load_frame(t, &m, a);
	size_t words = 0;
	for (size_t j = 0; j < f.nfeatures; j++) {
		const struct feature *x = &f.features[j];
		if (x->part == PART_KEYWORD) {
			words++;
			CHECK(strstr("the red house barn old by lake blue", x->word) != NULL);
		}
		if (x->part == PART_LEVEL && strcmp(x->name, "word") == 0) {
			CHECK_STR(x->levels[0], "10");
			CHECK_STR(x->levels[4], "\xc3\xa4pfel");
		}
		if (x->part == PART_LEVEL && strcmp(x->name, "code") == 0)
			CHECK_STR(x->levels[1], "0.25");
	}
	CHECK(words == 8);
	table_close(t);
	arena_free(a);
}

static void new_tables(void)
{
	static const char *const text[] = { "12", "n/a", "1000", " 7 " }, *const level[] = { "apple", "pear", "9" };
	struct arena *a = arena_new();
	struct set s = mixed(a, 2000, 4), n = set_new(a, 4, 8);
	struct table *t = set_table(&s), *u;
	struct model_spec m = mixed_spec(&s);
	struct frame f = load_frame(t, &m, a), got;
	/* numbers as text, a level that is new, a number where a date should be, no further column */
	double *x = set_add(&n, "x", COLUMN_DICT), *word, *day, *code;
	set_levels(&n, text, 4);
	word = set_add(&n, "word", COLUMN_DICT);
	set_levels(&n, level, 3);
	day = set_add(&n, "day", COLUMN_INT64);
	code = set_add(&n, "code", COLUMN_INT64);
	for (int i = 0; i < 4; i++) {
		x[i] = i;
		word[i] = i % 3;
		day[i] = 20000;
		code[i] = i;
	}
	u = set_table(&n);
	struct strange strange[8 + 1] = { { 0 } };
	frame_rows(&f, u, table_batch(u, 0), columns_of(&f, u, a), a, &got, strange);
	CHECK(got.features[0].x[0] == 12 && isnan(got.features[0].x[1]) && got.features[0].x[3] == 7);
	CHECK(strange[0].unreadable == 1 && strange[0].missing == 1 && strange[0].outside == 1);
	CHECK(strange[1].unreadable == 4 && strange[1].missing == 4);
	CHECK(strange[2].missing == 4 && strange[2].unreadable == 0);
	CHECK(strange[3].unseen == 1);   /* code 3; 0, 1 and 2 are levels also as whole numbers */
	CHECK(strange[5].unseen == 1);
	for (size_t j = 0; j < got.nfeatures; j++)
		if (strcmp(got.features[j].name, "word") == 0) {
			const struct feature *w = &got.features[j];
			CHECK(w->x[0] == 2 && w->x[1] == w->nlevels + 1 && w->x[2] == 1);
			CHECK(feature_code(w, w->x[1]) == (size_t)w->nlevels + 1 && feature_code(w, NAN) == (size_t)w->nlevels);
		}
	CHECK(isnan(got.y[0]) && strange[7].missing == 4);
	table_close(t);
	table_close(u);
	arena_free(a);
}

static void damage(void)
{
	static const char *const bad[] = { "{}", "[]", "{\"target\": {\"name\": \"y\", \"type\": \"float64\"}, \"columns\": [3]}",
		"{\"target\": {\"name\": \"y\", \"type\": \"float64\"}, \"columns\": [], \"features\": [{\"name\": \"a\", \"column\": 0, "
		"\"part\": \"value\"}]}",
		"{\"target\": {\"name\": \"y\", \"type\": \"float64\"}, \"columns\": [{\"name\": \"a\", \"role\": \"category\", \"type\": "
		"\"dictionary\"}], \"features\": [{\"name\": \"a\", \"column\": 0, \"part\": \"level\", \"levels\": [1]}]}",
		"{\"target\": {\"name\": \"y\", \"type\": \"float64\", \"classes\": [\"a\"]}, \"columns\": [], \"features\": []}" };
	for (size_t i = 0; i < COUNTOF(bad); i++) {
		struct arena *a = arena_new();
		struct frame f;
		struct err e = { 0 };
		json_t *v = json_loads(bad[i], 0, NULL);
		CHECK(schema_load(v, a, &f, &e) < 0 && e.code == ERR_INPUT);
		json_decref(v);
		arena_free(a);
	}
}

static void words(void)
{
	struct str text = str_of("Don't PANIC\xe2\x80\x94it's \xc3\x84rger, \xe4\xbd\xa0\xe5\xa5\xbd! v2.0");
	static const char *const want[] = { "don", "t", "panic", "it", "s", "\xc3\xa4rger", "\xe4\xbd\xa0\xe5\xa5\xbd", "v2", "0" };
	char word[WORD_MAX + 1];
	size_t n, k = 0;
	while ((n = word_next(&text, word)) > 0 && k < COUNTOF(want)) {
		word[n] = 0;
		CHECK_STR(word, want[k++]);
	}
	CHECK(k == COUNTOF(want) && n == 0);
}

int main(void)
{
	real_tables();
	every_role();
	new_tables();
	damage();
	words();
	return test_end();
}
