/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Structure of real and nasty CSV files against known answers (../shared/data/csv):
 * csv-spectrum, hand-labelled dialects (CSVsniffer), code pages, polluted files (Pollock), and
 * edge cases of other readers, which must end in a table or a clear error. -v explains each
 * miss. DuckDB's view of the edge cases is no truth; the agreement with it is shown only.
 */
#include "ingest/ingest_int.h"
#include "../unit/ingest_dump.h"
#include "test.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#define DATA "../shared/data/csv"

static char folder[] = "/tmp/dossier-csv-XXXXXX";
static bool verbose;

/* ---- misses with a reason ---------------------------------------------------------------- */

static void miss(const char *set, const char *file, const char *why)
{
	static const struct {
		const char *file, *reason;
	} known[] = {
		{ "file_multitable_same.csv", "deliberate: under the same header the same table goes "
			"on, so the rows of both parts are read; the answer has the first part only" },
	};
	for (size_t i = 0; i < COUNTOF(known); i++)
		if (strcmp(file, known[i].file) == 0)
			why = known[i].reason;
	if (verbose)
		printf("  %s %s: %s\n", set, file, why);
}

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
	printf("SCORE %s %d %d\n", what, good, all);
	CHECK(good >= least);
}

/* ---- csv-spectrum: every cell ------------------------------------------------------------ */

/* The telephone number of location_coordinates.json is not that of its csv. */
static const char *erratum(const char *file, const char *name)
{
	bool here = strcmp(file, "location_coordinates.csv") == 0 &&
		strcmp(name, "Contact Phone Number") == 0;
	return here ? "2095257564" : NULL;
}

static bool same_cells(const char *file, const json_t *want, const struct reading *x)
{
	struct buf b = { 0 };
	size_t rows = json_is_array(want) ? json_array_size(want) : 1;
	for (size_t i = 0; i < rows; i++) {
		const json_t *row = json_is_array(want) ? json_array_get(want, i) : want;
		buf_puts(&b, "row: ");
		for (size_t c = 0; c < x->result.ncolumns; c++) {
			const char *name = x->result.columns[c].name, *s = erratum(file, name);
			if (!s)
				s = json_string_value(json_object_get(row, name));
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
		bool same = x.ok && want && same_cells(names[i], want, &x);
		if (!same)
			miss("csv-spectrum", names[i], x.ok ? "other cells" : x.err.msg);
		good += same;
		json_decref(want);
		done(&x);
	}
	report("csv/csv-spectrum", good, (int)n, 12);
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
		bool same = x.ok && strcmp(x.result.dialect.delimiter, sign(delimiter)) == 0 &&
			strcmp(x.result.dialect.quote, sign(quote)) == 0;
		if (!same)
			miss("dialect", file, x.ok ? arena_printf(a, "'%s' and '%s', not %s and %s",
				x.result.dialect.delimiter, x.result.dialect.quote, delimiter, quote)
				: x.err.msg);
		good += same;
		done(&x);
	}
	buf_free(&b);
	report("csv/dialect", good, all, 21);
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
			miss("encodings", file, e.msg);
			continue;
		}
		o.encoding = encoding;
		bool same = text_open(a, &o, &in, &known, &e) == 0 && guessed.n == known.n &&
			memcmp(guessed.p, known.p, known.n) == 0;
		if (!same)
			miss("encodings", file, arena_printf(a, "%s, not %s", guessed.encoding.name,
				encoding));
		good += same;
	}
	buf_free(&b);
	report("csv/encodings", good, all, 79);
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
		if (!same)
			miss("pollock", names[i], arena_printf(a, "%s%lld x %zu, not %lld x %zu",
				dirty.err.msg, (long long)dirty.result.rows,
				dirty.result.ncolumns, (long long)clean.result.rows,
				clean.result.ncolumns));
		good += same;
		done(&dirty);
		done(&clean);
	}
	report("csv/pollock", good, (int)n, 34);
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
			miss("edge", names[i], x.err.msg);
		good += clear || whole;
		done(&x);
	}
	report("csv/edge", good, (int)n, (int)n);
}

/* ---- DuckDB's opinion -------------------------------------------------------------------- */

static void compare(struct arena *a)
{
	struct buf b = { 0 };
	int same = 0, all = 0;
	if (file_read(DATA "/edge_duckdb_1.5.6_sniff.tsv", 1 << 20, &b, NULL))
		return;
	char *rest, *line = strtok_r(b.p, "\n", &rest);
	while ((line = strtok_r(NULL, "\n", &rest))) {
		char file[200], delimiter[20];
		if (sscanf(line, "%199[^\t]\t%19[^\t]", file, delimiter) != 2 ||
				strlen(delimiter) > 3)
			continue;
		struct reading x;
		read_file(&x, arena_printf(a, DATA "/edge/%s", file), false);
		const char *ours = x.ok ? x.result.dialect.delimiter : "error";
		bool tab = strcmp(delimiter, "\\t") == 0 || strcmp(delimiter, "TAB") == 0;
		bool agree = strcmp(ours, tab ? "\t" : delimiter) == 0 ||
			(x.ok && x.result.ncolumns == 1 && !*ours);
		if (!agree)
			miss("duckdb", file, arena_printf(a, "'%s' here, '%s' there %s", ours,
				delimiter, x.err.msg));
		all++;
		same += agree;
		done(&x);
	}
	buf_free(&b);
	printf("the delimiter of %d of %d edge files is that of DuckDB\n", same, all);
}

int main(int argc, char **argv)
{
	verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	if (!mkdtemp(folder))
		return 2;
	if (!file_exists("../shared/data"))
		printf("skipped: no ../shared/data\n");
	struct arena *a = arena_new();
	spectrum(a);
	dialects(a);
	encodings(a);
	pollock(a);
	edges(a);
	if (verbose)
		compare(a);
	arena_free(a);
	file_remove_tree(folder, NULL);
	return test_end();
}
