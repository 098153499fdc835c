/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as an ODS archive, or as the content of one, or as a flat file. */
#include "fuzz/feed_check.h"
#include "fuzz/zip_stored.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const names[] = { "content.xml", "META-INF/manifest.xml" };
	struct str s = { (const char *)data, n };
	if (n > 1 && memcmp(data, "PK", 2) == 0) {
		check_feed(&format_ods, check_file(data, n));
		return 0;
	}
	check_feed(&format_ods, check_file(data, n));
	struct buf archive = { 0 };
	zip_stored(&archive, s, names, 2);
	check_feed(&format_ods, check_file((const uint8_t *)archive.p, archive.n));
	buf_free(&archive);
	return 0;
}
