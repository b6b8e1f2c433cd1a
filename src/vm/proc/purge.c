#include "vm/proc/purge.h"

#include "vm/base/mem.h"
#include "vm/proc/gc_roots.h"
#include "vm/proc/literal_release.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/suspend.h"
#include "vm/term/copy.h"

/* Instances that were purged while somebody ran them: a process can come back to old code by a fun between
 * the check and the release. */
typedef struct Leftover {
    struct Leftover *next;
    CodeInstance *code;
} Leftover;

static Leftover *leftovers;

/* The address to trap to and that of a timeout say nothing any more when the trap has been made and the timer is off. */
static bool goes_on_in(const Process *p, const CodeInstance *code)
{
    return code_holds(code, p->ip) || (p->outcome != OUTCOME_NONE && code_holds(code, p->trap_address)) ||
           (timer_is_set(&p->receive_timer) && code_holds(code, p->timeout_ip));
}

bool purge_process_uses(const Process *p, const CodeInstance *code)
{
    if (goes_on_in(p, code))
        return true;
    for (const Word *at = p->gc.stack_top; at < p->gc.block_end; at++) {
        Term t = term_from_bits(*at);

        if (is_return_address(*at) && code_holds(code, return_address_code(*at)))
            return true;
        if (is_catch(t) && code_holds(code, catch_handler(t)))
            return true;
    }
    return false;
}

Term purge_check_process(Process *p, Term name)
{
    Module *module = module_find(name);

    return atom_bool(module && module->old && purge_process_uses(p, module->old));
}

static bool is_used(const CodeInstance *code)
{
    size_t cursor = 0;
    Process *p;

    while ((p = process_table_next(&cursor)))
        if (p->state != PROCESS_GONE && purge_process_uses(p, code))
            return true;
    return false;
}

static void release(CodeInstance *code)
{
    LiteralArea *literals = code_release(code);

    if (literals)
        literals_retire(literals);
}

void purge_hold_funs(CodeInstance *code)
{
    for (uint32_t i = 0; i < code->lambda_count; i++) {
        LambdaEntry *entry = code->lambdas[i].entry;

        if (code_holds(code, entry->address)) {
            entry->purged = entry->address;
            entry->address = NULL;
        }
    }
}

/* The same code may have been loaded anew meanwhile. */
static void let_go_of_funs(CodeInstance *code, bool keep)
{
    for (uint32_t i = 0; i < code->lambda_count; i++) {
        LambdaEntry *entry = code->lambdas[i].entry;

        if (!code_holds(code, entry->purged))
            continue;
        if (keep && !entry->address)
            entry->address = entry->purged;
        entry->purged = NULL;
    }
    suspend_purge_is_over();
}

void purge_abort(CodeInstance *code)
{
    let_go_of_funs(code, true);
}

void purge_release(CodeInstance *code)
{
    Leftover **at = &leftovers;

    while (*at) {
        Leftover *leftover = *at;

        if (is_used(leftover->code)) {
            at = &leftover->next;
            continue;
        }
        *at = leftover->next;
        release(leftover->code);
        mem_free(MEM_CODE, leftover);
    }
    let_go_of_funs(code, false);
    if (is_used(code)) {
        Leftover *leftover = mem_alloc(MEM_CODE, sizeof *leftover);

        *leftover = (Leftover){leftovers, code};
        leftovers = leftover;
    } else {
        release(code);
    }
}

static void copy_literals(Process *p, const Word *from, const Word *to)
{
    if (!process_refers_to(p, from, to))
        return;
    mailbox_copy_terms(p);
    p->gc.is_purging = true;
    process_collect_saved(p);
}

void purge_copy_literals(const Process *self)
{
    const LiteralArea *area = gc_purged_area;
    size_t cursor = 0;
    Process *p;

    if (!area)
        return;
    while ((p = process_table_next(&cursor)))
        if (p != self && p->state != PROCESS_GONE)
            copy_literals(p, area->heap.start, area->heap.start + area->size_words);
}
