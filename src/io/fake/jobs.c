/* jobs.c - io_worker.h without threads. */
#include "io/fake/jobs.h"

#include "io/fake/handle.h"
#include "io/io_time.h"
#include "io/io_worker.h"
#include "vm/base/mem.h"

typedef struct Pending {
    struct Pending *next;              /* oldest first */
    IoJob *job;
    int64_t at_ns;
} Pending;

typedef struct Delay {
    struct Delay *next;
    int64_t after_ms;
} Delay;

static Pending *pending;
static Delay *delays;                  /* of jobs to come */
static size_t count;

void fake_job(int64_t after_ms)
{
    Delay *delay = mem_alloc(MEM_IO, sizeof *delay), **link = &delays;

    *delay = (Delay){.after_ms = after_ms};
    while (*link)
        link = &(*link)->next;
    *link = delay;
}

static int64_t take_delay(void)
{
    Delay *delay = delays;
    int64_t after_ms = 0;

    if (delay) {
        after_ms = delay->after_ms;
        delays = delay->next;
        mem_free(MEM_IO, delay);
    }
    return after_ms;
}

void io_worker_submit(IoJob *job)
{
    Pending *one = mem_alloc(MEM_IO, sizeof *one), **link = &pending;

    *one = (Pending){.job = job, .at_ns = io_monotonic_ns() + take_delay() * FAKE_NS_PER_MS};
    while (*link)
        link = &(*link)->next;
    *link = one;
    count++;
}

void io_worker_submit_long(IoJob *job) { io_worker_submit(job); }
size_t io_worker_pending(void) { return count; }

static IoJob *take_due(void)
{
    for (Pending **link = &pending; *link; link = &(*link)->next) {
        Pending *one = *link;

        if (one->at_ns <= io_monotonic_ns()) {
            IoJob *job = one->job;

            *link = one->next;
            mem_free(MEM_IO, one);
            count--;
            return job;
        }
    }
    return NULL;
}

bool fake_jobs_run(void)
{
    bool any = false;
    IoJob *job;

    for (; (job = take_due()); any = true) {
        job->work(job);
        job->done(job);
    }
    return any;
}

int64_t fake_jobs_next_ns(void)
{
    int64_t next = INT64_MAX;

    for (const Pending *one = pending; one; one = one->next)
        next = MIN(next, one->at_ns);
    return next;
}
