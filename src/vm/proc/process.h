/* process.h - one Erlang process.
 *
 * There is one VM thread. While a process runs, its heap top, stack top and reductions are in machine
 * registers; the interpreter writes them back here before it calls C code that takes a
 * `Process *`. */
#ifndef LING_PROCESS_H
#define LING_PROCESS_H

#include "vm/code/export.h"
#include "vm/gc/gc.h"
#include "vm/proc/timer_wheel.h"
#include "vm/term/atom.h"

typedef enum ProcessState {
    PROCESS_RUNNABLE,      /* in a run queue, or suspended */
    PROCESS_RUNNING,
    PROCESS_WAITING,       /* in receive, or in wait_for_wake (PROCESS_BLOCKED) */
    PROCESS_EXITING,       /* its end is being worked through: dead for everybody else */
    PROCESS_GONE
} ProcessState;

typedef enum Priority { PRIORITY_LOW, PRIORITY_NORMAL, PRIORITY_HIGH, PRIORITY_MAX } Priority;
#define PRIORITY_COUNT 4

typedef enum ExceptionClass { EXCEPTION_ERROR, EXCEPTION_EXIT, EXCEPTION_THROW } ExceptionClass;

/* What a BIF that returned NO_TERM wants. OUTCOME_EXIT: the process is dead already (exit_self).
 * OUTCOME_LEAVE: it leaves the engine; state, ip, args, live and gc.stack_top are set (hibernate).
 * OUTCOME_TRACED: nothing was done yet, the call goes to the export's address. */
typedef enum Outcome {
    OUTCOME_NONE, OUTCOME_RAISE, OUTCOME_TRAP, OUTCOME_YIELD, OUTCOME_WAIT, OUTCOME_EXIT, OUTCOME_LEAVE,
    OUTCOME_TRACED
} Outcome;

typedef struct Exception {
    ExceptionClass class;
    Term reason;
    Term cause;            /* for error_info; NO_TERM if none */
    Term args;             /* erlang:error/2,3: argument list, else NO_TERM */
    Term error_info;       /* whole map given by erlang:error/3, else NO_TERM */
    Term trace;            /* a stack trace that is known already, else NO_TERM */
} Exception;

#define PROCESS_INLINE_ARGS 6

typedef struct SealedTerm SealedTerm;      /* what came from another node and was not looked at yet: vm/dist */

/* A message whose term has a heap of its own mostly lies in the first fragment of that heap, right before the term, so
 * that a receive that looks at many messages touches little memory: see mailbox.c. */
typedef struct Message {
    Heap heap;             /* owns `term` and `token`, unless they lie on the receiver's heap (then empty) */
    Term token;            /* sequential trace token, or TERM_NIL; NO_TERM: the receiver keeps its own */
    bool on_heap;          /* term or token is a root of the receiver's heap; never of a message that is inside */
    bool is_inside;        /* the message itself lies in a fragment of `heap`, and goes with it */
    bool is_marked;        /* some receive marker may stand behind it */
    union {
        struct Message *next_root;             /* list of the queue's messages that are on_heap */
        SealedTerm *sealed;                    /* while `term` is NO_TERM; else null where it is not on_heap */
    };
    struct Message **root_link;
    struct Message *ahead; /* some places behind this one, perhaps gone: only to be prefetched */
    struct Message *next;
    Term term;             /* NO_TERM: still sealed */
} Message;

typedef struct Mailbox {
    Message *first;
    Message **last;        /* where the next one is linked in */
    Message **mark;        /* the link to the next one receive looks at */
    Message *trail;        /* one that receive looked at before, `trail_steps` before the mark; null if that is 0 */
    unsigned trail_steps;
    uint32_t closed_receive;   /* the one that has looked at all before the mark (receive_marker.h); 0: none */
    size_t length;
    Message *roots;        /* those that are on_heap, in no order: a collection must not walk a long queue */
    size_t on_heap_count;  /* how many these are */
    size_t taken_words;    /* of message heaps that became part of the heap since the last collection */
    struct ReceiveMarkers *markers;   /* null until one is set */
} Mailbox;

/* Who is told what about a process or port. */
typedef struct TraceState {
    uint32_t flags;                /* TRACE_* (tracing.h) */
    struct Tracer *tracer;         /* null: nobody; owned by vm/trace */
} TraceState;

struct LinkTable;
struct Monitor;
struct BifTimer;
struct Dictionary;
struct Suspension;

struct Process {
    Heap heap;
    Collector gc;
    Term pid;
    uint64_t birth;                /* counts all processes: tells two apart that had the same pid */
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

    Outcome outcome;               /* of a BIF that returned NO_TERM */
    Exception exception;
    const Word *trap_address;      /* OUTCOME_TRAP, _YIELD, _WAIT: goes on here ... */
    uint32_t trap_arity;           /* ... with vm->x[0..trap_arity) */

    uint32_t suspend_count;        /* > 0: does not run */
    Mailbox mailbox;
    TimerNode receive_timer;       /* of receive ... after */
    const Word *timeout_ip;        /* where it goes on when that expires */
    struct LinkTable *links;       /* owned by link.c; null while there are none */
    struct RemoteLink *remote_links;   /* to processes of other nodes; owned by vm/dist */
    struct DistSignal *obituary;   /* a signal to another node, once it has ended; owned by vm/dist */
    struct Monitor *monitors;      /* by this process, and its aliases; owned by monitor.c */
    struct Monitor *monitored_by;
    struct BifTimer *timers;       /* that will send to this process; owned by timer.c */
    struct Suspension *suspending; /* owned by suspend.c */
    struct Dictionary *dictionary; /* null until the first put */
    void *ets;                     /* tables it owns or has fixed; owned by vm/ets */

    Term group_leader;
    Term registered_name;          /* NO_TERM if none */
    Term parent;
    Term exit_reason;              /* why it ends, once PROCESS_KILLED or PROCESS_EXITING; else NO_TERM */
    Term initial_module, initial_function;
    uint32_t initial_arity;
    TraceState trace;
    struct SavedCalls *saved_calls;  /* null: none are saved; owned by vm/trace */
    struct CallClock *call_clock;  /* null until a call of a function with call_time; owned by vm/trace */
    Term error_handler;            /* module; A_ERROR_HANDLER */
    Term seq_trace_token;          /* TERM_NIL if none */
    uint32_t seq_trace_clock, seq_trace_last;
    size_t max_heap_words;         /* 0: no limit */
    struct Process *queue_next;    /* run queue */
};

enum {
    PROCESS_TRAP_EXIT = 1 << 0,
    PROCESS_SYSTEM = 1 << 1,           /* spawn_system_process */
    PROCESS_SENSITIVE = 1 << 2,
    PROCESS_HIBERNATING = 1 << 3,
    PROCESS_KILLED = 1 << 4,           /* a signal ended it while it ran: exits at the end of this turn */
    PROCESS_COLLECT = 1 << 5,          /* a collection was asked for */
    PROCESS_MAX_HEAP_KILL = 1 << 6,
    PROCESS_MAX_HEAP_LOG = 1 << 7,
    PROCESS_OFF_HEAP_MESSAGES = 1 << 8,
    PROCESS_SUSPENDED = 1 << 9,        /* suspend_count > 0 */
    PROCESS_WAKE_PENDING = 1 << 10,    /* process_wake came before process_block */
    PROCESS_BLOCKED = 1 << 11,         /* in wait_for_wake: messages do not wake it */
    PROCESS_TIMED_OUT = 1 << 12,       /* the receive timer expired while it was runnable */
    PROCESS_QUEUED = 1 << 13,          /* linked into a run queue */
    PROCESS_ASYNC_DIST = 1 << 14,
    PROCESS_EXIT_STARTED = 1 << 15,    /* the first steps of its end are done */
    PROCESS_MAX_HEAP_SHARED = 1 << 16, /* include_shared_binaries */
    PROCESS_MONITOR_NODES = 1 << 17,   /* may stand in nodes_monitor.c */
    PROCESS_DISTRIBUTION = 1 << 18,    /* net_kernel, or controls a connection: its end is told to vm/dist */
    PROCESS_WAITS_FOR_PURGE = 1 << 19, /* suspended by suspend_for_purge */
    PROCESS_WAITS_FOR_OUTPUT = 1 << 20, /* blocked until a busy port or connection takes more: shown as suspended */
    PROCESS_IN_DIRTY_CALL = 1 << 21    /* blocked while another thread runs a native function for it: shown as running */
};

/* Nobody else sees it any more: no signal reaches it. */
static inline bool process_is_exiting(const Process *p)
{
    return p->state >= PROCESS_EXITING || (p->flags & PROCESS_KILLED);
}

#endif
