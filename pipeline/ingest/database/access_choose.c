/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which table of an Access database is read. */
#include "ingest/database/access_int.h"

#include <string.h>

static int choose(const struct feed *f, const struct feed_table *v, size_t n, size_t *chosen,
	struct err *e)
{
	const char *name = f->options->relation;
	bool asked = name && *name && strcmp(name, "auto") != 0;
	const char **names = arena_calloc(f->arena, n + 1, sizeof *names);
	size_t best = n, usable = 0;
	for (size_t i = 0; i < n; i++) {
		const struct feed_table *t = &v[i];
		bool same = asked && strcmp(t->name, name) == 0;
		if (same || (asked && best == n && str_ieq(str_of(t->name), name)))
			best = i;
		if (t->note)
			continue;
		names[usable++] = t->name;
		if (!asked && (best == n || (v[best].hidden && !t->hidden) ||
			(t->rows > v[best].rows && v[best].hidden == t->hidden)))
			best = i;
	}
	if (asked && best == n) {
		const char *near = str_nearest(name, names, usable);
		return err_set(e, ERR_USAGE, "there is no table '%s'%s%s%s", name,
			near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
	}
	if (best == n)
		return err_set(e, ERR_INPUT, "it holds no table of its own");
	if (v[best].note)
		return err_set(e, ERR_USAGE, "'%s' holds no rows of its own (%s)", v[best].name,
			v[best].note);
	*chosen = best;
	return 0;
}

static void tell(struct feed *f, const struct feed_table *v, size_t n, size_t chosen)
{
	enum { NAMED = 5 };
	struct buf names = { 0 };
	int64_t others = 0;
	for (size_t i = 0; i < n; i++) {
		const struct feed_table *t = &v[i];
		feed_table(f, t);
		if (i == chosen || t->note || t->hidden)
			continue;
		if (others++ < NAMED)
			buf_printf(&names, "%s%s", names.n ? ", " : "", t->name);
	}
	if (others > NAMED)
		buf_puts(&names, ", ...");
	if (others)
		feed_finding(f, FIND_other_tables, NULL, others, -1, buf_str(&names),
			v[chosen].name);
	buf_free(&names);
}

int access_choose(struct feed *f, struct feed_table *v, size_t n, size_t *chosen, struct err *e)
{
	if (choose(f, v, n, chosen, e))
		return -1;
	v[*chosen].chosen = true;
	tell(f, v, n, *chosen);
	return 0;
}
