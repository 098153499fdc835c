/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model that was saved and loaded predicts, from the table, to the last bit what the fitted one said of the same
 * rows, whatever its kind; damaged files are refused. */
#include "model/model_int.h"
#include "test.h"
#include "unit/model_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 400 };
static char dir[] = "/tmp/dossier-saved-XXXXXX";
static const struct model_origin origin = { "0.0.0", "0123" };

/* A number, one with gaps, a category with gaps, a flag, a date; the target of the task. */
static struct set make_set(struct arena *a, enum task task)
{
	struct set s = set_new(a, ROWS, 8);
	struct rng g;
	rng_seed(&g, 3 + (uint64_t)task);
	double *x = set_add(&s, "x", COLUMN_FLOAT64), *z = set_add(&s, "z", COLUMN_INT64);
	double *c = set_add(&s, "colour", COLUMN_DICT);
	set_levels(&s, (const char *const[]){ "red", "green", "blue", "rare" }, 4);
	double *b = set_add(&s, "flag", COLUMN_BOOL), *d = set_add(&s, "day", COLUMN_DATE);
	double *y = set_add(&s, "y", task == TASK_REGRESSION ? COLUMN_FLOAT64 : COLUMN_DICT);
	if (task != TASK_REGRESSION)
		set_levels(&s, (const char *const[]){ "no", "yes", "maybe" }, task == TASK_BINARY ? 2 : 3);
	for (int i = 0; i < ROWS; i++) {
		x[i] = rng_normal(&g);
		z[i] = rng_below(&g, 10) ? (double)rng_below(&g, 50) : NAN;
		c[i] = rng_below(&g, 12) ? (double)rng_below(&g, 3) : rng_below(&g, 4) ? NAN : 3;
		b[i] = (double)rng_below(&g, 2);
		d[i] = (double)(19000 + rng_below(&g, 700));
		double v = 2 * x[i] + (isnan(z[i]) ? 1 : z[i] / 20) + (c[i] == 1) + b[i] + rng_normal(&g);
		y[i] = task == TASK_REGRESSION ? v : task == TASK_BINARY ? v > 1.5 : (v > 0.5) + (v > 3);
	}
	return s;
}

static int *find_columns(const struct fitted *f, const struct table *t, struct arena *a)
{
	int *cols = arena_calloc(a, f->ncolumns + 1, sizeof *cols);
	for (size_t i = 0; i <= f->ncolumns; i++)
		cols[i] = table_find(t, i < f->ncolumns ? f->columns[i] : f->target);
	return cols;
}

static void test_kind(const struct table *t, const struct model_result *r, const struct model_spec *spec,
	const struct candidate *c)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct model_files files;
	struct fitted *f;
	CHECK(model_save(r, spec, c, &origin, dir, &files, &e) == 0);
	bool loaded = model_load(dir, a, &f, &e) == 0;
	CHECK(loaded);
	if (!loaded) {
		printf("%s: %s\n", c->name, e.msg);
		arena_free(a);
		return;
	}
	size_t k = (size_t)r->outputs, wrong = 0, n = c->model->f->n;
	uint32_t *rows = arena_calloc(a, n, sizeof *rows);
	for (size_t i = 0; i < n; i++)
		rows[i] = (uint32_t)i;
	struct sample all = { .f = c->model->f, .rows = rows, .n = n };
	double *want = arena_calloc(a, n * k, sizeof *want), *got = arena_calloc(a, ROWS * k, sizeof *got);
	double *actual = arena_calloc(a, ROWS, sizeof *actual);
	struct strange *strange = arena_calloc(a, f->ncolumns + 1, sizeof *strange);
	model_predict(c->model, &all, want);
	fitted_predict(f, t, 0, ROWS / 2, find_columns(f, t, a), got, actual, strange);
	fitted_predict(f, t, ROWS / 2, ROWS - ROWS / 2, find_columns(f, t, a), got + ROWS / 2 * k, actual + ROWS / 2, strange);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < k; j++)
			wrong += memcmp(&want[i * k + j], &got[(size_t)c->model->f->row[i] * k + j], sizeof *want) != 0;
	if (wrong)
		printf("%s: %zu of %zu predictions differ\n", c->name, wrong, n * k);
	CHECK(wrong == 0 && n == ROWS);
	CHECK(actual[7] == c->model->f->y[7]);
	CHECK_STR(f->name, c->name);
	for (size_t i = 0; i < f->ncolumns; i++)
		CHECK(strange[i].unseen == 0 && strange[i].outside == 0 && strange[i].unreadable == 0);
	arena_free(a);
}

static void test_task(enum task task)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct set s = make_set(a, task);
	struct table *t = set_table(&s);
	struct model_spec spec = set_spec(&s, "y", task != TASK_REGRESSION);
	struct model_result r;
	bool ran = model_run(t, &spec, a, &r, &e) == 0;
	CHECK(ran);
	int kinds = 0;
	for (size_t i = 0; ran && i < r.ncandidates; i++)
		if (r.candidates[i].model && !r.candidates[i].failed) {
			test_kind(t, &r, &spec, &r.candidates[i]);
			kinds++;
		}
	CHECK(kinds >= 3);
	table_close(t);
	arena_free(a);
}

/* ---- damage ---------------------------------------------------------------------------------------------- */

static int load_text(const char *text, size_t n, struct arena *a, struct fitted **f, struct err *e)
{
	struct buf path = { 0 };
	*e = (struct err){ 0 };
	buf_printf(&path, "%s/model.json", dir);
	int r = file_write(path.p, text, n, e) < 0 ? -1 : model_load(dir, a, f, e);
	buf_free(&path);
	return r;
}

/* The first `what` becomes `with`. */
static void test_changed(const struct buf *good, const char *what, const char *with, const char *says)
{
	struct arena *a = arena_new();
	struct err e;
	struct fitted *f;
	const char *at = strstr(good->p, what);
	struct buf bad = { 0 };
	CHECK(at != NULL);
	if (at) {
		buf_put(&bad, good->p, (size_t)(at - good->p));
		buf_puts(&bad, with);
		buf_puts(&bad, at + strlen(what));
		CHECK(load_text(bad.p, bad.n, a, &f, &e) < 0 && e.code == ERR_INPUT);
		if (!strstr(e.msg, says))
			printf("'%s' for '%s': %s\n", with, what, e.msg);
		CHECK(strstr(e.msg, says) != NULL);
	}
	buf_free(&bad);
	arena_free(a);
}

static void test_damage(void)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct set s = make_set(a, TASK_REGRESSION);
	struct table *t = set_table(&s);
	struct model_spec spec = set_spec(&s, "y", false);
	struct model_result r;
	struct model_files files;
	struct fitted *f;
	struct buf good = { 0 };
	CHECK(model_run(t, &spec, a, &r, &e) == 0);
	CHECK(model_save(&r, &spec, set_candidate(&r, MODEL_OLS), &origin, dir, &files, &e) == 0 && files.n == 1);
	CHECK(file_read(arena_printf(a, "%s/model.json", dir), 1 << 24, &good, &e) == 0);
	for (size_t n = 0; n < good.n - 2; n += 37)
		CHECK(load_text(good.p, n, a, &f, &e) < 0 && e.code == ERR_INPUT);
	test_changed(&good, "dossier/model/2", "dossier/model/9", "run the job again");
	test_changed(&good, "dossier/model/2", "dossier/eda/1", "it is no model");
	test_changed(&good, "\"kind\": \"ols\"", "\"kind\": \"oracle\"", "not known to this version");
	test_changed(&good, "\"name\": \"colour\"", "\"name\": \"color\"", "damaged");
	test_changed(&good, "\"files\": []", "\"files\": [{\"name\": \"../x\", \"sha256\": \"\"}]", "no file of a model");
	/* numbers of the wrong size, and one digit at a time */
	uint64_t seed = 5;
	struct rng g;
	rng_seed(&g, seed);
	for (int i = 0; i < 300; i++) {
		char *bad = mem_strndup(good.p, good.n);
		for (int k = 0; k < 3; k++)
			bad[rng_below(&g, good.n)] = "0123456789-,[]{}\"x"[rng_below(&g, 18)];
		struct arena *own = arena_new();
		if (load_text(bad, good.n, own, &f, &e) == 0) {
			double out[16];
			struct strange *strange = arena_calloc(own, f->ncolumns + 1, sizeof *strange);
			if (f->outputs == 1)
				fitted_predict(f, t, 0, 10, find_columns(f, t, own), out, NULL, strange);
		} else {
			CHECK(e.code == ERR_INPUT || e.code == ERR_BUSY);
		}
		arena_free(own);
		free(bad);
	}
	buf_free(&good);
	table_close(t);
	arena_free(a);
}

/* A file beside model.json that is not the one it was saved with. */
static void test_other_file(void)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct set s = make_set(a, TASK_BINARY);
	struct table *t = set_table(&s);
	struct model_spec spec = set_spec(&s, "y", true);
	struct model_result r;
	struct model_files files = { 0 };
	struct fitted *f;
	CHECK(model_run(t, &spec, a, &r, &e) == 0);
	CHECK(model_save(&r, &spec, set_candidate(&r, MODEL_GBM), &origin, dir, &files, &e) == 0 && files.n == 2);
	const char *path = arena_printf(a, "%s/%s", dir, files.name[1]);
	CHECK(file_write(path, "{}", 2, &e) == 0);
	CHECK(model_load(dir, a, &f, &e) < 0 && e.code == ERR_BUSY);
	unlink(path);
	e = (struct err){ 0 };
	CHECK(model_load(dir, a, &f, &e) < 0 && e.code == ERR_IO);
	table_close(t);
	arena_free(a);
}

int main(void)
{
	if (!mkdtemp(dir))
		return 2;
	test_task(TASK_REGRESSION);
	test_task(TASK_BINARY);
	test_task(TASK_MULTICLASS);
	test_damage();
	test_other_file();
	file_remove_tree(dir, NULL);
	return test_end();
}
