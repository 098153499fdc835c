/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that people hand over and that are not read: what each is, and what to do instead. */
#define _GNU_SOURCE            /* memmem */
#include "ingest/process/formats_int.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What to do about it. */
enum advice { EXPORT, SAVE, NO_DATA, UNPACK, ADVICES };
static const char *const advices[ADVICES] = {
	[EXPORT] = "export it as CSV",
	[SAVE] = "open it in a spreadsheet program and save it as xlsx or CSV",
	[NO_DATA] = "it holds no table that could be read",
	[UNPACK] = "unpack it first",
};

/* `binary`: letters that could as well begin a text count only when it is none. */
static const struct {
	size_t at, n;
	const char *magic, *what;
	enum advice advice;
	bool binary;
} signatures[] = {
	{ 0, 4, "PAR1", "a Parquet file", EXPORT, false },
	{ 0, 6, "ARROW1", "an Arrow file", EXPORT, false },
	{ 0, 4, "FEA1", "a Feather file", EXPORT, false },
	{ 0, 4, "Obj\x01", "an Avro file", EXPORT, false },
	{ 0, 3, "ORC", "an ORC file", EXPORT, true },
	{ 0, 8, "\x89HDF\r\n\x1a\n", "an HDF5 file", EXPORT, false },
	{ 0, 4, "CDF\x01", "a NetCDF file", EXPORT, false },
	{ 0, 4, "CDF\x02", "a NetCDF file", EXPORT, false },
	{ 0, 5, "RDX2\n", "an R data file", EXPORT, false },
	{ 0, 5, "RDX3\n", "an R data file", EXPORT, false },
	{ 0, 6, "MATLAB", "a MATLAB file", EXPORT, true },
	{ 0, 5, "%PDF-", "a PDF document", NO_DATA, false },
	{ 0, 5, "{\\rtf", "an RTF document", NO_DATA, false },
	{ 0, 8, "\x89PNG\r\n\x1a\n", "a PNG image", NO_DATA, false },
	{ 0, 3, "\xff\xd8\xff", "a JPEG image", NO_DATA, false },
	{ 0, 4, "GIF8", "a GIF image", NO_DATA, true },
	{ 0, 4, "II*\0", "a TIFF image", NO_DATA, false },
	{ 0, 4, "MM\0*", "a TIFF image", NO_DATA, false },
	{ 8, 4, "WEBP", "a WebP image", NO_DATA, true },
	{ 8, 4, "WAVE", "a sound", NO_DATA, true },
	{ 4, 4, "ftyp", "a video", NO_DATA, true },
	{ 0, 4, "OggS", "a sound or video", NO_DATA, true },
	{ 0, 3, "ID3", "a sound", NO_DATA, true },
	{ 0, 4, "\x7f" "ELF", "a program", NO_DATA, false },
	{ 0, 2, "MZ", "a program", NO_DATA, true },
	{ 0, 6, "Rar!\x1a\x07", "a rar archive", UNPACK, false },
	{ 0, 8, "!<arch>\n", "an ar archive", UNPACK, false },
	{ 0, 4, "MSCF", "a cab archive", UNPACK, true },
};

/* ---- zip archives that are documents ------------------------------------------------------- */

static bool is_zip(struct str head)
{
	return head.n >= 4 && memcmp(head.p, "PK\3\4", 4) == 0;
}

static const struct {
	const char *member, *what;
	enum advice advice;
} documents[] = {
	{ "xl/workbook.bin", "an Excel binary workbook (xlsb)", SAVE },
	{ "word/document", "a Word document", NO_DATA },
	{ "ppt/presentation", "a PowerPoint document", NO_DATA },
	{ "opendocument.text", "an OpenDocument text", NO_DATA },
	{ "opendocument.presentation", "an OpenDocument presentation", NO_DATA },
	{ "Index/Document.iwa", "an Apple Numbers or Pages document", SAVE },
	{ "application/epub", "an electronic book", NO_DATA },
};

/* The names of the members stand in front of each and again at the end of the file. */
static struct str tail_read(const char *path, char *to)
{
	struct stat st;
	struct str tail = { to, 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return tail;
	off_t from = fstat(fd, &st) == 0 && st.st_size > HEAD_BYTES ? st.st_size - HEAD_BYTES : 0;
	ssize_t n = pread(fd, to, HEAD_BYTES, from);
	close(fd);
	tail.n = n > 0 ? (size_t)n : 0;
	return tail;
}

static bool names(struct str s, const char *text)
{
	return s.n && memmem(s.p, s.n, text, strlen(text));
}

static int refuse(const char *what, enum advice advice, struct err *e)
{
	return err_set(e, ERR_INPUT, "it looks like %s: %s", what, advices[advice]);
}

static int refuse_zip(struct str head, const char *path, struct err *e)
{
	char *at = mem_alloc(HEAD_BYTES);
	struct str tail = tail_read(path, at);
	int status = 0;
	for (size_t i = 0; i < COUNTOF(documents) && !status; i++)
		if (names(head, documents[i].member) || names(tail, documents[i].member))
			status = refuse(documents[i].what, documents[i].advice, e);
	free(at);
	return status;
}

/* ---- markup -------------------------------------------------------------------------------- */

static bool starts_with(struct str s, const char *text)
{
	size_t k = strlen(text);
	return s.n >= k && str_ieq((struct str){ s.p, k }, text);
}

static const char *markup(struct str head)
{
	struct str s = str_trim(head);
	if (starts_with(s, "<!doctype html") || starts_with(s, "<html") ||
		starts_with(s, "<table") || starts_with(s, "<meta "))
		return "an HTML page";
	if (!starts_with(s, "<?xml"))
		return NULL;
	if (names(head, "urn:schemas-microsoft-com:office:spreadsheet"))
		return "an Excel 2003 workbook in XML";
	return names(head, "<html") ? "an HTML page" : "an XML document";
}

/* -------------------------------------------------------------------------------------------- */

int foreign_refuse(struct str head, const char *path, struct err *e)
{
	bool binary = memchr(head.p, 0, head.n) != NULL;
	for (size_t i = 0; i < COUNTOF(signatures); i++)
		if (head.n >= signatures[i].at + signatures[i].n &&
			(binary || !signatures[i].binary) &&
			memcmp(head.p + signatures[i].at, signatures[i].magic,
				signatures[i].n) == 0)
			return refuse(signatures[i].what, signatures[i].advice, e);
	if (is_zip(head))
		return refuse_zip(head, path, e);
	const char *what = markup(head);
	return what ? refuse(what, SAVE, e) : 0;
}

int foreign_unknown(struct str head, struct err *e)
{
	if (is_zip(head))
		return err_set(e, ERR_INPUT, "it looks like a zip archive, but it is damaged");
	if (head.n >= 8 && memcmp(head.p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0)
		return err_set(e, ERR_INPUT, "it looks like an old Office document: %s",
			advices[NO_DATA]);
	return 0;
}
