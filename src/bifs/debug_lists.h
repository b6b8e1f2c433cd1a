/* debug_lists.h - links and monitors as erts_debug:get_internal_state shows them, of processes and of connections. */
#ifndef LING_DEBUG_LISTS_H
#define LING_DEBUG_LISTS_H

#include "vm/proc/process.h"

/* `of` is a local pid or the name of another node; NO_TERM: it is neither. `undefined`: it is not there. */
Term debug_link_list(Process *p, Term of);
Term debug_monitor_list(Process *p, Term of);

#endif
