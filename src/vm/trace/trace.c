#include "vm/trace/trace.h"

#include "vm/trace/breakpoint.h"
#include "vm/trace/trace_events.h"
#include "vm/trace/trace_pattern.h"

void trace_init(void)
{
    trace_events_init();
    breakpoint_init();
    trace_pattern_init();
}
