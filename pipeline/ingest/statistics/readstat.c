/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libreadstat as three passes over a file. It reads through a window, not by a system call for
 * each row, and what it hands out is copied or turned into text before its callback returns. */
#include "ingest/statistics/readstat_int.h"

#include <ctype.h>
#include <readstat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- bytes --------------------------------------------------------------------------------- */

static int io_open(const char *path, void *ctx)
{
	(void)path;
	struct stat_reader *s = ctx;
	s->at = 0;
	return 0;
}

static int io_close(void *ctx)
{
	(void)ctx;
	return 0;
}

static readstat_off_t io_seek(readstat_off_t offset, readstat_io_flags_t whence, void *ctx)
{
	struct stat_reader *s = ctx;
	int64_t from = whence == READSTAT_SEEK_SET ? 0 : whence == READSTAT_SEEK_CUR ? s->at : s->size;
	if (offset > 0 ? offset > INT64_MAX - from : offset < -from)
		return -1;
	s->at = from + offset;
	s->past_end = s->past_end || s->at > s->size;
	return s->at;
}

/* The library reads a row, or less, at a time: most of that comes from the window. */
static ssize_t io_read(void *buf, size_t n, void *ctx)
{
	struct stat_reader *s = ctx;
	int64_t left = s->at < s->size ? s->size - s->at : 0;
	if ((uint64_t)n > (uint64_t)left) {
		s->past_end = true;
		n = (size_t)left;
	}
	for (size_t done = 0; done < n;) {
		int64_t skip = s->at - s->window_at;
		if (skip < 0 || skip >= (int64_t)s->window_n) {
			ssize_t got = pread(s->fd, s->window, STAT_WINDOW, s->at);
			if (got <= 0)
				return -1;
			s->window_at = s->at;
			s->window_n = (size_t)got;
			skip = 0;
		}
		size_t take = s->window_n - (size_t)skip;
		if (take > n - done)
			take = n - done;
		memcpy((char *)buf + done, s->window + skip, take);
		done += take;
		s->at += (int64_t)take;
	}
	return (ssize_t)n;
}

static readstat_error_t io_update(long size, readstat_progress_handler progress, void *user,
	void *ctx)
{
	(void)size;
	(void)progress;
	(void)user;
	(void)ctx;
	return READSTAT_OK;
}

/* ---- what the file says ---------------------------------------------------------------------- */

/* The library's own texts, valid and without the blanks that fill fields; NULL for none. It
 * promises an end of them, but names that fill their field have none. */
static const char *keep(struct stat_reader *s, const char *text, size_t most)
{
	if (!text)
		return NULL;
	struct str t = str_trim((struct str){ text, strnlen(text, most) });
	if (!t.n)
		return NULL;
	struct buf clean = { 0 };
	utf8_clean(&clean, t.p, t.n);
	const char *kept = arena_strndup(s->feed->arena, clean.p, clean.n);
	buf_free(&clean);
	return kept;
}

enum { NAME = 256, LABEL = 1024, TEXT = 1 << 20 };

/* Bytes of the name of a set of labels in files of Stata, by version. */
static size_t set_name(const struct stat_reader *s)
{
	if (s->family != STAT_STATA)
		return NAME;
	return s->version < 110 ? 9 : s->version < 118 ? 33 : 129;
}

static int on_metadata(readstat_metadata_t *m, void *ctx)
{
	struct stat_reader *s = ctx;
	if (s->pass != STAT_DESCRIBE)
		return READSTAT_HANDLER_OK;
	s->encoding = keep(s, m->file_encoding, NAME);
	s->label = keep(s, m->file_label, NAME);
	s->table = keep(s, m->table_name, NAME);
	s->stated_rows = m->row_count;
	s->version = m->file_format_version;
	if (m->var_count < 1 || m->var_count > MAX_COLUMNS) {
		err_set(s->e, ERR_INPUT, "it has %lld columns", (long long)m->var_count);
		return READSTAT_HANDLER_ABORT;
	}
	return READSTAT_HANDLER_OK;
}

static struct stat_cell cell_of(readstat_value_t v)
{
	struct stat_cell x = { .missing = readstat_value_is_system_missing(v) };
	if (readstat_value_is_tagged_missing(v)) {
		x.tag = readstat_value_tag(v);
		x.missing = true;
	} else if (readstat_value_type_class(v) == READSTAT_TYPE_CLASS_STRING) {
		const char *text = readstat_string_value(v);
		x.text = str_of(text ? text : "");
		while (x.text.n && x.text.p[x.text.n - 1] == ' ')
			x.text.n--;
		x.missing = !x.text.n;
	} else if (!x.missing) {
		x.single = readstat_value_type(v) == READSTAT_TYPE_FLOAT;
		x.number = readstat_double_value(v);
		x.missing = isnan(x.number);
	}
	return x;
}

static void ranges_read(struct stat_reader *s, struct stat_column *c, const readstat_variable_t *v)
{
	int n = readstat_variable_get_missing_ranges_count(v);
	if (n < 1 || n > STAT_RANGES)
		return;
	c->ranges = arena_calloc(s->feed->arena, (size_t)n, sizeof *c->ranges);
	for (int i = 0; i < n; i++) {
		readstat_value_t lo = readstat_variable_get_missing_range_lo(v, i);
		readstat_value_t hi = readstat_variable_get_missing_range_hi(v, i);
		struct stat_range *r = &c->ranges[c->nranges];
		if (c->text != (readstat_value_type_class(lo) == READSTAT_TYPE_CLASS_STRING))
			continue;
		if (c->text) {     /* single texts only: a range of texts is not to be had in SPSS */
			struct stat_cell x = cell_of(lo);
			*r = (struct stat_range){ .text = {
				arena_strndup(s->feed->arena, x.text.p, x.text.n), x.text.n } };
		} else {
			*r = (struct stat_range){ .lo = readstat_double_value(lo),
				.hi = readstat_double_value(hi) };
		}
		c->nranges++;
	}
}

static const char *const type_names[] = { [READSTAT_TYPE_STRING] = "string",
	[READSTAT_TYPE_INT8] = "byte", [READSTAT_TYPE_INT16] = "int", [READSTAT_TYPE_INT32] = "long",
	[READSTAT_TYPE_FLOAT] = "float", [READSTAT_TYPE_DOUBLE] = "double",
	[READSTAT_TYPE_STRING_REF] = "strL" };

static void columns_grow(struct stat_reader *s, size_t n)
{
	if (n > s->columns_cap) {
		s->columns_cap = n > 2 * s->columns_cap ? n : 2 * s->columns_cap;
		struct stat_column *more = arena_calloc(s->feed->arena, s->columns_cap, sizeof *more);
		if (s->ncolumns)
			memcpy(more, s->columns, s->ncolumns * sizeof *more);
		s->columns = more;
	}
	s->ncolumns = n;
}

static int on_variable(int index, readstat_variable_t *v, const char *labels, void *ctx)
{
	struct stat_reader *s = ctx;
	if (index < 0 || index >= MAX_COLUMNS)
		return READSTAT_HANDLER_ABORT;
	if (s->pass != STAT_DESCRIBE)
		return (size_t)index < s->ncolumns ? READSTAT_HANDLER_OK : READSTAT_HANDLER_ABORT;
	if ((size_t)index >= s->ncolumns)
		columns_grow(s, (size_t)index + 1);
	struct stat_column *c = &s->columns[index];
	readstat_type_t type = readstat_variable_get_type(v);
	const char *name = keep(s, readstat_variable_get_name(v), NAME);
	const char *format = keep(s, readstat_variable_get_format(v), NAME);
	c->name = name ? name : "";
	c->label = keep(s, readstat_variable_get_label(v), LABEL);
	c->set = keep(s, labels, set_name(s));
	c->text = readstat_variable_get_type_class(v) == READSTAT_TYPE_CLASS_STRING;
	c->whole = type == READSTAT_TYPE_INT8 || type == READSTAT_TYPE_INT16 ||
		type == READSTAT_TYPE_INT32;
	const char *stored = (size_t)type < COUNTOF(type_names) ? type_names[type] : NULL;
	/* SPSS and SAS know two types only: the format says more. Of Stata both are told. */
	if (!format)
		c->stored = stored;
	else if (s->family == STAT_STATA && stored)
		c->stored = arena_printf(s->feed->arena, "%s %s", stored, format);
	else
		c->stored = format;
	if (format && !c->text)
		c->format = stat_format(s->family, format);
	ranges_read(s, c, v);
	return READSTAT_HANDLER_OK;
}

static int on_label(const char *set, readstat_value_t value, const char *label, void *ctx)
{
	struct stat_reader *s = ctx;
	struct arena *a = s->feed->arena;
	const char *name = keep(s, set, set_name(s)), *text = keep(s, label, TEXT);
	if (s->pass != STAT_DESCRIBE || !name)
		return READSTAT_HANDLER_OK;
	if (!s->nsets || strcmp(s->sets[s->nsets - 1].name, name) != 0) {
		if (s->nsets == s->sets_cap) {
			s->sets_cap = s->sets_cap ? s->sets_cap * 2 : 16;
			struct stat_labels *more = arena_calloc(a, s->sets_cap, sizeof *more);
			if (s->nsets)
				memcpy(more, s->sets, s->nsets * sizeof *more);
			s->sets = more;
		}
		s->sets[s->nsets++].name = name;
	}
	struct stat_cell code = cell_of(value);
	if (text && (code.tag || !code.missing))
		stat_labels_add(a, &s->sets[s->nsets - 1], &code, text);
	return READSTAT_HANDLER_OK;
}

static int on_weight(readstat_variable_t *v, void *ctx)
{
	struct stat_reader *s = ctx;
	if (s->pass == STAT_DESCRIBE)
		s->weight = keep(s, readstat_variable_get_name(v), NAME);
	return READSTAT_HANDLER_OK;
}

/* ---- values -------------------------------------------------------------------------------- */

static bool row_begin(struct stat_reader *s)
{
	while (!feed_row(s->feed, s->block))
		if (!turns_pause(s->turns))
			return false;
	s->feed->records++;
	return true;
}

static int on_value(int row, readstat_variable_t *v, readstat_value_t value, void *ctx)
{
	struct stat_reader *s = ctx;
	size_t col = (size_t)readstat_variable_get_index(v);
	if (col >= s->ncolumns)
		return READSTAT_HANDLER_ABORT;
	struct stat_column *c = &s->columns[col];
	struct stat_cell x = cell_of(value);
	if (c->text != (readstat_value_type_class(value) == READSTAT_TYPE_CLASS_STRING))
		x = (struct stat_cell){ .missing = true };
	if (s->pass == STAT_COUNT) {
		stat_count(c, &x);
		s->rows += col + 1 == s->ncolumns;   /* a row is whole with its last column */
		return READSTAT_HANDLER_OK;
	}
	if (row >= s->rows || (col == 0 && !row_begin(s)))
		return READSTAT_HANDLER_ABORT;
	if (!s->block->rows)
		return READSTAT_HANDLER_ABORT;
	feed_put(s->block, (int)col, stat_value(c, &x, s->block));
	return READSTAT_HANDLER_OK;
}

/* ---- errors -------------------------------------------------------------------------------- */

/* The library's word beyond its error code, the first that it says. */
static void on_error(const char *message, void *ctx)
{
	struct stat_reader *s = ctx;
	static const char known[] = "ReadStat: ";
	if (message && strncmp(message, known, sizeof known - 1) == 0)
		message += sizeof known - 1;
	if (!message || *s->said)
		return;
	struct buf clean = { 0 };      /* it may quote the file */
	utf8_clean(&clean, message, strnlen(message, sizeof s->said / 4));
	for (size_t i = 0; i < clean.n; i++)
		s->said[i] = (unsigned char)clean.p[i] < ' ' ? ' ' : clean.p[i];
	s->said[clean.n] = 0;
	buf_free(&clean);
}

static int fail(const struct stat_reader *s, readstat_error_t code, struct err *e)
{
	if (code == READSTAT_ERROR_CONVERT_BAD_STRING)
		return err_set(e, ERR_INPUT, "a text in it is not valid in the encoding that it states%s%s%s: "
			"give the right one as 'encoding'", s->encoding ? " (" : "",
			s->encoding ? s->encoding : "", s->encoding ? ")" : "");
	if (code == READSTAT_ERROR_UNSUPPORTED_CHARSET)
		return err_set(e, ERR_INPUT, "its encoding is not known here: give one as 'encoding'");
	if (code == READSTAT_ERROR_MALLOC)
		return err_set(e, ERR_INPUT, "it asks for more memory than it can need");
	if (s->past_end)
		return err_set(e, ERR_INPUT, "it is cut off or damaged: it ends before its data do");
	char text[200];
	snprintf(text, sizeof text, "%s", readstat_error_message(code));
	text[0] = (char)tolower((unsigned char)text[0]);
	return err_set(e, ERR_INPUT, "%s%s%s", text, *s->said ? ": " : "", s->said);
}

static readstat_parser_t *parser_new(struct stat_reader *s)
{
	readstat_parser_t *p = readstat_parser_init();
	if (!p)
		return NULL;
	readstat_set_open_handler(p, io_open);
	readstat_set_close_handler(p, io_close);
	readstat_set_seek_handler(p, io_seek);
	readstat_set_read_handler(p, io_read);
	readstat_set_update_handler(p, io_update);
	readstat_set_io_ctx(p, s);
	readstat_set_metadata_handler(p, on_metadata);
	readstat_set_variable_handler(p, on_variable);
	readstat_set_value_label_handler(p, on_label);
	readstat_set_fweight_handler(p, on_weight);
	readstat_set_error_handler(p, on_error);
	if (s->pass != STAT_DESCRIBE)
		readstat_set_value_handler(p, on_value);
	const char *encoding = s->feed->options->encoding;
	if (encoding && *encoding && strcmp(encoding, "auto") != 0)
		readstat_set_file_character_encoding(p, encoding);
	return p;
}

int stat_parse(struct stat_reader *s, enum stat_file file, enum stat_pass pass, struct err *e)
{
	static readstat_error_t (*const parse[])(readstat_parser_t *, const char *, void *) = {
		[STAT_SAS7BDAT] = readstat_parse_sas7bdat, [STAT_XPORT] = readstat_parse_xport,
		[STAT_SAV] = readstat_parse_sav, [STAT_POR] = readstat_parse_por,
		[STAT_DTA] = readstat_parse_dta };
	struct err own = { 0 };
	s->pass = pass;
	s->e = &own;
	s->past_end = false;
	*s->said = 0;
	readstat_parser_t *p = parser_new(s);
	if (!p)
		return err_set(e, ERR_IO, "out of memory");
	readstat_error_t code = parse[file](p, s->feed->path, s);
	readstat_parser_free(p);
	s->e = NULL;
	if (own.code)
		return err_set(e, own.code, "%s", own.msg);
	if (code == READSTAT_OK || (pass == STAT_ROWS && s->cut_off))
		return 0;
	/* Labels behind the data are lost with it, the columns are not. */
	if (s->past_end && (pass == STAT_DESCRIBE ? s->ncolumns > 0 : s->rows > 0)) {
		s->cut_off = true;
		return 0;
	}
	return fail(s, code, e);
}
