/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Real and nasty files with right answers, when they are there (../shared/data/csv):
 * csv-spectrum, hand-labelled dialects (CSVsniffer), code pages, polluted files (Pollock),
 * columns with labelled types (ptype), and edge cases of other readers, which must end in a
 * table or a clear error. The scores that have been reached are the least that is accepted.
 */
#include "ingest/ingest_int.h"
#include "ingest_dump.h"
#include "test.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#define DATA "../shared/data/csv"

static char folder[] = "/tmp/dossier-corpus-XXXXXX";

/* ---- one reading ------------------------------------------------------------------------- */

struct reading {
	struct arena *arena;
	struct ingest_result result;
	struct err err;
	struct buf rows;
	bool ok;
};

/* With `texts`, all columns are read as they stand. */
static void read_file(struct reading *x, const char *path, bool texts)
{
	static const struct ingest_declared none;
	*x = (struct reading){ .arena = arena_new() };
	struct ingest_options o = {
		.inputs = &(struct ingest_input){ .path = path }, .ninputs = 1,
		.table = path_join(x->arena, folder, "table.arrow"),
		.quarantine = path_join(x->arena, folder, "quarantine.csv"),
		.scratch = folder,
		.declared = &none,
		.max_quarantine_share = 0.5,
		.max_unparsed_share = 0.02,
		.threads = 2,
	};
	x->ok = ingest_file(&o, x->arena, &x->result, &x->err) == 0;
	if (x->ok && texts) {
		struct ingest_declared *d = arena_calloc(x->arena, x->result.ncolumns,
			sizeof *d);
		for (size_t i = 0; i < x->result.ncolumns; i++)
			d[i] = (struct ingest_declared){ x->result.columns[i].name, "text" };
		o.declared = d;
		o.ndeclared = x->result.ncolumns;
		x->ok = ingest_file(&o, x->arena, &x->result, &x->err) == 0;
	}
	if (x->ok)
		dump_rows(&x->rows, o.table);
}

static void done(struct reading *x)
{
	buf_free(&x->rows);
	arena_free(x->arena);
}

/* ---- walking ----------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	char *const *x = a, *const *y = b;
	return strcmp(*x, *y);
}

/* Names of the files in a folder, sorted; NULL-terminated. */
static char **list(struct arena *a, const char *path, size_t *n)
{
	char **names = arena_calloc(a, 4096, sizeof *names);
	DIR *d = opendir(path);
	*n = 0;
	for (struct dirent *e; d && (e = readdir(d)) != NULL && *n < 4095;)
		if (*e->d_name != '.')
			names[(*n)++] = arena_strdup(a, e->d_name);
	if (d)
		closedir(d);
	qsort(names, *n, sizeof *names, by_name);
	return names;
}

static void report(const char *what, int good, int all, int least)
{
	if (!all)
		return;
	printf("%s: %d of %d\n", what, good, all);
	CHECK(good >= least);
}

/* ---- csv-spectrum: every cell ------------------------------------------------------------ */

static bool same_cells(const json_t *want, const struct reading *x)
{
	struct buf b = { 0 };
	size_t rows = json_is_array(want) ? json_array_size(want) : 1;
	for (size_t i = 0; i < rows; i++) {
		const json_t *row = json_is_array(want) ? json_array_get(want, i) : want;
		buf_puts(&b, "row: ");
		for (size_t c = 0; c < x->result.ncolumns; c++) {
			const char *s = json_string_value(
				json_object_get(row, x->result.columns[c].name));
			buf_puts(&b, c ? " | " : "");
			dump_text(&b, str_of(s && *s ? s : "-"));
		}
		buf_putc(&b, '\n');
	}
	bool same = strcmp(buf_str(&b), buf_str(&x->rows)) == 0;
	buf_free(&b);
	return same;
}

static void spectrum(struct arena *a)
{
	size_t n;
	int good = 0;
	char **names = list(a, DATA "/csv-spectrum/csvs", &n);
	for (size_t i = 0; i < n; i++) {
		struct reading x;
		read_file(&x, arena_printf(a, DATA "/csv-spectrum/csvs/%s", names[i]), true);
		json_t *want = json_read_file(
			arena_printf(a, DATA "/csv-spectrum/json/%.*s.json",
				(int)strlen(names[i]) - 4, names[i]),
			NULL);
		good += x.ok && want && same_cells(want, &x);
		json_decref(want);
		done(&x);
	}
	/* location_coordinates.json does not belong to its csv: another telephone number */
	report("csv-spectrum", good, (int)n, 11);
}

/* ---- dialects ---------------------------------------------------------------------------- */

static const char *sign(const char *name)
{
	static const char *const names[][2] = { { "comma", "," }, { "semicolon", ";" },
		{ "tab", "\t" }, { "vslash", "|" }, { "doublequote", "\"" },
		{ "singlequote", "'" } };
	for (size_t i = 0; i < COUNTOF(names); i++)
		if (strcmp(name, names[i][0]) == 0)
			return names[i][1];
	return "";
}

static void dialects(struct arena *a)
{
	struct buf b = { 0 };
	int good = 0, all = 0;
	if (file_read(DATA "/dialect/annotations.psv", 1 << 20, &b, NULL))
		return;
	char *rest, *line = strtok_r(b.p, "\n", &rest);
	while ((line = strtok_r(NULL, "\n", &rest))) {
		char file[200], encoding[20], delimiter[20], quote[20];
		if (sscanf(line, "%199[^|]|%19[^|]|%19[^|]|%19[^|]", file, encoding, delimiter,
			    quote) != 4)
			continue;
		struct reading x;
		read_file(&x, arena_printf(a, DATA "/dialect/files/%s", file), false);
		all++;
		good += x.ok && strcmp(x.result.dialect.delimiter, sign(delimiter)) == 0 &&
			strcmp(x.result.dialect.quote, sign(quote)) == 0;
		done(&x);
	}
	buf_free(&b);
	report("dialects", good, all, 19);
}

/* ---- code pages: the same text as when the encoding is known ----------------------------- */

static void encodings(struct arena *a)
{
	struct buf b = { 0 };
	int good = 0, all = 0;
	if (file_read(DATA "/encodings/labels.tsv", 1 << 20, &b, NULL))
		return;
	char *rest, *line = strtok_r(b.p, "\n", &rest);
	while ((line = strtok_r(NULL, "\n", &rest))) {
		char file[100], language[20], encoding[40];
		if (sscanf(line, "%99s %19s %39s", file, language, encoding) != 3)
			continue;
		struct input in;
		struct text guessed, known;
		struct ingest_options o = { .scratch = folder };
		struct err e = { 0 };
		if (strncmp(encoding, "utf-16", 6) == 0)
			strcpy(encoding, "utf-16le");
		/* iconv's names */
		if (strcmp(encoding, "mac-roman") == 0)
			strcpy(encoding, "macintosh");
		if (strcmp(encoding, "iso2022_jp") == 0)
			strcpy(encoding, "iso-2022-jp");
		all++;
		if (input_open(a, arena_printf(a, DATA "/encodings/%s", file), &in, &e) ||
				text_open(a, &o, &in, &guessed, &e)) {
			printf("%s\n", e.msg);
			continue;
		}
		o.encoding = encoding;
		if (text_open(a, &o, &in, &known, &e))
			printf("%s\n", e.msg);
		else
			good += guessed.n == known.n &&
				memcmp(guessed.p, known.p, known.n) == 0;
	}
	buf_free(&b);
	report("encodings", good, all, 72);
}

/* ---- Pollock: a polluted file gives the cells of the clean one --------------------------- */

static void pollock(struct arena *a)
{
	size_t n;
	int good = 0;
	char **names = list(a, DATA "/pollock/csv", &n);
	for (size_t i = 0; i < n; i++) {
		struct reading dirty, clean;
		read_file(&dirty, arena_printf(a, DATA "/pollock/csv/%s", names[i]), true);
		read_file(&clean, arena_printf(a, DATA "/pollock/clean/%s", names[i]), true);
		bool same = dirty.ok == clean.ok &&
			(!clean.ok ||
				(dirty.result.ncolumns == clean.result.ncolumns &&
					strcmp(buf_str(&dirty.rows), buf_str(&clean.rows)) ==
						0));
		if (!same && getenv("V"))
			printf("  %s: %s %lld x %zu, want %lld x %zu\n", names[i],
				dirty.err.msg, (long long)dirty.result.rows,
				dirty.result.ncolumns, (long long)clean.result.rows,
				clean.result.ncolumns);
		good += same;
		done(&dirty);
		done(&clean);
	}
	report("pollock", good, (int)n, 24);
}

/* ---- ptype: types of columns ------------------------------------------------------------- */

static bool type_fits(const char *label, enum parsed_type t)
{
	if (strcmp(label, "integer") == 0)
		return t == PARSED_INTEGER;
	if (strcmp(label, "float") == 0)
		return t == PARSED_REAL || t == PARSED_INTEGER;
	if (strcmp(label, "boolean") == 0)
		return t == PARSED_BOOLEAN;
	if (strncmp(label, "date", 4) == 0)
		return t == PARSED_DATE || t == PARSED_DATETIME;
	return t == PARSED_TEXT;
}

static void types(struct arena *a)
{
	json_t *labels = json_read_file(DATA "/types/ptype/annotations.json", NULL);
	int good = 0, all = 0;
	const char *file;
	json_t *entry;
	json_object_foreach (labels, file, entry) {
		struct reading x;
		read_file(&x, arena_printf(a, DATA "/types/ptype/%s", file), false);
		size_t n = json_count(entry, "types");
		CHECK(x.ok && x.result.ncolumns == n);
		for (size_t i = 0; i < n && i < x.result.ncolumns; i++, all++)
			good += type_fits(
				json_string_value(json_array_get(json_at(entry, "types"), i)),
				x.result.columns[i].parsed);
		done(&x);
	}
	json_decref(labels);
	/* percentages are labelled strings there and numbers with a unit here */
	report("column types", good, all, 123);
}

/* ---- edge cases: a table or a clear error ------------------------------------------------ */

static void edges(struct arena *a)
{
	size_t n;
	int good = 0;
	char **names = list(a, DATA "/edge", &n);
	for (size_t i = 0; i < n; i++) {
		struct reading x;
		read_file(&x, arena_printf(a, DATA "/edge/%s", names[i]), false);
		const struct ingest_result *r = &x.result;
		bool clear = !x.ok && x.err.code == ERR_INPUT && *x.err.msg &&
			!strchr(x.err.msg, '\n');
		bool whole = x.ok && r->ncolumns && r->records == r->rows + r->quarantined;
		for (size_t c = 0; c < r->ncolumns && whole; c++)
			whole = r->columns[c].values + r->columns[c].missing == r->rows &&
				r->columns[c].parsed_count + r->columns[c].unparsed ==
					r->columns[c].values;
		if (!clear && !whole)
			printf("  %s: %s\n", names[i], x.err.msg);
		good += clear || whole;
		done(&x);
	}
	report("edge files", good, (int)n, (int)n);
}

int main(void)
{
	if (!mkdtemp(folder))
		return 2;
	if (!file_exists("../shared/data"))
		printf("skipped: no ../shared/data\n");
	struct arena *a = arena_new();
	spectrum(a);
	dialects(a);
	encodings(a);
	pollock(a);
	types(a);
	edges(a);
	arena_free(a);
	file_remove_tree(folder, NULL);
	return test_end();
}
