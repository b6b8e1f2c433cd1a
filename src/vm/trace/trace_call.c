#include "vm/trace/trace_call.h"

#include <string.h>

#include "vm/proc/raise.h"
#include "vm/term/bits_match.h"
#include "vm/term/copy.h"
#include "vm/trace/trace_actions.h"
#include "vm/trace/trace_events.h"

#define MAX_ARITY 255
/* Meta tracing does not look at the flags of the process. */
#define META_FLAGS TRACE_STAMP_NOW

/* --- frames ---------------------------------------------------------------------------------------------- */

/* Puts words on top of the others. */
static void push(TraceFrames *frames, const Word *words, size_t count)
{
    assert(frames->count + count <= TRACE_FRAMES_WORDS);
    memmove(frames->words + count, frames->words, frames->count * sizeof(Word));
    memcpy(frames->words, words, count * sizeof(Word));
    frames->count += count;
}

static bool is_on_top(const Process *p, const TraceFrames *frames, const Word *code)
{
    for (size_t at = 0; at < frames->count; at += trace_frame_words(frames->words[at]))
        if (return_address_code(frames->words[at]) == code)
            return true;
    return trace_frames_have(p->gc.stack_top, code);
}

static void push_return(Process *p, const Breakpoint *b, TraceFrames *frames, bool exceptions, Term tracer)
{
    const Word *code = exceptions ? trace_exception_code : trace_return_code;
    Term mfa = tuple_3(&p->heap, b->module, b->function, small_int(b->arity));

    push(frames, (Word[]){make_return_address(code), term_bits(mfa), term_bits(tracer)}, 3);
    p->trace.flags |= TRACE_UNWINDING;
}

/* --- calls ------------------------------------------------------------------------------------------------- */

/* The body of a binary match may call with what is left to match. */
static Term shown_argument(Heap *heap, Term t)
{
    const MatchContext *context = bits_match_context(t);

    return context ? bits_match_tail(heap, context) : t;
}

/* Runs the specification. NO_TERM: no match. */
static Term run_spec(TraceSpec *spec, Process *p, const Term *args, size_t count, MatchTrace *trace)
{
    *trace = trace_actions;
    return spec ? trace_spec_run(spec, p, args, count, trace) : A_TRUE;
}

static void tell_call(Process *p, const Breakpoint *b, const Tracer *tracer, const Term *args, uint32_t flags, Term result)
{
    Message *message = message_new();
    Heap *heap = &message->heap;
    TraceEvent event = {.tag = A_CALL, .tracee = p->pid, .extra = NO_TERM, .result = result, .flags = flags};
    Term list = TERM_NIL;

    if (flags & TRACE_ARITY)
        list = small_int(b->arity);
    for (uint32_t i = b->arity; i > 0 && !(flags & TRACE_ARITY); i--)
        list = cons(heap, term_copy(heap, args[i - 1]), list);
    event.data = tuple_3(heap, b->module, b->function, list);
    tracer_tell(tracer, message, &event);
}

/* May the call be reported to the tracer of the process? */
static bool is_reported(Process *p)
{
    TracerAnswer answer = p->trace.tracer ? tracer_ask(p->trace.tracer, A_CALL, p->pid) : TRACER_DISCARD;

    if (answer == TRACER_REMOVE)
        trace_clear(&p->trace);
    return answer == TRACER_TRACE;
}

static void trace_for_process(Process *p, const Breakpoint *b, const Term *args, TraceFrames *frames)
{
    Tracer *tracer;
    MatchTrace trace;
    Term result;
    bool is_silent;

    if (!is_reported(p))
        return;
    tracer = tracer_share(p->trace.tracer);       /* the specification may take it away */
    result = run_spec(b->spec, p, args, b->arity, &trace);
    is_silent = p->trace.flags & TRACE_SILENT;
    if (result != NO_TERM && result != A_FALSE && !is_silent) {
        if ((b->flags & BREAK_LOCAL) && (p->trace.flags & TRACE_RETURN_TO) && !is_on_top(p, frames, trace_return_to_code))
            push(frames, (Word[]){make_return_address(trace_return_to_code)}, 1);
        tell_call(p, b, tracer, args, p->trace.flags, result);
    }
    if (result != NO_TERM && !is_silent && (trace.return_trace || trace.exception_trace))
        push_return(p, b, frames, trace.exception_trace, A_TRUE);
    tracer_release(tracer);
}

static void trace_for_function(Process *p, Breakpoint *b, const Term *args, TraceFrames *frames)
{
    TracerAnswer answer = b->meta_tracer ? tracer_ask(b->meta_tracer, A_CALL, p->pid) : TRACER_DISCARD;
    MatchTrace trace;
    Term result;

    if (answer == TRACER_REMOVE) {
        tracer_release(b->meta_tracer);
        b->meta_tracer = NULL;
    }
    if (answer != TRACER_TRACE)
        return;
    result = run_spec(b->meta_spec, p, args, b->arity, &trace);
    if (result == NO_TERM)
        return;
    if (result != A_FALSE)
        tell_call(p, b, b->meta_tracer, args, META_FLAGS, result);
    if (trace.return_trace || trace.exception_trace)
        push_return(p, b, frames, trace.exception_trace, tracer_to_term(b->meta_tracer, &p->heap, A_TRUE));
}

static bool is_call_traced(const Process *p)
{
    return (p->trace.flags & TRACE_CALLS) && p->trace.tracer && !(p->flags & PROCESS_SENSITIVE);
}

static void trace_call_events(Process *p, Breakpoint *b, const Term *args, TraceFrames *frames)
{
    Term shown[MAX_ARITY];

    for (uint32_t i = 0; i < b->arity; i++)
        shown[i] = shown_argument(&p->heap, args[i]);
    if ((b->flags & (BREAK_GLOBAL | BREAK_LOCAL)) && is_call_traced(p))
        trace_for_process(p, b, shown, frames);
    if ((b->flags & BREAK_META) && !(p->flags & PROCESS_SENSITIVE))
        trace_for_function(p, b, shown, frames);
}

static void count_call(Process *p, Breakpoint *b, TraceFrames *frames)
{
    Word top = frames->count > 0 ? frames->words[0] : *p->gc.stack_top;
    Word previous;

    if ((b->flags & (BREAK_COUNT | BREAK_COUNT_PAUSED)) == BREAK_COUNT)
        b->count++;
    if ((b->flags & (BREAK_TIME | BREAK_TIME_PAUSED)) != BREAK_TIME || !is_call_traced(p))
        return;
    previous = (Word)(uintptr_t)call_time_enter(p, &b->times, b->code);
    if (trace_frame_words(top) == 0)
        push(frames, (Word[]){make_return_address(trace_time_code), previous}, 2);
}

void trace_call(Process *p, Breakpoint *b, const Term *args, TraceFrames *frames)
{
    frames->count = 0;
    if (b->flags & (BREAK_GLOBAL | BREAK_LOCAL | BREAK_META))
        trace_call_events(p, b, args, frames);
    count_call(p, b, frames);
}

/* --- returns --------------------------------------------------------------------------------------------------- */

static void tell_end(Process *p, Term tag, Term mfa, Term tracer_term, Term value, Term class)
{
    bool is_meta = tracer_term != A_TRUE;
    Tracer *tracer = is_meta ? tracer_from_term(tracer_term) : tracer_share(p->trace.tracer);
    TraceEvent event = {.tag = tag, .tracee = p->pid, .result = A_TRUE, .flags = is_meta ? META_FLAGS : p->trace.flags};
    Message *message;
    Heap *heap;

    if (!tracer || (!is_meta && !(p->trace.flags & TRACE_CALLS))) {
        tracer_release(tracer);
        return;
    }
    message = message_new();
    heap = &message->heap;
    event.data = term_copy(heap, mfa);
    event.extra = term_copy(heap, value);
    if (class != NO_TERM)
        event.extra = tuple_2(heap, class, event.extra);
    tracer_tell(tracer, message, &event);
    tracer_release(tracer);
}

void trace_return(Process *p, Term mfa, Term tracer, Term value)
{
    tell_end(p, A_RETURN_FROM, mfa, tracer, value, NO_TERM);
}

static void tell_return_to(Process *p, const Word *code)
{
    Message *message;
    CodeLocation at;
    Term where = A_UNDEFINED;

    if (!(p->trace.flags & TRACE_RETURN_TO) || !p->trace.tracer || (p->flags & PROCESS_SENSITIVE))
        return;
    message = message_new();
    if (code_find(code - 1, &at))
        where = tuple_3(&message->heap, at.module, at.name, small_int(at.arity));
    trace_tell(p, message, A_RETURN_TO, where, NO_TERM, A_TRUE);
}

void trace_return_to(Process *p, const Word *slot) { tell_return_to(p, trace_frames_caller(slot)); }

/* --- exceptions -------------------------------------------------------------------------------------------------- */

/* Where the handler runs is told, if what called it wanted to know where it returns to and that is there. */
void trace_unwind(Process *p, const Word *end, Term class, Term reason)
{
    const Word *return_to = NULL;
    bool asked = false;

    for (const Word *slot = p->gc.stack_top; slot < end; slot++) {
        const Word *code;

        if (!is_return_address(*slot))
            continue;
        code = return_address_code(*slot);
        if (code == trace_exception_code)
            tell_end(p, A_EXCEPTION_FROM, term_from_bits(slot[1]), term_from_bits(slot[2]), reason, class);
        if (code == trace_return_to_code) {
            asked = true;
            return_to = NULL;
        } else if (trace_frame_words(*slot) == 0 && code != tail_bif_code) {
            return_to = asked ? code : NULL;
            asked = false;
        }
    }
    if (return_to && end < p->gc.block_end)
        tell_return_to(p, return_to);
}
