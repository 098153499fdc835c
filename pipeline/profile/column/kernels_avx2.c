/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loops of kernels_body.h for machines with AVX2. */
#include "base/base.h"

#if defined __x86_64__
#if defined __clang__
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif
#define KERNELS kernels_avx2
#include "profile/column/kernels_body.h"
#if defined __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
