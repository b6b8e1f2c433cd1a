#include "vm/proc/mailbox.h"

#include <string.h>

#include "io/io_time.h"
#include "vm/base/mem.h"
#include "vm/proc/hooks.h"
#include "vm/proc/receive_marker.h"
#include "vm/proc/scheduler.h"
#include "vm/proc/seq_trace.h"
#include "vm/proc/tracing.h"
#include "vm/term/copy.h"

/* Every term of a queued message that lies on the heap is a root of each collection: a long queue
 * must not make those slow. A collection comes after a good part of the block was filled, so one root for
 * so many words of it costs little. */
#define WORDS_PER_ROOT_MESSAGE 16
#define MIN_ROOT_MESSAGES 32
#define MAX_ROOT_MESSAGES 2048
/* What a message leaves free on the receiver's heap, so that it does not collect at once. */
#define ROOM_LEFT_WORDS 32

#define MAX_TIMEOUT_MS 0xffffffffLL
#define NS_PER_MS 1000000
#define POOL_MAX 16384

/* --- nodes ----------------------------------------------------------------------------------- */

/* Room for what the system tells most: {'DOWN', Reference, process, Pid, Reason} and the like. */
#define SYSTEM_MESSAGE_WORDS 12

#define MESSAGE_WORDS (sizeof(Message) / sizeof(Word))

static Message *pool;
static size_t pool_size;

static Message *node_new(void)
{
    Message *message = pool;

    if (LIKELY(message != NULL)) {
        pool = message->next;
        pool_size--;
        return message;
    }
    message = mem_alloc_zero(MEM_PROCESS, sizeof *message);
    return message;
}

/* The node's heap is empty: it stays zeroed while in the pool. */
static void node_free(Message *message)
{
    if (pool_size == POOL_MAX) {
        mem_free(MEM_PROCESS, message);
        return;
    }
    message->next = pool;
    pool = message;
    pool_size++;
}

static Message *message_new_outside(void)
{
    Message *message = node_new();

    message->term = NO_TERM;
    message->token = NO_TERM;
    message->sealed = NULL;
    message->on_heap = message->is_inside = message->is_marked = false;
    return message;
}

/* A message that lies in the fragment that has room for its term, whose `words` are to follow it. Whoever walks over the
 * fragment sees an object without terms, which the fragment outlives only as garbage. */
static Message *message_new_inside(size_t words)
{
    Heap heap = {0};
    Word *object;
    Message *message;

    heap_reserve(&heap, 1 + MESSAGE_WORDS + words);
    object = heap_alloc(&heap, 1 + MESSAGE_WORDS);
    object[0] = MAKE_HEADER(BOX_HEAP_BITS, MESSAGE_WORDS);
    message = (Message *)(object + 1);
    *message = (Message){.heap = heap, .token = NO_TERM, .is_inside = true, .term = NO_TERM};
    return message;
}

Message *message_new(void) { return message_new_inside(SYSTEM_MESSAGE_WORDS); }

Message *message_new_with(Heap *heap, Term term)
{
    Message *message = message_new_outside();

    heap_splice(&message->heap, heap);
    message->term = term;
    return message;
}

Message *message_new_sealed(SealedTerm *sealed)
{
    Message *message = message_new_outside();

    message->sealed = sealed;
    return message;
}

static void drop_sealed(const Message *message)
{
    if (UNLIKELY(message->term == NO_TERM) && message->sealed)
        process_hooks.dist_drop(message->sealed);
}

void message_free(Message *message)
{
    Heap heap = message->heap;

    drop_sealed(message);
    if (message->is_inside) {
        heap_clear(&heap);
        return;
    }
    heap_clear(&message->heap);
    node_free(message);
}

/* --- sending --------------------------------------------------------------------------------- */

static bool may_add_root(const Process *to)
{
    size_t most = gc_heap_block_words(&to->heap, &to->gc) / WORDS_PER_ROOT_MESSAGE;

    return to->mailbox.on_heap_count < MIN(MAX(MIN_ROOT_MESSAGES, most), MAX_ROOT_MESSAGES);
}

static bool has_room(const Process *to, size_t words)
{
    const Word *limit = to->gc.stack_top - STACK_RED_ZONE_WORDS - ROOM_LEFT_WORDS;

    return limit - to->heap.top >= (ptrdiff_t)words && may_add_root(to)
        && !(to->flags & PROCESS_OFF_HEAP_MESSAGES);
}

static void add_root(Mailbox *box, Message *message)
{
    message->next_root = box->roots;
    message->root_link = &box->roots;
    if (box->roots)
        box->roots->root_link = &message->next_root;
    box->roots = message;
    box->on_heap_count++;
}

static void remove_root(Mailbox *box, Message *message)
{
    *message->root_link = message->next_root;
    if (message->next_root)
        message->next_root->root_link = message->root_link;
    box->on_heap_count--;
}

static void append(Process *to, Message *message, Term from)
{
    Mailbox *box = &to->mailbox;

    if (is_tracing(to, TRACE_RECEIVE) && message->term != NO_TERM)
        trace_sink.receive(to, from, message->term);
    message->next = NULL;
    *box->last = message;
    box->last = &message->next;
    box->length++;
    if (message->on_heap)
        add_root(box, message);
    if (to->state == PROCESS_WAITING && !(to->flags & PROCESS_BLOCKED))
        scheduler_ready(to);
}

void message_post_from(Process *to, Message *message, Term from)
{
    if (process_is_exiting(to)) {
        message_free(message);
        return;
    }
    append(to, message, from);
}

void message_post(Process *to, Message *message) { message_post_from(to, message, A_SYSTEM); }

/* A running process is in a BIF, whose heap is known. */
Heap *message_heap(Process *to, size_t words, Heap *other) { return has_room(to, words) ? &to->heap : other; }

void message_post_on(Process *to, Heap *heap, Term term)
{
    Message *message;

    if (heap != &to->heap) {
        message_post(to, message_new_with(heap, term));
        return;
    }
    message = message_new_outside();
    message->term = term;
    message->on_heap = !is_immediate(term);
    message_post(to, message);
}

/* A message with a copy of `term`, which needs `words` of heap. */
static Message *message_with_copy(Process *to, Term term, size_t words)
{
    Message *message;

    if (to->state != PROCESS_RUNNING && has_room(to, words)) {
        message = message_new_outside();
        message->on_heap = true;
        message->term = term_copy_sized(&to->heap, term, words);
    } else {
        message = message_new_inside(words);
        message->term = term_copy_sized(&message->heap, term, words);
    }
    return message;
}

static Message *message_with(Process *from, Process *to, Term term)
{
    size_t words = is_immediate(term) || (from == to && may_add_root(to)) ? 0 : term_size_words(term);
    Message *message;

    if (words > 0)
        return message_with_copy(to, term, words);
    message = message_new_outside();
    message->term = term;
    message->on_heap = from == to && !is_immediate(term) && may_add_root(to);
    return message;
}

/* `name`: the destination as it was given, or NO_TERM: the pid. */
static inline void send_message(Process *from, Process *to, Term name, Term term)
{
    Message *message;

    if (UNLIKELY(process_is_exiting(to)))
        return;
    message = message_with(from, to, term);
    if (from)
        message->token = TERM_NIL;
    if (from && UNLIKELY(!is_nil(from->seq_trace_token)))
        seq_trace_token_send(from, name == NO_TERM ? to->pid : name, message);
    append(to, message, from ? from->pid : A_SYSTEM);
}

void message_send(Process *from, Process *to, Term term) { send_message(from, to, NO_TERM, term); }
void message_send_to_name(Process *from, Process *to, Term name, Term term) { send_message(from, to, name, term); }

/* --- receiving ------------------------------------------------------------------------------- */

void mailbox_restart(Process *p) { mailbox_set_mark(&p->mailbox, &p->mailbox.first); }

/* Takes the message at `link` out of the queue. */
static Message *unlink_message(Mailbox *box, Message **link)
{
    Message *message = *link;

    *link = message->next;
    if (!message->next)
        box->last = link;
    if (UNLIKELY(message->is_marked))
        receive_marker_move(box, &message->next, link);
    box->length--;
    if (message->on_heap)
        remove_root(box, message);
    return message;
}

/* False: it was no term, and is gone. What follows the end of the connection only adds to the queue. */
static bool open_message(Process *p, Message **link)
{
    Mailbox *box = &p->mailbox;
    Message *message = *link;
    SealedTerm *sealed = message->sealed;
    Heap *heap = &message->heap;

    if (p == running_process)
        heap = message_heap(p, process_hooks.dist_words(sealed), heap);
    message->sealed = NULL;
    message->term = process_hooks.dist_open(sealed, heap);
    if (LIKELY(message->term != NO_TERM)) {
        message->on_heap = heap == &p->heap && !is_immediate(message->term);
        if (message->on_heap)
            add_root(box, message);
        return true;
    }
    mailbox_set_mark(box, box->mark == &message->next ? link : box->mark);
    message_free(unlink_message(box, link));
    return false;
}

Term mailbox_open(Process *p)
{
    while (mailbox_is_sealed(p))
        open_message(p, p->mailbox.mark);
    return mailbox_peek(p);
}

void mailbox_open_all(Process *p)
{
    for (Message **link = &p->mailbox.first; *link;)
        if ((*link)->term != NO_TERM || open_message(p, link))
            link = &(*link)->next;
}

/* The message at `link` as one that does not lie in its own heap's fragment. */
static Message *take_outside(Mailbox *box, Message **link)
{
    Message *inside = *link;
    Message *message;

    if (!inside->is_inside)
        return inside;
    message = message_new_outside();
    *message = *inside;
    message->is_inside = false;
    *link = message;
    if (box->last == &inside->next)
        box->last = &message->next;
    mailbox_set_mark(box, box->mark == &inside->next ? &message->next : box->mark);
    if (message->is_marked)
        receive_marker_move(box, &inside->next, &message->next);
    return message;
}

static void own_term(Process *p, Message *message)
{
    if (message->heap.fragments || message->heap.off_heap) {
        Mailbox *box = &p->mailbox;

        box->taken_words += heap_fragment_words(&message->heap);
        heap_splice(&p->heap, &message->heap);
    }
}

/* Taken fragments are garbage soon; a process that does nothing but receive must get rid of them. */
static void collect_if_worthwhile(Process *p)
{
    if (p->mailbox.taken_words > (size_t)(p->gc.block_end - p->heap.start)
        || p->heap.off_heap_bytes > p->gc.binary_limit) {
        p->flags |= PROCESS_COLLECT;
        process_interrupt(p);
    }
}

void mailbox_remove(Process *p)
{
    Mailbox *box = &p->mailbox;
    Message *message;

    if (UNLIKELY(!*box->mark))        /* a function called since loop_rec has taken it */
        return;
    receive_marker_looked(box);
    message = unlink_message(box, box->mark);
    mailbox_set_mark(box, &box->first);
    if (message->is_inside || (!message->on_heap && !is_immediate(message->term))) {
        own_term(p, message);
        collect_if_worthwhile(p);
    }
    if (UNLIKELY(message->token != p->seq_trace_token))
        seq_trace_token_receive(p, message);
    drop_sealed(message);             /* where a function called since has taken the one that was looked at */
    if (!message->is_inside)          /* else it goes with its fragment, which is the process's now */
        node_free(message);
    if (UNLIKELY(timer_is_set(&p->receive_timer)))
        timer_wheel_cancel(&p->receive_timer);
    if (UNLIKELY(p->flags & PROCESS_TIMED_OUT))
        p->flags &= ~(uint32_t)PROCESS_TIMED_OUT;
    if (is_tracing(p, TRACE_SAVED_CALLS))
        trace_sink.save_event(p, A_RECEIVE);
}

void mailbox_settle(Process *p)
{
    Message *message = *p->mailbox.mark;

    if (message && !message->on_heap && !is_immediate(message->term)) {
        message = take_outside(&p->mailbox, p->mailbox.mark);
        own_term(p, message);
        message->on_heap = true;
        add_root(&p->mailbox, message);
    }
}

/* Also takes it out of its own heap's fragment, which is going to be freed. */
static void copy_own_terms(Mailbox *box, Message **link)
{
    Message *message = take_outside(box, link);
    Heap heap = {0};

    message->term = term_copy_all(&heap, message->term);
    message->token = term_copy_all(&heap, message->token);
    heap_clear(&message->heap);
    message->heap = heap;
}

void mailbox_copy_terms(Process *p)
{
    for (Message **link = &p->mailbox.first; *link; link = &(*link)->next)
        if (!(*link)->on_heap && (*link)->term != NO_TERM)
            copy_own_terms(&p->mailbox, link);
}

void mailbox_wait(Process *p)
{
    p->state = PROCESS_WAITING;
}

static void receive_timer_expired(TimerNode *node)
{
    Process *p = CONTAINER_OF(node, Process, receive_timer);

    if (p->state != PROCESS_WAITING) {
        p->flags |= PROCESS_TIMED_OUT;
        return;
    }
    p->ip = p->timeout_ip;
    scheduler_ready(p);
}

WaitResult mailbox_wait_timeout(Process *p, Term timeout, const Word *again, const Word *behind)
{
    if (p->flags & PROCESS_TIMED_OUT)
        return WAIT_TIMED_OUT;
    p->ip = again;
    if (!timer_is_set(&p->receive_timer) && timeout != A_INFINITY) {
        if (!is_small(timeout) || small_value(timeout) < 0 || small_value(timeout) > MAX_TIMEOUT_MS) {
            mailbox_set_mark(&p->mailbox, &p->mailbox.first);
            return WAIT_BAD_TIMEOUT;
        }
        if (small_value(timeout) == 0)
            return WAIT_TIMED_OUT;
        p->timeout_ip = behind;
        timer_wheel_set(&p->receive_timer, io_monotonic_ns() + small_value(timeout) * NS_PER_MS,
                        receive_timer_expired);
    }
    p->state = PROCESS_WAITING;
    return WAIT_SLEEP;
}

void mailbox_timeout(Process *p)
{
    if (is_tracing(p, TRACE_SAVED_CALLS))
        trace_sink.save_event(p, A_TIMEOUT);
    if (is_tracing(p, TRACE_RECEIVE))
        trace_sink.receive(p, A_CLOCK_SERVICE, A_TIMEOUT);
    timer_wheel_cancel(&p->receive_timer);
    p->flags &= ~(uint32_t)PROCESS_TIMED_OUT;
    receive_marker_looked(&p->mailbox);
    mailbox_set_mark(&p->mailbox, &p->mailbox.first);
}

/* --- the rest ---------------------------------------------------------------------------------- */

void mailbox_init(Mailbox *box)
{
    memset(box, 0, sizeof *box);
    box->last = &box->first;
    box->mark = &box->first;
}

void mailbox_free(Process *p)
{
    Mailbox *box = &p->mailbox;
    Message *message = box->first;

    while (message) {
        Message *next = message->next;
        message_free(message);
        message = next;
    }
    mem_free(MEM_PROCESS, box->markers);
    mailbox_init(box);
}

size_t mailbox_flush(Process *p, bool (*matches)(Term message, Term context), Term context)
{
    Mailbox *box = &p->mailbox;
    Message **link = &box->first;
    size_t count = 0;

    while (*link) {
        if ((*link)->term == NO_TERM || !matches((*link)->term, context)) {
            link = &(*link)->next;
            continue;
        }
        mailbox_set_mark(box, box->mark == &(*link)->next ? link : box->mark);
        message_free(unlink_message(box, link));
        count++;
    }
    return count;
}
