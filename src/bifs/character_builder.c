#include "bifs/character_builder.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/utf8.h"

#define FIRST_BYTES 256
#define FIRST_PENDING 64

/* What is still to be done after the list at hand, innermost first. */
typedef struct Pending {
    Term *terms;
    size_t count;
    size_t capacity;
} Pending;

static void pending_push(Pending *pending, Term t)
{
    if (pending->count == pending->capacity) {
        pending->capacity = MAX(2 * pending->capacity, FIRST_PENDING);
        pending->terms = mem_realloc(MEM_SYSTEM, pending->terms, pending->capacity * sizeof(Term));
    }
    pending->terms[pending->count++] = t;
}

void character_builder_start(CharacterBuilder *builder, Heap *heap, bool latin1)
{
    *builder = (CharacterBuilder){.heap = heap, .latin1 = latin1, .out = binary_new(FIRST_BYTES)};
}

static inline uint8_t *room_for(CharacterBuilder *builder, size_t bytes)
{
    if (UNLIKELY(builder->out->capacity - builder->size < bytes))
        builder->out = binary_resize(builder->out, 2 * (builder->size + bytes));
    return builder->out->data + builder->size;
}

static bool add_character(CharacterBuilder *builder, Term t)
{
    int64_t code = small_value(t);

    if (builder->leftover_count > 0 || !utf8_is_character(code) || (builder->latin1 && code > 255))
        return false;
    builder->size += utf8_encode((uint32_t)code, room_for(builder, UTF8_MAX_BYTES));
    return true;
}

/* --- binaries ------------------------------------------------------------------------------- */

static void add_latin1(CharacterBuilder *builder, const uint8_t *bytes, size_t size)
{
    uint8_t *to = room_for(builder, 2 * size);
    uint8_t *start = to;

    for (size_t i = 0; i < size; i++)
        to += utf8_encode(bytes[i], to);
    builder->size += (size_t)(to - start);
}

/* Completes the leftovers with the first of `bytes`; *taken says how many. */
static bool complete_leftover(CharacterBuilder *builder, const uint8_t *bytes, size_t size, size_t *taken)
{
    unsigned wanted = utf8_lead_length(builder->leftover[0]) - builder->leftover_count;
    uint8_t whole[UTF8_MAX_BYTES];
    uint32_t character;
    unsigned length;

    *taken = MIN(size, wanted);
    if (size < wanted) {
        memcpy(builder->leftover + builder->leftover_count, bytes, size);
        builder->leftover_count += (unsigned)size;
        return true;
    }
    memcpy(whole, builder->leftover, builder->leftover_count);
    memcpy(whole + builder->leftover_count, bytes, wanted);
    length = builder->leftover_count + wanted;
    if (utf8_decode(whole, length, &character, &length) != UTF8_OK)
        return false;
    memcpy(room_for(builder, length), whole, length);
    builder->size += length;
    builder->leftover_count = 0;
    return true;
}

/* Adds UTF-8; *taken says how many bytes were good, incomplete ones at the end included. */
static bool add_utf8(CharacterBuilder *builder, const uint8_t *bytes, size_t size, size_t *taken)
{
    size_t at = 0;
    size_t good;

    if (builder->leftover_count > 0 && !complete_leftover(builder, bytes, size, &at)) {
        *taken = 0;
        return false;
    }
    good = utf8_valid_prefix(bytes + at, size - at, NULL);
    if (good > 0)
        memcpy(room_for(builder, good), bytes + at, good);
    builder->size += good;
    at += good;
    *taken = at;
    if (at == size)
        return true;
    if (size - at >= utf8_lead_length(bytes[at]))
        return false;
    builder->leftover_count = (unsigned)(size - at);
    memcpy(builder->leftover, bytes + at, size - at);
    *taken = size;
    return true;
}

/* Bytes that may be done now: not more than the budget, but no character is cut for that. */
static size_t bytes_in_budget(const CharacterBuilder *builder, const BitsBytes *bytes)
{
    size_t limit = (size_t)MAX(builder->budget, 1);

    if (bytes->size <= limit)
        return bytes->size;
    while (!builder->latin1 && limit < bytes->size && (bytes->bytes[limit] & 0xc0) == 0x80)
        limit++;
    return limit;
}

/* On BUILD_MORE and BUILD_ERROR *rest is the part of the binary that was not taken. */
static BuildResult add_binary(CharacterBuilder *builder, Term binary, Term *rest)
{
    BitsBytes bytes;
    size_t size;
    size_t taken;
    bool good = true;

    *rest = binary;
    if (!bits_bytes_get(binary, &bytes))
        return BUILD_ERROR;
    size = taken = bytes_in_budget(builder, &bytes);
    if (builder->latin1)
        add_latin1(builder, bytes.bytes, size);
    else
        good = add_utf8(builder, bytes.bytes, size, &taken);
    builder->budget -= (int64_t)size;
    bits_bytes_free(&bytes);
    if (good && taken == bytes.size)
        return BUILD_DONE;
    *rest = bits_sub(builder->heap, binary, taken * 8, (bytes.size - taken) * 8);
    return good ? BUILD_MORE : BUILD_ERROR;
}

/* --- lists ---------------------------------------------------------------------------------- */

/* One element of a list, which is neither a list nor []. */
static BuildResult add_element(CharacterBuilder *builder, Term element, Term cell, Term *rest)
{
    BuildResult result;
    Term left;

    if (is_small(element)) {
        *rest = cell;
        builder->budget--;
        return add_character(builder, element) ? BUILD_DONE : BUILD_ERROR;
    }
    if (!is_bitstring(element)) {
        *rest = cell;
        return BUILD_ERROR;
    }
    result = add_binary(builder, element, &left);
    if (result != BUILD_DONE)
        *rest = cons(builder->heap, left, list_tail(cell));
    return result;
}

/* Takes ASCII characters from the front of a list, which most characters are; what follows them. */
static Term add_ascii(CharacterBuilder *builder, Term list)
{
    size_t room = builder->out->capacity - builder->size;
    size_t most = builder->budget > 0 && builder->leftover_count == 0 ? MIN(room, (size_t)builder->budget) : 0;
    uint8_t *to = builder->out->data + builder->size;
    size_t count = 0;

    for (; count < most && is_cons(list); count++, list = list_tail(list)) {
        Term head = list_head(list);

        if (!is_small(head) || (Word)small_value(head) >= 0x80)
            break;
        to[count] = (uint8_t)small_value(head);
    }
    builder->size += count;
    builder->budget -= (int64_t)count;
    return list;
}

static BuildResult add_list(CharacterBuilder *builder, Term t, Pending *pending, Term *rest)
{
    BuildResult result;

    for (;;) {
        if (is_cons(t)) {
            Term head = list_head(t), after = add_ascii(builder, t);
            bool is_taken = after != t;
            if (!is_taken && is_cons(head)) {
                pending_push(pending, list_tail(t));
                t = head;
                continue;
            }
            if (!is_taken && !is_nil(head)) {
                result = add_element(builder, head, t, rest);
                if (result != BUILD_DONE)
                    return result;
            }
            t = *rest = is_taken ? after : list_tail(t);
        } else if (is_nil(t)) {
            if (pending->count == 0)
                return BUILD_DONE;
            t = pending->terms[--pending->count];
            *rest = t;
        } else {
            if (!is_bitstring(t))
                return BUILD_BAD;
            result = add_binary(builder, t, rest);
            if (result != BUILD_DONE)
                return result;
            t = *rest = TERM_NIL;
        }
        if (builder->budget <= 0 && (pending->count > 0 || !is_nil(t)))
            return BUILD_MORE;
    }
}

/* Could `t` be converted but for the values of its integers and bytes? Stops at the first integer that is a big one
 * on stock, of which conversion makes an error of the milder kind. */
static bool has_good_shape(Term t, Pending *pending)
{
    pending->count = 0;
    if (!is_list(t))
        return is_binary(t);
    for (;;) {
        if (is_cons(t)) {
            Term head = list_head(t);
            if (is_big(head) || (is_small(head) && !fits_stock_small(small_value(head))))
                return true;
            if (is_cons(head))
                pending_push(pending, list_tail(t));
            else if (!is_small(head) && !is_nil(head) && !is_binary(head))
                return false;
            t = is_cons(head) ? head : list_tail(t);
        } else if (is_nil(t) || is_binary(t)) {
            if (pending->count == 0)
                return true;
            t = pending->terms[--pending->count];
        } else {
            return false;
        }
    }
}

BuildResult character_builder_add(CharacterBuilder *builder, Term t, Term *rest)
{
    Pending pending = {0};
    BuildResult result;

    *rest = t;
    if (is_bitstring(t))
        result = add_binary(builder, t, rest);
    else if (is_list(t))
        result = add_list(builder, t, &pending, rest);
    else
        result = BUILD_BAD;
    if (result == BUILD_MORE || result == BUILD_ERROR)
        while (pending.count > 0)
            *rest = cons(builder->heap, *rest, pending.terms[--pending.count]);
    if (result == BUILD_ERROR && !has_good_shape(*rest, &pending))
        result = BUILD_BAD;
    mem_free(MEM_SYSTEM, pending.terms);
    return result;
}

bool character_builder_leftover_is_good(const CharacterBuilder *builder)
{
    for (unsigned i = 1; i < builder->leftover_count; i++)
        if ((builder->leftover[i] & 0xc0) != 0x80)
            return false;
    return true;
}
