#include "bifs/binary_pattern.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/bits.h"

#define NO_NODE UINT32_MAX

struct BinaryPattern {
    /* One string: */
    uint8_t *string;
    size_t size;
    /* Several: node 0 is the root. next[node * class_count + class] is complete once built. */
    uint32_t *next;
    uint32_t *depth;        /* bytes from the root */
    uint32_t *longest;      /* size of the longest string that ends here; 0 for none */
    uint32_t node_count;
    uint32_t class_count;
    uint8_t class_of[256];  /* class 0: bytes of no string */
};

bool binary_pattern_is_single(const BinaryPattern *pattern)
{
    return pattern->string;
}

void binary_pattern_destroy(Binary *binary)
{
    BinaryPattern *pattern = (BinaryPattern *)binary->data;

    mem_free(MEM_SYSTEM, pattern->string);
    mem_free(MEM_SYSTEM, pattern->next);
    mem_free(MEM_SYSTEM, pattern->depth);
    mem_free(MEM_SYSTEM, pattern->longest);
}

/* --- building ------------------------------------------------------------------------------- */

static void build_single(BinaryPattern *pattern, Term binary)
{
    BitsView view = bits_view_of(binary);

    pattern->size = view.bit_size / 8;
    pattern->string = mem_alloc(MEM_SYSTEM, pattern->size);
    bits_copy_out(pattern->string, view.bytes, view.bit_offset, view.bit_size);
}

/* Numbers the bytes that occur; returns how many bytes the strings have in all. */
static size_t classify_bytes(BinaryPattern *pattern, Term list)
{
    size_t total = 0;

    pattern->class_count = 1;
    for (; is_cons(list); list = list_tail(list)) {
        BitsView view = bits_view_of(list_head(list));
        for (size_t i = 0; i < view.bit_size / 8; i++) {
            uint8_t byte = bits_view_byte(&view, i);
            if (pattern->class_of[byte] == 0 && pattern->class_count < 256)
                pattern->class_of[byte] = (uint8_t)pattern->class_count++;
        }
        total += view.bit_size / 8;
    }
    return total;
}

/* All 256 bytes occur: class 0 must be one of them. */
static void use_every_class(BinaryPattern *pattern)
{
    for (unsigned byte = 0; byte < 256; byte++)
        pattern->class_of[byte] = (uint8_t)byte;
    pattern->class_count = 256;
}

static void add_string(BinaryPattern *pattern, Term binary)
{
    BitsView view = bits_view_of(binary);
    uint32_t node = 0;

    for (size_t i = 0; i < view.bit_size / 8; i++) {
        uint8_t class = pattern->class_of[bits_view_byte(&view, i)];
        uint32_t *slot = &pattern->next[(size_t)node * pattern->class_count + class];
        if (*slot == NO_NODE) {
            pattern->depth[pattern->node_count] = (uint32_t)i + 1;
            *slot = pattern->node_count++;
        }
        node = *slot;
    }
    pattern->longest[node] = (uint32_t)(view.bit_size / 8);
}

/* Breadth first: what is missing in a node's row is taken from the node of its longest proper suffix. */
static void complete_automaton(BinaryPattern *pattern)
{
    uint32_t *queue = mem_alloc(MEM_SYSTEM, pattern->node_count * sizeof *queue);
    uint32_t *suffix = mem_alloc_zero(MEM_SYSTEM, pattern->node_count * sizeof *suffix);
    size_t first = 0, last = 0;

    queue[last++] = 0;
    while (first < last) {
        uint32_t node = queue[first++];
        uint32_t *row = &pattern->next[(size_t)node * pattern->class_count];
        const uint32_t *suffix_row = &pattern->next[(size_t)suffix[node] * pattern->class_count];
        if (pattern->longest[node] == 0)
            pattern->longest[node] = pattern->longest[suffix[node]];
        for (uint32_t class = 0; class < pattern->class_count; class++) {
            uint32_t fallback = node == 0 ? 0 : suffix_row[class];
            if (row[class] == NO_NODE) {
                row[class] = fallback;
            } else {
                suffix[row[class]] = fallback;
                queue[last++] = row[class];
            }
        }
    }
    mem_free(MEM_SYSTEM, queue);
    mem_free(MEM_SYSTEM, suffix);
}

static void build_automaton(BinaryPattern *pattern, Term list)
{
    size_t nodes = classify_bytes(pattern, list) + 1;
    size_t cells;

    if (pattern->class_count == 256)
        use_every_class(pattern);
    cells = nodes * pattern->class_count;
    pattern->next = mem_alloc(MEM_SYSTEM, cells * sizeof *pattern->next);
    memset(pattern->next, 0xff, cells * sizeof *pattern->next);
    pattern->depth = mem_alloc_zero(MEM_SYSTEM, nodes * sizeof *pattern->depth);
    pattern->longest = mem_alloc_zero(MEM_SYSTEM, nodes * sizeof *pattern->longest);
    pattern->node_count = 1;
    for (; is_cons(list); list = list_tail(list))
        add_string(pattern, list_head(list));
    complete_automaton(pattern);
}

static bool is_string(Term t)
{
    return is_binary(t) && bits_size(t) > 0;
}

/* The strings of a pattern need fewer than 2^32 nodes. */
static bool are_strings(Term list)
{
    size_t total = 1;

    if (!is_cons(list))
        return false;
    for (; is_cons(list); list = list_tail(list)) {
        if (!is_string(list_head(list)))
            return false;
        total += bits_size(list_head(list)) / 8;
    }
    return is_nil(list) && total < NO_NODE;
}

Binary *binary_pattern_new(Term t)
{
    Binary *binary;

    if (!is_string(t) && !are_strings(t))
        return NULL;
    binary = binary_new_magic(sizeof(BinaryPattern), binary_pattern_destroy);
    if (is_cons(t) && is_nil(list_tail(t)))
        t = list_head(t);
    if (is_cons(t))
        build_automaton((BinaryPattern *)binary->data, t);
    else
        build_single((BinaryPattern *)binary->data, t);
    return binary;
}

/* --- searching ------------------------------------------------------------------------------ */

void binary_pattern_start(PatternSearch *search, size_t from, size_t to)
{
    *search = (PatternSearch){.at = from, .end = to};
}

static PatternResult next_single(const BinaryPattern *pattern, PatternSearch *search, const uint8_t *bytes,
                                 PatternMatch *match, int64_t *budget)
{
    size_t left = search->end - search->at;
    size_t window;
    const uint8_t *found;

    if (left < pattern->size)
        return PATTERN_NONE;
    window = MIN(left, (size_t)MAX(*budget, 1) + pattern->size - 1);
    if (pattern->size == 1)
        found = memchr(bytes + search->at, pattern->string[0], window);
    else
        found = memmem(bytes + search->at, window, pattern->string, pattern->size);
    if (found) {
        match->start = (size_t)(found - bytes);
        match->size = pattern->size;
        *budget -= (int64_t)(match->start + match->size - search->at);
        search->at = match->start + match->size;
        return PATTERN_FOUND;
    }
    *budget -= (int64_t)window;
    search->at += window - pattern->size + 1;
    return window == left ? PATTERN_NONE : PATTERN_MORE;
}

static PatternResult take_candidate(PatternSearch *search, PatternMatch *match)
{
    *match = search->candidate;
    search->has_candidate = false;
    search->state = 0;
    search->at = match->start + match->size;
    return PATTERN_FOUND;
}

/* A candidate is final when every string that may still be under way begins after it. */
static PatternResult next_of_several(const BinaryPattern *pattern, PatternSearch *search, const uint8_t *bytes,
                                     PatternMatch *match, int64_t *budget)
{
    size_t stop = search->end - search->at > (size_t)MAX(*budget, 1) ? search->at + (size_t)MAX(*budget, 1) : search->end;
    size_t from = search->at;
    size_t at = from;
    uint32_t state = search->state;

    for (; at < stop; at++) {
        uint32_t longest;
        state = pattern->next[(size_t)state * pattern->class_count + pattern->class_of[bytes[at]]];
        longest = pattern->longest[state];
        if (longest > 0) {
            size_t start = at + 1 - longest;
            if (!search->has_candidate || start <= search->candidate.start)
                search->candidate = (PatternMatch){start, longest};
            search->has_candidate = true;
        }
        if (search->has_candidate && at + 1 - pattern->depth[state] > search->candidate.start) {
            *budget -= (int64_t)(at + 1 - from);
            return take_candidate(search, match);
        }
    }
    *budget -= (int64_t)(at - from);
    search->at = at;
    search->state = state;
    if (at < search->end)
        return PATTERN_MORE;
    return search->has_candidate ? take_candidate(search, match) : PATTERN_NONE;
}

PatternResult binary_pattern_next(const BinaryPattern *pattern, PatternSearch *search, const uint8_t *bytes,
                                  PatternMatch *match, int64_t *budget)
{
    if (pattern->string)
        return next_single(pattern, search, bytes, match, budget);
    return next_of_several(pattern, search, bytes, match, budget);
}
