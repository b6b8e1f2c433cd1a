/* key_bound.h - which keys the heads of a match specification can match.
 *
 * A specification whose heads name their keys is answered by lookups; one head whose key is a partly
 * known tuple or list is answered, in an ordered_set, by a walk over a part of the tree. */
#ifndef LING_ETS_KEY_BOUND_H
#define LING_ETS_KEY_BOUND_H

#include "vm/term/heap.h"

typedef enum KeyBoundKind {
    KEY_NOTHING,           /* no head can match any object */
    KEY_ANY,
    KEY_LIST,              /* only these keys */
    KEY_PARTLY             /* only keys that fit `pattern` */
} KeyBoundKind;

typedef struct KeyBound {
    KeyBoundKind kind;
    Term *keys;            /* point into the specification */
    size_t count;
    Term pattern;
} KeyBound;

/* `specification` is known to compile. */
void key_bound_find(KeyBound *bound, Term specification, size_t key_position);
void key_bound_free(KeyBound *bound);
/* Term order of a pattern and a key, as far as the pattern's known beginning tells: 0 if it does not. */
int key_bound_compare(Term pattern, Term key);
/* Does the body of each clause make an object with the key of the one that matched? */
bool key_bound_keeps_key(Term specification, size_t key_position);

#endif
