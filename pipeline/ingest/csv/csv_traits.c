/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the beginning of a file tells before any dialect is tried: its line ends, and how quotes
 * and backslashes are used. */
#include "ingest/csv/csv_int.h"

#include <string.h>

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

static struct csv_line_ends count_line_ends(struct str s)
{
	struct csv_line_ends n = { 0 };
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

const char *csv_line_end_name(struct csv_line_ends n)
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

void csv_traits_take(struct str text, struct csv_traits *t)
{
	struct str s = csv_sample(text);
	*t = (struct csv_traits){ .sample = s };
	size_t enclosed = 0, filled = 0;
	t->ends = count_line_ends(s);
	t->lines = t->ends.lf + t->ends.crlf + t->ends.cr + 1;
	while (s.n) {
		size_t k = 0;
		while (k < s.n && s.p[k] != '\n' && s.p[k] != '\r')
			k++;
		filled += k > 0;
		enclosed += k > 1 && *s.p == '"' && s.p[k - 1] == '"';
		k += k < s.n;
		s = (struct str){ s.p + k, s.n - k };
	}
	t->wrapped = filled > 1 && enclosed * 10 >= filled * 9;
}

/* ---- quotes and backslashes -------------------------------------------------------------- */

/* Whether blanks between delimiters and quotes are the custom of the file. */
bool csv_blanks_at_quotes(const struct csv_traits *t, char d, char quote)
{
	const char before[] = { d, ' ', quote }, behind[] = { quote, ' ', d };
	if (!quote || !d || d == ' ')
		return false;
	return 5 * (occurrences(t->sample, before, 3) + occurrences(t->sample, behind, 3)) >
		t->lines;
}

bool csv_escaped(struct str s, char c)
{
	return c && occurrences(s, (char[]){ '\\', c }, 2);
}

static bool letter(char c)
{
	unsigned char lower = (unsigned char)c | 0x20;
	return lower >= 'a' && lower <= 'z';
}

/* Who escapes quotes would escape apostrophes, too. */
bool csv_bare_apostrophes(struct str s)
{
	size_t bare = 0, slashed = occurrences(s, "\\'", 2);
	for (size_t i = 1; i + 1 < s.n; i++)
		bare += s.p[i] == '\'' && letter(s.p[i - 1]) && letter(s.p[i + 1]);
	return bare > slashed;
}

/* Every double quote has a neighbour. */
bool csv_twins(struct str s)
{
	size_t pairs = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '"')
			continue;
		if (i + 1 == s.n || s.p[i + 1] != '"')
			return false;
		pairs++;
		i++;
	}
	return pairs > 0;
}
