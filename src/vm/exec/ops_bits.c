/* ops_bits.c - matching and building bitstrings.
 *
 * What may build a term makes sure of room first, with all registers in place, so that the functions of
 * bits_match.h need no fragments but for big integers. */
#include "vm/exec/slow.h"

#include "vm/exec/slow_bits.h"
#include "vm/term/bits_build.h"
#include "vm/term/bits_match.h"

/* Bytes of the largest thing that a match builds, big integers aside. */
#define ROOM_FOR_BITS ((2 + HEAP_BITS_MAX_BYTES / 8) * sizeof(Word))

INLINE bool left_garbage(void)
{
    const Process *p = VM->process;

    return p->heap.fragments || p->heap.off_heap_bytes > p->gc.binary_limit;
}

INLINE Handled finish(const Word *next, const Word *fail, Word live, Term result, Term *dst)
{
    SYNC_HEAP_IN();
    if (UNLIKELY(result == NO_TERM))
        GO(fail);
    *dst = result;
    if (UNLIKELY(VM->process->heap.fragments))
        return slow_take_fragments(next, live, dst);
    GO(next);
}

INLINE Handled op_bs_start_match(const Word *next, const Word *fail, Word live, Term src, Term *dst)
{
    Term result;

    if (UNLIKELY(!HAS_ROOM(MATCH_CONTEXT_WORDS * sizeof(Word))))
        return slow_collect_context(live, MATCH_CONTEXT_WORDS * sizeof(Word), src);
    SYNC_HEAP_OUT();
    result = bits_match_start(&VM->process->heap, src);
    if (UNLIKELY(result == NO_TERM && !fail))
        return slow_error(A_BADARG);
    return finish(next, fail, live, result, dst);
}

/* Up to 56 bits, unsigned, most significant byte first. */
INLINE Handled op_bs_get_integer_small(const Word *next, const Word *fail, Word live, Term context, Word bits, Term *dst)
{
    MatchContext *m = bits_match_context(context);

    if (UNLIKELY(!m || bits_match_left(m) < bits))
        GO(fail);
    *dst = small_int((int64_t)bits_match_take(m, (unsigned)bits));
    GO(next);
}

INLINE Handled op_bs_get_integer_8(const Word *next, const Word *fail, Word live, Term context, Term *dst)
{
    MatchContext *m = bits_match_context(context);

    if (UNLIKELY(!m || bits_match_left(m) < 8))
        GO(fail);
    if (LIKELY(m->position % 8 == 0)) {
        *dst = small_int(bits_match_data(m)[m->position / 8]);
        m->position += 8;
        GO(next);
    }
    *dst = small_int((int64_t)bits_match_take(m, 8));
    GO(next);
}

INLINE Handled op_bs_get_integer_fixed(const Word *next, const Word *fail, Word live, Term context, Word bits, Word flags,
                                       Term *dst)
{
    MatchContext *m = bits_match_context(context);

    if (UNLIKELY(!m || bits_match_left(m) < bits))
        GO(fail);
    SYNC_HEAP_OUT();
    return finish(next, fail, live, bits_match_integer(&VM->process->heap, m, bits, (unsigned)flags), dst);
}

INLINE Handled op_bs_get_integer(const Word *next, const Word *fail, Word live, Term context, Term size, Word unit,
                                 Word flags, Term *dst)
{
    return slow_get_integer(next, context, size, unit, flags, dst);
}

INLINE Handled op_bs_get_float(const Word *next, const Word *fail, Word live, Term context, Term size, Word unit,
                               Word flags, Term *dst)
{
    return slow_get_float(next, context, size, unit, flags, dst);
}

INLINE Handled op_bs_get_binary_all(const Word *next, const Word *fail, Word live, Term context, Word unit, Term *dst)
{
    MatchContext *m = bits_match_context(context);

    if (UNLIKELY(!m))
        GO(fail);
    if (UNLIKELY(!HAS_ROOM(ROOM_FOR_BITS)))
        return slow_collect_context(live, ROOM_FOR_BITS, context);
    SYNC_HEAP_OUT();
    return finish(next, fail, live, bits_match_rest(&VM->process->heap, m, (unsigned)unit), dst);
}

INLINE Handled op_bs_get_binary(const Word *next, const Word *fail, Word live, Term context, Term size, Word unit,
                                Term *dst)
{
    if (UNLIKELY(!HAS_ROOM(ROOM_FOR_BITS)))
        return slow_collect_context(live, ROOM_FOR_BITS, context);
    return slow_get_binary(next, context, size, unit, dst);
}

INLINE bool op_bs_skip_fixed(Term context, Word bits)
{
    MatchContext *m = bits_match_context(context);

    return m && bits_match_skip(m, bits);
}

HELPER bool skip_bits(Term context, Term size, Word unit)
{
    MatchContext *m = bits_match_context(context);
    size_t bits;

    return m && bits_match_size(size, (unsigned)unit, &bits) && bits_match_skip(m, bits);
}

INLINE bool op_bs_skip_bits(Term context, Term size, Word unit) { return skip_bits(context, size, unit); }

INLINE bool op_bs_test_unit(Term context, Word unit)
{
    MatchContext *m = bits_match_context(context);

    return m && bits_match_test_unit(m, (unsigned)unit);
}

INLINE bool op_bs_skip_all(Term context, Word unit)
{
    MatchContext *m = bits_match_context(context);

    if (!m || !bits_match_test_unit(m, (unsigned)unit))
        return false;
    m->position = m->end;
    return true;
}

INLINE bool op_bs_test_tail(Term context, Word bits)
{
    MatchContext *m = bits_match_context(context);

    return m && bits_match_left(m) == bits;
}

INLINE bool op_bs_match_string(Term context, Word bits, const void *bytes)
{
    MatchContext *m = bits_match_context(context);

    return m && bits_match_string(m, bytes, bits);
}

INLINE Handled op_bs_get_tail(const Word *next, const Word *fail, Word live, Term context, Term *dst)
{
    MatchContext *m = bits_match_context(context);

    if (UNLIKELY(!m))
        return slow_error(A_BADARG);
    if (UNLIKELY(!HAS_ROOM(ROOM_FOR_BITS)))
        return slow_collect_context(live, ROOM_FOR_BITS, context);
    SYNC_HEAP_OUT();
    return finish(next, fail, live, bits_match_tail(&VM->process->heap, m), dst);
}

INLINE void op_bs_get_position(Term context, Term *dst)
{
    MatchContext *m = bits_match_context(context);

    *dst = m ? bits_match_position(m) : SMALL(0);
}

INLINE void op_bs_set_position(Term context, Term position)
{
    MatchContext *m = bits_match_context(context);

    if (m)
        bits_match_set_position(m, position);
}

INLINE Handled op_bs_get_utf8(const Word *next, const Word *fail, Term context, Term *dst)
{
    MatchContext *m = bits_match_context(context);
    Term character = m ? bits_match_utf8(m) : NO_TERM;

    if (UNLIKELY(character == NO_TERM))
        GO(fail);
    *dst = character;
    GO(next);
}

INLINE Handled op_bs_get_utf16(const Word *next, const Word *fail, Term context, Word flags, Term *dst)
{
    MatchContext *m = bits_match_context(context);
    Term character = m ? bits_match_utf16(m, (unsigned)flags) : NO_TERM;

    if (UNLIKELY(character == NO_TERM))
        GO(fail);
    *dst = character;
    GO(next);
}

INLINE Handled op_bs_get_utf32(const Word *next, const Word *fail, Term context, Word flags, Term *dst)
{
    MatchContext *m = bits_match_context(context);
    Term character = m ? bits_match_utf32(m, (unsigned)flags) : NO_TERM;

    if (UNLIKELY(character == NO_TERM))
        GO(fail);
    *dst = character;
    GO(next);
}

INLINE Handled op_bs_create_bin(const Word *next, const Word *fail, Word live, Term *dst, Word count,
                                const Word *segments)
{
    Term result = slow_bits_create(count, segments);

    if (UNLIKELY(result == NO_TERM))
        return slow_bits_failed();
    *dst = result;
    if (UNLIKELY(left_garbage()))
        return slow_take_fragments(segments + count * SEGMENT_WORDS, live, dst);
    GO(segments + count * SEGMENT_WORDS);
}

/* --- the instructions of older compilers ------------------------------------------------------ */

INLINE Handled after_put(const Word *next, bool good)
{
    if (UNLIKELY(!good))
        return slow_put_failed();
    GO(next);
}

INLINE Handled after_start(const Word *next, Term result, Word live, Term *dst)
{
    if (UNLIKELY(result == NO_TERM))
        return slow_bits_failed();
    *dst = result;
    GO(next);
}

INLINE Handled op_bs_init(const Word *next, const Word *fail, Word live, Term size, Word unit, Term *dst)
{
    return after_start(next, slow_bits_init(size, unit), live, dst);
}

INLINE Handled op_bs_append(const Word *next, const Word *fail, Word live, Term size, Word size_unit, Term src, Word unit,
                            Term *dst)
{
    return after_start(next, slow_bits_append(size, size_unit, src, unit), live, dst);
}

INLINE Handled op_bs_init_writable(const Word *next)
{
    SYNC_HEAP_OUT();
    VM->x[0] = bits_build_writable(&VM->process->heap, VM->x[0]);
    SYNC_HEAP_IN();
    if (UNLIKELY(left_garbage()))
        return slow_take_fragments(next, 1, &VM->x[0]);
    GO(next);
}

INLINE Handled op_bs_add(const Word *next, const Word *fail, Term a, Term b, Word unit, Term *dst)
{
    Term result = slow_bits_add(a, b, unit);

    if (UNLIKELY(result == NO_TERM))
        return slow_bits_failed();
    *dst = result;
    GO(next);
}

INLINE Handled op_bs_put_integer(const Word *next, const Word *fail, Term size, Word unit, Word flags, Term src)
{
    return after_put(next, slow_put_integer(size, unit, flags, src));
}

INLINE Handled op_bs_put_binary(const Word *next, const Word *fail, Term size, Word unit, Term src)
{
    return after_put(next, slow_put_binary(size, unit, src));
}

INLINE Handled op_bs_put_float(const Word *next, const Word *fail, Term size, Word unit, Word flags, Term src)
{
    return after_put(next, slow_put_float(size, unit, flags, src));
}

INLINE Handled op_bs_put_string(const Word *next, Word size, const void *bytes)
{
    bits_put_string(&bits_builder, bytes, size);
    GO(next);
}

INLINE Handled op_bs_put_utf8(const Word *next, const Word *fail, Term src)
{
    return after_put(next, bits_put_utf8(&bits_builder, src));
}

INLINE Handled op_bs_put_utf16(const Word *next, const Word *fail, Word flags, Term src)
{
    return after_put(next, bits_put_utf16(&bits_builder, src, (unsigned)flags));
}

INLINE Handled op_bs_put_utf32(const Word *next, const Word *fail, Word flags, Term src)
{
    return after_put(next, bits_put_utf32(&bits_builder, src, (unsigned)flags));
}

INLINE void op_bs_utf8_size(Term src, Term *dst) { *dst = small_int((int64_t)bits_utf8_size(src)); }
INLINE void op_bs_utf16_size(Term src, Term *dst) { *dst = small_int((int64_t)bits_utf16_size(src)); }

/* bs_match of OTP 26: commands on one context, made room for beforehand. */
INLINE Handled op_bs_match(const Word *next, const Word *fail, Term context, Word count, const Word *commands)
{
    if (UNLIKELY(!slow_bits_match(context, count, commands)))
        GO(fail);
    if (UNLIKELY(VM->process->heap.fragments))
        REDS = 0;      /* collected at the next call: which registers are live here, nobody knows */
    GO(commands + count * MATCH_COMMAND_WORDS);
}

#include "ops_bits.inc"
