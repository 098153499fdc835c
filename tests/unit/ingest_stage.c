/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ingest stage, called as the driver calls it: manifest in, four artifacts out. */
#include "stages/stages.h"
#include "table/table.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern const struct stage stage_ingest;

static char folder[] = "/tmp/dossier-stage-XXXXXX";

static const char input[] = "id;when;amount;note\n1;03.02.2020;1,50 "
			    "\xe2\x82\xac;ok\n2;04.02.2020;2,25 \xe2\x82\xac;NA\n"
			    "3;05.02.2020;n/a;ok\n4;06.02.2020;4,00 "
			    "\xe2\x82\xac;ok;extra\n5;07.02.2020;5,00 \xe2\x82\xac;none\n";
static const char manifest
	[] = "{\"source\": {\"file\": \"data/sales.csv\", \"sha256\": null, \"delimiter\": "
	     "\"auto\", \"quote\": \"auto\","
	     " \"header\": \"auto\", \"encoding\": \"auto\", \"decimal\": \"auto\", "
	     "\"date_order\": \"auto\", \"missing\": [\"none\"]},"
	     " \"columns\": {\"id\": {\"type\": \"identifier\", \"description\": null}, "
	     "\"price\": {\"type\": null}},"
	     " \"ingest\": {\"max_quarantine_share\": 0.5, \"max_unparsed_share\": 0.02}}";

static bool go_on(void *ctx, double part, const char *what)
{
	(void)ctx;
	(void)part;
	(void)what;
	return false;
}

static json_t *artifact(struct arena *a, const char *name)
{
	struct err e = { 0 };
	json_t *v = json_read_file(path_join(a, folder, name), &e);
	CHECK_STR(e.msg, "");
	return v;
}

static void check_decisions(struct arena *a)
{
	json_t *v = artifact(a, "ingest/ingest.json");
	CHECK_STR(json_text(v, "schema", NULL), "dossier/ingest/1");
	CHECK_STR(json_text(v, "file", NULL), "sales.csv");
	CHECK(json_int(v, "bytes", 0) == (int64_t)sizeof input - 1);
	CHECK(strlen(json_text(v, "sha256", "")) == 64);
	CHECK_STR(json_text(v, "encoding.name", NULL), "UTF-8");
	CHECK_STR(json_text(v, "dialect.delimiter", NULL), ";");
	CHECK(json_flag(v, "dialect.header", false));
	CHECK(json_count(v, "dialect.candidates") > 0);
	CHECK_STR(json_text(v, "dialect.candidates.0.delimiter", NULL), ";");
	CHECK_STR(json_text(v, "decimal", NULL), ",");
	CHECK_STR(json_text(v, "date_order", NULL), "dmy");
	CHECK(json_int(v, "records", 0) == 5 && json_int(v, "rows", 0) == 4 &&
		json_int(v, "quarantined", 0) == 1);
	CHECK_STR(json_text(v, "missing_tokens.0.token", NULL), "NA");
	CHECK(json_count(v, "missing_tokens") == 3);
	/* most severe first; the column that the manifest names and the file lacks */
	CHECK_STR(json_text(v, "findings.0.code", NULL), "quarantined_rows");
	CHECK_STR(json_text(v, "findings.1.code", NULL), "absent_column");
	CHECK_STR(json_text(v, "findings.1.text", NULL), "price");
	json_decref(v);
}

static void check_schema(struct arena *a)
{
	json_t *v = artifact(a, "ingest/schema.json");
	static const char *const want[][4] = { { "id", "text", "utf8", "identifier" },
		{ "when", "date", "date", NULL }, { "amount", "real", "float64", NULL },
		{ "note", "text", "dictionary", NULL } };
	CHECK(json_count(v, "columns") == COUNTOF(want));
	for (size_t i = 0; i < COUNTOF(want); i++) {
		const json_t *c = json_at(v, arena_printf(a, "columns.%zu", i));
		CHECK_STR(json_text(c, "name", NULL), want[i][0]);
		CHECK_STR(json_text(c, "parsed", NULL), want[i][1]);
		CHECK_STR(json_text(c, "storage", NULL), want[i][2]);
		if (want[i][3])
			CHECK_STR(json_text(c, "declared", NULL), want[i][3]);
		else
			CHECK(json_is_null(json_at(c, "declared")));
		CHECK(json_int(c, "evidence.values", 0) + json_int(c, "evidence.missing", 0) ==
			4);
	}
	CHECK_STR(json_text(v, "columns.2.unit", NULL), "\u20ac");
	CHECK(json_int(v, "columns.2.decimals", 0) == 2);
	CHECK(json_int(v, "columns.2.evidence.tried.real", 0) == 3 &&
		json_int(v, "columns.2.evidence.tried.integer", -1) == 0);
	CHECK_STR(json_text(v, "columns.1.evidence.formats.0.format", NULL), "%d.%m.%Y");
	CHECK(json_int(v, "columns.3.dictionary", 0) == 1);
	json_decref(v);
}

/* The stage confines its process for good, so it gets one of its own, as in a real run. */
static int run_apart(struct stage_run *r, struct err *e)
{
	struct {
		struct err err;
		char summary[sizeof r->summary], confined[sizeof r->confined];
		enum finding_level worst;
		int result;
	} *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		-1, 0);
	pid_t pid = fork();
	if (pid == 0) {
		shared->result = stage_ingest.run(r, &shared->err);
		memcpy(shared->summary, r->summary, sizeof r->summary);
		memcpy(shared->confined, r->confined, sizeof r->confined);
		shared->worst = r->worst;
		_exit(0);
	}
	int status = 0;
	waitpid(pid, &status, 0);
	CHECK(pid > 0 && status == 0);
	*e = shared->err;
	memcpy(r->summary, shared->summary, sizeof r->summary);
	memcpy(r->confined, shared->confined, sizeof r->confined);
	r->worst = shared->worst;
	return shared->result;
}

int main(void)
{
	if (!mkdtemp(folder))
		return 2;
	struct arena *a = arena_new();
	struct err e = { 0 };
	json_t *m = json_loads(manifest, 0, NULL);
	const char *copy = path_join(a, folder, "copy");
	struct stage_input original = { .path = copy, .name = "sales.csv", .sha256 =
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" };
	struct stage_run r = { .job = folder,
		.out = folder,
		.inputs = &original, .ninputs = 1,
		.manifest = m,
		.arena = a,
		.threads = 1,
		.progress = go_on };
	file_write(copy, input, sizeof input - 1, &e);
	CHECK(run_apart(&r, &e) == 0);
	CHECK(*r.confined);
	CHECK_STR(e.msg, "");
	CHECK_STR(r.summary, "4 rows x 4 columns, CSV ';' UTF-8, 1 set aside");
	CHECK(r.worst == FINDING_WARNING);
	for (const char *const *name = stage_ingest.outputs; *name; name++)
		CHECK(file_exists(path_join(a, folder, *name)));
	check_decisions(a);
	check_schema(a);

	file_write(copy, "%PDF-1.7 ", 9, &e);
	CHECK(run_apart(&r, &e) != 0 && e.code == ERR_INPUT);
	CHECK(strstr(e.msg, "reading 'sales.csv': ") == e.msg);
	json_decref(m);
	arena_free(a);
	file_remove_tree(folder, NULL);
	return test_end();
}
