/* ets.h - what the rest of the VM needs to know of ETS: the end of a process, and counters. */
#ifndef LING_ETS_H
#define LING_ETS_H

#include "vm/proc/process.h"

void ets_init(void);                       /* once: sets process_hooks.ets_exit */

/* `p` ends: lets go of its fixations, gives its tables to their heirs ('ETS-TRANSFER') or deletes
 * them. True when done; else to be called again. p->pid still names it. */
bool ets_process_exit(Process *p);

size_t ets_table_count(void);              /* system_info(ets_count) */
extern bool ets_always_compressed;         /* +ec */
extern size_t ets_limit;                   /* system_info(ets_limit); reported only: there is no limit */

/* {'ETS-TRANSFER', Table, FromPid, Data} to `to`; `from` may be null. */
struct Table;
void ets_send_transfer(Process *from, Process *to, struct Table *table, Term from_pid, Term data);

#endif
