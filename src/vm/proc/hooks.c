#include "vm/proc/hooks.h"

ProcessHooks process_hooks;
