/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the two halves of the fault shim: faultshim.c knows what goes wrong and what is lost then,
 * faultcalls.c stands in for the calls of libc. */
#ifndef FAULTSHIM_H
#define FAULTSHIM_H

#include <stdbool.h>
#include <sys/types.h>

enum { PATH_CAP = 512 };
enum change_kind { CREATED, RENAMED, UNLINKED, MADE_DIR, REMOVED_DIR };

/* The absolute path of a name or a descriptor; false when it is not below FAULT_DIR or the call is
 * one of our own. */
bool fault_watched(const char *path, char abs[PATH_CAP]);
bool fault_watched_fd(int fd, char abs[PATH_CAP]);
/* Counts an operation before it is done; may not return. Gives the errno that it has to fail with,
 * or 0. */
int fault_before(const char *name, const char *path);
void fault_after(void);
/* Whether this operation is the chosen one, and the mode is this. */
bool fault_is(const char *mode);
_Noreturn void fault_die(void);

/* What was done, to be lost if power fails before it is synced. */
void fault_opened(int fd, const char *path, bool existed);
void fault_changed(enum change_kind kind, const char *name, const char *from, const char *kept);
void fault_keep(const char *path,
	char kept[PATH_CAP]); /* a second name, so that it can come back */
void fault_moved(const char *from, const char *to);
void fault_folder_synced(const char *folder);
void fault_file_synced(int fd);

#endif
