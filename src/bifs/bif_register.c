/* Registered names. */
#include "bifs.h"

#include "vm/proc/bif.h"
#include "vm/proc/hooks.h"
#include "vm/proc/process_table.h"
#include "vm/proc/registry.h"
#include "vm/proc/tracing.h"

static Term refuse(Process *p, Term cause)
{
    return raise_error_cause(p, A_BADARG, cause);
}

static Term register_process(Process *p, Term name, Term pid)
{
    Process *owner = process_find(pid);

    if (!owner)
        return refuse(p, A_NOTALIVE);
    if (owner->registered_name != NO_TERM)
        return refuse(p, A_REGISTERED_NAME);
    if (!registry_add(name, pid))
        return refuse(p, A_NONE);
    owner->registered_name = name;
    if (is_tracing(owner, TRACE_PROCS))
        trace_sink.event(owner, A_REGISTER, name);
    return A_TRUE;
}

static Term register_port(Process *p, Term name, Term port)
{
    if (!process_hooks.port_is_open || !process_hooks.port_is_open(port))
        return refuse(p, A_NONE);
    if (process_hooks.port_name(port) != NO_TERM)
        return refuse(p, A_REGISTERED_NAME);
    if (!registry_add(name, port))
        return refuse(p, A_NONE);
    process_hooks.port_set_name(port, name);
    return A_TRUE;
}

Term bif_erlang_register_2(Process *p, const Term *args)
{
    if (!is_atom(args[0]) || args[0] == A_UNDEFINED)
        return refuse(p, A_NONE);
    if (is_local_pid(args[1]))
        return register_process(p, args[0], args[1]);
    if (is_local_port(args[1]))
        return register_port(p, args[0], args[1]);
    return refuse(p, A_NONE);
}

static void forget_name(Process *owner)
{
    if (is_tracing(owner, TRACE_PROCS))
        trace_sink.event(owner, A_UNREGISTER, owner->registered_name);
    owner->registered_name = NO_TERM;
}

Term bif_erlang_unregister_1(Process *p, const Term *args)
{
    Term owner = registry_whereis(args[0]);

    if (owner == NO_TERM)
        return raise_badarg(p);
    registry_remove(args[0]);
    if (is_local_port(owner))
        process_hooks.port_set_name(owner, NO_TERM);
    else
        forget_name(process_table_get(owner));
    return A_TRUE;
}

Term bif_erlang_whereis_1(Process *p, const Term *args)
{
    Term owner;

    if (!is_atom(args[0]))
        return raise_badarg(p);
    owner = registry_whereis(args[0]);
    if (owner == NO_TERM || (is_local_pid(owner) && !process_find(owner)))
        return A_UNDEFINED;
    return owner;
}

Term bif_erlang_registered_0(Process *p, const Term *args)
{
    return registry_names(&p->heap);
}
