/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON, files, findings. */
#include "base/base.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void json(const char *dir)
{
	struct buf out = { 0 };
	struct jw w;
	jw_init(&w, &out);
	jw_obj(&w);
	jw_kstr(&w, "schema", "dossier/test/1");
	jw_knum(&w, "x", 0.1);
	jw_knum_why(&w, "sd", (double)NAN, "one value");
	double v[] = { 1, 2.5, (double)INFINITY };
	jw_knums(&w, "v", v, 3);
	jw_kstrs(&w, "s", (const char *const[]){ "x", NULL }, 2);
	jw_karr(&w, "rows");
	jw_obj(&w);
	jw_kstr(&w, "name", "a\"b\\\n\x01\xff");
	jw_kstr(&w, "none", NULL);
	jw_obj_end(&w);
	jw_arr_end(&w);
	jw_karr(&w, "empty");
	jw_arr_end(&w);
	jw_kbool(&w, "ok", true);
	jw_obj_end(&w);
	const char *want = "{\n  \"schema\": \"dossier/test/1\",\n  \"x\": 0.1,\n  \"sd\": null,\n"
		"  \"sd_why\": \"one value\",\n  \"v\": [1, 2.5, null],\n  \"s\": [\"x\", null],\n  \"rows\": [\n    {\n"
		"      \"name\": \"a\\\"b\\\\\\n\\u0001\xef\xbf\xbd\",\n      \"none\": null\n    }\n  ],\n"
		"  \"empty\": [],\n  \"ok\": true\n}\n";
	CHECK_STR(out.p, want);

	char path[256];
	snprintf(path, sizeof path, "%s/a.json", dir);
	struct err e = { 0 };
	CHECK(file_publish(path, out.p, out.n, &e) == 0);
	json_t *t = json_read_file(path, &e);
	CHECK(t != NULL);
	CHECK_STR(json_text(t, "schema", ""), "dossier/test/1");
	CHECK(json_num(t, "v.1", 0) == 2.5 && json_num(t, "v.2", -1) == -1 && json_num(t, "v.9", -2) == -2);
	CHECK(json_at(t, "rows.0.name") && !json_at(t, "rows.0.nothing.more") && json_count(t, "v") == 3);
	CHECK(json_flag(t, "ok", false) && json_flag(t, "absent", true) && json_int(t, "v.0", 9) == 1);
	struct buf again = { 0 };
	jw_init(&w, &again);
	jw_value(&w, t);
	CHECK_STR(again.p, want);   /* reading and writing again changes nothing */
	json_decref(t);

	json_t *c = json_loads("{\"b\": [1, 2.0, \"x\"], \"a\": {\"z\": null, \"y\": true}}", 0, NULL);
	buf_clear(&again);
	json_canonical(&again, c);
	CHECK_STR(again.p, "{\"a\":{\"y\":true,\"z\":null},\"b\":[1,2,\"x\"]}");
	json_decref(c);

	CHECK(file_write(path, "{\n \"a\": 1,\n \"a\": 2}", 20, &e) == 0);
	CHECK(json_read_file(path, &e) == NULL && e.code == ERR_INPUT && strstr(e.msg, "a.json:3:") != NULL);
	buf_free(&out);
	buf_free(&again);
}

/* In byte order, without hidden ones; no folder is no names, but a file is none. */
static void names(const char *dir)
{
	static const char *const made[] = { "b", "a", "B", ".hidden", "c", "\xC3\xA4" }, *const want[] = { "B", "a", "b", "c", "\xC3\xA4" };
	struct arena *a = arena_new();
	struct err e = { 0 };
	const char **list, *sub = path_join(a, dir, "names");
	size_t n = 7;
	CHECK(file_names(a, sub, &list, &n, &e) == 0 && n == 0 && !list);
	CHECK(file_mkdirs(sub, &e) == 0);
	CHECK(file_names(a, sub, &list, &n, &e) == 0 && n == 0 && !list);
	for (size_t i = 0; i < COUNTOF(made); i++)
		CHECK(file_write(path_join(a, sub, made[i]), "x", 1, &e) == 0);
	CHECK(file_names(a, sub, &list, &n, &e) == 0 && n == COUNTOF(want));
	for (size_t i = 0; i < n; i++)
		CHECK_STR(list[i], want[i]);
	free(list);
	CHECK(file_names(a, path_join(a, sub, "a"), &list, &n, &e) < 0 && e.code == ERR_IO && !list && !n);
	CHECK(strstr(e.msg, "cannot read folder") != NULL);
	arena_free(a);
}

static void files(const char *dir)
{
	char path[300], deep[300];
	struct err e = { 0 };
	struct buf b = { 0 };
	snprintf(path, sizeof path, "%s/f", dir);
	CHECK(file_read(path, 100, &b, &e) < 0 && e.code == ERR_IO);
	CHECK(file_publish(path, "old", 3, &e) == 0 && file_publish(path, "newer", 5, &e) == 0);
	CHECK(file_read(path, 100, &b, &e) == 0 && b.n == 5 && strcmp(b.p, "newer") == 0);
	buf_clear(&b);
	CHECK(file_read(path, 4, &b, &e) < 0);
	CHECK(file_read(dir, 100, &b, &e) < 0);
	CHECK(strstr(e.msg, "is a directory") != NULL);
	snprintf(deep, sizeof deep, "%s/x/y/z", dir);
	CHECK(file_mkdirs(deep, &e) == 0 && file_mkdirs(deep, &e) == 0 && file_exists(deep));
	snprintf(deep, sizeof deep, "%s/f/y", dir);
	CHECK(file_mkdirs(deep, &e) < 0);
	snprintf(deep, sizeof deep, "%s/x/link", dir);
	CHECK(symlink(path, deep) == 0);
	snprintf(deep, sizeof deep, "%s/x", dir);
	CHECK(file_remove_tree(deep, &e) == 0 && !file_exists(deep) && file_exists(path));
	CHECK(file_remove_tree(deep, &e) == 0);
	snprintf(deep, sizeof deep, "%s/absent/f", dir);
	CHECK(file_publish(deep, "x", 1, &e) < 0 && e.code == ERR_IO);
	char pipe[300];
	snprintf(pipe, sizeof pipe, "%s/pipe", dir);
	CHECK(mkfifo(pipe, 0600) == 0 && file_read(pipe, 100, &b, &e) < 0);   /* and does not wait */
	CHECK(strstr(e.msg, "not a regular file") != NULL);
	struct arena *a = arena_new();
	CHECK_STR(path_join(a, "a/", "b"), "a/b");
	CHECK_STR(path_join(a, "a", "/b"), "/b");
	CHECK_STR(path_base("a/b/c.csv"), "c.csv");
	arena_free(a);
	buf_free(&b);
}

/* Processes that replace one file at the same time, one of which dies with its lock held. */
static void together(const char *dir)
{
	enum { WRITERS = 8, TIMES = 50 };
	static const char *const text[] = { "short", "a longer text" };
	char path[300], tmp[310];
	struct err e = { 0 };
	struct buf b = { 0 };
	snprintf(path, sizeof path, "%s/shared", dir);
	snprintf(tmp, sizeof tmp, "%s.tmp", path);
	CHECK(file_write(tmp, "left behind by a process that was killed", 40, &e) == 0);
	for (int w = 0; w < WRITERS; w++) {
		const char *s = text[w % 2];
		int failed = 0;
		if (fork())
			continue;
		for (int i = 0; i < TIMES; i++) {
			buf_clear(&b);
			failed += file_replace(path, s, strlen(s), &e) < 0 || file_read(path, 100, &b, &e) < 0 ||
				(strcmp(buf_str(&b), text[0]) != 0 && strcmp(buf_str(&b), text[1]) != 0);
		}
		_exit(failed != 0);
	}
	int status, good = 0;
	while (wait(&status) > 0)
		good += status == 0;
	CHECK(good == WRITERS);
	CHECK(file_exists(path) && !file_exists(tmp));
	snprintf(path, sizeof path, "%s/absent/f", dir);
	CHECK(file_replace(path, "x", 1, &e) < 0 && e.code == ERR_IO);
	buf_free(&b);
}

static void findings(void)
{
	struct finding f = finding_make(FIND_missing_values, "body_mass");
	f.count = 2;
	f.total = 344;
	struct buf out = { 0 };
	struct jw w;
	jw_init(&w, &out);
	finding_write(&w, &f);
	json_t *t = json_loads(out.p, 0, NULL);
	CHECK_STR(json_text(t, "code", ""), "missing_values");
	CHECK_STR(json_text(t, "columns.0", ""), "body_mass");
	CHECK(json_num(t, "share", 0) == 2.0 / 344 && !json_at(t, "p") && !json_at(t, "text"));
	json_decref(t);
	buf_free(&out);
	CHECK(finding_lookup("missing_values") == finding_info(FIND_missing_values));
	CHECK(finding_lookup("no_such_thing") == NULL);
	for (int i = 0; i < FIND_COUNT; i++) {
		const struct finding_info *x = finding_info((enum finding_code)i);
		CHECK(x->code && x->title[0] && x->sentence[0] && x->advice[0]);
		/* only the sentence has its holes filled */
		CHECK(strchr(x->title, '{') == NULL && strchr(x->advice, '{') == NULL);
	}
}

int main(void)
{
	char dir[] = "/tmp/dossier-test-XXXXXX";
	if (!mkdtemp(dir))
		return 1;
	json(dir);
	files(dir);
	names(dir);
	together(dir);
	findings();
	file_remove_tree(dir, NULL);
	return test_end();
}
