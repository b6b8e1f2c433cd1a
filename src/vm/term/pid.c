#include "vm/term/pid.h"

#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/ref.h"

Term node_name = A_NONODE_NOHOST;
uint32_t node_creation;

bool node_is_this(Term node, uint64_t creation)
{
    return node == node_name && (creation == 0 || creation == node_creation);
}

/* --- other nodes -------------------------------------------------------------------------- */

/* Open addressing by atom, at most half full; creation of the youngest identifier seen. */
typedef struct KnownNode {
    Term node;             /* small 0: free */
    uint64_t creation;
} KnownNode;

static KnownNode *known;
static size_t known_capacity, known_count;
static const Term free_slot;

static KnownNode *find_slot(Term node)
{
    size_t i = atom_index(node) * 0x9E3779B1u;

    for (;; i++) {
        KnownNode *slot = &known[i & (known_capacity - 1)];
        if (slot->node == node || slot->node == free_slot)
            return slot;
    }
}

static void remember_node(Term node, uint64_t creation)
{
    KnownNode *slot;

    if (2 * known_count >= known_capacity) {
        KnownNode *old = known;
        size_t old_capacity = known_capacity;

        known_capacity = MAX(16, 2 * old_capacity);
        known = mem_alloc_zero(MEM_SYSTEM, known_capacity * sizeof *known);
        for (size_t i = 0; i < old_capacity; i++)
            if (old[i].node != free_slot)
                *find_slot(old[i].node) = old[i];
        mem_free(MEM_SYSTEM, old);
    }
    slot = find_slot(node);
    if (slot->node == free_slot)
        known_count++;
    *slot = (KnownNode){node, creation};
}

Term node_known_next(size_t *cursor)
{
    while (*cursor < known_capacity) {
        Term node = known[(*cursor)++].node;

        if (node != free_slot)
            return node;
    }
    return NO_TERM;
}

uint32_t node_channel(Term node, uint64_t creation)
{
    return node == node_name ? 0 : atom_index(node);
}

bool node_from_channel(uint32_t channel, Term *node, uint64_t *creation)
{
    const KnownNode *slot;

    if (channel == 0) {
        *node = node_name;
        *creation = node_creation;
        return true;
    }
    if (known_count == 0 || channel >= atom_count())
        return false;
    slot = find_slot(ATOM_TERM(channel));
    *node = slot->node;
    *creation = slot->creation;
    return slot->node != free_slot;
}

static ExternalObject *external_new(Heap *heap, BoxKind kind, size_t words, Term node, uint64_t creation)
{
    ExternalObject *object = (ExternalObject *)heap_alloc(heap, words);

    object->header = MAKE_HEADER(kind, words - 1);
    object->node = node;
    object->creation = creation;
    remember_node(node, creation);
    return object;
}

/* --- making ------------------------------------------------------------------------------- */

Term pid_from_numbers(uint64_t number, uint64_t serial)
{
    if (number > PID_NUMBER_MAX || serial > PID_SERIAL_MAX)
        return NO_TERM;
    return immediate(IMM_PID, number | serial << PID_NUMBER_BITS);
}

Term port_from_number(uint64_t number)
{
    return number >> (64 - IMM_BITS) ? NO_TERM : immediate(IMM_PORT, number);
}

Term pid_from_node(Heap *heap, Term node, uint64_t creation, uint32_t number, uint32_t serial)
{
    ExternalObject *object;

    if (node_is_this(node, creation))
        return pid_from_numbers(number, serial);
    object = external_new(heap, BOX_EXTERNAL_PID, EXTERNAL_PID_WORDS, node, creation);
    object->data[0] = number | (uint64_t)serial << 32;
    return make_boxed(object);
}

Term port_from_node(Heap *heap, Term node, uint64_t creation, uint64_t number)
{
    ExternalObject *object;

    if (node_is_this(node, creation))
        return port_from_number(number);
    object = external_new(heap, BOX_EXTERNAL_PORT, EXTERNAL_PORT_WORDS, node, creation);
    object->data[0] = number;
    return make_boxed(object);
}

Term ref_from_node(Heap *heap, Term node, uint64_t creation, const uint32_t *numbers, unsigned count)
{
    ExternalObject *object;

    if (node_is_this(node, creation))
        return ref_from_numbers(heap, numbers, count);
    object = external_new(heap, BOX_EXTERNAL_REF, EXTERNAL_REF_WORDS(count), node, creation);
    object->data[0] = count;
    for (unsigned i = 0; i < count; i += 2)
        object->data[1 + i / 2] = numbers[i] | (i + 1 < count ? (uint64_t)numbers[i + 1] << 32 : 0);
    return make_boxed(object);
}

/* --- reading ------------------------------------------------------------------------------ */

void pid_numbers(Term pid, uint32_t *number, uint32_t *serial)
{
    if (is_local_pid(pid)) {
        *number = (uint32_t)pid_number(pid);
        *serial = (uint32_t)pid_serial(pid);
    } else {
        *number = (uint32_t)external_object(pid)->data[0];
        *serial = (uint32_t)(external_object(pid)->data[0] >> 32);
    }
}

uint64_t port_numbers(Term port)
{
    return is_local_port(port) ? port_number(port) : external_object(port)->data[0];
}

Term identifier_node(Term t)
{
    return is_external(t) ? external_object(t)->node : node_name;
}

uint64_t identifier_creation(Term t)
{
    return is_external(t) ? external_object(t)->creation : node_creation;
}
