/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The logo of a cover: pictures made here, of every colour type and with every filter of a PNG, are read
 * to the pixel, JPEGs nearly so; damaged ones are no pictures, and the report comes without.
 */
#include "report/pdf_int.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
#include <zlib.h>

static struct arena *mem;

static void put32(struct buf *b, size_t v)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_putc(b, (char)(unsigned char)(v >> shift));
}
static void chunk(struct buf *b, const char *name, const void *p, size_t n)
{
	put32(b, n);
	size_t from = b->n;
	buf_puts(b, name);
	buf_put(b, p, n);
	put32(b, crc32(0, (const Bytef *)b->p + from, (uInt)(n + 4)));
}

/* `lines` with the filter byte of each. */
static struct buf png(size_t w, size_t h, int depth, int type, const void *lines, size_t n)
{
	struct buf b = { 0 }, head = { 0 };
	unsigned char packed[512];
	uLongf got = sizeof packed;
	static const unsigned char palette[] = { 1, 2, 3, 40, 50, 60 }, transparent[] = { 255, 128 };
	buf_put(&b, "\x89PNG\r\n\x1a\n", 8);
	put32(&head, w);
	put32(&head, h);
	buf_put(&head, (const char[]){ (char)depth, (char)type, 0, 0, 0 }, 5);
	chunk(&b, "IHDR", head.p, head.n);
	chunk(&b, "PLTE", palette, sizeof palette);
	if (type == 3)
		chunk(&b, "tRNS", transparent, sizeof transparent);
	CHECK(compress2(packed, &got, lines, (uLong)n, 9) == Z_OK);
	chunk(&b, "IDAT", packed, got / 2);        /* in two parts, as large ones are */
	chunk(&b, "IDAT", packed + got / 2, got - got / 2);
	chunk(&b, "IEND", "", 0);
	buf_free(&head);
	return b;
}

static void expect(struct buf b, const char *pixels, size_t n)
{
	struct picture *p = picture_read(mem, b.p, b.n);
	CHECK(p && p->w * p->h * 4 == n && memcmp(p->rgba, pixels, n) == 0);
	buf_free(&b);
}

static void every_type(void)
{
	/* two pixels a line; the same colours with filters none, sub, up, average, Paeth */
	static const char rgb[] = "\0" "\012\024\036" "\013\026\041" "\1" "\012\024\036" "\001\002\003" "\2" "\0\0\0" "\0\0\0"
		"\3" "\005\012\017" "\001\001\002" "\4" "\0\0\0" "\0\0\0";
	char want[40];
	for (int i = 0; i < 5; i++)
		memcpy(want + 8 * i, "\012\024\036\377\013\026\041\377", 8);
	expect(png(2, 5, 8, 2, rgb, sizeof rgb - 1), want, sizeof want);
	expect(png(1, 1, 8, 6, "\0\001\002\003\200", 5), "\001\002\003\200", 4);
	expect(png(1, 1, 8, 0, "\0\007", 2), "\007\007\007\377", 4);
	expect(png(1, 1, 8, 4, "\0\007\010", 3), "\007\007\007\010", 4);
	expect(png(1, 1, 16, 2, "\0\001\377\002\377\003\377", 7), "\002\003\004\377", 4);
	expect(png(3, 1, 1, 3, "\0\240", 2), "\050\062\074\200\001\002\003\377\050\062\074\200", 12);
	expect(png(2, 1, 4, 0, "\0\xF1", 2), "\377\377\377\377\021\021\021\377", 8);
	struct buf lacks = png(1, 1, 8, 3, "\0\011", 2), wide = png(2, 2, 8, 0, "", 0);
	picture_read(mem, lacks.p, lacks.n);           /* a colour that the palette lacks: any, or none */
	CHECK(picture_read(mem, wide.p, wide.n) == NULL);
	buf_free(&lacks);
	buf_free(&wide);
}

/* Two by two pixels in the passes of Adam7: the first, its neighbour, the line below. */
static void interlaced(void)
{
	struct buf b = png(2, 2, 8, 0, "\0\001\0\002\0\003\004", 7);
	b.p[8 + 8 + 12] = 1;                           /* the method, and the checksum of the header */
	unsigned long sum = crc32(0, (const Bytef *)b.p + 12, 17);
	for (int i = 0; i < 4; i++)
		b.p[29 + i] = (char)(unsigned char)(sum >> (24 - 8 * i));
	expect(b, "\1\1\1\377\2\2\2\377\3\3\3\377\4\4\4\377", 16);
}

static struct buf jpeg(unsigned w, unsigned h, int components)
{
	struct jpeg_compress_struct c = { 0 };
	struct jpeg_error_mgr errors;
	unsigned char *file = NULL, *line = calloc(w, (size_t)components);
	unsigned long n = 0;
	struct buf out = { 0 };
	c.err = jpeg_std_error(&errors);
	jpeg_create_compress(&c);
	jpeg_mem_dest(&c, &file, &n);
	c.image_width = w;
	c.image_height = h;
	c.input_components = components;
	c.in_color_space = components == 1 ? JCS_GRAYSCALE : components == 3 ? JCS_RGB : JCS_CMYK;
	jpeg_set_defaults(&c);
	jpeg_set_quality(&c, 100, TRUE);
	jpeg_start_compress(&c, TRUE);
	for (unsigned i = 0; i < w * (unsigned)components; i++)
		line[i] = (unsigned char)(40 + 50 * (i % (unsigned)components));
	for (unsigned y = 0; y < h; y++)
		jpeg_write_scanlines(&c, &line, 1);
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	buf_put(&out, (char *)file, n);
	free(file);
	free(line);
	return out;
}

static void photographs(void)
{
	static const int grey[] = { 40, 40, 40 }, colours[] = { 40, 90, 140 };
	for (int components = 1; components <= 4; components++) {
		if (components == 2)
			continue;
		struct buf b = jpeg(31, 17, components);
		struct picture *p = picture_read(mem, b.p, b.n);
		CHECK((p != NULL) == (components < 4));        /* none that is made for the press */
		for (size_t i = 0; p && i < 3; i++)
			CHECK(abs(p->rgba[4 * (31 * 16 + 30) + i] - (components == 1 ? grey : colours)[i]) < 4);
		CHECK(!p || (p->w == 31 && p->h == 17 && p->rgba[3] == 255));
		for (size_t n = 0; n + 2 < b.n; n += 1 + n / 40) {
			char *part = malloc(n + 1);
			memcpy(part, b.p, n);
			CHECK(picture_read(mem, part, n) == NULL);
			free(part);
		}
		buf_free(&b);
	}
	struct buf large = jpeg(2000, 100, 3);
	struct picture *p = picture_read(mem, large.p, large.n);
	CHECK(p && p->w == 500 && p->h == 25);
	buf_free(&large);
}

static void damaged(void)
{
	struct buf b = png(2, 2, 8, 6, "\1\1\2\3\4\5\6\7\10\4\1\2\3\4\5\6\7\10", 18);
	CHECK(picture_read(mem, b.p, b.n) != NULL);
	for (size_t n = 0; n < b.n - 12; n++) {
		char *part = malloc(n + 1);            /* so that a sanitizer sees the end */
		memcpy(part, b.p, n);
		CHECK(picture_read(mem, part, n) == NULL);
		free(part);
	}
	for (size_t i = 0; i < b.n; i++)
		for (int bit = 0; bit < 8; bit++) {
			b.p[i] = (char)(b.p[i] ^ 1 << bit);
			picture_read(mem, b.p, b.n);           /* may be another picture; must not crash */
			b.p[i] = (char)(b.p[i] ^ 1 << bit);
		}
	buf_free(&b);
	expect(png(1, 1, 8, 0, "\0\007", 2), "\007\007\007\377", 4);
	struct buf wide = png(5000, 1, 8, 0, "\0\007", 2), filter = png(1, 1, 8, 0, "\5\007", 2);
	CHECK(picture_read(mem, wide.p, wide.n) == NULL && picture_read(mem, filter.p, filter.n) == NULL);
	buf_free(&wide);
	buf_free(&filter);
	CHECK(picture_load(mem, NULL) == NULL && picture_load(mem, "/nowhere/logo.png") == NULL);
}

/* On the cover, in the file and for those who do not see it. */
static void on_cover(void)
{
	const char *dir = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
	char *path = arena_printf(mem, "%s/report_logo_XXXXXX", dir);
	int fd = mkstemp(path);
	struct buf b = png(1, 1, 8, 6, "\0\001\002\003\200", 5), with = { 0 }, without = { 0 };
	CHECK(fd >= 0 && file_write(path, b.p, b.n, NULL) == 0);
	struct doc *d = doc_new(mem, "With a logo");
	d->organisation = "An organisation with a name that is so long that it must make way for the logo of it";
	struct theme theme;
	report_theme(&theme, NULL);
	struct drawings none = { 0 };
	struct render_input in = { .doc = d, .drawings = &none, .theme = &theme };
	CHECK(render_pdf.render(&in, &without, NULL) == 0);
	d->logo = path;
	CHECK(render_pdf.render(&in, &with, NULL) == 0);
	struct book *book = book_lay_out(mem, &in);
	const struct item *i = book->pages[0].v[1].items->first, *logo = NULL, *name = NULL;
	for (; i; i = i->next) {
		logo = i->kind == ITEM_PICTURE ? i : logo;
		name = i->kind == ITEM_TEXT && strncmp(i->text, "An organisation", 15) == 0 ? i : name;
	}
	CHECK(logo && logo->tag->kind == TAG_FIGURE && strcmp(logo->tag->alt, d->organisation) == 0);
	CHECK(logo && name && name->x + name->w < logo->x && logo->x + logo->w <= book->width - book->left);
	CHECK(with.n > without.n);
	remove(path);
	buf_free(&b);
	buf_free(&with);
	buf_free(&without);
}

int main(void)
{
	mem = arena_new();
	every_type();
	interlaced();
	photographs();
	damaged();
	on_cover();
	arena_free(mem);
	return test_end();
}
