/* Looking at patterns: which atoms are variables, and is a term constant. */
#include "vm/match/match.h"

#include "vm/base/mem.h"
#include "vm/term/map.h"

#define VARIABLE_MAX 100000000
#define VARIABLE_MAX_DIGITS 9

int64_t match_variable(Term t)
{
    size_t size;
    const char *text;
    int64_t number = 0;

    if (!is_atom(t))
        return -1;
    text = atom_text(t, &size);
    if (size < 2 || size > VARIABLE_MAX_DIGITS + 1 || text[0] != '$' || (text[1] == '0' && size > 2))
        return -1;
    for (size_t i = 1; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        number = 10 * number + (text[i] - '0');
    }
    return number <= VARIABLE_MAX ? number : -1;
}

/* Terms that are still to be looked at. */
typedef struct Pending {
    Term *terms;
    size_t count, capacity;
} Pending;

static void push(Pending *stack, Term t)
{
    if (stack->count == stack->capacity) {
        stack->capacity = MAX((size_t)32, 2 * stack->capacity);
        stack->terms = mem_realloc(MEM_SYSTEM, stack->terms, stack->capacity * sizeof(Term));
    }
    stack->terms[stack->count++] = t;
}

static void push_parts(Pending *stack, Term t)
{
    if (is_cons(t)) {
        push(stack, list_tail(t));
        push(stack, list_head(t));
    } else if (is_tuple(t)) {
        for (size_t i = tuple_size(t); i > 0; i--)
            push(stack, tuple_element(t, i));
    } else if (is_map(t)) {
        MapIterator it;
        Term key, value;

        map_iterate(&it, t);
        while (map_next(&it, &key, &value)) {
            push(stack, value);
            push(stack, key);
        }
    }
}

static bool is_variable(Term t)
{
    return t == A_UNDERSCORE || match_variable(t) >= 0;
}

/* Is there a part for which `found` holds? */
static bool any_part(Term t, bool (*found)(Term))
{
    Pending stack = {0};
    bool result = found(t);

    if (!is_immediate(t))
        push_parts(&stack, t);
    while (!result && stack.count > 0) {
        Term part = stack.terms[--stack.count];
        result = found(part);
        if (!is_immediate(part))
            push_parts(&stack, part);
    }
    mem_free(MEM_SYSTEM, stack.terms);
    return result;
}

static bool is_any_map(Term t)
{
    return is_map(t);
}

bool match_has_variable(Term pattern)
{
    return any_part(pattern, is_variable);
}

bool match_has_map(Term pattern)
{
    return any_part(pattern, is_any_map);
}
