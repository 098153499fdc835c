/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes of the input file, mapped, and a clear refusal of what is no text. */
#include "ingest/ingest_int.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- what a binary file looks like ------------------------------------------------------- */

static const struct {
	size_t at, n;
	const char *magic, *what;
} signatures[] = {
	{ 0, 2, "\x1f\x8b", "a gzip archive" },
	{ 0, 4, "\x28\xb5\x2f\xfd", "a zstd archive" },
	{ 0, 3, "BZh", "a bzip2 archive" },
	{ 0, 6, "\xfd" "7zXZ", "an xz archive" },
	{ 0, 6, "7z\xbc\xaf\x27\x1c", "a 7z archive" },
	{ 0, 6, "Rar!\x1a\x07", "a rar archive" },
	{ 257, 5, "ustar", "a tar archive" },
	{ 0, 5, "%PDF-", "a PDF document" },
	{ 0, 4, "PAR1", "a Parquet file" },
	{ 0, 6, "ARROW1", "an Arrow file" },
	{ 0, 4, "FEA1", "a Feather file" },
	{ 0, 4, "Obj\x01", "an Avro file" },
	{ 0, 3, "ORC", "an ORC file" },
	{ 0, 15, "SQLite format 3", "an SQLite database" },
	{ 4, 15, "Standard Jet DB", "an Access database (mdb)" },
	{ 4, 15, "Standard ACE DB", "an Access database (accdb)" },
	{ 0, 8, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (such as xls)" },
	{ 0, 4, "\x09\x08\x10\x00", "an old Excel workbook (xls)" },
	{ 0, 8, "\x89HDF\r\n\x1a\n", "an HDF5 file" },
	{ 0, 4, "$FL2", "an SPSS file" },
	{ 0, 11, "<stata_dta>", "a Stata file" },
	{ 0, 16, "\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60", "a SAS file" },
	{ 0, 8, "\x89PNG\r\n\x1a\n", "a PNG image" },
	{ 0, 3, "\xff\xd8\xff", "a JPEG image" },
	{ 0, 4, "GIF8", "a GIF image" },
	{ 0, 4, "\x7f" "ELF", "a program" },
	{ 0, 5, "{\\rtf", "an RTF document" },
};

static bool contains(const char *p, size_t n, const char *text)
{
	size_t k = strlen(text);
	for (size_t i = 0; i + k <= n; i++)
		if (memcmp(p + i, text, k) == 0)
			return true;
	return false;
}

static const char *zip_kind(const char *p, size_t n)
{
	size_t head = n < 65536 ? n : 65536;
	if (contains(p, head, "opendocument.spreadsheet"))
		return "an OpenDocument spreadsheet (ods)";
	/* the names of the members stand at their start and again at the end of the file */
	const char *tail = p + n - head;
	if (contains(p, head, "xl/") || contains(tail, head, "xl/"))
		return "an Excel workbook (xlsx)";
	if (contains(p, head, "word/") || contains(tail, head, "word/"))
		return "a Word document (docx)";
	return "a zip archive";
}

static bool starts_ignoring_case(const char *p, size_t n, const char *text)
{
	size_t k = strlen(text);
	return n >= k && str_ieq((struct str){ p, k }, text);
}

/* Text of another kind: said only when it is plain from both ends. */
static const char *markup(const char *p, size_t n)
{
	struct str s = str_trim((struct str){ p, n });
	if (starts_ignoring_case(s.p, s.n, "<!doctype html") ||
		starts_ignoring_case(s.p, s.n, "<html"))
		return "an HTML page";
	if (starts_ignoring_case(s.p, s.n, "<?xml"))
		return "an XML document";
	if (s.n < 2)
		return NULL;
	char first = s.p[0], last = s.p[s.n - 1];
	struct str rest = str_trim((struct str){ s.p + 1, s.n - 1 });
	char second = rest.n ? rest.p[0] : 0;
	bool object = first == '{' && last == '}' && (second == '"' || second == '}');
	bool array = first == '[' && last == ']' &&
		(second == '{' || second == '[' || second == ']');
	return object || array ? "JSON" : NULL;
}

/*
 * NUL bytes in bulk that are no UTF-16 or UTF-32, or many control characters. One of them may be a
 * delimiter or come again in every line; what is packed or ciphered has all of them (8 % of it).
 */
static bool binary(const char *p, size_t n)
{
	size_t head = n < 65536 ? n : 65536, nul[4] = { 0 }, control = 0;
	uint32_t seen = 0;
	bool marked = n >= 2 &&
		(memcmp(p, "\xff\xfe", 2) == 0 || memcmp(p, "\xfe\xff", 2) == 0);
	if (marked)
		return false;          /* the byte order mark of UTF-16 */
	for (size_t i = 0; i < head; i++) {
		unsigned char c = (unsigned char)p[i];
		nul[i & 3] += c == 0;
		bool odd_one = c < 32 && c && !strchr("\t\n\r\f\x1a\x1b\x1c\x1d\x1e\x1f", c);
		control += odd_one;
		seen |= odd_one ? 1u << c : 0;
	}
	size_t even = nul[0] + nul[2], odd = nul[1] + nul[3], all = even + odd;
	bool wide = all > head / 4 &&
		(even > 4 * odd || odd > 4 * even || nul[0] < all / 16 || nul[3] < all / 16);
	bool many_kinds = __builtin_popcount(seen) > 2;
	return (all > head / 10 && !wide) || control > head / (many_kinds ? 33 : 10);
}

static const char *looks_like(const struct input *in)
{
	for (size_t i = 0; i < COUNTOF(signatures); i++)
		if (in->n >= signatures[i].at + signatures[i].n &&
			memcmp(in->p + signatures[i].at, signatures[i].magic,
				signatures[i].n) == 0)
			return signatures[i].what;
	if (in->n >= 4 && memcmp(in->p, "PK\3\4", 4) == 0)
		return zip_kind(in->p, in->n);
	if (binary(in->p, in->n))
		return "a binary file";
	return markup(in->p, in->n);
}

/* ---- mapping ----------------------------------------------------------------------------- */

struct mapping {
	void *p;
	size_t n;
};

static void unmap(void *arg)
{
	struct mapping *m = arg;
	munmap(m->p, m->n);
}

void input_forget(const char *p, size_t n)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), at = (uintptr_t)p;
	uintptr_t from = (at + page - 1) / page * page, to = (at + n) / page * page;
	void *start;
	memcpy(&start, &from, sizeof start);
	if (to > from)
		madvise(start, to - from, MADV_DONTNEED);
}

int input_map(struct arena *a, int fd, size_t n, const char **p, struct err *e)
{
	*p = "";
	if (!n)
		return 0;
	void *at = mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return err_errno(e, "cannot map %zu bytes", n);
	struct mapping *m = arena_alloc(a, sizeof *m);
	*m = (struct mapping){ at, n };
	arena_own(a, m, unmap);
	*p = at;
	return 0;
}

static int examine(struct arena *a, int fd, struct input *in, struct err *e)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return err_errno(e, "reading its size");
	if (S_ISDIR(st.st_mode))
		return err_set(e, ERR_INPUT, "it is a folder, not a file");
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_INPUT, "it is not a regular file");
	in->n = (size_t)st.st_size;
	if (!in->n)
		return err_set(e, ERR_INPUT, "the file is empty");
	if (input_map(a, fd, in->n, &in->p, e))
		return -1;
	const char *what = looks_like(in);
	if (what)
		return err_set(e, ERR_INPUT, "looks like %s; this version reads CSV", what);
	return 0;
}

int input_open(struct arena *a, const char *path, struct input *in, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_set(e, ERR_INPUT, "%s", strerror(errno));
	int status = examine(a, fd, in, e);
	close(fd);
	return status;
}
