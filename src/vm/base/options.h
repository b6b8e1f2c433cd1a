/* options.h - what the command line and the environment asked of the VM.
 *
 * Filled once by the front end (src/options.c) before the VM starts; read by everybody. */
#ifndef LING_OPTIONS_H
#define LING_OPTIONS_H

#include "vm/base/base.h"

typedef enum FileNameMode { FILE_NAMES_LATIN1, FILE_NAMES_UTF8, FILE_NAMES_OF_LOCALE } FileNameMode;
typedef enum BreakMode { BREAK_MENU, BREAK_DISABLED, BREAK_TO_SHELL, BREAK_IGNORED } BreakMode;

typedef struct VmOptions {
    const char *root;              /* of the OTP installation, absolute */
    const char *bindir;            /* ROOT/erts-VSN/bin */
    const char *preloaded;         /* folder of the preloaded modules */
    const char *program_name;      /* -progname: what starts another VM like this one */
    const char *home;              /* null if unknown */
    const char *otp_release;       /* "25" */
    const char *erts_version;      /* "13.1.5" */
    char **init_args;              /* for erl_init:start/2: all after the first "--" */
    size_t init_arg_count;
    char **emulator_args;          /* "-P", "3000" ...: flags of the emulator, as erlexec would pass them */
    size_t emulator_arg_count;

    uint32_t process_limit;        /* +P */
    uint32_t port_limit;           /* +Q */
    uint32_t atom_limit;           /* +t */
    uint32_t ets_limit;            /* +e */
    bool ets_compressed;           /* +ec */
    size_t min_heap_words;         /* +hms */
    size_t min_binary_heap_words;  /* +hmbs */
    size_t max_heap_words;         /* +hmax; 0: none */
    bool max_heap_kill;            /* +hmaxk */
    bool max_heap_log;             /* +hmaxel */
    bool off_heap_messages;        /* +hmqd off_heap */
    uint32_t async_threads;        /* +A */
    uint32_t distribution_buffer_kb;   /* +zdbbl */
    bool printable_unicode;        /* +pc unicode */
    FileNameMode file_names;       /* +fn; FILE_NAMES_OF_LOCALE until the command line was read */
    char file_name_warning;        /* 'w', 'i' or 'e' */
    char warning_level;            /* +W: 'w', 'i' or 'e' */
    BreakMode break_mode;          /* +B */
    bool time_correction;          /* +c */
    char time_warp_mode;           /* +C: 'n', 's' or 'm' */
    bool no_beam;                  /* -nobeam */
    bool no_native;                /* -emu_flavor emu: no machine code is made */
    bool readable_boot_errors;     /* called as ling: a start that fails is told in one line, without a dump */
} VmOptions;

extern VmOptions options;

#endif
