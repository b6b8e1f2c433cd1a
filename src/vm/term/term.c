#include "vm/term/term.h"

const size_t box_raw_words_of[BOX_KIND_COUNT] = {
    [BOX_TUPLE] = 0,
    [BOX_BIG_POSITIVE] = SIZE_MAX,
    [BOX_BIG_NEGATIVE] = SIZE_MAX,
    [BOX_FLOAT] = SIZE_MAX,
    [BOX_FUN] = 1,
    [BOX_EXPORT] = SIZE_MAX,
    [BOX_REF] = SIZE_MAX,
    [BOX_MAGIC_REF] = SIZE_MAX,
    [BOX_HEAP_BITS] = SIZE_MAX,
    [BOX_REFC_BITS] = SIZE_MAX,
    [BOX_SUB_BITS] = 2,
    [BOX_MATCH_CONTEXT] = 2,
    [BOX_FLAT_MAP] = 0,
    [BOX_HASH_MAP] = 2,
    [BOX_HASH_NODE] = 1,
    [BOX_EXTERNAL_PID] = SIZE_MAX,
    [BOX_EXTERNAL_PORT] = SIZE_MAX,
    [BOX_EXTERNAL_REF] = SIZE_MAX,
};
