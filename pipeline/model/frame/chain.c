/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forward chaining: the rows of a frame with a time are in its order, and each part is predicted from what
 * came before it. */
#include "model/frame/folds_int.h"

#include <stdlib.h>

enum { MIN_ROWS = 8 };

size_t time_start(const struct frame *f, size_t at, size_t end)
{
	while (at && at < end && f->time[at] == f->time[at - 1])
		at++;
	return at;
}

bool times_differ(const struct frame *f, size_t n)
{
	size_t second = n ? time_start(f, 1, n) : n;
	return second < n && time_start(f, second + 1, n) < n;
}

size_t gap_before(const struct frame *f, const struct model_spec *s, const uint32_t *rows, size_t n, size_t held)
{
	if (s->gap_rows > 0)
		n = n > (size_t)s->gap_rows ? n - (size_t)s->gap_rows : 0;
	while (n && s->gap_time > 0 && f->time[held] - f->time[rows[n - 1]] <= s->gap_time)
		n--;
	return n;
}

/* The first row to judge: the middle, or earlier where only two steps are left after it. */
static size_t first_held(const struct frame *f, size_t n)
{
	size_t from = time_start(f, n / 2, n);
	if (from < n && time_start(f, from + 1, n) < n)
		return from;
	size_t last = n - 1;
	while (last && f->time[last] == f->time[last - 1])
		last--;
	from = last ? last - 1 : 0;
	while (from && f->time[from] == f->time[from - 1])
		from--;
	return from;
}

/* Training rows of the units that are not among rows [from, to); with `apart`, else all. */
static struct sample train_of(const struct frame *f, const struct model_spec *s, const struct sample *all, size_t from,
	size_t to, bool apart, struct arena *a)
{
	struct sample out = *all;
	out.n = gap_before(f, s, all->rows, from, all->rows[from]);
	if (!apart)
		return out;
	bool *judged = mem_calloc(f->units, sizeof *judged);
	uint32_t *rows = arena_calloc(a, out.n, sizeof *rows);
	size_t n = 0;
	for (size_t i = from; i < to; i++)
		judged[f->unit[all->rows[i]]] = true;
	for (size_t i = 0; i < out.n; i++)
		if (!judged[f->unit[all->rows[i]]])
			rows[n++] = all->rows[i];
	free(judged);
	out.rows = rows;
	out.n = n;
	return out;
}

/* Parts of the later half, each with what may train for it; returns how many there are. */
static int chain(const struct frame *f, const struct model_spec *s, int folds, bool apart, struct arena *a,
	struct fold_plan *p)
{
	const struct sample *all = &p->rows;
	size_t start = first_held(f, all->n), rest = all->n - start, from = start;
	int made = 0;
	for (int k = 0; k < folds; k++) {
		size_t to = time_start(f, start + rest * (size_t)(k + 1) / (size_t)folds, all->n);
		if (to <= from)
			continue;
		struct sample train = train_of(f, s, all, from, to, apart, a);
		if (train.n >= MIN_ROWS) {
			p->train[made] = train;
			p->test[made++] = (struct sample){ .f = f, .rows = all->rows + from, .n = to - from };
		}
		from = to;
	}
	return made;
}

int time_chain(const struct frame *f, const struct model_spec *s, int steps, struct arena *a, struct fold_plan *p,
	struct err *e)
{
	bool apart = f->unit && f->unit_name;
	int most = (int)(p->rows.n / 2 / MIN_ROWS), folds = steps < most ? steps : most < 2 ? 2 : most;
	int made = chain(f, s, folds, apart, a, p);
	bool whole = apart && made < 2;   /* every part has rows of nearly all units */
	if (whole) {
		apart = false;
		made = chain(f, s, folds, apart, a, p);
	}
	if (made < 2)
		return err_set(e, ERR_INPUT, s->gap_rows > 0 || s->gap_time > 0 ?
			"the gap in time leaves too few rows to train on before those that are held out" :
			"too few rows come before the later ones to train on");
	p->folds = p->splits = made;
	p->repeats = 1;
	p->scheme = apart ? "time-ordered, grouped" : "time-ordered";
	const char *gap = s->gap_rows > 0 || s->gap_time > 0 ? ", but for the gap that was asked for" : "";
	const char *units = apart ? arena_printf(a, ", without the rows of any '%s' that is in the part", f->unit_name) :
		whole ? arena_printf(a, "; each '%s' is there all the time, so that they cannot be kept apart", f->unit_name) : "";
	p->why = arena_printf(a, "the rows have a time: the first half trains, and each part of the second half is predicted "
		"from all that came before it%s%s", gap, units);
	return 0;
}
