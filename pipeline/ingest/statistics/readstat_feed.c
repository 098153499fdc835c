/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of SAS, SPSS and Stata as formats: how they are told, and their feed. */
#include "ingest/statistics/readstat_int.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- which file it is ---------------------------------------------------------------------- */

/* SAS data sets and catalogs differ in one byte. */
static const unsigned char sas_magic[32] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xc2, 0xea, 0x81,
	0x60, 0xb3, 0x14, 0x11, 0xcf, 0xbd, 0x92, 8, 0, 9, 0xc7, 0x31, 0x8c, 0x18, 0x1f, 0x10, 0x11 };
enum { SAS_KIND = 15, SAS_CATALOG = 0x63 };

static bool begins(struct str head, size_t at, const char *with)
{
	size_t n = strlen(with);
	return head.n >= at + n && memcmp(head.p + at, with, n) == 0;
}

static bool sas_file(struct str head, bool catalog)
{
	unsigned char b[sizeof sas_magic];
	if (head.n < sizeof b)
		return false;
	memcpy(b, head.p, sizeof b);
	if (catalog && b[SAS_KIND] == SAS_CATALOG)
		b[SAS_KIND] = sas_magic[SAS_KIND];
	return memcmp(b, sas_magic, sizeof b) == 0 && catalog == (head.p[SAS_KIND] == SAS_CATALOG);
}

enum { XPORT_RECORD = 80 };
static bool is_xport(struct str head)
{
	return begins(head, 0, "HEADER RECORD*******LIBRARY HEADER RECORD") ||
		begins(head, 0, "HEADER RECORD*******LIBV8");
}

static enum detected detect_sas(struct str head, const char *path)
{
	(void)path;
	bool yes = sas_file(head, false) || sas_file(head, true) || is_xport(head);
	return yes ? DETECT_YES : DETECT_NO;
}

static bool is_sav(struct str head)
{
	return begins(head, 0, "$FL2") || begins(head, 0, "$FL3");
}

/* Portable files are cut into lines of 80: five names of 40 bytes, a table of 256 characters, then
 * the mark. */
static bool is_por(struct str head)
{
	static const char mark[] = "SPSSPORT";
	size_t at = 0, want = 200 + 256, seen = 0;
	for (; at < head.n && seen < want; at++)
		seen += head.p[at] != '\r' && head.p[at] != '\n';
	for (size_t i = 0; i < sizeof mark - 1; at++) {
		if (at >= head.n)
			return false;
		if (head.p[at] == '\r' || head.p[at] == '\n')
			continue;
		if (head.p[at] != mark[i++])
			return false;
	}
	return true;
}

static bool is_encrypted(struct str head)
{
	return begins(head, 8, "ENCRYPTEDSAV");
}

static enum detected detect_spss(struct str head, const char *path)
{
	(void)path;
	return is_sav(head) || is_encrypted(head) || is_por(head) ? DETECT_YES : DETECT_NO;
}

static enum detected detect_stata(struct str head, const char *path)
{
	(void)path;
	if (begins(head, 0, "<stata_dta>"))
		return DETECT_YES;
	/* release, byte order, 1, 0 */
	static const char releases[] = "hilnopqrs";
	bool old = head.n >= 60 && head.p[0] && strchr(releases, head.p[0]) &&
		(head.p[1] == 1 || head.p[1] == 2) && head.p[2] == 1 && head.p[3] == 0;
	return old ? DETECT_YES : DETECT_NO;
}

/* ---- the feed ------------------------------------------------------------------------------ */

struct rows {
	struct stat_reader reader;
	enum stat_file file;
	int status;
	struct err e;
};

static void rows_body(struct turns *t, void *ctx)
{
	struct rows *r = ctx;
	r->reader.turns = t;
	r->status = stat_parse(&r->reader, r->file, STAT_ROWS, &r->e);
}

static int rows_next(struct feed *f, struct block *b, struct err *e)
{
	struct rows *r = f->state;
	r->reader.block = b;
	turns_run(r->reader.turns);
	f->done = r->reader.size ? (double)r->reader.at / (double)r->reader.size : 1;
	return r->status < 0 ? err_set(e, r->e.code, "%s", r->e.msg) : 0;
}

static int compare_sets(const void *a, const void *b)
{
	const struct stat_labels *x = a, *y = b;
	return strcmp(x->name, y->name);
}

static void labels_join(struct stat_reader *s)
{
	for (size_t i = 0; i < s->nsets; i++)
		stat_labels_sort(&s->sets[i]);
	if (s->nsets)
		qsort(s->sets, s->nsets, sizeof *s->sets, compare_sets);
	for (size_t i = 0; i < s->ncolumns; i++) {
		struct stat_column *c = &s->columns[i];
		struct stat_labels key = { .name = c->set };
		if (c->set && s->nsets)
			c->labels = bsearch(&key, s->sets, s->nsets, sizeof key, compare_sets);
		if (c->labels && c->labels->n)
			c->counts = arena_calloc(s->feed->arena, c->labels->n, sizeof *c->counts);
	}
}

/* Formats that the user has made are in a catalog beside the file, which is not opened here. */
static void catalog_tell(struct stat_reader *s)
{
	struct buf names = { 0 };
	size_t n = 0;
	for (size_t i = 0; i < s->ncolumns; i++) {
		const char *set = s->columns[i].set;
		if (s->family != STAT_SAS || !set || stat_format_known(set))
			continue;
		if (n++ < 5)
			buf_printf(&names, "%s%s", names.n ? ", " : "", set);
	}
	if (n)
		feed_fact(s->feed, "labels not read", "formats like %s may have labels in a catalog "
			"(.sas7bcat), which is a file of its own", buf_str(&names));
	buf_free(&names);
}

static void facts_tell(struct stat_reader *s)
{
	struct feed *f = s->feed;
	if (s->label)
		feed_fact(f, "title of the file", "%s", s->label);
	if (s->encoding)
		feed_fact(f, "encoding of the texts", "%s", s->encoding);
	if (s->weight)
		feed_fact(f, "weights", "the file weights its cases by '%s'; they are not weighted here",
			s->weight);
	if (s->table)
		feed_table(f, &(struct feed_table){ .name = s->table, .rows = s->rows,
			.columns = (int64_t)s->ncolumns, .chosen = true });
	catalog_tell(s);
	if (s->cut_off)
		feed_finding(f, FIND_truncated_input, NULL, s->rows, s->stated_rows > s->rows ?
			s->stated_rows : -1, NULL, NULL);
}

static void close_file(void *p)
{
	close(((struct stat_reader *)p)->fd);
}

/* Opens the file; its first bytes stand in the window. */
static struct rows *file_open(struct feed *f, struct str *head, struct err *e)
{
	struct rows *r = arena_calloc(f->arena, 1, sizeof *r);
	struct stat_reader *s = &r->reader;
	s->feed = f;
	s->size = f->bytes;
	s->fd = open(f->path, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0) {
		err_errno(e, "opening");
		return NULL;
	}
	arena_own(f->arena, s, close_file);
	s->window = arena_alloc(f->arena, STAT_WINDOW);
	ssize_t n = pread(s->fd, s->window, STAT_WINDOW, 0);
	if (n < 0) {
		err_errno(e, "reading");
		return NULL;
	}
	s->window_n = (size_t)n;
	*head = (struct str){ s->window, s->window_n };
	return r;
}

static int feed_start(struct feed *f, struct rows *r, enum stat_family family,
	enum stat_file file, struct err *e)
{
	struct stat_reader *s = &r->reader;
	s->family = family;
	s->stated_rows = -1;
	r->file = file;
	if (stat_parse(s, file, STAT_DESCRIBE, e))
		return -1;
	if (!s->ncolumns)
		return err_set(e, ERR_INPUT, "it has no columns");
	labels_join(s);
	if (stat_parse(s, file, STAT_COUNT, e))
		return -1;
	if (file == STAT_XPORT && s->size % XPORT_RECORD)
		s->cut_off = true;     /* it says nowhere how many rows it has */
	for (size_t i = 0; i < s->ncolumns; i++) {
		struct stat_column *c = &s->columns[i];
		stat_decide(c);
		struct feed_column column = stat_column(f->arena, c);
		if (feed_column(f, &column, e) < 0)
			return -1;
	}
	facts_tell(s);
	f->state = r;
	f->next = rows_next;
	s->turns = turns_new(f->arena, rows_body, r, e);
	return s->turns ? 0 : -1;
}

static int open_sas(struct feed *f, struct err *e)
{
	struct str head;
	struct rows *r = file_open(f, &head, e);
	if (!r)
		return -1;
	if (sas_file(head, true))
		return err_set(e, ERR_INPUT, "it is a SAS catalog (value labels), not a data set: give the "
			".sas7bdat file that it belongs to");
	return feed_start(f, r, STAT_SAS, is_xport(head) ? STAT_XPORT : STAT_SAS7BDAT, e);
}

static int open_spss(struct feed *f, struct err *e)
{
	struct str head;
	struct rows *r = file_open(f, &head, e);
	if (!r)
		return -1;
	if (is_encrypted(head))
		return err_set(e, ERR_INPUT, "it is encrypted: save it without a password");
	return feed_start(f, r, STAT_SPSS, is_sav(head) ? STAT_SAV : STAT_POR, e);
}

static int open_stata(struct feed *f, struct err *e)
{
	struct str head;
	struct rows *r = file_open(f, &head, e);
	if (!r)
		return -1;
	return feed_start(f, r, STAT_STATA, STAT_DTA, e);
}

const struct format format_sas = { .name = "sas", .title = "SAS data set",
	.extensions = "sas7bdat xpt", .detect = detect_sas, .open = open_sas };
const struct format format_spss = { .name = "spss", .title = "SPSS data file",
	.extensions = "sav zsav por", .detect = detect_spss, .open = open_spss };
const struct format format_stata = { .name = "stata", .title = "Stata data set",
	.extensions = "dta", .detect = detect_stata, .open = open_stata };
