/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The charts of the HTML: each is drawn, says in words what it shows, has its numbers as a table, and
 * labels that neither leave it nor lie on each other. */
#include "report/check_html_int.h"

#include <math.h>
#include <string.h>

enum { DATA_ROWS = 60, DATA_COLUMNS = 12 };   /* beyond these a table of the numbers serves nobody */
static const double SLACK = 2;                /* points: fonts of browsers differ */

/* ---- what stands behind a chart -------------------------------------------------------------- */

static bool has_few_numbers(const json_t *chart)
{
	static const char *const rows[] = { "histogram", "bars", "columns", "intervals", "swarm", "steps", "stack", "box" };
	const char *kind = json_text(chart, "chart", "");
	int64_t n = json_int(chart, "n", 0), n2 = json_int(chart, "n2", 0);
	if (n == 0)
		return false;
	if (strcmp(kind, "heatmap") == 0)
		return n <= DATA_COLUMNS && (n2 ? n2 : n) <= DATA_ROWS;
	for (size_t i = 0; i < COUNTOF(rows); i++)
		if (strcmp(kind, rows[i]) == 0)
			return n <= DATA_ROWS && n2 <= DATA_COLUMNS;
	return false;
}

static bool same_text(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static void check_alt(struct checking *k, const json_t *chart, const struct picture *p)
{
	const char *id = json_text(chart, "id", ""), *alt = json_text(chart, "alt", "");
	check_that(k, CHECK_html_alt, *alt && !same_text(alt, json_text(chart, "title", NULL)),
		"chart '%s' says nothing but its title", id);
	if (!p->hidden)
		check_that(k, CHECK_html_alt, same_text(p->alt, alt), "chart '%s' has another text than the document: '%s'", id,
			p->alt ? p->alt : "");
}

/* ---- labels ---------------------------------------------------------------------------------- */

static void box_of(const struct label *l, double *x0, double *y0, double *x1, double *y1)
{
	double w = text_width(l->text, l->size), turn = l->angle * 3.14159265358979 / 180;
	double from = -l->just * w, up = -0.72 * l->size;
	*x0 = *y0 = INFINITY;
	*x1 = *y1 = -INFINITY;
	for (int i = 0; i < 4; i++) {
		double dx = from + (i & 1 ? w : 0), dy = i & 2 ? up : 0;
		double x = l->x + dx * cos(turn) - dy * sin(turn), y = l->y + dx * sin(turn) + dy * cos(turn);
		*x0 = fmin(*x0, x);
		*x1 = fmax(*x1, x);
		*y0 = fmin(*y0, y);
		*y1 = fmax(*y1, y);
	}
}

static int by_place(const void *a, const void *b)
{
	const struct label *x = a, *y = b;
	double rows = x->y - y->y, columns = x->x - y->x;
	return rows != 0 ? (rows > 0) - (rows < 0) : (columns > 0) - (columns < 0);
}

static void check_labels(struct checking *k, const char *id, const struct picture *p, struct label *v)
{
	double x0, y0, x1, y1, end = -INFINITY, row = NAN;
	const struct label *last = NULL;
	qsort(v, p->nlabels, sizeof *v, by_place);
	for (size_t i = 0; i < p->nlabels; i++) {
		box_of(&v[i], &x0, &y0, &x1, &y1);
		check_that(k, CHECK_html_labels,
			x0 >= -SLACK && y0 >= -SLACK && x1 <= p->width + SLACK && y1 <= p->height + SLACK,
			"chart '%s': '%s' leaves the picture", id, v[i].text);
		if (v[i].angle != 0)
			continue;
		if (last && v[i].y == row)
			check_that(k, CHECK_html_labels, x0 >= end - SLACK, "chart '%s': '%s' lies on '%s'", id, v[i].text, last->text);
		else
			end = -INFINITY;
		row = v[i].y;
		last = x1 > end ? &v[i] : last;
		end = fmax(end, x1);
	}
}

/* ---- all charts ------------------------------------------------------------------------------ */

static bool in_range(size_t at, const struct scan_item *here, const struct scan_item *after)
{
	return at >= here->byte && (!after || at < after->byte);
}

/* The chart has its picture and its table between its anchor and that of the next. */
static void check_chart(struct checking *k, const struct scan *s, const json_t *chart, const struct scan_item *here,
	const struct scan_item *after, size_t *picture, size_t *table)
{
	const char *id = json_text(chart, "id", "");
	while (*picture < s->npictures && s->pictures[*picture].byte < here->byte)
		(*picture)++;
	while (*table < s->tables.n && s->tables.v[*table].byte < here->byte)
		(*table)++;
	const struct picture *p = *picture < s->npictures && in_range(s->pictures[*picture].byte, here, after)
		? &s->pictures[*picture] : NULL;
	check_that(k, CHECK_html_charts, p, "chart '%s' has no picture", id);
	for (; p && p < s->pictures + s->npictures && in_range(p->byte, here, after) && p->chart; p++) {
		check_that(k, CHECK_html_charts, p->marks > 0, "chart '%s' is empty", id);
		check_alt(k, chart, p);
		check_labels(k, id, p, s->labels + p->label);
	}
	if (has_few_numbers(chart))
		check_that(k, CHECK_html_data, *table < s->tables.n && in_range(s->tables.v[*table].byte, here, after),
			"chart '%s' has no table of its numbers", id);
}

void check_charts(struct checking *k, const struct scan *s, const struct scan_list *ids)
{
	size_t picture = 0, table = 0;
	const struct said *said = &k->said;
	for (size_t i = 0; i < said->ncharts; i++) {
		const char *id = json_text(said->charts[i], "id", "");
		const struct scan_item *here = find_id(ids, id), *after = i + 1 < said->ncharts
			? find_id(ids, json_text(said->charts[i + 1], "id", "")) : NULL;
		if (check_that(k, CHECK_html_charts, here, "chart '%s' is not in the page", id))
			check_chart(k, s, said->charts[i], here, after, &picture, &table);
	}
	for (size_t i = 0; i < s->npictures; i++)
		if (!s->pictures[i].chart && !s->pictures[i].hidden)
			check_that(k, CHECK_html_alt, s->pictures[i].alt && *s->pictures[i].alt, "a picture has no text in its stead");
	for (size_t i = 0; i < s->mute.n; i++)
		check_that(k, CHECK_html_alt, false, "an image has no alt text");
}
