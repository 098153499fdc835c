/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A numeric column that others give exactly, as a formula: totals and their parts, units converted. */
#include "profile/relations_int.h"

#include <stdlib.h>

/* The column to stand on the left: first one that leaves all others positive, a total and its parts;
 * else the one with the largest factor, so that the others are not blown up. */
static int left_side(const double *factor, const int *in, int n)
{
	int best = in[0];
	for (int i = 0; i < n; i++) {
		bool total = true;
		for (int j = 0; j < n; j++)
			total = total && (j == i || factor[in[i]] * factor[in[j]] < 0);
		if (total)
			return in[i];
		if (fabs(factor[in[i]]) > fabs(factor[best]) * (1 + 1e-6))
			best = in[i];
	}
	return best;
}

void combination_find(struct collinearity *c, const double *mean, const double *sd,
	const double *eigenvalue, const double *vector, struct arena *a)
{
	const double nothing = 1e-12, something = 1e-9, part = 1e-5;
	int p = c->n, last = p - 1, in[COMBINATION_MAX] = { 0 }, n = 0;
	if (!(eigenvalue[last] < nothing) || !(eigenvalue[last - 1] > something))
		return;
	for (int i = 0; i < p; i++)
		if (fabs(vector[i * p + last]) >= part) {
			if (n == COMBINATION_MAX)
				return;
			in[n++] = i;
		}
	double *factor = mem_calloc((size_t)p, sizeof *factor);
	for (int i = 0; i < p; i++)
		factor[i] = vector[i * p + last] / sd[i];
	int left = left_side(factor, in, n);
	struct combination *k = &c->combination;
	*k = (struct combination){ n, arena_calloc(a, (size_t)n + 1, sizeof *k->var),
		arena_calloc(a, (size_t)n + 1, sizeof *k->slope), 0 };
	k->var[0] = c->var[left];
	k->intercept = mean[left];
	for (int i = 0, at = 1; i < n; i++) {
		if (in[i] == left)
			continue;
		k->var[at] = c->var[in[i]];
		k->slope[at] = round_digits(-factor[in[i]] / factor[left], 6);
		k->intercept -= k->slope[at++] * mean[in[i]];
	}
	k->intercept = fabs(k->intercept) < part * sd[left] ? 0 : round_digits(k->intercept, 6);
	free(factor);
}

static void put_number(struct buf *out, double x)
{
	char s[NUM_MAX];
	buf_put(out, s, num_shortest(s, x));
}

static void put_sign(struct buf *out, bool first, double x)
{
	buf_puts(out, x < 0 ? first ? "\xe2\x88\x92" : " \xe2\x88\x92 " : first ? "" : " + ");
}

const char *combination_text(const struct combination *c, const struct variable *v,
	struct arena *a)
{
	struct buf b = { 0 };
	buf_printf(&b, "%s = ", v[c->var[0]].name);
	for (int i = 1; i < c->n; i++) {
		put_sign(&b, i == 1, c->slope[i]);
		if (fabs(c->slope[i]) != 1) {
			put_number(&b, fabs(c->slope[i]));
			buf_puts(&b, " \xc3\x97 ");
		}
		buf_puts(&b, v[c->var[i]].name);
	}
	if (c->intercept != 0) {
		put_sign(&b, c->n < 2, c->intercept);
		put_number(&b, fabs(c->intercept));
	}
	char *text = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return text;
}
