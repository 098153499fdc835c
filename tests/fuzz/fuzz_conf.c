/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as pipeline.conf: settings, or one line that says where it is wrong. */
#include "driver/driver_int.h"

#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static char dir[] = "/tmp/dossier-fuzz-XXXXXX", *made;
	if (!made && !(made = mkdtemp(dir)))
		abort();
	struct arena *a = arena_new();
	struct err e = { 0 };
	const char *path = path_join(a, dir, "pipeline.conf");
	if (file_write(path, data, n, NULL) < 0)
		abort();
	struct conf *c = conf_parse(a, path, &e);
	json_t *tree = settings_defaults();
	if ((!c || settings_merge(tree, c, "pipeline.conf", &e) < 0) && (e.code != ERR_USAGE || !e.msg[0]))
		abort();
	json_decref(tree);
	arena_free(a);
	return 0;
}
