#include "vm/trace/trace_spec.h"

#include "vm/base/mem.h"
#include "vm/term/copy.h"

TraceSpec *trace_spec_new(Term source, unsigned flags)
{
    MatchProgram *program = match_compile(source, flags, NULL);
    TraceSpec *spec;

    if (!program)
        return NULL;
    spec = mem_alloc_zero(MEM_SYSTEM, sizeof *spec);
    spec->references = 1;
    spec->program = program;
    spec->source = term_copy_all(&spec->heap, source);
    return spec;
}

TraceSpec *trace_spec_share(TraceSpec *spec)
{
    if (spec)
        spec->references++;
    return spec;
}

void trace_spec_release(TraceSpec *spec)
{
    if (!spec || --spec->references > 0)
        return;
    match_free(spec->program);
    heap_clear(&spec->heap);
    mem_free(MEM_SYSTEM, spec);
}

Term trace_spec_source(const TraceSpec *spec, Heap *heap, Term none)
{
    return spec ? term_copy(heap, spec->source) : none;
}

/* The program may take itself out of use: {trace, ...} in its body. */
Term trace_spec_run(TraceSpec *spec, Process *p, const Term *args, size_t count, MatchTrace *trace)
{
    return match_run_trace(spec->program, p, args, count, trace);
}
