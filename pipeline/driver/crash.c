/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is left of a step that a signal ended: no core, a page of facts. */
#include "driver/driver_int.h"

#include <signal.h>
#include <stdio.h>

const char *signal_name(int sig)
{
	static const struct {
		int sig;
		const char *name;
	} names[] = {
		{ SIGSEGV, "SIGSEGV" }, { SIGABRT, "SIGABRT" }, { SIGBUS, "SIGBUS" },
		{ SIGFPE, "SIGFPE" }, { SIGILL, "SIGILL" }, { SIGKILL, "SIGKILL" },
		{ SIGTERM, "SIGTERM" }, { SIGSYS, "SIGSYS" }, { SIGXCPU, "SIGXCPU" },
		{ SIGTRAP, "SIGTRAP" }, { SIGQUIT, "SIGQUIT" }, { SIGHUP, "SIGHUP" },
	};
	for (size_t i = 0; i < COUNTOF(names); i++) {
		if (names[i].sig == sig)
			return names[i].name;
	}
	return "a signal";
}

static json_t *number_or_null(double v)
{
	return v > 0 ? json_real(v) : json_null();
}

const char *crash_report(const struct job *j, const char *run, const struct child *c)
{
	char now[40];
	const char *path = path_join(j->arena, j->dir, CRASH_FILE);
	clock_iso(now);
	json_t *limits = json_pack("{s:o,s:o,s:i}", "timeout_s", number_or_null(c->timeout_s), "memory_mb",
		number_or_null((double)c->memory_mb), "threads", c->run->threads);
	json_t *v = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:s,s:s,s:o,s:o,s:f,s:f,s:I,s:o,s:o}", "schema",
		"dossier/crash/1", "id", j->id, "run", run, "at", now, "step", c->stage->name, "signal",
		signal_name(c->signal), "signal_number", c->signal, "tool", DOSSIER_VERSION, "step_version",
		c->stage->version, "step_progress", c->done >= 0 ? json_real(c->done) : json_null(), "doing",
		term_json(c->doing), "seconds", c->seconds, "cpu_seconds", c->cpu_seconds, "peak_bytes",
		(json_int_t)c->peak_bytes, "printed", term_json(c->noise), "limits", limits);
	int r = v ? publish_json(path, v, NULL) : -1;
	json_decref(v);
	return r == 0 ? path : NULL;
}
