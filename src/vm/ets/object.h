/* object.h - one object of a table: a tuple with all it contains, in one block of memory.
 *
 * The block holds no pointer but to itself and to off-heap binaries; a bitmap behind the words tells
 * which of them are pointers. So reading an object is one memcpy and moving these pointers by the distance. A block
 * is not changed once it is in a table, but for immediate elements that object_set overwrites with others.
 *
 * In a compressed table the key is whole, the other elements are rows of bytes (packed_term.h) behind the words:
 * object_element is for the key and for immediates then, all else takes object_copy_element or object_view. */
#ifndef LING_ETS_OBJECT_H
#define LING_ETS_OBJECT_H

#include "vm/term/off_heap.h"

typedef enum ObjectForm {
    OBJECT_WHOLE,
    OBJECT_FLAT,                 /* nothing but immediate elements: body is header and elements, no bitmap */
    OBJECT_PACKED                /* an element that is a row of bytes has a header tag and where it is, in bytes of body */
} ObjectForm;

typedef struct EtsObject {
    Word *off_heap;              /* off-heap objects inside body */
    size_t size_words;           /* of body, without the bitmap */
    uint32_t hash;               /* of the key; tree: height of the sub-tree */
    bool deleted;                /* pseudo-deleted: the table is fixed */
    uint8_t form;                /* an ObjectForm */
    struct EtsObject *link[2];   /* hash table: next in chain, unused; tree: smaller, greater. Close to the key */
    Word body[];                 /* the tuple comes first; the bitmap follows, if whole. Packed: header and elements, boxes that
                                    rows refer to, what the key consists of, rows */
} EtsObject;

#define BITMAP_WORDS(words) (((words) + 63) / 64)

static inline Term object_tuple(const EtsObject *object) { return make_boxed(object->body); }
static inline Term object_element(const EtsObject *object, size_t one_based) { return ((const Term *)object->body)[one_based]; }
static inline size_t object_arity(const EtsObject *object) { return header_words(object->body[0]); }
static inline size_t object_bytes(const EtsObject *object)
{
    size_t bitmap = object->form == OBJECT_WHOLE ? BITMAP_WORDS(object->size_words) : 0;

    return sizeof *object + (object->size_words + bitmap) * sizeof(Word);
}

/* `old` (may be null) is overwritten and returned if the new content has its size exactly; else a new
 * object is returned and `old` is as it was. The elements may lie in `old`. */
EtsObject *object_renew(EtsObject *old, size_t arity, const Term *elements);
static inline EtsObject *object_new(size_t arity, const Term *elements) { return object_renew(NULL, arity, elements); }
/* Packed, unless all elements are immediate. */
EtsObject *object_pack(size_t arity, const Term *elements, size_t key_position);
void object_free(EtsObject *object);
/* The object's tuple on `heap`. */
Term object_copy(Heap *heap, const EtsObject *object);
/* A term that lies in an object (or anywhere), whole, on `heap`. */
Term object_copy_term(Heap *heap, Term part);
Term object_copy_element(Heap *heap, const EtsObject *object, size_t one_based);
/* The tuple to look at, for as long as the object is there: itself, or, if packed, a copy on `heap`. */
static inline Term object_view(Heap *heap, const EtsObject *object)
{
    return object->form == OBJECT_PACKED ? object_copy(heap, object) : object_tuple(object);
}
/* Is it exactly equal to `tuple`? */
bool object_equals(const EtsObject *object, Term tuple);

static inline bool object_has_immediate(const EtsObject *object, size_t one_based)
{
    Term element = object_element(object, one_based);

    return is_immediate(element) && !is_header(term_bits(element));
}
/* An immediate element becomes `value`, an immediate. */
static inline void object_set(EtsObject *object, size_t one_based, Term value) { ((Term *)object->body)[one_based] = value; }

/* A block of its own for any term: heirs' data, constants of match programs. */
typedef struct TermBlock {
    Term term;
    Word *off_heap;
    Word *words;
} TermBlock;
void term_block_set(TermBlock *block, Term value);     /* `block` is zeroed or set */
void term_block_clear(TermBlock *block);

#endif
