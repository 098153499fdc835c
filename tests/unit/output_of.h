/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program of the machine prints, for tests that let others read our files. */
#ifndef OUTPUT_OF_H
#define OUTPUT_OF_H

#include "base/base.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

/* NULL when it is not installed. */
static inline char *output_of(struct arena *a, const char *program, const char *arguments)
{
	if (system(arena_printf(a, "command -v %s >/dev/null", program)) != 0)
		return NULL;
	struct buf b = { 0 };
	FILE *f = popen(arena_printf(a, "%s %s 2>&1", program, arguments), "r");
	CHECK(f != NULL);
	for (int c; f && (c = getc(f)) != EOF;)
		buf_putc(&b, (char)c);
	CHECK(f && pclose(f) == 0);
	char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

#endif
