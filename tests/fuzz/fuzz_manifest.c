/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a manifest: settings, or one line that says where it is wrong. */
#include "driver/driver_int.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct conf *c = yaml_parse(a, "job.yaml", (const char *)data, n, &e);
	json_t *tree = settings_defaults();
	if ((!c || settings_merge(tree, c, "job.yaml", &e) < 0) && (e.code == ERR_NONE || !e.msg[0]))
		abort();
	json_decref(tree);
	arena_free(a);
	return 0;
}
