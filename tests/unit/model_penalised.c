/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths of ridge, lasso and elastic net against glmnet 4.1-6 of R (thresh 1e-20 for numbers, 1e-16 for classes):
 * coefficients, errors of cross-validation with given folds and their standard errors. mtcars: mpg, of mean 0 and
 * variance 1, on all others, fold = row / 8; iris: two species, fold = row / 10 within a species, and three.
 *     cv.glmnet(x, y, alpha, lambda = max(lambda) * 1e-4^((0:99) / 99), foldid = rep(1:4, each = 8)) */
#include "model/linear/linear_int.h"
#include "model_set.h"
#include "test.h"

struct known {
	double alpha;
	size_t at;
	double coef[15];
};

static struct path_problem problem(struct arena *a, double alpha, size_t n, size_t p, size_t k, int folds, size_t nlambda)
{
	return (struct path_problem){ .alpha = alpha, .n = n, .p = p, .k = k, .inner = n, .folds = folds, .nlambda = nlambda,
		.span = 1e-4, .tolerance = 1e-18, .lambda = arena_calloc(a, nlambda, sizeof(double)),
		.error = arena_calloc(a, nlambda, sizeof(double)), .error_se = arena_calloc(a, nlambda, sizeof(double)),
		.coef = arena_calloc(a, nlambda * k * (p + 1), sizeof(double)) };
}

/* Largest difference relative to the largest coefficient. */
static void same(const char *what, const struct path_problem *q, const struct known *w, double tolerance)
{
	size_t all = q->k * (q->p + 1);
	double far = 0, size = 0;
	for (size_t u = 0; u < all; u++) {
		double got = q->coef[(w->at - 1) * all + u];
		far = fmax(far, fabs(got - w->coef[u]));
		size = fmax(size, fabs(w->coef[u]));
		CHECK((got == 0) == (w->coef[u] == 0));
	}
	printf("%-12s alpha %.1f  penalty %zu: largest difference %.1e\n", what, w->alpha, w->at, far / size);
	CHECK(far / size < tolerance);
}

/* The columns but `target`, of rows from .. from + n. */
static double *columns(const struct set *s, const char *target, size_t from, size_t n, struct arena *a)
{
	double *x = arena_calloc(a, n * (size_t)s->cols, sizeof *x);
	size_t p = 0;
	for (int j = 0; j < s->cols; j++)
		if (strcmp(s->col[j].name, target) != 0)
			memcpy(x + n * p++, s->col[j].v + from, n * sizeof *x);
	return x;
}

static void numbers(void)
{
	static const struct known wanted[] = {
		{ 0, 30, { -0.0340300505245, -0.0075319759778, -0.000108032842205, -0.000179349769206, 0.0201306089523,
			-0.0141293066033, 0.00367035882252, 0.0206943945767, 0.0191700568861, 0.0102817919488, -0.00545510350227 } },
		{ 0, 60, { -0.12831136622, -0.0498344474122, -0.000720426327057, -0.00124995314915, 0.13446913386,
			-0.105540283301, 0.0222483014202, 0.128369747257, 0.143738737709, 0.0680947963441, -0.0428814580563 } },
		{ 0.5, 30, { 1.89632644605, -0.108633418644, -0.000145482280247, -0.00247978494414, 0.104378287174,
			-0.359537712606, 0, 0.0605954259301, 0.214703009546, 0, -0.0566228244526 } },
		{ 0.5, 60, { -0.913681153241, -0.0117898912885, 0.000723119845875, -0.00265949252907, 0.143828507495,
			-0.492712162732, 0.108070601852, 0.0390082855224, 0.402915202702, 0.104561430929, -0.0773155623313 } },
		{ 1, 30, { 2.44481217238, -0.135482133241, 0, -0.00245827706742, 0.0535001024618, -0.428969928219, 0, 0,
			0.151371077499, 0, -0.0425690369957 } },
		{ 1, 60, { -1.02075254944, -0.0105744338368, 0.00100331919941, -0.00282681333883, 0.140300437164,
			-0.525081705252, 0.116570407091, 0.0375571856964, 0.407990613221, 0.103108759112, -0.0671839571337 } },
	};
	static const struct { double alpha, top, cvm[4], cvsd[4]; size_t best, simplest; } cv[] = {
		{ 0, 867.659376517, { 1.11310618101, 0.982404976142, 0.395743777429, 0.308171791611 },
			{ 0.386817229796, 0.366763781877, 0.197953938726, 0.102925240868 }, 81, 63 },
		{ 0.5, 1.73531875303, { 1.11166604926, 0.270589486538, 0.415630016152, 0.582157715875 },
			{ 0.395692665485, 0.102999637531, 0.101232524238, 0.140046108121 }, 27, 14 },
		{ 1, 0.867659376517, { 1.11089605309, 0.29477359554, 0.453875362505, 0.585652705966 },
			{ 0.395107517335, 0.10200520458, 0.0988494828225, 0.142187942702 }, 20, 11 },
	};
	static const size_t at[] = { 1, 30, 60, 100 }, start[] = { 0, 8, 16, 24, 32 };
	struct arena *a = arena_new();
	struct set s = set_read("tests/data/model/mtcars.csv", ',', a);
	double y[32], mean = 0, var = 0;
	CHECK(s.rows == 32 && s.cols == 11);
	memcpy(y, s.col[0].v, sizeof y);
	for (size_t i = 0; i < 32; i++)
		mean += y[i] / 32;
	for (size_t i = 0; i < 32; i++)
		var += (y[i] - mean) * (y[i] - mean) / 32;
	for (size_t i = 0; i < 32; i++)
		y[i] = (y[i] - mean) / sqrt(var);
	for (size_t i = 0; i < COUNTOF(cv); i++) {
		struct path_problem q = problem(a, cv[i].alpha, 32, 10, 1, 4, 100);
		q.x = columns(&s, "mpg", 0, 32, a);
		q.y = y;
		q.start = start;
		path_gaussian(&q);
		CHECK_NEAR(q.lambda[0], cv[i].top, 1e-9);
		for (size_t k = 0; k < 2; k++)
			same("mtcars", &q, &wanted[2 * i + k], 1e-6);
		for (size_t k = 0; k < 4; k++) {
			CHECK_NEAR(q.error[at[k] - 1], cv[i].cvm[k], 1e-6);
			CHECK_NEAR(q.error_se[at[k] - 1], cv[i].cvsd[k], 1e-6);
		}
		CHECK(q.best + 1 == cv[i].best && q.simplest + 1 == cv[i].simplest);
	}
	arena_free(a);
}

static void two_classes(void)
{
	static const struct known wanted[] = {
		{ 0, 15, { -0.250674191965, 0.0121993853858, 0.0150086659164, 0.015722608973, 0.0322445057701 } },
		{ 0, 25, { -1.43097448949, 0.0682898333808, 0.0798039550314, 0.0923877291719, 0.191482038433 } },
		{ 0.5, 15, { -12.2332919078, 0, 0, 1.40435188887, 3.21861080201 } },
		{ 0.5, 25, { -17.1004673349, -0.432710089714, -1.9715750674, 3.01719875293, 6.44011728726 } },
		{ 1, 15, { -16.917569592, 0, -0.498781203348, 2.00425562075, 5.16179480027 } },
		{ 1, 25, { -24.0632613329, -1.02614695802, -3.06648891578, 4.75612502594, 9.57247764874 } },
	};
	static const struct { double top, cvm[3], cvsd[3]; } cv[] = {
		{ 414.064638987, { 1.38431671905, 1.35968383277, 1.23980370523 }, { 0.000161422514417, 0.00216991475081,
			0.0118781289351 } },
		{ 0.828129277975, { 1.38291644454, 0.424209610371, 0.224855371605 }, { 0.00192421205964, 0.0582662760595,
			0.0621811729031 } },
		{ 0.414064638987, { 1.37737060203, 0.310784350825, 0.181849363558 }, { 0.00507870516201, 0.065253948158,
			0.0667338972044 } },
	};
	static const size_t at[] = { 1, 15, 25 }, start[] = { 0, 20, 40, 60, 80, 100 };
	struct arena *a = arena_new();
	struct set s = set_read("tests/data/model/iris.csv", ',', a);
	CHECK(s.rows == 150 && s.cols == 5);
	double *x = columns(&s, "Species", 50, 100, a), *sorted = arena_calloc(a, 400, sizeof *sorted);
	int code[100];
	for (size_t i = 0; i < 100; i++) {   /* ten rows of either species to a fold */
		size_t species = i / 50, to = (i % 50) / 10 * 20 + species * 10 + i % 10;
		code[to] = (int)species;
		for (size_t j = 0; j < 4; j++)
			sorted[j * 100 + to] = x[j * 100 + i];
	}
	for (size_t i = 0; i < COUNTOF(cv); i++) {
		struct path_problem q = problem(a, wanted[2 * i].alpha, 100, 4, 1, 5, 50);
		q.x = sorted;
		q.code = code;
		q.start = start;
		path_logit(&q);
		CHECK_NEAR(q.lambda[0], cv[i].top, 1e-9);
		for (size_t k = 0; k < 2; k++)
			same("iris, two", &q, &wanted[2 * i + k], 1e-5);
		for (size_t k = 0; k < 3; k++) {
			CHECK_NEAR(q.error[at[k] - 1], cv[i].cvm[k], 1e-5);
			CHECK_NEAR(q.error_se[at[k] - 1], cv[i].cvsd[k], 1e-4);
		}
	}
	arena_free(a);
}

static void three_classes(void)
{
	static const struct known wanted[] = {
		{ 0.5, 15, { 2.11899480887, -0.411838948118, 1.00889585747, -0.528061610374, -1.01654982943, 2.58469237644, 0,
			-0.659010371502, 0, 0, -4.70368718531, 0.140405207231, 0, 0.414355784945, 1.53729892633 } },
		{ 0.5, 25, { 4.98266902827, -0.949595983081, 2.62550635904, -1.07293635129, -2.18076360788, 3.13174152508,
			0.0662732916192, 0, 0, -0.442978876397, -8.11441055335, 0, -0.852066083718, 1.3975071112, 3.94006432718 } },
		{ 1, 15, { 3.78709807535, 0, 1.11072281696, -1.67896908688, 0, 2.40979149759, 0, 0, 0, 0, -6.19688957294, 0, 0,
			0.390572702564, 4.05447108208 } },
		{ 1, 25, { 7.89605512985, 0, 2.44757991974, -2.71273585969, -0.246975115139, 4.79707199925, 0.537604567127, 0,
			0, 0, -12.6931271291, 0, -1.95999577024, 2.96006002073, 7.2259709681 } },
	};
	static const size_t start[] = { 0, 50, 100, 150 };
	struct arena *a = arena_new();
	struct set s = set_read("tests/data/model/iris.csv", ',', a);
	int code[150];
	for (size_t i = 0; i < 150; i++)
		code[i] = (int)i / 50;
	for (size_t i = 0; i < COUNTOF(wanted); i++) {
		struct path_problem q = problem(a, wanted[i].alpha, 150, 4, 3, 3, 50);
		q.x = columns(&s, "Species", 0, 150, a);
		q.code = code;
		q.start = start;
		path_logit(&q);
		for (size_t e = 0; e < 3; e++) {   /* glmnet's intercepts have mean zero */
			double *all = q.coef + (wanted[i].at - 1) * 15, mean = (all[0] + all[5] + all[10]) / 3;
			for (size_t c = 0; c < 3 && e == 0; c++)
				all[c * 5] -= mean;
		}
		same("iris, three", &q, &wanted[i], 1e-4);
	}
	arena_free(a);
}

/* A step is a standard deviation of what is a number, also of levels told by the target; else the level itself. */
static void steps(void)
{
	static const struct {
		enum term_kind kind;
		double sd, step;
	} cases[] = { { TERM_VALUE, 3, 3 }, { TERM_CODES, 4000, 4000 }, { TERM_LEVEL, 0.4, 1 }, { TERM_MISSING, 0.1, 1 },
		{ TERM_VALUE, INFINITY, 1 }, { TERM_CODES, INFINITY, 1 } };
	for (size_t i = 0; i < COUNTOF(cases); i++)
		CHECK(term_unit(&(struct term){ .kind = cases[i].kind, .sd = cases[i].sd }) == cases[i].step);
}

int main(void)
{
	steps();
	numbers();
	two_classes();
	three_classes();
	return test_end();
}
