/* nif_tracer.h - native functions of tracer modules, called where something is traced.
 *
 * That may be in the middle of anything, also on the thread of a dirty call: the gate stays shut for others, so such a
 * function must not wait for threads that call enif_* themselves. */
#ifndef LING_NIF_TRACER_H
#define LING_NIF_TRACER_H

#include "vm/term/term.h"

/* Has the current code of `module` the native functions that a tracer needs? */
bool nif_tracer_is(Term module);
/* Calls NAME_TOPIC, or NAME if `topic` is null or there is no such function. Its value if that is immediate; else, or if it
 * raised, or there is no function, NO_TERM. `self` is what enif_self gives: a pid, or NO_TERM. */
Term nif_tracer_call(Term self, Term module, const char *name, const char *topic, const Term *args, unsigned arity);

#endif
