/* arguments.h - all arguments of a start, from every source, in the order `erl` gives them.
 *
 * ERL_OTP<release>_FLAGS and ERL_AFLAGS come before the command line, ERL_FLAGS and ERL_ZFLAGS after
 * it (behind a "--"); every `-args_file FILE` is replaced by the file's words; whatever follows an
 * `-extra` anywhere ends up behind one `-extra` at the end. (erl(1), "Flags" and
 * "Environment Variables".) */
#ifndef LING_ARGUMENTS_H
#define LING_ARGUMENTS_H

#include "string_list.h"

/* argv[0] is not part of the result. A fault in an arguments file ends the program with a message. */
StringList arguments_collect(int argc, char **argv);

/* Splits a string into words as a shell would: blanks separate, quotes and backslash protect; with
 * `comments`, '#' starts a comment that ends with the line. */
void arguments_split(const char *text, bool comments, StringList *words);

#endif
