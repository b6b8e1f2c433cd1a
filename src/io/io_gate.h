/* io_gate.h - who may touch the VM's data: one thread at a time.
 *
 * The VM's thread holds the gate while it runs. It is let go of where the VM's data are in order and the thread may be away
 * for long: in code of a library and while it waits for events (gate_release), and between two processes' turns if somebody
 * asked (gate_attention). Other threads (dirty native functions, threads of libraries) hold it for one call only.
 *
 * That costs the VM's thread two plain writes and a look at a flag, no atomic instruction: who comes from outside pays,
 * with a barrier on all threads (membarrier). Where the system has none, the VM's thread pays for a fence. */
#ifndef LING_IO_GATE_H
#define LING_IO_GATE_H

#include "vm/base/base.h"

/* Something is to be done between turns: see gate_pass and whoever sets it. Only hints: read without a lock. */
extern volatile int gate_attention;
extern volatile int gate_claims;           /* other threads that wait */
extern volatile int gate_vm_depth;         /* > 0: the VM's thread is inside */
extern bool gate_needs_fence;

/* Before the first thread that may come from outside. */
void gate_start(void);
/* For the VM's thread, between turns: lets in whoever waits. */
void gate_pass(void);
/* For any thread: something is to be done between turns. */
void gate_call_attention(void);

/* Not for use here: what the inline functions do if somebody waits, and for other threads. */
void gate_close_slowly(void);
void gate_open_slowly(void);
void gate_enter_foreign(void);
void gate_leave_foreign(void);
unsigned gate_release_foreign(void);
void gate_retake_foreign(unsigned depth);

#include "vm/base/thread_kind.h"

static inline void gate_close(void)
{
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (UNLIKELY(gate_needs_fence))
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (UNLIKELY(gate_claims))
        gate_close_slowly();
}

static inline void gate_open(void)
{
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (UNLIKELY(gate_needs_fence))
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (UNLIKELY(gate_claims))
        gate_open_slowly();
}

/* Inside from here to gate_leave; nests. */
static inline void gate_enter(void)
{
    if (UNLIKELY(!thread_is_vm)) {
        gate_enter_foreign();
        return;
    }
    gate_vm_depth = gate_vm_depth + 1;
    if (gate_vm_depth == 1)
        gate_close();
}

static inline void gate_leave(void)
{
    if (UNLIKELY(!thread_is_vm)) {
        gate_leave_foreign();
        return;
    }
    gate_vm_depth = gate_vm_depth - 1;
    if (gate_vm_depth == 0)
        gate_open();
}

/* Outside, however deep inside the thread is, until gate_retake: around code of a library. */
static inline unsigned gate_release(void)
{
    unsigned depth = (unsigned)gate_vm_depth;

    if (UNLIKELY(!thread_is_vm))
        return gate_release_foreign();
    gate_vm_depth = 0;
    gate_open();
    return depth;
}

static inline void gate_retake(unsigned depth)
{
    if (UNLIKELY(!thread_is_vm)) {
        gate_retake_foreign(depth);
        return;
    }
    if (depth == 0)
        return;
    gate_vm_depth = (int)depth;
    gate_close();
}

#endif
