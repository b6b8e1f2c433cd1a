/* ops_call.c - calls of functions, exports and funs; apply.
 *
 * A call pushes its return address and counts one reduction; a callee finds the address at E[0]. */
#include "vm/exec/slow.h"

#include "vm/code/lambda.h"
#include "vm/term/atom.h"

INLINE Handled enter(const Word *target)
{
    IP = target;
    if (UNLIKELY(--REDS <= 0))
        return slow_call();
    DISPATCH();
}

INLINE void drop_frame(Word frame) { E = (Term *)((char *)E + frame); }

INLINE Handled op_func_info(const Word *next, Term module, Term function, Word arity) { return slow_function_clause(); }

/* What stands at the entries of functions (vm/code/code_block.h). */
INLINE Handled op_lazy_entry(const Word *next, Word function) { return slow_lazy_entry(); }
INLINE Handled op_cold_entry(const Word *next, const Word *body) { return slow_cold_entry(); }

INLINE Handled op_body_entry(const Word *next, const Word *body)
{
    IP = body;
    DISPATCH();
}

INLINE Handled op_call(const Word *next, const Word *target)
{
    push_return(next);
    return enter(target);
}

INLINE Handled op_call_last(const Word *next, const Word *target, Word frame)
{
    drop_frame(frame);
    return enter(target);
}

INLINE Handled op_call_only(const Word *next, const Word *target) { return enter(target); }
INLINE Handled op_call_ext(const Word *next, Export *target) { return op_call(next, target->entry); }

INLINE Handled op_call_ext_last(const Word *next, Export *target, Word frame)
{
    return op_call_last(next, target->entry, frame);
}

INLINE Handled op_call_ext_only(const Word *next, Export *target) { return enter(target->entry); }

INLINE Handled op_move_call(const Word *next, Term s1, Term *d1, const Word *target)
{
    *d1 = s1;
    return op_call(next, target);
}

INLINE Handled op_move_call_last(const Word *next, Term s1, Term *d1, const Word *target, Word frame)
{
    *d1 = s1;
    return op_call_last(next, target, frame);
}

INLINE Handled op_move_call_only(const Word *next, Term s1, Term *d1, const Word *target)
{
    *d1 = s1;
    return enter(target);
}

INLINE Handled op_move_call_ext(const Word *next, Term s1, Term *d1, Export *target)
{
    *d1 = s1;
    return op_call(next, target->entry);
}

INLINE Handled op_move_call_ext_last(const Word *next, Term s1, Term *d1, Export *target, Word frame)
{
    *d1 = s1;
    return op_call_last(next, target->entry, frame);
}

INLINE Handled op_move_call_ext_only(const Word *next, Term s1, Term *d1, Export *target)
{
    *d1 = s1;
    return enter(target->entry);
}

INLINE Handled op_move2_call(const Word *next, Term s1, Term *d1, Term s2, Term *d2, const Word *target)
{
    *d1 = s1;
    *d2 = s2;
    return op_call(next, target);
}

INLINE Handled op_move2_call_last(const Word *next, Term s1, Term *d1, Term s2, Term *d2, const Word *target, Word frame)
{
    *d1 = s1;
    *d2 = s2;
    return op_call_last(next, target, frame);
}

INLINE Handled op_move2_call_only(const Word *next, Term s1, Term *d1, Term s2, Term *d2, const Word *target)
{
    *d1 = s1;
    *d2 = s2;
    return enter(target);
}

INLINE Handled op_move2_call_ext(const Word *next, Term s1, Term *d1, Term s2, Term *d2, Export *target)
{
    *d1 = s1;
    *d2 = s2;
    return op_call(next, target->entry);
}

INLINE Handled op_move2_call_ext_last(const Word *next, Term s1, Term *d1, Term s2, Term *d2, Export *target, Word frame)
{
    return op_move2_call_last(next, s1, d1, s2, d2, target->entry, frame);
}

INLINE Handled op_move2_call_ext_only(const Word *next, Term s1, Term *d1, Term s2, Term *d2, Export *target)
{
    return op_move2_call_only(next, s1, d1, s2, d2, target->entry);
}

INLINE Handled op_move3_call(const Word *next, Term s1, Term *d1, Term s2, Term *d2, Term s3, Term *d3,
                             const Word *target)
{
    *d1 = s1;
    *d2 = s2;
    *d3 = s3;
    return op_call(next, target);
}

INLINE Handled op_move3_call_last(const Word *next, Term s1, Term *d1, Term s2, Term *d2, Term s3, Term *d3,
                                  const Word *target, Word frame)
{
    *d1 = s1;
    *d2 = s2;
    *d3 = s3;
    return op_call_last(next, target, frame);
}

INLINE Handled op_move3_call_only(const Word *next, Term s1, Term *d1, Term s2, Term *d2, Term s3, Term *d3,
                                  const Word *target)
{
    *d1 = s1;
    *d2 = s2;
    *d3 = s3;
    return enter(target);
}

INLINE Handled op_move_trim_call(const Word *next, Term s1, Term *d1, Word words, const Word *target)
{
    *d1 = s1;
    drop_frame(words);
    return op_call(next, target);
}

INLINE Handled op_move2_trim_call(const Word *next, Term s1, Term *d1, Term s2, Term *d2, Word words, const Word *target)
{
    *d1 = s1;
    *d2 = s2;
    drop_frame(words);
    return op_call(next, target);
}

INLINE Handled op_trim_call_ext(const Word *next, Word words, Export *target)
{
    drop_frame(words);
    return op_call(next, target->entry);
}

INLINE Handled op_move_trim_call_ext(const Word *next, Term s1, Term *d1, Word words, Export *target)
{
    return op_move_trim_call(next, s1, d1, words, target->entry);
}

/* Offsets of y registers are those of the new frame, see ops_move.c. */
INLINE Handled op_allocate_move_call(const Word *next, Word frame, Word live, Term s1, Term *d1, const Word *target)
{
    if (UNLIKELY(!HAS_ROOM(frame)))
        return slow_collect(live, frame);
    E = (Term *)((char *)E - frame);
    *d1 = s1;
    return op_call(next, target);
}

INLINE Handled op_allocate_move2_call(const Word *next, Word frame, Word live, Term s1, Term *d1, Term s2, Term *d2,
                                      const Word *target)
{
    if (UNLIKELY(!HAS_ROOM(frame)))
        return slow_collect(live, frame);
    E = (Term *)((char *)E - frame);
    *d1 = s1;
    *d2 = s2;
    return op_call(next, target);
}

INLINE Handled op_list_allocate_call(const Word *next, const Word *fail, Term src, Word frame, Word live, Term *head,
                                     Term *tail, const Word *target)
{
    Term h, t;

    if (UNLIKELY(!is_cons(src)))
        GO(fail);
    if (UNLIKELY(!HAS_ROOM(frame)))
        return slow_collect(live, frame);
    h = list_head(src);
    t = list_tail(src);
    E = (Term *)((char *)E - frame);
    *head = h;
    *tail = t;
    return op_call(next, target);
}

INLINE Handled op_swap_call(const Word *next, Term *a, Term *b, const Word *target)
{
    Term was = *a;

    *a = *b;
    *b = was;
    return op_call(next, target);
}

INLINE Handled op_swap_call_ext(const Word *next, Term *a, Term *b, Export *target)
{
    return op_swap_call(next, a, b, target->entry);
}

INLINE void make_cell(Term head, Term tail, Term *dst)
{
    Term *cell = (Term *)HTOP;

    cell[0] = head;
    cell[1] = tail;
    HTOP += 2;
    *dst = make_cons((Word *)cell);
}

INLINE Handled op_put_list_room_call_only(const Word *next, Word need, Word live, Term head, Term tail, Term *dst,
                                          const Word *target)
{
    if (UNLIKELY(!HAS_ROOM(need)))
        return slow_collect(live, need);
    make_cell(head, tail, dst);
    return enter(target);
}

INLINE Handled op_put_list_room_move_call_only(const Word *next, Word need, Word live, Term head, Term tail, Term *dst,
                                               Term s1, Term *d1, const Word *target)
{
    if (UNLIKELY(!HAS_ROOM(need)))
        return slow_collect(live, need);
    make_cell(head, tail, dst);
    *d1 = s1;
    return enter(target);
}

INLINE Handled op_trim_call(const Word *next, Word words, const Word *target)
{
    drop_frame(words);
    return op_call(next, target);
}

/* --- funs ----------------------------------------------------------------------------------- */

/* The code of `fun` for `arity` arguments, its free variables put after them; null: slow_call_fun
 * has to find out what is the matter. */
INLINE const Word *prepare_fun(Term fun, Word arity)
{
    if (LIKELY(is_local_fun(fun))) {
        FunObject *object = fun_object(fun);
        LambdaEntry *entry = object->entry;
        size_t free_count;
        if (UNLIKELY(entry->arity != arity))
            return NULL;
        free_count = fun_free_count(object);
        for (size_t i = 0; i < free_count; i++)
            VM->x[arity + i] = object->env[i];
        return entry->address;
    }
    if (is_export_fun(fun) && export_fun_object(fun)->export->arity == arity)
        return export_fun_object(fun)->export->entry;
    return NULL;
}

INLINE Handled op_call_fun(const Word *next, Word arity, Term fun)
{
    const Word *target = prepare_fun(fun, arity);

    if (UNLIKELY(!target))
        return slow_call_fun(next, arity, fun, 0);
    return op_call(next, target);
}

/* The fun is in a register that the moves before do not write. */
INLINE Handled op_move_call_fun(const Word *next, Term s1, Term *d1, Word arity, Term fun)
{
    *d1 = s1;
    return op_call_fun(next, arity, fun);
}

INLINE Handled op_swap_call_fun(const Word *next, Term *a, Term *b, Word arity, Term fun)
{
    Term was = *a;

    *a = *b;
    *b = was;
    return op_call_fun(next, arity, fun);
}

INLINE Handled op_call_fun_last(const Word *next, Word arity, Term fun, Word frame)
{
    const Word *target = prepare_fun(fun, arity);

    if (UNLIKELY(!target))
        return slow_call_fun(NULL, arity, fun, frame);
    return op_call_last(next, target, frame);
}

INLINE Handled op_move_call_fun_last(const Word *next, Term s1, Term *d1, Word arity, Term fun, Word frame)
{
    *d1 = s1;
    return op_call_fun_last(next, arity, fun, frame);
}

INLINE Handled op_swap_call_fun_last(const Word *next, Term *a, Term *b, Word arity, Term fun, Word frame)
{
    Term was = *a;

    *a = *b;
    *b = was;
    return op_call_fun_last(next, arity, fun, frame);
}

INLINE Handled op_make_fun(const Word *next, const void *lambda, Term *dst, Word count, const Word *env)
{
    FunObject *fun = (FunObject *)HTOP;

    fun->header = MAKE_HEADER(BOX_FUN, FUN_WORDS - 1 + count);
    fun->entry = (LambdaEntry *)lambda;
    fun->creator = VM->process->pid;
    for (Word i = 0; i < count; i++)
        fun->env[i] = MIXED(env[i]);
    HTOP += FUN_WORDS + count;
    *dst = make_boxed(fun);
    GO(env + count);
}

/* --- apply ---------------------------------------------------------------------------------- */

INLINE Handled op_apply(const Word *next, Word arity) { return slow_apply(next, arity, 0); }
INLINE Handled op_apply_last(const Word *next, Word arity, Word frame) { return slow_apply(NULL, arity, frame); }

/* erlang:apply(Fun, Args), and so on for Module, Function, Args. */
HELPER Handled apply_fun(const Word *next, Word frame)
{
    Term fun = VM->x[0];
    Term args = VM->x[1];
    int arity = slow_spread_args(args);
    const Word *target;

    if (UNLIKELY(arity < 0)) {
        VM->x[0] = fun;
        VM->x[1] = args;
        return slow_raise_badarg_apply(2);
    }
    target = prepare_fun(fun, (Word)arity);
    if (UNLIKELY(!target))
        return slow_call_fun(next, (Word)arity, fun, frame);
    if (next)
        return op_call(next, target);
    return op_call_last(NULL, target, frame);
}

HELPER Handled apply_mfa(const Word *next, Word frame)
{
    Term module = VM->x[0];
    Term function = VM->x[1];
    Term args = VM->x[2];
    int arity = slow_spread_args(args);

    if (UNLIKELY(arity < 0)) {
        VM->x[0] = module;
        VM->x[1] = function;
        VM->x[2] = args;
        return slow_raise_badarg_apply(3);
    }
    VM->x[arity] = module;
    VM->x[arity + 1] = function;
    return slow_apply(next, (Word)arity, frame);
}

INLINE Handled op_apply_fun(const Word *next) { return apply_fun(next, 0); }
INLINE Handled op_apply_fun_last(const Word *next, Word frame) { return apply_fun(NULL, frame); }
INLINE Handled op_apply_fun_only(const Word *next) { return apply_fun(NULL, 0); }
INLINE Handled op_apply_mfa(const Word *next) { return apply_mfa(next, 0); }
INLINE Handled op_apply_mfa_last(const Word *next, Word frame) { return apply_mfa(NULL, frame); }
INLINE Handled op_apply_mfa_only(const Word *next) { return apply_mfa(NULL, 0); }

/* --- the end of a process ---------------------------------------------------------------------- */

INLINE Handled op_exit_normal(const Word *next) { return slow_exit_normal(); }

#include "ops_call.inc"
