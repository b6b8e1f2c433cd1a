/* environment.h - what programs that are started from here find: variables, PATH, and epmd. */
#ifndef LING_ENVIRONMENT_H
#define LING_ENVIRONMENT_H

#include "otp_root.h"

/* ROOTDIR, BINDIR, PROGNAME and EMU as erlexec sets them, and OTP's helper programs (heart, inet_gethost) in PATH. */
void environment_export(const OtpRoot *otp, const char *program_name);
/* The port mapper that nodes with a name need, unless it runs already. */
void environment_start_epmd(const OtpRoot *otp);

#endif
