/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numeric columns that others give away, and the few directions in which all of them vary. Both come
 * from one QR decomposition of the standardised columns: variance inflation from the inverse of R,
 * principal components from its singular values. The sums are made in an order of our own and not
 * by a LAPACK, whose order depends on the machine.
 */
#include "profile/relations_int.h"

#include <stdlib.h>

/* ---- QR ----------------------------------------------------------------------------------- */

/* Four sums side by side, which a processor can make at once. */
static double dot(const double *x, const double *y, int64_t n)
{
	double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
	int64_t i = 0;
	for (; i + 4 <= n; i += 4) {
		s0 += x[i] * y[i];
		s1 += x[i + 1] * y[i + 1];
		s2 += x[i + 2] * y[i + 2];
		s3 += x[i + 3] * y[i + 3];
	}
	for (; i < n; i++)
		s0 += x[i] * y[i];
	return (s0 + s1) + (s2 + s3);
}

/* Householder: column k is reflected onto its first entry, the later ones alike. */
void qr_factor(double *z, int64_t n, int p, double *r)
{
	memset(r, 0, (size_t)p * (size_t)p * sizeof *r);
	for (int k = 0; k < p && k < n; k++) {
		double *v = z + (int64_t)k * n + k;
		int64_t m = n - k;
		double norm = sqrt(dot(v, v, m)), first = v[0];
		double alpha = first > 0 ? -norm : norm;
		for (int j = 0; j < k; j++)
			r[j * p + k] = z[(int64_t)k * n + j];
		r[k * p + k] = alpha;
		v[0] = first - alpha;
		double vv = norm * norm + norm * fabs(first);      /* v'v / 2 */
		for (int j = k + 1; vv > 0 && j < p; j++) {
			double *y = z + (int64_t)j * n + k, t = dot(v, y, m) / vv;
			for (int64_t i = 0; i < m; i++)
				y[i] -= t * v[i];
		}
	}
}

/* The diagonal of (R'R)^-1 times that of R'R. A pivot that rounding made of nothing is held at a
 * size at which what hangs on it comes out as infinite and the rest keeps its digits. */
void qr_inflation(const double *r, int p, double *vif)
{
	const double nothing = 1e-12, infinite = 1e10;
	double *inverse = mem_calloc((size_t)p * (size_t)p, sizeof *inverse);
	for (int j = 0; j < p; j++) {
		for (int i = j; i >= 0; i--) {
			double s = i == j, norm = 0;
			for (int k = i + 1; k <= j; k++)
				s -= r[i * p + k] * inverse[k * p + j];
			for (int k = 0; k <= i; k++)
				norm += r[k * p + i] * r[k * p + i];
			double pivot = r[i * p + i], least = nothing * sqrt(norm);
			pivot = fabs(pivot) < least ? least : pivot;
			inverse[i * p + j] = s / pivot;
		}
	}
	for (int i = 0; i < p; i++) {
		double norm = 0, own = 0;
		for (int j = i; j < p; j++)
			own += inverse[i * p + j] * inverse[i * p + j];
		for (int k = 0; k <= i; k++)
			norm += r[k * p + i] * r[k * p + i];
		vif[i] = own * norm < infinite ? fmax(1, own * norm) : INFINITY;
	}
	free(inverse);
}

/* ---- principal components ----------------------------------------------------------------- */

/* Turns columns i and j of a, and of v, so that those of a become orthogonal; false when they are. */
static bool rotate(double *a, double *v, int p, int i, int j)
{
	double aa = 0, bb = 0, ab = 0;
	for (int k = 0; k < p; k++) {
		double x = a[k * p + i], y = a[k * p + j];
		aa += x * x;
		bb += y * y;
		ab += x * y;
	}
	if (fabs(ab) <= 1e-15 * sqrt(aa * bb) || ab == 0)
		return false;
	double zeta = (bb - aa) / (2 * ab),
		t = (zeta < 0 ? -1 : 1) / (fabs(zeta) + sqrt(1 + zeta * zeta)),
		c = 1 / sqrt(1 + t * t), s = c * t;
	for (int k = 0; k < p; k++) {
		double x = a[k * p + i], y = a[k * p + j];
		a[k * p + i] = c * x - s * y;
		a[k * p + j] = s * x + c * y;
		x = v[k * p + i];
		y = v[k * p + j];
		v[k * p + i] = c * x - s * y;
		v[k * p + j] = s * x + c * y;
	}
	return true;
}

static void swap_columns(double *v, int p, int i, int j)
{
	for (int k = 0; k < p; k++) {
		double x = v[k * p + i];
		v[k * p + i] = v[k * p + j];
		v[k * p + j] = x;
	}
}

static void fix_sign(double *v, int p, int j)
{
	int largest = 0;
	for (int k = 1; k < p; k++)
		if (fabs(v[k * p + j]) > fabs(v[largest * p + j]) * (1 + 1e-9))
			largest = k;
	double sign = v[largest * p + j] < 0 ? -1 : 1;
	for (int k = 0; k < p; k++)
		v[k * p + j] = sign * v[k * p + j] + 0.0;      /* no -0 */
}

void qr_components(const double *r, int p, double scale, double *eigenvalue, double *v)
{
	enum { SWEEPS = 60 };
	size_t cells = (size_t)p * (size_t)p;
	double *a = mem_alloc((cells + 1) * sizeof *a);
	memcpy(a, r, cells * sizeof *a);
	memset(v, 0, cells * sizeof *v);
	for (int i = 0; i < p; i++)
		v[i * p + i] = 1;
	bool turned = true;
	for (int sweep = 0; turned && sweep < SWEEPS; sweep++) {
		turned = false;
		for (int i = 0; i < p; i++)
			for (int j = i + 1; j < p; j++)
				turned |= rotate(a, v, p, i, j);
	}
	for (int j = 0; j < p; j++) {
		eigenvalue[j] = 0;
		for (int k = 0; k < p; k++)
			eigenvalue[j] += a[k * p + j] * a[k * p + j];
		eigenvalue[j] /= scale;
	}
	free(a);
	for (int i = 0; i < p; i++) {
		int most = i;
		for (int j = i + 1; j < p; j++)
			most = eigenvalue[j] > eigenvalue[most] ? j : most;
		double swap = eigenvalue[i];
		eigenvalue[i] = eigenvalue[most];
		eigenvalue[most] = swap;
		swap_columns(v, p, i, most);
		fix_sign(v, p, i);
	}
}
