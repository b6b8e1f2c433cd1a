#include "vm/proc/process_table.h"

#include "vm/base/mem.h"

/* Slots are indexed by the low bits of the pid's number. The table stays at most half full,
 * so a free slot is found at once when numbers wrap around. */
#define FIRST_CAPACITY 1024
#define PAYLOAD_MASK ((UINT64_C(1) << 58) - 1)

uint32_t process_limit = 262144;

static struct {
    Process **slots;
    size_t mask;
    uint32_t count;
    uint64_t next_payload;
    uint64_t births;
} table;

static Process **slot_of(uint64_t payload)
{
    return &table.slots[payload & table.mask];
}

/* Numbers that differ in their low bits still differ when one more bit counts. */
static void grow(void)
{
    Process **old = table.slots;
    size_t old_size = old ? table.mask + 1 : 0;
    size_t size = old ? 2 * old_size : FIRST_CAPACITY;

    table.slots = mem_alloc_zero(MEM_PROCESS, size * sizeof *table.slots);
    table.mask = size - 1;
    for (size_t i = 0; i < old_size; i++)
        if (old[i])
            *slot_of(immediate_payload(old[i]->pid)) = old[i];
    mem_free(MEM_PROCESS, old);
}

bool process_table_add(Process *p)
{
    uint64_t payload = table.next_payload;

    if (table.count >= process_limit)
        return false;
    if (!table.slots || 2 * (size_t)table.count > table.mask)
        grow();
    while (*slot_of(payload))
        payload = (payload + 1) & PAYLOAD_MASK;
    p->pid = immediate(IMM_PID, payload);
    p->birth = ++table.births;
    *slot_of(payload) = p;
    table.next_payload = (payload + 1) & PAYLOAD_MASK;
    table.count++;
    return true;
}

void process_table_remove(Process *p)
{
    Process **slot = slot_of(immediate_payload(p->pid));

    assert(*slot == p);
    *slot = NULL;
    table.count--;
}

uint32_t process_table_count(void)
{
    return table.count;
}

Process *process_table_get(Term pid)
{
    Process *p = table.slots ? *slot_of(immediate_payload(pid)) : NULL;

    return p && p->pid == pid ? p : NULL;
}

Process *process_table_next(size_t *cursor)
{
    while (table.slots && *cursor <= table.mask) {
        Process *p = table.slots[(*cursor)++];
        if (p)
            return p;
    }
    return NULL;
}

Process *process_table_previous(size_t *cursor)
{
    while (*cursor > 0) {
        Process *p = table.slots[--*cursor];
        if (p)
            return p;
    }
    return NULL;
}

/* --- lists ------------------------------------------------------------------------------------------ */

/* The table may have grown meanwhile: all slots that there are now instead of one of those in the beginning. */
static size_t list_slot(Listing *listing, size_t first)
{
    size_t steps = 0;

    for (size_t at = first; at <= table.mask; at += listing->mask + 1) {
        const Process *p = table.slots[at];

        steps++;
        if (!p)
            continue;
        steps += LISTING_STEPS_PER_ID;
        if (p->birth < listing->before && !process_is_exiting(p))
            listing_add(listing, p->pid);
    }
    return steps;
}

static bool walk(Listing *listing, size_t work)
{
    for (size_t done = 0; listing->position <= listing->mask; listing->position++) {
        if (done >= work)
            return false;
        done += list_slot(listing, listing->position);
    }
    listing_end(listing);
    return true;
}

static ListingKind processes = {.walk = walk};

void process_table_list(Listing *listing)
{
    listing->before = table.births + 1;
    listing->mask = table.mask;
    listing_begin(listing, &processes);
}

void process_table_ending(const Process *p)
{
    if (process_is_exiting(p))
        return;
    for (Listing *listing = processes.under_way; UNLIKELY(listing != NULL); listing = listing->next)
        if (p->birth < listing->before && (immediate_payload(p->pid) & listing->mask) >= listing->position)
            listing_add(listing, p->pid);
}

size_t process_table_slots(void)
{
    return table.slots ? table.mask + 1 : 0;
}

uint64_t process_table_next_payload(void)
{
    return table.next_payload;
}

void process_table_set_next_payload(uint64_t payload)
{
    table.next_payload = payload & PAYLOAD_MASK;
}
