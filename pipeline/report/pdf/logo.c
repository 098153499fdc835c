/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the logo of a cover: PNG by libpng and JPEG by libjpeg, which are made for files of strangers, as
 * the PDF library is not. What is damaged, too large or of another format is no picture: a report without
 * its logo is better than none, and its step says so.
 */
#include "report/pdf_int.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>

enum { FILE_CAP = 4 << 20, SIDE_MAX = 4096, PIXELS_MAX = 1 << 22, WIDE = 900 };

static bool is_sane(size_t w, size_t h)
{
	return w > 0 && h > 0 && w <= SIDE_MAX && h <= SIDE_MAX && w * h <= PIXELS_MAX;
}

static struct picture *read_png(struct arena *mem, const void *file, size_t n)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	struct picture *p = NULL;
	if (png_image_begin_read_from_memory(&image, file, n) && is_sane(image.width, image.height)) {
		image.format = PNG_FORMAT_RGBA;
		image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;      /* as of 8 bits, if it does not say */
		p = arena_alloc(mem, sizeof *p);
		*p = (struct picture){ .w = image.width, .h = image.height,
			.rgba = arena_calloc(mem, (size_t)image.width * image.height, 4) };
		if (!png_image_finish_read(&image, NULL, p->rgba, 0, NULL))
			p = NULL;
	}
	png_image_free(&image);
	return p;
}

/* ---- JPEG -------------------------------------------------------------------------------- */

struct failure {
	struct jpeg_error_mgr base;            /* first: the library knows no more */
	jmp_buf escape;
};
static void on_error(j_common_ptr c)
{
	longjmp(((struct failure *)(void *)c->err)->escape, 1);
}
/* The first warning says that the file is damaged. */
static void on_message(j_common_ptr c, int level)
{
	if (level < 0)
		on_error(c);
}

/* Photographs have more pixels than a logo shows: the library leaves out what is not needed. */
static struct picture *unpack(struct jpeg_decompress_struct *c, struct arena *mem)
{
	jpeg_read_header(c, TRUE);
	bool plain = c->num_components == 1 || c->num_components == 3;
	if (!plain || !is_sane(c->image_width, c->image_height))
		return NULL;
	c->out_color_space = JCS_RGB;
	while (c->scale_denom < 8 && c->image_width / c->scale_denom > WIDE)
		c->scale_denom *= 2;
	jpeg_start_decompress(c);
	struct picture *p = arena_alloc(mem, sizeof *p);
	*p = (struct picture){ .w = c->output_width, .h = c->output_height,
		.rgba = arena_calloc(mem, (size_t)c->output_width * c->output_height, 4) };
	JSAMPROW line = arena_calloc(mem, c->output_width, 3);
	for (size_t at = 0; c->output_scanline < c->output_height;) {
		jpeg_read_scanlines(c, &line, 1);
		for (size_t x = 0; x < p->w; x++, at += 4)
			memcpy(p->rgba + at, (uint8_t[]){ line[3 * x], line[3 * x + 1], line[3 * x + 2], 255 }, 4);
	}
	return jpeg_finish_decompress(c) ? p : NULL;
}

static struct picture *read_jpeg(struct arena *mem, const void *file, size_t n)
{
	struct jpeg_decompress_struct c = { 0 };
	struct failure failure;
	struct picture *volatile p = NULL;
	c.err = jpeg_std_error(&failure.base);
	failure.base.error_exit = on_error;
	failure.base.emit_message = on_message;
	if (setjmp(failure.escape) == 0) {
		jpeg_create_decompress(&c);
		jpeg_mem_src(&c, file, n);
		p = unpack(&c, mem);
	} else {
		p = NULL;
	}
	jpeg_destroy_decompress(&c);
	return p;
}

/* ------------------------------------------------------------------------------------------ */

struct picture *picture_read(struct arena *mem, const void *file, size_t n)
{
	if (n > 8 && memcmp(file, "\x89PNG\r\n\x1a\n", 8) == 0)
		return read_png(mem, file, n);
	return n > 3 && memcmp(file, "\xff\xd8\xff", 3) == 0 ? read_jpeg(mem, file, n) : NULL;
}

struct picture *picture_load(struct arena *mem, const char *path)
{
	struct buf file = { 0 };
	struct picture *p = NULL;
	if (path && file_read(path, FILE_CAP, &file, NULL) == 0)
		p = picture_read(mem, file.p, file.n);
	buf_free(&file);
	return p;
}

bool report_logo_is_drawn(const char *path)
{
	struct arena *mem = arena_new();
	bool drawn = picture_load(mem, path) != NULL;
	arena_free(mem);
	return drawn;
}
