/* spawn_driver.c - {spawn, Command} and {spawn_executable, File}: programs that talk through pipes. */
#include <stdio.h>
#include <string.h>

#include "io/io_env.h"
#include "io/io_process.h"
#include "ports/drivers.h"
#include "ports/stream.h"
#include "vm/base/mem.h"

enum { NO_DIRECTORY_STATUS = 2 };

typedef struct Program {
    Stream stream;                    /* first: the end of input is told with it */
    int64_t pid;                      /* -1: it did not even start */
    int status;                       /* -1: it runs */
    bool wants_status;
    bool input_over;
    IoTimer *unstarted;               /* tells its end when it could not be started */
} Program;

static void finish(Program *program)
{
    Port *port = program->stream.port;
    Heap heap = {0};

    if (program->wants_status)
        port_deliver(port, &heap, tuple_2(&heap, A_EXIT_STATUS, small_int(program->status)));
    stream_flush_line(&program->stream);
    port_input_ended(port);
}

/* With exit_status, the end is told when both are known: no more input, and the status. */
static void input_ended(Stream *stream)
{
    Program *program = (Program *)stream;

    program->input_over = true;
    if (!program->wants_status || program->status >= 0)
        finish(program);
}

static void program_ended(void *context, int status)
{
    Program *program = context;
    Port *port = program->stream.port;

    program->status = status;
    if (!program->wants_status || !program->input_over)
        return;
    port_enter_callback(port, A_INPUT);
    finish(program);
    port_leave_callback(port);
}

static void tell_not_started(void *context)
{
    Program *program = context;
    Port *port = program->stream.port;

    port_enter_callback(port, A_INPUT);
    finish(program);
    port_leave_callback(port);
}

/* A program that cannot be started ends at once, with the reason as its status: that of the system, as it
 * would be if the child had found out. */
static void fail_to_start(Program *program, const PortOptions *options, int error)
{
    if (options->directory && io_file_check_executable(options->directory) < 0) {
        fprintf(stderr, "spawn: Could not cd to %s\r\n", options->directory);
        program->status = NO_DIRECTORY_STATUS;
    } else {
        program->status = io_error_to_system(error);
    }
    program->unstarted = io_timer_new(tell_not_started, program);
    io_timer_set(program->unstarted, 0);
}

static int run(Program *program, const PortOptions *options, const char *file, char *const *argv)
{
    IoChild child = {.pid = -1, .to_child = -1, .from_child = -1};
    IoSpawn spawn = {.file = file, .argv = argv, .env = options->env ? io_env_entries(options->env) : io_env_all(),
                     .directory = options->directory, .with_input = options->out, .with_output = options->in,
                     .on_3_and_4 = options->nouse_stdio, .merge_error = options->stderr_to_stdout};
    int error = io_process_spawn(&spawn, &child, program_ended, program);

    if (error == IO_EMFILE || error == IO_ENFILE || error == IO_EAGAIN || error == IO_ENOMEM)
        return error;
    program->pid = child.pid;
    program->stream.in = child.from_child;
    program->stream.out = child.to_child;
    if (error < 0)
        fail_to_start(program, options, error);
    else
        stream_start(&program->stream);
    return 0;
}

static int start_shell(Program *program, const PortOptions *options)
{
    size_t size = strlen(options->command) + sizeof "exec ";
    char *line = mem_alloc(MEM_PORT, size);
    char *argv[] = {"sh", "-c", line, NULL};
    int error;

    snprintf(line, size, "exec %s", options->command);
    error = run(program, options, "/bin/sh", argv);
    mem_free(MEM_PORT, line);
    return error;
}

static int start_executable(Program *program, const PortOptions *options)
{
    char *name = (char *)(uintptr_t)(options->arg0 ? options->arg0 : options->command);
    size_t count = 0;
    char **argv;
    int error = io_file_check_executable(options->command);

    if (error < 0)
        return error;
    while (options->args && options->args[count])
        count++;
    argv = mem_alloc(MEM_PORT, (count + 2) * sizeof *argv);
    argv[0] = name;
    for (size_t i = 0; i < count; i++)
        argv[i + 1] = options->args[i];
    argv[count + 1] = NULL;
    error = run(program, options, options->command, argv);
    mem_free(MEM_PORT, argv);
    return error;
}

static int start(Port *port, const PortOptions *options)
{
    Program *program = mem_alloc_zero(MEM_PORT, sizeof *program);
    int error;

    program->stream = (Stream){.port = port, .in = -1, .out = -1, .owns_handles = true,
                               .packet_bytes = options->packet_bytes, .line_length = options->line_length,
                               .busy_high = options->busy_high, .busy_low = options->busy_low,
                               .ended = input_ended};
    program->pid = -1;
    program->status = -1;
    program->wants_status = options->exit_status;
    port->driver_state = program;
    if (options->kind == PORT_COMMAND_EXECUTABLE)
        error = start_executable(program, options);
    else
        error = start_shell(program, options);
    if (error < 0)
        mem_free(MEM_PORT, program);
    return error;
}

static void stop(Port *port)
{
    Program *program = port->driver_state;

    if (program->pid >= 0 && program->status < 0)
        io_process_forget(program->pid);
    io_timer_free(program->unstarted);
    stream_stop(&program->stream);
    mem_free(MEM_PORT, program);
}

static void output(Port *port, Term from, Term iolist)
{
    Program *program = port->driver_state;

    stream_write(&program->stream, iolist);
}

static size_t queued(Port *port)
{
    const Program *program = port->driver_state;

    return program->stream.output.size;
}

static int64_t os_pid(Port *port)
{
    const Program *program = port->driver_state;

    return program->pid;
}

const PortDriver spawn_driver = {.name = "spawn", .start = start, .stop = stop, .output = output,
                                 .queued = queued, .os_pid = os_pid};
