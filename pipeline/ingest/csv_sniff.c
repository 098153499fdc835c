/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The dialect of a CSV file, found by trying. Every plausible pair of delimiter and quote reads
 * the beginning of the file; the score is consistency of the row widths times the share of
 * cells that look like something (van den Burg, Nazabal, Sutton 2019, "Wrangling messy CSV
 * files by detecting row and type patterns"), less for quotes in the wrong places and for
 * unusual delimiters.
 */
#include "ingest/csv_int.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- the sample -------------------------------------------------------------------------- */

struct str csv_sample(struct str text)
{
	enum { ENOUGH = 128 << 10, LINES = 20, MOST = 4 << 20 };
	if (text.n <= ENOUGH)
		return text;
	size_t end = 0;
	for (int lines = 0; end < text.n && end < MOST && (end < ENOUGH || lines < LINES);
		lines++) {
		const char *lf = memchr(text.p + end, '\n', text.n - end);
		end = lf ? (size_t)(lf - text.p) + 1 : text.n;
	}
	return (struct str){ text.p, end < MOST ? end : MOST };
}

struct line_ends {
	size_t lf, crlf, cr;
};

static struct line_ends count_line_ends(struct str s)
{
	struct line_ends n = { 0 };
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n')
			n.lf++;
		else if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			n.crlf++, i++;
		else if (s.p[i] == '\r')
			n.cr++;
	}
	return n;
}

static const char *line_end_name(struct line_ends n)
{
	if ((n.lf > 0) + (n.crlf > 0) + (n.cr > 0) > 1)
		return "mixed";
	return n.crlf ? "CRLF" : n.cr ? "CR" : "LF";
}

static size_t occurrences(struct str s, const char *what, size_t k)
{
	size_t n = 0;
	for (size_t i = 0; i + k <= s.n; i++)
		n += s.p[i] == *what && memcmp(s.p + i, what, k) == 0;
	return n;
}

/* ---- one candidate ----------------------------------------------------------------------- */

struct candidate {
	struct dialect d;
	double score;
	int64_t records;
	bool stray;                /* text with some delimiters in it: see score */
};

/* What the records of the sample look like under one dialect. */
struct census {
	int64_t records, broken;
	int64_t cells, known, empty, typed;
	int first;                 /* cells of the first record */
	bool lost;                 /* a quote swallows the rest of the file */
	int32_t *widths;           /* [k]: records with k cells, k <= MAX_COLUMNS */
	int32_t *comments;         /* the same of lines that start with '#' */
};

static void count_cells(struct census *c, const struct csv_record *rec)
{
	for (int i = 0; i < rec->n; i++) {
		enum cell_kind k = cell_kind(rec->cells[i].s, rec->cells[i].quoted);
		c->cells++;
		c->known += k != KIND_OTHER;
		c->empty += k == KIND_EMPTY;
		c->typed += kind_typed(k);
	}
}

/* Of the records that begin in the sample; the last may reach beyond. */
static void take_census(struct str text, size_t sample, const struct dialect *d,
	struct census *c)
{
	enum { RECORDS = 1500 };
	struct arena *a = arena_new();
	struct csv_reader *r = csv_reader_new(a, text, *d);
	struct csv_record rec;
	while (c->records < RECORDS && csv_reader_next(r, 0, &rec) && rec.begin < sample) {
		c->lost = rec.trouble == CSV_UNCLOSED;
		if (c->lost)
			break;
		int n = rec.n < MAX_COLUMNS ? rec.n : MAX_COLUMNS;
		if (csv_comment(text, &rec)) {
			c->comments[n]++;
			continue;
		}
		c->records++;
		c->broken += rec.trouble != CSV_SOUND;
		if (rec.n == 1 && !rec.cells[0].s.n)
			continue;
		if (!c->first)
			c->first = n;
		c->widths[n]++;
		count_cells(c, &rec);
	}
	arena_free(a);
}

static double prior(const struct dialect *d)
{
	double p = 1;
	switch (d->delimiter) {
	case ' ':
		p = 0.7;
		break;
	case ':':
		p = 0.6;
		break;
	case '^':
	case '~':
		p = 0.9;
		break;
	case '|':
		p = 0.85;              /* lists within a cell are written so, too */
		break;
	default:
		break;
	}
	if (d->quote)
		p *= d->quote == '"' ? 1.02 : 0.98;
	return p;
}

/* What most rows do without is no delimiter. Blanks and colons stand in any text: they delimit
 * only where nearly every row agrees and not everything is words. */
static bool credible(const struct census *n, const struct dialect *d, int mode, int64_t rows)
{
	if (mode == 1)
		return !d->delimiter;
	bool weak = d->delimiter == ' ' || d->delimiter == ':';
	return !weak || (n->widths[mode] * 10 >= rows * 9 && n->typed * 10 >= n->cells);
}

static void score(struct str text, size_t sample, bool forced, struct candidate *c)
{
	struct census n = { 0 };
	n.widths = mem_calloc(MAX_COLUMNS + 1, sizeof *n.widths);
	n.comments = mem_calloc(MAX_COLUMNS + 1, sizeof *n.comments);
	take_census(text, sample, &c->d, &n);
	/* where all lines start with '#', they are data */
	int32_t *widths = n.records ? n.widths : n.comments;
	double consistency = 0;
	int patterns = 0, mode = 1;
	int64_t rows = 0;
	for (int k = 1; k <= MAX_COLUMNS; k++) {
		if (!widths[k])
			continue;
		patterns++;
		rows += widths[k];
		consistency += widths[k] * (k > 1 ? (k - 1.0) / k : 1e-3);
		if (widths[k] > widths[mode])
			mode = k;
	}
	c->records = rows;
	c->score = 0;
	/* the first line is one cell, and few rows agree */
	c->stray = n.first == 1 && mode > 1 && widths[mode] * 10 < rows * 6;
	if (patterns && !n.lost && (forced || credible(&n, &c->d, mode, rows))) {
		double known = n.cells ? (double)n.known / (double)n.cells : 1;
		double q = consistency / patterns * known *
			(1 - 0.9 * (double)n.broken / ((double)n.records + 1));
		if (n.empty * 4 > n.cells * 3)
			q *= 0.5;
		if (mode < 2)
			q *= 0.01;
		c->score = q * prior(&c->d);
	}
	free(n.widths);
	free(n.comments);
}

/* ---- all candidates ---------------------------------------------------------------------- */

enum { NONE = 0x7f };          /* in a list of characters: no such character */

static char meant(char c)
{
	return c == NONE ? 0 : c;
}

/* A declared character by name or itself; 0 when it is to be found out, -1 when it makes no
 * sense. */
static int declared(const char *text)
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
	bool plain = text[0] && !text[1] && (unsigned char)text[0] < 0x80 &&
		!strchr("\r\n", text[0]);
	return plain ? text[0] : -1;
}

struct choice {
	char delimiters[16], quotes[4];   /* NUL-terminated */
	bool forced;               /* the delimiter is declared */
	bool open;                 /* something is left to find out */
};

static int choices(const struct ingest_options *o, char sep, struct choice *c, struct err *e)
{
	*c = (struct choice){ .delimiters = ",;\t| :^~\x1f\x7f", .quotes = "\"'\x7f" };
	int d = declared(o->delimiter), q = declared(o->quote);
	if (d < 0)
		return err_set(e, ERR_USAGE,
			"source.delimiter: '%s' is not a single ASCII character", o->delimiter);
	if (q < 0)
		return err_set(e, ERR_USAGE,
			"source.quote: '%s' is not a single ASCII character", o->quote);
	if (!d)
		d = sep;
	if (d && d == q && d != NONE)
		return err_set(e, ERR_USAGE,
			"source.quote: the same character as the delimiter");
	if (d)
		memcpy(c->delimiters, (char[]){ (char)d, 0 }, 2);
	if (q)
		memcpy(c->quotes, (char[]){ (char)q, 0 }, 2);
	c->forced = d != 0;
	c->open = !d || !q;
	return 0;
}

enum { CANDIDATES = 10 * 3 * 3 * 2 };

/* Whether blanks between delimiters and quotes are the custom of the file. */
static bool blanks_at_quotes(struct str s, char d, char quote, size_t lines)
{
	const char before[] = { d, ' ', quote }, behind[] = { quote, ' ', d };
	if (!quote || !d || d == ' ')
		return false;
	return 5 * (occurrences(s, before, 3) + occurrences(s, behind, 3)) > lines;
}

static bool escaped(struct str s, char c)
{
	return c && occurrences(s, (char[]){ '\\', c }, 2);
}

/* One delimiter and quote, with every way to end lines and to escape that the sample allows. */
static size_t add_candidates(struct str sample, char d, char quote, struct candidate *v)
{
	struct line_ends ends = count_line_ends(sample);
	size_t n = 0, lines = ends.lf + ends.crlf + ends.cr + 1;
	bool lf = ends.lf || ends.crlf, slash = escaped(sample, quote) || escaped(sample, d);
	struct dialect base = { .delimiter = d, .quote = quote };
	base.spaced = blanks_at_quotes(sample, d, quote, lines);
	for (int way = LINES_LF; way <= LINES_BOTH; way++) {
		bool likely = way == LINES_LF ? lf || !ends.cr : ends.cr && (lf || way == LINES_CR);
		if (!likely)
			continue;
		v[n].d = base;
		v[n].d.lines = (enum csv_lines)way;
		n++;
		if (slash) {
			v[n] = v[n - 1];
			v[n++].d.backslash = true;
		}
	}
	return n;
}

/* Every combination that occurs in the sample; the order decides ties. */
static size_t list_candidates(const struct choice *c, struct str sample, struct candidate *v)
{
	size_t n = 0;
	for (const char *p = c->delimiters; *p; p++)
		for (const char *q = c->quotes; *q; q++) {
			char d = meant(*p), quote = meant(*q);
			bool absent = d && !c->forced && !memchr(sample.p, d, sample.n);
			bool unused = quote && c->quotes[1] && !memchr(sample.p, quote, sample.n);
			if (!absent && !unused && (!d || d != quote))
				n += add_candidates(sample, d, quote, v + n);
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

static const char *character(struct arena *a, char c)
{
	return arena_strndup(a, &c, c != 0);
}

/* Evidence: the best of each delimiter and quote. */
static void report(struct arena *a, const struct candidate *v, size_t n,
	struct ingest_dialect *out)
{
	double scale = n && v[0].records ? 1 / (double)v[0].records : 0;
	out->candidates = arena_calloc(a, n, sizeof *out->candidates);
	for (size_t i = 0; i < n; i++) {
		bool seen = false;
		for (size_t k = 0; k < i; k++)
			seen |= v[k].d.delimiter == v[i].d.delimiter &&
				v[k].d.quote == v[i].d.quote;
		if (!seen && v[i].score > 0)
			out->candidates[out->ncandidates++] = (struct ingest_candidate){
				character(a, v[i].d.delimiter), character(a, v[i].d.quote),
				v[i].score * scale
			};
	}
}

static char sep_line(struct str text, size_t *skip)
{
	*skip = 0;
	if (text.n < 6 || strncasecmp(text.p, "sep=", 4) != 0 ||
		(text.p[5] != '\n' && text.p[5] != '\r') || text.p[4] == '\n' ||
		text.p[4] == '\r')
		return 0;
	*skip = text.p[5] == '\r' && text.n > 6 && text.p[6] == '\n' ? 7 : 6;
	return text.p[4];
}

int csv_sniff(struct arena *a, const struct ingest_options *o, struct str text,
	struct dialect *d, size_t *skip, struct ingest_dialect *out, struct err *e)
{
	char sep = sep_line(text, skip);
	struct str rest = { text.p + *skip, text.n - *skip }, sample = csv_sample(rest);
	struct choice c;
	if (choices(o, sep, &c, e))
		return -1;
	struct candidate v[CANDIDATES];
	size_t n = list_candidates(&c, sample, v), best = 0;
	for (size_t i = 0; i < n; i++)
		score(rest, sample.n, c.forced, &v[i]);
	sort_candidates(v, n);
	if (v[0].stray && !c.forced)
		while (best + 1 < n && v[best].d.delimiter)
			best++;
	*d = v[best].d;
	/* where nothing speaks for quotes, the usual ones are still taken if they come later in
	 * the file */
	if (!d->quote && c.quotes[1] && d->delimiter != '"')
		d->quote = '"';
	report(a, v, n, out);
	out->how = !c.open ? "declared in the manifest"
		: sep      ? "named in the first line"
		: d->delimiter
		? "best of the candidates by consistent width and recognised cells"
		: "a single column: no delimiter makes rows of equal width";
	out->delimiter = character(a, d->delimiter);
	out->quote = character(a, d->quote);
	out->escape = !d->quote ? "none" : d->backslash ? "backslash" : "doubled";
	out->line_end = line_end_name(count_line_ends(sample));
	return 0;
}
