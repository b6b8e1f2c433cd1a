/* trace_call.h - what happens when a traced function is called, returns, or is left by an exception. */
#ifndef LING_TRACE_CALL_H
#define LING_TRACE_CALL_H

#include "vm/trace/breakpoint.h"
#include "vm/trace/trace_frames.h"

/* What the call leaves on the stack, as it is to lie there, top first. */
typedef struct TraceFrames {
    Word words[TRACE_FRAMES_WORDS];
    size_t count;
} TraceFrames;

/* `p` calls b's function with `args`; the return address is at p->gc.stack_top. Reports it, counts it. */
void trace_call(Process *p, Breakpoint *b, const Term *args, TraceFrames *frames);

/* A function returned `value` through a frame of trace_return_code. */
void trace_return(Process *p, Term mfa, Term tracer, Term value);
/* ... through one of trace_return_to_code that lay below `slot`. */
void trace_return_to(Process *p, const Word *slot);
/* An exception goes from the stack top to the handler in `slot`; the end of the stack: nobody catches it. */
void trace_unwind(Process *p, const Word *slot, Term class, Term reason);

#endif
