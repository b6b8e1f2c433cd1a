/* file_job.h - file operations that may take long: a worker does them while only the calling process waits. */
#ifndef LING_FILE_JOB_H
#define LING_FILE_JOB_H

#include "io/io_file.h"
#include "io/io_worker.h"
#include "vm/proc/raise.h"
#include "vm/term/off_heap.h"

typedef struct FileJob FileJob;
struct FileJob {
    IoJob job;                          /* first */
    Term caller;
    bool done;
    /* The operation: on a worker thread, on what is in this struct only. */
    void (*run)(FileJob *job);
    /* Its end on the VM's thread, whether the caller still lives or not: gives back what the job holds, but for what
     * `result` needs. Null: nothing to do. */
    void (*ended)(FileJob *job, bool caller_lives);
    /* The value that the caller gets. */
    Term (*result)(Process *p, FileJob *job);
    void *file;                         /* for `ended` */
    int handle;
    unsigned flags;
    char *path;                         /* freed with the job */
    Binary *bytes;                      /* released with the job */
    size_t size;
    int64_t offset;                     /* < 0: at the file's position */
    int64_t outcome;
};

/* A zeroed job; fill it in and start it at once. */
FileJob *file_job_new(void);
/* What the BIF returns: the process waits for `result`. */
Term file_job_start(Process *p, FileJob *job);

#endif
