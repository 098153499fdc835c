/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The document as a whole: the sample jobs against the text that a reader gets, and documents from
 * little, much, odd and hostile artifacts. `report_build --print JOB` shows what the golden should be.
 */
#include "report/report_int.h"
#include "report_sample.h"
#include "test.h"

#include <stdlib.h>

static struct doc *built(struct arena *a, const struct artifacts *in)
{
	struct err e = { 0 };
	struct doc *d = report_build(a, in, &e);
	CHECK(d != NULL);
	CHECK_STR(e.msg, "");
	/* what a section says itself stands before the sections in it, or it would be said in the last of them */
	for (const struct node *n = d->root; n; n = doc_walk(n))
		CHECK(n->kind != NODE_SECTION || !n->next || n->next->kind == NODE_SECTION);
	return d;
}

static const char *rendered(struct arena *a, const struct doc *d, const struct renderer *r)
{
	struct err e = { 0 };
	struct buf out = { 0 };
	CHECK(r->render(&(struct render_input){ .doc = d }, &out, &e) == 0);
	const char *s = arena_strdup(a, buf_str(&out));
	buf_free(&out);
	return s;
}

/* Whether the text says so, wherever its lines break. */
static bool says(struct arena *a, const char *text, const char *phrase)
{
	char *flat = arena_strdup(a, text), *to = flat;
	for (const char *p = text; *p; p++)
		if (*p != '\n')
			*to++ = *p;
		else if (p[1] != '\n' && to > flat && to[-1] != ' ')
			*to++ = ' ', p += strspn(p + 1, " ");
	*to = '\0';
	return strstr(flat, phrase) != NULL;
}

static const struct node *node_with(const struct doc *d, const char *id)
{
	for (const struct node *n = d->root; n; n = doc_walk(n))
		if (n->id && strcmp(n->id, id) == 0)
			return n;
	return NULL;
}

static size_t count_kind(const struct doc *d, enum node_kind kind)
{
	size_t count = 0;
	for (const struct node *n = d->root; n; n = doc_walk(n))
		count += n->kind == kind;
	return count;
}

/* What every renderer and every check relies on. */
static void sound(struct arena *a, const struct artifacts *in, const struct doc *d)
{
	size_t n = 0;
	const char **ids = arena_calloc(a, 20000, sizeof *ids);
	for (const struct node *x = d->root; x; x = doc_walk(x))
		if (x->id && n < 20000)
			ids[n++] = x->id;
	for (size_t i = 0; i < n; i++) {
		CHECK(strspn(ids[i], "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(ids[i]));
		for (size_t k = 0; k < i; k++)
			if (strcmp(ids[i], ids[k]) == 0)
				CHECK_STR(ids[i], "unique");
	}
	for (const struct node *x = d->root; x; x = doc_walk(x)) {
		bool frame = x->kind == NODE_COLUMNS || x->kind == NODE_DETAILS;
		CHECK(!frame || x->child);
		CHECK(x->kind != NODE_TABLE || (x->nrows > 0 && x->ncells == x->nrows * x->ncols));
		CHECK(x->kind != NODE_CHART || (x->title && x->chart->alt && x->chart->id));
		CHECK(!x->link || node_with(d, x->link));
		for (size_t r = 0; x->kind == NODE_TABLE && r < x->nrows; r++)
			CHECK(!x->links[r] || node_with(d, x->links[r]));
		CHECK(x->kind != NODE_SECTION || !x->next || x->next->kind == NODE_SECTION);   /* they come last */
	}
	struct err e = { 0 };
	json_t *result = json_loads(rendered(a, d, &render_json), JSON_REJECT_DUPLICATES, NULL);
	CHECK(result != NULL);
	struct buf critique = { 0 };
	int failed;
	CHECK(report_check(&(struct check_input){ .artifacts = in, .result = result }, &critique, &failed, &e) == 0);
	CHECK(failed == 0);
	if (failed)
		printf("%s\n", buf_str(&critique));
	buf_free(&critique);
	json_decref(result);
}

/* ---- the samples ------------------------------------------------------------------------------------- */

static void golden(struct arena *a, const char *job)
{
	struct artifacts in = sample_artifacts(a, job, NULL);
	const char *text = rendered(a, built(a, &in), &render_text);
	struct buf want = { 0 };
	struct err e = { 0 };
	CHECK(file_read(arena_printf(a, "tests/data/report/%s.txt", job), 1 << 20, &want, &e) == 0);
	size_t line = 1;
	const char *p = text, *q = buf_str(&want);
	for (; *p && *p == *q; p++, q++)
		line += *p == '\n';
	CHECK(*p == *q);
	if (*p != *q)
		printf("  first difference in line %zu: '%.60s' and not '%.60s'\n", line, p, q);
	buf_free(&want);
}

static void samples(struct arena *a)
{
	static const struct {
		const char *job, *modeling;
	} jobs[] = { { "penguins", NULL }, { "penguins", "modeling_binary.json" },
		{ "penguins", "modeling_regression.json" }, { "passengers", NULL } };
	for (size_t i = 0; i < COUNTOF(jobs); i++) {
		struct artifacts in = sample_artifacts(a, jobs[i].job, jobs[i].modeling);
		sound(a, &in, built(a, &in));
	}
	struct artifacts in = sample_artifacts(a, "penguins", NULL);
	struct doc *d = built(a, &in);
	CHECK_STR(d->title, "Palmer penguins");
	CHECK_STR(d->input_name, "penguins.csv");
	CHECK_STR(d->date, "2026-11-20");
	CHECK(node_with(d, "column-bill-length-mm") && node_with(d, "histogram-bill-length-mm"));
	CHECK_STR(node_with(d, "column-sex")->badge, "category");
	CHECK_STR(rendered(a, d, &render_json), rendered(a, built(a, &in), &render_json));
}

/* Charts get the numbers of the artifacts, in the place that each kind wants them. */
static void charts(struct arena *a)
{
	struct artifacts in = sample_artifacts(a, "penguins", "modeling_binary.json");
	struct doc *d = built(a, &in);
	const struct chart *h = node_with(d, "histogram-body-mass-g")->chart;
	CHECK(h->kind == CHART_HISTOGRAM && h->n == json_count(in.eda, "columns.5.numeric.histogram.counts"));
	CHECK(h->edges[0] == 2700 && h->edges[h->n] == 6300);
	double area = 0, bars = 0;
	const struct chart_series *kde = h->series;
	for (size_t i = 1; i < kde->n; i++)
		area += (kde->x[i] - kde->x[i - 1]) * (kde->y[i] + kde->y[i - 1]) / 2;
	for (size_t i = 0; i < h->n; i++)
		bars += h->y[i] * (h->edges[1] - h->edges[0]);
	CHECK_NEAR(area, bars, 0.01);                   /* the curve is on the scale of the bars */
	const struct chart *b = node_with(d, "groups-body-mass-g")->chart;
	CHECK(b->kind == CHART_BOX && b->n == 3);
	CHECK(b->q[2] == json_num(in.eda, "associations.target.groups.3.box.0.2", -1));
	const struct chart *m = node_with(d, "missing-matrix")->chart;
	CHECK(m->n == 5 && m->n2 == 50 && m->xmax == 344);
	CHECK(node_with(d, "curve-roc") && node_with(d, "curve-pr") && node_with(d, "curve-calibration"));
	const struct chart *r = node_with(d, "curve-roc")->chart;
	CHECK(r->nseries == 2 && r->equal_axes && r->xmax == 1);

	struct artifacts time = sample_artifacts(a, "passengers", NULL);
	const struct chart *s = node_with(built(a, &time), "series-passengers")->chart;
	CHECK(s->x_is_time && s->series[0].n == 144);
	CHECK(s->series[0].x[0] == -662688000.0 * 1e6);  /* 1949-01-01 */
	CHECK(s->series[0].y[143] == 432);
}

/* Values that are far out are named, not drawn, where they would hide the others. */
static void far_out(struct arena *a, double below, double above, const char *said)
{
	struct artifacts in = { .manifest = sample_parsed(a, "{}"), .eda = sample_parsed(a, arena_printf(a,
		"{\"dataset\":{\"rows\":50,\"columns\":1},\"columns\":[{\"name\":\"x\",\"type\":\"numeric\",\"count\":50,"
		"\"distinct\":50,\"missing_share\":0,\"numeric\":{\"min\":-900,\"max\":5000,\"median\":1,"
		"\"kde\":{\"x\":[0,1,2],\"density\":[1,2,1],\"n\":50},\"histogram\":{\"edges\":[-900,2000,5000],\"counts\":[46,4],"
		"\"body\":{\"edges\":[0,1.5,3],\"counts\":[20,22],\"below\":%g,\"above\":%g}}}}]}", below, above)) };
	struct doc *d = built(a, &in);
	const struct chart *c = node_with(d, "histogram-x")->chart;
	CHECK(c->n == 2 && c->edges[2] == 3 && c->y[0] == 20 && c->nseries == 0);
	CHECK_STR(c->ref, "eda.json#columns.0.numeric.histogram.body");
	CHECK(strstr(c->alt, "from 0 to 3") != NULL);
	CHECK(says(a, rendered(a, d, &render_text), said));
}

/* A column of two bins with a curve, a scatter plot by class, a pair that may be chance. */
static struct doc *small(struct arena *a, int distinct, const char *groups, const char *p)
{
	struct artifacts in = { .manifest = sample_parsed(a, "{}"), .eda = sample_parsed(a, arena_printf(a,
		"{\"dataset\":{\"rows\":4,\"columns\":2},\"columns\":[{\"name\":\"x\",\"type\":\"numeric\",\"count\":4,"
		"\"distinct\":%d,\"missing_share\":0.125,\"numeric\":{\"histogram\":{\"edges\":[0,1,2],\"counts\":[1,3]},"
		"\"kde\":{\"x\":[0,1,2],\"density\":[1,2,1],\"n\":4}}}],\"missing\":{\"columns\":[{\"name\":\"x\",\"missing\":1}],"
		"\"matrix\":{\"columns\":[\"x\"],\"present\":[[1,0.5]]}},\"associations\":{\"target\":{\"name\":\"kind\"},"
		"\"pairs\":[{\"a\":\"x\",\"b\":\"y\",\"measure\":\"pearson\",\"value\":0.5,\"p_adjusted\":%s}],"
		"\"scatter\":[{\"x\":\"x\",\"y\":\"y\",\"measure\":\"pearson\",\"value\":0.5,\"n\":4,\"kind\":\"points\","
		"\"px\":[1,2,3,4],\"py\":[5,6,7,8]%s}]}}", distinct, p, groups)) };
	return built(a, &in);
}

static void many_series(struct arena *a)
{
	struct artifacts in = { .manifest = sample_parsed(a, "{}"), .eda = sample_parsed(a,
		"{\"dataset\":{\"rows\":9,\"columns\":7},\"columns\":[],\"time\":{\"column\":\"when\",\"series\":["
		"{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"},{\"name\":\"d\"},{\"name\":\"e\"},{\"name\":\"f\"}]}}") };
	CHECK(says(a, rendered(a, built(a, &in), &render_text), "Pictures of the first 4 of 6 series"));
}

static void pictures(struct arena *a)
{
	many_series(a);
	far_out(a, 5, 3, "not in the histogram: 5 below 0 and 3 above 3.");
	far_out(a, 8, 0, "not in the histogram: 8 below 0.");
	far_out(a, 0, 8, "not in the histogram: 8 above 3.");
	struct doc *d = small(a, 14, "", "0.2");
	CHECK(node_with(d, "histogram-x")->chart->nseries == 0);       /* too few for a curve */
	CHECK(node_with(d, "scatter-x-y")->chart->nseries == 1);
	CHECK(node_with(d, "missing-matrix")->chart->y[0] == 0.125);   /* not the mean of the bins */
	CHECK(says(a, rendered(a, d, &render_text), "No two columns are related beyond chance."));

	d = small(a, 15, ",\"groups\":[\"owl\",\"cat\"],\"group\":[1,0,-1,1]", "0.01");
	CHECK(node_with(d, "histogram-x")->chart->nseries == 1);
	const struct chart *c = node_with(d, "scatter-x-y")->chart;
	CHECK(c->nseries == 3 && c->series[0].n == 1 && c->series[1].n == 2 && c->series[2].n == 1);
	CHECK_STR(c->series[1].name, "cat");
	CHECK(c->series[1].x[1] == 4 && c->series[1].y[1] == 8 && c->series[0].ink != c->series[1].ink);
	CHECK_STR(c->series[2].name, "missing");
	CHECK(strstr(c->alt, "coloured by kind") != NULL);
	CHECK(says(a, rendered(a, d, &render_text), "x and y are related most closely"));
	/* codes that do not fit the points are no classes */
	d = small(a, 15, ",\"groups\":[\"owl\",\"cat\"],\"group\":[1,0]", "0.01");
	CHECK(node_with(d, "scatter-x-y")->chart->nseries == 1);
}

/* ---- little ---------------------------------------------------------------------------------------------- */

static void absent_steps(struct arena *a)
{
	struct artifacts all = sample_artifacts(a, "penguins", NULL);
	struct artifacts some[] = {
		{ .manifest = all.manifest },
		{ .manifest = all.manifest, .ingest = all.ingest, .schema = all.schema },
		{ .manifest = all.manifest, .ingest = all.ingest, .schema = all.schema, .eda = all.eda },
		{ .manifest = all.manifest, .eda = all.eda, .clarify = all.clarify, .modeling = all.modeling },
		{ .manifest = sample_parsed(a, "{}"), .eda = sample_parsed(a, "{}"), .ingest = sample_parsed(a, "{}"), .schema = sample_parsed(a, "{}"),
			.clarify = sample_parsed(a, "{}"), .modeling = sample_parsed(a, "{}") },
	};
	for (size_t i = 0; i < COUNTOF(some); i++) {
		struct doc *d = built(a, &some[i]);
		CHECK(node_with(d, "summary") && node_with(d, "methods"));
		CHECK(*rendered(a, d, &render_text));
		if (i < COUNTOF(some) - 1)
			sound(a, &some[i], d);
	}
	CHECK(says(a, rendered(a, built(a, &some[1]), &render_text), "was not profiled"));
	struct err e = { 0 };
	CHECK(report_build(a, &(struct artifacts){ .manifest = NULL }, &e) == NULL);
	CHECK(e.code == ERR_BUG);
}

static void no_rows(struct arena *a)
{
	struct artifacts in = {
		.manifest = sample_parsed(a, "{\"source\":{\"file\":\"in/empty.csv\"}}"),
		.ingest = sample_parsed(a, "{\"file\":\"empty.csv\",\"records\":0,\"rows\":0,\"columns\":1,\"quarantined\":0}"),
		.eda = sample_parsed(a, "{\"dataset\":{\"rows\":0,\"columns\":1,\"missing_cells\":0,\"missing_share\":null,"
			"\"missing_share_why\":\"no rows\",\"duplicate_rows\":0,\"types\":{\"empty\":1}},"
			"\"columns\":[{\"name\":\"a\",\"type\":\"empty\",\"count\":0,\"missing\":0,\"distinct\":0}],"
			"\"missing\":{\"columns\":[]},\"time\":null,\"findings\":[]}"),
		.modeling = sample_parsed(a, "{\"status\":\"skipped\",\"reason\":\"no column was named as the target\"}"),
	};
	struct doc *d = built(a, &in);
	sound(a, &in, d);
	const char *text = rendered(a, d, &render_text);
	CHECK(says(a, text, "0 rows and 1 column (1 empty)"));
	CHECK(says(a, text, "It holds no value."));
	CHECK(says(a, text, "No model was fitted: no column was named as the target."));
	CHECK(strstr(text, "\xE2\x80\x93 (no rows)") != NULL);
	CHECK_STR(d->title, "empty.csv");
}

/* ---- much -------------------------------------------------------------------------------------------------- */

static const json_t *wide_eda(struct arena *a, int columns)
{
	struct buf b = { 0 };
	struct jw w;
	jw_init(&w, &b);
	jw_obj(&w);
	jw_kobj(&w, "dataset");
	jw_kint(&w, "rows", 10);
	jw_kint(&w, "columns", columns);
	jw_kint(&w, "missing_cells", 5 * columns);
	jw_obj_end(&w);
	jw_karr(&w, "columns");
	for (int i = 0; i < columns; i++) {
		jw_obj(&w);
		jw_kstr(&w, "name", arena_printf(a, "c%d", i));
		jw_kstr(&w, "type", "numeric");
		jw_kint(&w, "count", 5);
		jw_kint(&w, "missing", 5);
		jw_kint(&w, "distinct", 5);
		jw_kobj(&w, "numeric");
		jw_knum(&w, "mean", i);
		jw_obj_end(&w);
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	jw_karr(&w, "findings");
	for (int i = 0; i < columns; i++) {
		struct finding f = finding_make(FIND_missing_values, arena_printf(a, "c%d", i));
		f.count = 5;
		f.total = 10;
		finding_write(&w, &f);
	}
	jw_arr_end(&w);
	jw_obj_end(&w);
	const json_t *v = sample_parsed(a, buf_str(&b));
	buf_free(&b);
	return v;
}

static void many_columns(struct arena *a)
{
	struct artifacts in = { .manifest = sample_parsed(a, "{\"report\":{\"max_column_charts\":20}}"),
		.eda = wide_eda(a, 1000) };
	struct doc *d = built(a, &in);
	CHECK(node_with(d, "column-c19") && !node_with(d, "column-c20"));
	sound(a, &in, d);
	const char *text = rendered(a, d, &render_text);
	CHECK(says(a, text, "1000 columns (share missing): c0 (50.0\xE2\x80\xAF%), c1 (50.0\xE2\x80\xAF%), c2 (50.0\xE2\x80\xAF%) and 997 more."));
	CHECK(says(a, text, "The first 20 of 1000 columns have a section here"));
	CHECK(strstr(text, "\nc999 ") != NULL);          /* but the overview has every one */
	CHECK(count_kind(d, NODE_FINDING) < 40);
}

/* Too many for sections: the target and what a warning is about come before the first columns. */
static void chosen_columns(struct arena *a)
{
	json_t *eda = json_deep_copy(wide_eda(a, 50));
	arena_own(a, eda, sample_release);
	json_object_set_new(eda, "associations", json_pack("{s:{s:s}}", "target", "name", "c40"));
	json_array_append_new(json_object_get(eda, "findings"), json_pack("{s:s, s:s, s:[s]}", "code", "mostly_missing",
		"level", "warning", "columns", "c30"));
	struct artifacts in = { .manifest = sample_parsed(a, "{\"report\":{\"max_column_charts\":20}}"), .eda = eda };
	struct doc *d = built(a, &in);
	CHECK(node_with(d, "column-c40") && node_with(d, "column-c30") && node_with(d, "column-c17"));
	CHECK(!node_with(d, "column-c18"));
	CHECK(says(a, rendered(a, d, &render_text), "20 of 50 columns have a section here: the target"));
	sound(a, &in, d);
}

/* Many gaps that go with nothing: one sentence, not rows of it; and nothing against what a finding says. */
static void gaps_without_pattern(struct arena *a)
{
	static const char eda[] = "{\"dataset\":{\"rows\":100,\"columns\":3,\"missing_cells\":30,\"missing_share\":0.1},\"columns\":["
		"{\"name\":\"x\"},{\"name\":\"y\"},{\"name\":\"z\"}],\"thresholds\":{\"missing_p\":0.01,\"missing_effect\":0.1},"
		"\"missing\":{\"complete_rows\":70,\"columns\":[{\"name\":\"x\",\"missing\":10,\"share\":0.1,\"band\":\"attention\"},"
		"{\"name\":\"y\",\"missing\":10,\"share\":0.1,\"band\":\"attention\"}],\"mcar\":{\"p\":0.6},"
		"\"causes\":{\"tests\":9,\"rows\":100,\"columns\":[{\"name\":\"x\",\"verdict\":\"unrelated\",\"value\":{\"column\":"
		"\"z\",\"effect\":0.1,\"p_adjusted\":%s,\"n\":100}},{\"name\":\"y\",\"verdict\":\"unrelated\"}]},"
		"\"combinations\":[{\"columns\":[\"x\"],\"count\":10,\"share\":0.1},{\"columns\":[],\"count\":70,\"share\":0.7}],"
		"\"nullity\":{\"columns\":[\"x\",\"y\",\"z\"],\"order\":[0,1,2],\"r\":[[1,0.02,-0.03],[0.02,1,0],[-0.03,0,1]],"
		"\"merges\":[[0,1,0.98],[2,3,1]]}}%s}";
	struct artifacts in = { .manifest = sample_parsed(a, "{}"), .eda = sample_parsed(a, arena_printf(a, eda, "0.7", "")) };
	const char *text = rendered(a, built(a, &in), &render_text);
	CHECK(says(a, text, "adjusted p at most 0.01 and strength at least 0.1): nothing speaks against complete rows"));
	CHECK(says(a, text, "In none of 9 tests") && says(a, text, "strongest correlation of being missing is \xE2\x88\x92" "0.03, between x and z"));
	CHECK(says(a, text, "complete rows will do") && !strstr(text, "no pattern found") && !strstr(text, "combinations"));
	in.eda = sample_parsed(a, arena_printf(a, eda, "0.03", ",\"findings\":[{\"code\":\"few_complete_rows\",\"level\":"
		"\"notice\",\"columns\":[],\"count\":70,\"total\":100}]"));
	text = rendered(a, built(a, &in), &render_text);
	CHECK(says(a, text, "but they are few") && !strstr(text, "complete rows will do") && !says(a, text, "In none of"));
	CHECK(says(a, text, "values of z") && !strstr(text, "What to do"));
	CHECK(says(a, text, "(70.0\xE2\x80\xAF%) have a value in every column."));
}

/* Figures only where they mean something. */
static void meaningful_figures(struct arena *a)
{
	static const char eda[] = "{\"dataset\":{\"rows\":5,\"columns\":1},\"columns\":[{\"name\":\"x\",\"type\":\"numeric\","
		"\"storage\":\"%s\",\"semantic\":%s,\"count\":5,\"missing\":0,\"distinct\":5,\"numeric\":{\"min\":%s,"
		"\"max\":%s,\"mean\":3,\"negatives\":%d,\"zeros\":1,\"sum\":777,\"cv\":0.5,\"skewness\":0.1,\"kurtosis\":0.1,"
		"\"common\":[{\"value\":7,\"count\":%d,\"share\":0.2}],\"normality\":{\"test\":\"shapiro-wilk\","
		"\"statistic\":%s,\"p\":0.01,\"n\":5}}}]}";
	static const struct {
		const char *storage, *semantic, *min, *max;
		int negatives, common;
		const char *w;
		bool sum, cv, zeros;
	} cases[] = { { "float64", "null", "1", "9", 0, 2, "0.995", true, true, true },
		{ "float64", "null", "-1", "9", 1, 1, "0.9", false, false, true },
		{ "float64", "\"money\"", "-1", "9", 1, 1, "0.9", true, false, true },
		{ "int64", "null", "1872", "2010", 0, 1, "0.9", false, false, false },
		{ "float64", "\"latitude\"", "41", "42", 0, 1, "0.9", false, false, false } };
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct artifacts in = { .manifest = sample_parsed(a, "{}"), .eda = sample_parsed(a, arena_printf(a, eda, cases[i].storage,
			cases[i].semantic, cases[i].min, cases[i].max, cases[i].negatives, cases[i].common, cases[i].w)) };
		const char *text = rendered(a, built(a, &in), &render_text);
		CHECK((strstr(text, "\nSum ") != NULL) == cases[i].sum);
		CHECK((strstr(text, "Coefficient of variation") != NULL) == cases[i].cv);
		CHECK((strstr(text, "\nZeros") != NULL) == cases[i].zeros);
		CHECK((strstr(text, "Most common values") != NULL) == (cases[i].common > 1));
		CHECK(says(a, text, "depart only slightly from a normal") == (i == 0));
	}
}

/* What repeats the last value is no better than repeating it: that is not said of it. */
static void forecasts(struct arena *a)
{
	static const char eda[] = "{\"dataset\":{\"rows\":5,\"columns\":1},\"columns\":[{\"name\":\"x\",\"type\":\"numeric\","
		"\"unit\":\"mm\"}],\"time\":{\"column\":\"t\",\"grid\":{\"unit\":\"day\"},\"series\":[{\"name\":\"x\",\"values\":90,"
		"\"trend\":{\"slope\":1,\"unit\":\"year\",\"p\":0.001,\"ci95\":[0.5,1.5]},\"anomalies\":{\"count\":1,\"list\":"
		"[{\"at\":\"2020-01-05\",\"value\":30.6,\"expected\":17.1181}]},"
		"\"forecast\":{\"method\":\"%s\",\"period\":%d,\"to_naive\":%s,\"mase\":1.05,\"origins\":9,\"mean\":[1,2],"
		"\"covered\":0.9}}]}}";
	struct artifacts in = { .manifest = sample_parsed(a, "{}"), .eda = sample_parsed(a, arena_printf(a, eda, "seasonal naive", 7, "1")) };
	const char *text = rendered(a, built(a, &in), &render_text);
	CHECK(says(a, text, "It repeats the last season; tried from 9 origins in the later part, no other simple method was better"));
	CHECK(!strstr(text, "did no better") && !strstr(text, "MASE 1.05"));
	CHECK(says(a, text, "1 of 90 periods lies far from trend and season: 2020-01-05, with 30.6\xc2\xa0mm where 17.12 was"));
	CHECK(says(a, text, "It rises: 1\xc2\xa0mm per year") && says(a, text, "No regular season stands out"));
	in.eda = sample_parsed(a, arena_printf(a, eda, "drift", 1, "1"));
	CHECK(says(a, rendered(a, built(a, &in), &render_text), "it did no better than repeating the last value; 90.0"));
}

/* A cycle that no whole number of periods holds is not denied beside a chart that shows it. */
static void returns(struct arena *a)
{
	static const char eda[] = "{\"dataset\":{\"rows\":57,\"columns\":1},\"columns\":[{\"name\":\"x\",\"type\":\"numeric\"}],"
		"\"time\":{\"column\":\"t\",\"grid\":{\"unit\":\"95 days\"},\"series\":[{\"name\":\"x\",\"values\":57,\"trend\":{\"slope\":1,\"unit\":\"year\",\"p\":0.5}}],\"acf\":[{\"name\":"
		"\"x\",\"lag\":[0,1,2,3,4,5,6],\"r\":[1,-0.3,-0.3,-0.3,%s,-0.2,-0.2],\"bound\":0.26}]}}";
	struct artifacts in = { .manifest = sample_parsed(a, "{}"), .eda = sample_parsed(a, arena_printf(a, eda, "0.71")) };
	const char *text = rendered(a, built(a, &in), &render_text);
	CHECK(says(a, text, "No season of a whole number of periods stands out, but periods 4 apart resemble each other (autocorrelation +0.71)."));
	in.eda = sample_parsed(a, arena_printf(a, eda, "0.5"));
	CHECK(says(a, rendered(a, built(a, &in), &render_text), "No regular season stands out"));
}

/* A table of the longest gaps says that it has no more than those. */
static void longest_gaps(struct arena *a)
{
	for (int n = 20; n < 22; n++) {
		struct buf gaps = { 0 };
		for (int i = 0; i < n; i++)
			buf_printf(&gaps, "%s{\"from\":\"2020-01-01\",\"to\":\"2020-01-09\",\"steps\":8}", i ? "," : "");
		struct artifacts in = { .manifest = sample_parsed(a, "{}"), .eda = sample_parsed(a, arena_printf(a, "{\"dataset\":{\"rows\":9,"
			"\"columns\":1},\"columns\":[{\"name\":\"t\",\"type\":\"datetime\",\"count\":9,\"datetime\":{\"min\":\"2020-01-01\","
			"\"max\":\"2023-01-01\",\"resolution\":\"day\",\"gap_count\":%d,\"gaps\":[%s]}}]}", n == 20 ? 20 : 225, buf_str(&gaps))) };
		const char *text = rendered(a, built(a, &in), &render_text);
		CHECK(says(a, text, "The longest 20 of 225.") == (n == 21));
		CHECK(says(a, text, "The longest") == (n == 21));
		buf_free(&gaps);
	}
}

/* Who counts the kinds of finding in the chapter comes to the numbers of the summary; like ones are one box. */
static void counted(struct arena *a)
{
	static const char constant[] = "{\"code\":\"constant_column\",\"level\":\"notice\",\"columns\":[\"%s\"],\"text\":\"1\"},";
	static const char rest[] =
		"{\"code\":\"outliers\",\"level\":\"notice\",\"columns\":[\"e\"],\"count\":9,\"total\":100},"
		"{\"code\":\"outliers\",\"level\":\"notice\",\"columns\":[\"f\"],\"count\":5,\"total\":100},"
		"{\"code\":\"skewed\",\"level\":\"info\",\"columns\":[\"e\"],\"value\":3.1,\"cause\":\"outliers:e\"},"
		"{\"code\":\"missing_values\",\"level\":\"notice\",\"columns\":[\"f\"],\"count\":2,\"total\":100},"
		"{\"code\":\"few_complete_rows\",\"level\":\"notice\",\"columns\":[],\"count\":9,\"total\":100},"
		"{\"code\":\"duplicate_rows\",\"level\":\"notice\",\"columns\":[],\"count\":9,\"total\":100},"
		"{\"code\":\"imbalanced\",\"level\":\"notice\",\"columns\":[\"g\"],\"share\":0.9},"
		"{\"code\":\"uniform\",\"level\":\"info\",\"columns\":[\"h\"],\"p\":0.5},";
	static const char fitted[] =
		"{\"code\":\"collinear\",\"level\":\"notice\",\"columns\":[\"i: x\"],\"value\":70},"
		"{\"code\":\"heteroscedastic\",\"level\":\"info\",\"columns\":[],\"p\":0.01}";
	static const char eda[] = "{\"dataset\":{\"rows\":100,\"columns\":9},\"columns\":[],\"findings\":[%s%s%s%s%s%s]}";
	struct artifacts in = { .manifest = sample_parsed(a, "{}"), .eda = sample_parsed(a, arena_printf(a, eda, arena_printf(a, constant, "a"),
		arena_printf(a, constant, "b"), arena_printf(a, constant, "c"), arena_printf(a, constant, "d"), rest, fitted)) };
	const char *text = rendered(a, built(a, &in), &render_text);
	CHECK(says(a, text, "There are no warnings, but 7 points to know before use."));
	CHECK(says(a, text, "2 more points are listed under All findings, beside 2 remarks."));
	CHECK(says(a, text, "Constant column: 4 findings, one by one") && says(a, text, "d has the same value, 1, in every row"));
	const char *all = strstr(text, "\nAll findings\n"), *follows = strstr(text, "Findings of the same cause: 1");
	const char *next = all ? strstr(all, "5 of 100") : NULL;
	CHECK(follows && next && follows < next);        /* below its own cause, before the next finding */
	/* nothing else to know: then what is technical is told */
	in.eda = sample_parsed(a, arena_printf(a, eda, fitted, "", "", "", "", ""));
	text = rendered(a, built(a, &in), &render_text);
	CHECK(says(a, text, "but 1 point to know before use") && says(a, text, "What matters most"));
}

/* ---- hostile ------------------------------------------------------------------------------------------------ */

static void hostile(struct arena *a)
{
	struct artifacts in = {
		.manifest = sample_parsed(a, "{\"title\":\"50 % off %s %n\",\"description\":\"100 %s\"}"),
		.eda = sample_parsed(a, "{\"dataset\":{\"rows\":2,\"columns\":3,\"missing_cells\":0},\"columns\":["
			"{\"name\":\"<script>alert(1)</script>\",\"type\":\"category\",\"count\":2,\"missing\":0,\"distinct\":1,"
			"\"category\":{\"levels\":[{\"value\":\"%s\\u001b[2J\\n\",\"count\":2,\"share\":1}],\"other\":{\"count\":0}}},"
			"{\"name\":\"\",\"type\":\"boolean\",\"count\":2,\"missing\":0,\"distinct\":2,\"boolean\":{\"true\":1,\"false\":1}},"
			"{\"name\":\"<script>ALERT(1)</script>\",\"type\":\"numeric\",\"count\":2,\"missing\":0,\"numeric\":{"
			"\"histogram\":{\"edges\":[1],\"counts\":[1,1]},\"box\":{\"q1\":\"x\"},\"qq\":[],\"kde\":7}}],"
			"\"associations\":{\"pairs\":[{}],\"pearson\":{\"columns\":[\"a\",\"b\"],\"r\":[[1],2]},\"scatter\":[{\"kind\":"
			"\"density\",\"nx\":1000000000,\"ny\":1000000000},{\"px\":[1],\"py\":[]}]},\"findings\":[{},{\"code\":7},"
			"{\"code\":\"constant_column\",\"level\":\"loud\",\"columns\":[3,null]}],\"time\":{\"column\":\"t\",\"series\":["
			"{\"name\":\"x\",\"t\":[\"never\",\"2024-02-30\"],\"y\":[1,2]}]}}"),
		.modeling = sample_parsed(a, "{\"status\":\"fitted\",\"candidates\":[7,{\"coefficients\":[{}]}],\"curves\":{\"confusion\":"
			"{\"classes\":[\"a\",\"b\"],\"matrix\":[[1],[2,3]]},\"roc\":{\"fpr\":[0],\"tpr\":[0]}}}"),
	};
	struct doc *d = built(a, &in);
	const char *text = rendered(a, d, &render_text);
	CHECK(says(a, text, "50 % off %s %n"));
	CHECK(says(a, text, "100 %s"));
	CHECK(strchr(text, '\x1b') == NULL);
	CHECK(node_with(d, "column-script-alert-1-script") && node_with(d, "column-script-alert-1-script-2"));
	sample_parsed(a, rendered(a, d, &render_json));
}

/* ---- claims --------------------------------------------------------------------------------------------------- */

#define FORM "{\"status\":\"fitted\",\"target\":\"y\",\"task\":\"regression\",\"metric\":\"rmse\"," \
	"\"lower_is_better\":true,\"best\":\"Tree\",\"verdict\":\"%s\",\"candidates\":[" \
	"{\"name\":\"Mean\",\"kind\":\"baseline\",\"status\":\"ok\",\"scores\":{\"rmse\":{\"value\":2}}}," \
	"{\"name\":\"Tree\",\"kind\":\"gbm\",\"status\":\"ok\",\"scores\":{\"rmse\":{\"value\":1,\"lo\":0.5,\"hi\":1.5}}," \
	"\"p_baseline\":%s}]}"

static void claims(struct arena *a)
{
	static const struct {
		const char *verdict, *p, *said, *never;
	} cases[] = {
		{ "useful", "0.01", "Yes: y can be predicted from 0 other columns. That lead is beyond chance (p = ", "No: " },
		{ "useful", "0.2", "No: the one model that was tried does not predict y", "Yes: " },
		{ "useful", "null", "No: the one model that was tried does not predict y", "Yes: " },
		{ "no_model", "0.2", "No: the one model that was tried does not predict y", "Yes: " },
		{ "no_model", "0.01", "No: the one model that was tried does not predict y", "Yes: " },
	};
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		char json[1200];
		snprintf(json, sizeof json, FORM, cases[i].verdict, cases[i].p);
		struct artifacts in = { .manifest = sample_parsed(a, "{}"), .modeling = sample_parsed(a, json) };
		struct doc *d = built(a, &in);
		const struct node *models = node_with(d, "models");
		struct buf said = { 0 };
		for (const struct node *n = models->child; n; n = n->next)
			for (size_t k = 0; n->kind == NODE_TEXT && k < n->ncells; k++)
				cell_print(&said, &n->cells[k]);
		CHECK(strstr(buf_str(&said), cases[i].said) != NULL);
		CHECK(strstr(buf_str(&said), cases[i].never) == NULL);
		buf_free(&said);
	}
}

/* What tempers a good score: a baseline as often right, a column that is the outcome, a guessed target. */
static void caution(struct arena *a)
{
	static const struct {
		const char *accuracy, *leaks, *said;
	} cases[] = {
		{ "0.9", "", "Tree names the right class for 90.0" },
		{ "0.6", "", "Tree names the right class no more often (for 60.0" },
		{ "0.999", "{\"name\":\"x2\",\"kind\":\"copy\"}", "The outcome is given away by x2: if that is known only together" },
	};
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct artifacts in = { .manifest = sample_parsed(a, "{}"), .eda = sample_parsed(a, "{\"dataset\":{\"rows\":1}}"),
			.clarify = sample_parsed(a, "{\"questions\":[{\"key\":\"target\",\"source\":\"assumed\"}]}"),
			.modeling = sample_parsed(a, arena_printf(a, "{\"status\":\"fitted\",\"target\":\"y\",\"task\":\"binary\","
			"\"classes\":[0,1],\"metric\":\"log_loss\",\"best\":\"Tree\",\"verdict\":\"useful\",\"candidates\":["
			"{\"name\":\"Shares\",\"kind\":\"baseline\",\"scores\":{\"log_loss\":{\"value\":0.7},\"accuracy\":{\"value\":0.6}}},"
			"{\"name\":\"Tree\",\"scores\":{\"log_loss\":{\"value\":0.5},\"accuracy\":{\"value\":%s}},"
			"\"p_baseline\":0.001}],\"importance\":{\"features\":[{\"name\":\"x1\",\"lo\":1}]},"
			"\"leaks\":[%s]}", cases[i].accuracy, cases[i].leaks)) };
		const char *text = rendered(a, built(a, &in), &render_text);
		CHECK(says(a, text, cases[i].said));
		CHECK(says(a, text, "Nobody named a column to predict"));
		CHECK((strstr(text, "Best model is right") != NULL) == (i != 1));
	}
}

/* ---- the verdict on the report itself ------------------------------------------------------------------------- */

/* A share of a mean that may be zero is no figure; that of values above zero is one, however few they are. */
static void variation(struct arena *a)
{
	for (int negatives = 0; negatives < 2; negatives++) {
		struct artifacts in = { .manifest = sample_parsed(a, "{}"), .eda = sample_parsed(a, arena_printf(a,
			"{\"dataset\":{\"rows\":4,\"columns\":1},\"columns\":[{\"name\":\"x\",\"type\":\"numeric\",\"count\":4,"
			"\"distinct\":4,\"numeric\":{\"mean\":0.01,\"mean_ci95\":[-0.4,0.42],\"cv\":-165.2,\"negatives\":%d}}]}",
			negatives)) };
		const char *text = rendered(a, built(a, &in), &render_text);
		CHECK(says(a, text, "Coefficient of variation") == !negatives);
	}
}

static void verdict(struct arena *a)
{
	struct artifacts in = sample_artifacts(a, "penguins", NULL);
	struct doc *d = built(a, &in);
	const struct node *checks = node_with(d, "checks");
	CHECK(checks && checks == d->checks && checks == d->root->last && !says(a, rendered(a, d, &render_text), "passed"));
	report_add_verdict(d, sample_parsed(a, "{\"verdict\":\"pass\",\"checks\":[{\"name\":\"counts add up\",\"status\":\"pass\","
		"\"checked\":65,\"failed\":0},{\"name\":\"sizes\",\"status\":\"not checked\",\"checked\":0,\"failed\":0}]}"));
	const struct node *table = checks ? checks->child : NULL;
	while (table && table->kind != NODE_TABLE)
		table = table->next;
	CHECK(table && table->nrows == 1 && checks->last->kind == NODE_NOTE);      /* what was made, and how many more will be */
	CHECK(says(a, rendered(a, d, &render_text), "All checks passed."));
	struct doc *bad = built(a, &in);
	report_add_verdict(bad, sample_parsed(a, "{\"verdict\":\"fail\",\"checks\":[]}"));
	CHECK(says(a, rendered(a, bad, &render_text), "do not hand it"));
	in.manifest = sample_parsed(a, "{\"report\":{\"sections\":[\"summary\"]}}");
	struct doc *without = built(a, &in);
	report_add_verdict(without, sample_parsed(a, "{\"verdict\":\"pass\",\"checks\":[]}"));
	CHECK(!without->checks && !says(a, rendered(a, without, &render_text), "All checks passed."));
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new();
	if (argc == 3 && strcmp(argv[1], "--print") == 0) {
		struct artifacts in = sample_artifacts(a, argv[2], NULL);
		fputs(rendered(a, built(a, &in), &render_text), stdout);
		arena_free(a);
		return 0;
	}
	golden(a, "penguins");
	golden(a, "passengers");
	samples(a);
	charts(a);
	pictures(a);
	absent_steps(a);
	no_rows(a);
	many_columns(a);
	chosen_columns(a);
	gaps_without_pattern(a);
	meaningful_figures(a);
	forecasts(a);
	returns(a);
	longest_gaps(a);
	counted(a);
	hostile(a);
	claims(a);
	caution(a);
	verdict(a);
	variation(a);
	arena_free(a);
	return test_end();
}
