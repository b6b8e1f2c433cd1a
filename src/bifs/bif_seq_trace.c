/* Sequential tracing: the BIFs behind the module seq_trace. */
#include "bifs.h"

#include "vm/proc/bif.h"
#include "vm/proc/seq_trace.h"
#include "vm/term/compare.h"

static bool has_token(const Process *p)
{
    return !is_nil(p->seq_trace_token);
}

static Term part(const Process *p, unsigned number)
{
    return tuple_element(p->seq_trace_token, number);
}

Term bif_erlang_seq_trace_2(Process *p, const Term *args)
{
    Term old = seq_trace_change(p, args[0], args[1]);

    return old == NO_TERM ? raise_badarg(p) : old;
}

Term bif_erlang_seq_trace_info_1(Process *p, const Term *args)
{
    Term info = seq_trace_info(p, &p->heap, args[0]);

    return info == NO_TERM ? raise_badarg(p) : info;
}

static Term print(Process *p, Term message)
{
    seq_trace_count(p);
    seq_trace_report(p, p->seq_trace_token, message, SEQ_TRACE_PRINT, TERM_NIL);
    return A_TRUE;
}

Term bif_erlang_seq_trace_print_1(Process *p, const Term *args)
{
    return has_token(p) ? print(p, args[0]) : A_FALSE;
}

Term bif_erlang_seq_trace_print_2(Process *p, const Term *args)
{
    if (!has_token(p) || !term_exact_equal(args[0], part(p, SEQ_TOKEN_LABEL)))
        return A_FALSE;
    return print(p, args[1]);
}
