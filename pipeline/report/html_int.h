/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the HTML renderer share. templates/README.md describes the view they make.
 */
#ifndef HTML_INT_H
#define HTML_INT_H

#include "report/report.h"

/* Charts say how wide they are in steps of so many points, up to so many steps: a style sheet
 * can't multiply the width of a picture, and all charts should have letters of one size. */
enum { HTML_SIZE_STEP = 20, HTML_SIZES = 60 };

/* The whole view of a page but for style, script and their hashes. Owned by the caller. */
json_t *html_view(const struct render_input *in);
/* The numbers behind a chart as the view of a table, or NULL where a table would not help a
 * reader. */
json_t *html_chart_data(const struct chart *c);

/* A string that HTML can hold: valid UTF-8 without control characters; NULL becomes null. */
json_t *html_text(const char *s);
/* The parts of a text between which a line may end, where long names need that; null where not. */
json_t *html_pieces(const char *s);
/* The view of a cell: text and class; `col`, which may be NULL, adds alignment and the bar
 * behind a share. */
json_t *html_cell(const struct cell *c, const struct table_column *col);
/* The prose of a node as runs. */
json_t *html_runs(const struct node *n);

/* The generated half of the style: colours of the theme as custom properties for light, dark
 * and print, a rule for each ink of the charts, the widths of bars. */
void html_colours(struct buf *css, const struct theme *t);
void html_base64(struct buf *out, const uint8_t *p, size_t n);

#endif
