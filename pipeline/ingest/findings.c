/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the reader of the report should know about the file, as codes and counts. */
#include "ingest/ingest_int.h"

#include <stdlib.h>
#include <string.h>

struct list {
	struct finding *v;
	size_t n, cap;
};

static struct finding *add(struct list *l, enum finding_code code, const char *column,
	int64_t count, int64_t total)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 32;
		l->v = mem_realloc(l->v, l->cap, sizeof *l->v);
	}
	struct finding *f = &l->v[l->n++];
	*f = finding_make(code, column);
	f->count = count;
	f->total = total;
	return f;
}

static void renamed(struct list *l, struct arena *a, const struct ingest_result *r)
{
	struct finding *f = add(l, FIND_renamed_columns, NULL, (int64_t)r->nrenamed,
		(int64_t)r->ncolumns);
	struct buf from = { 0 };
	utf8_show(&from, r->renamed[0].from, strlen(r->renamed[0].from));
	f->text = arena_printf(a, "'%s' -> '%s'", buf_str(&from), r->renamed[0].to);
	buf_free(&from);
}

static void about_file(struct list *l, struct arena *a, const struct text *t,
	const struct ingest_result *r)
{
	int64_t bad = damaged_records(r);
	if (bad)
		add(l, FIND_quarantined_rows, NULL, bad, r->records);
	if (r->padded)
		add(l, FIND_padded_rows, NULL, r->padded, r->rows);
	if (t->bad_at >= 0 && r->encoding.confidence > ENCODING_ASSUMED) {
		struct finding *f = add(l, FIND_invalid_utf8, NULL, -1, -1);
		f->value = (double)t->bad_at;
		f->text = r->encoding.name;
	}
	if (r->nul_bytes)
		add(l, FIND_nul_bytes, NULL, r->nul_bytes, -1);
	if (r->nrenamed)
		renamed(l, a, r);
}

static const char *plural(enum parsed_type t)
{
	static const char *const names[PARSED_TYPES] = { "whole numbers", "numbers",
		"yes or no", "dates", "dates with a time", "times of day", "durations", "text",
		"nothing" };
	return names[t];
}

/* A text column that is numbers or dates to a good part. */
static void mixed(struct list *l, const struct ingest_column *c, const struct tally *t)
{
	enum { PERCENT = 20 };
	const int64_t *tried = c->tried;
	int64_t dates = tried[PARSED_DATE] + tried[PARSED_DATETIME];
	int64_t numbers = tried[PARSED_REAL] - t->bracket;
	int64_t best = numbers > dates ? numbers : dates;
	if (c->parsed != PARSED_TEXT || c->declared || best == c->values ||
			best * 100 < c->values * PERCENT)
		return;
	struct finding *f = add(l, FIND_mixed_types, c->name, best, c->values);
	f->text = best == numbers ? "numbers" : "dates";
}

/* Numbers, but of several units. */
static bool mixed_units(struct list *l, const struct ingest_column *c, const struct tally *t)
{
	int best = 0, second = 0;
	int64_t all = 0;
	for (int u = 1; u < UNITS; u++) {
		all += t->units[u];
		if (t->units[u] > t->units[best] || !best) {
			second = best;
			best = t->units[u] ? u : 0;
		} else if (t->units[u] > t->units[second] || !second) {
			second = t->units[u] ? u : 0;
		}
	}
	if (c->parsed != PARSED_TEXT || c->declared || !second || 10 * all < 9 * c->values)
		return false;
	struct finding *f = add(l, FIND_mixed_units, c->name, all, c->values);
	f->text = unit_name(best);
	f->text2 = unit_name(second);
	return true;
}

static void unparsed(struct list *l, const struct ingest_column *c)
{
	if (!c->unparsed)
		return;
	struct finding *f = add(l,
		c->declared ? FIND_declared_type_conflict : FIND_unparsable_values, c->name,
		c->unparsed, c->values);
	f->text = c->declared ? c->declared : plural(c->parsed);
	f->text2 = c->nexamples ? c->examples[0] : NULL;
}

static void stand_in(struct list *l, const struct ingest_column *c, int64_t count,
	const char *text)
{
	add(l, FIND_sentinel_values, c->name, count, c->values)->text = text;
}

static void stand_ins(struct list *l, const struct ingest_column *c, const struct builder *b,
	const struct tokens *tokens)
{
	const struct sentinels *s = builder_sentinels(b);
	for (int i = 0; i < SENTINELS; i++) {
		const char *text = sentinels_suspect(s, i);
		if (text)
			stand_in(l, c, s->count[i], text);
	}
	/* "unknown" as a level of a category; "x" and "*" are marks like any other there */
	for (int i = 0; i < tokens->n; i++)
		if (builder_kept(b, i) && !strchr("x*", *tokens->v[i].text))
			stand_in(l, c, builder_kept(b, i), tokens->v[i].text);
}

static void about_column(struct list *l, const struct ingest_column *c, const struct tally *t,
	const struct plan *p, const struct builder *b, const struct tokens *tokens)
{
	unparsed(l, c);
	if (!mixed_units(l, c, t))
		mixed(l, c, t);
	if (p->guessed)
		add(l, FIND_ambiguous_dates, c->name, t->undecided, c->values)->text =
			p->order == ORDER_DMY ? "day first" : "month first";
	if (p->mark_guessed)
		add(l, FIND_ambiguous_numbers, c->name, t->ambiguous, c->values)->text =
			p->mark == COMMA ? "a decimal comma" : "thousands";
	if (t->damaged)
		add(l, FIND_encoding_damage, c->name, t->damaged, c->values);
	stand_ins(l, c, b, tokens);
	if (t->trimmed)
		add(l, FIND_surrounding_space, c->name, t->trimmed, t->rows);
}

static void absent_columns(struct list *l, const struct ingest_options *o,
	const struct ingest_result *r)
{
	for (size_t i = 0; i < o->ndeclared; i++) {
		bool found = false;
		for (size_t k = 0; k < r->ncolumns && !found; k++)
			found = strcmp(r->columns[k].name, o->declared[i].column) == 0;
		if (!found)
			add(l, FIND_absent_column, NULL, -1, -1)->text = o->declared[i].column;
	}
}

void findings_make(struct arena *a, const struct ingest_options *o, const struct text *t,
	const struct tally *tallies, const struct plan *plans, struct builder *const *builders,
	const struct tokens *tokens, struct ingest_result *r)
{
	struct list l = { 0 };
	findings_structure(a, t, r);
	for (size_t i = 0; i < r->nfindings; i++)
		*add(&l, r->findings[i].code, NULL, -1, -1) = r->findings[i];
	r->nfindings = 0;
	about_file(&l, a, t, r);
	absent_columns(&l, o, r);
	for (size_t i = 0; i < r->ncolumns; i++)
		about_column(&l, &r->columns[i], &tallies[i], &plans[i], builders[i], tokens);
	r->findings = arena_calloc(a, l.n + 1, sizeof *r->findings);
	for (int level = FINDING_ERROR; level >= FINDING_INFO; level--)
		for (size_t i = 0; i < l.n; i++)
			if ((int)l.v[i].level == level)
				r->findings[r->nfindings++] = l.v[i];
	free(l.v);
}
