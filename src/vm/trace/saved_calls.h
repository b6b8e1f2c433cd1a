/* saved_calls.h - the last calls, sends and receives of a process: process_flag(save_calls, N).
 *
 * Calls that name a module go through the exports. While any process saves its calls, all exports lead to stubs that
 * note the call; while none does, nothing is different from a VM that cannot do it. Sends, receives and timeouts test
 * the flags of tracing, where TRACE_SAVED_CALLS is one. */
#ifndef LING_SAVED_CALLS_H
#define LING_SAVED_CALLS_H

#include "vm/code/export.h"
#include "vm/proc/process.h"

#define SAVED_CALLS_MAX 10000

/* Keeps the last `count` of what comes; 0: nothing. Returns how many it were before. */
uint32_t saved_calls_set(Process *p, uint32_t count);
void saved_calls_add(Process *p, const Export *called);
/* A_SEND, A_RECEIVE, A_TIMEOUT */
void saved_calls_add_event(Process *p, Term what);
/* The newest comes last; A_FALSE: none are saved. */
Term saved_calls_list(const Process *p, Heap *heap);

#endif
