/* utf8_list.h - text as a list of characters. */
#ifndef LING_UTF8_LIST_H
#define LING_UTF8_LIST_H

#include "vm/term/heap.h"

/* The characters of `size` bytes of UTF-8, with `tail` behind them; NO_TERM if it is not valid UTF-8. */
Term utf8_list(Heap *heap, const void *text, size_t size, Term tail);

#endif
