/* fake_vm.h - a VM on the fake platform, with the preloaded modules of the installed OTP and the tests' own module. */
#ifndef LING_FAKE_VM_H
#define LING_FAKE_VM_H

#include "vm/base/base.h"

/* Brings it up. Null, or why it cannot. */
const char *fake_vm_start(const char *cases_path);
/* Names of the functions without arguments that the tests' module exports, in its order; ends with null. */
const char *const *fake_vm_cases(void);
/* Runs one of them until it is done. Null if it returned ok, else what it returned or why it ended. */
const char *fake_vm_run(const char *name);

/* fake_script.c: the functions of the module fake_script, by which tests script the platform. */
void fake_script_init(void);
/* fake_script:done(Result) was called with it: text, else null. */
const char *fake_script_result(void);

#endif
