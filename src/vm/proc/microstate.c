#include "vm/proc/microstate.h"

#include <string.h>

#include "io/io_time.h"

Microstates microstates;

Microstate microstate_change(Microstate state)
{
    Microstate before = microstates.now;
    int64_t now = io_monotonic_ns();

    microstates.spent_ns[before] += now - microstates.since_ns;
    microstates.since_ns = now;
    microstates.now = state;
    return before;
}

void microstates_turn(bool on)
{
    if (microstates.on)
        microstate_change(MICROSTATE_EMULATOR);
    microstates.on = on;
    microstates.now = MICROSTATE_EMULATOR;
    microstates.since_ns = io_monotonic_ns();
}

void microstates_reset(void)
{
    memset(microstates.spent_ns, 0, sizeof microstates.spent_ns);
    microstates.since_ns = io_monotonic_ns();
}
