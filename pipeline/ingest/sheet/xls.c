/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Old Excel workbooks (xls) as a feed. Our own reader: freexl, the only library, drops the result
 * of every formula without a word. */
#include "ingest/sheet/xls_int.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int map_file(struct arena *a, const char *path, struct xls_bytes *file, struct err *e)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, ERR_INPUT, "%s", strerror(errno));
	const char *p = NULL;
	int status = fstat(fd, &st) ? err_errno(e, "reading its size") :
		input_map(a, fd, (size_t)st.st_size, &p, e);
	close(fd);
	if (status)
		return -1;
	*file = (struct xls_bytes){ (const unsigned char *)p, (size_t)st.st_size };
	return 0;
}

/* ---- detection ----------------------------------------------------------------------------- */

/* Many programs keep other things in compound files. */
static enum detected detect_compound(const char *path)
{
	struct xls_bytes file;
	struct arena *a = arena_new();
	enum detected d = DETECT_MAYBE;
	if (path && map_file(a, path, &file, NULL) == 0) {
		struct cfb *c = cfb_open(a, file, NULL);
		if (c)
			d = cfb_has(c, "Workbook") || cfb_has(c, "Book") ||
				cfb_has(c, "EncryptedPackage") ? DETECT_YES : DETECT_NO;
	}
	arena_free(a);
	return d;
}

static enum detected detect(struct str head, const char *path)
{
	struct xls_reader r = { .stream = { (const unsigned char *)head.p, head.n } };
	struct xls_record rec;
	unsigned type;
	if (cfb_is(head.p, head.n))
		return detect_compound(path);
	bool bare = xls_next(&r, &rec) && xls_bof(&rec, &type) && rec.n <= 16 &&
		(type == XLS_GLOBALS || type == XLS_WORKSHEET || type == XLS_WORKSPACE);
	return bare ? DETECT_YES : DETECT_NO;
}

/* ---- opening ----------------------------------------------------------------------------- */

static const char *note(const struct xls_sheet *s)
{
	switch (s->type) {
	case XLS_SHEET:
		return s->damaged ? "damaged" : NULL;
	case XLS_MACROS:
		return "macros";
	case XLS_CHART:
		return "chart";
	case XLS_MODULE:
		return "module";
	}
	return "unknown";
}

static int choose(struct feed *f, struct xls *x, size_t *chosen, struct err *e)
{
	struct sheet_info *v = arena_calloc(f->arena, x->nsheets + 1, sizeof *v);
	for (size_t i = 0; i < x->nsheets; i++) {
		struct xls_sheet *s = &x->sheets[i];
		xls_survey(x, s);
		v[i] = (struct sheet_info){ s->name, note(s), s->hidden, s->cells > 0, s->tabular,
			s->rows, s->columns };
	}
	return sheet_choose(f, v, x->nsheets, chosen, e);
}

static void tell_facts(struct feed *f, const struct xls *x, const struct xls_sheet *s)
{
	feed_fact(f, "workbook", "BIFF%d", x->version);
	feed_fact(f, "date system", x->date1904 ? "1904" : "1900");
	if (x->version < 8 && x->codepage)
		feed_fact(f, "code page", "%u%s", x->codepage,
			x->codepage_unknown ? ", which is unknown: read as 1252" : "");
	if (s->lost)
		feed_finding(f, FIND_damaged_cells, NULL, s->lost, s->cells, s->name, NULL);
	if (x->cut)
		feed_finding(f, FIND_truncated_input, NULL, -1, -1, s->name, NULL);
}

static int open_feed(struct feed *f, struct err *e)
{
	struct xls_bytes file;
	size_t chosen;
	if (map_file(f->arena, f->path, &file, e))
		return -1;
	struct xls *x = xls_open(f->arena, file, e);
	if (!x || choose(f, x, &chosen, e))
		return -1;
	const struct xls_sheet *s = &x->sheets[chosen];
	xls_second(f, x, s);
	struct sheet *rows = arena_alloc(f->arena, sizeof *rows);
	xls_rows(x, s, feed_limits(f).expanded, rows);
	tell_facts(f, x, s);
	return sheet_feed(f, rows, e);
}

const struct format format_xls = {
	.name = "xls",
	.title = "Excel 97-2003 workbook",
	.extensions = "xls xlt xlw",
	.detect = detect,
	.open = open_feed,
	.fork = true,
};
