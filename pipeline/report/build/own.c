/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chapters of the author's own: report.texts of the manifest, each before or after a chapter of the report. They
 * are said as they are written, in whatever language. */
#include "report/build_int.h"

#include <string.h>

void build_own(struct build *b, struct node *root, const char *where, const char *chapter)
{
	const json_t *list = json_at(b->manifest.v, "report.texts");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *own = json_array_get(list, i);
		bool full = strcmp(json_text(own, "audience", "all"), "full") == 0;
		const char *text = json_text(own, "text", NULL);
		if (!text || strcmp(json_text(own, where, ""), chapter) != 0 || (full && b->privacy))
			continue;
		const char *title = doc_own(b->doc, arena_strdup(b->arena, json_text(own, "title", "")));
		struct node *section = doc_section(b->doc, root, doc_slug(b->doc, "text", title), title);
		markdown_build(b->doc, section, text);
	}
}
