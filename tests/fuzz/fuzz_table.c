/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as an Arrow file: refused, or every value of it can be read. */
#include "table/table_int.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static uint64_t read_all(const struct table *t)
{
	uint64_t sum = 0;
	for (int64_t b = 0; b < table_nbatches(t); b++) {
		const struct batch *x = table_batch(t, b);
		for (int c = 0; c < x->ncols; c++)
			for (int64_t i = 0; i < x->rows; i++) {
				const struct column *k = &x->cols[c];
				if (!column_has(k, i))
					continue;
				if (k->type == COLUMN_UTF8)
					sum += hash64(column_str(k, i).p, column_str(k, i).n, 0);
				else if (k->type == COLUMN_DICT)
					sum += table_dict_value(t, c, k->v.i32[i]).n;
				else if (k->type == COLUMN_BOOL)
					sum += k->v.bits[i >> 3];
				else if (k->type == COLUMN_DATE)
					sum += (uint64_t)k->v.i32[i];
				else
					sum += (uint64_t)k->v.i64[i];
			}
	}
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct err e = { 0 };
	void *copy = mem_alloc(n);   /* aligned, and its end is watched */
	memcpy(copy, data, n);
	struct table *t = table_view(copy, n, &e);
	if (t) {
		volatile uint64_t sum = read_all(t);
		(void)sum;
		table_close(t);
	} else if (e.code != ERR_INPUT) {
		abort();
	}
	free(copy);
	return 0;
}
