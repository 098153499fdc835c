/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loops of kernels_body.h for any machine, and the choice between the two builds of them. */
#define KERNELS kernels_plain
#include "profile/column/kernels_body.h"

const struct kernels *kernels(void)
{
#if defined __x86_64__
	if (__builtin_cpu_supports("avx2"))
		return &kernels_avx2;
#endif
	return &kernels_plain;
}

struct nsum wide_sum_total(const struct wide_sum *l)
{
	struct nsum sum = { 0 };
	for (int i = 0; i < SUM_LANES; i++)
		nsum_merge(&sum, &(struct nsum){ l->s[i], l->c[i] });
	return sum;
}
