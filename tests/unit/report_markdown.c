/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts of the author: markdown as nodes, what is not of the subset as text, and evil input; the contrast of
 * the colours of a theme. */
#include "report/report_int.h"
#include "test.h"

/* "p(a,*strong*,_emph_,`code`,<url>link)" */
static void put_tree(struct buf *b, const struct node *n)
{
	if (n->kind == NODE_SECTION && n->parent)
		buf_printf(b, "#%s", n->title);
	else if (n->kind == NODE_LIST)
		buf_puts(b, n->ordered ? "ol" : "ul");
	else if (n->kind == NODE_ITEM)
		buf_puts(b, n->text);
	else if (n->kind == NODE_TEXT)
		buf_putc(b, 'p');
	buf_putc(b, '(');
	for (size_t i = 0; i < n->ncells; i++) {
		const struct cell *c = &n->cells[i];
		CHECK(c->cls == CELL_OWN);
		buf_puts(b, i ? "," : "");
		if (c->url)
			buf_printf(b, "<%s>", c->url);
		const char *mark = c->look & LOOK_CODE ? "`" : c->look & LOOK_STRONG ? "*" : c->look & LOOK_EMPHASIS ? "_" : "";
		buf_printf(b, "%s%s%s", mark, c->text, mark);
	}
	for (const struct node *c = n->child; c; c = c->next)
		put_tree(b, c);
	buf_putc(b, ')');
}

static const char *tree(struct arena *a, const char *markdown)
{
	struct doc *d = doc_new(a, "Test");
	struct buf b = { 0 };
	markdown_build(d, d->root, markdown);
	put_tree(&b, d->root);
	const char *s = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

static void subset(struct arena *a)
{
	CHECK_STR(tree(a, ""), "()");
	CHECK_STR(tree(a, "one\ntwo\n\nthree"), "(p(one two)p(three))");
	CHECK_STR(tree(a, "a **b** *c* `d`"), "(p(a ,*b*, ,_c_, ,`d`))");
	CHECK_STR(tree(a, "- a\n- b\n\n3. c\n4. d"), "(ul(\xE2\x80\xA2(p(a))\xE2\x80\xA2(p(b)))ol(3.(p(c))4.(p(d))))");
	CHECK_STR(tree(a, "- a\n  - b\n    - c\n      - d\n      - e\n- f"),
		"(ul(\xE2\x80\xA2(p(a)ul(\xE2\x80\xA2(p(b)ul(\xE2\x80\xA2(p(c))\xE2\x80\xA2(p(d))\xE2\x80\xA2(p(e))))))\xE2\x80\xA2(p(f))))");
	CHECK_STR(tree(a, "x\n\n# A\na\n## B\nb\n# C\nc"), "(p(x)#A(p(a)#B(p(b)))#C(p(c)))");
	CHECK_STR(tree(a, "# A\n## B\n### C\n#### D\nd\n## E"), "(#A(#B(#C()#D(p(d)))#E()))");
	CHECK_STR(tree(a, "> # q\n> r"), "(p(*q*)p(r))");
	CHECK_STR(tree(a, "a\n\n---\n\nb"), "(p(a)p(b))");
	CHECK_STR(tree(a, "```\nx\n\n y\n```"), "(p(`x`)p(` y`))");
	CHECK_STR(tree(a, "# **A** `b`"), "(#A b())");
}

static void links(struct arena *a)
{
	CHECK_STR(tree(a, "[a **b**](https://x.org/1 \"t\") c"), "(p(<https://x.org/1>a ,<https://x.org/1>*b*, c))");
	CHECK_STR(tree(a, "<m@x.org>"), "(p(<mailto:m@x.org>m@x.org))");
	CHECK_STR(tree(a, "[a](javascript:alert(1)) [b](data:text/html,x) [c](//x.org) [d](file:///x)"), "(p(a, ,b, ,c, ,d))");
	CHECK_STR(tree(a, "[a](<https://x.org/\" onclick=\"x>)"), "(p(<https://x.org/%22%20onclick=%22x>a))");
	CHECK_STR(tree(a, "[a](https://x.org/\xE2\x80\xAE)"), "(p(<https://x.org/%E2%80%AE>a))");
	CHECK_STR(tree(a, "![alt](https://x.org/p.png)"), "(p(alt))");
	struct doc *d = doc_new(a, "Test");
	struct buf b = { 0 };
	markdown_build(d, d->root, "[a **b**](https://x.org/1) <https://x.org/2> <m@x.org>");
	for (size_t i = 0; i < d->root->child->ncells; i++)
		cell_print_run(&b, d->root->child->cells, d->root->child->ncells, i);
	CHECK_STR(buf_str(&b), "a b (https://x.org/1) https://x.org/2 m@x.org");
	buf_free(&b);
}

static void evil(struct arena *a)
{
	CHECK_STR(tree(a, "<script>x</script>"), "(p(<script>x</script>))");
	CHECK_STR(tree(a, "a <b onclick=\"x\">c</b>"), "(p(a <b onclick=\"x\">c</b>))");
	CHECK_STR(tree(a, "&lt;b&gt; &#0; \\*"), "(p(<b> \xEF\xBF\xBD *))");
	CHECK_STR(tree(a, "\xFF\xC3"), "(p(\xEF\xBF\xBD\xEF\xBF\xBD))");
	CHECK_STR(tree(a, "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xAC \xD8\xB9"),
		"(p(\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xAC \xD8\xB9))");
	/* as long as a text may be, of what nests, opens or repeats */
	static const char *const pieces[] = { ">", "- ", "[", "![", "**a ", "*", "`", "<", "((", "1. ", "# a\n", "&", "a**b", "[a](" };
	enum { LONG = 64 << 10 };
	char *s = mem_calloc(LONG + 1, 1);
	for (size_t i = 0; i < COUNTOF(pieces); i++) {
		size_t n = strlen(pieces[i]);
		for (size_t k = 0; k + n <= LONG; k += n)
			memcpy(s + k, pieces[i], n);
		struct doc *d = doc_new(a, "Test");
		markdown_build(d, d->root, s);
		int deepest = 0;
		for (const struct node *x = d->root; x; x = doc_walk(x)) {
			int depth = 0;
			for (const struct node *up = x; up; up = up->parent)
				depth++;
			deepest = depth > deepest ? depth : deepest;
		}
		CHECK(deepest <= 1 + 3 + 2 * 3 + 1);
	}
	free(s);
}

/* The numbers in the cells of a heat map: as dark as text in the lower half of a ramp, as light as the
 * ground in the upper one. WCAG 2.1, 1.4.3 asks for 4.5. */
static void numbers_on_ramps(void)
{
	static const char *const primaries[] = { "#2a5bd7", "#b3261e", "#0b6e4f", "#7a5c00", "#222222" };
	for (size_t i = 0; i < 2 * COUNTOF(primaries); i++) {
		struct theme t;
		report_theme(&t, NULL);
		t.primary = primaries[i / 2];
		bool dark = i % 2;
		uint32_t text = ink_rgb(&t, INK_TEXT, dark), ground = ink_rgb(&t, INK_SURFACE, dark);
		for (int k = 0; k < 16; k++)
			CHECK(theme_contrast(ink_rgb(&t, (enum ink)(INK_RAMP_0 + k), dark), k > 7 ? ground : text) >= 4.5);
		for (int k = -8; k <= 8; k++)
			CHECK(theme_contrast(ink_rgb(&t, (enum ink)(INK_DIVERGING_0 + 8 + k), dark),
				abs(k) > 4 ? ground : text) >= 4.5);
	}
}

/* Ratios as published: WCAG 2.1's own extremes, and the well known pair that just fails level AA. */
static void contrast(void)
{
	CHECK_NEAR(theme_contrast(0x000000, 0xffffff), 21, 1e-9);
	CHECK_NEAR(theme_contrast(0xffffff, 0xffffff), 1, 1e-12);
	CHECK_NEAR(theme_contrast(0x777777, 0xffffff), 4.48, 0.005);
	CHECK_NEAR(theme_contrast(0xffffff, 0x767676), 4.54, 0.005);
	numbers_on_ramps();
	CHECK_NEAR(theme_contrast(0xff0000, 0xffffff), 4.00, 0.005);
	struct theme t;
	struct buf b = { 0 };
	report_theme(&t, NULL);
	CHECK(!theme_faint(&t, &b));
	CHECK(b.n == 0);
	t.muted = "#777777";
	CHECK(theme_faint(&t, &b));
	CHECK_STR(buf_str(&b), "muted #777777 on surface #ffffff has a contrast of 4.47, less than 4.5");
	buf_free(&b);
}

int main(void)
{
	struct arena *a = arena_new();
	subset(a);
	links(a);
	evil(a);
	contrast();
	arena_free(a);
	return test_end();
}
