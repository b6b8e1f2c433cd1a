/* bif.h - the table that bifs.tab becomes, and how BIFs are written.
 *
 *     Term bif_<module>_<function>_<arity>(Process *p, const Term *args)
 *
 * bifs.tab has one line per BIF: module, function, arity, C name, flags. Only a guard
 * BIF (flag `guard`) may be called by the instructions `bif` and `gc_bif`; it must not use anything of the
 * process but its heap, its dictionary and raise_*. A BIF that is listed but has no C function raises undef;
 * `make gaps` lists those. */
#ifndef LING_BIF_H
#define LING_BIF_H

#include "vm/proc/raise.h"

enum { BIF_GUARD = 1 };

typedef struct BifEntry {
    const char *module, *name;
    uint32_t arity;
    BifFunction function;                  /* null: not there yet, raises undef */
    uint32_t flags;
} BifEntry;

extern const BifEntry bif_table[];
extern const size_t bif_table_size;

/* Makes the exports of all BIFs that have a function; `set_stub` is engine_set_stub. */
void bif_init(void (*set_stub)(Export *entry));

/* Functions that erlang:load_nif/2 binds: the static NIF modules (prim_file, zlib ...). */
typedef struct NativeFunction {
    const char *name;
    uint32_t arity;
    BifFunction function;
} NativeFunction;

typedef struct NativeModule {
    const char *name;                       /* of the Erlang module */
    const NativeFunction *functions;        /* ends with a null name */
    void (*loaded)(Term info);              /* when they are bound, with load_nif's second argument; may be null */
} NativeModule;

extern const NativeModule *const native_modules[];   /* ends with null; filled by bifs/native_modules.c */

#endif
