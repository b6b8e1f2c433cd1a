/* enter.h - from C into the handlers and back. */
#ifndef LING_ENTER_H
#define LING_ENTER_H

#include "vm/exec/vm.h"

/* Runs from p->ip, with vm.x set, until a handler leaves. */
void enter_interpreter(Process *p);

#endif
