#include "vm/trace/trace_actions.h"

#include "vm/base/text.h"
#include "vm/code/module.h"
#include "vm/proc/process_table.h"
#include "vm/proc/raise.h"
#include "vm/proc/registry.h"
#include "vm/proc/seq_trace.h"
#include "vm/term/bits.h"
#include "vm/term/copy.h"
#include "vm/term/print.h"
#include "vm/trace/trace_flags.h"
#include "vm/trace/trace_frames.h"

/* --- who calls ------------------------------------------------------------------------------------------ */

static Term location(Heap *heap, const CodeLocation *at)
{
    return at->line == 0 || at->file == NO_TERM ? A_UNDEFINED : tuple_2(heap, at->file, small_int(at->line));
}

static Term caller(Process *p, Heap *heap, bool with_line)
{
    CodeLocation at;

    if (p->gc.stack_top >= p->gc.block_end || !is_return_address(*p->gc.stack_top)
        || !code_find(trace_frames_caller(p->gc.stack_top) - 1, &at))
        return A_UNDEFINED;
    if (with_line)
        return tuple_4(heap, at.module, at.name, small_int(at.arity), location(heap, &at));
    return tuple_3(heap, at.module, at.name, small_int(at.arity));
}

/* --- process_dump ----------------------------------------------------------------------------------------- */

static void add_stack(Text *text, Process *p)
{
    for (const Word *slot = p->gc.stack_top; slot < p->gc.block_end; slot++) {
        CodeLocation at;

        if (is_return_address(*slot))
            slot = tail_bif_skip(slot);
        if (is_return_address(*slot) && code_find((const Word *)return_address_code(*slot) - 1, &at)) {
            text_add_string(text, "Return addr (");
            term_print(text, at.module, PRINT_ALL);
            text_add_byte(text, ':');
            term_print(text, at.name, PRINT_ALL);
            text_printf(text, "/%u)\n", (unsigned)at.arity);
        } else if (!is_return_address(*slot) && !is_catch(term_from_bits(*slot))) {
            text_add_string(text, "y: ");
            term_print(text, term_from_bits(*slot), PRINT_ALL);
            text_add_byte(text, '\n');
        }
    }
}

static Term dump(Process *p, Heap *heap)
{
    Text text = {0};
    Term result;

    text_add_string(&text, "State: Running\n");
    if (p->registered_name != NO_TERM) {
        text_add_string(&text, "Name: ");
        term_print(&text, p->registered_name, PRINT_ALL);
        text_add_byte(&text, '\n');
    }
    text_add_string(&text, "Spawned as: ");
    term_print(&text, p->initial_module, PRINT_ALL);
    text_add_byte(&text, ':');
    term_print(&text, p->initial_function, PRINT_ALL);
    text_printf(&text, "/%u\nMessage queue length: %zu\nStack+heap: %zu\n", (unsigned)p->initial_arity,
                    p->mailbox.length, gc_heap_block_words(&p->heap, &p->gc));
    add_stack(&text, p);
    result = bits_new(heap, text.bytes, text.size);
    text_free(&text);
    return result;
}

/* --- flags ---------------------------------------------------------------------------------------------------- */

static Process *find_tracee(Term tracee)
{
    return is_atom(tracee) ? registry_process(tracee) : process_find(tracee);
}

/* Who is traced from now on has the tracer of `p`. */
static bool change_flag(Process *p, Term tracee, Term off, Term on)
{
    uint32_t off_bits = off == A_NONE ? 0 : trace_flag_bits(off), on_bits = on == A_NONE ? 0 : trace_flag_bits(on);
    Process *target = find_tracee(tracee);

    if (!target || !(off_bits | on_bits))
        return false;
    trace_change(&target->trace, p->trace.tracer, off_bits, on_bits);
    return true;
}

static Term change_tracing(Process *p, Process *target, const TraceOptions *off, const TraceOptions *on)
{
    Tracer *tracer = on->tracer ? on->tracer : off->tracer ? off->tracer : p->trace.tracer;

    if (!target || off->cpu_stamps || on->cpu_stamps || (tracer && tracer_ask(tracer, A_TRACE_STATUS, target->pid) == TRACER_REMOVE))
        return NO_TERM;
    return atom_bool(trace_change(&target->trace, tracer, off->flags, on->flags));
}

static Term trace(Process *p, Term tracee, Term off_list, Term on_list)
{
    TraceOptions off, on;
    Term result;

    if (!trace_options_parse(off_list, &off))
        return NO_TERM;
    if (!trace_options_parse(on_list, &on)) {
        tracer_release(off.tracer);
        return NO_TERM;
    }
    result = change_tracing(p, find_tracee(tracee), &off, &on);
    tracer_release(off.tracer);
    tracer_release(on.tracer);
    return result;
}

static void silence(Process *p, bool on)
{
    if (on)
        p->trace.flags |= TRACE_SILENT;
    else
        p->trace.flags &= ~(uint32_t)TRACE_SILENT;
}

static Term set_token(Process *p, Term item, Term value)
{
    return seq_trace_change(p, item, term_copy_all(&p->heap, value)) == NO_TERM ? NO_TERM : A_TRUE;
}

const MatchTrace trace_actions = {
    .caller = caller, .dump = dump, .change_flags = change_flag, .trace = trace, .silence = silence, .set_token = set_token,
};
