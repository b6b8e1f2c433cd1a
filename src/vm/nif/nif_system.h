/* nif_system.h - joins native functions to the rest of the VM. */
#ifndef LING_NIF_SYSTEM_H
#define LING_NIF_SYSTEM_H

#include "vm/proc/monitor.h"

/* Dirty calls that run at the same time. */
enum { DIRTY_CPU_THREADS = 1, DIRTY_IO_THREADS = 10 };

/* Once, before the first module is loaded. */
void nif_init(void);
/* Names of the modules that libraries were loaded for. */
Term nif_taints(Heap *heap);
/* The resource that has set a monitor; NO_TERM: something else has. */
Term nif_monitor_owner(const Monitor *monitor, Heap *heap);

#endif
