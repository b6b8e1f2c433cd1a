/* copy.h - copying terms from heap to heap.
 *
 * Sharing is not kept, unless asked for: a term that occurs twice is copied twice. Literals are not
 * copied, unless asked for; binaries outside the heaps get one more reference. Terms may be of any depth. */
#ifndef LING_COPY_H
#define LING_COPY_H

#include "vm/term/heap.h"

/* Words that a copy takes; 0 for an immediate or a literal. */
size_t term_size_words(Term t);
/* Copies into one piece of `into`. */
Term term_copy(Heap *into, Term t);
/* The same with a size that is known: `words` is term_size_words(t). */
Term term_copy_sized(Heap *into, Term t, size_t words);

/* Literals are copied like everything else. */
size_t term_size_words_all(Term t);
Term term_copy_all(Heap *into, Term t);
/* Like term_size_words, but what occurs twice counts once. */
size_t term_size_words_shared(Term t);
/* All of it, literals too, and what occurs twice is copied once. */
size_t term_size_words_all_shared(Term t);
Term term_copy_all_shared(Heap *into, Term t);

#endif
