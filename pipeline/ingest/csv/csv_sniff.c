/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dialect of a CSV file, found by trying: every plausible pair of delimiter and quote reads
 * the beginning of the file and is given a score (csv_census.c). */
#include "ingest/csv/csv_int.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct candidate {
	struct dialect d;
	struct csv_census census;
	double score;
};

enum { NONE = 0x7f };          /* in a list of characters: no such character */

static char meant(char c)
{
	return c == NONE ? 0 : c;
}

/* A declared delimiter or quote by name or itself: its character, LONG_DELIMITER for several,
 * 0 when it is to be found out. -1: it makes no sense. */
static int declared(const char *text, bool several)
{
	static const struct {
		const char *name;
		char c;
	} names[] = { { "comma", ',' }, { "semicolon", ';' }, { "tab", '\t' }, { "\\t", '\t' },
		{ "space", ' ' }, { "pipe", '|' }, { "colon", ':' }, { "none", NONE } };
	if (!text || strcasecmp(text, "auto") == 0)
		return 0;
	for (size_t i = 0; i < COUNTOF(names); i++)
		if (strcasecmp(text, names[i].name) == 0)
			return names[i].c;
	size_t n = strlen(text);
	if (!n || strpbrk(text, "\r\n"))
		return -1;
	if (n == 1 && (unsigned char)*text < 0x80)
		return *text;
	bool letters = false;
	for (size_t i = 0; i < n; i++)
		letters |= (unsigned char)((text[i] | 0x20) - 'a') < 26 ||
			(unsigned char)(text[i] - '0') < 10;
	return several && n <= DELIMITER_MAX && !letters && !strchr(text, '"')
		? (unsigned char)LONG_DELIMITER : -1;
}

struct choice {
	char delimiters[24], quotes[4];   /* NUL-terminated */
	struct csv_longer longer;
	bool forced;               /* the delimiter is declared */
	bool open;                 /* something is left to find out */
};

static int choices(const struct ingest_options *o, char sep, struct str sample,
	struct choice *c, struct err *e)
{
	*c = (struct choice){ .delimiters = ",;\t| :^~\x1f\x01!#&*%\x7f", .quotes = "\"'\x7f" };
	int d = declared(o->delimiter, true), q = declared(o->quote, false);
	if (d < 0)
		return err_set(e, ERR_USAGE, "source.delimiter: '%s' is no delimiter",
			o->delimiter);
	if (q < 0)
		return err_set(e, ERR_USAGE,
			"source.quote: '%s' is not a single ASCII character", o->quote);
	if (d == (unsigned char)LONG_DELIMITER) {
		strcpy(c->longer.v[0], o->delimiter);
		c->longer.n = 1;
		*c->delimiters = 0;
	}
	if (!d)
		d = sep;
	if (d && d == q && d != NONE)
		return err_set(e, ERR_USAGE,
			"source.quote: the same character as the delimiter");
	if (!d)
		csv_longer_find(sample, &c->longer);
	else if (!c->longer.n)
		memcpy(c->delimiters, (char[]){ (char)d, 0 }, 2);
	if (q)
		memcpy(c->quotes, (char[]){ (char)q, 0 }, 2);
	c->forced = d != 0;
	c->open = !d || !q;
	return 0;
}

/* ---- all candidates ---------------------------------------------------------------------- */

/* Of each pair: two of the ways to end lines, each in at most four variants. */
enum { CANDIDATES = (15 + LONGER) * 3 * 2 * 4 };

/* One delimiter and quote, with every way to end lines and to escape that the sample allows. */
static size_t add_candidates(const struct csv_traits *t, const char *longer, char d, char quote,
	struct candidate *v)
{
	const struct csv_line_ends *ends = &t->ends;
	size_t n = 0;
	bool lf = ends->lf || ends->crlf;
	bool slash = csv_escaped(t->sample, quote) || (!*longer && csv_escaped(t->sample, d));
	slash = slash && !(quote == '\'' && csv_bare_apostrophes(t->sample));
	struct dialect base = { .delimiter = d, .quote = quote };
	strcpy(base.longer, longer);
	base.spaced = csv_blanks_at_quotes(t, d, quote);
	base.apostrophes = quote == '\'';
	base.twins = quote == '\'' && csv_twins(t->sample);
	for (int way = LINES_LF; way <= LINES_BOTH; way++) {
		bool likely = way == LINES_LF ? lf || !ends->cr : ends->cr && (lf || way == LINES_CR);
		if (!likely)
			continue;
		base.lines = (enum csv_lines)way;
		v[n++].d = base;
		if (slash) {
			v[n] = v[n - 1];
			v[n++].d.backslash = true;
		}
		if (t->wrapped && quote == '"' && d) {
			v[n].d = base;
			v[n++].d.wrapped = true;
		}
	}
	return n;
}

/* Every combination that occurs in the sample; the order decides ties. */
static size_t list_candidates(const struct choice *c, const struct csv_traits *t,
	struct candidate *v)
{
	size_t n = 0;
	struct str s = t->sample;
	for (const char *q = c->quotes; *q; q++) {
		char quote = meant(*q);
		if (quote && c->quotes[1] && !memchr(s.p, quote, s.n))
			continue;
		for (int i = 0; i < c->longer.n; i++)
			n += add_candidates(t, c->longer.v[i], LONG_DELIMITER, quote, v + n);
		for (const char *p = c->delimiters; *p; p++) {
			char d = meant(*p);
			bool absent = d && !c->forced && !memchr(s.p, d, s.n);
			if (!absent && (!d || d != quote))
				n += add_candidates(t, "", d, quote, v + n);
		}
	}
	return n;
}

/* Best first; equal scores keep the order of the list. */
static void sort_candidates(struct candidate *v, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k && v[k - 1].score < v[k].score; k--) {
			struct candidate t = v[k];
			v[k] = v[k - 1];
			v[k - 1] = t;
		}
}

static const char *delimiter_text(struct arena *a, const struct dialect *d)
{
	return *d->longer ? arena_strdup(a, d->longer)
		: arena_strndup(a, &d->delimiter, d->delimiter != 0);
}

static bool same_signs(const struct dialect *x, const struct dialect *y)
{
	return x->delimiter == y->delimiter && x->quote == y->quote &&
		strcmp(x->longer, y->longer) == 0;
}

/* Evidence: the best of each delimiter and quote. */
static void report(struct arena *a, const struct candidate *v, size_t n,
	struct ingest_dialect *out)
{
	out->candidates = arena_calloc(a, n, sizeof *out->candidates);
	for (size_t i = 0; i < n; i++) {
		bool seen = false;
		for (size_t k = 0; k < i; k++)
			seen |= same_signs(&v[k].d, &v[i].d);
		if (!seen && v[i].score > 0)
			out->candidates[out->ncandidates++] = (struct ingest_candidate){
				delimiter_text(a, &v[i].d),
				arena_strndup(a, &v[i].d.quote, v[i].d.quote != 0), v[i].score
			};
	}
}

/* ---- the choice -------------------------------------------------------------------------- */

/* "sep=;", also in quotes. Returns the delimiter, 0: there is none. */
static char sep_line(struct str text, size_t *skip)
{
	size_t i = text.n && *text.p == '"', end;
	*skip = 0;
	if (text.n < i + 5 || strncasecmp(text.p + i, "sep=", 4) != 0)
		return 0;
	char d = text.p[i + 4];
	for (end = i + 5; end < text.n && (text.p[end] == '"' || text.p[end] == d); end++)
		;
	if (d == '\n' || d == '\r' || (unsigned char)d >= 0x80)
		return 0;
	if (end < text.n && text.p[end] != '\n' && text.p[end] != '\r')
		return 0;
	end += end + 1 < text.n && text.p[end] == '\r' && text.p[end + 1] == '\n' ? 2
		: end < text.n;
	*skip = end;
	return d;
}

/* Lines that are times, addresses or numbers as a whole are a single column, though they hold
 * colons, blanks or commas; unless the first line has the delimiter, too. */
static bool whole_lines(const struct candidate *single, const struct candidate *c)
{
	const struct csv_census *s = &single->census;
	if (s->single * 5 < (s->records - 1) * 4 || s->records < 3 || !c->d.delimiter)
		return false;
	return c->d.delimiter == ':' || c->d.delimiter == ' ' || c->census.first == 1;
}

/* Where it makes no difference, what the quoted cells could not hold without quotes. */
static char protected_delimiter(const struct csv_census *c)
{
	unsigned set = c->protected & ~c->bare;
	for (unsigned i = 0; i < 4; i++)
		if (set >> i & 1)
			return ",;\t|"[i];
	return 0;
}

static const struct candidate *single_column(const struct candidate *v, size_t n)
{
	const struct candidate *best = NULL;
	for (size_t i = 0; i < n; i++)
		if (!v[i].d.delimiter && (!best || v[i].score > best->score))
			best = &v[i];
	return best;
}

static size_t choose(const struct choice *c, struct candidate *v, size_t n)
{
	const struct candidate *single = single_column(v, n);
	if (single && !c->forced) {
		struct candidate whole = *single;
		for (size_t i = 0; i < n; i++)
			if (whole_lines(&whole, &v[i]))
				v[i].score = 0;
	}
	sort_candidates(v, n);
	size_t best = 0;
	if (csv_census_stray(&v[0].census) && !c->forced)
		while (best + 1 < n && v[best].d.delimiter)
			best++;
	return best;
}

int csv_sniff(struct arena *a, const struct ingest_options *o, struct str text,
	struct dialect *d, size_t *skip, struct ingest_dialect *out, struct err *e)
{
	char sep = sep_line(text, skip);
	struct str rest = { text.p + *skip, text.n - *skip };
	struct csv_traits t;
	csv_traits_take(rest, &t);
	struct choice c;
	if (choices(o, sep, t.sample, &c, e))
		return -1;
	struct candidate *v = arena_calloc(a, CANDIDATES, sizeof *v);
	size_t n = list_candidates(&c, &t, v);
	for (size_t i = 0; i < n; i++) {
		csv_census_take(rest, t.sample.n, &v[i].d, &v[i].census);
		v[i].score = csv_census_score(&v[i].census, &v[i].d, c.forced);
	}
	const struct candidate *best = &v[choose(&c, v, n)];
	*d = best->d;
	d->requoted = best->census.enclosed > 3 &&
		best->census.enclosed * 10 >= (best->census.cells - best->census.empty) * 9;
	if (!d->delimiter && !c.forced)
		d->delimiter = protected_delimiter(&best->census);
	/* where nothing speaks for quotes, the usual ones are still taken if they come later in
	 * the file */
	if (!d->quote && c.quotes[1] && d->delimiter != '"')
		d->quote = '"';
	report(a, v, n, out);
	out->how = !c.open ? "declared in the manifest"
		: sep      ? "named in the first line"
		: best->d.delimiter
		? "best of the candidates by consistent width and recognised cells"
		: d->delimiter ? "a single column: what its quotes protect"
		: "a single column: no delimiter makes rows of equal width";
	out->delimiter = delimiter_text(a, d);
	out->quote = arena_strndup(a, &d->quote, d->quote != 0);
	out->escape = !d->quote ? "none" : d->backslash ? "backslash" : "doubled";
	out->wrapped = d->wrapped;
	out->requoted = d->requoted;
	out->line_end = csv_line_end_name(t.ends);
	return 0;
}
