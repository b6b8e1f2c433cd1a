/* ops_exception.c - catch and try, and the instructions that raise.
 *
 * A handler finds x0 = NO_TERM, x1 = class, x2 = reason, x3 = raw trace (exceptions.h). */
#include "vm/exec/slow.h"

#include "vm/exec/exceptions.h"
#include "vm/term/atom.h"

INLINE void op_catch(Term *slot, const Word *handler) { *slot = make_catch(handler); }
INLINE void op_try_end(Term *slot) { *slot = TERM_NIL; }

INLINE Handled op_catch_end(const Word *next, Term *slot)
{
    *slot = TERM_NIL;
    if (UNLIKELY(VM->x[0] == NO_TERM))
        return slow_catch_value(next);
    GO(next);
}

INLINE Handled op_try_case(const Word *next, Term *slot)
{
    *slot = TERM_NIL;
    VM->x[0] = VM->x[1];
    VM->x[1] = VM->x[2];
    VM->x[2] = VM->x[3];
    GO(next);
}

INLINE Handled op_badmatch(const Word *next, Term src) { return slow_error_2(A_BADMATCH, src); }
INLINE Handled op_case_end(const Word *next, Term src) { return slow_error_2(A_CASE_CLAUSE, src); }
INLINE Handled op_try_case_end(const Word *next, Term src) { return slow_error_2(A_TRY_CLAUSE, src); }
INLINE Handled op_badrecord(const Word *next, Term src) { return slow_error_2(A_BADRECORD, src); }
INLINE Handled op_if_end(const Word *next) { return slow_error(A_IF_CLAUSE); }
INLINE Handled op_raise(const Word *next, Term trace, Term value) { return slow_reraise(trace, value); }
INLINE Handled op_raw_raise(const Word *next) { return slow_raw_raise(next); }
INLINE Handled op_build_stacktrace(const Word *next) { return slow_build_stacktrace(next); }

#include "ops_exception.inc"
