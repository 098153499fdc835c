/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The formats that the ingest room can read, for those who may not know that room. */
#include "stages/stages.h"

size_t stages_formats(const struct stage_format **v)
{
	*v = NULL;
	return 0;
}
