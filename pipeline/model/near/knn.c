/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * k nearest neighbours on the standardised design (Cover & Hart 1967), weighted by inverse distance (Dudani
 * 1976). Flags of levels are left as 0 and 1: two levels are then as far apart as two numbers usually are. The
 * neighbours of a row are looked for among a bounded number of training rows; how many of them count is
 * chosen by predicting training rows from the others.
 */
#include "model/model_int.h"

#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 80, BLOCK = 32, CHOICES = 6, LEAST_ROWS = 500, TRIED_ROWS = 1000 };
static const int choices[CHOICES] = { 3, 5, 10, 20, 40, MOST };
/* Rows kept x rows predicted x terms of a fit, about: a tenth of a second. */
static const double WORK = 1e9;
static const double NEAR = 1e-9;   /* against weights without end */

struct knn {
	size_t n, d, k;
	double *x;               /* n x d */
	double *square;          /* n: length of each row, squared */
	double *y;               /* n: numbers or class codes */
	double *prior;           /* shares of the classes; one number: the mean */
};
struct found {
	double distance;         /* squared */
	uint32_t at;
};

/* ---- search ---------------------------------------------------------------------------------------------- */

/* Rows of the sample as rows of numbers. */
static double *places(const struct design *d, const double *columns, size_t n)
{
	double *x = mem_alloc((n * d->nterms + 1) * sizeof *x);
	for (size_t j = 0; j < d->nterms; j++) {
		const struct term *t = &d->terms[j];
		bool flag = t->kind == TERM_LEVEL || t->kind == TERM_MISSING;
		double scale = flag && isfinite(t->sd) ? t->sd : 1;
		for (size_t i = 0; i < n; i++)
			x[i * d->nterms + j] = scale * columns[j * n + i];
	}
	return x;
}

static double between_rows(const double *a, const double *b, size_t d)
{
	double sum = 0;
	for (size_t j = 0; j < d; j++)
		sum += (a[j] - b[j]) * (a[j] - b[j]);
	return sum;
}

static int nearer(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* Puts `f` where the farthest of a heap was. */
static void sink(struct found *heap, size_t n, struct found f)
{
	size_t at = 0;
	for (size_t child = 1; child < n; child = 2 * at + 1) {
		child += child + 1 < n && nearer(&heap[child], &heap[child + 1]) < 0;
		if (nearer(&heap[child], &f) <= 0)
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = f;
}

/* The `most` nearest of rows [0, to) but for `self`, nearest first: by squared lengths and products, which are
 * quick but lose digits where rows nearly agree, so that those found are measured again. A heap holds the
 * nearest so far, the farthest of them on top. */
static size_t nearest(const struct knn *m, const double *row, const double *products, size_t to, size_t self, size_t most,
	struct found *found)
{
	size_t n = 0, i = 0;
	for (; i < to && n < most; i++)
		if (i != self)
			found[n++] = (struct found){ m->square[i] - 2 * products[i], (uint32_t)i };
	qsort(found, n, sizeof *found, nearer);
	for (size_t k = 0; k < n / 2; k++) {
		struct found f = found[k];
		found[k] = found[n - 1 - k];
		found[n - 1 - k] = f;
	}
	for (double far = n ? found->distance : 0; i < to && n; i++) {
		double distance = m->square[i] - 2 * products[i];
		if (distance >= far || i == self)
			continue;
		sink(found, n, (struct found){ distance, (uint32_t)i });
		far = found->distance;
	}
	for (i = 0; i < n; i++)
		found[i].distance = between_rows(row, m->x + found[i].at * m->d, m->d);
	qsort(found, n, sizeof *found, nearer);
	return n;
}

/* Weights fall with the distance, but a row at the very same place counts no more than eleven times as much as
 * the farthest of the k: it may be there by chance. Of the classes a neighbour more, of average weight, is like
 * all of them: no share is ever 0. */
static void vote(const struct knn *m, const struct found *found, size_t k, size_t outputs, double *out)
{
	double total = 0, floor = k > 0 ? 0.1 * sqrt(found[k - 1].distance) + NEAR : 1;
	for (size_t o = 0; o < outputs; o++)
		out[o] = 0;
	for (size_t i = 0; i < k; i++) {
		double w = 1 / (sqrt(found[i].distance) + floor), y = m->y[found[i].at];
		total += w;
		out[outputs > 1 ? (size_t)y : 0] += outputs > 1 ? w : w * y;
	}
	if (!(total > 0)) {      /* no neighbour, or none at a distance that is a number */
		memcpy(out, m->prior, outputs * sizeof *out);
		return;
	}
	double extra = outputs > 1 ? total / (double)k : 0;
	for (size_t o = 0; o < outputs; o++)
		out[o] = (out[o] + extra * m->prior[o]) / (total + extra);
}

/* Products of n rows with all kept ones. */
static void multiply(const struct knn *m, const double *rows, size_t n, double *products)
{
	if (m->d == 0)
		memset(products, 0, n * m->n * sizeof *products);
	else
		cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (blasint)n, (blasint)m->n, (blasint)m->d, 1, rows,
			(blasint)m->d, m->x, (blasint)m->d, 0, products, (blasint)m->n);
}

/* ---- fitting ---------------------------------------------------------------------------------------------- */

static double loss(const double *p, double y, size_t outputs)
{
	return outputs > 1 ? -log(fmax(p[(size_t)y], 1e-15)) : (p[0] - y) * (p[0] - y);
}

/* Each of some rows is predicted from all others; in order of time the last fifth from the rows before it. */
static size_t choose_k(const struct knn *m, size_t outputs, bool by_time)
{
	size_t from = by_time ? m->n - m->n / 5 : 0, to = by_time ? from : m->n;
	size_t rows = m->n - from, step = rows / TRIED_ROWS + 1, best = 0;
	double total[CHOICES] = { 0 }, *products = mem_alloc((m->n + 1) * sizeof *products);
	double *p = mem_alloc(outputs * sizeof *p);
	struct found found[MOST];
	for (size_t i = from; i < m->n; i += step) {
		const double *row = m->x + i * m->d;
		multiply(m, row, 1, products);
		size_t n = nearest(m, row, products, to, i, MOST, found);
		for (size_t c = 0; c < CHOICES; c++) {
			vote(m, found, n < (size_t)choices[c] ? n : (size_t)choices[c], outputs, p);
			total[c] += loss(p, m->y[i], outputs);
		}
	}
	for (size_t c = 1; c < CHOICES; c++)
		if (total[c] < total[best] && (size_t)choices[c] < to)
			best = c;
	free(p);
	free(products);
	return (size_t)choices[best];
}

/* Selection sampling (Knuth, TAOCP 2, 3.4.2, algorithm S): keeps the order of the rows. */
static struct sample some_rows(const struct sample *s, size_t most, uint64_t seed, struct arena *a)
{
	struct sample out = *s;
	if (s->n <= most)
		return out;
	uint32_t *rows = arena_calloc(a, most, sizeof *rows);
	struct rng g;
	rng_seed(&g, seed);
	out.n = 0;
	for (size_t i = 0; i < s->n && out.n < most; i++)
		if (rng_unit(&g) * (double)(s->n - i) < (double)(most - out.n))
			rows[out.n++] = s->rows[i];
	out.rows = rows;
	return out;
}

static void measure(struct knn *m, struct arena *a)
{
	m->square = arena_calloc(a, m->n, sizeof *m->square);
	for (size_t i = 0; i < m->n; i++)
		for (size_t j = 0; j < m->d; j++)
			m->square[i] += m->x[i * m->d + j] * m->x[i * m->d + j];
}

static int knn_fit(const struct sample *s, const struct model_spec *spec, struct arena *a, struct model *out,
	struct candidate *c, struct err *e)
{
	(void)e;
	size_t outputs = (size_t)out->outputs;
	struct arena *scratch = arena_new();
	struct knn *m = arena_alloc(a, sizeof *m);
	struct design *d = arena_alloc(a, sizeof *d);
	struct sample own = some_rows(s, (size_t)spec->neighbours_rows, spec->seed, scratch);
	design_fit(&own, recipe_of(spec, MODEL_KNN), a, d);
	size_t most = (size_t)fmax(LEAST_ROWS, WORK / ((double)s->n * (double)(d->nterms + 1)));
	if (own.n > most) {
		own = some_rows(&own, most, spec->seed + 1, scratch);
		design_fit(&own, recipe_of(spec, MODEL_KNN), a, d);
	}
	*m = (struct knn){ .n = own.n, .d = d->nterms, .x = places(d, design_train(d, &own, scratch), own.n),
		.y = arena_calloc(a, own.n, sizeof *m->y), .prior = arena_calloc(a, outputs, sizeof *m->prior) };
	arena_own(a, m->x, free);
	for (size_t i = 0; i < own.n; i++) {
		m->y[i] = sample_y(&own, i);
		m->prior[outputs > 1 ? (size_t)m->y[i] : 0] += (outputs > 1 ? 1 : m->y[i]) / (double)own.n;
	}
	measure(m, a);
	m->k = choose_k(m, outputs, s->f->by_time);
	out->design = d;
	out->own = m;
	if (c) {
		candidate_setting(c, "neighbours", (double)m->k);
		candidate_setting(c, "rows_kept", (double)m->n);
		candidate_setting(c, "terms", (double)m->d);
	}
	arena_free(scratch);
	return 0;
}

static void knn_predict(const struct model *model, const struct sample *s, double *out)
{
	const struct knn *m = model->own;
	size_t outputs = (size_t)model->outputs;
	double *products = mem_alloc((BLOCK * m->n + 1) * sizeof *products);
	struct found found[MOST];
	for (size_t from = 0; from < s->n; from += BLOCK) {
		struct arena *a = arena_new();
		struct sample block = *s;
		block.n = s->n - from < BLOCK ? s->n - from : BLOCK;
		block.rows += from;
		if (block.shuffled)
			block.shuffled += from;
		double *rows = places(model->design, design_matrix(model->design, &block, a), block.n);
		multiply(m, rows, block.n, products);
		for (size_t i = 0; i < block.n; i++) {
			size_t n = nearest(m, rows + i * m->d, products + i * m->n, m->n, SIZE_MAX, m->k, found);
			vote(m, found, n, outputs, out + (from + i) * outputs);
		}
		free(rows);
		arena_free(a);
	}
	free(products);
}

/* ---- as files ------------------------------------------------------------------------------------------------ */

static const char file_name[] = "neighbours.bin";

static int knn_save(const struct model *model, struct jw *w, const char *dir, struct model_files *files, struct err *e)
{
	const struct knn *m = model->own;
	struct buf out = { 0 }, path = { 0 };
	jw_kstr(w, "neighbours", file_name);   /* doubles, little-endian: rows x terms, then the targets */
	jw_kint(w, "rows", (int64_t)m->n);
	jw_kint(w, "terms", (int64_t)m->d);
	jw_kint(w, "k", (int64_t)m->k);
	jw_knums(w, "prior", m->prior, (size_t)model->outputs);
	buf_put(&out, m->x, m->n * m->d * sizeof *m->x);
	buf_put(&out, m->y, m->n * sizeof *m->y);
	buf_printf(&path, "%s/%s", dir, file_name);
	files->name[files->n++] = file_name;
	int status = file_write(path.p, out.p, out.n, e);
	buf_free(&out);
	buf_free(&path);
	return status;
}

static bool usable(const struct knn *m, const struct model *model)
{
	for (size_t i = 0; i < m->n * m->d; i++)
		if (!isfinite(m->x[i]))
			return false;
	for (size_t i = 0; i < m->n; i++)
		if (!isfinite(m->y[i]) || (model->outputs > 1 && !(m->y[i] >= 0 && m->y[i] < model->outputs)))
			return false;
	return true;
}

static int knn_load(const json_t *v, const char *dir, struct arena *a, struct model *model, struct err *e)
{
	enum { CAP = 1 << 28 };
	int64_t n = json_int(v, "rows", 0), d = json_int(v, "terms", -1), k = json_int(v, "k", 0);
	struct knn *m = arena_alloc(a, sizeof *m);
	struct buf path = { 0 }, bytes = { 0 };
	m->prior = model_numbers(v, "prior", (size_t)model->outputs, a);
	if (!m->prior || !model->design || d != (int64_t)model->design->nterms || n < 1 || n > CAP || k < 1 || k > MOST)
		return err_set(e, ERR_INPUT, "the settings of the neighbours are damaged");
	buf_printf(&path, "%s/%s", dir, file_name);
	int status = file_read(path.p, CAP, &bytes, e);
	m->n = (size_t)n;
	m->d = (size_t)d;
	m->k = (size_t)k;
	if (status == 0 && bytes.n / sizeof *m->x / (m->d + 1) == m->n && bytes.n == m->n * (m->d + 1) * sizeof *m->x) {
		m->x = arena_calloc(a, m->n * m->d + 1, sizeof *m->x);
		m->y = arena_calloc(a, m->n, sizeof *m->y);
		memcpy(m->x, bytes.p, m->n * m->d * sizeof *m->x);
		memcpy(m->y, bytes.p + m->n * m->d * sizeof *m->x, m->n * sizeof *m->y);
		measure(m, a);
	}
	if (status == 0 && (!m->x || !usable(m, model)))
		status = err_set(e, ERR_INPUT, "'%s' is damaged or belongs to another model", file_name);
	model->own = m;
	buf_free(&bytes);
	buf_free(&path);
	return status;
}

const struct learner learner_knn = {
	.kind = MODEL_KNN,
	.name = { "Nearest neighbours", "Nearest neighbours", "Nearest neighbours" },
	.fit = knn_fit,
	.predict = knn_predict,
	.save = knn_save,
	.load = knn_load,
};
