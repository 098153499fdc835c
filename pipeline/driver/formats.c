/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dossier formats: what can be read. */
#include "driver/driver_int.h"

#include <stdio.h>
#include <string.h>

int cmd_formats(const struct options *opt, const struct stage *const *table, struct err *e)
{
	(void)table;
	(void)e;
	const struct stage_format *v;
	size_t n = stages_formats(&v);
	json_t *list = json_array();
	int widest = 0;
	for (size_t i = 0; i < n; i++) {
		json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s,s:s}", "name", v[i].name,
			"title", v[i].title, "extensions", v[i].extensions, "library", v[i].library,
			"told_by", v[i].told_by));
		widest = (int)strlen(v[i].title) > widest ? (int)strlen(v[i].title) : widest;
	}
	if (opt->json)
		term_print_json(list);
	for (size_t i = 0; i < n && !opt->json; i++)
		printf("%-10s  %-*s  %-22s  %s\n", v[i].name, widest, v[i].title,
			v[i].extensions, v[i].library);
	json_decref(list);
	if (!opt->json)
		puts("\nAny of them may be compressed (gz, zst, bz2, xz) or lie in an archive (zip, tar, 7z).");
	return 0;
}
