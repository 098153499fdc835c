/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which sheet of a workbook is read. */
#include "ingest/process/feed.h"

#include <string.h>

static bool usable(const struct sheet_info *s)
{
	return !s->note && s->filled;
}

/* The better a sheet, the larger; 0: nothing to read. */
static int rank(const struct sheet_info *s)
{
	if (!usable(s))
		return 0;
	return 1 + s->tabular + 2 * !s->hidden;
}

static int unknown(const struct sheet_info *v, size_t n, const char *name, struct err *e)
{
	struct buf list = { 0 };
	for (size_t i = 0; i < n && list.n < 600; i++)
		buf_printf(&list, "%s'%s'", i ? ", " : "", v[i].name);
	err_set(e, ERR_USAGE, "there is no sheet '%s'; there %s %s", name, n == 1 ? "is" : "are",
		buf_str(&list));
	buf_free(&list);
	return -1;
}

/* By name, exactly or in another case; else by number. */
static int find_named(const struct sheet_info *v, size_t n, const char *name, size_t *chosen,
	struct err *e)
{
	int64_t number;
	size_t found = n;
	for (size_t i = n; i-- > 0;)
		if (str_ieq(str_of(v[i].name), name))
			found = i;
	for (size_t i = n; i-- > 0;)
		if (strcmp(v[i].name, name) == 0)
			found = i;
	if (found == n && num_parse_int64(name, strlen(name), &number) && number >= 1 &&
		number <= (int64_t)n)
		found = (size_t)number - 1;
	if (found == n)
		return unknown(v, n, name, e);
	if (v[found].note)
		return err_set(e, ERR_USAGE, "the sheet '%s' holds no cells (%s)", v[found].name,
			v[found].note);
	*chosen = found;
	return 0;
}

static void tell(struct feed *f, const struct sheet_info *v, size_t n, size_t chosen)
{
	struct buf names = { 0 };
	int64_t others = 0;
	for (size_t i = 0; i < n; i++) {
		feed_table(f, &(struct feed_table){ .name = v[i].name, .rows = v[i].rows,
			.columns = v[i].columns, .hidden = v[i].hidden, .note = v[i].note,
			.chosen = i == chosen });
		if (i == chosen || !usable(&v[i]) || !v[i].tabular || v[i].hidden)
			continue;
		if (others++ < 5)
			buf_printf(&names, "%s%s", names.n ? ", " : "", v[i].name);
	}
	if (others > 5)
		buf_puts(&names, ", ...");
	if (others)
		feed_finding(f, FIND_other_tables, NULL, others, -1, buf_str(&names),
			v[chosen].name);
	buf_free(&names);
}

int sheet_choose(struct feed *f, const struct sheet_info *v, size_t n, size_t *chosen,
	struct err *e)
{
	const char *name = f->options->sheet;
	size_t best = 0;
	if (!n)
		return err_set(e, ERR_INPUT, "the workbook has no sheets");
	if (name && strcmp(name, "auto") != 0) {
		if (find_named(v, n, name, &best, e))
			return -1;
	} else {
		for (size_t i = 1; i < n; i++)
			if (rank(&v[i]) > rank(&v[best]))
				best = i;
		if (!rank(&v[best]))
			return err_set(e, ERR_INPUT, "no sheet of the workbook holds any cells");
	}
	tell(f, v, n, best);
	*chosen = best;
	return 0;
}
