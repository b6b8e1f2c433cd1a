#include "vm/proc/seq_trace.h"

#include <string.h>

#include "io/io_time.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/tracing.h"
#include "vm/proc/vm_time.h"
#include "vm/term/copy.h"
#include "vm/term/integer.h"
#include "vm/term/pid.h"

#define TOKEN_SIZE 5
#define US_PER_SECOND 1000000
#define SECONDS_PER_MEGA 1000000

static Term tracer = NO_TERM;
static Heap tracer_heap;               /* owns it */

Term seq_trace_tracer(void) { return tracer; }

void seq_trace_set_tracer(Term new_tracer)
{
    Heap old = tracer_heap;

    tracer_heap = (Heap){0};
    tracer = term_copy_all(&tracer_heap, new_tracer);
    heap_clear(&old);
}


/* --- tokens ---------------------------------------------------------------------------------- */

static Term element(Term token, unsigned number)
{
    return tuple_element(token, number);
}

static unsigned flags_of(Term token)
{
    return (unsigned)small_value(element(token, SEQ_TOKEN_FLAGS));
}

void seq_trace_token_set(Process *p, unsigned number, Term value)
{
    Term parts[TOKEN_SIZE] = {small_int(0), small_int(0), small_int(0), p->pid, small_int(p->seq_trace_last)};

    for (unsigned i = 0; i < TOKEN_SIZE && !is_nil(p->seq_trace_token); i++)
        parts[i] = element(p->seq_trace_token, i + 1);
    parts[number - 1] = value;
    p->seq_trace_token = tuple_from(&p->heap, TOKEN_SIZE, parts);
}

void seq_trace_count(Process *p)
{
    Term parts[TOKEN_SIZE];

    if (p->pid == tracer)
        return;
    parts[SEQ_TOKEN_FLAGS - 1] = element(p->seq_trace_token, SEQ_TOKEN_FLAGS);
    parts[SEQ_TOKEN_LABEL - 1] = element(p->seq_trace_token, SEQ_TOKEN_LABEL);
    parts[SEQ_TOKEN_SERIAL - 1] = small_int(++p->seq_trace_clock);
    parts[SEQ_TOKEN_FROM - 1] = p->pid;
    parts[SEQ_TOKEN_LAST - 1] = small_int(p->seq_trace_last);
    p->seq_trace_token = tuple_from(&p->heap, TOKEN_SIZE, parts);
}

/* --- changing it ------------------------------------------------------------------------------ */

unsigned seq_trace_flag(Term name)
{
    switch (term_bits(name)) {
    case ATOM_BITS(ATOM_SEND): return SEQ_TRACE_SEND;
    case ATOM_BITS(ATOM_RECEIVE): return SEQ_TRACE_RECEIVE;
    case ATOM_BITS(ATOM_PRINT): return SEQ_TRACE_PRINT;
    case ATOM_BITS(ATOM_TIMESTAMP): return SEQ_TRACE_TIMESTAMP;
    case ATOM_BITS(ATOM_STRICT_MONOTONIC_TIMESTAMP): return SEQ_TRACE_STRICT_MONOTONIC;
    case ATOM_BITS(ATOM_MONOTONIC_TIMESTAMP): return SEQ_TRACE_MONOTONIC;
    default: return 0;
    }
}

/* Of p's token, or of the one it would get. */
static Term part_of(const Process *p, unsigned number, Term otherwise)
{
    return is_nil(p->seq_trace_token) ? otherwise : element(p->seq_trace_token, number);
}

static Term set_flag(Process *p, unsigned flag, bool on)
{
    int64_t flags = small_value(part_of(p, SEQ_TOKEN_FLAGS, SMALL(0)));

    seq_trace_token_set(p, SEQ_TOKEN_FLAGS, small_int(on ? flags | flag : flags & ~(int64_t)flag));
    return atom_bool(flags & flag);
}

static Term serial_pair(const Process *p, Heap *heap)
{
    return tuple_2(heap, element(p->seq_trace_token, SEQ_TOKEN_LAST), element(p->seq_trace_token, SEQ_TOKEN_SERIAL));
}

Term seq_trace_info(const Process *p, Heap *heap, Term item)
{
    unsigned flag = seq_trace_flag(item);
    bool has_token = !is_nil(p->seq_trace_token);
    Term value = A_FALSE;

    if (!flag && item != A_LABEL && item != A_SERIAL && (item != A_SPAWN || has_token))
        return NO_TERM;
    if (!has_token && (item == A_LABEL || item == A_SERIAL))
        return TERM_NIL;
    if (flag && has_token)
        value = atom_bool(small_value(element(p->seq_trace_token, SEQ_TOKEN_FLAGS)) & flag);
    else if (has_token)
        value = item == A_LABEL ? element(p->seq_trace_token, SEQ_TOKEN_LABEL) : serial_pair(p, heap);
    return tuple_2(heap, item, value);
}

static Term set_serial(Process *p, Term pair)
{
    Term old;

    if (!is_tuple_of(pair, 2) || !are_small(element(pair, 1), element(pair, 2)))
        return NO_TERM;
    seq_trace_token_set(p, SEQ_TOKEN_FROM, part_of(p, SEQ_TOKEN_FROM, p->pid));
    old = serial_pair(p, &p->heap);
    seq_trace_token_set(p, SEQ_TOKEN_LAST, element(pair, 1));
    seq_trace_token_set(p, SEQ_TOKEN_SERIAL, element(pair, 2));
    p->seq_trace_last = (uint32_t)small_value(element(pair, 1));
    p->seq_trace_clock = (uint32_t)small_value(element(pair, 2));
    return old;
}

Term seq_trace_change(Process *p, Term item, Term value)
{
    unsigned flag = seq_trace_flag(item);
    Term old = p->seq_trace_token;

    if (flag)
        return value == A_TRUE || value == A_FALSE ? set_flag(p, flag, value == A_TRUE) : NO_TERM;
    if (item == A_LABEL) {
        old = part_of(p, SEQ_TOKEN_LABEL, SMALL(0));
        seq_trace_token_set(p, SEQ_TOKEN_LABEL, value);
        return old;
    }
    if (item == A_SERIAL)
        return set_serial(p, value);
    if (item != A_SEQUENTIAL_TRACE_TOKEN || !is_nil(value))
        return NO_TERM;
    p->seq_trace_token = TERM_NIL;
    return old;
}

/* --- reports --------------------------------------------------------------------------------- */

static Term type_name(unsigned type)
{
    return type == SEQ_TRACE_SEND ? A_SEND : type == SEQ_TRACE_RECEIVE ? A_RECEIVE : A_PRINT;
}

/* NO_TERM: the flags ask for none. */
static Term time_stamp(Heap *heap, unsigned flags)
{
    int64_t us;

    if (flags & SEQ_TRACE_TIMESTAMP) {
        us = vm_time_system() / 1000;
        return tuple_3(heap, small_int(us / US_PER_SECOND / SECONDS_PER_MEGA),
                       small_int(us / US_PER_SECOND % SECONDS_PER_MEGA), small_int(us % US_PER_SECOND));
    }
    if (flags & SEQ_TRACE_STRICT_MONOTONIC)
        return tuple_2(heap, integer_from_i64(heap, vm_time_monotonic()),
                       integer_from_i64(heap, unique_integer_monotonic()));
    return flags & SEQ_TRACE_MONOTONIC ? integer_from_i64(heap, vm_time_monotonic()) : NO_TERM;
}

static Term report_info(Heap *heap, Term token, Term message, unsigned type, Term to)
{
    Term serial = tuple_2(heap, element(token, SEQ_TOKEN_LAST), element(token, SEQ_TOKEN_SERIAL));

    return tuple_5(heap, type_name(type), serial, term_copy(heap, element(token, SEQ_TOKEN_FROM)), term_copy(heap, to),
                   term_copy(heap, message));
}

static uint32_t stamp_bits(unsigned flags)
{
    if (flags & SEQ_TRACE_TIMESTAMP)
        return TRACE_STAMP_NOW;
    if (flags & SEQ_TRACE_STRICT_MONOTONIC)
        return TRACE_STAMP_STRICT_MONOTONIC;
    return flags & SEQ_TRACE_MONOTONIC ? TRACE_STAMP_MONOTONIC : 0;
}

static void report_to_module(Term token, Term message, unsigned type, Term to)
{
    Heap heap = {0};
    Term info = report_info(&heap, token, message, type, to);

    trace_sink.sequential(tracer, element(token, SEQ_TOKEN_LABEL), info, stamp_bits(flags_of(token)));
    heap_clear(&heap);
}

static Term report_term(Heap *heap, Term token, Term message, unsigned type, Term to)
{
    Term label = term_copy(heap, element(token, SEQ_TOKEN_LABEL));
    Term info = report_info(heap, token, message, type, to);
    Term stamp = time_stamp(heap, flags_of(token));

    return stamp == NO_TERM ? tuple_3(heap, A_SEQ_TRACE, label, info) : tuple_4(heap, A_SEQ_TRACE, label, info, stamp);
}

void seq_trace_report(const Process *p, Term token, Term term, unsigned type, Term to)
{
    Message *message;

    if (is_nil(token) || tracer == NO_TERM || !(flags_of(token) & type))
        return;
    if (p && ((p->flags & PROCESS_SENSITIVE) || tracer == p->pid))
        return;
    if (is_tuple(tracer)) {
        report_to_module(token, term, type, to);
        return;
    }
    message = message_new();
    message->term = report_term(&message->heap, token, term, type, to);
    trace_sink.deliver(tracer, message);
}

/* --- with messages --------------------------------------------------------------------------- */

void seq_trace_token_send(Process *from, Term name, Message *message)
{
    seq_trace_count(from);
    seq_trace_report(from, from->seq_trace_token, message->term, SEQ_TRACE_SEND, name);
    message->token = term_copy(&message->heap, from->seq_trace_token);
}

Term seq_trace_token_abroad(Process *from, Term to, Term message)
{
    if (is_nil(from->seq_trace_token))
        return TERM_NIL;
    seq_trace_count(from);
    seq_trace_report(from, from->seq_trace_token, message, SEQ_TRACE_SEND, to);
    return from->seq_trace_token;
}

void seq_trace_token_receive(Process *p, Message *message)
{
    uint32_t serial;

    if (message->heap.fragments)
        heap_splice(&p->heap, &message->heap);
    if (message->token == NO_TERM)
        return;
    p->seq_trace_token = message->token;
    if (is_nil(message->token))
        return;
    serial = (uint32_t)small_value(element(message->token, SEQ_TOKEN_SERIAL));
    p->seq_trace_last = serial;
    if ((int32_t)(p->seq_trace_clock - serial) < 0)
        p->seq_trace_clock = serial;
    seq_trace_report(p, message->token, message->term, SEQ_TRACE_RECEIVE, p->pid);
}

/* What a process knows once it has got a message with `token`. */
static void note_serial(Process *p, Term token)
{
    p->seq_trace_clock = p->seq_trace_last = (uint32_t)small_value(element(token, SEQ_TOKEN_SERIAL));
}

void seq_trace_spawned(Process *parent, Process *child, Term request)
{
    seq_trace_count(parent);
    child->seq_trace_token = term_copy(&child->heap, parent->seq_trace_token);
    note_serial(child, child->seq_trace_token);
    seq_trace_report(parent, child->seq_trace_token, request, SEQ_TRACE_SEND, child->pid);
    seq_trace_report(child, child->seq_trace_token, request, SEQ_TRACE_RECEIVE, child->pid);
}

void seq_trace_spawn_replied(Process *parent, Process *child, Term reply)
{
    seq_trace_count(child);
    note_serial(parent, child->seq_trace_token);
    seq_trace_report(child, child->seq_trace_token, reply, SEQ_TRACE_SEND, parent->pid);
    seq_trace_report(parent, child->seq_trace_token, reply, SEQ_TRACE_RECEIVE, parent->pid);
}

/* The sender counted twice, for the request and for the arguments; the token tells the second number. */
static Term first_token(Heap *heap, Term token)
{
    Term parts[TOKEN_SIZE];

    memcpy(parts, tuple_elements(token), sizeof parts);
    parts[SEQ_TOKEN_SERIAL - 1] = small_int(small_value(parts[SEQ_TOKEN_SERIAL - 1]) - 1);
    return tuple_from(heap, TOKEN_SIZE, parts);
}

void seq_trace_spawned_from_abroad(Process *child, Term token, Term request)
{
    Heap heap = {0};

    child->seq_trace_token = term_copy(&child->heap, token);
    token = first_token(&heap, token);
    note_serial(child, token);
    seq_trace_report(child, token, request, SEQ_TRACE_RECEIVE, child->pid);
    heap_clear(&heap);
}

void seq_trace_args_from_abroad(Process *child, Term token, Term args)
{
    child->seq_trace_token = term_copy(&child->heap, token);
    note_serial(child, token);
    seq_trace_report(child, token, args, SEQ_TRACE_RECEIVE, child->pid);
}

Term seq_trace_refused_from_abroad(Heap *heap, Term token, Term request, Term reply, Term to)
{
    Term asked = first_token(heap, token);
    Term answer = tuple_from(heap, TOKEN_SIZE, tuple_elements(token));

    seq_trace_report(NULL, asked, request, SEQ_TRACE_RECEIVE, node_name);
    tuple_elements(answer)[SEQ_TOKEN_FROM - 1] = node_name;
    tuple_elements(answer)[SEQ_TOKEN_LAST - 1] = element(asked, SEQ_TOKEN_SERIAL);
    seq_trace_report(NULL, answer, reply, SEQ_TRACE_SEND, to);
    return answer;
}

void seq_trace_reset(Process *p)
{
    p->seq_trace_token = TERM_NIL;
    p->seq_trace_clock = p->seq_trace_last = 0;
    for (Message *m = p->mailbox.first; m; m = m->next) {
        if (m->on_heap)                /* then its own heap has nothing but the token */
            heap_clear(&m->heap);
        m->token = NO_TERM;
    }
}
