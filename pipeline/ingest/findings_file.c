/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings that arise while the input is read, before anything is known about its columns. */
#include "ingest/ingest_int.h"

#include <string.h>

/* The list grows at powers of two. */
void ingest_finding(struct arena *a, struct ingest_result *r, struct finding f)
{
	size_t n = r->nfindings;
	if ((n & (n - 1)) == 0) {
		struct finding *v = arena_calloc(a, n ? 2 * n : 1, sizeof *v);
		if (n)
			memcpy(v, r->findings, n * sizeof *v);
		r->findings = v;
	}
	r->findings[r->nfindings++] = f;
}

/* ---- the structure of a text file -------------------------------------------------------- */

static struct finding *tell(struct arena *a, struct ingest_result *r, enum finding_code code,
	int64_t count, const char *text)
{
	struct finding f = finding_make(code, NULL);
	f.count = count;
	f.text = text;
	ingest_finding(a, r, f);
	return &r->findings[r->nfindings - 1];
}

static const struct ingest_deed *deed(const struct ingest_result *r, const char *name)
{
	for (size_t i = 0; i < r->ndeeds; i++)
		if (strcmp(r->deeds[i].name, name) == 0)
			return &r->deeds[i];
	return NULL;
}

/* "lines 4, 7, 12 ..." */
static void put_lines(struct buf *b, const struct ingest_deed *d)
{
	buf_puts(b, d->nlines > 1 ? "lines " : "line ");
	for (size_t i = 0; i < d->nlines; i++)
		buf_printf(b, "%s%lld", i ? ", " : "", (long long)d->lines[i]);
	if (d->count > (int64_t)d->nlines)
		buf_puts(b, " ...");
}

/* One finding for all deeds of the names, NULL-terminated. */
static void tell_deeds(struct arena *a, struct ingest_result *r, enum finding_code code,
	const char *const *names)
{
	struct buf b = { 0 };
	int64_t count = 0;
	bool named = names[1] != NULL;
	for (; *names; names++) {
		const struct ingest_deed *d = deed(r, *names);
		if (!d)
			continue;
		count += d->count;
		buf_puts(&b, b.n ? "; " : "");
		if (named)
			buf_printf(&b, "%s in ", *names);
		put_lines(&b, d);
	}
	if (count)
		tell(a, r, code, count, arena_strdup(a, buf_str(&b)));
	buf_free(&b);
}

static void tell_records(struct arena *a, struct ingest_result *r)
{
	static const char *const repaired[] = { "quotes repaired", "another delimiter",
		"cells repaired", NULL };
	static const char *const notes[] = { "comment", "note", NULL };
	static const char *const totals[] = { "total", NULL };
	static const char *const header[] = { "header again", NULL };
	tell_deeds(a, r, FIND_repaired_records, repaired);
	tell_deeds(a, r, FIND_notes_set_aside, notes);
	tell_deeds(a, r, FIND_totals_set_aside, totals);
	tell_deeds(a, r, FIND_repeated_header, header);
	const struct ingest_deed *other = deed(r, "another table");
	if (other && r->ntables > 1)
		tell(a, r, FIND_other_table, other->count, r->tables[1].note)->value =
			(double)other->lines[0];
}

static void tell_encoding(struct arena *a, const struct text *t, struct ingest_result *r)
{
	if (t->bad_at >= 0 && r->encoding.confidence <= ENCODING_ASSUMED)
		tell(a, r, FIND_encoding_assumed, -1, r->encoding.name);
	if (t->twice)
		tell(a, r, t->undone ? FIND_mojibake_undone : FIND_mojibake, t->twice,
			t->twice_example);
}

void findings_structure(struct arena *a, const struct text *t, struct ingest_result *r)
{
	const struct ingest_dialect *d = &r->dialect;
	tell_encoding(a, t, r);
	if (d->npreamble)
		tell(a, r, FIND_skipped_preamble, (int64_t)d->npreamble, d->preamble[0]);
	if (d->header_rows > 1)
		tell(a, r, FIND_joined_header, d->header_rows, NULL);
	if (d->line_end && strcmp(d->line_end, "mixed") == 0)
		tell(a, r, FIND_mixed_line_ends, -1, NULL);
	if (d->wrapped || d->requoted)
		tell(a, r, FIND_quoted_twice, -1, d->wrapped ? "each line" : "each cell");
	tell_records(a, r);
}

int64_t damaged_records(const struct ingest_result *r)
{
	int64_t other = 0;
	for (size_t i = 0; i < r->ndeeds; i++)
		other += r->deeds[i].aside && !r->deeds[i].bad ? r->deeds[i].count : 0;
	return r->quarantined - other;
}
