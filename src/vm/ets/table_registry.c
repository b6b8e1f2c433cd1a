#include "vm/ets/table_registry.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/ets/fixation.h"
#include "vm/ets/pending_insert.h"
#include "vm/proc/process_table.h"
#include "vm/proc/raise.h"
#include "vm/term/ref.h"

Table *table_list;
size_t table_count;

/* Named tables by the index of the name's atom. */
static Table **by_name;
static uint32_t by_name_size;

/* All tables by number of their reference: for identifiers that were written out and read again. */
static Table **by_id;
static size_t by_id_size;               /* a power of two */

/* --- names and numbers ----------------------------------------------------------------------- */

static void name_set(Term name, Table *table)
{
    uint32_t index = atom_index(name);

    if (index >= by_name_size) {
        uint32_t size = MAX((uint32_t)1024, by_name_size);
        while (size <= index)
            size *= 2;
        by_name = mem_realloc(MEM_SYSTEM, by_name, size * sizeof(Table *));
        memset(by_name + by_name_size, 0, (size - by_name_size) * sizeof(Table *));
        by_name_size = size;
    }
    by_name[index] = table;
}

Table *table_by_name(Term name)
{
    uint32_t index = atom_index(name);

    return index < by_name_size ? by_name[index] : NULL;
}

static void id_grow(void)
{
    mem_free(MEM_SYSTEM, by_id);
    by_id_size = MAX((size_t)256, 2 * by_id_size);
    by_id = mem_alloc_zero(MEM_SYSTEM, by_id_size * sizeof(Table *));
    for (Table *table = table_list; table; table = table->next) {
        Table **bucket = &by_id[table->ref_id & (by_id_size - 1)];
        table->next_by_id = *bucket;
        *bucket = table;
    }
}

static void id_remove(Table *table)
{
    Table **link = &by_id[table->ref_id & (by_id_size - 1)];

    while (*link != table)
        link = &(*link)->next_by_id;
    *link = table->next_by_id;
}

static Table *id_find(uint64_t id)
{
    Table *table = by_id_size ? by_id[id & (by_id_size - 1)] : NULL;

    while (table && table->ref_id != id)
        table = table->next_by_id;
    return table;
}

/* --- owners ------------------------------------------------------------------------------------ */

Owner *table_owner(Process *p)
{
    Owner *owner = p->ets;

    if (!owner) {
        owner = mem_alloc_zero(MEM_SYSTEM, sizeof *owner);
        owner->pid = p->pid;
        p->ets = owner;
    }
    return owner;
}

static void owner_add(Owner *owner, Table *table)
{
    table->owner = owner->pid;
    table->owner_entry = owner;
    table->next_owned = owner->tables;
    table->link_owned = &owner->tables;
    if (table->next_owned)
        table->next_owned->link_owned = &table->next_owned;
    owner->tables = table;
}

static void owner_remove(Table *table)
{
    *table->link_owned = table->next_owned;
    if (table->next_owned)
        table->next_owned->link_owned = table->link_owned;
}

void table_give(Table *table, Process *to)
{
    owner_remove(table);
    owner_add(table_owner(to), table);
}

void table_set_heir(Table *table, Term pid, Term data)
{
    const Process *heir = process_find(pid);

    table->heir = pid;
    table->heir_birth = heir ? heir->birth : 0;
    term_block_set(&table->heir_data, pid == A_NONE ? A_UNDEFINED : data);
}

Process *table_heir(const Table *table)
{
    Process *heir = process_find(table->heir);

    return heir && heir->birth == table->heir_birth ? heir : NULL;
}

/* --- birth and death --------------------------------------------------------------------------- */

static void handle_destroy(Binary *binary)
{
    assert(!((TableHandle *)binary->data)->table);
}

static void register_table(Table *table)
{
    table->next = table_list;
    table->link = &table_list;
    if (table->next)
        table->next->link = &table->next;
    table_list = table;
    table_count++;
    if (table_count > by_id_size) {
        id_grow();
    } else {
        Table **bucket = &by_id[table->ref_id & (by_id_size - 1)];
        table->next_by_id = *bucket;
        *bucket = table;
    }
    if (table->named)
        name_set(table->name, table);
}

Table *table_new(Process *p, Term name, const TableOptions *options)
{
    Table *table;

    if (options->named && table_by_name(name))
        return NULL;
    table = mem_alloc_zero(MEM_ETS, sizeof *table);
    table->type = options->type;
    table->protection = options->protection;
    table->named = options->named;
    table->read_concurrency = options->read_concurrency;
    table->compressed = options->compressed;
    table->key_position = options->key_position;
    table->name = name;
    table->handle = binary_new_magic(sizeof(TableHandle), handle_destroy);
    ((TableHandle *)table->handle->data)->table = table;
    table->ref_id = ref_next_id();
    table_init_stores(table);
    table_set_heir(table, options->heir, options->heir_data);
    owner_add(table_owner(p), table);
    register_table(table);
    return table;
}

void table_delete(Table *table, Remains *remains)
{
    if (table->named)
        name_set(table->name, NULL);
    id_remove(table);
    *table->link = table->next;
    if (table->next)
        table->next->link = table->link;
    table_count--;
    owner_remove(table);
    fixation_drop_table(table);
    pending_insert_abandon(table);
    ((TableHandle *)table->handle->data)->table = NULL;
    binary_release(table->handle);
    term_block_clear(&table->heir_data);
    table_take_all(table, remains);
    hash_store_free(&table->hash);
    mem_free(MEM_ETS, table);
}

/* --- finding ----------------------------------------------------------------------------------- */

static Table *find_by_ref(Term id, Term *cause)
{
    if (is_box_kind(id, BOX_MAGIC_REF)) {
        Binary *binary = ((MagicRefObject *)boxed(id))->binary;

        if (binary->destroy == handle_destroy) {
            *cause = A_ID;
            return ((TableHandle *)binary->data)->table;
        }
    } else if (is_box_kind(id, BOX_REF)) {
        *cause = A_TYPE;
        return id_find(((RefObject *)boxed(id))->id);
    }
    *cause = A_TYPE;
    return NULL;
}

Table *table_find(Term id, Term *cause)
{
    Table *table;

    if (is_atom(id)) {
        *cause = A_ID;
        table = table_by_name(id);
    } else {
        table = find_by_ref(id, cause);
    }
    if (table && UNLIKELY(table->pending))
        pending_insert_complete(table);
    return table;
}

static bool may_access(const Process *p, const Table *table, TableAccess access)
{
    static const TableProtection needed[] = {[TABLE_READ] = TABLE_PROTECTED, [TABLE_WRITE] = TABLE_PUBLIC};

    if (access == TABLE_INFO || table->owner == p->pid || table->protection >= needed[access])
        return true;
    return p->ets && ((Owner *)p->ets)->super_user;
}

Table *table_get(Process *p, Term id, TableAccess access)
{
    Term cause;
    Table *table = table_find(id, &cause);

    if (LIKELY(table && may_access(p, table, access)))
        return table;
    raise_error_cause(p, A_BADARG, table ? A_ACCESS : cause);
    return NULL;
}

Term table_ref(Heap *heap, const Table *table)
{
    MagicRefObject *object = (MagicRefObject *)heap_alloc(heap, MAGIC_REF_WORDS);

    object->header = MAKE_HEADER(BOX_MAGIC_REF, MAGIC_REF_WORDS - 1);
    object->id = table->ref_id;
    object->owner = 0;
    object->binary = binary_keep(table->handle);
    off_heap_add(heap, &object->header);
    return make_boxed(object);
}

bool table_rename(Table *table, Term name)
{
    if (table->named) {
        if (table_by_name(name))
            return false;
        name_set(table->name, NULL);
        name_set(name, table);
    }
    table->name = name;
    return true;
}
