/* link.h - links between processes, and of processes to ports. */
#ifndef LING_LINK_H
#define LING_LINK_H

#include "vm/proc/process.h"

/* One side of a link: `other` is a local pid or port. False if it was there. */
bool link_add(Process *p, Term other);
bool link_remove(Process *p, Term other);       /* false if there was none */
bool link_exists(const Process *p, Term other);
size_t link_count(const Process *p);
/* Takes any link out; NO_TERM if none is left. */
Term link_take(Process *p);
/* Copies all links to `out` (link_count many), in the order process_info shows them. */
void link_list(const Process *p, Term *out);
size_t link_memory(const Process *p);           /* bytes */
void link_free(Process *p);

#endif
