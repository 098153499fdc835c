/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a file of SAS, SPSS or Stata: rows that hold, or an error with a reason. libreadstat
 * runs in the same process: what it does wrong ends this, too. */
#include "fuzz/feed_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct format *const formats[] = { &format_sas, &format_spss, &format_stata };
	for (size_t i = 0; i < COUNTOF(formats); i++)
		if (formats[i]->detect((struct str){ (const char *)data, n }, NULL)) {
			check_feed(formats[i], check_file(data, n));
			return 0;
		}
	return -1;                     /* not worth keeping */
}
