/* break_menu.c - the menu behind ^C. */
#include "bifs/break_menu.h"

#include <stdio.h>

#include "io/io_file.h"
#include "vm/base/options.h"
#include "vm/code/module.h"
#include "vm/port/port.h"
#include "vm/proc/process_table.h"
#include "vm/proc/scheduler.h"
#include "vm/term/print.h"

enum { STANDARD_INPUT = 0, LINE_CHARACTERS = 200 };

static void print_term(Term t)
{
    Text text = {0};

    term_print(&text, t, LINE_CHARACTERS);
    fputs(text_terminated(&text), stdout);
    text_free(&text);
}

static void print_processes(void)
{
    size_t cursor = 0;

    for (Process *p = process_table_next(&cursor); p; p = process_table_next(&cursor)) {
        print_term(p->pid);
        if (p->registered_name != NO_TERM) {
            putchar(' ');
            print_term(p->registered_name);
        }
        printf(" messages %zu reductions %llu\n", p->mailbox.length, (unsigned long long)p->reductions);
    }
}

static void print_module(Module *module, void *context)
{
    print_term(module->name);
    putchar('\n');
}

static void print_facts(void)
{
    printf("processes %u, ports %zu, modules %u, atoms %u\n", process_table_count(), port_count(), module_count(), atom_count());
}

/* False: the VM goes on. */
static bool act(int answer)
{
    switch (answer) {
    case 'a': scheduler_halt(0, false); return false;
    case 'A': scheduler_halt(1, false); return false;
    case -1: scheduler_halt(0, false); return false;      /* ^C again, or no input */
    case 'c': return false;
    case 'p': print_processes(); return true;
    case 'i': print_facts(); return true;
    case 'l': module_each(print_module, NULL); return true;
    case 'v': printf("Erlang/OTP %s on ling\n", options.otp_release); return true;
    default: return true;
    }
}

void break_menu(void)
{
    int answer;

    do {
        printf("\nBREAK: (a)bort (A)bort with dump (c)ontinue (p)roc info (i)nfo\n"
               "       (l)oaded (v)ersion\n");
        fflush(stdout);
        do
            answer = io_stream_ask(STANDARD_INPUT);
        while (answer == '\n' || answer == '\r');
    } while (act(answer));
    fflush(stdout);
}
