/* Sequential tracing: the BIFs behind the module seq_trace. */
#include "bifs.h"

#include "vm/proc/bif.h"
#include "vm/proc/seq_trace.h"
#include "vm/term/compare.h"

static unsigned flag_of(Term name)
{
    switch (term_bits(name)) {
    case ATOM_BITS(ATOM_SEND): return SEQ_TRACE_SEND;
    case ATOM_BITS(ATOM_RECEIVE): return SEQ_TRACE_RECEIVE;
    case ATOM_BITS(ATOM_PRINT): return SEQ_TRACE_PRINT;
    case ATOM_BITS(ATOM_TIMESTAMP): return SEQ_TRACE_TIMESTAMP;
    case ATOM_BITS(ATOM_STRICT_MONOTONIC_TIMESTAMP): return SEQ_TRACE_STRICT_MONOTONIC;
    case ATOM_BITS(ATOM_MONOTONIC_TIMESTAMP): return SEQ_TRACE_MONOTONIC;
    default: return 0;
    }
}

static bool has_token(const Process *p)
{
    return !is_nil(p->seq_trace_token);
}

static Term part(const Process *p, unsigned number)
{
    return tuple_element(p->seq_trace_token, number);
}

static Term set_flag(Process *p, unsigned flag, Term on)
{
    int64_t flags = has_token(p) ? small_value(part(p, SEQ_TOKEN_FLAGS)) : 0;

    seq_trace_token_set(p, SEQ_TOKEN_FLAGS, small_int(on == A_TRUE ? flags | flag : flags & ~(int64_t)flag));
    return atom_bool(flags & flag);
}

static Term set_label(Process *p, Term label)
{
    Term old = has_token(p) ? part(p, SEQ_TOKEN_LABEL) : small_int(0);

    seq_trace_token_set(p, SEQ_TOKEN_LABEL, label);
    return old;
}

static Term serial_pair(Process *p)
{
    return tuple_2(&p->heap, part(p, SEQ_TOKEN_LAST), part(p, SEQ_TOKEN_SERIAL));
}

static Term set_serial(Process *p, Term pair)
{
    Term old;

    if (!is_tuple_of(pair, 2) || !are_small(tuple_element(pair, 1), tuple_element(pair, 2)))
        return raise_badarg(p);
    seq_trace_token_set(p, SEQ_TOKEN_FROM, has_token(p) ? part(p, SEQ_TOKEN_FROM) : p->pid);
    old = serial_pair(p);
    seq_trace_token_set(p, SEQ_TOKEN_LAST, tuple_element(pair, 1));
    seq_trace_token_set(p, SEQ_TOKEN_SERIAL, tuple_element(pair, 2));
    p->seq_trace_last = (uint32_t)small_value(tuple_element(pair, 1));
    p->seq_trace_clock = (uint32_t)small_value(tuple_element(pair, 2));
    return old;
}

Term bif_erlang_seq_trace_2(Process *p, const Term *args)
{
    unsigned flag = flag_of(args[0]);
    Term old = p->seq_trace_token;

    if (flag)
        return args[1] == A_TRUE || args[1] == A_FALSE ? set_flag(p, flag, args[1]) : raise_badarg(p);
    if (args[0] == A_LABEL)
        return set_label(p, args[1]);
    if (args[0] == A_SERIAL)
        return set_serial(p, args[1]);
    if (args[0] != A_SEQUENTIAL_TRACE_TOKEN || !is_nil(args[1]))
        return raise_badarg(p);
    p->seq_trace_token = TERM_NIL;
    return old;
}

Term bif_erlang_seq_trace_info_1(Process *p, const Term *args)
{
    unsigned flag = flag_of(args[0]);
    bool known = flag || args[0] == A_LABEL || args[0] == A_SERIAL || (args[0] == A_SPAWN && !has_token(p));
    Term value;

    if (!known)
        return raise_badarg(p);
    if (!has_token(p))
        return args[0] == A_LABEL || args[0] == A_SERIAL ? TERM_NIL : tuple_2(&p->heap, args[0], A_FALSE);
    if (flag)
        value = atom_bool(small_value(part(p, SEQ_TOKEN_FLAGS)) & flag);
    else
        value = args[0] == A_LABEL ? part(p, SEQ_TOKEN_LABEL) : serial_pair(p);
    return tuple_2(&p->heap, args[0], value);
}

static Term print(Process *p, Term message)
{
    seq_trace_count(p);
    seq_trace_report(p->seq_trace_token, message, SEQ_TRACE_PRINT, TERM_NIL);
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
