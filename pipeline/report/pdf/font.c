/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the character map and the advance widths of TrueType files: tables cmap (formats 4 and 12), hhea,
 * hmtx and head of the OpenType specification 1.9. Of the characters above U+FFFF, which the PDF library
 * can't write, those of the blocks below are given codes. Offsets are checked: a damaged font is a font
 * without glyphs.
 */
#include "report/font_int.h"
#include "report/report.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef DOSSIER_FONTS
#define DOSSIER_FONTS "/usr/share/fonts/truetype"
#endif

static const struct {
	const char *path, *package;
	bool collection;
} files[FONT_COUNT] = {
	[FONT_SANS] = { DOSSIER_FONTS "/noto/NotoSans-Regular.ttf", "fonts-noto-core", false },
	[FONT_BOLD] = { DOSSIER_FONTS "/noto/NotoSans-Bold.ttf", "fonts-noto-core", false },
	[FONT_MONO] = { DOSSIER_FONTS "/noto/NotoSansMono-Regular.ttf", "fonts-noto-mono", false },
	[FONT_CJK] = { DOSSIER_FONTS "/wqy/wqy-microhei.ttc", "fonts-wqy-microhei", true },
	[FONT_DEJAVU] = { DOSSIER_FONTS "/dejavu/DejaVuSans.ttf", "fonts-dejavu-core", false },
#define SCRIPT(name) { DOSSIER_FONTS "/noto/NotoSans" name "-Regular.ttf", "fonts-noto-core", false }
	[FONT_THAI] = SCRIPT("Thai"), [FONT_DEVANAGARI] = SCRIPT("Devanagari"), [FONT_BENGALI] = SCRIPT("Bengali"),
	[FONT_GURMUKHI] = SCRIPT("Gurmukhi"), [FONT_GUJARATI] = SCRIPT("Gujarati"), [FONT_TAMIL] = SCRIPT("Tamil"),
	[FONT_TELUGU] = SCRIPT("Telugu"), [FONT_KANNADA] = SCRIPT("Kannada"), [FONT_MALAYALAM] = SCRIPT("Malayalam"),
	[FONT_SINHALA] = SCRIPT("Sinhala"), [FONT_MYANMAR] = SCRIPT("Myanmar"), [FONT_KHMER] = SCRIPT("Khmer"),
	[FONT_ETHIOPIC] = SCRIPT("Ethiopic"),
#undef SCRIPT
	[FONT_SYMBOLS] = { DOSSIER_FONTS "/ancient-scripts/Symbola_hint.ttf", "fonts-symbola", false },
};
static const enum font_file own_file[FACE_COUNT] = {
	[FACE_SANS] = FONT_SANS, [FACE_BOLD] = FONT_BOLD, [FACE_MONO] = FONT_MONO
};

struct font {
	const uint8_t *p;          /* the mapped file; NULL: not loaded */
	size_t n;
	size_t cmap, segments;     /* offset and segment count of the format 4 subtable */
	size_t beyond, groups;     /* of the format 12 subtable: 0 when there is none */
	size_t hmtx;
	unsigned metrics, em;
};
/* The metrics are constants of the machine, read late: the only state of this file. */
static struct font fonts[FONT_COUNT];
static atomic_bool loaded;
static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;
/* What draws a character of the first two planes: file + 1 (0: not looked up yet) and, below, 1/1000 em. One word, as
 * threads that look up the same come to the same. */
enum { PLANES = 0x20000, NO_PICTURE = 0xFFFF };
static _Atomic uint32_t known[FACE_COUNT][PLANES];

/* Blocks beyond the basic plane (music and mathematics; games, emoji, arrows) and their codes. */
static const struct { uint32_t first, last, code; } beyond[] = {
	{ 0x1D000, 0x1D7FF, 0xE000 }, { 0x1F000, 0x1FBFF, 0xE800 }
};

uint32_t font_code(uint32_t cp)
{
	for (size_t i = 0; i < COUNTOF(beyond); i++)
		if (cp >= beyond[i].first && cp <= beyond[i].last)
			return beyond[i].code + (cp - beyond[i].first);
	return cp <= 0xFFFF ? cp : 0;
}
uint32_t font_meaning(enum font_file f, uint32_t code)
{
	for (size_t i = 0; f == FONT_SYMBOLS && i < COUNTOF(beyond); i++)
		if (code >= beyond[i].code && code - beyond[i].code <= beyond[i].last - beyond[i].first)
			return beyond[i].first + (code - beyond[i].code);
	return f == FONT_SYMBOLS && code >= 0xE000 && code <= 0xF8FF ? 0 : code;
}

static unsigned u16(const struct font *f, size_t at)
{
	return at + 2 <= f->n ? (unsigned)f->p[at] << 8 | f->p[at + 1] : 0;
}
static size_t u32(const struct font *f, size_t at)
{
	return (size_t)u16(f, at) << 16 | u16(f, at + 2);
}

/* Offset of a table, 0 when there is none. */
static size_t table(const struct font *f, const char *tag)
{
	size_t dir = f->n > 16 && memcmp(f->p, "ttcf", 4) == 0 ? u32(f, 12) : 0;
	unsigned count = u16(f, dir + 4);
	for (unsigned i = 0; i < count; i++) {
		size_t at = dir + 12 + 16 * (size_t)i;
		if (at + 16 > f->n)
			return 0;
		if (memcmp(f->p + at, tag, 4) == 0)
			return u32(f, at + 8);
	}
	return 0;
}

/* Finds the subtables that map the basic plane of Unicode (format 4) and, if any, all of it (format 12). */
static bool find_cmap(struct font *f)
{
	size_t cmap = table(f, "cmap");
	unsigned count = cmap ? u16(f, cmap + 2) : 0;
	for (unsigned i = 0; i < count; i++) {
		size_t record = cmap + 4 + 8 * (size_t)i;
		unsigned platform = u16(f, record), encoding = u16(f, record + 2);
		size_t at = cmap + u32(f, record + 4);
		if (u16(f, at) == 4 && !f->segments && (platform == 0 || (platform == 3 && encoding == 1))) {
			f->cmap = at;
			f->segments = u16(f, at + 6) / 2;
		} else if (u16(f, at) == 12 && platform == 3 && encoding == 10) {
			f->beyond = at + 16;
			f->groups = u32(f, at + 12);
		}
	}
	return f->segments > 0;
}

static int load(enum font_file which, struct err *e)
{
	struct font f = { 0 };
	const char *path = files[which].path, *package = files[which].package;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0) {
		if (fd >= 0)
			close(fd);
		return err_set(e, ERR_IO, "can't read font '%s' (Debian package %s)", path, package);
	}
	void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return err_set(e, ERR_IO, "can't map font '%s' (Debian package %s)", path, package);
	f.p = p;
	f.n = (size_t)st.st_size;
	size_t head = table(&f, "head"), hhea = table(&f, "hhea");
	f.hmtx = table(&f, "hmtx");
	f.em = head ? u16(&f, head + 18) : 0;
	f.metrics = hhea ? u16(&f, hhea + 34) : 0;
	if (!f.hmtx || !f.em || !f.metrics || !find_cmap(&f)) {
		munmap(p, f.n);
		return err_set(e, ERR_IO, "font '%s' is damaged (Debian package %s)", path, package);
	}
	fonts[which] = f;
	return 0;
}

int font_load(struct err *e)
{
	int status = 0;
	pthread_mutex_lock(&loading);
	for (enum font_file i = 0; i < FONT_COUNT && !loaded && status == 0; i++)
		if (!fonts[i].p && load(i, i < FONT_SCRIPTS ? e : NULL) && i < FONT_SCRIPTS)
			status = -1;
	loaded = loaded || status == 0;
	pthread_mutex_unlock(&loading);
	return status;
}
const char *font_path(enum font_file f)
{
	return files[f].path;
}
bool font_is_collection(enum font_file f)
{
	return files[f].collection;
}

bool font_is_beyond(enum font_file f)
{
	return f == FONT_SYMBOLS;
}

/* Of a character beyond the basic plane. */
static unsigned glyph_beyond(const struct font *f, uint32_t cp)
{
	size_t lo = 0, hi = f->groups;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2, at = f->beyond + 12 * mid;
		if (u32(f, at + 4) < cp)
			lo = mid + 1;
		else
			hi = mid;
	}
	size_t at = f->beyond + 12 * lo, first = u32(f, at);
	return lo < f->groups && first <= cp ? (unsigned)(u32(f, at + 8) + cp - first) & 0xFFFF : 0;
}

/* Glyph of a character, 0 when the font has none. */
static unsigned glyph(const struct font *f, uint32_t cp)
{
	if (cp > 0xFFFF)
		return glyph_beyond(f, cp);
	size_t n = f->segments, ends = f->cmap + 14, starts = ends + 2 * n + 2;
	size_t deltas = starts + 2 * n, ranges = deltas + 2 * n, lo = 0, hi = n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (u16(f, ends + 2 * mid) < cp)
			lo = mid + 1;
		else
			hi = mid;
	}
	unsigned start = lo < n ? u16(f, starts + 2 * lo) : 0xFFFF;
	if (lo == n || start > cp)
		return 0;
	unsigned delta = u16(f, deltas + 2 * lo), range = u16(f, ranges + 2 * lo);
	if (range == 0)
		return (cp + delta) & 0xFFFF;
	unsigned g = u16(f, ranges + 2 * lo + range + 2 * (size_t)(cp - start));
	return g ? (g + delta) & 0xFFFF : 0;
}

unsigned font_glyph(enum font_file f, uint32_t cp)
{
	bool usable = cp && fonts[f].p && font_meaning(f, font_code(cp)) == cp;
	return usable ? glyph(&fonts[f], cp) : 0;
}

void font_glyphs(enum font_file f, uint16_t glyphs[FONT_CODES])
{
	const struct font *file = &fonts[f];
	size_t n = file->segments, ends = file->cmap + 14, starts = ends + 2 * n + 2;
	memset(glyphs, 0, FONT_CODES * sizeof *glyphs);
	if (!file->p)
		return;
	uint32_t cp = 0;                   /* most codes have no glyph: only those of the segments, which are in order */
	for (size_t i = 0; i < n; i++) {
		uint32_t first = u16(file, starts + 2 * i), last = u16(file, ends + 2 * i);
		for (cp = first > cp ? first : cp; cp <= last; cp++)
			glyphs[cp] = (uint16_t)font_glyph(f, cp);
	}
	for (size_t i = 0; f == FONT_SYMBOLS && i < COUNTOF(beyond); i++)
		for (cp = beyond[i].first; cp <= beyond[i].last; cp++)
			glyphs[font_code(cp)] = (uint16_t)font_glyph(f, cp);
}

/* 1/1000 em, rounded down as the PDF library does. */
static unsigned advance(const struct font *f, unsigned g)
{
	if (g >= f->metrics)
		g = f->metrics - 1;
	return u16(f, f->hmtx + 4 * (size_t)g) * 1000 / f->em;
}

/* Blanks become a space; what has no picture becomes 0. */
static uint32_t visible(uint32_t cp)
{
	if (cp >= 0x20 && cp < 0x7F)
		return cp;
	if (cp == '\t' || cp == '\n' || cp == '\r' || cp == 0xA0 || cp == 0x2028 || cp == 0x2029)
		return ' ';
	if (cp < 0xA0 || cp == 0xAD || (cp >= 0x200B && cp <= 0x200F)
	    || (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2060 && cp <= 0x206F)
	    || (cp >= 0xFE00 && cp <= 0xFE0F) || cp == 0xFEFF || (cp >= 0xE0000 && cp <= 0xE0FFF))
		return 0;
	return cp;
}

static bool is_blank(uint32_t cp)
{
	return (cp >= 0x2000 && cp <= 0x200A) || cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

/* Signs that Noto Sans lacks (the minus among them) are of the same design in its monospaced sister;
 * the large file is only for the scripts of East Asia. */
static uint32_t search(enum face face, uint32_t cp)
{
	const enum font_file signs[] = { own_file[face], FONT_MONO, FONT_DEJAVU, FONT_CJK };
	const enum font_file east_asia[] = { own_file[face], FONT_CJK, FONT_DEJAVU, FONT_MONO };
	const enum font_file *chain = cp < 0x2E80 ? signs : east_asia;
	for (size_t i = 0; i < COUNTOF(signs) + FONT_COUNT - FONT_SCRIPTS; i++) {
		enum font_file from = i < COUNTOF(signs) ? chain[i] : (enum font_file)(FONT_SCRIPTS + i - COUNTOF(signs));
		unsigned g = cp <= 0xFFFF || font_is_beyond(from) ? font_glyph(from, cp) : 0;
		if (g)
			return ((uint32_t)from + 1) << 16 | advance(&fonts[from], g);
	}
	return ((uint32_t)own_file[face] + 1) << 16 | (cp == CP_NO_GLYPH ? 600 : NO_PICTURE);
}

static uint32_t look_up(enum face face, uint32_t cp)
{
	uint32_t found = atomic_load_explicit(&known[face][cp], memory_order_relaxed);
	if (!found) {
		found = search(face, cp);
		atomic_store_explicit(&known[face][cp], found, memory_order_relaxed);
	}
	return found;
}

static bool is_drawn(uint32_t found)
{
	return (found & NO_PICTURE) != NO_PICTURE;
}

enum font_file font_of(enum face face, uint32_t *cp)
{
	*cp = visible(*cp);
	if (*cp == 0)
		return own_file[face];
	uint32_t found = *cp < PLANES ? look_up(face, *cp) : NO_PICTURE;
	if (is_blank(*cp) && (!is_drawn(found) || found >> 16 != own_file[face] + 1)) {
		*cp = ' ';         /* no second font for a space of another width */
		found = look_up(face, *cp);
	}
	if (!is_drawn(found)) {
		*cp = CP_NO_GLYPH;
		found = look_up(face, *cp);
	}
	return (enum font_file)((found >> 16) - 1);
}

void font_spell(uint32_t cp, char out[NO_GLYPH_TEXT])
{
	snprintf(out, NO_GLYPH_TEXT, "U+%04X", (unsigned)cp);
}

static unsigned width_of(enum face face, uint32_t cp)
{
	uint32_t shown = cp;
	font_of(face, &shown);
	if (shown != CP_NO_GLYPH || cp == CP_NO_GLYPH)
		return shown ? look_up(face, shown) & NO_PICTURE : 0;
	char code[NO_GLYPH_TEXT];
	unsigned w = 0;
	font_spell(cp, code);
	for (const char *p = code; *p; p++)
		w += width_of(face, (uint32_t)*p);
	return (w * NO_GLYPH_PERCENT + 99) / 100;
}

double font_width(enum face face, const char *s, size_t n, double size)
{
	const char *end = s + n, *ascii = s;
	uint32_t *forms = NULL;
	double w = 0;
	if (!loaded && font_load(NULL))
		return 0.58 * size * (double)utf8_width(s, n);
	while (ascii < end && *ascii >= ' ' && *ascii < 0x7F)
		w += look_up(face, (uint32_t)*ascii++) & NO_PICTURE;   /* each of the files has them all */
	if (ascii == end)
		return w * size / 1000;
	w = 0;
	if (!bidi_is_plain(s, n))
		forms = malloc(n * sizeof *forms);
	if (forms)
		for (size_t i = bidi_forms(s, n, false, forms); i-- > 0;)
			w += width_of(face, forms[i]);
	while (!forms && s < end)
		w += width_of(face, utf8_next(&s, end));
	free(forms);
	return w * size / 1000;
}

double text_width(const char *s, double size)
{
	return font_width(FACE_SANS, s, strlen(s), size);
}
