/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report: artifacts -> document tree -> html, pdf, text, json. A document is one tree of typed nodes;
 * a number in it is a number with a class and the place it came from, and one function turns it
 * into text, so the four renderers can't disagree. A chart is data, drawn once into a display list.
 */
#ifndef REPORT_H
#define REPORT_H

#include "base/base.h"

/* ---- fixed texts in the language of the report (words.c) -------------------------------------------- */

/* The English text in the code is the key; NULL is the catalogue of English, which is empty. */
struct words;
/* Reads <share>/assets/texts/<language>/, all .po files in it (gettext's format without contexts and
 * plural forms); *out is NULL for "en" and NULL. Lives in the arena. "<file>:<line>:<column>: <what>"
 * when a file is none. The header may state the decimal mark: "X-Decimal-Mark: ,". */
int words_load(struct arena *a, const char *share, const char *language, struct words **out, struct err *e);
/* The text in the language of the catalogue; the English one itself where it is not known. Borrowed. */
const char *words_say(const struct words *w, const char *english);
/* As printf into the arena with a translated format. Holes: those of words_hole; numbers print as
 * counts. */
const char *words_printf(struct arena *a, const struct words *w, const char *fmt, ...) PRINTF_LIKE(3, 4);
const char *words_vprintf(struct arena *a, const struct words *w, const char *fmt, va_list ap) PRINTF_LIKE(3, 0);
char words_point(const struct words *w);                 /* the decimal mark */
void words_number(const struct words *w, char *digits);  /* its point becomes that mark */
/* Calls `miss` for every text with letters that is looked up in vain. */
void words_watch(struct words *w, void (*miss)(void *ctx, const char *english), void *ctx);
/* The end of a hole of a format at p: "%s", "%zu", "%d", "%lld", "%.0f", or "%2$s", which a translation
 * may put in another order; NULL: none. *which: the number of what fills it, from 0; *next counts. */
const char *words_hole(const char *p, size_t *next, size_t *which);

/* ---- cells (cell.c) --------------------------------------------------------------------------- */

enum cell_class {
	CELL_EMPTY,        /* prints an en dash */
	CELL_TEXT,         /* words of the report: said in its language */
	CELL_CODE,         /* a value from the data or a name of a column: monospaced */
	CELL_COUNT,        /* 9876, 12 345 */
	CELL_PERCENT,      /* share in [0, 1] -> 12.3 %; > 0 but tiny prints "< 0.1 %" */
	CELL_P_VALUE,      /* 0.034, "< 0.001" */
	CELL_CORRELATION,  /* -0.87, always two decimals and a sign */
	CELL_ASSOCIATION,  /* 0.87: strength without direction, such as Cramer's V, and other pure numbers near one */
	CELL_MEASURE,      /* a figure in units of the data: 5 significant digits, all of the whole part, 1.2e-7 where needed */
	CELL_SCORE,        /* a model score: 4 significant digits */
	CELL_DATE,         /* ISO text as it stands */
	CELL_BYTES,        /* 12.3 kB */
	CELL_CLOCK,        /* seconds since midnight: 13:05, 13:05:30 */
	CELL_CHANGE,       /* how far a score moves, what acting saves: 2 significant digits, all of the whole part */
	CELL_DURATION,     /* seconds: 12.5 s, 1:05:30 (hours, minutes, seconds), from 100 hours 5 d 3:30 */
	CELL_OWN           /* words of the user or the data that read as prose: as they stand */
};
enum cell_look { LOOK_STRONG = 1, LOOK_EMPHASIS = 2, LOOK_CODE = 4 };
struct cell {
	enum cell_class cls;
	double num;
	const char *text;          /* TEXT, CODE, DATE; for numbers: why it is absent, when num is NaN */
	const char *ref;           /* file in the job folder and place: "eda.json#columns.3.numeric.mean"; NULL when computed here */
	const struct words *words; /* the language that it is printed in: set by the document; NULL: English */
	bool approx;               /* printed with "~" */
	unsigned char places;      /* decimals + 1 of a MEASURE, SCORE or CHANGE (doc_even); 0: as its digits want */
	unsigned look;             /* run of an author's text: enum cell_look */
	const char *url;           /* run of an author's text: where it leads; runs of one link share the pointer */
	unsigned char digits_short;/* in a column of decimals: digits that it has fewer than the longest, */
	bool point_short;          /* and whether it lacks the point, too: as much room is left behind it */
};
struct cell cell_text(const char *s);
struct cell cell_code(const char *s);
struct cell cell_own(const char *s);
struct cell cell_num(enum cell_class cls, double v, const char *ref);
/* The one place where a number becomes text. UTF-8, free of locale. U+2212 is the minus; U+202F groups
 * digits from five on (years stay whole) and stands before a unit. A number that is not there prints
 * an en dash and the reason; control characters of a value print as blanks or U+FFFD, and a value
 * longer than 120 characters ends in an ellipsis. Decimal mark, units, reasons and the words of an
 * artifact (TEXT with a ref) are in the language of the cell. */
void cell_print(struct buf *out, const struct cell *c);
/* Run i of n where links cannot be followed: the last run of one has its address behind it, in
 * parentheses, unless it is what the link says anyway. */
void cell_print_run(struct buf *out, const struct cell *runs, size_t n, size_t i);
bool cell_is_number(const struct cell *c);

/* ---- charts ------------------------------------------------------------------------------------ */

/* Palette roles, not colours: each becomes a CSS class in SVG and an RGB of the theme in the PDF. */
enum ink {
	INK_TEXT, INK_MUTED, INK_AXIS, INK_GRID, INK_SURFACE,
	INK_PRIMARY, INK_PRIMARY_SOFT, INK_ACCENT, INK_ACCENT_SOFT, INK_OK, INK_WARN, INK_ERROR,
	INK_SERIES_1, INK_SERIES_2, INK_SERIES_3, INK_SERIES_4, INK_SERIES_5, INK_SERIES_6,
	INK_RAMP_0,                            /* sequential ramp, 16 steps */
	INK_DIVERGING_0 = INK_RAMP_0 + 16,     /* -1 .. +1, 17 steps, the middle neutral */
	INK_COUNT = INK_DIVERGING_0 + 17
};
enum chart_kind {
	CHART_HISTOGRAM,   /* edges[n + 1], y[n]; series[0] overlays a curve (KDE) in counts; ref lines */
	CHART_BARS,        /* labels[n], y[n]; horizontal, longest label truncated; lo/hi draw whiskers */
	CHART_COLUMNS,     /* labels[n], y[n]: vertical (weekdays, months, hours) */
	CHART_BOX,         /* boxes: labels[n] and for each q[5] = whisker, Q1, median, Q3, whisker;
	                      outliers: series of POINTS, x = value, y = index of the box */
	CHART_XY,          /* series of points and lines: scatter, QQ, ROC, calibration, residuals, time series */
	CHART_DENSITY,     /* binned scatter: grid nx x ny of counts */
	CHART_HEATMAP,     /* labels x labels2, matrix of values in [-1, 1] or [0, 1] (above 1: scaled by
	                      the largest, as in a confusion matrix of counts); NaN is blank */
	CHART_MISSING,     /* a strip for each of labels[n] (columns) over n2 row bins: matrix[i * n2 + bin]
	                      is the share present in [0, 1]; xmin..xmax: first and last row number;
	                      y[n]: shares missing in all, as bins may differ in size */
	CHART_INTERVALS,   /* labels[n], y[n] with lo[n], hi[n] around zero: coefficients, importance */
	CHART_SWARM,       /* labels[n] and for each series[i] of POINTS: x = where, y = colour in [0, 1] from low to
	                      high, NaN: none; y[n] of the chart: a figure of each row for its table */
	CHART_STEPS,       /* labels[n], y[n]: what each adds, from lo[n] to hi[n]; the first and the last are
	                      where it starts and ends */
	CHART_STACK,       /* labels[n], labels2[n2], matrix n x n2 of shares of a bar, none negative */
	CHART_TREE,        /* clusters of labels[n] from top to bottom: matrix has n - 1 rows of left, right,
	                      height: what is joined, labels from 0, then n + row of an earlier one */
	CHART_DECISIONS    /* a decision tree of n nodes, the root first, children behind their parents: labels[n]
	                      and labels2[n] are the two lines of a box; matrix has n rows of the node for yes,
	                      for no (both negative: a leaf) and colour in [0, 1] */
};
enum series_style { SERIES_LINE, SERIES_POINTS, SERIES_DASHED, SERIES_BAND, SERIES_STEP, SERIES_FAINT };
struct chart_series {
	const char *name;          /* for the legend; NULL: none */
	enum series_style style;
	enum ink ink;
	size_t n;
	const double *x, *y, *y2;  /* y2: other edge of a BAND */
};
struct chart_line { double at; bool vertical; const char *label; enum ink ink; };
struct chart {
	enum chart_kind kind;
	const char *id;            /* unique slug: file name plots/<id>.svg and anchor */
	const char *ref;           /* where its data is: "eda.json#columns.3.numeric.histogram"; may be NULL */
	const char *title;         /* printed by the document, not inside the plot */
	const char *alt;           /* one sentence: what it shows, with its main figures */
	const char *xlabel, *ylabel;
	double width, height;      /* points; 0: a line of text wide (560), less beside others; as high as the kind wants */
	double row;                /* charts of rows: the height of one; 0: as the kind wants */
	bool x_is_time;            /* x in microseconds since the epoch: calendar ticks */
	enum cell_class along;     /* how x is printed: CLOCK, DURATION, else EMPTY: plain numbers */
	bool diverging;            /* HEATMAP: values in [-1, 1] */
	bool effects;              /* INTERVALS: 0 is none, and what may be none is grey */
	bool show_values;          /* HEATMAP: print the value in each cell when it fits */
	enum cell_class values;    /* how values are printed on bars, cells and the value axis: COUNT,
	                              PERCENT (y is a share), CORRELATION ...; EMPTY: as plain numbers */
	double xmin, xmax, ymin, ymax;  /* forced window when xmin < xmax / ymin < ymax */
	bool equal_axes;           /* ROC, predicted against actual */
	bool listed;               /* XY: a legend names the series, even where their names fit at the ends of lines */
	bool stacked;              /* XY: above or below others with the same x axis: all have the same margins */
	size_t n, n2;
	const char *const *labels, *const *labels2;
	const double *edges, *y, *lo, *hi, *q;
	const double *matrix;      /* row-major n2 x n (rows = labels2 or labels when NULL; n2 = 0: n); not MISSING */
	size_t nx, ny;             /* DENSITY grid; xmin..ymax give its extent */
	size_t nseries;
	const struct chart_series *series;
	size_t nlines;
	const struct chart_line *lines;
	const struct words *words; /* for numbers and words inside the drawing; set by doc_chart */
	size_t nrug;
	const double *rug;         /* XY: marks along x, where the data are */
};

/* ---- the document tree (doc.c) ------------------------------------------------------------------ */

enum node_kind {
	NODE_SECTION,      /* title, id, children; level by depth */
	NODE_TEXT,         /* paragraph: runs of cells; plain text and numbers mixed */
	NODE_FIGURES,      /* key figures: label + cell each, shown as tiles */
	NODE_TABLE,
	NODE_CHART,
	NODE_FINDING,      /* a finding (or like findings of several columns): title, level, sentence, advice */
	NODE_NOTE,         /* small print: definition, method, caveat */
	NODE_COLUMNS,      /* children side by side where there is room (charts next to tables) */
	NODE_DETAILS,      /* children folded away in HTML, in full in the PDF */
	NODE_LIST,         /* of an author's text: children are ITEMs; `ordered` with numbers from `start` */
	NODE_ITEM          /* text: its marker, "1." or a bullet; children: TEXT and LIST */
};
enum align { ALIGN_LEFT, ALIGN_RIGHT };
struct table_column { const char *title; enum align align; bool bar; /* draw a bar behind a PERCENT cell */ };
struct spark { size_t n; const double *y; };  /* a small histogram, for a row of a table; n = 0: none */
struct node {
	enum node_kind kind;
	const char *id;            /* anchor, unique; sections, charts and findings have one */
	const char *title;         /* section, table caption, chart caption */
	const char *badge;         /* section of a column: its type in words; `code` is that of eda.json */
	const char *link;          /* finding or row: anchor of the section it is about */
	/* TEXT: runs; FIGURES: cells with labels; TABLE: rows x columns cells; FINDING: sentence runs in cells, advice in text */
	const char *text;
	struct cell *cells;
	const char **labels;
	const char **links;        /* TABLE: anchor per row, or NULL */
	size_t ncells, nrows, ncols;
	struct table_column *columns;
	const struct spark *sparks; /* TABLE: one per row, shown in HTML; or NULL */
	bool sortable, keep;       /* keep: do not break over pages when it fits one */
	bool open;                 /* DETAILS: not folded at first */
	bool ordered;              /* LIST: its nrows items are numbered ... */
	int start;                 /* ... from this on */
	enum finding_level level;
	const char *code;          /* finding code */
	const struct chart *chart;
	struct node *parent, *child, *last, *next;
};
struct doc {
	struct arena *arena;
	const struct words *words; /* NULL: English */
	const char *title, *subtitle, *author, *organisation, *date, *logo, *language;
	const char *job, *input_name, *version;
	const char *edition;       /* "Shareable edition", "Full edition: ..."; NULL when there is only one */
	const char *dictionary;    /* the table of that chapter as CSV (RFC 4180), numbers in full; NULL without it */
	const char **off;          /* names of the chapters that the manifest leaves out, NULL-terminated */
	struct node *root;         /* a section without title */
	struct node *checks;       /* the chapter that the verdict goes into; NULL when it is left out */
};
struct theme {                 /* resolved report.theme of the manifest: "#rrggbb" */
	const char *primary, *accent, *bg, *surface, *text, *muted, *ok, *warn, *error;
	const char *font;          /* CSS font family of the HTML */
	const char *paper;         /* "A4" or "Letter" */
	const char *mode;          /* "auto" "light" "dark": how the HTML opens */
};
/* Everything lives in the arena. Titles, labels and formats are copied; the texts of cells, links and
 * charts are borrowed and must live as long as the document.
 *
 * Titles, labels, formats, cells of CELL_TEXT and what is written around a chart are given in English
 * and said in the language of the document. What is no word of the report goes in as CELL_CODE,
 * CELL_OWN or by doc_own; the labels of a chart are mostly such, so those that are words need doc_word. */
struct doc *doc_new(struct arena *a, const char *title);
/* A text that is not to be translated: a name of a column, a sentence that is put together. Returns it. */
const char *doc_own(struct doc *d, const char *text);
/* A fixed text in the language of the document. */
const char *doc_word(struct doc *d, const char *english);
/* words_printf in the language of the document. */
const char *doc_say(struct doc *d, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct node *doc_add(struct doc *d, struct node *parent, enum node_kind kind);
/* `id` NULL: made from the title. */
struct node *doc_section(struct doc *d, struct node *parent, const char *id, const char *title);
/* Text with holes: "%s" takes the next cell of the array, "%%" is a percent sign. */
struct node *doc_text(struct doc *d, struct node *parent, const char *fmt, const struct cell *cells, size_t n);
struct node *doc_note(struct doc *d, struct node *parent, const char *fmt, const struct cell *cells, size_t n);
struct node *doc_details(struct doc *d, struct node *parent, const char *title);
void doc_figure(struct doc *d, struct node *figures, const char *label, struct cell value);
struct node *doc_table(struct doc *d, struct node *parent, const char *title, const struct table_column *cols, size_t ncols);
/* Adds one row of ncols cells; link may be NULL. */
void doc_row(struct doc *d, struct node *table, const struct cell *cells, const char *link);
/* Prints the numbers in columns first .. last of a table that is complete with one number of decimals, so that they can
 * be compared: the largest of them, or the middle one where some may be far off, has `digits` digits. */
void doc_even(struct node *table, size_t first, size_t last, int digits, bool by_middle);
struct node *doc_chart(struct doc *d, struct node *parent, const struct chart *c);
/* A finding from the JSON shape of finding_write: makes its sentence from findings.def. */
struct node *doc_finding(struct doc *d, struct node *parent, const json_t *finding, const char *ref, const char *link);
/* Next node in document order, or NULL; start with the root. */
struct node *doc_walk(const struct node *n);

/* ---- building (build*.c) ------------------------------------------------------------------------ */

struct artifacts {             /* parsed JSON artifacts of a job; NULL when the step did not run */
	const json_t *manifest, *ingest, *schema, *eda, *clarify, *modeling;
	const struct words *words; /* of the language of the report; NULL: English */
	bool editions;             /* the full one of two: it has to say so */
	const json_t *privacy;     /* of a shareable edition: {"min_cell","names_hidden","columns": [{"name","why"}]}; else NULL */
};
/* findings.json (dossier/findings/1): the findings of all steps, ranked, put to sentences and gathered
 * into points, with the acceptances of the manifest. Lives in the arena. */
const json_t *report_findings(struct arena *a, const struct artifacts *in);
struct doc *report_build(struct arena *a, const struct artifacts *in, struct err *e);
/* Puts what came of the checks (critique.json, kept as long as the document) into their chapter; nothing else of the
 * document depends on it. */
void report_add_verdict(struct doc *d, const json_t *critique);
void report_theme(struct theme *t, const json_t *manifest);

/* ---- editions for others (redact*.c) --------------------------------------------------------------- */

/* What must not get out of a shareable edition. */
struct private_column { const char *name, *shown, *why; };   /* shown: as that edition calls it */
struct privacy {
	int64_t min_cell;          /* counts below it are not told */
	bool hide_names;
	struct private_column *columns;    /* sensitive ones, in byte order of their names */
	size_t n;
};
/* Columns that the manifest calls sensitive (columns.*.sensitive, privacy.sensitive), and, unless it says that
 * they are not, those that are personal by nature. */
void report_privacy(struct arena *a, const struct artifacts *in, struct privacy *out);
/* ERR_USAGE when the manifest calls a column sensitive that there is not: a name that is spelt wrong hides nothing. */
int report_privacy_known(struct arena *a, const struct artifacts *in, struct err *e);
/* The one choke point: copies of the artifacts with only what a shareable edition may tell, by a list of
 * what is allowed. A pure function; all of it lives in the arena. */
void report_redact(struct arena *a, const struct artifacts *in, struct artifacts *out);

/* ---- drawing (plot.c is the only file that knows PLplot) ------------------------------------------ */

enum op_kind { OP_LINE, OP_FILL, OP_RECT, OP_DOT, OP_TEXT };
enum { DASH_MARK = 4, DASH_GAP = 3 };
struct op {
	enum op_kind kind;
	enum ink ink;
	float alpha, width;        /* stroke width in points */
	bool dashed;               /* LINE: DASH_MARK points drawn, DASH_GAP left out */
	size_t off; uint32_t n;    /* points: floats x,y from off; text: byte offset of a NUL-terminated string */
	float x, y, rx, ry;        /* RECT: corner and size; DOT: centre and radius; TEXT: anchor */
	float angle, size, just;   /* TEXT: radians, points, 0 left .. 1 right; y is half the height of a capital */
	uint32_t tip;              /* offset + 1 of a tooltip text in strings; 0: none */
};
struct drawing {               /* display list in points, y up; owned by the arena it was drawn in */
	double width, height;
	bool rigid;                /* its proportions say something, or it has letters that stand on end */
	struct op *ops; size_t nops;
	float *pts; size_t npts;
	char *strings; size_t nstrings;
};
/* Draws a chart. Not thread safe (PLplot). */
int plot_draw(struct arena *a, const struct chart *c, struct drawing *out, struct err *e);
/* Compact SVG: real text, inks as CSS classes ("k5" for stroke, "f5" for fill), no ids, <title> and
 * aria label from title and alt, tooltips as <title>. `standalone` adds xmlns and the colours inline. */
void svg_write(struct buf *out, const struct drawing *d, const struct chart *c, const struct theme *t, bool standalone);
/* RGB 0xrrggbb of an ink in a theme; the ramps are made from primary and accent. */
uint32_t ink_rgb(const struct theme *t, enum ink k, bool dark);
/* Contrast ratio of two colours, 1 to 21 (WCAG 2.1, 1.4.3). */
double theme_contrast(uint32_t a, uint32_t b);
/* Says which colours of letters cannot be read well on the surface of the theme, by less than the 4.5
 * of WCAG's level AA, in one line; puts nothing and returns false when all can. */
bool theme_faint(const struct theme *t, struct buf *out);
/* Width of a text in points at a size, from the metrics of the report font. */
double text_width(const char *s, double size);

/* ---- rendering ----------------------------------------------------------------------------------- */

/* Charts drawn once, in document order of the NODE_CHARTs; those too wide for the screen of a phone a second time,
 * for one (width 0: not needed, or no use). */
struct drawings { struct drawing *v, *narrow; const struct node **node; size_t n; };
int report_draw(struct arena *a, const struct doc *d, struct drawings *out, struct err *e);
const struct drawing *drawing_of(const struct drawings *d, const struct node *n);
/* The drawing for narrow screens; NULL: the other one will do. */
const struct drawing *drawing_narrow(const struct drawings *d, const struct node *n);

struct render_input {
	const struct doc *doc;
	const struct drawings *drawings;
	const struct theme *theme;
	const char *share;         /* folder with templates/ and assets/ */
	const char *templates, *stylesheet;  /* of the manifest: partials that replace those of share, and
	                              CSS after that of share; or NULL */
	const char *source_date;   /* ISO timestamp for document metadata */
	struct setting *set;       /* what report_set_pages has made of the same input; NULL: render_pdf makes all */
};
/* Sets the pages of the PDF up to the chapter on the checks, before their verdict is known. Lives in the arena; for
 * one call of render_pdf. */
struct setting *report_set_pages(struct arena *a, const struct render_input *in);
/* Renderers, and the one before, may run at the same time on one document: they change nothing of it. */
struct renderer {
	const char *name, *extension;
	int (*render)(const struct render_input *in, struct buf *out, struct err *e);
};
extern const struct renderer render_html, render_pdf, render_text, render_json;
/* Whether the PDF can show this file on its cover: a PNG or JPEG, whole and not too large. */
bool report_logo_is_drawn(const char *path);
/* 'sha256-...' of an inlined style or script, as the content security policy names it. */
void html_source_hash(char out[64], const char *text, size_t n);

/* ---- mustache (mustache.c) ------------------------------------------------------------------------ */
struct mustache;               /* a parsed template */
/* `name` is for messages: "<name>:<line>:<column>: unclosed tag". */
struct mustache *mustache_parse(const char *name, const char *text, struct err *e);
void mustache_free(struct mustache *m);
/* `load` lends the text of a partial or NULL when there is none, and may set what messages call it. */
int mustache_render(const struct mustache *m, const json_t *view,
	const char *(*load)(void *ctx, const char *name, const char **file), void *ctx, struct buf *out,
	struct err *e);

/* ---- checks of a finished report (check*.c) -------------------------------------------------------- */

struct check_input {
	const struct artifacts *artifacts;
	const struct artifacts *full;      /* of a redacted edition: what it must not give away; else NULL */
	const char *edition;       /* name in critique.json; NULL: the only one, or the first */
	const json_t *result;      /* result.json */
	bool wants_html, wants_pdf, wants_text;    /* files that must be there */
	const char *html; size_t html_n;           /* each NULL when it is not there */
	const char *pdf; size_t pdf_n;
	const char *pdf_words;     /* what pdftotext -bbox says of it; NULL: not at hand, see pdf_why */
	const char *pdf_why;       /* why the words are not checked */
	const char *text; size_t text_n;
	int64_t max_html, max_pdf; /* bytes; 0: not checked */
	const struct secrets *secrets;     /* of a redacted edition: what is looked for in `shared`; NULL: later */
	const struct shared_file *shared;
	size_t nshared;
};
/* Every file of an edition that others may get, as it is to be read. */
enum shared_form { SHARED_TEXT, SHARED_HTML, SHARED_JSON };
struct shared_file { const char *name; enum shared_form form; const char *p; size_t n; };
/* Values that must not get out, as hashes of their words (check/redact.c says which are not looked for). Words
 * that the report has anyhow come first. secrets_add returns whether the text is looked for; `column` is
 * borrowed. Lives in the arena. */
struct secrets;
struct secrets *secrets_new(struct arena *a);
void secrets_know(struct secrets *s, const char *text, size_t n);
bool secrets_add(struct secrets *s, const char *column, const char *text, size_t n);
size_t secrets_count(const struct secrets *s);
/* Writes the body of critique.json (dossier/critique/2): the checks of check.def. Returns 0 for every
 * verdict; *failed says how many checks failed. */
int report_check(const struct check_input *in, struct buf *critique, int *failed, struct err *e);

#endif
