#include "vm/trace/breakpoint.h"

#include "vm/base/mem.h"
#include "vm/code/ops.h"
#include "vm/trace/trace_frames.h"

/* Breakpoints on code by address: open addressing, no tombstones. */
static struct {
    Breakpoint **slots;
    size_t mask;
    size_t count;
} table;

/* Breakpoints on exports only. */
static size_t export_count;

static size_t home_of(const Word *code)
{
    return (size_t)((uintptr_t)code * UINT64_C(0x9e3779b97f4a7c15) >> 32) & table.mask;
}

static Breakpoint **slot_of(const Word *code)
{
    size_t at = home_of(code);

    while (table.slots[at] && table.slots[at]->code != code)
        at = (at + 1) & table.mask;
    return &table.slots[at];
}

static void grow(void)
{
    Breakpoint **old = table.slots;
    size_t old_size = old ? table.mask + 1 : 0;
    size_t size = old ? 2 * old_size : 64;

    table.slots = mem_alloc_zero(MEM_SYSTEM, size * sizeof *table.slots);
    table.mask = size - 1;
    for (size_t i = 0; i < old_size; i++)
        if (old[i])
            *slot_of(old[i]->code) = old[i];
    mem_free(MEM_SYSTEM, old);
}

/* Empties a slot and moves back what was pushed beyond it. */
static void erase(size_t gap)
{
    for (size_t at = (gap + 1) & table.mask; table.slots[at]; at = (at + 1) & table.mask) {
        size_t home = home_of(table.slots[at]->code);

        if (((at - home) & table.mask) >= ((at - gap) & table.mask)) {
            table.slots[gap] = table.slots[at];
            gap = at;
        }
    }
    table.slots[gap] = NULL;
    table.count--;
}

Breakpoint *breakpoint_at(const Word *code)
{
    return table.slots ? *slot_of(code) : NULL;
}

Breakpoint *breakpoint_of_export(const Export *export)
{
    return export_is_traced(export) ? (Breakpoint *)(uintptr_t)export->traced[2] : NULL;
}

CallTimes *breakpoint_times(const Word *code)
{
    Breakpoint *b = breakpoint_at(code);

    return b && (b->flags & BREAK_TIME) ? &b->times : NULL;
}

/* --- setting ---------------------------------------------------------------------------------------- */

/* Stands in for a BIF that is traced: the engine then goes to the stub of its export. */
static Term traced_bif(Process *p, const Term *args)
{
    p->outcome = OUTCOME_TRACED;
    return NO_TERM;
}

/* A process may be about to go on in that stub. */
static void stop_telling(Export *export)
{
    export->traced[0] = export->arity;
    export->traced[1] = (Word)(uintptr_t)op_handler(VMOP_SAVED_EXPORT);
}

static void stand_on_export(Breakpoint *b, Export *export)
{
    b->export = export;
    b->behind = export->address;
    export->traced[0] = export->arity;
    export->traced[1] = (Word)(uintptr_t)op_handler(VMOP_TRACED_EXPORT);
    export->traced[2] = (Word)(uintptr_t)b;
    if (export->bif)
        export->called = traced_bif;
    export_lead_to(export, &export->traced[1]);
}

void breakpoint_watch_export(Export *export)
{
    if (!export_is_traced(export))
        stop_telling(export);
    if (export->bif)
        export->called = traced_bif;
    export->entry = &export->traced[1];
}

void breakpoint_unwatch_export(Export *export)
{
    if (export->bif && !export_is_traced(export))
        export->called = export->bif;
    export->entry = export->address;
}

static void stand_on_code(Breakpoint *b, Word *code)
{
    b->code = code;
    b->original = *code;
    *code = (Word)(uintptr_t)op_handler(VMOP_TRACED_CALL);
    if (2 * table.count >= table.mask)
        grow();
    *slot_of(code) = b;
    table.count++;
}

static Breakpoint *new_breakpoint(Term module, Term function, uint32_t arity)
{
    Breakpoint *b = mem_alloc_zero(MEM_SYSTEM, sizeof *b);

    b->module = module;
    b->function = function;
    b->arity = arity;
    return b;
}

Breakpoint *breakpoint_on_code(CodeInstance *code, const CodeFunction *function)
{
    Word *at = code_function_entry(code, function);
    Breakpoint *b = breakpoint_at(at);
    Export *export;

    if (b)
        return b;
    b = new_breakpoint(code->module->name, function->name, function->arity);
    stand_on_code(b, at);
    export = export_find(b->module, b->function, b->arity);
    if (export && export->bif)
        stand_on_export(b, export);
    return b;
}

Breakpoint *breakpoint_on_export(Export *export)
{
    Breakpoint *b = breakpoint_of_export(export);

    if (b)
        return b;
    b = new_breakpoint(export->module, export->function, export->arity);
    stand_on_export(b, export);
    export_count++;
    return b;
}

/* --- taking away ------------------------------------------------------------------------------------ */

static void leave(Breakpoint *b)
{
    if (b->export) {
        stop_telling(b->export);
        b->export->called = b->export->bif;
        export_lead_to(b->export, b->behind);
    }
    if (b->code) {
        *b->code = b->original;
        erase((size_t)(slot_of(b->code) - table.slots));
    } else {
        export_count--;
    }
    mem_free(MEM_SYSTEM, b);
}

void breakpoint_clear(Breakpoint *b, uint32_t flags)
{
    if (flags & (BREAK_GLOBAL | BREAK_LOCAL)) {
        trace_spec_release(b->spec);
        b->spec = NULL;
    }
    if (flags & BREAK_META) {
        trace_spec_release(b->meta_spec);
        tracer_release(b->meta_tracer);
        b->meta_spec = NULL;
        b->meta_tracer = NULL;
    }
    if (flags & BREAK_COUNT)
        flags |= BREAK_COUNT_PAUSED;
    if (flags & BREAK_TIME) {
        flags |= BREAK_TIME_PAUSED;
        call_times_clear(&b->times);
    }
    b->flags &= ~flags;
    if (b->flags == 0)
        leave(b);
}

/* --- modules come and go ------------------------------------------------------------------------------ */

static void forget_code(CodeInstance *code)
{
    for (uint32_t i = 0; i < code->function_count && table.count > 0; i++) {
        Breakpoint *b = breakpoint_at(code_entry(code, i));

        if (b)
            breakpoint_clear(b, ~0u);
    }
    for (uint32_t i = 0; i < code->export_count && export_count > 0; i++) {
        Breakpoint *b = breakpoint_of_export(code->exports[i].export);

        if (b)
            breakpoint_clear(b, ~0u);
    }
}

static Word *original_word(Word *code)
{
    Breakpoint *b = breakpoint_at(code);

    return b ? &b->original : code;
}

void breakpoint_init(void)
{
    trace_frames_init();
    code_watch.retiring = forget_code;
    code_watch.original = original_word;
}
