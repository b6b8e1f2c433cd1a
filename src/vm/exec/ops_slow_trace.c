/* ops_slow_trace.c - what traced calls do besides being calls. */
#include <string.h>

#include "vm/exec/slow.h"
#include "vm/exec/slow_trace.h"

#include "vm/code/ops.h"
#include "vm/proc/gc_roots.h"
#include "vm/trace/saved_calls.h"
#include "vm/trace/trace_call.h"

/* So that the frames fit under the stack top. */
static void make_room(uint32_t arity)
{
    Process *p = VM->process;

    SYNC_OUT();
    if ((Word *)E - HTOP >= TRACE_FRAMES_WORDS + STACK_RED_ZONE_WORDS)
        return;
    process_collect(p, VM->x, arity, TRACE_FRAMES_WORDS);
    SYNC_IN();
    E = (Term *)p->gc.stack_top;
    SYNC_OUT();
}

static __attribute__((noinline)) void run_breakpoint(Breakpoint *b)
{
    TraceFrames frames;

    make_room(b->arity);
    trace_call(VM->process, b, VM->x, &frames);
    SYNC_IN();
    E -= frames.count;
    memcpy(E, frames.words, frames.count * sizeof(Word));
}

static Handler original_handler(const Breakpoint *b) { return (Handler)(uintptr_t)b->original; }

static Handled call_debugger(const Breakpoint *b)
{
    const Export *debugger = export_get(VM->process->error_handler, A_BREAKPOINT, 3);

    VM->x[2] = slow_args_list(b->arity);
    VM->x[0] = b->module;
    VM->x[1] = b->function;
    GO(debugger->address);
}

Handled slow_traced_call(void)
{
    Breakpoint *b = breakpoint_at(IP);
    Handler handler = original_handler(b);

    run_breakpoint(b);
    if (b->flags & BREAK_DEBUG)
        return call_debugger(b);
    return handler();
}

Handled slow_traced_export(void *breakpoint)
{
    const Word *behind = ((Breakpoint *)breakpoint)->behind;

    saved_calls_add(VM->process, ((Breakpoint *)breakpoint)->export);
    run_breakpoint(breakpoint);
    GO(behind);
}

/* IP is in the export's stub. What is not there is not called: error_handler is. */
Handled slow_saved_export(void)
{
    const Export *export = (const Export *)((const char *)(IP - 1) - offsetof(Export, traced));

    if (export_is_defined(export))
        saved_calls_add(VM->process, export);
    GO(export->address);
}

Handled slow_again(void)
{
    const Breakpoint *b;

    if (LIKELY(IP[0] != (Word)(uintptr_t)op_handler(VMOP_TRACED_CALL)))
        DISPATCH();
    b = breakpoint_at(IP);
    return original_handler(b)();
}

void slow_push_bif_frame(const Word *next, Word frame)
{
    if (next) {
        *--E = RETURN_ADDRESS(next);
        return;
    }
    E -= 3;
    E[0] = RETURN_ADDRESS(tail_bif_code);
    E[1] = small_int((int64_t)frame);
    E[2] = RETURN_ADDRESS(IP + 1);
}

Handled slow_traced_bif(const Export *export, const Word *next, Word frame)
{
    slow_push_bif_frame(next, frame);
    GO(export->entry);
}

/* --- returns ------------------------------------------------------------------------------------------ */

void slow_trace_return(void)
{
    SYNC_OUT();
    trace_return(VM->process, E[0], E[1], VM->x[0]);
    SYNC_IN();
}

void slow_trace_return_to(void)
{
    SYNC_OUT();
    trace_return_to(VM->process, (const Word *)E);
    SYNC_IN();
}

void slow_trace_time_return(void)
{
    call_time_leave(VM->process, (const Word *)E[0]);
}
