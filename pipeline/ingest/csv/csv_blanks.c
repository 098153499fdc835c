/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Columns that are kept apart by as many blanks as line them up, as Fortran programs and R write
 * them: runs of blanks become single ones, and those at the ends of lines go. Lines stay lines, so
 * that what is told by line can be found.
 */
#include "ingest/csv/csv_int.h"

#include <string.h>
#include <strings.h>

enum { SAMPLE = 1 << 17, LEAST_LINES = 3, MOST_FIELDS = 1000 };

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t line_end(struct str text, size_t at)
{
	const char *end = memchr(text.p + at, '\n', text.n - at);
	return end ? (size_t)(end - text.p) : text.n;
}

/* Without its end and the blanks there. */
static struct str line_at(struct str text, size_t at, size_t end)
{
	while (end > at && (is_blank(text.p[end - 1]) || text.p[end - 1] == '\r'))
		end--;
	while (at < end && is_blank(text.p[at]))
		at++;
	return (struct str){ text.p + at, end - at };
}

/* Takes the next field, quotes and all, and the blanks behind it. */
static struct str take_field(struct str *line)
{
	size_t n = 0;
	bool quoted = false;
	for (; n < line->n && (quoted || !is_blank(line->p[n])); n++)
		quoted ^= line->p[n] == '"';
	struct str field = { line->p, n };
	while (n < line->n && is_blank(line->p[n]))
		n++;
	*line = (struct str){ line->p + n, line->n - n };
	return field;
}

static bool is_number(struct str s)
{
	double v;
	return num_parse_double(s.p, s.n, &v);
}

/* What else could delimit: a colon only in front of a blank, as times of day have some, too. */
enum { OTHERS = 5 };

static int other_delimiter(struct str line, size_t at)
{
	static const char others[OTHERS] = { ',', ';', '|', '\t', ':' };
	int i = 0;
	while (i < OTHERS && others[i] != line.p[at])
		i++;
	bool word = i < OTHERS && others[i] == ':' && at + 1 < line.n && !is_blank(line.p[at + 1]);
	return i < OTHERS && !word ? i : -1;
}

/* What lines of the sample that have the usual number of fields have in common. */
struct aligned {
	int lines, fields;
	bool runs;                 /* more than one blank somewhere */
	bool number[MOST_FIELDS];  /* in all lines but the first */
	int others[OTHERS];        /* of each line; -1: not the same */
};

static int count_fields(struct str line)
{
	int n = 0;
	for (; line.n && n < MOST_FIELDS; n++)
		take_field(&line);
	return n;
}

static void look_at_line(struct aligned *x, struct str line, bool indented)
{
	int others[OTHERS] = { 0 };
	for (size_t i = 0; i < line.n; i++) {
		int other = other_delimiter(line, i);
		if (other >= 0)
			others[other]++;
		x->runs |= i && is_blank(line.p[i]) && is_blank(line.p[i - 1]);
	}
	x->runs |= indented;
	for (int i = 0; i < x->fields; i++)
		x->number[i] &= is_number(take_field(&line)) || !x->lines;
	for (int i = 0; i < OTHERS; i++)
		x->others[i] = x->lines && others[i] != x->others[i] ? -1 : others[i];
	x->lines++;
}

/* The next line of the sample that is not blank; false at the end. */
static bool next_line(struct str sample, size_t *at, struct str *line, bool *indented)
{
	for (line->n = 0; *at < sample.n && !line->n;) {
		size_t from = *at, end = line_end(sample, from);
		*line = line_at(sample, from, end);
		*indented = line->p > sample.p + from;
		*at = end + 1;
	}
	return line->n > 0;
}

/* R writes names of rows without a head: then the first line has one field less than the second. */
static bool names_rows(struct str sample, int *fields)
{
	struct str first, second;
	size_t at = 0;
	bool indented;
	*fields = next_line(sample, &at, &first, &indented) ? count_fields(first) : 0;
	bool shorter = next_line(sample, &at, &second, &indented) && count_fields(second) == *fields + 1;
	*fields += shorter;
	return shorter;
}

/* Nine of ten lines, and the first one, have the same number of fields, one column at least is of numbers,
 * and no other delimiter would do as well. What differs is set aside when it is read. A head that lacks one
 * field is as telling as runs of blanks. */
static bool is_aligned(struct str text)
{
	struct str sample = { text.p, text.n < SAMPLE ? text.n : SAMPLE }, line;
	while (sample.n < text.n && sample.n && sample.p[sample.n - 1] != '\n')
		sample.n--;
	struct aligned x = { 0 };
	memset(x.number, true, sizeof x.number);
	bool indented, number = false, other = false, names = names_rows(sample, &x.fields);
	int lines = 0;
	for (size_t at = 0; next_line(sample, &at, &line, &indented); lines++)
		if (count_fields(line) == x.fields)
			look_at_line(&x, line, indented);
	for (int i = 0; i < x.fields; i++)
		number |= x.number[i];
	for (int i = 0; i < OTHERS; i++)
		other |= x.others[i] > 0;
	return (x.runs || names) && number && !other && x.fields >= 2 + names && x.fields < MOST_FIELDS &&
		x.lines >= LEAST_LINES && (x.lines + names) * 10 >= lines * 9;
}

static struct str without_runs(struct arena *a, struct str text)
{
	char *copy = arena_alloc(a, text.n + CELL_PADDING), *to = copy;
	for (size_t at = 0, next; at < text.n; at = next + 1) {
		next = line_end(text, at);
		struct str line = line_at(text, at, next);
		for (bool first = true; line.n; first = false) {
			if (!first)
				*to++ = ' ';
			struct str field = take_field(&line);
			memcpy(to, field.p, field.n);
			to += field.n;
		}
		if (next < text.n)
			*to++ = '\n';
	}
	return (struct str){ copy, (size_t)(to - copy) };
}

bool csv_blanks(struct arena *a, const char *delimiter, struct str *text)
{
	bool asked = delimiter && strcasecmp(delimiter, "blanks") == 0;
	if (!asked && ((delimiter && strcasecmp(delimiter, "auto") != 0) || !is_aligned(*text)))
		return false;
	*text = without_runs(a, *text);
	return true;
}
