/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of the PDF, of random widths: whatever is in them lies within the page. */
#include "report/pdf_int.h"
#include "test.h"

#include <string.h>

static struct arena *mem;
static struct theme theme;
static struct rng g;

static int below(int n)
{
	return (int)rng_below(&g, (uint64_t)n);
}

/* `words` words of different lengths. */
static const char *words(int words)
{
	static const char *const some[] = { "no", "amount", "a_name_in_parts", "so", "extraordinarily", "left" };
	const char *s = "";
	for (int i = 0; i < words; i++)
		s = arena_printf(mem, "%s%s%s", s, *s ? " " : "", some[below(COUNTOF(some))]);
	return s;
}

/* Titles that are shorter than what is below them, or not; columns of short and of long texts, and of numbers. */
static struct doc *random_table(void)
{
	enum { MOST = 10, ROWS = 4 };
	struct table_column columns[MOST];
	struct doc *d = doc_new(mem, "Tables");
	int ncols = 2 + below(MOST - 1), length[MOST];
	int titles = below(3);     /* words: none, one, or up to three */
	for (int c = 0; c < ncols; c++) {
		bool number = below(3) == 0;
		columns[c] = (struct table_column){ titles ? words(titles == 1 ? 1 : 1 + below(3)) : "x", number ? ALIGN_RIGHT : ALIGN_LEFT,
			number && below(2) };
		length[c] = number ? 0 : 1 + below(below(3) ? 2 : 20);
	}
	struct node *t = doc_table(d, doc_section(d, d->root, "one", "One"), NULL, columns, (size_t)ncols);
	for (int r = 0; r < ROWS; r++) {
		struct cell cells[MOST];
		for (int c = 0; c < ncols; c++)
			cells[c] = length[c] == 0 ? cell_num(CELL_COUNT, below(2) ? below(1000) * (r ? 1 : 1000.0) : 0, NULL)
				: below(2) ? cell_text(words(length[c])) : cell_code(words(1 + below(length[c])));
		doc_row(d, t, cells, NULL);
	}
	return d;
}

/* How far right and left its texts reach. */
static void reach(const struct doc *d, double *left, double *right, double *width)
{
	struct drawings none = { 0 };
	struct render_input in = { .doc = d, .drawings = &none, .theme = &theme };
	const struct book *b = book_lay_out(mem, &in);
	*left = *width = b->width;
	*right = 0;
	for (size_t i = b->front; i < b->npages; i++)
		for (size_t k = 0; k < b->pages[i].n; k++) {
			const struct placed *p = &b->pages[i].v[k];
			for (const struct item *it = p->items->first; it; it = it->next)
				if (it->kind == ITEM_TEXT) {
					*left = *left < p->x + it->x ? *left : p->x + it->x;
					double end = p->x + it->x + font_width(it->face, it->text, strlen(it->text), it->size);
					*right = *right > end ? *right : end;
				}
		}
}

int main(void)
{
	report_theme(&theme, NULL);
	CHECK(font_load(NULL) == 0);
	int wrong = 0;
	for (int seed = 0; seed < 1500; seed++) {
		double left, right, width;
		mem = arena_new();
		rng_seed(&g, (uint64_t)seed);
		reach(random_table(), &left, &right, &width);
		if (left < 53 || right > width - 53) {
			printf("  seed %d: from %.0f to %.0f of %.0f\n", seed, left, right, width);
			wrong++;
		}
		arena_free(mem);
	}
	CHECK(wrong == 0);
	return test_end();
}
