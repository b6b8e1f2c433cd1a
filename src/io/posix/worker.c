/* worker.c - jobs for libuv's pool of threads, which starts with the first job. */
#include "io/io_worker.h"

#include "io/posix/loop.h"
#include "vm/base/mem.h"

static size_t pending;

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
    pending--;
    job->done(job);
}

void io_worker_submit(IoJob *job)
{
    uv_work_t *request = mem_alloc_zero(MEM_IO, sizeof *request);

    request->data = job;
    pending++;
    uv_queue_work(posix_loop(), request, work, done);
}

size_t io_worker_pending(void) { return pending; }
