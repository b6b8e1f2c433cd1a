#include "vm/trace/saved_calls.h"

#include "vm/base/mem.h"
#include "vm/proc/tracing.h"
#include "vm/term/atom.h"
#include "vm/trace/breakpoint.h"

/* `event` is NO_TERM for a call. */
typedef struct SavedCall {
    const Export *called;
    Term event;
} SavedCall;

typedef struct SavedCalls {
    uint32_t capacity, count;
    uint32_t next;                 /* where the next one goes: over the oldest, when all are in use */
    SavedCall calls[];
} SavedCalls;

static size_t saving_processes;

/* --- all exports ------------------------------------------------------------------------------------- */

static void watch(Export *export, void *context) { breakpoint_watch_export(export); }
static void leave_alone(Export *export, void *context) { breakpoint_unwatch_export(export); }

static void one_more(void)
{
    if (saving_processes++ > 0)
        return;
    export_changed = breakpoint_watch_export;
    export_each(watch, NULL);
}

static void one_less(void)
{
    if (--saving_processes > 0)
        return;
    export_changed = NULL;
    export_each(leave_alone, NULL);
}

/* --- one process --------------------------------------------------------------------------------------- */

uint32_t saved_calls_set(Process *p, uint32_t count)
{
    SavedCalls *old = p->saved_calls, *saved = NULL;
    uint32_t old_count = old ? old->capacity : 0;

    if (count > 0) {
        saved = mem_alloc(MEM_PROCESS, sizeof *saved + count * sizeof *saved->calls);
        *saved = (SavedCalls){.capacity = count};
    }
    mem_free(MEM_PROCESS, old);
    p->saved_calls = saved;
    if (saved && !old) {
        p->trace.flags |= TRACE_SAVED_CALLS;
        one_more();
    } else if (old && !saved) {
        p->trace.flags &= ~(uint32_t)TRACE_SAVED_CALLS;
        one_less();
    }
    return old_count;
}

static void add(Process *p, SavedCall call)
{
    SavedCalls *saved = p->saved_calls;

    if (!saved || (p->flags & PROCESS_SENSITIVE))
        return;
    saved->calls[saved->next] = call;
    saved->next = saved->next + 1 < saved->capacity ? saved->next + 1 : 0;
    if (saved->count < saved->capacity)
        saved->count++;
}

void saved_calls_add(Process *p, const Export *called) { add(p, (SavedCall){called, NO_TERM}); }
void saved_calls_add_event(Process *p, Term what) { add(p, (SavedCall){NULL, what}); }

static Term call_term(Heap *heap, const SavedCall *call)
{
    const Export *called = call->called;

    if (call->event != NO_TERM)
        return call->event;
    return tuple_3(heap, called->module, called->function, small_int(called->arity));
}

Term saved_calls_list(const Process *p, Heap *heap)
{
    const SavedCalls *saved = p->saved_calls;
    Term list = TERM_NIL;

    if (!saved)
        return A_FALSE;
    for (uint32_t i = 1; i <= saved->count; i++) {
        uint32_t at = saved->next >= i ? saved->next - i : saved->next + saved->capacity - i;
        list = cons(heap, call_term(heap, &saved->calls[at]), list);
    }
    return list;
}
