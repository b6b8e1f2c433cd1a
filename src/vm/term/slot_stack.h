/* slot_stack.h - slots of terms yet to be visited: what a walk over a term uses instead of recursion.
 *
 * Each entry is a range of neighbouring slots. The first ones need no memory from outside. */
#ifndef LING_SLOT_STACK_H
#define LING_SLOT_STACK_H

#include "vm/base/mem.h"
#include "vm/term/term.h"

typedef struct SlotRange {
    const Term *next;
    const Term *end;
} SlotRange;

#define SLOT_STACK_INLINE 32

typedef struct SlotStack {
    SlotRange *ranges;
    size_t count;
    size_t capacity;
    SlotRange first[SLOT_STACK_INLINE];
} SlotStack;

static inline void slot_stack_init(SlotStack *stack)
{
    stack->ranges = stack->first;
    stack->count = 0;
    stack->capacity = SLOT_STACK_INLINE;
}

static inline void slot_stack_free(SlotStack *stack)
{
    if (stack->ranges != stack->first)
        mem_free(MEM_SYSTEM, stack->ranges);
}

static COLD __attribute__((unused)) void slot_stack_grow(SlotStack *stack)
{
    stack->capacity *= 2;
    stack->ranges = mem_grow_from(MEM_SYSTEM, stack->ranges, stack->first, sizeof stack->first, stack->capacity * sizeof *stack->ranges);
}

/* `next` < `end` */
static inline void slot_stack_push(SlotStack *stack, const Term *next, const Term *end)
{
    if (UNLIKELY(stack->count == stack->capacity))
        slot_stack_grow(stack);
    stack->ranges[stack->count++] = (SlotRange){next, end};
}

/* The next term to visit; NO_TERM when none is left. */
static inline Term slot_stack_next(SlotStack *stack)
{
    SlotRange *range;
    Term t;

    if (stack->count == 0)
        return NO_TERM;
    range = &stack->ranges[stack->count - 1];
    t = *range->next++;
    if (range->next == range->end)
        stack->count--;
    return t;
}

#endif
