/* Sending messages. */
#include "bifs.h"

#include "dist_task.h"
#include "vm/port/port.h"
#include "vm/proc/bif.h"
#include "vm/proc/registry.h"
#include "vm/proc/send.h"

/* A message costs its sender a little, so that a fast one gives way to its receiver. */
#define SEND_REDUCTIONS 4

static Port *destination_port(Term destination)
{
    Term name = is_tuple(destination) ? tuple_element(destination, 1) : destination;

    return port_find(is_atom(name) ? registry_whereis(name) : name);
}

/* Tries again when the port is no longer busy, or gone. */
static Term wait_for_port(Process *p, const Term *args, unsigned options, Term result)
{
    static TrapBif send_2 = TRAP_BIF(bif_erlang_send_2, A_ERLANG, A_SEND, 2, 2);
    static TrapBif send_3 = TRAP_BIF(bif_erlang_send_3, A_ERLANG, A_SEND, 3, 3);

    if (options & DIST_TASK_NO_SUSPEND)
        return A_NOSUSPEND;
    port_wait_until_ready(destination_port(args[0]), p);
    return wait_for_wake(p, result == args[1] ? &send_2 : &send_3, args);
}

static Term send(Process *p, const Term *args, unsigned options, Term result)
{
    bif_consume(p, SEND_REDUCTIONS);
    switch (process_send(p, args[0], args[1])) {
    case SEND_BAD_DESTINATION:
        return raise_badarg(p);
    case SEND_BUSY_PORT:
        return wait_for_port(p, args, options, result);
    case SEND_REMOTE:
        return dist_task_send_message(p, args[0], args[1], options, result);
    default:
        return result;
    }
}

Term bif_erlang_bang_2(Process *p, const Term *args)
{
    return send(p, args, 0, args[1]);
}

Term bif_erlang_send_2(Process *p, const Term *args)
{
    return send(p, args, 0, args[1]);
}

Term bif_erlang_send_3(Process *p, const Term *args)
{
    unsigned options = 0;
    Term list = args[2];

    for (; is_cons(list); list = list_tail(list)) {
        if (list_head(list) == A_NOCONNECT)
            options |= DIST_TASK_NO_CONNECT;
        else if (list_head(list) == A_NOSUSPEND)
            options |= DIST_TASK_NO_SUSPEND;
        else
            break;
    }
    if (!is_nil(list))
        return raise_error_cause(p, A_BADARG, A_BADOPT);
    return send(p, args, options, A_OK);
}
