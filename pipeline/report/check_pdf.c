/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.pdf as a reader gets it: its pages, bookmarks, size, and the numbers in its text. */
#include "report/check_int.h"

#include <stdlib.h>
#include <string.h>

/* ---- structure ------------------------------------------------------------------------------- */

static const char *find_bytes(const char *p, const char *end, const char *what)
{
	size_t n = strlen(what);
	while (p && (size_t)(end - p) >= n) {
		p = memchr(p, what[0], (size_t)(end - p) - n + 1);
		if (!p || memcmp(p, what, n) == 0)
			return p;
		p++;
	}
	return NULL;
}

/* Objects of the type, as dictionaries name it: "/Type /Page" and not "/Type /Pages". */
static int64_t count_type(const char *pdf, size_t n, const char *type)
{
	const char *end = pdf + n;
	int64_t count = 0;
	for (const char *p = pdf; (p = find_bytes(p, end, "/Type")) != NULL;) {
		p += 5;
		while (p < end && (*p == ' ' || *p == '\n' || *p == '\r'))
			p++;
		size_t k = strlen(type);
		if ((size_t)(end - p) > k && memcmp(p, type, k) == 0 && strchr(" \n\r/>", p[k]))
			count++;
	}
	return count;
}

static void check_structure(struct checking *k)
{
	struct check *c = check_new(k, "the PDF is whole and has pages and bookmarks");
	const char *pdf = k->in->pdf;
	size_t n = k->in->pdf_n;
	if (!pdf)
		return;
	check_that(k, c, n > 8 && memcmp(pdf, "%PDF-", 5) == 0, "the file is not a PDF");
	const char *tail = n > 64 ? pdf + n - 64 : pdf;
	check_that(k, c, find_bytes(tail, pdf + n, "%%EOF") != NULL, "the file has no end");
	check_that(k, c, count_type(pdf, n, "/Page") > 0, "there are no pages");
	check_that(k, c,
		find_bytes(pdf, pdf + n, "/Outlines") && find_bytes(pdf, pdf + n, "/First"),
		"there are no bookmarks");
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* Digits, signs, and the dash of what is absent. */
static bool begins_number(const char *p)
{
	return (*p >= '0' && *p <= '9') || strchr("+-<>~", *p) ||
		strncmp(p, "\xE2\x80\x93", 3) == 0 || strncmp(p, "\xE2\x88\x9E", 3) == 0;
}

enum { NUMBER_MAX = 64 };          /* bytes that tell two numbers of a page apart */

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct printed *)a)->text, ((const struct printed *)b)->text);
}

static int by_start(const void *a, const void *b)
{
	return strncmp(*(const char *const *)a, *(const char *const *)b, NUMBER_MAX);
}

/* Wherever in the text a number may begin, sorted by what stands there. */
static const char **number_starts(struct arena *a, const char *text, size_t *n)
{
	size_t cap = 0;
	for (const char *p = text; *p; p++)
		cap += begins_number(p);
	const char **v = arena_calloc(a, cap + 1, sizeof *v);
	*n = 0;
	for (const char *p = text; *p; p++)
		if (begins_number(p))
			v[(*n)++] = p;
	qsort(v, *n, sizeof *v, by_start);
	return v;
}

/* Where `number` ends when it stands at p, or NULL. Its blanks are narrow ones: whether the
 * text of a page has a blank there is a matter of taste. */
static const char *match(const char *p, const char *number)
{
	for (; *number; number++) {
		if (*number == ' ') {
			p += *p == ' ';
			continue;
		}
		if (*p++ != *number)
			return NULL;
	}
	return p;
}

static size_t count_alone(
	const char *text, size_t length, const char *const *starts, size_t n, const char *number)
{
	size_t k = strcspn(number, " "), lo = 0, hi = n, count = 0;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (strncmp(starts[mid], number, k) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < n && strncmp(starts[lo], number, k) == 0; lo++) {
		const char *end = match(starts[lo], number);
		count += end &&
			stands_alone(text, starts[lo], (size_t)(end - starts[lo]), text + length);
	}
	return count;
}

/* A page has no order that one could rely on: columns, footers and repeated heads come in
 * between. So each number has to be there as often as the document prints it. */
static void check_numbers(struct checking *k)
{
	struct check *c = check_new(k, "numbers in the PDF are those of the document");
	if (!k->in->pdf_text)
		return;
	const char *text = plain_number_text(k->arena, k->in->pdf_text);
	size_t n, nstarts, length = strlen(text);
	const char **starts = number_starts(k->arena, text, &nstarts);
	struct printed *numbers = result_numbers(k, &n);
	for (size_t i = 0; i < n; i++)
		numbers[i].text = plain_number_text(k->arena, numbers[i].text);
	qsort(numbers, n, sizeof *numbers, by_text);
	for (size_t i = 0, same; i < n; i += same) {
		for (same = 1;
			i + same < n && strcmp(numbers[i].text, numbers[i + same].text) == 0;)
			same++;
		size_t found = count_alone(text, length, starts, nstarts, numbers[i].text);
		check_that(k, c, found >= same,
			"'%s' is in the PDF %zu times, in the document %zu times", numbers[i].text,
			found, same);
	}
}

void check_pdf(struct checking *k)
{
	check_structure(k);
	check_numbers(k);
	struct check *c = check_new(k, "the PDF is within its size limit");
	if (k->in->pdf && k->in->max_pdf > 0)
		check_that(k, c, (int64_t)k->in->pdf_n <= k->in->max_pdf,
			"%zu bytes, at most %lld are allowed", k->in->pdf_n,
			(long long)k->in->max_pdf);
}
