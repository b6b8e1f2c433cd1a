#include "bifs/crash_dump.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bifs/report.h"
#include "io/io_env.h"
#include "io/io_file.h"
#include "io/io_process.h"
#include "io/io_time.h"
#include "vm/base/options.h"
#include "vm/port/port.h"
#include "vm/proc/hooks.h"
#include "vm/proc/registry.h"
#include "vm/proc/scheduler.h"

/* A dump shows what programs keep secret. */
#define DUMP_MODE 0640
#define NS_PER_SECOND 1000000000
/* What `heart` understands as "a dump is being written: be patient". */
#define HEART_PREPARING_CRASH 8

#define NICEST 39

/* --- whether, how much, how fast: ERL_CRASH_DUMP_SECONDS, _BYTES, _NICE, heart --------------------------- */

/* True if a heart watches over this node. */
static bool tell_heart(void)
{
    Term port = registry_whereis(A_HEART_PORT);
    Heap heap = {0};

    if (port == NO_TERM || !is_local_port(port) || !port_find(port))
        return false;
    port_output(port_find(port), A_UNDEFINED, cons(&heap, small_int(HEART_PREPARING_CRASH), TERM_NIL));
    heap_clear(&heap);
    return true;
}

static void be_nice(void)
{
    const char *by = io_env_get("ERL_CRASH_DUMP_NICE");

    if (by)
        io_process_be_nice(MIN(atoi(by), NICEST));
}

/* -1: no limit, also if what stands there is no number. */
static int64_t wanted_bytes(void)
{
    const char *bytes = io_env_get("ERL_CRASH_DUMP_BYTES");
    char *end;
    long long limit;

    if (!bytes)
        return -1;
    errno = 0;
    limit = strtoll(bytes, &end, 10);
    return errno || end == bytes || *end ? -1 : limit;
}

/* False: no dump is wanted. No seconds at all means no dump; with a heart that waits for the end of this
 * process, a dump must be asked for. */
static bool is_wanted(Report *report)
{
    const char *seconds = io_env_get("ERL_CRASH_DUMP_SECONDS");
    int64_t bytes = wanted_bytes();
    bool has_heart;

    if (seconds && atoi(seconds) == 0)
        return false;
    has_heart = tell_heart();
    be_nice();
    if (has_heart && !seconds)
        return false;
    if (seconds && atoi(seconds) > 0)
        report->deadline_ns = io_monotonic_ns() + atoll(seconds) * NS_PER_SECOND;
    if (bytes >= 0)
        report->bytes_left = bytes;
    return report->bytes_left > 0;
}

/* --- content --------------------------------------------------------------------------------------------- */

static void add_scheduler(Text *out)
{
    text_printf(out, "=scheduler:1\nScheduler Sleep Info Flags: \nScheduler Sleep Info Aux Work: \nCurrent Port: \n"
                "Run Queue Max Length: %zu\nRun Queue High Length: %zu\nRun Queue Normal Length: %zu\n"
                "Run Queue Low Length: %zu\nRun Queue Port Length: 0\nRun Queue Flags: \n",
                scheduler_queue_length(PRIORITY_MAX), scheduler_queue_length(PRIORITY_HIGH),
                scheduler_queue_length(PRIORITY_NORMAL), scheduler_queue_length(PRIORITY_LOW));
}

static void add_atom_names(Report *report)
{
    text_add_string(&report->text, "=atoms\n");
    for (uint32_t i = atom_count(); i > 0; i--) {
        report_term(report, "", ATOM_TERM(i - 1), "\n");
        report_pause(report);
    }
}

static void add_all(Report *report, const char *slogan)
{
    Text *out = &report->text;
    time_t now = time(NULL);

    text_printf(out, "=erl_crash_dump:0.5\n%sSlogan: %s\n", ctime(&now), slogan);
    text_printf(out, "System version: Erlang/OTP %s [erts-%s] [ling] [64-bit] [smp:1:1]\n",
                options.otp_release ? options.otp_release : "?", options.erts_version ? options.erts_version : "?");
    text_printf(out, "Taints: \nAtoms: %u\nCalling Thread: scheduler:1\n", atom_count());
    add_scheduler(out);
    if (running_process)
        report_term(report, "Current Process: ", running_process->pid, "\nCurrent Process State: Running\n");
    else
        text_add_string(out, "Current Process: \n");
    report_memory(report);
    report_processes(report);
    report_ports(report);
    report_tables(report);
    report_timers(report);
    report_nodes(report);
    report_modules(report);
    report_process_data(report);
    add_atom_names(report);
    text_add_string(out, "=end\n");
}

static void write_dump(const char *slogan)
{
    const char *path = io_env_get("ERL_CRASH_DUMP");
    Report report = {.bytes_left = INT64_MAX, .deadline_ns = INT64_MAX, .is_dump = true};

    if (!is_wanted(&report))
        return;
    if (!path)
        path = "erl_crash.dump";
    fprintf(stderr, "\r\nCrash dump is being written to: %s...", path);
    report.handle = io_file_open(path, IO_FILE_WRITE | IO_FILE_CREATE | IO_FILE_TRUNCATE | IO_FILE_NO_TYPE_CHECK);
    if (report.handle < 0)
        return;
    io_file_set_mode(path, DUMP_MODE);
    add_all(&report, slogan);
    report_end(&report);
    io_file_close(report.handle);
    fprintf(stderr, "done\r\n");
}

void crash_dump_init(void)
{
    process_hooks.crash_dump = write_dump;
}
