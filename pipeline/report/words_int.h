/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the reader of a catalogue fills and the look-up finds. */
#ifndef WORDS_INT_H
#define WORDS_INT_H

#include "report/report.h"

struct entry {
	const char *english, *text, *file;
	size_t line;
};
struct words {
	struct arena *arena;
	struct entry *v;           /* by their English text */
	size_t n, cap;
	char point;
	void (*miss)(void *ctx, const char *english);
	void *ctx;
};

#endif
