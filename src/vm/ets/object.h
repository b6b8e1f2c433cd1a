/* object.h - one object of a table: a tuple with all it contains, in one block of memory.
 *
 * The block holds no pointer but to itself and to off-heap binaries, so reading an object is one
 * memcpy and one pass that moves pointers by the distance. A block is never changed once
 * something was read from it, but for elements that update_counter/update_element overwrite with
 * immediate values. */
#ifndef LING_ETS_OBJECT_H
#define LING_ETS_OBJECT_H

#include "vm/term/off_heap.h"

typedef struct EtsObject {
    struct EtsObject *link[2];   /* hash table: next in chain, unused; tree: smaller, greater */
    uint32_t hash;               /* of the key; tree: height of the sub-tree */
    bool deleted;                /* pseudo-deleted: the table is fixed */
    bool flat;                   /* nothing but immediate elements: body is header and elements */
    size_t size_words;           /* of body */
    Word *off_heap;              /* off-heap objects inside body */
    Word body[];                 /* the tuple comes first */
} EtsObject;

static inline Term object_tuple(const EtsObject *object) { return make_boxed(object->body); }
static inline Term object_element(const EtsObject *object, size_t one_based) { return ((const Term *)object->body)[one_based]; }
static inline size_t object_arity(const EtsObject *object) { return header_words(object->body[0]); }

EtsObject *object_new(Term tuple);
/* A copy of `old` with some elements replaced: `values[i]` goes to element positions[i], later ones win. */
EtsObject *object_replace(const EtsObject *old, size_t count, const size_t *positions, const Term *values);
void object_free(EtsObject *object);
/* The object's tuple on `heap`. */
Term object_copy(Heap *heap, const EtsObject *object);
/* Element `one_based` on `heap`. */
Term object_copy_element(Heap *heap, const EtsObject *object, size_t one_based);
static inline size_t object_bytes(const EtsObject *object) { return sizeof *object + object->size_words * sizeof(Word); }

#endif
