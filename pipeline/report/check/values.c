/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * result.json against the artifacts: every cell that names a place holds what stands there, and
 * every number prints as its class says.
 */
#include "report/check_int.h"

#include <math.h>
#include <string.h>

static const json_t *artifact_named(const struct checking *k, const char *file, size_t n)
{
	const struct artifacts *a = k->in->artifacts;
	const struct {
		const char *file;
		const json_t *v;
	} all[] = { { "manifest.json", a->manifest }, { "ingest/ingest.json", a->ingest },
		{ "ingest/schema.json", a->schema }, { "eda.json", a->eda },
		{ "clarify.json", a->clarify }, { "modeling.json", a->modeling },
		{ "findings.json", k->findings } };
	for (size_t i = 0; i < COUNTOF(all); i++)
		if (strlen(all[i].file) == n && strncmp(all[i].file, file, n) == 0)
			return all[i].v;
	return NULL;
}

static enum cell_class class_named(const char *name)
{
	for (enum cell_class c = CELL_EMPTY; c <= CELL_OWN; c++)
		if (strcmp(cell_class_name(c), name) == 0)
			return c;
	return CELL_EMPTY;
}

static bool same_number(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

/* The cell as it would be made now from the place that its address names. */
static struct cell cell_there(struct checking *k, const char *ref, enum cell_class cls)
{
	const char *sign = strchr(ref, '#');
	struct place p = { k->arena,
		sign ? artifact_named(k, ref, (size_t)(sign - ref)) : NULL, ref, NULL };
	struct cell number = cell_num(cls, NAN, ref);
	if (cell_is_number(&number))
		return place_num(p, cls, sign ? sign + 1 : "");
	struct cell c = place_code(p, sign ? sign + 1 : "");
	if (c.text)
		c.cls = cls;
	return c;
}

/* What a reader takes the text for must hold the value: told without the code that printed it. */
static void check_read_back(struct checking *k, const char *text, const char *cls, double value)
{
	double lo, hi;
	if (isnan(value)) {
		check_that(k, CHECK_read_back, strncmp(text, "\xE2\x80\x93", 3) == 0, "'%s' stands for no number", text);
		return;
	}
	bool number = number_read(text, cls, words_point(k->in->artifacts->words), &lo, &hi);
	if (check_that(k, CHECK_read_back, number, "'%s' cannot be read as %s", text, cls))
		check_that(k, CHECK_read_back, value >= lo && value <= hi, "'%s' (%s) is not %.17g", text, cls, value);
}

static void check_cell(void *ctx, const json_t *cell)
{
	struct checking *k = ctx;
	const char *ref = json_text(cell, "ref", NULL), *text = json_text(cell, "text", "");
	const char *cls = json_text(cell, "class", "");
	double value = json_num(cell, "value", NAN);
	struct cell c = { .cls = class_named(cls), .num = value, .words = k->in->artifacts->words,
		.approx = text[0] == '~', .places = (unsigned char)(json_int(cell, "decimals", -1) + 1) };
	bool number = cell_is_number(&c);
	if (ref) {
		struct cell there = cell_there(k, ref, c.cls);
		there.words = c.words;
		const char *printed = cell_string(k->arena, &there);
		bool same = number ? same_number(there.num, value) : strcmp(printed, text) == 0;
		check_that(k, CHECK_values, same, "%s is '%s', the report has '%s'", ref, printed, text);
		c.text = number ? there.text : NULL;
	}
	if (!number)
		return;
	const char *printed = cell_string(k->arena, &c);
	check_that(k, CHECK_printed, strcmp(printed, text) == 0, "'%s' stands for a value that prints as '%s'", text,
		printed);
	check_read_back(k, text, cls, value);
}

static void check_node(void *ctx, const json_t *node)
{
	result_cells(node, check_cell, ctx);
}

void check_values(struct checking *k)
{
	result_walk(json_at(k->in->result, "document"), check_node, k);
}
