/* process.c - child processes: posix_spawn, which does not copy our page tables, and SIGCHLD. */
#include "io/io_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/io_loop.h"
#include "io/posix/process.h"
#include "vm/base/mem.h"

typedef struct Child {
    struct Child *next;
    pid_t pid;
    void (*ended)(void *context, int status);   /* null: nobody listens */
    void *context;
} Child;

enum { RECENT = 32, SIGNALS_AT_ONCE = 64 };

static Child *children;
static pid_t recent[RECENT];            /* reaped, but their signals were perhaps not seen yet; 0: none */
static size_t recent_next;
static int signal_pipe[2] = {-1, -1};   /* of SenderId, by the handler; -1: not watching yet */
static void (*on_foreign)(void);        /* null: nobody wants to know */

/* Whom a signal tells of: the child, or NOT_OF_A_CHILD if some program sent it. */
typedef pid_t SenderId;
enum { NOT_OF_A_CHILD = 0 };

static Child *take_ended(int *status)
{
    for (Child **link = &children; *link; link = &(*link)->next) {
        Child *child = *link;
        int raw;
        pid_t pid = waitpid(child->pid, &raw, WNOHANG);

        if (pid == child->pid || (pid < 0 && errno == ECHILD)) {
            *status = pid < 0 ? 255 : WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
            *link = child->next;
            return child;
        }
    }
    return NULL;
}

/* One signal may stand for many children. Callbacks may spawn and forget: begin anew after each. */
static void reap(void)
{
    Child *child;
    int status;

    while ((child = take_ended(&status))) {
        recent[recent_next++ % RECENT] = child->pid;
        if (child->ended)
            child->ended(child->context, status);
        mem_free(MEM_IO, child);
    }
}

/* Children of ports are ours alone: users hear of what libraries forked, and of what other programs send. */
static bool is_ours(SenderId pid)
{
    if (pid == NOT_OF_A_CHILD)
        return false;
    for (size_t i = 0; i < RECENT; i++) {
        if (recent[i] == pid) {
            recent[i] = 0;
            return true;
        }
    }
    for (const Child *child = children; child; child = child->next)
        if (child->pid == pid)
            return true;
    return false;
}

static void signals_arrived(void *context, unsigned events)
{
    SenderId senders[SIGNALS_AT_ONCE];
    ssize_t got = read(signal_pipe[0], senders, sizeof senders);

    (void)context;
    (void)events;
    for (ssize_t i = 0; i < got / (ssize_t)sizeof *senders; i++)
        if (!is_ours(senders[i]) && on_foreign)
            on_foreign();
    reap();
}

/* On any thread, at any time. A full pipe will wake the VM too. */
static void note_signal(int number, siginfo_t *info, void *context)
{
    int error = errno;
    SenderId sender = info->si_code > 0 ? info->si_pid : NOT_OF_A_CHILD;
    ssize_t written = write(signal_pipe[1], &sender, sizeof sender);

    (void)number;
    (void)context;
    (void)written;
    errno = error;
}

/* Not by libuv, which does not tell who sent a signal. */
bool process_watch_children(void)
{
    struct sigaction action = {.sa_sigaction = note_signal, .sa_flags = SA_SIGINFO | SA_RESTART};

    if (signal_pipe[0] >= 0)
        return true;
    if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) < 0)
        return false;
    io_watch_set(io_watch_new(signal_pipe[0], signals_arrived, NULL), IO_READABLE);
    sigfillset(&action.sa_mask);
    return sigaction(SIGCHLD, &action, NULL) == 0;
}

bool process_on_foreign_signal(void (*arrived)(void))
{
    on_foreign = arrived;
    return !arrived || process_watch_children();
}

/* The child's end must not be one of the numbers that it will get in the child. */
static int make_pipe(int *ours, int *theirs, bool child_reads)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0)
        return io_error_from_system(errno);
    *ours = ends[child_reads];
    *theirs = ends[!child_reads];
    if (*theirs <= 4) {
        int moved = fcntl(*theirs, F_DUPFD_CLOEXEC, 10);

        close(*theirs);
        *theirs = moved;
    }
    if (*theirs < 0) {
        close(*ours);
        return IO_EMFILE;
    }
    fcntl(*ours, F_SETFL, fcntl(*ours, F_GETFL) | O_NONBLOCK);
    return 0;
}

typedef struct Pipes {
    int to_child, child_input;           /* -1: none */
    int from_child, child_output;
} Pipes;

static void close_if_open(int handle)
{
    if (handle >= 0)
        close(handle);
}

static int make_pipes(const IoSpawn *what, Pipes *pipes)
{
    int error = 0;

    *pipes = (Pipes){-1, -1, -1, -1};
    if (what->with_input)
        error = make_pipe(&pipes->to_child, &pipes->child_input, true);
    if (error == 0 && what->with_output)
        error = make_pipe(&pipes->from_child, &pipes->child_output, false);
    if (error != 0) {
        close_if_open(pipes->to_child);
        close_if_open(pipes->child_input);
    }
    return error;
}

static void set_actions(posix_spawn_file_actions_t *actions, const IoSpawn *what, const Pipes *pipes)
{
    int input = what->on_3_and_4 ? 3 : 0, output = what->on_3_and_4 ? 4 : 1;

    if (pipes->child_input >= 0)
        posix_spawn_file_actions_adddup2(actions, pipes->child_input, input);
    if (pipes->child_output >= 0)
        posix_spawn_file_actions_adddup2(actions, pipes->child_output, output);
    if (what->merge_error)
        posix_spawn_file_actions_adddup2(actions, pipes->child_output >= 0 ? output : 1, 2);
    posix_spawn_file_actions_addclosefrom_np(actions, what->on_3_and_4 ? 5 : 3);
    if (what->directory)
        posix_spawn_file_actions_addchdir_np(actions, what->directory);
}

static int start(const IoSpawn *what, const Pipes *pipes, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t signals;
    int error;

    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    set_actions(&actions, what, pipes);
    sigfillset(&signals);
    sigdelset(&signals, SIGPIPE);       /* programs find it ignored, as on the stock VM */
    posix_spawnattr_setsigdefault(&attributes, &signals);
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
    error = posix_spawn(pid, what->file, &actions, &attributes, what->argv, what->env);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error == 0 ? 0 : io_error_from_system(error);
}

int io_process_spawn(const IoSpawn *what, IoChild *out, void (*ended)(void *context, int status), void *context)
{
    Pipes pipes;
    pid_t pid;
    Child *child;
    int error = make_pipes(what, &pipes);

    if (error != 0)
        return error;
    error = process_watch_children() ? start(what, &pipes, &pid) : IO_EMFILE;
    close_if_open(pipes.child_input);
    close_if_open(pipes.child_output);
    if (error != 0) {
        close_if_open(pipes.to_child);
        close_if_open(pipes.from_child);
        return error;
    }
    child = mem_alloc_zero(MEM_IO, sizeof *child);
    *child = (Child){.next = children, .pid = pid, .ended = ended, .context = context};
    children = child;
    *out = (IoChild){.pid = pid, .to_child = pipes.to_child, .from_child = pipes.from_child};
    return 0;
}

void io_process_forget(int64_t pid)
{
    for (Child *child = children; child; child = child->next)
        if (child->pid == pid)
            child->ended = NULL;
}

int64_t io_process_own_id(void) { return getpid(); }

void io_process_be_nice(int by)
{
    int ignored = nice(by);

    (void)ignored;
}
