/* native_modules.c - the modules whose NIFs are built in. */
#include "bifs/native_modules.h"

const NativeModule *const native_modules[] = {&native_prim_file, &native_prim_buffer, &native_zlib,
                                              &native_erl_tracer, &native_prim_socket, &native_prim_net, NULL};
