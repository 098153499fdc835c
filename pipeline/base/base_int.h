/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the base room share. */
#ifndef BASE_INT_H
#define BASE_INT_H

#include <stdint.h>

/* The decimal digits x 10^exponent of fewest digits that reads back as |v|, the nearest of these; v is
 * a normal double (shortest.c). */
uint64_t shortest_digits(double v, int *exponent);

#endif
