/* registry.h - registered names of processes and ports. */
#ifndef LING_REGISTRY_H
#define LING_REGISTRY_H

#include "vm/proc/process.h"

/* The pid or port of this name; NO_TERM if there is none. */
Term registry_whereis(Term name);
/* The process of this name; null if there is none or it is a port. */
Process *registry_process(Term name);
/* False if the name is taken. The caller has checked everything else. */
bool registry_add(Term name, Term pid_or_port);
bool registry_remove(Term name);               /* false if it is not there */
/* All names, as a list on `heap`. */
Term registry_names(Heap *heap);
size_t registry_count(void);

#endif
