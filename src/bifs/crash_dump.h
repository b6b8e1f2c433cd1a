/* crash_dump.h - erl_crash.dump, in the format that OTP's crashdump_viewer reads. */
#ifndef LING_CRASH_DUMP_H
#define LING_CRASH_DUMP_H

/* Fills in the hook that vm/proc/crash.h uses. */
void crash_dump_init(void);

#endif
