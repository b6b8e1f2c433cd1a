/* pair_stack.h - what is yet to be compared of two terms: rows of neighbouring slots, side by side. */
#ifndef LING_PAIR_STACK_H
#define LING_PAIR_STACK_H

#include "vm/base/mem.h"
#include "vm/term/term.h"

typedef struct PairRow {
    const Term *a;
    const Term *b;
    size_t left;       /* > 0 */
    bool exact;        /* 1 and 1.0 differ */
} PairRow;

#define PAIR_STACK_INLINE 16

typedef struct PairStack {
    PairRow *rows;
    size_t count;
    size_t capacity;
    PairRow first[PAIR_STACK_INLINE];
} PairStack;

static inline void pair_stack_init(PairStack *stack)
{
    stack->rows = stack->first;
    stack->count = 0;
    stack->capacity = PAIR_STACK_INLINE;
}

static inline void pair_stack_free(PairStack *stack)
{
    if (UNLIKELY(stack->rows != stack->first))
        mem_free(MEM_SYSTEM, stack->rows);
}

static COLD __attribute__((unused)) void pair_stack_grow(PairStack *stack)
{
    stack->capacity *= 2;
    stack->rows = mem_grow_from(MEM_SYSTEM, stack->rows, stack->first, sizeof stack->first, stack->capacity * sizeof *stack->rows);
}

static inline void pair_stack_push(PairStack *stack, const Term *a, const Term *b, size_t count, bool exact)
{
    if (count == 0)
        return;
    if (UNLIKELY(stack->count == stack->capacity))
        pair_stack_grow(stack);
    stack->rows[stack->count++] = (PairRow){a, b, count, exact};
}

/* The next two terms that are not identical; false when none are left. */
static inline bool pair_stack_next(PairStack *stack, Term *a, Term *b, bool *exact)
{
    while (stack->count > 0) {
        PairRow *row = &stack->rows[stack->count - 1];
        *a = *row->a++;
        *b = *row->b++;
        *exact = row->exact;
        if (--row->left == 0)
            stack->count--;
        if (*a != *b)
            return true;
    }
    return false;
}

#endif
