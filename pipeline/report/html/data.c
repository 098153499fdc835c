/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The numbers behind a chart, as a table for those who cannot see it or want to copy them.
 * Charts of many points have none: their alternative text says what they show, and the artifact
 * has the rest.
 */
#include "report/html_int.h"
#include "report/report_int.h"

#include <math.h>

enum { DATA_ROWS = 60, DATA_COLUMNS = 12 };

struct sheet {
	const struct words *words;
	const char *titles[DATA_COLUMNS + 1];
	json_t *rows;
};

static enum cell_class values_of(const struct chart *c)
{
	return c->values == CELL_EMPTY ? CELL_MEASURE : c->values;
}

/* A chart of one thing may leave its label out: the axis or the title names it. */
static struct cell name_of(const struct chart *c, const char *const *labels, size_t i)
{
	if (labels && labels[i] && *labels[i])
		return cell_text(labels[i]);
	return cell_text(c->xlabel ? c->xlabel : c->title);
}

static void add_row(struct sheet *s, struct cell head, const struct cell *cells, size_t n)
{
	static const struct table_column right = {.align = ALIGN_RIGHT};
	json_t *o = json_object(), *a = json_array();
	head.words = s->words;
	for (size_t i = 0; i < n; i++) {
		struct cell c = cells[i];
		c.words = s->words;
		json_array_append_new(a, html_cell(&c, &right));
	}
	json_object_set_new(o, "head", html_cell(&head, NULL));
	json_object_set_new(o, "link", json_null());
	json_object_set_new(o, "cells", a);
	json_object_set_new(o, "spark", json_null());
	json_array_append_new(s->rows, o);
}

static struct cell edge(const struct chart *c, double v, char date[40])
{
	if (!c->x_is_time || !(fabs(v) < 9e18))
		return cell_num(c->along ? c->along : CELL_MEASURE, v, NULL);
	int64_t us = (int64_t)v, day = INT64_C(86400000000);
	if (us % day == 0)
		date_format(date, (int32_t)(us / day));
	else
		time_format(date, us);
	return (struct cell){.cls = CELL_DATE, .num = NAN, .text = date};
}

static void histogram(const struct chart *c, struct sheet *s)
{
	enum cell_class height = c->values == CELL_EMPTY ? CELL_COUNT : c->values;
	s->titles[0] = words_say(s->words, "From");
	s->titles[1] = words_say(s->words, "to");
	s->titles[2] = c->ylabel ? c->ylabel : words_say(s->words, "Count");
	for (size_t i = 0; i < c->n; i++) {
		char from[40], to[40];
		struct cell cells[] = {
			edge(c, c->edges[i + 1], to), cell_num(height, c->y[i], NULL)};
		add_row(s, edge(c, c->edges[i], from), cells, COUNTOF(cells));
	}
}

/* Intervals that are no wider than their value say nothing. */
static bool has_width(const struct chart *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->lo[i] < c->y[i] || c->hi[i] > c->y[i])
			return true;
	return false;
}

static void bars(const struct chart *c, struct sheet *s)
{
	bool ranges = c->lo && c->hi && c->kind != CHART_STEPS && has_width(c);
	bool upright = c->kind == CHART_COLUMNS;
	const char *names = upright ? c->xlabel : c->ylabel;
	const char *values = upright ? c->ylabel : c->xlabel;
	s->titles[0] = names ? names : words_say(s->words, "Name");
	s->titles[1] = values ? values : words_say(s->words, "Value");
	if (ranges) {
		s->titles[2] = words_say(s->words, "Low");
		s->titles[3] = words_say(s->words, "High");
	}
	for (size_t i = 0; i < c->n; i++) {
		struct cell cells[3] = {cell_num(values_of(c), c->y[i], NULL)};
		if (ranges) {
			cells[1] = cell_num(values_of(c), c->lo[i], NULL);
			cells[2] = cell_num(values_of(c), c->hi[i], NULL);
		}
		add_row(s, name_of(c, c->labels, i), cells, ranges ? 3 : 1);
	}
}

static void boxes(const struct chart *c, struct sheet *s)
{
	static const char *const titles[] = {"Name", "Lower whisker", "First quartile",
		"Median", "Third quartile", "Upper whisker"};
	for (size_t i = 0; i < COUNTOF(titles); i++)
		s->titles[i] = words_say(s->words, titles[i]);
	for (size_t i = 0; i < c->n; i++) {
		struct cell cells[5];
		for (size_t k = 0; k < 5; k++)
			cells[k] = cell_num(values_of(c), c->q[i * 5 + k], NULL);
		add_row(s, name_of(c, c->labels, i), cells, 5);
	}
}

static void heatmap(const struct chart *c, struct sheet *s)
{
	size_t n2 = c->n2 ? c->n2 : c->n;
	s->titles[0] = c->ylabel ? c->ylabel : words_say(s->words, "Name");
	for (size_t k = 0; k < c->n; k++)
		s->titles[k + 1] = c->labels[k];
	for (size_t i = 0; i < n2; i++) {
		struct cell cells[DATA_COLUMNS];
		for (size_t k = 0; k < c->n; k++)
			cells[k] = cell_num(values_of(c), c->matrix[i * c->n + k], NULL);
		add_row(s, name_of(c, c->labels2 ? c->labels2 : c->labels, i), cells, c->n);
	}
}

/* The line among fainter ones, where there is one: the average curve of a dependence. */
static const struct chart_series *main_line(const struct chart *c)
{
	const struct chart_series *found = NULL;
	for (size_t i = 0; i < c->nseries; i++) {
		if (c->series[i].style == SERIES_FAINT || c->series[i].style == SERIES_BAND)
			continue;
		if (found || c->series[i].style != SERIES_LINE)
			return NULL;
		found = &c->series[i];
	}
	return found;
}

static void curve(const struct chart *c, struct sheet *s)
{
	const struct chart_series *l = main_line(c);
	s->titles[0] = c->xlabel ? c->xlabel : "x";
	s->titles[1] = c->ylabel ? c->ylabel : "y";
	for (size_t i = 0; i < l->n; i++) {
		struct cell y = cell_num(values_of(c), l->y[i], NULL);
		add_row(s, cell_num(c->along ? c->along : CELL_MEASURE, l->x[i], NULL), &y, 1);
	}
}

static void stack(const struct chart *c, struct sheet *s)
{
	s->titles[0] = words_say(s->words, "Name");
	for (size_t k = 0; k < c->n2; k++)
		s->titles[k + 1] = c->labels2[k];
	for (size_t i = 0; i < c->n; i++) {
		struct cell cells[DATA_COLUMNS];
		for (size_t k = 0; k < c->n2; k++)
			cells[k] = cell_num(values_of(c), c->matrix[i * c->n2 + k], NULL);
		add_row(s, name_of(c, c->labels, i), cells, c->n2);
	}
}

/* NULL where the chart has too many numbers to be read as such. */
static void (*sheet_of(const struct chart *c))(const struct chart *c, struct sheet *s)
{
	switch (c->kind) {
	case CHART_HISTOGRAM:
		return c->n <= DATA_ROWS ? histogram : NULL;
	case CHART_BARS:
	case CHART_COLUMNS:
	case CHART_INTERVALS:
	case CHART_SWARM:
	case CHART_STEPS:
		return c->n <= DATA_ROWS ? bars : NULL;
	case CHART_STACK:
		return c->n <= DATA_ROWS && c->n2 <= DATA_COLUMNS ? stack : NULL;
	case CHART_BOX:
		return c->n <= DATA_ROWS ? boxes : NULL;
	case CHART_HEATMAP:
		return c->n <= DATA_COLUMNS && c->n2 <= DATA_ROWS ? heatmap : NULL;
	case CHART_XY:
		return c->nrug > 0 && main_line(c) && main_line(c)->n <= DATA_ROWS ? curve : NULL;
	case CHART_DENSITY:
	case CHART_MISSING:
	case CHART_TREE:
	case CHART_DECISIONS:   /* the table of its rules stands beside it */
		return NULL;
	}
	return NULL;
}

json_t *html_chart_data(const struct chart *c)
{
	void (*fill)(const struct chart *, struct sheet *) = sheet_of(c);
	if (!fill || (c->n == 0 && c->kind != CHART_XY))
		return NULL;
	struct sheet s = {.words = c->words, .rows = json_array()};
	fill(c, &s);
	json_t *o = json_object(), *columns = json_array();
	for (size_t i = 0; i <= DATA_COLUMNS && s.titles[i]; i++) {
		json_t *col = json_object();
		json_object_set_new(col, "title", html_text(s.titles[i]));
		json_object_set_new(col, "pieces", html_pieces(json_string_value(json_object_get(col, "title"))));
		json_object_set_new(col, "right", json_boolean(i > 0));
		json_object_set_new(col, "spark", json_false());
		json_array_append_new(columns, col);
	}
	json_object_set_new(o, "columns", columns);
	json_object_set_new(o, "rows", s.rows);
	json_object_set_new(o, "sortable", json_false());
	return o;
}
