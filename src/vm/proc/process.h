/* process.h - one Erlang process.
 *
 * There is one VM thread. While a process runs, its heap top, stack top and reductions are in machine
 * registers; the interpreter writes them back here before it calls C code that takes a
 * `Process *`. */
#ifndef LING_PROCESS_H
#define LING_PROCESS_H

#include "vm/code/export.h"
#include "vm/gc/gc.h"
#include "vm/term/atom.h"

typedef enum ProcessState {
    PROCESS_RUNNABLE,      /* in a run queue */
    PROCESS_RUNNING,
    PROCESS_WAITING,       /* in receive, or in wait_for_wake */
    PROCESS_EXITING,       /* its end is being worked through */
    PROCESS_GONE
} ProcessState;

typedef enum Priority { PRIORITY_LOW, PRIORITY_NORMAL, PRIORITY_HIGH, PRIORITY_MAX } Priority;

typedef enum ExceptionClass { EXCEPTION_ERROR, EXCEPTION_EXIT, EXCEPTION_THROW } ExceptionClass;

/* What a BIF that returned NO_TERM wants. */
typedef enum Outcome { OUTCOME_NONE, OUTCOME_RAISE, OUTCOME_TRAP, OUTCOME_YIELD, OUTCOME_WAIT, OUTCOME_EXIT } Outcome;

typedef struct Exception {
    ExceptionClass class;
    Term reason;
    Term cause;            /* for error_info; NO_TERM if none */
    Term args;             /* erlang:error/2,3: argument list, else NO_TERM */
    Term error_info;       /* whole map given by erlang:error/3, else NO_TERM */
    Term trace;            /* a stack trace that is known already, else NO_TERM */
} Exception;

#define PROCESS_INLINE_ARGS 6

typedef struct Message {
    struct Message *next;
    Term term;             /* NO_TERM: still encoded (distribution) */
    Term token;            /* sequential trace token, or TERM_NIL */
    Heap heap;             /* owns `term` unless it was put on the receiver's heap at once (then empty) */
} Message;

typedef struct Mailbox {
    Message *first;
    Message **last;        /* where the next one is linked in */
    Message **mark;        /* the next one receive looks at */
    size_t length;
} Mailbox;

struct Link;
struct Monitor;
struct Timer;
struct Dictionary;

struct Process {
    Heap heap;
    Collector gc;
    Term pid;
    ProcessState state;
    Priority priority;
    uint32_t flags;                /* PROCESS_* below */
    int64_t reductions_left;       /* of this turn */
    uint64_t reductions;           /* done in all, without this turn */
    const Word *ip;                /* where it goes on */
    uint32_t live;                 /* saved x registers */
    uint32_t args_capacity;
    Term *args;                    /* saved x registers: inline_args, or memory of its own */
    Term inline_args[PROCESS_INLINE_ARGS];
    uint32_t catch_count;

    Outcome outcome;               /* of a BIF that returned NO_TERM */
    Exception exception;
    const Word *trap_address;      /* OUTCOME_TRAP, _YIELD, _WAIT: goes on here ... */
    uint32_t trap_arity;           /* ... with vm->x[0..trap_arity) */

    Mailbox mailbox;
    struct Timer *receive_timer;
    struct Link *links;            /* owned by link.c */
    struct Monitor *monitors;      /* by this process; owned by monitor.c */
    struct Monitor *monitored_by;
    struct Dictionary *dictionary; /* null until the first put */

    Term group_leader;
    Term registered_name;          /* NO_TERM if none */
    Term parent;
    Term initial_module, initial_function;
    uint32_t initial_arity;
    Term error_handler;            /* module; A_ERROR_HANDLER */
    Term seq_trace_token;
    size_t max_heap_words;         /* 0: no limit */
    uint32_t suspend_count;
    struct Process *queue_next;    /* run queue */
};

enum {
    PROCESS_TRAP_EXIT = 1 << 0,
    PROCESS_SYSTEM = 1 << 1,           /* spawn_system_process */
    PROCESS_SENSITIVE = 1 << 2,
    PROCESS_HIBERNATING = 1 << 3,
    PROCESS_KILLED = 1 << 4,           /* an exit signal ended it: exits when it next runs */
    PROCESS_COLLECT = 1 << 5,          /* a collection was asked for */
    PROCESS_MAX_HEAP_KILL = 1 << 6,
    PROCESS_MAX_HEAP_LOG = 1 << 7,
    PROCESS_OFF_HEAP_MESSAGES = 1 << 8,
    PROCESS_SUSPENDED = 1 << 9,
    PROCESS_WAKE_PENDING = 1 << 10
};

#endif
