/* erlang:phash/2, phash2/1,2. */
#include "bifs.h"
#include "vm/term/hash.h"
#include "vm/term/integer.h"

#define PHASH2_DEFAULT_BITS 27
#define FULL_RANGE ((uint64_t)1 << 32)

/* 1 .. 2^32, else 0. */
static uint64_t range_value(Term t)
{
    return is_small(t) && small_value(t) > 0 && (uint64_t)small_value(t) <= FULL_RANGE ? (uint64_t)small_value(t) : 0;
}

Term bif_erlang_phash_2(Process *p, const Term *args)
{
    uint64_t range = range_value(args[1]);

    if (range == 0)
        return raise_badarg(p);
    return small_int((int64_t)(term_phash(args[0]) % range) + 1);
}

Term bif_erlang_phash2_1(Process *p, const Term *args)
{
    return small_int(term_phash2(args[0]) & ((1u << PHASH2_DEFAULT_BITS) - 1));
}

Term bif_erlang_phash2_2(Process *p, const Term *args)
{
    uint64_t range = range_value(args[1]);

    if (range == 0)
        return raise_badarg(p);
    return small_int((int64_t)(term_phash2(args[0]) % range));
}
