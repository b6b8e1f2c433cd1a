/* word_stack.h - what a walk over terms has yet to do: terms, marks and numbers, last in first out.
 *
 * A mark is a word that no Erlang value has, but is an immediate to the collector, as numbers are that stand there as
 * small integers: the words of a stack may be put away as the elements of a tuple. */
#ifndef LING_WORD_STACK_H
#define LING_WORD_STACK_H

#include "vm/base/mem.h"
#include "vm/term/term.h"

#define WORD_STACK_INLINE 64
#define WORD_MARK(number) (((Word)(number) << IMM_BITS) | IMM_TAG(IMM_CATCH))

typedef struct WordStack {
    Word *words;
    size_t count;
    size_t capacity;
    Word first[WORD_STACK_INLINE];
} WordStack;

static inline void word_stack_init(WordStack *stack)
{
    stack->words = stack->first;
    stack->count = 0;
    stack->capacity = WORD_STACK_INLINE;
}

static inline void word_stack_free(WordStack *stack)
{
    if (UNLIKELY(stack->words != stack->first))
        mem_free(MEM_SYSTEM, stack->words);
}

static COLD __attribute__((unused)) void word_stack_grow(WordStack *stack)
{
    stack->capacity *= 2;
    stack->words = mem_grow_from(MEM_SYSTEM, stack->words, stack->first, sizeof stack->first, stack->capacity * sizeof *stack->words);
}

static inline void word_stack_push(WordStack *stack, Word word)
{
    if (UNLIKELY(stack->count == stack->capacity))
        word_stack_grow(stack);
    stack->words[stack->count++] = word;
}

static inline void word_stack_push_term(WordStack *stack, Term t) { word_stack_push(stack, term_bits(t)); }
static inline void word_stack_push_number(WordStack *stack, uint64_t number) { word_stack_push_term(stack, small_int((int64_t)number)); }

/* The first one comes out first. */
static inline void word_stack_push_terms(WordStack *stack, const Term *terms, size_t count)
{
    for (size_t i = count; i > 0; i--)
        word_stack_push_term(stack, terms[i - 1]);
}

static inline Word word_stack_pop(WordStack *stack) { return stack->words[--stack->count]; }
static inline uint64_t word_stack_pop_number(WordStack *stack) { return (uint64_t)small_value(term_from_bits(word_stack_pop(stack))); }

#endif
