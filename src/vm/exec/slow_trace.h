/* slow_trace.h - what is told when a traced function returns: E is behind the return address of its frame. */
#ifndef LING_SLOW_TRACE_H
#define LING_SLOW_TRACE_H

#include "vm/exec/registers.h"

COLD void slow_trace_return(void);
COLD void slow_trace_return_to(void);
COLD void slow_trace_time_return(void);

#endif
