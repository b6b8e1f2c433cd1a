/* Sending messages. */
#include "bifs.h"

#include "vm/proc/bif.h"
#include "vm/proc/send.h"

/* A message costs its sender a little, so that a fast one gives way to its receiver. */
#define SEND_REDUCTIONS 4

/* What is sent to a node that is not connected is lost. */
static Term send(Process *p, const Term *args, Term result)
{
    bif_consume(p, SEND_REDUCTIONS);
    return process_send(p, args[0], args[1]) == SEND_BAD_DESTINATION ? raise_badarg(p) : result;
}

Term bif_erlang_bang_2(Process *p, const Term *args)
{
    return send(p, args, args[1]);
}

Term bif_erlang_send_2(Process *p, const Term *args)
{
    return send(p, args, args[1]);
}

Term bif_erlang_send_3(Process *p, const Term *args)
{
    bool may_connect = true, may_suspend = true;
    Term list = args[2];

    for (; is_cons(list); list = list_tail(list)) {
        if (list_head(list) == A_NOCONNECT)
            may_connect = false;
        else if (list_head(list) == A_NOSUSPEND)
            may_suspend = false;
        else
            break;
    }
    if (!is_nil(list))
        return raise_error_cause(p, A_BADARG, A_BADOPT);
    bif_consume(p, SEND_REDUCTIONS);
    switch (process_send(p, args[0], args[1])) {
    case SEND_BAD_DESTINATION:
        return raise_badarg(p);
    case SEND_NOT_CONNECTED:
        return may_connect ? A_OK : A_NOCONNECT;
    case SEND_BUSY:
        return may_suspend ? A_OK : A_NOSUSPEND;
    default:
        return A_OK;
    }
}
