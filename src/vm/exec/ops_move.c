/* ops_move.c - moves between registers, stack frames, jumps. */
#include "vm/exec/slow.h"

INLINE void op_move(Term src, Term *dst) { *dst = src; }

INLINE void op_move2(Term s1, Term *d1, Term s2, Term *d2)
{
    *d1 = s1;
    *d2 = s2;
}

INLINE void op_move3(Term s1, Term *d1, Term s2, Term *d2, Term s3, Term *d3)
{
    *d1 = s1;
    *d2 = s2;
    *d3 = s3;
}

INLINE void op_move3_save(Term s1, Term *d1, Term s2, Term *d2, Term s3, Term *d3) { op_move3(s1, d1, s2, d2, s3, d3); }

INLINE void op_swap(Term *a, Term *b)
{
    Term was = *a;

    *a = *b;
    *b = was;
}

INLINE void op_init1(Term *a) { *a = TERM_NIL; }

INLINE void op_init2(Term *a, Term *b)
{
    *a = TERM_NIL;
    *b = TERM_NIL;
}

INLINE void op_init3(Term *a, Term *b, Term *c)
{
    op_init2(a, b);
    *c = TERM_NIL;
}

INLINE Handled op_init_list(const Word *next, Word count, const Word *slots)
{
    for (Word i = 0; i < count; i++)
        Y_AT(slots[i]) = TERM_NIL;
    GO(slots + count);
}

INLINE Handled op_move_jump(const Word *next, Term src, Term *dst, const Word *target)
{
    *dst = src;
    GO(target);
}

INLINE Handled op_return(const Word *next) { GO(pop_return(0)); }

INLINE void op_deallocate(Word frame) { E = (Term *)((char *)E + frame); }
INLINE void op_trim(Word words) { op_deallocate(words); }

INLINE Handled op_dealloc_return(const Word *next, Word frame)
{
    GO(pop_return(frame));
}

INLINE Handled op_move_return(const Word *next, Term src, Term *dst)
{
    *dst = src;
    return op_return(next);
}

INLINE Handled op_move_dealloc_return(const Word *next, Term src, Term *dst, Word frame)
{
    *dst = src;
    return op_dealloc_return(next, frame);
}

INLINE Handled op_jump(const Word *next, const Word *target) { GO(target); }


/* `need` does not count the frame. */
INLINE Handled op_allocate_heap(const Word *next, Word frame, Word live, Word need)
{
    if (UNLIKELY(!HAS_ROOM(need + frame)))
        return slow_collect(live, need + frame);
    E = (Term *)((char *)E - frame);
    GO(next);
}

/* The operands of what is done after the allocation are y registers of the new frame: the emitter has
 * taken `frame` off their offsets. */
#define ALLOCATE_FRAME(frame, live)                                  \
    do {                                                             \
        if (UNLIKELY(!HAS_ROOM(frame)))             \
            return slow_collect((live), (frame));     \
        E = (Term *)((char *)E - (frame));                           \
    } while (0)

INLINE Handled op_allocate(const Word *next, Word frame, Word live)
{
    ALLOCATE_FRAME(frame, live);
    GO(next);
}

INLINE Handled op_allocate_init1(const Word *next, Word frame, Word live, Term *a)
{
    ALLOCATE_FRAME(frame, live);
    *a = TERM_NIL;
    GO(next);
}

INLINE Handled op_allocate_init2(const Word *next, Word frame, Word live, Term *a, Term *b)
{
    ALLOCATE_FRAME(frame, live);
    *a = TERM_NIL;
    *b = TERM_NIL;
    GO(next);
}

INLINE Handled op_allocate_init1_move(const Word *next, Word frame, Word live, Term *a, Term s1, Term *d1)
{
    ALLOCATE_FRAME(frame, live);
    *a = TERM_NIL;
    *d1 = s1;
    GO(next);
}

INLINE Handled op_allocate_move(const Word *next, Word frame, Word live, Term s1, Term *d1)
{
    ALLOCATE_FRAME(frame, live);
    *d1 = s1;
    GO(next);
}

INLINE Handled op_allocate_move2(const Word *next, Word frame, Word live, Term s1, Term *d1, Term s2, Term *d2)
{
    ALLOCATE_FRAME(frame, live);
    *d1 = s1;
    *d2 = s2;
    GO(next);
}

INLINE Handled op_allocate_move3(const Word *next, Word frame, Word live, Term s1, Term *d1, Term s2, Term *d2, Term s3,
                                 Term *d3)
{
    ALLOCATE_FRAME(frame, live);
    *d1 = s1;
    *d2 = s2;
    *d3 = s3;
    GO(next);
}

INLINE Handled op_test_heap(const Word *next, Word need, Word live)
{
    if (UNLIKELY(!HAS_ROOM(need)))
        return slow_collect(live, need);
    GO(next);
}

#include "ops_move.inc"
