/* binary: match, matches, split, compile_pattern. All three searches are one: it collects ranges or
 * parts, and when its reductions are used up puts the state of the search into a tuple. */
#include "bifs.h"
#include "bifs/binary_pattern.h"
#include "bifs/byte_range.h"
#include "bifs/loop_limit.h"
#include "vm/term/bits.h"
#include "vm/term/ref.h"

#define BYTES_PER_REDUCTION 512
/* What a match costs beyond its bytes. */
#define MATCH_COST_BYTES 32

typedef enum SearchKind { SEARCH_MATCH, SEARCH_MATCHES, SEARCH_SPLIT } SearchKind;
enum { SPLIT_GLOBAL = 1, SPLIT_TRIM = 2, SPLIT_TRIM_ALL = 4 };

typedef struct BinarySearch {
    SearchKind kind;
    unsigned flags;
    Term subject;
    Term pattern_ref;           /* NO_TERM as long as the pattern is this call's own */
    const BinaryPattern *pattern;
    PatternSearch search;
    size_t part_start;          /* split: where the part begins that is not yet collected */
    Term found;                 /* reversed */
} BinarySearch;

/* --- patterns ------------------------------------------------------------------------------- */

static Term pattern_tag(const BinaryPattern *pattern)
{
    return binary_pattern_is_single(pattern) ? A_BM : A_AC;
}

Term bif_binary_compile_pattern_1(Process *p, const Term *args)
{
    Binary *binary = binary_pattern_new(args[0]);

    if (!binary)
        return raise_badarg(p);
    return tuple_2(&p->heap, pattern_tag(binary_pattern_of(binary)), magic_ref_new(&p->heap, binary));
}

/* The pattern of {bm|ac, Ref}; null if `t` is something else. */
static const BinaryPattern *compiled_pattern(Term t)
{
    const BinaryPattern *pattern;

    if (!is_tuple_of(t, 2))
        return NULL;
    pattern = magic_ref_data(tuple_element(t, 2), binary_pattern_destroy);
    return pattern && tuple_element(t, 1) == pattern_tag(pattern) ? pattern : NULL;
}

/* --- a search as a term --------------------------------------------------------------------- */

static Term search_step(Process *p, const Term *args);
static TrapBif search_more = TRAP_BIF(search_step, A_BINARY, A_MATCH, 4, 4);

enum {
    STATE_KIND = 1, STATE_FLAGS, STATE_AT, STATE_END, STATE_NODE, STATE_CANDIDATE, STATE_CANDIDATE_SIZE, STATE_PART,
    STATE_SIZE = STATE_PART
};

static Term put_away(Process *p, const BinarySearch *s)
{
    Term *state;
    Term tuple = tuple_new(&p->heap, STATE_SIZE, &state);

    state--;
    state[STATE_KIND] = small_int(s->kind);
    state[STATE_FLAGS] = small_int(s->flags);
    state[STATE_AT] = small_int((int64_t)s->search.at);
    state[STATE_END] = small_int((int64_t)s->search.end);
    state[STATE_NODE] = small_int(s->search.state);
    state[STATE_CANDIDATE] = small_int(s->search.has_candidate ? (int64_t)s->search.candidate.start : -1);
    state[STATE_CANDIDATE_SIZE] = small_int((int64_t)s->search.candidate.size);
    state[STATE_PART] = small_int((int64_t)s->part_start);
    return yield_to_bif(p, &search_more, (Term[]){s->subject, s->pattern_ref, tuple, s->found});
}

static size_t state_number(Term state, unsigned index)
{
    return (size_t)small_value(tuple_element(state, index));
}

static BinarySearch take_up(const Term *args)
{
    Term state = args[2];
    BinarySearch s = {.subject = args[0], .pattern_ref = args[1], .found = args[3]};

    s.pattern = binary_pattern_of(magic_ref_binary(args[1]));
    s.kind = (SearchKind)state_number(state, STATE_KIND);
    s.flags = (unsigned)state_number(state, STATE_FLAGS);
    s.search.at = state_number(state, STATE_AT);
    s.search.end = state_number(state, STATE_END);
    s.search.state = (uint32_t)state_number(state, STATE_NODE);
    s.search.has_candidate = small_value(tuple_element(state, STATE_CANDIDATE)) >= 0;
    s.search.candidate.start = state_number(state, STATE_CANDIDATE);
    s.search.candidate.size = state_number(state, STATE_CANDIDATE_SIZE);
    s.part_start = state_number(state, STATE_PART);
    return s;
}

/* --- results -------------------------------------------------------------------------------- */

static void collect_part(Process *p, BinarySearch *s, size_t end)
{
    Term part;

    if (end == s->part_start && s->flags & SPLIT_TRIM_ALL)
        return;
    if (end == s->part_start && s->flags & SPLIT_TRIM && end == bits_size(s->subject) / 8)
        return;
    part = bits_sub(&p->heap, s->subject, s->part_start * 8, (end - s->part_start) * 8);
    s->found = cons(&p->heap, part, s->found);
}

/* True if the search is to go on. */
static bool collect(Process *p, BinarySearch *s, const PatternMatch *match)
{
    Term range;

    if (s->kind == SEARCH_SPLIT) {
        collect_part(p, s, match->start);
        s->part_start = match->start + match->size;
        return s->flags & SPLIT_GLOBAL;
    }
    range = tuple_2(&p->heap, small_int((int64_t)match->start), small_int((int64_t)match->size));
    s->found = cons(&p->heap, range, s->found);
    return s->kind == SEARCH_MATCHES;
}

static Term reverse(Process *p, Term list)
{
    Term reversed = TERM_NIL;

    for (; is_cons(list); list = list_tail(list))
        reversed = cons(&p->heap, list_head(list), reversed);
    return reversed;
}

static Term search_result(Process *p, BinarySearch *s)
{
    switch (s->kind) {
    case SEARCH_MATCH:
        return is_nil(s->found) ? A_NOMATCH : list_head(s->found);
    case SEARCH_MATCHES:
        return reverse(p, s->found);
    default:
        collect_part(p, s, bits_size(s->subject) / 8);
        if (s->flags & SPLIT_TRIM)
            while (is_cons(s->found) && bits_size(list_head(s->found)) == 0)
                s->found = list_tail(s->found);
        return reverse(p, s->found);
    }
}

/* --- searching ------------------------------------------------------------------------------ */

/* NO_TERM with nothing raised: out of reductions. */
static Term run(Process *p, BinarySearch *s)
{
    int64_t budget = loop_limit_apply(LOOP_LIMIT_BINARY, MAX(p->reductions_left, 1) * BYTES_PER_REDUCTION);
    int64_t before = budget;
    PatternResult result = PATTERN_MORE;
    PatternMatch match;
    BitsBytes bytes;

    bits_bytes_get(s->subject, &bytes);
    while (budget > 0) {
        result = binary_pattern_next(s->pattern, &s->search, bytes.bytes, &match, &budget);
        if (result == PATTERN_MORE)
            continue;
        if (result == PATTERN_NONE || !collect(p, s, &match))
            break;
        budget -= MATCH_COST_BYTES;
        result = PATTERN_MORE;
    }
    bits_bytes_free(&bytes);
    bif_consume(p, (before - budget) / BYTES_PER_REDUCTION);
    return result == PATTERN_MORE ? NO_TERM : search_result(p, s);
}

static Term search_step(Process *p, const Term *args)
{
    BinarySearch s = take_up(args);
    Term result = run(p, &s);

    return result == NO_TERM ? put_away(p, &s) : result;
}

static Term start_search(Process *p, BinarySearch *s, Term pattern)
{
    Binary *own = NULL;
    Term result;

    s->pattern = compiled_pattern(pattern);
    s->pattern_ref = s->pattern ? tuple_element(pattern, 2) : NO_TERM;
    if (!s->pattern) {
        own = binary_pattern_new(pattern);
        if (!own)
            return raise_badarg(p);
        s->pattern = binary_pattern_of(own);
    }
    result = run(p, s);
    if (result != NO_TERM) {
        if (own)
            binary_release(own);
        return result;
    }
    if (own)
        s->pattern_ref = magic_ref_new(&p->heap, own);
    return put_away(p, s);
}

static bool split_flag(Term option, unsigned *flags)
{
    if (option == A_GLOBAL)
        *flags |= SPLIT_GLOBAL;
    else if (option == A_TRIM)
        *flags |= SPLIT_TRIM;
    else if (option == A_TRIM_ALL)
        *flags |= SPLIT_TRIM_ALL;
    else
        return false;
    return true;
}

/* As on stock, what ends the list of options does not matter. */
static Term search(Process *p, SearchKind kind, Term subject, Term pattern, Term options)
{
    BinarySearch s = {.kind = kind, .subject = subject, .found = TERM_NIL};
    ByteRange scope;

    if (!is_binary(subject) || !is_list(options))
        return raise_badarg(p);
    scope = (ByteRange){0, bits_size(subject) / 8};
    for (; is_cons(options); options = list_tail(options)) {
        Term option = list_head(options);
        if (kind == SEARCH_SPLIT && split_flag(option, &s.flags))
            continue;
        if (!is_tuple_of(option, 2) || tuple_element(option, 1) != A_SCOPE ||
            !byte_range_from_tuple(tuple_element(option, 2), bits_size(subject) / 8, &scope))
            return raise_badarg(p);
    }
    /* As on stock: when the search ends at byte 0 the pattern is not looked at. */
    if (scope.start + scope.size == 0)
        return search_result(p, &s);
    binary_pattern_start(&s.search, scope.start, scope.start + scope.size);
    return start_search(p, &s, pattern);
}

Term bif_binary_match_2(Process *p, const Term *args)
{
    return search(p, SEARCH_MATCH, args[0], args[1], TERM_NIL);
}

Term bif_binary_match_3(Process *p, const Term *args)
{
    return search(p, SEARCH_MATCH, args[0], args[1], args[2]);
}

Term bif_binary_matches_2(Process *p, const Term *args)
{
    return search(p, SEARCH_MATCHES, args[0], args[1], TERM_NIL);
}

Term bif_binary_matches_3(Process *p, const Term *args)
{
    return search(p, SEARCH_MATCHES, args[0], args[1], args[2]);
}

Term bif_binary_split_2(Process *p, const Term *args)
{
    return search(p, SEARCH_SPLIT, args[0], args[1], TERM_NIL);
}

Term bif_binary_split_3(Process *p, const Term *args)
{
    return search(p, SEARCH_SPLIT, args[0], args[1], args[2]);
}
