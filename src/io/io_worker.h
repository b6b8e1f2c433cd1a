/* io_worker.h - work that may block, done by other threads on bytes only, never on terms.
 *
 * The pool starts with its first job. Embed IoJob in a struct with the job's data. */
#ifndef LING_IO_WORKER_H
#define LING_IO_WORKER_H

#include "vm/base/base.h"

typedef struct IoJob {
    void (*work)(struct IoJob *job);    /* on a worker thread */
    void (*done)(struct IoJob *job);    /* later, inside io_wait; may free the job */
} IoJob;

void io_worker_submit(IoJob *job);
/* For work that may take many seconds (asking for names of hosts): it has a thread of its own and delays no other job. */
void io_worker_submit_long(IoJob *job);
size_t io_worker_pending(void);

#endif
