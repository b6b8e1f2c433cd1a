/* process_table.h - from pid to process.
 *
 * Numbers are given out in creation order and come again only after all 2^28 (then with another
 * serial) have been used. */
#ifndef LING_PROCESS_TABLE_H
#define LING_PROCESS_TABLE_H

#include "vm/proc/listing.h"
#include "vm/proc/process.h"
#include "vm/term/pid.h"      /* pid_number, pid_serial */

extern uint32_t process_limit;              /* +P; default 262144 */

/* Gives `p` a pid of its own. False if there are process_limit processes. */
bool process_table_add(Process *p);
void process_table_remove(Process *p);
uint32_t process_table_count(void);         /* exiting ones too */

/* Any process by local pid, also an exiting one; null if there is none. */
Process *process_table_get(Term pid);
/* Null if it is exiting or `pid` is no local pid. */
static inline Process *process_find(Term pid)
{
    Process *p = is_local_pid(pid) ? process_table_get(pid) : NULL;

    return p && !process_is_exiting(p) ? p : NULL;
}

/* Iteration in order of slots. Start with 0; null at the end. Any process may go in between. */
Process *process_table_next(size_t *cursor);
/* The same backwards. Start with process_table_slots(). */
Process *process_table_previous(size_t *cursor);
size_t process_table_slots(void);
/* Begins a list of those that are alive now. */
void process_table_list(Listing *listing);
/* `p` is alive no longer, as soon as this returns. */
void process_table_ending(const Process *p);
/* Of the pid that comes next: erts_debug's next_pid. */
uint64_t process_table_next_payload(void);
void process_table_set_next_payload(uint64_t payload);

#endif
