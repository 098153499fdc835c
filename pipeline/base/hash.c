/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 (FIPS 180-4), with the CPU's SHA instructions where it has them, and a fast hash. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const uint32_t K[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

static uint32_t rotr(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

static void blocks_plain(uint32_t h[8], const uint8_t *p, size_t n)
{
	for (; n; n--, p += 64) {
		uint32_t w[64], s[8];
		for (int i = 0; i < 16; i++)
			w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 |
				(uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
		for (int i = 16; i < 64; i++) {
			uint32_t a = w[i - 15], b = w[i - 2];
			w[i] = w[i - 16] + (rotr(a, 7) ^ rotr(a, 18) ^ a >> 3) + w[i - 7] +
				(rotr(b, 17) ^ rotr(b, 19) ^ b >> 10);
		}
		memcpy(s, h, sizeof s);
		for (int i = 0; i < 64; i++) {
			uint32_t t1 = s[7] + (rotr(s[4], 6) ^ rotr(s[4], 11) ^ rotr(s[4], 25)) +
				((s[4] & s[5]) ^ (~s[4] & s[6])) + K[i] + w[i];
			uint32_t t2 = (rotr(s[0], 2) ^ rotr(s[0], 13) ^ rotr(s[0], 22)) +
				((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
			memmove(s + 1, s, 7 * sizeof *s);
			s[4] += t1;
			s[0] = t1 + t2;
		}
		for (int i = 0; i < 8; i++)
			h[i] += s[i];
	}
}

#if defined __x86_64__
#include <immintrin.h>

/* The usual arrangement for the SHA extensions: state as ABEF and CDGH, four rounds a step. */
__attribute__((target("sha,sse4.1,ssse3"))) static void blocks_sha(uint32_t h[8], const uint8_t *p, size_t n)
{
	const __m128i flip = _mm_set_epi64x(0x0c0d0e0f08090a0bll, 0x0405060700010203ll);
	__m128i t = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(const void *)h), 0xb1);
	__m128i s1 = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(const void *)(h + 4)), 0x1b);
	__m128i s0 = _mm_alignr_epi8(t, s1, 8);
	s1 = _mm_blend_epi16(s1, t, 0xf0);
	for (; n; n--, p += 64) {
		__m128i m[4], old0 = s0, old1 = s1;
		for (int i = 0; i < 4; i++)
			m[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i)), flip);
		for (int i = 0; i < 16; i++) {
			__m128i w = m[i & 3];
			if (i >= 4) {
				/* w[t] = s1(w[t-2]) + w[t-7] + s0(w[t-15]) + w[t-16], four at a time */
				__m128i x = _mm_sha256msg1_epu32(m[i & 3], m[(i + 1) & 3]);
				x = _mm_add_epi32(x, _mm_alignr_epi8(m[(i + 3) & 3], m[(i + 2) & 3], 4));
				w = m[i & 3] = _mm_sha256msg2_epu32(x, m[(i + 3) & 3]);
			}
			__m128i k = _mm_add_epi32(w, _mm_loadu_si128((const __m128i *)(const void *)(K + 4 * i)));
			s1 = _mm_sha256rnds2_epu32(s1, s0, k);
			s0 = _mm_sha256rnds2_epu32(s0, s1, _mm_shuffle_epi32(k, 0x0e));
		}
		s0 = _mm_add_epi32(s0, old0);
		s1 = _mm_add_epi32(s1, old1);
	}
	t = _mm_shuffle_epi32(s0, 0x1b);
	s1 = _mm_shuffle_epi32(s1, 0xb1);
	_mm_storeu_si128((__m128i *)(void *)h, _mm_blend_epi16(t, s1, 0xf0));
	_mm_storeu_si128((__m128i *)(void *)(h + 4), _mm_alignr_epi8(s1, t, 8));
}

#include <cpuid.h>

static bool cpu_has_sha(void)
{
	unsigned a, b = 0, c, d;
	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1) && __builtin_cpu_supports("sse4.1");
}
#endif

static void blocks(uint32_t h[8], const uint8_t *p, size_t n)
{
#if defined __x86_64__
	static int sha = -1;   /* every thread finds the same answer */
	if (__atomic_load_n(&sha, __ATOMIC_RELAXED) < 0)
		__atomic_store_n(&sha, cpu_has_sha(), __ATOMIC_RELAXED);
	if (__atomic_load_n(&sha, __ATOMIC_RELAXED)) {
		blocks_sha(h, p, n);
		return;
	}
#endif
	blocks_plain(h, p, n);
}

void sha256_init(struct sha256 *s)
{
	static const uint32_t start[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
		0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
	memcpy(s->h, start, sizeof start);
	s->len = 0;
}

void sha256_add(struct sha256 *s, const void *data, size_t n)
{
	const uint8_t *p = data;
	size_t have = s->len % 64;
	s->len += n;
	if (have) {
		size_t k = 64 - have < n ? 64 - have : n;
		memcpy(s->block + have, p, k);
		p += k;
		n -= k;
		if (have + k < 64)
			return;
		blocks(s->h, s->block, 1);
	}
	blocks(s->h, p, n / 64);
	if (n % 64)
		memcpy(s->block, p + n / 64 * 64, n % 64);
}

void sha256_hex(struct sha256 *s, char out[SHA256_HEX])
{
	uint64_t bits = s->len * 8;
	uint8_t tail[72] = { 0x80 };
	size_t pad = 64 - (s->len + 8) % 64;
	for (int i = 0; i < 8; i++)
		tail[pad + (size_t)i] = (uint8_t)(bits >> (56 - 8 * i));
	sha256_add(s, tail, pad + 8);
	for (int i = 0; i < 8; i++)
		snprintf(out + 8 * i, 9, "%08x", s->h[i]);
}

int sha256_file(const char *path, char out[SHA256_HEX], int64_t *size, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(e, "cannot open '%s'", path);
	struct sha256 s;
	sha256_init(&s);
	enum { CHUNK = 256 * 1024 };
	char *chunk = mem_alloc(CHUNK);
	int r = 0;
	for (;;) {
		ssize_t k = read(fd, chunk, CHUNK);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			r = err_errno(e, "cannot read '%s'", path);
		if (k <= 0)
			break;
		sha256_add(&s, chunk, (size_t)k);
	}
	if (size)
		*size = (int64_t)s.len;
	sha256_hex(&s, out);
	free(chunk);
	close(fd);
	return r;
}

/* After wyhash, final version 4 (Wang Yi, public domain): multiply to 128 bits and fold. Bytes are read
 * little-endian, so the value is the same everywhere. */
__extension__ typedef unsigned __int128 u128;

static const uint64_t S[4] = { 0xa0761d6478bd642full, 0xe7037ed1a0b428dbull, 0x8ebc6af09c88c6e3ull,
	0x589965cc75374cc3ull };

static inline uint64_t mix(uint64_t a, uint64_t b)
{
	u128 r = (u128)a * b;
	return (uint64_t)r ^ (uint64_t)(r >> 64);
}

static inline uint64_t load8(const uint8_t *p)
{
	uint64_t v;
	memcpy(&v, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

static inline uint64_t load4(const uint8_t *p)
{
	uint32_t v;
	memcpy(&v, p, 4);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap32(v);
#endif
	return v;
}

/* Up to 16 bytes as two words: loads that overlap where the length says so, and no loop. */
static inline void load_short(const uint8_t *p, size_t n, uint64_t *a, uint64_t *b)
{
	if (n >= 4) {
		size_t half = n >> 3 << 2;
		*a = load4(p) << 32 | load4(p + half);
		*b = load4(p + n - 4) << 32 | load4(p + n - 4 - half);
	} else {
		*a = n ? (uint64_t)p[0] << 16 | (uint64_t)p[n >> 1] << 8 | p[n - 1] : 0;
		*b = 0;
	}
}

uint64_t hash64(const void *data, size_t n, uint64_t seed)
{
	const uint8_t *p = data;
	uint64_t h = seed ^ mix(seed ^ S[0], S[1]), a, b;
	if (n <= 16) {
		load_short(p, n, &a, &b);
	} else {
		size_t left = n;
		if (left > 48) {   /* three chains side by side */
			uint64_t h1 = h, h2 = h;
			for (; left > 48; left -= 48, p += 48) {
				h = mix(load8(p) ^ S[1], load8(p + 8) ^ h);
				h1 = mix(load8(p + 16) ^ S[2], load8(p + 24) ^ h1);
				h2 = mix(load8(p + 32) ^ S[3], load8(p + 40) ^ h2);
			}
			h ^= h1 ^ h2;
		}
		for (; left > 16; left -= 16, p += 16)
			h = mix(load8(p) ^ S[1], load8(p + 8) ^ h);
		a = load8(p + left - 16);
		b = load8(p + left - 8);
	}
	u128 r = (u128)(a ^ S[1]) * (b ^ h);
	return mix((uint64_t)r ^ S[0] ^ (uint64_t)n, (uint64_t)(r >> 64) ^ S[1]);
}
