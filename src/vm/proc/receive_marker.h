/* receive_marker.h - places in a process's queue that a receive need not look before.
 *
 * There are two kinds. The compiler reserves one where a reference is made: no message from before holds it, so
 * a receive that waits for the reference begins there.
 *
 * And a closed receive, whose patterns and guards depend on nothing but the message, need not look again at what it
 * did not want before: it goes on where the last one ended. The loader finds such receives
 * (loader/closed_receive.h) and gives each a number, which is never used again. */
#ifndef LING_RECEIVE_MARKER_H
#define LING_RECEIVE_MARKER_H

#include "vm/proc/mailbox.h"

/* Remembers the end of the queue; the result (a small integer) is to be handed to receive_marker_bind. */
Term receive_marker_reserve(Process *p);
void receive_marker_bind(Process *p, Term marker, Term reference);
void receive_marker_clear(Process *p, Term reference);
/* Moves the mark behind what was there when `reference` was reserved; if that is unknown, nothing happens. */
void receive_marker_use(Process *p, Term reference);

/* Moves the mark behind what the closed receive looked at before. */
void receive_marker_skip_known(Process *p, uint32_t receive);

/* A closed receive is about to look at the message at the mark. */
static inline void receive_marker_begin_closed(Process *p, uint32_t receive)
{
    Mailbox *box = &p->mailbox;

    if (box->mark != &box->first)
        return;
    if (UNLIKELY(box->markers != NULL))
        receive_marker_skip_known(p, receive);
    box->closed_receive = receive;
}

void receive_marker_note_closed(Mailbox *box);

/* Receive has ended at the mark, which has not gone back yet. Short searches are not worth being remembered. */
static inline void receive_marker_looked(Mailbox *box)
{
    if (UNLIKELY(box->trail_steps == MAILBOX_TRAIL_STEPS) && box->closed_receive != 0)
        receive_marker_note_closed(box);
}

/* --- for the mailbox ----------------------------------------------------------------------------- */

/* The link `gone` of a message that is_marked goes away: what stood there stands at `instead`. */
void receive_marker_move(Mailbox *box, Message **gone, Message **instead);

#endif
