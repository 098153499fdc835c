/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The formats that the ingest room can read, for those who may not know that room. */
#include "stages/stages.h"

#include "ingest/ingest.h"

enum { MOST = 32 };

size_t stages_formats(const struct stage_format **v)
{
	static struct stage_format all[MOST];
	const struct ingest_format_info *info;
	size_t n = ingest_formats(&info);
	if (n > MOST)
		n = MOST;
	for (size_t i = 0; i < n; i++)
		all[i] = (struct stage_format){ info[i].name, info[i].title, info[i].extensions,
			info[i].library, info[i].told_by };
	*v = all;
	return n;
}
