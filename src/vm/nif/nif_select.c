/* nif_select.c - enif_select: messages when a descriptor becomes ready.
 *
 * A descriptor belongs to one resource while anybody waits for it. Each event is told once: the message, which is made
 * beforehand, goes to its receiver, and the wait is over. */
#include <limits.h>

#include "io/io_loop.h"
#include "vm/base/mem.h"
#include "vm/nif/nif_resource.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/term/copy.h"

enum { SELECT_IN, SELECT_OUT, SELECT_ERROR, SELECT_EVENTS };

typedef struct NifSelect {
    int handle;
    NifResource *resource;             /* holds a reference */
    IoWatch *watch;
    Term receivers[SELECT_EVENTS];
    Message *messages[SELECT_EVENTS];  /* null: nobody waits for that */
} NifSelect;

static const struct {
    unsigned flag, io_event, cancelled;
} kinds[SELECT_EVENTS] = {
    {ERL_NIF_SELECT_READ, IO_READABLE, ERL_NIF_SELECT_READ_CANCELLED},
    {ERL_NIF_SELECT_WRITE, IO_WRITABLE, ERL_NIF_SELECT_WRITE_CANCELLED},
    {ERL_NIF_SELECT_ERROR, IO_FAILED, ERL_NIF_SELECT_ERROR_CANCELLED},
};

static NifSelect **selects;            /* by descriptor */
static size_t select_capacity;

static NifSelect *find(int handle) { return (size_t)handle < select_capacity ? selects[handle] : NULL; }

static void watch_wanted(NifSelect *s)
{
    unsigned events = 0;

    for (int i = 0; i < SELECT_EVENTS; i++)
        events |= s->messages[i] ? kinds[i].io_event : 0;
    io_watch_set(s->watch, events);
}

/* In io_wait. */
static void ready(void *context, unsigned events)
{
    NifSelect *s = context;

    for (int i = 0; i < SELECT_EVENTS; i++) {
        Message *message = s->messages[i];
        Process *receiver;

        if (!message || !(events & kinds[i].io_event))
            continue;
        s->messages[i] = NULL;
        receiver = process_find(s->receivers[i]);
        if (receiver)
            message_post(receiver, message);
        else
            message_free(message);
    }
    watch_wanted(s);
}

static NifSelect *make(int handle, NifResource *resource)
{
    NifSelect *s = mem_alloc_zero(MEM_IO, sizeof *s);

    if ((size_t)handle >= select_capacity) {
        size_t capacity = MAX((size_t)handle + 1, 2 * select_capacity);

        selects = mem_realloc(MEM_IO, selects, capacity * sizeof *selects);
        for (size_t i = select_capacity; i < capacity; i++)
            selects[i] = NULL;
        select_capacity = capacity;
    }
    s->handle = handle;
    s->resource = resource;
    binary_keep(nif_resource_binary(resource));
    s->watch = io_watch_new(handle, ready, s);
    selects[handle] = s;
    return s;
}

/* Bits of what was waited for. */
static int cancel(NifSelect *s, unsigned flags)
{
    int cancelled = 0;

    for (int i = 0; i < SELECT_EVENTS; i++) {
        if (!(flags & kinds[i].flag) || !s->messages[i])
            continue;
        message_free(s->messages[i]);
        s->messages[i] = NULL;
        cancelled |= (int)kinds[i].cancelled;
    }
    watch_wanted(s);
    return cancelled;
}

static int forget(NifSelect *s)
{
    int cancelled = cancel(s, ERL_NIF_SELECT_READ | ERL_NIF_SELECT_WRITE | ERL_NIF_SELECT_ERROR);

    io_watch_free(s->watch);
    selects[s->handle] = NULL;
    binary_release(nif_resource_binary(s->resource));
    mem_free(MEM_IO, s);
    return cancelled;
}

static Message *standard_message(NifResource *resource, Term reference, int kind)
{
    static const Term events[SELECT_EVENTS] = {A_READY_INPUT, A_READY_OUTPUT, A_READY_ERROR};
    Message *message = message_new();
    Heap *heap = &message->heap;

    message->term = tuple_4(heap, A_SELECT, nif_resource_term(resource, heap), term_copy_all(heap, reference), events[kind]);
    return message;
}

static Message *own_message(Term term, ErlNifEnv *msg_env)
{
    Message *message = message_new();

    if (msg_env) {
        message->term = term;
        heap_splice(&message->heap, &msg_env->own_heap);
    } else {
        message->term = term_copy_all(&message->heap, term);
    }
    return message;
}

static void wait_for(NifSelect *s, int kind, unsigned flags, Term receiver, Term term, ErlNifEnv *msg_env)
{
    if (s->messages[kind])
        message_free(s->messages[kind]);
    s->receivers[kind] = receiver;
    s->messages[kind] = flags & ERL_NIF_SELECT_CUSTOM_MSG ? own_message(term, msg_env)
                                                            : standard_message(s->resource, term, kind);
}

/* Waiting for what another resource waits for takes it away from that one. */
static NifSelect *find_or_make(int handle, NifResource *resource)
{
    NifSelect *s = find(handle);

    if (s && s->resource != resource) {
        forget(s);
        s = NULL;
    }
    return s ? s : make(handle, resource);
}

static int start(int handle, unsigned flags, NifResource *resource, Term receiver, Term term, ErlNifEnv *msg_env)
{
    NifSelect *s;

    if (!io_handle_is_open(handle))
        return INT_MIN | ERL_NIF_SELECT_FAILED;
    s = find_or_make(handle, resource);
    for (int kind = 0; kind < SELECT_EVENTS; kind++) {
        if (!(flags & kinds[kind].flag))
            continue;
        wait_for(s, kind, flags, receiver, term, msg_env);
        msg_env = NULL;
    }
    watch_wanted(s);
    return 0;
}

/* Outside the gate from the end on: the callback may do what it likes. */
static int stop(int handle, NifResource *resource)
{
    NifSelect *s;
    int cancelled = 0;
    unsigned depth;

    gate_enter();
    binary_keep(nif_resource_binary(resource));
    s = find(handle);
    if (s)
        cancelled = forget(s);
    depth = gate_release();
    nif_resource_stop(resource, handle, true);
    gate_retake(depth);
    binary_release(nif_resource_binary(resource));
    gate_leave();
    return cancelled | ERL_NIF_SELECT_STOP_CALLED;
}

int enif_select_x(ErlNifEnv *env, ErlNifEvent event, enum ErlNifSelectFlags flags, void *obj, const ErlNifPid *pid,
                  ERL_NIF_TERM msg, ErlNifEnv *msg_env)
{
    NifResource *resource = nif_resource_of(obj);
    NifSelect *s;
    int result;

    if (event < 0)
        return INT_MIN | ERL_NIF_SELECT_INVALID_EVENT;
    if (flags & ERL_NIF_SELECT_STOP)
        return stop(event, resource);
    gate_enter();
    if (flags & ERL_NIF_SELECT_CANCEL) {
        s = find(event);
        result = s ? cancel(s, flags) : 0;
    } else {
        result = start(event, flags, resource, pid ? from_nif(pid->pid) : env->pid, from_nif(msg), msg_env);
    }
    if (!thread_is_vm)
        gate_call_attention();
    gate_leave();
    return result;
}

int enif_select(ErlNifEnv *env, ErlNifEvent event, enum ErlNifSelectFlags flags, void *obj, const ErlNifPid *pid,
                ERL_NIF_TERM ref)
{
    return enif_select_x(env, event, flags & ~(unsigned)ERL_NIF_SELECT_CUSTOM_MSG, obj, pid, ref, NULL);
}
