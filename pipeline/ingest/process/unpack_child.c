/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes one layer of compression or one member of an archive, by libarchive. Runs confined. */
#include "ingest/process/unpack_int.h"

#include "ingest/process/formats_int.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum {
	PIECE = 1 << 20,
	ENTRIES = 100000,          /* of an archive */
	LISTED = 1000,             /* told as tables */
	SHOWN = 5,                 /* in a message */
	FREE_BYTES = 64 << 20,     /* may come out at any ratio */
};

struct unpacking {
	struct feed *feed;
	struct archive *archive;
	const char *layer;
	enum layer kind;
	int64_t written;
	uLong crc;                 /* of all that was written */
	char *piece;
};

/* ---- opening ------------------------------------------------------------------------------- */

/* Only what reads bytes: other filters of libarchive run programs. */
static int support(struct archive *a, enum layer kind)
{
	if (kind == LAYER_ARCHIVE)
		return archive_read_support_format_zip(a) || archive_read_support_format_tar(a) ||
			archive_read_support_format_7zip(a);
	return archive_read_support_filter_gzip(a) || archive_read_support_filter_bzip2(a) ||
		archive_read_support_filter_xz(a) || archive_read_support_filter_lzma(a) ||
		archive_read_support_filter_zstd(a) || archive_read_support_filter_lz4(a) ||
		archive_read_support_filter_lzip(a) || archive_read_support_filter_compress(a) ||
		archive_read_support_format_raw(a);
}

static bool complains_of(const struct unpacking *u, const char *word)
{
	const char *said = archive_error_string(u->archive);
	size_t n = strlen(word);
	for (; said && *said; said++)
		if (strncasecmp(said, word, n) == 0)
			return true;
	return false;
}

/* As libarchive says it, and as liblzma does. */
static bool ends_early(const struct unpacking *u)
{
	return complains_of(u, "truncated") || complains_of(u, "no progress is possible");
}

static int failed(const struct unpacking *u, struct err *e)
{
	const char *said = archive_error_string(u->archive);
	if (ends_early(u))
		return err_set(e, ERR_INPUT, "the %s data ends early: part of the file is missing",
			u->layer);
	return err_set(e, ERR_INPUT, "the %s data is damaged%s%s", u->layer, said ? ": " : "",
		said ? said : "");
}

static int reopen(struct unpacking *u, struct err *e)
{
	if (u->archive)
		archive_read_free(u->archive);
	u->archive = archive_read_new();
	if (!u->archive || support(u->archive, u->kind) < ARCHIVE_WARN)
		return err_set(e, ERR_IO, "this libarchive can't read %s", u->layer);
	return archive_read_open_filename(u->archive, u->feed->path, PIECE) < ARCHIVE_WARN
		? failed(u, e) : 0;
}

/* ---- the bytes ----------------------------------------------------------------------------- */

static int put(struct unpacking *u, size_t n, struct err *e)
{
	for (size_t at = 0; at < n;) {
		ssize_t k = write(u->feed->to, u->piece + at, n - at);
		if (k < 0 && errno != EINTR)
			return err_errno(e, "writing a temporary file");
		at += k > 0 ? (size_t)k : 0;
	}
	u->crc = crc32(u->crc, (const unsigned char *)u->piece, (uInt)n);
	u->written += (int64_t)n;
	return 0;
}

/* Before n more bytes are written. */
static int within_limits(const struct unpacking *u, size_t n, struct err *e)
{
	struct feed_limits l = feed_limits(u->feed);
	int64_t in = archive_filter_bytes(u->archive, -1), out = u->written + (int64_t)n;
	if (out > l.expanded)
		return err_set(e, ERR_INPUT, "more than %lld MB come out of it",
			(long long)(l.expanded >> 20));
	if (out > FREE_BYTES && (double)out > l.ratio * (double)(in > 0 ? in : 1))
		return err_set(e, ERR_INPUT, "it expands to more than %.0f times its size, as only "
			"a trap does", l.ratio);
	return 0;
}

/* The file ends early. What is there of a text is used up to its last whole line. */
static int cut_off(struct unpacking *u, struct err *e)
{
	ssize_t n = pread(u->feed->to, u->piece, HEAD_BYTES, 0);
	if (n <= 0 || memchr(u->piece, 0, (size_t)n))
		return failed(u, e);
	off_t end = u->written;
	while (end > 0) {
		off_t from = end > PIECE ? end - PIECE : 0;
		n = pread(u->feed->to, u->piece, (size_t)(end - from), from);
		while (n > 0 && u->piece[n - 1] != '\n')
			n--;
		end = from + (n > 0 ? n : 0);
		if (n > 0)
			break;
		end = from;
	}
	if (end == 0 || ftruncate(u->feed->to, end))
		return err_set(e, ERR_INPUT, "the %s data ends within the first line", u->layer);
	feed_finding(u->feed, FIND_truncated_input, NULL, -1, -1, NULL, NULL);
	return 0;
}

static int copy(struct unpacking *u, struct err *e)
{
	struct feed *f = u->feed;
	for (;;) {
		la_ssize_t n = archive_read_data(u->archive, u->piece, PIECE);
		if (n == 0)
			return 0;
		if (n == ARCHIVE_RETRY)
			continue;
		if (n < 0 && complains_of(u, "CRC")) {
			feed_finding(f, FIND_checksum_differs, NULL, -1, -1, u->layer, NULL);
			return 0;
		}
		if (n < 0)
			return ends_early(u) ? cut_off(u, e) : failed(u, e);
		if (within_limits(u, (size_t)n, e) || put(u, (size_t)n, e))
			return -1;
		f->done = f->bytes ? (double)archive_filter_bytes(u->archive, -1) /
			(double)f->bytes : 0;
		feed_progress(f);
	}
}

/* ---- compression --------------------------------------------------------------------------- */

/* libarchive leaves the sums of gzip alone. A file of one piece ends in its sum and length; where
 * the length is another one there are several pieces. */
static void check_gzip(struct unpacking *u)
{
	unsigned char end[8];
	int fd = open(u->feed->path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : pread(fd, end, sizeof end, u->feed->bytes - (off_t)sizeof end);
	if (fd >= 0)
		close(fd);
	if (n != (ssize_t)sizeof end)
		return;
	uint32_t sum = 0, length = 0;
	for (int i = 3; i >= 0; i--) {
		sum = sum << 8 | end[i];
		length = length << 8 | end[4 + i];
	}
	if (length == (uint32_t)u->written && sum != (uint32_t)u->crc)
		feed_finding(u->feed, FIND_checksum_differs, NULL, -1, -1, u->layer, NULL);
}

static int take_filter(struct unpacking *u, struct err *e)
{
	struct archive_entry *entry;
	int got = reopen(u, e) ? ARCHIVE_FATAL : archive_read_next_header(u->archive, &entry);
	if (e->code)
		return -1;
	if (got == ARCHIVE_EOF)
		return err_set(e, ERR_INPUT, "the %s data holds nothing", u->layer);
	if (got < ARCHIVE_WARN)
		return failed(u, e);
	/* one filter is the file itself; layers of one kind come off at once */
	int filters = archive_filter_count(u->archive) - 1;
	if (!filters)
		return err_set(e, ERR_INPUT, "the %s data is damaged: its beginning", u->layer);
	if (filters > LAYERS)
		return err_set(e, ERR_INPUT, "it is packed more than %d times over", LAYERS);
	if (copy(u, e))
		return -1;
	if (strcmp(u->layer, "gzip") == 0)
		check_gzip(u);
	return 0;
}

/* ---- archives ------------------------------------------------------------------------------ */

struct member {
	const char *name;
	bool data;                 /* by its extension, or compressed */
	bool chosen;
};
struct list {
	struct member *v;
	size_t n, cap;
	size_t data;               /* how many are data */
};

static const char *entry_name(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname_utf8(entry);
	if (!name)
		name = archive_entry_pathname(entry);
	return name ? name : "";
}

/* What systems put into archives beside the files of people. */
static bool wanted(struct archive_entry *entry, const char *name)
{
	const char *base = path_base(name);
	return archive_entry_filetype(entry) == AE_IFREG && *base && *base != '.' &&
		strncmp(name, "__MACOSX/", 9) != 0 && strcmp(base, "Thumbs.db") != 0 &&
		strcmp(base, "desktop.ini") != 0;
}

static bool may_be_data(const char *name)
{
	return extension_of_data(name) ||
		extension_in(extension_of(name), "gz zst bz2 xz lz4 lz lzma z");
}

static void add(struct feed *f, struct list *l, const char *name)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 64;
		struct member *more = arena_calloc(f->arena, l->cap, sizeof *more);
		if (l->n)
			memcpy(more, l->v, l->n * sizeof *more);
		l->v = more;
	}
	struct member *m = &l->v[l->n++];
	*m = (struct member){ arena_strdup(f->arena, name), may_be_data(name), false };
	l->data += m->data;
}

/* The next entry that is a file of interest: 1, 0 at the end. */
static int next_entry(struct unpacking *u, struct archive_entry **entry, int64_t *seen,
	struct err *e)
{
	for (;;) {
		int got = archive_read_next_header(u->archive, entry);
		if (got == ARCHIVE_EOF)
			return 0;
		if (got == ARCHIVE_RETRY)
			continue;
		if (got < ARCHIVE_WARN)
			return failed(u, e);
		if (++*seen > ENTRIES)
			return err_set(e, ERR_INPUT, "it holds more than %d members", ENTRIES);
		if (wanted(*entry, entry_name(*entry)))
			return 1;
	}
}

static int list_members(struct unpacking *u, struct list *l, struct err *e)
{
	struct archive_entry *entry;
	int64_t seen = 0;
	int got = reopen(u, e) ? -1 : 1;
	while (got > 0 && (got = next_entry(u, &entry, &seen, e)) > 0)
		add(u->feed, l, entry_name(entry));
	if (!got && !l->n)
		return err_set(e, ERR_INPUT, "the %s archive holds no file", u->layer);
	return got;
}

static void say_names(const struct list *l, struct buf *text)
{
	size_t n = l->n < SHOWN ? l->n : SHOWN;
	for (size_t i = 0; i < n; i++)
		buf_printf(text, "%s'%s'", i ? ", " : "", l->v[i].name);
	if (l->n > n)
		buf_printf(text, " and %zu more", l->n - n);
}

static int no_choice(const struct unpacking *u, const struct list *l, const char *member,
	struct err *e)
{
	struct buf text = { 0 };
	say_names(l, &text);
	if (member)
		err_set(e, ERR_USAGE, "the %s archive has no member '%s'; it holds %s", u->layer,
			member, buf_str(&text));
	else
		err_set(e, ERR_INPUT, "the %s archive holds several files: name one as "
			"source.member (%s)", u->layer, buf_str(&text));
	buf_free(&text);
	return -1;
}

/* The member of that name, with or without its folders when that is plain; else the only one that
 * may be data; else the only one. */
static int choose(struct unpacking *u, struct list *l, size_t *which, struct err *e)
{
	const char *member = u->feed->options->member;
	size_t found = 0;
	for (size_t i = 0; i < l->n; i++) {
		const struct member *m = &l->v[i];
		if (member && strcmp(m->name, member) == 0) {
			*which = i;
			return 0;
		}
		if (member ? strcmp(path_base(m->name), member) == 0 : m->data || !l->data) {
			*which = i;
			found++;
		}
	}
	return found == 1 ? 0 : no_choice(u, l, member, e);
}

static void tell_members(struct feed *f, const struct list *l, size_t chosen)
{
	for (size_t i = 0; i < l->n && i < LISTED && l->n > 1; i++)
		feed_table(f, &(struct feed_table){ .name = l->v[i].name, .rows = -1,
			.columns = -1, .chosen = i == chosen });
	feed_fact(f, "member", "%s", l->v[chosen].name);
}

static int take_member(struct unpacking *u, struct err *e)
{
	struct list l = { 0 };
	struct archive_entry *entry;
	size_t which;
	int64_t seen;
	if (list_members(u, &l, e) || choose(u, &l, &which, e))
		return -1;
	tell_members(u->feed, &l, which);
	seen = 0;
	int got = reopen(u, e) ? -1 : 1;
	for (size_t i = 0; i <= which && got > 0; i++)
		got = next_entry(u, &entry, &seen, e);
	if (got < 0)
		return -1;
	if (!got)
		return failed(u, e);
	if (archive_entry_is_encrypted(entry))
		return err_set(e, ERR_INPUT, "the %s archive is encrypted: unpack it with its "
			"password first", u->layer);
	return copy(u, e);
}

/* ---- the feed ------------------------------------------------------------------------------ */

static int next_nothing(struct feed *f, struct block *b, struct err *e)
{
	(void)f;
	(void)b;
	(void)e;
	return 0;
}

static int open_packed(struct feed *f, struct err *e)
{
	struct unpacking u = { .feed = f, .piece = arena_alloc(f->arena, PIECE) };
	struct buf head = { 0 };
	f->next = next_nothing;
	int status = head_read(f->path, &head, e);
	if (!status)
		u.kind = layer_of((struct str){ head.p, head.n }, str_of("lzma"), &u.layer);
	buf_free(&head);
	if (!status && u.kind != LAYER_NONE)
		status = u.kind == LAYER_FILTER ? take_filter(&u, e) : take_member(&u, e);
	if (u.archive)
		archive_read_free(u.archive);
	return status;
}
const struct format format_unpack = { .name = "unpack", .title = "archive", .open = open_packed };
