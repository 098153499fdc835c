/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `dossier run sales.csv`: a file that somebody just received gets a manifest of its own, so that
 * the second run can be a better one. */
#include "driver/driver_int.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char template[] =
	"# Written by dossier; yours to edit. Run it again with:\n"
	"#   dossier run %s\n"
	"# Lines that start with # are suggestions. Every key: dossier help settings\n"
	"\n"
	"id: %s\n"
	"# title: What the report is called\n"
	"# description: What the data is, in a sentence or two\n"
	"# organisation: Printed on the cover\n"
	"\n"
	"source:\n"
	"  file: %s\n"
	"  # missing: [\"-999\", unknown]     texts that stand for a missing value\n"
	"  # delimiter: \";\"\n"
	"  # encoding: windows-1252\n"
	"\n"
	"# columns:\n"
	"#   price: {unit: EUR, description: Net price, type: real}\n"
	"\n"
	"# target: price                    column to explain and predict\n"
	"# time: ordered_at                 column that orders the rows\n"
	"# identifier: order_id             column that names the rows\n"
	"\n"
	"# clarify:\n"
	"#   on_ambiguity: ask              stop and ask instead of assuming\n"
	"\n"
	"# report:\n"
	"#   theme: {primary: \"#2a5bd7\"}\n";

/* The file that an existing manifest is about, or NULL. */
static const char *source_of(struct arena *a, const char *manifest)
{
	struct buf text = { 0 };
	const char *found = NULL;
	if (file_read(manifest, 16 << 20, &text, NULL) == 0) {
		const struct conf *c = yaml_parse(a, manifest, buf_str(&text), text.n, NULL);
		for (c = c ? c->child : NULL; c && strcmp(c->key, "source") != 0;)
			c = c->next;
		for (c = c ? c->child : NULL; c && strcmp(c->key, "file") != 0;)
			c = c->next;
		found = c && c->kind == CONF_SCALAR ? c->text : NULL;
	}
	buf_free(&text);
	return found;
}

int newjob_for(struct arena *a, const struct options *opt, const char *file, const char **manifest,
	       bool *made, struct err *e)
{
	char real[PATH_MAX] = "-";
	bool standard = strcmp(file, "-") == 0;
	if (!standard && !realpath(file, real)) {
		err_errno(e, "cannot open '%s'", file);
		if (e)
			e->code = ERR_INPUT;
		return -1;
	}
	if (!utf8_valid(real, strlen(real), NULL))
		return err_set(e, ERR_INPUT,
			"the name of '%s' is not valid UTF-8; rename the file", file);
	/* A job of the same name that is about another file keeps its folder: sales, sales-2, ... */
	const char *stem = standard ? "stdin" : manifest_id(a, file), *id = stem;
	for (int k = 2;; k++) {
		*manifest = arena_printf(a, "%s/jobs/%s/job.yaml", opt->data_dir, id);
		*made = !file_exists(*manifest);
		const char *source = *made ? NULL : source_of(a, *manifest);
		if (*made || !source || strcmp(source, real) == 0)
			break;
		id = arena_printf(a, "%.59s-%d", stem, k);
	}
	if (!*made)
		return 0;
	struct buf name = { 0 }, text = { 0 };
	struct jw w;
	jw_init(&w, &name);
	jw_str(&w, real);              /* JSON quoting is YAML quoting */
	buf_printf(&text, template, *manifest, id, buf_str(&name));
	int r = job_make_folder(a, opt, id, e);
	if (r == 0)
		r = file_publish(*manifest, text.p, text.n, e);
	buf_free(&name);
	buf_free(&text);
	return r;
}
