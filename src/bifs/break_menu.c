/* break_menu.c - the menu behind ^C: one answer, then the VM goes on. Letters as on stock, those it does not show (m, o, q)
 * included. */
#include "bifs/break_menu.h"

#include <stdio.h>
#include <stdlib.h>

#include "bifs/report.h"
#include "io/io_file.h"
#include "io/io_loop.h"
#include "io/io_signal.h"
#include "io/io_terminal.h"
#include "vm/base/options.h"
#include "vm/proc/exit.h"
#include "vm/proc/hooks.h"
#include "vm/proc/process_table.h"
#include "vm/proc/registry.h"

enum { STANDARD_INPUT = 0, STANDARD_OUTPUT = 1 };

static const char help[] = "BREAK: (a)bort (A)bort with dump (c)ontinue (p)roc info (i)nfo\n"
                           "       (l)oaded (v)ersion (k)ill (D)b-tables (d)istribution\n";

static Report new_report(void)
{
    return (Report){.handle = STANDARD_OUTPUT, .bytes_left = INT64_MAX, .deadline_ns = INT64_MAX};
}

static void say(const char *text)
{
    Report report = new_report();

    text_add_string(&report.text, text);
    report_end(&report);
}

static NORETURN void leave(void)
{
    process_hooks.crash_cleanup();
    io_exit(0);
}

/* The first byte of what is typed. The end of the input ends the VM. */
static int ask(void)
{
    int answer = io_stream_ask(STANDARD_INPUT);

    if (answer < 0)
        leave();
    return answer;
}

static NORETURN void abort_with_dump(void)
{
    static const char slogan[] = "Crash dump requested by user";

    fprintf(stderr, "%s\n", slogan);
    process_hooks.crash_dump(slogan);
    process_hooks.crash_cleanup();
    abort();
}

/* Shows one process after the other, the youngest first. */
static void kill_processes(void)
{
    size_t cursor = process_table_slots();
    Process *p;

    say("\n\nProcess Information\n\n--------------------------------------------------\n");
    while ((p = process_table_previous(&cursor))) {
        Report report = new_report();
        int answer;

        report_process(&report, p);
        text_add_string(&report.text, "(k)ill (n)ext (r)eturn:\n");
        report_end(&report);
        answer = ask();
        if (answer != 'k' && answer != 'n')
            return;
        if (answer == 'k')
            exit_signal(registry_whereis(A_INIT), p, A_KILL, EXIT_SIGNAL_SENT);
    }
}

static void show(void (*section)(Report *report))
{
    Report report = new_report();

    section(&report);
    report_end(&report);
}

static void show_version(void)
{
    Report report = new_report();

    text_printf(&report.text, "Erlang (ling) emulator version %s\n", options.erts_version);
    report_end(&report);
}

/* False: not an answer. */
static bool act(int answer)
{
    switch (answer) {
    case 'a':
    case 'q':
    case '*': leave();
    case 'A': abort_with_dump();
    case 'c':
    case 'm': return true;
    case 'p': show(report_processes); return true;
    case 'o': show(report_ports); return true;
    case 'i': show(report_memory); return true;
    case 'l': show(report_modules_sizes); return true;
    case 'v': show_version(); return true;
    case 'd': show(report_nodes); return true;
    case 'D': show(report_tables); return true;
    case 'k': kill_processes(); return true;
    default: return false;
    }
}

static void complain(int answer)
{
    Report report = new_report();

    text_printf(&report.text, "Invalid option '%c'. Please enter one of the following:\n%s", answer, help);
    report_end(&report);
}

void break_menu(void)
{
    int answer;

    io_terminal_pause();
    io_signal_set(IO_SIGINT, IO_SIGNAL_DEFAULT);     /* ^C again ends the VM */
    say("\n");
    say(help);
    while (!act(answer = ask()))
        if (answer != '\n')
            complain(answer);
    io_signal_set(IO_SIGINT, IO_SIGNAL_HANDLE);
    io_terminal_resume();
}
