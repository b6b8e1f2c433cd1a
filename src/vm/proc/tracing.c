#include "vm/proc/tracing.h"

TraceSink trace_sink;
bool tracing_new_processes, tracing_new_ports;
