#include "vm/exec/exceptions.h"

#include <string.h>

#include "vm/code/module.h"
#include "vm/proc/raise.h"
#include "vm/term/atom.h"
#include "vm/term/map.h"
#include "vm/trace/trace_frames.h"

uint32_t exception_backtrace_depth = 8;

#define MAX_DEPTH 1024

/* Elements of a raw trace. `name` of the first entry and its arguments are TERM_NIL and NO_TERM if
 * the entry is that of the first address. */
enum { RAW_TAG, RAW_CLASS, RAW_ADDRESSES, RAW_MODULE, RAW_FUNCTION, RAW_ARGS, RAW_INFO, RAW_TRACE_SIZE };
/* The first address belongs to the named function. */
#define IN_FUNCTION A_TRUE

Term exception_class_atom(ExceptionClass class)
{
    static const Term atoms[] = {[EXCEPTION_ERROR] = A_ERROR, [EXCEPTION_EXIT] = A_EXIT, [EXCEPTION_THROW] = A_THROW};

    return atoms[class];
}

Term exception_info_module(Term module)
{
    static const Term erts[] = {A_ERLANG, A_ERTS_INTERNAL, A_ATOMICS, A_COUNTERS, A_PERSISTENT_TERM};
    static const Term stdlib[] = {A_BINARY, A_ETS, A_LISTS, A_MAPS, A_MATH, A_RE, A_UNICODE};

    for (size_t i = 0; i < ARRAY_SIZE(erts); i++)
        if (erts[i] == module)
            return A_ERL_ERTS_ERRORS;
    for (size_t i = 0; i < ARRAY_SIZE(stdlib); i++)
        if (stdlib[i] == module)
            return A_ERL_STDLIB_ERRORS;
    return module == A_OS ? A_ERL_KERNEL_ERRORS : NO_TERM;
}

/* --- walking the stack ------------------------------------------------------------------------- */

const Word *exception_find_handler(Process *p, Word *from, Word **frame)
{
    Word *start = from, *end = p->gc.block_end;

    for (Word *slot = from; slot < end; slot++) {
        if (is_return_address(*slot)) {
            start = slot + 1;
        } else if (is_catch(term_from_bits(*slot))) {
            *frame = start;
            return catch_handler(term_from_bits(*slot));
        }
    }
    return NULL;
}

/* Addresses to look up: the instruction itself, then the words before the return addresses. Calls
 * that return to the same place again and again (recursion) count once. */
static size_t gather(const Process *p, const Word *ip, Word *addresses, size_t limit)
{
    const Word *end = p->gc.block_end;
    size_t count = 0;
    Word last = 0;

    if (ip && count < limit)
        addresses[count++] = (Word)(uintptr_t)ip;
    for (const Word *slot = p->gc.stack_top; slot < end; slot++) {
        if (!is_return_address(*slot))
            continue;
        slot = tail_bif_skip(slot);
        if (*slot == last || trace_frame_words(*slot) > 0)
            continue;
        if (count >= limit)
            break;
        last = *slot;
        addresses[count++] = (Word)(uintptr_t)((Word *)return_address_code(last) - 1);
    }
    return count;
}

/* --- making a raw trace ---------------------------------------------------------------------------- */

static Term error_info_map(Process *p, const ExceptionOrigin *origin)
{
    static const Term keys[] = {A_CAUSE, A_MODULE};
    Term values[2];

    if (p->exception.error_info != NO_TERM)
        return p->exception.error_info;
    values[0] = p->exception.cause;
    values[1] = origin->is_bif ? exception_info_module(origin->module) : NO_TERM;
    if (values[1] == NO_TERM)
        return TERM_NIL;
    if (values[0] == NO_TERM)
        return map_from_sorted(&p->heap, keys + 1, values + 1, 1);
    return map_from_sorted(&p->heap, keys, values, 2);
}

/* A trace that is a list already (erlang:raise/3) is kept together with the class: {Class, List}. */
enum { KNOWN_CLASS, KNOWN_LIST, KNOWN_TRACE_SIZE };

static bool is_class(Term t) { return is_small(t) && (Word)small_value(t) <= EXCEPTION_THROW; }

/* Traces are terms in registers: hostile code may hand over any others. */
static bool is_known_trace(Term t)
{
    return is_tuple_of(t, KNOWN_TRACE_SIZE) && is_class(tuple_elements(t)[KNOWN_CLASS]);
}

static bool is_raw_trace(Term t)
{
    const Term *raw = tuple_elements(t);

    return is_tuple_of(t, RAW_TRACE_SIZE) && is_class(raw[RAW_CLASS]) && is_box_kind(raw[RAW_ADDRESSES], BOX_BIG_POSITIVE)
        && is_atom(raw[RAW_TAG]);
}

ExceptionClass exception_trace_class(Term raw_trace)
{
    if (is_raw_trace(raw_trace))
        return (ExceptionClass)small_value(tuple_elements(raw_trace)[RAW_CLASS]);
    if (is_known_trace(raw_trace))
        return (ExceptionClass)small_value(tuple_elements(raw_trace)[KNOWN_CLASS]);
    return EXCEPTION_ERROR;
}

Term exception_trace_for_class(Heap *heap, Term trace, ExceptionClass class)
{
    Term parts[RAW_TRACE_SIZE];

    if (is_list(trace))
        return tuple_2(heap, small_int(class), trace);
    if (exception_trace_class(trace) == class || !(is_raw_trace(trace) || is_known_trace(trace)))
        return trace;
    if (is_known_trace(trace))
        return tuple_2(heap, small_int(class), tuple_elements(trace)[KNOWN_LIST]);
    memcpy(parts, tuple_elements(trace), sizeof parts);
    parts[RAW_CLASS] = small_int(class);
    return tuple_from(heap, RAW_TRACE_SIZE, parts);
}

void exception_save_trace(Process *p, const ExceptionOrigin *origin)
{
    Word addresses[MAX_DEPTH];
    size_t depth = MIN(MAX(exception_backtrace_depth, 1), MAX_DEPTH);
    size_t count;
    Word *blob;
    Term *raw;
    Term trace;

    if (p->exception.trace != NO_TERM) {
        p->exception.trace = exception_trace_for_class(&p->heap, p->exception.trace, p->exception.class);
        return;
    }
    if (origin->module != NO_TERM && !origin->in_function)
        depth--;   /* the named function is an entry of its own */
    count = gather(p, origin->ip, addresses, depth);
    blob = heap_alloc(&p->heap, count + 1);
    blob[0] = MAKE_HEADER(BOX_BIG_POSITIVE, count);
    memcpy(blob + 1, addresses, count * sizeof(Word));
    trace = tuple_new(&p->heap, RAW_TRACE_SIZE, &raw);
    raw[RAW_TAG] = origin->in_function ? IN_FUNCTION : A_FALSE;
    raw[RAW_CLASS] = small_int(p->exception.class);
    raw[RAW_ADDRESSES] = make_boxed(blob);
    raw[RAW_MODULE] = origin->module == NO_TERM ? TERM_NIL : origin->module;
    raw[RAW_FUNCTION] = origin->function == NO_TERM ? TERM_NIL : origin->function;
    raw[RAW_ARGS] = origin->args == NO_TERM || !is_list(origin->args) ? A_NONE : origin->args;
    raw[RAW_INFO] = TERM_NIL;
    raw[RAW_INFO] = error_info_map(p, origin);
    p->exception.trace = trace;
}

/* --- the list ------------------------------------------------------------------------------------------ */

/* [{file, File}, {line, Line} | Tail] */
typedef struct LocationWords {
    Word file_header;
    Term file_key, file;
    Word line_header;
    Term line_key, line;
    Term file_cell[2], line_cell[2];
} LocationWords;

/* `tail` plus file and line of an address. */
static Term location(Heap *heap, const CodeLocation *at, Term tail)
{
    LocationWords *to;

    if (at->line == 0 || at->file == NO_TERM)
        return tail;
    to = (LocationWords *)heap_alloc(heap, sizeof *to / sizeof(Word));
    to->file_header = to->line_header = MAKE_HEADER(BOX_TUPLE, 2);
    to->file_key = A_FILE;
    to->file = at->file;
    to->line_key = A_LINE;
    to->line = small_int(at->line);
    to->file_cell[0] = make_boxed(&to->file_header);
    to->file_cell[1] = make_cons((Word *)to->line_cell);
    to->line_cell[0] = make_boxed(&to->line_header);
    to->line_cell[1] = tail;
    return make_cons((Word *)to->file_cell);
}

/* [{Module, Function, ArityOrArgs, Location} | Tail] */
typedef struct EntryWords {
    Word header;
    Term module, function, args, location;
    Term cell[2];
} EntryWords;

static Term entry(Heap *heap, const CodeLocation *at, Term args, Term info, Term tail)
{
    Term where = location(heap, at, info);
    EntryWords *to = (EntryWords *)heap_alloc(heap, sizeof *to / sizeof(Word));

    to->header = MAKE_HEADER(BOX_TUPLE, 4);
    to->module = at->module;
    to->function = at->name;
    to->args = args;
    to->location = where;
    to->cell[0] = make_boxed(&to->header);
    to->cell[1] = tail;
    return make_cons((Word *)to->cell);
}

static Term info_list(Heap *heap, Term map)
{
    return is_nil(map) ? TERM_NIL : cons(heap, tuple_2(heap, A_ERROR_INFO, map), TERM_NIL);
}

/* Entries of addresses[first..count), the first of them with `args` and `info`. */
static Term entries(Heap *heap, const Word *addresses, size_t first, size_t count, Term args, Term info)
{
    Term list = TERM_NIL;
    CodeLocation at;

    while (first < count && !code_find((const Word *)(uintptr_t)addresses[first], &at))
        first++;                       /* a stub: its caller stands for it */
    for (size_t i = count; i-- > first;) {
        bool is_first = i == first;
        Term shown;
        if (!code_find((const Word *)(uintptr_t)addresses[i], &at))
            continue;
        shown = is_first && is_list(args) ? args : small_int(at.arity);
        list = entry(heap, &at, shown, is_first ? info : TERM_NIL, list);
    }
    return list;
}

Term exception_stacktrace(Process *p, Term raw_trace)
{
    Heap *heap = &p->heap;
    const Term *raw;
    const Word *addresses;
    size_t count;
    Term info, list, shown;
    CodeLocation at = {.line = 0, .file = NO_TERM};
    bool in_function;

    if (is_known_trace(raw_trace))
        return tuple_elements(raw_trace)[KNOWN_LIST];
    if (!is_raw_trace(raw_trace))
        return is_list(raw_trace) ? raw_trace : TERM_NIL;
    raw = tuple_elements(raw_trace);
    addresses = boxed(raw[RAW_ADDRESSES]) + 1;
    count = header_words(boxed_header(raw[RAW_ADDRESSES]));
    info = info_list(heap, raw[RAW_INFO]);
    if (is_nil(raw[RAW_MODULE]))
        return entries(heap, addresses, 0, count, raw[RAW_ARGS], info);
    in_function = raw[RAW_TAG] == IN_FUNCTION && count > 0;
    if (in_function)
        code_find((const Word *)(uintptr_t)addresses[0], &at);
    list = entries(heap, addresses, in_function ? 1 : 0, count, A_NONE, TERM_NIL);
    shown = is_list(raw[RAW_ARGS]) ? raw[RAW_ARGS] : SMALL(0);
    return cons(heap, tuple_4(heap, raw[RAW_MODULE], raw[RAW_FUNCTION], shown, location(heap, &at, info)), list);
}

Term exception_current_stacktrace(Process *p, Heap *heap, uint32_t depth)
{
    Word addresses[MAX_DEPTH];
    size_t count = gather(p, p->ip, addresses, MIN(depth, MAX_DEPTH));

    return entries(heap, addresses, 0, count, A_NONE, TERM_NIL);
}

/* --- what becomes of an exception ------------------------------------------------------------------------ */

Term exception_build_reason(Process *p)
{
    Term reason = p->exception.reason;

    if (p->exception.class == EXCEPTION_EXIT)
        return reason;
    if (p->exception.class == EXCEPTION_THROW)
        reason = tuple_2(&p->heap, A_NOCATCH, reason);
    return tuple_2(&p->heap, reason, exception_stacktrace(p, p->exception.trace));
}

Term exception_catch_value(Process *p, Term class_atom, Term reason, Term raw_trace)
{
    if (class_atom == A_THROW)
        return reason;
    if (class_atom == A_ERROR)
        reason = tuple_2(&p->heap, reason, exception_stacktrace(p, raw_trace));
    return tuple_2(&p->heap, A_EXIT_UPPER, reason);
}
