#include "vm/exec/engine.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/code/lambda.h"
#include "vm/code/module.h"
#include "vm/code/ops.h"
#include "vm/exec/enter.h"
#include "vm/proc/raise.h"
#include "vm/term/atom.h"

struct Vm vm;

/* Where the first function of every process returns to, and code that just waits. */
static Word exit_normal_code[2];

void engine_init(void)
{
    exit_normal_code[0] = (Word)(uintptr_t)op_handler(VMOP_EXIT_NORMAL);
    tail_bif_code[0] = (Word)(uintptr_t)op_handler(VMOP_TAIL_BIF_RETURN);
    export_set_stub = engine_set_stub;
    for (size_t i = 0; i < ARRAY_SIZE(vm.x); i++)
        vm.x[i] = TERM_NIL;
}

void engine_set_stub(Export *entry)
{
    entry->stub[0] = entry->arity;
    entry->stub[1] = (Word)(uintptr_t)op_handler(entry->bif ? VMOP_CALL_BIF_RETURN : VMOP_UNDEFINED_FUNCTION);
    entry->stub[2] = (Word)(uintptr_t)entry;
    entry->called = entry->bif;
    export_lead_to(entry, &entry->stub[1]);
}

bool engine_is_stub(const Export *entry) { return entry->address == &entry->stub[1]; }

void engine_save_args(Process *p, const Term *x, uint32_t count)
{
    if (count > p->args_capacity) {
        if (p->args != p->inline_args)
            mem_free(MEM_PROCESS, p->args);
        p->args = mem_alloc(MEM_PROCESS, count * sizeof *p->args);
        p->args_capacity = count;
    }
    memcpy(p->args, x, count * sizeof *x);
    p->live = count;
}

static void push_return_to_exit(Process *p)
{
    *--p->gc.stack_top = make_return_address(exit_normal_code);
    gc_sync_limit(&p->heap, &p->gc);
}

void engine_start_call(Process *p, Export *target, const Term *args)
{
    push_return_to_exit(p);
    p->ip = target->address;
    engine_save_args(p, args, target->arity);
}

void engine_run(Process *p)
{
    int64_t before = p->reductions_left > 0 ? p->reductions_left : REDUCTIONS_PER_TURN;

    p->reductions_left = before;
    vm.process = p;
    memcpy(vm.x, p->args, p->live * sizeof(Term));
    enter_interpreter(p);
    vm.process = NULL;
    p->reductions += (uint64_t)(before - p->reductions_left);
    p->reductions_left = 0;
}
