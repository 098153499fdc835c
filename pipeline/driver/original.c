/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The job's own copies of its input, and what is remembered of them in original.json: the hashes, so
 * that a large file is not read again to find out that nothing has changed, and the report date. */
#include "driver/driver_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A file whose times are this fresh may change again without its times changing. */
static const int64_t settle_ns = 2000000000;

static int64_t nanoseconds(struct timespec t)
{
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* What identifies the content of a file without reading it. */
static json_t *stamp_of(const struct stat *st)
{
	return json_pack("{sIsIsIsIsI}", "device", (json_int_t)st->st_dev, "inode",
		(json_int_t)st->st_ino, "bytes", (json_int_t)st->st_size, "mtime_ns",
		(json_int_t)nanoseconds(st->st_mtim), "ctime_ns",
		(json_int_t)nanoseconds(st->st_ctim));
}

static bool same_stamp(const json_t *known, const struct stat *st)
{
	json_t *now = stamp_of(st);
	bool same = known && json_equal(known, now);
	json_decref(now);
	return same;
}

static int cannot(struct err *e, const char *what, const char *path, enum err_code code)
{
	err_errno(e, "cannot %s '%s'", what, path);
	if (e)
		e->code = code;
	return -1;
}

/* ---- reading and copying ------------------------------------------------------------------------ */

/* Reads `from` to its end, hashing; copies to `to` unless that is -1. */
static int absorb(int from, int to, const char *path, const char *copy, char sha[SHA256_HEX],
	int64_t *size, struct err *e)
{
	enum { CHUNK = 1 << 20 };
	char *chunk = mem_alloc(CHUNK);
	struct sha256 h;
	int r = 0;
	ssize_t k;
	sha256_init(&h);
	*size = 0;
	while (r == 0 && (k = read(from, chunk, CHUNK)) != 0) {
		if (k < 0 && errno == EINTR)
			k = 0;
		else if (k < 0)
			r = cannot(e, "read", path, ERR_INPUT);
		else if (cancel_count())
			r = err_set(e, ERR_CANCELLED, "cancelled while reading '%s'", path);
		if (r == 0 && to >= 0 && file_put(to, chunk, (size_t)k) < 0)
			r = cannot(e, "write", copy, ERR_IO);
		if (r == 0) {
			sha256_add(&h, chunk, (size_t)k);
			*size += k;
		}
	}
	sha256_hex(&h, sha);
	free(chunk);
	return r;
}

int hash_polled(const char *path, char sha[SHA256_HEX], int64_t *size, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return cannot(e, "open", path, ERR_INPUT);
	int r = absorb(fd, -1, path, NULL, sha, size, e);
	close(fd);
	return r;
}

static int copy_file(const struct job *j, int in, const char *source, const char *to, struct err *e)
{
	char sha[SHA256_HEX];
	int64_t size;
	bool standard = strcmp(source, "-") == 0;
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666), r;
	if (out < 0)
		return cannot(e, "write", to, ERR_IO);
	r = absorb(in, out, standard ? "standard input" : source, to, sha, &size, e);
	if (r == 0 && standard)
		r = sources_check_size(j, "standard input", size, e);
	if (r == 0 && fsync(out) < 0)
		r = cannot(e, "sync", to, ERR_IO);
	if (close(out) < 0 && r == 0)
		r = cannot(e, "write", to, ERR_IO);
	return r;
}

static bool wanted(const struct job *j, const char *name)
{
	for (size_t i = 0; i < j->noriginals; i++)
		if (strcmp(j->originals[i].name, name) == 0)
			return true;
	return false;
}

/* Removes inputs that the job had under other names. */
static int remove_others(struct job *j, struct err *e)
{
	const char *dir = path_join(j->arena, j->dir, "original");
	DIR *d = opendir(dir);
	if (!d)
		return errno == ENOENT ? 0 : cannot(e, "read folder", dir, ERR_IO);
	int r = 0;
	bool changed = false;
	for (struct dirent *x; r == 0 && (r = file_next(d, dir, &x, e)) == 0 && x;) {
		if (wanted(j, x->d_name))
			continue;
		r = file_remove_tree(path_join(j->arena, dir, x->d_name), e);
		changed = true;
	}
	closedir(d);
	return r == 0 && changed ? file_sync(dir, e) : r;
}

/* A second name for what is open, rather than for whatever the name stands for by now. */
static bool link_open(const struct job *j, int fd, const char *to)
{
	const char *self = arena_printf(j->arena, "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, self, AT_FDCWD, to, AT_SYMLINK_FOLLOW) == 0;
}

/* A hard link where possible: it costs nothing. The content is safe from replacement of the source,
 * and a change in place is noticed by its times. */
static int bring_in(struct job *j, const struct original *o, const char *path, struct err *e)
{
	const char *dir = path_join(j->arena, j->dir, "original");
	const char *tmp = arena_printf(j->arena, "%s/.tmp-%ld", dir, (long)getpid());
	bool standard = strcmp(o->source, "-") == 0;
	if (file_mkdirs(dir, e) < 0)
		return -1;
	int in = standard ? STDIN_FILENO : manifest_open(j, o->source, e);
	if (in < 0)
		return -1;
	struct stat st;
	int r = 0;
	if (!standard && (fstat(in, &st) < 0 || !S_ISREG(st.st_mode)))
		r = err_set(e, ERR_INPUT, "cannot read '%s': not a regular file", o->source);
	else if (standard || !link_open(j, in, tmp))
		r = copy_file(j, in, o->source, tmp, e);
	if (!standard)
		close(in);
	if (r < 0) {
		unlink(tmp);
		return -1;
	}
	if (rename(tmp, path) < 0) {
		cannot(e, "rename into", path, ERR_IO);
		unlink(tmp);
		return -1;
	}
	return file_sync(dir, e);
}

/* ---- what is remembered --------------------------------------------------------------------------- */

static const char *record_path(struct job *j)
{
	return path_join(j->arena, j->dir, "original.json");
}

static json_t *record_load(struct job *j)
{
	const char *path = record_path(j);
	json_t *r = file_exists(path) ? json_read_file(path, NULL) : NULL;
	if (strcmp(json_text(r, "schema", ""), "dossier/original/1") == 0 &&
		strlen(json_text(r, "sha256", "")) == SHA256_HEX - 1)
		return r;
	json_decref(r);
	return NULL;
}

/* What is recorded of one file, or NULL. */
static const json_t *entry_of(const json_t *rec, const char *name)
{
	const json_t *list = json_at(rec, "files");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *f = json_array_get(list, i);
		if (strcmp(json_text(f, "name", ""), name) == 0 &&
			strlen(json_text(f, "sha256", "")) == SHA256_HEX - 1)
			return f;
	}
	return NULL;
}

/* Whether the recorded hash still holds: source and copy look the same, and both had settled when
 * they were hashed. Standard input has no look: NULL. */
static bool still_holds(const json_t *entry, const struct stat *source, const struct stat *copy)
{
	int64_t hashed = json_int(entry, "hashed_ns", 0);
	bool same = !source || (same_stamp(json_at(entry, "source"), source) &&
			hashed - nanoseconds(source->st_mtim) > settle_ns);
	return same && same_stamp(json_at(entry, "copy"), copy) &&
	       hashed - nanoseconds(copy->st_mtim) > settle_ns;
}

static int64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return nanoseconds(t);
}

/* ---- the report date -------------------------------------------------------------------------------- */

/* Said by the user, else SOURCE_DATE_EPOCH, else the day on which this job first met this content:
 * never simply today, or each morning would make another report of the same data. */
static int settle_date(struct job *j, const char *first_met, struct err *e)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	char text[32];
	int64_t seconds;
	if (json_text(j->manifest, "report_date", NULL))
		return 0;
	if (epoch) {
		if (!num_parse_int64(epoch, strlen(epoch), &seconds) || seconds < 0 ||
			seconds > 253402300799)
			return err_set(e, ERR_USAGE,
				"SOURCE_DATE_EPOCH: expected seconds since 1970, found '%.40s'",
				epoch);
		date_format(text, (int32_t)(seconds / 86400));
	}
	json_object_set_new(j->manifest, "report_date", json_string(epoch ? text : first_met));
	return 0;
}

/* ---- import ------------------------------------------------------------------------------------------ */

/* The manifest may say which content it expects. */
static int check_expected(const struct job *j, struct err *e)
{
	const char *sha = json_text(j->manifest, "source.sha256", NULL);
	const char *source = j->noriginals ? j->originals[0].source : "the server";
	int64_t bytes = json_int(j->manifest, "source.bytes", j->input_bytes);
	if (bytes != j->input_bytes)
		return err_set(e, ERR_INPUT, "'%s' has %lld bytes, the manifest expects %lld",
			source, (long long)j->input_bytes, (long long)bytes);
	if (sha && !str_ieq(str_of(sha), j->input_sha))
		return err_set(e, ERR_INPUT, "'%s' has SHA-256 %s, the manifest expects %s",
			source, j->input_sha, sha);
	return 0;
}

/* Settles the hash of a copy, which is read unless what is recorded still holds; adds what is to be
 * recorded of it to `files`. Both stamps were taken before the content is hashed, so a change after
 * that shows. */
static int identify(struct job *j, struct original *o, const json_t *entry, struct stat *source,
	json_t *files, struct err *e)
{
	struct stat copy;
	int64_t hashed = now_ns();
	if (stat(o->path, &copy) < 0)
		return cannot(e, "open", o->path, ERR_IO);
	if (source && copy.st_dev == source->st_dev && copy.st_ino == source->st_ino)
		*source = copy;        /* linking has changed its ctime */
	o->mtime_ns = nanoseconds(copy.st_mtim);
	o->bytes = copy.st_size;
	if (still_holds(entry, source, &copy) && !j->opt->paranoid) {
		snprintf(o->sha, sizeof o->sha, "%s", json_text(entry, "sha256", ""));
		hashed = json_int(entry, "hashed_ns", 0);
	} else if (hash_polled(o->path, o->sha, &o->bytes, e) < 0) {
		return -1;
	}
	return json_array_append_new(files,
		json_pack("{s:s,s:I,s:s,s:o,s:o,s:I}", "name", o->name, "bytes",
			(json_int_t)o->bytes, "sha256", o->sha, "source",
			source ? stamp_of(source) : json_null(), "copy", stamp_of(&copy),
			"hashed_ns", (json_int_t)hashed));
}

/* Standard input is read once; --resume goes on with what was read. */
static int import_stdin(struct job *j, struct original *o, const json_t *entry, const char *path,
	json_t *files, struct err *e)
{
	char real[PATH_MAX];
	if (!j->opt->resume && isatty(STDIN_FILENO))
		return err_set(e, ERR_USAGE,
			"standard input is a terminal: pipe the data into dossier, or name a file");
	if (!j->opt->resume && bring_in(j, o, path, e) < 0)
		return -1;
	if (!realpath(path, real))
		return cannot(e, "open", path, ERR_INPUT);
	o->path = arena_strdup(j->arena, real);
	return identify(j, o, entry, NULL, files, e);
}

static int import_one(struct job *j, struct original *o, const json_t *rec, json_t *files,
	struct err *e)
{
	const char *dir = path_join(j->arena, j->dir, "original");
	const char *path = path_join(j->arena, dir, o->name);
	const json_t *entry = entry_of(rec, o->name);
	struct stat source, copy;
	char real[PATH_MAX];
	if (strcmp(o->source, "-") == 0)
		return import_stdin(j, o, entry, path, files, e);
	if (stat(o->source, &source) < 0)
		return cannot(e, "open", o->source, ERR_INPUT);
	bool have = lstat(path, &copy) == 0 && S_ISREG(copy.st_mode);
	bool linked = have && copy.st_dev == source.st_dev && copy.st_ino == source.st_ino;
	bool copied = have && still_holds(entry, &source, &copy) && !j->opt->paranoid;
	if (!linked && !copied && bring_in(j, o, path, e) < 0)
		return -1;
	if (!realpath(path, real))
		return cannot(e, "open", path, ERR_IO);
	o->path = arena_strdup(j->arena, real);
	return identify(j, o, entry, &source, files, e);
}

static void hash_text(struct sha256 *h, const char *s)
{
	sha256_add(h, s, strlen(s) + 1);
}

/* One hash for all: that of the file when there is but one, else over names and hashes; of a server,
 * over what it is asked. */
static void hash_all(struct job *j)
{
	struct sha256 h;
	struct buf asked = { 0 };
	j->input_bytes = 0;
	for (size_t i = 0; i < j->noriginals; i++)
		j->input_bytes += j->originals[i].bytes;
	if (j->noriginals == 1 && !j->server) {
		memcpy(j->input_sha, j->originals[0].sha, SHA256_HEX);
		return;
	}
	sha256_init(&h);
	if (j->server)
		json_canonical(&asked, json_object_get(j->manifest, "source"));
	hash_text(&h, buf_str(&asked));
	for (size_t i = 0; i < j->noriginals; i++) {
		hash_text(&h, j->originals[i].name);
		hash_text(&h, j->originals[i].sha);
	}
	sha256_hex(&h, j->input_sha);
	buf_free(&asked);
}

/* A record that says the same already is left alone. */
static int record(struct job *j, const json_t *rec, json_t *files, struct err *e)
{
	char today[32];
	date_format(today, (int32_t)(now_ns() / 86400000000000));
	/* a server has new content whenever it is asked */
	bool known = strcmp(json_text(rec, "sha256", ""), j->input_sha) == 0 &&
		(!j->server || j->opt->resume);
	const char *first_met = known ? json_text(rec, "first_met", today) : today;
	if (settle_date(j, first_met, e) < 0)
		return -1;
	json_t *now = json_pack("{s:s,s:I,s:s,s:s,s:O}", "schema", "dossier/original/1", "bytes",
		(json_int_t)j->input_bytes, "sha256", j->input_sha, "first_met", first_met,
		"files", files);
	int r = rec && json_equal(rec, now) ? 0 : publish_json(record_path(j), now, e);
	json_decref(now);
	return r;
}

int original_import(struct job *j, struct err *e)
{
	json_t *rec = record_load(j), *files = json_array();
	int r = 0;
	for (size_t i = 0; i < j->noriginals && r == 0; i++)
		r = import_one(j, &j->originals[i], rec, files, e);
	if (r == 0)
		r = remove_others(j, e);
	if (r == 0) {
		hash_all(j);
		r = record(j, rec, files, e);
	}
	json_decref(rec);
	json_decref(files);
	if (r < 0 || check_expected(j, e) < 0)
		return -1;
	if (j->server)
		return 0;
	json_t *source = json_object_get(j->manifest, "source");
	json_object_set_new(source, "sha256", json_string(j->input_sha));
	json_object_set_new(source, "bytes", json_integer(j->input_bytes));
	return 0;
}

int original_unchanged(const struct job *j, struct err *e)
{
	for (size_t i = 0; i < j->noriginals; i++) {
		const struct original *o = &j->originals[i];
		struct stat st;
		if (stat(o->path, &st) < 0)
			return cannot(e, "open", o->path, ERR_INPUT);
		/* Not the ctime: another job may link the same file meanwhile. */
		if (st.st_size != o->bytes || nanoseconds(st.st_mtim) != o->mtime_ns)
			return err_set(e, ERR_INPUT, "'%s' changed while it was read; run again",
				o->source);
	}
	return 0;
}
