/* binary_pattern.h - what binary:match/2 and its like search for: one string or several.
 *
 * One string is searched by memchr and memmem; several by an automaton (Aho and Corasick) over classes of
 * bytes. Of several strings that begin at the same place the longest one is found. A pattern owns its
 * memory in one counted Binary, so it can live in a magic reference. */
#ifndef LING_BINARY_PATTERN_H
#define LING_BINARY_PATTERN_H

#include "vm/term/off_heap.h"

typedef struct BinaryPattern BinaryPattern;

typedef struct PatternMatch {
    size_t start;
    size_t size;
} PatternMatch;

/* Where a search is. It may be broken off (PATTERN_MORE) and go on with the same pattern and bytes. */
typedef struct PatternSearch {
    size_t at;              /* next byte to look at */
    size_t end;             /* of what is searched */
    uint32_t state;         /* of the automaton */
    bool has_candidate;     /* a match that a longer one may still replace */
    PatternMatch candidate;
} PatternSearch;

typedef enum PatternResult { PATTERN_FOUND, PATTERN_NONE, PATTERN_MORE } PatternResult;

/* From a binary, or a list of binaries (none empty). Null: `t` is neither. The pattern has one reference. */
Binary *binary_pattern_new(Term t);
void binary_pattern_destroy(Binary *binary);       /* tells pattern references from others */
static inline const BinaryPattern *binary_pattern_of(const Binary *binary) { return (const BinaryPattern *)binary->data; }
bool binary_pattern_is_single(const BinaryPattern *pattern);

void binary_pattern_start(PatternSearch *search, size_t from, size_t to);
/* The next match, not overlapping the one before. Looks at no more than about *budget bytes, which
 * counts down. */
PatternResult binary_pattern_next(const BinaryPattern *pattern, PatternSearch *search, const uint8_t *bytes,
                                  PatternMatch *match, int64_t *budget);

#endif
