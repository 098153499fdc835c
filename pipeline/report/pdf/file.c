/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The end of a PDF file. The library knows neither tags nor compressed objects, and thousands of tags
 * written plainly would double a report. So its objects are kept, what is added follows in compressed
 * object streams, and all is found by a new table: ISO 32000-1, 7.5.7 and 7.5.8. What simple readers look
 * for (pages, outline, links) stays plain.
 */
#define _GNU_SOURCE
#include "report/pdf_int.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

enum { IN_ONE_STREAM = 400 };  /* objects: a reader unpacks all of them to see one */

/* ---- compression ------------------------------------------------------------------------- */

static void release_packer(void *packer)
{
	libdeflate_free_compressor(packer);
}

/* Level 5 packs as well as zlib's 6, in less than half its time. */
struct str pdf_pack(struct objects *o, struct str body)
{
	if (!o->packer) {
		libdeflate_set_memory_allocator(mem_alloc, free);
		o->packer = libdeflate_alloc_compressor(5);
		arena_own(o->mem, o->packer, release_packer);
	}
	size_t room = libdeflate_zlib_compress_bound(o->packer, body.n);
	buf_clear(&o->packed);
	buf_reserve(&o->packed, room);
	return (struct str){ o->packed.p, libdeflate_zlib_compress(o->packer, body.p, body.n, o->packed.p, room) };
}

/* ---- properties -------------------------------------------------------------------------- */

static void xml_text(struct buf *b, const char *s)
{
	for (const char *end = s + strlen(s); s < end;) {
		uint32_t cp = utf8_next(&s, end);
		if (cp == '<' || cp == '>' || cp == '&')
			buf_puts(b, cp == '<' ? "&lt;" : cp == '>' ? "&gt;" : "&amp;");
		else if (cp >= ' ' && cp != 0xFFFE && cp != 0xFFFF)
			utf8_put(b, cp);
	}
}
static void property(struct buf *b, const char *open, const char *s, const char *close)
{
	if (!s || !*s)
		return;
	buf_puts(b, open);
	xml_text(b, s);
	buf_puts(b, close);
}

void pdf_metadata(struct buf *b, const struct render_input *in)
{
	const struct doc *d = in->doc;
	buf_puts(b, "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
		"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
		"<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
		"<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
		"xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\n");
	property(b, "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">",
		d->title && *d->title ? d->title : "Report", "</rdf:li></rdf:Alt></dc:title>\n");
	property(b, "<dc:creator><rdf:Seq><rdf:li>", d->author ? d->author : d->organisation,
		"</rdf:li></rdf:Seq></dc:creator>\n");
	property(b, "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">", d->subtitle,
		"</rdf:li></rdf:Alt></dc:description>\n");
	property(b, "<dc:language><rdf:Bag><rdf:li>", d->language, "</rdf:li></rdf:Bag></dc:language>\n");
	property(b, "<xmp:CreatorTool>Dossier ", d->version, "</xmp:CreatorTool>\n");
	property(b, "<xmp:CreateDate>", in->source_date, "</xmp:CreateDate>\n");
	property(b, "<xmp:ModifyDate>", in->source_date, "</xmp:ModifyDate>\n");
	buf_puts(b, "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>");
}

/* ---- the table of objects ---------------------------------------------------------------- */

/* Where an object is: in the file, or in which stream and there the how many'th. */
struct entry {
	unsigned char type;        /* 0: free, 1: in the file, 2: in a stream */
	size_t where;
	unsigned index;
};
/* What the end of the library's file says. */
struct tail {
	size_t size, xref;         /* number of objects, offset of their table */
	unsigned root, info;
};

static const char *last_of(struct str file, const char *word)
{
	size_t n = strlen(word);
	for (size_t i = file.n; i-- > n;)
		if (memcmp(file.p + i - n, word, n) == 0)
			return file.p + i;
	return NULL;
}
static size_t number_after(struct str file, const char *word)
{
	const char *at = last_of(file, word);
	return at ? strtoull(at, NULL, 10) : 0;
}

/* One line of twenty bytes an object: "0000000015 00000 n". */
static int read_table(struct arena *mem, struct str file, struct tail *t, struct entry **out, struct err *e)
{
	*t = (struct tail){ .size = number_after(file, "/Size "), .xref = number_after(file, "startxref\n"),
		.root = (unsigned)number_after(file, "/Root "), .info = (unsigned)number_after(file, "/Info ") };
	const char *line = file.p + t->xref, *end = file.p + file.n;
	if (t->xref + 8 < file.n)
		line = memchr(line + 5, '\n', (size_t)(end - line) - 5);
	if (!line || !t->size || !t->root || (size_t)(end - line) < 20 * t->size)
		return err_set(e, ERR_BUG, "PDF library: the file has no table of objects");
	*out = arena_calloc(mem, t->size, sizeof **out);
	line++;
	for (size_t i = 0; i < t->size; i++, line += 20)
		(*out)[i] = (struct entry){ line[17] == 'n', strtoull(line, NULL, 10), 0 };
	return 0;
}

static void put_stream(struct buf *out, struct objects *o, unsigned object, const char *keys, struct str body)
{
	struct str packed = pdf_pack(o, body);
	buf_printf(out, "%u 0 obj\n<<%s/Filter/FlateDecode/Length %zu>>\nstream\n", object, keys, packed.n);
	buf_put(out, packed.p, packed.n);
	buf_puts(out, "\nendstream\nendobj\n");
}

/* Objects [from, to) of `o` as one stream. */
static void put_objects(struct buf *out, struct objects *o, size_t from, size_t to, unsigned object,
	struct entry *table)
{
	struct buf body = { 0 };
	size_t start = o->v[from].at, end = to < o->n ? o->v[to].at : o->body.n;
	for (size_t i = from; i < to; i++) {
		buf_printf(&body, "%u %zu ", o->v[i].number, o->v[i].at - start);
		table[o->v[i].number] = (struct entry){ 2, object, (unsigned)(i - from) };
	}
	const char *keys = arena_printf(o->mem, "/Type/ObjStm/N %zu/First %zu", to - from, body.n);
	buf_put(&body, o->body.p + start, end - start);
	table[object] = (struct entry){ 1, out->n, 0 };
	put_stream(out, o, object, keys, (struct str){ body.p, body.n });
	buf_free(&body);
}

enum { ROW = 7 };              /* type, four bytes of where, two of index */

/* Each line less the one above it, as predictor 12 has it: neighbours are much alike. */
static void put_table(struct buf *out, struct objects *o, struct tail t, const struct entry *v, size_t n)
{
	unsigned char above[ROW] = { 0 };
	struct buf body = { 0 };
	size_t start = out->n;
	for (size_t i = 0; i < n; i++) {
		const unsigned char row[ROW] = { v[i].type, (unsigned char)(v[i].where >> 24),
			(unsigned char)(v[i].where >> 16), (unsigned char)(v[i].where >> 8),
			(unsigned char)v[i].where, (unsigned char)(v[i].index >> 8), (unsigned char)v[i].index };
		buf_putc(&body, 2);
		for (int k = 0; k < ROW; k++)
			buf_putc(&body, (char)(unsigned char)(row[k] - above[k]));
		memcpy(above, row, ROW);
	}
	struct buf keys = { 0 };
	buf_printf(&keys, "/Type/XRef/W[1 4 2]/Size %zu/Root %u 0 R", n, t.root);
	if (t.info)
		buf_printf(&keys, "/Info %u 0 R", t.info);
	char hash[SHA256_HEX];     /* of all that was written: two files are told apart by it */
	struct sha256 sum;
	sha256_init(&sum);
	sha256_add(&sum, out->p, out->n);
	sha256_hex(&sum, hash);
	buf_printf(&keys, "/ID[<%.32s><%.32s>]/DecodeParms<</Predictor 12/Columns %d>>", hash, hash, ROW);
	put_stream(out, o, (unsigned)n - 1, buf_str(&keys), (struct str){ body.p, body.n });
	buf_printf(out, "startxref\n%zu\n%%%%EOF\n", start);
	buf_free(&body);
	buf_free(&keys);
}

static bool holds(const char *from, const char *to, const char *word)
{
	return memmem(from, (size_t)(to - from), word, strlen(word)) != NULL;
}

/* Packs a stream that the library left as it is: the files of the fonts, and their maps from codes to glyphs. Its keys
 * stand in lines of their own. The properties are for all to see. */
static bool put_packed(struct buf *out, struct objects *o, unsigned object, struct str whole)
{
	static const char open[] = "<<\n", begin[] = ">>\nstream\r\n", end[] = "\nendstream", length[] = "/Length ";
	const char *keys = memmem(whole.p, whole.n, open, strlen(open)), *to = last_of(whole, end);
	const char *data = memmem(whole.p, whole.n, begin, strlen(begin));
	if (!keys || !data || !to || holds(keys, data, "/Filter") || holds(keys, data, "/Metadata"))
		return false;
	struct buf kept = { 0 };
	for (const char *line = keys + strlen(open), *next; line < data; line = next) {
		next = (const char *)memchr(line, '\n', (size_t)(data - line) + 1) + 1;
		if (strncmp(line, length, strlen(length)) != 0)
			buf_put(&kept, line, (size_t)(next - line));
	}
	data += strlen(begin);
	put_stream(out, o, object, buf_str(&kept), (struct str){ data, (size_t)(to - data) - strlen(end) });
	buf_free(&kept);
	return true;
}

/* The library's objects, but what stood in for the tags, and the fonts, whose tables of widths are long:
 * those are packed. */
static int copy_objects(struct buf *out, struct str file, const struct tail *t, struct entry *table,
	struct objects *o, struct err *e)
{
	buf_puts(out, "%PDF-1.7\n%\xb7\xbe\xad\xaa\n");
	for (size_t i = 1; i < t->size; i++) {
		size_t from = table[i].where, to = i + 1 < t->size ? table[i + 1].where : t->xref;
		if (from >= to || to > t->xref)
			return err_set(e, ERR_BUG, "PDF library: objects are not in order");
		struct str whole = { file.p + from, to - from };
		const char *body = memchr(whole.p, '\n', whole.n), *end = last_of(whole, "endobj");
		table[i].where = out->n;
		if (!body || !end)
			return err_set(e, ERR_BUG, "PDF library: object %zu has no end", i);
		end -= strlen("endobj");
		bool stream = last_of((struct str){ body, (size_t)(end - body) }, "endstream");
		if (!stream && last_of(whole, "/Type /Font")) {
			objects_begin(o, (unsigned)i);
			buf_put(&o->body, body + 1, (size_t)(end - body) - 1);
		} else if (i != o->root && !(stream && put_packed(out, o, (unsigned)i, whole))) {
			buf_put(out, whole.p, whole.n);
		}
	}
	return 0;
}

int pdf_extend(struct buf *out, struct tagging *tags, struct objects *o, struct str file, struct err *e)
{
	struct tail t;
	struct entry *old = NULL;
	if (read_table(o->mem, file, &t, &old, e) || copy_objects(out, file, &t, old, o, e))
		return -1;
	o->next = (unsigned)t.size;
	tags_write(tags, o);
	size_t streams = (o->n + IN_ONE_STREAM - 1) / IN_ONE_STREAM, n = o->next + streams + 1;
	struct entry *table = arena_calloc(o->mem, n, sizeof *table);
	memcpy(table, old, t.size * sizeof *old);
	for (size_t i = 0; i < streams; i++) {
		size_t from = i * IN_ONE_STREAM, to = from + IN_ONE_STREAM;
		unsigned object = o->next + (unsigned)i;
		put_objects(out, o, from, to < o->n ? to : o->n, object, table);
	}
	table[n - 1] = (struct entry){ 1, out->n, 0 };
	put_table(out, o, t, table, n);
	return 0;
}
