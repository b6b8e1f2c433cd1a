/* ops_test.c - type tests and comparisons, alone and together with what usually follows. */
#include "vm/exec/slow.h"

#include "vm/code/lambda.h"
#include "vm/term/atom.h"
#include "vm/term/compare.h"


INLINE bool op_is_nonempty_list(Term src) { return is_cons(src); }

INLINE Handled op_is_nonempty_list_get_list(const Word *next, const Word *fail, Term src, Term *head, Term *tail)
{
    Term h, t;

    if (UNLIKELY(!is_cons(src)))
        GO(fail);
    h = list_head(src);
    t = list_tail(src);
    *head = h;
    *tail = t;
    GO(next);
}

INLINE Handled op_is_nonempty_list_get_hd(const Word *next, const Word *fail, Term src, Term *head)
{
    if (UNLIKELY(!is_cons(src)))
        GO(fail);
    *head = list_head(src);
    GO(next);
}

INLINE Handled op_is_nonempty_list_get_tl(const Word *next, const Word *fail, Term src, Term *tail)
{
    if (UNLIKELY(!is_cons(src)))
        GO(fail);
    *tail = list_tail(src);
    GO(next);
}

INLINE Handled op_is_nonempty_list_get_list_eq_imm(const Word *next, const Word *fail, Term src, Term *head, Term *tail,
                                                   const Word *other, Term value)
{
    Term h, t;

    if (UNLIKELY(!is_cons(src)))
        GO(fail);
    h = list_head(src);
    t = list_tail(src);
    *head = h;
    *tail = t;
    if (h == value)
        GO(next);
    GO(other);
}

INLINE Handled op_is_nonempty_list_get_list_ne_imm(const Word *next, const Word *fail, Term src, Term *head, Term *tail,
                                                   const Word *other, Term value)
{
    Term h, t;

    if (UNLIKELY(!is_cons(src)))
        GO(fail);
    h = list_head(src);
    t = list_tail(src);
    *head = h;
    *tail = t;
    if (h != value)
        GO(next);
    GO(other);
}

/* Offsets of y registers are those of the new frame, see ops_move.c. */
INLINE Handled op_is_nonempty_list_allocate_get_list(const Word *next, const Word *fail, Term src, Word frame, Word live,
                                                     Term *head, Term *tail)
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
    GO(next);
}

INLINE bool op_is_nil(Term src) { return is_nil(src); }
INLINE bool op_is_list(Term src) { return is_list(src); }
INLINE bool op_is_atom(Term src) { return is_atom(src); }
INLINE bool op_is_boolean(Term src) { return src == A_TRUE || src == A_FALSE; }
INLINE bool op_is_tuple(Term src) { return is_tuple(src); }
INLINE bool op_is_integer(Term src) { return is_integer(src); }
INLINE bool op_is_float(Term src) { return is_float(src); }
INLINE bool op_is_number(Term src) { return is_number(src); }
INLINE bool op_is_bitstr(Term src) { return is_bitstring(src); }
INLINE bool op_is_map(Term src) { return is_map(src); }
INLINE bool op_is_pid(Term src) { return is_pid(src); }
INLINE bool op_is_port(Term src) { return is_port(src); }
INLINE bool op_is_reference(Term src) { return is_ref(src); }
INLINE bool op_is_function(Term src) { return is_fun(src); }

/* All three layouts have their size in bits in the word after the header, or in the one after that. */
INLINE bool op_is_binary(Term src)
{
    return is_bitstring(src) && boxed(src)[boxed_kind(src) == BOX_SUB_BITS ? 2 : 1] % 8 == 0;
}

HELPER bool is_fun_of(Term src, Term arity)
{
    return is_fun(src) && small_int(fun_arity(src)) == arity;
}

INLINE bool op_is_function2(Term src, Term arity) { return is_fun_of(src, arity); }

INLINE bool has_header(Term src, Word header) { return is_boxed(src) && boxed_header(src) == header; }
INLINE Term element_at(Term tuple, Word offset) { return *(Term *)((char *)boxed(tuple) + offset); }

INLINE bool op_is_tuple_of(Term src, Word header) { return has_header(src, header); }

INLINE Handled op_is_tuple_of_get(const Word *next, const Word *fail, Term src, Word header, Word offset, Term *dst)
{
    if (UNLIKELY(!has_header(src, header)))
        GO(fail);
    *dst = element_at(src, offset);
    GO(next);
}

INLINE Handled op_is_tuple_of_get2(const Word *next, const Word *fail, Term src, Word header, Word o1, Term *d1, Word o2,
                                   Term *d2)
{
    if (UNLIKELY(!has_header(src, header)))
        GO(fail);
    *d1 = element_at(src, o1);
    *d2 = element_at(src, o2);
    GO(next);
}

INLINE bool op_test_arity(Term src, Word header) { return boxed_header(src) == header; }

INLINE Handled op_test_arity_get(const Word *next, const Word *fail, Term src, Word header, Word offset, Term *dst)
{
    if (UNLIKELY(boxed_header(src) != header))
        GO(fail);
    *dst = element_at(src, offset);
    GO(next);
}

INLINE bool op_is_tagged_tuple(Term src, Word header, Term tag)
{
    return has_header(src, header) && tuple_elements(src)[0] == tag;
}

INLINE Handled op_is_tagged_tuple_get(const Word *next, const Word *fail, Term src, Word header, Term tag, Word offset,
                                      Term *dst)
{
    if (UNLIKELY(!op_is_tagged_tuple(src, header, tag)))
        GO(fail);
    *dst = element_at(src, offset);
    GO(next);
}

INLINE Handled op_is_tagged_tuple_get2(const Word *next, const Word *fail, Term src, Word header, Term tag, Word o1,
                                       Term *d1, Word o2, Term *d2)
{
    if (UNLIKELY(!op_is_tagged_tuple(src, header, tag)))
        GO(fail);
    *d1 = element_at(src, o1);
    *d2 = element_at(src, o2);
    GO(next);
}

INLINE bool op_is_eq_imm(Term src, Term value) { return src == value; }
INLINE bool op_is_ne_imm(Term src, Term value) { return src != value; }

/* Different words are different terms if either is an immediate. */
INLINE bool exact_equal(Term a, Term b)
{
    return a == b || (!is_immediate(a) && !is_immediate(b) && term_exact_equal(a, b));
}

INLINE bool op_is_eq_exact(Term a, Term b) { return exact_equal(a, b); }
INLINE bool op_is_ne_exact(Term a, Term b) { return !exact_equal(a, b); }

/* Two different immediates are not equal, but 1 == 1.0. */
INLINE bool equal(Term a, Term b) { return a == b || ((!is_immediate(a) || !is_immediate(b)) && term_equal(a, b)); }

INLINE bool op_is_eq(Term a, Term b) { return equal(a, b); }
INLINE bool op_is_ne(Term a, Term b) { return !equal(a, b); }

HELPER bool less_slow(Term a, Term b)
{
    if (is_float(a) && is_float(b))
        return float_value(a) < float_value(b);
    return term_compare(a, b) < 0;
}

INLINE bool less(Term a, Term b)
{
    if (LIKELY(are_small(a, b)))
        return (int64_t)term_bits(a) < (int64_t)term_bits(b);
    return less_slow(a, b);
}

INLINE bool op_is_lt(Term a, Term b) { return less(a, b); }
INLINE bool op_is_ge(Term a, Term b) { return !less(a, b); }

INLINE Handled op_get_element_eq_imm(const Word *next, Term src, Word offset, Term *dst, const Word *fail, Term value)
{
    Term element = element_at(src, offset);

    *dst = element;
    if (LIKELY(element == value))
        GO(next);
    GO(fail);
}

INLINE Handled op_get_element_ne_imm(const Word *next, Term src, Word offset, Term *dst, const Word *fail, Term value)
{
    Term element = element_at(src, offset);

    *dst = element;
    if (LIKELY(element != value))
        GO(next);
    GO(fail);
}

INLINE Handled op_is_eq_imm_move(const Word *next, const Word *fail, Term src, Term value, Term s1, Term *d1)
{
    if (UNLIKELY(src != value))
        GO(fail);
    *d1 = s1;
    GO(next);
}

INLINE Handled return_value(Term src, Term *dst)
{
    *dst = src;
    GO(pop_return(0));
}

INLINE Handled return_to_caller(void) { GO(pop_return(0)); }

/* The comparisons of what is not small are calls of their own, so that the handlers need no C frame. */
HELPER Handled lt_return_slow(const Word *next, Term a, Term b)
{
    if (less_slow(a, b))
        return return_to_caller();
    GO(next);
}

HELPER Handled ge_return_slow(const Word *next, Term a, Term b)
{
    if (!less_slow(a, b))
        return return_to_caller();
    GO(next);
}

INLINE Handled op_is_lt_return(const Word *next, Term a, Term b)
{
    if (UNLIKELY(!are_small(a, b)))
        return lt_return_slow(next, a, b);
    if ((int64_t)term_bits(a) < (int64_t)term_bits(b))
        return return_to_caller();
    GO(next);
}

INLINE Handled op_is_ge_return(const Word *next, Term a, Term b)
{
    if (UNLIKELY(!are_small(a, b)))
        return ge_return_slow(next, a, b);
    if ((int64_t)term_bits(a) >= (int64_t)term_bits(b))
        return return_to_caller();
    GO(next);
}

HELPER Handled lt_move_return_slow(const Word *next, Term a, Term b, Term src, Term *dst)
{
    if (less_slow(a, b))
        return return_value(src, dst);
    GO(next);
}

HELPER Handled ge_move_return_slow(const Word *next, Term a, Term b, Term src, Term *dst)
{
    if (!less_slow(a, b))
        return return_value(src, dst);
    GO(next);
}

INLINE Handled op_is_lt_move_return(const Word *next, Term a, Term b, Term src, Term *dst)
{
    if (UNLIKELY(!are_small(a, b)))
        return lt_move_return_slow(next, a, b, src, dst);
    if ((int64_t)term_bits(a) < (int64_t)term_bits(b))
        return return_value(src, dst);
    GO(next);
}

INLINE Handled op_is_ge_move_return(const Word *next, Term a, Term b, Term src, Term *dst)
{
    if (UNLIKELY(!are_small(a, b)))
        return ge_move_return_slow(next, a, b, src, dst);
    if ((int64_t)term_bits(a) >= (int64_t)term_bits(b))
        return return_value(src, dst);
    GO(next);
}

INLINE Handled op_is_eq_imm_return(const Word *next, Term src, Term value)
{
    if (src == value)
        return return_to_caller();
    GO(next);
}

INLINE Handled op_is_eq_imm_move_return(const Word *next, Term src, Term value, Term s1, Term *d1)
{
    if (src == value)
        return return_value(s1, d1);
    GO(next);
}

INLINE Handled op_is_nil_move_return(const Word *next, Term src, Term s1, Term *d1)
{
    if (is_nil(src))
        return return_value(s1, d1);
    GO(next);
}

HELPER Handled between_slow(Term src)
{
    if (less_slow(src, term_from_bits(IP[4])))
        GO((const Word *)IP[1]);
    if (less_slow(term_from_bits(IP[5]), src))
        GO((const Word *)IP[2]);
    GO(IP + 6);
}

/* `a` =< src =< `b`, where both are small integers. */
INLINE Handled op_is_between(const Word *next, const Word *low, const Word *high, Term src, Term a, Term b)
{
    if (LIKELY(are_small(src, a) && is_small(b))) {
        if ((int64_t)term_bits(src) < (int64_t)term_bits(a))
            GO(low);
        if ((int64_t)term_bits(src) > (int64_t)term_bits(b))
            GO(high);
        GO(next);
    }
    return between_slow(src);
}

#include "ops_test.inc"
