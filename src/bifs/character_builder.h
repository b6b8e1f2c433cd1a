/* character_builder.h - makes UTF-8 of nested lists of characters and binaries: what the unicode
 * module's conversions have in common.
 *
 * A character may be split between two binaries: its first bytes are kept as leftovers. */
#ifndef LING_CHARACTER_BUILDER_H
#define LING_CHARACTER_BUILDER_H

#include "vm/term/bits.h"

typedef struct CharacterBuilder {
    Heap *heap;             /* for the rest of what was not converted */
    Binary *out;            /* one reference, the builder's */
    size_t size;            /* bytes of `out` that are filled */
    bool latin1;            /* bytes and integers are ISO 8859-1 */
    unsigned leftover_count;
    uint8_t leftover[4];
    int64_t budget;         /* counts down by characters and bytes */
} CharacterBuilder;

typedef enum BuildResult {
    BUILD_DONE,
    BUILD_MORE,             /* the budget is used up: go on with *rest */
    BUILD_ERROR,            /* *rest begins with what cannot be converted */
    BUILD_BAD               /* no nested list of characters and binaries at all */
} BuildResult;

void character_builder_start(CharacterBuilder *builder, Heap *heap, bool latin1);
BuildResult character_builder_add(CharacterBuilder *builder, Term t, Term *rest);
/* Can the leftovers be the start of a character? */
bool character_builder_leftover_is_good(const CharacterBuilder *builder);

/* Bytes of a UTF-8 sequence that begins with `lead`, by its top bits alone; 0: it cannot begin one. */
static inline unsigned utf8_lead_length(uint8_t lead)
{
    return lead < 0x80 ? 1 : (lead & 0xe0) == 0xc0 ? 2 : (lead & 0xf0) == 0xe0 ? 3 : (lead & 0xf8) == 0xf0 ? 4 : 0;
}

#endif
