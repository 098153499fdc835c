/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shapes and tests of numbers against R 4.2.2, with the packages e1071 1.7-13 and nortest 1.0-4:
 * skewness(x, type = 2), kurtosis(x, type = 2), quantile(x, type = 7), bw.nrd0(x), shapiro.test(x),
 * ad.test(x). The values stand in tests/data/profile/truth.tsv; `make nist` prints how many digits
 * agree.
 */
#include "profile/column_int.h"
#include "unit/profile_col.h"

/* Relative to the value; of skewness and kurtosis, which may happen to be near 0, to 1 at least. */
static double lre(double got, double want, double least)
{
	double err = fabs(got - want) / fmax(fabs(want), least);
	return err < 1e-15 ? 15 : isnan(err) ? 0 : fmax(0, -log10(err));
}

/* What R computes, and the digits that both programs owe: tails of p lose some. */
static const struct {
	const char *name;
	double digits;
} figures[] = { { "skewness", 12 }, { "kurtosis", 12 }, { "quantiles", 14 }, { "bandwidth", 14 },
	{ "shapiro_w", 12 }, { "shapiro_p", 9 }, { "anderson_a2", 10 }, { "anderson_p", 9 } };
enum { FIGURES = COUNTOF(figures) };

static int figure_index(const char *what)
{
	for (int i = 0; i < FIGURES; i++)
		if (strcmp(figures[i].name, what) == 0)
			return i;
	CHECK(what[0] == 'q');
	return 2;
}

static double quantile_of(const struct numeric_profile *f, double percent)
{
	for (int i = 0; i < QUANTILES; i++)
		if (fabs(quantile_probs[i] * 100 - percent) < 1e-9)
			return f->quantile[i];
	return NAN;
}

/* Both tests of normality are asked, whichever the profile would choose. */
static double normality(const double *x, size_t n, const char *what)
{
	uint64_t *keys = mem_alloc((n + 1) * sizeof *keys), *room = mem_alloc((n + 1) * sizeof *room);
	double sum = 0, squares = 0, statistic, p;
	for (size_t i = 0; i < n; i++) {
		keys[i] = key_of_double(x[i]);
		sum += x[i];
	}
	for (size_t i = 0; i < n; i++)
		squares += (x[i] - sum / (double)n) * (x[i] - sum / (double)n);
	sort_keys(keys, room, n);
	free(room);
	struct sorted s = sorted_new(keys, n, false);
	if (what[0] == 's')
		shapiro_wilk(&s, &statistic, &p);
	else
		anderson_darling(&s, sum / (double)n, sqrt(squares / ((double)n - 1)), &statistic, &p);
	sorted_free(&s);
	return what[strlen(what) - 1] == 'p' ? p : statistic;
}

static double computed(const struct numeric_profile *f, const double *x, size_t n, const char *what)
{
	double percent;
	if (strcmp(what, "skewness") == 0)
		return f->skewness;
	if (strcmp(what, "kurtosis") == 0)
		return f->kurtosis;
	if (strcmp(what, "bandwidth") == 0)
		return f->kde_bandwidth;
	if (what[0] == 'q' && num_parse_double(what + 1, strlen(what + 1), &percent))
		return quantile_of(f, percent);
	return normality(x, n, what);
}

/* The present values of a column of a file, which is found by its name; NULL without them. */
static double *file_values(const char *file, const char *column, size_t *n)
{
	char path[128], types[16] = "";
	struct buf text = { 0 };
	snprintf(path, sizeof path, "tests/data/%s", file);
	if (file_read(path, 1 << 20, &text, NULL))
		return NULL;
	size_t at = 0, length = strlen(column);
	const char *p = text.p;
	while (strncmp(p, column, length) != 0 || !strchr(",\r\n", p[length])) {
		types[at++] = '-';
		p += strcspn(p, ",\n");
		if (*p != ',' || at + 1 >= sizeof types)
			break;
		p++;
	}
	types[at] = 'f';
	buf_free(&text);
	struct table *t = cols_read(path, types);
	const struct column *c = &table_batch(t, 0)->cols[0];
	double *x = mem_calloc((size_t)c->rows + 1, sizeof *x);
	*n = 0;
	for (int64_t i = 0; i < c->rows; i++)
		if (column_has(c, i))
			x[(*n)++] = c->v.f64[i];
	table_close(t);
	return x;
}

/* As in profile_col_numeric.c: "2-6001" are 6001 values of the second kind. */
static double *generated_values(const char *id, size_t *n)
{
	int kind = 0, rows = 0;
	CHECK(sscanf(id, "%d-%d", &kind, &rows) == 2);
	double *x = mem_calloc((size_t)rows + 1, sizeof *x);
	for (int i = 0; i < rows; i++) {
		double u = (double)((long long)i * 7919 % 10007) / 8192;
		x[i] = kind == 1 ? u : kind == 2 ? u * u * u : floor(u * 40);
	}
	*n = (size_t)rows;
	return x;
}

static void print_digits(const char *name, const double *digits)
{
	printf("%-34s", name);
	for (int i = 0; i < FIGURES; i++)
		isinf(digits[i]) ? printf(" %11s", "") : printf(" %11.1f", digits[i]);
	printf("\n");
}

int main(void)
{
	struct profile_options o = default_options();
	struct buf want = { 0 };
	CHECK(file_read("tests/data/profile/truth.tsv", 1 << 20, &want, NULL) == 0);
	printf("digits that agree with R          ");
	for (int i = 0; i < FIGURES; i++)
		printf(" %11s", figures[i].name);
	printf("\n");
	char file[40], column[40], what[40], value[40], last[81] = "", id[81];
	double *x = NULL, digits[FIGURES];
	size_t n = 0, checked = 0;
	struct profiled *p = NULL;
	for (const char *line = want.p; line && *line; line = strchr(line, '\n') + 1) {
		double v;
		if (sscanf(line, "%39[^\t]\t%39[^\t]\t%39[^\t]\t%39s", file, column, what, value) != 4)
			break;
		snprintf(id, sizeof id, "%s %s", file, column);
		if (strcmp(id, last) != 0) {
			if (p) {
				print_digits(last, digits);
				profiled_free(p);
				free(x);
			}
			memcpy(last, id, sizeof last);
			x = strcmp(file, "generated") == 0 ? generated_values(column, &n)
				: file_values(file, column, &n);
			p = profile_reals(x, n, &o);
			for (int i = 0; i < FIGURES; i++)
				digits[i] = INFINITY;
		}
		CHECK(num_parse_double(value, strlen(value), &v));
		double got = computed(p->cols[0].numeric, x, n, what);
		int i = figure_index(what);
		checked++;
		if (v == 3.7e-24) {    /* where nortest gives up counting */
			CHECK(got < 1e-20);
			continue;
		}
		double agree = lre(got, v, i < 2 ? 1 : 1e-300);
		digits[i] = fmin(digits[i], agree);
		CHECK(agree >= figures[i].digits);
		if (agree < figures[i].digits)
			printf("  %s %s: %.17g, R has %.17g\n", id, what, got, v);
	}
	CHECK(checked > 300);
	if (p) {
		print_digits(last, digits);
		profiled_free(p);
	}
	free(x);
	buf_free(&want);
	return test_end();
}
