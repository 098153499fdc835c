/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A forest as a file of its own, little-endian: sizes, then how values become codes, then per tree its nodes in
 * order of depth (which says where children are), then the values of all leaves. */
#include "model/trees/forest_int.h"

#include <math.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the file is written as it lies in memory");

static const char forest_name[] = "forest.bin", magic[8] = "dosfor1";
struct sizes {
	uint32_t features, trees, width, nodes, leaves;
};
struct saved_node {
	uint16_t feature;
	uint8_t code, missing_left;
	uint32_t cover;
};

/* ---- saving ---------------------------------------------------------------------------------------------- */

static void put_bins(struct buf *out, const struct bins *b)
{
	uint32_t head[3] = { b->category, (uint32_t)b->n, (uint32_t)b->nlevels };
	buf_put(out, head, sizeof head);
	if (b->category)
		buf_put(out, b->of_level, b->nlevels + 2);
	else if (b->n > 1)
		buf_put(out, b->cut, ((size_t)b->n - 1) * sizeof *b->cut);
}

int forest_write(const struct forest *f, const char *dir, const char *name, struct err *e)
{
	struct buf out = { 0 }, path = { 0 };
	struct sizes n = { (uint32_t)f->features, (uint32_t)f->trees, (uint32_t)f->width, f->root[f->trees], (uint32_t)f->leaves };
	buf_put(&out, magic, sizeof magic);
	buf_put(&out, &n, sizeof n);
	for (size_t j = 0; j < f->features; j++)
		put_bins(&out, &f->bins[j]);
	buf_put(&out, f->root, f->trees * sizeof *f->root);
	for (uint32_t i = 0; i < n.nodes; i++) {
		const struct twig *t = &f->twig[i];
		struct saved_node s = { t->feature, t->code, t->missing_left, f->cover[i] };
		buf_put(&out, &s, sizeof s);
	}
	buf_put(&out, f->value, f->leaves * f->width * sizeof *f->value);
	buf_printf(&path, "%s/%s", dir, name);
	int status = file_write(path.p, out.p, out.n, e);
	buf_free(&path);
	buf_free(&out);
	return status;
}

int forest_save(const struct model *m, struct jw *w, const char *dir, struct model_files *files, struct err *e)
{
	const struct forest *f = m->own;
	jw_kstr(w, "forest", forest_name);
	jw_kint(w, "trees", (int64_t)f->trees);
	jw_kint(w, "nodes", f->root[f->trees]);
	files->name[files->n++] = forest_name;
	return forest_write(f, dir, forest_name, e);
}

/* ---- loading --------------------------------------------------------------------------------------------- */

struct bytes {
	const char *p;
	size_t left;
	bool ok;
};

/* The next n bytes; zeros and not ok when there are not so many. */
static void take(struct bytes *b, void *out, size_t n)
{
	b->ok = b->ok && n <= b->left;
	if (!b->ok) {
		memset(out, 0, n);
		return;
	}
	memcpy(out, b->p, n);
	b->p += n;
	b->left -= n;
}

static void take_bins(struct bytes *in, const struct feature *f, struct arena *a, struct bins *b)
{
	uint32_t head[3];
	take(in, head, sizeof head);
	in->ok = in->ok && head[0] == f->category && head[1] <= CODES && (!f->category || head[2] == (uint32_t)f->nlevels);
	if (!in->ok)
		return;
	*b = (struct bins){ .category = f->category, .n = (int)head[1], .nlevels = head[2] };
	if (f->category) {
		b->of_level = arena_calloc(a, b->nlevels + 2, 1);
		take(in, b->of_level, b->nlevels + 2);
		return;
	}
	b->cut = arena_calloc(a, CODES, sizeof *b->cut);
	if (b->n > 1)
		take(in, b->cut, ((size_t)b->n - 1) * sizeof *b->cut);
	for (int c = b->n > 1 ? b->n - 1 : 0; c < CODES; c++)
		b->cut[c] = INFINITY;
}

static void take_nodes(struct bytes *in, const struct sizes *n, struct forest *f)
{
	take(in, f->root, f->trees * sizeof *f->root);
	f->root[f->trees] = n->nodes;
	for (size_t t = 0; t < f->trees; t++)
		in->ok = in->ok && f->root[t] < f->root[t + 1] && f->root[t + 1] <= n->nodes;
	in->ok = in->ok && f->root[0] == 0;
	for (uint32_t i = 0; in->ok && i < n->nodes; i++) {
		struct saved_node s;
		take(in, &s, sizeof s);
		in->ok = in->ok && s.feature < f->features && s.cover > 0 && (s.code != CODE_MISSING || s.missing_left == 1) &&
			s.missing_left <= 1;
		f->twig[i] = (struct twig){ .feature = s.feature, .code = s.code, .missing_left = s.missing_left };
		f->cover[i] = s.cover;
	}
	take(in, f->value, f->leaves * f->width * sizeof *f->value);
	for (size_t i = 0; in->ok && i < f->leaves * f->width; i++)
		in->ok = isfinite(f->value[i]);
	in->ok = in->ok && in->left == 0 && forest_link(f);
}

static bool load(struct bytes *in, const struct frame *schema, size_t width, struct arena *a, struct forest *f)
{
	char head[sizeof magic];
	struct sizes n;
	take(in, head, sizeof head);
	take(in, &n, sizeof n);
	/* what it says it holds must fit into it before memory is asked for */
	if (!in->ok || memcmp(head, magic, sizeof magic) != 0 || n.features != schema->nfeatures || n.width != width ||
		!n.trees || !n.nodes || !n.leaves || n.leaves > n.nodes || n.trees > n.nodes ||
		n.nodes > in->left / sizeof(struct saved_node) || n.leaves > in->left / (width * sizeof(double)))
		return false;
	*f = (struct forest){ .features = n.features, .trees = n.trees, .width = width, .leaves = n.leaves,
		.bins = arena_calloc(a, n.features, sizeof *f->bins), .root = arena_calloc(a, n.trees + 1u, sizeof *f->root),
		.depth = arena_calloc(a, n.trees, sizeof *f->depth), .twig = arena_calloc(a, n.nodes, sizeof *f->twig),
		.cover = arena_calloc(a, n.nodes, sizeof *f->cover), .leaf = arena_calloc(a, n.nodes, sizeof *f->leaf),
		.value = arena_calloc(a, n.leaves * width, sizeof *f->value) };
	for (size_t j = 0; j < f->features && in->ok; j++)
		take_bins(in, &schema->features[j], a, &f->bins[j]);
	if (in->ok)
		take_nodes(in, &n, f);
	return in->ok;
}

int forest_read(const char *dir, const char *name, const struct frame *schema, size_t width, struct arena *a,
	struct forest *f, struct err *e)
{
	enum { CAP = 1 << 28 };
	struct buf path = { 0 }, text = { 0 };
	buf_printf(&path, "%s/%s", dir, name);
	int status = file_read(path.p, CAP, &text, e);
	struct bytes in = { text.p, text.n, true };
	if (status == 0 && !load(&in, schema, width, a, f))
		status = err_set(e, ERR_INPUT, "'%s' is damaged or belongs to another model", name);
	buf_free(&path);
	buf_free(&text);
	return status;
}

int forest_load(const json_t *v, const char *dir, struct arena *a, struct model *m, struct err *e)
{
	(void)v;
	struct forest *f = arena_alloc(a, sizeof *f);
	m->own = f;
	return forest_read(dir, forest_name, m->f, m->outputs > 2 ? (size_t)m->outputs : 1, a, f, e);
}
