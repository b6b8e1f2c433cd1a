/* magic_ref.c - magic references that were written down, by their numbers. A Binary is in the table while its used_bits,
 * which nothing else needs where there are no bits, are the number; SIZE_MAX: it is not. */
#include "vm/base/mem.h"
#include "vm/base/thread_kind.h"
#include "vm/term/ref.h"
#include "vm/term/ref_table.h"

typedef struct Written {
    RefEntry entry;
    Binary *binary;
} Written;

/* Null: there is none. */
static Written *find(uint64_t id)
{
    RefEntry *entry = ref_table_find(id, REF_ENTRY_MAGIC);

    return entry ? CONTAINER_OF(entry, Written, entry) : NULL;
}

void magic_ref_written(Term ref)
{
    Binary *binary;
    Written *written;

    if (!is_magic_ref(ref) || !thread_is_vm)
        return;
    binary = magic_ref_binary(ref);
    if (binary->used_bits != SIZE_MAX)
        return;
    binary->used_bits = ref_id(ref);
    written = mem_alloc(MEM_SYSTEM, sizeof *written);
    written->binary = binary;
    ref_table_add(&written->entry, REF_ENTRY_MAGIC, binary->used_bits);
}

Binary *magic_ref_find(uint64_t id)
{
    Written *written = thread_is_vm ? find(id) : NULL;

    return written ? written->binary : NULL;
}

void magic_ref_forget(Binary *binary)
{
    Written *written = find(binary->used_bits);

    ref_table_remove(&written->entry);
    mem_free(MEM_SYSTEM, written);
    binary->used_bits = SIZE_MAX;
}
