/* ops_data.c - building and taking apart lists, tuples and records. */
#include "vm/exec/slow.h"

#include "vm/term/atom.h"

INLINE void op_get_list(Term src, Term *head, Term *tail)
{
    Term h = list_head(src);
    Term t = list_tail(src);

    *head = h;
    *tail = t;
}

INLINE void op_get_hd(Term src, Term *dst) { *dst = list_head(src); }
INLINE void op_get_tl(Term src, Term *dst) { *dst = list_tail(src); }

/* `offset` is in bytes, of the element in the object. */
INLINE Term *element_at(Term tuple, Word offset) { return (Term *)((char *)boxed(tuple) + offset); }

INLINE void op_get_tuple_element(Term src, Word offset, Term *dst) { *dst = *element_at(src, offset); }

INLINE Handled op_get_checked_element(const Word *next, Term src, Word size, Word offset, Term *dst)
{
    if (UNLIKELY(!is_tuple(src) || tuple_size(src) < size))
        return slow_badmatch_check(src);
    *dst = *element_at(src, offset);
    GO(next);
}

INLINE void op_get_tuple_element2(Term src, Word o1, Term *d1, Word o2, Term *d2)
{
    Term first = *element_at(src, o1);
    Term second = *element_at(src, o2);

    *d1 = first;
    *d2 = second;
}

INLINE void op_get_tuple_element3(Term src, Word o1, Term *d1, Word o2, Term *d2, Word o3, Term *d3)
{
    Term third = *element_at(src, o3);

    op_get_tuple_element2(src, o1, d1, o2, d2);
    *d3 = third;
}

INLINE void op_set_tuple_element(Term src, Term tuple, Word offset) { *element_at(tuple, offset) = src; }

INLINE void op_put_list(Term head, Term tail, Term *dst)
{
    Term *cell = (Term *)HTOP;

    cell[0] = head;
    cell[1] = tail;
    HTOP += 2;
    *dst = make_cons((Word *)cell);
}

INLINE Handled op_put_list_room(const Word *next, Word need, Word live, Term head, Term tail, Term *dst)
{
    if (UNLIKELY(!HAS_ROOM(need)))
        return slow_collect(live, need);
    op_put_list(head, tail, dst);
    GO(next);
}

INLINE Handled return_to_caller(Word frame) { GO(pop_return(frame)); }

INLINE Handled op_put_list_room_return(const Word *next, Word need, Word live, Term head, Term tail, Term *dst)
{
    if (UNLIKELY(!HAS_ROOM(need)))
        return slow_collect(live, need);
    op_put_list(head, tail, dst);
    return return_to_caller(0);
}

INLINE Handled op_put_list_room_dealloc_return(const Word *next, Word need, Word live, Term head, Term tail, Term *dst,
                                               Word frame)
{
    if (UNLIKELY(!HAS_ROOM(need)))
        return slow_collect(live, need);
    op_put_list(head, tail, dst);
    return return_to_caller(frame);
}

INLINE Handled op_put_list_return(const Word *next, Term head, Term tail, Term *dst)
{
    op_put_list(head, tail, dst);
    return return_to_caller(0);
}

INLINE Handled op_put_list_dealloc_return(const Word *next, Term head, Term tail, Term *dst, Word frame)
{
    op_put_list(head, tail, dst);
    return return_to_caller(frame);
}

INLINE void op_put_tuple_2(Term a, Term b, Term *dst)
{
    Word *object = HTOP;

    object[0] = MAKE_HEADER(BOX_TUPLE, 2);
    ((Term *)object)[1] = a;
    ((Term *)object)[2] = b;
    HTOP += 3;
    *dst = make_boxed(object);
}

INLINE void op_put_tuple_3(Term a, Term b, Term c, Term *dst)
{
    Word *object = HTOP;

    object[0] = MAKE_HEADER(BOX_TUPLE, 3);
    ((Term *)object)[1] = a;
    ((Term *)object)[2] = b;
    ((Term *)object)[3] = c;
    HTOP += 4;
    *dst = make_boxed(object);
}

INLINE Handled op_put_tuple_2_room(const Word *next, Word need, Word live, Term a, Term b, Term *dst)
{
    if (UNLIKELY(!HAS_ROOM(need)))
        return slow_collect(live, need);
    op_put_tuple_2(a, b, dst);
    GO(next);
}

INLINE Handled op_put_tuple_2_return(const Word *next, Term a, Term b, Term *dst)
{
    op_put_tuple_2(a, b, dst);
    return return_to_caller(0);
}

INLINE Handled op_put_tuple_2_dealloc_return(const Word *next, Term a, Term b, Term *dst, Word frame)
{
    op_put_tuple_2(a, b, dst);
    return return_to_caller(frame);
}

INLINE Handled op_put_tuple_2_room_return(const Word *next, Word need, Word live, Term a, Term b, Term *dst)
{
    if (UNLIKELY(!HAS_ROOM(need)))
        return slow_collect(live, need);
    return op_put_tuple_2_return(next, a, b, dst);
}

INLINE Handled op_put_tuple_2_room_dealloc_return(const Word *next, Word need, Word live, Term a, Term b, Term *dst,
                                                  Word frame)
{
    if (UNLIKELY(!HAS_ROOM(need)))
        return slow_collect(live, need);
    return op_put_tuple_2_dealloc_return(next, a, b, dst, frame);
}

INLINE Handled op_put_tuple(const Word *next, Term *dst, Word size, const Word *elements)
{
    Word *object = HTOP;

    object[0] = MAKE_HEADER(BOX_TUPLE, size);
    for (Word i = 0; i < size; i++)
        ((Term *)object)[i + 1] = MIXED(elements[i]);
    HTOP += size + 1;
    *dst = make_boxed(object);
    GO(elements + size);
}

/* Updates are pairs: byte offset of an element, new value. The verifier knows neither that `src` is
 * a tuple nor its size. Room was made by a test_heap before it. */
INLINE Handled op_update_record(const Word *next, Word size, Term src, Term *dst, Word count, const Word *updates)
{
    Word *object = HTOP;

    if (UNLIKELY(!is_tuple_of(src, size)))
        return slow_error_2(A_BADRECORD, src);
    for (Word i = 0; i <= size; i++)
        object[i] = boxed(src)[i];
    for (Word i = 0; i < count; i++)
        *(Term *)((char *)object + updates[2 * i]) = MIXED(updates[2 * i + 1]);
    HTOP += size + 1;
    *dst = make_boxed(object);
    GO(updates + 2 * count);
}

INLINE Handled op_check_tuple(const Word *next, Term src, Word size)
{
    if (UNLIKELY(!is_tuple(src) || tuple_size(src) < size))
        return slow_badmatch_check(src);
    GO(next);
}

INLINE Handled op_check_cons(const Word *next, Term src)
{
    if (UNLIKELY(!is_cons(src)))
        return slow_badmatch_check(src);
    GO(next);
}

INLINE Handled op_check_map(const Word *next, Term src)
{
    if (UNLIKELY(!is_map(src)))
        return slow_badmatch_check(src);
    GO(next);
}

#include "ops_data.inc"
