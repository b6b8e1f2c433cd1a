/* magic_ref.c - magic references that were written down, by their numbers. A Binary is in the table while its used_bits,
 * which nothing else needs where there are no bits, are the number; SIZE_MAX: it is not. */
#include "vm/base/mem.h"
#include "vm/base/thread_kind.h"
#include "vm/term/ref.h"

enum { FIRST_BUCKETS = 64 };

typedef struct Written {
    struct Written *next;
    Binary *binary;
} Written;

static struct {
    Written **buckets;
    size_t bucket_count;             /* a power of two */
    size_t count;
} table;

static Written **bucket_of(uint64_t id) { return &table.buckets[id & (table.bucket_count - 1)]; }

static void add(Written *written)
{
    Written **bucket = bucket_of(written->binary->used_bits);

    written->next = *bucket;
    *bucket = written;
}

static void grow(void)
{
    Written **old = table.buckets;
    size_t old_count = table.bucket_count;

    table.bucket_count = MAX(FIRST_BUCKETS, 2 * old_count);
    table.buckets = mem_alloc_zero(MEM_SYSTEM, table.bucket_count * sizeof *table.buckets);
    for (size_t i = 0; i < old_count; i++) {
        for (Written *written = old[i], *next; written; written = next) {
            next = written->next;
            add(written);
        }
    }
    mem_free(MEM_SYSTEM, old);
}

void magic_ref_written(Term ref)
{
    Binary *binary = magic_ref_binary(ref);
    Written *written;

    if (binary->used_bits != SIZE_MAX || !thread_is_vm)
        return;
    if (table.count == table.bucket_count)
        grow();
    binary->used_bits = ref_id(ref);
    written = mem_alloc(MEM_SYSTEM, sizeof *written);
    written->binary = binary;
    add(written);
    table.count++;
}

Binary *magic_ref_find(uint64_t id)
{
    Written *written;

    if (table.count == 0 || !thread_is_vm)
        return NULL;
    for (written = *bucket_of(id); written; written = written->next)
        if (written->binary->used_bits == id)
            return written->binary;
    return NULL;
}

void magic_ref_forget(Binary *binary)
{
    Written **link = bucket_of(binary->used_bits);
    Written *written;

    while ((*link)->binary != binary)
        link = &(*link)->next;
    written = *link;
    *link = written->next;
    mem_free(MEM_SYSTEM, written);
    table.count--;
    binary->used_bits = SIZE_MAX;
}
