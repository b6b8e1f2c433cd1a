/* ops_trace.c - calls of functions that are traced, and the code that their frames return to. */
#include "vm/exec/slow.h"

#include "vm/exec/slow_trace.h"

INLINE Handled op_traced_call(const Word *next) { return slow_traced_call(); }
INLINE Handled op_saved_export(const Word *next) { return slow_saved_export(); }
INLINE Handled op_traced_export(const Word *next, const void *breakpoint) { return slow_traced_export((void *)breakpoint); }

INLINE Handled return_to_caller(void)
{
    const Word *to = return_address_code((Word)*E);

    E++;
    GO(to);
}

/* E is behind the return address of the frame. */
INLINE Handled op_trace_return(const Word *next)
{
    slow_trace_return();
    E += 2;
    return return_to_caller();
}

INLINE Handled op_trace_return_to(const Word *next)
{
    slow_trace_return_to();
    return return_to_caller();
}

INLINE Handled op_trace_time_return(const Word *next)
{
    slow_trace_time_return();
    E++;
    return return_to_caller();
}

/* A BIF was called last, by a function whose frame is still there. */
INLINE Handled op_tail_bif_return(const Word *next)
{
    E = (Term *)((char *)(E + 2) + small_value(E[0]));
    return return_to_caller();
}

#include "ops_trace.inc"
