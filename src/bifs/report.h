/* report.h - text about the state of the VM, written to a handle bit by bit: what the break menu shows and what crash
 * dumps hold. */
#ifndef LING_REPORT_H
#define LING_REPORT_H

#include "vm/base/text.h"
#include "vm/term/term.h"

struct Process;

typedef struct Report {
    Text text;                 /* not written yet */
    int handle;                /* REPORT_KEPT: all stays in `text`, for the caller to free */
    int64_t bytes_left;        /* no more than this is written; INT64_MAX: no limit */
    int64_t deadline_ns;       /* nothing is written after this (io_monotonic_ns); INT64_MAX: no limit */
    bool is_dump;              /* a crash dump: no contents of tables and messages in the summaries */
} Report;

#define REPORT_KEPT (-1)
/* Terms are cut off here. */
#define REPORT_TERM_CHARACTERS 10000

/* To be called between items: writes what has come together if it is much. */
void report_pause(Report *report);
/* Writes the rest. */
void report_end(Report *report);

void report_term(Report *report, const char *label, Term t, const char *behind);

/* --- sections, each with its =tag lines -------------------------------------------------------------- */

void report_memory(Report *report);        /* =memory, tables, areas */
void report_modules_sizes(Report *report); /* the break menu's list: name and bytes */
void report_modules(Report *report);       /* =loaded_modules, =mod, =fun */
void report_ports(Report *report);
void report_tables(Report *report);        /* =ets */
void report_timers(Report *report);
void report_nodes(Report *report);
void report_processes(Report *report);
void report_process(Report *report, const struct Process *p);
void report_process_data(Report *report);  /* =proc_messages, _dictionary, _stack, _heap of all: for dumps */

#endif
