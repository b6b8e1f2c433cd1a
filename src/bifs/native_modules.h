/* native_modules.h - one table of functions per module whose NIFs are built in. */
#ifndef LING_NATIVE_MODULES_H
#define LING_NATIVE_MODULES_H

#include "vm/proc/bif.h"

extern const NativeModule native_prim_file;
extern const NativeModule native_prim_buffer;
extern const NativeModule native_zlib;
extern const NativeModule native_erl_tracer;
extern const NativeModule native_prim_socket;
extern const NativeModule native_prim_net;

#endif
