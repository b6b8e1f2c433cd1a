#include "vm/term/ref.h"

#include <time.h>

#include "vm/term/pid.h"

#define FIRST_MASK (((uint64_t)1 << REF_FIRST_BITS) - 1)
/* Ids start below this, so that they never wrap. */
#define START_MASK (((uint64_t)1 << 62) - 1)

uint64_t ref_next_id(void)
{
    static uint64_t last;

    if (last == 0) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        last = ((uint64_t)now.tv_sec * 1000000007u + (uint64_t)now.tv_nsec) * 0x9E3779B97F4A7C15u & START_MASK;
    }
    return ++last;
}

Term ref_from_id(Heap *heap, uint64_t id, uint64_t owner)
{
    RefObject *ref = (RefObject *)heap_alloc(heap, REF_WORDS);

    *ref = (RefObject){.header = MAKE_HEADER(BOX_REF, REF_WORDS - 1), .id = id, .owner = owner};
    return make_boxed(ref);
}

Term ref_new(Heap *heap)
{
    return ref_from_id(heap, ref_next_id(), 0);
}

Term ref_new_owned(Heap *heap, Term pid)
{
    return ref_from_id(heap, ref_next_id(), immediate_payload(pid) + 1);
}

Term magic_ref_from_id(Heap *heap, Binary *binary, uint64_t id)
{
    MagicRefObject *ref = (MagicRefObject *)heap_alloc(heap, MAGIC_REF_WORDS);

    *ref = (MagicRefObject){.header = MAKE_HEADER(BOX_MAGIC_REF, MAGIC_REF_WORDS - 1), .id = id, .binary = binary};
    off_heap_add(heap, (Word *)ref);
    return make_boxed(ref);
}

Term magic_ref_new(Heap *heap, Binary *binary)
{
    return magic_ref_from_id(heap, binary, ref_next_id());
}

unsigned ref_numbers(Term ref, uint32_t numbers[REF_MAX_NUMBERS])
{
    uint64_t id, owner;

    if (is_box_kind(ref, BOX_EXTERNAL_REF)) {
        const ExternalObject *object = external_object(ref);
        unsigned count = (unsigned)object->data[0];
        for (unsigned i = 0; i < count; i++)
            numbers[i] = (uint32_t)(object->data[1 + i / 2] >> (i % 2 * 32));
        return count;
    }
    id = ref_id(ref);
    owner = ref_owner(ref);
    numbers[0] = (uint32_t)(id & FIRST_MASK);
    numbers[1] = (uint32_t)(id >> REF_FIRST_BITS);
    numbers[2] = (uint32_t)(id >> (REF_FIRST_BITS + 32));
    if (owner == 0)
        return 3;
    numbers[3] = (uint32_t)owner;
    numbers[4] = (uint32_t)(owner >> 32);
    return 5;
}

Term ref_from_numbers(Heap *heap, const uint32_t *numbers, unsigned count)
{
    uint64_t id, owner;
    Binary *binary;

    if ((count != 3 && count != 5) || numbers[0] > FIRST_MASK || numbers[2] >> (32 - REF_FIRST_BITS))
        return NO_TERM;
    id = numbers[0] | (uint64_t)numbers[1] << REF_FIRST_BITS | (uint64_t)numbers[2] << (REF_FIRST_BITS + 32);
    owner = count == 5 ? numbers[3] | (uint64_t)numbers[4] << 32 : 0;
    if (owner > (uint64_t)1 << (64 - IMM_BITS))
        return NO_TERM;
    binary = owner == 0 ? magic_ref_find(id) : NULL;
    return binary ? magic_ref_from_id(heap, binary_keep(binary), id) : ref_from_id(heap, id, owner);
}
