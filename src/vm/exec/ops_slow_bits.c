/* ops_slow_bits.c - bitstring instructions with sizes known at run time only, and building. */
#include "vm/exec/slow_bits.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/exec/slow.h"
#include "vm/term/atom.h"
#include "vm/term/utf8.h"

#define BITS_PER_REDUCTION 8192

BitsBuilder bits_builder;
/* Why the last construction failed. */
static BitsError bits_error;

static Heap *heap(void) { return &VM->process->heap; }

/* --- matching ------------------------------------------------------------------------------------- */

/* IP[1] is `fail`, IP[2] the live count. */
static Handled finish_match(const Word *next, Term result, Term *dst)
{
    SYNC_HEAP_IN();
    if (result == NO_TERM)
        GO((const Word *)IP[1]);
    *dst = result;
    if (UNLIKELY(VM->process->heap.fragments))
        return slow_take_fragments(next, IP[2], dst);
    GO(next);
}

static Term get_integer(Term context, Term size, Word unit, Word flags)
{
    MatchContext *m = (MatchContext *)boxed(context);
    size_t bits;

    if (!bits_match_size(size, (unsigned)unit, &bits))
        return NO_TERM;
    return bits_match_integer(heap(), m, bits, (unsigned)flags);
}

static Term get_float(Term context, Term size, Word unit, Word flags)
{
    MatchContext *m = (MatchContext *)boxed(context);
    size_t bits;

    if (!bits_match_size(size, (unsigned)unit, &bits))
        return NO_TERM;
    return bits_match_float(heap(), m, bits, (unsigned)flags);
}

Handled slow_start_match(const Word *next, Word live, Term src, Term *dst)
{
    if (UNLIKELY(!is_bitstring(src) && !IP[1]))
        return slow_error(A_BADARG);
    if (UNLIKELY(!HAS_ROOM(MATCH_CONTEXT_WORDS * sizeof(Word))))
        return slow_collect_context(live, MATCH_CONTEXT_WORDS * sizeof(Word), src);
    SYNC_HEAP_OUT();
    return finish_match(next, bits_match_start(heap(), src), dst);
}

Handled slow_get_utf8(const Word *next, MatchContext *m, Term *dst)
{
    const uint8_t *bytes = bits_match_data(m) + m->position / 8;
    unsigned length;
    uint32_t code = m->position % 8 == 0 ? utf8_decode_short(bytes, bits_match_left(m) / 8, &length) : 0;
    Term character;

    if (LIKELY(code != 0)) {
        *dst = small_int(code);
        m->position += length * 8;
        GO(next);
    }
    character = bits_match_utf8(m);
    if (character == NO_TERM)
        GO((const Word *)IP[1]);
    *dst = character;
    GO(next);
}

Handled slow_get_integer(const Word *next, Term context, Term size, Word unit, Word flags, Term *dst)
{
    SYNC_HEAP_OUT();
    return finish_match(next, get_integer(context, size, unit, flags), dst);
}

Handled slow_get_float(const Word *next, Term context, Term size, Word unit, Word flags, Term *dst)
{
    SYNC_HEAP_OUT();
    return finish_match(next, get_float(context, size, unit, flags), dst);
}

/* There is room for it at HTOP. */
static Term part_of_base(Term base, size_t bit_offset, size_t bit_size)
{
    Word *top = HTOP;
    Term part = bits_part_at(&top, base, bit_offset, bit_size);

    HTOP = top;
    return part;
}

Handled slow_get_binary(const Word *next, Term context, Term size, Word unit, Term *dst)
{
    MatchContext *m = (MatchContext *)boxed(context);
    size_t start = m->position;
    size_t bits;

    if (UNLIKELY(!bits_match_size(size, (unsigned)unit, &bits) || bits > m->end - start))
        GO((const Word *)IP[1]);
    m->position = start + bits;
    *dst = part_of_base(m->base, start, bits);
    GO(next);
}

Handled slow_get_binary_fixed(const Word *next, MatchContext *m, size_t bits, Term *dst)
{
    size_t start = m->position;

    m->position = start + bits;
    *dst = part_of_base(m->base, start, bits);
    GO(next);
}

Handled slow_get_binary_all(const Word *next, MatchContext *m, Term *dst)
{
    size_t start = m->position;

    m->position = m->end;
    *dst = part_of_base(m->base, start, m->end - start);
    GO(next);
}

Handled slow_get_tail(const Word *next, MatchContext *m, Term *dst)
{
    *dst = part_of_base(m->base, m->position, m->end - m->position);
    GO(next);
}

/* --- bs_create_bin: plain segments ----------------------------------------------------------------- */

/* Most constructions consist of small integers and floats of known sizes, strings, whole bitstrings and characters,
 * none of which can fail. These are put straight from registers; everything else goes the general way. */

/* Bits of a plain segment; SIZE_MAX if it is none. */
static inline size_t plain_bits(const Word *segment)
{
    Word type = segment[SEGMENT_WORD_TYPE];
    size_t bits = type >> SEGMENT_BITS_SHIFT;
    Term value;

    if ((type & SEGMENT_TYPE_MASK) == SEGMENT_STRING)
        return bits ? bits : SIZE_MAX;
    value = MIXED(segment[SEGMENT_WORD_VALUE]);
    switch (type & SEGMENT_TYPE_MASK) {
    case SEGMENT_INTEGER:
        return bits && is_small(value) ? bits : SIZE_MAX;
    case SEGMENT_FLOAT:
        return bits == 64 && is_float(value) ? bits : SIZE_MAX;
    case SEGMENT_UTF8:
        return is_small(value) && utf8_is_character(small_value(value)) ? bits_utf8_size(value) * 8 : SIZE_MAX;
    case SEGMENT_BINARY:
        if (!is_bitstring(value) || MIXED(segment[SEGMENT_WORD_SIZE]) != A_ALL)
            return SIZE_MAX;
        bits = bits_size(value);
        return bits_are_units(bits, (unsigned)segment[SEGMENT_WORD_UNIT]) ? bits : SIZE_MAX;
    default:
        return SIZE_MAX;
    }
}

/* `count` bits (1..64, not more than 64 with `offset`), the first one at `offset` of the first byte. Later bits of the
 * last byte become zero. */
static inline void put_bits(uint8_t *to, unsigned offset, uint64_t value, unsigned count)
{
    value = value << (64 - count) >> offset | (uint64_t)(*to & ~(0xffu >> offset)) << 56;
    for (unsigned left = offset + count;; left -= 8, value <<= 8) {
        *to++ = (uint8_t)(value >> 56);
        if (left <= 8)
            return;
    }
}

static inline void put_number(BitsBuilder *b, uint64_t value, unsigned bits, unsigned flags)
{
    uint8_t *to = b->data + b->position / 8;
    unsigned offset = (unsigned)(b->position % 8);

    if (bits == 8 && offset == 0)
        *to = (uint8_t)value;
    else if (bits_is_little(flags) && bits % 8 == 0)
        put_bits(to, offset, __builtin_bswap64(value) >> (64 - bits), bits);
    else
        put_bits(to, offset, value, bits);
    b->position += bits;
}

static void put_plain_integer(BitsBuilder *b, Term value, unsigned bits, unsigned flags)
{
    if (bits + b->position % 8 <= 64 && (!bits_is_little(flags) || bits % 8 == 0))
        put_number(b, (uint64_t)small_value(value), bits, flags);
    else
        bits_put_integer(b, value, bits, flags);
}

static void put_plain_float(BitsBuilder *b, Term value, unsigned flags)
{
    double number = float_value(value);
    uint64_t bits;

    memcpy(&bits, &number, sizeof bits);
    if (b->position % 8 == 0)
        put_number(b, bits, 64, flags);
    else
        bits_put_float(b, value, 64, flags);
}

static inline void put_plain(BitsBuilder *b, const Word *segment)
{
    Word type = segment[SEGMENT_WORD_TYPE];
    unsigned bits = (unsigned)(type >> SEGMENT_BITS_SHIFT);
    unsigned flags = (unsigned)segment[SEGMENT_WORD_FLAGS];
    Term value;

    if ((type & SEGMENT_TYPE_MASK) == SEGMENT_STRING) {
        bits_put_string(b, (const uint8_t *)segment[SEGMENT_WORD_VALUE], bits / 8);
        return;
    }
    value = MIXED(segment[SEGMENT_WORD_VALUE]);
    switch (type & SEGMENT_TYPE_MASK) {
    case SEGMENT_INTEGER:
        put_plain_integer(b, value, bits, flags);
        break;
    case SEGMENT_FLOAT:
        put_plain_float(b, value, flags);
        break;
    case SEGMENT_UTF8:
        if (small_value(value) < 0x80)
            put_number(b, (uint64_t)small_value(value), 8, 0);
        else
            bits_put_utf8(b, value);
        break;
    default:
        bits_put_binary(b, value, bits_size(value));
    }
}

/* NO_TERM: not all segments are plain, or there is something to complain about; nothing has happened then. */
static Term create_plain(Word count, const Word *words)
{
    const Word *end = words + count * SEGMENT_WORDS;
    Word type = count > 0 ? words[SEGMENT_WORD_TYPE] & SEGMENT_TYPE_MASK : SEGMENT_INTEGER;
    bool appends = type == SEGMENT_APPEND || type == SEGMENT_PRIVATE_APPEND;
    const Word *first = words + appends * SEGMENT_WORDS;
    BitsBuilder builder;
    Term reason;
    size_t total = 0;

    for (const Word *segment = first; segment < end; segment += SEGMENT_WORDS) {
        size_t bits = plain_bits(segment);
        if (bits == SIZE_MAX || bits > BITS_MAX - total)
            return NO_TERM;
        total += bits;
    }
    bits_build_written = total;
    if (total == 0 || (appends ? !bits_build_append(heap(), &builder, MIXED(words[SEGMENT_WORD_VALUE]), total,
                                                    (unsigned)words[SEGMENT_WORD_UNIT], &reason)
                               : !bits_build_start(heap(), &builder, total)))
        return NO_TERM;
    for (const Word *segment = first; segment < end; segment += SEGMENT_WORDS)
        put_plain(&builder, segment);
    return builder.term;
}

/* --- what is put together in place --------------------------------------------------------------------- */

Handled slow_begin_large(const Word *next, const Word *plain, Word live, size_t bits, Term *at, Term *dst)
{
    const Process *p = VM->process;
    uint8_t *data = NULL;
    Term result;

    SYNC_HEAP_OUT();
    result = bits_try_alloc(heap(), bits, &data);
    SYNC_HEAP_IN();
    if (UNLIKELY(result == NO_TERM))
        GO(plain);
    *at = (Term)data;
    *dst = result;
    /* The bytes do not move. */
    if (UNLIKELY(p->heap.fragments || p->heap.off_heap_bytes > p->gc.binary_limit))
        return slow_take_fragments(next, live, dst);
    GO(next);
}

uint8_t *slow_put_all(uint8_t *to, Term binary)
{
    const Word *object = boxed(binary);
    size_t bits = bits_size(binary);
    size_t offset = 0;
    const uint8_t *from;

    if (object[0] == SUB_BITS_HEADER) {
        offset = ((const SubBits *)object)->bit_offset;
        binary = ((const SubBits *)object)->base;
    }
    from = bits_base_data(binary) + offset / 8;
    if (LIKELY(offset % 8 == 0))
        bits_copy_bytes(to, from, bits / 8);
    else
        bits_copy(to, 0, from, offset % 8, bits);
    REDS -= (int64_t)(bits / BITS_PER_REDUCTION);
    return to + bits / 8;
}

uint8_t *slow_put_character(uint8_t *to, Term character)
{
    return to + utf8_encode((uint32_t)small_value(character), to);
}

/* --- bs_create_bin: any segments -------------------------------------------------------------------- */

static __attribute__((noinline)) Term create(Word count, const Word *words, BitsSegment *segments)
{
    for (Word i = 0; i < count; i++, words += SEGMENT_WORDS) {
        BitsSegment *segment = &segments[i];
        segment->type = (uint8_t)(words[SEGMENT_WORD_TYPE] & SEGMENT_TYPE_MASK);
        segment->flags = (uint8_t)words[SEGMENT_WORD_FLAGS];
        segment->unit = (uint16_t)words[SEGMENT_WORD_UNIT];
        segment->number = (uint32_t)words[SEGMENT_WORD_NUMBER];
        if (segment->type == SEGMENT_STRING) {
            segment->string = (const uint8_t *)words[SEGMENT_WORD_VALUE];
            segment->size = small_int((int64_t)words[SEGMENT_WORD_SIZE]);
            segment->value = TERM_NIL;
        } else {
            segment->string = NULL;
            segment->value = MIXED(words[SEGMENT_WORD_VALUE]);
            segment->size = MIXED(words[SEGMENT_WORD_SIZE]);
        }
    }
    return bits_build(heap(), segments, count, &bits_error);
}

static Term create_any(Word count, const Word *words)
{
    BitsSegment few[16];
    BitsSegment *segments = count <= ARRAY_SIZE(few) ? few : mem_alloc(MEM_SYSTEM, count * sizeof *segments);
    Term result = create(count, words, segments);

    if (segments != few)
        mem_free(MEM_SYSTEM, segments);
    return result;
}

Term slow_bits_create(Word count, const Word *words)
{
    Term result;

    SYNC_HEAP_OUT();
    result = create_plain(count, words);
    if (UNLIKELY(result == NO_TERM))
        result = create_any(count, words);
    SYNC_HEAP_IN();
    REDS -= (int64_t)(bits_build_written / BITS_PER_REDUCTION);
    return result;
}

Handled slow_bits_failed(void)
{
    Process *p = VM->process;

    if (IP[1])
        GO((const Word *)IP[1]);
    raise_error(p, bits_error.reason);
    if (bits_error.cause != NO_TERM)
        p->exception.error_info = bits_error.cause;
    return slow_raise_construction();
}

/* --- the older instructions -------------------------------------------------------------------------- */

static Term failed(Term reason)
{
    bits_error.reason = reason;
    bits_error.cause = NO_TERM;
    return NO_TERM;
}

Term slow_bits_init(Term size, Word unit)
{
    Term reason = A_BADARG;
    size_t bits;
    bool good;

    if (!bits_build_size(size, (unsigned)unit, &bits, &reason))
        return failed(reason);
    SYNC_HEAP_OUT();
    good = bits_build_start(heap(), &bits_builder, bits);
    SYNC_HEAP_IN();
    return good ? bits_builder.term : failed(A_SYSTEM_LIMIT);
}

Term slow_bits_append(Term size, Word size_unit, Term src, Word unit)
{
    Term reason = A_BADARG;
    size_t bits;
    bool good;

    if (!bits_build_size(size, (unsigned)size_unit, &bits, &reason))
        return failed(reason);
    SYNC_HEAP_OUT();
    good = bits_build_append(heap(), &bits_builder, src, bits, (unsigned)unit, &reason);
    SYNC_HEAP_IN();
    return good ? bits_builder.term : failed(reason);
}

Term slow_bits_add(Term a, Term b, Word unit)
{
    Term reason = A_BADARG;
    Term result;

    SYNC_HEAP_OUT();
    result = bits_build_add(heap(), a, b, (unsigned)unit, &reason);
    SYNC_HEAP_IN();
    return result == NO_TERM ? failed(reason) : result;
}

Handled slow_put_failed(void)
{
    if (IP[1])
        GO((const Word *)IP[1]);
    return slow_error(A_BADARG);
}

static bool put_size(Term size, Word unit, size_t *bits)
{
    Term reason;

    return bits_build_size(size, (unsigned)unit, bits, &reason);
}

bool slow_put_integer(Term size, Word unit, Word flags, Term src)
{
    size_t bits;

    return put_size(size, unit, &bits) && bits_put_integer(&bits_builder, src, bits, (unsigned)flags);
}

bool slow_put_float(Term size, Word unit, Word flags, Term src)
{
    size_t bits;

    return put_size(size, unit, &bits) && bits_put_float(&bits_builder, src, bits, (unsigned)flags);
}

bool slow_put_binary(Term size, Word unit, Term src)
{
    size_t bits;

    if (size == A_ALL)
        return bits_put_binary_all(&bits_builder, src, (unsigned)unit);
    return put_size(size, unit, &bits) && bits_put_binary(&bits_builder, src, bits);
}

/* --- bs_match ------------------------------------------------------------------------------------------ */

static bool match_equal(MatchContext *m, Word bits, uint64_t value)
{
    if (bits == 0 || bits > 64 || bits_match_left(m) < bits)
        return false;
    return bits_match_take(m, (unsigned)bits) == value;
}

static bool match_command(MatchContext *m, const Word *command)
{
    Term value;
    Word bits = command[MATCH_WORD_BITS];
    Word more = command[MATCH_WORD_MORE];

    switch ((MatchCommand)command[MATCH_WORD_COMMAND]) {
    case MATCH_ENSURE_AT_LEAST:
        return bits_match_left(m) >= bits && (more <= 1 || (bits_match_left(m) - bits) % more == 0);
    case MATCH_ENSURE_EXACTLY:
        return bits_match_left(m) == bits;
    case MATCH_INTEGER:
        value = bits_match_integer(heap(), m, bits, (unsigned)more);
        break;
    case MATCH_BINARY:
        value = bits_match_binary(heap(), m, bits);
        break;
    case MATCH_GET_TAIL:
        value = bits_match_tail(heap(), m);
        break;
    case MATCH_SKIP:
        return bits_match_skip(m, bits);
    default:
        return match_equal(m, bits, more);
    }
    if (value == NO_TERM)
        return false;
    *mixed_slot(command[MATCH_WORD_DST]) = value;
    return true;
}

/* A destination may be the context's own register: `context` keeps it for the commands after. */
bool slow_bits_match(Term context, Word count, const Word *commands)
{
    MatchContext *m = bits_match_context(context);
    size_t start = m ? m->position : 0;
    bool good = m != NULL;

    SYNC_HEAP_OUT();
    for (Word i = 0; good && i < count; i++)
        good = match_command(m, commands + i * MATCH_COMMAND_WORDS);
    SYNC_HEAP_IN();
    if (m && !good)
        m->position = start;
    return good;
}
