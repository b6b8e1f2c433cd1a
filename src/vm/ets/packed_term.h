/* packed_term.h - terms as rows of bytes: what the elements of an object in a compressed table are stored as.
 *
 * A row is what a copy of the term would be, word for word: where a list cell or a box is referred to, the next
 * free words of the copy are meant, so nothing tells where it lies; small numbers take one byte. What must be found on
 * the off-heap list stays as it is, aside of the bytes, and the row says where. */
#ifndef LING_ETS_PACKED_TERM_H
#define LING_ETS_PACKED_TERM_H

#include "vm/term/off_heap.h"

/* Rows that are being made, one behind the other. Zeroed before use; used again after packed_clear. */
typedef struct PackedRows {
    uint8_t *bytes;
    size_t size, capacity;
    size_t *starts;              /* of each row in `bytes` */
    size_t count, starts_capacity;
    Word *aside;                 /* off-heap boxes, which hold no references of their own yet */
    size_t aside_words, aside_capacity;
} PackedRows;

/* Adds a row. words[0] is a pointer to the term, the rest is what it consists of, breadth first: each pointer (in bytes,
 * relative to `words`) leads to the first words that nothing before has led to. */
void packed_add(PackedRows *rows, const Word *words, size_t count);
void packed_clear(PackedRows *rows);            /* large memory is given back */
/* The term of one row on `heap`; off-heap boxes are found in `aside`. */
Term packed_read(Heap *heap, const uint8_t *row, const Word *aside);

#endif
