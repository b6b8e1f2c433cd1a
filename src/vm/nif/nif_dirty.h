/* nif_dirty.h - native functions that run long, on threads of their own kinds: for work on the processor, and for waiting.
 *
 * A job has a heap of its own, and its arguments are copied there: its process may be collected, be sent messages, and
 * even end meanwhile. (Bytes of binaries are not copied.) When the job is over the VM's thread wakes the process, which takes
 * the heap over. */
#ifndef LING_NIF_DIRTY_H
#define LING_NIF_DIRTY_H

#include "vm/nif/nif_env.h"

typedef struct DirtyJob {
    struct DirtyJob *next;
    ErlNifEnv env;
    NifCode code;
    Term *args;
    uint32_t argc;
    bool is_done;                            /* for the VM's thread */
    Term result;
    void (*ended)(struct DirtyJob *job);     /* on the VM's thread: its thread has no use for the job any more */
} DirtyJob;

/* Fills in a zeroed job and hands it to a thread. */
void dirty_job_start(DirtyJob *job, unsigned flags, NifCode code, Process *p, NifLibrary *library, const Term *args,
                     uint32_t argc, void (*ended)(DirtyJob *job));
void dirty_job_clear(DirtyJob *job);
/* For the VM's thread, when attention was called: wakes the processes of jobs that are over. */
void dirty_jobs_collect(void);

/* ERL_NIF_THR_*: of the thread that asks. */
extern _Thread_local int nif_dirty_thread_type;

#endif
