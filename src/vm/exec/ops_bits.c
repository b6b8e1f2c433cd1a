/* ops_bits.c - matching and building bitstrings.
 *
 * What may build a term makes sure of room first, with all registers in place, so that the functions of
 * bits_match.h need no fragments but for big integers. */
#include "vm/exec/slow.h"

#include "vm/exec/slow_bits.h"
#include "vm/term/bits_build.h"
#include "vm/term/bits_match.h"
#include "vm/term/utf8.h"

/* Bytes of the largest part of a bitstring. */
#define ROOM_FOR_BITS (BITS_PART_MAX_WORDS * sizeof(Word))

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

INLINE Handled op_check_context(const Word *next, Term src)
{
    if (UNLIKELY(!is_match_context(src)))
        return slow_badmatch_check(src);
    GO(next);
}

INLINE Handled op_bs_start_match(const Word *next, const Word *fail, Word live, Term src, Term *dst)
{
    if (LIKELY(is_boxed(src)) && LIKELY(boxed_header(src) == MATCH_CONTEXT_HEADER)) {
        *dst = src;
        GO(next);
    }
    return slow_start_match(next, live, src, dst);
}

/* The verifier has made sure that the operand `context` is one. */
INLINE MatchContext *context_of(Term context) { return (MatchContext *)boxed(context); }

/* --- integers of constant size -------------------------------------------------------------------- */

/* The next bits come into the upper end of a word of zeros (BITS_WINDOW_MAX at the most); false if there are not so many. */
INLINE bool take_window(Term context, Word bits, uint64_t *window)
{
    MatchContext *m = context_of(context);

    if (UNLIKELY(bits_match_left(m) < bits))
        return false;
    *window = bits_match_window(m, bits);
    m->position += bits;
    return true;
}

/* Unsigned, most significant byte first: up to 28 bits. `mask` is that of the small integer. */
INLINE Handled op_bs_get_integer_masked(const Word *next, const Word *fail, Term context, Word bits, Word mask, Term *dst)
{
    uint64_t window;

    if (UNLIKELY(!take_window(context, bits, &window)))
        GO(fail);
    *dst = (Term)(window << 3 & mask);
    GO(next);
}

/* `spare` is 64 - bits. */
INLINE Handled op_bs_get_integer_small(const Word *next, const Word *fail, Term context, Word bits, Word spare, Term *dst)
{
    uint64_t window;

    if (UNLIKELY(!take_window(context, bits, &window)))
        GO(fail);
    *dst = small_int((int64_t)(window << spare >> spare));
    GO(next);
}

INLINE Handled op_bs_get_integer_32(const Word *next, const Word *fail, Term context, Term *dst)
{
    MatchContext *m = context_of(context);

    if (UNLIKELY(bits_match_left(m) < 32))
        GO(fail);
    if (LIKELY(m->position % 8 == 0))
        *dst = small_int((uint32_t)(bits_load_half(bits_match_data(m) + m->position / 8)));
    else
        *dst = small_int((uint32_t)bits_match_window(m, 32));
    m->position += 32;
    GO(next);
}

INLINE Handled op_bs_get_integer_8(const Word *next, const Word *fail, Term context, Term *dst)
{
    MatchContext *m = context_of(context);

    if (UNLIKELY(bits_match_left(m) < 8))
        GO(fail);
    if (LIKELY(m->position % 8 == 0))
        *dst = small_int(bits_match_data(m)[m->position / 8]);
    else
        *dst = small_int((uint8_t)bits_match_window(m, 8));
    m->position += 8;
    GO(next);
}

/* With a sign. */
INLINE Handled op_bs_get_integer_signed(const Word *next, const Word *fail, Term context, Word bits, Word spare, Term *dst)
{
    uint64_t window;

    if (UNLIKELY(!take_window(context, bits, &window)))
        GO(fail);
    *dst = small_int((int64_t)(window << spare) >> spare);
    GO(next);
}

/* Whole bytes, the least significant one first. */
INLINE Handled op_bs_get_integer_little(const Word *next, const Word *fail, Term context, Word bits, Word spare, Term *dst)
{
    uint64_t window;

    if (UNLIKELY(!take_window(context, bits, &window)))
        GO(fail);
    *dst = small_int((int64_t)__builtin_bswap64(window << spare));
    GO(next);
}

INLINE Handled op_bs_get_integer_little_signed(const Word *next, const Word *fail, Term context, Word bits, Word spare,
                                               Term *dst)
{
    uint64_t window;

    if (UNLIKELY(!take_window(context, bits, &window)))
        GO(fail);
    *dst = small_int((int64_t)(__builtin_bswap64(window << spare) << spare) >> spare);
    GO(next);
}

INLINE Handled op_bs_get_integer_fixed(const Word *next, const Word *fail, Word live, Term context, Word bits, Word flags,
                                       Term *dst)
{
    MatchContext *m = context_of(context);

    if (UNLIKELY(bits_match_left(m) < bits))
        GO(fail);
    SYNC_HEAP_OUT();
    return finish(next, fail, live, bits_match_integer(&VM->process->heap, m, bits, (unsigned)flags), dst);
}

/* --- several fields at once: see loader/emit_fields.c ----------------------------------------------- */

/* The address of the first byte comes into a scratch register, where it is no term. */
INLINE bool op_bs_ensure(Term context, Word bits, Term *at)
{
    MatchContext *m = context_of(context);

    if (UNLIKELY(bits_match_left(m) < bits) || UNLIKELY(m->position % 8 != 0))
        return false;
    *at = (Term)(bits_match_data(m) + m->position / 8);
    return true;
}

INLINE void op_bs_advance(Term context, Word bits) { context_of(context)->position += bits; }

INLINE uint16_t get_16(Term at, Word offset)
{
    uint16_t value;

    memcpy(&value, (const char *)at + offset, sizeof value);
    return value;
}
INLINE uint32_t get_32(Term at, Word offset)
{
    uint32_t value;

    memcpy(&value, (const char *)at + offset, sizeof value);
    return value;
}

INLINE void op_bs_read_8(Term at, Word offset, Term *dst) { *dst = small_int(((const uint8_t *)at)[offset]); }
INLINE void op_bs_read_16(Term at, Word offset, Term *dst) { *dst = small_int(big_16(get_16(at, offset))); }
INLINE void op_bs_read_32(Term at, Word offset, Term *dst) { *dst = small_int(big_32(get_32(at, offset))); }
INLINE void op_bs_read_16_little(Term at, Word offset, Term *dst) { *dst = small_int(little_16(get_16(at, offset))); }
INLINE void op_bs_read_32_little(Term at, Word offset, Term *dst) { *dst = small_int(little_32(get_32(at, offset))); }
INLINE void op_bs_read_8_signed(Term at, Word offset, Term *dst) { *dst = small_int(((const int8_t *)at)[offset]); }
INLINE void op_bs_read_16_signed(Term at, Word offset, Term *dst) { *dst = small_int((int16_t)big_16(get_16(at, offset))); }
INLINE void op_bs_read_32_signed(Term at, Word offset, Term *dst) { *dst = small_int((int32_t)big_32(get_32(at, offset))); }
INLINE void op_bs_read_16_little_signed(Term at, Word offset, Term *dst)
{
    *dst = small_int((int16_t)little_16(get_16(at, offset)));
}
INLINE void op_bs_read_32_little_signed(Term at, Word offset, Term *dst)
{
    *dst = small_int((int32_t)little_32(get_32(at, offset)));
}

/* `value` is what stands in memory. */
INLINE bool op_bs_is_8(Term at, Word offset, Word value) { return ((const uint8_t *)at)[offset] == value; }
INLINE bool op_bs_is_16(Term at, Word offset, Word value) { return get_16(at, offset) == value; }
INLINE bool op_bs_is_32(Term at, Word offset, Word value) { return get_32(at, offset) == (uint32_t)value; }

/* The eight bytes that end at `offset`, into a scratch register: see bits_window. */
INLINE void op_bs_window(Term at, Word offset, Term *window)
{
    *window = (Term)bits_load_word((const uint8_t *)at + offset - sizeof(Word));
}

/* Unsigned, up to 28 bits; `mask` is that of the small integer. */
INLINE void op_bs_field_masked(Term window, Word shift, Word mask, Term *dst)
{
    *dst = (Term)((Word)window >> shift << 3 & mask);
}

/* `above`: bits of the window above those of the field; `spare`: 64 - bits. */
INLINE void op_bs_field(Term window, Word above, Word spare, Term *dst)
{
    *dst = small_int((int64_t)((Word)window << above >> spare));
}

INLINE void op_bs_field_signed(Term window, Word above, Word spare, Term *dst)
{
    *dst = small_int((int64_t)((Word)window << above) >> spare);
}

/* Whole bytes. */
INLINE void op_bs_field_little(Term window, Word above, Word spare, Term *dst)
{
    *dst = small_int((int64_t)__builtin_bswap64((Word)window << above >> spare << spare));
}

INLINE void op_bs_field_little_signed(Term window, Word above, Word spare, Term *dst)
{
    *dst = small_int((int64_t)(__builtin_bswap64((Word)window << above >> spare << spare) << spare) >> spare);
}

INLINE bool op_bs_field_is(Term window, Word shift, Word mask, Word value)
{
    return ((Word)window >> shift & mask) == value;
}

/* --- other fields ------------------------------------------------------------------------------------ */

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
    if (UNLIKELY(!bits_match_test_unit(context_of(context), (unsigned)unit)))
        GO(fail);
    if (UNLIKELY(!HAS_ROOM(ROOM_FOR_BITS)))
        return slow_collect_context(live, ROOM_FOR_BITS, context);
    return slow_get_binary_all(next, context_of(context), dst);
}

INLINE Handled op_bs_get_binary(const Word *next, const Word *fail, Word live, Term context, Term size, Word unit,
                                Term *dst)
{
    if (UNLIKELY(!HAS_ROOM(ROOM_FOR_BITS)))
        return slow_collect_context(live, ROOM_FOR_BITS, context);
    return slow_get_binary(next, context, size, unit, dst);
}

INLINE Handled op_bs_get_binary_fixed(const Word *next, const Word *fail, Word live, Term context, Word bits, Term *dst)
{
    if (UNLIKELY(bits_match_left(context_of(context)) < bits))
        GO(fail);
    if (UNLIKELY(!HAS_ROOM(ROOM_FOR_BITS)))
        return slow_collect_context(live, ROOM_FOR_BITS, context);
    return slow_get_binary_fixed(next, context_of(context), bits, dst);
}

INLINE bool op_bs_skip_fixed(Term context, Word bits)
{
    return bits_match_skip(context_of(context), bits);
}

HELPER bool skip_bits(Term context, Term size, Word unit)
{
    size_t bits;

    return bits_match_size(size, (unsigned)unit, &bits) && bits_match_skip(context_of(context), bits);
}

INLINE bool op_bs_skip_bits(Term context, Term size, Word unit) { return skip_bits(context, size, unit); }

/* `mask` is one less than a power of two. */
INLINE bool op_bs_test_mask(Term context, Word mask) { return (bits_match_left(context_of(context)) & mask) == 0; }

INLINE bool op_bs_test_unit(Term context, Word unit)
{
    return bits_match_test_unit(context_of(context), (unsigned)unit);
}

INLINE bool op_bs_skip_all(Term context, Word unit)
{
    MatchContext *m = context_of(context);

    if (!bits_match_test_unit(m, (unsigned)unit))
        return false;
    m->position = m->end;
    return true;
}

INLINE bool op_bs_test_tail(Term context, Word bits)
{
    return bits_match_left(context_of(context)) == bits;
}

INLINE bool op_bs_match_string(Term context, Word bits, const void *bytes)
{
    return bits_match_string(context_of(context), bytes, bits);
}

INLINE Handled op_bs_get_tail(const Word *next, const Word *fail, Word live, Term context, Term *dst)
{
    if (UNLIKELY(!HAS_ROOM(ROOM_FOR_BITS)))
        return slow_collect_context(live, ROOM_FOR_BITS, context);
    return slow_get_tail(next, context_of(context), dst);
}

INLINE void op_bs_get_position(Term context, Term *dst)
{
    *dst = bits_match_position(context_of(context));
}

INLINE void op_bs_set_position(Term context, Term position)
{
    bits_match_set_position(context_of(context), position);
}

INLINE Handled op_bs_get_utf8(const Word *next, const Word *fail, Term context, Term *dst)
{
    MatchContext *m = context_of(context);
    uint8_t byte;

    if (UNLIKELY(m->position % 8 != 0 || bits_match_left(m) < 8))
        return slow_get_utf8(next, m, dst);
    byte = bits_match_data(m)[m->position / 8];
    if (UNLIKELY(byte >= 0x80))
        return slow_get_utf8(next, m, dst);
    *dst = small_int(byte);
    m->position += 8;
    GO(next);
}

INLINE Handled op_bs_get_utf16(const Word *next, const Word *fail, Term context, Word flags, Term *dst)
{
    Term character = bits_match_utf16(context_of(context), (unsigned)flags);

    if (UNLIKELY(character == NO_TERM))
        GO(fail);
    *dst = character;
    GO(next);
}

INLINE Handled op_bs_get_utf32(const Word *next, const Word *fail, Term context, Word flags, Term *dst)
{
    Term character = bits_match_utf32(context_of(context), (unsigned)flags);

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

/* --- bitstrings of constant size: see loader/emit_build.c -------------------------------------------- */

INLINE bool op_bs_need_small(Term src) { return is_small(src); }
INLINE bool op_bs_need_float(Term src) { return is_float(src); }

/* `size` bytes of heap. The address of the first byte comes into a scratch register, where it is no term. */
INLINE Handled op_bs_begin_heap(const Word *next, Word live, Word size, Word header, Word bits, Term *at, Term *dst)
{
    if (UNLIKELY(!HAS_ROOM(size)))
        return slow_collect(live, size);
    HTOP[0] = header;
    HTOP[1] = bits;
    *(Word *)((char *)HTOP + size - sizeof(Word)) = 0;
    *at = (Term)(HTOP + 2);
    *dst = make_boxed(HTOP);
    HTOP = (Word *)((char *)HTOP + size);
    GO(next);
}

/* Where `bits` can be put behind a bitstring that ends with a byte, and with what has been written to its Binary; null: nowhere.
 * The Binary's used_bits say so then. `mask` is one less than the unit. */
INLINE uint8_t *take_room_after(const SubBits *sub, Word bits, Word mask)
{
    const RefcBits *refc = (const RefcBits *)boxed(sub->base);
    size_t end = sub->bit_offset + sub->bit_size;
    Binary *binary;

    if (UNLIKELY(refc->header != REFC_BITS_HEADER))
        return NULL;
    binary = refc->binary;
    if (UNLIKELY(binary->used_bits != end || binary->destroy || end + bits > binary->capacity * 8))
        return NULL;
    if (UNLIKELY(((end & 7) | (sub->bit_size & mask)) != 0))
        return NULL;
    binary->used_bits = end + bits;
    return binary->data + end / 8;
}

INLINE Handled op_bs_begin_append(const Word *next, const Word *plain, Word live, Word bits, Word mask, Term src, Term *at, Term *dst)
{
    const SubBits *sub = (const SubBits *)boxed(src);
    uint8_t *room;

    if (UNLIKELY(!is_boxed(src)) || UNLIKELY(sub->header != SUB_BITS_HEADER))
        GO(plain);
    if (UNLIKELY(!HAS_ROOM(SUB_BITS_WORDS * sizeof(Word))))
        return slow_collect(live, SUB_BITS_WORDS * sizeof(Word));
    room = take_room_after(sub, bits, mask);
    if (UNLIKELY(!room))
        GO(plain);
    *at = (Term)room;
    HTOP[0] = SUB_BITS_HEADER;
    HTOP[1] = sub->bit_offset;
    HTOP[2] = sub->bit_size + bits;
    HTOP[3] = term_bits(sub->base);
    *dst = make_boxed(HTOP);
    HTOP += SUB_BITS_WORDS;
    GO(next);
}

/* Nobody else has the bitstring: it becomes longer itself. */
INLINE Handled op_bs_begin_extend(const Word *next, const Word *plain, Word live, Word bits, Word mask, Term src, Term *at, Term *dst)
{
    SubBits *sub = (SubBits *)boxed(src);
    uint8_t *room;

    if (UNLIKELY(!is_boxed(src)) || UNLIKELY(sub->header != SUB_BITS_HEADER))
        GO(plain);
    room = take_room_after(sub, bits, mask);
    if (UNLIKELY(!room))
        GO(plain);
    *at = (Term)room;
    sub->bit_size += bits;
    *dst = src;
    GO(next);
}

/* --- the same of what is asked for its size ----------------------------------------------------------- */

/* So many bits of a value are not looked at twice: the sum stays small. */
#define MAX_VALUE_BITS ((size_t)1 << 40)

/* Into a scratch register, where it is no term. */
INLINE void op_bs_total(Word bits, Term *total) { *total = (Term)bits; }

INLINE bool op_bs_need_binary(Term src, Term *total)
{
    size_t bits;

    if (UNLIKELY(!is_bitstring(src)))
        return false;
    bits = bits_size(src);
    *total = (Term)((Word)*total + bits);
    return LIKELY(bits % 8 == 0 && bits < MAX_VALUE_BITS);
}

INLINE bool op_bs_need_character(Term src, Term *total)
{
    if (UNLIKELY(!is_small(src) || !utf8_is_character(small_value(src))))
        return false;
    *total = (Term)((Word)*total + 8 * utf8_length((uint32_t)small_value(src)));
    return true;
}

INLINE Handled op_bs_begin_total(const Word *next, const Word *plain, Word live, Term total, Term *at, Term *dst)
{
    Word bits = (Word)total;
    Word size = HEAP_BITS_WORDS(bits_bytes(bits)) * sizeof(Word);

    if (UNLIKELY(bits > HEAP_BITS_MAX_BYTES * 8))
        return slow_begin_large(next, plain, live, bits, at, dst);
    return op_bs_begin_heap(next, live, size, MAKE_HEADER(BOX_HEAP_BITS, size / sizeof(Word) - 1), bits, at, dst);
}

INLINE Handled op_bs_begin_append_total(const Word *next, const Word *plain, Word live, Term total, Word mask, Term src, Term *at,
                                        Term *dst)
{
    return op_bs_begin_append(next, plain, live, (Word)total, mask, src, at, dst);
}

INLINE Handled op_bs_begin_extend_total(const Word *next, const Word *plain, Word live, Term total, Word mask, Term src, Term *at,
                                        Term *dst)
{
    return op_bs_begin_extend(next, plain, live, (Word)total, mask, src, at, dst);
}

INLINE void op_bs_put_all(Term *at, Word offset, Term src) { *at = (Term)slow_put_all((uint8_t *)*at + offset, src); }

INLINE void op_bs_put_character(Term *at, Word offset, Term src)
{
    uint8_t *to = (uint8_t *)*at + offset;

    if (LIKELY(small_value(src) < 0x80)) {
        *to = (uint8_t)small_value(src);
        *at = (Term)(to + 1);
    } else {
        *at = (Term)slow_put_character(to, src);
    }
}

/* --- values -------------------------------------------------------------------------------------------- */

INLINE void put_16(Term at, Word offset, uint16_t value) { memcpy((char *)at + offset, &value, sizeof value); }
INLINE void put_32(Term at, Word offset, uint32_t value) { memcpy((char *)at + offset, &value, sizeof value); }
INLINE void put_64(Term at, Word offset, uint64_t value) { memcpy((char *)at + offset, &value, sizeof value); }

INLINE void op_bs_put_8(Term at, Word offset, Term src) { ((uint8_t *)at)[offset] = (uint8_t)small_value(src); }
INLINE void op_bs_put_16(Term at, Word offset, Term src) { put_16(at, offset, big_16((uint16_t)small_value(src))); }
INLINE void op_bs_put_32(Term at, Word offset, Term src) { put_32(at, offset, big_32((uint32_t)small_value(src))); }
INLINE void op_bs_put_64(Term at, Word offset, Term src) { put_64(at, offset, big_64((uint64_t)small_value(src))); }
INLINE void op_bs_put_16_little(Term at, Word offset, Term src) { put_16(at, offset, little_16((uint16_t)small_value(src))); }
INLINE void op_bs_put_32_little(Term at, Word offset, Term src) { put_32(at, offset, little_32((uint32_t)small_value(src))); }
INLINE void op_bs_put_64_little(Term at, Word offset, Term src) { put_64(at, offset, little_64((uint64_t)small_value(src))); }
INLINE void op_bs_put_double(Term at, Word offset, Term src) { put_64(at, offset, big_64(boxed(src)[1])); }
INLINE void op_bs_put_double_little(Term at, Word offset, Term src) { put_64(at, offset, little_64(boxed(src)[1])); }

/* `spare` is 64 - the bits of the field, which come to stand `shift` bits from the end of what is gathered. */
INLINE Word gathered_field(Term src, Word spare, Word shift) { return (Word)small_value(src) << spare >> spare << shift; }
INLINE void op_bs_gather(Term src, Word spare, Word shift, Term *gathered)
{
    *gathered = (Term)gathered_field(src, spare, shift);
}
INLINE void op_bs_gather_more(Term src, Word spare, Word shift, Term *gathered)
{
    *gathered = (Term)((Word)*gathered | gathered_field(src, spare, shift));
}
INLINE void op_bs_put_gathered_8(Term at, Word offset, Term gathered, Word shift)
{
    ((uint8_t *)at)[offset] = (uint8_t)((Word)gathered >> shift);
}
INLINE void op_bs_put_gathered_16(Term at, Word offset, Term gathered, Word shift)
{
    put_16(at, offset, big_16((uint16_t)((Word)gathered >> shift)));
}
INLINE void op_bs_put_gathered_32(Term at, Word offset, Term gathered, Word shift)
{
    put_32(at, offset, big_32((uint32_t)((Word)gathered >> shift)));
}
INLINE void op_bs_put_gathered_64(Term at, Word offset, Term gathered, Word shift)
{
    put_64(at, offset, big_64((Word)gathered >> shift));
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
