/* engine.h - runs the code of one process at a time.
 *
 * The scheduler takes a runnable process from its queue, sets state PROCESS_RUNNING, and calls
 * engine_run. What is to be done when that returns stands in p->state:
 *   PROCESS_RUNNING  it used up its turn (or has PROCESS_KILLED / PROCESS_SUSPENDED in its flags):
 *                    the scheduler looks at the flags, then queues it again
 *   PROCESS_WAITING  it waits for a message, a timeout or process_wake
 *   PROCESS_EXITING, PROCESS_GONE  process_exit was called for it
 *
 * Whoever wants a running process to notice something (a killing signal, a collection that was asked
 * for, suspension) sets the flag and p->reductions_left = 0; that is noticed at the next call.
 *
 * Saved state of a process that does not run: p->ip, and p->args[0..p->live). */
#ifndef LING_ENGINE_H
#define LING_ENGINE_H

#include "vm/exec/vm.h"

#define REDUCTIONS_PER_TURN 4000

/* Once, before any process is made. */
void engine_init(void);

/* Runs `p` until it waits, uses up its turn, or ends. Adds what it used to p->reductions. */
void engine_run(Process *p);

/* Makes a fresh process (heap set up, stack empty) start with a call of `target` with `args`
 * (target->arity many, on the process's heap already). A return of that call is a normal exit. */
void engine_start_call(Process *p, Export *target, const Term *args);

/* Fills in entry->stub and points entry->address at it: a call of the BIF when entry->bif is set,
 * else of error_handler:undefined_function/3. For export_get, and when code is deleted. */
void engine_set_stub(Export *entry);
/* Is entry->address its own stub? */
bool engine_is_stub(const Export *entry);

/* Saves `count` x registers in p->args, which grows if need be. */
void engine_save_args(Process *p, const Term *x, uint32_t count);

#endif
