#include "vm/dist/dist_node.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/integer.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"

bool dist_is_alive;
size_t dist_busy_limit = 1024 * 1024;
DistNode *dist_known_nodes, *dist_connected_nodes, *dist_newest_connected;

/* Open addressing by atom, at most half full. */
static DistNode **table;
static size_t capacity, count;

static bool is_host_character(char c)
{
    return c == '-' || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool dist_is_node_name(Term atom)
{
    size_t size, at = 0;
    const char *text;

    if (!is_atom(atom))
        return false;
    text = atom_text(atom, &size);
    while (at < size && is_host_character(text[at]))
        at++;
    return at > 0 && at + 1 < size && text[at] == '@' && !memchr(text + at + 1, '@', size - at - 1);
}

static DistNode **slot_of(Term name)
{
    size_t i = atom_index(name) * 0x9E3779B1u;

    while (table[i & (capacity - 1)] && table[i & (capacity - 1)]->name != name)
        i++;
    return &table[i & (capacity - 1)];
}

static void grow(void)
{
    DistNode **old = table;
    size_t old_capacity = capacity;

    capacity = MAX(16, 2 * old_capacity);
    table = mem_alloc_zero(MEM_SYSTEM, capacity * sizeof *table);
    for (size_t i = 0; i < old_capacity; i++)
        if (old[i])
            *slot_of(old[i]->name) = old[i];
    mem_free(MEM_SYSTEM, old);
}

DistNode *dist_node_find(Term name)
{
    return count == 0 || name == node_name ? NULL : *slot_of(name);
}

/* Nothing to undo: the node the handle speaks of is never freed. */
static void destroy_handle(Binary *binary)
{
    (void)binary;
}

DistNode *dist_node_get(Term name)
{
    DistNode **slot, *node;

    if (2 * count >= capacity)
        grow();
    slot = slot_of(name);
    if (*slot)
        return *slot;
    node = *slot = mem_alloc_zero(MEM_SYSTEM, sizeof *node);
    count++;
    node->name = name;
    node->controller = node->input_handler = NO_TERM;
    node->handle = binary_new_magic(sizeof node, destroy_handle);
    *(DistNode **)node->handle->data = node;
    node->handle_id = ref_next_id();
    node->next_known = dist_known_nodes;
    dist_known_nodes = node;
    return node;
}

Term dist_handle_term(DistNode *node, Heap *heap)
{
    Term handle = magic_ref_from_id(heap, binary_keep(node->handle), node->handle_id);

    return tuple_2(heap, small_int(node->connection_id), handle);
}

DistNode *dist_handle_node(Term handle, uint32_t *connection_id)
{
    DistNode **node;

    if (!is_tuple_of(handle, 2) || !is_small(tuple_element(handle, 1)))
        return NULL;
    node = magic_ref_data(tuple_element(handle, 2), destroy_handle);
    *connection_id = (uint32_t)small_value(tuple_element(handle, 1));
    return node ? *node : NULL;
}
