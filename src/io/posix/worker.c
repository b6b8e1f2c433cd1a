/* worker.c - jobs for libuv's pool of threads, which starts with the first job; long ones have threads of their own. */
#include "io/io_worker.h"

#include <signal.h>

#include "io/posix/loop.h"
#include "vm/base/mem.h"

static size_t pending;

static void finish(IoJob *job)
{
    pending--;
    job->done(job);
}

/* --- the pool -------------------------------------------------------------------------------------------------------- */

static void work(uv_work_t *request)
{
    IoJob *job = request->data;

    job->work(job);
}

static void done(uv_work_t *request, int status)
{
    IoJob *job = request->data;

    (void)status;
    mem_free(MEM_IO, request);
    finish(job);
}

void io_worker_submit(IoJob *job)
{
    uv_work_t *request = mem_alloc_zero(MEM_IO, sizeof *request);

    request->data = job;
    pending++;
    uv_queue_work(posix_loop(), request, work, done);
}

/* --- long jobs ------------------------------------------------------------------------------------------------------- */

typedef struct LongJob {
    struct LongJob *next;               /* in `ended` */
    IoJob *job;
    uv_thread_t thread;
} LongJob;

static struct {
    uv_mutex_t lock;                    /* of `ended`, the only thing that threads share */
    uv_async_t wake;
    LongJob *ended;                     /* newest first */
    bool started;
} long_jobs;

/* The lock orders the job's data, too. */
static void run_long(void *context)
{
    LongJob *one = context;

    one->job->work(one->job);
    uv_mutex_lock(&long_jobs.lock);
    one->next = long_jobs.ended;
    long_jobs.ended = one;
    uv_mutex_unlock(&long_jobs.lock);
    uv_async_send(&long_jobs.wake);
}

static LongJob *take_ended(void)
{
    LongJob *newest, *oldest = NULL;

    uv_mutex_lock(&long_jobs.lock);
    newest = long_jobs.ended;
    long_jobs.ended = NULL;
    uv_mutex_unlock(&long_jobs.lock);
    while (newest) {
        LongJob *next = newest->next;

        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    return oldest;
}

static void finish_ended(uv_async_t *handle)
{
    LongJob *one = take_ended(), *next;

    (void)handle;
    for (; one; one = next) {
        IoJob *job = one->job;

        next = one->next;
        uv_thread_join(&one->thread);
        mem_free(MEM_IO, one);
        finish(job);
    }
}

static void start_long_jobs(void)
{
    if (long_jobs.started)
        return;
    long_jobs.started = true;
    uv_mutex_init(&long_jobs.lock);
    uv_async_init(posix_loop(), &long_jobs.wake, finish_ended);
    posix_loop_changed();
}

/* Signals are for the thread that waits. */
static int start_thread(LongJob *one)
{
    sigset_t all, before;
    int error;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = uv_thread_create(&one->thread, run_long, one);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

/* If the system has no thread for it, the pool does it. */
void io_worker_submit_long(IoJob *job)
{
    LongJob *one = mem_alloc_zero(MEM_IO, sizeof *one);

    start_long_jobs();
    one->job = job;
    if (start_thread(one) == 0) {
        pending++;
        return;
    }
    mem_free(MEM_IO, one);
    io_worker_submit(job);
}

size_t io_worker_pending(void) { return pending; }
