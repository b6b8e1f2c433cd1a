#include "vm/nif/nif_env.h"

#include <stdlib.h>
#include <string.h>

#include "vm/base/mem.h"
#include "vm/proc/process_table.h"
#include "vm/term/copy.h"

typedef struct NifTemporary {
    struct NifTemporary *next;
    _Alignas(16) uint8_t data[];
} NifTemporary;

void nif_env_of_own(ErlNifEnv *env, Term pid, NifLibrary *library)
{
    memset(env, 0, sizeof *env);
    env->heap = &env->own_heap;
    env->pid = pid;
    env->library = library;
    env->reason = env->next.args = NO_TERM;
}

void nif_env_of_process(ErlNifEnv *env, Process *p, NifLibrary *library)
{
    env->heap = &p->heap;
    env->process = p;
    env->pid = p->pid;
    env->library = library;
    env->is_dirty = env->is_of_tracer = env->has_exception = false;
    env->reason = NO_TERM;
    env->next = (NifNext){.args = NO_TERM};
    env->temporaries = NULL;
}

void nif_env_end(ErlNifEnv *env)
{
    while (UNLIKELY(env->temporaries != NULL)) {
        NifTemporary *next = env->temporaries->next;

        mem_free(MEM_SYSTEM, env->temporaries);
        env->temporaries = next;
    }
}

/* References to what is off the heap are given back inside the gate. */
void nif_env_clear(ErlNifEnv *env)
{
    nif_env_end(env);
    if (env->own_heap.off_heap) {
        gate_enter();
        heap_clear(&env->own_heap);
        gate_leave();
    } else {
        heap_clear(&env->own_heap);
    }
    env->has_exception = false;
    env->reason = NO_TERM;
}

void *nif_env_temporary(ErlNifEnv *env, size_t bytes)
{
    NifTemporary *temporary = mem_alloc(MEM_SYSTEM, sizeof *temporary + bytes);

    temporary->next = env->temporaries;
    env->temporaries = temporary;
    return temporary->data;
}

Process *nif_env_process(const ErlNifEnv *env)
{
    if (env->process)
        return env->process;
    return env->pid == NO_TERM || env->is_of_tracer ? NULL : process_find(env->pid);
}

Term nif_tuple_from(Heap *heap, size_t count, const ERL_NIF_TERM *terms)
{
    Term *elements;
    Term tuple = tuple_new(heap, count, &elements);

    for (size_t i = 0; i < count; i++)
        elements[i] = from_nif(terms[i]);
    return tuple;
}

/* --- the interface ---------------------------------------------------------------------------------- */

void *enif_priv_data(ErlNifEnv *env) { return env->library->priv_data; }

/* Libraries allocate on any thread, and much: nothing counts it. */
void *enif_alloc(size_t size) { return malloc(size ? size : 1); }
void *enif_realloc(void *ptr, size_t size) { return realloc(ptr, size ? size : 1); }
void enif_free(void *ptr) { free(ptr); }

ErlNifEnv *enif_alloc_env(void)
{
    ErlNifEnv *env = mem_alloc(MEM_SYSTEM, sizeof *env);

    nif_env_of_own(env, NO_TERM, NULL);
    return env;
}

void enif_clear_env(ErlNifEnv *env) { nif_env_clear(env); }

void enif_free_env(ErlNifEnv *env)
{
    nif_env_clear(env);
    mem_free(MEM_SYSTEM, env);
}

/* Literals as well: an environment of its own is not looked at when they are purged. */
ERL_NIF_TERM enif_make_copy(ErlNifEnv *dst_env, ERL_NIF_TERM src_term)
{
    Term t = from_nif(src_term);
    Term copy;

    if (is_immediate(t))
        return src_term;
    gate_enter();
    copy = term_copy_all(dst_env->heap, t);
    gate_leave();
    return to_nif(copy);
}
