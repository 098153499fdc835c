/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of a design share. */
#ifndef MODEL_DESIGN_INT_H
#define MODEL_DESIGN_INT_H

#include "model/model_int.h"

struct term *design_term(struct design *d, enum term_kind kind, size_t feature, const char *name);
/* Mean and sd (n - 1) of a flag that so many of n rows carry. A term that never changes gets an infinite
 * sd: its column is all zeros. */
void design_flag(struct term *t, size_t ones, size_t n, enum scaling_way scaling);
/* The parts of a date are missing together: the first one's flag says it for all. */
bool design_flagged_before(const struct frame *f, size_t j);

/* ---- encode.c: categories as numbers ---- */

void encode_ranks(const struct sample *s, size_t j, struct recipe r, struct arena *a, struct design *d);
void encode_target(const struct sample *s, size_t j, struct recipe r, struct arena *a, struct design *d);
/* The column of a term of the target for the rows it was learnt from, each told by others; not yet
 * standardised. */
void encode_honestly(const struct term *t, const struct sample *s, double *out);

#endif
