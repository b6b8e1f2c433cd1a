/* system_memory.c - memory in use, in the shape of stock's allocators. */
#include "bifs/system_memory.h"

#include "bifs.h"
#include "vm/base/mem.h"
#include "vm/proc/mailbox.h"
#include "vm/term/integer.h"

static Term used(Heap *heap, MemKind kind) { return integer_from_u64(heap, mem_used(kind)); }

Term system_memory_areas(Heap *heap)
{
    Term areas[] = {tuple_3(heap, A_ATOM_SPACE, used(heap, MEM_ATOM_TEXT), used(heap, MEM_ATOM_TEXT)),
                    tuple_2(heap, A_ATOM_TABLE, used(heap, MEM_ATOM)),
                    tuple_2(heap, A_LOADED_CODE, integer_from_u64(heap, mem_used(MEM_CODE) + mem_used(MEM_LITERAL)))};

    return list_from(heap, ARRAY_SIZE(areas), areas, TERM_NIL);
}

/* {Name, 0, [{mbcs, [{blocks, [{Name, [{size, Bytes, Bytes, Bytes}]}]}]}]} */
static Term allocator(Heap *heap, Term name, size_t bytes)
{
    Term size = integer_from_u64(heap, bytes);
    Term block = tuple_2(heap, name, cons(heap, tuple_4(heap, A_SIZE, size, size, size), TERM_NIL));
    Term blocks = tuple_2(heap, A_BLOCKS, cons(heap, block, TERM_NIL));

    return tuple_3(heap, name, SMALL(0), cons(heap, tuple_2(heap, A_MBCS, cons(heap, blocks, TERM_NIL)), TERM_NIL));
}

Term system_memory_send(Process *p, Term ref)
{
    Heap heap = {0};
    size_t rest = mem_used(MEM_CODE) + mem_used(MEM_LITERAL) + mem_used(MEM_ATOM) + mem_used(MEM_ATOM_TEXT)
                + mem_used(MEM_TIMER) + mem_used(MEM_PORT) + mem_used(MEM_IO) + mem_used(MEM_SYSTEM);
    Term allocators[] = {allocator(&heap, A_EHEAP_ALLOC, mem_used(MEM_PROCESS)),
                         allocator(&heap, A_ETS_ALLOC, mem_used(MEM_ETS)),
                         allocator(&heap, A_BINARY_ALLOC, mem_used(MEM_BINARY)),
                         allocator(&heap, A_STD_ALLOC, rest)};

    message_send(NULL, p, tuple_3(&heap, ref, SMALL(1), list_from(&heap, ARRAY_SIZE(allocators), allocators, TERM_NIL)));
    heap_clear(&heap);
    return A_TRUE;
}

/* One thread answers memory/0 and one does not: the wrapper waits for one answer less than this. */
Term bif_erts_internal_no_aux_work_threads_0(Process *p, const Term *args) { return SMALL(2); }
