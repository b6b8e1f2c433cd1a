/* system_text.h - texts that the operating system sees: names of files and programs, arguments, the
 * environment. They are bytes, in the encoding of file names (+fnu, +fnl). */
#ifndef LING_SYSTEM_TEXT_H
#define LING_SYSTEM_TEXT_H

#include "vm/term/heap.h"

/* The text of an atom, a deep list of characters, or a binary, whose bytes are taken as they are. Ends in
 * NUL and has no other; mem_free(MEM_SYSTEM). Null: it is no such text. */
char *system_text(Term t);
/* The same, for lists only. */
char *system_text_of_list(Term t);
/* As a list of characters; bytes that are not UTF-8 are taken as Latin-1. */
Term system_text_list(Heap *heap, const char *bytes, size_t size);

#endif
