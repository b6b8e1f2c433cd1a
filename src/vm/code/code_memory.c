#include "vm/code/code_memory.h"

#include <sys/mman.h>

#include "vm/base/mem.h"

#define PAGE_BYTES 4096

static size_t used;

size_t code_memory_round(size_t size) { return (size + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES; }

void *code_memory_alloc(size_t size)
{
#ifdef MAP_32BIT
    size_t rounded = code_memory_round(size);
    void *block = mmap(NULL, rounded, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

    if (block == MAP_FAILED)
        return NULL;
    if ((uintptr_t)block + rounded > CODE_MEMORY_LIMIT) {
        munmap(block, rounded);
        return NULL;
    }
    used += rounded;
    return block;
#else
    return NULL;
#endif
}

bool code_memory_make_executable(void *block, size_t size)
{
    return mprotect(block, code_memory_round(size), PROT_READ | PROT_EXEC) == 0;
}

void code_memory_free(void *block, size_t size)
{
    if (!block)
        return;
    munmap(block, code_memory_round(size));
    used -= code_memory_round(size);
}

size_t code_memory_used(void) { return used; }

void code_words_free(void *words, size_t mapped_size)
{
    if (mapped_size)
        code_memory_free(words, mapped_size);
    else
        mem_free(MEM_CODE, words);
}
