/* loop_limit.h - how much long-running BIFs do in one turn at most: smaller only when OTP's tests ask for it. */
#ifndef LING_LOOP_LIMIT_H
#define LING_LOOP_LIMIT_H

#include "vm/base/base.h"

typedef enum LoopLimit { LOOP_LIMIT_BINARY, LOOP_LIMIT_UNICODE, LOOP_LIMIT_RE, LOOP_LIMIT_COUNT } LoopLimit;

/* Bytes, characters, list elements; INT64_MAX: what the reductions allow. */
extern int64_t loop_limits[LOOP_LIMIT_COUNT];

static inline int64_t loop_limit_apply(LoopLimit limit, int64_t budget)
{
    return MIN(budget, loop_limits[limit]);
}

#endif
