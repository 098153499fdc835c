/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All loops of kernels.h, compiled for the machine that whoever includes this has asked for; KERNELS
 * names the table of them. */
#include "profile/column/kernels_rows.h"
#include "profile/column/kernels_runs.h"

const struct kernels KERNELS = { real_range, real_sums, real_steps, whole_sums, whole_steps, places,
	tens, deviations, unit_deviations, powers, codes, real_values, whole_values, run_counts,
	rank_weights, scaled, dot, polynomials, last_digits };
