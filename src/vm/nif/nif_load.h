/* nif_load.h - loading libraries: what erlang:load_nif/2 does, but for putting the functions in their places. */
#ifndef LING_NIF_LOAD_H
#define LING_NIF_LOAD_H

#include "vm/base/text.h"
#include "vm/nif/nif_library.h"
#include "vm/proc/process.h"

typedef struct NifFailure {
    Term reason;               /* bad_lib ... */
    Text text;
} NifFailure;

/* Opens `path` (without ".so") for the code and checks that its functions are there. Null: `*failure` says why not. */
NifLibrary *nif_load_open(CodeInstance *code, const char *path, NifFailure *failure);
/* Calls `load`, or `upgrade` if the version before has a library. From then on it is the code's. False: the library is
 * gone again. */
bool nif_load_start(Process *p, CodeInstance *code, NifLibrary *library, Term info, NifFailure *failure);

#endif
