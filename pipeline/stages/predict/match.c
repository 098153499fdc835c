/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which columns of the new table are those of the model, which of them are written out again, and how all that is
 * written is called. */
#include "stages/predict_int.h"

#include <string.h>

static int refuse_absent(const struct match *m, bool allowed, struct err *e)
{
	enum { NAMED = 8 };
	if (!m->nabsent || (allowed && m->nabsent < m->f->ncolumns))
		return 0;
	if (m->nabsent == m->f->ncolumns)
		return err_set(e, ERR_INPUT, "the file has none of the %zu columns that the model reads", m->nabsent);
	struct buf names = { 0 };
	for (size_t i = 0; i < m->nabsent && i < NAMED; i++)
		buf_printf(&names, "%s'%s'", i ? ", " : "", m->absent[i]);
	if (m->nabsent > NAMED)
		buf_printf(&names, " and %zu more", m->nabsent - NAMED);
	err_set(e, ERR_INPUT, "the file lacks %zu of the %zu columns that the model reads: %s (--allow-missing takes their "
		"values as missing)", m->nabsent, m->f->ncolumns, buf_str(&names));
	buf_free(&names);
	return -1;
}

static void find_columns(struct match *m, struct arena *a)
{
	const struct fitted *f = m->f;
	int n = table_ncols(m->t);
	bool *used = arena_calloc(a, (size_t)n, sizeof *used);
	m->cols = arena_calloc(a, f->ncolumns + 1, sizeof *m->cols);
	m->absent = arena_calloc(a, f->ncolumns, sizeof *m->absent);
	m->extra = arena_calloc(a, (size_t)n, sizeof *m->extra);
	for (size_t i = 0; i <= f->ncolumns; i++) {
		const char *name = i < f->ncolumns ? f->columns[i] : f->target;
		m->cols[i] = table_find(m->t, name);
		if (m->cols[i] >= 0)
			used[m->cols[i]] = true;
		else if (i < f->ncolumns)
			m->absent[m->nabsent++] = name;
	}
	for (int c = 0; c < n; c++)
		if (!used[c])
			m->extra[m->nextra++] = table_field(m->t, c)->name;
}

/* Names, or "all". */
static int find_kept(struct match *m, const json_t *keep, struct arena *a, struct err *e)
{
	int n = table_ncols(m->t);
	m->keep = arena_calloc(a, (size_t)n + json_array_size(keep), sizeof *m->keep);
	for (size_t i = 0; i < json_array_size(keep); i++) {
		const char *name = json_string_value(json_array_get(keep, i));
		int c = name ? table_find(m->t, name) : -1;
		if (c >= 0) {
			m->keep[m->nkeep++] = c;
			continue;
		}
		if (!name || strcmp(name, "all") != 0)
			return err_set(e, ERR_USAGE, "--keep: the file has no column '%s'", name ? name : "");
		for (c = 0, m->nkeep = 0; c < n; c++)
			m->keep[m->nkeep++] = c;
		return 0;
	}
	return 0;
}

static void add_name(struct match *m, const char *name)
{
	m->names[m->nnames++] = name;
}

/* A column of the file may be called "prediction" too: it becomes "prediction_2". */
static void add_kept(struct match *m, size_t own, const char *name, struct arena *a)
{
	const char *unique = name;
	for (int k = 2;; k++) {
		bool taken = unique != name && table_find(m->t, unique) >= 0;
		for (size_t i = 0; i < own; i++)
			taken = taken || strcmp(m->names[i], unique) == 0;
		if (!taken)
			break;
		unique = arena_printf(a, "%s_%d", name, k);
	}
	add_name(m, unique);
}

static void name_columns(struct match *m, struct arena *a)
{
	const struct fitted *f = m->f;
	m->names = arena_calloc(a, 4 + (size_t)f->nclasses + m->nkeep, sizeof *m->names);
	add_name(m, "row");
	add_name(m, "prediction");
	if (f->half_width >= 0) {
		add_name(m, "lower");
		add_name(m, "upper");
	}
	for (int k = 0; k < f->nclasses; k++)
		add_name(m, arena_printf(a, "probability_%s", f->classes[k]));
	size_t own = m->nnames;
	for (size_t i = 0; i < m->nkeep; i++)
		add_kept(m, own, table_field(m->t, m->keep[i])->name, a);
}

int match_columns(const struct table *t, const struct fitted *f, const json_t *settings, struct arena *a, struct match *out,
	struct err *e)
{
	*out = (struct match){ .t = t, .f = f };
	find_columns(out, a);
	if (refuse_absent(out, json_flag(settings, "allow_missing", false), e) < 0 ||
		find_kept(out, json_at(settings, "keep"), a, e) < 0)
		return -1;
	name_columns(out, a);
	return 0;
}
