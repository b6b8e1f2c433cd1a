/* nif_call.h - calls of native functions.
 *
 * A call runs on the VM's thread, outside the gate. If it asks to go on elsewhere (enif_schedule_nif), or is a dirty one,
 * its process waits in a TrapBif that shows the function that was called. */
#ifndef LING_NIF_CALL_H
#define LING_NIF_CALL_H

#include "vm/nif/nif_library.h"
#include "vm/proc/raise.h"

/* A function of a module that a library has bound. Code words refer to it, so it stays for ever. */
typedef struct NifFunction {
    Export export;             /* first; in no table: what the call instruction and stack traces want */
    NifCode code;
    unsigned flags;            /* 0 or ERL_NIF_DIRTY_JOB_* */
    NifLibrary *library;
    TrapBif again;             /* (Step, Args, arguments of the first call ...) */
} NifFunction;

NifFunction *nif_function_new(NifLibrary *library, const ErlNifFunc *from, Term module, Term name);
/* By the engine: its arguments are `x`. The value, or NO_TERM and an outcome as a BIF has it. */
Term nif_call(Process *p, const NifFunction *function, Term *x);

#endif
