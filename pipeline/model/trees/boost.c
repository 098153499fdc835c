/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradient-boosted trees by xgboost: missing values and categories as they are, depth and learning rate
 * fixed and modest, the number of trees found by early stopping on a part of the training rows. A booster
 * uses one thread: the folds are what runs in parallel. */
#include "model/model_int.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xgboost/c_api.h>

enum { MAX_DEPTH = 5 };
static const double LEARNING_RATE = 0.15;

static int failed(struct err *e, const char *what)
{
	/* the first line is "[time of day] file: message", then comes a stack trace */
	const char *msg = XGBGetLastError(), *end = msg + strcspn(msg, "\n"), *text = strstr(msg, ": ");
	text = text && text < end ? text + 2 : msg;
	return err_set(e, ERR_BUG, "xgboost: %s: %.*s", what, (int)(end - text), text);
}

static void silent(const char *msg)
{
	(void)msg;
}

/* The library counts in floats: what they cannot reach stays on its side of everything else. */
static float to_float(double x)
{
	return x > FLT_MAX ? FLT_MAX : x < -FLT_MAX ? -FLT_MAX : (float)x;
}

/* Labels of a regression are standardised: floats keep seven digits, and boosting starts near zero. */
static int make_matrix(const struct sample *s, const struct model *m, bool labelled, DMatrixHandle *out, struct err *e)
{
	const struct frame *f = s->f;
	size_t p = f->nfeatures;
	float *x = mem_calloc(s->n * p, sizeof *x), *y = mem_calloc(s->n, sizeof *y);
	const char **types = mem_calloc(p, sizeof *types);
	for (size_t j = 0; j < p; j++) {
		types[j] = f->features[j].category ? "c" : "float";
		for (size_t i = 0; i < s->n; i++)
			x[i * p + j] = to_float(sample_x(s, j, i));
	}
	for (size_t i = 0; i < s->n; i++)
		y[i] = to_float((sample_y(s, i) - m->mean) / m->sd);
	char array[160];
	snprintf(array, sizeof array, "{\"data\":[%zu,true],\"shape\":[%zu,%zu],\"typestr\":\"<f4\",\"version\":3}",
		(size_t)x, s->n, p);
	*out = NULL;
	int r = 0;
	if (XGDMatrixCreateFromDense(array, "{\"missing\":NaN,\"nthread\":1}", out) != 0)
		r = failed(e, "matrix");
	else if (XGDMatrixSetStrFeatureInfo(*out, "feature_type", types, p) != 0 ||
		(labelled && XGDMatrixSetFloatInfo(*out, "label", y, s->n) != 0))
		r = failed(e, "matrix");
	free(types);
	free(y);
	free(x);
	return r;
}

static int set_parameters(BoosterHandle b, const struct model *m, const struct model_spec *spec, struct err *e)
{
	char seed[24], classes[12], eta[NUM_MAX], depth[12];
	num_shortest(eta, LEARNING_RATE);
	snprintf(depth, sizeof depth, "%d", MAX_DEPTH);
	snprintf(seed, sizeof seed, "%llu", (unsigned long long)(spec->seed & 0x7fffffff));
	snprintf(classes, sizeof classes, "%d", m->outputs);
	const char *const params[][2] = {
		{ "booster", "gbtree" }, { "tree_method", "hist" }, { "eta", eta }, { "max_depth", depth },
		{ "min_child_weight", "2" }, { "subsample", "0.8" }, { "colsample_bytree", "0.8" },
		{ "max_cat_to_onehot", "8" }, { "max_bin", "64" }, { "seed", seed }, { "nthread", "1" },
		{ "verbosity", "0" }, { "base_score", m->task == TASK_REGRESSION ? "0" : "0.5" },
		{ "objective", m->task == TASK_REGRESSION ? "reg:squarederror" : m->task == TASK_BINARY ?
			"binary:logistic" : "multi:softprob" },
		{ "eval_metric", m->task == TASK_REGRESSION ? "rmse" : m->task == TASK_BINARY ? "logloss" : "mlogloss" },
	};
	for (size_t i = 0; i < COUNTOF(params); i++)
		if (XGBoosterSetParam(b, params[i][0], params[i][1]) != 0)
			return failed(e, params[i][0]);
	if (m->task == TASK_MULTICLASS && XGBoosterSetParam(b, "num_class", classes) != 0)
		return failed(e, "num_class");
	return 0;
}

/* Trains `rounds` rounds; with `held`, stops when that has not improved for a while and says the best. */
static int train(BoosterHandle b, DMatrixHandle d, DMatrixHandle held, int rounds, int *best, struct err *e)
{
	enum { PATIENCE = 15 };
	double least = INFINITY;
	*best = rounds;
	for (int i = 0; i < rounds; i++) {
		if (XGBoosterUpdateOneIter(b, i, d) != 0)
			return failed(e, "training");
		if (!held)
			continue;
		const char *text, *name = "held";
		if (XGBoosterEvalOneIter(b, i, &held, &name, 1, &text) != 0)
			return failed(e, "evaluation");
		const char *colon = strrchr(text, ':');
		double v = NAN;
		if (colon)
			num_parse_double(colon + 1, strlen(colon + 1), &v);
		if (v < least * (1 - 1e-4)) {
			least = v;
			*best = i + 1;
		} else if (i + 1 - *best >= PATIENCE) {
			break;
		}
	}
	return 0;
}

static void free_booster(void *p)
{
	XGBoosterFree(p);
}

static int train_on(const struct sample *s, const struct sample *held, int rounds, struct model *m,
	const struct model_spec *spec, struct arena *a, struct err *e)
{
	DMatrixHandle d[2] = { NULL, NULL };
	BoosterHandle b = NULL;
	int r = make_matrix(s, m, true, &d[0], e);
	if (r == 0 && held)
		r = make_matrix(held, m, true, &d[1], e);
	if (r == 0 && XGBoosterCreate(d, held ? 2 : 1, &b) != 0)
		r = failed(e, "booster");
	if (r == 0)
		r = set_parameters(b, m, spec, e);
	if (r == 0)
		r = train(b, d[0], d[1], rounds, &m->rounds, e);
	XGDMatrixFree(d[0]);
	if (d[1])
		XGDMatrixFree(d[1]);
	m->booster = b;
	if (b)
		arena_own(a, b, free_booster);
	return r;
}

static void target_moments(const struct sample *s, struct model *m)
{
	struct nsum sum = { 0 }, squares = { 0 };
	for (size_t i = 0; i < s->n; i++)
		nsum_add(&sum, sample_y(s, i));
	m->mean = nsum_value(&sum) / (double)s->n;
	for (size_t i = 0; i < s->n; i++)
		nsum_add(&squares, (sample_y(s, i) - m->mean) * (sample_y(s, i) - m->mean));
	double var = nsum_value(&squares) / (double)s->n;
	m->sd = var > 0 ? sqrt(var) : 1;
}

/* Some training rows say when to stop: the latest ones in time order, every sixth otherwise (folds are
 * shuffled already, and rows of a sample stand in table order). The fit on all rows is then done again
 * with them; the fits of the folds are not, which makes their scores a little pessimistic. */
static int gbm_fit(const struct sample *s, const struct model_spec *spec, struct arena *a, struct model *m,
	struct candidate *c, struct err *e)
{
	enum { MIN_HELD = 20 };
	XGBRegisterLogCallback(silent);
	m->mean = 0;
	m->sd = 1;
	if (m->task == TASK_REGRESSION)
		target_moments(s, m);
	uint32_t *rows = mem_calloc(s->n, sizeof *rows), *held = mem_calloc(s->n, sizeof *held);
	size_t n = 0, nheld = 0;
	for (size_t i = 0; i < s->n; i++)
		if (s->f->by_time ? i >= s->n - s->n / 6 : i % 6 == 5)
			held[nheld++] = s->rows[i];
		else
			rows[n++] = s->rows[i];
	struct sample inner = { .f = s->f, .rows = rows, .n = n }, stop = { .f = s->f, .rows = held, .n = nheld };
	bool few = nheld < MIN_HELD;
	int r = few ? train_on(s, NULL, spec->max_rounds / 3 + 1, m, spec, a, e) :
		train_on(&inner, &stop, spec->max_rounds, m, spec, a, e);
	if (r == 0 && c && !few)
		r = train_on(s, NULL, m->rounds, m, spec, a, e);
	if (c) {
		c->rounds = m->rounds;
		c->max_depth = MAX_DEPTH;
		c->learning_rate = LEARNING_RATE;
	}
	free(rows);
	free(held);
	return r;
}

static void gbm_predict(const struct model *m, const struct sample *s, double *out)
{
	DMatrixHandle d;
	bst_ulong const *shape;
	bst_ulong dim;
	const float *p = NULL;
	size_t k = (size_t)m->outputs;
	char config[128];   /* only the rounds up to the best one */
	snprintf(config, sizeof config, "{\"type\":0,\"training\":false,\"iteration_begin\":0,\"iteration_end\":%d,"
		"\"strict_shape\":true}", m->rounds);
	bool ok = make_matrix(s, m, false, &d, NULL) == 0 &&
		XGBoosterPredictFromDMatrix(m->booster, d, config, &shape, &dim, &p) == 0;
	for (size_t i = 0; i < s->n; i++) {
		if (!ok) {
			for (size_t c = 0; c < k; c++)
				out[i * k + c] = NAN;
		} else if (m->task == TASK_BINARY) {
			out[2 * i + 1] = p[i];
			out[2 * i] = 1 - out[2 * i + 1];
		} else if (m->task == TASK_REGRESSION) {
			out[i] = m->mean + m->sd * p[i];
		} else {
			double sum = 0;
			for (size_t c = 0; c < k; c++)
				sum += out[i * k + c] = p[i * k + c];
			for (size_t c = 0; c < k; c++)
				out[i * k + c] /= sum;   /* floats add up to 1 only nearly */
		}
	}
	XGDMatrixFree(d);
}

/* ---- as files ------------------------------------------------------------------------------------------------ */

static const char booster_file[] = "booster.json";

static int gbm_save(const struct model *m, struct jw *w, const char *dir, struct model_files *files, struct err *e)
{
	bst_ulong n;
	const char *p;
	struct buf path = { 0 };
	jw_kstr(w, "booster", booster_file);
	jw_kint(w, "rounds", m->rounds);
	jw_knum(w, "target_mean", m->mean);   /* the booster predicts (target - mean) / sd */
	jw_knum(w, "target_sd", m->sd);
	if (XGBoosterSaveModelToBuffer(m->booster, "{\"format\":\"json\"}", &n, &p) != 0)
		return failed(e, "saving");
	buf_printf(&path, "%s/%s", dir, booster_file);
	files->name[files->n++] = booster_file;
	int status = file_write(path.p, p, n, e);
	buf_free(&path);
	return status;
}

/* What the library says of a file that it cannot read is a stack trace, of which the first line will do. */
static int gbm_load(const json_t *v, const char *dir, struct arena *a, struct model *m, struct err *e)
{
	enum { CAP = 1 << 30 };
	struct buf path = { 0 }, text = { 0 };
	BoosterHandle b = NULL;
	bst_ulong features = 0;
	XGBRegisterLogCallback(silent);
	m->rounds = (int)json_int(v, "rounds", 0);
	m->mean = json_num(v, "target_mean", NAN);
	m->sd = json_num(v, "target_sd", NAN);
	buf_printf(&path, "%s/%s", dir, booster_file);
	int status = m->rounds < 1 || isnan(m->mean) || isnan(m->sd) ?
		err_set(e, ERR_INPUT, "the settings of the boosted trees are damaged") : file_read(path.p, CAP, &text, e);
	if (status == 0 && XGBoosterCreate(NULL, 0, &b) != 0)
		status = failed(e, "booster");
	if (b)
		arena_own(a, b, free_booster);
	if (status == 0 && (XGBoosterLoadModelFromBuffer(b, text.p, text.n) != 0 || XGBoosterSetParam(b, "nthread", "1") != 0 ||
		XGBoosterGetNumFeature(b, &features) != 0))
		status = err_set(e, ERR_INPUT, "'%s' is damaged", booster_file);
	if (status == 0 && features != m->f->nfeatures)
		status = err_set(e, ERR_INPUT, "'%s' belongs to another model", booster_file);
	m->booster = b;
	buf_free(&path);
	buf_free(&text);
	return status;
}

const struct learner learner_gbm = {
	.kind = MODEL_GBM,
	.name = { "Gradient boosting", "Gradient boosting", "Gradient boosting" },
	.fit = gbm_fit,
	.predict = gbm_predict,
	.save = gbm_save,
	.load = gbm_load,
};
