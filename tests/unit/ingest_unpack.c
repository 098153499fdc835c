/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compression and archives: what is inside comes out as it was, whatever it was packed with; which
 * member; files that are cut off, damaged, encrypted or traps. */
#include "ingest/process/feed.h"
#include "test.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/dossier-unpack-XXXXXX";

/* ---- packing ------------------------------------------------------------------------------- */

static char *place(struct arena *a, const char *name)
{
	return path_join(a, folder, name);
}

static void write_one(struct archive *w, const char *name, const char *bytes, size_t n)
{
	struct archive_entry *entry = archive_entry_new();
	archive_entry_set_pathname(entry, name);
	archive_entry_set_size(entry, (la_int64_t)n);
	archive_entry_set_filetype(entry, name[strlen(name) - 1] == '/' ? AE_IFDIR : AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_write_header(w, entry);
	archive_write_data(w, bytes, n);
	archive_entry_free(entry);
}

/* An archive, or a compressed file when `format` is "raw". */
static void pack(const char *path, const char *format, const char *filter,
	const char *const *members, const char *bytes, size_t n)
{
	struct archive *w = archive_write_new();
	archive_write_set_format_by_name(w, format);
	if (filter)
		archive_write_add_filter_by_name(w, filter);
	archive_write_set_bytes_in_last_block(w, 1);
	CHECK(archive_write_open_filename(w, path) == ARCHIVE_OK);
	for (; *members; members++)
		write_one(w, *members, bytes, n);
	CHECK(archive_write_close(w) == ARCHIVE_OK);
	archive_write_free(w);
}

/* ---- unpacking ----------------------------------------------------------------------------- */

struct opened {
	struct arena *arena;
	struct ingest_options options;
	struct ingest_result result;
	const char *path, *name;
	struct buf bytes;
	struct err err;
};

static int open_as(struct opened *x, const char *file, const char *member, int64_t most)
{
	*x = (struct opened){ .arena = arena_new() };
	x->options = (struct ingest_options){ .scratch = folder, .member = member,
		.max_expanded = most };
	x->path = place(x->arena, file);
	x->name = file;
	if (unpack(x->arena, &x->options, &x->path, &x->name, &x->result, &x->err))
		return -1;
	return file_read(x->path, (size_t)1 << 30, &x->bytes, &x->err);
}

static void done(struct opened *x)
{
	buf_free(&x->bytes);
	arena_free(x->arena);
}

static const char text[] = "a,b\n1,x\n2,y\n3,z\n";

static void gives(const char *file, const char *member, const char *packed, const char *name)
{
	struct opened x;
	if (open_as(&x, file, member, 0))
		printf("%s: %s\n", file, x.err.msg);
	CHECK_STR(buf_str(&x.bytes), text);
	CHECK_STR(x.name, name);
	if (packed)
		CHECK_STR(x.result.packed, packed);
	else
		CHECK(!x.result.packed);
	done(&x);
}

static void refuses(const char *file, const char *member, enum err_code code,
	const char *message)
{
	struct opened x;
	CHECK(open_as(&x, file, member, 0) != 0);
	CHECK(x.err.code == code);
	if (!strstr(x.err.msg, message))
		printf("%s: '%s' lacks '%s'\n", file, x.err.msg, message);
	CHECK(strstr(x.err.msg, message) != NULL);
	done(&x);
}

/* ---- what works ---------------------------------------------------------------------------- */

static const char *const one[] = { "x.csv", NULL };

static void compression(struct arena *a)
{
	static const char *const filters[][2] = { { "gzip", "gz" }, { "zstd", "zst" },
		{ "bzip2", "bz2" }, { "xz", "xz" }, { "lz4", "lz4" }, { "lzip", "lz" },
		{ "lzma", "lzma" }, { "compress", "Z" } };
	for (size_t i = 0; i < COUNTOF(filters); i++) {
		const char *file = arena_printf(a, "x.csv.%s", filters[i][1]);
		pack(place(a, file), "raw", filters[i][0], one, text, sizeof text - 1);
		gives(file, NULL, filters[i][0], "x.csv");
	}
	file_write(place(a, "plain.csv"), text, sizeof text - 1, NULL);
	gives("plain.csv", NULL, NULL, "plain.csv");
}

static void archives(struct arena *a)
{
	static const char *const many[] = { "__MACOSX/._x.csv", "dir/", "dir/.hidden.csv",
		"readme.md", "dir/x.csv", "picture.png", NULL };
	static const char *const two[] = { "in/a.csv", "in/b.tsv", NULL };
	static const char *const odd[] = { "numbers", NULL };
	static const char *const inner[] = { "x.csv.gz", NULL };
	size_t n = sizeof text - 1;
	pack(place(a, "x.zip"), "zip", NULL, one, text, n);
	gives("x.zip", NULL, "zip", "x.csv");
	pack(place(a, "x.7z"), "7zip", NULL, one, text, n);
	gives("x.7z", NULL, "7z", "x.csv");
	pack(place(a, "x.tar"), "ustar", NULL, one, text, n);
	gives("x.tar", NULL, "tar", "x.csv");
	pack(place(a, "x.tgz"), "ustar", "gzip", one, text, n);
	gives("x.tgz", NULL, "tar in gzip", "x.csv");
	pack(place(a, "many.zip"), "zip", NULL, many, text, n);
	gives("many.zip", NULL, "zip", "dir/x.csv");
	pack(place(a, "odd.zip"), "zip", NULL, odd, text, n);
	gives("odd.zip", NULL, "zip", "numbers");
	pack(place(a, "two.zip"), "zip", NULL, two, text, n);
	gives("two.zip", "in/b.tsv", "zip", "in/b.tsv");
	gives("two.zip", "a.csv", "zip", "in/a.csv");
	refuses("two.zip", NULL, ERR_INPUT, "the zip archive holds several files: name one as "
		"source.member ('in/a.csv', 'in/b.tsv')");
	refuses("two.zip", "c.csv", ERR_USAGE, "the zip archive has no member 'c.csv'; it holds "
		"'in/a.csv', 'in/b.tsv'");

	struct buf gz = { 0 };
	file_read(place(a, "x.csv.gz"), 1 << 20, &gz, NULL);
	pack(place(a, "gz.zip"), "zip", NULL, inner, gz.p, gz.n);
	gives("gz.zip", NULL, "gzip in zip", "x.csv");
	/* two pieces one after the other are one text */
	buf_put(&gz, gz.p, gz.n);
	file_write(place(a, "twice.csv.gz"), gz.p, gz.n, NULL);
	buf_free(&gz);
	struct opened x;
	CHECK(open_as(&x, "twice.csv.gz", NULL, 0) == 0 && x.bytes.n == 2 * n);
	done(&x);
	CHECK(open_as(&x, "many.zip", NULL, 0) == 0 && x.result.ntables == 3);
	CHECK_STR(x.result.tables[1].name, "dir/x.csv");
	CHECK(x.result.tables[1].chosen && !x.result.tables[0].chosen);
	done(&x);
}

/* ---- what does not ------------------------------------------------------------------------- */

static void copy_part(struct arena *a, const char *from, const char *to, size_t less, size_t flip)
{
	struct buf b = { 0 };
	file_read(place(a, from), 1 << 28, &b, NULL);
	if (flip)
		b.p[b.n - flip] ^= 1;
	file_write(place(a, to), b.p, b.n - less, NULL);
	buf_free(&b);
}

static bool found(const struct opened *x, enum finding_code code)
{
	for (size_t i = 0; i < x->result.nfindings; i++)
		if (x->result.findings[i].code == code)
			return true;
	return false;
}

static void damage(struct arena *a)
{
	struct buf b = { 0 };
	struct opened x;
	for (int i = 0; i < 200000; i++)
		buf_printf(&b, "%d,%u\n", i, (unsigned)i * 2654435761u);
	for (int kind = 0; kind < 4; kind++) {
		static const char *const filters[] = { "gzip", "bzip2", "xz", "zstd" };
		pack(place(a, "long.csv.gz"), "raw", filters[kind], one, b.p, b.n);
		copy_part(a, "long.csv.gz", "cut.csv.gz", 100000, 0);
		CHECK(open_as(&x, "cut.csv.gz", NULL, 0) == 0);
		CHECK_STR(x.err.msg, "");
		CHECK(found(&x, FIND_truncated_input));
		CHECK(x.bytes.n > b.n / 3 && x.bytes.n < b.n && x.bytes.p[x.bytes.n - 1] == '\n');
		CHECK(memcmp(x.bytes.p, b.p, x.bytes.n) == 0);
		done(&x);
	}
	/* the sum at the end of a gzip file */
	copy_part(a, "x.csv.gz", "sum.csv.gz", 0, 8);
	CHECK(open_as(&x, "sum.csv.gz", NULL, 0) == 0 && found(&x, FIND_checksum_differs));
	done(&x);
	CHECK(open_as(&x, "x.csv.gz", NULL, 0) == 0 && !x.result.nfindings);
	done(&x);
	pack(place(a, "bin.gz"), "raw", "gzip", one, "a\0b", 3);
	copy_part(a, "bin.gz", "cutbin.gz", 9, 0);
	refuses("cutbin.gz", NULL, ERR_INPUT, "the gzip data ends early");
	file_write(place(a, "no.gz"), "\x1f\x8b\x08\x00rest", 8, NULL);
	refuses("no.gz", NULL, ERR_INPUT, "the gzip data");
	file_write(place(a, "no.zip"), "PK\3\4.....", 9, NULL);
	refuses("no.zip", NULL, ERR_INPUT, "zip");
	file_write(place(a, "empty.zip"), "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22, NULL);
	refuses("empty.zip", NULL, ERR_INPUT, "the zip archive holds no file");
	file_write(place(a, "empty"), "", 0, NULL);
	refuses("empty", NULL, ERR_INPUT, "the file is empty");
	refuses("absent", NULL, ERR_INPUT, "No such file");
	refuses(".", NULL, ERR_INPUT, "it is a folder, not a file");
	buf_free(&b);
}

static void traps(struct arena *a)
{
	enum { BIG = 300 << 20 };
	char *zeros = mem_calloc(1, BIG);
	static const char *const member[] = { "z.csv", NULL };
	memset(zeros, '0', BIG);
	pack(place(a, "bomb.csv.bz2"), "raw", "bzip2", one, zeros, BIG);
	refuses("bomb.csv.bz2", NULL, ERR_INPUT, "it expands to more than 1000 times its size");
	pack(place(a, "bomb.zip"), "zip", NULL, member, zeros, BIG / 2);
	struct opened x;
	CHECK(open_as(&x, "bomb.zip", NULL, 1 << 20) != 0);
	CHECK_STR(x.err.msg, "more than 1 MB come out of it");
	done(&x);
	free(zeros);
	/* packed again and again */
	copy_part(a, "x.csv.gz", "again.gz", 0, 0);
	for (int i = 0; i < 3; i++) {
		struct buf b = { 0 };
		file_read(place(a, "again.gz"), 1 << 20, &b, NULL);
		pack(place(a, "again.gz"), "raw", "gzip", one, b.p, b.n);
		buf_free(&b);
	}
	refuses("again.gz", NULL, ERR_INPUT, "it is packed more than 3 times over");
}

static void encrypted(struct arena *a)
{
	struct archive *w = archive_write_new();
	archive_write_set_format_zip(w);
	if (archive_write_set_options(w, "zip:encryption=zipcrypt") == ARCHIVE_OK &&
		archive_write_set_passphrase(w, "secret") == ARCHIVE_OK) {
		archive_write_open_filename(w, place(a, "secret.zip"));
		write_one(w, "x.csv", text, sizeof text - 1);
		archive_write_close(w);
		refuses("secret.zip", NULL, ERR_INPUT,
			"the zip archive is encrypted: unpack it with its password first");
	}
	archive_write_free(w);
}

int main(void)
{
	if (!mkdtemp(folder))
		return 1;
	struct arena *a = arena_new();
	compression(a);
	archives(a);
	damage(a);
	traps(a);
	encrypted(a);
	arena_free(a);
	file_remove_tree(folder, NULL);
	return test_end();
}
