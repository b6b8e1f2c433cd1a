/* ops_slow_bits.c - bitstring instructions with sizes known at run time only, and building. */
#include "vm/exec/slow_bits.h"

#include "vm/base/mem.h"
#include "vm/exec/slow.h"
#include "vm/term/atom.h"

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
    MatchContext *m = bits_match_context(context);
    size_t bits;

    if (!m || !bits_match_size(size, (unsigned)unit, &bits))
        return NO_TERM;
    return bits_match_integer(heap(), m, bits, (unsigned)flags);
}

static Term get_float(Term context, Term size, Word unit, Word flags)
{
    MatchContext *m = bits_match_context(context);
    size_t bits;

    if (!m || !bits_match_size(size, (unsigned)unit, &bits))
        return NO_TERM;
    return bits_match_float(heap(), m, bits, (unsigned)flags);
}

static Term get_binary(Term context, Term size, Word unit)
{
    MatchContext *m = bits_match_context(context);
    size_t bits;

    if (!m || !bits_match_size(size, (unsigned)unit, &bits))
        return NO_TERM;
    return bits_match_binary(heap(), m, bits);
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

Handled slow_get_binary(const Word *next, Term context, Term size, Word unit, Term *dst)
{
    SYNC_HEAP_OUT();
    return finish_match(next, get_binary(context, size, unit), dst);
}

/* --- bs_create_bin --------------------------------------------------------------------------------- */

static Term create(Word count, const Word *words, BitsSegment *segments)
{
    for (Word i = 0; i < count; i++, words += SEGMENT_WORDS) {
        BitsSegment *segment = &segments[i];
        segment->type = (uint8_t)words[SEGMENT_WORD_TYPE];
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

Term slow_bits_create(Word count, const Word *words)
{
    BitsSegment few[16];
    BitsSegment *segments = count <= ARRAY_SIZE(few) ? few : mem_alloc(MEM_SYSTEM, count * sizeof *segments);
    Term result;

    SYNC_HEAP_OUT();
    result = create(count, words, segments);
    SYNC_HEAP_IN();
    REDS -= (int64_t)(bits_build_written / BITS_PER_REDUCTION);
    if (segments != few)
        mem_free(MEM_SYSTEM, segments);
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
