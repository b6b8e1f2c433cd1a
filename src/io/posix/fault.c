/* fault.c - SIGSEGV and its like. Only what may be called in a signal handler is called here. */
#include "io/io_fault.h"

#include <execinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STACK_BYTES 65536
#define MAX_FRAMES 48

static void (*report_fault)(const char *name, const void *address);
static char stack[STACK_BYTES];

void io_fault_write(const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        ssize_t done = write(2, text, left);

        if (done <= 0)
            return;
        text += done;
        left -= (size_t)done;
    }
}

void io_fault_write_number(uint64_t number, unsigned base)
{
    char digits[65];
    char *at = digits + sizeof digits - 1;

    *at = 0;
    do {
        *--at = "0123456789abcdef"[number % base];
        number /= base;
    } while (number > 0);
    io_fault_write(at);
}

static const char *name_of(int number)
{
    switch (number) {
    case SIGSEGV: return "SIGSEGV";
    case SIGBUS: return "SIGBUS";
    case SIGILL: return "SIGILL";
    default: return "SIGFPE";
    }
}

static void handle(int number, siginfo_t *info, void *context)
{
    void *frames[MAX_FRAMES];

    (void)context;
    report_fault(name_of(number), info->si_addr);
    backtrace_symbols_fd(frames, backtrace(frames, MAX_FRAMES), 2);
    abort();
}

void io_fault_init(void (*report)(const char *name, const void *address))
{
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
    stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK | (int)SA_RESETHAND};
    void *frame;

    report_fault = report;
    backtrace(&frame, 1);          /* loads what it needs now */
    if (sigaltstack(&own, NULL) != 0)
        return;
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        struct sigaction old;

        /* Sanitizers have better reports. */
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(numbers[i], &action, NULL);
    }
}
