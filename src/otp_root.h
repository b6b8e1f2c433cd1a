/* otp_root.h - finds the OTP installation whose libraries the VM runs. */
#ifndef LING_OTP_ROOT_H
#define LING_OTP_ROOT_H

#include "vm/base/base.h"

typedef struct OtpRoot {
    char *root;           /* absolute */
    char *bindir;         /* ROOT/erts-VSN/bin */
    char *release;        /* "25" */
    char *erts_version;   /* "13.1.5" */
    char *preloaded;      /* where the preloaded modules are */
    bool is_own;          /* `make install` or a start script of a release made it: its `erl` is this program */
} OtpRoot;

/* Tries `asked` (-root) alone if it is not null; else $ROOTDIR and $BINDIR when `trust_environment`, $LING_OTP, the
 * root this program is installed in, configure's --with-otp, and the root of the `erl` found in PATH. False: `why`
 * says what is missing and what to install. */
bool otp_root_find(const char *asked, bool trust_environment, OtpRoot *found, char *why, size_t why_size);
/* Where this program lies, links followed; room for PATH_MAX bytes. False if the system does not tell. */
bool otp_root_program_folder(char *path);

#endif
