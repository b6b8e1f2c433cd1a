/* gate.c - the gate, with a mutex for those who come from outside. */
#include "io/io_gate.h"

#include <linux/membarrier.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/io_loop.h"

volatile int gate_attention;
volatile int gate_claims;
volatile int gate_vm_depth = 1;
bool gate_needs_fence;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t opened = PTHREAD_COND_INITIALIZER;   /* for others: the VM's thread is outside, or one of them left */
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;  /* for the VM's thread: somebody left, or came */
static bool is_taken;                                      /* by one of the others */
static uint64_t grants;
static bool is_started;

static _Thread_local unsigned foreign_depth;

void gate_start(void)
{
    if (is_started)
        return;
    is_started = true;
    threads_may_read = true;
    io_prepare_wake();
    gate_needs_fence = syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) != 0;
}

/* --- the VM's thread ------------------------------------------------------------------------------ */

/* The depth is not 0 already; others that saw it as 0 under the mutex may be inside. */
void gate_close_slowly(void)
{
    int depth = gate_vm_depth;

    pthread_mutex_lock(&mutex);
    while (is_taken) {
        gate_vm_depth = 0;
        pthread_cond_wait(&changed, &mutex);
    }
    gate_vm_depth = depth;
    pthread_mutex_unlock(&mutex);
}

void gate_open_slowly(void)
{
    pthread_mutex_lock(&mutex);
    pthread_cond_broadcast(&opened);
    pthread_mutex_unlock(&mutex);
}

void gate_pass(void)
{
    int depth = gate_vm_depth;
    uint64_t before;

    pthread_mutex_lock(&mutex);
    before = grants;
    gate_attention = 0;
    gate_vm_depth = 0;
    pthread_cond_broadcast(&opened);
    while (is_taken || (gate_claims > 0 && grants == before))
        pthread_cond_wait(&changed, &mutex);
    gate_vm_depth = depth;
    if (gate_claims > 0)
        gate_attention = 1;
    pthread_mutex_unlock(&mutex);
}

void gate_call_attention(void)
{
    gate_attention = 1;
    if (!thread_is_vm)
        io_wake();
}

/* --- others --------------------------------------------------------------------------------------- */

void gate_enter_foreign(void)
{
    if (foreign_depth++ > 0)
        return;
    pthread_mutex_lock(&mutex);
    gate_claims = gate_claims + 1;
    if (gate_needs_fence)
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
    else
        syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
    while (is_taken || gate_vm_depth > 0) {
        if (!is_taken) {
            gate_attention = 1;
            io_wake();
        }
        pthread_cond_wait(&opened, &mutex);
    }
    is_taken = true;
    grants++;
    pthread_mutex_unlock(&mutex);
}

void gate_leave_foreign(void)
{
    if (--foreign_depth > 0)
        return;
    pthread_mutex_lock(&mutex);
    is_taken = false;
    gate_claims = gate_claims - 1;
    pthread_cond_signal(&changed);
    if (gate_claims > 0)
        pthread_cond_broadcast(&opened);
    pthread_mutex_unlock(&mutex);
}

unsigned gate_release_foreign(void)
{
    unsigned depth = foreign_depth;

    if (depth > 0) {
        foreign_depth = 1;
        gate_leave_foreign();
    }
    return depth;
}

void gate_retake_foreign(unsigned depth)
{
    if (depth > 0) {
        gate_enter_foreign();
        foreign_depth = depth;
    }
}
