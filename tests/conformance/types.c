/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Types of columns against people's labels (../shared/data/csv/types).
 *
 * ptype: 155 columns of 8 whole files. Its labels know no percentages (they are strings there and
 * numbers with a unit here, which counts as agreement) and no category; where all values are
 * identical it names no type.
 *
 * sortinghat: 7,936 columns, of which the benchmark holds the name, counts, and five values, so the
 * values are typed from those five alone, together with their neighbours of the same file. Its
 * classes are about what a model can do with a column. Ours are mapped so:
 *	URL                  semantic type url
 *	Datetime             date, datetime, time, duration
 *	Embedded-Number      numbers with a unit, a sign, groups or a decimal comma
 *	List                 semantic type list
 *	Not-Generalizable    empty, constant, identifier, and 99 % missing
 *	Numeric              numeric
 *	Categorical          category, boolean, text whose values occur twenty times on average
 *	Sentence             text of five words or more on average
 *	Context-Specific     all other text
 * People gave the last class also to numbers whose meaning is not plain from the name, and
 * Categorical to codes and years; there no reader without the file's documentation can agree.
 */
#include "ingest/decide_int.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#define DATA "../shared/data/csv/types"

static bool verbose;

/* Wrong answers, by label and answer. */
struct matrix {
	const char *const *names;
	int n, right, all;
	int count[16][16];
};

static void answer(struct matrix *m, int label, int got)
{
	m->count[label][got]++;
	m->right += label == got;
	m->all++;
}

static void print_matrix(const struct matrix *m)
{
	for (int i = 0; i < m->n && verbose; i++) {
		int all = 0;
		for (int k = 0; k < m->n; k++)
			all += m->count[i][k];
		printf("%-18s %4d of %4d", m->names[i], m->count[i][i], all);
		for (int k = 0; k < m->n; k++)
			if (k != i && m->count[i][k])
				printf("  %s %d", m->names[k], m->count[i][k]);
		printf("\n");
	}
}

/* ---- ptype ------------------------------------------------------------------------------- */

static bool agrees(const char *label, const struct ingest_column *c)
{
	enum parsed_type t = c->parsed;
	if (strcmp(label, "integer") == 0)
		return t == PARSED_INTEGER;
	if (strcmp(label, "float") == 0)
		return t == PARSED_REAL || t == PARSED_INTEGER;
	if (strcmp(label, "boolean") == 0)
		return t == PARSED_BOOLEAN;
	if (strncmp(label, "date", 4) == 0)
		return t == PARSED_DATE || t == PARSED_DATETIME || t == PARSED_TIME;
	if (strcmp(label, "all identical") == 0)
		return true;
	return t == PARSED_TEXT || t == PARSED_EMPTY || c->unit;
}

static const char *reason(const char *label, const struct ingest_column *c)
{
	if (c->semantic && strcmp(c->semantic, "postal_code") == 0)
		return "postal codes are text here";
	if (strcmp(label, "boolean") == 0)
		return "a third word makes it a category";
	if (strncmp(label, "date", 4) == 0 && c->parsed == PARSED_INTEGER)
		return "years are whole numbers here";
	if (strncmp(label, "date", 4) == 0)
		return "years of school are text here";
	if (strcmp(label, "gender") == 0)
		return "coded by numbers";
	return "";
}

static bool ptype(void)
{
	enum { LEAST = 140 };
	char folder[] = "/tmp/dossier-types-XXXXXX";
	json_t *labels = json_read_file(DATA "/ptype/annotations.json", NULL);
	if (!labels || !mkdtemp(folder))
		return true;
	int right = 0, all = 0;
	const char *file;
	json_t *entry;
	json_object_foreach (labels, file, entry) {
		struct arena *a = arena_new();
		struct ingest_options o = {
			.inputs = &(struct ingest_input){
				.path = arena_printf(a, DATA "/ptype/%s", file) },
			.ninputs = 1,
			.table = path_join(a, folder, "table.arrow"),
			.quarantine = path_join(a, folder, "quarantine.csv"),
			.scratch = folder, .max_quarantine_share = 0.5,
			.max_unparsed_share = 0.05, .threads = 1,
		};
		struct ingest_result r;
		struct err e = { 0 };
		size_t n = json_count(entry, "types");
		bool ok = ingest_file(&o, a, &r, &e) == 0;
		for (size_t i = 0; i < n; i++, all++) {
			const char *label = json_string_value(
				json_array_get(json_at(entry, "types"), i));
			bool fits = ok && i < r.ncolumns && agrees(label, &r.columns[i]);
			right += fits;
			if (!fits && verbose && ok && i < r.ncolumns)
				printf("%s: '%s' is %s, labelled %s; %s\n", file,
					r.columns[i].name,
					parsed_type_name(r.columns[i].parsed), label,
					reason(label, &r.columns[i]));
		}
		arena_free(a);
	}
	json_decref(labels);
	file_remove_tree(folder, NULL);
	printf("SCORE csv/types/ptype %d %d\n", right, all);
	return right >= LEAST;
}

/* ---- sortinghat: the benchmark's own table ------------------------------------------------- */

enum { RECORD, NAME, LABEL, TOTAL, MISSING, DISTINCT = 6, SAMPLE = 12, SAMPLES = 5, WORDS = 21,
	FIELDS = 33 };

enum class { NUMERIC, CATEGORICAL, DATETIME, SENTENCE, URL, NUMBERS, LIST, NOT_GENERALIZABLE,
	CONTEXT, CLASSES };
static const char *const classes[CLASSES] = { "numeric", "categorical", "datetime", "sentence",
	"url", "embedded-number", "list", "not-generalizable", "context-specific" };

static void read_packed(const char *path, struct buf *b)
{
	gzFile f = gzopen(path, "rb");
	if (!f)
		return;
	char part[65536];
	for (int n; (n = gzread(f, part, sizeof part)) > 0;)
		buf_put(b, part, (size_t)n);
	gzclose(f);
}

/* The fields of one record, in place; where the next one starts. */
static char *take_record(char *p, struct str *fields)
{
	for (int i = 0; i < FIELDS; i++)
		fields[i] = (struct str){ "", 0 };
	for (int i = 0; *p && i < FIELDS; i++) {
		char *to = p, *from = p;
		bool quoted = *p == '"';
		from += quoted;
		while (*from && (quoted || (*from != ',' && *from != '\n'))) {
			if (quoted && *from == '"' && from[1] == '"')
				from++;
			else if (quoted && *from == '"') {
				quoted = false;
				from++;
				continue;
			}
			*to++ = *from++;
		}
		fields[i] = (struct str){ p, (size_t)(to - p) };
		char end = *from;
		p = from + (end != 0);
		if (end != ',')
			break;
	}
	for (int i = 0; i < FIELDS; i++)
		if (fields[i].n && fields[i].p[fields[i].n - 1] == '\r')
			fields[i].n--;
	return p;
}

/* One column of the benchmark. */
struct example {
	char *name;
	int label;
	double total, missing, distinct, words;
	struct str values[SAMPLES];
};

static double number_of(struct str s)
{
	double v = NAN;
	num_parse_double(s.p, s.n, &v);
	return v;
}

static struct example example_of(struct arena *a, const struct str *fields)
{
	struct example x = { .name = arena_strndup(a, fields[NAME].p, fields[NAME].n),
		.total = number_of(fields[TOTAL]), .missing = number_of(fields[MISSING]),
		.distinct = number_of(fields[DISTINCT]), .words = number_of(fields[WORDS]) };
	while (x.label < CLASSES - 1 && !str_eq(fields[LABEL], classes[x.label]))
		x.label++;
	struct buf clean = { 0 };
	for (int i = 0; i < SAMPLES; i++) {
		buf_clear(&clean);
		utf8_clean(&clean, fields[SAMPLE + i].p, fields[SAMPLE + i].n);
		x.values[i] = (struct str){ arena_strndup(a, buf_str(&clean), clean.n), clean.n };
	}
	buf_free(&clean);
	return x;
}

/* ---- sortinghat: our answer ---------------------------------------------------------------- */

/* The types of columns of one file, from five rows of it. */
static void decide(struct arena *a, const struct example *x, size_t n, struct tally *tallies,
	struct plan *plans, struct ingest_result *r)
{
	struct tokens *tokens = tokens_new(a, NULL, 0);
	struct ingest_options o = { .max_unparsed_share = 0.05 };
	struct source s = { .ncols = (int)n };
	*r = (struct ingest_result){ .ncolumns = n,
		.columns = arena_calloc(a, n, sizeof *r->columns) };
	for (size_t i = 0; i < n; i++) {
		struct block b = { .ncols = 1, .cap = 8, .rows = SAMPLES };
		b.cells = arena_calloc(a, 8, sizeof *b.cells);
		memcpy(b.cells, x[i].values, sizeof x[i].values);
		tally_open(&tallies[i]);
		tally_column(&tallies[i], tokens, &b, 0);
		tally_end(&tallies[i]);
		r->columns[i].name = x[i].name;
	}
	columns_decide(a, &o, &s, tallies, plans, r);
	for (size_t i = 0; i < n; i++)
		tally_close(&tallies[i]);
}

/* Grouped digits or a decimal comma. */
static bool dressed(const struct example *x)
{
	for (int i = 0; i < SAMPLES; i++)
		for (size_t k = 0; k < x->values[i].n; k++)
			if (x->values[i].p[k] == ',')
				return true;
	return false;
}

/* The cuts between types are those of the eda step (stages/eda_int.h). */
static enum class class_of(const struct example *x, const struct ingest_column *c)
{
	double present = x->total - x->missing;
	bool unique = x->distinct == present;
	bool key = hint_says(c->name, HINT_KEY);
	if (x->distinct <= 1 || x->missing > 0.99 * x->total)
		return NOT_GENERALIZABLE;
	if (c->semantic && strcmp(c->semantic, "url") == 0)
		return URL;
	if (c->semantic && strcmp(c->semantic, "list") == 0)
		return LIST;
	switch (c->parsed) {
	case PARSED_DATE:
	case PARSED_DATETIME:
	case PARSED_TIME:
	case PARSED_DURATION:
		return DATETIME;
	case PARSED_BOOLEAN:
		return CATEGORICAL;
	case PARSED_INTEGER:
	case PARSED_REAL:
		if (c->unit || dressed(x))
			return NUMBERS;
		if (unique && key)
			return NOT_GENERALIZABLE;
		if (c->parsed == PARSED_INTEGER &&
			(x->distinct == 2 || (x->distinct <= 10 && x->distinct < 0.05 * present)))
			return CATEGORICAL;
		return NUMERIC;
	case PARSED_TEXT:
	case PARSED_EMPTY:
	case PARSED_TYPES:
		break;
	}
	if (x->words >= 5)
		return SENTENCE;
	if (unique && (key || x->words < 1.5))
		return NOT_GENERALIZABLE;
	if (x->distinct < (x->distinct <= 50 ? 0.5 : 0.05) * present)
		return CATEGORICAL;
	return CONTEXT;
}

static void score_file(struct arena *a, const struct example *x, size_t n, struct matrix *m)
{
	struct tally *tallies = arena_calloc(a, n, sizeof *tallies);
	struct plan *plans = arena_calloc(a, n, sizeof *plans);
	struct ingest_result r;
	decide(a, x, n, tallies, plans, &r);
	for (size_t i = 0; i < n; i++) {
		enum class got = class_of(&x[i], &r.columns[i]);
		answer(m, x[i].label, got);
		if (verbose && (int)got != x[i].label)
			printf("'%s' %s, labelled %s: %.40s | %.40s | %.40s (%s)\n", x[i].name,
				classes[got], classes[x[i].label], x[i].values[0].p,
				x[i].values[1].p, x[i].values[2].p,
				parsed_type_name(r.columns[i].parsed));
	}
}

static bool sortinghat(void)
{
	enum { COLUMNS = 10000, LEAST = 6400 };
	struct buf file = { 0 };
	struct matrix m = { .names = classes, .n = CLASSES };
	struct str fields[FIELDS];
	read_packed(DATA "/sortinghat/data_train.csv.gz", &file);
	if (!file.n)
		return true;
	struct arena *a = arena_new();
	struct example *x = arena_calloc(a, COLUMNS, sizeof *x);
	size_t n = 0;
	struct str record = { 0 };
	for (char *p = take_record(file.p, fields); *p;) {
		p = take_record(p, fields);
		bool next = n && (fields[RECORD].n != record.n ||
			memcmp(fields[RECORD].p, record.p, record.n) != 0);
		if (next || n == COLUMNS) {
			score_file(a, x, n, &m);
			n = 0;
		}
		record = fields[RECORD];
		x[n++] = example_of(a, fields);
	}
	score_file(a, x, n, &m);
	print_matrix(&m);
	printf("SCORE csv/types/sortinghat %d %d\n", m.right, m.all);
	arena_free(a);
	buf_free(&file);
	return m.right >= LEAST;
}

int main(int argc, char **argv)
{
	verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	bool fine = ptype();
	fine &= sortinghat();
	return !fine;
}
