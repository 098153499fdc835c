/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Benchmark data, the same on every machine: `gen wide ROWS` has 100 columns of all types with missing
 * values, or as many as a third argument says; `gen mixed ROWS` has 20, quoted text with commas and line
 * ends among them; `gen numeric ROWS` has 10 of numbers, or more; `gen planted ROWS` has 20, or more, and a
 * number and a class that depend on some of them, partly by curves and products. */
#include "base/base.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct rng g;

static const char *word(void)
{
	static const char *const words[] = { "the", "order", "arrived", "late", "box", "was", "damaged", "but", "service",
		"very", "good", "bad", "again", "never", "colour", "size", "fits", "returned", "refund", "please",
		"quick", "slow", "excellent", "poor", "value", "gift", "delivery" };
	return words[rng_below(&g, COUNTOF(words))];
}

static int below(int n)
{
	return (int)rng_below(&g, (uint64_t)n);
}

static void day(int days)
{
	char s[32];
	date_format(s, 16436 + days);
	fputs(s, stdout);
}

static void wide_cell(int c, long row, const double *z)
{
	if (c < 40) {
		double v = 0.7 * z[c & 7] + 0.7 * rng_normal(&g);
		printf("%.6g", (c % 10 == 9 ? exp(v) : v) * (1 + c) + c);
	} else if (c < 60) {
		printf("%ld", c % 4 == 0 ? below(10) : c % 4 == 1 ? (long)(100 * (z[c & 7] + 4)) : c % 4 == 2 ?
			below(1000000) : row + c);
	} else if (c < 80) {
		double u = rng_unit(&g);
		int level = (int)((2 + (c - 60) * 3) * u * u);
		printf("level_%02d", c % 5 == 0 && z[1] > 0 ? 0 : level);
	} else if (c < 90) {
		if (c % 2)
			printf("%012llx", (unsigned long long)(rng_next(&g) >> 16));
		else
			printf("%s %s %d", word(), word(), below(3000));
	} else if (c < 95) {
		day(below(3000));
		if (c == 94)
			printf(" %02d:%02d:%02d", below(24), below(60), below(60));
	} else {
		fputs(rng_unit(&g) < 0.2 + 0.1 * (c - 95) ? "true" : "false", stdout);
	}
}

static void wide(long rows, int columns)
{
	static const struct { const char *kind; int below; } kinds[] = { { "f", 40 }, { "i", 60 }, { "cat", 80 },
		{ "str", 90 }, { "date", 95 }, { "flag", 100 } };
	for (int c = 0; c < columns; c++) {
		int k = 0;
		while (c % 100 >= kinds[k].below)
			k++;
		printf("%s%s_%02d", c ? "," : "", kinds[k].kind, c);
	}
	putchar('\n');
	for (long i = 0; i < rows; i++) {
		double z[8];
		for (int k = 0; k < 8; k++)
			z[k] = rng_normal(&g);
		for (int c = 0; c < columns; c++) {
			if (c)
				putchar(',');
			if (c % 3 != 1 || rng_unit(&g) >= 0.05)
				wide_cell(c % 100, i, z);
		}
		putchar('\n');
	}
}

static void comment(void)
{
	double k = rng_unit(&g);
	if (k >= 0.6)
		return;
	int words = 1 + below(k < 0.3 ? 25 : 8);
	fputs(k < 0.3 ? "\"" : "", stdout);
	for (int j = 0; j < words; j++) {
		int sep = below(20);
		if (j)
			fputs(k >= 0.3 ? " " : sep < 2 ? ", " : sep == 2 ? "\n" : sep == 3 ? " \"\"" : " ", stdout);
		fputs(word(), stdout);
	}
	fputs(k < 0.3 ? "\"" : "", stdout);
}

static void mixed(long rows)
{
	static const char *const category[] = { "books", "toys", "garden", "kitchen", "sports", "music" };
	static const char *const status[] = { "delivered", "shipped", "pending", "cancelled" };
	puts("id,order_key,customer_id,country,city,category,status,order_date,created_at,qty,price,discount,total,"
		"weight_kg,lat,lon,score,is_member,rating,comment");
	for (long i = 1; i <= rows; i++) {
		double u = rng_unit(&g), v = rng_unit(&g), price = floor(exp(3 + rng_normal(&g)) * 100) / 100;
		int country = (int)(50 * u * u), d = below(3650), qty = 1 + below(10);
		printf("%ld,%016llx,%d,Country%02d,City%04d,%s,%s,", i, (unsigned long long)rng_next(&g), 1 + below(500000),
			country, country * 100 + (int)(100 * v * v), category[below(6)], status[below(4)]);
		day(d);
		putchar(',');
		day(d);
		printf(" %02d:%02d:%02d,%d,%.2f,", below(24), below(60), below(60), qty, price);
		if (below(20))
			printf("%.3f", floor(v * v * 500) / 1000);
		printf(",%.2f,%.4f,%.6f,%.6f,", qty * price, exp(rng_normal(&g)), -60 + 130 * u, -180 + 360 * v);
		if (below(10))
			printf("%.9g", rng_normal(&g) * 10 + qty);
		printf(",%s,", below(10) < 3 ? "true" : "false");
		if (below(7))
			printf("%d", 1 + below(5));
		putchar(',');
		comment();
		putchar('\n');
	}
}

/* Integers, decimals and reals, related in pairs. */
static void numeric(long rows, int columns)
{
	for (int c = 0; c < columns; c++)
		printf("%sx%d", c ? "," : "", c);
	putchar('\n');
	for (long i = 0; i < rows; i++) {
		double z = 0;
		for (int c = 0; c < columns; c++) {
			z = (c & 1 ? 0.6 * z : 0) + rng_normal(&g);
			if (c)
				putchar(',');
			if (c % 5 == 0)
				printf("%d", below(1000000));
			else if (c % 5 == 1)
				printf("%.2f", 100 * exp(z / 2));
			else
				printf("%.6f", z);
		}
		putchar('\n');
	}
}

static void planted(long rows, int columns)
{
	double *x = mem_calloc((size_t)columns, sizeof *x);
	for (int c = 0; c < columns; c++)
		printf("x%d,", c);
	puts("y,class");
	for (long i = 0; i < rows; i++) {
		for (int c = 0; c < columns; c++) {
			x[c] = rng_normal(&g) + (c % 4 && c ? 0.5 * x[c - 1] : 0);
			printf("%.5f,", x[c]);
		}
		double signal = 2 * x[0] - x[1] + sin(3 * x[2 % columns]) + x[3 % columns] * x[4 % columns] +
			(x[5 % columns] > 0.5 ? 1.5 : 0);
		printf("%.5f,%s\n", signal + rng_normal(&g), rng_unit(&g) < 1 / (1 + exp(-signal)) ? "yes" : "no");
	}
	free(x);
}

int main(int argc, char **argv)
{
	int64_t rows = 0, columns = 0;
	if (argc < 3 || argc > 4 || !num_parse_int64(argv[2], strlen(argv[2]), &rows) ||
		(argc == 4 && !num_parse_int64(argv[3], strlen(argv[3]), &columns))) {
		fputs("usage: gen wide|mixed|numeric|planted ROWS [COLUMNS]\n", stderr);
		return 2;
	}
	rng_seed(&g, 1);
	if (strcmp(argv[1], "wide") == 0)
		wide((long)rows, columns ? (int)columns : 100);
	else if (strcmp(argv[1], "numeric") == 0)
		numeric((long)rows, columns ? (int)columns : 10);
	else if (strcmp(argv[1], "planted") == 0)
		planted((long)rows, columns > 0 ? (int)columns : 20);
	else
		mixed((long)rows);
	return ferror(stdout) || fclose(stdout) ? 5 : 0;
}
