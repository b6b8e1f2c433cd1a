#include "vm/ets/pending_insert.h"

/* Words of a copied object that are as much work as the object itself. */
#define WORDS_PER_UNIT 16

Binary *pending_insert_new(const Table *table, bool only_new)
{
    Binary *binary = binary_new_magic(sizeof(PendingInsert), pending_insert_destroy);
    PendingInsert *pending = (PendingInsert *)binary->data;

    pending->result = NO_TERM;
    pending->key_position = table->key_position;
    pending->compressed = table->compressed;
    pending->only_new = only_new;
    return binary;
}

static EtsObject *take_first(PendingInsert *pending)
{
    EtsObject *object = pending->objects;

    pending->objects = object->link[0];
    return object;
}

bool pending_insert_drop_some(PendingInsert *pending, size_t limit)
{
    for (; pending->objects && limit > 0; limit--)
        object_free(take_first(pending));
    return pending->objects != NULL;
}

void pending_insert_destroy(Binary *binary)
{
    pending_insert_drop_some((PendingInsert *)binary->data, SIZE_MAX);
}

Term pending_insert_copy(PendingInsert *pending, Term list, size_t limit)
{
    size_t done = 0;

    for (; is_cons(list) && done < limit; list = list_tail(list)) {
        Term tuple = list_head(list);
        EtsObject *object;

        if (!is_tuple(tuple) || tuple_size(tuple) < pending->key_position)
            return NO_TERM;
        object = table_make_object(pending->compressed, pending->key_position, tuple);
        object->link[0] = pending->objects;
        pending->objects = object;
        done += 1 + object->size_words / WORDS_PER_UNIT;
    }
    return is_cons(list) || is_nil(list) ? list : NO_TERM;
}

void pending_insert_attach(Binary *binary, Table *table)
{
    PendingInsert *pending = (PendingInsert *)binary->data;

    assert(!table->pending);
    pending->table = table;
    pending->attached = true;
    pending->unchecked = pending->only_new ? pending->objects : NULL;
    table->pending = binary_keep(binary);
}

static void finish(PendingInsert *pending, Term result)
{
    Binary *binary = pending->table->pending;

    pending->table->pending = NULL;
    pending->table = NULL;
    pending->unchecked = NULL;
    pending->result = result;
    binary_release(binary);
}

void pending_insert_abandon(Table *table)
{
    if (table->pending)
        finish((PendingInsert *)table->pending->data, NO_TERM);
}

/* Looks for keys of new objects; true: one is in the table. */
static bool meets_key(PendingInsert *pending, size_t *limit)
{
    for (; pending->unchecked && *limit > 0; --*limit) {
        if (table_lookup(pending->table, object_element(pending->unchecked, pending->key_position)))
            return true;
        pending->unchecked = pending->unchecked->link[0];
    }
    return false;
}

bool pending_insert_step(PendingInsert *pending, size_t limit)
{
    assert(pending->table);
    if (meets_key(pending, &limit)) {
        finish(pending, A_FALSE);
        return true;
    }
    for (size_t done = 0; !pending->unchecked && pending->objects && done < limit;)
        done += table_insert_object(pending->table, take_first(pending));
    if (pending->objects)
        return false;
    finish(pending, A_TRUE);
    return true;
}

void pending_insert_complete(Table *table)
{
    while (!pending_insert_step((PendingInsert *)table->pending->data, SIZE_MAX))
        continue;
}
