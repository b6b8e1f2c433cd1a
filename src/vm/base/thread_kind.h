/* thread_kind.h - the VM's own thread, and all others.
 *
 * What only the VM's thread does needs no lock. The few things that other threads do as well (memory of their own, for
 * terms that nobody else sees yet) ask here first. */
#ifndef LING_THREAD_KIND_H
#define LING_THREAD_KIND_H

#include "vm/base/base.h"

/* This is the thread that runs Erlang code. Set for the thread that starts the program. */
extern _Thread_local bool thread_is_vm;
/* Other threads may read tables that the VM's thread changes (atoms): what they could hold is not freed any more.
 * Set for good when the first library of native functions comes. */
extern bool threads_may_read;

#endif
