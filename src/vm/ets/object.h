/* object.h - one object of a table: a tuple with all it contains, in one block of memory.
 *
 * The block holds no pointer but to itself and to off-heap binaries; a bitmap behind the words tells
 * which of them are pointers. So reading an object is one memcpy and moving these pointers by the distance. A block
 * is not changed once it is in a table, but for elements that object_set overwrites with immediate values. */
#ifndef LING_ETS_OBJECT_H
#define LING_ETS_OBJECT_H

#include "vm/term/off_heap.h"

typedef struct EtsObject {
    Word *off_heap;              /* off-heap objects inside body */
    size_t size_words;           /* of body */
    uint32_t hash;               /* of the key; tree: height of the sub-tree */
    bool deleted;                /* pseudo-deleted: the table is fixed */
    bool flat;                   /* nothing but immediate elements: body is header and elements */
    struct EtsObject *link[2];   /* hash table: next in chain, unused; tree: smaller, greater. Close to the key */
    Word body[];                 /* the tuple comes first; the bitmap follows, unless flat */
} EtsObject;

#define BITMAP_WORDS(words) (((words) + 63) / 64)

static inline Term object_tuple(const EtsObject *object) { return make_boxed(object->body); }
static inline Term object_element(const EtsObject *object, size_t one_based) { return ((const Term *)object->body)[one_based]; }
static inline size_t object_arity(const EtsObject *object) { return header_words(object->body[0]); }
static inline size_t object_bytes(const EtsObject *object)
{
    size_t bitmap = object->flat ? 0 : BITMAP_WORDS(object->size_words);

    return sizeof *object + (object->size_words + bitmap) * sizeof(Word);
}

/* `old` (may be null) is overwritten and returned if the new content has its size exactly; else a new
 * object is returned and `old` is as it was. The elements may lie in `old`. */
EtsObject *object_renew(EtsObject *old, size_t arity, const Term *elements);
static inline EtsObject *object_new(size_t arity, const Term *elements) { return object_renew(NULL, arity, elements); }
void object_free(EtsObject *object);
/* The object's tuple on `heap`. */
Term object_copy(Heap *heap, const EtsObject *object);
/* A term that lies in an object (or anywhere), whole, on `heap`. */
Term object_copy_term(Heap *heap, Term part);

/* An element becomes `value`, an immediate; the second: it is an immediate now, too. */
void object_set(EtsObject *object, size_t one_based, Term value);
static inline void object_set_flat(EtsObject *object, size_t one_based, Term value) { ((Term *)object->body)[one_based] = value; }

/* A block of its own for any term: heirs' data, constants of match programs. */
typedef struct TermBlock {
    Term term;
    Word *off_heap;
    Word *words;
} TermBlock;
void term_block_set(TermBlock *block, Term value);     /* `block` is zeroed or set */
void term_block_clear(TermBlock *block);

#endif
