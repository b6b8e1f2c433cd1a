/* code_memory.h - memory for code words and machine code, in the lower 2 GB of the address space.
 *
 * There the machine code (vm/exec/native.h) reaches the VM's functions and the words with addresses of 31
 * bits. Blocks are whole pages; the system may refuse. */
#ifndef LING_CODE_MEMORY_H
#define LING_CODE_MEMORY_H

#include "vm/base/base.h"

#define CODE_MEMORY_LIMIT 0x7fff0000u     /* all addresses are below */

void *code_memory_alloc(size_t size);     /* readable and writable; null: there is none */
/* From now on it may be run, and not be written. False: the system does not allow that. */
bool code_memory_make_executable(void *block, size_t size);
void code_memory_free(void *block, size_t size);
size_t code_memory_used(void);
/* So many bytes as whole pages. */
size_t code_memory_round(size_t size);
/* Code words: `mapped_size` bytes of code_memory, or if that is 0, a MEM_CODE block. */
void code_words_free(void *words, size_t mapped_size);

#endif
