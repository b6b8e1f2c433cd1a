/* Sending messages. */
#include "bifs.h"

#include "dist_task.h"
#include "vm/proc/bif.h"
#include "vm/proc/send.h"

/* A message costs its sender a little, so that a fast one gives way to its receiver. */
#define SEND_REDUCTIONS 4

static Term send(Process *p, const Term *args, unsigned options, Term result)
{
    bif_consume(p, SEND_REDUCTIONS);
    switch (process_send(p, args[0], args[1])) {
    case SEND_BAD_DESTINATION:
        return raise_badarg(p);
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
