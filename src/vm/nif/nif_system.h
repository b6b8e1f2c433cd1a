/* nif_system.h - joins native functions to the rest of the VM. */
#ifndef LING_NIF_SYSTEM_H
#define LING_NIF_SYSTEM_H

/* Once, before the first module is loaded. */
void nif_init(void);

#endif
