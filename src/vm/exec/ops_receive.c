/* ops_receive.c - sending and receiving messages. */
#include "vm/exec/slow.h"

#include "vm/exec/slow_receive.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/receive_marker.h"

INLINE Handled op_send(const Word *next) { return slow_send(next); }

INLINE Handled op_loop_rec(const Word *next, const Word *none, Term *dst)
{
    Term message = mailbox_peek(VM->process);

    if (message == NO_TERM) {
        if (LIKELY(!mailbox_is_sealed(VM->process)))
            GO(none);
        SYNC_OUT();
        message = mailbox_open(VM->process);
        SYNC_IN();
        if (message == NO_TERM)
            GO(none);
    }
    *dst = message;
    GO(next);
}

INLINE Handled op_loop_rec_closed(const Word *next, const Word *none, Term *dst, Word receive)
{
    receive_marker_begin_closed(VM->process, (uint32_t)receive);
    return op_loop_rec(next, none, dst);
}

/* Looking at many messages takes time. */
INLINE Handled op_loop_rec_end(const Word *next, const Word *again)
{
    mailbox_skip(VM->process);
    if (UNLIKELY(--REDS <= 0))
        return slow_yield(again, 0);
    GO(again);
}

INLINE Handled op_remove_message(const Word *next)
{
    SYNC_OUT();
    mailbox_remove(VM->process);
    SYNC_IN();
    GO(next);
}

INLINE void op_keep_message(void) { mailbox_settle(VM->process); }

INLINE Handled op_wait(const Word *next, const Word *again) { return slow_receive_wait(again); }
INLINE Handled op_wait_timeout(const Word *next, const Word *again, Term time) { return slow_wait_timeout(next, again, time); }
INLINE void op_timeout(void) { mailbox_timeout(VM->process); }
INLINE void op_recv_marker_reserve(Term *dst) { *dst = receive_marker_reserve(VM->process); }
INLINE void op_recv_marker_bind(Term marker, Term reference) { receive_marker_bind(VM->process, marker, reference); }
INLINE void op_recv_marker_clear(Term reference) { receive_marker_clear(VM->process, reference); }
INLINE void op_recv_marker_use(Term reference) { receive_marker_use(VM->process, reference); }

#include "ops_receive.inc"
