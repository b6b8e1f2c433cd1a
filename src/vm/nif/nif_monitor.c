/* nif_monitor.c - processes whose end resources want to hear of: the part of nif_resource.h about monitors.
 *
 * An ErlNifMonitor holds the number of the reference that enif_make_monitor_term makes. */
#include <string.h>

#include "vm/base/mem.h"
#include "vm/nif/nif_resource.h"
#include "vm/nif/nif_system.h"
#include "vm/proc/monitor.h"
#include "vm/proc/process_table.h"
#include "vm/term/ref.h"

typedef struct NifResourceMonitor {
    struct NifResourceMonitor *next;
    NifResource *resource;
    Monitor *monitor;
} NifResourceMonitor;

static uint64_t id_of(const ErlNifMonitor *monitor)
{
    uint64_t id;

    memcpy(&id, monitor->data, sizeof id);
    return id;
}

static void remove_monitor(NifResourceMonitor *watch)
{
    NifResourceMonitor **link = &watch->resource->monitors;

    while (*link != watch)
        link = &(*link)->next;
    *link = watch->next;
    monitor_free(watch->monitor);
    mem_free(MEM_PROCESS, watch);
}

static void target_ended(Monitor *monitor, Term reason)
{
    NifResourceMonitor *watch = monitor->context;

    nif_resource_down(watch->resource, monitor->target, monitor->ref.id);
    remove_monitor(watch);
}

void nif_monitors_end(NifResource *resource)
{
    while (resource->monitors)
        remove_monitor(resource->monitors);
}

Term nif_monitor_owner(const Monitor *monitor, Heap *heap)
{
    const NifResourceMonitor *watch = monitor->context;

    return monitor->down == target_ended ? nif_resource_term(watch->resource, heap) : NO_TERM;
}

static Monitor *add_monitor(NifResource *resource, Process *target)
{
    NifResourceMonitor *watch = mem_alloc(MEM_PROCESS, sizeof *watch);

    *watch = (NifResourceMonitor){resource->monitors, resource, monitor_add_native(target, target_ended)};
    watch->monitor->context = watch;
    resource->monitors = watch;
    return watch->monitor;
}

/* --- the interface ---------------------------------------------------------------------------------- */

int enif_monitor_process(ErlNifEnv *env, void *obj, const ErlNifPid *pid, ErlNifMonitor *monitor)
{
    NifResource *resource = nif_resource_of(obj);
    Process *target;

    if (!resource->type->callbacks.down)
        return -1;
    gate_enter();
    target = process_find(from_nif(pid->pid));
    if (target) {
        uint64_t id = add_monitor(resource, target)->ref.id;

        if (monitor) {
            memset(monitor, 0, sizeof *monitor);
            memcpy(monitor->data, &id, sizeof id);
        }
    }
    gate_leave();
    return target ? 0 : 1;
}

int enif_demonitor_process(ErlNifEnv *env, void *obj, const ErlNifMonitor *monitor)
{
    uint64_t id = id_of(monitor);
    NifResourceMonitor *watch;

    gate_enter();
    watch = nif_resource_of(obj)->monitors;
    while (watch && watch->monitor->ref.id != id)
        watch = watch->next;
    if (watch)
        remove_monitor(watch);
    gate_leave();
    return watch ? 0 : 1;
}

int enif_compare_monitors(const ErlNifMonitor *a, const ErlNifMonitor *b) { return memcmp(a, b, sizeof *a); }

ERL_NIF_TERM enif_make_monitor_term(ErlNifEnv *env, const ErlNifMonitor *monitor)
{
    return to_nif(ref_from_id(env->heap, id_of(monitor), 0));
}
