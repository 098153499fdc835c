/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a catalogue of texts: refused with a place, or safe to say anything with, whatever holes its
 * translations have. */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void say(struct arena *a, const struct words *w)
{
	const struct cell cells[] = { cell_text("rows"), cell_num(CELL_COUNT, 12345, NULL), cell_num(CELL_PERCENT, 0.5, NULL) };
	struct doc *d = doc_new(a, "Report");
	d->words = w;
	struct buf out = { 0 };
	words_say(w, "rows");
	words_printf(a, w, "%s of %zu rows", "three", (size_t)12345);
	words_printf(a, w, "%d", -3);
	doc_text(d, d->root, "%s of %s rows", cells, 2);
	doc_note(d, d->root, "%s: 100%% of %s", cells, COUNTOF(cells));
	for (size_t i = 0; i < COUNTOF(cells); i++) {
		struct cell c = cells[i];
		c.words = w;
		cell_print(&out, &c);
	}
	struct render_input in = { .doc = d };
	struct err e = { 0 };
	if (render_text.render(&in, &out, &e) < 0 && !e.msg[0])
		abort();
	buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static char dir[] = "/tmp/dossier-fuzz-XXXXXX", *made;
	struct arena *a = arena_new();
	struct err e = { 0 };
	if (!made && (!(made = mkdtemp(dir)) || file_mkdirs(path_join(a, dir, "assets/texts/xx"), NULL) < 0))
		abort();
	if (file_write(path_join(a, dir, "assets/texts/xx/x.po"), data, n, NULL) < 0)
		abort();
	struct words *w = NULL;
	if (words_load(a, dir, "xx", &w, &e) == 0)
		say(a, w);
	else if (!e.msg[0])
		abort();
	arena_free(a);
	return 0;
}
