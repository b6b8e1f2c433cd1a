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

/* What the VM allocates by purpose, under the name of the allocator that stock has for it. */
typedef struct Allocator {
    Term name;
    MemKind kinds[3];
    size_t kind_count;
} Allocator;

static const Allocator allocators[] = {
    {A_STD_ALLOC, {MEM_SYSTEM}, 1},          {A_LL_ALLOC, {MEM_CODE, MEM_ATOM, MEM_ATOM_TEXT}, 3},
    {A_EHEAP_ALLOC, {MEM_PROCESS}, 1},       {A_ETS_ALLOC, {MEM_ETS}, 1},
    {A_FIX_ALLOC, {MEM_TIMER}, 1},           {A_LITERAL_ALLOC, {MEM_LITERAL}, 1},
    {A_BINARY_ALLOC, {MEM_BINARY}, 1},       {A_DRIVER_ALLOC, {MEM_PORT, MEM_IO}, 2},
};

/* Stock's allocators that have no counterpart. */
static const Term absent_allocators[] = {A_TEMP_ALLOC, A_SL_ALLOC, A_SYS_ALLOC, A_MSEG_ALLOC};

Term system_memory_allocators(Heap *heap)
{
    Term list = TERM_NIL;

    for (size_t i = ARRAY_SIZE(allocators); i > 0; i--)
        list = cons(heap, allocators[i - 1].name, list);
    return list;
}

static Term pair_in_list(Heap *heap, Term key, Term value, Term tail)
{
    return cons(heap, tuple_2(heap, key, value), tail);
}

/* {Key, Now, LastMost, Most}: the highest values are not kept. */
static Term level(Heap *heap, Term key, size_t value)
{
    Term now = integer_from_u64(heap, value);

    return tuple_4(heap, key, now, now, now);
}

static size_t allocator_bytes(const Allocator *allocator)
{
    size_t bytes = 0;

    for (size_t i = 0; i < allocator->kind_count; i++)
        bytes += mem_used(allocator->kinds[i]);
    return bytes;
}

/* [{blocks, [{Name, [{size, _, _, _}]}]}, {carriers_size, _, _, _}] */
static Term carriers(Heap *heap, const Allocator *allocator, size_t bytes)
{
    Term list = cons(heap, level(heap, A_CARRIERS_SIZE, bytes), TERM_NIL);
    Term blocks = TERM_NIL;

    if (bytes > 0)
        blocks = pair_in_list(heap, allocator->name, cons(heap, level(heap, A_SIZE, bytes), TERM_NIL), TERM_NIL);
    return pair_in_list(heap, A_BLOCKS, blocks, list);
}

/* What of it are the timers of BIFs. */
static Term fix_types(Heap *heap)
{
    Term timers = used(heap, MEM_TIMER);

    return cons(heap, tuple_3(heap, A_BIF_TIMER, timers, timers), TERM_NIL);
}

/* {Name, 0, [{options, _}, {fix_types, _}, {mbcs, _}, {sbcs, _}]}; options only if all is wanted. */
static Term describe(Heap *heap, const Allocator *allocator, bool all)
{
    Term list = pair_in_list(heap, A_SBCS, carriers(heap, allocator, 0), TERM_NIL);

    list = pair_in_list(heap, A_MBCS, carriers(heap, allocator, allocator_bytes(allocator)), list);
    if (allocator->name == A_FIX_ALLOC)
        list = pair_in_list(heap, A_FIX_TYPES, fix_types(heap), list);
    if (all) {
        Term options = pair_in_list(heap, A_E, A_TRUE, pair_in_list(heap, A_M, A_LIBC, TERM_NIL));
        list = pair_in_list(heap, A_OPTIONS, options, list);
    }
    return tuple_3(heap, allocator->name, SMALL(0), list);
}

/* NO_TERM if nothing has that name. */
static Term describe_named(Heap *heap, Term name, bool all)
{
    for (size_t i = 0; i < ARRAY_SIZE(allocators); i++)
        if (allocators[i].name == name)
            return describe(heap, &allocators[i], all);
    for (size_t i = 0; i < ARRAY_SIZE(absent_allocators); i++)
        if (absent_allocators[i] == name)
            return tuple_2(heap, name, A_FALSE);
    return NO_TERM;
}

static Term reversed(Heap *heap, Term list)
{
    Term result = TERM_NIL;

    for (; is_cons(list); list = list_tail(list))
        result = cons(heap, list_head(list), result);
    return result;
}

Term system_memory_send(Process *p, Term ref, Term names, bool all)
{
    Term list = TERM_NIL;
    ptrdiff_t count = list_length(names);

    if (!is_ref(ref) || count < 0)
        return raise_badarg(p);
    for (; is_cons(names); names = list_tail(names)) {
        Term described = describe_named(&p->heap, list_head(names), all);
        if (described == NO_TERM)
            return raise_badarg(p);
        list = cons(&p->heap, described, list);
    }
    message_send(NULL, p, tuple_3(&p->heap, ref, SMALL(1), reversed(&p->heap, list)));
    return A_TRUE;
}

/* One thread answers memory/0 and one does not: the wrapper waits for one answer less than this. */
Term bif_erts_internal_no_aux_work_threads_0(Process *p, const Term *args) { return SMALL(2); }
