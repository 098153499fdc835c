/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that cannot fail, memory that may, and arenas. */
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static _Noreturn void out_of_memory(void)
{
	static const char msg[] = "dossier: out of memory\n";
	ssize_t ignored = write(STDERR_FILENO, msg, sizeof msg - 1);
	(void)ignored;
	_exit(ERR_IO);
}

void *mem_alloc(size_t n)
{
	void *p = malloc(n ? n : 1);
	if (!p)
		out_of_memory();
	return p;
}

void *mem_calloc(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);
	if (!p)
		out_of_memory();
	return p;
}

void *mem_large(size_t n)
{
	enum { LARGE_PAGE = 2 << 20 };
	if (n < 2 * LARGE_PAGE)
		return mem_alloc(n);
	void *p;
	if (posix_memalign(&p, LARGE_PAGE, n) != 0)
		out_of_memory();
	madvise(p, n, MADV_HUGEPAGE); /* where there are none, small ones do */
	return p;
}

void *mem_realloc(void *p, size_t count, size_t size)
{
	size_t n;
	if (__builtin_mul_overflow(count, size, &n))
		out_of_memory();
	p = realloc(p, n ? n : 1);
	if (!p)
		out_of_memory();
	return p;
}

char *mem_strndup(const char *s, size_t n)
{
	char *p = mem_alloc(n + 1);
	memcpy(p, s, n);
	p[n] = 0;
	return p;
}

char *mem_strdup(const char *s)
{
	return mem_strndup(s, strlen(s));
}

void *mem_try(size_t count, size_t size, size_t cap)
{
	size_t n;
	if (__builtin_mul_overflow(count, size, &n) || n > cap)
		return NULL;
	return calloc(1, n ? n : 1);
}

/* ---- arena --------------------------------------------------------------------------------- */

/* Blocks hang in a list; each piece starts on a 16-byte boundary. A large piece gets a block of
 * its own behind the current one, so that the room left in the current one is not lost. */
struct block {
	struct block *next;
	size_t used, size;
	_Alignas(16) char data[];
};
struct owned {
	struct owned *next;
	void *p;
	void (*release)(void *);
};
struct arena {
	struct block *blocks;
	struct owned *owned;
};
enum { BLOCK_SIZE = 64 * 1024 };

struct arena *arena_new(void)
{
	return mem_calloc(1, sizeof(struct arena));
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	/* The records of what is owned live in the blocks: release first. */
	for (struct owned *o = a->owned; o; o = o->next)
		o->release(o->p);
	for (struct block *b = a->blocks, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

static struct block *block_new(size_t size)
{
	struct block *b = mem_calloc(1, sizeof *b + size);
	b->size = size;
	return b;
}

void *arena_alloc(struct arena *a, size_t n)
{
	if (n > SIZE_MAX / 2)
		out_of_memory();
	size_t need = (n + 15) & ~(size_t)15;
	if (!need)
		need = 16;
#ifdef ARENA_DISCRETE
	struct block *own = block_new(n ? n : 1);
	own->used = own->size;
	own->next = a->blocks;
	a->blocks = own;
	return own->data;
#else
	struct block *b = a->blocks;
	if (!b || b->size - b->used < need) {
		if (b && need > BLOCK_SIZE / 4) {
			struct block *big = block_new(need);
			big->used = need;
			big->next = b->next;
			b->next = big;
			return big->data;
		}
		b = block_new(need > BLOCK_SIZE ? need : BLOCK_SIZE);
		b->next = a->blocks;
		a->blocks = b;
	}
	void *p = b->data + b->used;
	b->used += need;
	return p;
#endif
}

void *arena_calloc(struct arena *a, size_t count, size_t size)
{
	size_t n;
	if (__builtin_mul_overflow(count, size, &n))
		out_of_memory();
	return arena_alloc(a, n);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);
	memcpy(p, s, n);
	p[n] = 0;
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	struct buf b = { 0 };
	va_list args;
	va_start(args, fmt);
	buf_vprintf(&b, fmt, args);
	va_end(args);
	char *p = arena_strndup(a, buf_str(&b), b.n);
	buf_free(&b);
	return p;
}

void arena_own(struct arena *a, void *p, void (*release)(void *))
{
	struct owned *o = arena_alloc(a, sizeof *o);
	o->p = p;
	o->release = release;
	o->next = a->owned;
	a->owned = o;
}

static void free_part(void *part)
{
	arena_free(part);
}

void arena_join(struct arena *a, struct arena *part)
{
	arena_own(a, part, free_part);
}

struct arena *arena_part(struct arena *a)
{
	struct arena *part = arena_new();
	arena_join(a, part);
	return part;
}
