/* float_shortest.h - the shortest decimal that reads back as a given float. */
#ifndef LING_FLOAT_SHORTEST_H
#define LING_FLOAT_SHORTEST_H

#include "vm/base/base.h"

/* digits * 10^exponent; `digits` (up to 17 of them) does not end in 0. */
typedef struct Decimal {
    uint64_t digits;
    int exponent;
} Decimal;

/* Of all shortest ones the nearest. `value` is finite and positive. */
Decimal float_shortest(double value);

#endif
