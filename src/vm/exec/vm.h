/* vm.h - the registers of the virtual machine.
 *
 * One thread runs all processes, so there is one set of registers. Operands of instructions that
 * name an x register are byte offsets from `vm`, therefore `x` comes first. */
#ifndef LING_VM_H
#define LING_VM_H

#include "vm/proc/process.h"

#define X_REGISTERS 1024          /* what Erlang code can name */
#define SCRATCH_REGISTERS 32      /* the emitter's own, after those: never live over a collection */
#define FLOAT_REGISTERS 1024
#define MAX_CALL_ARGS 255

struct Vm {
    Term x[X_REGISTERS + SCRATCH_REGISTERS];
    double fr[FLOAT_REGISTERS];
    Process *process;             /* the one that runs; null between turns */
};

extern struct Vm vm;

#endif
