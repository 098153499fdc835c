/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The formats there are, and which of them a file is: by its content first, since names lie. To
 * tell, containers must be taken apart, so that happens in a confined process as well. */
#include "ingest/process/formats_int.h"

#include "ingest/process/process_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- which there are ----------------------------------------------------------------------- */

/* In the order in which they are asked; those that read texts last. */
static const struct {
	const struct format *format;
	const char *library, *told_by;
} formats[] = {
	{ &format_xlsx, "libzip, expat", "zip archive with a workbook" },
	{ &format_ods, "libzip, expat", "zip archive that says so" },
	{ &format_xls, "own reader, checked by freexl", "compound file with a workbook" },
	{ &format_access, "libmdb", "Jet or ACE database header" },
	{ &format_sqlite, "libsqlite3", "database header" },
	{ &format_sas, "libreadstat", "file header" },
	{ &format_spss, "libreadstat", "file header" },
	{ &format_stata, "libreadstat", "file header" },
	{ &format_json, "yajl", "an object or an array" },
	{ &format_ndjson, "yajl", "an object on each line" },
	{ &format_postgres, "libpq", "source.postgres" },
};
static const char csv_extensions[] = "csv tsv tab psv txt dat";

const struct format *format_lookup(const char *name)
{
	for (size_t i = 0; i < COUNTOF(formats); i++)
		if (strcmp(formats[i].format->name, name) == 0)
			return formats[i].format;
	return NULL;
}

size_t ingest_formats(const struct ingest_format_info **v)
{
	static struct ingest_format_info all[COUNTOF(formats) + 1];
	all[0] = (struct ingest_format_info){ "csv", "CSV, TSV and other delimited text",
		csv_extensions, "own reader, checked by libcsv", "text that is nothing else" };
	for (size_t i = 0; i < COUNTOF(formats); i++) {
		const struct format *f = formats[i].format;
		all[i + 1] = (struct ingest_format_info){ f->name, f->title,
			f->extensions ? f->extensions : "", formats[i].library,
			formats[i].told_by };
	}
	*v = all;
	return COUNTOF(all);
}

/* ---- extensions ---------------------------------------------------------------------------- */

struct str extension_of(const char *name)
{
	const char *dot = strrchr(path_base(name), '.');
	return str_of(dot && dot != path_base(name) ? dot + 1 : "");
}

bool extension_in(struct str extension, const char *list)
{
	while (list && *list && extension.n) {
		size_t n = strcspn(list, " ");
		if (n == extension.n && strncasecmp(list, extension.p, n) == 0)
			return true;
		list += n + (list[n] == ' ');
	}
	return false;
}

static const struct format *by_extension(struct str extension)
{
	for (size_t i = 0; i < COUNTOF(formats); i++)
		if (extension_in(extension, formats[i].format->extensions))
			return formats[i].format;
	return NULL;
}

bool extension_of_data(const char *name)
{
	struct str x = extension_of(name);
	return extension_in(x, csv_extensions) || by_extension(x);
}

/* ---- content ------------------------------------------------------------------------------- */

static int next_nothing(struct feed *f, struct block *b, struct err *e)
{
	(void)f;
	(void)b;
	(void)e;
	return 0;
}

int head_read(const char *path, struct buf *head, struct err *e)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_set(e, ERR_INPUT, "%s", strerror(errno));
	ssize_t n = -1;
	buf_clear(head);
	if (fstat(fd, &st) < 0)
		err_errno(e, "reading its size");
	else if (!S_ISREG(st.st_mode))
		err_set(e, ERR_INPUT, S_ISDIR(st.st_mode) ? "it is a folder, not a file"
			: "it is not a regular file");
	else if (st.st_size == 0)
		err_set(e, ERR_INPUT, "the file is empty");
	else {
		buf_reserve(head, HEAD_BYTES);
		n = pread(fd, head->p, HEAD_BYTES, 0);
		if (n < 0)
			err_errno(e, "reading");
	}
	close(fd);
	if (n < 0)
		return -1;
	head->n = (size_t)n;
	return 0;
}

/* The confined side: asks every format, and says what each thinks. */
static int open_look(struct feed *f, struct err *e)
{
	struct buf head = { 0 };
	f->next = next_nothing;
	if (head_read(f->path, &head, e))
		return -1;
	for (size_t i = 0; i < COUNTOF(formats); i++) {
		const struct format *x = formats[i].format;
		enum detected d = x->detect
			? x->detect((struct str){ head.p, head.n }, f->path) : DETECT_NO;
		if (d != DETECT_NO)
			feed_fact(f, d == DETECT_YES ? "yes" : "maybe", "%s", x->name);
	}
	buf_free(&head);
	return 0;
}
static const struct format looking = { .name = "look", .title = "format", .open = open_look };

/* What it surely is, if there are several what it is called as well; else what it may be and is
 * called. */
int format_detect(const struct ingest_options *o, const char *path, struct str extension,
	const struct format **found, struct err *e)
{
	struct arena *a = arena_new();
	struct ingest_result told = { 0 };
	const struct process_job job = { .format = &looking, .options = o, .path = path,
		.to = -1 };
	const struct format *sure = NULL, *maybe = NULL;
	int status = process_tell(a, &job, &told, e);
	for (size_t i = 0; i < told.nfacts && !status; i++) {
		const struct format *f = format_lookup(told.facts[i].value);
		bool called = f && extension_in(extension, f->extensions);
		if (strcmp(told.facts[i].name, "yes") == 0)
			sure = sure && !called ? sure : f;
		else if (called)
			maybe = f;
	}
	*found = sure ? sure : maybe;
	arena_free(a);
	return status;
}

/* ---- together ------------------------------------------------------------------------------ */

static int declared(const struct ingest_options *o, const struct format **f, struct err *e)
{
	*f = format_lookup(o->format);
	if (*f || strcmp(o->format, "csv") == 0 || strcmp(o->format, "tsv") == 0)
		return 0;
	const char *names[COUNTOF(formats) + 1] = { "csv" };
	for (size_t i = 0; i < COUNTOF(formats); i++)
		names[i + 1] = formats[i].format->name;
	const char *near = str_nearest(o->format, names, COUNTOF(names));
	return near ? err_set(e, ERR_USAGE, "there is no format '%s' (did you mean '%s'?)",
		o->format, near) : err_set(e, ERR_USAGE, "there is no format '%s'", o->format);
}

/* JSON of one record a line has the name of the other as often as not. */
static bool alike(const struct format *a, const struct format *b)
{
	bool json = (a == &format_json || a == &format_ndjson) &&
		(b == &format_json || b == &format_ndjson);
	return a == b || json;
}

static void mismatch(struct arena *a, struct str extension, const struct format *is,
	struct ingest_result *r)
{
	const struct format *called = by_extension(extension);
	if ((!called && !extension_in(extension, "csv tsv")) || alike(called, is))
		return;
	struct finding f = finding_make(FIND_format_mismatch, NULL);
	f.text = called ? called->title : "CSV";
	f.text2 = is ? is->title : "CSV";
	ingest_finding(a, r, f);
}

/* Nothing claims it. What is no text is then what it is called, whose reader says what is wrong
 * with it; the rest may be CSV. */
static int unclaimed(struct str head, const char *path, struct str extension,
	const struct format **f, struct err *e)
{
	if (foreign_refuse(head, path, e))
		return -1;
	bool wide = head.n >= 2 && (memcmp(head.p, "\xff\xfe", 2) == 0 ||
		memcmp(head.p, "\xfe\xff", 2) == 0);
	if (memchr(head.p, 0, head.n) && !wide)
		*f = by_extension(extension);
	return *f ? 0 : foreign_unknown(head, e);
}

int format_find(struct arena *a, const struct ingest_options *o, const struct ingest_input *in,
	const char *path, const struct format **f, struct ingest_result *r, struct err *e)
{
	struct buf head = { 0 };
	*f = NULL;
	if (o->format && strcmp(o->format, "auto") != 0)
		return declared(o, f, e);
	struct str extension = extension_of(input_name(in));
	int status = head_read(path, &head, e) || format_detect(o, path, extension, f, e) ? -1 : 0;
	if (!status && !*f)
		status = unclaimed((struct str){ head.p, head.n }, path, extension, f, e);
	buf_free(&head);
	if (!status)
		mismatch(a, extension, *f, r);
	return status;
}
