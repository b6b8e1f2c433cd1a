/* process.h - SIGCHLD, which tells of the children of ports, for signals.c. */
#ifndef LING_POSIX_PROCESS_H
#define LING_POSIX_PROCESS_H

#include "vm/base/base.h"

/* Inside io_wait: a SIGCHLD that is not of a child of io_process_spawn. Null: nobody wants to know. False: no
 * descriptor is left. */
bool process_on_foreign_signal(void (*arrived)(void));
/* Early, so that the first child does not leave more descriptors open than there were before. If none is left, the
 * first child tries again. */
bool process_watch_children(void);

#endif
