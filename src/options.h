/* options.h - the command line of `erl`, read in one process: what erlexec and the emulator do
 * together on stock. Fills `options` (vm/base/options.h). */
#ifndef LING_FRONT_OPTIONS_H
#define LING_FRONT_OPTIONS_H

#include "vm/base/base.h"

typedef enum StartAction {
    START_VM,
    START_TRANSFORM,       /* ling --transform: the words after it are in `rest` */
    START_DONE             /* help or version was printed */
} StartAction;

typedef struct StartPlan {
    StartAction action;
    bool detached;         /* -detached: leave the terminal before the VM starts */
    bool is_ling;          /* called by its own name, not as `erl`: readable messages, no dumps */
    int rest_count;
    char **rest;
} StartPlan;

/* Ends the program with a message and exit code 1 when the arguments are wrong or no OTP is found. */
StartPlan options_read(int argc, char **argv);

#endif
