/* fuzz_run.h - running code that a fuzz target has loaded: a VM without files, ports and new processes.
 *
 * Functions are called with terms of all kinds, for a few turns; what has not ended then is killed. */
#ifndef LING_FUZZ_RUN_H
#define LING_FUZZ_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "vm/proc/process.h"

/* Brings the VM up, once. */
void fuzz_vm_init(void);
/* Loads the module if it can be, calls all that it exports, and takes it out again. False: it was refused. */
bool fuzz_run_module(const uint8_t *bytes, size_t size);
/* A process in which C functions can be called; it never runs. */
Process *fuzz_process(void);
/* Frees what these left on its heap. */
void fuzz_process_clear(Process *p);

#endif
