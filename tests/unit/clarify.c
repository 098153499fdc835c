/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clarify step on small profiles made by hand: what is guessed, what is asked, what is refused. */
#include "stages/stages.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

extern const struct stage stage_clarify;

/* Profiles, with ' for ". Of a column only what the step reads. */
#define NUM(name, distinct) "{'name':'" name "','type':'numeric','parsed':'real','count':100,'distinct':" #distinct \
	",'distinct_share':0.5,'missing_share':0,'numeric':{'monotonic':'none'}}"
#define WHOLE(name) "{'name':'" name "','type':'numeric','parsed':'integer','count':100,'distinct':100," \
	"'distinct_share':1,'missing_share':0,'numeric':{'monotonic':'none'}}"
#define CAT(name, distinct) "{'name':'" name "','type':'category','parsed':'text','count':100,'distinct':" #distinct \
	",'distinct_share':0.02,'missing_share':0}"
#define YES(name) "{'name':'" name "','type':'boolean','parsed':'boolean','count':100,'distinct':2," \
	"'distinct_share':0.02,'missing_share':0}"
#define TEXT(name) "{'name':'" name "','type':'text','parsed':'text','count':100,'distinct':95," \
	"'distinct_share':0.95,'missing_share':0}"
#define KEY(name) "{'name':'" name "','type':'identifier','parsed':'integer','count':100,'distinct':100," \
	"'distinct_share':1,'missing_share':0,'numeric':{'monotonic':'strictly increasing'}}"
#define DATE(name, share, sorted, regular) "{'name':'" name "','type':'datetime','parsed':'date','count':100," \
	"'distinct':50,'distinct_share':" #share ",'missing_share':0,'datetime':{'sorted':'" sorted "','regular':" #regular "}}"

static const char penguins[] = "[" CAT("species", 3) "," CAT("island", 3) "," NUM("bill_length_mm", 80) ","
	NUM("body_mass_g", 60) "," CAT("sex", 2) "," NUM("year", 3) "]";
static const char iris[] = "[" NUM("sepal_length", 30) "," NUM("petal_width", 20) "," CAT("species", 3) "]";
static const char titanic[] = "[" KEY("PassengerId") "," NUM("Survived", 2) "," CAT("Pclass", 3) ","
	TEXT("Name") "," CAT("Class", 3) "," NUM("Fare", 80) "]";
static const char plain[] = "[" NUM("a", 80) "," CAT("b", 5) "," NUM("c", 70) "]";
static const char orders[] = "[" KEY("order_id") "," DATE("order_date", 0.4, "increasing", false) ","
	DATE("customer_birth_date", 0.6, "none", false) "," CAT("region", 6) "," NUM("SalePrice", 90) "]";
static const char readings[] = "[" DATE("t", 1, "strictly increasing", true) "," NUM("load", 90) "]";

struct result {
	int status;
	struct err e;
	json_t *out;               /* clarify.json, NULL when none was written */
	char summary[256];
	enum finding_level worst;
	bool cancel;
};

static void put_json(const char *dir, const char *name, const char *quoted)
{
	char *path = mem_alloc(strlen(dir) + strlen(name) + 2), *text = mem_strdup(quoted);
	struct err e = { 0 };
	sprintf(path, "%s/%s", dir, name);
	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	CHECK(file_write(path, text, strlen(text), &e) == 0);
	free(text);
	free(path);
}

static bool no_progress(void *ctx, double done, const char *what)
{
	return ((struct result *)ctx)->cancel || done < 0 || !what;
}

/* `manifest` and `answers` with ' for "; answers may be NULL. */
static void run_into(struct result *r, const char *columns, const char *manifest, const char *answers)
{
	char dir[] = "/tmp/dossier-clarify-XXXXXX", job[64], ingest[80];
	struct buf text = { 0 };
	CHECK(mkdtemp(dir) != NULL);
	snprintf(job, sizeof job, "%s/penguins", dir);
	snprintf(ingest, sizeof ingest, "%s/ingest", job);
	CHECK(file_mkdirs(ingest, NULL) == 0);
	buf_printf(&text, "{'schema':'dossier/eda/2','columns':%s}", columns);
	put_json(job, "eda.json", buf_str(&text));
	put_json(job, "ingest/schema.json", "{'columns':[{'name':'species','original':'Species '},"
		"{'name':'island','original':'island'}]}");
	if (answers)
		put_json(job, "clarify.answers.json", answers);

	buf_clear(&text);
	buf_puts(&text, manifest);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\'')
			text.p[i] = '"';
	json_t *parsed = json_loads(buf_str(&text), 0, NULL);
	CHECK(parsed != NULL);
	struct stage_run run = {
		.job = job, .out = dir, .manifest = parsed, .arena = arena_new(), .threads = 1,
		.progress = no_progress, .progress_ctx = r,
	};
	r->status = stage_clarify.run(&run, &r->e);
	arena_free(run.arena);
	memcpy(r->summary, run.summary, sizeof r->summary);
	r->worst = run.worst;
	buf_clear(&text);
	buf_printf(&text, "%s/clarify.json", dir);
	if (file_exists(buf_str(&text)))
		r->out = json_read_file(buf_str(&text), NULL);
	json_decref(parsed);
	CHECK(file_remove_tree(dir, NULL) == 0);
	buf_free(&text);
}

static void done(struct result *r)
{
	json_decref(r->out);
	*r = (struct result){ 0 };
}

/* "target time identifier" as decided, with their sources, under this manifest. */
static void expect(const char *columns, const char *manifest, const char *answers, const char *want)
{
	struct result r = { 0 };
	struct buf got = { 0 };
	run_into(&r, columns, manifest, answers);
	if (r.status)
		printf("  %s\n", r.e.msg);
	CHECK(r.status == 0 && r.out);
	for (int i = 0; i < 3; i++) {
		static const char *const keys[] = { "target", "time", "identifier" };
		char path[32];
		snprintf(path, sizeof path, "questions.%d.source", i);
		buf_printf(&got, "%s%s (%s)", i ? ", " : "", json_text(r.out, keys[i], "-"),
			json_text(r.out, path, "?"));
	}
	CHECK_STR(buf_str(&got), want);
	buf_free(&got);
	done(&r);
}

static void refused(const char *manifest, const char *answers, enum err_code code, const char *want)
{
	struct result r = { 0 };
	run_into(&r, penguins, manifest, answers);
	CHECK(r.status == -1 && r.e.code == code && !r.out);
	CHECK_STR(r.e.msg, want);
	done(&r);
}

static void guesses(void)
{
	expect(penguins, "{}", NULL, "species (assumed), - (open), - (open)");
	expect(iris, "{}", NULL, "species (assumed), - (open), - (open)");
	expect(titanic, "{}", NULL, "Survived (assumed), - (open), PassengerId (assumed)");
	expect(orders, "{}", NULL, "SalePrice (assumed), order_date (assumed), order_id (assumed)");
	expect(readings, "{}", NULL, "- (open), t (assumed), - (open)");
	expect(plain, "{}", NULL, "- (open), - (open), - (open)");
	expect("[]", "{}", NULL, "- (open), - (open), - (open)");

	/* The usual name of a target is a length beside x and z; a price stands out. */
	expect("[" NUM("carat", 80) "," NUM("price", 90) "," NUM("x", 80) "," NUM("y", 80) "," NUM("z", 80) "]", "{}", NULL,
		"price (assumed), - (open), - (open)");
	expect("[" NUM("x", 80) "," NUM("y", 80) "]", "{}", NULL, "y (assumed), - (open), - (open)");
	/* Neither what numbers the rows nor what another column says as well is predicted. */
	expect("[" NUM("a", 80) "," "{'name':'total','type':'numeric','parsed':'integer','count':100,'distinct':100,"
		"'distinct_share':1,'missing_share':0,'numeric':{'monotonic':'strictly increasing'}}]", "{}", NULL,
		"- (open), - (open), - (open)");
	expect("[" NUM("a", 80) "," NUM("price", 90) "," NUM("price_eur", 90) "," NUM("score", 70) "],"
		"'findings':[{'code':'converted_columns','columns':['price','price_eur']}]", "{}", NULL,
		"score (assumed), - (open), - (open)");

	/* Two values in the last column are a weak sign, but one. */
	expect("[" NUM("a", 80) "," YES("b") "]", "{}", NULL, "b (assumed), - (open), - (open)");
	expect("[" YES("b") "," NUM("a", 80) "]", "{}", NULL, "- (open), - (open), - (open)");
	/* What cannot be an outcome is none, whatever its name: a key, a text, many levels, a date. */
	expect("[" TEXT("target") "," CAT("outcome", 30) "," KEY("y") "]", "{}", NULL,
		"- (open), - (open), y (assumed)");
	expect("[" DATE("target", 0.5, "none", false) "," NUM("class_id", 3) "]", "{}", NULL,
		"- (open), - (open), - (open)");
	/* Words, not letters: neither "y" in coord_y nor "id" in humid; a number of rooms is no key. */
	expect("[" NUM("coord_y", 80) "," NUM("humid", 80) "," WHOLE("number_of_rooms") "," NUM("z", 9) "]",
		"{}", NULL, "- (open), - (open), - (open)");
	expect("[" NUM("a", 80) "," WHOLE("RoomNumber") "," NUM("z", 9) "]", "{}", NULL,
		"- (open), - (open), RoomNumber (assumed)");
	/* The last column is often the outcome, but not when it is a year. */
	expect("[" NUM("a", 80) "," NUM("status", 2) "," NUM("year", 2) "]", "{}", NULL,
		"status (assumed), - (open), - (open)");
	/* A birthday is not when the row happened. */
	expect("[" DATE("birth_date", 0.9, "none", false) "]", "{}", NULL, "- (open), - (open), - (open)");
	/* Rows of the same patient: the key repeats. */
	expect("[" "{'name':'patient_id','type':'category','parsed':'text','count':100,'distinct':25,"
		"'distinct_share':0.25,'missing_share':0}," NUM("dose", 9) "]", "{}", NULL,
		"- (open), - (open), patient_id (assumed)");
	/* Nothing is asked about a target that no model would use. */
	expect(penguins, "{'modeling':{'enabled':false}}", NULL, "- (open), - (open), - (open)");
}

static void said(void)
{
	expect(penguins, "{'target':'sex','time':null}", NULL, "sex (manifest), - (open), - (open)");
	expect(penguins, "{'target':'sex','clarify':{'answers':{'target':'island'}}}", NULL,
		"island (answer), - (open), - (open)");
	expect(penguins, "{'target':'sex','clarify':{'answers':{'target':'island'}}}", "{'target':'year'}",
		"year (answer), - (open), - (open)");
	expect(penguins, "{}", "{'target':'none'}", "- (answer), - (open), - (open)");
	expect(penguins, "{'target':'sex'}", "{'target':null}", "- (answer), - (open), - (open)");
	expect(penguins, "{'target':'Species '}", NULL, "species (manifest), - (open), - (open)");
	expect("[" CAT("none", 3) "]", "{'target':'none'}", NULL, "none (manifest), - (open), - (open)");
	/* What has a role already is not guessed for another. */
	expect(titanic, "{'target':'PassengerId'}", NULL, "PassengerId (manifest), - (open), - (open)");
	expect(penguins, "{'time':'year','identifier':'species'}", NULL,
		"- (open), year (manifest), species (manifest)");

	refused("{'target':'speceis'}", NULL, ERR_USAGE,
		"manifest: target: no column 'speceis' (did you mean 'species'?)");
	refused("{'time':'nowhere near'}", NULL, ERR_USAGE, "manifest: time: no column 'nowhere near'");
	refused("{'clarify':{'answers':{'time':'yaer'}}}", NULL, ERR_USAGE,
		"manifest: clarify.answers: time: no column 'yaer' (did you mean 'year'?)");
	refused("{}", "{'target':'sexx'}", ERR_USAGE,
		"clarify.answers.json: target: no column 'sexx' (did you mean 'sex'?)");
	refused("{}", "{'traget':'sex'}", ERR_USAGE,
		"clarify.answers.json: unknown question 'traget' (did you mean 'target'?)");
	refused("{}", "{'target':3}", ERR_USAGE, "clarify.answers.json: 'target' has to name a column");
	refused("{}", "['target']", ERR_USAGE,
		"clarify.answers.json: has to be an object of questions and answers");
	refused("{'target':'year','time':'year'}", NULL, ERR_USAGE,
		"column 'year' cannot be both target and time");
}

static void asks(void)
{
	static const char ask[] = "{'clarify':{'on_ambiguity':'ask','answers':{}}}";
	struct result r = { 0 };
	run_into(&r, penguins, ask, NULL);
	CHECK(r.status == -1 && r.e.code == ERR_AWAITING);
	CHECK_STR(r.e.msg, "waiting for an answer to 'Which column should be predicted?': "
		"dossier clarify penguins target=species");
	CHECK(r.out != NULL);
	CHECK_STR(json_text(r.out, "mode", NULL), "ask");
	CHECK(json_is_null(json_at(r.out, "target")));
	CHECK_STR(json_text(r.out, "questions.0.source", NULL), "open");
	CHECK_STR(json_text(r.out, "questions.0.guess", NULL), "species");
	CHECK(json_is_null(json_at(r.out, "questions.0.answer")));
	CHECK(json_count(r.out, "findings") == 0);
	done(&r);

	/* No guess to offer, and a name that a shell would take apart. */
	run_into(&r, plain, ask, NULL);
	CHECK(r.e.code == ERR_AWAITING);
	CHECK(strstr(r.e.msg, "dossier clarify penguins target=COLUMN (or target=none)") != NULL);
	done(&r);
	run_into(&r, "[" NUM("Sale price", 60) "," NUM("b", 60) ","
		DATE("signup date", 0.5, "none", false) "]", ask, NULL);
	CHECK(strstr(r.e.msg, "(and 1 more in clarify.json): dossier clarify penguins "
		"'target=Sale price'") != NULL);
	done(&r);

	/* Nothing is asked where one column stands out, or where there is nothing to choose from. */
	expect(iris, ask, NULL, "species (assumed), - (open), - (open)");
	expect(penguins, ask, "{'target':'sex'}", "sex (answer), - (open), - (open)");
	expect("[" TEXT("note") "]", ask, NULL, "- (open), - (open), - (open)");
	expect(readings, ask, "{'target':'none'}", "- (answer), t (assumed), - (open)");
	/* A class is an outcome, the class of something a property of it. */
	expect("[" CAT("ms_class", 6) "," NUM("sale_price", 90) "," NUM("x", 9) "]", "{}", NULL,
		"sale_price (assumed), - (open), - (open)");
	expect("[" CAT("class", 6) "," NUM("width", 90) "," NUM("x", 9) "]", "{}", NULL,
		"class (assumed), - (open), - (open)");
}

static void artifact(void)
{
	struct result r = { 0 };
	run_into(&r, orders, "{}", NULL);
	CHECK_STR(json_text(r.out, "schema", NULL), "dossier/clarify/1");
	CHECK_STR(json_text(r.out, "mode", NULL), "assume");
	CHECK(json_count(r.out, "questions") == 3);
	CHECK_STR(json_text(r.out, "questions.0.key", NULL), "target");
	CHECK_STR(json_text(r.out, "questions.0.evidence", NULL),
		"SalePrice: named like an outcome, numeric, last column");
	CHECK_STR(json_text(r.out, "questions.0.options.0.value", NULL), "SalePrice");
	CHECK_NEAR(json_num(r.out, "questions.0.options.0.score", 0), 0.65, 0);
	CHECK_STR(json_text(r.out, "questions.1.options.0.why", NULL),
		"holds dates, named like a time, rows in increasing order");
	CHECK(json_count(r.out, "findings") == 3);
	CHECK_STR(json_text(r.out, "findings.0.code", NULL), "assumption_taken");
	CHECK_STR(json_text(r.out, "findings.0.columns.0", NULL), "SalePrice");
	CHECK_STR(json_text(r.out, "findings.2.text2", NULL),
		"order_id (every value different, named like a key, first column, rows numbered)");
	CHECK_STR(r.summary, "target SalePrice (assumed), time order_date (assumed), "
		"identifier order_id (assumed)");
	CHECK(r.worst == FINDING_INFO);
	done(&r);

	/* No target is an assumption too. */
	run_into(&r, plain, "{}", NULL);
	CHECK(json_count(r.out, "findings") == 1);
	CHECK_STR(json_text(r.out, "findings.0.text2", NULL),
		"none, because no column stands out as an outcome");
	CHECK(json_count(r.out, "findings.0.columns") == 0);
	CHECK_STR(r.summary, "no target, no time, no identifier");
	done(&r);

	r.cancel = true;
	run_into(&r, plain, "{}", NULL);
	CHECK(r.status == -1 && r.e.code == ERR_CANCELLED && !r.out);
	done(&r);
}

int main(void)
{
	guesses();
	said();
	asks();
	artifact();
	return test_end();
}
