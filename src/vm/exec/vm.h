/* vm.h - the registers of the virtual machine.
 *
 * One thread runs all processes, so there is one set of registers. Operands of instructions that
 * name an x register are byte offsets from `vm`, therefore `x` comes first. */
#ifndef LING_VM_H
#define LING_VM_H

#include "vm/code/operands.h"
#include "vm/proc/process.h"


struct Vm {
    Term x[X_REGISTERS + SCRATCH_REGISTERS];
    double fr[FLOAT_REGISTERS];
    Process *process;             /* the one that runs; null between turns */
};

_Static_assert(offsetof(struct Vm, x) == 0 && offsetof(struct Vm, fr) == FLOAT_OFFSET(0), "see operands.h");

extern struct Vm vm;

#endif
