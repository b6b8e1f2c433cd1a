/* literal_range.h - the addresses of constant terms.
 *
 * All literal areas (vm/gc/literal.h) lie in one reserved range, so that "is it a literal" is one compare. */
#ifndef LING_LITERAL_RANGE_H
#define LING_LITERAL_RANGE_H

#include "vm/term/term.h"

extern Word *literal_base;      /* start of the reserved range */
#define LITERAL_RANGE_BYTES ((size_t)16 << 30)

static inline bool is_literal_address(const void *address)
{
    return (uintptr_t)address - (uintptr_t)literal_base < LITERAL_RANGE_BYTES;
}
/* `t` is cons or boxed and lies in a literal area. */
static inline bool is_literal(Term t) { return is_literal_address(t); }

#endif
