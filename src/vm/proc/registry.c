#include "vm/proc/registry.h"

#include "vm/base/mem.h"
#include "vm/proc/process_table.h"

/* Names are atoms: open addressing by atom number, no tombstones. An empty slot has NO_TERM. */
typedef struct Registration {
    Term name;
    Term owner;
} Registration;

static struct {
    Registration *slots;
    size_t mask;
    size_t count;
} table;

static size_t home_of(Term name)
{
    return (size_t)(atom_index(name) * UINT64_C(0x9e3779b97f4a7c15) >> 32) & table.mask;
}

static Registration *slot_of(Term name)
{
    size_t at = home_of(name);

    while (table.slots[at].name != NO_TERM && table.slots[at].name != name)
        at = (at + 1) & table.mask;
    return &table.slots[at];
}

static void grow(void)
{
    Registration *old = table.slots;
    size_t old_size = old ? table.mask + 1 : 0;
    size_t size = old ? 2 * old_size : 128;

    table.slots = mem_alloc(MEM_SYSTEM, size * sizeof *table.slots);
    table.mask = size - 1;
    for (size_t i = 0; i < size; i++)
        table.slots[i] = (Registration){NO_TERM, NO_TERM};
    for (size_t i = 0; i < old_size; i++)
        if (old[i].name != NO_TERM)
            *slot_of(old[i].name) = old[i];
    mem_free(MEM_SYSTEM, old);
}

Term registry_whereis(Term name)
{
    return table.slots && is_atom(name) ? slot_of(name)->owner : NO_TERM;
}

Process *registry_process(Term name)
{
    Term owner = registry_whereis(name);

    return owner == NO_TERM ? NULL : process_find(owner);
}

bool registry_add(Term name, Term owner)
{
    Registration *slot;

    if (!table.slots || 2 * table.count > table.mask)
        grow();
    slot = slot_of(name);
    if (slot->name != NO_TERM)
        return false;
    *slot = (Registration){name, owner};
    table.count++;
    return true;
}

/* Empties a slot and moves back what was pushed beyond it. */
static void erase(size_t gap)
{
    for (size_t at = (gap + 1) & table.mask; table.slots[at].name != NO_TERM; at = (at + 1) & table.mask) {
        size_t home = home_of(table.slots[at].name);
        if (((at - home) & table.mask) >= ((at - gap) & table.mask)) {
            table.slots[gap] = table.slots[at];
            gap = at;
        }
    }
    table.slots[gap] = (Registration){NO_TERM, NO_TERM};
}

bool registry_remove(Term name)
{
    Registration *slot = table.slots ? slot_of(name) : NULL;

    if (!slot || slot->name == NO_TERM)
        return false;
    erase((size_t)(slot - table.slots));
    table.count--;
    return true;
}

Term registry_names(Heap *heap)
{
    Term list = TERM_NIL;

    for (size_t i = 0; table.slots && i <= table.mask; i++)
        if (table.slots[i].name != NO_TERM)
            list = cons(heap, table.slots[i].name, list);
    return list;
}

size_t registry_count(void)
{
    return table.count;
}
