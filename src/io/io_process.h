/* io_process.h - programs of the operating system that ports talk to. */
#ifndef LING_IO_PROCESS_H
#define LING_IO_PROCESS_H

#include "io/io_error.h"

typedef struct IoSpawn {
    const char *file;                   /* no search along PATH */
    char *const *argv;                  /* ends with null */
    char *const *env;                   /* "NAME=value", ends with null */
    const char *directory;              /* null: ours */
    bool with_input, with_output;       /* pipes to and from the child wanted? */
    bool on_3_and_4;                    /* pipes at 3 (child reads) and 4 (child writes), not 0 and 1 */
    bool merge_error;                   /* the child's stderr goes to its output pipe */
} IoSpawn;

typedef struct IoChild {
    int64_t pid;
    int to_child;                       /* non-blocking pipe ends of ours; -1 if not asked for */
    int from_child;
} IoChild;

/* `ended` is called once, inside io_wait, with the exit status (128 + n if signal n ended it). */
int io_process_spawn(const IoSpawn *what, IoChild *out, void (*ended)(void *context, int status), void *context);
/* Nobody listens for the end of the child any more; it is still reaped. */
void io_process_forget(int64_t pid);
int64_t io_process_own_id(void);
/* Adds to the nice value of this process: 39 makes room for all others. Nothing happens if the system refuses. */
void io_process_be_nice(int by);

#endif
