/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * check: what must hold of every column. The writer refuses what the reader would refuse, so these
 * questions are asked in one place. All run at the speed of memory.
 */
#include "table/table_int.h"

#include <stdlib.h>
#include <string.h>

const char *column_type_name(enum column_type t)
{
	switch (t) {
	case COLUMN_INT64:
		return "int64";
	case COLUMN_FLOAT64:
		return "float64";
	case COLUMN_BOOL:
		return "bool";
	case COLUMN_DATE:
		return "date";
	case COLUMN_TIMESTAMP:
		return "timestamp";
	case COLUMN_TIME:
		return "time";
	case COLUMN_DURATION:
		return "duration";
	case COLUMN_UTF8:
		return "utf8";
	case COLUMN_DICT:
		return "dictionary";
	}
	return "unknown";
}

static int64_t bits_set(const uint8_t *bits, int64_t rows)
{
	int64_t n = 0, i = 0;
	for (; i + 64 <= rows; i += 64) {
		uint64_t word;
		memcpy(&word, bits + i / 8, sizeof word);
		n += __builtin_popcountll(word);
	}
	for (; i < rows; i++)
		n += bits[i >> 3] >> (i & 7) & 1;
	return n;
}

const char *offsets_fault(const int32_t *offsets, int64_t n, int64_t text)
{
	if (offsets[0] != 0 || offsets[n] != text)
		return "text offsets do not span the text";
	bool descends = false;
	for (int64_t i = 0; i < n; i++)    /* no early end: the loop runs in vectors */
		descends |= offsets[i + 1] < offsets[i];
	return descends ? "text offsets descend" : NULL;
}

uint32_t codes_max(const int32_t *codes, int64_t rows)
{
	uint32_t max = 0;
	for (int64_t i = 0; i < rows; i++)
		max = (uint32_t)codes[i] > max ? (uint32_t)codes[i] : max;
	return max;
}

const char *column_fault(const struct column *c, int64_t text, int64_t codes)
{
	if (c->nulls < 0 || c->nulls > c->rows)
		return "impossible number of missing values";
	if (c->nulls && (!c->valid || c->rows - bits_set(c->valid, c->rows) != c->nulls))
		return "number of missing values and validity bits disagree";
	if (c->type == COLUMN_UTF8)
		return offsets_fault(c->v.offsets, c->rows, text);
	if (c->type == COLUMN_DICT) {
		/* Missing values have codes too, so that tables by code need no test; an empty
		 * dictionary serves a column without any value, whose codes are 0. */
		if (!codes && c->nulls != c->rows)
			return "values without a dictionary";
		if (codes_max(c->v.i32, c->rows) >= (codes ? codes : 1))
			return "code outside of the dictionary";
	}
	return NULL;
}

struct entry {
	const char *name;
	int col;
};

static int entry_compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcmp(x->name, y->name);
	return order ? order : (x->col > y->col) - (x->col < y->col);
}

int names_sort(const struct field *f, int n, int *order, struct err *e)
{
	int status = 0;
	struct entry *entries = mem_calloc((size_t)n + 1, sizeof *entries);
	for (int i = 0; i < n && !status; i++) {
		if (!utf8_valid(f[i].name, strlen(f[i].name), NULL))
			status = err_set(e, ERR_INPUT, "the name of column %d is not UTF-8", i + 1);
		entries[i] = (struct entry){ f[i].name, i };
	}
	if (!status)
		qsort(entries, (size_t)n, sizeof *entries, entry_compare);
	for (int i = 0; i < n && !status; i++) {
		order[i] = entries[i].col;
		if (i && strcmp(entries[i - 1].name, entries[i].name) == 0)
			status = err_set(e, ERR_INPUT, "two columns are named '%s'",
				entries[i].name);
	}
	free(entries);
	return status;
}

int names_find(const struct field *f, int n, const int *order, const char *name)
{
	int lo = 0, hi = n;
	while (lo < hi) {
		int mid = lo + (hi - lo) / 2, sign = strcmp(f[order[mid]].name, name);
		if (!sign)
			return order[mid];
		if (sign < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return -1;
}
