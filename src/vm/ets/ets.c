#include "vm/ets/ets.h"

#include "vm/base/mem.h"
#include "vm/ets/fixation.h"
#include "vm/ets/table_registry.h"
#include "vm/proc/hooks.h"
#include "vm/proc/mailbox.h"

size_t ets_limit = 8192;
bool ets_always_compressed;

/* Objects that a table is worth when a process with tables ends. */
#define TABLE_COST 20

void ets_init(void)
{
    process_hooks.ets_exit = ets_process_exit;
}

size_t ets_table_count(void)
{
    return table_count;
}

void ets_send_transfer(Process *from, Process *to, Table *table, Term from_pid, Term data)
{
    Message *message = message_new();
    Heap *heap = &message->heap;
    Term id = table->named ? table->name : table_ref(heap, table);

    message->term = tuple_4(heap, A_ETS_TRANSFER, id, from_pid, object_copy_term(heap, data));
    message->token = TERM_NIL;
    message_post(to, message);
}

/* True if the heir took the table. */
static bool inherit(Process *p, Table *table)
{
    Process *heir = table_heir(table);

    if (!heir || heir == p)
        return false;
    table_give(table, heir);
    ets_send_transfer(NULL, heir, table, p->pid, table->heir_data.term);
    return true;
}

/* Frees p's tables, one after the other, as far as the budget goes. */
static bool delete_tables(Process *p, Owner *owner)
{
    size_t budget = REMAINS_PER_TURN;

    while (owner->tables || owner->grave) {
        if (budget < TABLE_COST)
            return false;
        budget -= TABLE_COST;
        if (!owner->grave) {
            if (inherit(p, owner->tables))
                continue;
            owner->grave = mem_alloc_zero(MEM_ETS, sizeof(Remains));
            table_delete(owner->tables, owner->grave);
        }
        if (remains_free_some(owner->grave, &budget))
            return false;
        mem_free(MEM_ETS, owner->grave);
        owner->grave = NULL;
    }
    return true;
}

bool ets_process_exit(Process *p)
{
    Owner *owner = p->ets;

    if (!owner)
        return true;
    fixation_remove_owner(owner);
    if (!delete_tables(p, owner))
        return false;
    mem_free(MEM_SYSTEM, owner);
    p->ets = NULL;
    return true;
}
