/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Staleness. A step is up to date when its key, a hash of everything that it is made from, equals
 * the one in its marker and its outputs are what the marker says. Steps further down hash the
 * outputs of those before them, so unchanged content stops the cascade. */
#include "driver/driver_int.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- hashing parts ------------------------------------------------------------------------------- */

/* Length-prefixed, so that no two lists of parts make the same bytes. */
static void add_part(struct sha256 *h, const char *p, size_t n)
{
	uint8_t length[8];
	for (int i = 0; i < 8; i++)
		length[i] = (uint8_t)((uint64_t)n >> (8 * i));
	sha256_add(h, length, sizeof length);
	sha256_add(h, p, n);
}

static void add_text(struct sha256 *h, const char *s)
{
	add_part(h, s, strlen(s));
}

static void add_json(struct sha256 *h, const json_t *v)
{
	struct buf text = { 0 };
	json_canonical(&text, v);
	add_part(h, buf_str(&text), text.n);
	buf_free(&text);
}

/* Names and contents of a folder, in byte order of the names. */
static int add_tree(struct sha256 *h, struct arena *a, const char *dir, struct err *e)
{
	const char **names;
	size_t n;
	int r = file_names(a, dir, &names, &n, e);
	for (size_t i = 0; r == 0 && i < n; i++) {
		const char *path = path_join(a, dir, names[i]);
		char sha[SHA256_HEX];
		struct stat st;
		add_text(h, names[i]);
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			r = add_tree(h, a, path, e);
		else if ((r = sha256_file(path, sha, NULL, e)) == 0)
			add_text(h, sha);
	}
	free(names);
	return r;
}

/* ---- inputs ----------------------------------------------------------------------------------------- */

static int share_hash(const struct job *j, char hex[SHA256_HEX], struct err *e)
{
	struct sha256 h;
	sha256_init(&h);
	if (!j->share)
		return err_set(e, ERR_IO,
			"cannot find the folders templates/ and assets/; name their place with --share");
	if (add_tree(&h, j->arena, path_join(j->arena, j->share, "templates"), e) < 0 ||
		add_tree(&h, j->arena, path_join(j->arena, j->share, "assets"), e) < 0)
		return -1;
	sha256_hex(&h, hex);
	return 0;
}

/* Hash of an artifact that steps before number i made, from their markers: one file, or every file
 * of a folder ("model/"). False when none of them made it. */
static bool artifact_hash(const struct job *j, size_t i, const char *role, char hex[SHA256_HEX])
{
	size_t n = strlen(role);
	bool folder = n && role[n - 1] == '/', found = false;
	struct sha256 h;
	sha256_init(&h);
	for (size_t k = 0; k < i; k++) {
		const json_t *outputs = json_at(j->markers[k], "outputs");
		for (size_t o = 0; o < json_array_size(outputs); o++) {
			const json_t *out = json_array_get(outputs, o);
			const char *path = json_text(out, "path", "");
			if (folder ? strncmp(path, role, n) != 0 : strcmp(path, role) != 0)
				continue;
			found = true;
			add_text(&h, path);
			add_text(&h, json_text(out, "sha256", ""));
		}
	}
	sha256_hex(&h, hex);
	return found;
}

static int input_hash(const struct job *j, size_t i, const char *role, char hex[SHA256_HEX],
	struct err *e)
{
	if (strcmp(role, "original") == 0) {
		memcpy(hex, j->input_sha, SHA256_HEX);
		return 0;
	}
	if (strcmp(role, "share") == 0)
		return share_hash(j, hex, e);
	if (artifact_hash(j, i, role, hex))
		return 0;
	/* A file that no step makes, such as answers to questions, may be absent. */
	const char *path = path_join(j->arena, j->dir, role);
	struct stat st;
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
		return sha256_file(path, hex, NULL, e);
	memcpy(hex, "absent", sizeof "absent");
	return 0;
}

static json_t *hash_inputs(const struct job *j, size_t i, struct err *e)
{
	const struct stage *s = j->stages[i];
	json_t *list = json_array();
	for (size_t k = 0; s->inputs[k]; k++) {
		char hex[SHA256_HEX];
		if (input_hash(j, i, s->inputs[k], hex, e) < 0) {
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list,
			json_pack("{s:s,s:s}", "role", s->inputs[k], "sha256", hex));
	}
	return list;
}

/* ---- parameters ------------------------------------------------------------------------------------- */

/* Names of the files of one table instead of their paths. */
static void show_names(const struct job *j, const char *join, json_t *table)
{
	json_t *names = json_array();
	for (size_t i = 0; i < j->noriginals; i++) {
		const struct original *o = &j->originals[i];
		if (join ? o->join && strcmp(o->join, join) == 0 : !o->join)
			json_array_append_new(names, json_string(o->name));
	}
	if (json_array_size(names) == 1 && !json_count(table, "files"))
		json_object_set(table, "file", json_array_get(names, 0));
	if (json_object_get(table, "files"))
		json_object_set(table, "files", names);
	if (json_text(table, "sqlite", NULL))
		json_object_set_new(table, "sqlite", json_null());
	json_decref(names);
}

/* What a stage sees of the manifest: its sections, and of the input only the name, since a path must
 * not get into an artifact or a key. */
static json_t *stage_view(const struct job *j, const struct stage *s)
{
	json_t *view = json_object();
	for (size_t i = 0; s->sections[i]; i++) {
		const char *name = s->sections[i];
		json_t *v = json_deep_copy(json_object_get(j->manifest, name));
		if (strcmp(name, "source") == 0)
			show_names(j, NULL, v);
		json_t *one;
		const char *key;
		if (strcmp(name, "join") == 0)
			json_object_foreach(v, key, one)
				show_names(j, key, one);
		json_object_set_new(view, name, v ? v : json_null());
	}
	branding_place(j, view);
	return view;
}

/* What of it the output depends on: not limits, which say how to run, and of a picture or template its
 * content, not its place. */
static int params_of(struct arena *a, const json_t *view, json_t **out, struct err *e)
{
	*out = json_deep_copy(view);
	json_object_del(*out, "limits");
	return branding_hash(a, *out, e);
}

static void make_key(const struct stage *s, struct plan *p)
{
	struct sha256 h;
	sha256_init(&h);
	add_text(&h, "dossier/done/1");
	add_text(&h, DOSSIER_VERSION);
	add_text(&h, s->name);
	add_text(&h, s->version);
	add_json(&h, p->params);
	add_json(&h, p->inputs);
	sha256_hex(&h, p->key);
}

/* ---- why -------------------------------------------------------------------------------------------- */

/* Counts leaves that differ and describes the first: "eda.max_levels 20 -> 10". */
static size_t differences(struct buf *first, const char *path, const json_t *was, const json_t *is)
{
	if (!json_is_object(was) || !json_is_object(is)) {
		/* As text: a real that was written as "2" comes back as an integer. */
		struct buf a = { 0 }, b = { 0 };
		json_canonical(&a, was);
		json_canonical(&b, is);
		bool differ = strcmp(buf_str(&a), buf_str(&b)) != 0;
		if (differ && !first->n)
			buf_printf(first, "%s %.60s -> %.60s", path, buf_str(&a), buf_str(&b));
		buf_free(&a);
		buf_free(&b);
		return differ;
	}
	size_t n = 0;
	struct arena *a = arena_new();
	const char *key;
	json_t *v;
	json_object_foreach((json_t *)(uintptr_t)is, key, v)
		n += differences(first, arena_printf(a, "%s%s%s", path, *path ? "." : "", key),
			json_object_get(was, key), v);
	json_object_foreach((json_t *)(uintptr_t)was, key, v) {
		if (!json_object_get(is, key))
			n += differences(first,
				arena_printf(a, "%s%s%s", path, *path ? "." : "", key), v,
				NULL);
	}
	arena_free(a);
	return n;
}

static const char *changed_input(struct arena *a, const json_t *was, const json_t *is)
{
	for (size_t i = 0; i < json_array_size(is); i++) {
		const json_t *b = json_array_get(is, i), *w = json_array_get(was, i);
		if (json_equal(w, b))
			continue;
		const char *role = json_text(b, "role", "");
		if (strcmp(role, "original") == 0)
			return "the input file changed";
		if (strcmp(role, "share") == 0)
			return "templates or assets changed";
		return arena_printf(a, "input %s changed", role);
	}
	return NULL;
}

static const char *why_stale(struct arena *a, const struct stage *s, const struct plan *p,
	const json_t *marker)
{
	const char *tool = json_text(marker, "tool", ""),
		   *version = json_text(marker, "version", "");
	if (strcmp(tool, DOSSIER_VERSION) != 0)
		return arena_printf(a, "dossier %s -> %s", tool, DOSSIER_VERSION);
	if (strcmp(version, s->version) != 0)
		return arena_printf(a, "version of the step %s -> %s", version, s->version);
	const char *why = changed_input(a, json_at(marker, "inputs"), p->inputs);
	if (why)
		return why;            /* another input changes its hash in the parameters too */
	struct buf first = { 0 };
	size_t n = differences(&first, "", json_at(marker, "params"), p->params);
	why = n ? arena_printf(a, "configuration changed: %s", buf_str(&first))
		: "made from something else";
	if (n > 1)
		why = arena_printf(a, "%s and %zu more", why, n - 1);
	buf_free(&first);
	return why;
}

static bool reads(const struct stage *s, const char *input)
{
	for (size_t i = 0; s->inputs[i]; i++)
		if (strcmp(s->inputs[i], input) == 0)
			return true;
	return false;
}

int plan_step(struct job *j, size_t i, bool forced, struct plan *p, struct err *e)
{
	const struct stage *s = j->stages[i];
	*p = (struct plan){ .run = true, .view = stage_view(j, s) };
	if (params_of(j->arena, p->view, &p->params, e) < 0 || !(p->inputs = hash_inputs(j, i, e)))
		return -1;
	make_key(s, p);
	json_t *marker = marker_load(j, s->name, &p->why);
	if (marker && strcmp(json_text(marker, "key", ""), p->key) != 0)
		p->why = why_stale(j->arena, s, p, marker);
	else if (marker)
		p->why = marker_mismatch(j->arena, j, s->name, marker,
			j->opt->verify || j->opt->paranoid);
	if (forced)
		p->why = "asked for with --from";
	else if (j->server && !j->opt->resume && reads(s, "original"))
		p->why = "a server may have other rows now; --resume keeps those of before";
	if (marker && !p->why) {
		p->run = false;
		p->why = "up to date";
		j->markers[i] = marker;
		return 0;
	}
	json_decref(marker);
	return 0;
}

void plan_reset(struct plan *p)
{
	json_decref(p->view);
	json_decref(p->params);
	json_decref(p->inputs);
	*p = (struct plan){ 0 };
}

/* ---- what the run before left ------------------------------------------------------------------------ */

/* What steps before number i made is what its marker says that it read. */
static bool fits(const struct job *j, size_t i)
{
	const json_t *inputs = json_at(j->markers[i], "inputs");
	for (size_t k = 0; k < json_array_size(inputs); k++) {
		char hex[SHA256_HEX];
		const json_t *in = json_array_get(inputs, k);
		if (artifact_hash(j, i, json_text(in, "role", ""), hex) && strcmp(hex, json_text(in, "sha256", "")) != 0)
			return false;
	}
	return true;
}

bool plan_whole(struct job *j)
{
	for (size_t i = 0; j->stages[i]; i++) {
		const char *why, *name = j->stages[i]->name;
		j->markers[i] = marker_load(j, name, &why);
		if (!j->markers[i] || marker_mismatch(j->arena, j, name, j->markers[i], false) || !fits(j, i))
			return false;
	}
	return true;
}

void plan_forget(struct job *j)
{
	for (size_t i = 0; j->stages[i]; i++) {
		json_decref(j->markers[i]);
		j->markers[i] = NULL;
	}
}
