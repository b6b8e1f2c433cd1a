/* ets.h - what the rest of the VM needs to know of ETS: start, end of a process, counters. */
#ifndef LING_ETS_H
#define LING_ETS_H

#include "vm/proc/process.h"

void ets_init(void);                       /* once, after atom_init */

/* `p` ends: lets go of its fixations, gives its tables to their heirs ('ETS-TRANSFER') or deletes
 * them. To be called while p->pid still names it and before its heap is freed. */
void ets_process_exited(Process *p);

size_t ets_table_count(void);              /* system_info(ets_count) */
extern size_t ets_limit;                   /* system_info(ets_limit); option +e; only reported */

#endif
