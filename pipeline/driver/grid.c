/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables on the terminal: columns aligned by what a terminal shows, numbers to the right. */
#include "driver/models_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char **grid_row(struct grid *g)
{
	if (g->n == g->cap) {
		g->cap = g->cap ? 2 * g->cap : 16;
		g->rows = mem_realloc(g->rows, g->cap, sizeof *g->rows);
	}
	memset(g->rows[g->n], 0, sizeof *g->rows);
	return g->rows[g->n++];
}

static int width_of(const char *s)
{
	return s ? (int)utf8_width(s, strlen(s)) : 0;
}

void grid_print(struct grid *g, bool colour)
{
	int width[GRID_COLUMNS] = { 0 };
	for (size_t i = 0; i < g->n; i++)
		for (int k = 0; k < GRID_COLUMNS; k++)
			width[k] = width_of(g->rows[i][k]) > width[k] ? width_of(g->rows[i][k]) : width[k];
	for (size_t i = 0; i < g->n; i++) {
		struct buf line = { 0 };
		const char *gap = "";
		for (int k = 0; k < GRID_COLUMNS; k++) {
			const char *s = g->rows[i][k] ? g->rows[i][k] : "";
			int pad = width[k] - width_of(s);
			if (!width[k])
				continue;
			buf_printf(&line, "%s%*s%s%*s", gap, g->right[k] ? pad : 0, "", s, g->right[k] ? 0 : pad, "");
			gap = "  ";
		}
		while (line.n && line.p[line.n - 1] == ' ')
			line.p[--line.n] = 0;
		printf("%s%s%s\n", colour && i == 0 ? "\033[1m" : "", buf_str(&line), colour && i == 0 ? "\033[0m" : "");
		buf_free(&line);
	}
	free(g->rows);
	*g = (struct grid){ .arena = g->arena };
}

const char *grid_words(struct arena *a, const char *s)
{
	struct buf b = { 0 };
	term_clean(&b, s);
	s = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

const char *grid_number(struct arena *a, double v, const char *unit)
{
	return isnan(v) ? "" : arena_printf(a, "%.4g%s", v, unit);
}
