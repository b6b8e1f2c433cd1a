/* mailbox.h - messages that wait for one process, oldest first.
 *
 * A message to a process that does not run is copied straight onto its heap when there is room
 * (there is one thread), else into the message's own Heap, together with the message itself; it becomes part of the
 * process's heap when receive takes it. Terms put on the heap are roots (gc_roots.c).
 *
 * What another node sent is sealed: it is decoded when the process looks at it, or somebody asks for its messages.
 *
 * Receive works on `mark`, the link to the next message to look at:
 *
 *     loop_rec          x0 = mailbox_peek(p), or jump to `wait` when that is NO_TERM
 *     loop_rec_closed   the same, perhaps from a later message on (receive_marker.h)
 *     remove_message    mailbox_remove(p)             (cancels the receive timer too)
 *     loop_rec_end      mailbox_skip(p)
 *     wait              mailbox_wait(p), then return to the scheduler
 *     wait_timeout      mailbox_wait_timeout(...)
 *     timeout           mailbox_timeout(p)
 */
#ifndef LING_MAILBOX_H
#define LING_MAILBOX_H

#include "vm/proc/process.h"

/* --- sending ------------------------------------------------------------------------------- */

/* Copies `term` to the process and wakes it. `from` (may be null: the system) gives the
 * sequential trace token; when it is `to` itself, the term lies on its own heap. Nothing happens if `to` is exiting. */
void message_send(Process *from, Process *to, Term term);
/* The same; the sequential trace shows `name` (an alias) as its destination. */
void message_send_to_name(Process *from, Process *to, Term name, Term term);
/* A new message: build the term on its `heap`, then message_post. */
Message *message_new(void);
/* A message that takes over what `heap` owns: there lies `term`, if it is no immediate. */
Message *message_new_with(Heap *heap, Term term);
/* Where to build a message of up to about `words` words for `to`: on its own heap, if it has room, else on `other`.
 * Give the result to message_post_on before anything else of that process runs. */
Heap *message_heap(Process *to, size_t words, Heap *other);
/* Posts `term`, which lies on what message_heap returned or on any heap without a block, which is empty afterwards. */
void message_post_on(Process *to, Heap *heap, Term term);
/* One that takes over `sealed`. */
Message *message_new_sealed(SealedTerm *sealed);
/* Puts a message made by one of these at the end of the queue; takes it over. */
void message_post(Process *to, Message *message);
/* The same; traces show that `from` (a pid, or the node it came from) sent it. */
void message_post_from(Process *to, Message *message, Term from);
void message_free(Message *message);

/* --- receiving (only for the running process) ------------------------------------------------ */

/* The term at the mark, or NO_TERM at the end of the queue; also where mailbox_is_sealed. */
static inline Term mailbox_peek(Process *p)
{
    Message *message = *p->mailbox.mark;

    return message ? message->term : NO_TERM;
}
/* The message at the mark is to be opened first. */
static inline bool mailbox_is_sealed(const Process *p)
{
    const Message *message = *p->mailbox.mark;

    return message && message->term == NO_TERM;
}
/* Opens it. Those that cannot be go away, and the connection they came by: the term of the first that is left, or NO_TERM. */
Term mailbox_open(Process *p);
/* `message` may be null, or gone: it is not looked at. */
static inline void mailbox_prefetch(const Message *message)
{
    uintptr_t address = (uintptr_t)message;

    __builtin_prefetch((const void *)(address + offsetof(Message, next)));
    __builtin_prefetch((const void *)(address + sizeof *message));
}
/* Leaves the message at the mark in the queue and looks at the next one. What a long search waits for is memory, so each
 * message remembers one that comes some steps later, which then is on its way into the cache. */
#define MAILBOX_TRAIL_STEPS 8
static inline void mailbox_skip(Process *p)
{
    Mailbox *box = &p->mailbox;
    Message *message = *box->mark;

    if (UNLIKELY(!message))            /* a function called since loop_rec may have taken it */
        return;
    box->mark = &message->next;
    mailbox_prefetch(message->ahead);
    if (LIKELY(box->trail_steps == MAILBOX_TRAIL_STEPS)) {
        if (UNLIKELY(box->trail->ahead != message))    /* what is written needlessly must go back to memory */
            box->trail->ahead = message;
        box->trail = box->trail->next;
    } else if (box->trail_steps++ == 0) {
        box->trail = message;
    }
}
/* Receive goes on at `link`. */
static inline void mailbox_set_mark(Mailbox *box, Message **link)
{
    box->mark = link;
    box->trail = NULL;
    box->trail_steps = 0;
    box->closed_receive = 0;
}
/* Receive begins anew with the first message. */
void mailbox_restart(Process *p);
/* Takes the message at the mark out of the queue; its term now belongs to the heap. The mark goes
 * back to the first message. May set PROCESS_COLLECT and end the turn (p->reductions_left = 0). */
void mailbox_remove(Process *p);
/* Ready to sleep until a message comes: sets PROCESS_WAITING. p->ip must lead back to loop_rec. */
void mailbox_wait(Process *p);
/* receive ... after T, at the end of the queue. */
typedef enum WaitResult {
    WAIT_SLEEP,            /* PROCESS_WAITING is set: return to the scheduler */
    WAIT_TIMED_OUT,        /* go on behind wait_timeout */
    WAIT_BAD_TIMEOUT       /* raise error:timeout_value */
} WaitResult;
/* `again`: where it goes on when a message comes (loop_rec); `behind`: when the time is over. Called
 * anew after each message that did not match, it keeps the first deadline. */
WaitResult mailbox_wait_timeout(Process *p, Term timeout, const Word *again, const Word *behind);
/* The timeout has been taken: the mark goes back to the first message. */
void mailbox_timeout(Process *p);

/* --- the rest of the VM ------------------------------------------------------------------- */

void mailbox_init(Mailbox *box);
void mailbox_free(Process *p);                   /* all messages */
/* Makes the message at the mark part of the heap: must precede a collection. */
void mailbox_settle(Process *p);
/* Opens all; those that cannot be go away, and the connection they came by. `p` is any process. */
void mailbox_open_all(Process *p);
/* Gives the terms that do not lie on the process's heap new copies, literals included: when these are to go away. */
void mailbox_copy_terms(Process *p);
/* Takes out all messages for which `matches` holds: demonitor(Ref, [flush]). Returns their number. */
size_t mailbox_flush(Process *p, bool (*matches)(Term message, Term context), Term context);

#endif
