/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.pdf as a reader gets it: its pages, bookmarks, links and size, and the words on its pages. */
#include "report/check_pdf_int.h"

#include <string.h>

static void check_whole(struct checking *k, const struct pdf_objects *o)
{
	const char *pdf = k->in->pdf, *end = pdf + k->in->pdf_n;
	const char *tail = k->in->pdf_n > 64 ? end - 64 : pdf;
	check_that(k, CHECK_pdf_whole, k->in->pdf_n > 8 && memcmp(pdf, "%PDF-", 5) == 0, "the file is not a PDF");
	check_that(k, CHECK_pdf_whole, find_bytes(tail, end, "%%EOF") != NULL, "the file has no end");
	check_that(k, CHECK_pdf_whole, o->npages > 0, "there are no pages");
}

/* What another program reads on the pages. */
static void check_words(struct checking *k, struct words_placed *w)
{
	struct tokens shown = { 0 };
	for (size_t i = 0; i < w->n; i++)
		tokens_add(&shown, w->v[i].text, SIZE_MAX);
	check_missing(k, CHECK_pdf_numbers, &shown, "PDF");
	check_extra(k, CHECK_pdf_extra, &shown, w->npages, "PDF");
	tokens_free(&shown);
	check_layout(k, w);
}

void check_pdf(struct checking *k)
{
	const char *pdf = k->in->pdf;
	if (!pdf) {
		check_skip(k, CHECK_pdf_whole, CHECK_pdf_size, "there is no report.pdf");
		return;
	}
	struct pdf_objects objects;
	struct words_placed words = { 0 };
	const char *xhtml = k->in->pdf_words;
	objects_read(&objects, k->arena, pdf, k->in->pdf_n);
	check_whole(k, &objects);
	bool read = xhtml && words_read(&words, k->arena, xhtml, strlen(xhtml));
	check_bookmarks(k, &objects, read ? &words : NULL);
	check_pdf_links(k, &objects);
	if (read)
		check_words(k, &words);
	else
		check_skip(k, CHECK_pdf_numbers, CHECK_pdf_characters,
			k->in->pdf_why ? k->in->pdf_why : "made on the finished file");
	words_free(&words);
	if (k->in->max_pdf > 0)
		check_that(k, CHECK_pdf_size, (int64_t)k->in->pdf_n <= k->in->max_pdf,
			"%zu bytes, at most %lld are allowed (qa.max_pdf_mb)", k->in->pdf_n, (long long)k->in->max_pdf);
	else
		check_skip(k, CHECK_pdf_size, CHECK_pdf_size, "made on the finished file");
}

void check_text(struct checking *k)
{
	if (!k->in->text) {
		check_skip(k, CHECK_text_numbers, CHECK_text_extra, "there is no report.txt");
		return;
	}
	struct tokens shown = { 0 };
	tokens_add(&shown, k->in->text, k->in->text_n);
	check_missing(k, CHECK_text_numbers, &shown, "text");
	check_extra(k, CHECK_text_extra, &shown, 0, "text");
	tokens_free(&shown);
}
