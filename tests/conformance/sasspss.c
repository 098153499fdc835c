/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cells of SAS, SPSS and Stata files against what R's haven 2.5.1 reads (../shared/data/sasspss):
 * every value that it has must be ours, and there must be no others. -v prints each miss.
 *
 * Held to be the same value:
 *   labels     haven keeps codes beside their labels; ours is the label, which leads back to its code
 *   singles    haven widens 5.1f to 5.0999999046325684; ours is the text that reads back as 5.1f
 *   dates      haven does not know some formats (MMYY, YEAR) and gives the days since 1960
 *   clocks     %tcHH:MM:SS shows nothing of the day; haven has 1960-01-01 before it
 */
#include "conformance/feed_keep.h"

#include <math.h>
#include <stdio.h>

#define DATA "../shared/data/sasspss"
enum { LEAST = 1000 };                 /* of a thousand */

static bool verbose;

/* ---- one cell ------------------------------------------------------------------------------ */

/* The code that a label stands for. */
static const char *code_of(const struct feed_column *c, const char *text)
{
	for (size_t i = 0; c->native == NATIVE_TEXT && i < c->ncodes; i++)
		if (c->codes[i].label && strcmp(c->codes[i].label, text) == 0)
			return c->codes[i].code;
	return text;
}

static bool same_number(const struct feed_column *c, const char *want, const char *got)
{
	double a, b;
	int y, m, d;
	if (!num_parse_double(want, strlen(want), &a))
		return false;
	if (c->native == NATIVE_DATE && sscanf(got, "%d-%d-%d", &y, &m, &d) == 3)
		return a == date_days(y, m, d) + 3653;
	if (!num_parse_double(got, strlen(got), &b))
		return false;
	bool single = c->stored && strncmp(c->stored, "float", 5) == 0;
	return a == b || (single && (float)a == (float)b);
}

/* "52932.000 s" and 14:42:12 */
static bool same_clock(const char *want, const char *got)
{
	int h, m;
	double s, seconds = strtod(want, NULL);
	return sscanf(got, "%d:%d:%lf", &h, &m, &s) == 3 &&
		fabs(h * 3600 + m * 60 + s - seconds) < 0.0005;
}

/* "2015-02-02 14:42:12.000" and 2015-02-02T14:42:12, or 14:42:12 alone of day 0 */
static bool same_moment(const char *want, const char *got)
{
	char text[80];
	double fraction = 0;
	const char *dot = strchr(got, '.');
	if (dot)
		fraction = strtod(dot, NULL);
	snprintf(text, sizeof text, "%s%.*s", strchr(got, 'T') ? "" : "1960-01-01 ",
		dot ? (int)(dot - got) : 60, got);
	char *t = strchr(text, 'T');
	if (t)
		*t = ' ';
	const char *milli = strchr(want, '.');
	return milli && strlen(text) == (size_t)(milli - want) &&
		strncmp(text, want, strlen(text)) == 0 && fabs(strtod(milli, NULL) - fraction) < 0.0006;
}

static bool same(const struct feed_column *c, const char *kind, const char *want, const char *got)
{
	if (strcmp(kind, "numeric") == 0)
		return same_number(c, want, got);
	if (strcmp(kind, "haven_labelled") == 0)
		return strcmp(want, code_of(c, got)) == 0 || same_number(c, want, code_of(c, got));
	if (strcmp(kind, "hms") == 0)
		return same_clock(want, got);
	if (strcmp(kind, "POSIXct") == 0)
		return same_moment(want, got);
	return strcmp(want, got) == 0;
}

/* ---- files --------------------------------------------------------------------------------- */

static const struct format *format_of(const char *path)
{
	static const struct format *const formats[] = { &format_sas, &format_spss, &format_stata };
	struct buf b = { 0 };
	const struct format *found = NULL;
	file_read(path, 1 << 26, &b, NULL);
	struct str head = { buf_str(&b), b.n < HEAD_BYTES ? b.n : HEAD_BYTES };
	for (size_t i = 0; i < COUNTOF(formats); i++)
		if (formats[i]->detect(head, path) == DETECT_YES)
			found = formats[i];
	buf_free(&b);
	return found;
}

/* v[0..n) is what is expected of one file. */
static int score_file(const struct expected_line *v, size_t n, int *of)
{
	struct kept k;
	struct ingest_options o = { 0 };
	char path[1024];
	int right = 0;
	snprintf(path, sizeof path, DATA "/%s", v->field[0]);
	const struct format *f = format_of(path);
	*of += (int)n;
	if (!f || !kept_read(&k, f, &o, path)) {
		printf("%s: %s\n", v->field[0], f ? k.err.msg : "unknown");
		if (f)
			kept_free(&k);
		return 0;
	}
	size_t filled = 0, met = 0;
	for (size_t i = 0; i < k.ncells; i++)
		filled += *k.cells[i] != 0;
	for (size_t i = 0; i < n; i++) {
		int c = kept_column(&k, v[i].field[1]);
		const char *got = kept_cell(&k, atoll(v[i].field[2]) - 1, c);
		met += *got != 0;
		if (c >= 0 && same(&k.columns[c], v[i].field[3], v[i].field[4], got))
			right++;
		else if (verbose)
			printf("%s %s row %s: %s '%s', ours '%s'\n", v[i].field[0], v[i].field[1],
				v[i].field[2], v[i].field[3], v[i].field[4], got);
	}
	if (verbose && filled > met)
		printf("%s: %zu cells that haven has not\n", v->field[0], filled - met);
	*of += (int)(filled - met);
	kept_free(&k);
	return right;
}

int main(int argc, char **argv)
{
	size_t n, to;
	int right = 0, of = 0;
	verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	struct arena *a = arena_new();
	struct expected_line *v = expected_read(a, DATA "/expected_haven.tsv.gz", &n);
	for (size_t from = 1; from < n; from = to) {
		for (to = from + 1; to < n && strcmp(v[to].field[0], v[from].field[0]) == 0;)
			to++;
		right += score_file(v + from, to - from, &of);
	}
	free(v);
	arena_free(a);
	if (n)
		printf("SCORE sasspss %d %d\n", right, of);
	return right * 1000LL < of * (long long)LEAST;
}
