/* bif_args.h - where instructions put the arguments of a BIF whose value they use in place. */
#ifndef LING_BIF_ARGS_H
#define LING_BIF_ARGS_H

#include "vm/exec/vm.h"
#include "vm/proc/bif.h"

/* The last of the scratch registers; the emitter uses those from X_REGISTERS on. */
#define BIF_ARGS_REGISTER (X_REGISTERS + SCRATCH_REGISTERS - 4)
#define BIF_ARGS (&VM->x[BIF_ARGS_REGISTER])

#endif
