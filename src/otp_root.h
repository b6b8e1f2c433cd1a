/* otp_root.h - finds the OTP installation whose libraries the VM runs. */
#ifndef LING_OTP_ROOT_H
#define LING_OTP_ROOT_H

#include "vm/base/base.h"

typedef struct OtpRoot {
    char *root;           /* absolute */
    char *bindir;         /* ROOT/erts-VSN/bin */
    char *release;        /* "25" */
    char *erts_version;   /* "13.1.5" */
} OtpRoot;

/* Tries `asked` (-root) alone if it is not null; else $ROOTDIR when `trust_environment`, $LING_OTP,
 * configure's --with-otp, and the root of the `erl` found in PATH. False: `why` says what is missing and what to
 * install. */
bool otp_root_find(const char *asked, bool trust_environment, OtpRoot *found, char *why, size_t why_size);

#endif
