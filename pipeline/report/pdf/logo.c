/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the logo of a cover: PNG of any depth and colour type, not interlaced (W3C PNG specification, third
 * edition). The PDF library could read it too, but is not made for files of strangers. What is damaged or
 * of another format is no picture: a report without its logo is better than none.
 */
#include "report/pdf_int.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { FILE_CAP = 4 << 20, SIDE_MAX = 4096, PIXELS_MAX = 1 << 22 };
enum { GREY = 0, RGB = 2, PALETTE = 3, GREY_ALPHA = 4, RGB_ALPHA = 6 };

struct png {
	size_t w, h, stride;       /* bytes of a line, without its filter */
	unsigned depth, type, channels;
	struct str palette, transparent;
	struct buf data;           /* compressed */
	uint8_t *lines;            /* each after its filter */
};

static size_t be32(const uint8_t *p)
{
	return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
}

static bool read_header(struct png *g, const uint8_t *p, size_t n)
{
	static const unsigned channels[] = { 1, 0, 3, 1, 2, 0, 4 };
	if (n != 13)
		return false;
	g->w = be32(p);
	g->h = be32(p + 4);
	g->depth = p[8];
	g->type = p[9];
	g->channels = g->type < COUNTOF(channels) ? channels[g->type] : 0;
	bool few = g->type == GREY || g->type == PALETTE;
	bool deep = g->depth == 8 || (g->depth == 16 && g->type != PALETTE)
		|| (few && (g->depth == 1 || g->depth == 2 || g->depth == 4));
	g->stride = (g->w * g->channels * g->depth + 7) / 8;
	return g->channels && deep && p[12] == 0 && g->w > 0 && g->h > 0 && g->w <= SIDE_MAX
		&& g->h <= SIDE_MAX && g->w * g->h <= PIXELS_MAX;
}

/* Length, name, content, checksum. That of zlib, over all of the picture, is the one that is checked. */
static bool read_chunks(struct png *g, const uint8_t *p, const uint8_t *end)
{
	for (bool header = false; end - p >= 12;) {
		size_t n = be32(p);
		const uint8_t *name = p + 4, *content = p + 8;
		if (n > (size_t)(end - p) - 12)
			return false;
		if (memcmp(name, "IHDR", 4) == 0 && !(header = read_header(g, content, n)))
			return false;
		if (memcmp(name, "PLTE", 4) == 0)
			g->palette = (struct str){ (const char *)content, n };
		if (memcmp(name, "tRNS", 4) == 0)
			g->transparent = (struct str){ (const char *)content, n };
		if (memcmp(name, "IDAT", 4) == 0)
			buf_put(&g->data, content, n);
		if (memcmp(name, "IEND", 4) == 0)
			return header && g->data.n > 0;
		p = content + n + 4;
	}
	return false;
}

static uint8_t paeth(int left, int up, int corner)
{
	int p = left + up - corner, a = abs(p - left), b = abs(p - up), c = abs(p - corner);
	return (uint8_t)(a <= b && a <= c ? left : b <= c ? up : corner);
}

static bool unfilter(struct png *g)
{
	size_t back = g->channels * g->depth < 8 ? 1 : g->channels * g->depth / 8;
	const uint8_t *above = NULL;
	for (size_t y = 0; y < g->h; y++) {
		uint8_t filter = g->lines[y * (g->stride + 1)], *line = g->lines + y * (g->stride + 1) + 1;
		for (size_t x = 0; x < g->stride; x++) {
			uint8_t left = x >= back ? line[x - back] : 0, up = above ? above[x] : 0;
			uint8_t corner = above && x >= back ? above[x - back] : 0;
			const uint8_t guess[] = { 0, left, up, (uint8_t)((left + up) / 2), paeth(left, up, corner) };
			if (filter >= COUNTOF(guess))
				return false;
			line[x] = (uint8_t)(line[x] + guess[filter]);
		}
		above = line;
	}
	return true;
}

/* A sample as eight bits; of a palette, its index. */
static uint8_t sample(const struct png *g, const uint8_t *line, size_t i)
{
	if (g->depth >= 8)
		return line[i * (g->depth / 8)];
	unsigned most = (1u << g->depth) - 1;
	unsigned v = line[i * g->depth / 8] >> (8 - g->depth - i * g->depth % 8) & most;
	return (uint8_t)(g->type == PALETTE ? v : v * 255 / most);
}

static void put_pixel(const struct png *g, const uint8_t *line, size_t x, uint8_t out[4])
{
	uint8_t s[4] = { 0 };
	for (size_t k = 0; k < g->channels; k++)
		s[k] = sample(g, line, x * g->channels + k);
	uint8_t alpha = g->type == RGB_ALPHA ? s[3] : g->type == GREY_ALPHA ? s[1] : 255;
	if (g->type == PALETTE) {
		size_t index = s[0];
		if (index < g->transparent.n)
			alpha = (uint8_t)g->transparent.p[index];
		for (size_t k = 0; k < 3; k++)
			s[k] = 3 * index + k < g->palette.n ? (uint8_t)g->palette.p[3 * index + k] : 0;
	} else if (g->channels < 3) {
		s[1] = s[2] = s[0];
	}
	memcpy(out, (uint8_t[]){ s[0], s[1], s[2], alpha }, 4);
}

struct picture *picture_read(struct arena *mem, const void *file, size_t n)
{
	struct png g = { 0 };
	const uint8_t *p = file;
	struct picture *out = NULL;
	if (n > 8 && memcmp(p, "\x89PNG\r\n\x1a\n", 8) == 0 && read_chunks(&g, p + 8, p + n)) {
		uLongf want = (uLongf)((g.stride + 1) * g.h), got = want;
		g.lines = arena_alloc(mem, want);
		int status = uncompress(g.lines, &got, (const Bytef *)g.data.p, (uLong)g.data.n);
		if (status == Z_OK && got == want && unfilter(&g)) {
			out = arena_alloc(mem, sizeof *out);
			*out = (struct picture){ g.w, g.h, arena_calloc(mem, g.w * g.h, 4) };
			for (size_t y = 0; y < g.h; y++)
				for (size_t x = 0; x < g.w; x++)
					put_pixel(&g, g.lines + y * (g.stride + 1) + 1, x,
						out->rgba + 4 * (y * g.w + x));
		}
	}
	buf_free(&g.data);
	return out;
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
