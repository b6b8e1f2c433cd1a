/* counter_array.h - arrays of 64-bit numbers that references stand for: atomics and counters.
 *
 * There is one VM thread, so every operation on them is atomic. */
#ifndef LING_COUNTER_ARRAY_H
#define LING_COUNTER_ARRAY_H

#include "vm/proc/raise.h"
#include "vm/term/ref.h"

typedef struct CounterArray {
    bool is_signed;
    size_t count;
    uint64_t values[];
} CounterArray;

/* A new array as a reference; `destroy` tells the kinds apart. NO_TERM after raising what a bad
 * `count` (any term) raises. */
Term counter_array_new(Process *p, Term count, bool is_signed, void (*destroy)(Binary *));
/* The cell `index` (from 1) of the array `ref`; null if one of the two is bad. */
uint64_t *counter_array_cell(Term ref, Term index, void (*destroy)(Binary *), CounterArray **array);
/* What may be added: anything of 64 bits, signed or not. */
bool counter_array_increment(Term t, uint64_t *value);
/* What may be stored in this array. */
bool counter_array_value(const CounterArray *array, Term t, uint64_t *value);
Term counter_array_integer(Heap *heap, const CounterArray *array, uint64_t value);
size_t counter_array_bytes(const CounterArray *array);

#endif
