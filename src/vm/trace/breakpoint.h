/* breakpoint.h - functions whose calls are traced or counted.
 *
 * A local breakpoint stands on the first instruction of a function's code, whose handler it replaces. A global
 * one stands on the export, which then leads to a stub of its own. Calls of BIFs do not look at code: both kinds
 * stand on their export, and what call instructions run (Export.called) leads there. A function has one or the
 * other. Without any, nothing is different from a VM that does not know them. */
#ifndef LING_BREAKPOINT_H
#define LING_BREAKPOINT_H

#include "vm/code/module.h"
#include "vm/trace/call_time.h"
#include "vm/trace/trace_spec.h"
#include "vm/trace/tracer.h"

enum {
    BREAK_GLOBAL = 1 << 0, BREAK_LOCAL = 1 << 1, BREAK_META = 1 << 2,
    BREAK_COUNT = 1 << 3, BREAK_TIME = 1 << 4,
    BREAK_COUNT_PAUSED = 1 << 5, BREAK_TIME_PAUSED = 1 << 6,
    BREAK_DEBUG = 1 << 7           /* calls go to error_handler:breakpoint/3: the debugger interprets the function */
};

typedef struct Breakpoint {
    Term module, function;
    uint32_t arity;
    uint32_t flags;                /* BREAK_* */
    TraceSpec *spec;               /* BREAK_GLOBAL, BREAK_LOCAL; null: none */
    TraceSpec *meta_spec;
    Tracer *meta_tracer;           /* null when it was found dead */
    uint64_t count;
    CallTimes times;
    Word *code;                    /* first instruction, or null: only on the export */
    Word original;                 /* the handler at `code` */
    Export *export;                /* or null: only on the code */
    const Word *behind;            /* where calls of `export` go on */
} Breakpoint;

void breakpoint_init(void);
/* Null: there is none. */
Breakpoint *breakpoint_at(const Word *code);
Breakpoint *breakpoint_of_export(const Export *export);
/* The breakpoint of a function of the current code of its module, or of an export that is defined; made if need be. */
Breakpoint *breakpoint_on_code(CodeInstance *code, const CodeFunction *function);
Breakpoint *breakpoint_on_export(Export *export);
/* Takes `flags` away, with what belongs to them; when none is left, the breakpoint goes. */
void breakpoint_clear(Breakpoint *b, uint32_t flags);
/* Calls of the export are saved (saved_calls.h), if they are not traced: then trace_call saves them, too. */
void breakpoint_watch_export(Export *export);
void breakpoint_unwatch_export(Export *export);
/* Null: the function at `code` is not measured (any more). */
CallTimes *breakpoint_times(const Word *code);

#endif
