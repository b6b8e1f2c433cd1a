/* nif_env.h - environments: where the terms of a native function live.
 *
 * A call on the VM's thread builds on its process's heap. All others build on a heap of their own: environments that a
 * library made (enif_alloc_env), those of callbacks, and those of dirty calls, whose thread must not touch a process.
 *
 * An ERL_NIF_TERM is the bits of a Term, or NIF_ZERO for the integer 0: a term that is made is never a null word on stock,
 * and libraries test for that. What a thread does with an environment of its own needs no lock as long as no
 * count of references changes and no table of the VM is written; all else is done inside the gate (io_gate.h). */
#ifndef LING_NIF_ENV_H
#define LING_NIF_ENV_H

#include "erl_nif.h"
#include "io/io_gate.h"
#include "vm/nif/nif_library.h"
#include "vm/proc/process.h"

/* No Term looks like this. A library may also see the null word itself, in tuples and arguments: they are not copied. */
#define NIF_ZERO (((Word)0x5a5a << IMM_BITS) | IMM_TAG(IMM_SPECIAL))

static inline Term from_nif(ERL_NIF_TERM t) { return t == NIF_ZERO ? SMALL(0) : term_from_bits(t); }
static inline ERL_NIF_TERM to_nif(Term t) { return t == SMALL(0) ? NIF_ZERO : term_bits(t); }
/* A tuple of `count` terms of a library. */
Term nif_tuple_from(Heap *heap, size_t count, const ERL_NIF_TERM *terms);

/* What enif_schedule_nif asked for. */
typedef struct NifNext {
    NifCode code;              /* null: nothing */
    unsigned flags;            /* 0 or ERL_NIF_DIRTY_JOB_* */
    Term args;                 /* tuple in the environment */
} NifNext;

struct NifTemporary;

struct enif_environment_t {
    Heap *heap;                /* own_heap, or that of the process */
    Heap own_heap;
    Process *process;          /* of a call on the VM's thread; else null */
    Term pid;                  /* of the process it belongs to, which may have ended; NO_TERM: none */
    NifLibrary *library;       /* whose function it is; null in those of enif_alloc_env */
    bool is_dirty;
    bool is_of_tracer;         /* what is sent in it is sent by nobody: traced and marked it would never end */
    bool has_exception;
    Term reason;               /* of the exception */
    NifNext next;
    struct NifTemporary *temporaries;   /* memory that goes when the call is over, or the environment is cleared */
};

/* For a call by the running process. */
void nif_env_of_process(ErlNifEnv *env, Process *p, NifLibrary *library);
/* With a heap of its own: `pid` is NO_TERM in callbacks. */
void nif_env_of_own(ErlNifEnv *env, Term pid, NifLibrary *library);
/* Frees what nif_env_temporary gave; terms stay. */
void nif_env_end(ErlNifEnv *env);
/* ... and the terms on the heap of its own. */
void nif_env_clear(ErlNifEnv *env);
void *nif_env_temporary(ErlNifEnv *env, size_t bytes);
/* The process it belongs to; null if there is none, it is exiting, or its tracer is called. Inside the gate. */
Process *nif_env_process(const ErlNifEnv *env);

#endif
