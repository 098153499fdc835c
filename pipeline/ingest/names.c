/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of columns: trimmed, printable, never blank, never twice. Every repair is logged. */
#include "ingest/ingest_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool blank(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xa0;
}

/* Runs of blanks become one, what can't be seen goes. */
static const char *clean(struct arena *a, struct str s)
{
	enum { MOST = 1000 };      /* bytes; longer names are cut */
	struct buf b = { 0 };
	const char *p = s.p, *end = s.p + s.n;
	while (p < end && b.n < MOST) {
		uint32_t c = utf8_next(&p, end);
		if (!blank(c) && !utf8_is_unseen(c))
			utf8_put(&b, c);
		else if (blank(c) && b.n && b.p[b.n - 1] != ' ')
			buf_putc(&b, ' ');
	}
	struct str trimmed = str_trim((struct str){ buf_str(&b), b.n });
	const char *name = arena_strndup(a, trimmed.p, trimmed.n);
	buf_free(&b);
	return name;
}

/* ---- the names that are taken ------------------------------------------------------------ */

struct entry {
	const char *name;
	int next;                  /* suffix to try next when the name comes again */
};
struct taken {
	struct entry *v;
	size_t mask;
};

static struct entry *lookup(const struct taken *t, const char *name)
{
	size_t i = hash64(name, strlen(name), 0) & t->mask;
	while (t->v[i].name && strcmp(t->v[i].name, name) != 0)
		i = (i + 1) & t->mask;
	return &t->v[i];
}

static bool claim(const struct taken *t, const char *name)
{
	struct entry *e = lookup(t, name);
	if (e->name)
		return false;
	*e = (struct entry){ name, 2 };
	return true;
}

/* name, name_2, name_3 ...: the first that is free. */
static const char *unique(struct arena *a, const struct taken *t, const char *name)
{
	if (claim(t, name))
		return name;
	struct entry *e = lookup(t, name);
	for (;;) {
		const char *other = arena_printf(a, "%s_%d", name, e->next++);
		if (claim(t, other))
			return other;
	}
}

void names_make(struct arena *a, const struct source *s, struct ingest_result *r)
{
	size_t n = r->ncolumns, size = 4;
	while (size < 4 * n)
		size *= 2;
	struct taken t = { mem_calloc(size, sizeof *t.v), size - 1 };
	r->renamed = arena_calloc(a, n + 1, sizeof *r->renamed);
	const char **wanted = arena_calloc(a, n + 1, sizeof *wanted);
	for (size_t i = 0; i < n; i++) {
		wanted[i] = clean(a, s->names[i]);
		r->columns[i].original = arena_strndup(a, s->names[i].p, s->names[i].n);
	}
	/* what the file says once is kept as it stands, before any name is made up */
	for (size_t i = 0; i < n; i++)
		if (*wanted[i] && claim(&t, wanted[i]))
			r->columns[i].name = wanted[i];
	for (size_t i = 0; i < n; i++)
		if (!r->columns[i].name)
			r->columns[i].name = unique(a, &t,
				*wanted[i] ? wanted[i] : arena_printf(a, "col_%zu", i + 1));
	free(t.v);
	if (!r->dialect.header_rows)
		return;                /* no header: col_N is no repair */
	for (size_t i = 0; i < n; i++)
		if (strcmp(r->columns[i].name, r->columns[i].original) != 0)
			r->renamed[r->nrenamed++] = (struct ingest_rename){
				r->columns[i].original, r->columns[i].name
			};
}
