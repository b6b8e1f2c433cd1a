/* error, throw, raise. */
#include "bifs.h"

#include "vm/exec/exceptions.h"
#include "vm/proc/bif.h"

Term bif_erlang_error_1(Process *p, const Term *args) { return raise_error(p, args[0]); }
Term bif_erlang_nif_error_1(Process *p, const Term *args) { return raise_error(p, args[0]); }
Term bif_erlang_throw_1(Process *p, const Term *args) { return raise_throw(p, args[0]); }

Term bif_erlang_error_2(Process *p, const Term *args)
{
    return raise_error_args(p, args[0], args[1], NO_TERM);
}

Term bif_erlang_nif_error_2(Process *p, const Term *args)
{
    return raise_error_args(p, args[0], args[1], NO_TERM);
}

/* The last {error_info, Map} of a proper list of nothing else, or NO_TERM. */
static Term find_error_info(Term list)
{
    Term info = NO_TERM;

    for (; is_cons(list); list = list_tail(list)) {
        Term option = list_head(list);

        if (!is_tuple_of(option, 2) || tuple_element(option, 1) != A_ERROR_INFO || !is_map(tuple_element(option, 2)))
            return NO_TERM;
        info = tuple_element(option, 2);
    }
    return is_nil(list) ? info : NO_TERM;
}

Term bif_erlang_error_3(Process *p, const Term *args)
{
    return raise_error_args(p, args[0], args[1], find_error_info(args[2]));
}

/* --- raise/3 ------------------------------------------------------------------------------- */

static bool parse_class(Term name, ExceptionClass *class)
{
    if (name == A_ERROR)
        *class = EXCEPTION_ERROR;
    else if (name == A_EXIT)
        *class = EXCEPTION_EXIT;
    else if (name == A_THROW)
        *class = EXCEPTION_THROW;
    else
        return false;
    return true;
}

/* {M, F, A, Location}, {Fun, Args, Location}, {M, F, A} or {Fun, Args}. `*complete`: it has a location. */
static bool is_trace_entry(Term entry, bool *complete)
{
    bool by_fun;
    size_t size;

    if (!is_tuple(entry) || tuple_size(entry) < 2)
        return false;
    size = tuple_size(entry);
    by_fun = is_fun(tuple_element(entry, 1));
    if (!by_fun && !(size >= 3 && is_atom(tuple_element(entry, 1)) && is_atom(tuple_element(entry, 2))))
        return false;
    *complete = size == (by_fun ? 3 : 4);
    return *complete ? is_list(tuple_element(entry, size)) : size == (by_fun ? 2 : 3);
}

static Term completed(Heap *heap, Term entry)
{
    Term parts[4];
    size_t size = tuple_size(entry);

    for (size_t i = 0; i < size; i++)
        parts[i] = tuple_element(entry, i + 1);
    parts[size] = TERM_NIL;
    return tuple_from(heap, size + 1, parts);
}

/* The trace, its entries completed, as deep as system_flag(backtrace_depth) allows, one at least. NO_TERM: it is no
 * stack trace. */
static Term checked_trace(Process *p, Term list)
{
    Term first = TERM_NIL, *at = &first;
    uint32_t left = MAX(exception_backtrace_depth, 1);
    bool complete;

    for (; is_cons(list); list = list_tail(list)) {
        Term entry = list_head(list);

        if (!is_trace_entry(entry, &complete))
            return NO_TERM;
        if (left == 0)
            continue;
        left--;
        *at = cons(&p->heap, complete ? entry : completed(&p->heap, entry), TERM_NIL);
        at = &cons_cell(*at)[1];
    }
    return is_nil(list) ? first : NO_TERM;
}

Term bif_erlang_raise_3(Process *p, const Term *args)
{
    ExceptionClass class;
    Term trace;

    if (!parse_class(args[0], &class))
        return A_BADARG;
    trace = checked_trace(p, args[2]);
    return trace == NO_TERM ? A_BADARG : raise_with_trace(p, class, args[1], trace);
}
