/* nif_resource.h - resources: C structs of libraries that Erlang terms refer to.
 *
 * A resource is a magic Binary (off_heap.h). When its last reference goes its destructor is due, and when a process that it
 * monitors ends, its `down` callback: they run when the VM can let foreign code run, between turns or before the
 * next native function (nif_resource_run_callbacks), never in the middle of a collection. */
#ifndef LING_NIF_RESOURCE_H
#define LING_NIF_RESOURCE_H

#include "vm/nif/nif_env.h"
#include "vm/term/off_heap.h"

struct enif_resource_type_t {
    Term module, name;
    ErlNifResourceTypeInit callbacks;
    NifLibrary *owner;
    size_t resources;
    bool is_listed;            /* its library's code is there */
    ErlNifResourceType *next;
};

struct NifResourceMonitor;

typedef struct NifResource {
    ErlNifResourceType *type;
    uint64_t ref_id;           /* all references to it are the same */
    size_t size;
    struct NifResourceMonitor *monitors;
    bool is_ending;            /* its last reference has gone */
    _Alignas(16) uint8_t data[];
} NifResource;

static inline NifResource *nif_resource_of(const void *obj) { return CONTAINER_OF((uint8_t *)(uintptr_t)obj, NifResource, data); }
static inline Binary *nif_resource_binary(const NifResource *resource)
{
    return CONTAINER_OF((uint8_t *)(uintptr_t)resource, Binary, data);
}
/* The resource that a reference or resource binary holds; null if `t` is nothing of that kind. */
NifResource *nif_resource_from_term(Term t);
Term nif_resource_term(NifResource *resource, Heap *heap);

/* --- types ---------------------------------------------------------------------------------------- */

/* `load` or `upgrade` succeeded: the types it opened belong to the library now. */
void nif_types_commit(NifLibrary *library);
void nif_types_roll_back(NifLibrary *library);
/* The library's code is gone: no new resources of its types. */
void nif_types_unlist(NifLibrary *library);

/* --- callbacks ------------------------------------------------------------------------------------ */

extern bool nif_callbacks_are_due;
void nif_resource_run_callbacks(void);
/* `down` callbacks: called by nif_monitor.c when a monitored process has ended. */
void nif_resource_down(NifResource *resource, Term pid, uint64_t monitor_id);
/* Calls the `stop` callback, from any thread, outside the gate. */
void nif_resource_stop(NifResource *resource, ErlNifEvent event, bool is_direct);
/* Takes all monitors of a resource away. */
void nif_monitors_end(NifResource *resource);

#endif
