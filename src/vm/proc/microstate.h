/* microstate.h - what the VM's thread spends its time on: erlang:system_flag(microstate_accounting, _). */
#ifndef LING_MICROSTATE_H
#define LING_MICROSTATE_H

#include "vm/base/base.h"

/* By name, as statistics/1 shows them. */
typedef enum Microstate {
    MICROSTATE_AUX,            /* tasks and timers between turns */
    MICROSTATE_CHECK_IO,       /* asking for I/O while processes wait for their turns */
    MICROSTATE_EMULATOR,       /* processes */
    MICROSTATE_GC,
    MICROSTATE_OTHER,          /* the scheduler itself */
    MICROSTATE_PORT,           /* drivers */
    MICROSTATE_SLEEP,          /* nothing to do, until I/O or a timer */
    MICROSTATE_COUNT
} Microstate;

typedef struct Microstates {
    bool on;
    Microstate now;            /* since then; both only while it is on */
    int64_t since_ns;
    int64_t spent_ns[MICROSTATE_COUNT];
} Microstates;

extern Microstates microstates;

/* Another state begins. Returns the one before, which is to be entered again in the end. */
Microstate microstate_change(Microstate state);
static inline Microstate microstate_enter(Microstate state)
{
    return UNLIKELY(microstates.on) ? microstate_change(state) : MICROSTATE_OTHER;
}
/* Counts from now on, or no more; what was counted stays. To be called by a process. */
void microstates_turn(bool on);
void microstates_reset(void);

#endif
