#include "vm/proc/link.h"

#include <string.h>

#include "vm/base/mem.h"

/* The linked pids and ports stand in one array. From INDEXED on there is an index as well: open
 * addressing, positions plus one, no tombstones. */
#define INDEXED 16

typedef struct LinkTable {
    uint32_t count;
    uint32_t capacity;
    uint32_t mask;             /* of the index; meaningless without */
    uint32_t *index;           /* null while there are few */
    Term *others;
} LinkTable;

static uint32_t home_of(const LinkTable *table, Term other)
{
    return (uint32_t)(term_bits(other) * UINT64_C(0x9e3779b97f4a7c15) >> 32) & table->mask;
}

static uint32_t slot_of(const LinkTable *table, Term other)
{
    uint32_t at = home_of(table, other);

    while (table->index[at] != 0 && table->others[table->index[at] - 1] != other)
        at = (at + 1) & table->mask;
    return at;
}

/* Position plus one; 0 if it is not there. */
static uint32_t find(const LinkTable *table, Term other)
{
    if (table->index)
        return table->index[slot_of(table, other)];
    for (uint32_t i = 0; i < table->count; i++)
        if (table->others[i] == other)
            return i + 1;
    return 0;
}

static void index_all(LinkTable *table)
{
    mem_free(MEM_PROCESS, table->index);
    table->mask = 2 * table->capacity - 1;
    table->index = mem_alloc_zero(MEM_PROCESS, ((size_t)table->mask + 1) * sizeof(uint32_t));
    for (uint32_t i = 0; i < table->count; i++)
        table->index[slot_of(table, table->others[i])] = i + 1;
}

static void grow(LinkTable *table)
{
    table->capacity = table->capacity ? 2 * table->capacity : 4;
    table->others = mem_realloc(MEM_PROCESS, table->others, table->capacity * sizeof(Term));
    if (table->capacity >= INDEXED)
        index_all(table);
}

/* Empties a slot and moves back what was pushed beyond it. */
static void index_erase(LinkTable *table, uint32_t gap)
{
    uint32_t at = gap;

    for (;;) {
        uint32_t home;

        at = (at + 1) & table->mask;
        if (table->index[at] == 0)
            break;
        home = home_of(table, table->others[table->index[at] - 1]);
        if (((at - home) & table->mask) >= ((at - gap) & table->mask)) {
            table->index[gap] = table->index[at];
            gap = at;
        }
    }
    table->index[gap] = 0;
}

bool link_exists(const Process *p, Term other)
{
    return p->links && find(p->links, other) != 0;
}

bool link_add(Process *p, Term other)
{
    LinkTable *table = p->links;

    if (!table)
        table = p->links = mem_alloc_zero(MEM_PROCESS, sizeof *table);
    else if (find(table, other) != 0)
        return false;
    if (table->count == table->capacity)
        grow(table);
    if (table->index)
        table->index[slot_of(table, other)] = table->count + 1;
    table->others[table->count++] = other;
    return true;
}

/* The last one takes the place of the one that goes. */
static void remove_at(LinkTable *table, uint32_t position)
{
    Term last = table->others[table->count - 1];

    if (table->index) {
        uint32_t gap = slot_of(table, table->others[position]);
        uint32_t moved = slot_of(table, last);

        table->index[moved] = position + 1;
        table->others[position] = last;
        index_erase(table, gap);
    } else {
        table->others[position] = last;
    }
    table->count--;
}

bool link_remove(Process *p, Term other)
{
    uint32_t number = p->links ? find(p->links, other) : 0;

    if (number == 0)
        return false;
    remove_at(p->links, number - 1);
    if (p->links->count == 0)
        link_free(p);
    return true;
}

size_t link_count(const Process *p)
{
    return p->links ? p->links->count : 0;
}

Term link_take(Process *p)
{
    Term other;

    if (!p->links)
        return NO_TERM;
    other = p->links->others[p->links->count - 1];
    link_remove(p, other);
    return other;
}

void link_list(const Process *p, Term *out)
{
    if (p->links)
        memcpy(out, p->links->others, p->links->count * sizeof(Term));
}

size_t link_memory(const Process *p)
{
    const LinkTable *table = p->links;

    if (!table)
        return 0;
    return sizeof *table + table->capacity * sizeof(Term)
        + (table->index ? ((size_t)table->mask + 1) * sizeof(uint32_t) : 0);
}

void link_free(Process *p)
{
    if (!p->links)
        return;
    mem_free(MEM_PROCESS, p->links->others);
    mem_free(MEM_PROCESS, p->links->index);
    mem_free(MEM_PROCESS, p->links);
    p->links = NULL;
}
